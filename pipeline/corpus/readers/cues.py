"""What WebVTT and SubRip share: blocks of a timing line and the words shown meanwhile.

The scanner is our own. webvtt-py drops in silence what it does not understand (the words behind a
blank line in a cue, a cue timed with a comma) and gives no line numbers; the regular expression of
the srt library takes quadratic time on runs of blanks (8 s for 16 kB). A transcript's words must
not be dropped and its file may be hostile. The tests compare the scanner with both libraries on
files that they do read.
"""

import html
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from pipeline.corpus.readers import noscribe, times
from pipeline.corpus.readers.heads import Line, chosen
from pipeline.corpus.readers.turns import Reading, Turn, clean, note_bad_time
from pipeline.problems import Problems

# Two cues touch when less than this lies between them: machines leave a frame's gap, 1/24 s.
TOUCHING_S = 0.05

_TIMING = re.compile(rf"\s{{0,8}}({times.CLOCK})\s{{0,8}}-+>\s{{0,8}}({times.CLOCK})(?:\s|$)")
_ARROW = re.compile(r"\s{0,8}\d[\d:.,\s]{0,30}-+>")
_TAG = re.compile(r"</?[A-Za-z][^<>]{0,400}>|<\d[\d:.,]{0,20}>|</?[cvibu]?>|\{\\[^{}]{0,80}\}")
_TIME_TAG = re.compile(r"<\d+:[\d:.]+>")
_VOICE = re.compile(r"<v(?:\.[^\s<>]{0,80})?(?:[ \t]([^<>]{0,200}))?>|</v>")

Voiced = tuple[str, str]


@dataclass(frozen=True)
class Cue:
    """Words shown from `start_s` to `end_s`; `lines` as written, tags included."""

    place: int
    start_s: float
    end_s: float
    lines: list[str]


Block = tuple[int, list[str]]


def timing(line: str) -> bool:
    """Whether a line times a cue, rightly or wrongly."""
    return bool(_TIMING.match(line) or _ARROW.match(line))


def scanned(
    rows: Sequence[str],
    path: Path,
    is_identifier: Callable[[list[str], int], bool],
    is_skipped: Callable[[str], bool],
) -> tuple[list[Cue], list[Block]]:
    """
    Find the cues.

    Args:
        rows: The lines of the file.
        path: Its name, for the problems.
        is_identifier: Whether the row before a timing line (its index) names the cue.
        is_skipped: Whether a block beginning with this line is a comment, a style and the like.

    Returns:
        The cues; and what stands outside them, (place, lines): the blocks before the first one,
        the header included, and cues' names of several words.

    Raises:
        DataError: C-106, each timing line that cannot be read.

    """
    rows = list(rows)
    at = [i for i, row in enumerate(rows) if timing(row)]
    timed = set(at)
    begins = [i - 1 if i and is_identifier(rows, i - 1) else i for i in at] + [len(rows)]
    problems, cues = Problems(), []
    for i, end in zip(at, begins[1:], strict=True):
        spoken = [row for block in _blocks(rows, i + 1, end, is_skipped) for row in block[1]]
        try:
            start_s, end_s = _times(rows[i])
        except ValueError:
            note_bad_time(problems, path, i + 1)
        else:
            cues.append(Cue(i + 1, start_s, end_s, spoken))
    problems.check()
    # A name of several words may be speech behind a blank line: shown rather than lost.
    names = [(i + 1, [rows[i]]) for i in begins[:-1] if i not in timed and " " in rows[i].strip()]
    return cues, _blocks(rows, 0, begins[0], is_skipped) + names


def _times(row: str) -> times.Span:
    match = _TIMING.match(row)
    if not match:
        raise ValueError("not a timing line")
    return times.seconds(match[1]), times.seconds(match[2])


def _blocks(
    rows: list[str], begin: int, end: int, is_skipped: Callable[[str], bool]
) -> list[Block]:
    """Part rows at blank lines, leaving out the blocks to skip; these stand behind a blank line."""
    blocks: list[Block] = []
    was_blank, skipping = begin == 0, False
    for i in range(begin, end):
        if rows[i].strip():
            if was_blank:
                skipping = is_skipped(rows[i])
                blocks.append((i + 1, []))
            elif not blocks:
                blocks.append((i + 1, []))
            if not skipping:
                blocks[-1][1].append(rows[i])
        was_blank = not rows[i].strip()
        skipping = skipping and not was_blank
    return [block for block in blocks if block[1]]


