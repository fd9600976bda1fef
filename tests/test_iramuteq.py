"""IRaMuTeQ corpora: read as IRaMuTeQ parts them, and written so that they come back."""

import contextlib
import os
import re

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from reading import SAMPLES, damaged, is_refused_or_clean, left, needs_shared, problem, said
from reading import read as read_as

from pipeline.corpus import iramuteq, transcripts
from pipeline.corpus.readers.iramuteq import variables
from pipeline.problems import DataError

# --- in -------------------------------------------------------------------------------------------


@needs_shared
def test_a_real_corpus_has_the_texts_and_words_that_its_stars_part():
    path = SAMPLES / "iramuteq_rainette_manifeste_pc.txt"
    _before, *texts = re.split(r"(?m)^\*\*\*\* .*$", path.read_text())

    turns = transcripts.read(path)

    assert [text.split() for text in texts] == [text.split() for text in turns["text"]]
    assert left(turns) == [f"**** *partie_{name}" for name in ("intro", "I", "II", "III")]
    assert turns.attrs["format"] == "IRaMuTeQ"


def test_a_variable_ends_at_its_first_underscore():
    line = "**** *age_20_30 *sexe_f *rural *loc_Anne_D"

    assert variables(line) == {"age": "20_30", "sexe": "f", "rural": "", "loc": "Anne_D"}


@pytest.mark.parametrize(
    "name", ["loc", "locuteur", "speaker", "Locuteur", "enquêté".replace("ê", "e")]
)
def test_the_speaker_is_the_variable_for_one(tmp_path, name):
    text = f"**** *ent_01 *{name}_Anne\nUn.\nDeux.\n\n**** *ent_01\nTrois.\n"

    assert said(read_as(tmp_path, "a.txt", text)) == [("Anne", "Un.\nDeux."), ("", "Trois.")]


def test_a_theme_begins_a_turn_and_what_stands_before_the_stars_is_listed(tmp_path):
    text = "**** *loc_A\n-*theme_logement\nUn.\n-*theme_travail\nDeux.\n0002 *loc_B\n1848 fut une année.\n"
    turns = read_as(tmp_path, "a.txt", text)

    assert said(turns) == [("A", "Un."), ("A", "Deux."), ("B", "1848 fut une année.")]
    assert turns["place"].tolist() == [3, 5, 7]
    assert left(turns) == ["**** *loc_A", "-*theme_logement", "-*theme_travail", "0002 *loc_B"]


def test_other_encodings_and_a_mark_at_the_beginning_are_read(tmp_path):
    for encoding in ("utf-8-sig", "windows-1252"):
        turns = read_as(tmp_path, "a.txt", "**** *loc_A\r\nété\r\n".encode(encoding))
        assert said(turns) == [("A", "été")]


def test_a_corpus_without_words_is_refused(tmp_path):
    assert problem(tmp_path, "a.txt", "**** *loc_A\n").code == "C-102"


@pytest.mark.parametrize("filler", ["*", " ", "-*", "*a_", "**** ", "\n", "0001 *a\n", "-*a\n"])
def test_hostile_runs_take_linear_time(tmp_path, filler):
    path = tmp_path / "a.txt"
    path.write_text(f"**** *a_b {filler * 30_000}\nun")
    begun = os.times().user
    with contextlib.suppress(DataError):
        transcripts.read(path)

    assert os.times().user - begun < 2


@given(damaged(b"**** *ent_01 *loc_A\n-*theme_x\nUn deux.\n\n**** *loc_B\nTrois.\n"))
@settings(max_examples=100, deadline=2000)
def test_any_damage_is_read_or_refused(tmp_path_factory, data):
    path = tmp_path_factory.getbasetemp() / "damaged-corpus.txt"
    path.write_bytes(data)

    assert is_refused_or_clean(path)


# --- out ------------------------------------------------------------------------------------------


def tables(
    rows: list[tuple[str, str | None, str]], **columns: list
) -> tuple[pd.DataFrame, pd.DataFrame]:
    turns = pd.DataFrame(rows, columns=["interview_id", "speaker_id", "text"]).assign(**columns)
    ids = turns["interview_id"].unique()
    interviews = pd.DataFrame(
        {"interview_id": ids, "initiative_id": "eco-lieu", "language": "fr", "date": pd.NA}
    )
    return turns, interviews


def test_each_turn_is_a_text_with_the_variables_it_has():
    rows = [("eau-01", "anne", "Un.\nDeux."), ("eau-01", None, "Trois.")]
    written = iramuteq.write(*tables(rows, role=["interviewee", pd.NA]))

    assert written == (
        "**** *interview_eau_01 *speaker_anne *role_interviewee *initiative_eco_lieu *language_fr\n"
        "Un.\nDeux.\n\n**** *interview_eau_01 *initiative_eco_lieu *language_fr\nTrois.\n"
    )


def test_the_date_of_an_interview_is_a_day():
    turns, interviews = tables([("a", "b", "Un.")])
    written = iramuteq.write(turns, interviews.assign(date=pd.to_datetime(["2012-07-21"])))

    assert "*date_2012_07_21\n" in written


def test_themes_are_written_before_the_words():
    rows = [("a", "b", "Un."), ("a", "b", "Deux.")]
    written = iramuteq.write(*tables(rows, theme=["Le logement", None]))

    assert "*language_fr\n-*theme_Le_logement\nUn.\n" in written
    assert written.count("-*") == 1


def test_values_are_cleaned_and_stay_apart():
    names = iramuteq.cleaned(["Éco-lieu n° 2", "eco lieu n 2", "ជំរាប", "ជំរា", "a_b"])

    assert list(names.values()) == ["Eco_lieu_n_2", "eco_lieu_n_2_2", "x", "x_2", "a_b"]


lines = st.text("ab*-0123 _é\n\t", max_size=25).map(str.strip).filter(bool)
tricky = st.sampled_from(
    ["**** *a_b", "-*theme_x", "0001 *a_b", "a\n**** *loc_B\nb", "* a", "****", "1848"]
)
turn_rows = st.tuples(
    st.sampled_from(["eau-01", "eau_01", "été"]), st.sampled_from(["anne", "b c", "ជំរាប", "x"]), st.one_of(lines, tricky)
)  # fmt: skip


@given(st.lists(turn_rows, min_size=1, max_size=6))
@settings(max_examples=150, deadline=None)
def test_what_is_written_reads_back_equal(tmp_path_factory, rows):
    turns, interviews = tables(rows)
    path = tmp_path_factory.getbasetemp() / "corpus.txt"
    path.write_text(
        "**** *interview_first *speaker_first\nmot\n\n" + iramuteq.write(turns, interviews)
    )

    again = transcripts.read(path).iloc[1:]

    expected = [
        "\n".join(line.strip() for line in text.split("\n") if line.strip())
        for text in turns["text"]
    ]
    names = iramuteq.cleaned(turns["speaker_id"])
    assert again["text"].tolist() == expected
    assert again["speaker"].tolist() == [names[speaker] for speaker in turns["speaker_id"]]
    # As IRaMuTeQ parts it, by its own rule: a line that begins with four stars, or figures and a star.
    starred = [line for line in path.read_text().split("\n") if re.match(r"\*{4}|\d{4}\s+\*", line)]
    assert len(starred) == len(rows) + 1
    assert all(re.fullmatch(r"\*{4}( \*[A-Za-z0-9]+_\w+)+", line, re.ASCII) for line in starred)
