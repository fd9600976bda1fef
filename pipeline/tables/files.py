"""Tables as Parquet: checked, typed, and written so that a killed build leaves whole old files."""

import contextlib
import hashlib
import io
import json
import os
from itertools import pairwise
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from pipeline.tables.shapes import Column, Kind, Table

ARROW: dict[Kind, pa.DataType] = {
    "text": pa.string(),
    "list": pa.list_(pa.string()),
    "integer": pa.int64(),
    "number": pa.float64(),
    "date": pa.date32(),
    "yes_no": pa.bool_(),
}
# Nullable types, so that a missing count stays a missing count and does not become 3.0.
PANDAS = {
    pa.int64(): pd.Int64Dtype(),
    pa.bool_(): pd.BooleanDtype(),
    pa.string(): pd.StringDtype(na_value=pd.NA),
}


# The names of the Data Package standard (specs.frictionlessdata.io/table-schema).
FRICTIONLESS: dict[Kind, str] = {
    "text": "string",
    "list": "array",
    "integer": "integer",
    "number": "number",
    "date": "date",
    "yes_no": "boolean",
}


def check(table: Table, frame: pd.DataFrame) -> None:
    """Assert that a stage made what the table declares: columns, ranges, values and keys.

    Raises:
        AssertionError: naming every column that disagrees; it is our mistake, never the user's.

    """
    # Loaded here because it takes half a second that a stage which only reads need not spend.
    import pandera.pandas as pandera

    columns = {column.name: pandera.Column(**_rules(column)) for column in table.columns}
    schema = pandera.DataFrameSchema(columns, strict=True, unique=list(table.key) or None)
    try:
        schema.validate(frame, lazy=True)
    except pandera.errors.SchemaErrors as errors:
        cases = errors.failure_cases
        # Of a column too many or too few pandera gives the name as the case.
        named = cases["column"].where(cases["column"].notna(), cases["failure_case"])
        cases = cases.assign(column=named)[["column", "check"]].drop_duplicates()
        raise AssertionError(f"{table.name}: {cases.to_dict('records')}") from None


def _rules(column: Column) -> dict[str, Any]:
    from pandera.pandas import Check

    checks = []
    if column.values and column.kind == "list":
        allowed = set(column.values)
        checks.append(Check(allowed.issuperset, element_wise=True))
    elif column.values:
        checks.append(Check.isin(column.values))
    if column.low is not None:
        checks.append(Check.ge(column.low))
    if column.high is not None:
        checks.append(Check.le(column.high))
    return {"nullable": not column.required, "checks": checks}


def empty(table: Table) -> pd.DataFrame:
    """Make the table without rows."""
    return _pandas(_schema(table).empty_table())


def typed(table: Table, rows: list[dict[str, object]] | pd.DataFrame) -> pd.DataFrame:
    """Give rows the declared columns and types; a column that no row has is empty (a list: [])."""
    frame = pd.DataFrame(rows).reindex(columns=table.names)
    frame = frame.astype(object).where(frame.notna(), None)
    return _pandas(_arrow(table, frame))


def _schema(table: Table) -> pa.Schema:
    return pa.schema([pa.field(column.name, ARROW[column.kind]) for column in table.columns])


def _arrow(table: Table, frame: pd.DataFrame) -> pa.Table:
    return pa.Table.from_pandas(frame, schema=_schema(table), preserve_index=False, safe=True)


def _pandas(arrow: pa.Table) -> pd.DataFrame:
    frame: pd.DataFrame = arrow.replace_schema_metadata().to_pandas(
        types_mapper=PANDAS.get, date_as_object=False
    )
    for field in arrow.schema:
        if pa.types.is_list(field.type):
            cells = [[] if cell is None else list(cell) for cell in frame[field.name]]
            frame[field.name] = pd.Series(cells, index=frame.index, dtype=object)
    return frame


def read(table: Table, processed: Path) -> pd.DataFrame:
    """Read a table from `processed/<folder>/<name>.parquet`, typed as declared.

    Raises:
        ValueError: it is no Parquet, or another version of the program declared it otherwise.

    """
    arrow = pq.read_table(path(table, processed), partitioning=None)
    if not arrow.schema.equals(_schema(table)):
        raise ValueError(f"{path(table, processed)}: not the columns that are declared")
    return _pandas(arrow)


