"""A text as it is compared: spaces, apostrophes, quotes, dashes and accents written one way."""

import re
import unicodedata
from bisect import bisect_right

import regex

_SPACES = (
    "\t\n\v\f\r\u0085\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009"
    "\u200a\u2028\u2029\u202f\u205f\u3000"
)
_ONE_WAY = {" ": _SPACES, "'": "’‘ʼ′`´", "-": "‐‑‒–—―−"}
_QUOTES = {'"': "“”„«»″"}
_OPENING, _CLOSING = "«“„", "»”;:!?"
_AROUND = (set(_OPENING), set(_CLOSING))
_UNSEEN = "\u00ad\u200b\u2060\ufe0e\ufe0f\ufeff"
# What changes the length: spaces that only typography puts there, and runs of them. The pattern
# begins with one plain sign, so that the text in between is skipped as fast as `str.find` does.
_SPACED = re.compile(rf" (?:(?<=[{_OPENING}] ) *| *(?=[{_CLOSING}])| +)")
_RARE = rf"|\.{{3}}|[{_UNSEEN}]+"
_SPACED_AND_RARE = re.compile(_SPACED.pattern + _RARE)
_DECOMPOSED = regex.compile(_SPACED.pattern + _RARE + r"|\X")


def _replace(text: str, ways: dict[str, str]) -> str:
    """Write every sign of `ways` as its key; most are in no text, and looking is cheap."""
    for new, signs in ways.items():
        for sign in signs:
            if sign in text:
                text = text.replace(sign, new)
    return text


def _pattern(text: str) -> re.Pattern[str] | regex.Pattern[str]:
    if not unicodedata.is_normalized("NFC", text):
        return _DECOMPOSED
    is_rare = "..." in text or any(sign in text for sign in _UNSEEN)
    return _SPACED_AND_RARE if is_rare else _SPACED


def _written(found: str, before: str, behind: str) -> str:
    """Say how a stretch that may change its length is written between two signs."""
    if found.isspace():
        return "" if before in _AROUND[0] or behind in _AROUND[1] else " "
    if found[0] in _UNSEEN:
        return ""
    return "…" if found == "..." else unicodedata.normalize("NFC", found)


class Folded:
    """
    A text written one way, and the way back: every position is one of `text` or of the origin.

    Two passages that fold to the same are the same words to a reader: « l’eau » and "l'eau",
    a line end and a space, é in one code point and in two.
    """

    def __init__(self, origin: str):
        self._at, self._shifts = [0], [0]
        self._wide: dict[int, int] = {}
        text = _replace(origin, _ONE_WAY)
        pieces: list[str] = []
        read = written = 0
        for match in _pattern(text).finditer(text):
            start, end = match.span()
            new = _written(match.group(), text[start - 1 : start], text[end : end + 1])
            # Accents that stay signs of their own, behind those that their letter took, stay put.
            while len(new) > 1 and new[-1] == text[end - 1]:
                new, end = new[:-1], end - 1
            if len(new) != end - start:
                pieces += [text[read:start], new]
                written, read = written + start - read, end
                self._jump(written, len(new), start, end)
                written += len(new)
        joined = "".join([*pieces, text[read:]])
        self.text = _replace(joined, _QUOTES)

    def _jump(self, written: int, length: int, start: int, end: int) -> None:
        """Note that `length` code points at `written` stand for origin[start:end]."""
        if length:
            self._wide[written + length - 1] = end - start - length + 1
        self._at.append(written + length)
        self._shifts.append(end - written - length)

    def origin(self, start: int, end: int) -> tuple[int, int]:
        """Give the span of the origin for the span [start, end) of `text`, not empty."""
        last = self._origin(end - 1) + self._wide.get(end - 1, 1)
        return self._origin(start), last

    def _origin(self, position: int) -> int:
        return position + self._shifts[bisect_right(self._at, position) - 1]


def folded(passage: str) -> str:
    """Write a passage one way, without white space around it."""
    return Folded(passage).text.strip()


def find_all(text: str, words: str) -> list[int]:
    """Find every place of `words`, which are not empty; places may overlap."""
    places, place = [], text.find(words)
    while place >= 0:
        places.append(place)
        place = text.find(words, place + 1)
    return places
