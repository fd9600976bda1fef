"""noScribe's marks, in subtitles, text and its own HTML.

`//S01: oui//` is S01 speaking while somebody else does. It is made a turn of its own, so that each
word is its speaker's, with the times that the file gives it; the marks are `unused`. `(..)`, a sign
a second, and `(12 secondes pause)` are pauses: no words, and `unused`.
"""

import itertools
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from pipeline.corpus.encodings import decode
from pipeline.corpus.readers import markup
from pipeline.corpus.readers.labels import look
from pipeline.corpus.readers.times import SET_OFF
from pipeline.corpus.readers.turns import Reading, Turn

_PAUSE = re.compile(
    r"\((?:\.{1,60}|…{1,20}|\d{1,4}\s?[^()\d]{0,24}?(?:pause|pausa|пауз|停顿|暂停|ポーズ)[^()\d]{0,6})\)",
    re.IGNORECASE,
)
# Not the slashes of an address.
# A mark opens before a label or a blank and closes behind a word; an address has `:` before it.
_MARK = re.compile(
    r"(?<![:/\w])//(?!/)(?:([^\W_][^/:\n.,;!?()]{0,40}):)?|(?<=[\w.,!?…’'\" )])//(?![/\w])"
)
_LABEL = re.compile(rf"\s{{0,8}}([^\W_][^/:\n.,;!?()\[\]]{{0,40}}?)\s?(?:{SET_OFF}\s?)?:(?=\s|$)")
_HEAD = re.compile(rf"(?:S\d\d)(?:\s{SET_OFF})?:(?=\s|$)")
_TIME = re.compile(SET_OFF)
_BEFORE_TIME = re.compile(rf"(?={SET_OFF})")
_BLANKS = re.compile(r"\s+")
_ANCHOR = re.compile(r"ts_(\d{1,10})_(\d{1,10})(?:_(.{0,80}))?")
_HTML = (b'name="ts_', b"name='ts_", b'name="audio_source"')

# How far into a text noScribe's own lines stand.
_TOP_CHARS = 2000

Voiced = tuple[str, str]


def parted(speaker: str, text: str) -> tuple[list[Voiced], list[str]]:
    """
    Part one speaker's words at the marks of overlapping speech, and take the pauses out.

    Args:
        speaker: Who speaks, `//S01` where the whole is overlapping speech.
        text: The words, with marks.

    Returns:
        (speaker, words) in order, and the marks that were taken out.

    """
    marks: list[str] = ["//"] if speaker.startswith("//") else []
    speaker = speaker.removeprefix("//").strip()
    parts, begin, running = list[Voiced](), 0, speaker
    for mark in [*_MARK.finditer(text), None]:
        words = _PAUSE.sub(" ", text[begin : mark.start() if mark else len(text)])
        parts.append((running, re.sub(r"[ \t]{2,}", " ", words).strip()))
        if mark:
            marks.append(mark[0].strip())
            running, begin = (mark[1] or speaker).strip(), mark.end()
    marks += [pause[0] for pause in _PAUSE.finditer(text)]
    return [(name, words) for name, words in parts if words], marks


def bare(speaker: str, text: str) -> str:
    """Take out a label that says the voice again, as its editor saves them: `<v S00>S00: oui`."""
    label = _LABEL.match(text)
    is_same = label is not None and label[1].casefold() == speaker.casefold()
    return text[label.end() :] if label and is_same else text


def is_text(text: str) -> bool:
    """Whether noScribe wrote this text: it says so above, or turns begin with `S00:`."""
    top = text[:_TOP_CHARS]
    return "noScribe" in top or any(_HEAD.match(row) for row in top.split("\n"))


def rows(numbered: list[tuple[int, str]]) -> tuple[list[tuple[int, str]], list[tuple[int, str]]]:
    """
    Write overlapping speech in lines of its own, each with its label before it.

    A time amid the words of a labelled line is a mark; without a label it begins a line.

    Returns:
        The lines, (place, text), without pauses; and the marks, (place, mark).

    """
    found, left = list[tuple[int, str]](), list[tuple[int, str]]()
    for place, row in numbered:
        head = _LABEL.match(row)
        if head:
            texts, marks = _labelled(head[0].strip(), row[head.end() :])
        else:
            pieces = [parted("", piece) for piece in _BEFORE_TIME.split(row)]
            texts = [words for parts, _marks in pieces for _name, words in parts]
            marks = [mark for _parts, marks in pieces for mark in marks]
        found += [(place, text) for text in texts or [""]]
        left += [(place, mark) for mark in marks]
    return found, left


