"""The hand-kept tables of interviews: what was recorded, who spoke, on which reel, what masked.

And what voices answered when they were shown what was chosen of them.
"""

import unicodedata
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd

from pipeline import tables
from pipeline.corpus import answers, handkept, translations
from pipeline.corpus.labels import bare_label, tell_unknown
from pipeline.corpus.transcripts import SUFFIXES
from pipeline.messages import _
from pipeline.problems import Problems, nearest
from pipeline.tables.files import empty
from pipeline.tables.shapes import Table


def _nobody_answered() -> pd.DataFrame:
    return empty(tables.ANSWERS_BY_HAND).assign(line=pd.Series(dtype="Int64"))


@dataclass
class Register:
    """The five hand-kept tables, each with `line`, and notes for the team on how they were read.

    `speakers` say of which talk they are (`talk_id`), `masks` have a row for each version of it.

    `knows_consents` is False where rows of speakers.csv could not be read; `refused` holds (line,
    column) of its cells that are not understood.
    """

    folder: Path
    interviews: pd.DataFrame
    speakers: pd.DataFrame
    media: pd.DataFrame
    masks: pd.DataFrame
    notes: list[str]
    answers: pd.DataFrame = field(default_factory=_nobody_answered)
    knows_consents: bool = True
    refused: set[tuple[int, str]] = field(default_factory=set)


def read(folder: Path, problems: Problems) -> Register:
    """Read and cross-check the tables below `folder`. Problems: C-2xx and C-41x."""
    kept = {
        "interviews": handkept.read(folder / "register.csv", tables.REGISTER, problems),
        "speakers": handkept.read(folder / "speakers.csv", tables.SPEAKERS_BY_HAND, problems),
        "media": handkept.read(folder / "media.csv", tables.MEDIA_BY_HAND, problems, optional=True),
        "masks": handkept.read(folder / "masks.csv", tables.MASKS_BY_HAND, problems, optional=True),
    }
    notes = [line for table in kept.values() for line in handkept.note_lines(table)]
    rows = {name: table.rows for name, table in kept.items()}
    speakers = kept["speakers"]
    register = Register(
        folder,
        notes=notes,
        knows_consents=speakers.is_whole,
        refused=speakers.refused,
        **rows,
    )
    register.interviews["provenance"] = register.interviews["provenance"].fillna("real")
    if kept["interviews"].is_whole:
        _check_files(register, problems)
        _check_interviews(register, problems)
        translations.check(register.interviews, register.speakers, folder, problems)
    _check_labels(register, problems)
    talk = translations.talks(register.interviews)
    by_id = dict(zip(register.interviews["interview_id"], talk, strict=True))
    register.speakers["talk_id"] = register.speakers["interview_id"].map(by_id)
    register.masks = translations.spread(register.masks, register.interviews)
    answered = answers.read(folder, register.interviews, register.speakers, problems)
    register.answers = answered.rows
    register.notes += handkept.note_lines(answered)
    return register


def path(register: Register, file: str) -> Path:
    """Find a transcript named in the register, whichever way the system writes its accents."""
    wanted = register.folder / file
    if wanted.exists():
        return wanted
    form = unicodedata.normalize("NFC", file)
    return next(
        (f for f in transcripts(register.folder) if _name(register.folder, f) == form), wanted
    )


def _name(folder: Path, file: Path) -> str:
    return unicodedata.normalize("NFC", file.relative_to(folder).as_posix())


def transcripts(folder: Path) -> list[Path]:
    """List the files below `folder` that look like transcripts, the hand-kept tables left out."""
    by_hand = {"register.csv", "speakers.csv", "media.csv", "masks.csv", "answers.csv"}
    return [
        file
        for file in sorted(folder.rglob("*"))
        if file.suffix.lower() in SUFFIXES
        and file.name not in by_hand
        and not file.name.startswith((".", "~", "README"))
    ]


def _check_files(register: Register, problems: Problems) -> None:
    found = {_name(register.folder, file) for file in transcripts(register.folder)}
    named: dict[str, int] = {}
    for line, file in register.interviews[["line", "file"]].dropna().to_numpy():
        first = named.setdefault(unicodedata.normalize("NFC", file), line)
        fault = _fault_of_file(register, file, found)
        if first != line:
            fact = _("{key} stands on line {line} already").format(key=f'"{file}"', line=first)
            fault = "C-422", fact, _("give each interview a transcript of its own")
        if fault:
            problems.add(fault[0], register.folder / "register.csv", line, fault[1], fault[2])
    for file in sorted(found - set(named)):
        problems.add(
            "C-413",
            register.folder / file,
            0,
            _("the transcript is not in register.csv"),
            _("add a row for it, or move the file elsewhere"),
        )


