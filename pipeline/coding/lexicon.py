"""The lexicon: finds candidate passages fast, by words, stems and short sequences.

An entry is one or several words. Each word matches by stem (Snowball), whatever the case, accents
kept; `=` before an entry takes its words in that form only, `word*` any word that begins so, and
`..` between two words lets up to three others stand there. Each *type* of word is stemmed once,
then entries are matched against arrays of type numbers.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import pandas as pd
from nltk.stem.snowball import SnowballStemmer

from pipeline import tables
from pipeline.coding.codebook import Codebook
from pipeline.corpus.words import WORD
from pipeline.tables.files import typed

STEMMERS = {"fr": "french", "en": "english"}
LONGEST_GAP = 3


@dataclass(frozen=True)
class Tokens:
    """Words in a row: number of the turn, code points in the turn, number of the type."""

    turn: np.ndarray
    start: np.ndarray
    end: np.ndarray
    type_: np.ndarray
    types: list[str]


def tokens(texts: pd.Series) -> Tokens:
    """Cut texts into words; types are in lower case."""
    rows = [
        (n, match.start(), match.end(), _plain(match[0]))
        for n, text in enumerate(texts)
        for match in WORD.finditer(text)
    ]
    turn, start, end, forms = zip(*rows, strict=True) if rows else ((), (), (), ())
    type_, types = pd.factorize(np.array(forms, dtype=object))
    return Tokens(np.array(turn, int), np.array(start, int), np.array(end, int), type_, list(types))


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
        One row a turn, code, entry and place (tables.SUGGESTIONS).

    """
    spoken = pd.Series("fr", index=turns.index)
    if languages is not None:
        spoken = turns["interview_id"].map(languages).fillna("fr").str.slice(0, 2).str.lower()
    found = []
    for language, rows in turns.groupby(spoken.to_numpy()):
        entries = codebook.lexicon[codebook.lexicon["language"].eq(language)]
        if len(entries):
            found.append(_find(rows, entries, str(language)))
    return typed(tables.SUGGESTIONS, pd.concat(found) if found else [])


def _find(turns: pd.DataFrame, entries: pd.DataFrame, language: str) -> pd.DataFrame:
    said = tokens(turns["text"])
    matcher = _Matcher(said, language)
    hits = []
    for code, pattern in entries[["code", "pattern"]].drop_duplicates().to_numpy():
        first, last = matcher.match(pattern)
        hits.append(pd.DataFrame({"code": code, "pattern": pattern, "first": first, "last": last}))
    found = pd.concat(hits, ignore_index=True).sort_values(["first", "last"], kind="stable")
    rows = turns.iloc[said.turn[found["first"]]].reset_index(drop=True)
    start, end = said.start[found["first"]], said.end[found["last"]]
    return pd.DataFrame(
        {
            **{c: rows[c] for c in ("interview_id", "turn_id", "speaker_id")},
            "code": found["code"].to_numpy(),
            "pattern": found["pattern"].to_numpy(),
            "start": rows["start"].to_numpy() + start,
            "end": rows["start"].to_numpy() + end,
            "text": [text[a:b] for text, a, b in zip(rows["text"], start, end, strict=True)],
        }
    )


class _Matcher:
    """Matches entries against one array of words."""

    def __init__(self, said: Tokens, language: str):
        self.said = said
        self.stem = _stemmer(language)
        self.stems = np.array([self.stem(form) for form in said.types], dtype=object)
        self.forms = np.array(said.types, dtype=object)

    def match(self, pattern: str) -> tuple[np.ndarray, np.ndarray]:
        """Give the first and last word of every place where the entry stands, the shortest one."""
        first = last = np.array([], dtype=int)
        for step, (word, gap) in enumerate(_steps(pattern)):
            fits = self._types(word)[self.said.type_] if self.said.types else np.array([], bool)
            if step == 0:
                first = last = np.flatnonzero(fits)
            else:
                first, last = self._follow(first, last, fits, gap)
        order = np.lexsort((last, first))
        shortest = order[np.unique(first[order], return_index=True)[1]]
        return first[shortest], last[shortest]

    def _follow(
        self, first: np.ndarray, last: np.ndarray, fits: np.ndarray, gap: int
    ) -> tuple[np.ndarray, np.ndarray]:
        """Pair each place with every fitting word behind it, past at most `gap` others."""
        at = last[:, None] + np.arange(1, gap + 2)
        inside = at < len(fits)
        at = np.where(inside, at, 0)
        here, step = np.nonzero(
            inside & fits[at] & (self.said.turn[at] == self.said.turn[last][:, None])
        )
        return first[here], at[here, step]

    def _types(self, word: str) -> np.ndarray:
        if word.endswith("*"):
            begins = word.removeprefix("=")[:-1]
            return np.array([form.startswith(begins) for form in self.said.types], dtype=bool)
        if word.startswith("="):
            return self.forms == word[1:]
        return self.stems == self.stem(word)


def _steps(pattern: str) -> list[tuple[str, int]]:
    """Cut an entry into words, each with the number of words that may stand before it."""
    steps: list[tuple[str, int]] = []
    gap = 0
    exact = pattern.startswith("=")
    for part in _plain(pattern).lstrip("=").split():
        if part == "..":
            gap = LONGEST_GAP
            continue
        for match in WORD.finditer(part):
            starred = "*" if part.endswith("*") and match.end() == len(part) - 1 else ""
            steps.append((("=" if exact else "") + match[0] + starred, gap))
            gap = 0
    return steps


def _plain(word: str) -> str:
    """Write a word as the lexicon compares it: lower case, straight apostrophe, plain hyphen."""
    return word.lower().replace("’", "'").replace("‐", "-").replace("‑", "-")


def _stemmer(language: str) -> Callable[[str], str]:
    stemmer = SnowballStemmer(STEMMERS[language])
    return lru_cache(maxsize=None)(stemmer.stem)
