"""The only door. Nothing is counted and nothing leaves without passing `cleared(table, purpose)`.

A voice passes for a purpose when its consent, recorded in `speakers.csv`, names that scope, has
begun, has not expired and was not withdrawn, and, for a minor, a guardian agreed. Consent is given
in an interview; a withdrawal is the person's, and reaches every interview. The door also replaces
masked words and coarsens names and places as each voice asked.

A letter and a photograph carry a consent of their own. A photograph passes only where everyone it
shows agreed, in every interview, and speaks under a full name: a face is a name. One of an
initiative whose sheet is coarse never passes.

A passage that a voice refused for a scope is a mask for that scope: its words do not leave, and how
much was said is still counted.

An interpreter lends a voice to the others: what an interpreter says passes only where every
interviewee of that interview passes.
"""

import datetime

import pandas as pd

from pipeline import tables
from pipeline.corpus import masks as masking
from pipeline.folders import Folders
from pipeline.messages import _
from pipeline.tables import files

VOICE = ["interview_id", "speaker_id"]
# Columns beside the words that quote them or show more of them than the row itself.
CONTEXT = ["prefix", "suffix", "memo"]
# Said of the voice, not of the words: they never leave the team.
EVIDENCE = [
    "evidence",
    "label",
    "consent",
    "consent_date",
    "expires_on",
    "withdrawn_on",
    "is_minor",
    "guardian_consent",
    "in_force",
    "people_shown",
]

# Whole degrees, about 100 km: the region shows, the village does not.
COARSE_DECIMALS = 0


def today() -> datetime.date:
    """Say which day consent is judged by."""
    return datetime.date.today()


def refusals(speakers: pd.DataFrame, purpose: str, day: datetime.date | None = None) -> pd.Series:
    """Say for each row of `speakers` why its voice is refused for `purpose`; None where it is not.

    Photographs and letters are rows with a consent of their own. Several rows of one voice in one
    interview (its labels) and in its translations are judged together, by the strictest.
    """
    assert purpose in tables.SCOPES, purpose
    now = pd.Timestamp(day or today())
    reasons = _own_reasons(speakers, purpose, now)
    if "speaker_id" not in speakers:  # a letter, a photograph: nobody else's rows count
        return reasons
    gone = speakers.loc[speakers["withdrawn_on"].notna(), "speaker_id"]
    reasons[speakers["speaker_id"].isin(gone)] = "withdrawn"
    talk = _talk(speakers)
    voices = [talk, speakers["speaker_id"]]
    strictest = reasons.groupby(voices, dropna=False).transform("first")
    answers = strictest.where(speakers["role"].eq("interviewee"))
    of_interview = answers.groupby(talk, dropna=False).transform("first")
    lent = strictest.where(strictest.notna() | speakers["role"].ne("interpreter"), of_interview)
    return lent.astype(object).where(lent.notna(), None)


def _talk(speakers: pd.DataFrame) -> pd.Series:
    """Say of which talk each row is: an interview and its translations are one."""
    if "talk_id" not in speakers:
        return speakers["interview_id"]
    return speakers["talk_id"].fillna(speakers["interview_id"])


def _own_reasons(rows: pd.DataFrame, purpose: str, now: pd.Timestamp) -> pd.Series:
    """Judge each row by the consent that it records itself."""
    minor = rows["is_minor"].fillna(False).astype(bool)
    guarded = rows["guardian_consent"].fillna(False).astype(bool)
    reasons = pd.Series(None, index=rows.index, dtype=object)
    # The last one that holds is the one shown, so the gravest stands last.
    for fails, reason in (
        (rows["consent"].map(lambda scopes: purpose not in scopes), "no_scope"),
        (rows["consent"].map(lambda scopes: not scopes), "no_consent"),
        (minor & ~guarded, "minor_without_guardian"),
        (pd.to_datetime(rows["consent_date"]) > now, "not_yet_given"),
        (pd.to_datetime(rows["expires_on"]) <= now, "expired"),
        (rows["withdrawn_on"].notna(), "withdrawn"),
    ):
        reasons[fails.to_numpy(dtype=bool)] = reason
    return reasons


