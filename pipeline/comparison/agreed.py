"""How far coders agree, as far as it may be published: from what counts in print, no more."""

import pandas as pd

from pipeline import tables
from pipeline.coding.agreement import compared
from pipeline.coding.agreement.on_turns import measured
from pipeline.comparison.counting import Counted
from pipeline.tables.files import typed

NUMBERS = {
    "alpha": "value",
    "alpha_low": "low",
    "alpha_high": "high",
    "turns_count": "units_count",
    "given_count": "given_count",
    "agreed_count": "agreed_count",
    "coders_count": "coders_count",
    "interviews_count": "interviews_count",
}
Row = dict[str, object]


def published(
    counted: Counted,
    codings: pd.DataFrame,
    segments: pd.DataFrame,
    turns: pd.DataFrame,
    codes: pd.DataFrame,
    smallest_cell: int,
) -> pd.DataFrame:
    """
    Measure alpha for each code on the turns that count in print; see tables.PUBLISHED_AGREEMENT.

    Args:
        counted: What counts there, real and fictional apart.
        codings, segments, turns: Of the coding and the corpus; only what is counted is read.
        codes: The codebook.
        smallest_cell: A code given to fewer voices is held back, unless each agreed to print.

    """
    rows: list[Row] = []
    for provenance, own in counted.interviews.groupby("provenance"):
        heard = turns[turns["turn_id"].isin(counted.turn_ids)]
        heard = heard[heard["interview_id"].isin(own["interview_id"])]
        found = compared.of(codings, segments, heard)
        names = codes["code"].tolist()
        voices = _voices(found, heard)
        measures = measured(["alpha"], found, names)
        cells = {row["code"]: voices.get(row["code"], set()) for row in measures}
        held = {code for code, cell in cells.items() if _is_small(cell, counted, smallest_cell)}
        # As in frequencies, a small group empties all of it. One code held back could be told from
        # the sum of all and the others, so the sum goes as well.
        everything = None in held
        held = set(cells) if everything else held | ({None} if held else set())
        rows += [
            _row(row, len(cells[row["code"]]), row["code"] in held) | {"provenance": provenance}
            for row in measures
        ]
    return typed(tables.PUBLISHED_AGREEMENT, rows)


def _is_small(voices: set[str], counted: Counted, smallest_cell: int) -> bool:
    return len(voices) < smallest_cell and bool(voices & counted.closed)


def _voices(found: compared.Compared, turns: pd.DataFrame) -> dict[object, set[str]]:
    """Collect the voices that a code was given to; under None, all who are compared."""
    speakers = turns.set_index("turn_id")["speaker_id"]
    given = found.marks.assign(voice=found.marks["turn_id"].map(speakers))
    by_code: dict[object, set[str]] = {
        code: set(own["voice"]) for code, own in given.groupby("code")
    }
    return by_code | {None: set(found.turns["turn_id"].map(speakers))}


def _row(row: Row, voices: int, is_held_back: bool) -> Row:
    about = {"scope": row["scope"], "code": row["code"], "is_held_back": is_held_back}
    if is_held_back:
        return about
    numbers = {name: row[source] for name, source in NUMBERS.items()}
    # What a value has for a note may name a coder.
    note = row["note"] if row["value"] is None else None
    return about | numbers | {"voices_count": voices, "note": note}
