"""Coefficients of agreement: as published, as other programs have them, and explained when none."""

import math
import pickle

import krippendorff
import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from nltk.metrics.agreement import AnnotationTask
from sklearn.metrics import cohen_kappa_score

from pipeline.coding.agreement import (
    Coefficient,
    cohen_kappa,
    fleiss_kappa,
    krippendorff_alpha,
    percent_agreement,
)

NAN = math.nan
LEVELS = ("nominal", "ordinal", "interval", "ratio")


def units(*coders: str) -> pd.DataFrame:
    """Make units × coders from a row of signs a coder, as papers print them; * is missing."""
    rows = [[None if sign == "*" else sign for sign in row.replace(" ", "")] for row in coders]
    return pd.DataFrame(rows).T


# --- published -----------------------------------------------------------------------------------

# Krippendorff 2011, Computing Krippendorff's Alpha-Reliability, A, B and C.
BINARY = units("0100000010", "1110010000")
NOMINAL = units("aabbdcccedda", "babbbccceddd")
FOUR = units("123321412***", "1233224125*3", "*3332342251*", "12332441251*")
# Wikipedia, Krippendorff's alpha, a computational example (3 coders × 15 units).
THREE = units("*****34121133*3", "1*213343*******", "**21344*21133*4")


@pytest.mark.parametrize(
    ("ratings", "level", "published"),
    [
        (BINARY, "nominal", 0.095),
        (NOMINAL, "nominal", 0.692),
        (FOUR, "nominal", 0.743),
        (FOUR, "ordinal", 0.815),
        (FOUR, "interval", 0.849),
        (FOUR, "ratio", 0.797),
        (THREE, "nominal", 0.691),
        (THREE, "interval", 0.811),
    ],
)
def test_alpha_is_the_published_one(ratings, level, published):
    assert krippendorff_alpha(ratings, level) == pytest.approx(published, abs=5e-4)


def test_alpha_of_the_example_is_that_of_the_krippendorff_package_to_the_last_digit():
    """Reference values of krippendorff 0.9.0."""
    known = {
        "nominal": 0.691358024691358,
        "ordinal": 0.8067214199413153,
        "interval": 0.8108448928121059,
        "ratio": 0.8089436707842471,
    }
    assert {level: krippendorff_alpha(THREE, level) for level in LEVELS} == pytest.approx(known)


# Fleiss 1971, Psychological Bulletin 76:378–382: 30 patients, 6 psychiatrists, 5 diagnoses.
DIAGNOSES = """
00060 03003 01401 00006 03030 20400 00402 20310 20040 00006 10050 11040 03300 10050 02031
00501 30012 51000 02040 10203 00006 01050 02013 20040 10041 05010 40002 02040 10500 00006
"""
# Wikipedia, Fleiss' kappa, worked example: 10 subjects, 14 raters, 5 categories.
SUBJECTS = [
    [0, 0, 0, 0, 14],
    [0, 2, 6, 4, 2],
    [0, 0, 3, 5, 6],
    [0, 3, 9, 2, 0],
    [2, 2, 8, 1, 1],
    [7, 7, 0, 0, 0],
    [3, 2, 6, 3, 0],
    [2, 5, 3, 2, 2],
    [6, 5, 2, 1, 0],
    [0, 2, 2, 3, 7],
]


def test_fleiss_kappa_is_the_published_one():
    diagnoses = pd.DataFrame([[int(n) for n in row] for row in DIAGNOSES.split()])

    assert fleiss_kappa(diagnoses) == pytest.approx(0.430, abs=5e-4)
    assert fleiss_kappa(SUBJECTS) == pytest.approx(0.210, abs=5e-4)
    assert fleiss_kappa(diagnoses).note == ""


def test_cohens_kappa_is_the_published_one():
    """Wikipedia, Cohen's kappa, simple example: 20 yes/yes, 5 yes/no, 10 no/yes, 15 no/no."""
    a = ["yes"] * 25 + ["no"] * 25
    b = ["yes"] * 20 + ["no"] * 5 + ["yes"] * 10 + ["no"] * 15

    assert cohen_kappa(a, b) == pytest.approx(0.4)


