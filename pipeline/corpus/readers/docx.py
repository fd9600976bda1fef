"""Word documents: paragraphs and tables in reading order, what was inserted, not what was deleted.

python-docx's `Paragraph.text` leaves out tracked insertions, content controls and text boxes, and
its package loader stops at a broken picture link: so the main part is taken from the archive and
walked with lxml. Element names are compared without their namespace, which differs in "strict"
documents. Headers, footers, footnotes and comments are other parts and are not read.
"""

import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import TypeAlias

from lxml import etree

from pipeline.corpus.readers import grids, heads, safe_xml
from pipeline.corpus.readers.archives import broken, is_zip, kind_of, look_into, unpacked
from pipeline.corpus.readers.heads import Line
from pipeline.corpus.readers.turns import Reading, assembled
from pipeline.messages import _
from pipeline.problems import Problems

MAIN_PART = "word/document.xml"

# What is not to be read as the document's words: deletions, the old place of what was moved, the
# copy for old programs of a text box, properties, ruby's pronunciation.
_UNREAD = frozenset(
    {"del", "moveFrom", "Fallback", "pPr", "rPr", "tblPr", "sectPr", "rt", "delText"}
)
_SIGNS = {"tab": "\t", "ptab": "\t", "br": "\n", "cr": "\n", "noBreakHyphen": "\u2011"}

Element: TypeAlias = etree._Element


def recognises(head: bytes) -> bool:
    """Whether the file is a zip archive; whether it is Word's, its table of contents says."""
    return is_zip(head) and b"opendocument.text" not in head


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
    def take(archive: zipfile.ZipFile) -> dict[str, bytes]:
        name = _main_name(archive)
        if name not in archive.namelist():
            _refuse_archive(archive, path)
        return {MAIN_PART: unpacked(archive, name)}

    return look_into(data, path, take)[MAIN_PART]


def _main_name(archive: zipfile.ZipFile) -> str:
    """Find the part that the package declares as its document."""
    if "_rels/.rels" not in archive.namelist():
        return MAIN_PART
    try:
        relations = _root(unpacked(archive, "_rels/.rels"))
    except etree.XMLSyntaxError as error:
        raise zipfile.BadZipFile("the package's list of parts is damaged") from error
    for relation in relations:
        if str(relation.get("Type", "")).endswith("/officeDocument"):
            return str(relation.get("Target", MAIN_PART)).lstrip("/")
    return MAIN_PART


def _refuse_archive(archive: zipfile.ZipFile, path: Path) -> None:
    fact = _("the archive is no Word document").format()
    if kind := kind_of(archive):
        fact = _("the file is of another kind: {kind}").format(kind=kind)
    problems = Problems()
    problems.add(
        "C-101", path, 0, fact, _("open it where it was made and save it as .docx").format()
    )
    problems.check()


def _parsed(xml: bytes, path: Path) -> Element:
    try:
        root = _root(xml)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise broken(path, _("the XML inside the document is damaged").format()) from error
    # Word declares no document type. Whoever does can hide words in entities.
    if root.getroottree().docinfo.internalDTD is not None:
        raise broken(
            path, _("the XML inside declares a document type, which Word never does").format()
        )
    if safe_xml.name(root) != "document":
        raise broken(path, _("the archive is no Word document").format())
    return root


def _root(xml: bytes) -> Element:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    return etree.fromstring(xml, parser)


class _Walk:
    """Goes through the document once, counting paragraphs."""

    def __init__(self) -> None:
        self.paragraphs = 0

    def lines(self, element: Element) -> list[Line]:
        """List the lines of everything below `element`, in reading order."""
        found: list[Line] = []
        for child in element:
            name = safe_xml.name(child)
            if name == "p":
                found += self._paragraph(child)
            elif name == "tbl":
                found += self._table(child)
            elif name not in _UNREAD:
                found += self.lines(child)
        return found

    def _paragraph(self, paragraph: Element) -> list[Line]:
        self.paragraphs += 1
        found = heads.paragraph(self.paragraphs, list(_pieces(paragraph)))
        for box in _boxes(paragraph):
            found += self.lines(box)
        return found

    def _table(self, table: Element) -> list[Line]:
        """Read a table's cells where they stand."""
        rows = [[self.lines(cell) for cell in _below(row, "tc")] for row in _below(table, "tr")]
        return grids.lines_of(rows)


def _pieces(element: Element, *, is_bold: bool = False) -> Iterator[tuple[str, bool]]:
    """Yield the words below an element, with whether they are bold; text boxes come later."""
    for child in element:
        name = safe_xml.name(child)
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
        if safe_xml.name(properties) == "rPr":
            for mark in properties:
                if safe_xml.name(mark) == "b":
                    values = [
                        value for key, value in mark.attrib.items() if str(key).endswith("val")
                    ]
                    return not values or values[0] not in ("0", "false", "off")
    return False


def _boxes(element: Element) -> Iterator[Element]:
    """Find the text boxes below a paragraph, once each and not inside one another."""
    for child in element:
        name = safe_xml.name(child)
        if name == "txbxContent":
            yield child
        elif name not in _UNREAD:
            yield from _boxes(child)


def _below(element: Element, name: str) -> Iterator[Element]:
    """Find the rows of a table or the cells of a row, inside content controls and changes too."""
    for child in element:
        kind = safe_xml.name(child)
        if kind == name:
            yield child
        elif kind in ("sdt", "sdtContent", "ins", "customXml", "smartTag", "moveTo"):
            yield from _below(child, name)
