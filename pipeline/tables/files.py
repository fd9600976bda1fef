"""Tables as Parquet: checked, typed, and written so that a killed build leaves whole old files."""

import contextlib
import filecmp
import os
from collections.abc import Iterator, Sequence
from functools import cache, cached_property
from pathlib import Path
from typing import IO, Any

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
    return _empty(table).copy()


@cache
def _empty(table: Table) -> pd.DataFrame:
    return _pandas(schema_of(table).empty_table())


def typed(table: Table, rows: list[dict[str, object]] | pd.DataFrame) -> pd.DataFrame:
    """Give rows the declared columns and types; a column that no row has is empty (a list: [])."""
    if not len(rows):
        return empty(table)
    return _pandas(to_arrow(table, pd.DataFrame(rows)))


def schema_of(table: Table) -> pa.Schema:
    """Give a table's columns as Arrow types them."""
    return pa.schema([pa.field(column.name, ARROW[column.kind]) for column in table.columns])


def to_arrow(table: Table, frame: pd.DataFrame) -> pa.Table:
    """Turn rows into Arrow, typed as declared; a column that the frame has not is empty."""
    schema = schema_of(table)
    columns = [
        pa.array(frame[field.name], field.type, from_pandas=True)
        if field.name in frame
        else pa.nulls(len(frame), field.type)
        for field in schema
    ]
    return pa.Table.from_arrays(columns, schema=schema)


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
    if not arrow.schema.equals(schema_of(table)):
        raise ValueError(f"{path(table, processed)}: not the columns that are declared")
    return _pandas(arrow)


class Interviews:
    """
    The rows of one interview at a time, so that a whole table need not be in memory.

    It can travel to another process. The file is opened once: the description of a thousand row
    groups takes longer to read than one of them.
    """

    def __init__(self, table: Table, processed: Path):
        self.file = path(table, processed)

    def __getstate__(self) -> dict[str, object]:
        return {"file": self.file}

    @cached_property
    def _stored(self) -> pq.ParquetFile:
        return pq.ParquetFile(self.file)

    @cached_property
    def ids(self) -> list[str]:
        """The interviews in the order of the file."""
        counts = range(self._stored.num_row_groups)
        first = [self._stored.read_row_group(n, ["interview_id"]) for n in counts]
        return [str(rows["interview_id"][0]) for rows in first if len(rows)]

    def rows(self, number: int) -> pd.DataFrame:
        """Read the rows of an interview by its place in `ids`."""
        return _pandas(self._stored.read_row_group(number))


def path(table: Table, processed: Path) -> Path:
    """Say where a table lies below the folder of processed tables."""
    return processed / table.folder / f"{table.name}.parquet"


def write(files: dict[Path, bytes]) -> None:
    """
    Write files beside themselves, then rename all of them: a full disk leaves every old one whole.

    Equal bytes keep their time.
    """
    changed = {f: data for f, data in files.items() if not (f.is_file() and f.read_bytes() == data)}
    with replacing(list(changed)):
        for file, data in changed.items():
            write_part(file, data)


def write_part(file: Path, data: bytes) -> None:
    """Write the new version of a file beside it; see `replacing`."""
    with naming(file):
        file.parent.mkdir(parents=True, exist_ok=True)
        with part_of(file).open("wb") as handle:
            handle.write(data)
            write_through(handle)


def part_of(file: Path) -> Path:
    """Say where the new version of a file is written before it takes the old one's place."""
    return file.with_name(f".{file.name}.part")


def write_through(handle: IO[bytes]) -> None:
    """Have the disk hold what was written, so that a rename never shows an empty file."""
    handle.flush()
    os.fsync(handle.fileno())


@contextlib.contextmanager
def naming(file: Path) -> Iterator[None]:
    """Name the file that people know in whatever error the disk gives."""
    try:
        yield
    except OSError as error:
        error.filename = str(file)
        raise


@contextlib.contextmanager
def replacing(files: Sequence[Path]) -> Iterator[None]:
    """
    Rename the parts that the block wrote over `files`; when anything fails, take all parts away.

    A part with the same bytes as the file does not replace it: the file keeps its time.
    """
    try:
        yield
        for file in files:
            with naming(file):
                part = part_of(file)
                if file.is_file() and filecmp.cmp(part, file, shallow=False):
                    part.unlink()
                else:
                    part.replace(file)
    except BaseException:
        for file in files:
            with contextlib.suppress(OSError):
                part_of(file).unlink(missing_ok=True)
        raise


def write_folder(folder: Path, files: dict[str, bytes]) -> None:
    """Make `folder` hold exactly `files` (path below it → bytes).

    The stage owns its folder: what it no longer makes is deleted first, so that nothing which
    must not leave survives a failure. The README.md that git keeps there stays.
    """
    delete_others(folder, [folder / name for name in files])
    write({folder / name: data for name, data in files.items()})
    for below in sorted((d for d in folder.rglob("*") if d.is_dir()), reverse=True):
        if not any(below.iterdir()):
            below.rmdir()


def delete_others(folder: Path, kept: Sequence[Path]) -> None:
    """Delete every file below `folder` but those kept, their new parts, and the README.md."""
    stay = {*kept, *map(part_of, kept), folder / "README.md"}
    for file in sorted(folder.rglob("*")) if folder.is_dir() else []:
        if file.is_file() and file not in stay:
            file.unlink()
