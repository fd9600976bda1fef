"""One cell of a hand-kept table → its value: a date, a number, a yes, a word out of a list.

A column is looked at as a whole before its cells are read, so that 31/12/2012 on one line says how
03/04/2012 on another one is meant. What is read differently from how it is written becomes a note.
"""

import datetime
import re
from collections.abc import Callable

from pipeline.messages import _
from pipeline.problems import nearest
from pipeline.tables.shapes import Column

YES = {"oui", "o", "yes", "y", "true", "vrai", "1", "x"}
NO = {"non", "n", "no", "false", "faux", "0"}
ISO_DATE = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[T ]00:00(?::00)?)?")
SLASHED_DATE = re.compile(r"(\d{1,2})[/.](\d{1,2})[/.](\d{4})")
NUMBER = re.compile(r"-?\d+(?:\.\d+)?")
COMMA_NUMBER = re.compile(r"-?\d+,\d+")
THOUSANDS = re.compile(r"-?\d{1,3}(?:[ \u00a0\u202f]\d{3})+(?:[.,]\d+)?")

Reader = Callable[[str], object]


class Refused(Exception):
    """A cell that cannot be understood in one way only."""

    def __init__(self, fact: str, remedy: str):
        super().__init__(fact)
        self.fact, self.remedy = fact, remedy


def reader(column: Column, written: list[str], delimiter: str, notes: list[str]) -> Reader:
    """Choose how the cells of a column are read.

    Args:
        column: What they should be.
        written: All cells of the column, as text.
        delimiter: What separates cells in the file; where it is a comma, 1,234 is doubtful.
        notes: Takes what is read differently from how it is written.

    Returns:
        A function cell → value, which raises `Refused`.

    """
    if column.kind == "date":
        return _dates(column, written, notes)
    if column.kind == "yes_no":
        return _yes_no
    if column.kind in {"number", "integer"}:
        return _numbers(column, written, delimiter, notes)
    if column.kind == "list":
        return lambda cell: [_allowed(column, word) for word in re.split(r"[\s,;]+", cell) if word]
    return lambda cell: _allowed(column, cell)


def _allowed(column: Column, cell: str) -> str:
    if not column.values:
        return cell
    for value in column.values:
        if cell.lower() == value.lower():
            return value
    raise Refused(_("is not one of the known values"), nearest(cell, column.values))


def _yes_no(cell: str) -> bool:
    if cell.lower() in YES | NO:
        return cell.lower() in YES
    raise Refused(_("is neither yes nor no"), _("write oui or non"))


def _dates(column: Column, written: list[str], notes: list[str]) -> Reader:
    slashed = [match for cell in written if (match := SLASHED_DATE.fullmatch(cell))]
    month_first = any(int(match[2]) > 12 for match in slashed)
    day_first = any(int(match[1]) > 12 for match in slashed) and not month_first
    if day_first:
        notes.append(_("{column}: dates read as day/month/year").format(column=column.name))

    def read_date(cell: str) -> datetime.date:
        if match := ISO_DATE.fullmatch(cell):
            return _day(*match.groups())
        match = SLASHED_DATE.fullmatch(cell)
        if not match:
            raise Refused(_("is not a date"), _("write it as 2012-12-31"))
        day, month, year = match.groups()
        if not day_first and (month_first or int(day) != int(month)):
            raise Refused(
                _("can be read in two ways, or as month/day"),
                _("write {year}-MM-DD").format(year=year),
            )
        return _day(year, month, day)

    return read_date


def _day(year: str, month: str, day: str) -> datetime.date:
    try:
        return datetime.date(int(year), int(month), int(day))
    except ValueError:
        raise Refused(_("is not a day of the calendar"), _("write it as 2012-12-31")) from None


def _numbers(column: Column, written: list[str], delimiter: str, notes: list[str]) -> Reader:
    bare = [_joined(cell) for cell in written]
    commas = any(COMMA_NUMBER.fullmatch(cell) for cell in bare)
    points = any("." in cell and NUMBER.fullmatch(cell) for cell in bare)
    # In a file whose cells are separated by commas, 1,234 in quotes may be a thousand and more.
    unsure = commas and (points or delimiter == ",")
    if commas:
        notes.append(_("{column}: decimal commas read as points").format(column=column.name))
    if bare != written:
        notes.append(_("{column}: spaces between thousands left out").format(column=column.name))

    def read_number(cell: str) -> float | int:
        number = _joined(cell)
        if COMMA_NUMBER.fullmatch(number):
            if unsure and re.fullmatch(r"-?[1-9]\d{0,2},\d{3}", number):
                raise Refused(_("can be read in two ways"), _("write the decimals behind a point"))
            number = number.replace(",", ".")
        if not NUMBER.fullmatch(number):
            raise Refused(_("is not a number"), _("write it as 12.5"))
        return _in_range(column, float(number))

    return read_number


def _joined(cell: str) -> str:
    """Take the spaces out of `1 234,5`; two numbers in one cell stay two."""
    return re.sub(r"\s", "", cell) if THOUSANDS.fullmatch(cell) else cell


def _in_range(column: Column, number: float) -> float | int:
    low, high = column.low, column.high
    if (low is not None and number < low) or (high is not None and number > high):
        raise Refused(
            _("is out of range"),
            _("it lies between {low} and {high}").format(
                low="-∞" if low is None else f"{low:g}", high="∞" if high is None else f"{high:g}"
            ),
        )
    if column.kind == "number":
        return number
    if not number.is_integer():
        raise Refused(_("is not a whole number"), _("write it without decimals"))
    return int(number)
