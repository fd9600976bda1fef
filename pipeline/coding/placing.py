"""One interview's codings: found in its text, counted once each, cut at the turns, compared."""

import hashlib
from dataclasses import dataclass

import pandas as pd

from pipeline import tables
from pipeline.coding import codings, merging, review
from pipeline.coding.agreement import disagreements
from pipeline.coding.agreement.compared import independent
from pipeline.coding.codings import Text
from pipeline.corpus.texts import text_of
from pipeline.problems import Problem, Problems
from pipeline.tables import files
from pipeline.tables.files import Interviews

# What coders are compared by; the words themselves are not needed for it.
TURN = ["interview_id", "turn_id", "role", "start", "end"]


@dataclass(frozen=True)
class Placed:
    """
    The codings of one interview: a part of the table of each name, and what is wrong.

    `compared` are its turns, without their words, where two coders or more coded it; else none.
    """

    codings: pd.DataFrame
    corrections: pd.DataFrame
    conflicts: pd.DataFrame
    segments: pd.DataFrame
    disagreements: pd.DataFrame
    compared: pd.DataFrame
    problems: tuple[Problem, ...]


@dataclass(frozen=True)
class Placer:
    """Places the decisions on an interview, read from its row group; it can travel."""

    turns: Interviews
    hidden: pd.DataFrame | None

    def __call__(self, one: tuple[int, pd.DataFrame]) -> Placed:
        """Place the decisions on the interview of a row group of the turns."""
        group, decisions = one
        return placed(self.turns.rows(group), decisions, self.hidden)


def placed(
    turns: pd.DataFrame, decisions: pd.DataFrame, hidden: pd.DataFrame | None = None
) -> Placed:
    """
    Place the decisions on one interview in its text.

    Args:
        turns: Of the interview (tables.TURNS).
        decisions: On it, as `codings.decisions` gives them, from any number of files.
        hidden: What other tools did not see of it (`outgoing.hidden`).

    """
    problems = Problems()
    words = text_of(turns)
    text = Text(words, hashlib.sha256(words.encode()).hexdigest(), turns)
    whole = review.restored(decisions, text.words, text.sha256)
    found, corrections = codings.placed(whole, text, problems)
    found, conflicts = merging.merged(found, hidden)
    found = found.sort_values(codings.ORDER, kind="stable", ignore_index=True)
    is_compared = independent(found)["coder"].nunique() > 1
    nothing = files.empty(tables.DISAGREEMENTS)
    return Placed(
        found,
        corrections,
        conflicts,
        codings.segments(found, turns),
        disagreements.listed(found, turns) if is_compared else nothing,
        turns.loc[turns.index if is_compared else [], TURN],
        tuple(problems),
    )
