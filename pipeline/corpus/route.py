"""`route.csv`: the stages of the journey, as far as a source states them."""

from pathlib import Path

import pandas as pd

from pipeline import tables
from pipeline.corpus import handkept
from pipeline.problems import Problems


def read(raw: Path, problems: Problems) -> pd.DataFrame:
    """Read the route below `raw`: tables.ROUTE with `line`, in order; none is no problem.

    Problems: C-2xx.
    """
    kept = handkept.read(raw / "route.csv", tables.ROUTE_BY_HAND, problems, optional=True)
    rows = kept.rows.assign(provenance=kept.rows["provenance"].fillna("real"))
    return rows.sort_values("stage")
