"""Codings of several interviews cut at the turns, as the coding stage does it one by one."""

import pandas as pd

from pipeline import tables
from pipeline.coding import codings
from pipeline.tables.files import typed


def segments(coded: pd.DataFrame, turns: pd.DataFrame) -> pd.DataFrame:
    """Cut the codings of each interview at its turns."""
    parts = [
        codings.segments(
            coded[coded["interview_id"].eq(interview)], turns[turns["interview_id"].eq(interview)]
        )
        for interview in turns["interview_id"].unique()
    ]
    return pd.concat([typed(tables.SEGMENTS, []), *parts], ignore_index=True)
