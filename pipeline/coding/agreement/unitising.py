"""Where passages begin and end: Krippendorff's alphas for unitising a continuum.

Source: Krippendorff, Mathet, Bouvry & Widlöcher 2016, On the reliability of unitizing textual
continua: further developments, Quality & Quantity 50:2347–2364; Krippendorff 2018, Content
Analysis, 4th ed., 12.6. Each coder parts a continuum into units, which have a value, and gaps. Two
coders agree on a stretch where they gave it one value, a gap being a value too; by chance they
would agree as much as if their units, kept whole, lay anywhere.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from pipeline.coding.agreement.coefficients import Coefficient, Numbers, nominal_alpha
from pipeline.messages import _

GAP = 0
# What adds up over continua, one number each; see `Sums`.
COLUMNS = ["total", "unlike", "unlike_where", "shared", "unlike_what", "kept", "kept_shared"]


@dataclass(frozen=True)
class Unitised:
    """The three questions that uα, |uα and cuα answer."""

    where_and_what: Coefficient
    where: Coefficient
    what: Coefficient


@dataclass(frozen=True)
class Sums:
    """What the alphas are made of; it adds up over continua, so that they can be drawn again.

    numbers: one row a continuum, the columns of COLUMNS: `total` length × coders; `unlike`,
        `unlike_where`, `unlike_what`: lengths on which pairs of coders differ (in value; in having
        one; in value where both have one); `shared`: lengths where both have a value; `kept`,
        `kept_shared`: squared lengths of units, what keeping them whole takes from chance.
    margins, margins_shared: continua × values: the length each value has in all; value 0 is a gap.
    """

    numbers: pd.DataFrame
    margins: Numbers
    margins_shared: Numbers


def u_alpha(units: pd.DataFrame, continua: pd.DataFrame) -> Unitised:
    """
    Measure how far coders agree on where units lie in continua, and on their values.

    Args:
        units: One row a unit: `continuum`, `coder`, `value`, `start`, `end` (behind the last).
            Units of one coder do not overlap.
        continua: One row a continuum and coder who went through it: `continuum`, `coder`,
            `length`. Who marked nothing there left it all a gap.

    Returns:
        `where_and_what` (uα): the same stretches with the same values; `where` (|uα): the same
        stretches, whatever their values; `what` (cuα): the same values where two coders marked the
        same stretch. NaN with a note where there is nothing to compare or no variation.

    Raises:
        ValueError: units that overlap, are empty or leave their continuum.

    """
    return alphas(sums(units, continua))


def sums(units: pd.DataFrame, continua: pd.DataFrame) -> Sums:
    """Add up what `u_alpha` needs, a row a continuum that two coders went through."""
    values = pd.Index(units["value"].unique())
    own = dict(
        iter(units.assign(value=values.get_indexer(units["value"]) + 1).groupby("continuum"))
    )
    rows, margins, shared = [], [], []
    for name, coders in continua.groupby("continuum", sort=False):
        if len(coders) < 2:
            continue
        marks = own.get(name, units.iloc[:0])
        parts = _Parted.of(marks, coders["coder"].tolist(), int(coders["length"].iloc[0]))
        rows.append({"continuum": name, **parts.numbers()})
        margins.append(parts.margins(len(values) + 1))
        shared.append(parts.margins_shared(len(values) + 1))
    numbers = pd.DataFrame(rows, columns=["continuum", *COLUMNS]).set_index("continuum")
    empty = np.zeros((0, len(values) + 1))
    return Sums(numbers, np.array(margins or empty), np.array(shared or empty))


@dataclass(frozen=True)
class _Parted:
    """One continuum, cut wherever any coder's unit begins or ends.

    widths: the length of each stretch. values, units: coders × stretches, the number of the value
    (0: a gap) and of the unit that a coder has there.
    """

    widths: Numbers
    values: Numbers
    units: Numbers

    @classmethod
    def of(cls, marks: pd.DataFrame, coders: Sequence[str], length: int) -> "_Parted":
        bounds = marks[["start", "end"]].to_numpy(int)
        if ((bounds[:, 0] < 0) | (bounds[:, 1] > length) | (bounds[:, 0] >= bounds[:, 1])).any():
            raise ValueError(_("a unit is empty or leaves its continuum"))
        cuts = np.unique([0, length, *bounds.ravel()])
        values = np.zeros((len(coders), len(cuts) - 1), int)
        units = np.zeros_like(values)
        places = np.searchsorted(cuts, bounds)
        rows = zip(marks["coder"], marks["value"], places, strict=True)
        for number, (coder, value, (first, last)) in enumerate(rows, start=1):
            row = coders.index(coder)
            if values[row, first:last].any():
                raise ValueError(_("two units of one coder overlap"))
            values[row, first:last], units[row, first:last] = value, number
        return cls(np.diff(cuts).astype(float), values, units)

    def numbers(self) -> dict[str, float]:
        marked = self.values != GAP
        is_gap = np.where(marked, 0, self.widths).sum()
        return {
            "total": self.widths.sum() * len(self.values),
            "unlike": self._pairs(lambda i, j: self.values[i] != self.values[j]),
            "unlike_where": self._pairs(lambda i, j: marked[i] != marked[j]),
            "shared": self._pairs(lambda i, j: marked[i] & marked[j]),
            "unlike_what": self._pairs(
                lambda i, j: marked[i] & marked[j] & (self.values[i] != self.values[j])
            ),
            "kept": self._squares(self.widths) + is_gap,  # a gap has no shape that chance keeps
            "kept_shared": self._kept_shared(marked),
        }

    def _pairs(self, is_counted: Callable[[int, int], Numbers]) -> float:
        """Sum the lengths on which something holds of a pair of coders, each pair both ways."""
        count = len(self.values)
        pairs = [(i, j) for i in range(count) for j in range(i)]
        return 2 * sum(float(self.widths @ is_counted(i, j)) for i, j in pairs) / (count - 1)

    def _squares(self, widths: Numbers) -> float:
        """Sum the squared lengths of the units, a stretch being as long as `widths` says."""
        lengths = np.bincount(self.units.ravel(), np.broadcast_to(widths, self.units.shape).ravel())
        return float((lengths[1:] ** 2).sum())

    def _kept_shared(self, marked: Numbers) -> float:
        """Sum the squared lengths of what units share with all that each other coder marked."""
        total = 0.0
        for row, own in enumerate(self.units):
            for other in (other for other in range(len(marked)) if other != row):
                lengths = np.bincount(own, self.widths * marked[other])
                total += float((lengths[1:] ** 2).sum())
        return total / (len(marked) - 1)

    def margins(self, count: int) -> Numbers:
        widths = np.tile(self.widths, len(self.values))
        return np.bincount(self.values.ravel(), widths, minlength=count).astype(float)

    def margins_shared(self, count: int) -> Numbers:
        marked = self.values != GAP
        others = (marked.sum(axis=0) - marked) * marked / (len(marked) - 1)
        widths = (others * self.widths).ravel()
        return np.bincount(self.values.ravel(), widths, minlength=count).astype(float)


def alphas(found: Sums) -> Unitised:
    """Turn what was added up into the three alphas."""
    return Unitised(*(Coefficient(*_explained(found, which)) for which in QUESTIONS))


def _explained(found: Sums, which: str) -> tuple[float, str]:
    value = float(alpha_of(*(part.sum(axis=0) for part in parts_of(found, which))))
    if not np.isnan(value):
        return value, ""
    if not len(found.numbers):
        return value, _("no continuum was coded by two coders: there is nothing to compare")
    if which == "what" and not found.numbers["shared"].sum():
        return value, _("no two coders marked the same stretch: there is no value to compare")
    return value, _("no variation: every stretch has the same value, for every coder")


# For each question: the numbers of `Sums` that are its disagreement, total and units kept whole.
QUESTIONS = {
    "where_and_what": ("unlike", "total", "kept"),
    "where": ("unlike_where", "total", "kept"),
    "what": ("unlike_what", "shared", "kept_shared"),
}


def parts_of(found: Sums, which: str) -> tuple[Numbers, ...]:
    """Give what one alpha is made of, each array a row a continuum: they add up over the rows."""
    margins = found.margins_shared if which == "what" else found.margins
    if which == "where":
        margins = np.column_stack([margins[:, GAP], margins[:, GAP + 1 :].sum(axis=1)])
    return (*(found.numbers[column].to_numpy(float) for column in QUESTIONS[which]), margins)


def alpha_of(unlike: Numbers, total: Numbers, kept: Numbers, margins: Numbers) -> Numbers:
    """Compute one alpha from its added-up parts; any number of draws at once."""
    return nominal_alpha(unlike, total, (margins**2).sum(axis=-1), kept)
