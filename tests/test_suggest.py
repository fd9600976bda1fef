"""What is learned from people's codings is learned honestly, and says how far it can be trusted."""

import pickle
import random

import numpy as np
import pandas as pd
import pytest
from sklearn.feature_extraction.text import TfidfTransformer
from sklearn.metrics import precision_recall_fscore_support

from pipeline import messages, tables
from pipeline.coding import lexicon, suggest
from pipeline.coding.codebook import LEXICON_COLUMNS, Codebook
from pipeline.coding.lexicon.tokens import Vocabulary
from pipeline.coding.suggest import measures
from pipeline.coding.suggest.units import sentences
from pipeline.tables.files import check, typed

WATER = "L’eau vient du tuyau. Le robinet coule goutte à goutte. On répare la vanne du tuyau."
OTHER = (
    "La fête dure. On chante le soir. Les enfants dansent. Il fait beau. On rentre tard chez soi."
)


@pytest.fixture(autouse=True)
def english():
    messages.speak("en")


def interview(name, *said):
    made, start = [], 0
    for number, text in enumerate(said, 1):
        role = "interviewer" if text.endswith("?") else "interviewee"
        place = {"turn_id": f"{name}#{number}", "turn": number, "role": role, "speaker_id": role}
        words = {"text": text, "start": start, "end": start + len(text)}
        made.append({"interview_id": name, **place, **words})
        start += len(text) + 1
    return typed(tables.TURNS, made)


def book(*entries):
    codes = [{"code": code, "position": n} for n, code in enumerate(("water", "feast"), 1)]
    entries = pd.DataFrame(list(entries), columns=LEXICON_COLUMNS)
    return Codebook(typed(tables.CODES, codes), entries, {})


def coded(turns, wanted, code="water"):
    """Code every sentence in which one of the words stands."""
    text = "\n".join(turns["text"])
    units = sentences(suggest.answers(turns), Vocabulary(len))
    spans = zip(units.start.tolist(), units.end.tolist(), strict=True)
    place = {"interview_id": turns["interview_id"].iloc[0], "code": code, "coder": "a"}
    return [
        {"start": a, "end": b, "exact": text[a:b], **place}
        for a, b in spans
        if any(word in text[a:b] for word in wanted)
    ]


def project(count=6):
    chance = random.Random(1)
    made = []
    for number in range(count):
        said = (WATER + " " + OTHER).split(". ")
        chance.shuffle(said)
        made.append(
            interview(f"i{number}", "Et l’eau ?", ". ".join(s.rstrip(".") for s in said) + ".")
        )
    rows = [row for turns in made for row in coded(turns, ("tuyau", "robinet"))]
    return made, typed(tables.CODINGS, rows)


NEW = interview(
    "new", "Le tuyau, la vanne ?", "Le tuyau goutte, le robinet aussi. On chante, on danse."
)


def found(learned, turns):
    return learned.find(turns, lexicon.find(suggest.answers(turns), book()))


# --- what is learned -----------------------------------------------------------------------------


def test_sentences_like_those_that_people_coded_are_suggested_in_other_interviews():
    turns, codings = project()

    made = found(suggest.learn(codings, turns, book()), NEW)

    check(tables.SUGGESTIONS, made)
    assert made[["code", "text"]].to_numpy().tolist() == [
        ["water", "Le tuyau goutte, le robinet aussi."]
    ]
    whole = "\n".join(NEW["text"])
    assert [whole[a:b] for a, b in made[["start", "end"]].to_numpy()] == made["text"].tolist()
    assert {"tuyau", "robinet"} & set(made["pattern"].iloc[0].split(", "))
    assert made["score"].between(suggest.WORTH_READING, 1).all()


def test_what_the_interviewer_says_is_never_suggested_nor_learned_from():
    turns, codings = project()
    learned = suggest.learn(codings, turns, book())

    assert "interviewer" not in set(found(learned, NEW)["speaker_id"])
    assert ("fr", "et") not in learned.features


