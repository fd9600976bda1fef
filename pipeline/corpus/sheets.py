"""Initiative sheets: Markdown with a YAML head → the table of initiatives."""

import datetime
import re
from pathlib import Path
from typing import Any

import pandas as pd
from babel import Locale
from ruamel.yaml.comments import CommentedMap

from pipeline import tables
from pipeline.corpus.encodings import decode
from pipeline.corpus.yaml_files import line_of, load
from pipeline.messages import _
from pipeline.problems import DataError, Problems, nearest
from pipeline.tables.files import typed
from pipeline.tables.shapes import Column

HEAD = re.compile(r"\A---[ \t]*\n(.*?)^---[ \t]*$\n?", re.DOTALL | re.MULTILINE)
SECTION = re.compile(r"^##[ \t]+(.+?)[ \t]*#*$", re.MULTILINE)
SECTIONS = {
    "about": ("Description", "About"),
    "singular": ("Ce qui est singulier et créatif", "What is singular and creative"),
    "business_model": ("Le modèle économique", "The business model"),
    "potential": ("Le potentiel de déploiement", "The potential of deployment"),
    "social_value": ("La valeur sociale", "The social value"),
    "trigger": ("Le déclencheur", "The trigger"),
}
BY_HEADING = {name.lower(): column for column, names in SECTIONS.items() for name in names}
NOT_IN_HEAD = {"initiative_id", "file", "is_coarse", *SECTIONS}
HEAD_COLUMNS = {"id": tables.INITIATIVES.column("initiative_id")} | {
    column.name: column for column in tables.INITIATIVES.columns if column.name not in NOT_IN_HEAD
}
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


def read(folder: Path, problems: Problems) -> pd.DataFrame:
    """Read every sheet in `folder`; see tables.INITIATIVES. Problems: C-32x, with file and line."""
    files = [file for file in sorted(folder.glob("*")) if _is_sheet(file)]
    rows = [read_sheet(file, problems) for file in files]
    seen: dict[str, Path] = {}
    for file, row in zip(files, rows, strict=True):
        initiative_id = row.get("initiative_id")
        if initiative_id and seen.setdefault(initiative_id, file) != file:
            problems.add(
                "C-325",
                file,
                row["id_line"],
                _('the id "{id}" is also that of {file}').format(
                    id=initiative_id, file=seen[initiative_id].name
                ),
                _("give each sheet an id of its own"),
            )
    return typed(tables.INITIATIVES, rows)


def _is_sheet(file: Path) -> bool:
    return file.suffix.lower() == ".md" and not file.name.startswith((".", "~", "README"))


def read_sheet(file: Path, problems: Problems) -> dict[str, Any]:
    """Read one sheet into a row; a field that cannot be understood is a problem and stays empty.

    Beside the columns of tables.INITIATIVES the row has `id_line`, where the id stands.
    """
    opened = open_headed(file, "id, name", problems)
    if opened is None:
        return {}
    fields, text, first_line = opened
    row = {"file": file.name, "id_line": line_of(fields, "id", 2)}
    row |= read_head(fields, HEAD_COLUMNS, file, problems)
    _check_named(fields, file, problems)
    return row | _body(text, first_line, file, problems)


def open_headed(
    file: Path, needed: str, problems: Problems
) -> tuple[CommentedMap, str, int] | None:
    """Open a Markdown file with a YAML head: the head, the text behind it and its first line.

    None where it is no text, has no head (C-321), or one that is no YAML; `needed` names the fields
    for the remedy.
    """
    try:
        text, _encoding = decode(file.read_bytes(), file)
    except DataError as error:
        problems.extend(error.problems)
        return None
    head = HEAD.match(text)
    if not head:
        problems.add(
            "C-321",
            file,
            1,
            _("the file has no head"),
            _("begin with a line ---, then a head with {names}, then a line ---").format(
                names=needed
            ),
        )
        return None
    before = len(problems)
    fields = load(file, problems, head[1], first_line=2)
    if len(problems) > before:
        return None
    return fields, text[head.end() :], text.count("\n", 0, head.end()) + 1


def read_head(
    fields: CommentedMap, columns: dict[str, Column], file: Path, problems: Problems
) -> dict[str, Any]:
    """Give the fields of a head their columns' types. Problems: C-322, C-324, C-326, C-327."""
    row: dict[str, Any] = {}
    for key, value in fields.items():
        line = line_of(fields, key, 2)
        if key not in columns:
            problems.add(
                "C-322",
                file,
                line,
                _('the field "{name}" is not known').format(name=key),
                nearest(str(key), columns),
            )
        elif value is not None and value != "":
            row[columns[key].name] = _value(columns[key], key, value, file, line, problems)
    return row


def _check_named(fields: CommentedMap, file: Path, problems: Problems) -> None:
    for key in ("id", "name"):
        if not fields.get(key):
            problems.add(
                "C-323",
                file,
                1,
                _('the sheet has no "{name}"').format(name=key),
                _("add a line `{name}: …` to its head").format(name=key),
            )


def _value(column: Column, key: str, value: Any, file: Path, line: int, problems: Problems) -> Any:
    """Give a value of the head the column's type, or note why it cannot have it."""
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
    if key == "countries":
        _check_countries(understood, file, line, problems)
    if column.name in LONGEST and len(understood) > LONGEST[column.name]:
        problems.add(
            "C-327",
            file,
            line,
            _("{name} has {count} characters").format(name=column.name, count=len(understood)),
            _("shorten it to {count}").format(count=LONGEST[column.name]),
        )
    return understood


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


def _body(text: str, first_line: int, file: Path, problems: Problems) -> dict[str, str]:
    """Split the body at its `##` headings into the sections that have a column."""
    pieces = SECTION.split(text)
    row = {"about": pieces[0].strip()} if pieces[0].strip() else {}
    for match, content in zip(SECTION.finditer(text), pieces[2::2], strict=True):
        column = BY_HEADING.get(match[1].lower())
        if column is None:
            line = first_line + text.count("\n", 0, match.start())
            known = [name for names in SECTIONS.values() for name in names]
            problems.add(
                "C-328",
                file,
                line,
                _('the section "{name}" is not known').format(name=match[1]),
                nearest(match[1], known),
            )
        elif content.strip():
            row[column] = "\n\n".join(filter(None, [row.get(column), content.strip()]))
    return row
