"""`route.csv`: the stages of the journey, as far as a source states them."""

from pathlib import Path

import numpy as np
import pandas as pd

from pipeline import tables
from pipeline.corpus import handkept
from pipeline.problems import Problems, folded
from pipeline.tables import files

# About 50 km: the next town on the road.
NEAR_DEG = 0.5


def read(raw: Path, problems: Problems) -> tuple[pd.DataFrame, list[str]]:
    """Read the route below `raw`: tables.ROUTE with `line`, in order; none is no problem.

    And notes on how it was read. Problems: C-2xx.
    """
    kept = handkept.read(raw / "route.csv", tables.ROUTE_BY_HAND, problems, optional=True)
    rows = kept.rows.assign(provenance=kept.rows["provenance"].fillna("real"))
    return rows.sort_values("stage"), handkept.note_lines(kept)


def in_places(stages: pd.DataFrame, initiatives: pd.DataFrame) -> pd.DataFrame:
    """Give the stages as tables.ROUTE; one near a coarse initiative is coarse: it would tell."""
    hidden = initiatives.loc[initiatives["is_coarse"], ["latitude", "longitude"]].dropna()
    points = stages[["latitude", "longitude"]].astype("Float64").to_numpy(float, na_value=np.nan)
    coarse = initiatives.loc[initiatives["is_coarse"], ["place", "name"]].fillna("")
    told = folded(" ".join(coarse.to_numpy().ravel()))
    named = np.array([bool(p) and folded(p) in told for p in stages["place"].fillna("")], bool)
    away = np.abs(points[:, None, :] - hidden.to_numpy(float)[None, :, :]).max(axis=2)
    return files.typed(tables.ROUTE, stages.assign(is_coarse=(away < NEAR_DEG).any(axis=1) | named))
