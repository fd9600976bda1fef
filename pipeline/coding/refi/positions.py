"""Positions that another tool counted → code points in the text, checked against the words.

Tools count differently: a line break of two bytes as one or two, a byte-order mark as one or none,
a letter beyond the 65,536th as one or two. A file does not say which; the passages that it quotes
do, and where nothing is quoted, so do the ends of words.
"""

import re
import unicodedata
from dataclasses import dataclass
from functools import cached_property
from itertools import product
from typing import NamedTuple

import numpy as np

from pipeline.coding.refi.xml_names import ORIGIN

# A tool that is written in one of these counts letters, not UTF-16 units.
COUNTS_LETTERS = ("qualcoder", "qc ", "taguette", "utopies", "requal")
# A shorter name is a label that may stand anywhere in the text by chance.
MIN_QUOTE = 8
# A longer name with which the passage begins is the passage, shortened without a sign.
MIN_START = 20
# Of two places of the same words one is taken only where the other is so many times further off.
CLEARLY = 4
# Of a much longer passage only the beginning can be what a name says.
MUCH = 8
# How far from its position the words of a selection are looked for, in turn.
REACHES = (2**10, 2**14, 2**40)
# Words that stand in more places than anybody would quote one of.
MOST_PLACES = 100
WHITE = re.compile(r"\s+")
ELLIPSIS = ("…", "...", "[…]", "[...]")


class Selection(NamedTuple):
    """A selection as the tool writes it: positions in its own counting, and its name."""

    start: int
    end: int
    name: str


class Found(NamedTuple):
    """Where a selection is: code points, None when unknown; `fault` is "" or what is wrong."""

    start: int | None
    end: int | None
    fault: str


@dataclass(frozen=True)
class Counting:
    """A way of counting; `ends` holds the position behind each letter, in the tool's counting."""

    name: str
    offset: int
    ends: np.ndarray

    def place(self, position: int) -> int:
        """Give the code point of a position; one inside a letter is before it."""
        return int(np.searchsorted(self.ends, position - self.offset, side="right"))

    @property
    def length(self) -> int:
        """Give the length of the text in this counting."""
        return self.offset + (int(self.ends[-1]) if len(self.ends) else 0)


@dataclass(frozen=True)
class Source:
    r"""A source's text with single line feeds, and what was in its place in the file.

    `breaks` holds the index of each line feed that was `\r\n`; `has_mark` says whether a
    byte-order mark stood before the text.
    """

    text: str
    breaks: frozenset[int]
    has_mark: bool = False


def source_of(raw: str) -> Source:
    r"""Take the marks of other systems out of a text: a byte-order mark, `\r\n`, `\r`."""
    bare = raw.removeprefix("\ufeff")
    parts = bare.split("\r\n")
    ends = np.cumsum([len(part) + 1 for part in parts[:-1]]) - 1
    text = "\n".join(parts).replace("\r", "\n")
    return Source(text, frozenset(ends.tolist()), len(bare) < len(raw))


def inline(content: str) -> Source:
    r"""Take a text out of the XML, which has made one line feed of every `\r\n`."""
    made = source_of(content)
    if made.breaks:
        return made
    return Source(made.text, frozenset(m.start() for m in re.finditer("\n", made.text)))


class Spaced:
    """A text in which words are looked for, whatever white space stands between them."""

    def __init__(self, text: str):
        self.text = text

    @cached_property
    def _single(self) -> tuple[str, np.ndarray]:
        """Give the text with single spaces, and where each of its signs is in the text."""
        if not len(self.text):
            return "", np.zeros(1, np.int64)
        is_white = np.fromiter(map(str.isspace, self.text), bool, len(self.text))
        kept = ~(is_white & np.concatenate([[False], is_white[:-1]]))
        single = "".join(c for c, keep in zip(self.text, kept.tolist(), strict=True) if keep)
        return WHITE.sub(" ", single), np.append(np.flatnonzero(kept), len(self.text))

    def places(self, words: str, wanted: int) -> list[tuple[int, int]]:
        """Find words that have single spaces, near a place first; all that can matter, or few."""
        single, origin = self._single
        at = int(np.searchsorted(origin, wanted))
        found: list[tuple[int, int]] = []
        for reach in REACHES:
            found = self._within(words, max(0, at - reach), min(len(single), at + reach))
            # What lies beyond this reach is too far off to be about as near.
            if found and min(abs(a - wanted) for a, _b in found) * CLEARLY < reach:
                break
        return found

    def _within(self, words: str, first: int, last: int) -> list[tuple[int, int]]:
        single, origin = self._single
        found: list[tuple[int, int]] = []
        at = single.find(words, first, last)
        while at >= 0 and len(found) < MOST_PLACES:
            found.append((int(origin[at]), int(origin[at + len(words) - 1]) + 1))
            at = single.find(words, at + 1, last)
        return found


