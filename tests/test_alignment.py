"""Turns of a translation beside those of its original: by number, by times, by lengths, or not."""

import random

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline import tables
from pipeline.corpus.translations import alignment
from pipeline.corpus.translations.beside import Beside, sentences
from pipeline.tables import files

WORDS = (
    "la rigole du haut passe par le village et le samedi on la cure tous ensemble avec les voisins"
)


def interview(interview_id: str, *said: tuple) -> pd.DataFrame:
    """Make turns from (voice, text[, start, end]); the voice "int" interprets."""
    rows, start = [], 0
    for number, (voice, text, *times) in enumerate(said, 1):
        rows.append(
            {
                "interview_id": interview_id,
                "turn_id": f"{interview_id}#{number}",
                "turn": number,
                "speaker_id": voice,
                "role": {"int": "interpreter", "q": "interviewer"}.get(voice, "interviewee"),
                "text": text,
                "start": start,
                "end": start + len(text),
                "start_s": times[0] if times else None,
                "end_s": times[1] if len(times) > 1 else None,
                "words_count": 1,
                "place": number,
            }
        )
        start += len(text) + 1
    return files.typed(tables.TURNS, rows)


def pairs(rows: pd.DataFrame) -> list[tuple[str, str]]:
    linked = rows[rows["kind"].ne("none")]
    numbers = [
        [str(i).rsplit("#", 1)[1] for i in linked[c]] for c in ("turn_id", "translation_turn_id")
    ]
    return list(zip(*numbers, strict=True))


def alone(rows: pd.DataFrame) -> tuple[list[str], list[str]]:
    own = rows[rows["kind"].eq("none")]
    return own["turn_id"].dropna().tolist(), own["translation_turn_id"].dropna().tolist()


def talk(seed: int, count: int = 40) -> list[tuple[str, str]]:
    """Make turns of any length; voices take turns and none speaks twice in a row."""
    rng = random.Random(seed)
    lengths = [rng.randint(20, 400) for _ in range(count)]
    return [("q" if n % 2 else rng.choice("ab"), (WORDS * 5)[:k]) for n, k in enumerate(lengths)]


def translated(said: list[tuple[str, str]], seed: int) -> list[tuple[str, str]]:
    """Make as many turns, a tenth longer or shorter than one and a quarter times."""
    rng = random.Random(seed)
    return [(v, (WORDS * 9)[: max(8, int(len(t) * rng.uniform(1.15, 1.35)))]) for v, t in said]


def test_as_many_turns_by_the_same_voices_are_paired_by_their_numbers():
    rows = alignment.aligned(
        interview("o", ("q", "Wie?"), ("a", "So.")), interview("t", ("q", "Et ?"), ("a", "Ainsi."))
    )

    assert rows["kind"].tolist() == ["number", "number"]
    assert pairs(rows) == [("1", "1"), ("2", "2")]
    files.check(tables.ALIGNMENTS, rows)


def test_as_many_turns_that_do_not_fit_are_not_paired_by_their_numbers():
    """One exchange was left out at the beginning, another added at the end: the numbers shift."""
    said = talk(3)
    other = [*translated(said, 3)[2:], ("a", WORDS * 3), ("q", "Hm.")]
    other = [(said[n][0], text) for n, (_voice, text) in enumerate(other)]

    rows = alignment.aligned(interview("o", *said), interview("t", *other))

    assert "number" not in set(rows["kind"])


def test_turns_of_one_recording_are_paired_by_their_times():
    original = interview("o", ("q", "Wie?", 0, 2), ("a", "Lang " * 9, 2, 20), ("q", "Ja?", 20, 22))
    other = interview(
        "t",
        ("q", "Et ?", 0.1, 2),
        ("a", "Long.", 2, 9),
        ("a", "Encore long.", 9, 20),
        ("q", "O ?", 20),
    )

    rows = alignment.aligned(original, other)

    assert set(rows["kind"]) == {"times"}
    assert pairs(rows) == [("1", "1"), ("2", "2"), ("2", "3"), ("3", "4")]


def test_times_of_another_clock_are_not_believed():
    """The translation's times begin an hour later: no turn would meet its own."""
    original = interview("o", ("q", "Wie?", 0, 2), ("a", "Lang " * 9, 2, 20))
    other = interview(
        "t", ("q", "Et ?", 3600, 3602), ("a", "Long.", 3602, 3610), ("a", "Si.", 3611)
    )

    assert set(alignment.aligned(original, other)["kind"]) <= {"lengths", "none"}


def test_a_turn_that_was_left_out_stands_alone_and_the_others_keep_theirs():
    said = talk(5)
    other = translated(said, 5)
    del other[10]

    rows = alignment.aligned(interview("o", *said), interview("t", *other))

    assert set(pairs(rows)) == {
        (str(n), str(n if n <= 10 else n - 1)) for n in range(1, 41) if n != 11
    }
    assert alone(rows) == (["o#11"], [])