def _fault_of_file(register: Register, file: str, found: set[str]) -> tuple[str, str, str] | None:
    """Say why a transcript named in the register cannot be used: code, fact, remedy."""
    target = path(register, file)
    if not target.resolve().is_relative_to(register.folder.resolve()):
        fact = _('the file "{file}" lies outside this folder').format(file=file)
        return "C-412", fact, _("put the transcript beside register.csv")
    if not target.is_file():
        fact = _('the file "{file}" is missing').format(file=file)
        return "C-411", fact, nearest(file, found)
    return None


def _check_interviews(register: Register, problems: Problems) -> None:
    known = set(register.interviews["interview_id"].dropna())
    others: list[tuple[Table, pd.DataFrame]] = [
        (tables.SPEAKERS_BY_HAND, register.speakers),
        (tables.MEDIA_BY_HAND, register.media),
        (tables.MASKS_BY_HAND, register.masks),
    ]
    for table, rows in others:
        strange = rows[rows["interview_id"].notna() & ~rows["interview_id"].isin(known)]
        for line, interview_id in strange[["line", "interview_id"]].to_numpy():
            problems.add(
                "C-414",
                register.folder / table.name,
                line,
                _('the interview "{id}" is not in register.csv').format(id=interview_id),
                nearest(interview_id, known),
            )


def _check_labels(register: Register, problems: Problems) -> None:
    rows = register.speakers.assign(bare=register.speakers["label"].fillna("").map(bare_label))
    for (interview_id, _bare), group in rows.groupby(["interview_id", "bare"]):
        others = group[group["speaker_id"].ne(group["speaker_id"].iloc[0]).fillna(False)]
        for line, label in others[["line", "label"]].fillna({"label": ""}).to_numpy():
            problems.add(
                "C-416",
                register.folder / "speakers.csv",
                line,
                _('the label "{label}" of {interview} belongs to two voices').format(
                    label=label, interview=interview_id
                ),
                _("give it one speaker_id"),
            )


def voices_of(
    turns: pd.DataFrame, interview_id: str, register: Register, problems: Problems
) -> pd.DataFrame:
    """
    Add `speaker_id` and `role` to the turns of one interview, matching labels with speakers.csv.

    A turn without a label, and no row of speakers.csv for it, belongs to nobody: it is kept, and
    passes no door. Problems: C-417, labels that are not known, see labels.tell_unknown;
    C-420, a voice of speakers.csv that says nothing: what it said may stand under another's label.
    """
    rows = register.speakers[register.speakers["interview_id"].eq(interview_id)]
    bare = rows["label"].fillna("").map(bare_label)
    known = rows.assign(bare=bare).drop_duplicates("bare").set_index("bare")
    labels = turns["speaker"].map({label: bare_label(label) for label in set(turns["speaker"])})
    unknown = turns["speaker"][~labels.isin(known.index) & labels.ne("")]
    if len(unknown):
        file = register.folder / "speakers.csv"
        versions = [interview_id, *_other_versions(interview_id, register.interviews)]
        tell_unknown(unknown, versions, register.speakers, file, problems)
    if not set(bare) <= set(labels):
        _silent_voices(rows.assign(bare=bare), set(labels), register, problems)
    return turns.assign(speaker_id=labels.map(known["speaker_id"]), role=labels.map(known["role"]))


def _other_versions(interview_id: str, interviews: pd.DataFrame) -> list[str]:
    """List the interviews that are the same talk in other languages."""
    rows = interviews.dropna(subset="interview_id")
    talk = translations.talks(rows)
    is_same = talk.isin(talk[rows["interview_id"].eq(interview_id)])
    return rows.loc[is_same & rows["interview_id"].ne(interview_id), "interview_id"].tolist()


def _silent_voices(
    rows: pd.DataFrame, labels: set[str], register: Register, problems: Problems
) -> None:
    """Note voices none of whose labels stands in the transcript; an alias that does not is fine."""
    rows = rows.dropna(subset="speaker_id")
    heard = rows["bare"].isin(labels).groupby(rows["speaker_id"]).transform("any").astype(bool)
    silent = rows[~heard & rows["label"].notna()].drop_duplicates("speaker_id")
    for line, label, interview_id in silent[["line", "label", "interview_id"]].to_numpy():
        problems.add(
            "C-420",
            register.folder / "speakers.csv",
            line,
            _('{interview}: no turn has the label "{label}"').format(
                interview=interview_id, label=label
            ),
            _("write it as the transcript does, or delete the row"),
        )
