"""The only door. Nothing is counted and nothing leaves without passing `cleared(table, purpose)`.

A voice passes for a purpose when its consent, recorded in `speakers.csv`, names that scope, has
begun, has not expired and was not withdrawn, and, for a minor, a guardian agreed. Consent is given
in an interview; a withdrawal is the person's, and reaches every interview. The door also replaces
masked words and coarsens names and places as each voice asked.
"""

import datetime
import re
from pathlib import Path

import pandas as pd

from pipeline import tables
from pipeline.folders import Folders
from pipeline.messages import _
from pipeline.tables import files

VOICE = ["interview_id", "speaker_id"]
# Columns beside the words that quote them or show more of them than the row itself.
CONTEXT = ["prefix", "suffix", "memo"]
# Said of the voice, not of the words: they never leave the team.
EVIDENCE = ["evidence", "label", "withdrawn_on", "expires_on", "consent_date"]

# Whole degrees, about 100 km: the region shows, the village does not.
COARSE_DECIMALS = 0


def today() -> datetime.date:
    """Say which day consent is judged by."""
    return datetime.date.today()


def refusals(speakers: pd.DataFrame, purpose: str, day: datetime.date | None = None) -> pd.Series:
    """Say for each row of `speakers` why its voice may not be used for `purpose`; None where it may.

    Several rows of one voice in one interview (its labels) are judged together, by the strictest.
    """
    assert purpose in tables.SCOPES, purpose
    now = pd.Timestamp(day or today())
    minor = speakers["is_minor"].fillna(False).astype(bool)
    guarded = speakers["guardian_consent"].fillna(False).astype(bool)
    reasons = pd.Series(None, index=speakers.index, dtype=object)
    # The last one that holds is the one shown, so the gravest stands last.
    for fails, reason in (
        (speakers["consent"].map(lambda scopes: purpose not in scopes), "no_scope"),
        (speakers["consent"].map(lambda scopes: not scopes), "no_consent"),
        (minor & ~guarded, "minor_without_guardian"),
        (pd.to_datetime(speakers["consent_date"]) > now, "not_yet_given"),
        (pd.to_datetime(speakers["expires_on"]) <= now, "expired"),
        (speakers["withdrawn_on"].notna(), "withdrawn"),
    ):
        reasons[fails.to_numpy(dtype=bool)] = reason
    strictest = reasons.groupby([speakers[c] for c in VOICE], dropna=False).transform("first")
    gone = speakers["speaker_id"].isin(speakers.loc[speakers["withdrawn_on"].notna(), "speaker_id"])
    return strictest.astype(object).where(strictest.notna(), None).mask(gone, "withdrawn")


def in_force(speakers: pd.DataFrame, day: datetime.date | None = None) -> pd.Series:
    """List for each row of `speakers` the scopes in force on `day`."""
    open_to = {scope: refusals(speakers, scope, day).isna() for scope in tables.SCOPES}
    return pd.Series(
        [[s for s in tables.SCOPES if open_to[s].at[index]] for index in speakers.index],
        index=speakers.index,
        dtype=object,
    )


def cleared(
    table: pd.DataFrame,
    purpose: str,
    speakers: pd.DataFrame | None = None,
    masks: pd.DataFrame | None = None,
    day: datetime.date | None = None,
) -> pd.DataFrame:
    """
    Let through the rows of `table` that may be used for `purpose`, their words masked.

    Args:
        table: Rows said by a voice (`interview_id`, `speaker_id`), rows about an interview
            (`interview_id`) or rows about neither (an initiative's sheet). A row about an
            interview passes when one of its voices does; a coding only when all that it
            touches do: clear its segments.
        purpose: One of tables.SCOPES.
        speakers, masks: The tables of those names; read from the usual place when not given.
        day: The day to judge by; today when not given.

    Returns:
        The rows that pass, in order, with the index they had. Names and places are as each
        voice's name policy asks; columns that show more than the row's own words are gone.

    """
    processed = Folders().processed
    speakers = files.read(tables.SPEAKERS, processed) if speakers is None else speakers
    masks = files.read(tables.MASKS, processed) if masks is None else masks
    passing = table[_passes(table, speakers, refusals(speakers, purpose, day).isna())]
    passing = passing.drop(columns=[c for c in CONTEXT + EVIDENCE if c in passing])
    return named(masked(passing, masks), speakers)


