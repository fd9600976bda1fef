"""The table of agreement: what one would compute by hand, and a word where there is no number."""

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from segmented import segments

from pipeline import tables
from pipeline.coding import agreement
from pipeline.coding.agreement import (
    cohen_kappa,
    fleiss_kappa,
    krippendorff_alpha,
    percent_agreement,
    unitising,
)
from pipeline.coding.agreement.resampling import MIN_INTERVIEWS, MIN_TURNS
from pipeline.coding.codebook import Codebook
from pipeline.tables.files import check, typed

WORDS = "Nous avons tiré au sort."
CODES = ["vote", "lot", "fire"]
BOOK = Codebook(typed(tables.CODES, [{"code": code} for code in CODES]), pd.DataFrame(), {})


def talk(**interviews):
    """Make turns from interview → how many turns of an answer follow one question."""
    rows = []
    for interview_id, count in interviews.items():
        start = 0
        for turn in range(count + 1):
            rows.append(
                {
                    "interview_id": interview_id,
                    "turn_id": f"{interview_id}#{turn}",
                    "turn": turn,
                    "role": "interviewee" if turn else "interviewer",
                    "start": start,
                    "end": start + len(WORDS),
                    "text": WORDS,
                }
            )
            start += len(WORDS) + 1
    return typed(tables.TURNS, rows)


def coded(*decisions):
    """Make codings from (interview, turn, coder, code[, first[, behind the last]]) of the turn."""
    rows = []
    for number, (interview_id, turn, coder, code, *span) in enumerate(decisions):
        first, last = (*span, *(0, len(WORDS))[len(span) :])
        start = turn * (len(WORDS) + 1)
        rows.append(
            {
                "coding_id": f"{coder}:{number}",
                "interview_id": interview_id,
                "coder": coder,
                "code": code,
                "start": start + first,
                "end": start + last,
            }
        )
    return typed(tables.CODINGS, rows)


def measured(turns, codings, book=BOOK):
    return agreement.measured(codings, segments(codings, turns), turns, book)


def row(table, measure, code=None, coders=None):
    same = table["code"].isna() if code is None else table["code"].eq(code).fillna(False)
    found = table[same & table["measure"].eq(measure)]
    if coders:
        found = found[found["coders"].eq(coders)]
    assert len(found) == 1, found
    return found.iloc[0]


def number(found):
    return math.nan if pd.isna(found["value"]) else float(found["value"])


# --- the numbers are those of the coefficients -----------------------------------------------------

marks = st.lists(
    st.tuples(
        st.sampled_from(["i1", "i2", "i3"]),
        st.integers(0, 3),
        st.sampled_from(["ana", "bo", "cy"]),
        st.sampled_from(["vote", "lot"]),
        st.integers(0, 8),
        st.integers(11, 24),
    ),
    max_size=25,
)
TALK = talk(i1=3, i2=3, i3=3)


def judgements(decisions, code):
    """Spread what was decided over turns × coders, as the docstring of `compared` says."""
    raters = {(i, coder) for i, _turn, coder, *_rest in decisions}
    frame = {
        coder: {
            (i, turn): float((i, turn, coder, code) in {d[:4] for d in decisions})
            for i in ("i1", "i2", "i3")
            for turn in (1, 2, 3)
            if (i, coder) in raters
        }
        for coder in ("ana", "bo", "cy")
    }
    ratings = pd.DataFrame(frame, index=[(i, t) for i in ("i1", "i2", "i3") for t in (1, 2, 3)])
    return ratings[ratings.notna().sum(axis=1) >= 2]


@settings(max_examples=12)
@given(marks)
def test_each_number_on_turns_is_that_of_its_coefficient(decisions):
    table = measured(TALK, coded(*decisions))
    for code in ("vote", "lot"):
        ratings = judgements(decisions, code)
        counts = np.column_stack([ratings.eq(1).sum(axis=1), ratings.eq(0).sum(axis=1)])
        expected = {
            "alpha": krippendorff_alpha(ratings),
            "percent_agreement": percent_agreement(ratings),
            "fleiss_kappa": fleiss_kappa(counts),
        }
        for measure, value in expected.items():
            assert number(row(table, measure, code)) == pytest.approx(value, nan_ok=True), measure
        for a, b in (("ana", "bo"), ("ana", "cy"), ("bo", "cy")):
            pair = ratings[[a, b]].dropna()
            if len(pair):
                found = row(table, "cohen_kappa", code, f"{a} · {b}")
                kappa = cohen_kappa(pair[a], pair[b])
                assert number(found) == pytest.approx(kappa, nan_ok=True)


