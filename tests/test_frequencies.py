"""Shares and intervals: as published, within bounds, in any order, honest when small."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline import tables
from pipeline.comparison import counting, frequencies
from pipeline.comparison.counting import Counted
from pipeline.comparison.frequencies import MIN_INTERVIEWS_FOR_BOOTSTRAP, share_intervals, wilson
from pipeline.tables.files import check, typed

CODES = typed(
    tables.CODES, [{"code": c, "question": "q", "position": n} for n, c in enumerate("abc")]
)
NUMBERS = [c.name for c in tables.CODE_BY_GROUP.columns if c.kind in ("integer", "number")]


def counted(talk, coded=(), closed=()):
    """Make Counted from (interview, initiative, words, voices[, provenance]) and coded rows."""
    columns = ["interview_id", "initiative_id", "words_total", "voices", "provenance"]
    interviews = pd.DataFrame([(*row, "real")[:5] for row in talk], columns=columns)
    rows = pd.DataFrame(
        coded, columns=["interview_id", "code", "segments_count", "words_count", "voices"]
    )
    return Counted(interviews, rows, set(), set(closed))


def table(made, sheets=(), smallest=3):
    members = counting.memberships(
        typed(tables.INITIATIVES, list(sheets)), made.interviews[["interview_id", "initiative_id"]]
    )
    by_group = frequencies.code_by_group("book", made, members, CODES, smallest)
    check(tables.CODE_BY_GROUP, by_group)
    return by_group


def cell(by_group, code, grouping="all", group="all"):
    (row,) = by_group[
        by_group["code"].eq(code) & by_group["grouping"].eq(grouping) & by_group["group"].eq(group)
    ].to_dict("records")
    return row


@pytest.mark.parametrize(
    ("successes", "total", "low", "high"),
    # Newcombe 1998, Statistics in Medicine 17:857–872, table I, method 3 (score).
    [
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ],
)
def test_wilsons_interval_is_the_published_one(successes, total, low, high):
    assert wilson(successes, total) == pytest.approx((low, high), abs=5e-5)


@given(st.integers(1, 500), st.data())
@settings(max_examples=40, deadline=None)
def test_wilsons_interval_holds_the_share_and_stays_within_0_and_1(total, data):
    successes = data.draw(st.integers(0, total))
    low, high = wilson(successes, total)

    assert 0 <= low <= successes / total <= high <= 1
    mirrored = wilson(total - successes, total)
    assert (1 - high, 1 - low) == pytest.approx(mirrored, abs=1e-9)


def test_no_case_has_no_interval():
    assert np.isnan(wilson(0, 0)).all()


interviews_of = st.lists(
    st.integers(0, 500).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))),
    min_size=MIN_INTERVIEWS_FOR_BOOTSTRAP,
    max_size=12,
)


@given(interviews_of)
@settings(max_examples=40, deadline=None)
def test_the_bootstrap_never_leaves_the_range_of_the_interviews(pairs):
    counts, totals = (np.array(column, float) for column in zip(*pairs, strict=True))
    low, high = share_intervals(counts[:, None], totals)

    shares = counts[totals > 0] / totals[totals > 0]
    if len(shares) < MIN_INTERVIEWS_FOR_BOOTSTRAP:
        assert np.isnan([low, high]).all()
    else:
        assert shares.min() - 1e-12 <= low[0] <= high[0] <= shares.max() + 1e-12


def test_interviews_that_agree_leave_no_doubt_and_few_interviews_no_interval():
    totals = np.full(5, 100.0)

    assert share_intervals(np.full((5, 1), 20.0), totals) == (
        pytest.approx([0.2]),
        pytest.approx([0.2]),
    )
    assert np.isnan(share_intervals(np.full((4, 1), 20.0), totals[:4])).all()


def test_the_bootstrap_spreads_as_the_ratio_of_two_sums_does():
    """Against the linearised standard error of a ratio (Cochran 1977, Sampling Techniques, 6.4)."""
    draw = np.random.default_rng(1)
    totals = draw.integers(500, 2000, 60).astype(float)
    counts = np.floor(totals * draw.uniform(0.05, 0.25, 60))
    share = counts.sum() / totals.sum()
    error = np.sqrt(((counts - share * totals) ** 2).sum()) / totals.sum()

    low, high = share_intervals(counts[:, None], totals)

    assert high[0] - low[0] == pytest.approx(2 * 1.96 * error, rel=0.1)


TALK = [
    ("i1", "one", 100, {"u"}),
    ("i2", "one", 300, {"v"}),
    ("i3", "two", 200, {"w", "x"}),
    ("i4", None, 400, {"y"}),
]
CODED = [
    ("i1", "a", 2, 50, {"u"}),
    ("i2", "a", 1, 30, {"v"}),
    ("i4", "a", 1, 20, {"y"}),
    ("i3", "b", 1, 200, {"w", "x"}),
]


def test_the_numbers_of_a_cell_are_those_one_counts_by_hand():
    row = cell(table(counted(TALK, CODED)), "a")

    assert (row["segments_count"], row["words_count"], row["words_total"]) == (4, 100, 1000)
    assert row["words_share_pct"] == pytest.approx(10)
    assert (row["interviews_count"], row["interviews_total"]) == (3, 4)
    assert (row["initiatives_count"], row["initiatives_total"]) == (1, 2)
    assert row["initiatives_share_pct"] == pytest.approx(50)
    assert row["voices_count"] == 3


def test_a_code_never_used_has_a_row_of_zeros_in_every_group():
    by_group = table(counted(TALK, CODED))
    unused = by_group[by_group["code"].eq("c")]

    assert len(unused) == len(by_group) / 3
    assert unused["segments_count"].eq(0).all()
    assert unused["words_share_pct"].eq(0).all()


def test_groups_that_share_out_the_interviews_add_up_to_all():
    sheets = [
        {"initiative_id": "one", "region": "Asia", "status": "END"},
        {"initiative_id": "two", "region": "Europe"},
    ]
    by_group = table(counted(TALK, CODED), sheets)
    sums = by_group.groupby(["grouping", "code"])[
        ["segments_count", "words_count", "words_total", "interviews_count", "interviews_total"]
    ].sum()

    for grouping in ("initiative", "region", "north_south", "status"):
        assert sums.loc[grouping].equals(sums.loc["all"]), grouping


def test_an_initiative_of_two_domains_counts_once_in_each():
    sheets = [{"initiative_id": "one", "domains": ["seeds", "water"]}]
    by_group = table(counted(TALK, CODED), sheets)

    for domain in ("seeds", "water"):
        row = cell(by_group, "a", "domain", domain)
        assert (row["words_count"], row["initiatives_total"]) == (80, 1)


def test_interviews_of_no_initiative_are_in_shares_of_words_but_in_no_share_of_initiatives():
    row = cell(table(counted(TALK[3:], CODED[2:3])), "a")

    assert row["words_share_pct"] == pytest.approx(5)
    assert (row["initiatives_count"], row["initiatives_total"]) == (0, 0)
    assert pd.isna(row["initiatives_share_pct"])


def test_real_and_fictional_are_never_in_one_row():
    talk = [("r", "one", 100, {"u"}, "real"), ("f", "two", 900, {"v"}, "fictional")]
    coded = [("r", "a", 1, 10, {"u"}), ("f", "a", 5, 500, {"v"})]
    by_group = table(counted(talk, coded))

    totals = by_group[by_group["grouping"].eq("all")].groupby("provenance")["words_total"].max()
    assert totals.to_dict() == {"real": 100, "fictional": 900}
    real = by_group[by_group["provenance"].eq("real") & by_group["code"].eq("a")]
    assert real["words_count"].eq(10).all()


@pytest.mark.parametrize("coded", [[], CODED])
def test_the_order_of_interviews_changes_no_digit(coded):
    talk = [(f"i{n}", f"o{n % 4}", 100 + 37 * n, {f"v{n}"}) for n in range(9)]
    more = [*coded, *[(f"i{n}", "b", 1, 11 * n, {f"v{n}"}) for n in (8, 5, 7, 6)]]
    ways = [table(counted(t, c)) for t, c in ((talk, more), (talk[::-1], more[::-1]))]
    key = list(tables.CODE_BY_GROUP.key)
    one, other = (way.sort_values(key, ignore_index=True) for way in ways)

    pd.testing.assert_frame_equal(one, other, check_exact=True)


@pytest.mark.parametrize(
    "made",
    [
        counted([]),
        counted(TALK[:1]),
        counted(TALK[:1], CODED[:1]),
        counted(TALK),
        counted([("i", "one", 0, {"u"})]),
        counted(
            [(f"i{n}", f"o{n}", 10, {f"v{n}"}) for n in range(6)],
            [(f"i{n}", "a", 1, 10, {f"v{n}"}) for n in range(6)],
        ),
    ],
    ids=["no interview", "one", "one coded", "nothing coded", "no word", "all alike"],
)
def test_degenerate_material_gives_a_sound_table(made):
    by_group = table(made)

    shares = by_group[["words_share_pct", "words_share_low_pct", "words_share_high_pct"]].dropna()
    assert shares["words_share_low_pct"].le(shares["words_share_pct"]).all()
    assert shares["words_share_high_pct"].ge(shares["words_share_pct"]).all()
    assert len(by_group) % 3 == 0


def test_a_cell_of_few_voices_is_emptied_when_one_of_them_did_not_agree_to_print():
    by_group = table(counted(TALK, CODED, closed={"w"}))
    held, shown = cell(by_group, "b"), cell(by_group, "a")

    assert held["is_held_back"]
    assert [held[name] for name in NUMBERS if not pd.isna(held[name])] == []
    assert not shown["is_held_back"]
    assert shown["voices_count"] == 3


def test_a_group_of_few_voices_is_emptied_whole_also_where_nothing_was_said():
    by_group = table(counted(TALK, CODED, closed={"w"}))
    group = by_group[by_group["grouping"].eq("initiative") & by_group["group"].eq("two")]

    assert group["is_held_back"].all()
    assert group[NUMBERS].isna().all(axis=None)


@pytest.mark.parametrize(("closed", "smallest"), [((), 3), ({"w"}, 2), ({"w"}, 0)])
def test_nothing_is_held_back_when_all_agreed_or_voices_suffice(closed, smallest):
    by_group = table(counted(TALK, CODED, closed=closed), smallest=smallest)
    row = cell(by_group, "b")

    assert not row["is_held_back"]
    assert row["words_count"] == 200
    assert not cell(by_group, "c", "initiative", "two")["is_held_back"]


def test_a_cell_that_nobody_said_is_no_secret_in_a_large_group():
    by_group = table(counted(TALK, CODED, closed={"w"}))

    assert not cell(by_group, "c")["is_held_back"]