def path(table: Table, processed: Path) -> Path:
    """Say where a table lies below the folder of processed tables."""
    return processed / table.folder / f"{table.name}.parquet"


def to_bytes(table: Table, frame: pd.DataFrame) -> bytes:
    """Check a table and turn it into Parquet, a row group an interview where it has interviews."""
    check(table, frame)
    arrow = _arrow(table, frame).replace_schema_metadata()
    sink = io.BytesIO()
    with pq.ParquetWriter(sink, arrow.schema, compression="zstd") as writer:
        for group in _row_groups(arrow):
            writer.write_table(group)
    return sink.getvalue()


def _row_groups(arrow: pa.Table) -> list[pa.Table]:
    if "interview_id" not in arrow.column_names or not len(arrow):
        return [arrow]
    ids = arrow["interview_id"].to_pylist()
    starts = [0, *(n for n in range(1, len(ids)) if ids[n] != ids[n - 1]), len(ids)]
    return [arrow.slice(a, b - a) for a, b in pairwise(starts)]


def write(files: dict[Path, bytes]) -> None:
    """
    Write files beside themselves, then rename all of them: a full disk leaves every old one whole.

    Equal bytes keep their time.
    """
    changed = {f: data for f, data in files.items() if not (f.is_file() and f.read_bytes() == data)}
    beside = {file: file.with_name(f".{file.name}.part") for file in changed}
    at_work = None
    try:
        for at_work, data in changed.items():
            at_work.parent.mkdir(parents=True, exist_ok=True)
            _write_through(beside[at_work], data)
        for at_work, part in beside.items():
            part.replace(at_work)
    except OSError as error:
        for part in beside.values():
            with contextlib.suppress(OSError):
                part.unlink(missing_ok=True)
        error.filename = str(at_work)
        raise


def _write_through(file: Path, data: bytes) -> None:
    with file.open("wb") as handle:
        handle.write(data)
        handle.flush()
        os.fsync(handle.fileno())


def write_folder(folder: Path, files: dict[str, bytes]) -> None:
    """Make `folder` hold exactly `files` (path below it → bytes).

    The stage owns its folder: what it no longer makes is deleted first, so that nothing which
    must not leave survives a failure. The README.md that git keeps there stays.
    """
    kept = {folder / name for name in files} | {folder / "README.md"}
    for file in sorted(folder.rglob("*")) if folder.is_dir() else []:
        if file.is_file() and file not in kept:
            file.unlink()
    write({folder / name: data for name, data in files.items()})
    for below in sorted((d for d in folder.rglob("*") if d.is_dir()), reverse=True):
        if not any(below.iterdir()):
            below.rmdir()


def write_stage(folder: Path, tables: dict[Table, pd.DataFrame]) -> None:
    """Write the tables of a stage and the `datapackage.json` that describes them."""
    files = {f"{table.name}.parquet": to_bytes(table, frame) for table, frame in tables.items()}
    package = {"profile": "data-package", "resources": [_resource(t, files) for t in tables]}
    text = json.dumps(package, ensure_ascii=False, indent=1) + "\n"
    write_folder(folder, {**files, "datapackage.json": text.encode()})


def _resource(table: Table, files: dict[str, bytes]) -> dict[str, object]:
    data = files[f"{table.name}.parquet"]
    return {
        "name": table.name,
        "path": f"{table.name}.parquet",
        "description": table.meaning,
        "bytes": len(data),
        "hash": f"sha256:{hashlib.sha256(data).hexdigest()}",
        "schema": _table_schema(table, {name.removesuffix(".parquet") for name in files}),
    }


def _table_schema(table: Table, beside: set[str]) -> dict[str, object]:
    """Describe the columns for others; keys and references only as far as the standard has them."""
    fields = [
        {
            "name": column.name,
            "type": FRICTIONLESS[column.kind],
            "description": column.meaning,
            **({"unit": column.unit} if column.unit else {}),
        }
        for column in table.columns
    ]
    schema: dict[str, object] = {"fields": fields}
    # A column that may be empty cannot stand in a primary key of the standard.
    if table.key and all(table.column(name).required for name in table.key):
        schema["primaryKey"] = list(table.key)
    references = {name: target for name, target in table.references.items() if target in beside}
    if references:
        schema["foreignKeys"] = [
            {"fields": [name], "reference": {"resource": target, "fields": [name]}}
            for name, target in references.items()
        ]
    return schema
