"""The only door: who passes, until when, under which name, with which words masked."""

import datetime
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline import tables
from pipeline.corpus import interview, project, stage
from pipeline.corpus.consent import cleared, held_back, in_force, refusals
from pipeline.corpus.register import Register
from pipeline.problems import Problems
from pipeline.tables.files import empty, typed

DAY = datetime.date(2013, 5, 4)
BEFORE, AFTER = DAY - datetime.timedelta(1), DAY + datetime.timedelta(1)
WILLING = {
    "interview_id": "mill-1",
    "label": "Ada",
    "speaker_id": "ada",
    "role": "interviewee",
    "display_name": "Ada Lint",
    "name_policy": "full",
    "consent": list(tables.SCOPES),
}
NO_MASKS = empty(tables.MASKS)


def voices(*rows):
    """Speakers from what differs from WILLING."""
    filled = [WILLING | {"label": f"label {n}"} | row for n, row in enumerate(rows)]
    return typed(tables.SPEAKERS_BY_HAND, filled)


def said(*pairs):
    """One row an (interview_id, speaker_id), without positions."""
    rows = [(i, s, f"words of {s}") for i, s in pairs]
    return pd.DataFrame(rows, columns=["interview_id", "speaker_id", "text"])


def passing(table, speakers, purpose="book", day=DAY):
    return list(cleared(table, purpose, speakers, NO_MASKS, day)["speaker_id"])


# --- who passes ----------------------------------------------------------------------------------

REFUSED = {
    "no_consent": {"consent": []},
    "no_scope": {"consent": ["research", "film"]},
    "minor_without_guardian": {"is_minor": True, "guardian_consent": False},
    "not_yet_given": {"consent_date": AFTER},
    "expired": {"expires_on": DAY},
    "withdrawn": {"withdrawn_on": BEFORE},
}


@pytest.mark.parametrize("reason", REFUSED)
def test_each_reason_refuses_and_is_named(reason):
    speakers = voices(REFUSED[reason])

    assert list(refusals(speakers, "book", DAY)) == [reason]
    assert passing(said(("mill-1", "ada")), speakers) == []


def test_a_voice_passes_for_the_scopes_it_named_and_no_other():
    speakers = voices({"consent": ["research", "book"]})

    opened = [p for p in tables.SCOPES if passing(said(("mill-1", "ada")), speakers, p)]

    assert opened == ["research", "book"]
    assert list(in_force(speakers, DAY)) == [["research", "book"]]


@pytest.mark.parametrize(("expires_on", "passes"), [(BEFORE, 0), (DAY, 0), (AFTER, 1)])
def test_consent_ends_on_the_day_it_expires(expires_on, passes):
    assert len(passing(said(("mill-1", "ada")), voices({"expires_on": expires_on}))) == passes


@pytest.mark.parametrize(("consent_date", "passes"), [(BEFORE, 1), (DAY, 1), (AFTER, 0)])
def test_consent_begins_on_the_day_it_is_given(consent_date, passes):
    assert len(passing(said(("mill-1", "ada")), voices({"consent_date": consent_date}))) == passes


def test_a_withdrawal_holds_whatever_its_date():
    """A date in the column takes the voice out, also one that was typed a year too late."""
    for day in (BEFORE, DAY, AFTER, datetime.date(2090, 1, 1)):
        assert passing(said(("mill-1", "ada")), voices({"withdrawn_on": day})) == []


@pytest.mark.parametrize(
    ("is_minor", "guardian", "passes"),
    [(True, True, 1), (True, False, 0), (True, None, 0), (False, None, 1), (None, None, 1)],
)
def test_a_minor_needs_a_guardian(is_minor, guardian, passes):
    speakers = voices({"is_minor": is_minor, "guardian_consent": guardian})

    assert len(passing(said(("mill-1", "ada")), speakers)) == passes


