"""Transcriber (`.trs`): turns of one or two speakers, cut at breaths, with sounds between them."""

import re
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from pipeline.corpus.readers import safe_xml
from pipeline.corpus.readers.safe_xml import Element
from pipeline.corpus.readers.turns import Reading, Turn
from pipeline.problems import Problems

# Line breaks and indents are the file's; a no-break space is the transcriber's.
_BLANKS = re.compile(r"[ \t\r\n]+")


def recognises(head: bytes) -> bool:
    """Whether the outermost element is Transcriber's."""
    return safe_xml.root_name(head) == "Trans"


def read(data: bytes, path: Path) -> Reading:
    """
    Read turns; `place` is the line of the turn, or of the `Who` in a turn of several speakers.

    The label is the speaker's name. A turn keeps its own times: `Sync` cuts it at breaths, amid
    sentences, and a sentence is what people code and quote. Several speakers in one turn become as
    many turns with the same times. Events, background sounds, comments and topics are `unused`.

    Raises:
        DataError: C-103 the encoding, C-104 broken XML, C-106 a time that is no number.

    """
    root = safe_xml.parse(data, path)
    reading, problems, names = Reading(), Problems(), _names(root)
    topics = {safe_xml.attribute(t, "id"): t for t in safe_xml.below(root, "Topic")}
    for element in _parts(root):
        if safe_xml.name(element) == "Section":
            topic = topics.get(safe_xml.attribute(element, "topic"))
            if topic is not None:
                described = safe_xml.described(topic, without=("id",))
                reading.leave(element.sourceline or 0, described)
            continue
        start_s = safe_xml.seconds(element, "startTime", path, problems)
        end_s = safe_xml.seconds(element, "endTime", path, problems)
        for voice in _voices(element, names, reading):
            words = _BLANKS.sub(" ", "".join(voice.words))
            reading.add(Turn(voice.label, words, voice.place, start_s, end_s))
    problems.check()
    reading.unused.sort()
    return reading


def _parts(element: Element) -> list[Element]:
    """List sections and turns in the order of the file; what stands in a turn is its own."""
    found = []
    for child in element:
        if safe_xml.name(child) in ("Section", "Turn"):
            found.append(child)
        if safe_xml.name(child) != "Turn":
            found += _parts(child)
    return found


def _names(root: Element) -> dict[str, str]:
    """Map speakers' ids to their names; of two with one name, each keeps its id behind it."""
    pairs = [
        (safe_xml.attribute(speaker, "id"), safe_xml.attribute(speaker, "name", "id"))
        for speaker in safe_xml.below(root, "Speaker")
    ]
    counts = Counter(name for _id, name in pairs)
    return {key: f"{name} ({key})" if counts[name] > 1 else name for key, name in pairs}


@dataclass
class _Voice:
    """What one speaker says in a turn."""

    label: str
    place: int
    words: list[str]


def _voices(turn: Element, names: dict[str, str], reading: Reading) -> list[_Voice]:
    """Part a turn at its `Who` elements; what stands before the first is said by all together."""
    labels = [names.get(key, key) for key in safe_xml.attribute(turn, "speaker").split()]
    together = _Voice(" + ".join(labels), turn.sourceline or 0, [turn.text or ""])
    voices = {0: together}
    voice = together
    for child in turn:
        name, place = safe_xml.name(child), child.sourceline or 0
        if name == "Who":
            number = _number(safe_xml.attribute(child, "nb"), len(labels))
            label = labels[number - 1] if number else ""
            voice = voices.setdefault(number or -1, _Voice(label, place, []))
        elif name in ("Event", "Background", "Comment"):
            reading.leave(place, safe_xml.described(child, without=("time",)))
        elif name != "Sync":
            voice.words.append(safe_xml.inner_text(child))
        voice.words += [" " if name else "", child.tail or ""]
    return list(voices.values())


def _number(written: str, count: int) -> int:
    """Read which of `count` speakers is meant, from 1; 0 when it is none of them."""
    number = int(written) if written.isdecimal() and len(written) < 4 else 0
    return number if number <= count else 0
