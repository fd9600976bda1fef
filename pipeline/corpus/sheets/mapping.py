"""`mapping.yaml`: how the fields of somebody's table become those of our sheets.

table: supermarches.json
strip_markup: true
fields:
  id: [nom, ville]
  name: nom
  status: {from: avancement, values: {1: IDEA, 2: BEGIN, 3: WIP, 4: WIP, 5: END}}
  themes: {from: mots-clés, split: ","}
constants:
  provenance: real
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ruamel.yaml.comments import CommentedMap

from pipeline import tables
from pipeline.corpus.sheets import sheet_values
from pipeline.corpus.yaml_files import line_of, load
from pipeline.messages import _
from pipeline.problems import Problems, nearest
from pipeline.tables.shapes import Column

# A pair of numbers in one field; which comes first is said by `order`.
COORDINATES = "coordinates"
ORDERS = ("latitude longitude", "longitude latitude")
NOT_SAID = {"initiative_id", "file", "is_coarse"}
COLUMNS = {"id": tables.INITIATIVES.column("initiative_id")} | {
    column.name: column for column in tables.INITIATIVES.columns if column.name not in NOT_SAID
}
_PAIR = Column(COORDINATES, "text", "latitude and longitude in one field")

KEYS: dict[str, type | tuple[type, ...]] = {
    "table": str,
    "sheet": str,
    "rows": str,
    "strip_markup": bool,
    "fields": dict,
    "constants": dict,
}
FIELD_KEYS: dict[str, type | tuple[type, ...]] = {
    "from": (str, list, int),
    "values": dict,
    "split": str,
    "join": str,
    "default": (str, list, int, float, bool),
    "order": str,
    "strip_markup": bool,
}


@dataclass(frozen=True)
class Field:
    """How one column is filled: from which fields, changed how; `line` is that of the mapping."""

    key: str
    column: Column
    line: int
    sources: tuple[str, ...]
    values: dict[str, Any] = field(default_factory=dict)
    split: str = ""
    join: str = ", "
    default: Any = None
    order: str = ORDERS[0]
    strips: bool = False


@dataclass
class Mapping:
    """A mapping as it is understood; `table` is the name of the file it is for, "" if unsaid."""

    file: Path
    table: str = ""
    sheet: str = ""
    rows: str = ""
    fields: list[Field] = field(default_factory=list)
    constants: dict[str, Any] = field(default_factory=dict)

    @property
    def sources(self) -> list[str]:
        """The fields of the table that are mapped, each once."""
        return list(dict.fromkeys(source for one in self.fields for source in one.sources))


def read(file: Path, problems: Problems) -> Mapping | None:
    """
    Read a mapping.

    Problems: C-301 no YAML, C-302 no list of names and values, C-332 nothing is mapped, C-333 a
    name that is not known, C-335 a value of the wrong kind, or a column that is filled twice;
    C-324, C-326 and C-327 of constants. None where there is any.
    """
    before = len(problems)
    said = load(file, problems)
    if len(problems) > before:
        return None
    _check_keys(said, KEYS, file, problems)
    table, sheet, rows = (str(_of(said, key, str) or "") for key in ("table", "sheet", "rows"))
    made = Mapping(file, table, sheet, rows)
    strips = bool(_of(said, "strip_markup", bool))
    fields = _of(said, "fields", dict) or CommentedMap()
    for key in fields:
        made.fields += _field(fields, key, strips, file, problems)
    _constants(_of(said, "constants", dict) or CommentedMap(), made, problems)
    _check_whole(made, said, problems)
    return made if len(problems) == before else None


def _of(said: CommentedMap, key: str, kind: Any) -> Any:
    value = said.get(key)
    return value if isinstance(value, kind) else None


def _check_keys(said: CommentedMap, known: dict[str, Any], file: Path, problems: Problems) -> None:
    for key, value in said.items():
        line = line_of(said, key)
        if key not in known:
            fact = _('the setting "{name}" is not known').format(name=key)
            problems.add("C-333", file, line, fact, nearest(str(key), known))
        elif value is not None and not isinstance(value, known[key]):
            fact = _('"{name}" has a value of the wrong kind').format(name=key)
            problems.add("C-335", file, line, fact, _wanted(key))


def _wanted(key: str) -> str:
    return {
        "table": _("write the name of the table’s file"),
        "sheet": _("write the name of the workbook’s sheet"),
        "rows": _("write where the list of records is, as data.items"),
        "strip_markup": _("write true or false"),
        "fields": _("write one `field of the sheet: field of the table` a line"),
        "constants": _("write one `field of the sheet: value` a line"),
        "from": _("write the name of a field of the table, or a list of them"),
        "values": _("write one `value in the table: value in the sheet` a line"),
        "split": _('write what separates the items, as `split: ","`'),
        "join": _('write what goes between the parts, as `join: " "`'),
        "default": _("write a value, or a list of them"),
        "order": _("write one of: {values}").format(values=", ".join(ORDERS)),
    }[key]


def _field(
    fields: CommentedMap, key: Any, strips: bool, file: Path, problems: Problems
) -> Iterable[Field]:
    """Understand one line under `fields`; nothing where it has a fault."""
    line, before = line_of(fields, key), len(problems)
    column = _PAIR if key == COORDINATES else COLUMNS.get(key)
    said = fields[key]
    if column is None:
        fact = _('the field "{name}" is not known').format(name=key)
        problems.add("C-333", file, line, fact, nearest(str(key), [*COLUMNS, COORDINATES]))
    how = said if isinstance(said, CommentedMap) else CommentedMap({"from": said})
    if how is said:
        _check_keys(how, FIELD_KEYS, file, problems)
    sources = _sources(how.get("from"))
    if sources is None or (how is not said and not isinstance(said, (str, list, int))):
        fact = _("{name}: no field of the table is named").format(name=key)
        problems.add("C-335", file, line, fact, _wanted("from"))
    elif column is not None:
        _check_how(key, column, how, file, line, problems)
    if len(problems) > before or column is None or sources is None:
        return []
    return [_understood(key, column, line, sources, how, strips)]


def _sources(said: Any) -> tuple[str, ...] | None:
    items = said if isinstance(said, list) else [said]
    is_good = items and all(isinstance(item, (str, int)) and str(item) for item in items)
    return tuple(" ".join(str(item).split()) for item in items) if is_good else None


def _understood(
    key: str, column: Column, line: int, sources: tuple[str, ...], how: CommentedMap, strips: bool
) -> Field:
    values = {text_of(written): meant for written, meant in (how.get("values") or {}).items()}
    return Field(
        key,
        column,
        line,
        sources,
        values,
        how.get("split") or "",
        how.get("join", "-" if key == "id" else ", "),
        how.get("default"),
        how.get("order", ORDERS[0]),
        how.get("strip_markup", strips),
    )


def text_of(value: Any) -> str:
    """Write a value as values are compared: 5.0 and 5 are "5", true is "true"."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).strip()


