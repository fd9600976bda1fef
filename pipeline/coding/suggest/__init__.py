"""Suggestions that learn which sentences people would give a code.

Trained on people's codings. Only what was said in answer counts, and only in interviews that
somebody coded: there, a sentence without the code is an example against it; an interview that
nobody coded says nothing. A sentence becomes TF-IDF of its stems, and whether the code's lexicon
finds something in it, which doubles what few examples teach. Each code has a logistic regression
of its own; its scores are calibrated (Platt) on interviews which the regression has not seen.

`units` cuts talk into sentences, `measures` tells how good suggestions are, `suggesting` makes them
for one interview.
"""

import os
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from itertools import repeat

import numpy as np
import pandas as pd
from scipy import sparse
from sklearn.feature_extraction.text import TfidfTransformer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedGroupKFold

from pipeline.coding import lexicon
from pipeline.coding.codebook import Codebook
from pipeline.coding.lexicon.matching import stemmer
from pipeline.coding.lexicon.tokens import Vocabulary
from pipeline.coding.patterns import spelt
from pipeline.coding.suggest import measures
from pipeline.coding.suggest.measures import FEWEST_INTERVIEWS, FEWEST_SENTENCES
from pipeline.coding.suggest.units import Units, sentences

FOLDS = 5
# The most coded ones: beyond them a code's regression gains little, and takes minutes.
MOST_INTERVIEWS = 30
SEED = 20120701
# The threshold that makes F1 highest is half the F1 that can be reached (Lipton, Elkan &
# Naryanaswamy 2014); with sparse codes that is about one half.
WORTH_READING = 0.25
# A passage gives its code to a sentence of which it covers, or which covers of it, so much.
ENOUGH = 0.5
WORDS_SHOWN = 3


def answers(turns: pd.DataFrame) -> pd.DataFrame:
    """Leave out the interviewer's talk: it is not coded."""
    return turns[turns["role"].ne("interviewer").fillna(True).to_numpy(bool)]


@dataclass
class Learned:
    """What was learned, and how far it can be relied upon (`measures`: tables.SUGGESTERS)."""

    measures: pd.DataFrame
    codes: list[str]
    features: dict[tuple[str, str], int]
    forms: list[str]
    idf: np.ndarray
    weights: np.ndarray
    by_lexicon: np.ndarray
    constant: np.ndarray
    _vocabularies: dict[str, Vocabulary] = field(default_factory=dict, repr=False)

    def __getstate__(self) -> dict[str, object]:
        """Travel to another process without what is only remembered."""
        return {**self.__dict__, "_vocabularies": {}}

    def find(
        self, turns: pd.DataFrame, by_lexicon: pd.DataFrame, languages: pd.Series | None = None
    ) -> pd.DataFrame:
        """
        Suggest sentences of one interview.

        Args:
            turns: Its turns, in their order (tables.TURNS); the interviewer's are left out.
            by_lexicon: What `lexicon.find` suggests in them.
            languages: The language of each interview_id; French when not given.

        Returns:
            One row a sentence and code (tables.SUGGESTIONS), with its `score`.

        """
        turns = answers(turns)
        if not len(turns) or not self.codes:
            return lexicon.as_frame([])
        interview = turns["interview_id"].iloc[0]
        language = lexicon.languages_of([interview], languages)[interview]
        if language not in self._vocabularies:
            self._vocabularies[language] = _vocabulary(language, self._number)
        units = sentences(turns, self._vocabularies[language])
        said = _weighed(_counts(units, len(self.features)), self.idf)
        marks = _marked(units, by_lexicon, self.codes, 0)
        odds = said @ self.weights.T + marks * self.by_lexicon + self.constant
        score = 1 / (1 + np.exp(-odds))
        unit, code = np.nonzero(score >= WORTH_READING)
        return self._suggestions(turns, units, said, unit, code, score[unit, code])

    def _number(self, feature: tuple[str, str], _form: str) -> int:
        return self.features.get(feature, -1)

    def _suggestions(
        self,
        turns: pd.DataFrame,
        units: Units,
        said: sparse.csr_array,
        unit: np.ndarray,
        code: np.ndarray,
        score: np.ndarray,
    ) -> pd.DataFrame:
        row = units.turn[unit]
        texts, origin = turns["text"].tolist(), turns["start"].to_numpy(np.int64)[row]
        start, end = units.start[unit], units.end[unit]
        spans = zip(row, start - origin, end - origin, strict=True)
        text = [texts[turn][a:b] for turn, a, b in spans]
        start = start + [len(words) - len(words.lstrip()) for words in text]
        text = [words.strip() for words in text]
        columns = {
            name: turns[name].array.take(row) for name in ("interview_id", "turn_id", "speaker_id")
        }
        columns |= {
            "code": np.array(self.codes, dtype=object)[code],
            "suggester": ["learned"] * len(row),
            "pattern": [self._deciding(said, u, c) for u, c in zip(unit, code, strict=True)],
            "score": score,
            "start": start,
            "end": start + [len(words) for words in text],
            "text": text,
        }
        return lexicon.as_frame([lexicon.as_arrow(columns, len(row))])

    def _deciding(self, said: sparse.csr_array, unit: int, code: int) -> str:
        """Name the words of a sentence that spoke most for a code."""
        own = slice(said.indptr[unit], said.indptr[unit + 1])
        features = said.indices[own]
        spoke = said.data[own] * self.weights[code, features]
        most = np.argsort(-spoke, kind="stable")[:WORDS_SHOWN]
        return ", ".join(self.forms[features[n]] for n in most if spoke[n] > 0)


