"""What is written around the map: a title, notes, and below it the names of the places."""

from dataclasses import dataclass

import pandas as pd
from matplotlib.axes import Axes

from pipeline.pictures.lettering import height, put, wrap

LABEL_PT = 5.6
INDENT = 0.12
# A line of the list, and how far it is moved in, in inches.
Line = tuple[float, str]


@dataclass(frozen=True)
class Words:
    """What is written around the map; `groups` name the provenances, `missing` what has no sign."""

    title: str
    subtitle: str
    notes: list[str]
    groups: dict[str, str]
    missing: str
    language: str


def columns(
    places: pd.DataFrame, shown: pd.DataFrame, words: Words, room: float
) -> list[list[Line]]:
    """List the places in two columns of about the same length, each under its provenance."""
    lines = []
    for provenance, rows in places.groupby(places["provenance"].fillna("real"), sort=False):
        lines.append([(0.0, words.groups[str(provenance)])])
        for row in rows.itertuples():
            parts = [
                part for part in (row.name, row.place, row.countries) if pd.notna(part) and part
            ]
            said = f"{row.number}\u00a0\u00a0{', '.join(parts)}"
            if row.Index not in shown.index:
                said += f" {words.missing}"
            first, *more = wrap(said, room - INDENT, LABEL_PT)
            lines.append([(0.0, first), *((INDENT, line) for line in more)])
    whole = sum(map(len, lines))
    halves: list[list[Line]] = [[], []]
    for line in lines:
        halves[len(halves[0]) * 2 >= whole] += line
    return halves


def put_column(axes: Axes, across: float, top: float, column: list[Line], words: Words) -> None:
    """Write a column, its upper left corner at `across` and `top`, in inches."""
    for number, (indent, line) in enumerate(column):
        weight = "bold" if line in words.groups.values() else "normal"
        down = top + height([""] * number, LABEL_PT)
        put(axes, across + indent, down, [line], LABEL_PT, weight=weight)