def test_the_strictest_label_of_a_voice_decides():
    speakers = voices({"label": "Ada"}, {"label": "Mrs Lint", "consent": ["research"]})

    assert passing(said(("mill-1", "ada")), speakers) == []
    assert list(in_force(speakers, DAY)) == [["research"]] * 2


def test_consent_is_given_for_one_interview():
    speakers = voices({}, {"interview_id": "mill-2", "consent": ["research"]})
    table = said(("mill-1", "ada"), ("mill-2", "ada"))

    assert list(cleared(table, "book", speakers, NO_MASKS, DAY)["interview_id"]) == ["mill-1"]


def test_a_withdrawal_in_one_interview_reaches_all():
    speakers = voices({}, {"interview_id": "mill-2", "withdrawn_on": DAY}, {"speaker_id": "bo"})
    table = said(("mill-1", "ada"), ("mill-2", "ada"), ("mill-1", "bo"))

    assert passing(table, speakers) == ["bo"]


@pytest.mark.parametrize("name", ["nan", "None", "<NA>", "NaN", ""])
@pytest.mark.parametrize("unknown", [None, float("nan"), pd.NA])
@pytest.mark.parametrize("kind", ["object", "string"])
def test_words_of_nobody_never_pass(name, unknown, kind):
    """Also beside a voice whose id is what pandas prints for nobody."""
    table = said(("mill-1", "ada"), ("mill-1", "bo"))
    table["speaker_id"] = pd.Series(["ada", unknown], dtype=kind)

    assert passing(table, voices({}, {"speaker_id": name})) == ["ada"]


def test_a_voice_that_no_table_knows_never_passes():
    assert passing(said(("mill-1", "eve"), ("mill-9", "ada")), voices({})) == []


def test_a_table_of_voices_without_interviews_is_judged_too():
    """A row said by a voice is judged by that voice, also where the interview is not told."""
    table = pd.DataFrame({"speaker_id": ["ada", "bo"], "text": ["a", "b"]})

    assert "bo" not in passing(table, voices({}, {"speaker_id": "bo", "withdrawn_on": DAY}))


def test_passages_without_a_voice_do_not_carry_refused_words_through():
    """Codings name no voice: the door refuses such a table, or lets nothing refused by."""
    codings = pd.DataFrame(
        {"interview_id": "mill-1", "start": [0], "end": [6], "exact": ["secret"], "code": ["c"]}
    )
    speakers = voices({}, {"speaker_id": "bo", "withdrawn_on": DAY})
    try:
        shown = cleared(codings, "book", speakers, NO_MASKS, DAY)
    except AssertionError:
        return

    assert "secret" not in shown.to_csv()


def test_an_interview_passes_when_one_of_its_voices_does():
    interviews = pd.DataFrame({"interview_id": ["mill-1", "mill-2"], "language": "fr"})
    speakers = voices({}, {"interview_id": "mill-2", "speaker_id": "bo", "consent": []})

    kept = cleared(interviews, "book", speakers, NO_MASKS, DAY)

    assert list(kept["interview_id"]) == ["mill-1"]


def test_empty_tables_pass_empty():
    nobody = empty(tables.SPEAKERS_BY_HAND)

    assert cleared(empty(tables.TURNS), "book", voices({}), NO_MASKS, DAY).empty
    assert passing(said(("mill-1", "ada")), nobody) == []
    assert refusals(nobody, "book", DAY).empty
    assert in_force(nobody, DAY).empty
    assert cleared(empty(tables.SEGMENTS), "web", nobody, NO_MASKS, DAY).empty


def test_the_given_tables_are_not_changed():
    turns, speakers, masks = talk(["Bo Lint came."], masks=[("Bo Lint", "somebody")])
    before = [frame.copy(deep=True) for frame in (turns, speakers, masks)]

    cleared(turns, "book", speakers, masks, DAY)
    cleared(speakers, "book", speakers, masks, DAY)

    for frame, copy in zip((turns, speakers, masks), before, strict=True):
        pd.testing.assert_frame_equal(frame, copy)


