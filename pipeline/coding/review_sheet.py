"""Suggestions on a sheet that a person decides on: `suggestions.csv`; `review` reads it back.

The sheet goes code by code, in the order of the codebook, because one who judges the same code a
hundred times in a row judges it evenly; within a code the likeliest first, so that a reader may
stop where most are wrong. A row is a sentence: whatever both suggesters find in it for one code is
decided once. What people have coded so, or rejected, is not asked again.
"""

import csv
import datetime
import io
import unicodedata
from collections.abc import Iterator, Sequence
from typing import Any, BinaryIO

import numpy as np
import pandas as pd

from pipeline import messages, tables
from pipeline.coding.anchors import CONTEXT
from pipeline.coding.codebook import Codebook
from pipeline.coding.suggest import answers
from pipeline.coding.tokens import Vocabulary
from pipeline.coding.units import sentences
from pipeline.messages import _

# Enough to see what a sentence answers, and little enough for one line of a wide screen.
READ_AROUND = 120
# A spreadsheet runs a cell that begins so (owasp.org/www-community/attacks/CSV_Injection).
RUNS = ("=", "+", "-", "@", "\t", "\r")

Row = dict[str, Any]


def rows(
    found: pd.DataFrame,
    turns: pd.DataFrame,
    text_sha256: str,
    settled: pd.DataFrame,
    codebook: Codebook,
    measures: pd.DataFrame,
) -> list[Row]:
    """
    Make rows for the reviewers out of what is suggested in one interview.

    Args:
        found: Suggestions of both suggesters (tables.SUGGESTIONS).
        turns: All turns of the interview, in their order.
        text_sha256: Of its text.
        settled: What people decided already, of any interview: codings and rejections, with
            `interview_id`, `code`, `start`, `end`, `exact`, `text_sha256`.
        codebook: For the names of codes.
        measures: See tables.SUGGESTERS; the lexicon's precision is the score of its finds.

    Returns:
        One dict a sentence and code (tables.REVIEW); texts, but `start` and `end`.

    """
    text = "\n".join(turns["text"])
    interview = turns["interview_id"].iloc[:1]
    own = settled[settled["interview_id"].isin(interview)]
    decided = _Settled(own, text_sha256)
    names = codebook.codes.set_index("code")[f"code_{messages.spoken()}"].to_dict()
    lexicon = measures[measures["suggester"].eq("lexicon")]
    record = lexicon.set_index("code")["precision_pct"].dropna().to_dict()
    spoken = records(turns[["turn_id", "turn", "speaker_id", "start_s"]])
    about = {row["turn_id"]: row for row in spoken}
    made = []
    for (code, start, end), finds in _asked(found, turns, text).items():
        if not decided.holds(code, start, end, text[start:end]):
            row = {"code_name": names.get(code, code), "code": code, **_finds(finds, record)}
            made.append({**row, **_who(about[finds[0]["turn_id"]]), **_place(text, start, end)})
            made[-1] |= {"interview_id": interview.iloc[0], "text_sha256": text_sha256}
    return made


def records(frame: pd.DataFrame) -> Iterator[Row]:
    """Give rows with None for what is empty; ten times as fast as pandas, which counts here."""
    columns = [[None if cell is pd.NA else cell for cell in frame[name].tolist()] for name in frame]
    for cells in zip(*columns, strict=True):
        yield dict(zip(frame.columns, cells, strict=True))


def _asked(
    found: pd.DataFrame, turns: pd.DataFrame, text: str
) -> dict[tuple[str, int, int], list[Row]]:
    """Group suggestions by code and by the sentences that they stand in."""
    said = answers(turns)
    if found.empty or said.empty:
        return {}
    units = sentences(said, Vocabulary(len))
    start, end = found["start"].to_numpy(np.int64), found["end"].to_numpy(np.int64)
    first = units.start[np.searchsorted(units.end, start, side="right")]
    last = units.end[np.searchsorted(units.start, end, side="left") - 1]
    asked: dict[tuple[str, int, int], list[Row]] = {}
    for row, a, b in zip(records(found), first.tolist(), last.tolist(), strict=True):
        sentence = text[a:b]
        begins = a + len(sentence) - len(sentence.lstrip())
        key = (row["code"], begins, begins + len(sentence.strip()))
        asked.setdefault(key, []).append(row)
    return asked


