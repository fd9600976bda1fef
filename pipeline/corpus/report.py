"""What the corpus stage tells the team: sizes, and what was set aside, by place, never by word."""

import pandas as pd

from pipeline import tables
from pipeline.corpus import masks
from pipeline.corpus.consent import VOICE
from pipeline.corpus.register import Register
from pipeline.messages import _
from pipeline.stages import Stage, counted
from pipeline.tables.shapes import Table

# More places than these are counted, not listed: the line stays a line.
SHOWN_PLACES = 5


def left_aside(kept: Register, read: dict[str, pd.DataFrame]) -> list[str]:
    """Say what a reader did not take for speech (a title), and what may be a label unseen."""
    files_of = kept.interviews.set_index("interview_id")["file"]
    said = {
        "unused": _("left aside, not speech: {places}"),
        "doubtful": _("may be a speaker's label, taken for speech: {places}"),
    }
    places = {
        kind: [
            f"{files_of[interview_id]}:{place}"
            for interview_id, turns in read.items()
            for place, _text in turns.attrs.get(kind, [])
        ]
        for kind in said
    }
    return [text.format(places=_some(places[kind])) for kind, text in said.items() if places[kind]]


def _some(places: list[str]) -> str:
    """List the first few places, and say how many more there are."""
    shown = ", ".join(places[:SHOWN_PLACES])
    more = len(places) - SHOWN_PLACES
    return f"{shown} … (+{more})" if more > 0 else shown


def missing_masks(kept: Register, texts: dict[str, str]) -> list[str]:
    """Say which masks stand nowhere, by line: a name mistyped there leaves bare."""
    lines = masks.missing(kept.masks, texts)
    if not lines:
        return []
    places = _some([f"masks.csv:{line}" for line in lines])
    return [_("masks found in no transcript: {places}").format(places=places)]


def tell(stage: Stage, made: dict[Table, pd.DataFrame], sheets_count: int) -> None:
    """Say what was read, made and held back."""
    speakers, turns = made[tables.SPEAKERS], made[tables.TURNS]
    silent = speakers[[not scopes for scopes in speakers["in_force"]]]
    voices = silent.drop_duplicates(VOICE)
    stage.read += [
        counted("{count} sheet", "{count} sheets", sheets_count),
        counted("{count} transcript", "{count} transcripts", len(made[tables.INTERVIEWS])),
    ]
    stage.made += [
        counted("{count} turn", "{count} turns", len(turns)),
        counted("{count} word", "{count} words", int(turns["words_count"].sum())),
    ]
    if len(voices):
        stage.held_back.append(counted("{count} voice", "{count} voices", len(voices)))
    nobody = int(turns["speaker_id"].isna().sum())
    if nobody:
        stage.held_back.append(
            counted("{count} turn of nobody named", "{count} turns of nobody named", nobody)
        )