def located(source: Source, selections: list[Selection], origin: str) -> list[Found]:
    """
    Find where each selection of a source is.

    Args:
        source: The text.
        selections: Of this source, as the tool wrote them.
        origin: The tool, as the project names it.

    Returns:
        One row a selection, in order. `fault` is "empty", "reversed", "outside" (not in the
        text), "moved" (found by its words elsewhere), "doubtful" (the words that it names stand
        elsewhere, more than once) or "".

    """
    counting = _counting(source, selections, origin)
    spaced = Spaced(source.text)
    return [found_by(spaced, counting, selection) for selection in selections]


def _countings(source: Source, origin: str) -> list[Counting]:
    """List every way of counting that makes a difference in this text, the likeliest first."""
    astral = np.fromiter((ord(c) > 0xFFFF for c in source.text), bool, len(source.text))
    breaks = np.zeros(len(source.text), bool)
    breaks[sorted(source.breaks)] = True
    by_letter = origin.lower().startswith(COUNTS_LETTERS)
    by_line = "atlas" in origin.lower() or by_letter
    units = [("letters", False), ("utf-16", True)] if astral.any() else [("letters", False)]
    lines = [("one", False), ("two", True)] if breaks.any() else [("one", False)]
    marks = [0, 1] if source.has_mark else [0]
    units, lines = (units if by_letter else units[::-1]), (lines if by_line else lines[::-1])
    return [
        Counting(
            f"{unit}, {line} for a line break, {mark} for the mark",
            mark,
            np.cumsum(1 + (astral & wide) + (breaks & double)),
        )
        for mark, (line, double), (unit, wide) in product(marks, lines, units)
    ]


def _counting(source: Source, selections: list[Selection], origin: str) -> Counting:
    """Choose the counting under which most selections are what they name, or whole words."""
    ways = _countings(source, origin)
    if len(ways) == 1 or origin == ORIGIN:  # ours counts letters, and nothing is to be guessed
        return ways[0]
    scores = [sum(_evidence(source.text, way, one) for one in selections) for way in ways]
    return ways[scores.index(max(scores))]


def _evidence(text: str, way: Counting, selection: Selection) -> int:
    if not 0 <= selection.start < selection.end <= way.length:
        return 0
    start, end = way.place(selection.start), way.place(selection.end)
    if _says(selection.name, text, start, end):
        return 100
    return _is_edge(text, start) + _is_edge(text, end) + (not text[start : start + 1].isspace())


def _is_edge(text: str, place: int) -> bool:
    """Say whether a word begins or ends here."""
    before, behind = text[place - 1 : place], text[place : place + 1]
    return not (before.isalnum() and behind.isalnum())


def found_by(spaced: Spaced, counting: Counting, selection: Selection) -> Found:
    """Find one selection, its way of counting being known; see `located`."""
    text = spaced.text
    start, end = sorted(selection[:2])
    fault = "reversed" if (start, end) != selection[:2] else ""
    a, b = (min(max(counting.place(position), 0), len(text)) for position in (start, end))
    if 0 <= start == end:
        return Found(a, b, "empty")
    is_inside = start >= 0 and end <= counting.length
    if is_inside and _says(selection.name, text, a, b):
        return Found(a, b, fault)
    quoted = _quoted(spaced, selection.name, a, end - start)
    if quoted:
        return _nearest(quoted, a)
    return Found(a, b, fault) if is_inside else Found(None, None, "outside")


def _nearest(places: list[tuple[int, int]], wanted: int) -> Found:
    """Take the place that is by far the nearest; of two that are about as near, neither."""
    far = sorted(abs(start - wanted) for start, _end in places)
    if len(places) == 1 or far[0] * CLEARLY < far[1]:
        return Found(*min(places, key=lambda place: abs(place[0] - wanted)), "moved")
    return Found(None, None, "doubtful")


def _says(name: str, text: str, start: int, end: int) -> bool:
    """Say whether a selection's name is its passage, whole or shortened."""
    said, is_cut = _without_ellipsis(_folded(name))
    words = _folded(text[start : min(end, start + MUCH * len(name) + MUCH)])
    if not said or not words:
        return False
    least = MIN_QUOTE if is_cut else MIN_START
    return words == said or (len(said) >= least and words.startswith(said))


def _quoted(spaced: Spaced, name: str, wanted: int, length: int) -> list[tuple[int, int]]:
    """Find the places of the words that a selection names, where its name can be a quotation."""
    said, is_cut = _without_ellipsis(_folded(name))
    # A length of 0 is none: the tool knew the words only.
    lengths_agree = is_cut or not length or abs(len(said) - length) <= 2 + length // 20
    if len(said) < MIN_QUOTE or not lengths_agree:
        return []
    forms = dict.fromkeys((said, unicodedata.normalize("NFD", said)))
    places = next(filter(None, (spaced.places(form, wanted) for form in forms)), [])
    size = len(spaced.text)
    return [(a, max(b, min(a + length, size))) if is_cut else (a, b) for a, b in places]


def _without_ellipsis(said: str) -> tuple[str, bool]:
    for sign in ELLIPSIS:
        if said.endswith(sign):
            return said[: -len(sign)].rstrip(), True
    return said, False


def _folded(said: str) -> str:
    return WHITE.sub(" ", unicodedata.normalize("NFC", said)).strip()
