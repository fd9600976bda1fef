"""What the corpus stage tells the team: sizes, and what was set aside, by place, never by word."""

import pandas as pd

from pipeline import tables
from pipeline.corpus.consent import VOICE
from pipeline.corpus.interview import Interview
from pipeline.corpus.register import Register
from pipeline.messages import _
from pipeline.stages import Stage, counted
from pipeline.tables.shapes import Table

# More places than these are counted, not listed: the line stays a line.
SHOWN_PLACES = 5


def left_aside(kept: Register, read: list[Interview]) -> list[str]:
    """Say what a reader did not take for speech (a title), and what may be a label unseen."""
    files_of = kept.interviews.set_index("interview_id")["file"]
    unused = [f"{files_of[i.interview_id]}:{place}" for i in read for place in i.unused]
    doubtful = [f"{files_of[i.interview_id]}:{place}" for i in read for place in i.doubtful]
    said = {
        _("left aside, not speech: {places}"): unused,
        _("may be a speaker's label, taken for speech: {places}"): doubtful,
    }
    return [text.format(places=_some(places)) for text, places in said.items() if places]


def _some(places: list[str]) -> str:
    """List the first few places, and say how many more there are."""
    shown = ", ".join(places[:SHOWN_PLACES])
    more = len(places) - SHOWN_PLACES
    return f"{shown} … (+{more})" if more > 0 else shown


def missing_masks(kept: Register, read: list[Interview]) -> list[str]:
    """Say which masks stand nowhere, by line: a name mistyped there leaves bare."""
    met = frozenset[int]().union(*(interview.masks_met for interview in read))
    lines = [int(line) for line in kept.masks["line"] if line not in met]
    if not lines:
        return []
    places = _some([f"masks.csv:{line}" for line in lines])
    return [_("masks found in no transcript: {places}").format(places=places)]


def tell(
    stage: Stage, made: dict[Table, pd.DataFrame], read: list[Interview], sheets_count: int
) -> None:
    """Say what was read, made and held back."""
    speakers, interviews = made[tables.SPEAKERS], made[tables.INTERVIEWS]
    silent = speakers[[not scopes for scopes in speakers["in_force"]]]
    voices = silent.drop_duplicates(VOICE)
    stage.read += [
        counted("{count} sheet", "{count} sheets", sheets_count),
        counted("{count} transcript", "{count} transcripts", len(interviews)),
    ]
    stage.made += [
        counted("{count} turn", "{count} turns", int(interviews["turns_count"].sum())),
        counted("{count} word", "{count} words", int(interviews["words_count"].sum())),
    ]
    if len(voices):
        stage.held_back.append(counted("{count} voice", "{count} voices", len(voices)))
    nobody = sum(interview.unnamed_count for interview in read)
    if nobody:
        stage.held_back.append(
            counted("{count} turn of nobody named", "{count} turns of nobody named", nobody)
        )
