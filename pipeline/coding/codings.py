"""People's codings: a passage and a code, found again in the transcript or kept until they are."""

import re
from bisect import bisect_right
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from operator import itemgetter
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import regex
from rapidfuzz import fuzz

from pipeline import tables
from pipeline.coding import taguette
from pipeline.coding.anchors import UNKNOWN, Anchor, Index, Outcome
from pipeline.coding.codebook import Codebook
from pipeline.corpus import handkept, words
from pipeline.corpus.encodings import decode
from pipeline.corpus.texts import clock, text_of
from pipeline.messages import _
from pipeline.problems import DataError, Problems, nearest, shown
from pipeline.tables.files import empty, typed

# Below this share of equal characters (0–100) the place shown would be another passage.
NEAR_PASSAGE = 80
PLACE = ("start", "end", "exact", "prefix", "suffix")
TEXT = pd.StringDtype(na_value=pd.NA)
Row = dict[str, Any]
ORDER = ["interview_id", "start", "end", "code", "coder", "coding_id"]


@dataclass(frozen=True)
class Text:
    """The text of one interview, and where its turns stand in it."""

    words: str
    sha256: str
    turns: pd.DataFrame

    @cached_property
    def _turns(self) -> tuple[list[int], list[int], list[object]]:
        return tuple(self.turns[name].tolist() for name in ("start", "turn", "start_s"))

    def places(self, spans: Sequence[tuple[int, int]]) -> str:
        """Name the turns where spans begin, with the time where it is known; no words."""
        return ", ".join(self._place(start) for start, _end in spans)

    def _place(self, start: int) -> str:
        starts, turns, times = self._turns
        number = bisect_right(starts, start) - 1
        time = "" if pd.isna(times[number]) else f" ({clock(float(str(times[number])))})"
        return _("turn {number}").format(number=turns[number]) + time


def texts(interviews: pd.DataFrame, turns: pd.DataFrame) -> dict[str, Text]:
    """Give the text of each interview by id."""
    sha = interviews.set_index("interview_id")["text_sha256"]
    return {
        str(key): Text(text_of(said), sha[key], said) for key, said in turns.groupby("interview_id")
    }


def read(
    folder: Path, known: Mapping[str, Text], codebook: Codebook, problems: Problems
) -> tuple[pd.DataFrame, pd.DataFrame, list[str]]:
    """
    Read every CSV of `folder` and find its passages: `decisions`, `of_known` and `placed` in one.

    Returns:
        Codings (tables.CODINGS) in the order of interviews and texts, tables.CORRECTIONS, and
        notes on how the tables were read.

    """
    rows, notes = decisions(folder, codebook, problems)
    rows = of_known(rows, known, problems)
    groups = rows.groupby("interview_id")
    parts = [placed(said, known[str(key)], problems) for key, said in groups]
    found, corrections = zip(*parts, strict=True) if parts else ((), ())
    return (
        pd.concat([empty(tables.CODINGS), *found], ignore_index=True),
        pd.concat([empty(tables.CORRECTIONS), *corrections], ignore_index=True),
        notes,
    )


def decisions(
    folder: Path, codebook: Codebook, problems: Problems
) -> tuple[pd.DataFrame, list[str]]:
    """
    Read people's decisions from every CSV of `folder`; reviews of suggestions are not among them.

    Returns:
        One row a decision, `code` by its present name: the columns of tables.CODINGS_BY_HAND,
        `line` and `file`; and notes on how the tables were read. Problems: D-004 (unknown code).

    """
    frames = [empty(tables.CODINGS_BY_HAND).assign(line=pd.Series(dtype="Int64"), file="")]
    notes: list[str] = []
    codes = _Codes(codebook)
    for file in filter(_is_of_coder, _files(folder)):
        kept = handkept.read(file, tables.CODINGS_BY_HAND, problems)
        notes += handkept.note_lines(kept)
        # A row whose cells have slipped would put words of the passage into the message.
        slipped = {p.line for p in problems if p.file == shown(file)}
        whole = kept.rows[~kept.rows["line"].isin(slipped)]
        whole = whole.dropna(subset=["interview_id", "exact", "code"])
        pairs = zip(whole["code"].tolist(), whole["line"].tolist(), strict=True)
        present = [codes.present(str(code), file, line, problems) for code, line in pairs]
        frames.append(whole.assign(code=pd.array(present, dtype=TEXT), file=str(file)))
    made = pd.concat(frames, ignore_index=True)
    return made.astype({"file": TEXT}), notes


