"""What is counted: one row an interview and code, from the words of cleared voices only."""

from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from pandas.core.groupby import DataFrameGroupBy

from pipeline.corpus import words
from pipeline.corpus.consent import cleared
from pipeline.corpus.translations import talks

NOT_SAID = "not-said"


@dataclass(frozen=True)
class Counted:
    """What one purpose may count.

    interviews: one row an interview: interview_id, initiative_id, provenance, words_total, voices.
    coded: one row an interview and code: segments_count, words_count, voices.
    coding_ids: the codings behind `coded`; turn_ids: the turns that count.
    closed: voices with words counted that they did not give to the purpose (research only).
    aside: how many codings of an interview do not count, because another version of it does.
    `voices` are sets of speaker_id.
    """

    interviews: pd.DataFrame
    coded: pd.DataFrame
    coding_ids: set[str]
    closed: set[str]
    aside: dict[str, int] = field(default_factory=dict)
    turn_ids: set[str] = field(default_factory=set)


def count(
    purpose: str,
    interviews: pd.DataFrame,
    speakers: pd.DataFrame,
    turns: pd.DataFrame,
    segments: pd.DataFrame,
    masks: pd.DataFrame,
    count_research_only: bool = False,
) -> Counted:
    """
    Count the talk of everybody but the interviewers, behind the door.

    Args:
        purpose: Every voice counted agreed to `research` and to this scope; with
            `count_research_only`, to `research`.
        interviews, speakers, turns, masks: Of the corpus.
        segments: Of the coding; passages that coders overlap on count once.
        count_research_only: The setting of that name in project.yaml.

    """
    said = cleared(turns, "research", speakers, masks)
    said = said[said["role"].ne("interviewer").fillna(True)]
    agreed = said["turn_id"].isin(cleared(turns, purpose, speakers, masks)["turn_id"])
    counted = said if count_research_only else said[agreed]
    kept = cleared(segments, "research", speakers, masks)
    kept = kept[kept["turn_id"].isin(counted["turn_id"])]
    versions = _versions(interviews, counted, kept)
    counted = counted[counted["interview_id"].isin(versions)]
    aside = kept[~kept["interview_id"].isin(versions)].groupby("interview_id")["coding_id"]
    kept = kept[kept["interview_id"].isin(versions)]
    # Words are counted as they were said: a mask changes what is shown, not how much was said.
    as_said = turns[turns["turn_id"].isin(counted["turn_id"])]
    return Counted(
        interviews=_talk(interviews, counted),
        coded=_coded(kept, as_said),
        coding_ids=set(kept["coding_id"]),
        closed=set(counted.loc[~agreed[counted.index], "speaker_id"]),
        aside={str(interview_id): int(count) for interview_id, count in aside.nunique().items()},
        turn_ids=set(counted["turn_id"]),
    )


def _versions(interviews: pd.DataFrame, turns: pd.DataFrame, segments: pd.DataFrame) -> set[str]:
    """Choose one version of each interview that is heard: the most coded, else the original."""
    heard = interviews[interviews["interview_id"].isin(turns["interview_id"])]
    coded = heard["interview_id"].map(segments["interview_id"].value_counts()).fillna(0)
    ranked = heard.assign(
        coded=coded, talk=talks(interviews), is_original=heard["translation_of"].isna()
    ).sort_values(["coded", "is_original", "interview_id"], ascending=[False, False, True])
    return set(ranked.drop_duplicates("talk")["interview_id"])


def _talk(interviews: pd.DataFrame, turns: pd.DataFrame) -> pd.DataFrame:
    by_interview = turns.groupby("interview_id")
    talk = pd.DataFrame(
        {"words_total": by_interview["words_count"].sum(), "voices": _voices(by_interview)}
    )
    known = interviews[["interview_id", "initiative_id", "provenance"]]
    return known.merge(talk, on="interview_id").reset_index(drop=True)


