"""Every number that prose may quote says truly what it is, in both languages."""

import json

import pandas as pd
import pytest

from pipeline import tables
from pipeline.comparison import counting, facts, frequencies, wording
from pipeline.comparison.counting import Counted
from pipeline.tables.files import typed

NBSP, THIN = "\u00a0", "\u202f"
CODES = typed(
    tables.CODES,
    [
        {"code": code, "question": "decision", "position": n, "code_fr": fr, "code_en": en}
        for n, (code, fr, en) in enumerate(
            [("voting", "Le vote", "Voting"), ("consensus", "Le consensus", "Consensus")], 1
        )
    ],
)
SHEETS = typed(
    tables.INITIATIVES,
    [
        {"initiative_id": "r", "provenance": "real", "file": "r.md"},
        {"initiative_id": "f", "provenance": "fictional", "file": "f.md"},
        {"initiative_id": "g", "provenance": "fictional"},
    ],
)


def build(cases, mentions, closed=(), provenance="real", words=200, per_case=1, other=()):
    """Declare facts: `cases` initiatives, of which the first `mentions` mention voting."""
    interviews = pd.DataFrame(
        [
            (f"i{n}.{m}", f"o{n}", words, {f"v{n}.{m}"}, provenance)
            for n in range(cases)
            for m in range(per_case)
        ],
        columns=["interview_id", "initiative_id", "words_total", "voices", "provenance"],
    )
    coded = pd.DataFrame(
        [(f"i{n}.0", "voting", 1, 25, {f"v{n}.0"}) for n in range(mentions)] + list(other),
        columns=["interview_id", "code", "segments_count", "words_count", "voices"],
    )
    counted = Counted(interviews, coded, set(), set(closed))
    members = counting.memberships(
        typed(tables.INITIATIVES, []), interviews[["interview_id", "initiative_id"]]
    )
    by_group = frequencies.code_by_group("book", counted, members, CODES, 3)
    codings = typed(tables.CODINGS, [{"coder": "a"}] * mentions)
    return facts.build(provenance, "book", counted, codings, CODES, SHEETS, by_group)


def said(fact):
    return fact.sentence["fr"], fact.sentence["en"]


def test_a_share_is_said_with_count_and_interval_as_the_project_writes_it():
    made = build(8, 6)["decision.voting.initiatives"]

    # Wilson 1927, by hand for 6 of 8: (0.75 + z²/16 ± z √(0.1875/8 + z²/256)) / (1 + z²/8).
    assert said(made) == (
        f"6 initiatives sur 8 (75{NBSP}%, IC{NBSP}95{NBSP}% 41–93)",
        "6 of 8 initiatives (75%, 95% CI 41–93)",
    )
    assert (made.value, made.n, made.unit) == (6, 8, "initiatives")
    assert (made.low, made.high) == pytest.approx((40.93, 92.85), abs=0.01)


def test_a_half_is_rounded_up_as_readers_do():
    assert "63" in build(8, 5)["decision.voting.share"].text["fr"]


@pytest.mark.parametrize(
    ("cases", "mentions", "fr", "en"),
    [
        (4, 1, "1 initiative sur 4", "1 of 4 initiatives"),
        (4, 0, "0 initiative sur 4", "0 of 4 initiatives"),
        (4, 2, "2 initiatives sur 4", "2 of 4 initiatives"),
        (1, 1, "1 initiative sur 1", "1 of 1 initiative"),
        (0, 0, "0 initiative sur 0", "0 of 0 initiatives"),
    ],
)
def test_few_cases_are_counted_with_the_right_form_and_never_as_a_percentage(
    cases, mentions, fr, en
):
    made = build(cases, mentions)

    for name in ("initiatives", "share"):
        assert said(made[f"decision.voting.{name}"]) == (fr, en)
    printed = [text for f in made.values() for w in (f.text, f.sentence) for text in w.values()]
    assert [text for text in printed if "%" in text] == []
    assert made["decision.voting.share"].low is None


def test_the_share_of_words_of_few_interviews_is_said_in_words():
    made = build(4, 2)["decision.voting.words_share"]

    assert said(made) == ("50 mots sur 800", "50 of 800 words")
    assert made.low is made.high is None


def test_the_share_of_words_of_enough_interviews_has_its_interval():
    made = build(5, 2)["decision.voting.words_share"]

    assert made.value == pytest.approx(5)
    assert made.sentence["fr"].startswith(f"5,0{NBSP}% des mots (IC{NBSP}95{NBSP}% ")
    assert made.sentence["en"].startswith("5.0% of the words (95% CI ")
    assert made.low <= made.value <= made.high


def test_a_share_too_small_for_its_decimal_is_not_said_to_be_nothing():
    made = build(5, 1, words=100_000)["decision.voting.words_share"]

    assert made.text == {"fr": f"moins de 0,1{NBSP}%", "en": "less than 0.1%"}


@pytest.mark.parametrize(
    ("value", "digits", "fr", "en"),
    [
        (0, 0, "0", "0"),
        (1234567, 0, f"1{THIN}234{THIN}567", "1,234,567"),
        (1234.55, 1, f"1{THIN}234,6", "1,234.6"),
        (62.5, 0, "63", "63"),
        (0.05, 1, "0,1", "0.1"),
    ],
)
def test_numbers_are_written_as_each_language_writes_them(value, digits, fr, en):
    assert wording.number(value, "fr", digits) == fr
    assert wording.number(value, "en", digits) == en


