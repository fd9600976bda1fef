"""A coding stays on its words when the transcript is corrected, or it is said to be lost."""

import random
import time
from collections import Counter
from itertools import pairwise

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from pipeline.coding.anchors import Anchor, Index, Outcome, reanchor, reanchor_all
from pipeline.coding.anchors.folding import Folded, folded
from tests.corrupted import Corrected, alike, corrected, prose, spans

MARIE = "Marie a dit que l’eau est chère."
SAID = f"Nous étions douze à la réunion de mai. {MARIE} Personne n’a voulu répondre ce soir-là."


def of(text: str, passage: str, number: int = 0) -> Anchor:
    """Anchor a passage, where it stands more than once at place `number` from 0."""
    start = text.index(passage)
    for _ in range(number):
        start = text.index(passage, start + 1)
    return Anchor.at(text, start, start + len(passage))


def again(old: str, passage: str, new: str, number: int = 0) -> Outcome:
    return reanchor(of(old, passage, number), new)


def words(outcome: Outcome) -> str:
    assert outcome.anchor is not None
    return outcome.anchor.exact


def test_an_anchor_keeps_32_code_points_on_either_side():
    anchor = Anchor.at("a" * 40 + "👩🏽‍🌾 oui" + "b" * 40, 40, 48)

    assert (anchor.exact, anchor.prefix, anchor.suffix) == ("👩🏽‍🌾 oui", "a" * 32, "b" * 32)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("chère", "chere"),
        ("Marie", "Mraie"),
        ("chère", "chèr"),
        ("que l’eau", "que l’eua"),
        ("eau est", "eau, est"),
        ("Marie", "marie"),
        ("a dit", "a bien dit"),
        ("est chère.", "est chère !"),
    ],
)
def test_a_small_slip_in_its_place_is_edited(old, new):
    outcome = again(SAID, MARIE, SAID.replace(old, new))

    assert outcome.status == "edited"
    assert words(outcome) == MARIE.replace(old, new)
    assert 0.8 < outcome.score < 1


@pytest.mark.parametrize(
    ("old", "new"),
    [("Marie", "Paul"), ("eau", "route"), ("chère", "gratuite"), ("a dit", "a nié")],
)
def test_another_word_in_its_place_is_for_a_person_to_settle(old, new):
    outcome = again(SAID, MARIE, SAID.replace(old, new))

    assert (outcome.status, outcome.anchor) == ("ambiguous", None)
    assert len(outcome.candidates) == 1


@pytest.mark.parametrize(
    "change",
    [
        lambda text: text.replace("’", "'"),
        lambda text: text.replace(" ", "\u00a0"),
        lambda text: text.replace("chère.", "chère\u00ad."),
        lambda text: text.replace("è", "e\u0300").replace("é", "e\u0301"),
        lambda text: text.replace("que l", "que\n\nl"),
        lambda text: text.replace("que l", "que  l"),
    ],
)
def test_spaces_line_ends_apostrophes_and_composed_accents_are_no_edit(change):
    outcome = again(SAID, MARIE, change(SAID))

    assert outcome.status in ("exact", "moved")
    assert words(outcome) == change(MARIE)


@pytest.mark.parametrize(
    ("typed", "stands"),
    [("« Oui », dit-elle", '"Oui", dit-elle'), ("Quoi\u202f? Non…", "Quoi? Non...")],
)
def test_quotes_dots_and_the_spaces_of_french_are_no_edit(typed, stands):
    text = f"Elle se lève enfin du banc. {stands} Et la réunion continue."

    outcome = again(text.replace(stands, typed), typed, text)

    assert (outcome.status, words(outcome)) == ("exact", stands)


def test_a_passage_whose_turn_moved_is_moved():
    turns = ["Le puits est sec.", MARIE, "Personne ne répond ce soir.", "On vote donc."]

    outcome = again("\n".join(turns), MARIE, "\n".join([*turns[2:], *turns[:2]]))

    assert (outcome.status, words(outcome)) == ("moved", MARIE)


def test_of_a_sentence_said_twice_the_other_is_not_taken_when_the_coded_one_is_cut():
    old = f"Le puits est sec.\n{MARIE}\nPersonne ne répond.\nEn juin on recommence.\n{MARIE}\nFin."
    first, second = f"{MARIE}\nPersonne", f"\n{MARIE}\nFin."

    assert again(old, MARIE, old.replace(first, "Personne"), 0).status == "ambiguous"
    assert again(old, MARIE, old.replace(second, "\nFin."), 1).status == "ambiguous"
    assert again(old, MARIE, old.replace(first, "Personne"), 1).status == "moved"
    assert again(old, MARIE, old.replace(second, "\nFin."), 0).status == "exact"