def test_what_is_held_back_is_named_for_the_team_with_its_reason():
    turns, _speakers, _masks = talk(["One two three."])

    report = held_back(turns, voices({"label": "Ada", "withdrawn_on": DAY}), DAY)

    assert list(report["purpose"]) == list(tables.SCOPES)
    assert set(report["words_count"]) == {3}
    assert "One" not in report.to_csv()


DAYS = st.sampled_from([None, None, BEFORE, DAY, AFTER])
ROWS = st.lists(
    st.fixed_dictionaries(
        {
            "interview_id": st.sampled_from(["mill-1", "mill-2"]),
            "speaker_id": st.sampled_from(["ada", "bo", "cy"]),
            "consent": st.sampled_from([[], ["book"], ["research"], ["research", "book"]]),
            "consent_date": DAYS,
            "expires_on": DAYS,
            "withdrawn_on": st.sampled_from([None, None, None, DAY]),
            "is_minor": st.sampled_from([None, False, True]),
            "guardian_consent": st.sampled_from([None, False, True]),
        }
    ),
    max_size=7,
)


def may(rows, interview_id, speaker_id):
    """The text of design.md, row by row: no consent recorded means no."""
    own = [r for r in rows if (r["interview_id"], r["speaker_id"]) == (interview_id, speaker_id)]
    person = [r for r in rows if r["speaker_id"] == speaker_id]
    if not own or any(r["withdrawn_on"] for r in person):
        return False
    for row in own:
        begun = row["consent_date"] is None or row["consent_date"] <= DAY
        over = row["expires_on"] is not None and row["expires_on"] <= DAY
        alone = row["is_minor"] is True and row["guardian_consent"] is not True
        if "book" not in row["consent"] or not begun or over or alone:
            return False
    return True


@settings(deadline=None, max_examples=80)
@given(ROWS)
def test_exactly_those_pass_whom_the_design_lets_pass(rows):
    everybody = [(i, s) for i in ("mill-1", "mill-2") for s in ("ada", "bo", "cy", "eve")]
    table = said(*everybody)

    kept = cleared(table, "book", voices(*rows), NO_MASKS, DAY)

    shown = list(zip(kept["interview_id"], kept["speaker_id"], strict=True))
    assert shown == [voice for voice in everybody if may(rows, *voice)]


# --- names and places ----------------------------------------------------------------------------


def shown_names(speakers):
    kept = cleared(speakers, "book", speakers, NO_MASKS, DAY)
    return [None if pd.isna(name) else name for name in kept["display_name"]]


@pytest.mark.parametrize(
    ("policy", "name"),
    [("full", "Ada Lint"), ("pseudonym", "Ada Lint"), ("role", None), (None, None)],
)
def test_a_name_is_shown_as_its_policy_asks(policy, name):
    """Under `pseudonym` the column holds the invented name; no policy means role."""
    assert shown_names(voices({"name_policy": policy})) == [name]


def test_one_label_that_asks_for_the_role_hides_the_name_under_every_label():
    assert shown_names(voices({}, {"name_policy": "role"})) == [None, None]


def test_one_label_that_asks_for_a_pseudonym_hides_the_full_name_under_every_label():
    names = shown_names(voices({}, {"name_policy": "pseudonym", "display_name": "Eve Moss"}))

    assert "Ada Lint" not in names


def test_what_is_said_of_a_voice_or_shows_more_than_its_words_never_leaves():
    speakers = voices({"evidence": "box 3", "consent_date": BEFORE, "expires_on": AFTER})
    table = said(("mill-1", "ada")).assign(prefix="before", suffix="behind", memo="a thought")

    shown = set(cleared(speakers, "book", speakers, NO_MASKS, DAY))
    context = set(cleared(table, "book", speakers, NO_MASKS, DAY))

    assert not shown & {"evidence", "label", "consent_date", "expires_on", "withdrawn_on"}
    assert not context & {"prefix", "suffix", "memo"}