class _Settled:
    """What people decided in one interview."""

    def __init__(self, own: pd.DataFrame, text_sha256: str):
        here = own[own["text_sha256"].eq(text_sha256).fillna(False).to_numpy(bool)]
        here = here.dropna(subset=["start", "end"])
        self.places: dict[str, list[tuple[int, int]]] = {}
        for code, start, end in here[["code", "start", "end"]].itertuples(index=False, name=None):
            self.places.setdefault(code, []).append((int(start), int(end)))
        pairs = own[["code", "exact"]].itertuples(index=False, name=None)
        self.words = {(code, _plain(exact)) for code, exact in pairs}

    def holds(self, code: str, start: int, end: int, exact: str) -> bool:
        """Whether a person has judged this code in this place, or for the same words elsewhere."""
        meets = any(a < end and start < b for a, b in self.places.get(code, []))
        return meets or (code, _plain(exact)) in self.words


def _plain(words: str) -> str:
    return " ".join(unicodedata.normalize("NFC", words).replace("’", "'").split())


def _finds(finds: list[Row], record: dict[str, float]) -> Row:
    """Sum up what was found in a sentence for a code."""
    by_lexicon = [one for one in finds if one["suggester"] == "lexicon"]
    learned = max((one["score"] for one in finds if one["suggester"] == "learned"), default=None)
    score = record.get(finds[0]["code"]) if learned is None else 100 * learned
    is_negated = bool(by_lexicon) and all(one["is_negated"] for one in by_lexicon)
    return {
        "suggester": " + ".join(sorted({one["suggester"] for one in finds})),
        "pattern": " | ".join(dict.fromkeys(one["pattern"] for one in finds)),
        "found": " | ".join(dict.fromkeys(one["text"] for one in by_lexicon)),
        "score_pct": "" if score is None else str(round(score)),
        "is_negated": _("yes") if is_negated else "",
    }


def _who(turn: Row) -> Row:
    is_timed = turn["start_s"] is not None and not pd.isna(turn["start_s"])
    return {
        "turn": str(turn["turn"]),
        "time": str(datetime.timedelta(seconds=int(turn["start_s"]))) if is_timed else "",
        "speaker_id": turn["speaker_id"] or "",
    }


def _place(text: str, start: int, end: int) -> Row:
    return {
        "before": _on_one_line(text[max(0, start - READ_AROUND) : start]),
        "exact": text[start:end],
        "after": _on_one_line(text[end : end + READ_AROUND]),
        "start": start,
        "end": end,
        "prefix": _on_one_line(text[max(0, start - CONTEXT) : start]),
        "suffix": _on_one_line(text[end : end + CONTEXT]),
    }


def _on_one_line(words: str) -> str:
    """Keep a row of the sheet on one line of the file, so that its number is the one people see."""
    return " ".join(words.split())


class Sheet:
    """`suggestions.csv` in the making.

    Args:
        codebook: In whose order the codes stand.
        spool: A file open for reading and writing, that takes the rows; only their order stays in
            memory.

    """

    def __init__(self, codebook: Codebook, spool: BinaryIO):
        self._position = dict(zip(codebook.codes["code"], codebook.codes["position"], strict=True))
        self._rows = spool
        self._order: list[tuple[int, int, bool, int, int]] = []
        self._at = 0

    def add(self, made: list[Row]) -> None:
        """Take in the rows of one interview."""
        for row in made:
            data = _line([row.get(name, "") for name in tables.REVIEW.names])
            self._rows.write(data)
            likely = -int(row["score_pct"] or 0)
            position = int(self._position.get(row["code"], len(self._position)))
            self._order.append((position, likely, bool(row["is_negated"]), self._at, len(data)))
            self._at += len(data)

    def __len__(self) -> int:
        return len(self._order)

    def lines(self) -> Iterator[bytes]:
        """Give the sheet, a line at a time: for French spreadsheets, UTF-8 with BOM and `;`."""
        yield b"\xef\xbb\xbf" + _line(tables.REVIEW.names)
        for *_key, at, length in sorted(self._order):
            self._rows.seek(at)
            yield self._rows.read(length)
        self._rows.seek(0, io.SEEK_END)


def _line(cells: Sequence[object]) -> bytes:
    line = io.StringIO()
    csv.writer(line, delimiter=";").writerow([_harmless(str(cell)) for cell in cells])
    return line.getvalue().encode()


def _harmless(cell: str) -> str:
    return f"'{cell}" if cell.startswith(RUNS) else cell
