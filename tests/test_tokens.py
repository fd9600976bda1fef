"""Words are found fast, and they are the words that everything else counts."""

from hypothesis import example, given
from hypothesis import strategies as st

from pipeline.coding.lexicon import tokens
from pipeline.coding.lexicon.tokens import Vocabulary
from pipeline.corpus.words import WORD

SCRIPTS = "ab éÀœ1l'’‐-‑.\n\u00ad\u200d\u200c,ក្មេគर्‍योతె্য𝒜😀d_ſ"


def numbered():
    seen: dict[str, int] = {}
    return seen, Vocabulary(lambda form: seen.setdefault(form, len(seen)))


@given(st.lists(st.text(SCRIPTS, max_size=30) | st.text(max_size=10), max_size=4))
@example(["\u200da\u200d-b", "l'", "'l'a", "", "qu'l'on-"])
def test_words_are_those_of_the_one_definition(texts):
    seen, vocabulary = numbered()
    # Behind `_` a word begins for one and not for the other.
    for text in [said.replace("_", " ") for said in texts]:
        made = vocabulary.read(text)

        spans = [match.span() for match in WORD.finditer(text)]
        assert list(zip(made.start.tolist(), made.end.tolist(), strict=True)) == spans
        assert [seen[text[a:b]] for a, b in spans] == made.number.tolist()


def test_a_memory_that_is_full_is_begun_anew_and_finds_the_same(monkeypatch):
    monkeypatch.setattr(tokens, "MOST_RUNS", 2)
    _seen, vocabulary = numbered()

    first = vocabulary.read("un deux trois l’été").number.tolist()

    assert vocabulary.read("un deux trois l’été").number.tolist() == first
    assert len(vocabulary._runs) == 4


def test_clauses_end_at_punctuation_and_not_inside_words():
    _seen, vocabulary = numbered()

    assert vocabulary.read("L’eau peut-être, oui. Non\nah").clause.tolist() == [0, 0, 0, 1, 2, 3]
