"""Rich Text Format, as Word, TextEdit and LibreOffice write it.

striprtf joins a table's cells with bars, loses text boxes and what is bold, and looks for links
with a regular expression that takes quadratic time; so the file is read here, in one pass: a stack
of groups, each with what holds in it (skipped or not, bold, character set). Tracked deletions and
hidden text are not read; foot- and endnotes and annotations are no speech and go to `unused`; page
headers, footers and pictures are not read.
"""

import re
from dataclasses import dataclass, replace
from enum import IntEnum
from pathlib import Path

from pipeline.corpus.readers.archives import broken
from pipeline.corpus.readers.rtf_layout import Layout
from pipeline.corpus.readers.rtf_words import DESTINATIONS, SIGNS, of_charset, of_document
from pipeline.corpus.readers.turns import Reading, assembled
from pipeline.messages import _

# A 20-hour interview has 300,000 to 600,000; this many take half a minute.
MAX_TOKENS = 3_000_000
# Nobody's document nests deeper; LibreOffice stays below 30.
MAX_DEPTH = 1000
# The outline level of what is no heading.
BODY_LEVEL = 9

_SIGNATURE = re.compile(rb"(?:\xef\xbb\xbf)?\s{0,80}\{\\rtf")
_TOKEN = re.compile(
    r"\\(?P<word>[A-Za-z]{1,32})(?P<number>-?\d{1,10})?\x20?"
    r"|\\'(?P<byte>[0-9A-Fa-f]{2})"
    r"|\\(?P<symbol>[^A-Za-z])"
    r"|(?P<brace>[{}])"
    r"|[\r\n\0]+"
    r"|(?P<text>[^\\{}\r\n\0]+)",
    re.DOTALL,
)


class Reads(IntEnum):
    """What is done with the words of a group."""

    TEXT = 0
    ASIDE = 1  # a note: kept for `unused`
    OUTSIDE = 2  # not read, but a text box may stand in it
    NOTHING = 3


@dataclass(frozen=True)
class _State:
    """What holds in a group; `blind` counts the signs for old programs behind a Unicode sign."""

    reads: Reads = Reads.TEXT
    bold: bool = False
    hidden: bool = False
    deleted: bool = False
    encoding: str = "cp1252"
    blind: int = 1
    in_table: bool = False
    in_fonts: bool = False
    is_heading: bool = False
    boxes: int = 0


def recognises(head: bytes) -> bool:
    r"""Whether the file begins with `{\rtf`."""
    return bool(_SIGNATURE.match(head))


def read(data: bytes, path: Path) -> Reading:
    """
    Read a document; `place` is the paragraph, counted from 1 through tables.

    Raises:
        DataError: C-104 damaged or hostile, C-106 an impossible time.

    """
    if not recognises(data[:200]):
        raise broken(path, _("the file is no RTF document, whatever its name says").format())
    document = _Document(path)
    document.take(data.decode("latin-1"))
    layout = document.layout
    reading = assembled(layout.lines, path, layout.headings)
    for place, text in layout.aside:
        reading.leave(place, text)
    reading.unused.sort(key=lambda item: item[0])
    return reading