@settings(max_examples=12)
@given(marks)
def test_all_codes_together_are_all_the_decisions_on_codes_that_are_used(decisions):
    table = measured(TALK, coded(*decisions))
    each = [judgements(decisions, code) for code in ("vote", "lot")]
    used = [ratings for ratings in each if ratings.eq(1).any(axis=None)]
    whole = pd.concat(used) if used else pd.DataFrame()

    found = row(table, "alpha")
    assert number(found) == pytest.approx(krippendorff_alpha(whole), nan_ok=True)
    assert found["units_count"] == len(whole)


@settings(max_examples=12)
@given(marks)
def test_each_number_on_the_text_is_that_of_unitising(decisions):
    codings = coded(*decisions)
    table = measured(TALK, codings)
    raters = codings.groupby("interview_id")["coder"].unique()
    continua = pd.DataFrame(
        [(i, coder, 3 * len(WORDS)) for i, own in raters.items() for coder in own],
        columns=["continuum", "coder", "length"],
    )
    letters = set()  # who marked which letter of the answers, one behind the other
    for i, turn, coder, code, first, last in decisions:
        place = (turn - 1) * len(WORDS)
        letters |= {(i, coder, code, place + n) for n in range(first, last) if turn}
    parts = agreement.compared.of(codings, segments(codings, TALK), TALK).passages
    for code in ("vote", "lot"):
        own = parts[parts["code"].eq(code)].rename(columns={"interview_id": "continuum"})
        own = own.assign(value=code)[["continuum", "coder", "value", "start", "end"]]
        marked = {(i, coder, n) for i, coder, c, n in letters if c == code and len(raters[i]) > 1}
        assert int((own["end"] - own["start"]).sum()) == len(marked)
        expected = unitising.u_alpha(own, continua).where
        assert number(row(table, "u_alpha", code)) == pytest.approx(expected, nan_ok=True)


@settings(max_examples=12)
@given(marks, st.randoms())
def test_the_order_of_files_and_interviews_changes_no_number(decisions, random):
    shuffled = random.sample(decisions, len(decisions))
    once, again = (measured(TALK, coded(*way)) for way in (decisions, shuffled))
    key = ["code", "measure", "coders", "value", "low", "high", "given_count", "note"]

    pd.testing.assert_frame_equal(once[key], again[key])


# --- who is compared, on what ----------------------------------------------------------------------


def test_a_coder_rates_only_the_interviews_that_they_coded_at_all():
    """Bo never opened i2: there, Ana's codes are not "no" of Bo's."""
    table = measured(
        talk(i1=4, i2=4),
        coded(("i1", 1, "ana", "vote"), ("i1", 1, "bo", "vote"), ("i2", 1, "ana", "vote")),
    )
    found = row(table, "alpha", "vote")

    assert found["value"] == 1
    assert (found["units_count"], found["interviews_count"], found["coders_count"]) == (4, 1, 2)


def test_what_a_coder_left_uncoded_in_their_interview_is_a_decision():
    table = measured(talk(i1=4), coded(("i1", 1, "ana", "vote"), ("i1", 2, "bo", "lot")))
    found = row(table, "alpha", "vote")

    assert found["value"] < 0.01
    assert (found["given_count"], found["agreed_count"]) == (1, 0)


def test_interviewers_questions_are_compared_by_nobody():
    with_question = [("i1", 0, "ana", "vote"), ("i1", 1, "ana", "lot"), ("i1", 1, "bo", "lot")]
    table = measured(talk(i1=4), coded(*with_question))

    assert "nobody" in row(table, "alpha", "vote")["note"]
    assert row(table, "alpha")["units_count"] == 4
    assert row(table, "overlap", "vote")["units_count"] == 4 * len(WORDS)


def test_a_line_feed_or_a_stop_taken_along_is_no_decision_on_the_next_turn():
    turns = talk(i1=3)
    codings = coded(("i1", 1, "ana", "vote"), ("i1", 1, "bo", "vote", 23, len(WORDS)))

    assert row(measured(turns, codings), "alpha", "vote")["agreed_count"] == 0


def test_a_code_of_one_coder_only_or_of_nobody_says_so():
    table = measured(talk(i1=4), coded(("i1", 1, "ana", "vote"), ("i1", 2, "bo", "lot")))

    assert row(table, "alpha", "vote")["note"] == "only ana gave this code"
    assert "nobody gave this code" in row(table, "alpha", "fire")["note"]
    assert pd.isna(row(table, "alpha", "fire")["value"])