def learn(
    codings: pd.DataFrame,
    turns: Iterable[pd.DataFrame],
    codebook: Codebook,
    languages: pd.Series | None = None,
) -> Learned:
    """
    Learn from people's codings, and measure what was learned, and the lexicon beside it.

    Args:
        codings: See tables.CODINGS.
        turns: The turns of each coded interview (tables.TURNS), one frame an interview; those of
            others are passed over, and of many coded ones all but the most coded.
        codebook: Codes and lexicon.
        languages: The language of each interview_id; French when not given.

    Returns:
        The suggester; a code with too few examples gets none, and `measures` says so.

    """
    counts = codings["interview_id"].value_counts().sort_index()
    most = counts.sort_values(ascending=False, kind="stable").index[:MOST_INTERVIEWS]
    coded = _Coded(codebook, codings[codings["interview_id"].isin(most)], languages)
    for said in turns:
        coded.add(answers(said))
    return coded.learned()


class _Coded:
    """The sentences of coded interviews: how often each word, which codes, which lexicon finds."""

    def __init__(self, codebook: Codebook, codings: pd.DataFrame, languages: pd.Series | None):
        self.codebook, self.languages = codebook, languages
        self.codes = codebook.codes["code"].tolist()
        self.codings = dict(iter(codings.groupby("interview_id")))
        self.features: dict[tuple[str, str], int] = {}
        self.forms: list[str] = []
        self.units: list[Units] = []
        self.given: list[np.ndarray] = []
        self.found: list[np.ndarray] = []
        self.vocabularies: dict[str, Vocabulary] = {}

    def add(self, turns: pd.DataFrame) -> None:
        """Take in the answers of one interview."""
        if turns.empty or turns["interview_id"].iloc[0] not in self.codings:
            return
        interview = str(turns["interview_id"].iloc[0])
        language = lexicon.languages_of([interview], self.languages)[interview]
        if language not in self.vocabularies:
            self.vocabularies[language] = _vocabulary(language, self._number)
        units = sentences(turns, self.vocabularies[language])
        suggested = lexicon.find(turns, self.codebook, self.languages)
        self.units.append(units)
        self.given.append(_marked(units, self.codings[interview], self.codes, ENOUGH))
        self.found.append(_marked(units, suggested, self.codes, 0))

    def _number(self, feature: tuple[str, str], form: str) -> int:
        if feature not in self.features:
            self.features[feature] = len(self.forms)
            self.forms.append(form)
        return self.features[feature]

    def learned(self) -> Learned:
        """Train a suggester for each code that has examples enough."""
        interview = np.repeat(np.arange(len(self.units)), [len(u.start) for u in self.units])
        given, found = self._stacked(self.given), self._stacked(self.found)
        counts = sparse.vstack(
            [sparse.csr_array((0, len(self.forms)))]
            + [_counts(units, len(self.forms)) for units in self.units],
            format="csr",
        )
        # The regressions let go of Python's lock: threads use every core, and copy nothing.
        with ThreadPoolExecutor(os.cpu_count()) as pool:
            saids = [_Said(counts, mark) for mark in found.T]
            models = list(pool.map(_trained, saids, given.T, repeat(interview)))
        rows, kept = [], []
        for code, label, mark, trained in zip(self.codes, given.T, found.T, models, strict=True):
            has_entries = code in set(self.codebook.lexicon["code"])
            rows.append(measures.of_lexicon(code, label, mark, interview, has_entries))
            held_out = trained.held_out if trained else None
            rows.append(measures.of_learned(code, label, held_out, interview))
            if trained and rows[-1]["is_used"]:
                kept.append((code, trained))
        idf = TfidfTransformer().fit(counts).idf_ if len(interview) else np.zeros(0)
        return Learned(
            measures.table(rows),
            [code for code, _trained in kept],
            self.features,
            self.forms,
            idf,
            np.array([one.weights for _code, one in kept]).reshape(len(kept), len(self.forms)),
            np.array([one.by_lexicon for _code, one in kept]),
            np.array([one.constant for _code, one in kept]),
        )

    def _stacked(self, marked: list[np.ndarray]) -> np.ndarray:
        return np.concatenate([np.zeros((0, len(self.codes)), bool), *marked])


