"""Which interviews are one talk: an original and what translates it, however many times removed.

One talk has one set of voices: a consent, a name policy and a mask of one version hold in all.
`alignment` tells which turn says what which one says (by `paths`), `beside` the same of a passage,
`versions` what follows from all versions of a talk.
"""

from pathlib import Path

import pandas as pd

from pipeline.messages import _
from pipeline.problems import Problems, nearest


def sources(interviews: pd.DataFrame) -> dict[str, str]:
    """Map each translation to the interview that its row says it translates."""
    rows = interviews.dropna(subset=["interview_id", "translation_of"])
    return dict(zip(rows["interview_id"], rows["translation_of"], strict=True))


def talks(interviews: pd.DataFrame) -> pd.Series:
    """Give for each row of `interviews` the id of the original behind it, or its own."""
    source = sources(interviews)
    return interviews["interview_id"].map(lambda own: own if pd.isna(own) else _root(own, source))


def _root(interview_id: str, source: dict[str, str]) -> str:
    """Climb to the original; of interviews that translate each other, the first by name."""
    climbed: list[str] = []
    while interview_id in source and interview_id not in climbed:
        climbed.append(interview_id)
        interview_id = source[interview_id]
    if interview_id in climbed:
        return min(climbed[climbed.index(interview_id) :])
    return interview_id


def spread(masks: pd.DataFrame, interviews: pd.DataFrame) -> pd.DataFrame:
    """Let a mask of one version hide the same words in the others: a row for each, of one line."""
    versions = pd.DataFrame(
        {"interview_id": interviews["interview_id"], "talk_id": talks(interviews)}
    ).dropna()
    versions = versions.drop_duplicates()
    own = masks.merge(versions, on="interview_id")
    others = own.merge(versions, on="talk_id", suffixes=("_of_row", ""))
    others = others[others["interview_id_of_row"].ne(others["interview_id"])]
    return pd.concat([masks, others[masks.columns]], ignore_index=True)


def check(
    interviews: pd.DataFrame, speakers: pd.DataFrame, folder: Path, problems: Problems
) -> None:
    """
    Note translations that cannot be those of their original.

    Problems: C-415 the original is unknown, C-461 a circle, C-462 another initiative, or invented
    words under a real original; C-463 a voice that the original does not have: its withdrawal
    there would not reach it here.
    """
    rows = interviews.dropna(subset="interview_id").drop_duplicates("interview_id")
    known = rows.set_index("interview_id", drop=False)
    source = sources(rows)
    for row in known.loc[list(source)].to_dict("records"):
        fault = _fault(row, source, known)
        if fault:
            problems.add(fault[0], folder / "register.csv", row["line"], fault[1], fault[2])
        elif row["translation_of"] in known.index:
            _check_voices(row["interview_id"], row["translation_of"], speakers, folder, problems)


def _fault(
    row: dict[str, object], source: dict[str, str], known: pd.DataFrame
) -> tuple[str, str, str] | None:
    """Say why an interview cannot translate the one it names: code, fact, remedy."""
    own, original = str(row["interview_id"]), str(row["translation_of"])
    if original not in known.index:
        fact = _('translation_of: the interview "{id}" is not in the register').format(id=original)
        return "C-415", fact, nearest(original, known.index)
    if _is_in_circle(own, source):
        fact = _("translation_of: {id} would translate itself").format(id=own)
        return "C-461", fact, _("leave the cell of the original empty")
    for column in ("initiative_id", "provenance"):
        mine, its = row[column], known.at[original, column]
        if pd.notna(mine) and pd.notna(its) and mine != its:
            fact = _('{column}: "{own}" here, "{other}" in {original}, which it translates').format(
                column=column, own=mine, other=its, original=original
            )
            return "C-462", fact, _("write the same in both, or correct `translation_of`")
    return None


def _is_in_circle(interview_id: str, source: dict[str, str]) -> bool:
    at = source[interview_id]
    for _step in source:
        if at == interview_id:
            return True
        at = source.get(at, "")
    return False


def _check_voices(
    translation: str, original: str, speakers: pd.DataFrame, folder: Path, problems: Problems
) -> None:
    """Refuse voices that only the translation has; one who interprets may be there alone."""
    own = speakers[speakers["interview_id"].eq(translation).fillna(False)]
    own = own[own["role"].ne("interpreter").fillna(True)].drop_duplicates("speaker_id")
    there = set(speakers.loc[speakers["interview_id"].eq(original).fillna(False), "speaker_id"])
    for line, speaker_id in own[["line", "speaker_id"]].dropna().to_numpy():
        if speaker_id not in there:
            problems.add(
                "C-463",
                folder / "speakers.csv",
                line,
                _('the voice "{id}" of {translation} is not one of {original}').format(
                    id=speaker_id, translation=translation, original=original
                ),
                _("one person keeps one speaker_id in both. {nearest}").format(
                    nearest=nearest(speaker_id, [str(i) for i in there if pd.notna(i)])
                ),
            )
