"""Word documents: paragraphs and tables in reading order, what was inserted, not what was deleted.

python-docx's `Paragraph.text` leaves out tracked insertions, content controls and text boxes, and
its package loader stops at a broken picture link: so the main part is taken from the archive and
walked with lxml. Element names are compared without their namespace, which differs in "strict"
documents. Headers, footers, footnotes and comments are other parts and are not read.
"""

import io
import struct
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

from lxml import etree

from pipeline.corpus.readers.heads import Form, Head, Line, candidate
from pipeline.corpus.readers.labels import Look, look
from pipeline.corpus.readers.table import cell_kinds
from pipeline.corpus.readers.times import NO_TIMES, Span, is_time, span
from pipeline.corpus.readers.turns import Reading, assembled, clean
from pipeline.messages import _
from pipeline.problems import DataError, Problems

# A 20-hour interview is 2 MB of XML; what unpacks to more than this is an attack or a film.
MAX_UNPACKED_BYTES = 200 * 2**20
# Word's XML packs to a twentieth, a page of blanks to a hundredth; deflate's limit is a thousandth.
MAX_RATIO = 200
# Below this size swelling harms nobody.
FREE_BYTES = 2**20

MAIN_PART = "word/document.xml"

_BROKEN = (
    etree.XMLSyntaxError,
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    EOFError,
    KeyError,
    NotImplementedError,
    OSError,
    RuntimeError,
    ValueError,
    OverflowError,
)

# What is not to be read as the document's words: deletions, the old place of what was moved, the
# copy for old programs of a text box, properties, ruby's pronunciation.
_UNREAD = frozenset(
    {"del", "moveFrom", "Fallback", "pPr", "rPr", "tblPr", "sectPr", "rt", "delText"}
)
_SIGNS = {"tab": "\t", "ptab": "\t", "br": "\n", "cr": "\n", "noBreakHyphen": "\u2011"}

Element: TypeAlias = etree._Element


def recognises(head: bytes) -> bool:
    """Whether the file is a zip archive; whether it is Word's, its table of contents says."""
    return head.startswith(b"PK\x03\x04")


def read(data: bytes, path: Path) -> Reading:
    """
    Read a document; `place` is the paragraph, counted from 1 through tables and text boxes.

    Raises:
        DataError: C-101 no Word document, C-104 a broken or hostile archive or XML, C-106 an
            impossible time.

    """
    root = _parsed(_main_part(data, path), path)
    return assembled(_Walk().lines(root), path)


def _main_part(data: bytes, path: Path) -> bytes:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            _check_sizes(archive, path)
            name = _main_name(archive)
            if name not in archive.namelist():
                _refuse_archive(archive, path)
            return _unpacked(archive, name)
    except _BROKEN as error:
        raise _broken(path, _("the archive is cut off or damaged").format()) from error


def _main_name(archive: zipfile.ZipFile) -> str:
    """Find the part that the package declares as its document."""
    if "_rels/.rels" not in archive.namelist():
        return MAIN_PART
    for relation in _root(_unpacked(archive, "_rels/.rels")):
        if str(relation.get("Type", "")).endswith("/officeDocument"):
            return str(relation.get("Target", MAIN_PART)).lstrip("/")
    return MAIN_PART


def _unpacked(archive: zipfile.ZipFile, name: str) -> bytes:
    """Unpack one part, unless it swells or is packed as Word packs nothing."""
    part = archive.getinfo(name)
    if part.file_size > max(FREE_BYTES, MAX_RATIO * part.compress_size):
        raise zipfile.BadZipFile("the part swells when unpacked")
    if part.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise NotImplementedError("a way of packing that Word does not know")
    return archive.read(part)


def _check_sizes(archive: zipfile.ZipFile, path: Path) -> None:
    """Refuse to unpack what its own table of contents announces as too much."""
    unpacked = sum(member.file_size for member in archive.infolist())
    if unpacked > MAX_UNPACKED_BYTES:
        raise _broken(path, _("the archive unpacks to {size} bytes").format(size=unpacked))


