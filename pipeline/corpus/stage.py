"""The first stage: what people wrote → initiatives, interviews, speakers, turns."""

import datetime
import re
import sys
from pathlib import Path

import pandas as pd

from pipeline import tables
from pipeline.corpus import (
    answers,
    consent,
    fiction,
    interview,
    letters,
    masks,
    photos,
    project,
    recall,
    register,
    report,
    route,
    sheets,
)
from pipeline.corpus.interview import Interview
from pipeline.corpus.register import Register
from pipeline.corpus.translations.versions import Versions
from pipeline.folders import Folders
from pipeline.messages import _
from pipeline.problems import Problems, nearest
from pipeline.processes import mapped
from pipeline.stages import Stage, counted, progress
from pipeline.tables import files
from pipeline.tables.corpus import CORPUS
from pipeline.tables.shapes import Table
from pipeline.tables.stage_folder import StageFolder, stage_folder

Tables = dict[Table, pd.DataFrame]


def run(folders: Folders) -> None:
    """Load, build, check and write the corpus; a DataError tells every problem of the material."""
    problems = Problems()
    with Stage("corpus") as stage:
        settings = project.read(folders.raw, problems)
        kept = register.read(folders.raw / "interviews", problems)
        shown, notes = photos.read(folders.raw / "photos", settings.language, problems)
        own = {
            tables.PHOTOS: shown,
            tables.LETTERS: letters.read(folders.raw / "letters", settings.language, problems),
        }
        own = {
            table: answers.without_refused(rows, table.key[0], kept.answers)
            for table, rows in own.items()
        }
        _recall(folders, kept, own)
        sheet_rows = sheets.read(folders.raw / "initiatives", problems)
        stages, more_notes = route.read(folders.raw, problems)
        if settings.edition == "publication":
            _refuse_fiction(folders.raw, kept, sheet_rows, stages, own, problems)
        with stage_folder(folders.processed / "1-corpus", CORPUS) as written:
            versions = Versions(kept)
            read = _interviews_read(kept, versions, written, problems)
            made = build(settings, sheet_rows, kept, read, problems) | versions.tables()
            made[tables.MASKS] = pd.concat([made[tables.MASKS], versions.refused()])
            made |= {tables.ROUTE: route.in_places(stages, made[tables.INITIATIVES])}
            made |= _in_places(folders.raw, own, made, problems)
            problems.check()
            for table, rows in made.items():
                written.add(table, rows)
        report.tell(stage, made, read, sum(sheet_rows["file"].notna()))
        stage.notes += kept.notes + sheet_rows.attrs["notes"] + notes + more_notes
        stage.notes += versions.notes + answers.notes(made[tables.ANSWERS])
        stage.notes += report.coverage_lines(made[tables.INTERVIEWS], made[tables.SPEAKERS])
        stage.notes += report.remark_lines(made[tables.REMARKS])


def _interviews_read(
    kept: Register, versions: Versions, written: StageFolder, problems: Problems
) -> list[Interview]:
    """Read every transcript, write its turns, and keep the rest of what is known of it."""
    named = kept.interviews[["interview_id", "file"]].dropna()
    pairs = list(named.itertuples(index=False, name=None))
    read: dict[str, Interview] = {}
    for one in progress(mapped(interview.Reader(kept), pairs), len(pairs), "corpus"):
        problems.extend(one.problems)
        if one.interview_id not in read:  # an id that stands twice is a problem, told by itself
            versions.take(one.interview_id, one.turns, one.masked, problems)
            written.add(tables.TURNS, one.turns)
            read[one.interview_id] = one.without_turns()
    return list(read.values())


def _in_places(raw: Path, own: Tables, made: Tables, problems: Problems) -> Tables:
    """Set the letters and the photographs beside the initiatives and the voices they are about."""
    return {
        tables.LETTERS: letters.in_places(
            own[tables.LETTERS], raw / "letters", made[tables.INITIATIVES], problems
        ),
        tables.PHOTOS: photos.in_places(
            own[tables.PHOTOS],
            raw / "photos",
            made[tables.INITIATIVES],
            made[tables.SPEAKERS],
            problems,
        ),
    }