def _files(folder: Path) -> list[Path]:
    """List the tables of the coders, but not what an editor or a Mac hides beside them."""
    inside = sorted(folder.iterdir()) if folder.is_dir() else []
    return [f for f in inside if f.suffix.lower() == ".csv" and not f.name.startswith(".")]


def _is_of_coder(file: Path) -> bool:
    """Whether a CSV holds codings, not highlights of Taguette nor a review of suggestions."""
    try:
        data = file.read_bytes()
        text, _encoding = decode(data, file)
    except DataError:
        return True  # the reader says what is wrong with it
    header = next((line for line in text.splitlines() if line.strip()), "").lower()
    names = {name.strip('" \t') for name in re.split(r"[,;\t]", header)}
    return "decision" not in names and not taguette.recognises(data, file.suffix)


class _Codes:
    """The codes of the codebook, by their present and former names."""

    def __init__(self, codebook: Codebook):
        self.renamed, self.names = codebook.renamed, set(codebook.codes["code"])

    def present(self, written: str, file: Path, line: int, problems: Problems) -> str:
        """Give the present name of a code; D-004 when it has none."""
        code = self.renamed.get(written, written)
        if self.names and code not in self.names:  # an unreadable codebook is told by itself
            problems.add(
                "D-004",
                file,
                line,
                _('code "{code}" is not in the codebook').format(code=written),
                _("add it to codebook.yaml, or map it under `renamed:`. {nearest}").format(
                    nearest=nearest(written, self.names)
                ),
            )
        return code


def of_known(rows: pd.DataFrame, known: Collection[str], problems: Problems) -> pd.DataFrame:
    """Keep the decisions on interviews of the corpus; D-003 for each of the others."""
    is_known = rows["interview_id"].isin(list(known))
    for row in rows[~is_known].to_dict("records"):
        problems.add(
            "D-003",
            row["file"],
            row["line"],
            _('the interview "{id}" is not in the corpus').format(id=row["interview_id"]),
            nearest(row["interview_id"], known),
        )
    return rows[is_known]


def placed(rows: pd.DataFrame, text: Text, problems: Problems) -> tuple[pd.DataFrame, pd.DataFrame]:
    """
    Find the decisions on one interview in its text.

    A decision that says nothing but its words (no `start`, `prefix`, `suffix`, `text_sha256`) must
    stand in the text, or be like one clear place. One that was made on an earlier text, as these
    columns show, is never refused: lost or ambiguous, it is kept in the corrections.

    Args:
        rows: As `decisions` gives them, of one interview.
        text: Its text.
        problems: Collects D-005 (not in the transcript) and D-006 (stands several times).

    Returns:
        Codings (tables.CODINGS) in the order of the text, and one row of tables.CORRECTIONS for
        every coding that is not where and as it was written.

    """
    index = Index(text.words)
    found: list[Row] = []
    corrections: list[Row] = []
    for row in _records(rows):
        outcome = index.reanchor(_anchor(row))
        if outcome.anchor is None and not _is_anchored(row):
            _refuse(row, outcome, text, problems)
            continue
        found += [_coding(row, outcome, text)] if outcome.anchor else []
        corrections += [_correction(row, outcome, text)] if outcome.status != "exact" else []
    found.sort(key=itemgetter(*ORDER))
    listed = typed(tables.CORRECTIONS, corrections) if corrections else empty(tables.CORRECTIONS)
    return typed(tables.CODINGS, found), listed


def _records(rows: pd.DataFrame) -> Iterator[Row]:
    """Give rows with None for what is empty; ten times as fast as pandas, which counts here."""
    columns = [rows[name].tolist() for name in rows.columns]
    for cells in zip(*columns, strict=True):
        yield {
            name: None if pd.isna(cell) else cell
            for name, cell in zip(rows.columns, cells, strict=True)
        }


def _anchor(row: Row) -> Anchor:
    start = UNKNOWN if row["start"] is None else int(row["start"])
    end = start + len(row["exact"])
    return Anchor(start, end, row["exact"], row["prefix"] or "", row["suffix"] or "")


def _is_anchored(row: Row) -> bool:
    """Whether a decision shows that its words once stood in the transcript."""
    return any(row[name] is not None for name in ("start", "prefix", "suffix", "text_sha256"))


def _named(row: Row) -> Row:
    file = Path(row["file"])
    whose = file.stem if file.suffix == ".csv" else file.name
    coder = file.stem if row["coder"] is None else row["coder"]
    return {**row, "coding_id": f"{whose}:{row['line']}", "coder": coder, "file": file.name}