def _coded(segments: pd.DataFrame, turns: pd.DataFrame) -> pd.DataFrame:
    """Merge what several coders marked alike, then count passages and the words they touch."""
    on = ["interview_id", "code"]
    columns = [*on, "segments_count", "words_count", "voices"]
    if segments.empty:
        return pd.DataFrame(columns=columns)
    extents = segments.groupby([*on, "coding_id"], as_index=False).agg(
        start=("start", "min"), end=("end", "max")
    )
    passages = _merged(extents, on).groupby(on).size().rename("segments_count")
    runs = _merged(_in_words(segments, turns), [*on, "turn_id", "speaker_id"])
    runs["words_count"] = runs["end"] - runs["start"]
    by_code = runs.groupby(on)
    sums = pd.DataFrame({"words_count": by_code["words_count"].sum(), "voices": _voices(by_code)})
    return sums.join(passages).reset_index()[columns]


def _voices(groups: DataFrameGroupBy) -> pd.Series:
    """Collect the voices of each group; `agg(set)` would make lists of them."""
    sets = {key: set(ids) for key, ids in groups["speaker_id"]}
    return pd.Series(sets, dtype=object).rename_axis(groups.keys)


def _in_words(segments: pd.DataFrame, turns: pd.DataFrame) -> pd.DataFrame:
    """Give `start` and `end` in words of the turn: [first, last) of those that a segment touches.

    Counting words in the cut text would count both halves of a word that two codings share.
    """
    coded = turns[turns["turn_id"].isin(segments["turn_id"])]
    bounds = {
        turn_id: np.array([m.span() for m in words.WORD.finditer(text)]).reshape(-1, 2) + start
        for turn_id, text, start in coded[["turn_id", "text", "start"]].to_numpy()
    }
    spans = [
        (np.searchsorted(bounds[t][:, 1], a, "right"), np.searchsorted(bounds[t][:, 0], b, "left"))
        for t, a, b in segments[["turn_id", "start", "end"]].to_numpy()
    ]
    return segments.assign(start=[a for a, _b in spans], end=[max(a, b) for a, b in spans])


def _merged(spans: pd.DataFrame, on: list[str]) -> pd.DataFrame:
    """Merge [start, end) that overlap or touch, within each group of `on`."""
    spans = spans.sort_values([*on, "start"], kind="stable")
    furthest = spans.groupby(on, sort=False)["end"].cummax()
    previous = furthest.groupby([spans[c] for c in on], sort=False).shift()
    begins = previous.isna() | (spans["start"] > previous)
    run = begins.cumsum()
    return (
        spans.groupby([*on, run.rename("run")], sort=False)
        .agg(start=("start", "min"), end=("end", "max"))
        .reset_index()
    )


def memberships(initiatives: pd.DataFrame, interviews: pd.DataFrame) -> pd.DataFrame:
    """
    Say which interview belongs to which group.

    Returns:
        One row a (grouping, group, interview_id); an initiative of several domains is in each of
        them, one that does not say is in the group `not-said`.

    """
    own = interviews[["interview_id", "initiative_id"]].merge(
        initiatives[["initiative_id", "region", "north_south", "status", "domains"]], how="left"
    )
    domains = own.explode("domains")
    groups = {
        "all": own.assign(group="all"),
        "initiative": own.assign(group=own["initiative_id"]),
        "region": own.assign(group=own["region"]),
        "north_south": own.assign(group=own["north_south"]),
        "domain": domains.assign(group=domains["domains"]),
        "status": own.assign(group=own["status"]),
    }
    rows = pd.concat(table.assign(grouping=name) for name, table in groups.items())
    rows["group"] = rows["group"].astype(object).where(rows["group"].notna(), NOT_SAID)
    # A sheet may name a domain twice; its interviews still count once.
    return rows[["grouping", "group", "interview_id"]].drop_duplicates(ignore_index=True)