def test_role_hides_the_place_of_the_interview():
    interviews = pd.DataFrame({"interview_id": ["mill-1", "mill-2"], "place": ["Yarrow", "Tolne"]})
    speakers = voices({"name_policy": "role"}, {"interview_id": "mill-2"})

    kept = cleared(interviews, "book", speakers, NO_MASKS, DAY).set_index("interview_id")

    assert pd.isna(kept.at["mill-1", "place"])
    assert kept.at["mill-2", "place"] == "Tolne"


def test_role_takes_the_place_and_the_point_from_the_sheet():
    sheets = typed(
        tables.INITIATIVES,
        [
            {"initiative_id": name, "name": name, "place": "Yarrow", "is_coarse": coarse}
            | {"latitude": 49.86421, "longitude": 15.97531}
            for name, coarse in (("mill", True), ("oven", False))
        ],
    )

    kept = cleared(sheets, "book", voices({}), NO_MASKS, DAY).set_index("initiative_id")

    assert pd.isna(kept.at["mill", "place"])
    for degrees in ("latitude", "longitude"):
        assert pd.isna(kept.at["mill", degrees]) or kept.at["mill", degrees] % 1 == 0
    assert list(kept.loc["oven", ["place", "latitude"]]) == ["Yarrow", 49.86421]
    assert list(sheets["latitude"]) == [49.86421] * 2


# --- masks ---------------------------------------------------------------------------------------


def talk(texts, masks=(), interview_id="mill-1"):
    """Turns of one willing voice, its speakers, and masks located as the corpus stage does it.

    `masks` are (exact, replacement), or (exact, replacement, interview_id).
    """
    frame = pd.DataFrame({"speaker": "Ada", "text": texts, "place": 0, "start_s": None})
    frame = frame.assign(turn=range(1, len(texts) + 1), end_s=None)
    hidden = [dict(zip(("exact", "replacement", "interview_id"), m, strict=False)) for m in masks]
    row = {"interview_id": interview_id, "file": "x.txt", "provenance": "fictional"}
    kept = Register(
        Path("interviews"),
        interviews=typed(tables.REGISTER, [row]).assign(line=2),
        speakers=voices({"label": "Ada", "interview_id": interview_id}).assign(line=2),
        media=empty(tables.MEDIA_BY_HAND),
        masks=typed(tables.MASKS_BY_HAND, hidden).assign(line=2),
        notes=[],
    )
    sheets = empty(tables.INITIATIVES)
    one = interview.placed(interview_id, frame, kept)
    made = stage.build(project.Project(), sheets, kept, [one], Problems(), DAY)
    return one.turns, made[tables.SPEAKERS], made[tables.MASKS]


def masked_talk(text, *masks):
    turns, speakers, located = talk([text], masks)
    return cleared(turns, "book", speakers, located, DAY)["text"].iloc[0]


def masked_sheet(text, *masks, column="about"):
    _turns, speakers, located = talk(["Nothing."], masks)
    sheets = typed(
        tables.INITIATIVES,
        [{"initiative_id": "mill", "name": "mill", "is_coarse": False, column: text}],
    )
    return cleared(sheets, "book", speakers, located, DAY)[column].iloc[0]


MASKED = [masked_talk, masked_sheet]
BOTH = pytest.mark.parametrize("shown", MASKED, ids=["transcript", "sheet"])


@BOTH
def test_masks_replace_whole_words_only(shown):
    text = "Ann met Anna, Annalise and Ann’s mother."

    assert shown(text, ("Ann", "Eve")) == "Eve met Anna, Annalise and Eve’s mother."


