"""Decisions of one person that stand in several files → each once; what differs is listed.

A project that went out and was changed elsewhere comes back beside the tables it was made from.
"""

import datetime
from collections.abc import Iterator
from functools import cache
from itertools import combinations
from typing import Any

import pandas as pd

from pipeline import tables
from pipeline.coding.names import folded
from pipeline.coding.outgoing import HELD
from pipeline.messages import _
from pipeline.tables.files import empty, typed

Row = dict[str, Any]
HAND_KEPT = ".csv"
# Start, end, and whether the talk is held back (else it is masked).
Hidden = tuple[int, int, bool]


def merged(
    codings: pd.DataFrame, hidden: pd.DataFrame | None = None
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """
    Count each decision once, whichever files it stands in.

    The same person, code and place in several files is one decision, with the newest memo and
    date. A person's code on passages that overlap but differ, in two files, is a decision that was
    changed: the later one counts. What is missing in a project that came back is kept.

    Args:
        codings: Placed in their texts (tables.CODINGS), of several files.
        hidden: What did not leave as it is (`outgoing.hidden`): ends of passages inside one such
            stretch are the same, and what lies in talk that is held back is not missed.

    Returns:
        The codings that count, in order, and tables.CONFLICTS.

    """
    if codings["file"].nunique() < 2:  # nothing can stand in two files
        return codings, empty(tables.CONFLICTS)
    blurred = _blurred(hidden)
    rows = codings.astype(object).where(codings.notna(), None).to_dict("records")
    groups: dict[tuple[str, str, str], list[Row]] = {}
    for number, row in enumerate(rows):
        key = (row["interview_id"], row["code"], folded(row["coder"]))
        groups.setdefault(key, []).append({**row, "number": number})
    kept: list[Row] = []
    conflicts: list[Row] = []
    met = _Met()
    for (interview_id, _code, _coder), group in groups.items():
        once = _once(group, blurred.get(interview_id, []), met)
        kept += _settled(once, conflicts)
    conflicts += _missing(kept, met)
    kept.sort(key=lambda row: row["number"])
    plain = [{name: row[name] for name in codings.columns} for row in kept]
    made = pd.DataFrame(plain, columns=codings.columns).astype(codings.dtypes.to_dict())
    return made, typed(tables.CONFLICTS, conflicts)


class _Met:
    """In which other files a person's codings of an interview and a file were met again."""

    def __init__(self) -> None:
        self.files: dict[tuple[str, str, str], set[str]] = {}

    def add(self, row: Row, other: Row) -> None:
        for one, two in ((row, other), (other, row)):
            self.files.setdefault(self._key(one), set()).add(two["file"])

    def projects(self, row: Row) -> list[str]:
        """List the projects that were made from the table in which a coding stands."""
        met = self.files.get(self._key(row), set())
        return sorted(file for file in met if not file.lower().endswith(HAND_KEPT))

    @staticmethod
    def _key(row: Row) -> tuple[str, str, str]:
        return row["interview_id"], folded(row["coder"]), row["file"]


def _blurred(hidden: pd.DataFrame | None) -> dict[str, list[Hidden]]:
    spans: dict[str, list[Hidden]] = {}
    for row in [] if hidden is None else hidden.to_dict("records"):
        span = (int(row["start"]), int(row["end"]), row["kind"] == HELD)
        spans.setdefault(row["interview_id"], []).append(span)
    return spans


def _place(row: Row, blurred: list[Hidden]) -> tuple[int, int]:
    """Give the place of a coding as it is seen outside; what is held back there is not.

    An end inside masked words takes all of them along, and one inside talk that is held back
    leaves all of it out. A place that ends before it begins has not been seen at all.
    """
    start, end = int(row["start"]), int(row["end"])
    a, b = start, end
    for first, last, is_held in blurred:
        if first <= start < last:
            a = last if is_held else first
        if first < end <= last:
            b = first if is_held else last
    return a, b


def _once(group: list[Row], blurred: list[Hidden], met: _Met) -> list[Row]:
    """Make one row of those of several files that have one place; `files` lists where it stands."""
    found: dict[tuple[int, int], list[Row]] = {}
    for row in sorted(group, key=_rank):
        if row["start"] is None:  # lost or ambiguous: nobody knows yet which place it has
            found[-1, row["number"]] = [{**row, "files": {row["file"]}, "is_seen": False}]
            continue
        place = _place(row, blurred)
        is_seen = place[0] < place[1]
        twin = next((r for r in found.get(place, []) if row["file"] not in r["files"]), None)
        if twin is None:
            once = {**row, "files": {row["file"]}, "is_seen": is_seen}
            found.setdefault(place, []).append(once)
            continue
        met.add(twin, row)
        twin["files"].add(row["file"])
        if _is_later(row, twin):
            twin["created_at"] = row["created_at"]
            twin["memo"] = row["memo"] or twin["memo"]
        twin["memo"] = twin["memo"] or row["memo"]
    return [row for rows in found.values() for row in rows]


def _rank(row: Row) -> tuple[bool, bool, str, int]:
    """Put tables kept by hand before projects, so that a decision keeps its first id.

    What a person coded unaided comes before the same, accepted from a suggestion: it stays theirs.
    """
    return not _is_by_hand(row), row["is_suggested"] is True, row["file"], row["number"]


def _is_by_hand(row: Row) -> bool:
    return str(row["file"]).lower().endswith(HAND_KEPT)


@cache
def _date(written: str | None) -> datetime.datetime | None:
    """Read a date as tools write it, in universal time where they do not say; else None."""
    try:
        date = datetime.datetime.fromisoformat((written or "").strip())
    except ValueError:
        return None
    return date if date.tzinfo else date.replace(tzinfo=datetime.UTC)


def _is_later(row: Row, other: Row) -> bool:
    one, two = _date(row["created_at"]), _date(other["created_at"])
    return one is not None and (two is None or one > two)


def _settled(rows: list[Row], conflicts: list[Row]) -> Iterator[Row]:
    """Of two rows that overlap, each in a file where the other is not, yield the later one."""
    alone = [row for row in rows if len(row["files"]) == 1 and row["start"] is not None]
    pairs = [
        (min(a["end"], b["end"]) - max(a["start"], b["start"]), a, b)
        for a, b in combinations(alone, 2)
        if a["files"] != b["files"] and not _are_two_decisions(a, b)
    ]
    gone: set[int] = set()
    taken: set[tuple[int, str]] = set()
    for overlap, a, b in sorted(pairs, key=lambda p: (-p[0], p[1]["number"], p[2]["number"])):
        if overlap <= 0 or {a["number"], b["number"]} & gone:
            continue
        # One passage is the other one's changed form only once in each file.
        if (a["number"], b["file"]) in taken or (b["number"], a["file"]) in taken:
            continue
        taken |= {(a["number"], b["file"]), (b["number"], a["file"])}
        winner, loser, why = _chosen(a, b)
        gone.add(loser["number"])
        conflicts.append(_conflict("changed", winner, loser, why))
    yield from (row for row in rows if row["number"] not in gone)


def _are_two_decisions(a: Row, b: Row) -> bool:
    """Whether one was accepted in a review, which changes nothing of what a table says."""
    is_reviewed = (a["is_suggested"] is True) != (b["is_suggested"] is True)
    return is_reviewed and _is_by_hand(a) and _is_by_hand(b)


def _chosen(a: Row, b: Row) -> tuple[Row, Row, str]:
    if _is_later(a, b) != _is_later(b, a):
        later, earlier = (a, b) if _is_later(a, b) else (b, a)
        return later, earlier, _("its date is later")
    if _is_by_hand(a) != _is_by_hand(b):
        project, table = (b, a) if _is_by_hand(a) else (a, b)
        return project, table, _("a project is newer than the table it was made from")
    first, last = sorted((a, b), key=lambda row: (row["file"], row["number"]))
    return last, first, _("no date tells: the last file by name")


def _conflict(kind: str, row: Row, other: Row | None, why: str) -> Row:
    return {
        "interview_id": row["interview_id"],
        "code": row["code"],
        "coder": row["coder"],
        "kind": kind,
        "coding_id": row["coding_id"],
        "start": row["start"],
        "end": row["end"],
        "other_id": other["coding_id"] if other else None,
        "other_start": other["start"] if other else None,
        "other_end": other["end"] if other else None,
        "reason": why,
    }


def _missing(kept: list[Row], met: _Met) -> list[Row]:
    """List what a table has and a project made from it has not; it is kept all the same."""
    rows = []
    for row in kept:
        if _is_by_hand(row) and row["is_seen"]:
            for project in met.projects(row):
                if project not in row["files"]:
                    why = _("it is not in {file}, which came back; it is kept").format(file=project)
                    rows.append(_conflict("missing", row, None, why))
    return rows
