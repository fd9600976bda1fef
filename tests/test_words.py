"""A word is counted as a reader of French would, and in every script of the journey."""

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.corpus import words


def count(text: str) -> int:
    return int(words.count(pd.Series([text]))[0])


# Counted by hand by the rule of `words.py`.
@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("", 0),
        (" … ! ? « » – 🎉 ", 0),
        ("l’association", 2),
        ("l'association", 2),
        ("L’EAU", 2),
        ("qu’il", 2),
        ("jusqu’à", 2),
        ("aujourd’hui", 1),
        ("peut-être", 1),
        ("c’est-à-dire", 2),
        ("Côte-d’Ivoire", 1),
        ("porte‑à‑porte", 1),
        ("don't", 1),
        ("coopé\u00adrative", 1),
        ("un…deux, trois/quatre", 4),
        ("vingt-six heures par semaine", 4),
        ("en 2012", 2),
        ("Põhja-Tallinn", 1),
        ("Người Việt", 2),
    ],
)
def test_french_and_latin_words(text, number):
    assert count(text) == number


@pytest.mark.parametrize(
    ("text", "number"),
    [
        # Nepali, "what did you do?"; गर्‍यौ holds a zero-width joiner.
        ("तिमीले के गर्\u200dयौ?", 3),
        # Bengali with a zero-width non-joiner inside a word.
        ("উদ্\u200cযোগ আছে", 2),
        # Telugu, "drinking water".
        ("తాగు నీరు", 2),
    ],
)
def test_joiners_of_indian_scripts_do_not_cut_a_word(text, number):
    assert count(text) == number


def test_khmer_without_spaces_is_one_run_as_the_data_dictionary_admits():
    assert count("ទឹកស្អាត") == 1
    assert count("ទឹក\u200bស្អាត") == 2


@given(st.lists(st.text("abcdeéèàçñ", min_size=1), max_size=9))
def test_plain_words_are_as_many_as_the_spaces_say(some):
    assert count(" ".join(some)) == len(some)


def test_counts_keep_the_index_of_the_texts_and_are_whole():
    counts = words.count(pd.Series(["un", "un deux"], index=[7, 3]))

    assert counts.to_dict() == {7: 1, 3: 2}
    assert str(counts.dtype) == "Int64"
    assert words.count(pd.Series([], dtype=object)).empty