def _passes(table: pd.DataFrame, speakers: pd.DataFrame, open_: pd.Series) -> pd.Series:
    on = [column for column in VOICE if column in table]
    if "interview_id" not in on:
        return pd.Series(True, index=table.index)
    allowed = pd.MultiIndex.from_frame(speakers.loc[open_, on].astype(str))
    asked = pd.MultiIndex.from_frame(table[on].astype(str))
    return pd.Series(asked.isin(allowed), index=table.index, dtype=bool)


def named(table: pd.DataFrame, speakers: pd.DataFrame) -> pd.DataFrame:
    """Show names as each voice asked (`role` shows none), and places only where nobody asked for `role`."""
    discreet = speakers["name_policy"].fillna("role").eq("role")
    discreet |= speakers["display_name"].isna()
    table = table.copy()
    if "display_name" in table:
        hidden = pd.MultiIndex.from_frame(speakers.loc[discreet, VOICE].astype(str))
        asked = pd.MultiIndex.from_frame(table[VOICE].astype(str))
        table.loc[asked.isin(hidden), "display_name"] = pd.NA
    if "interview_id" in table and "place" in table and "turn_id" not in table:
        interviewees = discreet & speakers["role"].eq("interviewee")
        quiet = table["interview_id"].isin(speakers.loc[interviewees, "interview_id"])
        table.loc[quiet, "place"] = pd.NA
    if "is_coarse" in table:
        coarse = table["is_coarse"].astype(bool)
        table.loc[coarse, "place"] = pd.NA
        for degrees in ("latitude", "longitude"):
            table[degrees] = table[degrees].mask(coarse, table[degrees].round(COARSE_DECIMALS))
    return table


# --- masks ---------------------------------------------------------------------------------------


def mask_pattern(exact: str) -> re.Pattern[str]:
    """Match masked words as whole words, also in capitals, across any white space and either apostrophe."""
    forms = {exact, exact.upper()}
    either = "|".join(_flexible(form) for form in sorted(forms))
    return re.compile(rf"(?<!\w)(?:{either})(?!\w)")


def _flexible(words: str) -> str:
    escaped = r"\s+".join(re.escape(word) for word in words.split())
    return re.sub(r"['’]", "['’]", escaped)


def masked(table: pd.DataFrame, masks: pd.DataFrame) -> pd.DataFrame:
    """
    Replace masked words in every text of `table`.

    Rows with a position (`interview_id`, `start`, `end`) are masked by where the words stand, so
    that a passage that cuts through a name shows the whole replacement and never half the name.
    """
    table = table.copy()
    if {"interview_id", "start", "end"} <= set(table.columns):
        for column in {"text", "exact"} & set(table.columns):
            lengths = table["end"] - table["start"]
            assert table[column].str.len().eq(lengths).all(), (
                "a row is not its own text: cleared twice?"
            )
            for interview_id, spans in masks.dropna(subset="interview_id").groupby("interview_id"):
                _mask_passages(table, str(interview_id), column, spans)
        return table
    patterns = _patterns(masks)
    for column in table.columns if patterns else []:
        if table[column].dtype in ("object", "string") and not column.endswith("_id"):
            table[column] = table[column].map(lambda cell: _mask_cell(cell, patterns))
    return table


def _mask_cell(cell: object, patterns: list[tuple[re.Pattern[str], str]]) -> object:
    if isinstance(cell, list):
        return [mask_text(item, patterns) for item in cell]
    return mask_text(cell, patterns) if isinstance(cell, str) else cell


def _patterns(masks: pd.DataFrame) -> list[tuple[re.Pattern[str], str]]:
    words = masks[["exact", "replacement"]].drop_duplicates()
    return [(mask_pattern(exact), replacement) for exact, replacement in words.to_numpy()]


