"""What is counted: the talk of cleared voices, once, whoever coded it and in whatever order."""

import pandas as pd
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from segmented import segments

from pipeline import tables
from pipeline.comparison import counting
from pipeline.tables.files import typed

MASKS = typed(tables.MASKS, [])


def corpus(*interviews):
    """Make (interviews, speakers, turns) from (id, {voice: scopes}, [(voice, text)], more)."""
    rows, voices, turns = [], [], []
    for interview_id, scopes, said, *more in interviews:
        about = {"interview_id": interview_id, "provenance": "real", "has_interpreter": False}
        rows.append({"initiative_id": interview_id, **about, **(more[0] if more else {})})
        voices += [
            {
                "interview_id": interview_id,
                "label": voice,
                "speaker_id": voice,
                "role": "interviewer" if voice == "asks" else "interviewee",
                "consent": agreed.split(),
            }
            for voice, agreed in scopes.items()
        ]
        start = 0
        for number, (voice, text) in enumerate(said, 1):
            turns.append(
                {
                    "interview_id": interview_id,
                    "turn_id": f"{interview_id}#{number}",
                    "turn": number,
                    "speaker_id": voice,
                    "role": "interviewer" if voice == "asks" else "interviewee",
                    "start": start,
                    "end": start + len(text),
                    "text": text,
                    "words_count": len(text.split()),
                    "place": number,
                }
            )
            start += len(text) + 1
    return (
        typed(tables.INTERVIEWS, rows),
        typed(tables.SPEAKERS, voices),
        typed(tables.TURNS, turns),
    )


def coded(turns, *spans):
    """Code (interview, start, end[, code[, coder]])."""
    rows = [
        {
            "coding_id": f"x:{n}",
            "interview_id": interview,
            "start": start,
            "end": end,
            "code": more[0] if more else "c",
            "coder": more[1] if len(more) > 1 else "x",
        }
        for n, (interview, start, end, *more) in enumerate(spans)
    ]
    return segments(typed(tables.CODINGS, rows), turns)


def count(made, segments, purpose="book", research_only=False):
    interviews, speakers, turns = made
    return counting.count(purpose, interviews, speakers, turns, segments, MASKS, research_only)


def plain(counted):
    """Show what was counted, without order."""
    talk = counted.interviews[["interview_id", "words_total", "voices"]].to_numpy().tolist()
    rows = counted.coded[["interview_id", "code", "segments_count", "words_count", "voices"]]
    return sorted(talk, key=str), sorted(rows.to_numpy().tolist(), key=str)


def test_the_interviewers_words_are_in_no_total_and_in_no_code():
    made = corpus(
        ("a", {"asks": "research book", "v": "research book"}, [("asks", "x x x"), ("v", "y y")])
    )

    counted = count(made, coded(made[2], ("a", 0, 9)))

    assert plain(counted) == ([["a", 2, {"v"}]], [["a", "c", 1, 2, {"v"}]])


def test_a_coding_of_the_interviewers_words_alone_is_behind_nothing_counted():
    agreed = "research book"
    made = corpus(("a", {"asks": agreed, "v": agreed}, [("asks", "x x x"), ("v", "y y")]))

    assert count(made, coded(made[2], ("a", 0, 5), ("a", 6, 9))).coding_ids == {"x:1"}


def test_a_voice_that_did_not_agree_is_in_no_total_and_in_no_code():
    made = corpus(
        ("a", {"v": "research book", "w": "research"}, [("v", "x x"), ("w", "y y y")]),
        ("b", {"w": "research"}, [("w", "z")]),
    )
    segments = coded(made[2], ("a", 0, 9), ("b", 0, 1))

    assert plain(count(made, segments)) == ([["a", 2, {"v"}]], [["a", "c", 1, 2, {"v"}]])
    assert plain(count(made, segments, "research"))[0] == [["a", 5, {"v", "w"}], ["b", 1, {"w"}]]
    assert count(made, segments).coding_ids == {"x:0"}


def test_voices_of_research_alone_are_counted_and_marked_when_the_setting_asks():
    made = corpus(("a", {"v": "research book", "w": "research"}, [("v", "x x"), ("w", "y y y")]))

    counted = count(made, coded(made[2], ("a", 0, 9)), research_only=True)

    assert counted.interviews["words_total"].tolist() == [5]
    assert counted.closed == {"w"}


def test_consent_in_another_interview_does_not_open_this_one():
    made = corpus(
        ("a", {"v": "research book"}, [("v", "x")]), ("b", {"v": "research"}, [("v", "y")])
    )

    assert count(made, coded(made[2]), research_only=True).closed == {"v"}


@pytest.mark.parametrize("research_only", [False, True])
def test_consent_to_the_book_without_research_counts_nowhere(research_only):
    made = corpus(("a", {"v": "book"}, [("v", "x")]))

    assert plain(count(made, coded(made[2]), research_only=research_only)) == ([], [])


TALK = [("v", "un deux trois quatre")]


