"""What a word is: the one definition behind every count of words.

An elided article or pronoun is a word of its own (`l’association`: two words; `aujourd’hui`,
`quelqu’un`: one), a hyphen joins (`peut-être`: one). In scripts without spaces between words
(Khmer) a run of letters counts as one, so such counts are too small; the data dictionary says so.
"""

import pandas as pd
import regex

ELISIONS = r"[cdjlmnst]|qu|jusqu|lorsqu|puisqu|quoiqu|presqu"
# Joiners stand inside words of Nepali, Bengali and Telugu (गर्‍यो), soft hyphens inside French ones.
LETTERS = r"[\p{L}\p{N}\p{M}][\p{L}\p{N}\p{M}\u200c\u200d\u00ad]*"
WORD = regex.compile(
    rf"\b(?:{ELISIONS})['’](?=\p{{L}})|{LETTERS}(?:[-‐‑'’]{LETTERS})*", regex.IGNORECASE
)


def count(texts: pd.Series) -> pd.Series:
    """Count the words of each text; one whole number a row."""
    counts = [len(WORD.findall(text)) for text in texts]
    return pd.Series(counts, index=texts.index, dtype="Int64")