class _Document:
    """Goes through the file once; `layout` holds what is read."""

    def __init__(self, path: Path) -> None:
        self.layout = Layout()
        self._path = path
        self._state, self._stack = _State(), list[_State]()
        self._page = "cp1252"
        self._fonts: dict[int, str] = {}
        self._font = 0
        self._pending = bytearray()
        self._high_half = 0
        self._to_skip = 0
        self._is_starred = False

    def take(self, source: str) -> None:
        """Read the whole file."""
        at, count = 0, 0
        while match := _TOKEN.match(source, at):
            at, count = match.end(), count + 1
            if count > MAX_TOKENS or len(self._stack) > MAX_DEPTH:
                fact = _("the file holds more marks than a transcript can need").format()
                raise broken(self._path, fact)
            if match["word"] == "bin":
                at += max(0, int(match["number"] or 0))
            self._token(match)
        self._flush()
        self.layout.end()

    def _token(self, match: re.Match[str]) -> None:
        if match["text"]:
            self._bytes(match["text"].encode("latin-1"))
        elif match["byte"]:
            self._bytes(bytes.fromhex(match["byte"]))
        elif match["word"]:
            self._word(match["word"], int(match["number"]) if match["number"] else None)
        elif match["symbol"]:
            self._symbol(match["symbol"])
        elif match["brace"]:
            self._brace(match["brace"])

    def _brace(self, brace: str) -> None:
        self._flush()
        self._to_skip, self._is_starred = 0, False
        if brace == "{":
            self._stack.append(self._state)
            return
        before = self._state
        self._state = self._stack.pop() if self._stack else self._state
        if before.reads is Reads.ASIDE and self._state.reads is not Reads.ASIDE:
            self.layout.end_note()
        if before.boxes > self._state.boxes:
            self.layout.end_box()

    def _symbol(self, symbol: str) -> None:
        if symbol == "*":
            self._is_starred = True
        elif symbol in "\r\n":
            self._word("par", None)
        elif symbol in "{}\\":
            # In East Asian sets these may be the second byte of a sign.
            self._bytes(symbol.encode())
        else:
            self._say(SIGNS.get(symbol, ""))

    def _bytes(self, data: bytes) -> None:
        """Keep bytes until something else comes: one sign may take two of them."""
        if self._state.reads > Reads.ASIDE:
            return
        skipped = min(self._to_skip, len(data))
        self._to_skip -= skipped
        self._pending += data[skipped:]

    def _flush(self) -> None:
        if self._pending:
            data, self._pending = bytes(self._pending), bytearray()
            self._put(data.decode(self._state.encoding, errors="replace"))

    def _say(self, text: str) -> None:
        """Say a sign that a control word stands for; it counts as one where signs are skipped."""
        self._flush()
        if self._to_skip:
            self._to_skip -= 1
        else:
            self._put(text)

    def _put(self, text: str) -> None:
        if self._state.reads is Reads.ASIDE:
            self.layout.note(text)
        elif self._state.reads is Reads.TEXT and self._state.hidden:
            self.layout.veil(text)
        elif self._state.reads is Reads.TEXT and not self._state.deleted:
            self.layout.say(text, is_bold=self._state.bold)

    def _unicode(self, number: int) -> None:
        """Say a sign given by its number; those beyond 65,535 come in two halves."""
        number %= 0x10000
        high, self._high_half = self._high_half, 0
        if 0xD800 <= number < 0xDC00:
            self._high_half = number
        elif 0xDC00 <= number < 0xE000:
            whole = 0x10000 + (high - 0xD800) * 0x400 + number - 0xDC00
            self._put(chr(whole) if high else "\ufffd")
        else:
            self._put(chr(number))
        self._to_skip = self._state.blind

    def _word(self, word: str, number: int | None) -> None:
        self._flush()
        starred, self._is_starred = self._is_starred, False
        if word in DESTINATIONS or starred:
            self._enter(DESTINATIONS.get(word, "nothing"))
        elif word == "u" and number is not None:
            self._unicode(number)
        elif word in SIGNS:
            self._say(SIGNS[word])
        elif word in ("par", "sect", "page", "cell", "nestcell", "row"):
            if self._state.reads is Reads.ASIDE:
                self.layout.note("\n")
            elif self._state.reads is Reads.TEXT:
                if self._state.is_heading:
                    self.layout.mark_heading()
                self.layout.end_of(word, in_table=self._state.in_table)
        else:
            self._set(word, number)

    def _enter(self, kind: str) -> None:
        """Begin a group of another kind; in what is not read, nothing is but text boxes."""
        state = self._state
        if kind == "fonts":
            self._state = replace(state, in_fonts=True, reads=Reads.NOTHING)
        elif kind == "nothing":
            self._state = replace(state, reads=Reads.NOTHING)
        elif kind == "outside":
            self._state = replace(state, reads=max(state.reads, Reads.OUTSIDE))
        elif kind == "aside" and state.reads is Reads.TEXT:
            self._state = replace(state, reads=Reads.ASIDE)
        elif kind == "box" and state.reads is Reads.OUTSIDE:
            self._state = replace(state, reads=Reads.TEXT, boxes=state.boxes + 1, in_table=False)
            self.layout.begin_box()
        elif kind == "text" and state.reads is Reads.OUTSIDE:
            self._state = replace(state, reads=Reads.TEXT)

    def _set(self, word: str, number: int | None) -> None:
        """Change what holds from here on to the end of the group."""
        state, is_on = self._state, number != 0
        if word == "b":
            self._state = replace(state, bold=is_on)
        elif word == "v":
            self._state = replace(state, hidden=is_on)
        elif word == "deleted":
            self._state = replace(state, deleted=is_on)
        elif word == "plain":
            page = self._page
            self._state = replace(state, bold=False, hidden=False, deleted=False, encoding=page)
        elif word in ("pard", "intbl"):
            in_table = word == "intbl"
            self._state = replace(
                state, in_table=in_table, is_heading=in_table and state.is_heading
            )
        elif word == "outlinelevel" and (number or 0) < BODY_LEVEL:
            self._state = replace(state, is_heading=True)
        elif word == "uc" and number is not None:
            self._state = replace(state, blind=max(0, min(number, 8)))
        else:
            self._set_encoding(word, number)

    def _set_encoding(self, word: str, number: int | None) -> None:
        if word in ("ansicpg", "mac", "pc", "pca"):
            self._page = of_document(word, number) or self._page
            self._state = replace(self._state, encoding=self._page)
        elif word == "f" and number is not None:
            self._font = number
            self._state = replace(self._state, encoding=self._fonts.get(number, self._page))
        elif word == "fcharset" and self._state.in_fonts and of_charset(number):
            self._fonts[self._font] = of_charset(number)
