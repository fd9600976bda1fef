"""An interview's text as it leaves the house, and where each of its places is in our own text.

What leaves is the cleared turns, masks included, joined by a line feed. A coding goes out with the
words that may leave, and when the project comes back its positions are turned into ours again.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import pandas as pd

from pipeline.corpus.consent import cleared
from pipeline.corpus.texts import text_of


class Piece(NamedTuple):
    """A stretch of our text [start, end) and what leaves in its place [out_start, out_end)."""

    start: int
    end: int
    out_start: int
    out_end: int
    kind: str


SAME, MASKED, HELD = "same", "masked", "held"
# Start, end and what is printed instead.
Mask = tuple[int, int, str]


@dataclass(frozen=True)
class Outgoing:
    """One interview: `ours`, `text` as it leaves, and the pieces that cover both from end to end.

    A piece is `same`, `masked` (other words leave) or `held` (turns that do not leave).
    """

    ours: str
    text: str
    pieces: tuple[Piece, ...]

    @cached_property
    def _ends(self) -> tuple[list[int], list[int]]:
        return [p.end for p in self.pieces], [p.out_end for p in self.pieces]

    def out(self, start: int, end: int) -> tuple[int, int] | None:
        """Give the place of one of our passages in the text that leaves; None where none of it is.

        An end inside masked words takes the whole replacement along, never half a name.
        """
        first = self.pieces[min(bisect_right(self._ends[0], start), len(self.pieces) - 1)]
        last = self.pieces[min(bisect_left(self._ends[0], end), len(self.pieces) - 1)]
        a = {
            SAME: first.out_start + start - first.start,
            MASKED: first.out_start,
            HELD: first.out_end,
        }[first.kind]
        b = {
            SAME: last.out_start + end - last.start,
            MASKED: last.out_end,
            HELD: last.out_start,
        }[last.kind]
        return (a, b) if a < b else None

    def back(self, start: int, end: int) -> tuple[int, int]:
        """Give the place in our text of a passage of the text that leaves."""
        first = self.pieces[min(bisect_right(self._ends[1], start), len(self.pieces) - 1)]
        last = self.pieces[min(bisect_left(self._ends[1], end), len(self.pieces) - 1)]
        a = {
            SAME: first.start + start - first.out_start,
            MASKED: first.start,
            HELD: first.end,
        }[first.kind]
        b = {SAME: last.start + end - last.out_start, MASKED: last.end, HELD: last.start}[last.kind]
        return a, max(a, b)


def outgoing(
    turns: pd.DataFrame, purpose: str, speakers: pd.DataFrame, masks: pd.DataFrame
) -> dict[str, Outgoing]:
    """
    Make the text of each interview that leaves for a purpose, by `cleared` and nothing else.

    Args:
        turns, speakers, masks: The tables of those names.
        purpose: One of tables.SCOPES.

    Returns:
        By interview_id; an interview of which no turn leaves is not in it.

    """
    leaving = cleared(turns, purpose, speakers, masks)
    spans = masks[masks["end"].gt(masks["start"])]
    if "scope" in spans:
        spans = spans[spans["scope"].isna() | spans["scope"].eq(purpose)]
    masked: dict[str, list[Mask]] = {}
    columns = ["interview_id", "start", "end", "replacement"]
    for interview_id, start, end, words in spans[columns].sort_values("start").to_numpy().tolist():
        masked.setdefault(interview_id, []).append((int(start), int(end), words))
    whole = dict(list(turns.groupby("interview_id")))
    return {
        str(key): _joined(said, whole[key], masked.get(str(key), []))
        for key, said in leaving.groupby("interview_id")
    }


def _joined(said: pd.DataFrame, whole: pd.DataFrame, masked: list[Mask]) -> Outgoing:
    ours = text_of(whole)
    pieces: list[Piece] = []
    texts: list[str] = []
    behind = 0
    for row in said[["start", "end", "text"]].itertuples(index=False):
        start, end, text = int(row.start), int(row.end), str(row.text)
        out = pieces[-1].out_end if pieces else 0
        if start > behind:
            is_next = start - behind == 1 and bool(texts)
            between = 1 if texts else 0
            kind = SAME if is_next else HELD
            pieces.append(Piece(behind, start, out, out + between, kind))
            out += between
        pieces += _pieces(ours[start:end], text, start, out, masked)
        texts.append(text)
        behind = end
    if behind < len(ours):
        out = pieces[-1].out_end
        pieces.append(Piece(behind, len(ours), out, out, HELD))
    made = Outgoing(ours, "\n".join(texts), tuple(pieces))
    assert made.pieces[-1].out_end == len(made.text), "the pieces cover the text that leaves"
    return made


def _pieces(ours: str, text: str, start: int, out: int, masked: list[Mask]) -> list[Piece]:
    """Cut a turn at its masked words; where masks overlap, the whole turn is one masked piece."""
    end = start + len(ours)
    made, at, written = [], start, out
    for first, last, words in masked:
        a, b = max(first, start), min(last, end)
        if a >= b:
            continue
        if a < at:
            return [Piece(start, end, out, out + len(text), MASKED)]
        if a > at:
            made.append(Piece(at, a, written, written + a - at, SAME))
            written += a - at
        made.append(Piece(a, b, written, written + len(words), MASKED))
        at, written = b, written + len(words)
    if at < end:
        made.append(Piece(at, end, written, written + end - at, SAME))
    is_whole = all(
        ours[p.start - start : p.end - start] == text[p.out_start - out : p.out_end - out]
        for p in made
        if p.kind == SAME
    )
    if not is_whole or (made[-1].out_end if made else out) != out + len(text):
        return [Piece(start, end, out, out + len(text), MASKED)]
    return made


def labelled(source: str, ours: str) -> Outgoing | None:
    """
    Know our text in a source that holds more: the transcript's own file, with labels and times.

    Each of our lines must end a line of the source, in order; what stands before it there, and
    lines between, are the tool's or the transcriber's. None where a line of ours is not there.
    """
    pieces: list[Piece] = []
    at, out = 0, 0
    lines = iter(_lines(source))
    for line in filter(None, ours.split("\n")):
        found = next(((a, b) for a, b in lines if _ends(source[a:b], line)), None)
        if found is None:
            return None
        start, begins = ours.index(line, at), found[1] - len(line)
        if start > at or begins > out:
            pieces.append(Piece(at, start, out, begins, HELD))
        at, out = start + len(line), found[1]
        pieces.append(Piece(start, at, begins, out, SAME))
    if not pieces:
        return None
    if at < len(ours) or out < len(source):
        pieces.append(Piece(at, len(ours), out, len(source), HELD))
    return Outgoing(ours, source, tuple(pieces))


def _ends(source: str, line: str) -> bool:
    """Say whether a line of the source ends with a whole line of ours, not with half a word."""
    before = source[: len(source) - len(line)][-1:]
    return source.endswith(line) and not (before.isalnum() and line[:1].isalnum())


def _lines(text: str) -> Iterator[tuple[int, int]]:
    """Yield where each line begins, and where it ends without the spaces behind it."""
    start = 0
    for line in text.split("\n"):
        yield start, start + len(line.rstrip())
        start += len(line) + 1


def hidden(texts: Mapping[str, Outgoing]) -> pd.DataFrame:
    """List what is not seen outside: `interview_id`, `start`, `end`, `kind` (masked or held)."""
    rows = [
        (interview_id, piece.start, piece.end, piece.kind)
        for interview_id, text in texts.items()
        for piece in text.pieces
        if piece.kind != SAME
    ]
    return pd.DataFrame(rows, columns=["interview_id", "start", "end", "kind"])
