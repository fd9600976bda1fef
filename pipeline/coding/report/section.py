"""What a section of the team's report is: a table with words above it, or tasks."""

from dataclasses import dataclass, field
from typing import NamedTuple

import pandas as pd

from pipeline.tables.shapes import Table

Made = dict[Table, pd.DataFrame]
Row = list[object]


class Share(NamedTuple):
    """A share drawn as a bar beside its text; None where there is none."""

    of_100: float | None
    text: str


@dataclass
class Section:
    """One part of the page: a table with what it says above, or tasks with where they lead."""

    id: str
    title: str
    head: list[str] = field(default_factory=list)
    rows: list[Row] = field(default_factory=list)
    says: list[str] = field(default_factory=list)
    tasks: list[tuple[str, str]] = field(default_factory=list)


def written(value: object) -> str:
    """Write a value, or nothing where there is none."""
    return "" if pd.isna(value) else str(value)
