"""Agreement on where passages begin and end, letter by letter: unitising, overlap, distance."""

from itertools import pairwise

import numpy as np
import pandas as pd

from pipeline.coding.agreement import compared, unitising
from pipeline.coding.agreement.coefficients import Numbers, nominal_alpha
from pipeline.coding.agreement.compared import Compared
from pipeline.coding.agreement.resampling import Estimate, estimate
from pipeline.coding.agreement.rows import Rows, about_of, group_column, notes_of, rows_of
from pipeline.messages import _

QUESTIONS = {"where_and_what": "u_alpha", "where": "u_alpha_where", "what": "u_alpha_what"}
Sums = dict[str, Numbers]


def on_text(found: Compared, codes: list[str]) -> Rows:
    """Measure all codes together, then each; rows of tables.AGREEMENT."""
    shared = compared.overlaps(found.passages)
    rows = _unitising_of_all(found) + _unitising(found, shared, codes)
    return rows + _overlap(found, shared, codes) + _distances(found, shared, codes)


# Letters are no units that could be drawn: with few interviews there is no interval.
def _is_few(found: Compared) -> bool:
    return group_column(found) != "interview_id"


def _rows(
    measure: str,
    found: Compared,
    codes: list[str | None],
    result: Estimate,
    units: Numbers,
    both: Numbers,
    unit: str | None = None,
    notes: list[str] | None = None,
) -> Rows:
    """Make rows; where `both`, the length that two coders share, is 0, no draw tells anything."""
    return rows_of(
        measure,
        codes,
        result,
        None if _is_few(found) else "interview_id",
        about_of(found.raters) | {"unit": unit},
        {"units_count": units},
        notes or notes_of(found, codes, result.value),
        both == 0,
    )


# --- unitising -----------------------------------------------------------------------------------


def _unitising_of_all(found: Compared) -> Rows:
    """Measure the stretches of each coder, their value being the set of codes they have there."""
    continua = found.raters.rename(columns={"interview_id": "continuum"})
    lengths = _letters(found)
    continua["length"] = continua["continuum"].map(lengths).astype(int)
    sums = unitising.sums(stretches(found.passages), continua)
    answers = unitising.alphas(sums)
    rows: Rows = []
    for which, measure in QUESTIONS.items():
        parts = unitising.parts_of(sums, which)
        result = estimate(unitising.alpha_of, parts, _is_few(found))
        notes = [getattr(answers, which).note] if len(continua) else None
        letters, both = np.array([lengths.sum()]), np.array([sums.numbers["shared"].sum()])
        rows += _rows(measure, found, [None], result, letters, both, notes=notes)
    return rows


def stretches(passages: pd.DataFrame) -> pd.DataFrame:
    """
    Cut what each coder marked wherever one of their passages begins or ends.

    Args:
        passages: interview_id, coder, code, start, end; they may overlap.

    Returns:
        One row a stretch: continuum (the interview), coder, value (its codes, a line each), start,
        end; stretches of one coder do not overlap.

    """
    rows = []
    for (interview_id, coder), own in passages.groupby(["interview_id", "coder"], sort=False):
        starts, ends = own["start"].to_numpy(), own["end"].to_numpy()
        codes = own["code"].to_numpy()
        cuts = np.unique([starts, ends])
        for start, end in pairwise(cuts):
            here = codes[(starts <= start) & (ends >= end)]
            if len(here):
                rows.append((interview_id, coder, "\n".join(sorted(here)), start, end))
    return pd.DataFrame(rows, columns=["continuum", "coder", "value", "start", "end"])


def _unitising(found: Compared, shared: pd.DataFrame, codes: list[str]) -> Rows:
    """Measure each code alone, all other text being a gap."""
    sums = _sums(found, found.passages, shared, codes)
    parts = tuple(sums[name] for name in ("both_ways", "marked", "total", "kept"))
    result = estimate(_u_alpha, parts, _is_few(found))
    letters, both = (sums[name].sum(axis=0) for name in ("letters", "both"))
    return _rows("u_alpha", found, [*codes], result, letters, both)


def _u_alpha(both_ways: Numbers, marked: Numbers, total: Numbers, kept: Numbers) -> Numbers:
    return nominal_alpha(2 * (marked - both_ways), total, marked**2 + (total - marked) ** 2, kept)