@pytest.mark.parametrize(
    ("spans", "chosen"),
    [
        ([], "a"),
        ([("b", 0, 2)], "b"),
        ([("a", 0, 2), ("b", 0, 2)], "a"),
        ([("a", 0, 2), ("b", 0, 2), ("b", 3, 7)], "b"),
    ],
)
def test_an_interview_and_its_translation_count_once_in_the_version_that_is_coded(spans, chosen):
    agreed = {"v": "research book"}
    made = corpus(("a", agreed, TALK), ("b", agreed, TALK, {"translation_of": "a"}))

    counted = count(made, coded(made[2], *spans))

    assert counted.interviews["interview_id"].tolist() == [chosen]
    assert set(counted.coded["interview_id"]) <= {chosen}


def test_a_translation_of_a_translation_is_still_the_same_interview():
    agreed = {"v": "research book"}
    made = corpus(
        ("c", agreed, TALK, {"translation_of": "b"}),
        ("b", agreed, TALK, {"translation_of": "a"}),
        ("a", agreed, TALK),
    )

    assert count(made, coded(made[2])).interviews["interview_id"].tolist() == ["a"]


def test_an_original_that_nobody_may_hear_does_not_hide_its_translation():
    made = corpus(
        ("a", {"v": ""}, TALK), ("b", {"w": "research book"}, [("w", "x")], {"translation_of": "a"})
    )

    assert count(made, coded(made[2])).interviews["interview_id"].tolist() == ["b"]


def test_a_mask_changes_what_is_shown_not_how_much_was_said():
    made = corpus(("a", {"v": "research book"}, [("v", "Awa Diop parle")]))
    mask = {"interview_id": "a", "start": 0, "end": 8, "exact": "Awa Diop", "replacement": "X"}
    interviews, speakers, turns = made
    segments = coded(turns, ("a", 0, 14))

    counted = counting.count(
        "book", interviews, speakers, turns, segments, typed(tables.MASKS, [mask])
    )

    assert counted.coded["words_count"].tolist() == [3]


WORDS = "aa bb cc dd ee"
places = st.lists(
    st.tuples(st.integers(0, 13), st.integers(1, 14)).map(sorted).filter(lambda s: s[0] < s[1]),
    min_size=1,
    max_size=6,
)


def naive(spans):
    """Count passages as runs of positions, words as those with a position in a span."""
    inside = {p for a, b in spans for p in range(a, b)}
    runs = sum(p - 1 not in inside for p in inside)
    words = sum(bool(inside & set(range(3 * n, 3 * n + 2))) for n in range(5))
    return runs, words


@settings(max_examples=12, deadline=None)
@given(places)
@example([[0, 4], [4, 9]])
def test_overlaps_are_merged_as_a_set_of_positions_says(spans):
    made = corpus(("a", {"v": "research book"}, [("v", WORDS)]))

    row = count(made, coded(made[2], *[("a", *span) for span in spans])).coded.iloc[0]

    assert (row["segments_count"], row["words_count"]) == naive(spans)


@settings(max_examples=6, deadline=None)
@given(places, st.randoms(use_true_random=False))
def test_who_coded_and_in_which_order_changes_nothing(spans, random):
    made = corpus(
        ("a", {"v": "research book"}, [("v", WORDS)]), ("b", {"v": "research book"}, TALK)
    )
    one = [("a", *span, "c", "x") for span in spans] + [("b", 0, 2, "c", "x")]
    split = [("a", *span, "c", random.choice("xyz")) for span in spans * 2] + [one[-1]]
    random.shuffle(split)
    interviews, speakers, turns = made
    shuffled = (interviews[::-1], speakers[::-1], turns[::-1])

    assert plain(count(made, coded(turns, *one))) == plain(
        count(shuffled, coded(turns, *split).sample(frac=1, random_state=1))
    )


def test_two_coders_who_share_one_word_do_not_make_it_two():
    made = corpus(("a", {"v": "research book"}, [("v", "parlement")]))

    row = count(made, coded(made[2], ("a", 0, 4), ("a", 6, 9))).coded.iloc[0]

    assert row["words_count"] == 1


def groups(members, grouping):
    rows = members[members["grouping"].eq(grouping)]
    return sorted(map(tuple, rows[["group", "interview_id"]].to_numpy()))


def test_an_initiative_of_several_domains_is_in_each_and_one_that_is_silent_in_not_said():
    sheets = typed(
        tables.INITIATIVES,
        [
            {"initiative_id": "two", "domains": ["water", "seeds", "water"], "region": "Asia"},
            {"initiative_id": "none", "domains": []},
        ],
    )
    interviews = pd.DataFrame(
        {"interview_id": ["i", "j", "k"], "initiative_id": ["two", "none", None]}
    )

    members = counting.memberships(sheets, interviews)

    assert groups(members, "domain") == [
        ("not-said", "j"),
        ("not-said", "k"),
        ("seeds", "i"),
        ("water", "i"),
    ]
    assert groups(members, "region") == [("Asia", "i"), ("not-said", "j"), ("not-said", "k")]
    assert groups(members, "all") == [("all", "i"), ("all", "j"), ("all", "k")]
    assert groups(members, "initiative") == [("none", "j"), ("not-said", "k"), ("two", "i")]


def test_an_empty_corpus_is_counted_as_nothing():
    made = corpus()

    counted = count(made, coded(made[2]))

    assert (len(counted.interviews), len(counted.coded), counted.closed) == (0, 0, set())
    assert len(counting.memberships(typed(tables.INITIATIVES, []), made[0])) == 0
