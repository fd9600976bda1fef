"""How far people agree who judged the same things: Krippendorff's alpha, kappas, plain percent.

Sources: Krippendorff 2011, Computing Krippendorff's Alpha-Reliability; Krippendorff 2018, Content
Analysis, 4th ed., ch. 12; Cohen 1960; Fleiss 1971, generalised to a varying number of raters as in
Fleiss, Levin & Paik 2003, ch. 18.

Where everybody gave the same answer everywhere, chance alone would agree as well, and every one of
these coefficients is 0/0. Krippendorff holds that such data are no evidence of reliability, neither
good nor bad: here they give NaN and say why, never 1 and never an error.
"""

from collections.abc import Callable, Hashable, Sequence
from typing import Self

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from scipy.stats import rankdata

from pipeline.messages import _

Numbers = NDArray[np.float64]


class Coefficient(float):
    """A number to compute with; `note` says what to know of it, or why it is NaN."""

    note: str

    def __new__(cls, value: float, note: str = "") -> Self:
        """Make the number; a pickled one comes back with its note."""
        made = super().__new__(cls, value)
        made.note = note
        return made


def corrected(observed: ArrayLike, expected: ArrayLike) -> Numbers:
    """Correct shares of agreement for chance: (Ao − Ae) / (1 − Ae); NaN where chance is certain."""
    agreed, chance = np.asarray(observed, float), np.asarray(expected, float)
    room = 1 - chance
    share = np.full(np.broadcast(agreed, chance).shape, np.nan)
    return np.divide(agreed - chance, room, out=share, where=room > 1e-12)


# --- Krippendorff's alpha ------------------------------------------------------------------------


def nominal_alpha(
    unlike: ArrayLike, total: ArrayLike, squares: ArrayLike, kept: ArrayLike
) -> Numbers:
    """
    Alpha at the nominal level from sums over units, of any shape: for many codes or draws at once.

    Args:
        unlike: Observed coincidences of unequal values: in each unit, its ordered pairs of unequal
            values by its number of judgements less one.
        total: Judgements that can be compared.
        squares: The squared number of judgements of each value, added up.
        kept: What a judgement cannot be paired with by chance, itself: `total`; more where
            judgements come in units of some length (see unitising).

    Returns:
        Alpha; NaN where there is no variation.

    """
    n, same = np.asarray(total, float), np.asarray(squares, float)
    observed = np.asarray(unlike, float) * (n**2 - kept)
    expected = n * (n**2 - same)
    ratio = np.full(np.broadcast(observed, expected).shape, np.nan)
    return 1 - np.divide(observed, expected, out=ratio, where=expected > 1e-9 * n**3)


def krippendorff_alpha(ratings: pd.DataFrame, level: str = "nominal") -> Coefficient:
    """
    Krippendorff's alpha: 1 is perfect, 0 what chance would give, below 0 worse than chance.

    Args:
        ratings: Units × coders; NaN or None where a coder did not judge a unit. A unit with fewer
            than two judgements counts for nothing, as nothing there can be compared.
        level: What a difference means. `nominal`: any values, equal or not. `ordinal`, `interval`,
            `ratio`: numbers, or text that writes numbers; ordinal looks only at their order.

    Returns:
        Alpha, usable as a float. NaN with a `note` where there is nothing to compare or no
        variation; 0 with a note where a single unit is comparable, as the formula then always is.

    Raises:
        ValueError: an unknown level, values that are no numbers, negative values for `ratio`.

    """
    if level not in LEVELS:
        raise ValueError(_("the level is one of: {levels}").format(levels=", ".join(LEVELS)))
    units, answers = _pairable(ratings)
    if not len(answers):
        return Coefficient(np.nan, _nothing_to_compare(ratings))
    values = _numbers(answers, level)
    if (values == values[0]).all():
        return Coefficient(np.nan, no_variation(len(values)))
    sizes = np.bincount(units)
    differences = LEVELS[level]
    observed = (differences(units, values) / (sizes - 1)).sum()
    expected = differences(np.zeros_like(units), values)[0] / (len(values) - 1)
    alone = _("only one unit was judged by two coders: alpha is 0 there, whatever they said")
    return Coefficient(1 - observed / expected, alone if len(sizes) == 1 else "")


def no_variation(count: int) -> str:
    """Say why agreement without variation has no coefficient."""
    return _(
        "all {count} judgements are the same: without any variation nobody can tell agreement from "
        "chance"
    ).format(count=count)


def _pairable(ratings: pd.DataFrame) -> tuple[NDArray[np.int64], NDArray[np.object_]]:
    """Give the judgements that can be compared: the number of the unit, and the value, of each."""
    there = ratings.notna().to_numpy(dtype=bool)
    counts = there.sum(axis=1)
    kept = counts >= 2
    answers = ratings.to_numpy(dtype=object)[kept][there[kept]]
    return np.repeat(np.arange(kept.sum()), counts[kept]), answers


def _nothing_to_compare(ratings: pd.DataFrame) -> str:
    if not len(ratings):
        return _("there is no unit to compare")
    if ratings.notna().any().sum() < 2:
        return _("fewer than two coders judged anything: there is nobody to compare with")
    return _("no unit was judged by two coders: there is nothing to compare")


def _numbers(answers: NDArray[np.object_], level: str) -> Numbers:
    """Turn answers into numbers whose differences mean what the level says."""
    if level == "nominal":
        return pd.factorize(answers)[0].astype(float)
    values = pd.to_numeric(pd.Series(answers), errors="coerce").to_numpy(float)
    if not np.isfinite(values).all():
        raise ValueError(_("{level}: every value must be a number").format(level=level))
    if level == "ratio" and (values < 0).any():
        raise ValueError(_("ratio: a value below 0 has no ratio to another"))
    # Krippendorff's ordinal difference is the squared difference of midranks.
    return rankdata(values) if level == "ordinal" else values


