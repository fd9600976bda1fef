"""The cells of a table → the values of a column of sheets, changed as a mapping says."""

import datetime
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from fnmatch import fnmatchcase
from typing import Any

from pipeline.corpus import cells
from pipeline.corpus.sheets import sheet_values, strip_markup
from pipeline.corpus.sheets.mapping import COORDINATES, ORDERS, Field, text_of
from pipeline.corpus.sheets.table_files import Records, is_blank
from pipeline.messages import _
from pipeline.problems import Problems

# Markdown: paragraphs are kept in them.
BODIES = ("about", "singular", "business_model", "potential", "social_value", "trigger")
YEAR = re.compile(r"(?<!\d)(?:1\d{3}|20\d{2}|2100)(?!\d)")
NUMBERS = re.compile(r"[-+]?\d{1,20}(?:[.,]\d{1,20})?")
# Marks that only colour a letter of ours; those of other scripts stay.
ACCENTS = frozenset(map(chr, range(0x300, 0x370)))
PATTERN = re.compile(r"[*?\[]")


@dataclass
class Work:
    """A table at work: what is wrong, and what is told once for all rows."""

    records: Records
    problems: Problems
    stripped: set[tuple[int, str]] = field(default_factory=set)
    kept_markup: set[tuple[int, str]] = field(default_factory=set)
    dated: int = 0
    met: set[tuple[str, str]] = field(default_factory=set)
    notes: list[str] = field(default_factory=list)

    def refuse(self, number: int, code: str, fact: str, remedy: str) -> None:
        """Note a problem of the row of that number."""
        self.problems.add(code, self.records.file, number, fact, remedy)


def column(one: Field, work: Work) -> list[Any]:
    """
    Read one column of the sheets: a value a record, None where there is none.

    Problems: C-324, C-326 and C-327 of `sheet_values`, C-340 a formula or an error stands there.
    """
    found = [
        [
            _changed(item, (number, name), one, work)
            for name, item in _items(number, record, one, work)
        ]
        for number, record in work.records.rows
    ]
    written = [[item for item in items if not is_blank(item)] for items in found]
    numbers = [number for number, _record in work.records.rows]
    if one.key == COORDINATES:
        return [_pair(n, items, one, work) for n, items in zip(numbers, written, strict=True)]
    if one.column.kind == "list":
        return [_list(n, items, one, work) for n, items in zip(numbers, written, strict=True)]
    if one.column.kind in {"number", "integer", "date"}:
        return _measured(one, numbers, written, work)
    return [_text(n, items, one, work) for n, items in zip(numbers, written, strict=True)]


def _items(
    number: int, record: dict[str, Any], one: Field, work: Work
) -> Iterator[tuple[str, Any]]:
    """Give the values of a record that fill a column, each with its field; a list gives several."""
    for source in one.sources:
        shown = work.records.doubtful.get((number, source))
        if shown is not None:
            work.refuse(
                number,
                "C-340",
                _('{name}: "{value}" stands where a value should').format(name=source, value=shown),
                _("write the value itself"),
            )
        value = record.get(source)
        for item in value if isinstance(value, list) else [value]:
            parts = item.split(one.split) if one.split and isinstance(item, str) else [item]
            yield from ((source, part) for part in parts)


def _changed(value: Any, cell: tuple[int, str], one: Field, work: Work) -> Any:
    """Change a value as the mapping says: markup, then value → value."""
    if isinstance(value, str):
        value = _without_markup(unicodedata.normalize("NFC", value), cell, one, work)
    written = text_of(value) if value is not None else ""
    exact = [known for known in one.values if known.casefold() == written.casefold()]
    met = exact or [
        known
        for known in one.values
        if written and PATTERN.search(known) and fnmatchcase(written, known)
    ]
    if not met:
        return value
    work.met.add((one.key, met[0]))
    return one.values[met[0]]


def _without_markup(text: str, cell: tuple[int, str], one: Field, work: Work) -> str:
    if not strip_markup.has_markup(text):
        return text
    if not one.strips:
        work.kept_markup.add(cell)
        return text
    work.stripped.add(cell)
    return strip_markup.stripped(text, paragraphs=one.column.name in BODIES)


