"""The lexicon: finds candidate passages fast. `patterns` says what its entries mean.

What is found is marked where a negation stands inside, up to four words before or three behind, in
the same clause (« on ne vote pas », « sans vote », “we never vote”). `ne … que` (only), `sans
doute`, `pas mal`, `n'importe`, “not only” are none. An entry that holds a negation itself is never
marked: it asked for it.

`tokens` cuts and numbers words, `matching` finds all phrases in them at once.
"""

from collections.abc import Iterable
from functools import lru_cache
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

from pipeline import tables
from pipeline.coding import patterns
from pipeline.coding.codebook import Codebook
from pipeline.coding.lexicon.matching import Matcher, Spans
from pipeline.coding.lexicon.tokens import Vocabulary
from pipeline.coding.patterns import Entry, Phrase
from pipeline.tables import files

# « on ne fait plus jamais de vote »: the verb, a second negation and an article fit in four words.
WORDS_BEFORE = 4
# « le vote n'est pas », « on vote pas »; further behind another thing is denied.
WORDS_BEHIND = 3
NOT = "ai are ca could did does do had has have is might must need sha should was were wo would"
# These deny what stands on either side …
ON_BOTH_SIDES = {
    "fr": (
        "=ne !=ne .. que !=ne .. qu'",
        "=n' !=n' .. que !=n' .. qu' !=n'importe",
        "=ne .. plus",
        "=n' .. plus",
        "=pas !=pas mal !=pas seulement",
        "=jamais",
        "=guère",
        "=rien",
    ),
    "en": ("=not !=not only", "=never", "=cannot", *(f"={verb}n't" for verb in NOT.split())),
}
# … and these only what follows: « on vote sans urne » is a vote.
BEFORE_ONLY = {
    "fr": ("=sans !=sans doute !=sans cesse !=sans arrêt", "=aucun", "=aucune", "=ni"),
    "en": ("=no !=no doubt", "=without", "=nor", "=neither"),
}


def find(
    turns: pd.DataFrame, codebook: Codebook, languages: pd.Series | None = None
) -> pd.DataFrame:
    """
    Find what the lexicon suggests.

    Args:
        turns: See tables.TURNS.
        codebook: Its lexicon has entries by language.
        languages: The language of each interview_id; French when not given.

    Returns:
        One row a turn, code, entry and place (tables.SUGGESTIONS); `score` is empty.

    """
    spoken = languages_of(turns["interview_id"].unique(), languages)
    lexicon = codebook.lexicon
    entries = zip(
        *(lexicon[name].tolist() for name in ("language", "code", "pattern")), strict=True
    )
    by_language: dict[str, list[tuple[str, str]]] = {}
    for language, code, pattern in entries:
        by_language.setdefault(language, []).append((code, pattern))
    found = []
    for language in sorted(by_language.keys() & set(spoken.values())):
        rows = turns
        if len(set(spoken.values())) > 1:
            rows = turns[turns["interview_id"].map(spoken) == language]
        found.append(_lexicon(tuple(by_language[language]), language).find(rows))
    return as_frame(found)


def as_arrow(columns: dict[str, Any], count: int) -> pa.Table:
    """Make suggestions of columns; those that are not given are empty."""
    schema = files.schema_of(tables.SUGGESTIONS)
    given = {name: columns.get(name, pa.nulls(count)) for name in schema.names}
    return pa.table(
        {
            name: pa.array(column, schema.field(name).type, from_pandas=True)
            for name, column in given.items()
        },
        schema,
    )


def as_frame(found: list[pa.Table]) -> pd.DataFrame:
    """Put suggestions below each other, typed as declared; `typed` takes five times as long."""
    schema = files.schema_of(tables.SUGGESTIONS)
    whole = pa.concat_tables([schema.empty_table(), *found])
    frame: pd.DataFrame = whole.to_pandas(types_mapper=files.PANDAS.get)
    return frame


def languages_of(interviews: Iterable[str], languages: pd.Series | None) -> dict[str, str]:
    """Give the two letters of each interview's language; French where nothing is said."""
    said = {} if languages is None else languages.dropna().to_dict()
    return {one: str(said.get(one, "fr"))[:2].lower() for one in interviews}


@lru_cache(maxsize=8)
def _lexicon(asked: tuple[tuple[str, str], ...], language: str) -> "_Lexicon":
    """Keep what is known of a lexicon's words from one interview to the next."""
    return _Lexicon(dict.fromkeys(asked), language)