@dataclass(frozen=True)
class _Trained:
    """The regression of one code, calibrated; and what it suggests where it has not been."""

    weights: np.ndarray
    by_lexicon: float
    constant: float
    held_out: np.ndarray


@dataclass(frozen=True)
class _Said:
    """Sentences as one code sees them: counts of words, and whether its lexicon finds something."""

    counts: sparse.csr_array
    mark: np.ndarray

    def at(self, rows: np.ndarray) -> "_Said":
        return _Said(self.counts[rows], self.mark[rows])

    def features(self, idf: np.ndarray) -> sparse.csr_array:
        mark = sparse.csr_array(self.mark[:, None].astype(float))
        return sparse.hstack([_weighed(self.counts, idf), mark], format="csr")


def _trained(said: _Said, label: np.ndarray, interview: np.ndarray) -> _Trained | None:
    """Train on all interviews; score each one by a regression that has not seen it."""
    with_code = len(set(interview[label]))
    if label.sum() < FEWEST_SENTENCES or with_code < FEWEST_INTERVIEWS:
        return None
    folds = StratifiedGroupKFold(min(FOLDS, with_code), shuffle=True, random_state=SEED)
    fold, score = np.zeros(len(label), int), np.zeros(len(label))
    for number, (seen, unseen) in enumerate(folds.split(label, label, interview)):
        idf, linear = _regression(said.at(seen), label[seen])
        fold[unseen] = number
        score[unseen] = linear.decision_function(said.at(unseen).features(idf))
    held_out = np.zeros(len(label), bool)
    for number in range(fold.max() + 1):
        # The two numbers of the calibration come from the other folds, too.
        slope, height = _calibration(score[fold != number], label[fold != number])
        chance = 1 / (1 + np.exp(-(slope * score[fold == number] + height)))
        held_out[fold == number] = chance >= WORTH_READING
    slope, height = _calibration(score, label)
    _idf, whole = _regression(said, label)
    *weights, by_lexicon = slope * whole.coef_[0]
    constant = slope * float(whole.intercept_[0]) + height
    return _Trained(np.array(weights), by_lexicon, constant, held_out)


def _regression(said: _Said, label: np.ndarray) -> tuple[np.ndarray, LogisticRegression]:
    idf = TfidfTransformer().fit(said.counts).idf_
    linear = LogisticRegression(class_weight="balanced", solver="liblinear")
    return idf, linear.fit(said.features(idf), label)


def _calibration(score: np.ndarray, label: np.ndarray) -> tuple[float, float]:
    """Fit Platt's sigmoid: slope and height of the log-odds over the score."""
    platt = LogisticRegression(C=1e6, solver="newton-cholesky").fit(score[:, None], label)
    # A falling slope says that the scores are worth nothing elsewhere; it must not be turned round.
    return max(0.0, float(platt.coef_[0, 0])), float(platt.intercept_[0])


def _vocabulary(language: str, number: Callable[[tuple[str, str], str], int]) -> Vocabulary:
    stem = stemmer(language)
    return Vocabulary(partial(_feature, language, stem, number))


def _feature(
    language: str,
    stem: Callable[[str], str],
    number: Callable[[tuple[str, str], str], int],
    form: str,
) -> int:
    plain = spelt(form)
    return number((language, stem(plain)), plain)


def _marked(units: Units, passages: pd.DataFrame, codes: list[str], enough: float) -> np.ndarray:
    """Say of each unit (row) and code (column) whether a passage marks it."""
    start, end = passages["start"].to_numpy(np.int64), passages["end"].to_numpy(np.int64)
    passage, unit = units.touched(start, end)
    shared = np.minimum(end[passage], units.end[unit])
    shared = shared - np.maximum(start[passage], units.start[unit])
    length = np.minimum(end[passage] - start[passage], units.end[unit] - units.start[unit])
    code = pd.Index(codes).get_indexer(passages["code"].to_numpy())[passage]
    kept = (shared >= enough * length) & (code >= 0)
    marked = np.zeros((len(units.start), len(codes)), bool)
    marked[unit[kept], code[kept]] = True
    return marked


def _counts(units: Units, features: int) -> sparse.csr_array:
    """Count the known words of each unit."""
    known = units.number >= 0
    place = (units.of_word[known].astype(np.int32), units.number[known].astype(np.int32))
    shape = (len(units.start), features)
    counts = sparse.coo_array((np.ones(len(place[0])), place), shape).tocsr()
    counts.sum_duplicates()
    return counts


def _weighed(counts: sparse.csr_array, idf: np.ndarray) -> sparse.csr_array:
    """Weigh counts as scikit-learn's TfidfTransformer does, without its checks of every call."""
    data = (1 + np.log(counts.data)) * idf[counts.indices]
    row = np.repeat(np.arange(counts.shape[0]), np.diff(counts.indptr))
    length = np.sqrt(np.bincount(row, data**2, counts.shape[0]))
    return sparse.csr_array((data / length[row], counts.indices, counts.indptr), counts.shape)