def _refuse_fiction(
    raw: Path,
    kept: Register,
    sheet_rows: pd.DataFrame,
    stages: pd.DataFrame,
    own: Tables,
    problems: Problems,
) -> None:
    fiction.refuse(kept.interviews, "interview_id", kept.folder / "register.csv", problems)
    fiction.refuse(sheet_rows, "name", raw / "initiatives", problems)
    fiction.refuse(stages, "place", raw / "route.csv", problems)
    fiction.refuse(own[tables.PHOTOS], "photo_id", raw / "photos" / "photos.csv", problems)
    fiction.refuse(own[tables.LETTERS], "letter_id", raw / "letters", problems)


def _recall(folders: Folders, kept: Register, own: Tables) -> None:
    """Delete what rests on a consent that no longer stands, whatever becomes of this build.

    `own` holds the photographs and the letters, which carry a consent of their own.
    """
    published = [
        folders.processed / "3-comparison",
        folders.processed / "4-facts",
        folders.figures,
        folders.book_output,
        folders.dist,
    ]
    is_lost = not kept.knows_consents and (kept.folder / "speakers.csv").exists()
    if is_lost:  # a table that cannot be read withdraws nobody
        return
    gone = recall.delete(published) if _allows_less(folders.processed, kept, own) else 0
    if gone:
        said = counted(
            "{count} file deleted: a consent it rests on no longer stands",
            "{count} files deleted: a consent they rest on no longer stands",
            gone,
        )
        print(said, file=sys.stderr, flush=True)  # at once: the build may fail for another reason


def _allows_less(processed: Path, kept: Register, own: Tables) -> bool:
    """Say whether anybody allows less than at the last build, or that build's tables are gone."""
    before = {
        table: _previous(table, processed)
        for table in (tables.SPEAKERS, tables.MASKS, tables.ANSWERS, *own)
    }
    known = {table: rows for table, rows in before.items() if rows is not None}
    if len(known) < len(before):  # the next build makes again what is still allowed
        return True
    # A mask of an interview that is not in the register is a slip: it masks nothing further.
    registered = kept.masks["interview_id"].isin([*kept.interviews["interview_id"], pd.NA])
    return (
        recall.narrowed(known[tables.SPEAKERS], *_consents_now(kept))
        or recall.masked_further(known[tables.MASKS], kept.masks[registered])
        or recall.refused_further(known[tables.ANSWERS], kept.answers)
        or any(recall.taken_back(known[table], rows, table.key[0]) for table, rows in own.items())
    )


def _consents_now(kept: Register) -> tuple[pd.DataFrame, set[tuple[str, str]]]:
    """Give the speakers with the scopes in force, and the voices not wholly understood.

    A date of withdrawal that is not understood is a withdrawal all the same.
    """
    speakers, doubtful = consent.withdrawn_unless_understood(kept.speakers, kept.refused)
    unsure = speakers[doubtful]
    speakers["in_force"] = consent.in_force(speakers)
    return speakers, set(unsure[consent.VOICE].astype(str).itertuples(index=False, name=None))


def _previous(table: Table, processed: Path) -> pd.DataFrame | None:
    try:
        return files.read(table, processed)
    except (OSError, ValueError):  # none yet, or one that another version of the program wrote
        return None


def build(
    settings: project.Project,
    sheet_rows: pd.DataFrame,
    kept: Register,
    read: list[Interview],
    problems: Problems,
    day: datetime.date | None = None,
) -> Tables:
    """
    Make the tables of the corpus, but not the turns.

    Args:
        settings: Of the project.
        sheet_rows: Initiatives as their sheets say (tables.INITIATIVES).
        kept: The hand-kept tables.
        read: The interviews; their turns are not needed.
        problems: Collects what does not fit together (C-41x).
        day: The day consent is judged by; today when not given.

    Returns:
        The tables of `1-corpus` that are about interviews, initiatives and voices.

    """
    interviews = _interviews(settings, kept, read)
    initiatives = _initiatives(settings, sheet_rows, interviews, kept, problems)
    speakers = kept.speakers.assign(in_force=consent.in_force(kept.speakers, day))
    masked = files.typed(tables.MASKS, [span for one in read for span in one.masked])
    return {
        tables.INITIATIVES: initiatives,
        tables.INTERVIEWS: interviews,
        tables.SPEAKERS: files.typed(tables.SPEAKERS, speakers),
        tables.MASKS: pd.concat([masks.written(kept.masks), masked], ignore_index=True),
        tables.MEDIA: files.typed(tables.MEDIA, kept.media),
        tables.REMARKS: report.remarks(kept, read),
    }


