"""What a person decided counts once, whichever files it stands in; what differs is listed."""

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline import tables
from pipeline.coding.merging import merged
from pipeline.tables.files import check, typed

TEXT = "abcdefghij" * 10


def coding(file, start, end, **more):
    row = {
        "coding_id": f"{file}:{start}-{end}",
        "interview_id": "eau-01",
        "code": "vote",
        "coder": "Léa",
        "start": start,
        "end": end,
        "exact": TEXT[start:end],
        "text_sha256": "0" * 64,
        "file": file,
        "line": start,
        "status": "exact",
        "score": 1.0,
    }
    return {**row, **more}


def of(*rows, hidden=None):
    return merged(typed(tables.CODINGS, list(rows)), hidden)


def test_the_same_decision_in_two_files_counts_once():
    kept, conflicts = of(coding("lea.csv", 0, 5), coding("p.qdpx", 0, 5))

    assert kept["coding_id"].tolist() == ["lea.csv:0-5"]
    assert conflicts.empty


@pytest.mark.parametrize("review", ["aaa.csv", "zzz.csv"])
def test_what_a_person_coded_unaided_stays_theirs_when_they_accept_the_same(review):
    kept, _conflicts = of(coding("lea.csv", 0, 5), coding(review, 0, 5, is_suggested=True))

    assert kept["coding_id"].tolist() == ["lea.csv:0-5"]
    assert not kept["is_suggested"].fillna(False).any()


def test_a_suggestion_accepted_inside_a_persons_own_passage_does_not_take_its_place():
    own, accepted = coding("lea.csv", 0, 30), coding("review.csv", 5, 15, is_suggested=True)

    kept, conflicts = of(own, accepted)

    assert kept["coding_id"].tolist() == ["lea.csv:0-30", "review.csv:5-15"]
    assert conflicts.empty


def test_an_accepted_suggestion_that_comes_back_in_a_project_stays_one():
    kept, _conflicts = of(coding("review.csv", 0, 5, is_suggested=True), coding("p.qdpx", 0, 5))

    assert kept["is_suggested"].tolist() == [True]


def test_a_name_in_other_letters_is_the_same_person():
    kept, _conflicts = of(coding("lea.csv", 0, 5), coding("p.qdpx", 0, 5, coder="le\u0301a "))

    assert len(kept) == 1


@pytest.mark.parametrize(
    "other", [{"coder": "Béla"}, {"code": "water"}, {"interview_id": "eau-02"}]
)
def test_other_people_codes_and_interviews_stay_apart(other):
    kept, conflicts = of(coding("lea.csv", 0, 5), coding("p.qdpx", 0, 5, **other))

    assert len(kept) == 2
    assert conflicts.empty


def test_the_newer_memo_and_date_are_kept():
    old = coding("lea.csv", 0, 5, memo="why", created_at="2013-01-02")
    new = coding("p.qdpx", 0, 5, memo="because", created_at="2013-02-03T10:00:00Z")

    for rows in ([old, new], [new, old]):
        kept, _conflicts = of(*rows)
        assert kept[["memo", "created_at"]].to_numpy().tolist() == [
            ["because", "2013-02-03T10:00:00Z"]
        ]


def test_a_memo_that_one_file_lacks_is_not_lost():
    kept, _conflicts = of(
        coding("lea.csv", 0, 5, memo="why"),
        coding("p.qdpx", 0, 5, created_at="2013-02-03T10:00:00Z"),
    )

    assert kept["memo"].tolist() == ["why"]


def test_a_changed_extent_counts_as_the_project_has_it_and_is_listed():
    kept, conflicts = of(coding("lea.csv", 0, 5), coding("p.qdpx", 0, 9))

    assert kept["coding_id"].tolist() == ["p.qdpx:0-9"]
    [row] = conflicts.to_dict("records")
    assert (row["kind"], row["coding_id"], row["other_id"]) == (
        "changed",
        "p.qdpx:0-9",
        "lea.csv:0-5",
    )
    assert (row["start"], row["end"], row["other_start"], row["other_end"]) == (0, 9, 0, 5)
    assert row["reason"] == "a project is newer than the table it was made from"
    check(tables.CONFLICTS, conflicts)


