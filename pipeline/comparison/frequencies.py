"""Who says what, how much, how sure: codes by group, with intervals."""

from functools import cache

import numpy as np
import pandas as pd
from scipy.stats import binomtest

from pipeline import tables
from pipeline.comparison.counting import Counted
from pipeline.tables.files import typed

# Below 5 interviews a bootstrap draws the same few again and again: its interval is too narrow.
MIN_INTERVIEWS_FOR_BOOTSTRAP = 5
RESAMPLES = 2000
SEED = 20130601
LEVEL = 0.95


def code_by_group(
    purpose: str,
    counted: Counted,
    members: pd.DataFrame,
    codes: pd.DataFrame,
    smallest_cell: int,
) -> pd.DataFrame:
    """
    Compare codes between groups; see tables.CODE_BY_GROUP.

    Args:
        purpose: What `counted` was cleared for.
        counted: Talk and codings, one provenance or several; they are never added up.
        members: Which interview is in which group (`counting.memberships`).
        codes: The codebook.
        smallest_cell: Cells and groups with fewer voices are held back, unless each voice agreed
            to `purpose`.

    """
    blocks = []
    # In a fixed order, or the bootstrap would draw others when the register is sorted anew.
    joined = members.merge(counted.interviews, on="interview_id").sort_values("interview_id")
    for (provenance, grouping, group), rows in joined.groupby(["provenance", "grouping", "group"]):
        block = _block(rows, counted, codes, smallest_cell)
        block.insert(0, "group", group)
        block.insert(0, "grouping", grouping)
        block.insert(0, "provenance", provenance)
        block.insert(0, "purpose", purpose)
        blocks.append(block)
    return typed(tables.CODE_BY_GROUP, pd.concat(blocks) if blocks else [])


def _block(
    rows: pd.DataFrame, counted: Counted, codes: pd.DataFrame, smallest_cell: int
) -> pd.DataFrame:
    """Compute one group: a row a code, in the codebook's order."""
    names = codes["code"].tolist()
    coded = counted.coded[counted.coded["interview_id"].isin(rows["interview_id"])]
    counts = _matrix(coded, "words_count", rows, names)
    passages = coded.groupby("code")["segments_count"].sum().reindex(names, fill_value=0)
    by_initiative = coded.merge(rows[["interview_id", "initiative_id"]], on="interview_id")
    cases = by_initiative.dropna(subset="initiative_id").groupby("code")["initiative_id"].nunique()
    total = int(rows["words_total"].sum())
    low, high = share_intervals(counts, rows["words_total"].to_numpy(float))
    block = pd.DataFrame(
        {
            "question": codes["question"].to_numpy(),
            "code": names,
            "segments_count": passages.to_numpy(),
            "words_count": counts.sum(axis=0).astype(int),
            "words_total": total,
            "words_share_pct": 100 * counts.sum(axis=0) / total if total else np.nan,
            "words_share_low_pct": 100 * low,
            "words_share_high_pct": 100 * high,
            "interviews_count": coded.groupby("code")["interview_id"]
            .nunique()
            .reindex(names, fill_value=0)
            .to_numpy(),
            "interviews_total": len(rows),
            "initiatives_count": cases.reindex(names, fill_value=0).to_numpy(),
            "initiatives_total": rows["initiative_id"].nunique(),
        }
    )
    return _held_back(_with_cases_share(block), coded, rows, counted.closed, smallest_cell)


def _matrix(coded: pd.DataFrame, value: str, rows: pd.DataFrame, names: list[str]) -> np.ndarray:
    """Spread a value over interviews × codes, 0 where nothing was coded."""
    wide = coded.pivot_table(index="interview_id", columns="code", values=value, aggfunc="sum")
    return wide.reindex(index=rows["interview_id"], columns=names).fillna(0).to_numpy(float)


def share_intervals(counts: np.ndarray, totals: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """
    Interval of each code's share of words, by percentile bootstrap over whole interviews.

    Words of one person are not independent, so interviews are drawn, not words.

    Args:
        counts: Interviews × codes, words in the code.
        totals: Interviews, words in all.

    Returns:
        Lower and upper bound a code, 0–1; NaN below MIN_INTERVIEWS_FOR_BOOTSTRAP interviews with
        words.

    """
    counts, totals = counts[totals > 0], totals[totals > 0]
    interviews, codes = counts.shape
    if interviews < MIN_INTERVIEWS_FOR_BOOTSTRAP:
        return np.full(codes, np.nan), np.full(codes, np.nan)
    drawn = np.random.default_rng(SEED).multinomial(
        interviews, np.full(interviews, 1 / interviews), size=RESAMPLES
    )
    shares = (drawn @ counts) / (drawn @ totals)[:, None]
    tail = (1 - LEVEL) / 2
    low, high = np.quantile(shares, [tail, 1 - tail], axis=0)
    return low, high


@cache
def wilson(successes: int, total: int) -> tuple[float, float]:
    """Wilson's interval of a share of cases, 0–1; (NaN, NaN) of no case."""
    if not total:
        return float("nan"), float("nan")
    interval = binomtest(successes, total).proportion_ci(LEVEL, method="wilson")
    return float(interval.low), float(interval.high)


def _with_cases_share(block: pd.DataFrame) -> pd.DataFrame:
    pairs = list(zip(block["initiatives_count"], block["initiatives_total"], strict=True))
    intervals = [wilson(int(k), int(n)) for k, n in pairs]
    return block.assign(
        initiatives_share_pct=[100 * k / n if n else np.nan for k, n in pairs],
        initiatives_share_low_pct=[100 * low for low, _high in intervals],
        initiatives_share_high_pct=[100 * high for _low, high in intervals],
    )


def _held_back(
    block: pd.DataFrame, coded: pd.DataFrame, rows: pd.DataFrame, closed: set[str], smallest: int
) -> pd.DataFrame:
    """Empty the cells, or the whole group, that rest on too few voices who did not all agree."""
    in_group = set().union(*rows["voices"])
    by_code = dict(iter(coded.groupby("code")["voices"]))
    cells = [set().union(*by_code.get(code, [])) for code in block["code"]]
    small_group = len(in_group) < smallest and bool(in_group & closed)
    held = [small_group or (0 < len(cell) < smallest and bool(cell & closed)) for cell in cells]
    block = block.assign(voices_count=[len(cell) for cell in cells], is_held_back=held)
    numbers = [c for c in block.columns if c not in {"question", "code", "is_held_back"}]
    block[numbers] = block[numbers].astype(object).mask(pd.Series(held, index=block.index), None)
    return block
