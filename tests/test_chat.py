"""CHAT: what was said, by whom and when; the codes beside it, not in it."""

import contextlib
import math
import os

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from reading import damaged, is_refused_or_clean, left, problem, read, said, timed

from pipeline.corpus import transcripts
from pipeline.problems import DataError

HEAD = (
    "@UTF8\n@PID:\t11312/x\n@Begin\n@Languages:\t{language}\n"
    "@Participants:\tCHI Marie_Anne Target_Child , MOT Mother,\n\tINV Chiat Investigator\n"
    "@ID:\tfra|x|CHI|2;06.10||||Target_Child|||\n"
)


def chat(*lines: str, language: str = "fra") -> str:
    return HEAD.format(language=language) + "\n".join(lines) + "\n@End\n"


# Written out by hand after the CHAT manual: the line, what a reader reads, what is put beside it.
SPOKEN = [
    ("oui (.) c'est là .", "oui c'est là.", "(.)"),
    ("ça va ?", "ça va ?", ""),
    ("<the cat> [//] &-um the &+d dog [/] dog .", "the cat um the d dog dog.", "[//] [/]"),
    ("qu'est ce qu'i(l) y a (2.5) là ?", "qu'est ce qu'il y a là ?", "(2.5)"),
    ("gonna [: going to] go [* m:+ed] [=! rit] .", "gonna go.", "[: going to] [* m:+ed] [=! rit]"),
    ("c'est tout+à+fait New_York .", "c'est tout à fait New York.", ""),
    ("mais je +...", "mais je…", ""),
    ("tu veux +/.", "tu veux –", ""),
    ('+" elle dit +"/.', "elle dit.", '+"'),
    ("+< non &=rires mais xxx !", "non mais xxx !", "&=rires +<"),
    ("<et alors> [>] &*MOT:oui 0est là [<1] .", "et alors là.", "[>] &*MOT:oui 0est [<1]"),
    ("oui tetE@u hola@s:spa la@l .", "oui tetE hola la.", ""),
    ("⌊mais j(e) ⌋ veux pas≈", "mais je veux pas", "⌊ ⌋"),
    ("°∙hhh° no::: ↑oui→ ‡ bon „ hein ?", "hhh no oui, bon, hein ?", ""),
]


@pytest.mark.parametrize(("written", "spoken", "codes"), SPOKEN)
def test_an_utterance_reads_as_it_was_said(tmp_path, written, spoken, codes):
    turns = read(tmp_path, "a.cha", chat(f"*MOT:\t{written}"))

    assert said(turns) == [("MOT", spoken)]
    assert left(turns)[2:] == ([codes] if codes else [])


def test_a_speaker_has_the_name_that_the_header_gives(tmp_path):
    turns = read(
        tmp_path, "a.cha", chat("*CHI:\tun .", "*MOT:\tdeux .", "*INV:\ttrois .", "*XYZ:\toui .")
    )

    assert turns["speaker"].tolist() == ["Marie Anne", "MOT", "Chiat", "XYZ"]
    twins = (
        HEAD.format(language="eng").replace("MOT Mother", "MOT Chiat Mother")
        + "*MOT:\ta .\n*INV:\tb .\n"
    )
    assert read(tmp_path, "b.cha", twins)["speaker"].tolist() == ["MOT", "INV"]


def test_a_tier_goes_on_in_lines_that_begin_with_a_tab(tmp_path):
    turns = read(
        tmp_path,
        "a.cha",
        chat("*CHI:\tun deux", "\ttrois [= une", "\texplication] .", "*MOT:\toui ."),
    )

    assert said(turns)[0] == ("Marie Anne", "un deux trois.")
    assert turns["place"].tolist() == [8, 11]


def test_bullets_are_times_in_seconds(tmp_path):
    turns = read(
        tmp_path,
        "a.cha",
        chat(
            "*CHI:\tun . \x15987_2500\x15",
            "*CHI:\tun \x150_1000\x15 deux . \x151000_3000\x15",
            "*CHI:\ttrois . 94531_95651",
            '*CHI:\tquatre . \x15%snd:"a b.wav"_5_7\x15',
            "*CHI:\tcinq . •9000_8000•",
            "*CHI:\tsix 10_20 .",
        ),
    )

    assert timed(turns)[:5] == [
        ("Marie Anne", 0.987, 2.5),
        ("Marie Anne", 0, 3),
        ("Marie Anne", 94.531, 95.651),
        ("Marie Anne", 0.005, 0.007),
        ("Marie Anne", 9, 8),
    ]
    assert turns["text"].tolist()[:5] == ["un.", "un deux.", "trois.", "quatre.", "cinq."]
    assert math.isnan(turns["start_s"].iloc[5])


def test_tiers_below_headers_and_silences_are_listed(tmp_path):
    text = chat(
        "@Situation:\tà table",
        "*CHI:\t0 [=! crie] .",
        "%mor:\tco|oui .",
        "%com:\tbruit",
        "*CHI:\toui .",
    )
    turns = read(tmp_path, "a.cha", text)

    assert said(turns) == [("Marie Anne", "oui.")]
    assert left(turns)[2:] == [
        "@Situation: à table",
        "Marie Anne: 0 [=! crie] .",
        "%mor: co|oui .",
        "%com: bruit",
    ]


def test_an_old_file_in_8_bits_keeps_accents_and_times(tmp_path):
    text = chat("*CHI:\tété . \x151000_2000\x15").removeprefix("@UTF8\n").encode("windows-1252")

    assert timed(read(tmp_path, "a.txt", text)) == [("Marie Anne", 1, 2)]
    assert read(tmp_path, "a.txt", text)["text"].tolist() == ["été."]


def test_english_sets_no_blank_before_a_question_mark(tmp_path):
    assert read(tmp_path, "a.cha", chat("*CHI:\twhat ?", language="eng"))["text"].tolist() == [
        "what?"
    ]


@pytest.mark.parametrize(
    ("content", "code"),
    [("", "C-102"), (chat(), "C-102"), ("@UTF8\n", "C-102"), (b"@UTF8\n*CHI:\t\xe9\x81", "C-103")],
)
def test_what_cannot_be_read_says_why(tmp_path, content, code):
    found = problem(tmp_path, "a.cha", content)

    assert (found.code, found.hint != "") == (code, True)


@pytest.mark.parametrize("filler", ["[", "<", "(", "&", "&=", "\x15", "1_", "+", " ", "\t", ":", "@", "a@s", "0", "\n\t", "+\"", "⌈", "↫", "•"])  # fmt: skip
def test_hostile_runs_take_linear_time(tmp_path, filler):
    path = tmp_path / "a.cha"
    path.write_text(chat(f"*CHI:\tun {filler * 30_000}"))
    begun = os.times().user
    with contextlib.suppress(DataError):
        transcripts.read(path)

    assert os.times().user - begun < 2


GOOD = chat(
    "*CHI:\t<un deux> [//] &-euh (.) trois . \x151000_2000\x15",
    "%mor:\tx",
    "*MOT:\t+< oui\n\tbon ?",
).encode()


@given(st.one_of(damaged(GOOD), st.text("*CHI:\t@%[]<>()&=+./\x15_0129 a\n", max_size=80).map(lambda t: b"@UTF8\n" + t.encode())))  # fmt: skip
@settings(max_examples=250, deadline=2000)
def test_any_damage_is_read_or_refused(tmp_path_factory, data):
    path = tmp_path_factory.getbasetemp() / "damaged.cha"
    path.write_bytes(data)

    assert is_refused_or_clean(path)