def _coding(row: Row, outcome: Outcome, text: Text) -> Row:
    assert outcome.anchor, "what is not attached is no coding"
    where = {name: getattr(outcome.anchor, name) for name in PLACE}
    sha = {"text_sha256": text.sha256, "is_suggested": row.get("is_suggested") is True}
    return {**_named(row), **where, **sha, "status": outcome.status, "score": outcome.score}


def _correction(row: Row, outcome: Outcome, text: Text) -> Row:
    new = outcome.anchor
    spans = [(new.start, new.end)] if new else outcome.candidates
    return {
        **_named(row),
        "status": outcome.status,
        "score": outcome.score,
        "old_words": row["exact"],
        "new_words": " | ".join(dict.fromkeys(text.words[a:b] for a, b in spans)) or None,
        "places": text.places(spans) or None,
    }


def _refuse(row: Row, outcome: Outcome, text: Text, problems: Problems) -> None:
    """Say of words that nothing attaches to a place why they have none: D-005, D-006."""
    spans = occurrences(text.words, row["exact"])
    if len(spans) > 1:
        problems.add(
            "D-006",
            row["file"],
            row["line"],
            _("the passage stands {count} times in {id}: {places}").format(
                count=len(spans), id=row["interview_id"], places=text.places(spans)
            ),
            _("add the words before it as `prefix` or behind it as `suffix`"),
        )
    else:
        fact = _("the passage is not in {id}").format(id=row["interview_id"])
        remedy = _remedy(text, row["exact"], outcome)
        problems.add("D-005", row["file"], row["line"], fact, remedy)


def _remedy(text: Text, exact: str, outcome: Outcome) -> str:
    """Say where a passage has likenesses: as far as it was compared, else the nearest of all."""
    spans = outcome.candidates
    if not spans:
        near = fuzz.partial_ratio_alignment(exact, text.words, score_cutoff=NEAR_PASSAGE)
        spans = ((near.dest_start, near.dest_end),) if near else ()
    if not spans:
        return _("copy it from the transcript, word for word")
    place = text.places(spans)
    return _("compare it, word for word, with {place}").format(place=place)


def occurrences(text: str, exact: str, prefix: str = "", suffix: str = "") -> list[tuple[int, int]]:
    """
    Find the places of `exact` in `text`, any white space and either apostrophe being the same.

    With `prefix` or `suffix`, only the places that stand between them. Places may overlap: "oui
    oui" stands twice in "oui oui oui".
    """
    pattern = _flexible(exact)
    if not pattern:
        return []
    before = rf"(?<={_flexible(prefix)}\s*)" if prefix.strip() else ""
    behind = rf"(?=\s*{_flexible(suffix)})" if suffix.strip() else ""
    found = regex.finditer(before + pattern + behind, text, overlapped=True)
    return [match.span() for match in found]


def _flexible(passage: str) -> str:
    parts = [regex.escape(word) for word in passage.split()]
    return regex.sub(r"['’]", "['’]", r"\s+".join(parts))


def segments(codings: pd.DataFrame, turns: pd.DataFrame) -> pd.DataFrame:
    """
    Cut each coding at the turns it touches.

    Args:
        codings: Of one interview (tables.CODINGS).
        turns: Of that interview, in their order (tables.TURNS).

    Returns:
        See tables.SEGMENTS.

    """
    start, end = (codings[name].to_numpy(np.int64) for name in ("start", "end"))
    begins, ends = (turns[name].to_numpy(np.int64) for name in ("start", "end"))
    first = np.searchsorted(ends, start, side="right")
    counts = np.maximum(np.searchsorted(begins, end, side="left") - first, 0)
    coding = np.repeat(np.arange(len(codings)), counts)
    turn = first[coding] + np.arange(len(coding)) - np.repeat(counts.cumsum() - counts, counts)
    found = codings[["coding_id", "interview_id", "code", "coder"]].take(coding)
    found = found.reset_index(drop=True)
    said = turns[["turn_id", "speaker_id", "text"]].take(turn).reset_index(drop=True)
    found[["turn_id", "speaker_id"]] = said[["turn_id", "speaker_id"]]
    found["start"] = np.maximum(start[coding], begins[turn])
    found["end"] = np.minimum(end[coding], ends[turn])
    spans = zip(
        said["text"], found["start"] - begins[turn], found["end"] - begins[turn], strict=True
    )
    found["text"] = [text[a:b] for text, a, b in spans]
    found["words_count"] = words.count(found["text"])
    return typed(tables.SEGMENTS, found)
