"""Finds many phrases in a row of words at once.

Every word that differs is compared with the words of all phrases once; words that fit the same
ones make a *class*. What is said becomes an array of class numbers, and all phrases are followed
through it together, beginning where their first word stands.
"""

from array import array
from collections import defaultdict
from collections.abc import Callable
from functools import lru_cache
from typing import NamedTuple

import numpy as np
from nltk.stem.snowball import SnowballStemmer

from pipeline.coding.patterns import LONGEST_GAP, Phrase, Word, spelt

STEMMERS = {"fr": "french", "en": "english"}


class Spans(NamedTuple):
    """Places of phrases: number of the phrase, first and last word."""

    phrase: np.ndarray
    first: np.ndarray
    last: np.ndarray

    def at(self, chosen: np.ndarray) -> "Spans":
        """Keep those that are chosen, by a mask or in an order."""
        return Spans(*(part[chosen] for part in self))


def stemmer(language: str) -> Callable[[str], str]:
    """Give the Snowball stemmer of French or English; words of other languages stay whole."""
    if language not in STEMMERS:
        return str
    return lru_cache(maxsize=100_000)(SnowballStemmer(STEMMERS[language]).stem)


class Matcher:
    """Knows phrases of one language; `class_of` numbers words for it, `spans` finds the phrases."""

    def __init__(self, phrases: list[Phrase], language: str):
        self._stem = stemmer(language)
        self._words: dict[Word, int] = {}
        self.length = np.array([len(phrase) for phrase in phrases], np.intp)
        width = int(self.length.max(initial=1))
        self._step = np.zeros((len(phrases), width), np.intp)
        self._gap = np.zeros((len(phrases), width), np.intp)
        self._beginning: tuple[dict[int, list[int]], ...] = (defaultdict(list), defaultdict(list))
        for number, phrase in enumerate(phrases):
            for place, (word, gap) in enumerate(phrase):
                self._step[number, place] = self._number(word)
                self._gap[number, place] = gap
            is_tight = len(phrase) > 1 and not phrase[1].gap
            self._beginning[is_tight][int(self._step[number, 0])].append(number)
        self._views = sorted({(word.is_cased, word.is_blind) for word in self._words})
        self._classes: dict[tuple[int, ...], int] = {}
        # Per class: which words it fits (a row of bytes), and the phrases that begin with it.
        self._fits = array("b")
        self._starts = (_Lists(), _Lists())
        self._class(())

    def _number(self, word: Word) -> int:
        compared = self._stem(word.text) if word.kind == "stem" else word.text
        return self._words.setdefault(word._replace(text=compared), len(self._words))

    def class_of(self, form: str) -> int:
        """Give the class of a word as it is written."""
        fitting = set()
        for is_cased, is_blind in self._views:
            text = spelt(form, is_cased, is_blind)
            keys = [Word("form", text, is_cased, is_blind)]
            keys += [Word("begins", text[:n], is_cased, is_blind) for n in range(1, len(text) + 1)]
            if not is_cased:
                keys.append(Word("stem", self._stem(text), is_cased, is_blind))
            fitting |= {self._words[key] for key in keys if key in self._words}
        return self._class(tuple(sorted(fitting)))

    def _class(self, fitting: tuple[int, ...]) -> int:
        if fitting not in self._classes:
            self._classes[fitting] = len(self._classes)
            row = bytearray(len(self._words))
            for word in fitting:
                row[word] = 1
            self._fits.frombytes(bytes(row))
            for lists, beginning in zip(self._starts, self._beginning, strict=True):
                lists.append([phrase for word in fitting for phrase in beginning[word]])
        return self._classes[fitting]

    def spans(self, classes: np.ndarray, text: np.ndarray) -> Spans:
        """
        Find every place of every phrase; of those that begin with one word the shortest.

        Args:
            classes: One number a word, from `class_of`.
            text: The number of the text that each word stands in; no phrase leaves its text.

        """
        fits = np.frombuffer(self._fits, np.int8).reshape(-1, max(1, len(self._words)))
        found: list[Spans] = []
        alive = self._begin(classes, text)
        for place in range(1, self._step.shape[1] + 1):
            is_done = self.length[alive.phrase] == place
            found.append(alive.at(is_done))
            alive = alive.at(~is_done)
            if not len(alive.phrase):
                break
            alive = self._follow(alive, place, classes, text, fits)
        return _shortest(Spans(*(np.concatenate(parts) for parts in zip(*found, strict=True))))

    def _begin(self, classes: np.ndarray, text: np.ndarray) -> Spans:
        loose, tight = self._starts
        # The next word stands in no phrase, more often than not: so far and no further.
        leads_on = np.zeros(len(classes), bool)
        leads_on[:-1] = (classes[1:] > 0) & (text[1:] == text[:-1])
        begun = [loose.of(classes, classes > 0), tight.of(classes, leads_on)]
        word, phrase = (np.concatenate(parts) for parts in zip(*begun, strict=True))
        return Spans(phrase, word, word)

    def _follow(
        self, alive: Spans, place: int, classes: np.ndarray, text: np.ndarray, fits: np.ndarray
    ) -> Spans:
        """Pair each beginning with every word behind it that fits the phrase's next one."""
        step, gap = self._step[alive.phrase, place], self._gap[alive.phrase, place]
        found = []
        for skipped in range(LONGEST_GAP + 1):
            open_ = np.flatnonzero(gap >= skipped)
            at = alive.last[open_] + 1 + skipped
            open_, at = open_[at < len(classes)], at[at < len(classes)]
            is_next = fits[classes[at], step[open_]].view(bool)
            is_next &= text[at] == text[alive.last[open_]]
            kept = open_[is_next]
            found.append(Spans(alive.phrase[kept], alive.first[kept], at[is_next]))
        return Spans(*(np.concatenate(parts) for parts in zip(*found, strict=True)))


class _Lists:
    """A list of numbers a class, in arrays that grow."""

    def __init__(self) -> None:
        self._first, self._count, self._all = array("i"), array("i"), array("i")

    def append(self, numbers: list[int]) -> None:
        self._first.append(len(self._all))
        self._count.append(len(numbers))
        self._all.extend(numbers)

    def of(self, classes: np.ndarray, asked: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Give, for each word asked, its place and every number of its class, one row each."""
        words = np.flatnonzero(asked)
        class_ = classes[words]
        count = np.frombuffer(self._count, np.intc)[class_]
        row = np.repeat(np.arange(len(words)), count)
        if not len(row):
            return row, row
        within = np.arange(len(row)) - (np.cumsum(count) - count)[row]
        first = np.frombuffer(self._first, np.intc)[class_]
        return words[row], np.frombuffer(self._all, np.intc)[first[row] + within].astype(np.intp)


def _shortest(spans: Spans) -> Spans:
    """Keep the shortest of the places where a phrase begins with the same word; in their order."""
    spans = spans.at(np.lexsort((spans.last, spans.phrase, spans.first)))
    is_new = np.ones(len(spans.first), bool)
    is_new[1:] = (np.diff(spans.first) != 0) | (np.diff(spans.phrase) != 0)
    return spans.at(is_new)
