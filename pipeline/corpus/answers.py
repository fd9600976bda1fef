"""What voices answered when they were shown the passages chosen of them: `answers.csv`.

A passage is known by its words: those of the voice as its sheet showed them, masks included. They
are found again in the transcript as it stands, exactly or nearly; a “no” whose words are not found
stops the build, for what it holds back could leave unseen.
"""

from dataclasses import dataclass
from pathlib import Path

import pandas as pd
import regex
from rapidfuzz import fuzz

from pipeline import tables
from pipeline.corpus import handkept
from pipeline.corpus.handkept import HandKept
from pipeline.messages import _
from pipeline.problems import Problems, nearest
from pipeline.tables.files import typed

CUT = "[…]"
CUT_AS_TYPED = regex.compile(r"\[\s*(?:…|\.\.\.)\s*\]")
# How answers name what is no passage of an interview: `photo/…`, `letter/…`, by kind of id.
OWN_KEYS = {"photo_id": "photo/", "letter_id": "letter/"}
# Share of equal characters (0–100) from which corrected words are taken for the same passage. A
# refusal that reaches a likeness too many does no harm; one that misses does.
NEAR = 80
Span = tuple[int, int]
Row = dict[str, object]


def read(
    folder: Path, interviews: pd.DataFrame, speakers: pd.DataFrame, problems: Problems
) -> HandKept:
    """
    Read answers.csv beside the register; absent, nobody has answered yet.

    Problems: C-2xx; C-471 the voice is not known, C-472 it is not in that interview, C-473 the row
    has no words to find the passage by.
    """
    file = folder / tables.ANSWERS_BY_HAND.name
    kept = handkept.read(file, tables.ANSWERS_BY_HAND, problems, optional=True)
    voices = set(speakers["speaker_id"].dropna())
    heard = set(
        speakers[["speaker_id", "interview_id"]].dropna().itertuples(index=False, name=None)
    )
    for row in kept.rows.dropna(subset=["speaker_id", "passage", "scope"]).to_dict("records"):
        fault = _fault(row, voices, heard, set(interviews["interview_id"].dropna()))
        if fault:
            problems.add(fault[0], file, row["line"], fault[1], fault[2])
    return kept


def _fault(
    row: Row, voices: set[str], heard: set[tuple[str, str]], interviews: set[str]
) -> tuple[str, str, str] | None:
    """Say why an answer cannot be used: code, fact, remedy."""
    voice, interview = str(row["speaker_id"]), row["interview_id"]
    if voice not in voices:
        return "C-471", _('the voice "{id}" is not known').format(id=voice), nearest(voice, voices)
    if str(row["passage"]).startswith(tuple(OWN_KEYS.values())):
        return None
    if pd.isna(interview) or pd.isna(row["exact"]):
        fact = _('the passage "{id}" has no interview or no words').format(id=row["passage"])
        return "C-473", fact, _("copy the row from the table that “voice” writes beside the sheet")
    if (voice, interview) not in heard:
        own = [other for one, other in heard if one == voice]
        fact = _('"{voice}" is no voice of "{interview}"').format(voice=voice, interview=interview)
        return (
            "C-472",
            fact,
            nearest(str(interview), own if interview in interviews else interviews),
        )
    return None


def located(
    rows: pd.DataFrame, turns: pd.DataFrame, masked: list[Row], file: Path, problems: Problems
) -> list[Row]:
    """
    Find the answered passages of one interview in its text as it stands.

    Args:
        rows: answers.csv, with `line`.
        turns: Of the interview.
        masked: The spans of its masks (rows of tables.MASKS).
        file: answers.csv, for the problems.
        problems: Collects C-474: words that were refused and are not found.

    Returns:
        Rows of tables.ANSWERS, one a part found; `start` is empty where the words of a “yes” are
        not there any more.

    """
    if turns.empty:
        return []
    found: list[Row] = []
    own = rows[rows["interview_id"].eq(turns["interview_id"].iloc[0]).fillna(False)]
    for row in own.dropna(subset=["speaker_id", "exact", "scope"]).to_dict("records"):
        said = turns[turns["speaker_id"].eq(row["speaker_id"]).fillna(False)]
        parts = [p.strip() for p in CUT_AS_TYPED.split(str(row["exact"])) if p.strip()]
        spans = [_places(part, said, masked) or _places(part, turns, masked) for part in parts]
        is_whole = bool(spans) and all(spans)
        if not is_whole and pd.notna(row["answer"]) and not row["answer"]:
            problems.add(
                "C-474",
                file,
                int(str(row["line"])),
                _('"{id}": the words that were refused are not in {interview}').format(
                    id=row["passage"], interview=row["interview_id"]
                ),
                _(
                    "copy them as the transcript has them now; if it has them no more, delete the"
                    " row"
                ),
            )
        places = [span for part in spans for span in part] if is_whole else []
        found += [row | {"start": a, "end": b} for a, b in places] or [row]
    return found


