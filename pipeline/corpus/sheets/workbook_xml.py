"""What a workbook's XML tells before its values are read: how far it reaches, what has no value."""

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from posixpath import join, normpath

from lxml import etree

from pipeline.messages import _

OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
CELL_NAME = re.compile(r"([A-Z]{1,3})([1-9][0-9]{0,6})")


class Refusal(Exception):
    """A workbook that is not read: the code of the problem, the fact and the remedy."""

    def __init__(self, code: str, fact: str, remedy: str):
        super().__init__(fact)
        self.code, self.fact, self.remedy = code, fact, remedy


@dataclass
class Look:
    """How far a sheet reaches, how much text its cells hold, and which show no value."""

    rows: int = 0
    columns: int = 0
    characters: int = 0
    doubtful: dict[tuple[int, int], str] = field(default_factory=dict)

    @property
    def cells(self) -> int:
        """The cells up to the furthest one, empty ones included."""
        return self.rows * self.columns

    def reach(self, row: int, column: int) -> None:
        """Take note of a cell that is not empty."""
        self.rows, self.columns = max(self.rows, row), max(self.columns, column)


def look(parts: dict[str, bytes]) -> dict[str, Look]:
    """
    Look over a workbook.

    Args:
        parts: The files of its archive.

    Returns:
        Each sheet of an XLSX or ODS by its name.

    Raises:
        Refusal: C-336, it is neither, its XML is broken, or a password is needed.

    """
    try:
        if "xl/workbook.xml" in parts:
            return _xlsx(parts)
        if b"encryption-data" in parts.get("META-INF/manifest.xml", b""):
            raise Refusal(
                "C-336", _("the workbook has a password"), _("save it without a password")
            )
        if "content.xml" in parts:
            return _ods(parts["content.xml"])
    except (etree.LxmlError, LookupError, ValueError, AttributeError):
        raise Refusal(
            "C-336",
            _("the workbook is cut off or damaged"),
            _("open it where it was written and save it again"),
        ) from None
    raise Refusal(
        "C-336",
        _("the file is neither XLSX nor ODS, whatever its name says"),
        _("open it where it was written and save it as XLSX or ODS"),
    )


def _elements(xml: bytes, *names: str) -> Iterator[etree._Element]:
    """Give the elements of these names, in any namespace, each forgotten once it was looked at."""
    reading = etree.iterparse(
        io.BytesIO(xml),
        tag=[f"{{*}}{name}" for name in names],
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
    )
    for _event, element in reading:
        yield element
        element.clear()


def _text(element: etree._Element) -> int:
    return sum(len(text) for text in element.itertext())


def _xlsx(parts: dict[str, bytes]) -> dict[str, Look]:
    relations = {
        one.get("Id"): normpath(join("/xl", one.get("Target", "")))[1:]
        for one in _elements(parts["xl/_rels/workbook.xml.rels"], "Relationship")
    }
    lengths = [_text(item) for item in _elements(parts.get("xl/sharedStrings.xml", b"<a/>"), "si")]
    return {
        str(sheet.get("name")): _worksheet(parts[where], lengths)
        for sheet in _elements(parts["xl/workbook.xml"], "sheet")
        if (where := relations.get(sheet.get(RELATION), "")) in parts
    }


def _worksheet(xml: bytes, lengths: list[int]) -> Look:
    seen = Look()
    row = 0
    for element in _elements(xml, "row"):
        row = int(element.get("r", row + 1))
        column = 0
        for cell in element.iterchildren("{*}c"):
            row, column = _place(cell.get("r"), row, column + 1)
            if len(cell):  # one without anything in it only has a colour
                seen.reach(row, column)
                _xlsx_cell(cell, (row, column), lengths, seen)
    return seen


def _place(name: str | None, row: int, column: int) -> tuple[int, int]:
    """Give the row and the column of a cell; one without a name follows the one before."""
    if name is None:
        return row, column
    letters, figures = CELL_NAME.fullmatch(name).groups()  # type: ignore[union-attr]
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return int(figures), number


def _xlsx_cell(
    cell: etree._Element, place: tuple[int, int], lengths: list[int], seen: Look
) -> None:
    value = cell.findtext("{*}v") or ""
    if cell.get("t") == "s":
        seen.characters += lengths[int(value)] if value else 0
    else:
        seen.characters += _text(cell)
    formula = cell.find("{*}f")
    if cell.get("t") == "e":
        seen.doubtful[place] = value
    elif formula is not None and not value:
        seen.doubtful[place] = f"={formula.text or ''}"


def _ods(xml: bytes) -> dict[str, Look]:
    found: dict[str, Look] = {}
    seen, row = Look(), 0
    for element in _elements(xml, "table", "table-row"):
        if element.tag == f"{TABLE}table-row":
            repeated = int(element.get(f"{TABLE}number-rows-repeated", 1))
            _ods_row(element, row, repeated, seen)
            row += repeated
        elif element.tag == f"{TABLE}table":
            found[str(element.get(f"{TABLE}name"))] = seen
            seen, row = Look(), 0
    return found


def _ods_row(element: etree._Element, row: int, repeated: int, seen: Look) -> None:
    column = 0
    for cell in element.iterchildren(f"{TABLE}table-cell", f"{TABLE}covered-table-cell"):
        times = int(cell.get(f"{TABLE}number-columns-repeated", 1))
        shown = _text(cell)
        kind = cell.get(f"{OFFICE}value-type")
        if shown or kind:
            seen.reach(row + repeated, column + times)
            seen.characters += shown * times * repeated
        formula = cell.get(f"{TABLE}formula")
        if formula and _is_error(cell, kind):
            seen.doubtful[row + 1, column + 1] = "".join(cell.itertext()).strip() or formula
        column += times


def _is_error(cell: etree._Element, kind: str | None) -> bool:
    """Say whether a formula gave no value: none was computed, or LibreOffice calls it an error."""
    return kind is None or "error" in {
        value for name, value in cell.items() if name.endswith("}value-type")
    }
