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
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, BinaryIO

import numpy as np
import pandas as pd

from pipeline import tables
from pipeline.coding.anchors import CONTEXT
from pipeline.coding.codebook import Codebook
from pipeline.coding.lexicon.tokens import Vocabulary
from pipeline.coding.names import code_names
from pipeline.coding.suggest import answers
from pipeline.coding.suggest.units import sentences
from pipeline.messages import _

# Enough to see what a sentence answers, and little enough for one line of a wide screen.
READ_AROUND = 120
# A spreadsheet runs a cell that begins so (owasp.org/www-community/attacks/CSV_Injection).
RUNS = ("=", "+", "-", "@", "\t", "\r")

Row = dict[str, Any]


class Questions:
    """Makes rows for the reviewers out of what is suggested, one interview after the other.

    Args:
        codebook: For the names of codes.
        measures: See tables.SUGGESTERS; the lexicon's precision is the score of what it finds.

    """

    def __init__(self, codebook: Codebook, measures: pd.DataFrame):
        self._names = code_names(codebook.codes)
        lexicon = measures[measures["suggester"].eq("lexicon")]
        self._record = lexicon.set_index("code")["precision_pct"].dropna().to_dict()
        self._vocabulary = Vocabulary(len)

    def about(
        self, found: pd.DataFrame, turns: pd.DataFrame, text_sha256: str, settled: pd.DataFrame
    ) -> list[Row]:
        """
        Ask about one interview.

        Args:
            found: Suggestions of both suggesters (tables.SUGGESTIONS).
            turns: All turns of the interview, in their order.
            text_sha256: Of its text.
            settled: What people decided already in this interview: codings and rejections, with
                `code`, `start`, `end`, `exact`, `text_sha256`.

        Returns:
            One dict a sentence and code (tables.REVIEW); texts, but `start` and `end`.

        """
        text = "\n".join(turns["text"].tolist())
        decided = _Settled(settled, text_sha256)
        spoken = records(turns, ("turn_id", "turn", "speaker_id", "start_s", "interview_id"))
        about = {turn["turn_id"]: turn for turn in spoken}
        made = []
        for (code, start, end), finds in self._asked(found, turns, text).items():
            if decided.holds(code, start, end, text[start:end]):
                continue
            turn = about[finds[0]["turn_id"]]
            row = {"code_name": self._names.get(code, code), "code": code}
            row |= {"interview_id": turn["interview_id"], "text_sha256": text_sha256}
            row |= _finds(finds, self._record.get(code))
            made.append({**row, **_who(turn), **_place(text, start, end)})
        return made

    def _asked(
        self, found: pd.DataFrame, turns: pd.DataFrame, text: str
    ) -> dict[tuple[str, int, int], list[Row]]:
        """Group suggestions by code and by the sentences that they stand in."""
        said = answers(turns)
        found = found[found["turn_id"].isin(said["turn_id"])]
        if found.empty or said.empty:
            return {}
        units = sentences(said, self._vocabulary)
        start, end = found["start"].to_numpy(np.int64), found["end"].to_numpy(np.int64)
        first = units.start[np.searchsorted(units.end, start, side="right")]
        last = units.end[np.searchsorted(units.start, end, side="left") - 1]
        asked: dict[tuple[str, int, int], list[Row]] = {}
        names = ("code", "suggester", "pattern", "score", "is_negated", "text", "turn_id")
        for row, a, b in zip(records(found, names), first.tolist(), last.tolist(), strict=True):
            sentence = text[a:b]
            begins = a + len(sentence) - len(sentence.lstrip())
            key = (row["code"], begins, begins + len(sentence.strip()))
            asked.setdefault(key, []).append(row)
        return asked


def records(frame: pd.DataFrame, names: Iterable[str]) -> Iterator[Row]:
    """Give rows with None for what is empty; ten times as fast as pandas, which counts here."""
    names = tuple(names)
    columns = [[None if cell is pd.NA else cell for cell in frame[name].tolist()] for name in names]
    for cells in zip(*columns, strict=True):
        yield dict(zip(names, cells, strict=True))


class _Settled:
    """What people decided in one interview."""

    def __init__(self, own: pd.DataFrame, text_sha256: str):
        self.places: dict[str, list[tuple[int, int]]] = {}
        self.words: set[tuple[str, str]] = set()
        for row in records(own, ("code", "start", "end", "exact", "text_sha256")):
            self.words.add((row["code"], _plain(row["exact"])))
            is_placed = row["start"] is not None and row["end"] is not None
            if is_placed and row["text_sha256"] == text_sha256:
                self.places.setdefault(row["code"], []).append((row["start"], row["end"]))

    def holds(self, code: str, start: int, end: int, exact: str) -> bool:
        """Whether a person has judged this code in this place, or for the same words elsewhere."""
        meets = any(a < end and start < b for a, b in self.places.get(code, []))
        return meets or (code, _plain(exact)) in self.words


def _plain(words: str) -> str:
    return " ".join(unicodedata.normalize("NFC", words).replace("’", "'").split())


def _finds(finds: list[Row], record: float | None) -> Row:
    """Sum up what was found in a sentence for a code; `record` is the lexicon's precision, in %."""
    by_lexicon = [one for one in finds if one["suggester"] == "lexicon"]
    learned = max((one["score"] for one in finds if one["suggester"] == "learned"), default=None)
    score = record if learned is None else 100 * learned
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
        "before": _before(text, start),
        "exact": text[start:end],
        "after": _after(text, end),
        "start": start,
        "end": end,
        "prefix": _on_oneline_of(text[max(0, start - CONTEXT) : start]),
        "suffix": _on_oneline_of(text[end : end + CONTEXT]),
    }


def _before(text: str, start: int) -> str:
    words = _on_oneline_of(text[max(0, start - READ_AROUND) : start])
    return words if start <= READ_AROUND else f"… {words.partition(' ')[2]}"


def _after(text: str, end: int) -> str:
    words = _on_oneline_of(text[end : end + READ_AROUND])
    return words if len(text) - end <= READ_AROUND else f"{words.rpartition(' ')[0]} …"


def _on_oneline_of(words: str) -> str:
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
        lines = []
        for row in made:
            data = line_of([row.get(name, "") for name in tables.REVIEW.names])
            lines.append(data)
            likely = -int(row["score_pct"] or 0)
            position = int(self._position.get(row["code"], len(self._position)))
            self._order.append((position, likely, bool(row["is_negated"]), self._at, len(data)))
            self._at += len(data)
        self._rows.write(b"".join(lines))

    def __len__(self) -> int:
        return len(self._order)

    def lines(self) -> Iterator[bytes]:
        """Give the sheet, a line at a time: for French spreadsheets, UTF-8 with BOM and `;`."""
        yield b"\xef\xbb\xbf" + line_of(tables.REVIEW.names)
        for *_key, at, length in sorted(self._order):
            self._rows.seek(at)
            yield self._rows.read(length)
        self._rows.seek(0, io.SEEK_END)


def line_of(cells: Sequence[object]) -> bytes:
    """Write a row for French spreadsheets; no cell in it can run."""
    line = io.StringIO()
    csv.writer(line, delimiter=";").writerow([_harmless(str(cell)) for cell in cells])
    return line.getvalue().encode()


def _harmless(cell: str) -> str:
    return f"'{cell}" if cell.startswith(RUNS) else cell
