"""Praat (`.TextGrid`): a tier a speaker; long, short and chronological files are one format.

Praat itself reads only what is free-standing: quoted texts, numbers, flags. All else ("xmin =",
"intervals [3]:") is there for people, and is skipped here too, however a tool spells it.
"""

import math
import re
import unicodedata
from bisect import bisect_right
from pathlib import Path
from typing import NamedTuple

from pipeline.corpus.encodings import decode
from pipeline.corpus.readers import tiers
from pipeline.corpus.readers.tiers import Piece, Tier
from pipeline.corpus.readers.turns import Reading
from pipeline.messages import _
from pipeline.problems import DataError, Problems

_SIGNATURE = re.compile(rb'ooTextFile.{0,60}?"TextGrid"|Praat chronological TextGrid', re.DOTALL)
_TOKEN = re.compile(
    r'"(?P<text>(?:[^"]++|"")*+)"'
    r"|(?P<number>(?<!\S)-?\d{1,12}(?:\.\d{0,40})?(?:[eE][-+]?\d{1,2})?(?!\S))"
    r'|(?P<open>")'
    r"|![^\n]*|[^\s\"]+"
)
# `\e'` for é: how labels were typed where a keyboard or an encoding had no accents.
_TRIGRAPH = re.compile(r"\\([A-Za-z])([\"'`^~,])")
_ACCENTS = {
    '"': "\u0308",
    "'": "\u0301",
    "`": "\u0300",
    "^": "\u0302",
    "~": "\u0303",
    ",": "\u0327",
}
# The Montreal aligner names its tiers `Anne - words` and `Anne - phones`.
_ALIGNER = re.compile(r"\s{1,4}-\s{1,4}(?:words|phones)$")

# Small accented letters of French stand at 80–9F in Mac Roman and at E0–FF in Windows-1252, where
# 80–9F has capitals with carons, signs and nothing.
_MAC_LETTERS = re.compile(rb"(?<=[A-Za-z])[\x87-\x8f\x90\x94\x95\x99\x9a\x9d-\x9f]|\x8e(?=[a-z])")
_WINDOWS_LETTERS = re.compile(rb"(?<=[A-Za-z])[\xe0-\xff]|[\xe0-\xff](?=[a-z])")


class _Token(NamedTuple):
    kind: str
    text: str
    line: int


def recognises(head: bytes) -> bool:
    """Whether the file begins as Praat writes a TextGrid, in 8 or 16 bits."""
    return bool(_SIGNATURE.search(head.replace(b"\0", b"")[:400]))


def read(data: bytes, path: Path) -> Reading:
    """
    Read intervals as turns in order of time; `place` is the line of the label.

    The label is the tier's name. Points are speech only where no interval is. Tiers that repeat
    another's words, or are about speech (sounds, notes), are `unused`.

    Raises:
        DataError: C-103 the encoding, C-104 the file is cut off or has another structure.

    """
    file = _File(_tokens(_text(data, path), path), path)
    found = file.chronological() if file.is_chronological else file.tiers()
    drawn = [(tier, has_points) for tier, has_points in found if tier.pieces]
    speech = {n for n, (tier, _points) in enumerate(drawn) if not tiers.is_about_speech(tier.name)}
    speech = speech or set(range(len(drawn)))
    intervals = {n for n in speech if not drawn[n][1]}
    chosen = intervals or speech
    return tiers.reading(
        [
            Tier(tier.name, tier.speaker, tier.pieces, is_speech=n in chosen)
            for n, (tier, _points) in enumerate(drawn)
        ]
    )


def _text(data: bytes, path: Path) -> str:
    """Decode; an 8-bit file is Mac Roman where that makes more of its accented letters."""
    if not data.startswith((b"\xfe\xff", b"\xff\xfe")) and b"\0" in data[:64]:
        mark = b"\xfe\xff" if data[:1] == b"\0" else b"\xff\xfe"
        return decode(mark + data, path)[0]
    try:
        text, encoding = decode(data, path)
    except DataError:
        if b"\0" in data or not _is_mac(data):
            raise
        encoding = "windows-1252"
        text = ""
    if encoding == "windows-1252" and _is_mac(data):
        text = data.decode("mac_roman").replace("\r\n", "\n").replace("\r", "\n")
    return unicodedata.normalize("NFC", text)


