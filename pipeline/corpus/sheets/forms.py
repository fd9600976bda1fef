"""Filled forms of ours → sheets: known by their first cell, read by the hidden names of fields."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pipeline.corpus.sheets import table_files
from pipeline.corpus.sheets.form_fields import KEYS, MARK, TABLE_MARK, codes, column_of
from pipeline.corpus.sheets.mapping import Field
from pipeline.corpus.sheets.table_files import Grid, Records, is_blank
from pipeline.corpus.sheets.table_sheets import Sheets, held_back
from pipeline.corpus.sheets.table_values import Work, column, slug
from pipeline.messages import _
from pipeline.problems import Problems, nearest

COLUMNS = {key: column_of(key) for keys in KEYS.values() for key in keys}
ANSWER = "answer"
# What separates the items of a list that is typed into one cell.
ITEMS = re.compile(r"[\n;]")

# One answer: the number of its row, the number of its column, what is written.
Answer = tuple[int, int, Any]


def read(file: Path, problems: Problems) -> list[Sheets] | None:
    """
    Read the forms in a file.

    Returns:
        A `Sheets` for each sheet of the file that is a form; None where none is, or where the
        file cannot be read, which is a problem.

    Problems: C-323 no name, C-324, C-326 and C-327 of answers, C-333 a field that no form has,
    C-338 nothing is filled in, C-340 a formula without value, C-342 an answer beside its cell;
    those of table_files.grids.
    """
    before = len(problems)
    found = [grid for grid in _grids(file, problems) if _mark(grid) in (MARK, TABLE_MARK)]
    if len(problems) > before:
        return None
    return [_sheets(grid, problems) for grid in found] or None


def _grids(file: Path, problems: Problems) -> list[Grid]:
    kind = file.suffix.lower()
    is_text = kind in table_files.CSV
    if kind in table_files.JSON or (is_text and b"utopies-realistes/" not in _head(file)):
        return []
    return table_files.grids(file, (), problems)


def _head(file: Path) -> bytes:
    with file.open("rb") as handle:
        return handle.read(200)


def _mark(grid: Grid) -> str:
    return str(grid.rows[0][1][0]).strip() if grid.rows and grid.rows[0][1] else ""


def _sheets(grid: Grid, problems: Problems) -> Sheets:
    read_one = _single(grid, problems) if _mark(grid) == MARK else _several(grid, problems)
    rows = []
    for number, answers in read_one:
        row = _row(grid, answers, problems)
        row["initiative_id"] = row.get("initiative_id") or slug(row.get("name") or "") or None
        rows.append((number, row))
        if not row.get("name"):
            fact = _('the sheet has no "{name}"').format(name="name")
            problems.add("C-323", grid.file, number, fact, _("fill in the name of the initiative"))
    if not rows:
        fact, remedy = _("nothing is filled in"), _("fill it in, or delete the file")
        problems.add("C-338", grid.file, 0, fact, remedy)
    notes = [*grid.notes, *held_back([row for _n, row in rows], [number for number, _row in rows])]
    return Sheets(grid.file, rows, [f"{grid.file.name}: {note}" for note in notes])


Answers = dict[str, Answer]


def _single(grid: Grid, problems: Problems) -> Iterator[tuple[int, Answers]]:
    """Read the form for one initiative: a field a row, the answer in the column called so."""
    names = [str(cell).strip() for cell in grid.rows[0][1]]
    at = names.index(ANSWER) if ANSWER in names else 2
    answers: Answers = {}
    for number, cells in grid.rows[1:]:
        key = table_files.name_of(_cell(cells, 0))
        value = _cell(cells, at)
        is_formula = (number, at + 1) in grid.doubtful
        if not key and not is_blank(value):
            _beside(grid, number, problems)
        elif key and key not in COLUMNS and not is_blank(value):
            fact = _('the field "{name}" is not known').format(name=key)
            problems.add("C-333", grid.file, number, fact, nearest(key, COLUMNS))
        elif key in COLUMNS and (is_formula or not is_blank(value)):
            answers[key] = (number, at + 1, value)
    if answers:
        yield answers.get("name", (grid.rows[0][0], 0, None))[0], answers


def _cell(cells: list[Any], at: int) -> Any:
    """Give a cell; a row may be shorter than the others."""
    return cells[at] if at < len(cells) else None


def _beside(grid: Grid, number: int, problems: Problems) -> None:
    problems.add(
        "C-342",
        grid.file,
        number,
        _("something is written where the form asks nothing"),
        _("move it into the cell of its question; a cell may hold several lines"),
    )


def _several(grid: Grid, problems: Problems) -> Iterator[tuple[int, Answers]]:
    """Read the table for several initiatives: a field a column; what we wrote is marked ahead."""
    names = [table_files.name_of(cell) for cell in grid.rows[0][1]]
    for at, name in enumerate(names[1:], 1):
        if name and name not in COLUMNS:
            fact = _('the field "{name}" is not known').format(name=name)
            problems.add("C-333", grid.file, grid.rows[0][0], fact, nearest(name, COLUMNS))
            names[at] = ""
    for number, cells in grid.rows[1:]:
        if not is_blank(_cell(cells, 0)):
            continue
        filled = [at for at, cell in enumerate(cells) if not is_blank(cell)]
        if any(at >= len(names) or not names[at] for at in filled):
            _beside(grid, number, problems)
        told = {*filled, *(at - 1 for row, at in grid.doubtful if row == number)}
        answers = {
            names[at]: (number, at + 1, _cell(cells, at))
            for at in sorted(told)
            if at < len(names) and names[at]
        }
        if answers:
            yield number, answers


def _row(grid: Grid, answers: Answers, problems: Problems) -> dict[str, Any]:
    """Understand the answers of one form, each a little table of one cell."""
    row = {}
    for key, (number, at, value) in answers.items():
        wanted = COLUMNS[key]
        is_typed_list = wanted.kind == "list" and isinstance(value, str)
        told = [part for part in ITEMS.split(value) if part.strip()] if is_typed_list else value
        field = Field(key, wanted, 0, (key,), dict(codes(wanted)))
        doubtful = (
            {(number, key): grid.doubtful[number, at]} if (number, at) in grid.doubtful else {}
        )
        records = Records(grid.file, [key], [(number, {key: told})], 1, doubtful, ";")
        row[wanted.name] = column(field, Work(records, problems))[0]
    return row