def test_interviews_that_nobody_coded_are_no_examples_against_a_code():
    turns, codings = project()
    uncoded = [interview(f"u{n}", WATER) for n in range(20)]

    learned, same = (
        suggest.learn(codings, [*turns, *uncoded], book()),
        suggest.learn(codings, turns, book()),
    )

    assert learned.measures.equals(same.measures)
    assert found(learned, NEW).equals(found(same, NEW))


def test_the_same_is_learned_twice_and_survives_another_process():
    turns, codings = project()
    first, second = suggest.learn(codings, turns, book()), suggest.learn(codings, turns, book())
    found(first, NEW)

    assert found(pickle.loads(pickle.dumps(first)), NEW).equals(found(second, NEW))


@pytest.mark.parametrize(("count", "is_learned"), [(2, False), (4, False), (5, True)])
def test_a_code_with_too_few_examples_gets_no_suggester_and_says_so(count, is_learned):
    """Two sentences an interview: ten are needed, in three interviews at least."""
    turns, codings = project(count)
    codings = codings[codings.groupby("interview_id").cumcount() < 2]

    learned = suggest.learn(codings, turns, book())

    row = learned.measures.query("suggester == 'learned' and code == 'water'").iloc[0]
    assert row["positives_count"] == 2 * count
    assert (row["is_used"], "too few" in str(row["note"])) == (is_learned, not is_learned)
    assert len(found(learned, NEW)) == is_learned


def test_what_does_no_better_than_chance_elsewhere_suggests_nothing():
    """Each interview calls it by other words: nothing that is learned holds in the next one."""
    chance = random.Random(3)
    letters = "bcdfglmnprst"
    name = lambda: "".join(chance.choice(letters) + chance.choice("aiou") for _n in range(3))  # noqa: E731
    turns, rows = [], []
    for number in range(6):
        words = [name() for _n in range(40)]
        said = [" ".join(chance.sample(words, 5)).capitalize() + "." for _n in range(30)]
        turns.append(interview(f"i{number}", " ".join(said)))
        rows += coded(turns[-1], words[:2])

    learned = suggest.learn(typed(tables.CODINGS, rows), turns, book())

    row = learned.measures.query("suggester == 'learned' and code == 'water'").iloc[0]
    assert not row["is_used"]
    assert "chance" in row["note"]
    assert found(learned, turns[0]).empty


def test_a_passage_gives_its_code_to_what_it_covers_and_not_to_what_it_grazes():
    turns = interview("i", "Un deux trois quatre. Cinq six sept huit. Neuf dix onze douze.")
    text = turns["text"].iloc[0]
    units = sentences(turns, Vocabulary(len))
    start, end = text.index("quatre"), text.index("Neuf") + 2
    passage = pd.DataFrame({"start": [start], "end": [end], "code": ["water"]})

    marked = suggest._marked(units, passage, ["water"], suggest.ENOUGH)

    assert marked[:, 0].tolist() == [False, True, False]


def test_what_the_lexicon_finds_in_a_sentence_speaks_for_its_code():
    turns, codings = project()
    asked = book(("water", "fr", "tuyau"), ("water", "fr", "robinet"), ("water", "fr", "citerne"))
    learned = suggest.learn(codings, turns, asked)
    new = interview("n", "La citerne fuit.")

    assert len(learned.find(new, lexicon.find(new, asked))) == 1
    assert learned.find(new, lexicon.find(new, book())).empty


def test_nobody_coded_anything_yet():
    learned = suggest.learn(typed(tables.CODINGS, []), [NEW], book())

    assert found(learned, NEW).empty
    assert not learned.measures.query("suggester == 'learned'")["is_used"].any()


def test_words_are_weighed_as_scikit_learn_weighs_them():
    chance = np.random.default_rng(1)
    counts = suggest.sparse.csr_array(chance.poisson(0.4, (30, 12)).astype(float))
    theirs = TfidfTransformer(sublinear_tf=True).fit(counts)

    made = suggest._weighed(counts, theirs.idf_)

    assert np.allclose(made.toarray(), theirs.transform(counts).toarray())


# --- how far it can be trusted -------------------------------------------------------------------