# --- as other programs have them -----------------------------------------------------------------

answers = st.one_of(st.none(), st.integers(0, 4))
tables_of_ratings = (
    st.integers(2, 4)
    .flatmap(
        lambda coders: st.lists(
            st.lists(answers, min_size=coders, max_size=coders), min_size=2, max_size=12
        )
    )
    .map(lambda rows: pd.DataFrame(rows, dtype=object))
)


@given(tables_of_ratings, st.sampled_from(LEVELS))
def test_alpha_is_that_of_the_krippendorff_package(ratings, level):
    alpha = krippendorff_alpha(ratings, level)
    pairable = ratings[ratings.notna().sum(axis=1) >= 2]
    if pairable.stack().nunique() < 2:
        assert math.isnan(alpha)
        assert alpha.note
        return
    theirs = krippendorff.alpha(ratings.T.astype(float).to_numpy(), level_of_measurement=level)
    assert alpha == pytest.approx(theirs, abs=1e-9)


@given(tables_of_ratings)
def test_alpha_without_missing_values_is_that_of_nltk(ratings):
    whole = ratings.fillna(9)
    triples = [(c, u, whole.loc[u, c]) for u in whole.index for c in whole.columns]
    if whole.stack().nunique() < 2:
        return
    assert krippendorff_alpha(whole) == pytest.approx(AnnotationTask(triples).alpha(), abs=1e-9)


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3)), min_size=1, max_size=30))
def test_cohens_kappa_is_that_of_scikit_learn(pairs):
    a, b = zip(*pairs, strict=True)
    kappa = cohen_kappa(a, b)
    if len({*a, *b}) < 2:
        assert math.isnan(kappa)
        assert kappa.note
    else:
        assert kappa == pytest.approx(cohen_kappa_score(a, b), abs=1e-9)


@given(tables_of_ratings)
def test_fleiss_kappa_of_a_fixed_panel_is_that_of_nltk(ratings):
    """nltk's multi-rater pi is Fleiss' kappa."""
    whole = ratings.fillna(9)
    triples = [(c, u, whole.loc[u, c]) for u in whole.index for c in whole.columns]
    counts = whole.apply(lambda row: row.value_counts(), axis=1)
    if whole.stack().nunique() > 1:
        assert fleiss_kappa(counts) == pytest.approx(AnnotationTask(triples).pi(), abs=1e-9)


@given(tables_of_ratings, st.randoms())
def test_neither_the_order_of_units_and_coders_nor_the_names_of_values_matter(ratings, random):
    order = random.sample(range(len(ratings)), len(ratings))
    other = ratings.iloc[order, ::-1].map(lambda v: None if v is None else f"code-{v}")

    mine, theirs = krippendorff_alpha(ratings), krippendorff_alpha(other)
    assert mine == pytest.approx(theirs, nan_ok=True)
    assert percent_agreement(ratings) == pytest.approx(percent_agreement(other), nan_ok=True)


# --- what has no number says why -----------------------------------------------------------------


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize(
    ("ratings", "says"),
    [
        (pd.DataFrame(), "no unit"),
        (pd.DataFrame({"a": [], "b": []}), "no unit"),
        (pd.DataFrame(index=[1, 2]), "nobody"),
        (pd.DataFrame({"a": [1, 2, 2]}), "nobody"),
        (pd.DataFrame({"a": [1, 2], "b": [None, NAN]}), "nobody"),
        (pd.DataFrame({"a": [1, None], "b": [None, 1]}), "no unit was judged by two"),
        (pd.DataFrame({"a": [3, 3], "b": [3, 3]}), "all 4 judgements are the same"),
        (pd.DataFrame({"a": [3, 1], "b": [3, None]}), "all 2 judgements are the same"),
    ],
)
def test_alpha_of_data_that_cannot_tell_is_no_number_and_says_why(ratings, level, says):
    alpha = krippendorff_alpha(ratings, level)

    assert math.isnan(alpha)
    assert says in alpha.note


