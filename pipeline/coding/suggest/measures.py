"""How far suggestions can be relied upon: precision, recall and F1 over sentences, a row a code.

Intervals are 95 %, the wider on either side of two: Wilson's, which takes sentences for
independent, and the percentile bootstrap over whole interviews, which is too narrow where few
interviews agree (docs/decisions/003-intervals.md).
"""

from typing import Any

import numpy as np
import pandas as pd

from pipeline import tables
from pipeline.messages import _
from pipeline.tables.files import typed

# With fewer than ten sentences a single one moves recall by more than ten points; and what is
# learned from one or two conversations may be about those conversations.
FEWEST_SENTENCES = 10
FEWEST_INTERVIEWS = 3
DRAWS = 2_000
SEED = 20120701
# Below 5 interviews a bootstrap draws the same few again and again.
FEWEST_FOR_INTERVAL = 5
# Of the normal distribution, for 95 %.
Z = 1.959964

Row = dict[str, Any]


def table(rows: list[Row]) -> pd.DataFrame:
    """Put rows below each other (tables.SUGGESTERS)."""
    return typed(tables.SUGGESTERS, rows)


def of_lexicon(
    code: str, label: np.ndarray, found: np.ndarray, interview: np.ndarray, has_entries: bool
) -> Row:
    """Measure what the lexicon finds; nothing is fitted, so every interview is one not seen."""
    row = _counts("lexicon", code, label, interview)
    if not has_entries:
        return {**row, "is_used": False, "note": _("no entry in the lexicon")}
    if not label.any():
        return {**row, "is_used": True, "note": _("nobody has given this code yet")}
    return {**row, **_measured(label, found, interview), "is_used": True}


def of_learned(
    code: str, label: np.ndarray, found: np.ndarray | None, interview: np.ndarray
) -> Row:
    """Measure what was suggested by regressions that had not seen the interview."""
    row = _counts("learned", code, label, interview)
    if found is None:
        return {**row, "is_used": False, "note": _too_few(row)}
    row |= _measured(label, found, interview)
    by_chance = 100 * row["positives_count"] / row["sentences_count"]
    is_used = row.get("precision_low_pct", row.get("precision_pct", 0)) > by_chance
    nothing = _("what is learned does no better than chance in an interview that it has not seen")
    return {**row, "is_used": is_used, "note": None if is_used else nothing}


def _too_few(row: Row) -> str:
    return _(
        "{sentences} sentences in {interviews} interviews: too few to learn from "
        "({least} in {least_interviews})"
    ).format(
        sentences=row["positives_count"],
        interviews=row["positive_interviews_count"],
        least=FEWEST_SENTENCES,
        least_interviews=FEWEST_INTERVIEWS,
    )


def _counts(suggester: str, code: str, label: np.ndarray, interview: np.ndarray) -> Row:
    return {
        "suggester": suggester,
        "code": code,
        "sentences_count": len(label),
        "interviews_count": len(set(interview)),
        "positives_count": int(label.sum()),
        "positive_interviews_count": len(set(interview[label])),
    }


def _measured(label: np.ndarray, found: np.ndarray, interview: np.ndarray) -> Row:
    """Compare what is found with what people gave; the baseline says of all what most are."""
    count = len(set(interview))
    right, said, given = (
        np.bincount(interview, mask, count) for mask in (label & found, found, label)
    )
    row: Row = {"suggested_count": int(said.sum()), "right_count": int(right.sum())}
    chance = np.random.default_rng(SEED)
    draws = chance.multinomial(count, np.full(count, 1 / count), DRAWS)
    for name, whole in (("precision", said), ("recall", given), ("f1", (said + given) / 2)):
        row |= _share(name, right, whole, draws if count >= FEWEST_FOR_INTERVAL else None)
    most = max(given.sum(), len(label) - given.sum()) / len(label)
    is_majority = given.sum() * 2 > len(label)
    return row | {
        "accuracy_pct": 100 * float((label == found).mean()),
        "baseline_accuracy_pct": 100 * float(most),
        "baseline_f1_pct": 100 * float(2 * most / (1 + most)) if is_majority else 0.0,
    }


def _share(name: str, part: np.ndarray, whole: np.ndarray, draws: np.ndarray | None) -> Row:
    """Give a share of sums over interviews, with its interval where there are interviews enough."""
    total = whole.sum()
    if not total:
        return {}
    share = part.sum() / total
    row = {f"{name}_pct": 100 * share}
    if draws is not None:
        low, high = _wilson(share, total)
        drawn = draws @ whole
        shares = (draws @ part)[drawn > 0] / drawn[drawn > 0]
        least, most = np.percentile(shares, (2.5, 97.5))
        row[f"{name}_low_pct"] = 100 * min(low, least)
        row[f"{name}_high_pct"] = 100 * max(high, most)
    return {key: float(np.clip(value, 0, 100)) for key, value in row.items()}


def _wilson(share: float, total: float) -> tuple[float, float]:
    middle = (share + Z**2 / (2 * total)) / (1 + Z**2 / total)
    half = Z / (1 + Z**2 / total) * np.sqrt(share * (1 - share) / total + Z**2 / (4 * total**2))
    return middle - half, middle + half
