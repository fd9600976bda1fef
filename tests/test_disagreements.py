"""What coders have to talk about: every place they differ on, once, with its words, and no other."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline import tables
from pipeline.coding.agreement import disagreements
from pipeline.tables.files import check, typed

TEXT = "Alors nous avons tiré au sort, et le sort est tombé sur Odile."


def talk(*interviews):
    rows = [
        {
            "interview_id": interview_id,
            "turn_id": f"{interview_id}#{turn}",
            "turn": turn,
            "start": (turn - 1) * (len(TEXT) + 1),
            "end": turn * (len(TEXT) + 1) - 1,
            "text": TEXT,
        }
        for interview_id in interviews
        for turn in (1, 2)
    ]
    return typed(tables.TURNS, rows)


def listed(*decisions, interviews=("i1",)):
    """List what (interview, coder, code, words or (start, end)[, memo]) leaves to talk about."""
    rows = []
    for number, (interview_id, coder, code, words, *memo) in enumerate(decisions):
        first = TEXT.index(words) if isinstance(words, str) else words[0]
        behind = first + len(words) if isinstance(words, str) else words[1]
        about = {"coding_id": str(number), "interview_id": interview_id, "coder": coder}
        rows.append(about | {"code": code, "start": first, "end": behind, "memo": (*memo, None)[0]})
    return disagreements.listed(typed(tables.CODINGS, rows), talk(*interviews))


def told(table):
    return list(table[["code", "kind", "text"]].itertuples(index=False, name=None))


def test_a_place_that_one_of_two_coded_is_told_with_who_did_and_who_did_not():
    table = listed(
        ("i1", "ana", "lot", "tiré au sort", "Le mot même."), ("i1", "bo", "vote", "sur Odile")
    )
    check(tables.DISAGREEMENTS, table)
    first = table.iloc[0]

    assert told(table) == [("lot", "missing", "tiré au sort"), ("vote", "missing", "sur Odile")]
    assert (first["given_by"], first["not_given_by"]) == (["ana"], ["bo"])
    assert first["memos"] == ["ana: Le mot même."]
    assert first["positions"] == ["ana: 17–29"]
    assert (first["turn_id"], first["turn"]) == ("i1#1", 1)


def test_a_place_that_another_coded_otherwise_says_how():
    table = listed(("i1", "ana", "lot", "tiré au sort"), ("i1", "bo", "chance", "sort, et le sort"))

    assert [(r["code"], r["kind"], r["other_codes"]) for r in table.to_dict("records")] == [
        ("lot", "other code", ["bo: chance"]),
        ("chance", "other code", ["ana: lot"]),
    ]


def test_passages_of_different_reach_are_told_with_what_they_share():
    table = listed(("i1", "ana", "lot", "tiré au sort"), ("i1", "bo", "lot", "au sort, et le sort"))
    (row,) = table.to_dict("records")

    assert (row["kind"], row["text"]) == ("boundary", "tiré au sort, et le sort")
    assert row["shared_pct"] == pytest.approx(100 * len("au sort") / len(row["text"]))
    assert row["positions"] == ["ana: 17–29", "bo: 22–41"]


@pytest.mark.parametrize("words", ["au sort", " au sort", "au sort,", " au sort, "])
def test_the_same_words_with_a_comma_or_a_space_more_are_the_same(words):
    assert told(listed(("i1", "ana", "lot", "au sort"), ("i1", "bo", "lot", words))) == []


def test_one_long_passage_and_two_short_ones_are_one_place():
    table = listed(
        ("i1", "ana", "lot", "tiré au sort, et le sort"),
        ("i1", "bo", "lot", "tiré"),
        ("i1", "bo", "lot", "le sort"),
    )
    (row,) = table.to_dict("records")

    assert row["kind"] == "boundary"
    assert row["positions"] == ["ana: 17–41", "bo: 17–21", "bo: 34–41"]


def test_passages_that_only_touch_are_two_places():
    table = listed(("i1", "ana", "lot", (6, 8)), ("i1", "bo", "lot", (8, 10)))

    assert table["kind"].tolist() == ["missing", "missing"]


def test_of_three_coders_the_two_who_agree_are_named_together():
    (row, *rest) = listed(
        ("i1", "ana", "lot", "au sort"),
        ("i1", "bo", "lot", "au sort"),
        ("i1", "cy", "vote", "sur Odile"),
    ).to_dict("records")

    assert (row["given_by"], row["not_given_by"]) == (["ana", "bo"], ["cy"])
    assert row["shared_pct"] == 100
    assert rest[0]["not_given_by"] == ["ana", "bo"]


def test_an_interview_of_one_coder_leaves_nothing_to_talk_about():
    assert told(listed(("i1", "ana", "lot", "au sort"), ("i2", "bo", "lot", "au sort"))) == []
    assert told(listed()) == []


def test_the_order_is_that_of_the_interviews_and_of_the_text():
    said = [
        ("i2", "ana", "lot", "au sort"),
        ("i2", "bo", "vote", "Alors"),
        ("i1", "ana", "vote", (70, 75)),
        ("i1", "bo", "lot", "sur Odile"),
    ]
    table = listed(*said, interviews=("i2", "i1"))

    places = list(table[["turn_id", "start"]].itertuples(index=False, name=None))
    assert places == [("i2#1", 0), ("i2#1", 22), ("i1#1", TEXT.index("sur Odile")), ("i1#2", 70)]


def test_a_place_over_several_turns_stands_where_it_begins():
    (row,) = listed(("i1", "ana", "lot", (50, 80)), ("i1", "bo", "lot", (50, 70))).to_dict(
        "records"
    )

    assert (row["turn"], row["start"]) == (1, 50)
    assert "\n" in row["text"]


letters = st.tuples(st.integers(0, 40), st.integers(1, 20)).map(lambda at: (at[0], at[0] + at[1]))
codings = st.lists(
    st.tuples(st.just("i1"), st.sampled_from(["ana", "bo"]), st.sampled_from("vl"), letters),
    max_size=12,
)


@settings(max_examples=30)
@given(codings)
def test_every_place_is_told_unless_both_marked_the_same_words(made):
    """Letter by letter, against a plain count of who marked what."""
    table = listed(*made)
    coders = {coder for _i, coder, *_rest in made}
    whole = len(coders) == 2
    for code in "vl":
        marked = {
            coder: {
                n for _i, who, c, (a, b) in made for n in range(a, b) if (who, c) == (coder, code)
            }
            for coder in coders
        }
        apart = {n for n in set().union(*marked.values()) if TEXT[n].isalnum()} if whole else set()
        apart -= set.intersection(*marked.values()) if whole else set()
        rows = table[table["code"].eq(code)]
        places = [set(range(a, b)) for a, b in rows[["start", "end"]].to_numpy()]
        assert apart <= set().union(*places)
        assert sum(map(len, places)) == len(set().union(*places)), "a place is told twice"


def test_a_thousand_codings_of_a_long_interview_take_no_time():
    rows = [
        {
            "coding_id": str(n),
            "interview_id": "i1",
            "coder": "ana" if n % 2 else "bo",
            "code": f"c{n % 40}",
            "start": 10 * n,
            "end": 10 * n + 500,
        }
        for n in range(1000)
    ]
    turns = talk("i1").iloc[:1].assign(text="mot " * 3000, start=0, end=12000)

    assert len(disagreements.listed(typed(tables.CODINGS, rows), turns)) >= 40