def _labelled(outer: str, words: str) -> tuple[list[str], list[str]]:
    """Give the lines that a line with the label `outer` makes, and the marks in it."""
    stamps = _TIME.findall(words)
    parts, marks = parted("", _TIME.sub(" ", words))
    texts = []
    for n, (name, said) in enumerate(parts):
        # The time beside the label is when the line begins, not when it goes on.
        label = f"{name}:" if name else outer if n == 0 else _TIME.sub("", outer)
        texts.append(f"{label} {said}")
    return texts or [outer], stamps + marks


# --- its own HTML --------------------------------------------------------------------------------


def recognises(head: bytes) -> bool:
    """Whether the file is HTML with noScribe's anchors or the name of the recording."""
    start = head[:200].lower()
    return (b"<html" in start or b"<!doctype" in start) and any(mark in head for mark in _HTML)


@dataclass
class _Anchor:
    """A segment of the recording: its times, who speaks, and its words in pieces."""

    start_s: float
    end_s: float
    speaker: str
    words: list[str] = field(default_factory=list)


@dataclass
class _Paragraph:
    """A paragraph: its anchors, and the words outside of any."""

    place: int
    anchors: list[_Anchor] = field(default_factory=list)
    outside: list[str] = field(default_factory=list)


def read(data: bytes, path: Path) -> Reading:
    """
    Read noScribe's HTML; `place` is the paragraph.

    A turn is what one speaker says in a paragraph, from the start of its first segment to the end
    of its last. The label in the words (`Marie:`) counts more than the one in the anchor (`S00`):
    people write it there.

    Raises:
        DataError: C-103 the encoding.

    """
    text, _encoding = decode(data, path)
    reading = Reading()
    for paragraph in _paragraphs(text):
        reading.leave(paragraph.place, "".join(paragraph.outside))
        for turn in _turns(paragraph, reading):
            reading.add(turn)
    return reading


def _paragraphs(text: str) -> Iterator[_Paragraph]:
    paragraph, is_inside = _Paragraph(1), False
    for token in markup.tokens(text):
        if isinstance(token, str):
            kept = paragraph.anchors[-1].words if is_inside else paragraph.outside
            if kept or token.strip():
                kept.append(_BLANKS.sub(" ", token))
        elif token.name == "a":
            anchor = _ANCHOR.fullmatch(token.attributes.get("name", ""))
            is_inside = anchor is not None
            if anchor:
                times = int(anchor[1]) / 1000, int(anchor[2]) / 1000
                paragraph.anchors.append(_Anchor(*times, anchor[3] or ""))
        elif token.name in markup.BLOCKS:
            if paragraph.anchors or paragraph.outside:
                yield paragraph
                paragraph = _Paragraph(paragraph.place + 1)
            is_inside = False
    yield paragraph


def _turns(paragraph: _Paragraph, reading: Reading) -> Iterator[Turn]:
    """Join what one speaker says in neighbouring anchors."""
    pieces = list[tuple[str, str, _Anchor]]()
    named: dict[str, str] = {}
    for anchor in paragraph.anchors:
        words, speaker = "".join(anchor.words), anchor.speaker.removeprefix("//")
        label = _LABEL.match(words)
        is_named = label and look(label[1]) and not anchor.speaker.startswith("//")
        if label and is_named and speaker not in named:
            named[speaker], words = label[1].strip(), words[label.end() :]
        parts, marks = parted(anchor.speaker, _TIME.sub(" ", words))
        for mark in [*_TIME.findall(words), *marks]:
            reading.leave(paragraph.place, mark)
        pieces += [(named.get(name, name), said, anchor) for name, said in parts]
    for speaker, group in itertools.groupby(pieces, key=lambda piece: piece[0]):
        joined = list(group)
        text = " ".join(said for _name, said, _anchor in joined)
        first, last = joined[0][2], joined[-1][2]
        yield Turn(speaker, text, paragraph.place, first.start_s, last.end_s)