def test_alpha_of_one_unit_is_0_by_its_formula_and_says_so():
    alpha = krippendorff_alpha(pd.DataFrame({"a": [1], "b": [2], "c": [2]}))

    assert alpha == pytest.approx(0)
    assert "only one unit" in alpha.note


@pytest.mark.parametrize(
    ("ratings", "level"),
    [
        (units("12", "12"), "absolute"),
        (units("ab", "bb"), "ordinal"),
        (units("ab", "bb"), "interval"),
        (pd.DataFrame({"a": [-1, 2], "b": [1, 2]}), "ratio"),
        (pd.DataFrame({"a": [math.inf, 2], "b": [1, 2]}), "interval"),
    ],
)
def test_a_level_that_does_not_fit_the_values_is_refused(ratings, level):
    with pytest.raises(ValueError, match=r"level|number|ratio"):
        krippendorff_alpha(ratings, level)


def test_cohens_kappa_leaves_missing_pairs_out_and_says_how_many():
    kappa = cohen_kappa(["x", "y", None, "x"], ["x", "y", "x", NAN])

    assert kappa == 1
    assert "2 of 4 pairs left out" in kappa.note


@pytest.mark.parametrize(("a", "b"), [([], []), ([None], ["x"]), (["x", "x"], ["x", "x"])])
def test_cohens_kappa_of_nothing_or_of_one_answer_is_no_number_and_says_why(a, b):
    kappa = cohen_kappa(a, b)

    assert math.isnan(kappa)
    assert kappa.note


def test_two_coders_of_different_units_have_no_kappa():
    with pytest.raises(ValueError, match="3 units, the other 2"):
        cohen_kappa([1, 2, 3], [1, 2])


def test_fleiss_kappa_of_a_varying_panel_is_the_generalised_one_and_says_so():
    """By hand: agreement (1 + 1 + 0 + 1/3) / 4, shares 6/10 and 4/10; the unit of one is left out."""
    kappa = fleiss_kappa([[2, 0], [0, 2], [1, 1], [3, 1], [1, 0], [0, 0]])
    observed, expected = (1 + 1 + 0 + 1 / 2) / 4, 0.6**2 + 0.4**2

    assert kappa == pytest.approx((observed - expected) / (1 - expected))
    assert "from 2 to 4 raters" in kappa.note


@pytest.mark.parametrize("counts", [[], [[]], [[1, 0]], [[3, 0], [2, 0]], pd.DataFrame()])
def test_fleiss_kappa_of_nothing_or_of_one_category_is_no_number_and_says_why(counts):
    kappa = fleiss_kappa(counts)

    assert math.isnan(kappa)
    assert kappa.note


@pytest.mark.parametrize("counts", [[[-1, 2]], [[0.5, 1.5]]])
def test_fleiss_kappa_refuses_what_is_no_number_of_raters(counts):
    with pytest.raises(ValueError, match="number of raters"):
        fleiss_kappa(counts)


def test_percent_agreement_counts_pairs_of_coders():
    """Of three coders in unit 1, one pair of three agrees; of two in unit 2, the one pair or none."""
    assert percent_agreement(units("ab", "ab", "c*")) == pytest.approx(50)
    assert percent_agreement(units("aa", "ab", "c*")) == pytest.approx(25)


def test_a_coefficient_is_a_float_and_keeps_its_note_on_the_way_to_another_process():
    alpha = krippendorff_alpha(units("11", "11"))
    again = pickle.loads(pickle.dumps(alpha))

    assert isinstance(again, float)
    assert again.note == alpha.note
    assert Coefficient(0.5) + np.float64(0.25) == 0.75


def test_many_units_and_many_values_take_no_time_and_little_memory():
    """A matrix of all pairs of values would need 80 GB here."""
    draw = np.random.default_rng(1)
    truth = draw.normal(10, 2, 50_000)
    ratings = pd.DataFrame({coder: np.abs(truth + draw.normal(0, 1, 50_000)) for coder in "ab"})

    assert krippendorff_alpha(ratings, "interval") == pytest.approx(0.8, abs=0.01)
    assert krippendorff_alpha(ratings, "ordinal") == pytest.approx(0.8, abs=0.02)