def _check_how(
    key: str, column: Column, how: CommentedMap, file: Path, line: int, problems: Problems
) -> None:
    """Check what belongs to some columns only, and the default."""
    if how.get("split") and column.kind != "list":
        fact = _("{name}: only a list can be split").format(name=key)
        problems.add("C-335", file, line, fact, _("leave `split` out"))
    if "order" in how and (key != COORDINATES or how["order"] not in ORDERS):
        fact = _('"{name}" has a value of the wrong kind').format(name="order")
        problems.add("C-335", file, line_of(how, "order"), fact, _wanted("order"))
    if how.get("default") is not None and key != COORDINATES:
        where = line_of(how, "default")
        sheet_values.value(column, key, how["default"], file, where, problems)


def _constants(said: CommentedMap, made: Mapping, problems: Problems) -> None:
    mapped = {one.key for one in made.fields}
    for key, value in said.items():
        line = line_of(said, key)
        if key not in COLUMNS or key == "id":
            fact = _('the field "{name}" is not known').format(name=key)
            problems.add("C-333", made.file, line, fact, nearest(str(key), COLUMNS))
        elif key in mapped:
            fact = _('"{name}" is filled from the table and by a constant').format(name=key)
            remedy = _("keep one; for rows where it is missing, write `default`")
            problems.add("C-335", made.file, line, fact, remedy)
        elif value is not None:
            understood = sheet_values.value(
                COLUMNS[key], str(key), value, made.file, line, problems
            )
            made.constants[COLUMNS[key].name] = understood


def _check_whole(made: Mapping, said: CommentedMap, problems: Problems) -> None:
    """A mapping gives every sheet an id and a name, and every point in one way."""
    keys = {one.key for one in made.fields}
    for key in ("id", "name"):
        if key not in (said.get("fields") or {}):
            problems.add(
                "C-332",
                made.file,
                line_of(said, "fields") if "fields" in said else 1,
                _('no field is mapped to "{name}"').format(name=key),
                _("write under `fields:` a line `{name}: field of the table`").format(name=key),
            )
    if COORDINATES in keys and keys & {"latitude", "longitude"}:
        at = next(one.line for one in made.fields if one.key == COORDINATES)
        fact = _('"{name}" and latitude or longitude are both mapped').format(name=COORDINATES)
        problems.add("C-335", made.file, at, fact, _("keep one of them"))