def _unequal(groups: NDArray[np.int64], values: Numbers) -> Numbers:
    """Count the ordered pairs of unequal values within each group."""
    cells, counts = np.unique(np.column_stack([groups, values]), axis=0, return_counts=True)
    alike = np.bincount(cells[:, 0].astype(int), counts**2)
    return (np.bincount(groups) ** 2 - alike).astype(float)


def _squares(groups: NDArray[np.int64], values: Numbers) -> Numbers:
    """Sum the squared differences over the ordered pairs within each group."""
    sizes = np.bincount(groups)
    means = np.bincount(groups, values) / sizes
    squares = np.bincount(groups, (values - means[groups]) ** 2)
    return (2 * sizes * squares).astype(float)


def _relative_squares(groups: NDArray[np.int64], values: Numbers) -> Numbers:
    """Sum ((a − b) / (a + b))² over the ordered pairs within each group."""
    parts = np.split(values, np.flatnonzero(np.diff(groups)) + 1)
    return np.array([_relative_squares_of(part) for part in parts])


def _relative_squares_of(values: Numbers) -> float:
    distinct, counts = np.unique(values, return_counts=True)
    total = 0.0
    for value, count in zip(distinct, counts, strict=True):  # a row at a time: no V × V in memory
        sums = value + distinct
        shares = np.divide(value - distinct, sums, out=np.zeros_like(sums), where=sums > 0)
        total += count * float(counts @ shares**2)
    return total


LEVELS: dict[str, Callable[[NDArray[np.int64], Numbers], Numbers]] = {
    "nominal": _unequal,
    "ordinal": _squares,
    "interval": _squares,
    "ratio": _relative_squares,
}


# --- the kappas, and plain percent ---------------------------------------------------------------


def cohen_kappa(a: Sequence[Hashable], b: Sequence[Hashable]) -> Coefficient:
    """
    Cohen's kappa of two coders who judged the same units in the same order.

    Args:
        a, b: Their judgements, of any kind; pairs with a missing one (None, NaN) are left out, and
            the `note` says how many.

    Returns:
        Kappa; NaN with a note where no pair is left or both gave one and the same answer only.

    Raises:
        ValueError: the two are not of one length.

    """
    if len(a) != len(b):
        raise ValueError(_("one coder judged {a} units, the other {b}").format(a=len(a), b=len(b)))
    pairs = pd.DataFrame({"a": list(a), "b": list(b)}, dtype=object)
    known = pairs.dropna()
    left_out = len(pairs) - len(known)
    note = ""
    if left_out:
        note = _("{count} of {total} pairs left out: a judgement is missing").format(
            count=left_out, total=len(pairs)
        )
    if not len(known):
        return Coefficient(np.nan, note or _("there is no unit to compare"))
    answers, values = pd.factorize(known.to_numpy().ravel())
    first, second = answers[0::2], answers[1::2]
    shares = [np.bincount(own, minlength=len(values)) / len(known) for own in (first, second)]
    kappa = float(corrected((first == second).mean(), shares[0] @ shares[1]))
    return Coefficient(kappa, no_variation(2 * len(known)) if np.isnan(kappa) else note)


def fleiss_kappa(counts: pd.DataFrame | ArrayLike) -> Coefficient:
    """
    Fleiss' kappa of many raters, who need not be the same for every unit.

    Args:
        counts: Units × categories: how many raters put the unit into the category. An empty cell
            is 0. Units with fewer than two ratings are left out. Where the number of raters varies,
            each unit weighs the same and the `note` says so.

    Returns:
        Kappa; NaN with a note where no unit has two ratings or all ratings are of one category.

    Raises:
        ValueError: a count that is negative or not whole.

    """
    table = np.nan_to_num(np.atleast_2d(np.asarray(counts, float)))
    if (table < 0).any() or (table % 1).any():
        raise ValueError(_("each cell is a number of raters: 0, 1, 2, …"))
    raters = table.sum(axis=1) if table.size else np.zeros(0)
    table, raters = table[raters >= 2], raters[raters >= 2]
    if not len(raters):
        return Coefficient(
            np.nan, _("no unit was judged by two coders: there is nothing to compare")
        )
    alike = ((table * (table - 1)).sum(axis=1) / (raters * (raters - 1))).mean()
    shares = table.sum(axis=0) / raters.sum()
    kappa = float(corrected(alike, (shares**2).sum()))
    if np.isnan(kappa):
        return Coefficient(kappa, no_variation(int(raters.sum())))
    return Coefficient(kappa, _varying(raters))


def _varying(raters: Numbers) -> str:
    low, high = int(raters.min()), int(raters.max())
    if low == high:
        return ""
    return _("from {low} to {high} raters a unit: the generalised form of kappa").format(
        low=low, high=high
    )


def percent_agreement(ratings: pd.DataFrame) -> Coefficient:
    """
    Say how many of the pairs of coders who judged one unit said the same, 0–100.

    Chance is not taken off: where a code is rare, leaving it out everywhere agrees almost wholly.

    Args:
        ratings: Units × coders, as for `krippendorff_alpha`.

    """
    units, answers = _pairable(ratings)
    if not len(answers):
        return Coefficient(np.nan, _nothing_to_compare(ratings))
    sizes = np.bincount(units)
    unequal = _unequal(units, _numbers(answers, "nominal"))
    return Coefficient(100 * (1 - unequal.sum() / (sizes * (sizes - 1)).sum()))
