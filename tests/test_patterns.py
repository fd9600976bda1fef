"""An entry of the lexicon says what it finds, or the author is told where it does not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.coding import patterns


@pytest.mark.parametrize(
    "written",
    [
        "", " ", "..", "*", "=", "~", "!", "a !", ".. a", "a ..", "a .. .. b", "a .. !b", "b*n",
        "*ation", "a*", "vote|voter", "(vote)", "vot.+", "le =vote", "le ~vote", "x**", "l'*",
    ],
)  # fmt: skip
def test_an_entry_that_means_nothing_is_refused_with_a_remedy(written):
    with pytest.raises(patterns.BadPattern) as refused:
        patterns.parse(written)

    assert refused.value.fact
    assert refused.value.remedy


def words(phrase):
    return [(word.text, gap) for word, gap in phrase]


def test_marks_hold_for_all_words_of_an_entry_and_not_for_what_it_excludes():
    entry = patterns.parse("=~Le Théâtre .. d’été !nulle part")

    assert words(entry.phrase) == [("Le", 0), ("Theatre", 0), ("d'", 3), ("ete", 0)]
    assert {(w.kind, w.is_cased, w.is_blind) for w, _gap in entry.phrase} == {("form", True, True)}
    assert [words(phrase) for phrase in entry.excluded] == [[("nulle", 0), ("part", 0)]]
    assert entry.excluded[0][0].word == patterns.Word("stem", "nulle", False, False)


def test_punctuation_in_an_entry_counts_as_little_as_in_the_text():
    assert patterns.parse("M. Dupont, maire").phrase == patterns.parse("M Dupont maire").phrase


@given(st.text("aé'’*.=~! -|", max_size=12) | st.text(max_size=12))
def test_whatever_is_written_is_understood_or_refused(written):
    try:
        entry = patterns.parse(written)
    except patterns.BadPattern:
        return

    assert entry.phrase or entry.excluded
    assert all(phrase and not phrase[0].gap for phrase in (entry.excluded))
