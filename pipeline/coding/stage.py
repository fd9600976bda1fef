"""The second stage: the corpus, the codebook and people's codings → codings and suggestions.

One interview is worked on at a time, by several processes where there are many; what is kept of
each is who decided what and where, not the words.
"""

import tempfile
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import islice

import pandas as pd

from pipeline import tables
from pipeline.coding import (
    agreement,
    codebook,
    codings,
    exchange,
    outgoing,
    placing,
    report,
    review,
    suggest,
)
from pipeline.coding.agreement import disagreements
from pipeline.coding.codebook import Codebook
from pipeline.coding.names import code_names
from pipeline.coding.outgoing import Outgoing
from pipeline.coding.review.sheet import Sheet
from pipeline.coding.suggest.suggesting import Suggester
from pipeline.corpus import project
from pipeline.folders import Folders
from pipeline.messages import _
from pipeline.problems import Problems, shown
from pipeline.processes import mapped
from pipeline.stages import Stage, counted, progress
from pipeline.tables import files
from pipeline.tables.coding import CODING
from pipeline.tables.shapes import Table
from pipeline.tables.stage_folder import StageFolder, stage_folder

# The team's report, what reviewers decide on, and what coders discuss, in a spreadsheet.
REPORT, REVIEW, TO_DISCUSS = "report.html", "suggestions.csv", "disagreements.csv"
# What goes out to other tools is cleared for this (publication/exchange.py).
PURPOSE = "research"
# Of each interview these tables are written, and kept without their words.
PLACED = {
    tables.CODINGS: ["prefix", "suffix", "memo"],
    tables.SEGMENTS: ["text"],
    tables.CORRECTIONS: [],
    tables.CONFLICTS: [],
    tables.DISAGREEMENTS: ["text", "memos"],
}
# Enough that writing a line costs nothing, and few enough to stay small.
LINES_AT_ONCE = 1000
Tables = dict[Table, pd.DataFrame]


@dataclass(frozen=True)
class Decided:
    """What people decided: rows to place, suggestions they rejected, what other tools saw."""

    rows: pd.DataFrame
    rejected: pd.DataFrame
    leaving: Mapping[str, Outgoing]
    notes: list[str]


def run(folders: Folders) -> None:
    """Load, build, check and write the codings; a DataError tells every problem of the codings."""
    problems = Problems()
    with Stage("coding") as stage:
        settings = project.read(folders.raw, Problems())
        interviews = files.read(tables.INTERVIEWS, folders.processed)
        book = codebook.read(folders.raw / "codebook.yaml", problems)
        decided = _decided(folders, interviews, book, problems)
        with stage_folder(
            folders.processed / "2-coding", CODING, (REPORT, REVIEW, TO_DISCUSS)
        ) as written:
            made, compared = _placed(folders, decided, book, written, problems)
            problems.check()
            made[tables.AGREEMENT] = agreement.measured(
                made[tables.CODINGS], made[tables.SEGMENTS], compared, book
            )
            made |= _suggested(folders, interviews, decided, made, book, written)
            for table in (tables.CODES, tables.AGREEMENT, tables.SUGGESTERS):
                written.add(table, made[table])
            told = made | _of_corpus(folders, interviews)
            written.append(REPORT, report.page(told, settings.title, decided.notes))
        stage.notes += decided.notes + report.lines(told)
        _tell(stage, made, folders)


def _decided(
    folders: Folders, interviews: pd.DataFrame, book: Codebook, problems: Problems
) -> Decided:
    """Read every file below `codings`: tables, projects of other tools, reviewed suggestions."""
    folder = folders.raw / "codings"
    rows, notes = codings.decisions(folder, book, problems)
    frames, projects = [rows], exchange.files_of(folder)
    leaving = _as_it_left(folders) if projects else {}
    for file in projects:
        found = exchange.decisions(file, interviews, book, problems, leaving)
        notes += found.attrs.get("notes", [])
        frames.append(found)
    reviewed = review.decisions(folder, book, problems)
    frames.append(reviewed.accepted.assign(is_suggested=True))
    whole = pd.concat(frames, ignore_index=True)
    known = set(interviews["interview_id"])
    return Decided(
        codings.of_known(whole, known, problems),
        reviewed.rejected,
        leaving,
        notes + reviewed.notes,
    )


