"""How far coders agree: for each code and for all codes together, on turns and on the text.

The coefficients can be used on any data: `krippendorff_alpha`, `cohen_kappa`, `fleiss_kappa`,
`percent_agreement`.

`compared` finds what two people coded, `on_turns` and `on_text` (by `unitising`) measure it, with
intervals by `resampling`, and `rows` makes the table; `disagreements` lists what to talk about.
"""

import pandas as pd

from pipeline import tables
from pipeline.coding.agreement import compared
from pipeline.coding.agreement.coefficients import (
    Coefficient,
    cohen_kappa,
    fleiss_kappa,
    krippendorff_alpha,
    percent_agreement,
)
from pipeline.coding.agreement.on_text import on_text
from pipeline.coding.agreement.on_turns import on_turns
from pipeline.coding.codebook import Codebook
from pipeline.tables.files import typed

__all__ = [
    "Coefficient",
    "cohen_kappa",
    "fleiss_kappa",
    "krippendorff_alpha",
    "measured",
    "percent_agreement",
]


def measured(
    codings: pd.DataFrame, segments: pd.DataFrame, turns: pd.DataFrame, codebook: Codebook
) -> pd.DataFrame:
    """
    Measure how far coders agree; see tables.AGREEMENT.

    Only interviews of two coders or more matter; rows of others may be left out, and the `text` of
    segments and turns too, so that a thousand interviews need little memory.

    Args:
        codings: Whoever has a row for an interview is a rater of it.
        segments: The parts of codings to judge by.
        turns: The turns to judge; interviewers' are left out.
        codebook: Its codes are the rows; one that nobody used says so.

    """
    found = compared.of(codings, segments, turns)
    codes = codebook.codes["code"].tolist()
    rows = on_turns(found, codes) + on_text(found, codes)
    places = {code: place for place, code in enumerate([None, *codes])}
    measures = tables.AGREEMENT.column("measure").values
    rows.sort(key=lambda row: (places[row["code"]], measures.index(row["measure"]), row["coders"]))
    return typed(tables.AGREEMENT, rows)