def test_the_same_holds_where_nobody_counted_how_often_it_was_said():
    old = f"Le puits est sec.\n{MARIE}\nPersonne ne répond.\nEn juin on recommence.\n{MARIE}\nFin."
    anchor = of(old, MARIE)
    bare = Anchor(anchor.start, anchor.end, anchor.exact, anchor.prefix, anchor.suffix)

    outcome = reanchor(bare, old.replace(f"{MARIE}\nPersonne", "Personne"))

    assert (outcome.status, len(outcome.candidates)) == ("ambiguous", 1)


def test_a_paragraph_repeated_whole_is_ambiguous_once_its_place_is_not_certain():
    paragraph = "On s’est réunis au printemps. On a compté les voix deux fois, puis une. Et voilà."
    old = f"Début.\n{paragraph}\nMilieu de la réunion.\n{paragraph}\nFin."
    inside = "compté les voix deux fois"

    assert again(old, inside, old, 1).status == "exact"
    outcome = again(old, inside, "Ajout.\n" + old, 1)
    assert outcome.status == "ambiguous"
    assert len(outcome.candidates) == 2
    assert again(old, inside, old.replace(f"{paragraph}\nMilieu", "Milieu"), 0).status != "moved"


def test_names_that_change_places_leave_both_sentences_to_a_person():
    old = "Bonjour. Alice a voté pour le puits. Bob a voté pour le puits. Merci d’être venus."
    new = old.replace("Alice", "?").replace("Bob", "Alice").replace("?", "Bob")

    for name in ("Alice", "Bob"):
        outcome = again(old, f"{name} a voté pour le puits.", new)
        assert outcome.status == "ambiguous"
        assert len(outcome.candidates) == 2


@pytest.mark.parametrize(
    ("coded", "other"),
    [
        ("Alice a payé dix euros pour le puits.", "Bob a payé dix euros pour le puits."),
        ("En 1974 nous étions trente au village.", "En 1975 nous étions trente au village."),
        ("Anna a payé dix euros pour le puits.", "Anne a payé dix euros pour le puits."),
        ("Il garde la clé de la salle du bas.", "Il garde la clé de la salle du haut."),
        ("On a creusé le puits avec les mains.", "On a creusé les puits avec les mains."),
    ],
)
@pytest.mark.parametrize("between", [" ", " Et puis la pluie est venue, toute la semaine. "])
def test_a_look_alike_is_not_taken_for_a_sentence_that_was_cut(coded, other, between):
    old = f"Tout a commencé au printemps. {coded}{between}{other} La suite, tu la connais déjà."

    for near, cut in ((f"{coded}{between}", ""), (f"{coded}", "Bon.")):
        outcome = again(old, coded, old.replace(near, cut))
        assert outcome.anchor is None
        assert outcome.status in ("ambiguous", "lost")


def test_a_letter_of_a_name_needs_its_context_as_it_was():
    old = (
        "Nous étions douze à la réunion. Anna garde la clé de la salle. Personne ne répond jamais."
    )
    new = old.replace("Anna", "Anne")

    assert again(old, "Anna garde la clé de la salle.", new).status == "edited"
    around = new.replace("la réunion", "la grande fête").replace("Personne", "Personne d’ici")
    assert again(old, "Anna garde la clé de la salle.", around).status == "ambiguous"


def test_oui_is_found_by_its_context_and_never_by_itself():
    turns = [
        "Vous étiez là ?",
        "Oui.",
        "Et votre frère aussi ?",
        "Oui.",
        "Et le maire du village ?",
    ]
    old = "\n".join(turns)

    assert again(old, "Oui.", "Bien.\n" + old, 1).anchor == of("Bien.\n" + old, "Oui.", 1)
    cut = "\n".join([*turns[:3], turns[4]])
    assert again(old, "Oui.", cut, 1).anchor is None
    assert reanchor(Anchor(500, 503, "Oui", "", ""), "Non.\nOui.").anchor is None


def test_the_start_alone_does_not_outweigh_the_context():
    turns = ["Oui.", "Vous étiez donc à la réunion du soir ?", "Oui.", "Alors racontez-nous tout."]
    old = "\n".join(turns)

    outcome = again(old, "Oui.", "\n".join(turns[2:]), 0)

    assert outcome.anchor is None