@BOTH
@pytest.mark.parametrize(
    "written",
    [
        "Ram Prasad",
        "RAM PRASAD",
        "Ram PRASAD",
        "Ram\u00a0Prasad",
        "Ram\u202fPrasad",
        "Ram  Prasad",
    ],
)
def test_a_masked_name_is_found_in_capitals_and_across_white_space(shown, written):
    assert shown(f"It was {written}, yes.", ("Ram Prasad", "X")) == "It was X, yes."


@BOTH
@pytest.mark.parametrize("written", ["Son infarctus", "SON INFARCTUS", "son infarctus"])
def test_masked_words_are_found_at_the_beginning_of_a_sentence(shown, written):
    assert shown(f"Oui. {written} a tout changé.", ("son infarctus", "Cela")) == (
        "Oui. Cela a tout changé."
    )


@BOTH
@pytest.mark.parametrize(
    ("mask", "written"),
    [
        ("Marie d'Orval", "Marie d’Orval"),
        ("Marie d’Orval", "Marie d'Orval"),
        ("Jean-Luc", "Jean\u2011Luc"),
        ("Ammil", "Am\u00admil"),
    ],
    ids=["typographic", "typewriter", "fixed hyphen", "soft hyphen"],
)
def test_apostrophes_and_hyphens_do_not_hide_a_name(shown, mask, written):
    assert shown(f"Voilà {written} qui passe.", (mask, "quelqu’un")) == (
        "Voilà quelqu’un qui passe."
    )


@BOTH
def test_where_one_mask_lies_in_another_no_part_of_the_longer_shows(shown):
    """In whichever order they are written."""
    masks = [("Klementyna", "a neighbour"), ("Klementyna Abram", "an old friend")]
    for written in (masks, masks[::-1]):
        assert "Abram" not in shown("It was Klementyna Abram who lit it.", *written)


@BOTH
def test_where_two_masks_overlap_no_part_of_either_shows(shown):
    text = shown(
        "It was Anna Maria Rossi who lit it.", ("Anna Maria", "Eve"), ("Maria Rossi", "Mrs X")
    )

    assert not {"Anna", "Maria", "Rossi"} & set(text.split())


def test_masks_without_an_interview_reach_every_transcript_and_others_only_theirs():
    assert masked_talk("Bo came.", ("Bo", "Cy", None)) == "Cy came."
    turns, speakers, located = talk(["Bo came."], [("Bo", "Cy", "mill-2")])

    assert cleared(turns, "book", speakers, located, DAY)["text"].iloc[0] == "Bo came."


def test_masks_reach_the_lists_of_a_sheet():
    shown = masked_sheet(["a baker", "Bo Lint"], ("Bo Lint", "somebody"), column="members")

    assert shown == ["a baker", "somebody"]


@pytest.mark.parametrize("start", range(12))
@pytest.mark.parametrize("end", [9, 12, 20])
def test_a_passage_that_cuts_through_a_name_shows_none_of_it(start, end):
    """`Hey Bo Lint was there`: the name stands at 4–11."""
    turns, speakers, masks = talk(["Hey Bo Lint was there"], [("Bo Lint", "somebody")])
    text = turns["text"].iloc[0]
    cut = turns.assign(start=start, end=end, text=text[start:end])[
        ["interview_id", "speaker_id", "start", "end", "text"]
    ]
    if start >= end:
        return

    shown = cleared(cut, "book", speakers, masks, DAY)["text"].iloc[0]

    kept = "".join(text[i] for i in range(start, end) if not 4 <= i < 11)
    assert shown.replace("somebody", "") == kept
    assert ("somebody" in shown) == (start < 11)


def test_a_name_in_the_second_turn_is_masked_where_it_stands():
    turns, speakers, masks = talk(["Nothing here.", "Bo Lint, twice Bo Lint."], [("Bo Lint", "X")])

    shown = list(cleared(turns, "book", speakers, masks, DAY)["text"])

    assert shown == ["Nothing here.", "X, twice X."]