def _interviews(settings: project.Project, kept: Register, read: list[Interview]) -> pd.DataFrame:
    sizes = {one.interview_id: one.size for one in read}
    interpreters = kept.speakers["role"].eq("interpreter").fillna(False)
    interpreted = set(kept.speakers.loc[interpreters, "interview_id"])
    rows = [
        row
        | sizes.get(row["interview_id"], interview.unread("").size)
        | {
            "language": settings.language if pd.isna(row["language"]) else row["language"],
            "has_interpreter": row["interview_id"] in interpreted,
        }
        for row in kept.interviews.drop(columns="line").to_dict("records")
    ]
    return files.typed(tables.INTERVIEWS, rows)


def _initiatives(
    settings: project.Project,
    sheet_rows: pd.DataFrame,
    interviews: pd.DataFrame,
    kept: Register,
    problems: Problems,
) -> pd.DataFrame:
    """Complete the sheets: defaults, initiatives that only the register names, discretion."""
    named = interviews.dropna(subset="initiative_id").drop_duplicates("initiative_id")
    without = named[~named["initiative_id"].isin(sheet_rows["initiative_id"])]
    if len(sheet_rows) and sheet_rows["initiative_id"].notna().all():  # else it may be that one
        _unknown_initiatives(without, sheet_rows, kept, problems)
    stubs = [
        {"initiative_id": i, "name": _readable(i), "provenance": p}
        for i, p in without[["initiative_id", "provenance"]].to_numpy()
    ]
    rows = pd.concat([sheet_rows, files.typed(tables.INITIATIVES, stubs)], ignore_index=True)
    rows["is_coarse"] = rows["initiative_id"].isin(_discreet(interviews, kept.speakers))
    rows["provenance"] = rows["provenance"].fillna("real")
    rows["language"] = rows["language"].fillna(settings.language)
    _mixed_provenance(rows, interviews, kept, problems)
    return files.typed(tables.INITIATIVES, rows.sort_values("initiative_id"))


def _discreet(interviews: pd.DataFrame, speakers: pd.DataFrame) -> pd.Series:
    """List the initiatives of which a voice asked to be named by its role only."""
    quiet = speakers["role"].eq("interviewee") & speakers["name_policy"].fillna("role").eq("role")
    heard = interviews["interview_id"].isin(speakers.loc[quiet.fillna(False), "interview_id"])
    return interviews.loc[heard, "initiative_id"].dropna()


def _readable(identifier: str) -> str:
    words_of = re.sub(r"[-_]+", " ", identifier).strip()
    return words_of[:1].upper() + words_of[1:]


def _unknown_initiatives(
    without: pd.DataFrame, sheet_rows: pd.DataFrame, kept: Register, problems: Problems
) -> None:
    for interview_id, initiative_id in without[["interview_id", "initiative_id"]].to_numpy():
        problems.add(
            "C-418",
            kept.folder / "register.csv",
            _line(kept, interview_id),
            _('the initiative "{id}" has no sheet').format(id=initiative_id),
            nearest(initiative_id, sheet_rows["initiative_id"].dropna()),
        )


def _line(kept: Register, interview_id: str) -> int:
    """Say on which line of register.csv an interview stands; the first, where it stands twice."""
    own = kept.interviews["interview_id"].eq(interview_id).fillna(False)
    return next(iter(kept.interviews.loc[own, "line"]), 0)


def _mixed_provenance(
    initiatives: pd.DataFrame, interviews: pd.DataFrame, kept: Register, problems: Problems
) -> None:
    """Refuse words put into the mouth of a real group, and real words under an invented one."""
    known = initiatives.dropna(subset="initiative_id").drop_duplicates("initiative_id")
    both = interviews.merge(known, on="initiative_id", suffixes=("", "_of_initiative"))
    mixed = both[both["provenance"] != both["provenance_of_initiative"]]
    for row in mixed.to_dict("records"):
        problems.add(
            "C-419",
            kept.folder / "register.csv",
            _line(kept, row["interview_id"]),
            _('a {own} interview under the {other} initiative "{id}"').format(
                own=_(row["provenance"]),
                other=_(row["provenance_of_initiative"]),
                id=row["initiative_id"],
            ),
            _("never put invented words in the mouth of a real group: correct `provenance`"),
        )