def test_words_put_inside_keep_a_passage_whole_and_a_long_addition_does_not():
    old = f"La veille, il avait plu sur tout le chemin. {MARIE[:-1]} ici. Personne n’a répondu."
    passage = f"{MARIE[:-1]} ici."
    asked = old.replace("dit que", "dit\nPardon ?\nque")
    cut = old.replace("dit que", "dit\n" + "Il faut que je vous montre le cahier. " * 4 + "\nque")

    assert words(again(old, passage, asked)).split("\n")[1] == "Pardon ?"
    assert again(old, passage, cut).anchor is None


def test_a_passage_cut_in_the_middle_is_edited_when_little_went_and_shown_when_much_did():
    passage = " ".join(f"Le jour {n} nous avons porté {n} pierres au barrage." for n in range(40))
    old = f"Elle raconte ce printemps-là. {passage} Puis la rivière est revenue, un matin."
    little, much = passage[400:600], passage[300:1600]

    assert len(passage) > 1800
    assert again(old, passage, old.replace(little, "")).status == "edited"
    assert again(old, passage, old.replace(much, "")).anchor is None


def test_one_plain_word_of_a_long_passage_may_be_another():
    passage = (
        "on a commencé par monter les pierres à dos de mule, une par une, et puis le cousin a "
        "prêté sa charrette, celle du moulin, et en trois semaines le mur tenait debout tout seul"
    )
    old = f"Elle raconte comment c’était alors : {passage}, et personne n’y croyait au village."

    outcome = again(old, passage, old.replace("cousin", "voisin").replace("mule", "chameau"))
    named = again(old, passage, old.replace("le cousin", "Mamadou"))

    assert outcome.status == "ambiguous"
    assert again(old, passage, old.replace("mule", "chameau")).status == "edited"
    assert named.status == "ambiguous"


@pytest.mark.parametrize(
    ("old", "passage", "slip"),
    [
        (
            "យើងបានជួបគ្នានៅភូមិ យើងសម្រេចចិត្តជាមួយគ្នាអំពីទឹក ហើយអ្នករាល់គ្នាយល់ព្រម",
            "សម្រេចចិត្តជាមួយគ្នា",
            ("ជាមួយ", "ជាមួ"),
        ),
        (
            "हम गाँव में मिले थे। हमने पानी के बारे में मिलकर फ़ैसला किया। सब लोग मान गए थे।",
            "हमने पानी के बारे में मिलकर फ़ैसला किया।",
            ("मिलकर", "मीलकर"),
        ),
        (
            "Kogunesime külas ja rääkisime. Otsustasime üheskoos, kuidas vett jagada. Kõik nõus.",
            "Otsustasime üheskoos, kuidas vett jagada.",
            ("üheskoos", "uheskoos"),
        ),
    ],
)
def test_every_script_is_found_again_and_its_slips_too(old, passage, slip):
    more = old.split(" ")[0] + " " + old

    assert again(old, passage, more).anchor == Anchor.at(
        more, more.rindex(passage), more.rindex(passage) + len(passage)
    )
    assert words(again(old, passage, old.replace(*slip))) == passage.replace(*slip)


def test_an_empty_text_has_lost_everything():
    assert again(SAID, MARIE, "") == Outcome("lost", None, 0.0)
    assert again(SAID, MARIE, SAID.replace(MARIE + " ", "")).status == "lost"


def test_many_anchors_of_a_text_fare_as_each_would_alone():
    old = "\n".join(prose(1500))
    new = corrected(old, 7, 6).text
    anchors = [Anchor.at(old, start, end) for start, end in spans(old, 7, 60)]

    assert reanchor_all(anchors, new) == [reanchor(anchor, new) for anchor in anchors]


def verdict(anchor: Anchor, outcome: Outcome, truth: dict[int, int]) -> str:
    """Say whether an anchor went where its signs went; `broken` is a passage torn apart."""
    kept = [truth[place] for place in range(anchor.start, anchor.end) if place in truth]
    length = anchor.end - anchor.start
    if outcome.anchor is None:
        is_whole = len(kept) > 0.9 * length and max(kept) - min(kept) < 1.2 * length
        return "missed" if is_whole else "gone" if len(kept) < 0.1 * length else "broken"
    inside = sum(outcome.anchor.start <= place < outcome.anchor.end for place in kept)
    span = outcome.anchor.end - outcome.anchor.start
    return "found" if kept and 2 * inside >= max(len(kept), span) else "wrong"


