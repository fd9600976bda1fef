"""Masks in every script, and answered passages found again by their words."""

from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from test_alignment import interview

from pipeline import tables
from pipeline.corpus import answers, consent, masks
from pipeline.problems import Problems
from pipeline.tables import files

FILE = Path("answers.csv")
WORDS = "la rigole du haut passe par le village et Ram l'a mesurée avec la veuve le samedi matin"


def answered(exact: str, answer: bool = False, interview_id: str = "a") -> pd.DataFrame:
    row = {
        "speaker_id": "v",
        "passage": "p",
        "scope": "book",
        "answer": answer,
        "interview_id": interview_id,
        "exact": exact,
    }
    return files.typed(tables.ANSWERS_BY_HAND, [row]).assign(line=2)


def found(exact: str, *said: tuple[str, str], masked=(), answer: bool = False):
    problems = Problems()
    turns = interview("a", *said)
    rows = answers.located(answered(exact, answer), turns, list(masked), FILE, problems)
    text = "\n".join(turns["text"])
    return [text[r["start"] : r["end"]] for r in rows if "start" in r], problems


def test_words_are_found_in_that_voices_turns_before_any_others():
    assert found("Oui, oui.", ("w", "Oui, oui. Bon."), ("v", "Oui, oui."))[0] == ["Oui, oui."]


def test_a_no_holds_wherever_the_words_stand():
    """Nobody can tell which of the two was meant."""
    words, _problems = found("on partage", ("v", "on partage, on partage"))

    assert words == ["on partage", "on partage"]


def test_every_part_of_a_passage_is_found():
    words, _problems = found(
        "la rigole […] le village", ("v", "la rigole"), ("q", "Et ?"), ("v", "le village")
    )

    assert words == ["la rigole", "le village"]


@pytest.mark.parametrize(
    "now",
    [
        WORDS.replace("mesurée", "mesurée,"),
        WORDS.replace("l'a", "l’a"),
        WORDS.replace("samedi", "sammedi"),
        "Alors " + WORDS.replace("du haut ", ""),
    ],
)
def test_corrected_words_are_the_same_passage(now):
    (words,), problems = found(WORDS, ("v", now))

    assert len(words) >= 0.8 * len(WORDS)
    assert problems == []


def test_a_refusal_whose_words_are_gone_stops_the_build_and_an_agreement_does_not():
    said = ("v", "Tout autre chose, et bien plus long que ce passage que personne ne retrouve.")

    assert [p.code for p in found(WORDS, said)[1]] == ["C-474"]
    assert found(WORDS, said, answer=True) == ([], [])


def test_a_look_alike_of_other_words_is_not_taken_for_the_passage():
    other = (
        WORDS.replace("rigole", "fontaine")
        .replace("village", "moulin")
        .replace("veuve", "voisine")
        .replace("samedi matin", "mardi au soir")
        .replace("mesurée", "comptée")
    )

    assert [p.code for p in found(WORDS, ("v", other))[1]] == ["C-474"]


@settings(max_examples=40)
@given(st.data())
def test_words_shown_with_their_masks_are_found_where_they_were_said(data):
    text = data.draw(st.text("abé, ", min_size=4, max_size=60).filter(lambda t: t.strip()))
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    mask = {"interview_id": "a", "start": start, "end": end, "replacement": "une voisine"}
    shown = text[:start] + "une voisine" + text[end:]

    words, problems = found(shown.strip(), ("v", text), masked=[mask])

    assert problems == []
    assert any(text[start:end] in part for part in words)


def test_a_refused_passage_and_a_masked_name_in_it_leave_not_a_letter():
    """The two overlap in every way; the name may not come out behind either."""
    text = "avant Ram Prasad derrière"
    turns = interview("a", ("v", text))
    people = [
        {
            "interview_id": "a",
            "label": "v",
            "speaker_id": "v",
            "role": "interviewee",
            "consent": ["book"],
        }
    ]
    speakers = files.typed(tables.SPEAKERS, people)
    for refused in ((0, len(text)), (0, 10), (10, len(text)), (8, 12), (6, 16)):
        rows = files.typed(
            tables.MASKS,
            [
                {"interview_id": "a", "start": 6, "end": 16, "replacement": "Hari"},
                {
                    "interview_id": "a",
                    "start": refused[0],
                    "end": refused[1],
                    "replacement": "[…]",
                    "scope": "book",
                },
            ],
        )
        (words,) = consent.cleared(turns, "book", speakers, rows)["text"]
        left = words.replace("[…]", "").replace("Hari", "").split()
        assert set(left) <= {"avant", "derrière"}


@pytest.mark.parametrize(
    ("exact", "text", "places"),
    [
        ("राम", "राम और रामी।", [0]),
        ("លោកសុខុម", "ហើយលោកសុខុមបានទៅ", [3]),
        ("សុខ", "សុខុម", []),
        ("សុខុម", "លោក\u200bសុ\u200bខុម", [4]),
        ("రామ్", "రామ్ కొలిచాడు", [0]),
        ("রহিম", "রহিমা, রহিম।", [7]),
        ("Õnne", "ÕNNE ja õnnelik", [0]),
    ],
)
def test_a_mask_finds_its_word_in_every_script_and_tears_no_sign_off_a_letter(exact, text, places):
    assert [start for start, _end, _words in masks.find(text, [(exact, "X")])] == places
