"""What was built from a consent that no longer stands is deleted before anything else can fail."""

from pathlib import Path

import pandas as pd

from pipeline.corpus.consent import VOICE, strictest_names

Grants = set[tuple[str, ...]]


def narrowed(old: pd.DataFrame | None, new: pd.DataFrame, unsure: set[tuple[str, str]]) -> bool:
    """
    Say whether a voice allows less than at the last build: a scope is gone, or its name changed.

    Args:
        old: The speakers of the last build, with `in_force`; None when there was none.
        new: The speakers now, with `in_force`.
        unsure: Voices whose rows hold a cell that is not understood: nothing is known to have
            changed for them.
    """
    if old is None:
        return False
    return any(grant[:2] not in unsure for grant in _grants(old) - _grants(new))


def taken_back(old: pd.DataFrame | None, new: pd.DataFrame, key: str) -> bool:
    """Say whether a photograph or a letter (`key` names its id) is allowed less than last time."""
    if old is None:
        return False
    before, now = (
        {
            (row[key], scope)
            for row in rows[[key, "in_force"]].to_dict("records")
            for scope in row["in_force"]
        }
        for rows in (old, new)
    )
    return not before <= now


def _grants(speakers: pd.DataFrame) -> Grants:
    """List what each voice allows: the scope, and the name under which it may be shown."""
    names = strictest_names(speakers).astype(str)
    rows = speakers[[*VOICE, "in_force"]].assign(name=names)
    return {
        (str(interview_id), str(speaker_id), name, scope)
        for interview_id, speaker_id, scopes, name in rows.to_numpy()
        for scope in scopes
    }


def masked_further(old: pd.DataFrame | None, by_hand: pd.DataFrame) -> bool:
    """Say whether a mask is new, reaches further, or replaces by other words than last time."""
    if old is None:
        return False
    columns = ["interview_id", "exact", "replacement"]
    before = old.loc[old["end"].eq(old["start"]), columns]
    return not _rows(by_hand[columns]) <= _rows(before)


def _rows(masks: pd.DataFrame) -> set[tuple[str, ...]]:
    return {tuple(map(str, row)) for row in masks.to_numpy()}


def delete(published: list[Path]) -> int:
    """Delete every file below `published` but the READMEs that git keeps; say how many."""
    files = [file for folder in published for file in folder.rglob("*") if file.is_file()]
    gone = [file for file in files if file.name != "README.md"]
    for file in gone:
        file.unlink()
    return len(gone)
