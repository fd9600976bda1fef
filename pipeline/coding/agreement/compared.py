"""What can be compared: interviews that two people or more coded, and what each marked there.

A coder is a rater of the interviews that they coded at all; of the others nothing is known, and
what is not coded there is missing, not "no". In their own interviews everything they left uncoded
is a decision: not this code. Interviewers' talk is left out, whoever coded it.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd


@dataclass(frozen=True)
class Compared:
    """The interviews with two raters or more.

    raters: interview_id, coder.
    turns: interview_id, turn_id, start and end in the interview's text, `place`: where the turn
        begins in the interview's talk, which is the turns one behind the other, the interviewers'
        left out.
    marks: interview_id, turn_id, coder, code: who gave which code to which turn, once each.
    passages: interview_id, coder, code, start, end in the interview's talk; those of one coder
        and code do not overlap.
    """

    raters: pd.DataFrame
    turns: pd.DataFrame
    marks: pd.DataFrame
    passages: pd.DataFrame


def of(codings: pd.DataFrame, segments: pd.DataFrame, turns: pd.DataFrame) -> Compared:
    """
    Choose what can be compared.

    Args:
        codings: Of these only `interview_id` and `coder` are read, who coded what at all; and, of
            suggestions that somebody accepted, `is_suggested` and `coding_id`.
        segments: The parts of codings that may be counted (tables.SEGMENTS); no `text` is read.
        turns: The turns that may be counted (tables.TURNS), of these interviews or more; no `text`
            is read.

    """
    own = independent(codings)
    if len(own) < len(codings):
        segments = segments[segments["coding_id"].isin(own["coding_id"])]
    raters = own[["interview_id", "coder"]].drop_duplicates()
    several = raters.groupby("interview_id")["coder"].transform("size").ge(2)
    raters = raters[several].sort_values(["interview_id", "coder"], ignore_index=True)
    said = turns[
        turns["interview_id"].isin(raters["interview_id"])
        & turns["role"].ne("interviewer").fillna(True).astype(bool)
    ][["interview_id", "turn_id", "start", "end"]]
    lengths = (said["end"] - said["start"]).astype(int)
    said = said.assign(place=lengths.groupby(said["interview_id"]).cumsum() - lengths)
    raters = raters[raters["interview_id"].isin(said["interview_id"])].reset_index(drop=True)
    # A line feed or a full stop that a coder's mouse took along is no decision about its turn.
    parts = segments[segments["words_count"].gt(0)].merge(
        said, on=["interview_id", "turn_id"], suffixes=("", "_of_turn")
    )
    marks = parts[["interview_id", "turn_id", "coder", "code"]].drop_duplicates(ignore_index=True)
    return Compared(raters, said, marks, _passages(parts))


def independent(codings: pd.DataFrame) -> pd.DataFrame:
    """Leave out what was accepted from a suggestion: two people who follow one program agree."""
    if "is_suggested" not in codings:
        return codings
    return codings[~codings["is_suggested"].fillna(False).astype(bool)]


def _passages(parts: pd.DataFrame) -> pd.DataFrame:
    """Put the parts of a coding together again in the talk, and merge what overlaps."""
    shift = parts["place"] - parts["start_of_turn"]
    spans = parts[["interview_id", "coder", "code", "coding_id"]].assign(
        start=(parts["start"] + shift).astype(int), end=(parts["end"] + shift).astype(int)
    )
    own = ["interview_id", "coder", "code"]
    whole = merged(spans, [*own, "coding_id"], touching=True)
    return merged(whole, own, touching=False)[[*own, "start", "end"]]


def merged(spans: pd.DataFrame, on: list[str], touching: bool) -> pd.DataFrame:
    """Merge [start, end) that overlap, or also those that only touch, within each group of `on`."""
    spans = spans.sort_values([*on, "start", "end"], kind="stable")
    return (
        spans.groupby([*on, runs(spans, on, touching)], sort=False)
        .agg(start=("start", "min"), end=("end", "max"))
        .reset_index()
    )


def runs(spans: pd.DataFrame, on: list[str], touching: bool) -> pd.Series:
    """Number the runs of overlapping spans, which are sorted by `on` and `start`."""
    furthest = spans.groupby(on, sort=False)["end"].cummax()
    previous = furthest.groupby([spans[column] for column in on], sort=False).shift()
    apart = spans["start"].gt(previous) if touching else spans["start"].ge(previous)
    return (previous.isna() | apart).cumsum().rename("run")


def overlaps(passages: pd.DataFrame) -> pd.DataFrame:
    """
    Pair the passages of two coders that share some text under one code.

    Returns:
        interview_id, code, and of either passage `coder_a`, `start_a`, `end_a`, `coder_b` …;
        `coder_a` comes before `coder_b`; `shared`, the length of what both have.

    """
    numbered = passages.reset_index(drop=True).reset_index(names="passage")
    pairs = numbered.merge(numbered, on=["interview_id", "code"], suffixes=("_a", "_b"))
    pairs = pairs[pairs["coder_a"] < pairs["coder_b"]]
    ends = np.minimum(pairs["end_a"], pairs["end_b"])
    pairs = pairs.assign(shared=ends - np.maximum(pairs["start_a"], pairs["start_b"]))
    return pairs[pairs["shared"].gt(0)].reset_index(drop=True)
