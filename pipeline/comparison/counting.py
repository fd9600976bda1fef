"""What is counted: one row an interview and code, from the words of cleared voices only."""

from dataclasses import dataclass

import pandas as pd

from pipeline.corpus import words
from pipeline.corpus.consent import cleared

NOT_SAID = "not-said"


@dataclass(frozen=True)
class Counted:
    """What one purpose may count.

    interviews: one row an interview: interview_id, initiative_id, provenance, words_total, voices.
    coded: one row an interview and code: segments_count, words_count, voices.
    closed: voices counted though they did not agree to the purpose itself (research only).
    `voices` are sets of speaker_id.
    """

    interviews: pd.DataFrame
    coded: pd.DataFrame
    closed: set[str]


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
    agreed = said[said["turn_id"].isin(cleared(turns, purpose, speakers, masks)["turn_id"])]
    counted = said if count_research_only else agreed
    kept = cleared(segments, "research", speakers, masks)
    kept = kept[kept["turn_id"].isin(counted["turn_id"])]
    versions = _versions(interviews, kept)
    counted = counted[counted["interview_id"].isin(versions)]
    kept = kept[kept["interview_id"].isin(versions)]
    closed = set(counted["speaker_id"]) - set(agreed["speaker_id"])
    # Words are counted as they were said: a mask changes what is shown, not how much was said.
    as_said = turns[turns["turn_id"].isin(counted["turn_id"])]
    return Counted(_talk(interviews, counted), _coded(kept, as_said), closed)


def _versions(interviews: pd.DataFrame, segments: pd.DataFrame) -> set[str]:
    """Choose one version of each interview: of an original and its translations, the most coded one."""
    coded = interviews["interview_id"].map(segments["interview_id"].value_counts()).fillna(0)
    family = interviews["translation_of"].fillna(interviews["interview_id"])
    is_original = interviews["translation_of"].isna()
    ranked = interviews.assign(coded=coded, family=family, is_original=is_original).sort_values(
        ["coded", "is_original"], ascending=False, kind="stable"
    )
    return set(ranked.drop_duplicates("family")["interview_id"])


def _talk(interviews: pd.DataFrame, turns: pd.DataFrame) -> pd.DataFrame:
    talk = turns.groupby("interview_id").agg(
        words_total=("words_count", "sum"), voices=("speaker_id", set)
    )
    known = interviews[["interview_id", "initiative_id", "provenance"]]
    return known.merge(talk, on="interview_id").reset_index(drop=True)


def _coded(segments: pd.DataFrame, turns: pd.DataFrame) -> pd.DataFrame:
    """Merge what several coders marked alike, then count passages and words."""
    on = ["interview_id", "code"]
    columns = [*on, "segments_count", "words_count", "voices"]
    if segments.empty:
        return pd.DataFrame(columns=columns)
    extents = segments.groupby([*on, "coding_id"], as_index=False).agg(
        start=("start", "min"), end=("end", "max")
    )
    passages = _merged(extents, on).groupby(on).size().rename("segments_count")
    runs = _merged(segments, [*on, "turn_id", "speaker_id"])
    text = runs["turn_id"].map(turns.set_index("turn_id")["text"])
    origin = runs["turn_id"].map(turns.set_index("turn_id")["start"])
    cuts = zip(text, runs["start"] - origin, runs["end"] - origin, strict=True)
    runs["words_count"] = words.count(
        pd.Series([t[a:b] for t, a, b in cuts], index=runs.index, dtype=str)
    )
    sums = runs.groupby(on).agg(words_count=("words_count", "sum"), voices=("speaker_id", set))
    return sums.join(passages).reset_index()[columns]


def _merged(spans: pd.DataFrame, on: list[str]) -> pd.DataFrame:
    """Merge overlapping [start, end) within each group of `on`."""
    spans = spans.sort_values([*on, "start"], kind="stable")
    furthest = spans.groupby(on, sort=False)["end"].cummax()
    previous = furthest.groupby([spans[c] for c in on], sort=False).shift()
    begins = previous.isna() | (spans["start"] >= previous)
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
    return rows[["grouping", "group", "interview_id"]].reset_index(drop=True)