def _refuse_archive(archive: zipfile.ZipFile, path: Path) -> None:
    names = archive.namelist()
    kind = "OpenDocument" if "content.xml" in names else ""
    kind = "Excel" if any(name.startswith("xl/") for name in names) else kind
    fact = _("the archive is no Word document").format()
    if kind:
        fact = _("the file is of another kind: {kind}").format(kind=kind)
    problems = Problems()
    problems.add(
        "C-101", path, 0, fact, _("open it where it was made and save it as .docx").format()
    )
    problems.check()


def _broken(path: Path, fact: str) -> DataError:
    problems = Problems()
    hint = _("fetch the file again from whoever made it, or save it anew from Word or LibreOffice")
    problems.add("C-104", path, 0, fact, hint.format())
    return DataError(problems)


def _parsed(xml: bytes, path: Path) -> Element:
    try:
        root = _root(xml)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise _broken(path, _("the XML inside the document is damaged").format()) from error
    # Word declares no document type. Whoever does can hide words in entities.
    if root.getroottree().docinfo.internalDTD is not None:
        raise _broken(
            path, _("the XML inside declares a document type, which Word never does").format()
        )
    if _name(root) != "document":
        raise _broken(path, _("the archive is no Word document").format())
    return root


def _root(xml: bytes) -> Element:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    return etree.fromstring(xml, parser)


def _name(element: Element) -> str:
    return etree.QName(element).localname if isinstance(element.tag, str) else ""


@dataclass(frozen=True)
class _Cell:
    """A table's cell: its paragraphs as (place, text), joined."""

    place: int
    text: str


class _Walk:
    """Goes through the document once, counting paragraphs."""

    def __init__(self) -> None:
        self.paragraphs = 0

    def lines(self, element: Element) -> list[Line]:
        """List the lines of everything below `element`, in reading order."""
        found: list[Line] = []
        for child in element:
            name = _name(child)
            if name == "p":
                found += self._paragraph(child)
            elif name == "tbl":
                found += self._table(child)
            elif name not in _UNREAD:
                found += self.lines(child)
        return found

    def _paragraph(self, paragraph: Element) -> list[Line]:
        self.paragraphs += 1
        place = self.paragraphs
        pieces = list(_pieces(paragraph))
        text = "".join(piece for piece, _is_bold in pieces)
        bold = _bold_length(pieces)
        rows = text.split("\n")
        found = [Line(place, row, place, bold if n == 0 else 0) for n, row in enumerate(rows)]
        for box in _boxes(paragraph):
            found += self.lines(box)
        return found

    def _table(self, table: Element) -> list[Line]:
        """Read a table of speakers and words row by row; any other one as mere paragraphs."""
        rows = [[self.lines(cell) for cell in _below(row, "tc")] for row in _below(table, "tr")]
        grid = [[_Cell(c[0].place if c else 0, _joined(c)) for c in row] for row in rows]
        kinds, has_header = _columns([[cell.text for cell in row] for row in grid])
        if not kinds:
            return [line for row in rows for cell in row for line in cell]
        return _turns(grid, kinds, has_header)


def _pieces(element: Element, *, is_bold: bool = False) -> Iterator[tuple[str, bool]]:
    """Yield the words below an element, with whether they are bold; text boxes come later."""
    for child in element:
        name = _name(child)
        if name in _UNREAD or name in ("p", "tbl", "txbxContent"):
            continue
        if name == "t":
            yield child.text or "", is_bold
        elif name in _SIGNS:
            yield _SIGNS[name], is_bold
        else:
            yield from _pieces(child, is_bold=_is_bold(child) if name == "r" else is_bold)


def _is_bold(run: Element) -> bool:
    for properties in run:
        if _name(properties) == "rPr":
            for mark in properties:
                if _name(mark) == "b":
                    values = [
                        value for key, value in mark.attrib.items() if str(key).endswith("val")
                    ]
                    return not values or values[0] not in ("0", "false", "off")
    return False


def _bold_length(pieces: list[tuple[str, bool]]) -> int:
    """Count the signs of the first line before the first one that is not bold."""
    length = 0
    for text, is_bold in pieces:
        if not is_bold and text.strip():
            break
        length += len(text)
    first = "".join(text for text, _is_bold in pieces).split("\n", 1)[0]
    return min(length, len(first)) - (len(first) - len(first.lstrip()))


