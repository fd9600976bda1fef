"""TEI: utterances of speakers on a timeline, and relatives of it.

Read alike, with the TEI namespace or without: `<u who>`, ISO 24624's `<annotationBlock>`, what
EXMARaLDA, TEICORPO and archives of oral history export, and the `<sp><speaker>` of printed
dialogue. A text without any of these is read as paragraphs, whose labels are found as in Word.
"""

import math
from pathlib import Path

from pipeline.corpus.readers import safe_xml
from pipeline.corpus.readers.heads import Line
from pipeline.corpus.readers.safe_xml import Element
from pipeline.corpus.readers.tei_people import People
from pipeline.corpus.readers.tei_timeline import Timeline
from pipeline.corpus.readers.tei_words import POINTERS, said
from pipeline.corpus.readers.times import NO_TIMES, Span
from pipeline.corpus.readers.turns import Reading, Turn, assembled
from pipeline.problems import Problems

_CORPORA = frozenset(("teiCorpus", "teiCorpus.2"))
_TEXTS = frozenset(("TEI", "TEI.2"))
# What one speaker says; and what gives it a speaker, times and annotations.
_UTTERANCES = frozenset(("u", "sp"))
_BLOCKS = frozenset(("annotationBlock", "annotationBloc", "annotatedU", "annotationU"))
# What describes the file and not the talk.
_ASIDE = frozenset(("teiHeader", "header", "timeline", "facsimile", "standOff", "fw"))
_PARAGRAPHS = frozenset(("p", "ab", "l", "item"))

Around = tuple[str, Span]
_NOBODY: Around = ("", NO_TIMES)


def recognises(head: bytes) -> bool:
    """Whether the outermost element is TEI's."""
    return safe_xml.root_name(head) in _CORPORA | _TEXTS


def read(data: bytes, path: Path) -> Reading:
    """
    Read utterances as turns, in the order of the file; `place` is the line of the utterance.

    The label is the person's name where the file lists persons, else the reference without `#`.
    Pauses, sounds, events, notes, headings and annotations are `unused`.

    Raises:
        DataError: C-103 the encoding, C-104 broken XML, C-106 a time that is no number.

    """
    root, problems = safe_xml.parse(data, path), Problems()
    people = People(root)
    reading = Reading()
    for text in _texts(root):
        walk = _Walk(text, people, Timeline(text, path, problems), reading)
        walk.through(text, _NOBODY)
    problems.check()
    if not reading.turns:
        return _by_paragraphs(_texts(root), path)
    reading.unused.sort()
    return reading


def _texts(root: Element) -> list[Element]:
    """List the texts of a corpus, each with a timeline of its own; a text is its only one."""
    if safe_xml.name(root) not in _CORPORA:
        return [root]
    return [text for part in safe_xml.children(root, *_CORPORA, *_TEXTS) for text in _texts(part)]


class _Walk:
    """Goes through one text, block by block."""

    def __init__(self, text: Element, people: People, line: Timeline, reading: Reading) -> None:
        self.people = people
        self.timeline = line
        self.reading = reading
        self.above: set[Element] = set()
        for element in text.iter():
            if safe_xml.name(element) in _UTTERANCES:
                for ancestor in element.iterancestors():
                    if ancestor in self.above:
                        break
                    self.above.add(ancestor)

    def through(self, element: Element, around: Around) -> None:
        """Read what stands below an element; `around` is the label and times of its block."""
        for child in element:
            name = safe_xml.name(child)
            if name in _BLOCKS:
                self.through(child, self._around(child, around))
            elif name in _UTTERANCES:
                self._utterance(child, self._around(child, around))
            elif child in self.above:
                self.through(child, around)
            elif name and name not in _ASIDE:
                place = child.sourceline or 0
                self.reading.leave(place, safe_xml.described(child, without=POINTERS))

    def _around(self, element: Element, around: Around) -> Around:
        """Take the label and times that an element states, else those of its block."""
        who = safe_xml.attribute(element, "who")
        times = tuple(
            self.timeline.time(safe_xml.attribute(element, *names))
            for names in (("start", "from", "begin"), ("end", "to"))
        )
        start_s, end_s = (b if math.isnan(a) else a for a, b in zip(times, around[1], strict=True))
        return self.people.label(who) if who else around[0], (start_s, end_s)

    def _inner_times(self, utterance: Element) -> Span:
        """Take the first and the last time that stand inside: of anchors, else of segments."""
        anchors = [safe_xml.attribute(a, "synch") for a in safe_xml.below(utterance, "anchor")]
        if anchors:
            return self.timeline.time(anchors[0]), self.timeline.time((["", *anchors[1:]])[-1])
        segments = list(safe_xml.below(utterance, "seg"))
        if not segments:
            return NO_TIMES
        return self._around(segments[0], _NOBODY)[1][0], self._around(segments[-1], _NOBODY)[1][1]

    def _utterance(self, element: Element, around: Around) -> None:
        label, (start_s, end_s) = around
        if math.isnan(start_s) and math.isnan(end_s):
            start_s, end_s = self._inner_times(element)
        written = [safe_xml.all_words(e) for e in safe_xml.below(element, "speaker")]
        if written and not self.people.knows(safe_xml.attribute(element, "who")):
            label = written[0].rstrip(" .:") or label
        place, words = element.sourceline or 0, said(element, self.reading)
        self.reading.add(Turn(label, words, place, start_s, end_s))


def _by_paragraphs(texts: list[Element], path: Path) -> Reading:
    """Read texts without utterances: paragraphs, with or without labels before their words."""
    left, lines = Reading(), list[Line]()
    for text in (part for whole in texts for part in safe_xml.children(whole, "text")):
        for paragraph in _paragraphs(text, left) or [text]:
            block = len(lines)
            for row in said(paragraph, left).split("\v"):
                lines.append(Line(paragraph.sourceline or 0, row, block))
    reading = assembled(lines, path)
    reading.unused = sorted(reading.unused + left.unused)
    return reading


def _paragraphs(element: Element, left: Reading) -> list[Element]:
    """List the outermost paragraphs below an element; headings are noted."""
    found = []
    for child in element:
        if safe_xml.name(child) in _PARAGRAPHS:
            found.append(child)
        elif safe_xml.name(child) == "head":
            left.leave(child.sourceline or 0, safe_xml.described(child, without=POINTERS))
        else:
            found += _paragraphs(child, left)
    return found
