"""`route.csv`: the stages of the journey, as far as a source states them."""

from pathlib import Path

import pandas as pd

from pipeline import tables
from pipeline.corpus import handkept
from pipeline.problems import Problems


def read(raw: Path, problems: Problems) -> tuple[pd.DataFrame, list[str]]:
    """Read the route below `raw`: tables.ROUTE with `line`, in order; none is no problem.

    And notes on how it was read. Problems: C-2xx.
    """
    kept = handkept.read(raw / "route.csv", tables.ROUTE_BY_HAND, problems, optional=True)
    rows = kept.rows.assign(provenance=kept.rows["provenance"].fillna("real"))
    return rows.sort_values("stage"), handkept.note_lines(kept)