@pytest.mark.parametrize("seed", range(4))
def test_in_texts_corrected_at_random_nothing_is_attached_elsewhere(seed):
    """Turns cut, moved, copied and altered in a text that says a tenth of its turns again."""
    old = "\n".join(alike(prose(6000), seed, 0.1))
    new = corrected(old, seed, 12)
    anchors = [Anchor.at(old, start, end) for start, end in spans(old, seed, 400)]
    outcomes = reanchor_all(anchors, new.text)
    truth = new.truth()

    verdicts = Counter(map(verdict, anchors, outcomes, [truth] * len(anchors)))

    assert verdicts["wrong"] == 0
    assert verdicts["found"] > 4 * verdicts["missed"]


@pytest.mark.parametrize("seed", range(2))
def test_in_a_text_that_repeats_nothing_all_but_a_few_are_found(seed):
    """What is missed has a whole word replaced, which only a person may settle."""
    old = "\n".join(prose(6000))
    new = corrected(old, seed, 6)
    anchors = [Anchor.at(old, start, end) for start, end in spans(old, seed, 400)]
    truth = new.truth()

    verdicts = Counter(
        verdict(anchor, outcome, truth)
        for anchor, outcome in zip(anchors, reanchor_all(anchors, new.text), strict=True)
    )

    assert verdicts["wrong"] == 0
    assert verdicts["found"] > 19 * verdicts["missed"]


PEOPLE = ["Anna", "Anne", "Marie", "Maria", "Paul", "Paula", "Jean", "Jeanne", "Bob", "Alice"]
NUMBERS = ["dix", "douze", "six", "seize", "trente", "1974", "1975", "12", "13"]
THINGS = ["puits", "puit", "pont", "ponts", "mur", "four", "moulin", "jardin", "maison", "maisons"]
PATTERNS = (
    "{who} a payé {count} euros pour le {what}.",
    "{who} garde la clé du {what} depuis {count} ans, et personne ne dit rien.",
    "En {count} le {what} a brûlé et {who} a tout reconstruit avec les voisins du bas.",
    "{who} ne vote pas pour le {what}.",
    "{who} dit que le {what} coûte {count} euros par mois, que la commune devait payer sa part au "
    "printemps, et que depuis on attend toujours la lettre du préfet sans trop y croire.",
)


def alike_to_a_word(chance: random.Random) -> list[str]:
    """Make sentences that differ by a name, a number or a thing, no two the same."""
    patterns = chance.sample(PATTERNS, chance.choice([1, 2, 4]))
    made = [
        chance.choice(patterns).format(
            who=chance.choice(PEOPLE), count=chance.choice(NUMBERS), what=chance.choice(THINGS)
        )
        for _ in range(chance.choice([4, 8, 16]))
    ]
    return list(dict.fromkeys(made))


def change_one(text: Corrected, sentence: tuple[int, int], chance: random.Random) -> None:
    """Cut a sentence, or change a letter or a word of it."""
    truth = text.truth()
    kept = [truth[place] for place in range(*sentence) if place in truth]
    if not kept:
        return
    start, end = min(kept), max(kept) + 1
    kind = chance.choice(["cut", "cut", "letter", "name", "word"])
    place = chance.randrange(start, end)
    space = text.text.find(" ", start, end)
    if kind == "cut":
        del text.signs[start : end + 1]
    elif kind == "letter":
        text.put(place, place + 1, chance.choice("aeioust"))
    elif kind == "name" and space > 0:
        text.put(start, space, chance.choice(PEOPLE))
    elif space > 0:
        text.put(space, space, " bien")


def test_among_sentences_that_differ_by_a_word_nothing_is_attached_to_another():
    """Sentences, pairs of them and parts of them, where names and numbers alone tell which."""
    verdicts: Counter[str] = Counter()
    for seed in range(150):
        chance = random.Random(seed)
        said = alike_to_a_word(chance)
        old = chance.choice([" ", "\n"]).join(said)
        places = [(old.index(sentence), old.index(sentence) + len(sentence)) for sentence in said]
        new = Corrected.of(old)
        for _ in range(chance.choice([1, 2, 4])):
            change_one(new, chance.choice(places), chance)
        pairs = [(start, end) for (start, _), (_, end) in pairwise(places)]
        parts = [(old.index(" ", start) + 1, end - 8) for start, end in places]
        anchors = [Anchor.at(old, start, end) for start, end in (*places, *pairs, *parts)]
        outcomes = reanchor_all(anchors, new.text)
        truth = new.truth()
        verdicts += Counter(map(verdict, anchors, outcomes, [truth] * len(anchors)))

    assert verdicts["wrong"] == 0
    assert verdicts["found"] > 4 * verdicts["missed"]


