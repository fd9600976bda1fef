"""Tables kept by hand, as spreadsheets save them: `;`, a BOM, Windows-1252, 12,5 and 31/12/2012.

What is read differently from how it is written is reported as a note; what could be read in two
ways is refused with the line and the remedy.
"""

import csv
import datetime
import io
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd

from pipeline.corpus.encodings import decode
from pipeline.messages import _
from pipeline.problems import DataError, Problems, nearest, shown
from pipeline.tables.files import empty, typed
from pipeline.tables.shapes import Column, Table

DELIMITERS = (",", ";", "\t")
YES = {"oui", "o", "yes", "y", "true", "vrai", "1", "x"}
NO = {"non", "n", "no", "false", "faux", "0"}
ISO_DATE = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[T ]00:00(?::00)?)?")
SLASHED_DATE = re.compile(r"(\d{1,2})[/.](\d{1,2})[/.](\d{4})")
NUMBER = re.compile(r"-?\d+(?:\.\d+)?")
COMMA_NUMBER = re.compile(r"-?\d+,\d+")
SPACES = re.compile(r"[\s\u00a0\u202f]+")


@dataclass
class HandKept:
    """The rows of a hand-kept table, typed, with `line` of the file, and notes on how it was read."""

    file: Path
    rows: pd.DataFrame
    notes: list[str] = field(default_factory=list)


@dataclass
class _Sheet:
    """The cells as text, before any of them is understood."""

    file: Path
    header: list[str]
    records: list[tuple[int, dict[str, str]]]
    delimiter: str
    notes: list[str]


def read(file: Path, table: Table, problems: Problems, optional: bool = False) -> HandKept:
    """Read a hand-kept CSV as `table` declares it.

    Args:
        file: The CSV; with `optional`, an absent one is an empty table.
        problems: Collects C-2xx: every cell, column and row that cannot be understood.

    Returns:
        One row a record, columns of `table` plus `line` (of the file, from 1); a cell that is not
        understood is empty.

    """
    if optional and not file.exists():
        return HandKept(file, empty(table).assign(line=pd.Series(dtype="Int64")))
    sheet = _cells(file, table, problems)
    columns = [column for column in table.columns if column.name in sheet.header]
    understood = {column.name: _column(column, sheet, problems) for column in columns}
    _required(table, sheet, problems)
    rows = [
        {name: cells[index] for name, cells in understood.items()}
        for index in range(len(sheet.records))
    ]
    lines = pd.Series([line for line, _cells_of in sheet.records], dtype="Int64")
    frame = typed(table, rows).assign(line=lines)
    _keys(table, frame, file, problems)
    return HandKept(file, frame, sheet.notes)


def _cells(file: Path, table: Table, problems: Problems) -> _Sheet:
    notes: list[str] = []
    try:
        text, encoding = decode(file.read_bytes(), file)
    except FileNotFoundError:
        problems.add(
            "C-201",
            file,
            0,
            _("the table is missing"),
            _("create it with these columns: {names}").format(names=",".join(table.names)),
        )
        return _Sheet(file, table.names, [], ",", notes)
    except DataError as error:
        problems.extend(error.problems)
        return _Sheet(file, table.names, [], ",", notes)
    if not encoding.startswith("utf-8"):
        notes.append(_("read as {encoding}").format(encoding=encoding))
    delimiter = max(DELIMITERS, key=lambda d: len(set(_names(text, d)) & set(table.names)))
    if delimiter != ",":
        notes.append(_("columns separated by {delimiter}").format(delimiter=repr(delimiter)))
    header, records = _records(text, delimiter, file, problems)
    _header(table, header, file, problems)
    return _Sheet(file, header, records, delimiter, notes)


def _names(text: str, delimiter: str) -> list[str]:
    first = next(csv.reader(io.StringIO(text), delimiter=delimiter), [])
    return [SPACES.sub("_", name.strip()).lower() for name in first]


def _records(
    text: str, delimiter: str, file: Path, problems: Problems
) -> tuple[list[str], list[tuple[int, dict[str, str]]]]:
    reader = csv.reader(io.StringIO(text), delimiter=delimiter)
    header = _names(text, delimiter)
    records, line = [], 1
    try:
        for cells in reader:
            first, line = line, reader.line_num + 1
            if first == 1 or not any(cell.strip() for cell in cells):
                continue
            extra = [cell for cell in cells[len(header) :] if cell.strip()]
            if extra:
                problems.add(
                    "C-202",
                    file,
                    first,
                    _("the row has {count} cells more than the header").format(count=len(extra)),
                    _("put quotes around a cell that holds a {delimiter}").format(
                        delimiter=repr(delimiter)
                    ),
                )
            padded = [cell.strip() for cell in cells] + [""] * len(header)
            records.append((first, dict(zip(header, padded, strict=False))))
    except csv.Error as error:
        problems.add(
            "C-203",
            file,
            line,
            _("the row cannot be read: {error}").format(error=error),
            _("look for a quote that is not closed"),
        )
    return header, records


def _header(table: Table, header: list[str], file: Path, problems: Problems) -> None:
    for name in sorted({name for name in header if name and name not in table.names}):
        problems.add(
            "C-204",
            file,
            1,
            _('the column "{name}" is not known').format(name=name),
            nearest(name, table.names),
        )
    for name in sorted({name for name in header if name and header.count(name) > 1}):
        problems.add(
            "C-205",
            file,
            1,
            _('the column "{name}" stands twice').format(name=name),
            _("keep one of them"),
        )
    for column in table.columns:
        if column.required and column.name not in header:
            problems.add(
                "C-206",
                file,
                1,
                _('the column "{name}" is missing').format(name=column.name),
                _("add it: {meaning}").format(meaning=column.meaning),
            )


