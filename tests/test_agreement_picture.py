"""The pictures of agreement: only what may be printed, nothing overlaps, all of it explained."""

from itertools import combinations

import pandas as pd
import pytest
from segmented import segments
from test_agreement_table import coded, talk
from test_charts import boxes, codebook

from pipeline import messages, tables
from pipeline.comparison import agreed
from pipeline.comparison.counting import Counted
from pipeline.pictures import stage, style
from pipeline.pictures.export import files_of
from pipeline.tables.files import check, typed

NAMES = ["Le vote", "Le tirage au sort", "Une très longue manière de nommer le tour de rôle"]


@pytest.fixture(autouse=True)
def _french():
    messages.speak("fr")
    yield
    messages.speak("en")


def rows(*numbers, provenance="real", coders=2):
    """Make the published table from (alpha, low, high) a code; None: not measured; "held"."""
    about = {"provenance": provenance, "coders_count": coders, "interviews_count": 9}
    counts = {"turns_count": 598, "given_count": 14, "agreed_count": 3}
    made = [{"scope": "all", "is_held_back": False, "alpha": 0.27, **about, **counts}]
    for place, given in enumerate(numbers):
        code = {"scope": "code", "code": f"decision-{place}", "is_held_back": given == "held"}
        if given == "held":
            made.append(code | {"provenance": provenance})
            made[0] = {"scope": "all", "is_held_back": True, "provenance": provenance}
        elif given is None:
            made.append(code | about | {"note": "personne n’a donné ce code"})
        else:
            alpha, low, high = given
            made.append(
                code | about | counts | {"alpha": alpha, "alpha_low": low, "alpha_high": high}
            )
    return typed(tables.PUBLISHED_AGREEMENT, made)


def draw(*numbers, names=NAMES, provenance="real"):
    with style.look():
        codes = codebook(names[: len(numbers)])
        table = rows(*numbers, provenance=provenance)
        return stage.build_agreement(codes, table, "fr", provenance)


CASES = {
    "usual": [(0.86, 0.4, 1.0), (0.3, -0.01, 0.7), (-0.01, None, None)],
    "far below chance": [(-0.9, -1.0, -0.8), (1.0, None, None)],
    "not measured": [(0.5, 0.2, 0.7), None, None],
    "held back": [(0.5, 0.2, 0.7), "held", "held"],
    "one": [(2 / 3, 2 / 3, 0.8)],
    "forty": [(0.5, 0.2, 0.7)] * 40,
    "none of this question": [None, None],
}


@pytest.mark.parametrize("case", CASES)
def test_no_text_overlaps_another_or_leaves_the_picture(case):
    names = [*NAMES, *[f"Un code qui porte le numéro {n}" for n in range(37)]]
    (picture,) = draw(*CASES[case], names=names)
    found = boxes(picture)
    width, height = picture.figure.get_size_inches() * picture.figure.dpi

    for text, box in found:
        assert box.x0 >= 0, text
        assert box.x1 <= width + 1, text
        assert 0 <= box.y0 <= box.y1 <= height + 1, text
    for (one, a), (other, b) in combinations(found, 2):
        apart = a.x1 <= b.x0 + 1 or b.x1 <= a.x0 + 1 or a.y1 <= b.y0 + 2 or b.y1 <= a.y0 + 2
        assert apart, (one, other)


def test_codes_stand_from_the_surest_down_with_their_numbers():
    (picture,) = draw((0.3, -0.01, 0.7), (0.86, 0.4, 1.0), (-0.004, None, None))
    said = [text for text, _box in boxes(picture)]

    assert picture.data["label"].tolist() == [NAMES[1], NAMES[0], NAMES[2]]
    assert {"0,86", "0,30", "0,00", "0,667", "0,8"} <= set(said)
    assert "−0,00" not in said
    assert said.count("3 sur 14") == 3


def test_what_is_not_measured_is_named_with_the_reason_and_what_is_held_back_is_not_named():
    (picture,) = draw((0.3, -0.01, 0.7), None, "held")
    words = " ".join([*[text for text, _box in boxes(picture)], picture.alt, picture.data.to_csv()])

    assert (
        f"Non mesuré\u00a0: «\u00a0{NAMES[1]}\u00a0» – personne n’a donné ce code." in picture.alt
    )
    assert "1 code n’est pas montré" in picture.alt
    assert "tour de rôle" not in words


@pytest.mark.parametrize("provenance", ["real", "fictional"])
def test_a_fictional_edition_says_so_in_every_form(provenance):
    (picture,) = draw((0.3, -0.01, 0.7), provenance=provenance)
    with style.look():
        files = files_of(picture)
    places = [picture.alt, picture.source, files["decision-agreement/licence.txt"].decode()]

    assert ["fictif" in place for place in places] == [provenance == "fictional"] * 3


def test_the_alt_text_tells_n_the_extremes_and_the_threshold():
    (picture,) = draw((0.86, 0.4, 1.0), (0.3, -0.01, 0.7))

    for part in ("598 tours", "9 entretiens", "0,86 (de 0,40 à 1,00)", "0,30", "1 sur 2", "0,27"):
        assert part in picture.alt


def test_without_two_coders_there_is_no_picture():
    nothing = rows(None, None).assign(alpha=None)

    assert stage.build_agreement(codebook(NAMES[:2]), nothing, "fr", "real") == []


# --- what may be printed -------------------------------------------------------------------------


def published(closed=(), smallest=3, left_out=()):
    """Nine interviews of one voice each, two coders; "fire" is given to two voices only."""
    names = [f"i{n}" for n in range(9)]
    turns = talk(**dict.fromkeys(names, 4))
    turns["speaker_id"] = turns["interview_id"].str.replace("i", "v")
    said = [(i, t, who, "vote") for i in names for t, who in ((1, "ana"), (1, "bo"), (2, "ana"))]
    said += [(i, 3, who, "fire") for i in names[:2] for who in ("ana", "bo")]
    codings = coded(*said)
    heard = turns[~turns["speaker_id"].isin(left_out)]
    interviews = pd.DataFrame({"interview_id": names, "provenance": "real"})
    counted = Counted(
        interviews, pd.DataFrame(), set(), set(closed), turn_ids=set(heard["turn_id"])
    )
    codes = typed(tables.CODES, [{"code": code} for code in ("vote", "fire")])
    table = agreed.published(counted, codings, segments(codings, turns), turns, codes, smallest)
    check(tables.PUBLISHED_AGREEMENT, table)
    return table.set_index(table["code"].fillna("all"))


def test_talk_that_does_not_count_is_in_no_alpha():
    whole, less = published(), published(left_out={"v8"})

    assert whole.loc["vote", ["turns_count", "given_count", "voices_count"]].tolist() == [36, 18, 9]
    assert less.loc["vote", ["turns_count", "given_count", "voices_count"]].tolist() == [32, 16, 8]


def test_a_code_of_few_voices_is_held_back_when_one_of_them_did_not_agree_to_print():
    held, shown = published(closed={"v0"}), published(closed={"v5"})

    assert held.loc["fire", "is_held_back"]
    assert held.loc["fire", ["alpha", "given_count", "voices_count"]].isna().all()
    assert held.loc["all", "is_held_back"], "the sum less the others would tell it"
    assert not held.loc["vote", "is_held_back"]
    assert not shown.loc["fire", "is_held_back"]


def test_no_coder_is_named_in_what_may_be_published():
    table = published()

    assert not table.astype(str).apply(lambda column: column.str.contains("ana")).any(axis=None)
