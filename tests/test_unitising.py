"""Where units begin and end: as published, the same however parted, and explained when none."""

import math

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.coding.agreement import krippendorff_alpha
from pipeline.coding.agreement.unitising import u_alpha


def continuum(length, units, name="x"):
    """Make (units, continua) from coder → [(start, end, value)]."""
    rows = [
        {"continuum": name, "coder": coder, "value": value, "start": start, "end": end}
        for coder, own in units.items()
        for start, end, value in own
    ]
    who = [{"continuum": name, "coder": coder, "length": length} for coder in units]
    return (
        pd.DataFrame(rows, columns=["continuum", "coder", "value", "start", "end"]),
        pd.DataFrame(who, columns=["continuum", "coder", "length"]),
    )


def both(*parts):
    units, continua = zip(*parts, strict=True)
    return pd.concat(units, ignore_index=True), pd.concat(continua, ignore_index=True)


# Krippendorff 2018, Content Analysis, 4th ed., figure 12.11: three observers, length 60.
BOOK = continuum(
    60,
    {
        "Alex": [(0, 7, 1), (7, 13, 2), (30, 32, 5), (32, 37, 6), (37, 44, 6), (44, 60, 7)],
        "Paul": [(0, 7, 1), (7, 13, 3), (13, 21, 5), (32, 44, 6)],
        "Suzan": [(0, 7, 1), (7, 13, 4), (13, 21, 5), (32, 37, 6), (37, 41, 6), (41, 44, 6)],
    },
)


def test_the_three_alphas_are_those_of_the_book():
    """The book prints 0.510, 0.413 and 0.724, worked out from coincidences it has rounded."""
    found = u_alpha(*BOOK)

    assert found.where_and_what == pytest.approx(0.510, abs=5e-4)
    assert found.where == pytest.approx(0.413, abs=1e-3)
    assert found.what == pytest.approx(0.724, abs=2e-3)


def test_the_sums_of_the_example_are_those_one_counts_by_hand():
    """Lengths by value in the figure: gaps 71, values 21, 6, 18, 36, 16, 6, 6; 180 in all."""
    units, continua = BOOK
    lengths = (units["end"] - units["start"]).groupby(units["value"]).sum()
    squares = ((units["end"] - units["start"]) ** 2).sum()
    gaps = 180 - lengths.sum()
    unlike = (
        18 + 52
    )  # other values on 7–13; one of three alone, or two of three, on 13–21 and 30–60
    kept = squares + gaps
    margins = (lengths**2).sum() + gaps**2

    expected = 1 - unlike * (180**2 - kept) / (180 * (180**2 - margins))
    assert u_alpha(units, continua).where_and_what == pytest.approx(expected)


spans = (
    st.lists(st.integers(0, 30), max_size=8, unique=True)
    .map(sorted)
    .map(lambda cuts: list(zip(cuts[::2], cuts[1::2], strict=False)))
)
unitisations = st.fixed_dictionaries(
    {coder: st.lists(st.tuples(spans, st.sampled_from("ab")), max_size=1) for coder in "ijk"}
).map(lambda made: {c: [(a, b, v) for own, v in rows for a, b in own] for c, rows in made.items()})


@given(unitisations, st.integers(30, 40))
def test_units_of_one_letter_each_are_the_units_of_the_ordinary_alpha(units, length):
    """With nothing longer to keep whole, unitising is coding letter by letter."""
    letters = {
        c: [(n, n + 1, v) for a, b, v in own for n in range(a, b)] for c, own in units.items()
    }
    ratings = pd.DataFrame(
        {c: {n: v for n, _end, v in own} for c, own in letters.items()},
        index=range(length),
        dtype=object,
    ).fillna("gap")

    found = u_alpha(*continuum(length, letters))
    assert found.where_and_what == pytest.approx(krippendorff_alpha(ratings), nan_ok=True)
    is_marked = ratings.ne("gap")
    assert found.where == pytest.approx(krippendorff_alpha(is_marked), nan_ok=True)


@given(unitisations)
def test_no_alpha_is_above_1_and_all_is_1_where_coders_do_the_same(units):
    found = u_alpha(*continuum(30, units))
    same = u_alpha(*continuum(30, {"i": units["i"], "j": units["i"]}))

    assert not found.where_and_what > 1 + 1e-9
    assert same.where_and_what == pytest.approx(1) or math.isnan(same.where_and_what)


@given(unitisations, unitisations)
def test_two_continua_are_one_long_one(first, second):
    """Agreement over several interviews is that over their texts one behind the other."""
    moved = {c: [(a + 31, b + 31, v) for a, b, v in own] for c, own in second.items()}
    joined = {coder: first[coder] + moved[coder] for coder in first}
    one = u_alpha(*continuum(62, joined))
    two = u_alpha(*both(continuum(31, first, "x"), continuum(31, second, "y")))

    for which in ("where_and_what", "where", "what"):
        assert getattr(one, which) == pytest.approx(getattr(two, which), nan_ok=True), which


def test_who_marked_nothing_left_it_all_a_gap():
    found = u_alpha(*continuum(100, {"i": [(10, 20, "a")], "j": []}))

    assert found.where < 0
    assert math.isnan(found.what)
    assert "no two coders marked the same stretch" in found.what.note


@pytest.mark.parametrize(
    ("units", "says"),
    [
        ({}, "nothing to compare"),
        ({"i": [(0, 5, "a")]}, "nothing to compare"),
        ({"i": [], "j": []}, "no variation"),
        ({"i": [(0, 10, "a")], "j": [(0, 10, "a")]}, "no variation"),
    ],
)
def test_what_cannot_be_told_says_why(units, says):
    found = u_alpha(*continuum(10, units))

    assert math.isnan(found.where_and_what)
    assert says in found.where_and_what.note


@pytest.mark.parametrize(
    "own",
    [[(0, 5, "a"), (4, 8, "b")], [(3, 3, "a")], [(5, 3, "a")], [(8, 11, "a")], [(-1, 2, "a")]],
)
def test_units_that_overlap_are_empty_or_leave_the_continuum_are_refused(own):
    with pytest.raises(ValueError, match=r"overlap|empty"):
        u_alpha(*continuum(10, {"i": own, "j": []}))