def test_a_code_that_all_gave_everywhere_cannot_be_told_from_chance():
    everywhere = [("i1", turn, coder, "vote") for turn in (1, 2) for coder in ("ana", "bo")]
    found = row(measured(talk(i1=2), coded(*everywhere)), "alpha", "vote")

    assert pd.isna(found["value"])
    assert "no variation" in found["note"]
    assert found["agreed_count"] == 2


@pytest.mark.parametrize("decisions", [[], [("i1", 1, "ana", "vote"), ("i2", 1, "bo", "vote")]])
def test_where_nobody_coded_the_same_interview_the_table_says_so(decisions):
    table = measured(talk(i1=2, i2=2), coded(*decisions))

    check(tables.AGREEMENT, table)
    assert table["value"].isna().all()
    assert table["note"].str.contains("no interview was coded by two people").all()
    assert set(table["code"].dropna()) == set(CODES)


def test_without_codes_or_turns_the_table_still_stands():
    nothing = Codebook(typed(tables.CODES, []), pd.DataFrame(), {})

    assert measured(typed(tables.TURNS, []), coded(), nothing)["value"].isna().all()


def test_a_code_called_all_is_a_code_like_another():
    book = Codebook(typed(tables.CODES, [{"code": "all"}]), pd.DataFrame(), {})
    table = measured(talk(i1=4), coded(("i1", 1, "ana", "all"), ("i1", 1, "bo", "all")), book)

    assert row(table, "alpha", "all")["scope"] == "code"
    assert row(table, "alpha")["scope"] == "all"


def test_no_word_of_the_talk_is_needed():
    """A thousand interviews need not be in memory."""
    turns, codings = talk(i1=4), coded(("i1", 1, "ana", "vote"), ("i1", 1, "bo", "vote"))
    whole = measured(turns, codings)
    bare = agreement.measured(
        codings[["interview_id", "coder"]],
        segments(codings, turns).drop(columns="text"),
        turns[["interview_id", "turn_id", "role", "start", "end"]],
        BOOK,
    )

    pd.testing.assert_frame_equal(whole, bare)


# --- where passages begin and end ------------------------------------------------------------------


def test_overlap_is_the_share_of_what_one_marked_that_both_marked():
    """Ana 0–20, Bo 10–24 of the turn: 10 letters of 24."""
    found = measured(
        talk(i1=4), coded(("i1", 1, "ana", "vote", 0, 20), ("i1", 1, "bo", "vote", 10, 24))
    )

    assert row(found, "overlap", "vote")["value"] == pytest.approx(100 * 10 / 24)
    assert row(found, "overlap", "vote")["unit"] == "%"


def test_overlap_of_all_asks_for_the_place_and_not_for_the_code():
    found = measured(
        talk(i1=4), coded(("i1", 1, "ana", "vote", 0, 20), ("i1", 1, "bo", "lot", 10, 24))
    )

    assert row(found, "overlap")["value"] == pytest.approx(100 * 10 / 24)
    assert row(found, "overlap", "vote")["value"] == 0
    assert row(found, "u_alpha_what")["value"] < 0.5


def test_the_distance_is_that_of_the_ends_of_passages_that_two_coders_share():
    """Beginnings 2 and 0 apart, ends 4 and 6; the passage that Bo alone marked is no pair."""
    found = measured(
        talk(i1=6),
        coded(
            ("i1", 1, "ana", "vote", 0, 20),
            ("i1", 1, "bo", "vote", 2, 24),
            ("i1", 2, "ana", "vote", 3, 18),
            ("i1", 2, "bo", "vote", 3, 24),
            ("i1", 4, "bo", "vote"),
        ),
    )
    distance = row(found, "boundary_distance", "vote")

    assert (distance["value"], distance["unit"]) == (np.median([2, 4, 0, 6]), "letters")
    assert distance["units_count"] == 2


def test_a_passage_that_runs_on_over_a_question_is_one():
    """Its letters are counted without the question's, and without the line feeds."""
    turns = talk(i1=3)
    turns.loc[2, "role"] = "interviewer"
    decisions = [("i1", 1, who, "vote", 0, 3 * len(WORDS) + 2) for who in ("ana", "bo")]
    parts = agreement.compared.of(coded(*decisions), segments(coded(*decisions), turns), turns)

    assert parts.passages[["start", "end"]].to_numpy().tolist() == [[0, 2 * len(WORDS)]] * 2


