"""What coders have to talk about: places that not all of them coded alike, with the words."""

from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import NamedTuple

import pandas as pd
import regex

from pipeline import tables
from pipeline.coding.agreement.compared import independent
from pipeline.coding.review.sheet import line_of
from pipeline.corpus.texts import text_of
from pipeline.messages import _
from pipeline.tables.files import typed

# From the first letter to the last: what a mouse takes along around them, no coder means.
MEANT = regex.compile(r"[\p{L}\p{N}](?:.*[\p{L}\p{N}\p{M}])?", regex.DOTALL)
# What coders read of a disagreement, in the order in which they ask.
SHOWN = (
    "text",
    "kind",
    "given_by",
    "not_given_by",
    "other_codes",
    "memos",
    "interview_id",
    "turn",
    "shared_pct",
    "code",
)
Row = dict[str, object]
Span = tuple[int, int]


class Passage(NamedTuple):
    """A coding, from its first letter to its last, as positions in the interview's text."""

    code: str
    start: int
    end: int
    coder: str
    memo: str


def listed(codings: pd.DataFrame, turns: pd.DataFrame) -> pd.DataFrame:
    """
    List the disagreements of the interviews that two coders or more coded.

    A place is a run of passages of one code that overlap. It is a disagreement where a rater of the
    interview did not give the code there (`missing`; `other code` where they gave another one), or
    where all gave it but not from the same word to the same word (`boundary`).

    Args:
        codings: People's codings (tables.CODINGS); interviews of one coder are passed over.
        turns: The turns of these interviews, with their text (tables.TURNS).

    Returns:
        tables.DISAGREEMENTS, in the order of the interviews in `turns`, then of the text.

    """
    codings = independent(codings)
    several = codings.groupby("interview_id")["coder"].transform("nunique").ge(2)
    compared = dict(iter(codings[several].groupby("interview_id")))
    talk = turns[turns["interview_id"].isin(list(compared))]
    rows: list[Row] = []
    for interview_id, said in talk.groupby("interview_id", sort=False):
        rows += _of_interview(compared[interview_id], said)
    return typed(tables.DISAGREEMENTS, rows)


def _of_interview(codings: pd.DataFrame, turns: pd.DataFrame) -> list[Row]:
    text = text_of(turns)
    raters = sorted(set(codings["coder"]))
    passages = sorted(_passages(codings, text))
    starts = turns["start"].to_numpy(int)
    about = turns[["interview_id", "turn_id", "turn"]].to_dict("records")
    rows = []
    for place in _places(passages):
        row = _row(place, passages, raters, text)
        if row:
            begins = starts.searchsorted(place[0].start, side="right") - 1
            rows.append((place[0].start, place[0].code, about[begins] | row))
    return [row for _start, _code, row in sorted(rows, key=lambda entry: entry[:2])]


def _passages(codings: pd.DataFrame, text: str) -> Iterator[Passage]:
    columns = ["code", "start", "end", "coder", "memo"]
    for code, start, end, coder, memo in codings[columns].to_numpy(dtype=object):
        meant = MEANT.search(text[start:end])
        first, last = (start + meant.start(), start + meant.end()) if meant else (start, end)
        yield Passage(code, int(first), int(last), coder, "" if pd.isna(memo) else memo)


def _places(passages: list[Passage]) -> Iterator[list[Passage]]:
    """Part the passages, which are sorted, into runs that overlap under one code."""
    for _code, own in groupby(passages, key=lambda passage: passage.code):
        place: list[Passage] = []
        for passage in own:
            if place and passage.start >= max(earlier.end for earlier in place):
                yield place
                place = []
            place.append(passage)
        yield place


def _row(place: list[Passage], passages: list[Passage], raters: list[str], text: str) -> Row | None:
    """Tell of one place; None where all agree."""
    start, end = place[0].start, max(passage.end for passage in place)
    given = sorted({passage.coder for passage in place})
    missing = [coder for coder in raters if coder not in given]
    spans = {coder: _spans(p for p in place if p.coder == coder) for coder in given}
    if not missing and len({tuple(own) for own in spans.values()}) == 1:
        return None
    others = [p for p in passages if p.coder in missing and p.start < end and p.end > start]
    return {
        "code": place[0].code,
        "kind": ("other code" if others else "missing") if missing else "boundary",
        "given_by": given,
        "not_given_by": missing,
        "other_codes": _once(f"{p.coder}: {p.code}" for p in others),
        "positions": [f"{coder}: {a}–{b}" for coder, own in spans.items() for a, b in own],
        "start": start,
        "end": end,
        "shared_pct": 100 * _shared(list(spans.values())) / (end - start),
        "text": text[start:end],
        "memos": _once(f"{p.coder}: {p.memo}" for p in place if p.memo),
    }


def _once(said: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(said))


def _spans(own: Iterable[Passage]) -> list[Span]:
    """Give a coder's passages in one place, which are sorted, merged where they overlap."""
    spans: list[Span] = []
    for passage in own:
        if spans and passage.start < spans[-1][1]:
            spans[-1] = (spans[-1][0], max(passage.end, spans[-1][1]))
        else:
            spans.append((passage.start, passage.end))
    return spans


def _shared(of_coders: list[list[Span]]) -> int:
    """Measure what all the coders marked."""
    common = of_coders[0]
    for spans in of_coders[1:]:
        pairs = [(max(a, c), min(b, d)) for a, b in common for c, d in spans]
        common = [(start, end) for start, end in pairs if start < end]
    return sum(end - start for start, end in common)


def kind_names() -> dict[str, str]:
    """Name the kinds of disagreement in the project's language."""
    return {
        "missing": _("one gave it, the other did not"),
        "boundary": _("not from the same word to the same word"),
        "other code": _("another code was given"),
    }


def lines(found: pd.DataFrame, names: dict[str, str]) -> bytes:
    """
    Write disagreements as rows of `disagreements.csv`, which coders open side by side.

    Args:
        found: tables.DISAGREEMENTS.
        names: What each code is called.

    """
    rows, kinds = [], kind_names()
    for row in found.to_dict("records"):
        row["kind"] = kinds[str(row["kind"])]
        cells = [names.get(str(row["code"]), row["code"]), *(row[name] for name in SHOWN)]
        rows.append(line_of(["; ".join(c) if isinstance(c, list) else c for c in cells]))
    return b"".join(rows)


def heading() -> bytes:
    """Give the first line of `disagreements.csv`, in the order of `lines`."""
    names = [
        _("code"),
        _("passage"),
        _("what differs"),
        _("given by"),
        _("not given by"),
        _("other codes there"),
        _("memos"),
        _("interview"),
        _("turn"),
        _("shared (%)"),
        _("id of the code"),
    ]
    assert len(names) == len(SHOWN) + 1, "a heading for each column"
    return b"\xef\xbb\xbf" + line_of(names)
