"""The second stage: the corpus, the codebook and people's codings → codings and suggestions."""

import pandas as pd

from pipeline import tables
from pipeline.coding import codebook, codings, lexicon
from pipeline.coding.codebook import Codebook
from pipeline.folders import Folders
from pipeline.problems import Problems
from pipeline.stages import Stage, counted
from pipeline.tables import files
from pipeline.tables.shapes import Table
from pipeline.tables.stage_folder import write_stage


def run(folders: Folders) -> None:
    """Load, build, check and write the codings; a DataError tells every problem of the codings."""
    problems = Problems()
    with Stage("coding") as stage:
        interviews = files.read(tables.INTERVIEWS, folders.processed)
        turns = files.read(tables.TURNS, folders.processed)
        book = codebook.read(folders.raw / "codebook.yaml", problems)
        known = codings.texts(interviews, turns)
        rows, corrections, notes = codings.read(folders.raw / "codings", known, book, problems)
        problems.check()
        made = build(interviews, turns, book, rows) | {tables.CORRECTIONS: corrections}
        write_stage(folders.processed / "2-coding", made)
        stage.read += [
            counted("{count} code", "{count} codes", len(book.codes)),
            counted("{count} coder", "{count} coders", rows["coder"].nunique()),
        ]
        stage.made += [
            counted("{count} coding", "{count} codings", len(rows)),
            counted("{count} suggestion", "{count} suggestions", len(made[tables.SUGGESTIONS])),
        ]
        stage.notes += notes


def build(
    interviews: pd.DataFrame, turns: pd.DataFrame, book: Codebook, rows: pd.DataFrame
) -> dict[Table, pd.DataFrame]:
    """
    Make the tables of coding.

    Args:
        interviews, turns: Of the corpus.
        book: The codebook.
        rows: People's codings, found in the texts (tables.CODINGS).

    Returns:
        The tables of `2-coding`; suggestions only in what is not the interviewer's talk.

    """
    languages = interviews.set_index("interview_id")["language"]
    answers = turns[turns["role"].ne("interviewer").fillna(True)]
    return {
        tables.CODES: book.codes,
        tables.CODINGS: rows,
        tables.SEGMENTS: codings.segments(rows, turns),
        tables.SUGGESTIONS: lexicon.find(answers, book, languages),
    }
