"""The values of a sheet: a date, a number, a list, a country; what cannot be one is a problem."""

import datetime
import re
from pathlib import Path
from typing import Any

from babel import Locale

from pipeline.messages import _
from pipeline.problems import Problems, nearest
from pipeline.tables.shapes import Column

# The limits of the platform that the sheets are shared on (Imagination for People).
LONGEST = {"name": 80, "baseline": 180}
# What CLDR lists beside countries: unions, test regions, an unknown one.
NOT_COUNTRIES = {"EU", "EZ", "QO", "UN", "XA", "XB", "ZZ"}
# Code → the code with its name, so that a name typed for a code finds it.
COUNTRIES = {
    code: f"{code} ({name}, {Locale('en').territories[code]})"
    for code, name in Locale("fr").territories.items()
    if re.fullmatch("[A-Z]{2}", code) and code not in NOT_COUNTRIES
}


def value(column: Column, key: str, value: Any, file: Path, line: int, problems: Problems) -> Any:
    """
    Give what was written in a head, or in a cell, its column's type.

    Args:
        column: What it should be.
        key: The name under which it was written.
        value: As YAML, JSON or a spreadsheet gives it.
        file: Where it stands, with `line`, from 1.
        problems: Collects C-324 it cannot be used, C-326 no country, C-327 too long.

    Returns:
        The value; None where it cannot be used.

    """
    understood = _understood(column, value)
    if understood is None:
        problems.add(
            "C-324",
            file,
            line,
            _('{name}: "{value}" cannot be used').format(name=key, value=value),
            _wanted(column),
        )
        return None
    check(column, understood, file, line, problems)
    return understood


def check(column: Column, understood: Any, file: Path, line: int, problems: Problems) -> None:
    """Note a code that is no country (C-326) and a text that is too long (C-327)."""
    if column.name == "countries":
        _check_countries(understood, file, line, problems)
    if column.name in LONGEST and len(understood) > LONGEST[column.name]:
        problems.add(
            "C-327",
            file,
            line,
            _("{name} has {count} characters").format(name=column.name, count=len(understood)),
            _("shorten it to {count}").format(count=LONGEST[column.name]),
        )


def _check_countries(codes: list[str], file: Path, line: int, problems: Problems) -> None:
    for code in codes:
        if code not in COUNTRIES:
            problems.add(
                "C-326",
                file,
                line,
                _('"{code}" is no country').format(code=code),
                _("write its two letters of ISO 3166, such as FR, EE, NP. {nearest}").format(
                    nearest=nearest(code, _perhaps(code))
                ),
            )


def _perhaps(code: str) -> list[str]:
    """List the countries that a wrong code can mean; `np` means one, `Kx` those that begin so."""
    meant = COUNTRIES.get(code.upper())
    alike = [name for name in COUNTRIES.values() if len(code) == 2 and name[0] == code[0].upper()]
    return [meant] if meant else alike or list(COUNTRIES.values())


def _understood(column: Column, value: Any) -> Any:
    if column.kind == "list":
        return _known(column, _listed(value))
    if not _is_scalar(value):
        return None
    if column.kind in {"integer", "number"}:
        return _number(column, value)
    if column.kind in {"date", "yes_no"}:
        return _date(value) if column.kind == "date" else _yes_no(value)
    return str(value) if not column.values or str(value) in column.values else None


def _yes_no(value: Any) -> bool | None:
    return value if isinstance(value, bool) else None


def _known(column: Column, items: list[str] | None) -> list[str] | None:
    is_known = items is None or not column.values or set(items) <= set(column.values)
    return items if is_known else None


def _listed(value: Any) -> list[str] | None:
    """Make a list of text out of a list, a mapping or one value; what is left blank is no item."""
    if isinstance(value, dict):
        pairs = [(f"{key}: ", item) for key, item in value.items()]
    else:
        pairs = [("", item) for item in (value if isinstance(value, list) else [value])]
    if not all(_is_scalar(item) for _key, item in pairs):
        return None
    return [f"{key}{item}" for key, item in pairs if item is not None and item != ""]


def _date(value: Any) -> datetime.date | None:
    if isinstance(value, datetime.datetime):
        return value.date()
    return value if isinstance(value, datetime.date) else None


def _is_scalar(value: Any) -> bool:
    return not isinstance(value, (dict, list))


def _number(column: Column, value: Any) -> float | int | None:
    try:
        number = float(str(value).replace(",", "."))
    except ValueError:
        return None
    if (
        column.low is not None
        and column.high is not None
        and not column.low <= number <= column.high
    ):
        return None
    if column.kind == "integer":
        return int(number) if number.is_integer() and number >= (column.low or 0) else None
    return number


def _wanted(column: Column) -> str:
    if column.values:
        return _("write one of: {values}").format(values=", ".join(column.values))
    if column.low is not None and column.high is not None:
        return _("write a number from {low} to {high}").format(
            low=f"{column.low:g}", high=f"{column.high:g}"
        )
    return {
        "date": _("write a date as 2012-12-31"),
        "integer": _("write a whole number"),
        "number": _("write a number, such as 12.5"),
        "list": _("write a list, one `- item` a line"),
    }.get(column.kind, _("write text; put quotes around it"))