# --- how sure --------------------------------------------------------------------------------------


def half_agreed(interviews, turns_each):
    """Each interview: one turn that both gave the code, one that Ana alone gave it."""
    names = [f"i{n}" for n in range(interviews)]
    said = [
        (i, turn, who, "vote") for i in names for turn, who in ((1, "ana"), (1, "bo"), (2, "ana"))
    ]
    return measured(talk(**dict.fromkeys(names, turns_each)), coded(*said))


def test_from_five_interviews_on_whole_interviews_are_drawn():
    found = row(half_agreed(MIN_INTERVIEWS, 4), "alpha", "vote")

    assert found["resampled"] == "interviews"
    assert found["low"] == pytest.approx(found["value"], abs=0.05)  # all interviews are alike


def test_with_fewer_interviews_turns_are_drawn():
    table = half_agreed(MIN_INTERVIEWS - 1, MIN_TURNS)
    found = row(table, "alpha", "vote")

    check(tables.AGREEMENT, table)
    assert found["resampled"] == "turns"
    assert found["low"] < found["value"] < found["high"] <= 1


def test_few_turns_have_no_interval_and_say_why():
    found = row(half_agreed(1, MIN_TURNS - 1), "alpha", "vote")

    assert pd.isna(found["low"])
    assert "fewer than 5 interviews and 30 turns" in found["note"]


def test_letters_are_never_drawn():
    found = row(half_agreed(2, MIN_TURNS), "u_alpha", "vote")

    assert not pd.isna(found["value"])
    assert pd.isna(found["low"])


def test_where_coders_agree_on_no_turn_or_on_every_one_no_interval_feigns_certainty():
    names = [f"i{n}" for n in range(8)]
    apart = [(i, 1, "ana", "vote") for i in names] + [(i, 2, "bo", "vote") for i in names]
    alike = [(i, 3, who, "lot") for i in names for who in ("ana", "bo")]
    table = measured(talk(**dict.fromkeys(names, 6)), coded(*apart, *alike))

    for code, value in (("vote", -0.19), ("lot", 1)):
        found = row(table, "alpha", code)
        assert found["value"] == pytest.approx(value, abs=0.02)
        assert pd.isna(found["low"])
        assert "each draw says the same" in found["note"]


def test_a_code_of_few_interviews_has_no_interval():
    """In one draw of three, the only interview that has it is missing."""
    names = [f"i{n}" for n in range(8)]
    everyone = [(i, 3, who, "lot") for i in names for who in ("ana", "bo")]
    once = [("i0", turn, who, "vote") for turn, who in ((1, "ana"), (1, "bo"), (2, "ana"))]
    found = row(measured(talk(**dict.fromkeys(names, 6)), coded(*everyone, *once)), "alpha", "vote")

    assert found["value"] > 0.5
    assert "too few places" in found["note"]


def test_the_interval_spreads_as_the_standard_error_of_kappa_says():
    """Fleiss, Cohen & Everitt 1969 for two coders and two answers; turns drawn, one interview."""
    draw = np.random.default_rng(4)
    truth = draw.random(400) < 0.3
    a, b = (np.where(draw.random(400) < 0.1, ~truth, truth) for _coder in "ab")
    said = [
        ("i", t + 1, who, "vote") for who, own in (("a", a), ("b", b)) for t in np.flatnonzero(own)
    ]
    found = row(measured(talk(i=400), coded(*said)), "cohen_kappa", "vote")
    p = np.array([[np.mean(~a & ~b), np.mean(~a & b)], [np.mean(a & ~b), np.mean(a & b)]])
    rows, columns = p.sum(axis=1), p.sum(axis=0)
    agreed, chance = np.trace(p), rows @ columns
    kappa = (agreed - chance) / (1 - chance)
    first = sum(
        p[i, i] * ((1 - chance) - (rows[i] + columns[i]) * (1 - agreed)) ** 2 for i in (0, 1)
    )
    second = (1 - agreed) ** 2 * sum(p[i, 1 - i] * (columns[i] + rows[1 - i]) ** 2 for i in (0, 1))
    third = (agreed * chance - 2 * chance + agreed) ** 2
    error = math.sqrt((first + second - third) / 400) / (1 - chance) ** 2

    assert found["value"] == pytest.approx(kappa)
    assert found["high"] - found["low"] == pytest.approx(2 * 1.96 * error, rel=0.1)
