"""What must be known of a talk whose versions are all read: how they are aligned, what is refused.

Only the turns of interviews that translate or are translated are kept, and only until their talk
is complete; so a thousand interviews need no more memory than one talk.
"""

from collections import Counter

import pandas as pd

from pipeline import tables
from pipeline.corpus import answers
from pipeline.corpus.register import Register
from pipeline.corpus.translations import alignment, sources, talks
from pipeline.corpus.translations.beside import Beside, Span
from pipeline.messages import _
from pipeline.problems import Problems
from pipeline.tables.files import typed
from pipeline.tables.shapes import Table

Row = dict[str, object]


class Versions:
    """Takes interviews as they are read; aligns the versions of a talk once all of them are in."""

    def __init__(self, kept: Register):
        rows = kept.interviews.dropna(subset=["interview_id", "file"])
        rows = rows.drop_duplicates("interview_id")
        self.kept = kept
        self.source = sources(rows)
        self.talk = dict(zip(rows["interview_id"], talks(rows), strict=True))
        self.awaited = Counter(self.talk.values())
        self.waiting: dict[str, list[pd.DataFrame]] = {}
        self.masked: list[Row] = []
        self.answered: list[Row] = []
        self.alignments: list[pd.DataFrame] = []
        self.elsewhere: list[Row] = []
        self.notes: list[str] = []

    def take(
        self, interview_id: str, turns: pd.DataFrame, masked: list[Row], problems: Problems
    ) -> None:
        """
        Take one interview: find its answered passages, and align its talk when it is the last.

        Args:
            interview_id: The interview.
            turns: Its turns; none where its transcript cannot be read.
            masked: The spans of its masks (rows of tables.MASKS).
            problems: Collects C-474.

        """
        file = self.kept.folder / tables.ANSWERS_BY_HAND.name
        found = answers.located(self.kept.answers, turns, masked, file, problems)
        self.answered += found
        talk = self.talk[interview_id]
        self.awaited[talk] -= 1
        if list(self.talk.values()).count(talk) == 1:
            return
        self.waiting.setdefault(talk, []).append(turns)
        self.masked += masked
        if not self.awaited[talk]:
            self._complete(self.waiting.pop(talk))

    def _complete(self, versions: list[pd.DataFrame]) -> None:
        read = {str(turns["interview_id"].iloc[0]): turns for turns in versions if len(turns)}
        pairs = [(i, self.source[i]) for i in read if self.source.get(i) in read]
        aligned = [alignment.aligned(read[original], read[own]) for own, original in pairs]
        if not aligned:
            return
        rows = pd.concat(aligned, ignore_index=True)
        self.alignments.append(rows)
        self.notes += alignment.notes(rows)
        beside = Beside(pd.concat(read.values(), ignore_index=True), rows)
        for own in read:
            for other in read:
                if own != other:
                    self._refuse(own, other, beside)
                    self._note_bare(own, other, beside)

    def _refuse(self, own: str, other: str, beside: Beside) -> None:
        """
        Refuse in `other` what its voice refused in `own`.

        Where no turn is aligned with it, all that the voice says there and nowhere in `own`.
        """
        no = [row for row in self.answered if row["interview_id"] == own]
        found = typed(tables.ANSWERS, no)
        refused = found[found["answer"].eq(False).fillna(False) & found["start"].notna()]
        for row in refused.to_dict("records"):
            spans = beside.of(own, [(row["start"], row["end"])], other)
            if spans is None:
                spans = beside.alone(other, own, row["speaker_id"])
                said = _('"{id}" has no counterpart in {other}: turns {turns} are held back there')
                turns = ", ".join(map(str, beside.numbers(other, spans))) or "–"
                self.notes.append(said.format(id=row["passage"], other=other, turns=turns))
            self.elsewhere += [
                {**row, "interview_id": other, "start": a, "end": b} for a, b in spans
            ]

    def _note_bare(self, own: str, other: str, beside: Beside) -> None:
        """Say where words are masked in one version and nothing is in the turn that matches."""
        hidden = self._masked(other)
        bare = set()
        for start, end in self._masked(own):
            found = beside.of(own, [(start, end)], other) or []
            if found and not any(a < d and b > c for a, b in found for c, d in hidden):
                bare |= set(beside.numbers(other, found))
        if bare:
            said = _("{other}: what is masked in {own} has no mask in turns {turns}: look there")
            shown = ", ".join(map(str, sorted(bare)))
            self.notes.append(said.format(own=own, other=other, turns=shown))

    def _masked(self, interview_id: str) -> list[Span]:
        return [
            (int(str(row["start"])), int(str(row["end"])))
            for row in self.masked
            if row["interview_id"] == interview_id
        ]

    def tables(self) -> dict[Table, pd.DataFrame]:
        """Give tables.ALIGNMENTS and tables.ANSWERS; photographs are answered without a place."""
        photos = self.kept.answers[self.kept.answers["interview_id"].isna()]
        rows = pd.concat([photos, pd.DataFrame(self.answered)], ignore_index=True)
        pairs = self.alignments
        return {
            tables.ALIGNMENTS: pd.concat(pairs, ignore_index=True)
            if pairs
            else typed(tables.ALIGNMENTS, []),
            tables.ANSWERS: typed(tables.ANSWERS, rows),
        }

    def refused(self) -> pd.DataFrame:
        """Give the refused passages in every version of their talk, as rows of tables.MASKS."""
        return answers.refused(typed(tables.ANSWERS, self.answered + self.elsewhere))