def _told(value: Any) -> str:
    """Write a value of a spreadsheet or of JSON as a person would write it."""
    if isinstance(value, datetime.datetime):
        return str(value.date() if value.time() == datetime.time() else value)
    if isinstance(value, float):
        return format(Decimal(repr(value)), "f").removesuffix(".0")
    return text_of(value)


def _text(number: int, items: list[Any], one: Field, work: Work) -> str | None:
    if not items:
        return _checked(number, one.default, one, work)
    plain = [item for item in items if not isinstance(item, dict | list)]
    if len(plain) < len(items):
        return _checked(number, items, one, work)
    whole = one.join.join(_told(item) for item in plain)
    if one.key == "id":
        return slug(whole) or None
    body = one.column.name in BODIES
    return _checked(number, whole.strip() if body else " ".join(whole.split()), one, work)


def _checked(number: int, value: Any, one: Field, work: Work) -> Any:
    """Give a value its column's type, as a written sheet has it."""
    if value is None:
        return None
    file = work.records.file
    for known in one.column.values:
        if isinstance(value, str) and value.casefold() == known.casefold():
            value = known
    return sheet_values.value(one.column, one.key, value, file, number, work.problems)


def slug(text: str) -> str:
    """Make an id out of a name: letters of any script, figures, hyphens; Latin letters bare."""
    bare = "".join(c for c in unicodedata.normalize("NFKD", text.casefold()) if c not in ACCENTS)
    kept = "".join(c if _is_of_word(c) else " " for c in unicodedata.normalize("NFC", bare))
    return "-".join(kept.split())


def _is_of_word(character: str) -> bool:
    """Say whether a sign is of a word: vowels of Indian and Khmer scripts are marks, no letters."""
    return unicodedata.category(character)[0] in "LNM"


def _list(number: int, items: list[Any], one: Field, work: Work) -> Any:
    flat = [part for item in items for part in (item if isinstance(item, list) else [item])]
    told = [
        part if isinstance(part, dict | list) else " ".join(_told(part).split())
        for part in flat
        if not is_blank(part)
    ]
    return _checked(number, told or one.default, one, work)


def _measured(one: Field, numbers: list[int], written: list[list[Any]], work: Work) -> list[Any]:
    """Read a column of numbers or dates, looked at as a whole: 31/12/2012 tells of 03/04/2012."""
    told = [one.join.join(_told(item) for item in items).strip() for items in written]
    if one.column.name == "founded_year":
        told = [_year(cell, work) for cell in told]
    reader = cells.reader(one.column, told, work.records.delimiter, work.notes)
    values = []
    for number, cell in zip(numbers, told, strict=True):
        try:
            value = reader(cell.removeprefix("+")) if cell else one.default
        except cells.Refused as refused:
            work.refuse(
                number,
                "C-324",
                _('{name}: "{value}" cannot be used').format(name=one.key, value=cell),
                refused.remedy,
            )
            value = None
        values.append(value)
    return values


def _year(cell: str, work: Work) -> str:
    """Take the year out of a date, where only one year can be meant."""
    years = set(YEAR.findall(cell))
    if len(years) != 1 or cell in years:
        return cell
    work.dated += 1
    return years.pop()


def _pair(number: int, items: list[Any], one: Field, work: Work) -> tuple[float, float] | None:
    """Read latitude and longitude out of one field, or two: `48,85 ; 2,35`, `POINT(2.35 48.85)`."""
    if not items:
        return None
    told = " ; ".join(_told(item) for item in items)
    found = [float(part.replace(",", ".")) for part in NUMBERS.findall(told)]
    if len(found) == 2:
        latitude, longitude = found if one.order == ORDERS[0] else reversed(found)
        if abs(latitude) <= 90 and abs(longitude) <= 180:
            return latitude, longitude
    work.refuse(
        number,
        "C-324",
        _('{name}: "{value}" cannot be used').format(name=one.key, value=told),
        _("write two numbers, as 48.85, 2.35; `order` says which comes first"),
    )
    return None
