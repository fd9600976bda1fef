"""People's codings: a passage and a code, found again in the transcript word for word."""

from dataclasses import dataclass
from pathlib import Path

import pandas as pd
import regex
from rapidfuzz import fuzz

from pipeline import tables
from pipeline.coding.codebook import Codebook
from pipeline.corpus import handkept, words
from pipeline.corpus.texts import cut_at_turns, text_of
from pipeline.messages import _
from pipeline.problems import Problems, nearest, shown
from pipeline.tables.files import typed

# As many characters of context as W3C's TextQuoteSelector tools keep, enough to tell places apart.
CONTEXT = 32
# Below this share of equal characters (0–100) the place shown would be another passage.
NEAR_PASSAGE = 80
ORDER = ["interview_id", "start", "end", "code", "coder", "coding_id"]


@dataclass(frozen=True)
class Text:
    """The text of one interview, and where its turns stand in it."""

    words: str
    sha256: str
    turns: pd.DataFrame

    def places(self, spans: list[tuple[int, int]]) -> str:
        """Name the turns where spans begin, with the time where it is known; no words."""
        return ", ".join(self._place(start) for start, _end in spans)

    def _place(self, start: int) -> str:
        turn = self.turns[self.turns["start"] <= start].iloc[-1]
        time = "" if pd.isna(turn["start_s"]) else f" ({_clock(turn['start_s'])})"
        return _("turn {number}").format(number=turn["turn"]) + time


def _clock(seconds: float) -> str:
    minutes, rest = divmod(int(seconds), 60)
    return (
        f"{minutes // 60}:{minutes % 60:02d}:{rest:02d}"
        if minutes >= 60
        else f"{minutes}:{rest:02d}"
    )


def texts(interviews: pd.DataFrame, turns: pd.DataFrame) -> dict[str, Text]:
    """Give the text of each interview by id."""
    sha = interviews.set_index("interview_id")["text_sha256"]
    return {
        str(key): Text(text_of(said), sha[key], said) for key, said in turns.groupby("interview_id")
    }


def read(
    folder: Path, known: dict[str, Text], codebook: Codebook, problems: Problems
) -> tuple[pd.DataFrame, list[str]]:
    """
    Read every CSV of `folder` and find its passages.

    Returns:
        Codings (tables.CODINGS) in the order of interviews and texts, and notes on how the tables
        were read. Problems: D-003 (unknown interview), D-004 (unknown code), D-005 (not in the
        transcript), D-006 (stands twice).

    """
    rows: list[dict[str, object]] = []
    notes: list[str] = []
    for file in _files(folder):
        kept = handkept.read(file, tables.CODINGS_BY_HAND, problems)
        notes += handkept.note_lines(kept)
        # A row whose cells have slipped would put words of the passage into the message.
        slipped = {p.line for p in problems if p.file == shown(file)}
        whole = kept.rows[~kept.rows["line"].isin(slipped)]
        for row in whole.dropna(subset=["interview_id", "exact", "code"]).to_dict("records"):
            found = _coding(row, file, known, codebook, problems)
            rows += [found] if found else []
    codings = typed(tables.CODINGS, rows).sort_values(ORDER, kind="stable", ignore_index=True)
    return codings, notes


def _files(folder: Path) -> list[Path]:
    """List the tables of the coders, but not what an editor or a Mac hides beside them."""
    inside = sorted(folder.iterdir()) if folder.is_dir() else []
    return [f for f in inside if f.suffix.lower() == ".csv" and not f.name.startswith(".")]


def _coding(
    row: dict[str, object],
    file: Path,
    known: dict[str, Text],
    codebook: Codebook,
    problems: Problems,
) -> dict[str, object] | None:
    line, interview_id = int(str(row["line"])), str(row["interview_id"])
    code = _code(str(row["code"]), file, line, codebook, problems)
    if interview_id not in known:
        problems.add(
            "D-003",
            file,
            line,
            _('the interview "{id}" is not in the corpus').format(id=interview_id),
            nearest(interview_id, known),
        )
        return None
    text = known[interview_id]
    span = _span(row, text, file, line, problems)
    return _found(row, code, text, span, file) if span else None


def _code(written: str, file: Path, line: int, codebook: Codebook, problems: Problems) -> str:
    """Give the present name of a code; D-004 when it has none."""
    code, codes = codebook.renamed.get(written, written), codebook.codes["code"]
    if len(codes) and code not in set(codes):  # a codebook that cannot be read is told by itself
        problems.add(
            "D-004",
            file,
            line,
            _('code "{code}" is not in the codebook').format(code=written),
            _("add it to codebook.yaml, or map it under `renamed:`. {nearest}").format(
                nearest=nearest(written, codes)
            ),
        )
    return code


def _found(
    row: dict[str, object], code: str, text: Text, span: tuple[int, int], file: Path
) -> dict[str, object]:
    start, end = span
    return {
        **row,
        "coding_id": f"{file.stem}:{row['line']}",
        "code": code,
        "coder": file.stem if pd.isna(row["coder"]) else row["coder"],
        "start": start,
        "end": end,
        "exact": text.words[start:end],
        "prefix": text.words[max(0, start - CONTEXT) : start],
        "suffix": text.words[end : end + CONTEXT],
        "text_sha256": text.sha256,
        "file": file.name,
    }


def _span(
    row: dict[str, object], text: Text, file: Path, line: int, problems: Problems
) -> tuple[int, int] | None:
    exact = str(row["exact"])
    spans = occurrences(text.words, exact, _given(row, "prefix"), _given(row, "suffix"))
    if not pd.isna(row["start"]):
        spans = [s for s in spans if s[0] == row["start"]] or spans
    if len(spans) == 1:
        return spans[0]
    if spans:
        problems.add(
            "D-006",
            file,
            line,
            _("the passage stands {count} times in {id}: {places}").format(
                count=len(spans), id=row["interview_id"], places=text.places(spans)
            ),
            _("add the words before it as `prefix` or behind it as `suffix`"),
        )
    else:
        fact = _("the passage is not in {id}").format(id=row["interview_id"])
        problems.add("D-005", file, line, fact, _remedy(text, exact))
    return None


def _given(row: dict[str, object], column: str) -> str:
    return "" if pd.isna(row[column]) else str(row[column])


def _remedy(text: Text, exact: str) -> str:
    """Say where a passage stands without its context, or where its nearest likeness does."""
    spans = occurrences(text.words, exact)
    if spans:
        return _("it stands in {places}, but not with this `prefix` and `suffix`").format(
            places=text.places(spans)
        )
    near = fuzz.partial_ratio_alignment(exact, text.words, score_cutoff=NEAR_PASSAGE)
    if near is None:
        return _("copy it from the transcript, word for word")
    place = text.places([(near.dest_start, near.dest_end)])
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
    """Cut each coding at the turns it touches; see tables.SEGMENTS."""
    columns = ["interview_id", "turn_id", "speaker_id", "start", "end", "text"]
    pairs = codings[["coding_id", "interview_id", "code", "coder", "start", "end"]].merge(
        turns[columns], on="interview_id", suffixes=("", "_of_turn")
    )
    found = cut_at_turns(pairs)
    found["words_count"] = words.count(found["text"])
    return typed(tables.SEGMENTS, found.reset_index(drop=True))
