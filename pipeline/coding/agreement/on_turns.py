"""Agreement on which turns have which code: alpha, kappas, percent."""

from collections.abc import Callable
from itertools import combinations

import numpy as np
import pandas as pd

from pipeline.coding.agreement.coefficients import Numbers, corrected, nominal_alpha
from pipeline.coding.agreement.compared import Compared
from pipeline.coding.agreement.resampling import estimate
from pipeline.coding.agreement.rows import Rows, about_of, group_column, notes_of, rows_of

Sums = dict[str, Numbers]


def on_turns(found: Compared, codes: list[str]) -> Rows:
    """Measure all codes together, then each; rows of tables.AGREEMENT."""
    rows = measured(["alpha", "fleiss_kappa", "percent_agreement"], found, codes)
    for pair in combinations(sorted(set(found.raters["coder"])), 2):
        shared = _of_pair(found, pair)
        if len(shared.raters):  # two who never coded the same interview cannot be compared
            rows += measured(["cohen_kappa"], shared, codes)
    return rows


def measured(measures: list[str], found: Compared, codes: list[str]) -> Rows:
    """Make the rows of some measures."""
    grouped = group_column(found)
    sums = _sums(found, codes, grouped or "interview_id")
    counts = {
        "units_count": sums["turns"].sum(axis=0),
        "given_count": sums["any"].sum(axis=0),
        "agreed_count": sums["every"].sum(axis=0),
    }
    agreed = counts["agreed_count"]
    blind = (agreed == 0) | (agreed == counts["given_count"])
    everything: list[str | None] = [None, *codes]
    rows: Rows = []
    for measure in measures:
        statistic, names = STATISTICS[measure]
        result = estimate(statistic, tuple(sums[name] for name in names), grouped is None)
        about = about_of(found.raters) | {"unit": "%" if measure == "percent_agreement" else None}
        notes = notes_of(found, everything, result.value)
        rows += rows_of(measure, everything, result, grouped, about, counts, notes, blind)
    return rows


def _of_pair(found: Compared, pair: tuple[str, str]) -> Compared:
    """Keep what two coders did in the interviews that both coded."""
    raters = found.raters[found.raters["coder"].isin(pair)]
    raters = raters[raters.groupby("interview_id")["coder"].transform("size").eq(2)]
    turns, marks, passages = (
        table[table["interview_id"].isin(raters["interview_id"])]
        for table in (found.turns, found.marks, found.passages)
    )
    return Compared(
        raters, turns, marks[marks["coder"].isin(pair)], passages[passages["coder"].isin(pair)]
    )


def _sums(found: Compared, codes: list[str], group: str) -> Sums:
    """
    Count what the measures are made of: groups × (all codes together, then each code).

    `given`: judgements that give the code; `first`, `second`: those of the first and second coder;
    `any`, `every`: turns that one, or all of its raters gave it; `unlike_pairs`: pairs of raters
    that differ; `unlike`: the same both ways, by raters less one; `unlike_share`: by all pairs of
    the turn. `judgements`, `turns`, `pairs`: how many there are in all. They add up over groups.
    """
    raters = found.raters["interview_id"].value_counts()
    turns = found.turns.assign(raters=found.turns["interview_id"].map(raters).astype(float))
    groups = pd.Index(turns[group].unique())
    m, n = "raters", "given"
    cells = found.marks.groupby(["turn_id", "code"]).size().rename(n).astype(float).reset_index()
    by_turn = turns.set_index("turn_id", drop=False)
    cells[group] = cells["turn_id"].map(by_turn[group])
    cells[m] = cells["turn_id"].map(by_turn[m]).astype(float)
    unlike = cells[n] * (cells[m] - cells[n])
    values = {
        "given": cells[n],
        "any": cells[n].gt(0),
        "every": cells[n].eq(cells[m]),
        "unlike_pairs": unlike,
        "unlike": 2 * unlike / (cells[m] - 1),
        "unlike_share": 2 * unlike / (cells[m] * (cells[m] - 1)),
    }
    sums = {name: _spread(value, cells, groups, codes, group) for name, value in values.items()}
    # Codes that nobody used would agree for free.
    used = cells["code"].nunique()
    totals = {
        "judgements": turns[m],
        "turns": turns[m] ** 0,
        "pairs": turns[m] * (turns[m] - 1) / 2,
    }
    for name, total in totals.items():
        of_group = total.groupby(turns[group]).sum().reindex(groups).to_numpy(float)
        sums[name] = of_group[:, None] * np.array([used, *[1] * len(codes)], float)
    for name, coder in zip(("first", "second"), sorted(set(found.raters["coder"])), strict=False):
        own = found.marks[found.marks["coder"].eq(coder)]
        sums[name] = _spread(own["code"].notna(), own, groups, codes, group)
    return sums


def _spread(
    values: pd.Series, cells: pd.DataFrame, groups: pd.Index, codes: list[str], group: str
) -> Numbers:
    """Sum values by group and code, with a first column for all codes."""
    matrix = np.zeros((len(groups), 1 + len(codes)))
    places = groups.get_indexer(cells[group]), 1 + pd.Index(codes).get_indexer(cells["code"])
    np.add.at(matrix, places, values.to_numpy(float))
    matrix[:, 0] = matrix.sum(axis=1)
    return matrix


def alpha(unlike: Numbers, given: Numbers, judgements: Numbers) -> Numbers:
    """Krippendorff's alpha of a yes or no."""
    squares = given**2 + (judgements - given) ** 2
    return nominal_alpha(unlike, judgements, squares, judgements)


def _fleiss(unlike_share: Numbers, turns: Numbers, given: Numbers, judgements: Numbers) -> Numbers:
    share = _ratio(given, judgements)
    return corrected(1 - _ratio(unlike_share, turns), share**2 + (1 - share) ** 2)


def _percent(unlike_pairs: Numbers, pairs: Numbers) -> Numbers:
    return 100 * (1 - _ratio(unlike_pairs, pairs))


def _cohen(first: Numbers, second: Numbers, unlike_pairs: Numbers, turns: Numbers) -> Numbers:
    a, b = _ratio(first, turns), _ratio(second, turns)
    return corrected(1 - _ratio(unlike_pairs, turns), a * b + (1 - a) * (1 - b))


def _ratio(part: Numbers, whole: Numbers) -> Numbers:
    return np.divide(part, whole, out=np.full(np.shape(part), np.nan), where=np.asarray(whole) > 0)


STATISTICS: dict[str, tuple[Callable[..., Numbers], tuple[str, ...]]] = {
    "alpha": (alpha, ("unlike", "given", "judgements")),
    "fleiss_kappa": (_fleiss, ("unlike_share", "turns", "given", "judgements")),
    "percent_agreement": (_percent, ("unlike_pairs", "pairs")),
    "cohen_kappa": (_cohen, ("first", "second", "unlike_pairs", "turns")),
}
