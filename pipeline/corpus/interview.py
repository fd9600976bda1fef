"""One interview: its transcript read, its turns given their voices and their places."""

import hashlib
from dataclasses import dataclass, replace

import pandas as pd

from pipeline import tables
from pipeline.corpus import masks, register, transcripts, words
from pipeline.corpus.register import Register
from pipeline.corpus.texts import text_of
from pipeline.problems import DataError, Problem, Problems
from pipeline.tables import files


@dataclass(frozen=True)
class Interview:
    """
    One interview, read.

    `turns` as tables.TURNS; `size` its format, turns, words and fingerprint as tables.INTERVIEWS;
    `unnamed_count` its turns of nobody named; `masked` the spans of masks in its text, as
    tables.MASKS; `masks_met` the lines of masks.csv that stand in it; `unused` and `doubtful` the
    places in the file of what was not taken for speech, and of what may be a label.
    """

    interview_id: str
    turns: pd.DataFrame
    size: dict[str, object]
    unnamed_count: int
    masked: list[dict[str, object]]
    masks_met: frozenset[int]
    unused: tuple[int, ...]
    doubtful: tuple[int, ...]
    problems: tuple[Problem, ...]

    def without_turns(self) -> "Interview":
        """Leave the turns out, so that a thousand interviews fit in memory."""
        return replace(self, turns=files.empty(tables.TURNS))


@dataclass(frozen=True)
class Reader:
    """Reads an interview by its id and file; it can travel to another process."""

    kept: Register

    def __call__(self, named: tuple[str, str]) -> Interview:
        """Read one interview; what is wrong with it is in its `problems`."""
        interview_id, file = named
        path = register.path(self.kept, file)
        if not path.is_file():  # the register has told it
            return unread(interview_id)
        try:
            rows = transcripts.read(path)
        except DataError as error:
            return unread(interview_id, error.problems)
        return placed(interview_id, rows, self.kept)


def unread(interview_id: str, problems: list[Problem] | None = None) -> Interview:
    """Stand in for an interview whose transcript is not there or cannot be read."""
    none = files.empty(tables.TURNS)
    told = tuple(problems or ())
    return Interview(interview_id, none, _size(none, None), 0, [], frozenset(), (), (), told)


def placed(interview_id: str, rows: pd.DataFrame, kept: Register) -> Interview:
    """
    Give turns their voices and their places in the interview's text.

    Args:
        interview_id: The interview.
        rows: Its turns as `transcripts.read` gives them.
        kept: The hand-kept tables.

    """
    problems = Problems()
    turns = register.voices_of(rows, interview_id, kept, problems)
    lengths = turns["text"].str.len()
    ends = (lengths + 1).cumsum() - 1  # the line feed between two turns belongs to neither
    turns = files.typed(
        tables.TURNS,
        turns.assign(
            interview_id=interview_id,
            turn_id=[f"{interview_id}#{n}" for n in turns["turn"]],
            label=turns["speaker"],
            start=ends - lengths,
            end=ends,
            words_count=words.count(turns["text"]),
        ),
    )
    text = text_of(turns)
    return Interview(
        interview_id,
        turns,
        _size(turns, rows.attrs.get("format")),
        int(turns["speaker_id"].isna().sum()),
        masks.spans(kept.masks, interview_id, text),
        masks.met(kept.masks, interview_id, text),
        tuple(place for place, _text in rows.attrs.get("unused", [])),
        tuple(place for place, _text in rows.attrs.get("doubtful", [])),
        tuple(problems),
    )


def _size(turns: pd.DataFrame, kind: str | None) -> dict[str, object]:
    return {
        "format": kind,
        "turns_count": len(turns),
        "timed_count": int(turns["start_s"].notna().sum()),
        "words_count": int(turns["words_count"].sum()),
        "text_sha256": hashlib.sha256(text_of(turns).encode()).hexdigest(),
    }
