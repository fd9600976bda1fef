"""A passage of one version of an interview, and where another version says it."""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import pandas as pd
import regex

from pipeline.corpus.translations import alignment, paths

# Sentence ends of Latin, Devanagari and Bengali (danda), Khmer (khan) writing.
SENTENCE = regex.compile(r"[^.!?…।॥។៕]*+[.!?…।॥។៕]*+[\"»”’)\]]*+\s*+")
# Sentences whose lengths differ from their turn's by more were not aligned but guessed.
MOST_STRETCH = 2.5

Span = tuple[int, int]


@dataclass(frozen=True)
class Beside:
    """The turns of the interviews of one talk and how they are aligned (tables.ALIGNMENTS)."""

    turns: pd.DataFrame
    alignments: pd.DataFrame

    def of(self, interview_id: str, spans: list[Span], other_id: str) -> list[Span] | None:
        """
        Follow passages of one version to another, through versions between them where need be.

        Returns:
            Where the other says them, in order, one span a turn: the sentences where they can be
            told, else whole turns. None where a turn of the passage has no counterpart.

        """
        route = self._route(interview_id, other_id)
        for here, there in pairwise(route):
            found = self._step(here, spans, there)
            if found is None:
                return None
            spans = found
        return spans if route else None

    def numbers(self, interview_id: str, spans: list[Span]) -> list[int]:
        """Number the turns of an interview that passages touch."""
        own = self.turns[self.turns["interview_id"].eq(interview_id)]
        touched = [own[(own["start"] < b) & (own["end"] > a)]["turn"] for a, b in spans]
        return [int(turn) for turns in touched for turn in turns]

    def alone(self, interview_id: str, other_id: str, speaker_id: str) -> list[Span]:
        """Give the turns of a voice for which another version has none."""
        linked = self._links(interview_id, other_id)["here"]
        own = self.turns[
            self.turns["interview_id"].eq(interview_id)
            & self.turns["speaker_id"].eq(speaker_id).fillna(False)
            & ~self.turns["turn_id"].isin(linked)
        ]
        return list(zip(own["start"], own["end"], strict=True))

    def _route(self, interview_id: str, other_id: str) -> list[str]:
        """List the versions from one to the other, each aligned with the next; [] without a way."""
        pairs = self.alignments[["interview_id", "translation_id"]].drop_duplicates().to_numpy()
        routes, seen = [[interview_id]], {interview_id}
        for route in routes:
            if route[-1] == other_id:
                return route
            for a, b in [*pairs, *pairs[:, ::-1]]:
                if a == route[-1] and b not in seen:
                    seen.add(b)
                    routes.append([*route, b])
        return []

    def _step(self, here: str, spans: list[Span], there: str) -> list[Span] | None:
        rows = self._links(here, there)
        own = self.turns[self.turns["interview_id"].eq(here)]
        others = self.turns[self.turns["interview_id"].eq(there)].set_index("turn_id", drop=False)
        found: list[Span] = []
        for start, end in spans:
            touched = own[(own["start"] < end) & (own["end"] > start)]
            for turn in touched.to_dict("records"):
                linked = rows.loc[rows["here"].eq(turn["turn_id"]), "there"]
                if linked.empty:
                    return None
                # The other turns may say what the turns around this one say as well.
                mates = rows.loc[rows["there"].isin(linked), "here"]
                block = own[own["turn_id"].isin(mates)]
                part = max(start, turn["start"]), min(end, turn["end"])
                found += _narrowed(block, part, others.loc[linked])
        return _joined(found, others)

    def _links(self, here: str, there: str) -> pd.DataFrame:
        """Give the linked turns of two versions as `here` and `there`, whichever translates."""
        columns = {"interview_id": "turn_id", "translation_id": "translation_turn_id"}
        linked = self.alignments[self.alignments["kind"].ne("none")]
        blocks = []
        for a, b in (("interview_id", "translation_id"), ("translation_id", "interview_id")):
            rows = linked[linked[a].eq(here) & linked[b].eq(there)]
            blocks.append(pd.DataFrame({"here": rows[columns[a]], "there": rows[columns[b]]}))
        return pd.concat(blocks, ignore_index=True)


def sentences(text: str) -> list[Span]:
    """Cut a text at its sentences; the white space behind one belongs to it."""
    return [m.span() for m in SENTENCE.finditer(text) if m.end() > m.start()]


def _narrowed(block: pd.DataFrame, part: Span, others: pd.DataFrame) -> list[Span]:
    """Find the sentences of `others` that say `part` of a block of turns; else all of them."""
    own, its = _sentences(block), _sentences(others)
    touched = {n for n, (start, end) in enumerate(own) if start < part[1] and end > part[0]}
    whole = list(zip(others["start"], others["end"], strict=True))
    if len(touched) == len(own) or len(its) < 2:
        return whole
    ratio = alignment.ratio(block, others)
    links = paths.likeliest(_side(own), _side(its), ratio)
    hit = sorted({j for i, j, _score in links if i in touched})
    if not hit:
        return whole
    chosen = its[hit[0] : hit[-1] + 1]
    stretch = _length(chosen) / (ratio * _length([own[n] for n in sorted(touched)]))
    return chosen if 1 / MOST_STRETCH <= stretch <= MOST_STRETCH else whole


def _sentences(turns: pd.DataFrame) -> list[Span]:
    return [
        (start + a, start + b)
        for start, text in turns[["start", "text"]].to_numpy()
        for a, b in sentences(text)
    ]


def _side(spans: list[Span]) -> paths.Side:
    return paths.Side(np.zeros(len(spans)), np.array([b - a for a, b in spans], float))


def _length(spans: list[Span]) -> int:
    return sum(b - a for a, b in spans)


def _joined(spans: list[Span], turns: pd.DataFrame) -> list[Span]:
    """Join spans that touch within a turn, in order, without the white space at their edges."""
    found: list[Span] = []
    for start, end, text in turns[["start", "end", "text"]].to_numpy():
        joined: list[Span] = []
        for a, b in sorted((max(a, start), min(b, end)) for a, b in set(spans)):
            if joined and a <= joined[-1][1]:
                joined[-1] = (joined[-1][0], max(b, joined[-1][1]))
            elif a < b:
                joined.append((a, b))
        found += [_stripped(a, b, text[a - start : b - start]) for a, b in joined]
    return found


def _stripped(start: int, end: int, words: str) -> Span:
    return start + len(words) - len(words.lstrip()), end - len(words) + len(words.rstrip())
