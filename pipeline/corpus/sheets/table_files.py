"""A table of initiatives that somebody keeps elsewhere → records: CSV, XLSX, ODS, JSON, GeoJSON."""

import csv
import io
import unicodedata
from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pipeline.corpus.encodings import decode
from pipeline.corpus.sheets import json_tables, workbooks
from pipeline.messages import _
from pipeline.problems import DataError, Problems, nearest

WORKBOOKS = {".xlsx", ".xlsm", ".ods"}
JSON = {".json", ".geojson"}
CSV = {".csv", ".tsv"}
ENDINGS = WORKBOOKS | JSON | CSV
DELIMITERS = (",", ";", "\t", "|")
MOST_ROWS = 20_000
MOST_BYTES = 32_000_000
# A title, a date and a note may stand above the names of the columns, and no more.
HEADER_WITHIN = 30


@dataclass
class Grid:
    """Cells as they stand: rows with their number in the file, empty rows left out."""

    file: Path
    name: str = ""
    rows: list[tuple[int, list[Any]]] = field(default_factory=list)
    doubtful: dict[tuple[int, int], str] = field(default_factory=dict)
    delimiter: str = ";"
    notes: list[str] = field(default_factory=list)


@dataclass
class Records:
    """Records by the names of the table's fields, with their number: line, row or place in JSON.

    `doubtful` maps (number, field) to a formula or an error that stands where a value should.
    """

    file: Path
    fields: list[str]
    rows: list[tuple[int, dict[str, Any]]]
    header_line: int = 1
    doubtful: dict[tuple[int, str], str] = field(default_factory=dict)
    delimiter: str = ","
    notes: list[str] = field(default_factory=list)


def grids(file: Path, wanted: Collection[str], problems: Problems) -> list[Grid]:
    """
    Read the cells of a CSV or a workbook; each sheet is a grid.

    Args:
        file: Its ending says what it is.
        wanted: Names that a header is looked for with, to tell what separates the cells of a CSV.
        problems: Collects C-103 no text, C-203 a broken row, C-336 it cannot be read, C-337 it is
            too large.

    """
    if file.suffix.lower() in WORKBOOKS:
        return [
            Grid(file, sheet.name, _filled(sheet), sheet.doubtful)
            for sheet in workbooks.read(file, problems)
        ]
    return _csv(file, wanted, problems)


def _filled(sheet: workbooks.Sheet) -> list[tuple[int, list[Any]]]:
    """Number the rows that say anything, were it a formula without a value."""
    doubtful = {row for row, _column in sheet.doubtful}
    below: list[list[Any]] = [[] for _row in range(max(doubtful, default=0) - len(sheet.rows))]
    return [
        (n, row)
        for n, row in enumerate([*sheet.rows, *below], 1)
        if n in doubtful or any(not is_blank(cell) for cell in row)
    ]


def is_blank(value: Any) -> bool:
    """Say whether a cell says nothing."""
    return value is None or (isinstance(value, str) and not value.strip())


def _csv(file: Path, wanted: Collection[str], problems: Problems) -> list[Grid]:
    if is_too_large(file, problems):
        return []
    try:
        text, encoding = decode(file.read_bytes(), file)
    except DataError as error:
        problems.extend(error.problems)
        return []
    delimiter = max(DELIMITERS, key=lambda one: _fits(text, one, set(wanted)))
    grid = Grid(file, delimiter=delimiter)
    if not encoding.startswith("utf-8"):
        grid.notes.append(_("read as {encoding}").format(encoding=encoding))
    _fill(grid, text, problems)
    return [grid]


def _fits(text: str, delimiter: str, wanted: set[str]) -> tuple[int, int]:
    """Count the wanted names that a delimiter brings to light, and the cells of the first row."""
    head = "\n".join(text.split("\n", HEADER_WITHIN)[:HEADER_WITHIN])
    try:
        rows = [row for row in csv.reader(io.StringIO(head), delimiter=delimiter) if any(row)]
    except csv.Error:  # it is told where the whole file is read
        return 0, 0
    names = [len({name_of(cell) for cell in row} & wanted) for row in rows]
    return max(names, default=0), max(map(len, rows[:1]), default=0)


def _fill(grid: Grid, text: str, problems: Problems) -> None:
    # strict: without it a quote that is not closed swallows every row below it, in silence.
    reader = csv.reader(io.StringIO(text), delimiter=grid.delimiter, strict=True)
    line = 1
    try:
        for row in reader:
            if any(cell.strip() for cell in row):
                grid.rows.append((line, list(row)))
            line = reader.line_num + 1
    except csv.Error as error:
        fact = _("the row cannot be read: {error}").format(error=error)
        problems.add("C-203", grid.file, line, fact, _("look for a quote that is not closed"))
        grid.rows.clear()