def _places(part: str, turns: pd.DataFrame, masked: list[Row]) -> list[Span]:
    """Find words in turns: as they stand, as masks show them, else the place most like them."""
    readings = [
        reading
        for start, text in turns[["start", "text"]].to_numpy()
        for reading in (_as_said(int(start), text), _as_shown(int(start), text, masked))
    ]
    pattern = regex.compile(_flexible(part))
    exact = [r.span(*m.span()) for r in readings for m in pattern.finditer(r.text, overlapped=True)]
    if exact:
        return sorted(set(exact))
    best, score = None, float(NEAR)
    for reading in readings:
        near = fuzz.partial_ratio_alignment(part, reading.text, score_cutoff=score)
        # In a text shorter than the passage only a part of it would be compared.
        if near is not None and near.score >= score and len(reading.text) >= len(part) * NEAR / 100:
            best, score = reading.span(near.dest_start, near.dest_end), near.score
    return [best] if best else []


def _flexible(words: str) -> str:
    pieces = [regex.escape(word) for word in words.split()]
    return regex.sub(r"['’]", "['’]", r"\s+".join(pieces))


@dataclass(frozen=True)
class _Reading:
    """A turn as it is read: where each sign comes from, in the interview's text."""

    text: str
    begins: list[int]
    ends: list[int]

    def span(self, start: int, end: int) -> Span:
        return self.begins[start], self.ends[max(start, end - 1)]


def _as_said(start: int, text: str) -> _Reading:
    places = list(range(start, start + len(text)))
    return _Reading(text, places, [place + 1 for place in places])


def _as_shown(start: int, text: str, masked: list[Row]) -> _Reading:
    """Read a turn as the door shows it, its masked words replaced."""
    shown, begins, ends, at = "", list[int](), list[int](), 0
    for span in sorted(masked, key=lambda one: int(str(one["start"]))):
        a, b = int(str(span["start"])) - start, int(str(span["end"])) - start
        if a < at or b > len(text):
            continue
        replacement = str(span["replacement"])
        shown += text[at:a] + replacement
        begins += [*range(start + at, start + a), *[start + a] * len(replacement)]
        ends += [*range(start + at + 1, start + a + 1), *[start + b] * len(replacement)]
        at = b
    rest = range(start + at, start + len(text))
    return _Reading(shown + text[at:], [*begins, *rest], [*ends, *(place + 1 for place in rest)])


# --- what a “no” does ----------------------------------------------------------------------------


def refused(found: pd.DataFrame) -> pd.DataFrame:
    """Make masks of refused passages, each for the scope it was refused for (tables.MASKS)."""
    no = found[found["answer"].eq(False).fillna(False) & found["start"].notna()]
    return typed(
        tables.MASKS,
        no.assign(exact=None, replacement=CUT)[
            ["interview_id", "start", "end", "exact", "replacement", "scope", "passage"]
        ],
    )


def without_refused(own: pd.DataFrame, key: str, rows: pd.DataFrame) -> pd.DataFrame:
    """
    Take from photographs or letters the scopes that somebody in them refused.

    Args:
        own: Rows with a consent of their own (tables.PHOTOS, tables.LETTERS).
        key: The column that names them.
        rows: answers.csv.

    """
    no = rows[rows["answer"].eq(False).fillna(False)].dropna(subset=["passage", "scope"])
    refusals = set(no[["passage", "scope"]].itertuples(index=False, name=None))
    own = own.copy()
    for column in ("consent", "in_force"):
        left = [
            [scope for scope in scopes if (f"{OWN_KEYS[key]}{name}", scope) not in refusals]
            for name, scopes in own[[key, column]].to_numpy()
        ]
        own[column] = pd.Series(left, index=own.index, dtype=object)
    return own


def notes(found: pd.DataFrame) -> list[str]:
    """Say which agreed words no longer stand in their transcript: the answer is void."""
    lost = found[found["interview_id"].notna() & found["start"].isna()]
    lost = lost[lost["answer"].eq(True).fillna(False)]
    said = _('answers.csv: the words of "{id}" have changed; ask {voice} again')
    return [said.format(id=p, voice=v) for p, v in lost[["passage", "speaker_id"]].to_numpy()]
