"""Rows of the table of agreement, each with a word where a number is missing."""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pipeline.coding.agreement.coefficients import Numbers
from pipeline.coding.agreement.compared import Compared
from pipeline.coding.agreement.resampling import MIN_INTERVIEWS, MIN_TURNS, Estimate
from pipeline.messages import _

Rows = list[dict[str, object]]


def group_column(found: Compared) -> str | None:
    """Say what is drawn again for intervals: the column of interviews, of turns, or None."""
    if found.turns["interview_id"].nunique() >= MIN_INTERVIEWS:
        return "interview_id"
    return "turn_id" if len(found.turns) >= MIN_TURNS else None


def rows_of(
    measure: str,
    codes: list[str | None],
    estimate: Estimate,
    resampled: str | None,
    about: dict[str, object],
    counts: dict[str, Numbers],
    notes: list[str],
    blind: NDArray[np.bool_],
) -> Rows:
    """
    Make a row a code.

    Args:
        measure: One of tables.AGREEMENT's.
        codes: None stands for all codes together.
        estimate: A number and interval for each of them.
        resampled: The column that was drawn again, if any.
        about: What all rows have in common.
        counts: More columns, a number for each code.
        notes: A word for each code.
        blind: Codes for which drawing again cannot tell anything: coders agree on no place, or on
            every one, so that each draw says the same and an interval would feign certainty.

    """
    rows: Rows = []
    for place, code in enumerate(codes):
        value, low, high = (float(a[place]) for a in (estimate.value, estimate.low, estimate.high))
        has_interval = not np.isnan(low) and not blind[place]
        rows.append(
            {
                **about,
                **{name: round(float(values[place])) for name, values in counts.items()},
                "scope": "all" if code is None else "code",
                "code": code,
                "measure": measure,
                "value": None if np.isnan(value) else value,
                "low": low if has_interval else None,
                "high": high if has_interval else None,
                "resampled": RESAMPLED[resampled] if resampled and has_interval else None,
                "note": notes[place] or None,
            }
        )
        if not notes[place] and not has_interval and not np.isnan(value):
            rows[-1]["note"] = _without_interval(resampled, bool(blind[place]))
    return rows


RESAMPLED = {"interview_id": "interviews", "turn_id": "turns"}


def _without_interval(resampled: str | None, is_blind: bool) -> str:
    if resampled is None:
        return _("no interval: fewer than {interviews} interviews and {turns} turns").format(
            interviews=MIN_INTERVIEWS, turns=MIN_TURNS
        )
    if is_blind:
        return _(
            "no interval: they agree on no place, or on every one, and each draw says the same"
        )
    return _("no interval: the code stands in too few places to draw them again")


def about_of(raters: pd.DataFrame) -> dict[str, object]:
    """Say who was compared, and in how many interviews."""
    coders = sorted(raters["coder"].unique())
    return {
        "coders": " · ".join(coders),
        "coders_count": len(coders),
        "interviews_count": raters["interview_id"].nunique(),
    }


def notes_of(found: Compared, codes: list[str | None], values: Numbers) -> list[str]:
    """Explain for each code why it has no value, or that one coder alone uses it."""
    users = found.marks.groupby("code")["coder"].unique()
    everyone = found.marks["coder"].unique()
    return [
        _note(sorted(everyone if code is None else users.get(code, [])), found, bool(missing))
        for code, missing in zip(codes, np.isnan(values), strict=True)
    ]


def _note(users: list[str], found: Compared, is_missing: bool) -> str:
    if found.raters.empty:
        return _("no interview was coded by two people: there is nothing to compare")
    if not users:
        return _("nobody gave this code in the interviews that are compared")
    if is_missing:
        return _("no variation: all gave it everywhere, and nobody can tell agreement from chance")
    if len(users) == 1:
        return _("only {coder} gave this code").format(coder=users[0])
    return ""