def is_too_large(file: Path, problems: Problems) -> bool:
    """Say whether a file is larger than any table of initiatives, which is a problem: C-337."""
    if file.stat().st_size <= MOST_BYTES:
        return False
    json_tables.too_large(file, problems)
    return True


def name_of(cell: Any) -> str:
    """Give the name of a field as it is compared: NFC, white space as one space."""
    return " ".join(unicodedata.normalize("NFC", "" if cell is None else str(cell)).split())


def read(
    file: Path, wanted: Collection[str], sheet: str, rows: str, problems: Problems
) -> Records | None:
    """
    Read the records of a table.

    Args:
        file: CSV, XLSX, ODS, JSON or GeoJSON.
        wanted: The fields that are mapped: the header is the row that has most of them.
        sheet: The name of a workbook's sheet; "" for the one that has most of `wanted`.
        rows: The dotted path of the list within a JSON; "" to look for it.
        problems: Collects C-334 no such sheet, C-336 it cannot be read, C-337 it is too large,
            C-338 no records, C-339 a field without a name or twice.

    """
    if file.suffix.lower() in JSON:
        read_in = None if is_too_large(file, problems) else json_tables.read(file, rows, problems)
        made = Records(file, read_in[0], read_in[1]) if read_in else None
    else:
        before = len(problems)
        found = grids(file, wanted, problems)
        grid = None if len(problems) > before else _chosen(found, file, sheet, wanted, problems)
        made = _records(grid, wanted, problems) if grid else None
    if made and not made.rows:
        fact, remedy = _("the table has no rows"), _("fill it in, or delete the file")
        problems.add("C-338", file, 0, fact, remedy)
        return None
    if made and len(made.rows) > MOST_ROWS:
        json_tables.too_large(file, problems)
        return None
    return made


def _chosen(
    found: list[Grid], file: Path, sheet: str, wanted: Collection[str], problems: Problems
) -> Grid | None:
    named = [grid for grid in found if grid.name == sheet] if sheet else found
    if sheet and not named:
        fact = _('the workbook has no sheet "{name}"').format(name=sheet)
        problems.add("C-334", file, 0, fact, nearest(sheet, [grid.name for grid in found]))
        return None
    filled = [grid for grid in named if grid.rows]
    if not filled:
        fact, remedy = _("the table is empty"), _("fill it in, or delete the file")
        problems.add("C-338", file, 0, fact, remedy)
        return None
    chosen = max(filled, key=lambda grid: _header(grid, wanted)[1])
    others = [grid.name for grid in found if grid.rows and grid is not chosen]
    if others:
        chosen.notes.append(_("sheets not read: {names}").format(names=", ".join(others)))
    return chosen


def _header(grid: Grid, wanted: Collection[str]) -> tuple[int, int]:
    """Find the row that has most of the wanted names: its index, and how many."""
    counts = [
        len({name_of(cell) for cell in row} & set(wanted)) for _n, row in grid.rows[:HEADER_WITHIN]
    ]
    best = max(counts, default=0)
    return (counts.index(best) if counts else 0), best


def _records(grid: Grid, wanted: Collection[str], problems: Problems) -> Records:
    at, _count = _header(grid, wanted)
    line, cells = grid.rows[at]
    names = [name_of(cell) for cell in cells]
    _check_header(grid, at, names, set(wanted), problems)
    if at:
        above = ", ".join(str(number) for number, _row in grid.rows[:at])
        grid.notes.append(
            _("rows above the names of the columns left out: {rows}").format(rows=above)
        )
    rows = [(n, dict(zip(names, row, strict=False))) for n, row in grid.rows[at + 1 :]]
    doubtful = {
        (row, names[column - 1]): shown
        for (row, column), shown in grid.doubtful.items()
        if row > line and column <= len(names)
    }
    return Records(
        grid.file, [n for n in names if n], rows, line, doubtful, grid.delimiter, grid.notes
    )


def _check_header(
    grid: Grid, at: int, names: list[str], wanted: set[str], problems: Problems
) -> None:
    line = grid.rows[at][0]
    for name, times in Counter(names).items():
        if times > 1 and name in wanted:
            fact = _('the column "{name}" stands twice').format(name=name)
            problems.add("C-339", grid.file, line, fact, _("keep one of them"))
    nameless: dict[int, int] = {}
    for number, row in grid.rows[at + 1 :]:
        for column, cell in enumerate(row):
            if not is_blank(cell) and (column >= len(names) or not names[column]):
                nameless.setdefault(column, number)
    for column, number in nameless.items():
        problems.add(
            "C-339",
            grid.file,
            number,
            _("column {number} has values and no name").format(number=column + 1),
            _("name it in row {line}; a merged cell names only its first column").format(line=line),
        )


def fields_of(file: Path) -> list[str]:
    """Name the fields of a table, as far as it can be read, for a remedy."""
    found = read(file, (), "", "", Problems())
    return found.fields if found else []
