"""What was built from a consent that no longer stands is deleted before anything else can fail."""

from pathlib import Path

import pandas as pd

from pipeline.corpus.consent import VOICE, strictest_names

Grants = set[tuple[str, ...]]


def narrowed(old: pd.DataFrame, new: pd.DataFrame, unsure: set[tuple[str, str]]) -> bool:
    """
    Say whether a voice allows less than at the last build: a scope is gone, or its name changed.

    Args:
        old: The speakers of the last build, with `in_force`.
        new: The speakers now, with `in_force`.
        unsure: Voices whose rows hold a cell that is not understood: nothing is known to have
            changed for them.
    """
    return any(grant[:2] not in unsure for grant in _grants(old) - _grants(new))


def taken_back(old: pd.DataFrame, new: pd.DataFrame, key: str) -> bool:
    """
    Say whether a photograph or a letter is allowed less than last time, or shows somebody more.

    Args:
        old: tables.PHOTOS or tables.LETTERS of the last build.
        new: The same now; its `attrs` say of which rows nothing is known (`unsure`, `is_whole`):
            a mistake in them takes nothing back.
        key: The column that names a row.

    """
    read, unsure = set(new[key].dropna()), new.attrs.get("unsure", ())
    whole = new.attrs.get("is_whole", True)
    lost = _pairs(old, key, "in_force") - _pairs(new, key, "in_force")
    if any(name not in unsure and (whole or name in read) for name, _scope in lost):
        return True
    if "people_shown" not in old:
        return False
    more = _pairs(new, key, "people_shown") - _pairs(old, key, "people_shown")
    return any(name in set(old[key]) for name, _person in more)


def _pairs(rows: pd.DataFrame, key: str, column: str) -> set[tuple[str, str]]:
    return {
        (row[key], item) for row in rows[[key, column]].to_dict("records") for item in row[column]
    }


def _grants(speakers: pd.DataFrame) -> Grants:
    """List what each voice allows: the scope, and the name under which it may be shown."""
    names = strictest_names(speakers).astype(str)
    rows = speakers[[*VOICE, "in_force"]].assign(name=names)
    return {
        (str(interview_id), str(speaker_id), name, scope)
        for interview_id, speaker_id, scopes, name in rows.to_numpy()
        for scope in scopes
    }


def masked_further(old: pd.DataFrame, by_hand: pd.DataFrame) -> bool:
    """Say whether a mask is new, reaches further, or replaces by other words than last time."""
    columns = ["interview_id", "exact", "replacement"]
    before = old.loc[old["end"].eq(old["start"]), columns]
    return not _rows(by_hand[columns]) <= _rows(before)


def refused_further(old: pd.DataFrame, by_hand: pd.DataFrame) -> bool:
    """
    Say whether a passage is refused that was not at the last build.

    Args:
        old: tables.ANSWERS of the last build.
        by_hand: answers.csv now.

    """
    return not _refusals(by_hand) <= _refusals(old)


def _refusals(answers: pd.DataFrame) -> Grants:
    no = answers[answers["answer"].eq(False).fillna(False)]
    return {tuple(map(str, row)) for row in no[["speaker_id", "passage", "scope"]].to_numpy()}


def _rows(masks: pd.DataFrame) -> set[tuple[str, ...]]:
    return {tuple(map(str, row)) for row in masks.to_numpy()}


def delete(published: list[Path]) -> int:
    """Delete every file below `published` but the READMEs that git keeps; say how many."""
    files = [file for folder in published for file in folder.rglob("*") if file.is_file()]
    gone = [file for file in files if file.name != "README.md"]
    for file in gone:
        file.unlink()
    return len(gone)