def _as_it_left(folders: Folders) -> dict[str, Outgoing]:
    """Give the texts as they went out to other tools, to place what comes back on them."""
    turns, speakers, masks = (
        files.read(table, folders.processed)
        for table in (tables.TURNS, tables.SPEAKERS, tables.MASKS)
    )
    return outgoing.outgoing(turns, PURPOSE, speakers, masks)


def _placed(
    folders: Folders, decided: Decided, book: Codebook, written: StageFolder, problems: Problems
) -> tuple[Tables, pd.DataFrame]:
    """Place the decisions interview by interview, write them, and keep what the rest asks for.

    With it come the turns of interviews that two coders or more coded, without their words.
    """
    turns = files.Interviews(tables.TURNS, folders.processed)
    by_interview = dict(iter(decided.rows.groupby("interview_id")))
    items = [(n, by_interview[name]) for n, name in enumerate(turns.ids) if name in by_interview]
    hidden = outgoing.hidden(decided.leaving) if decided.leaving else None
    work = mapped(placing.Placer(turns, hidden), items)
    parts: dict[Table, list[pd.DataFrame]] = {table: [files.empty(table)] for table in PLACED}
    compared = [files.empty(tables.TURNS)[placing.TURN]]
    names = code_names(book.codes)
    written.append(TO_DISCUSS, disagreements.heading())
    for one in progress(work, len(items), "coding"):
        problems.extend(one.problems)
        for table, words in PLACED.items():
            if len(rows := getattr(one, table.name)):
                written.add(table, rows)
                parts[table].append(rows.drop(columns=words))
        if len(one.compared):
            compared.append(one.compared)
            written.append(TO_DISCUSS, disagreements.lines(one.disagreements, names))
    made = {table: pd.concat(rows, ignore_index=True) for table, rows in parts.items()}
    made |= {tables.CODES: book.codes}
    return made, pd.concat(compared, ignore_index=True)


def _suggested(
    folders: Folders,
    interviews: pd.DataFrame,
    decided: Decided,
    made: Tables,
    book: Codebook,
    written: StageFolder,
) -> Tables:
    """Learn, suggest interview by interview, and write the sheet for the reviewers."""
    languages = interviews.set_index("interview_id")["language"]
    turns = files.Interviews(tables.TURNS, folders.processed)
    coded = set(made[tables.CODINGS]["interview_id"])
    said = (turns.rows(n) for n, name in enumerate(turns.ids) if name in coded)
    learned = suggest.learn(made[tables.CODINGS], said, book, languages)
    shas = interviews.set_index("interview_id")["text_sha256"]
    settled = pd.concat([made[tables.CODINGS], decided.rejected], ignore_index=True)
    settled = dict(iter(settled.groupby("interview_id")))
    nothing = files.empty(tables.CODINGS)
    items = [(n, shas[name], settled.get(name, nothing)) for n, name in enumerate(turns.ids)]
    counts: Counter[str] = Counter()
    with tempfile.TemporaryFile() as spool:
        sheet = Sheet(book, spool)
        work = mapped(Suggester(turns, book, languages, learned), items)
        for found, questions in progress(work, len(items), "coding"):
            written.add(tables.SUGGESTIONS, found)
            counts.update(found["code"])
            sheet.add(questions)
        lines = sheet.lines()
        while some := b"".join(islice(lines, LINES_AT_ONCE)):
            written.append(REVIEW, some)
    waiting = pd.DataFrame({"code": list(counts.elements())}, dtype="string")
    return {tables.SUGGESTERS: learned.measures, tables.SUGGESTIONS: waiting}


def _of_corpus(folders: Folders, interviews: pd.DataFrame) -> Tables:
    """Read what the report says of the corpus."""
    others = (tables.SPEAKERS, tables.REMARKS)
    read = {table: files.read(table, folders.processed) for table in others}
    return read | {tables.INTERVIEWS: interviews}


def _tell(stage: Stage, made: Tables, folders: Folders) -> None:
    rows, folder = made[tables.CODINGS], folders.processed / "2-coding"
    stage.read += [
        counted("{count} code", "{count} codes", len(made[tables.CODES])),
        counted("{count} coder", "{count} coders", rows["coder"].nunique()),
    ]
    stage.made += [
        counted("{count} coding", "{count} codings", len(rows)),
        counted("{count} suggestion", "{count} suggestions", len(made[tables.SUGGESTIONS])),
    ]
    stage.notes.append(
        _("the team's report: {file} · to review: {other}").format(
            file=shown(folder / REPORT), other=shown(folder / REVIEW)
        )
    )