def test_measures_are_those_of_scikit_learn():
    chance = np.random.default_rng(2)
    label, mark = chance.random(400) < 0.2, chance.random(400) < 0.3
    interview_of = np.repeat(np.arange(8), 50)

    row = measures.of_lexicon("c", label, mark, interview_of, True)

    theirs = precision_recall_fscore_support(label, mark, average="binary")[:3]
    names = ("precision", "recall", "f1")
    assert np.allclose([row[f"{name}_pct"] for name in names], 100 * np.array(theirs))
    assert all(row[f"{n}_low_pct"] <= row[f"{n}_pct"] <= row[f"{n}_high_pct"] for n in names)
    assert row["baseline_accuracy_pct"] == pytest.approx(100 * (1 - label.mean()))
    assert row["baseline_f1_pct"] == 0


def test_wilsons_interval_is_the_published_one():
    """Newcombe 1998, Statistics in Medicine 17:857-872, table I: 81/263, 15/148, 0/20."""
    for part, whole, low, high in (
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0, 0.1611),
    ):
        assert measures._wilson(part / whole, whole) == pytest.approx((low, high), abs=5e-5)


def test_below_five_interviews_there_is_no_interval():
    label = np.array([True, False] * 8)

    row = measures.of_lexicon("c", label, label, np.repeat(np.arange(4), 4), True)

    assert row["precision_pct"] == 100
    assert "precision_low_pct" not in row


def test_few_interviews_that_all_agree_still_leave_doubt():
    """The bootstrap alone would say 100 to 100."""
    label = np.array([True, False] * 6)

    row = measures.of_lexicon("c", label, label, np.repeat(np.arange(6), 2), True)

    assert row["recall_low_pct"] < 70
    assert row["recall_high_pct"] == 100


def test_both_suggesters_are_measured_for_every_code():
    turns, codings = project()

    made = suggest.learn(codings, turns, book(("water", "fr", "tuyau"))).measures

    check(tables.SUGGESTERS, made)
    assert made[["suggester", "code"]].to_numpy().tolist() == [
        ["lexicon", "water"],
        ["learned", "water"],
        ["lexicon", "feast"],
        ["learned", "feast"],
    ]
    assert made.loc[0, ["precision_pct", "positives_count", "right_count"]].tolist() == [
        100,
        18,
        12,
    ]
    assert made.loc[2, "note"] == "no entry in the lexicon"


def test_a_held_out_interview_is_judged_by_what_was_learned_elsewhere(monkeypatch):
    """No sentence is scored by a regression that saw its interview."""
    turns, codings = project()
    seen = []
    kept = suggest._regression

    def regression(said, label):
        seen.append(said.counts.shape[0])
        return kept(said, label)

    monkeypatch.setattr(suggest, "_regression", regression)
    suggest.learn(codings, turns, book())

    whole = 6 * 8
    assert seen[-1] == whole
    assert all(whole - rows in {8, 16} for rows in seen[:-1])
    assert sum(whole - rows for rows in seen[:-1]) == whole


# --- sentences -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Un. Deux ! Trois ? Quatre", ["Un.", "Deux !", "Trois ?", "Quatre"]),
        ("Il a dit : « Non. » Puis rien.", ["Il a dit : « Non. »", "Puis rien."]),
        ("Euh… enfin oui. M. Dupont vient.", ["Euh… enfin oui.", "M. Dupont vient."]),
        ("– Oui. – Non.", ["– Oui.", "– Non."]),
        ("3.5 sacs de l’ONU. 12 autres.", ["3.5 sacs de l’ONU.", "12 autres."]),
        ("मत। अब।", ["मत।", "अब।"]),
        ("… !", []),
    ],
)
def test_talk_is_cut_where_sentences_end(text, expected):
    units = sentences(interview("i", text), Vocabulary(len))

    assert [text[a:b].strip() for a, b in zip(units.start, units.end, strict=True)] == expected


def test_where_nobody_punctuates_units_stay_readable_and_every_word_is_in_one():
    text = " ".join(f"mot{n}" for n in range(150))

    units = sentences(interview("i", text, "Deux. Trois."), Vocabulary(len))

    assert np.bincount(units.of_word).tolist() == [40, 40, 40, 30, 1, 1]
    assert units.turn.tolist() == [0, 0, 0, 0, 1, 1]
    assert text[units.start[1] : units.end[1]].startswith("mot40 ")
