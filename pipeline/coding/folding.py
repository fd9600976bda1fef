"""A text as it is compared: spaces, apostrophes, quotes, dashes and accents written one way."""

import re
import unicodedata
from bisect import bisect_right

import regex

SPACES = "\t\n\v\f\r\u0085\u00a0\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a"
ONE_WAY = str.maketrans(
    dict.fromkeys(SPACES + "\u2028\u2029\u202f\u205f\u3000", " ")
    | dict.fromkeys("’‘ʼ′`´", "'")
    | dict.fromkeys("“”„«»″", '"')
    | dict.fromkeys("‐‑‒–—―−", "-")
)
# What changes the length: spaces that only typography puts there, signs that nobody sees.
_LENGTHS = (
    r"(?P<gone>(?<=[«“„])\s+|\s+(?=[»”;:!?])|[\u00ad\u200b\u2060\ufe0e\ufe0f\ufeff]+)"
    r"|(?P<space>\s{2,})|(?P<dots>\.{3})"
)
_COMPOSED = re.compile(_LENGTHS)
_DECOMPOSED = regex.compile(_LENGTHS + r"|(?P<cluster>\X)")
_WRITTEN = {"gone": "", "space": " ", "dots": "…"}


class Folded:
    """
    A text written one way, and the way back: every position is one of `text` or of the origin.

    Two passages that fold to the same are the same words to a reader: « l’eau » and "l'eau",
    a line end and a space, é in one code point and in two.
    """

    def __init__(self, origin: str):
        self._at, self._shifts = [0], [0]
        self._wide: dict[int, int] = {}
        is_composed = unicodedata.is_normalized("NFC", origin)
        pieces, read, written = [], 0, 0
        for match in (_COMPOSED if is_composed else _DECOMPOSED).finditer(origin):
            start, end = match.span()
            new = _WRITTEN.get(match.lastgroup) if match.lastgroup else None
            new = unicodedata.normalize("NFC", match.group()) if new is None else new
            if len(new) == end - start:
                continue
            pieces += [origin[read:start], new]
            written, read = written + start - read, end
            self._jump(written, len(new), start, end)
            written += len(new)
        text = "".join([*pieces, origin[read:]])
        text = text if is_composed else unicodedata.normalize("NFC", text)
        self.text = text.translate(ONE_WAY)

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
