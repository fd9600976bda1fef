"""Tables kept by hand, as spreadsheets save them: `;`, a BOM, Windows-1252, 12,5 and 31/12/2012.

What is read differently from how it is written is reported as a note; what could be read in two
ways is refused with the line and the remedy. `cells.py` reads the single cell.
"""

import csv
import io
import re
from dataclasses import dataclass, field
from itertools import zip_longest
from pathlib import Path

import pandas as pd

from pipeline.corpus import cells
from pipeline.corpus.encodings import decode
from pipeline.messages import _
from pipeline.problems import DataError, Problems, nearest, shown
from pipeline.tables.files import empty, typed
from pipeline.tables.shapes import Column, Table

DELIMITERS = (",", ";", "\t")


@dataclass
class HandKept:
    """The rows of a hand-kept table, typed, with `line` of the file, and notes on how it was read.

    `refused` holds (line, column) of cells that are not understood.
    `is_whole` is False where rows may be missing: no such file, no text, a quote never closed.
    """

    file: Path
    rows: pd.DataFrame
    notes: list[str] = field(default_factory=list)
    is_whole: bool = True
    refused: set[tuple[int, str]] = field(default_factory=set)


@dataclass
class _Sheet:
    """The cells as text, before any of them is understood."""

    file: Path
    delimiter: str = ","
    header: list[str] = field(default_factory=list)
    header_line: int = 1
    records: list[tuple[int, dict[str, str]]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    refused: set[tuple[int, str]] = field(default_factory=set)


def read(file: Path, table: Table, problems: Problems, optional: bool = False) -> HandKept:
    """Read a hand-kept CSV as `table` declares it.

    Args:
        file: The CSV; with `optional`, an absent one is an empty table.
        problems: Collects C-2xx: every cell, column and row that cannot be understood.

    Returns:
        One row a record, columns of `table` plus `line` (of the file, from 1); a cell that is not
        understood is empty.

    """
    before = len(problems)
    text, notes = _text(file, table, problems, optional)
    if text is None:
        nothing = empty(table).assign(line=pd.Series(dtype="Int64"))
        return HandKept(file, nothing, is_whole=len(problems) == before)
    sheet = _sheet(text, file, table, problems)
    columns = [column for column in table.columns if column.name in sheet.header]
    understood = {column.name: _column(column, sheet, problems) for column in columns}
    _required(table, sheet, problems)
    rows = [
        {name: values[index] for name, values in understood.items()}
        for index in range(len(sheet.records))
    ]
    lines = pd.Series([line for line, _cells in sheet.records], dtype="Int64")
    frame = typed(table, rows).assign(line=lines)
    _keys(table, frame, file, problems)
    lost = {problem.code for problem in problems[before:]} & {"C-203", "C-206"}
    return HandKept(file, frame, notes + sheet.notes, not lost, sheet.refused)


def _text(
    file: Path, table: Table, problems: Problems, optional: bool
) -> tuple[str | None, list[str]]:
    """Decode the file; None where it is absent or no text, which is a problem unless `optional`."""
    try:
        text, encoding = decode(file.read_bytes(), file)
    except FileNotFoundError:
        if not optional:
            problems.add(
                "C-201",
                file,
                0,
                _("the table is missing"),
                _("create it with these columns: {names}").format(names=",".join(table.names)),
            )
        return None, []
    except DataError as error:
        problems.extend(error.problems)
        return None, []
    is_usual = encoding.startswith("utf-8")
    return text, [] if is_usual else [_("read as {encoding}").format(encoding=encoding)]


def _sheet(text: str, file: Path, table: Table, problems: Problems) -> _Sheet:
    first = next((line for line in text.split("\n") if re.search(r"\w", line)), "")
    names = {delimiter: set(map(_name, first.split(delimiter))) for delimiter in DELIMITERS}
    sheet = _Sheet(file, max(DELIMITERS, key=lambda d: len(names[d] & set(table.names))))
    if sheet.delimiter != ",":
        delimiter = repr(sheet.delimiter)
        sheet.notes.append(_("columns separated by {delimiter}").format(delimiter=delimiter))
    _records(text, sheet, problems)
    _header(table, sheet, problems)
    return sheet


def _name(cell: str) -> str:
    return re.sub(r"\s+", "_", cell.strip('" \t\u00a0\u202f')).lower()


def _records(text: str, sheet: _Sheet, problems: Problems) -> None:
    """Split the text into header and records, each with the line it begins on."""
    # strict: without it a quote that is not closed swallows every row below it, in silence.
    reader = csv.reader(io.StringIO(text), delimiter=sheet.delimiter, strict=True)
    line = 1
    try:
        for written in reader:
            first, line = line, reader.line_num + 1
            record = [cell.strip() for cell in written]
            if any(record) and not sheet.header:
                sheet.header, sheet.header_line = list(map(_name, record)), first
            elif any(record):
                _extra(sheet, first, record, problems)
                filled = record + [""] * len(sheet.header)
                sheet.records.append((first, dict(zip(sheet.header, filled, strict=False))))
    except csv.Error as error:
        problems.add(
            "C-203",
            sheet.file,
            line,
            _("the row cannot be read: {error}").format(error=error),
            _("look for a quote that is not closed"),
        )


def _extra(sheet: _Sheet, line: int, record: list[str], problems: Problems) -> None:
    """Refuse words that stand under no column."""
    pairs = zip_longest(sheet.header, record, fillvalue="")
    count = sum(1 for name, cell in pairs if cell and not name)
    if count:
        problems.add(
            "C-202",
            sheet.file,
            line,
            _("the row has {count} cells more than the header").format(count=count),
            _("put quotes around a cell that holds a {delimiter}").format(
                delimiter=repr(sheet.delimiter)
            ),
        )


def _header(table: Table, sheet: _Sheet, problems: Problems) -> None:
    named = [name for name in sheet.header if name]
    for name in sorted(set(named)):
        if name not in table.names:
            fact = _('the column "{name}" is not known').format(name=name)
            problems.add("C-204", sheet.file, sheet.header_line, fact, nearest(name, table.names))
        if named.count(name) > 1:
            fact = _('the column "{name}" stands twice').format(name=name)
            problems.add("C-205", sheet.file, sheet.header_line, fact, _("keep one of them"))
    for column in table.columns:
        if column.required and column.name not in named:
            fact = _('the column "{name}" is missing').format(name=column.name)
            hint = _("add it: {meaning}").format(meaning=_(column.meaning))
            problems.add("C-206", sheet.file, sheet.header_line, fact, hint)


def _required(table: Table, sheet: _Sheet, problems: Problems) -> None:
    for column in table.columns:
        if not column.required or column.name not in sheet.header:
            continue
        for line, record in sheet.records:
            if not record[column.name]:
                problems.add(
                    "C-207",
                    sheet.file,
                    line,
                    _('"{name}" is empty').format(name=column.name),
                    _("fill it in: {meaning}").format(meaning=_(column.meaning)),
                )


def _keys(table: Table, frame: pd.DataFrame, file: Path, problems: Problems) -> None:
    needed = [name for name in table.key if table.column(name).required]
    seen: dict[tuple[str, ...], int] = {}
    for row in frame.dropna(subset=needed).to_dict("records") if table.key else []:
        key = tuple("" if pd.isna(row[name]) else str(row[name]) for name in table.key)
        first = seen.setdefault(key, row["line"])
        if first != row["line"]:
            problems.add(
                "C-208",
                file,
                row["line"],
                _("{key} stands on line {line} already").format(
                    key=" + ".join(f'"{part}"' for part in key), line=first
                ),
                _("keep one row"),
            )


def _column(column: Column, sheet: _Sheet, problems: Problems) -> list[object]:
    """Understand one column; a cell that cannot be understood is a problem with its line."""
    written = [record[column.name] for _line, record in sheet.records]
    reader = cells.reader(column, written, sheet.delimiter, sheet.notes)
    values: list[object] = []
    for (line, _record), cell in zip(sheet.records, written, strict=True):
        try:
            values.append(reader(cell) if cell else None)
        except cells.Refused as refused:
            values.append(None)
            sheet.refused.add((line, column.name))
            fact = f'{column.name}: "{cell}" {refused.fact}'
            problems.add("C-209", sheet.file, line, fact, refused.remedy)
    return values


def row_like(file: Path, table: Table, line: int, cells_of_row: dict[str, str]) -> str:
    """
    Write a row that can be pasted into a hand-kept table, as that file writes its rows.

    Args:
        file: The table; without it, the row has the columns that are declared.
        table: What it is declared as.
        line: The row it takes its other cells from; 0 for empty ones.
        cells_of_row: The cells that differ, by column.

    """
    sheet = _Sheet(file, header=table.names)
    if file.is_file():
        sheet = _sheet(decode(file.read_bytes(), file)[0], file, table, Problems())
    row = dict(sheet.records).get(line, {}) | cells_of_row
    sink = io.StringIO()
    writer = csv.writer(sink, delimiter=sheet.delimiter, lineterminator="")
    writer.writerow([row.get(name, "") for name in sheet.header])
    return sink.getvalue()


def note_lines(kept: HandKept) -> list[str]:
    """Say for the team how a table was read, one line; nothing when it was read as written."""
    return [f"{shown(kept.file)}: {' · '.join(dict.fromkeys(kept.notes))}"] if kept.notes else []
