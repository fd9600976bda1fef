"""Cuts talk into sentences: the units in which suggestions are learned, measured and reviewed.

People code a sentence or two, far less than a turn; a turn would be too much to read for one code,
and hide which of its words decided. Where nobody set full stops, as in automatic transcripts, what
is longer than a long sentence is cut by the number of words.
"""

import re
from typing import NamedTuple

import numpy as np
import pandas as pd

from pipeline.coding.lexicon.tokens import Vocabulary

# A capital has to follow: an oral « euh… enfin » goes on, and so does « M. Dupont ». The class of
# signs stands first so that the search may leap from one to the next.
SENTENCE_END = re.compile(
    r"[.!?…।។\n](?:(?<=[।។\n])|(?<!\b[A-Z]\.)"
    r"(?:[ \u00a0\u202f]?[»”\")])*\s+(?=[A-ZÀ-ÖØ-Þ0-9«“\"(—–-]))"
)
LONGEST_SENTENCE = 60
WORDS_WHERE_NOBODY_PUNCTUATES = 40


class Units(NamedTuple):
    """Sentences of some turns: row of the turn, place in the interview, their words' numbers.

    A place ends where the next sentence begins, white space included.
    """

    turn: np.ndarray
    start: np.ndarray
    end: np.ndarray
    of_word: np.ndarray
    number: np.ndarray

    def touched(self, start: np.ndarray, end: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Pair passages with the units they touch: number of the passage, number of the unit."""
        first = np.searchsorted(self.end, start, side="right")
        behind = np.searchsorted(self.start, end, side="left")
        count = np.maximum(behind - first, 0)
        passage = np.repeat(np.arange(len(first)), count)
        within = np.arange(len(passage)) - (np.cumsum(count) - count)[passage]
        return passage, first[passage] + within


def sentences(turns: pd.DataFrame, vocabulary: Vocabulary) -> Units:
    """Cut the turns of one interview, in their order, into the units that hold a word."""
    texts = turns["text"].tolist()
    whole = "\n".join(texts)
    words = vocabulary.read(whole)
    cut = np.array([match.end() for match in SENTENCE_END.finditer(whole)], np.intp)
    sentence = np.searchsorted(cut, words.start, side="right")
    is_first = np.diff(sentence, prepend=-1) != 0
    begins = np.flatnonzero(is_first)
    of_sentence = np.cumsum(is_first) - 1
    rank = np.arange(len(sentence)) - begins[of_sentence]
    length = np.diff(begins, append=len(sentence))[of_sentence]
    is_cut = (length > LONGEST_SENTENCE) & (rank % WORDS_WHERE_NOBODY_PUNCTUATES == 0)
    opens = np.flatnonzero(is_first | is_cut)
    # A sentence begins with its quotation mark, a piece of one with its first word.
    head = np.concatenate(([0], cut))[sentence[opens]]
    start = np.where(is_first[opens], head, words.start[opens])
    end = np.concatenate((cut, [len(whole)]))[sentence[opens]]
    end[:-1] = np.minimum(end[:-1], start[1:])
    origin = np.cumsum([0, *(len(text) + 1 for text in texts)])
    turn = np.searchsorted(origin, start, side="right") - 1
    moved = turns["start"].to_numpy(np.int64)[turn] - origin[turn]
    of_word = np.cumsum(is_first | is_cut) - 1
    return Units(turn, start + moved, end + moved, of_word, words.number)