def _letters(found: Compared) -> pd.Series:
    lengths = (found.turns["end"] - found.turns["start"]).astype(int)
    return lengths.groupby(found.turns["interview_id"]).sum()


def _sums(found: Compared, passages: pd.DataFrame, shared: pd.DataFrame, codes: list[str]) -> Sums:
    """
    Add up lengths: interviews × codes.

    `marked`: of passages, over coders; `kept`: their squares, and what is no passage; `both`: what
    pairs of coders share; `both_ways`: the same both ways, by coders less one; `either`: what one
    or both of a pair marked; `letters`, `total`: of the talk, and of it times its coders.
    """
    raters = found.raters.groupby("interview_id").size()
    interviews = pd.Index(raters.index)
    letters = np.repeat(_letters(found).reindex(interviews).to_numpy(float)[:, None], len(codes), 1)
    others = raters.to_numpy(float)[:, None] - 1
    lengths = (passages["end"] - passages["start"]).astype(float)
    marked = _spread(lengths, passages, interviews, codes)
    both = _spread(shared["shared"], shared, interviews, codes)
    total = letters * (others + 1)
    return {
        "letters": letters,
        "total": total,
        "marked": marked,
        "kept": _spread(lengths**2, passages, interviews, codes) + total - marked,
        "both": both,
        "both_ways": 2 * both / others,
        "either": others * marked - both,
    }


def _spread(
    values: pd.Series, rows: pd.DataFrame, interviews: pd.Index, codes: list[str]
) -> Numbers:
    matrix = np.zeros((len(interviews), len(codes)))
    places = interviews.get_indexer(rows["interview_id"]), pd.Index(codes).get_indexer(rows["code"])
    np.add.at(matrix, places, values.to_numpy(float))
    return matrix


# --- in everyday terms ---------------------------------------------------------------------------


def _overlap(found: Compared, shared: pd.DataFrame, codes: list[str]) -> Rows:
    """Say how much of what one of two coders marked both did; for all, under whatever code."""
    anything = compared.merged(found.passages, ["interview_id", "coder"], touching=True)
    anything["code"] = ""
    whole = _sums(found, anything, compared.overlaps(anything), [""])
    each = _sums(found, found.passages, shared, codes)
    parts = tuple(np.column_stack([whole[name], each[name]]) for name in ("both", "either"))
    result = estimate(_share, parts, _is_few(found))
    letters = np.append(whole["letters"].sum(axis=0), each["letters"].sum(axis=0))
    return _rows("overlap", found, [None, *codes], result, letters, parts[0].sum(axis=0), "%")


def _share(both: Numbers, either: Numbers) -> Numbers:
    return 100 * np.divide(both, either, out=np.full(np.shape(both), np.nan), where=either > 0)


def _distances(found: Compared, shared: pd.DataFrame, codes: list[str]) -> Rows:
    """Say how far apart two coders begin and end the passages that they share."""
    pairs = matched(shared)
    far = pd.concat([(pairs[f"{at}_a"] - pairs[f"{at}_b"]).abs() for at in ("start", "end")])
    by_code = far.groupby(pd.concat([pairs["code"]] * 2))
    medians = np.array([far.median(), *by_code.median().reindex(codes)], float)
    counts = np.array([len(pairs), *(by_code.size().reindex(codes, fill_value=0) / 2)])
    none = np.full(len(medians), np.nan)
    everything: list[str | None] = [None, *codes]
    notes = notes_of(found, everything, none)
    apart = _("no passage of one coder overlaps one of another")
    used = {None, *found.marks["code"]}
    for place, code in enumerate(everything):
        if not np.isnan(medians[place]):
            notes[place] = _("a median, without an interval")
        elif code in used and len(found.raters):
            notes[place] = apart
    result = Estimate(medians, none, none)
    return _rows("boundary_distance", found, everything, result, counts, counts, "letters", notes)


def matched(shared: pd.DataFrame) -> pd.DataFrame:
    """Keep of each passage the one of the other coder that it shares most with, if it is mutual."""
    ranked = shared.sort_values("shared", ascending=False, kind="stable")
    best_of_a = ranked.drop_duplicates(["passage_a", "coder_b"]).index
    best_of_b = ranked.drop_duplicates(["passage_b", "coder_a"]).index
    return shared.loc[best_of_a.intersection(best_of_b)]
