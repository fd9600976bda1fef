"""JSON and GeoJSON → records: a list of objects, an object of objects, a collection of features."""

import json
from pathlib import Path
from typing import Any

from pipeline.corpus.encodings import decode
from pipeline.messages import _
from pipeline.problems import DataError, Problems, nearest

Row = tuple[int, dict[str, Any]]
# Under this name a record has the key that it stands under in an object of objects.
KEY = "@key"
# A table of the most rows that are read has fewer; to load more only to refuse them takes long.
MOST_OBJECTS = 400_000
# Deeper than this nothing that a person means as a field lies.
DEEPEST = 20


class _Twice(ValueError):
    """An object has one key twice, and only the last value would be seen."""


def read(file: Path, rows: str, problems: Problems) -> tuple[list[str], list[Row]] | None:
    """
    Read the records of a JSON file; fields within fields have dotted names.

    Args:
        file: JSON or GeoJSON; the properties of a feature are its fields.
        rows: The dotted path of the records; "" to look for them.
        problems: Collects C-103 no text, C-334 no such path, C-336 no JSON, C-337 too large,
            C-338 no records.

    Returns:
        The names of all fields in the order met, and the records, numbered from 1; None where
        there are none to be had.

    """
    try:
        text, _encoding = decode(file.read_bytes(), file)
        if text.count("{") > MOST_OBJECTS:
            too_large(file, problems)
            return None
        loaded = json.loads(text, object_pairs_hook=_object, parse_constant=_constant)
    except DataError as error:
        problems.extend(error.problems)
        return None
    except (ValueError, RecursionError) as error:
        line = error.lineno if isinstance(error, json.JSONDecodeError) else 0
        problems.add(
            "C-336",
            file,
            line,
            _("this is not JSON: {error}").format(error=_said(error)),
            _("look at the commas, the quotes and the brackets"),
        )
        return None
    found = _found(loaded, rows)
    if found is None:
        _no_records(file, loaded, rows, problems)
        return None
    records = [(n, _flat(record)) for n, record in enumerate(found, 1)]
    return list(dict.fromkeys(name for _n, record in records for name in record)), records


def too_large(file: Path, problems: Problems) -> None:
    """Note that a table is too large to be read: C-337."""
    problems.add(
        "C-337",
        file,
        0,
        _("the table is too large to be one of initiatives"),
        _("keep the rows that are needed, in a file of their own"),
    )


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) < len(pairs):
        names = [name for name, _value in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise _Twice(_('"{name}" stands twice in one object').format(name=twice))
    return made


def _constant(name: str) -> Any:
    raise ValueError(_("{name} is no number").format(name=name))


def _said(error: Exception) -> str:
    if isinstance(error, RecursionError):
        return _("it is nested too deeply")
    return error.msg if isinstance(error, json.JSONDecodeError) else str(error)


def _found(loaded: Any, rows: str) -> list[dict[str, Any]] | None:
    """Find the records: at the path, or where only they can be meant."""
    at = _at(loaded, rows) if rows else loaded
    if isinstance(at, list):
        return at if all(isinstance(record, dict) for record in at) else None
    if not isinstance(at, dict):
        return None
    lists = [value for value in at.values() if _is_records(value)]
    if len(lists) == 1:
        return list(lists[0])
    if at and all(isinstance(value, dict) for value in at.values()):
        return [{KEY: key} | value for key, value in at.items()]
    return None


def _at(loaded: Any, path: str) -> Any:
    for part in path.split("."):
        loaded = loaded.get(part) if isinstance(loaded, dict) else None
    return loaded


def _is_records(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(v, dict) for v in value)


def _no_records(file: Path, loaded: Any, rows: str, problems: Problems) -> None:
    names = list(loaded) if isinstance(loaded, dict) else []
    if rows:
        fact = _('there are no records under "{path}"').format(path=rows)
        problems.add("C-334", file, 0, fact, nearest(rows.partition(".")[0], names))
        return
    problems.add(
        "C-338",
        file,
        0,
        _("the records cannot be told from the rest"),
        _("say in the mapping where the list of them is, as `rows: data.items`"),
    )


def _flat(record: dict[str, Any]) -> dict[str, Any]:
    """Give fields within fields dotted names; a list of plain values stays a list."""
    flat: dict[str, Any] = {}
    if record.get("type") == "Feature" and isinstance(record.get("properties"), dict):
        around = {k: v for k, v in record.items() if k in {"geometry", "id"}}
        record = around | record["properties"]
    todo: list[tuple[str, Any, int]] = [(k, v, 1) for k, v in reversed(record.items())]
    while todo:
        name, value, depth = todo.pop()
        below = _below(value) if depth < DEEPEST else None
        if below is None:
            flat[name] = value
        else:
            todo += [(f"{name}.{key}", v, depth + 1) for key, v in reversed(below)]
    return flat


def _below(value: Any) -> list[tuple[str, Any]] | None:
    """Give what lies in an object, or in a list that holds any; None for a plain value."""
    if isinstance(value, dict):
        return list(value.items())
    if isinstance(value, list) and any(isinstance(item, dict | list) for item in value):
        return [(str(n), item) for n, item in enumerate(value)]
    return None
