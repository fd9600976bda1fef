"""The folder of a stage, written a row group an interview: memory does not grow with their number.

Nothing in the folder changes until every table is whole; see `stage_folder`.
"""

import contextlib
import hashlib
import json
from collections.abc import Iterator, Sequence
from itertools import pairwise
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from pipeline.tables import files
from pipeline.tables.shapes import Kind, Table

# Rows are checked and written in blocks: a check costs as much for one row as for thousands.
BLOCK_ROWS = 20_000

# The names of the Data Package standard (specs.frictionlessdata.io/table-schema).
FRICTIONLESS: dict[Kind, str] = {
    "text": "string",
    "list": "array",
    "integer": "integer",
    "number": "number",
    "date": "date",
    "yes_no": "boolean",
}


@contextlib.contextmanager
def stage_folder(
    folder: Path, tables: Sequence[Table], others: Sequence[str] = ()
) -> Iterator["StageFolder"]:
    """
    Make `folder` hold these tables, these other files and the `datapackage.json` about the tables.

    They take the old ones' place when the block ends well. When it fails, every old one stays. The
    stage owns its folder: what it no longer makes is deleted.
    """
    names = [*(f"{table.name}.parquet" for table in tables), *others, "datapackage.json"]
    finals = [folder / name for name in names]
    with _made(folder), files.replacing(finals):
        with contextlib.ExitStack() as stack:
            made = StageFolder(folder, tables, others, stack)
            yield made
            made.finish()
        files.delete_others(folder, finals)


@contextlib.contextmanager
def _made(folder: Path) -> Iterator[None]:
    """Make a folder, and take it away again, with those above it that are new, on any failure."""
    new = [above for above in (folder, *folder.parents) if not above.exists()]
    try:
        with files.naming(folder):
            folder.mkdir(parents=True, exist_ok=True)
        yield
    except BaseException:
        for empty in new:
            with contextlib.suppress(OSError):
                empty.rmdir()
        raise


def write_stage(folder: Path, tables: dict[Table, pd.DataFrame]) -> None:
    """Write whole tables; see `stage_folder`."""
    with stage_folder(folder, list(tables)) as made:
        for table, frame in tables.items():
            made.add(table, frame)


class StageFolder:
    """The tables of a stage while they are written."""

    def __init__(
        self,
        folder: Path,
        tables: Sequence[Table],
        others: Sequence[str],
        stack: contextlib.ExitStack,
    ):
        self.folder = folder
        self.tables = {table: stack.enter_context(_Part(table, folder)) for table in tables}
        self.others = {
            name: stack.enter_context(files.part_of(folder / name).open("wb")) for name in others
        }

    def add(self, table: Table, rows: pd.DataFrame) -> None:
        """Add the rows of whole interviews, each interview once; check what the table declares."""
        self.tables[table].add(rows)

    def append(self, name: str, data: bytes) -> None:
        """Add to the end of one of the other files."""
        with files.naming(self.folder / name):
            self.others[name].write(data)

    def finish(self) -> None:
        """Write what waits, and the description of the tables."""
        for part in self.tables.values():
            part.finish()
        for name, handle in self.others.items():
            with files.naming(self.folder / name):
                files.write_through(handle)
        resources = [part.resource({t.name for t in self.tables}) for part in self.tables.values()]
        package = {"profile": "data-package", "resources": resources}
        text = json.dumps(package, ensure_ascii=False, indent=1) + "\n"
        files.write_part(self.folder / "datapackage.json", text.encode())


class _Part:
    """One table being written beside the old one."""

    def __init__(self, table: Table, folder: Path):
        self.table, self.file = table, folder / f"{table.name}.parquet"
        self.waiting: list[pd.DataFrame] = []
        self.rows = 0

    def __enter__(self) -> "_Part":
        with files.naming(self.file):
            self.handle = files.part_of(self.file).open("wb")
            self.writer = pq.ParquetWriter(
                self.handle, files.schema_of(self.table), compression="zstd"
            )
        return self

    def __exit__(self, *_error: object) -> None:
        # After a full disk closing fails once more; the first failure is the one to tell.
        with contextlib.suppress(OSError, pa.ArrowException):
            self.writer.close()
        with contextlib.suppress(OSError):
            self.handle.close()

    def add(self, rows: pd.DataFrame) -> None:
        self.waiting.append(rows)
        self.rows += len(rows)
        if self.rows >= BLOCK_ROWS:
            self._write()

    def _write(self) -> None:
        frame = pd.concat(self.waiting, ignore_index=True)
        self.waiting, self.rows = [], 0
        files.check(self.table, frame)
        with files.naming(self.file):
            for group in _row_groups(files.to_arrow(self.table, frame)):
                self.writer.write_table(group)

    def finish(self) -> None:
        if self.waiting:
            self._write()
        with files.naming(self.file):
            self.writer.close()
            files.write_through(self.handle)

    def resource(self, beside: set[str]) -> dict[str, object]:
        """Describe the table as the Data Package standard has it."""
        part = files.part_of(self.file)
        with part.open("rb") as handle:
            digest = hashlib.file_digest(handle, "sha256").hexdigest()
        return {
            "name": self.table.name,
            "path": self.file.name,
            "description": self.table.meaning,
            "bytes": part.stat().st_size,
            "hash": f"sha256:{digest}",
            "schema": _table_schema(self.table, beside),
        }


def _row_groups(arrow: pa.Table) -> list[pa.Table]:
    arrow = arrow.replace_schema_metadata()
    if "interview_id" not in arrow.column_names or not len(arrow):
        return [arrow]
    ids = arrow["interview_id"].combine_chunks().dictionary_encode("encode").indices.to_numpy()
    starts = [0, *(np.flatnonzero(np.diff(ids)) + 1), len(ids)]
    return [arrow.slice(a, b - a) for a, b in pairwise(starts)]


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