def withdrawn_unless_understood(
    rows: pd.DataFrame, refused: set[tuple[int, str]]
) -> tuple[pd.DataFrame, pd.Series]:
    """
    Take a date of withdrawal that is not understood for a withdrawal all the same.

    Args:
        rows: A hand-kept table with `line` and `withdrawn_on`.
        refused: (line, column) of its cells that are not understood.

    Returns:
        The rows, withdrawn today where the date is not understood; and which of the other rows
        hold a cell that is not understood.

    """
    withdrawn = {line for line, column in refused if column == "withdrawn_on"}
    leaving = rows["line"].isin(withdrawn)
    rows = rows.copy()
    rows.loc[leaving, "withdrawn_on"] = pd.Timestamp(today())
    return rows, rows["line"].isin({line for line, _column in refused}) & ~leaving


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
            (`interview_id`), rows with a consent of their own (`photo_id`, `letter_id`) or rows
            about none of these (an initiative's sheet). A row about an
            interview passes when one of its voices does; words that name no voice (a coding)
            only when all of its voices do: clear its segments instead.
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
    allowed = refusals(speakers, purpose, day).isna()
    passes = _passes(table, speakers, allowed)
    if {"letter_id", "photo_id"} & set(table.columns):
        passes &= refusals(table, purpose, day).isna()
    if "people_shown" in table:
        passes &= ~table["is_coarse"].astype(bool) & _all_shown(table, speakers, allowed)
    passing = named(table, speakers)[passes]
    passing = passing.drop(columns=[c for c in CONTEXT + EVIDENCE if c in passing])
    return masking.applied(passing, masks[masks["scope"].isna() | masks["scope"].eq(purpose)])


def _passes(table: pd.DataFrame, speakers: pd.DataFrame, passing: pd.Series) -> pd.Series:
    """Judge rows by voice and interview; by all voices of an interview where no voice is named."""
    on = [column for column in VOICE if column in table]
    if not on:
        return pd.Series(True, index=table.index)
    says_words = "speaker_id" not in on and {"text", "exact"} & set(table.columns)
    keys = [speakers[column].astype(str) for column in on]
    # A row that names its voice, or only tells of an interview, needs one consent; words of nobody
    # in particular, and a voice of no interview in particular, need them all.
    needs_all = says_words or on == ["speaker_id"]
    by_key = passing.groupby(keys).agg("all" if needs_all else "any")
    asked = table[on].astype(str)
    index = pd.MultiIndex.from_frame(asked) if len(on) > 1 else pd.Index(asked[on[0]])
    allowed = by_key.index[by_key]
    return pd.Series(index.isin(allowed), index=table.index, dtype=bool)


def _all_shown(photos: pd.DataFrame, speakers: pd.DataFrame, allowed: pd.Series) -> pd.Series:
    """Say of each photograph whether everyone it shows agreed everywhere, under a full name."""
    open_faced = (
        speakers["name_policy"].eq("full").fillna(False) & strictest_names(speakers).notna()
    )
    agreed = (allowed & open_faced).groupby(speakers["speaker_id"]).all()
    willing = set(agreed.index[agreed])
    return photos["people_shown"].map(lambda people: set(people) <= willing).astype(bool)


def strictest_names(speakers: pd.DataFrame) -> pd.Series:
    """Give the name each row's voice may be shown by, NA for none: the strictest of its labels'.

    Full names give way to a pseudonym, and any name to `role`, in the same interview and in its
    translations.
    """
    policy = speakers["name_policy"].fillna("role").mask(speakers["display_name"].isna(), "role")
    rank = policy.map({"full": 0, "pseudonym": 1, "role": 2}).astype(int)
    here = [speakers[c] for c in VOICE]
    anywhere = [_talk(speakers), speakers["speaker_id"]]
    strictest = rank.groupby(anywhere, dropna=False).transform("max")
    own = speakers["display_name"].where(rank.eq(strictest))
    first = own.groupby(here, dropna=False).transform("first")
    first = first.fillna(own.groupby(anywhere, dropna=False).transform("first"))
    return first.mask(strictest.eq(2), pd.NA)


def named(table: pd.DataFrame, speakers: pd.DataFrame) -> pd.DataFrame:
    """Show names as each voice asked, and places only where no voice asked for `role`."""
    table = table.copy()
    names = strictest_names(speakers)
    if "display_name" in table:
        by_voice = names.groupby([speakers[c].astype(str) for c in VOICE]).first()
        asked = pd.MultiIndex.from_frame(table[VOICE].astype(str))
        table["display_name"] = by_voice.reindex(asked).to_numpy()
    if {"interview_id", "place"} <= set(table.columns) and "turn_id" not in table:
        discreet = speakers[names.isna() & speakers["role"].eq("interviewee")]
        quiet = table["interview_id"].isin(discreet["interview_id"])
        if "initiative_id" in table:  # a sibling's place would tell
            quiet |= table["initiative_id"].isin(table.loc[quiet, "initiative_id"].dropna())
        table.loc[quiet, "place"] = pd.NA
    if "is_coarse" in table:
        coarse = table["is_coarse"].astype(bool)
        table.loc[coarse, "place"] = pd.NA
        for degrees in {"latitude", "longitude"} & set(table.columns):
            table[degrees] = table[degrees].mask(coarse, table[degrees].round(COARSE_DECIMALS))
    return table


# --- the team's report ---------------------------------------------------------------------------


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
    """List which voice is held back from which purpose and why (HELD_BACK); for the team only."""
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