def mask_text(text: str, patterns: list[tuple[re.Pattern[str], str]]) -> str:
    """Replace masked words in a text that has no positions."""
    for pattern, replacement in patterns:
        text = pattern.sub(lambda _match, words=replacement: words, text)  # type: ignore[misc]
    return text


def _mask_passages(
    table: pd.DataFrame, interview_id: str, column: str, spans: pd.DataFrame
) -> None:
    """Replace, in the rows of one interview that touch a masked span, the words by their replacement."""
    own = table[table["interview_id"].eq(interview_id)]
    starts, ends = (own[c].to_numpy(int)[:, None] for c in ("start", "end"))
    touching = (spans["start"].to_numpy(int) < ends) & (spans["end"].to_numpy(int) > starts)
    for row in touching.any(axis=1).nonzero()[0]:
        start, text = int(starts[row, 0]), own[column].iloc[row]
        table.loc[own.index[row], column] = _replaced(text, start, spans[touching[row]])


def _replaced(text: str, start: int, spans: pd.DataFrame) -> str:
    """Replace spans (positions in the interview) in a passage that begins at `start`."""
    pieces, last = [], 0
    for a, b, words in spans.sort_values("start")[["start", "end", "replacement"]].to_numpy():
        pieces += [text[last : max(a - start, 0)], words]
        last = b - start
    return "".join([*pieces, text[last:]])


# --- the team's report -----------------------------------------------------------------------------


def reason_text(reason: str) -> str:
    """Say a reason of `refusals` in the project's language."""
    return {
        "no_scope": _("this scope was not agreed to"),
        "no_consent": _("no consent is recorded"),
        "minor_without_guardian": _("a minor without a guardian's consent"),
        "not_yet_given": _("consent begins later"),
        "expired": _("consent has expired"),
        "withdrawn": _("consent was withdrawn"),
    }[reason]


def held_back(
    turns: pd.DataFrame, speakers: pd.DataFrame, day: datetime.date | None = None
) -> pd.DataFrame:
    """List which voice is held back from which purpose and why; see tables.HELD_BACK. For the team only."""
    sizes = turns.groupby(VOICE, as_index=False).agg(
        turns_count=("turn", "size"), words_count=("words_count", "sum")
    )
    voices = speakers.drop_duplicates(VOICE)
    rows = []
    for purpose in tables.SCOPES:
        reasons = refusals(speakers, purpose, day)[voices.index]
        refused = voices[VOICE].assign(purpose=purpose, reason=reasons)[reasons.notna()]
        rows.append(refused.merge(sizes, on=VOICE, how="left"))
    found = pd.concat(rows).fillna({"turns_count": 0, "words_count": 0})
    found["reason"] = found["reason"].map(reason_text).astype(object)
    return files.typed(tables.HELD_BACK, found)


def recall(
    old_speakers: pd.DataFrame | None,
    old_masks: pd.DataFrame | None,
    speakers: pd.DataFrame,
    masks: pd.DataFrame,
    published: list[Path],
) -> list[Path]:
    """
    Delete what was built from a consent that no longer stands, before anything else can fail.

    Args:
        old_speakers, old_masks: Of the last build; None when there was none.
        speakers, masks: Now, the speakers with `in_force`.
        published: Files and folders built behind the door.

    Returns:
        The files deleted; empty when every scope in force still is, under the same name policy,
        and no mask is new.

    """
    if old_speakers is None or old_masks is None:
        return []
    if _grants(old_speakers) <= _grants(speakers) and set(masks["exact"]) <= set(
        old_masks["exact"]
    ):
        return []
    gone = [f for p in published for f in (p.rglob("*") if p.is_dir() else [p]) if f.is_file()]
    gone = [file for file in gone if file.name != "README.md"]
    for file in gone:
        file.unlink()
    return gone


def _grants(speakers: pd.DataFrame) -> set[tuple[str, ...]]:
    """List what each voice allows: the scope, and the name under which it may be shown."""
    columns = [*VOICE, "name_policy", "display_name", "in_force"]
    return {
        (*map(str, voice), scope)
        for *voice, scopes in speakers[columns].to_numpy()
        for scope in scopes
    }
