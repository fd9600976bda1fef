"""OpenDocument text, packed (`.odt`) or flat (`.fodt`): paragraphs, lists and tables in order.

odfdo gives a paragraph's text with its notes and annotations in it, and repeats what a tracked
change took away; so `content.xml` is walked here. What stays in the text after tracked changes is
read, what they deleted is not. Foot- and endnotes, annotations, tables of contents and headings
that name nobody are no speech and go to `unused`; page headers and footers are another part and
are not read.
"""

import re
import zipfile
from collections.abc import Iterator
from pathlib import Path

from pipeline.corpus.readers import grids, heads
from pipeline.corpus.readers.archives import broken, is_zip, kind_of, look_into, unpacked
from pipeline.corpus.readers.heads import Line
from pipeline.corpus.readers.safe_xml import Element, name, parse
from pipeline.corpus.readers.turns import Reading, assembled
from pipeline.messages import _
from pipeline.problems import DataError, Problems

MAIN_PART = "content.xml"
# Flat OpenDocument declares thirty namespaces, behind its first element's name.
HEAD_BYTES = 4096

# A run of blanks longer than this lays out a page; it says nothing.
MAX_BLANKS = 100

_BLANKS = re.compile(r"[ \t\r\n]+")
# What holds no words of the text: deletions, declarations, hidden text, ruby's pronunciation.
_UNREAD = frozenset(
    {
        "tracked-changes",
        "sequence-decls",
        "variable-decls",
        "user-field-decls",
        "forms",
        "event-listeners",
        "hidden-text",
        "ruby-text",
        "binary-data",
    }
)
# In a drawing, its name and description for those who cannot see it, and what is no text at all.
_UNREAD_IN_DRAWINGS = frozenset({"title", "desc", "object", "object-ole"})
_DRAWINGS = ":drawing:1.0}"
# Whole parts that are shown and are no speech.
_ASIDE = frozenset({"note", "annotation"})
_INDEXES = frozenset(
    {
        "table-of-content",
        "alphabetical-index",
        "illustration-index",
        "table-index",
        "object-index",
        "user-index",
        "bibliography",
    }
)
_PARAGRAPHS = frozenset({"p", "h"})
_ROWS = ("table-row", "table-rows", "table-header-rows", "table-row-group")


def recognises(head: bytes) -> bool:
    """Whether the file is an archive that begins as OpenDocument does, or flat OpenDocument."""
    if is_zip(head):
        return b"opendocument.text" in head or b"content.xml" in head
    return b"<office:document" in head


def read(data: bytes, path: Path) -> Reading:
    """
    Read a document; `place` is the paragraph, counted from 1 through lists, tables and boxes.

    Raises:
        DataError: C-101 no text document, C-104 a broken or hostile archive or XML, or one with a
            password, C-106 an impossible time.

    """
    if not is_zip(data[:4]) and not recognises(data[:HEAD_BYTES]):
        raise _other_kind(path, "")
    root = parse(_main_part(data, path) if is_zip(data[:4]) else data, path)
    body = next((found for found in root.iter() if name(found) == "text" and _is_body(found)), None)
    if body is None:
        raise _other_kind(path, "OpenDocument")
    walk = _Walk(_bold_styles(root))
    reading = assembled(walk.lines(body), path, walk.headings)
    for place, text in walk.aside:
        reading.leave(place, text)
    reading.unused.sort(key=lambda item: item[0])
    return reading


def _is_body(element: Element) -> bool:
    parent = element.getparent()
    return parent is not None and name(parent) == "body"


def _main_part(data: bytes, path: Path) -> bytes:
    def take(archive: zipfile.ZipFile) -> dict[str, bytes]:
        names = archive.namelist()
        if MAIN_PART not in names:
            raise _other_kind(path, kind_of(archive))
        manifest = "META-INF/manifest.xml"
        if manifest in names and b"encryption-data" in unpacked(archive, manifest):
            raise broken(path, _("the document is locked with a password").format())
        return {MAIN_PART: unpacked(archive, MAIN_PART)}

    return look_into(data, path, take)[MAIN_PART]


def _other_kind(path: Path, kind: str) -> DataError:
    fact = _("the file is no OpenDocument text, whatever its name says").format()
    if kind:
        fact = _("the file is of another kind: {kind}").format(kind=kind)
    problems = Problems()
    hint = _("open it where it was made and save it as .odt or .docx").format()
    problems.add("C-101", path, 0, fact, hint)
    return DataError(problems)