def _is_mac(data: bytes) -> bool:
    return len(_MAC_LETTERS.findall(data)) > len(_WINDOWS_LETTERS.findall(data))


def _tokens(text: str, path: Path) -> list[_Token]:
    """Cut the file into the texts and numbers that Praat reads."""
    breaks = [match.start() for match in re.finditer("\n", text)]
    found = []
    for match in _TOKEN.finditer(text):
        kind = match.lastgroup
        if kind == "open":
            raise _broken(path, bisect_right(breaks, match.start()) + 1)
        if kind:
            written = match[kind].replace('""', '"') if kind == "text" else match[kind]
            found.append(_Token(kind, written, bisect_right(breaks, match.start()) + 1))
    return found


def _broken(path: Path, line: int) -> DataError:
    problems = Problems()
    fact = _("the TextGrid is cut off or damaged here").format()
    hint = _("fetch the file again, or open it in Praat and save it as text file").format()
    problems.add("C-104", path, line, fact, hint)
    return DataError(problems)


Drawn = tuple[Tier, bool]


class _File:
    """Reads tokens one after the other."""

    def __init__(self, tokens: list[_Token], path: Path) -> None:
        self.tokens = tokens
        self.path = path
        self.at = 0
        first = tokens[0] if tokens else _Token("", "", 0)
        self.is_chronological = "chronological TextGrid" in first.text

    def _next(self, kind: str) -> _Token:
        """Take the next token, which must be of this kind."""
        if self.at >= len(self.tokens):
            raise _broken(self.path, self.tokens[-1].line if self.tokens else 0)
        token = self.tokens[self.at]
        if token.kind != kind:
            raise _broken(self.path, token.line)
        self.at += 1
        return token

    def _number(self) -> float:
        return float(self._next("number").text)

    def tiers(self) -> list[Drawn]:
        """Read a long or a short file: tier by tier; with each, whether it has points."""
        while self._next("text").text != "TextGrid":
            pass
        self._number()
        self._number()
        found = [self._tier() for _n in range(self._count())]
        if self.at < len(self.tokens):
            raise _broken(self.path, self.tokens[self.at].line)
        return found

    def _count(self) -> int:
        """Read how many follow; as many must, each of at least one token."""
        token = self._next("number")
        count = float(token.text)
        if not 0 <= count <= len(self.tokens):
            raise _broken(self.path, token.line)
        return int(count)

    def _tier(self) -> Drawn:
        has_points = self._has_points()
        name = self._next("text").text
        self._number()
        self._number()
        pieces = [self._piece(has_points) for _n in range(self._count())]
        return _tier(name, pieces), has_points

    def _has_points(self) -> bool:
        """Read of which kind a tier is."""
        token = self._next("text")
        if token.text not in ("IntervalTier", "TextTier"):
            raise _broken(self.path, token.line)
        return token.text == "TextTier"

    def _piece(self, is_point: bool) -> Piece:
        start_s = self._number()
        end_s = math.nan if is_point else self._number()
        label = self._next("text")
        return Piece(round(start_s, 6), round(end_s, 6), _accented(label.text), label.line)

    def chronological(self) -> list[Drawn]:
        """Read a chronological file: first the tiers' names, then pieces of any tier by time."""
        self._next("text")
        self._number()
        self._number()
        heads = []
        for _n in range(self._count()):
            heads.append((self._has_points(), self._next("text").text))
            self._number()
            self._number()
        pieces: list[list[Piece]] = [[] for _head in heads]
        while self.at < len(self.tokens):
            token = self._next("number")
            number = float(token.text)
            if not 1 <= number <= len(heads):
                raise _broken(self.path, token.line)
            pieces[int(number) - 1].append(self._piece(heads[int(number) - 1][0]))
        return [
            (_tier(name, found), is_point)
            for (is_point, name), found in zip(heads, pieces, strict=True)
        ]


def _tier(name: str, pieces: list[Piece]) -> Tier:
    return Tier(_accented(name), _ALIGNER.sub("", _accented(name)), pieces)


def _accented(label: str) -> str:
    r"""Write `\e'` as é; other sequences of Praat's stay as they are."""
    return _TRIGRAPH.sub(
        lambda match: unicodedata.normalize("NFC", match[1] + _ACCENTS[match[2]]), label
    )
