"""A table and its mapping → sheets, one a record, checked as the written ones are."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pipeline.corpus.sheets import table_files, whereabouts
from pipeline.corpus.sheets.mapping import COORDINATES, Field, Mapping
from pipeline.corpus.sheets.table_files import Records, is_blank
from pipeline.corpus.sheets.table_values import Work, column
from pipeline.messages import _
from pipeline.problems import Problems, nearest
from pipeline.stages import counted, some


@dataclass
class Sheets:
    """Sheets out of one table: rows as tables.INITIATIVES has them, each with its number."""

    file: Path
    rows: list[tuple[int, dict[str, Any]]]
    notes: list[str] = field(default_factory=list)


def read(file: Path, how: Mapping, problems: Problems) -> Sheets | None:
    """
    Read the sheets that a table holds.

    Problems: C-332 the mapping is for another table, C-334 a field is not in the table, C-340 a
    formula or an error stands for a value, C-341 latitude and longitude are exchanged by the
    mapping, C-323, C-324, C-326, C-327 as for written sheets; those of table_files.read.
    """
    records = table_files.read(file, how.sources, how.sheet, how.rows, problems)
    if records is None or not _fits(records, how, problems):
        return None
    work = Work(records, problems)
    columns = {one.key: column(one, work) for one in how.fields}
    rows = []
    for index, (number, _record) in enumerate(records.rows):
        row = dict(how.constants)
        for one in how.fields:
            row |= _named(one, columns[one.key][index])
        rows.append((number, row))
        _check_named(number, row, work)
    _check_points([row for _n, row in rows], how, work)
    return Sheets(file, rows, _notes(records, how, work))


def _fits(records: Records, how: Mapping, problems: Problems) -> bool:
    """Check that the fields that are mapped are in the table."""
    lacking = [
        (one, name) for one in how.fields for name in one.sources if name not in records.fields
    ]
    if len({name for _one, name in lacking}) == len(how.sources):
        problems.add(
            "C-332",
            how.file,
            1,
            _("none of its fields is in {table}").format(table=records.file.name),
            _("write a mapping for this table. It has: {names}").format(
                names=", ".join(records.fields[:12])
            ),
        )
        return False
    for one, name in lacking:
        fact = _('the table has no field "{name}"').format(name=name)
        problems.add("C-334", how.file, one.line, fact, nearest(name, records.fields))
    return not lacking


def _named(one: Field, value: Any) -> dict[str, Any]:
    if one.key == COORDINATES:
        return dict(zip(("latitude", "longitude"), value or (None, None), strict=True))
    return {one.column.name: value}


def _check_named(number: int, row: dict[str, Any], work: Work) -> None:
    for key, name in (("id", "initiative_id"), ("name", "name")):
        if not row.get(name):
            fact = _('the sheet has no "{name}"').format(name=key)
            work.refuse(number, "C-323", fact, _("fill it in, or leave the row out of the table"))


def _check_points(rows: list[dict[str, Any]], how: Mapping, work: Work) -> None:
    """Refuse a mapping that exchanges latitude and longitude; hold back points that cannot be."""
    located = [row for row in rows if row.get("latitude") is not None]
    exchanged = [row for row in located if whereabouts.are_exchanged(row)]
    if len(exchanged) * 2 > len(located) and len(exchanged) > 1:
        line = next(
            one.line for one in how.fields if one.key in {"latitude", "longitude", COORDINATES}
        )
        work.problems.add(
            "C-341",
            how.file,
            line,
            _("latitude and longitude are exchanged in {count} rows of {total}").format(
                count=len(exchanged), total=len(located)
            ),
            _("exchange the two fields, or write the other `order`"),
        )
        return
    work.notes += held_back(rows, [number for number, _record in work.records.rows])


def held_back(rows: list[dict[str, Any]], numbers: list[int]) -> list[str]:
    """Empty the points that cannot be meant, and say why, with the numbers of their rows."""
    return [
        _("points held back, {reason}: rows {rows}").format(
            reason=reason, rows=some([str(numbers[index]) for index in held])
        )
        for reason, held in whereabouts.hold_back(rows).items()
    ]


def _notes(records: Records, how: Mapping, work: Work) -> list[str]:
    """Tell once, for the whole table, what was changed, held back and left out."""
    notes = [*records.notes, *work.notes]
    if work.stripped:
        notes.append(
            counted(
                "markup taken out of {count} value",
                "markup taken out of {count} values",
                len(work.stripped),
            )
        )
    if work.kept_markup:
        notes.append(
            counted(
                "markup kept in {count} value; `strip_markup: true` takes it out",
                "markup kept in {count} values; `strip_markup: true` takes it out",
                len(work.kept_markup),
            )
        )
    if work.dated:
        notes.append(
            counted(
                "year taken out of {count} date", "years taken out of {count} dates", work.dated
            )
        )
    unmet = [
        f"{one.key} {value}"
        for one in how.fields
        for value in one.values
        if (one.key, value) not in work.met
    ]
    if unmet:
        notes.append(_("values of the mapping never met: {values}").format(values=some(unmet)))
    unused = [name for name in records.fields if name not in how.sources and _says(name, records)]
    if unused:
        notes.append(_("not mapped: {names}").format(names=", ".join(unused)))
    return [f"{records.file.name}: {note}" for note in notes]


def _says(name: str, records: Records) -> bool:
    return any(not is_blank(record.get(name)) for _n, record in records.rows)