def _bold_styles(root: Element) -> frozenset[str]:
    """Name the styles that print in bold, those that inherit it and `Strong Emphasis` included."""
    bold, parents = {"Strong_20_Emphasis"}, {}
    for style in root.iter():
        if name(style) == "style":
            own = _attribute(style, "name")
            parents[own] = _attribute(style, "parent-style-name")
            weights = [_attribute(child, "font-weight") for child in style]
            if "bold" in weights or (weights and max(weights) in ("600", "700", "800", "900")):
                bold.add(own)
            elif "normal" in weights:
                parents[own] = ""
    return frozenset(bold | {own for own, parent in parents.items() if parent in bold})


def _attribute(element: Element, wanted: str) -> str:
    """Give an attribute by its name without namespace."""
    found = (str(v) for key, v in element.attrib.items() if str(key).endswith(f"}}{wanted}"))
    return next(found, "")


def _count(element: Element, wanted: str, default: int) -> int:
    """Give an attribute that is a number of at most six figures, else the default."""
    written = _attribute(element, wanted)
    return int(written) if written.isdecimal() and len(written) < 7 else default


class _Walk:
    """Goes through the document once, counting paragraphs."""

    def __init__(self, bold_styles: frozenset[str]) -> None:
        self.paragraphs = 0
        self.headings: set[int] = set()
        self.aside: list[tuple[int, str]] = []
        self._bold_styles = bold_styles

    def lines(self, element: Element) -> list[Line]:
        """List the lines of everything below `element`, in reading order."""
        found: list[Line] = []
        for child in element:
            kind = name(child)
            if kind in _PARAGRAPHS:
                found += self._paragraph(child)
            elif kind == "table":
                found += self._table(child)
            elif kind in _ASIDE or kind in _INDEXES:
                self._leave(child)
            elif kind not in _UNREAD | _UNREAD_IN_DRAWINGS:
                found += self.lines(child)
        return found

    def _paragraph(self, paragraph: Element) -> list[Line]:
        self.paragraphs += 1
        place = self.paragraphs
        is_heading = name(paragraph) == "h"
        if is_heading:
            self.headings.add(place)
        is_bold = is_heading or _attribute(paragraph, "style-name") in self._bold_styles
        inner: list[Element] = []
        pieces = list(self._pieces(paragraph, inner, is_bold=is_bold))
        found = heads.paragraph(place, pieces)
        for box in inner:
            if name(box) in _ASIDE:
                self._leave(box, place)
            else:
                found += self.lines(box)
        return found

    def _pieces(
        self, element: Element, inner: list[Element], *, is_bold: bool
    ) -> Iterator[tuple[str, bool]]:
        """Yield the words of a paragraph, with whether they are bold; boxes and notes to inner."""
        yield _BLANKS.sub(" ", element.text or ""), is_bold
        for child in element:
            kind = name(child)
            if kind == "s":
                yield " " * min(_count(child, "c", 1), MAX_BLANKS), is_bold
            elif kind in ("tab", "line-break"):
                yield "\t" if kind == "tab" else "\n", is_bold
            elif kind in _ASIDE or _DRAWINGS in str(child.tag):
                inner.append(child)
            elif kind and kind not in _UNREAD:
                bold = is_bold or _attribute(child, "style-name") in self._bold_styles
                yield from self._pieces(child, inner, is_bold=bold)
            yield _BLANKS.sub(" ", child.tail or ""), is_bold

    def _leave(self, part: Element, place: int = 0) -> None:
        """Note a part that is shown and is no speech; its paragraphs are not counted."""
        texts = [
            "".join(text for text, _bold in self._pieces(found, [], is_bold=False)).strip()
            for found in part.iter()
            if name(found) in _PARAGRAPHS
        ]
        self.aside.append((place or self.paragraphs + 1, "\n".join(filter(None, texts))))

    def _table(self, table: Element) -> list[Line]:
        """Read a table's cells where they stand; those announced as repeated are blank."""
        return grids.lines_of([self._cells(row) for row in _rows(table)])

    def _cells(self, row: Element) -> list[list[Line]]:
        cells: list[list[Line]] = []
        for cell in row:
            if name(cell) in ("table-cell", "covered-table-cell"):
                cells.append(self.lines(cell))
                blank = _count(cell, "number-columns-repeated", 1) - 1
                cells += [[] for _n in range(min(blank, grids.MAX_COLUMNS - len(cells)))]
        return cells


def _rows(table: Element) -> Iterator[Element]:
    for child in table:
        if name(child) == "table-row":
            yield child
        elif name(child) in _ROWS:
            yield from _rows(child)