def test_a_thousand_codings_of_a_long_interview_take_less_than_two_seconds():
    old = "\n".join(prose(20_000))
    new = corrected(old, 1, 20).text
    anchors = [Anchor.at(old, start, end) for start, end in spans(old, 1, 1000)]
    started = time.process_time()

    outcomes = reanchor_all(anchors, new)

    assert time.process_time() - started < 2
    assert {"moved", "edited", "ambiguous"} <= {outcome.status for outcome in outcomes}


# The index of the passage and its text: few signs, so that words repeat and contexts are alike.
texts = st.one_of(st.text(max_size=60), st.text("ab. \n’é", max_size=60))


def cut(data: st.DataObject, text: str) -> tuple[int, int]:
    start = data.draw(st.integers(0, len(text)))
    return start, data.draw(st.integers(start, len(text)))


@settings(max_examples=150, deadline=None)
@given(texts, st.data())
def test_in_an_unchanged_text_any_passage_is_exact(text, data):
    start, end = cut(data, text)

    outcome = reanchor(Anchor.at(text, start, end), text)

    assert (outcome.status, outcome.anchor) == ("exact", Anchor.at(text, start, end))
    assert outcome.score == 1


written = st.text("ae\u0301é «»\u00a0\u202f\n?.…’\u00ad-–", max_size=40)


@settings(max_examples=200, deadline=None)
@given(written, st.data())
def test_a_place_in_the_folded_text_is_that_of_the_same_words_in_the_text(text, data):
    whole = Folded(text)
    assume(whole.text.strip())
    start = data.draw(st.integers(0, len(whole.text) - 1))
    end = data.draw(st.integers(start + 1, len(whole.text)))

    first, last = whole.origin(start, end)

    assert 0 <= first < last <= len(text)
    assert folded(text[first:last]).replace(" ", "") == whole.text[start:end].replace(" ", "")


@pytest.mark.parametrize("accents", ["\u0301\u0301", "\u0301\u0301\u0301"])
def test_a_place_between_accents_upon_one_letter_keeps_those_before_it(accents):
    whole = Folded("??a" + accents)

    for end in range(1, len(whole.text) + 1):
        first, last = whole.origin(0, end)
        assert folded(("??a" + accents)[first:last]) == whole.text[:end]


def test_an_unseen_sign_between_a_letter_and_its_accent_moves_nothing_behind_it():
    text = "caf\u00ade\u00ad\u0301 ouvert, et la suite"
    start = text.index("ouvert")
    whole = Folded(text)
    at = whole.text.index("ouvert")

    assert whole.origin(at, at + len("ouvert")) == (start, start + len("ouvert"))


@settings(max_examples=150, deadline=None)
@given(texts, st.text("xyz\n", min_size=1, max_size=20), st.data())
def test_text_put_before_moves_a_passage_by_its_length_or_leaves_it_open(text, before, data):
    start, end = cut(data, text)
    assume(text[start:end].strip())

    outcome = reanchor(Anchor.at(text, start, end), before + text)

    if outcome.anchor is not None and outcome.status == "moved":
        assert outcome.anchor.start == start + len(before)
    if text.count(text[start:end]) == 1 and text[start:end] not in before:
        assert outcome.status == "moved"


@settings(max_examples=150, deadline=None)
@given(texts, texts, st.data())
def test_any_text_gives_an_answer_that_holds(old, new, data):
    start, end = cut(data, old)

    outcome = Index(new).reanchor(Anchor.at(old, start, end))

    assert 0 <= outcome.score <= 1
    assert (outcome.anchor is None) == (outcome.status in ("ambiguous", "lost"))
    if outcome.anchor:
        assert new[outcome.anchor.start : outcome.anchor.end] == outcome.anchor.exact
    least = 0 if start == end else 1  # a place between two letters is found as one
    assert all(0 <= a <= b - least and b <= len(new) for a, b in outcome.candidates)
