"""An interview's text: its turns joined by a line feed, cut at them, timed, fit for XML."""

import re

import pandas as pd

# What no XML may hold, not even escaped; a transcript pasted from elsewhere may.
NOT_XML = re.compile("[^\\t\\n\\r\\x20-\\ud7ff\\ue000-\\ufffd\\U00010000-\\U0010ffff]")


def text_of(turns: pd.DataFrame) -> str:
    """Give the text of one interview from its turns."""
    return "\n".join(turns["text"])


def clock(seconds: float) -> str:
    """Write a time as people read it on a player: `12:03`, `1:02:03`."""
    minutes, rest = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02d}:{rest:02d}" if hours else f"{minutes}:{rest:02d}"


def for_xml(text: str) -> str:
    """Replace what no XML may hold; one sign by one, so that positions stay."""
    return NOT_XML.sub("\ufffd", text)


def cut_at_turns(passages: pd.DataFrame) -> pd.DataFrame:
    """
    Keep of each passage the part that stands in one turn.

    Args:
        passages: One row a passage and turn of its interview: `start`, `end` of the passage, and
            `start_of_turn`, `end_of_turn`, `text` of the turn.

    Returns:
        The rows that touch; `start`, `end` and `text` are the part's own.
    """
    before, behind = passages["end_of_turn"], passages["start_of_turn"]
    parts = passages[(passages["start"] < before) & (passages["end"] > behind)].copy()
    parts["start"] = parts[["start", "start_of_turn"]].max(axis=1)
    parts["end"] = parts[["end", "end_of_turn"]].min(axis=1)
    origin = parts["start_of_turn"]
    places = zip(parts["text"], parts["start"] - origin, parts["end"] - origin, strict=True)
    parts["text"] = pd.Series([text[a:b] for text, a, b in places], index=parts.index, dtype=str)
    return parts.drop(columns=["start_of_turn", "end_of_turn"])
