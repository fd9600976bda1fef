"""One interview's suggestions: of both suggesters, and the questions they make for reviewers."""

from dataclasses import dataclass
from functools import cached_property

import pandas as pd

from pipeline.coding import lexicon, suggest
from pipeline.coding.codebook import Codebook
from pipeline.coding.review.sheet import Questions, Row
from pipeline.coding.suggest import Learned
from pipeline.tables.files import Interviews


@dataclass(frozen=True)
class Suggester:
    """Suggests passages of the interview of a row group of the turns; it can travel."""

    turns: Interviews
    codebook: Codebook
    languages: pd.Series
    learned: Learned

    @cached_property
    def _questions(self) -> Questions:
        return Questions(self.codebook, self.learned.measures)

    def __call__(self, one: tuple[int, str, pd.DataFrame]) -> tuple[pd.DataFrame, list[Row]]:
        """
        Suggest.

        Args:
            one: The row group, the fingerprint of its text, and what people decided there.

        Returns:
            tables.SUGGESTIONS, and rows of tables.REVIEW; the interviewer's talk is left out.

        """
        group, text_sha256, settled = one
        turns = self.turns.rows(group)
        by_lexicon = lexicon.find(suggest.answers(turns), self.codebook, self.languages)
        learned = self.learned.find(turns, by_lexicon, self.languages)
        whole = pd.concat([by_lexicon, learned], ignore_index=True)
        return whole, self._questions.about(whole, turns, text_sha256, settled)