class _Lexicon:
    """The entries of one language, compiled: phrases to find, and what each is found for."""

    def __init__(self, asked: Iterable[tuple[str, str]], language: str):
        read = [(code, written, patterns.parse(written)) for code, written in asked]
        own = [(code, written, entry) for code, written, entry in read if entry.phrase]
        for_code = [(code, entry.excluded) for code, _written, entry in read if not entry.phrase]
        self._code = np.array([code for code, _written, _entry in own], dtype=object)
        self._pattern = np.array([written for _code, written, _entry in own], dtype=object)
        negations = [
            (is_both, patterns.parse(written))
            for is_both, words in ((True, ON_BOTH_SIDES), (False, BEFORE_ONLY))
            for written in words[language]
        ]
        entries = [entry for _code, _written, entry in own] + [entry for _both, entry in negations]
        excluded: list[tuple[int, Phrase]] = [
            (number, phrase) for number, entry in enumerate(entries) for phrase in entry.excluded
        ]
        excluded += [
            (number, phrase)
            for code, phrases in for_code
            for number in np.flatnonzero(self._code == code).tolist()
            for phrase in phrases
        ]
        self._entries = len(entries)
        # Of each phrase that excludes, the entry it is for.
        self._excluded = np.array([number for number, _phrase in excluded], np.intp)
        self._is_both = np.array([False] * len(own) + [is_both for is_both, _entry in negations])
        alone = [entry.phrase for _both, entry in negations if len(entry.phrase) == 1]
        denying = {step.word.text for phrase in alone for step in phrase}
        self._denies = np.array([_holds(entry, denying) for entry in entries], bool)
        phrases = [entry.phrase for entry in entries] + [phrase for _number, phrase in excluded]
        self._matcher = Matcher(phrases, language)
        self._vocabulary = Vocabulary(self._matcher.class_of)

    def find(self, turns: pd.DataFrame) -> pa.Table:
        """Find the entries in turns; `score` is left out."""
        texts = turns["text"].tolist()
        whole = "\n".join(texts)
        origin = np.cumsum([0, *(len(text) + 1 for text in texts)])
        words = self._vocabulary.read(whole)
        turn = np.searchsorted(origin, words.start, side="right") - 1
        spans = self._without_excluded(self._matcher.spans(words.number, turn), len(turn))
        is_own = spans.phrase < len(self._code)
        is_negated = self._negated(spans.at(is_own), spans.at(~is_own), words.clause)
        spans = spans.at(is_own)
        row = turn[spans.first]
        start, end = words.start[spans.first], words.end[spans.last]
        moved = turns["start"].to_numpy(np.int64)[row] - origin[row]
        columns = {
            name: turns[name].array.take(row) for name in ("interview_id", "turn_id", "speaker_id")
        }
        columns |= {
            "code": self._code[spans.phrase],
            "suggester": ["lexicon"] * len(row),
            "pattern": self._pattern[spans.phrase],
            "is_negated": is_negated,
            "start": start + moved,
            "end": end + moved,
            "text": [whole[a:b] for a, b in zip(start.tolist(), end.tolist(), strict=True)],
        }
        return as_arrow(columns, len(row))

    def _without_excluded(self, spans: Spans, count: int) -> Spans:
        """Drop the places that share a word with a phrase which their entry excludes."""
        is_entry = spans.phrase < self._entries
        against, spans = spans.at(~is_entry), spans.at(is_entry)
        if not len(against.phrase):
            return spans
        # Entries side by side on one line of numbers, so that one search serves all of them.
        owner = self._excluded[against.phrase - self._entries] * (count + 1)
        order = np.argsort(owner + against.first, kind="stable")
        begins = (owner + against.first)[order]
        reaches = np.maximum.accumulate((owner + against.last)[order])
        own = spans.phrase * (count + 1)
        before = np.searchsorted(begins, own + spans.last, side="right") - 1
        meets = (before >= 0) & (reaches[before] >= own + spans.first)
        return spans.at(~meets)

    def _negated(self, spans: Spans, negations: Spans, clause: np.ndarray) -> np.ndarray:
        """Say of each place whether a negation stands in its window."""
        before, behind = np.zeros(len(clause), bool), np.zeros(len(clause), bool)
        for at in (negations.first, negations.last):
            before[at] = True
            behind[at[self._is_both[negations.phrase]]] = True
        met = np.concatenate(([0], np.cumsum(before)))
        is_negated = met[spans.last + 1] > met[spans.first]
        for steps, denies in ((-WORDS_BEFORE, before), (WORDS_BEHIND, behind)):
            edge = spans.first if steps < 0 else spans.last
            for step in range(1, abs(steps) + 1):
                at = np.clip(edge + np.sign(steps) * step, 0, len(clause) - 1)
                is_negated |= denies[at] & (at != edge) & (clause[at] == clause[edge])
        return is_negated & ~self._denies[spans.phrase]


def _holds(entry: Entry, words: set[str]) -> bool:
    return any(step.word.text in words for step in entry.phrase)
