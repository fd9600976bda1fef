"""How sure a number is: intervals by drawing whole interviews, or turns, again and again."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from pipeline.coding.agreement.coefficients import Numbers

# Below 5 interviews a bootstrap draws the same few again and again: its interval is too narrow.
MIN_INTERVIEWS = 5
# What stands in one turn of ten is missing from a draw of 30 turns once in 24 times: as often as
# MAX_UNDEFINED allows. With fewer turns most codes would have no interval anyway.
MIN_TURNS = 30
# A draw without any coded turn has no coefficient. Where that happens more often, the draws that
# are left are not a fair picture of all, and there is no interval.
MAX_UNDEFINED = 0.05
RESAMPLES = 2000
SEED = 20130601
LEVEL = 0.95
# Draws made at once: enough to be fast, few enough for little memory.
BLOCK = 100


@dataclass(frozen=True)
class Estimate:
    """A number for each column, with its interval (NaN where there is none)."""

    value: Numbers
    low: Numbers
    high: Numbers


def estimate(statistic: Callable[..., Numbers], parts: tuple[Numbers, ...], few: bool) -> Estimate:
    """
    Compute a statistic of sums, and its interval by percentile bootstrap over groups.

    Args:
        statistic: Takes the sums of the parts, with any number of leading axes.
        parts: Each groups × columns; they add up over the groups (interviews, or turns).
        few: Whether the groups are too few to be drawn again.

    """
    value = np.atleast_1d(statistic(*(part.sum(axis=0) for part in parts)))
    none = np.full(value.shape, np.nan)
    if few:
        return Estimate(value, none, none)
    drawn = np.concatenate(
        [statistic(*(weights @ part for part in parts)) for weights in _draws(len(parts[0]))]
    ).reshape(RESAMPLES, -1)
    unsure = np.isnan(value) | (np.isnan(drawn).mean(axis=0) > MAX_UNDEFINED)
    tail = (1 - LEVEL) / 2
    bounds = np.nanquantile(np.where(unsure, 0, drawn), [tail, 1 - tail], axis=0)
    low, high = np.where(unsure, np.nan, bounds)
    return Estimate(value, low, high)


def _draws(groups: int) -> Iterator[Numbers]:
    """Yield, block by block, how often each group is drawn; the same ones every time."""
    generator = np.random.default_rng(SEED)
    for _block in range(RESAMPLES // BLOCK):
        drawn = generator.multinomial(groups, np.full(groups, 1 / groups), size=BLOCK)
        yield drawn.astype(float)