@pytest.mark.parametrize(
    ("count", "fr", "en"),
    [
        (0, "0 voix", "0 voices"),
        (1, "1 voix", "1 voice"),
        (1200, f"1{THIN}200 voix", "1,200 voices"),
    ],
)
def test_counts_take_the_form_their_language_asks(count, fr, en):
    assert wording.counted({"fr": "voix|voix", "en": "voice|voices"}, count) == {"fr": fr, "en": en}


def test_facts_of_the_whole_count_the_material_once():
    made = build(3, 2, per_case=2)

    assert {name: made[name].value for name in made if name.split(".")[0] != "decision"} == {
        "corpus.interviews": 6,
        "corpus.initiatives": 3,
        "corpus.voices": 6,
        "corpus.words": 1200,
        "sheets.real": 1,
        "sheets.fictional": 1,
        "coding.questions": 1,
        "coding.codes": 2,
        "coding.coders": 1,
        "coding.passages": 2,
    }


def test_the_first_code_is_named_and_ties_are_named_together():
    tie = [("i0.0", "consensus", 1, 5, {"v0.0"}), ("i1.0", "consensus", 1, 5, {"v1.0"})]

    assert build(4, 2)["decision.first"].text["fr"] == f"«{NBSP}Le vote{NBSP}»"
    assert build(4, 2, other=tie)["decision.first"].text == {
        "fr": f"«{NBSP}Le vote{NBSP}» et «{NBSP}Le consensus{NBSP}»",
        "en": "“Voting” and “Consensus”",
    }
    assert build(4, 0)["decision.first"].text == {"fr": "aucun", "en": "none"}


@pytest.mark.parametrize("cases", [0, 1, 4, 8])
@pytest.mark.parametrize("closed", [(), {"v0.0"}])
def test_every_fact_has_all_its_words_in_both_languages(cases, closed):
    made = build(cases, min(cases, 1), closed=closed)

    for name, fact in made.items():
        assert fact.unit, name
        assert fact.n >= 0, name
        assert fact.source.split("[")[0].split("/")[0] in {
            "1-corpus",
            "2-coding",
            "3-comparison",
        }, name
        for words in (fact.definition, fact.text, fact.sentence):
            assert set(words) == {"fr", "en"}, name
            assert all(words.values()), name


def test_a_fact_of_too_few_voices_has_no_value_and_says_so():
    made = build(8, 1, closed={"v0.0"})
    held = {n: f for n, f in made.items() if n.startswith("decision.voting.")}

    assert len(held) == 5
    for name, fact in held.items():
        assert (fact.value, fact.low, fact.high, fact.n) == (None, None, None, 0), name
        assert "retenu" in fact.text["fr"], name
        assert "held back" in fact.sentence["en"], name
        assert "vote" in fact.definition["fr"], name
    assert made["decision.consensus.initiatives"].value == 0
    assert "retenus" in made["decision.codes_used"].definition["fr"]


def test_a_question_held_back_whole_does_not_pretend_that_nothing_was_said():
    made = build(2, 1, closed={"v0.0"})

    assert made["decision.first"].value is None
    assert made["decision.codes_used"].value is None
    assert "aucun" not in made["decision.first"].text["fr"]


@pytest.mark.parametrize("cases", [0, 1, 3, 6])
def test_facts_json_is_strict_json_that_says_what_it_rests_on(cases):
    made = build(cases, 0, provenance="fictional")

    def refuse(constant):
        raise AssertionError(constant)

    read = json.loads(facts.to_json(made, "fictional"), parse_constant=refuse)

    assert read["provenance"] == "fictional"
    assert read["facts"].keys() == made.keys()


def test_facts_of_one_provenance_hold_nothing_of_the_other():
    interviews = pd.DataFrame(
        [("r", "o", 100, {"u"}, "real"), ("f", "p", 900, {"v"}, "fictional")],
        columns=["interview_id", "initiative_id", "words_total", "voices", "provenance"],
    )
    coded = pd.DataFrame(
        [("r", "voting", 1, 10, {"u"}), ("f", "voting", 7, 700, {"v"})],
        columns=["interview_id", "code", "segments_count", "words_count", "voices"],
    )
    counted = Counted(interviews, coded, set(), set())
    members = counting.memberships(
        typed(tables.INITIATIVES, []), interviews[["interview_id", "initiative_id"]]
    )
    by_group = frequencies.code_by_group("book", counted, members, CODES, 3)
    codings = typed(tables.CODINGS, [])

    made = facts.build("real", "book", counted, codings, CODES, SHEETS, by_group)

    assert made["corpus.words"].value == 100
    assert made["decision.voting.passages"].value == 1
    assert said(made["decision.voting.words_share"]) == ("10 mots sur 100", "10 of 100 words")


@pytest.mark.parametrize(
    ("counted", "there_is", "basis"),
    [
        (["real", "fictional"], ["real", "fictional"], "real"),
        (["fictional"], ["real", "fictional"], "fictional"),
        ([], ["fictional"], "fictional"),
        ([], ["real", "fictional"], "real"),
        ([], [], "real"),
    ],
)
def test_facts_rest_on_the_real_material_as_soon_as_any_is_counted(counted, there_is, basis):
    frames = [pd.DataFrame({"provenance": kinds}, dtype=object) for kinds in (counted, there_is)]

    assert facts.basis(*frames) == basis
