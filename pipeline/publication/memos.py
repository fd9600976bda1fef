"""What coders wrote on their codings: a memo leaves where it gives nothing away.

A memo is the team's own talk. It may name a voice that asked not to be named, or quote one that did
not agree; such a memo stays in the house. Masked words are masked in it as everywhere.
"""

import re

import pandas as pd

from pipeline.coding.outgoing import Outgoing
from pipeline.corpus import masks as masking
from pipeline.corpus.consent import refusals, strictest_names

PURPOSE = "research"
# So many words in a row that a memo shares with talk that is held back are a quotation of it.
QUOTED_WORDS = 3
# A word so long that nobody says who may be heard is a quotation by itself.
TELLING_LETTERS = 5
# A shorter part of a name ("de", "Le") stands in any memo.
NAME_LETTERS = 3


class Memos:
    """Lets memos pass, masked, and counts those that it holds back."""

    def __init__(
        self,
        speakers: pd.DataFrame,
        turns: pd.DataFrame,
        masks: pd.DataFrame,
        texts: dict[str, Outgoing],
    ):
        self.written = masking.pairs(masks[masks["end"].eq(0)])
        self.names = _hidden_names(speakers)
        self.held_back = 0
        free = {word for text in texts.values() for word in _words(text.text)}
        self.words: set[str] = set()
        self.held: dict[str, set[tuple[str, ...]]] = {}
        for interview_id, said in turns.groupby("interview_id"):
            out = texts.get(str(interview_id))
            ours = "\n".join(said["text"])
            self.held[str(interview_id)] = _runs(ours) - _runs(out.text if out else "")
            self.words |= {w for w in _words(ours) if len(w) >= TELLING_LETTERS} - free

    def passing(self, memo: str | None, interview_id: str) -> str | None:
        """Give a memo as it may leave, None where it may not."""
        if not memo:
            return None
        said = masking.in_text(memo, self.written)
        tells = (self.names | self.words) & set(_words(said))
        if tells or _runs(said) & self.held.get(interview_id, set()):
            self.held_back += 1
            return None
        return said


def _hidden_names(speakers: pd.DataFrame) -> set[str]:
    """List the words of every name that may not be printed: not agreed to, or not by that name."""
    agreed = refusals(speakers, PURPOSE).isna()
    names = strictest_names(speakers)
    is_full = names.notna() & speakers["name_policy"].eq("full").fillna(False) & agreed
    free = {word for name in names[agreed].dropna() for word in _words(name)}
    hidden = speakers[~is_full]
    written = pd.concat([hidden["label"], hidden["display_name"]]).dropna()
    words = {word for name in written for word in _words(name)}
    return {word for word in words - free if len(word) >= NAME_LETTERS}


def _words(said: str) -> list[str]:
    return re.findall(r"\w+", said.casefold())


def _runs(said: str) -> set[tuple[str, ...]]:
    words = _words(said)
    return set(zip(*(words[n:] for n in range(QUOTED_WORDS)), strict=False))