def test_a_turn_cut_in_two_is_beside_both_halves():
    said = talk(7)
    other = translated(said, 7)
    voice, text = other[20]
    other[20:21] = [(voice, text[: len(text) // 2]), (voice, text[len(text) // 2 :])]

    rows = alignment.aligned(interview("o", *said), interview("t", *other))

    assert {("21", "21"), ("21", "22"), ("22", "23")} <= set(pairs(rows))


def test_turns_of_an_interpreter_that_nobody_translates_stand_alone():
    said = [("q", WORDS[:40]), ("int", WORDS[:44]), ("a", WORDS * 2), ("int", WORDS), ("q", "Ja?")]
    rows = alignment.aligned(
        interview("o", *said), interview("t", *(turn for turn in said if turn[0] != "int"))
    )

    assert pairs(rows) == [("1", "1"), ("3", "2"), ("5", "3")]
    assert alone(rows) == (["o#2", "o#4"], [])


def test_what_may_as_well_be_elsewhere_is_marked_for_people_to_check():
    """Three times the same word, two in the translation: which was left out cannot be known."""
    said = [("q", "Ja?"), ("a", "Ja."), ("q", "Ja?"), ("a", "Ja."), ("q", "Ja?"), ("a", "Ja.")]

    rows = alignment.aligned(interview("o", *said), interview("t", *said[:4]))

    assert rows.loc[rows["kind"].ne("none"), "is_doubtful"].all()
    assert "check t: 1, 2, 3, 4" in alignment.notes(rows)[0]


def test_another_voice_is_never_a_counterpart():
    rows = alignment.aligned(interview("o", ("a", WORDS)), interview("t", ("b", WORDS)))

    assert pairs(rows) == []
    assert alone(rows) == (["o#1"], ["t#1"])


@settings(max_examples=25)
@given(st.data())
def test_every_turn_has_a_row_and_no_score_leaves_0_to_1(data):
    turn = st.tuples(
        st.sampled_from(["a", "b", "q", "int"]), st.text("xy ", min_size=1, max_size=60)
    )
    sides = [data.draw(st.lists(turn, min_size=0, max_size=12)) for _ in range(2)]
    original, other = interview("o", *sides[0]), interview("t", *sides[1])

    rows = alignment.aligned(original, other)

    assert set(rows["turn_id"].dropna()) == set(original["turn_id"])
    assert set(rows["translation_turn_id"].dropna()) == set(other["turn_id"])
    assert rows["score"].dropna().between(0, 1).all()
    order = [(int(a), int(b)) for a, b in pairs(rows)]
    assert order == sorted(order)


# --- passages ------------------------------------------------------------------------------------

ORIGINAL = "Das ist unser Graben, wirklich. Ram hat ihn gemessen. Samstags treffen wir uns."
FRENCH = "C'est notre rigole, vraiment. Ram l'a mesurée. Le samedi on se retrouve."


@pytest.fixture
def beside() -> Beside:
    """Three versions: `t` translates `o`, and `u` translates `t`."""
    o = interview("o", ("q", "Wem?"), ("a", ORIGINAL), ("q", "Ja?"))
    t = interview("t", ("q", "À qui ?"), ("a", FRENCH), ("q", "Oui ?"))
    u = interview(
        "u", ("q", "Whose?"), ("a", "It is our ditch, truly. Ram measured it. We meet."), ("q", "?")
    )
    rows = pd.concat([alignment.aligned(o, t), alignment.aligned(t, u)], ignore_index=True)
    return Beside(pd.concat([o, t, u], ignore_index=True), rows)


def words(beside: Beside, interview_id: str, spans: list[tuple[int, int]]) -> list[str]:
    own = beside.turns[beside.turns["interview_id"].eq(interview_id)]
    text = "\n".join(own["text"])
    return [text[a:b] for a, b in spans]


def test_a_sentence_of_the_translation_leads_to_its_own_in_the_original_and_back(beside):
    start = len("À qui ?\n") + FRENCH.index("Ram")
    there = beside.of("t", [(start, start + 10)], "o")
    back = beside.of("o", there, "t")

    assert words(beside, "o", there) == ["Ram hat ihn gemessen."]
    assert words(beside, "t", back) == ["Ram l'a mesurée."]


def test_a_whole_turn_leads_to_the_whole_turn(beside):
    start = len("À qui ?\n")

    assert words(beside, "o", beside.of("t", [(start, start + len(FRENCH))], "o")) == [ORIGINAL]


def test_a_translation_of_a_translation_is_followed_to_the_original(beside):
    start = len("Whose?\nIt is our ditch, truly. ")

    there = beside.of("u", [(start, start + 5)], "o")

    assert words(beside, "o", there) == ["Ram hat ihn gemessen."]


def test_words_without_a_counterpart_lead_nowhere():
    o, t = interview("o", ("a", WORDS)), interview("t", ("a", WORDS), ("a", "Encore une chose."))
    lost = Beside(pd.concat([o, t]), alignment.aligned(o, t).query("translation_turn_id != 't#2'"))

    assert lost.of("t", [(len(WORDS) + 1, len(WORDS) + 5)], "o") is None


@given(st.text("ab .!។।", max_size=80))
def test_sentences_leave_no_letter_out(text):
    assert "".join(text[a:b] for a, b in sentences(text)) == text
