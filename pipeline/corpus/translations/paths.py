"""The likeliest path through two rows of turns, by who speaks and how long, and how sure it is.

Chances of Gale & Church (1993): how often one sentence stands for one, none or two, and how far
lengths vary. A chance of another voice is added: whoever translates keeps the voices.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy.special import log_ndtr

# (turns of the original, turns of the translation): how often, after Gale & Church's table 5.
MOVES = {
    (1, 1): 0.89,
    (1, 0): 0.0099,
    (0, 1): 0.0099,
    (2, 1): 0.0445,
    (1, 2): 0.0445,
    (2, 2): 0.011,
    (3, 1): 0.002,
    (1, 3): 0.002,
}
# Their variance of the length, in characters, for each character.
VARIANCE = 6.8
# Dearer than leaving both turns out: another voice is no counterpart, however well lengths fit.
OTHER_VOICE = -25.0

Join = Callable[[np.ndarray, np.ndarray], np.ndarray]


@dataclass(frozen=True)
class Side:
    """One of the two: who speaks in each turn, and its length in characters."""

    voices: np.ndarray
    lengths: np.ndarray

    def __post_init__(self) -> None:
        assert len(self.voices) == len(self.lengths)

    def reversed(self) -> "Side":
        """The same, from its end."""
        return Side(self.voices[::-1], self.lengths[::-1])


def fit(lengths: np.ndarray, others: np.ndarray, ratio: float) -> np.ndarray:
    """Say how well lengths fit, 0–1: how often translations differ in length at least so much."""
    fitted: np.ndarray = np.exp(_log_fit(lengths, others, ratio))
    return fitted


def _log_fit(lengths: np.ndarray, others: np.ndarray, ratio: float) -> np.ndarray:
    mean = (lengths + others / ratio) / 2
    distance = np.abs(others / ratio - lengths) / np.sqrt(VARIANCE * np.maximum(mean, 1))
    logs: np.ndarray = np.log(2) + log_ndtr(-distance)
    return np.minimum(logs, 0)


def likeliest(a: Side, b: Side, ratio: float) -> list[tuple[int, int, float]]:
    """
    Link the turns of two sides along the likeliest path.

    Args:
        a, b: Original and translation.
        ratio: Characters of `b` for one of `a`.

    Returns:
        (turn of a, turn of b, score), from 0; the score is the chance, 0–1, of this step among all
        paths. Turns that stand alone are in none.

    """
    best = _table(a, b, ratio, np.maximum)
    before = _table(a, b, ratio, np.logaddexp)
    behind = _table(a.reversed(), b.reversed(), ratio, np.logaddexp)[::-1, ::-1]
    links = []
    i, j = len(a.lengths), len(b.lengths)
    while i or j:
        p, q = _step(a, b, ratio, best, i, j)
        if p and q:
            chance = before[i - p, j - q] + _weights(a, b, ratio, i, p, q)[j - q] + behind[i, j]
            score = float(np.exp(min(chance - before[-1, -1], 0)))
            links += [(x, y, round(score, 3)) for x in range(i - p, i) for y in range(j - q, j)]
        i, j = i - p, j - q
    return sorted(links)


def _step(a: Side, b: Side, ratio: float, table: np.ndarray, i: int, j: int) -> tuple[int, int]:
    """Find the move by which the best path reaches (i, j)."""
    possible = [(p, q) for p, q in MOVES if p <= i and q <= j]
    values = [table[i - p, j - q] + _weights(a, b, ratio, i, p, q)[j - q] for p, q in possible]
    return possible[int(np.argmax(values))]


def _table(a: Side, b: Side, ratio: float, join: np.ufunc) -> np.ndarray:
    """Give for every (i, j) the best, or the sum, of all paths to it, as a logarithm."""
    n, m = len(a.lengths), len(b.lengths)
    table = np.full((n + 1, m + 1), -np.inf)
    alone = np.concatenate([[0.0], np.cumsum(np.full(m, np.log(MOVES[0, 1])))])
    for i in range(n + 1):
        row = np.full(m + 1, -np.inf)
        if i == 0:
            row[0] = 0
        for p, q in MOVES:
            if 0 < p <= i and q <= m:
                steps = table[i - p, : m + 1 - q] + _weights(a, b, ratio, i, p, q)
                row[q:] = join(row[q:], steps)
        # Turns of `b` that stand alone move along the row; summed up, all of them at once.
        table[i] = join.accumulate(row - alone) + alone
    return table


def _weights(a: Side, b: Side, ratio: float, i: int, p: int, q: int) -> np.ndarray:
    """Weigh `p` turns of `a` that end at `i` against `q` turns of `b`, wherever these begin."""
    m = len(b.lengths)
    prior = np.full(m + 1 - q, np.log(MOVES[p, q]))
    if not p or not q:
        return prior
    voices, length = a.voices[i - p : i], a.lengths[i - p : i].sum()
    sums = np.concatenate([[0.0], np.cumsum(b.lengths)])
    others = sums[q:] - sums[: m + 1 - q]
    same = np.full(m + 1 - q, bool((voices == voices[0]).all()))
    for k in range(q):
        same &= b.voices[k : m + 1 - q + k] == voices[0]
    weights: np.ndarray = prior + _log_fit(np.full(m + 1 - q, length), others, ratio)
    return np.where(same, weights, weights + OTHER_VOICE)