def _required(table: Table, sheet: _Sheet, problems: Problems) -> None:
    for column in table.columns:
        if not column.required or column.name not in sheet.header:
            continue
        for line, cells in sheet.records:
            if not cells[column.name]:
                problems.add(
                    "C-207",
                    sheet.file,
                    line,
                    _('"{name}" is empty').format(name=column.name),
                    _("fill it in: {meaning}").format(meaning=column.meaning),
                )


def _keys(table: Table, frame: pd.DataFrame, file: Path, problems: Problems) -> None:
    if not table.key:
        return
    keys = frame[list(table.key)].apply(tuple, axis=1)
    for index in frame.index[keys.duplicated()]:
        first = frame.loc[keys.eq(keys[index]), "line"].iloc[0]
        problems.add(
            "C-208",
            file,
            int(frame.at[index, "line"]),
            _("{key} stands on line {line} already").format(
                key=" + ".join(map(str, keys[index])), line=first
            ),
            _("keep one row"),
        )


# --- cells ---------------------------------------------------------------------------------------

Reader = Callable[[str], object]


def _column(column: Column, sheet: _Sheet, problems: Problems) -> list[object]:
    """Understand one column; a cell that cannot be understood is a problem with its line."""
    written = [cells[column.name] for _line, cells in sheet.records]
    reader = _reader(column, written, sheet)
    values: list[object] = []
    for (line, _cells_of), cell in zip(sheet.records, written, strict=True):
        try:
            values.append(reader(cell) if cell else None)
        except _Refused as refused:
            values.append(None)
            problems.add(
                "C-209", sheet.file, line, f'{column.name}: "{cell}" {refused.fact}', refused.remedy
            )
    return values


class _Refused(Exception):
    """A cell that cannot be understood in one way only."""

    def __init__(self, fact: str, remedy: str):
        super().__init__(fact)
        self.fact, self.remedy = fact, remedy


def _reader(column: Column, written: list[str], sheet: _Sheet) -> Reader:
    if column.kind == "date":
        return _dates(column, written, sheet)
    if column.kind == "yes_no":
        return _yes_no
    if column.kind in {"number", "integer"}:
        return _numbers(column, written, sheet)
    if column.kind == "list":
        return lambda cell: [_allowed(column, word) for word in re.split(r"[\s,;]+", cell) if word]
    return lambda cell: _allowed(column, cell)


def _allowed(column: Column, cell: str) -> str:
    if not column.values:
        return cell
    for value in column.values:
        if cell.lower() == value.lower():
            return value
    raise _Refused(_("is not one of the known values"), nearest(cell, column.values))


def _yes_no(cell: str) -> bool:
    if cell.lower() in YES | NO:
        return cell.lower() in YES
    raise _Refused(_("is neither yes nor no"), _("write oui or non"))


def _dates(column: Column, written: list[str], sheet: _Sheet) -> Reader:
    slashed = [match for cell in written if (match := SLASHED_DATE.fullmatch(cell))]
    day_first = any(int(match[1]) > 12 for match in slashed)
    month_first = any(int(match[2]) > 12 for match in slashed)
    if day_first and not month_first:
        sheet.notes.append(_("{column}: dates read as day/month/year").format(column=column.name))

    def read_date(cell: str) -> datetime.date:
        if match := ISO_DATE.fullmatch(cell):
            year, month, day = map(int, match.groups())
        elif match := SLASHED_DATE.fullmatch(cell):
            day, month, year = map(int, match.groups())
            if month_first or (not day_first and day != month):
                raise _Refused(
                    _("can be read in two ways, or as month/day"),
                    _("write {year}-MM-DD").format(year=year),
                )
        else:
            raise _Refused(_("is not a date"), _("write it as 2012-12-31"))
        try:
            return datetime.date(year, month, day)
        except ValueError:
            raise _Refused(_("is not a day of the calendar"), _("write it as 2012-12-31")) from None

    return read_date


def _numbers(column: Column, written: list[str], sheet: _Sheet) -> Reader:
    bare = [SPACES.sub("", cell) for cell in written]
    commas = any(COMMA_NUMBER.fullmatch(cell) for cell in bare)
    points = any("." in cell and NUMBER.fullmatch(cell) for cell in bare)
    # In a file whose cells are separated by commas, 1,234 in quotes may be a thousand and more.
    unsure = commas and (points or sheet.delimiter == ",")
    if commas and not unsure:
        sheet.notes.append(_("{column}: decimal commas read as points").format(column=column.name))

    def read_number(cell: str) -> float | int:
        number = SPACES.sub("", cell)
        if COMMA_NUMBER.fullmatch(number):
            if unsure and re.fullmatch(r"-?[1-9]\d{0,2},\d{3}", number):
                raise _Refused(_("can be read in two ways"), _("write the decimals behind a point"))
            number = number.replace(",", ".")
        if not NUMBER.fullmatch(number):
            raise _Refused(_("is not a number"), _("write it as 12.5"))
        return _in_range(column, float(number))

    return read_number


def _in_range(column: Column, number: float) -> float | int:
    low, high = column.low, column.high
    if (low is not None and number < low) or (high is not None and number > high):
        raise _Refused(
            _("is out of range"),
            _("it lies between {low} and {high}").format(low=low, high=high or "∞"),
        )
    if column.kind == "number":
        return number
    if not number.is_integer():
        raise _Refused(_("is not a whole number"), _("write it without decimals"))
    return int(number)


def note_lines(kept: HandKept) -> list[str]:
    """Say for the team how a table was read, one line a table; nothing when it was read as written."""
    return [f"{shown(kept.file)}: {' · '.join(dict.fromkeys(kept.notes))}"] if kept.notes else []
