"""A quote from a translation, and what was said in the original: both through the door."""

import pandas as pd

from pipeline import tables
from pipeline.corpus.translations.beside import Beside
from pipeline.messages import _
from pipeline.publication.languages import language_name
from pipeline.publication.quotes import Place, Quote, Quotes


def place_of(quotes: Quotes, place: Place) -> Place | None:
    """Find in the original what a quote of a translation says; None where it is not aligned."""
    original = quotes.versions[place.interview_id]
    if original == place.interview_id:
        return None
    turns = quotes.corpus[tables.TURNS]
    of_talk = [i for i, talk in quotes.versions.items() if talk == original]
    beside = Beside(turns[turns["interview_id"].isin(of_talk)], quotes.corpus[tables.ALIGNMENTS])
    spans = beside.of(place.interview_id, place.spans, original)
    if not spans:
        return None
    return Place(original, _in_a_row(spans), place.begins_cut, place.ends_cut)


def _in_a_row(spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Join spans with nothing but the end of a turn between them: there nothing is cut."""
    joined = spans[:1]
    for start, end in sorted(spans)[1:]:
        if start <= joined[-1][1] + 1:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined


def original(quotes: Quotes, place: Place) -> Quote | str:
    """
    Give the words of the original behind a quote of a translation.

    Returns:
        The words and their language, or why they are not printed: consent and refusals of both
        hold, and where one of the two hides words and the other does not, the mask for it may be
        missing.

    """
    found = place_of(quotes, place)
    if found is None:
        return _("its turns are not aligned with those of the original")
    quote = quotes.quote(found)
    if quote is None:
        return _("a voice in the original did not agree to the book")
    if quotes.refused(found):
        return _("a voice refused some of its words")
    if _hides(quotes, place) != _hides(quotes, found):
        return _("words are masked in one of the two alone: look at masks.csv")
    language = language_name(quote.language, quotes.corpus.language)
    said = _("Original, in {language}").format(language=language)
    return Quote(found, quote.said, said, quote.language)


def _hides(quotes: Quotes, place: Place) -> bool:
    masks = quotes.corpus.masks()
    own = masks[masks["interview_id"].eq(place.interview_id).fillna(False)]
    return any(bool((own["start"].lt(b) & own["end"].gt(a)).any()) for a, b in place.spans)


def exists(quotes: Quotes, place: Place) -> bool:
    """Say whether a quote is a translation at all."""
    rows = quotes.corpus[tables.INTERVIEWS]
    own = rows.loc[rows["interview_id"].eq(place.interview_id), "translation_of"]
    return bool(own.notna().any()) and not pd.isna(own.iloc[0])