def test_a_later_date_goes_before_the_kind_of_file():
    kept, conflicts = of(
        coding("lea.csv", 0, 5, created_at="2013-03-01"),
        coding("p.qdpx", 0, 9, created_at="2013-02-01"),
    )

    assert kept["file"].tolist() == ["lea.csv"]
    assert conflicts["reason"].tolist() == ["its date is later"]


def test_overlapping_passages_of_one_file_are_no_conflict():
    kept, conflicts = of(coding("lea.csv", 0, 5), coding("lea.csv", 3, 9))

    assert len(kept) == 2
    assert conflicts.empty


def test_a_passage_that_came_back_unchanged_is_in_no_conflict():
    """Two passages that overlap went out and came back: neither is the other, changed."""
    rows = [coding(file, *span) for file in ("lea.csv", "p.qdpx") for span in ((0, 5), (3, 9))]

    kept, conflicts = of(*rows)

    assert kept["file"].tolist() == ["lea.csv", "lea.csv"]
    assert conflicts.empty


def test_a_new_coding_beside_an_unchanged_one_is_new():
    kept, conflicts = of(coding("lea.csv", 0, 5), coding("p.qdpx", 0, 5), coding("p.qdpx", 3, 9))

    assert kept["coding_id"].tolist() == ["lea.csv:0-5", "p.qdpx:3-9"]
    assert conflicts.empty


def test_what_is_missing_in_a_project_that_came_back_is_kept_and_listed():
    kept, conflicts = of(coding("lea.csv", 0, 5), coding("lea.csv", 20, 25), coding("p.qdpx", 0, 5))

    assert kept["coding_id"].tolist() == ["lea.csv:0-5", "lea.csv:20-25"]
    assert conflicts[["kind", "coding_id"]].to_numpy().tolist() == [["missing", "lea.csv:20-25"]]


def test_a_project_that_shares_nothing_misses_nothing():
    _kept, conflicts = of(coding("lea.csv", 0, 5), coding("p.qdpx", 20, 25))

    assert conflicts.empty


HIDDEN = pd.DataFrame(
    [("eau-01", 10, 20, "held"), ("eau-01", 30, 35, "masked")],
    columns=["interview_id", "start", "end", "kind"],
)


def test_ends_that_cannot_be_seen_outside_are_the_same():
    """Talk that is held back is cut off a passage, masked words are taken along whole."""
    kept, conflicts = of(coding("lea.csv", 12, 32), coding("p.qdpx", 20, 35), hidden=HIDDEN)

    assert kept[["start", "end"]].to_numpy().tolist() == [[12, 32]]
    assert conflicts.empty


def test_a_passage_that_never_left_is_not_missed():
    _kept, conflicts = of(
        coding("lea.csv", 0, 5), coding("lea.csv", 12, 18), coding("p.qdpx", 0, 5), hidden=HIDDEN
    )

    assert conflicts.empty


ROWS = st.lists(
    st.tuples(
        st.sampled_from(["lea.csv", "p.qdpx", "q.qdpx"]), st.integers(0, 9), st.integers(1, 9)
    ),
    unique=True,
    max_size=9,
)


@given(ROWS)
def test_whatever_is_merged_nothing_disappears_unlisted(rows):
    made = [coding(file, start, start + length) for file, start, length in rows]

    kept, conflicts = of(*made)

    places = {(row["start"], row["end"]) for row in made}
    seen = set(map(tuple, kept[["start", "end"]].to_numpy().tolist()))
    lost = conflicts[conflicts["kind"].eq("changed")][["other_start", "other_end"]]
    assert places == seen | set(map(tuple, lost.to_numpy().tolist()))