def reading(cues: list[Cue]) -> Reading:
    """Make a turn of each cue, of each voice where several speak in one; rolling words once."""
    result = Reading()
    voiced = [
        (cue, voice)
        for cue, rows in zip(cues, _fresh(cues), strict=True)
        for voice in _spoken(cue, rows, result)
    ]
    lines = [
        Line(cue.place, row, n)
        for n, (cue, (name, text)) in enumerate(voiced)
        if not name
        for row in text.split("\n")
    ]
    heads, result.doubtful = chosen(lines)
    # A bracket with nothing behind it is a sound (`[Musique]`), in a subtitle.
    labelled = {i: head for i, head in heads.items() if head.rest}
    at = 0
    for cue, (name, text) in voiced:
        parts: list[Voiced] = [(name, "")]
        for row in [text] if name else text.split("\n"):
            head = None if name else labelled.get(at)
            at += not name
            if head:
                parts.append((head.label, head.rest))
            else:
                parts[-1] = (parts[-1][0], f"{parts[-1][1]}\n{row}")
        for speaker, words in parts:
            result.add(Turn(speaker, words, cue.place, cue.start_s, cue.end_s))
    return result


def _spoken(cue: Cue, rows: list[str], result: Reading) -> list[Voiced]:
    """Part a cue at its voices and at noScribe's marks; these are `unused`."""
    found: list[Voiced] = []
    for name, text in voices(rows):
        if name:
            parts, marks = noscribe.parted(name, noscribe.bare(name, text))
        else:
            numbered = [(cue.place, row) for row in text.split("\n")]
            lines, placed = noscribe.rows(numbered)
            whole = "\n".join(row for _place, row in lines if row)
            parts, marks = [("", whole)] if whole else [], [mark for _place, mark in placed]
        found += parts
        for mark in marks:
            result.leave(cue.place, mark)
    return found


def voices(rows: list[str]) -> list[Voiced]:
    """Part a cue's rows at its voice tags: (speaker or "", text without tags)."""
    parts: list[Voiced] = []
    name, begin, payload = "", 0, "\n".join(rows)
    for tag in [*_VOICE.finditer(payload), None]:
        text = shown(payload[begin : tag.start() if tag else len(payload)])
        if text:
            parts.append((name, text))
        if tag:
            name, begin = clean(html.unescape(tag[1] or "")), tag.end()
    return parts


def shown(text: str) -> str:
    """Strip tags and decode entities: what a viewer reads."""
    return clean(html.unescape(_TAG.sub("", text)))


def _fresh(cues: list[Cue]) -> list[list[str]]:
    """
    Leave each cue the lines that are new in it, in a file of rolling captions.

    A caption rolls when it begins with the lines that the cue before ended with. Two people who
    say "Oui." one after the other do not make a file roll: it takes time tags between words, as
    YouTube writes them, or that half of the touching cues roll and some bring new lines below.
    """
    screens = [[line for row in cue.lines if (line := shown(row))] for cue in cues]
    kept = [[row for row in cue.lines if shown(row)] for cue in cues]
    repeats = [0] + [
        _overlap(a, b) if now.start_s - before.end_s <= TOUCHING_S else 0
        for (before, now), (a, b) in zip(pairwise(cues), pairwise(screens), strict=True)
    ]
    return (
        [rows[n:] for rows, n in zip(kept, repeats, strict=False)]
        if _rolls(cues, repeats)
        else kept
    )


def _rolls(cues: list[Cue], repeats: list[int]) -> bool:
    if any(_TIME_TAG.search(row) for cue in cues for row in cue.lines):
        return True
    growing = sum(0 < n < len(cue.lines) for cue, n in zip(cues, repeats, strict=False))
    return growing > 1 and 2 * sum(map(bool, repeats)) >= len(cues) - 1


def _overlap(before: list[str], now: list[str]) -> int:
    """Count the lines at the end of `before` that `now` begins with."""
    sizes = range(min(len(before), len(now)), 0, -1)
    return next((n for n in sizes if before[-n:] == now[:n]), 0)