def _boxes(element: Element) -> Iterator[Element]:
    """Find the text boxes below a paragraph, once each and not inside one another."""
    for child in element:
        name = _name(child)
        if name == "txbxContent":
            yield child
        elif name not in _UNREAD:
            yield from _boxes(child)


def _below(element: Element, name: str) -> Iterator[Element]:
    """Find the rows of a table or the cells of a row, inside content controls and changes too."""
    for child in element:
        if _name(child) == name:
            yield child
        elif _name(child) in ("sdt", "sdtContent", "ins", "customXml", "smartTag", "moveTo"):
            yield from _below(child, name)


def _joined(lines: list[Line]) -> str:
    return clean("\n".join(line.text.strip() for line in lines if line.text.strip()))


def _columns(grid: list[list[str]]) -> tuple[list[str], bool]:
    """
    Say what each column of a table holds: words, speaker, time or "".

    A table is a transcript when its first row says so, or when its short cells look like labels
    and one of them comes again; a sheet of facts (Date, Lieu, Durée) names each thing once.
    """
    width = max((len(row) for row in grid), default=0)
    if width < 2:
        return [], False
    header = cell_kinds(grid[0])
    if {"words", "speaker"} <= set(header):
        return header, True
    columns = [[row[n] for row in grid if n < len(row) and row[n]] for n in range(width)]
    kinds = ["time" if cells and all(map(is_time, cells)) else "" for cells in columns]
    speaker = next((n for n in range(width) if not kinds[n] and _are_labels(columns[n])), None)
    rest = [n for n in range(width) if not kinds[n] and n != speaker]
    if speaker is None or not rest:
        return [], False
    kinds[speaker] = "speaker"
    kinds[max(rest, key=lambda n: sum(map(len, columns[n])))] = "words"
    return kinds, False


def _are_labels(cells: list[str]) -> bool:
    heads = [_cell_head(cell) for cell in cells]
    counts = Counter(head.label.casefold() for head in heads)
    return bool(heads) and all(h.look for h in heads) and max(counts.values()) > 1


def _cell_head(text: str) -> Head:
    """Read a speaker's cell: `Marie`, `Marie :`, `[Marie] (0:03)`."""
    head = candidate(Line(0, text, 0))
    if head and not head.rest:
        return head
    label = text.strip().removesuffix(":").strip()
    return Head(label, "", Form.CELL, look(label))


def _turns(grid: list[list[_Cell]], kinds: list[str], has_header: bool) -> list[Line]:
    """Make a line with a given head of each row; an empty speaker cell continues the one before."""
    found: list[Line] = []
    speaker = ""
    for n, row in enumerate(grid):
        named = {kind: cell for kind, cell in zip(kinds, row, strict=False) if kind}
        place = min((cell.place for cell in row if cell.place), default=0)
        written = "\n".join(cell.text for cell in row if cell.text)
        if n == 0 and has_header:
            continue
        label = named["speaker"].text if "speaker" in named else ""
        own = _cell_head(label) if label else Head(speaker, "", Form.CELL, Look.NAME)
        speaker = own.label
        times, is_bad = _cell_times(named, own)
        words = named["words"].text if "words" in named else ""
        head = Head(speaker, words, Form.CELL, own.look, times, True, is_bad)
        found.append(Line(place, written, place, head=head))
        left = [cell for kind, cell in zip(kinds, row, strict=False) if not kind and cell.text]
        found += [Line(cell.place, cell.text, cell.place) for cell in left]
    return found


def _cell_times(named: dict[str, _Cell], own: Head) -> tuple[Span, bool]:
    """Read a row's times from its columns, else from beside the label."""
    try:
        if "time" in named:
            return span(named["time"].text), False
        parts = [
            span(named[kind].text)[0] if kind in named else NO_TIMES[0] for kind in ("start", "end")
        ]
    except ValueError:
        return NO_TIMES, True
    return (
        ((parts[0], parts[1]), False)
        if named.keys() & {"start", "end"}
        else (own.times, own.has_bad_time)
    )
