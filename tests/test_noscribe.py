"""noScribe's marks: who speaks over whom is kept apart, and no pause is a word."""

import contextlib
import os

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from reading import damaged, is_refused_or_clean, left, read, said, timed

from pipeline.corpus import transcripts
from pipeline.problems import DataError

# As version 0.6 writes them: a pause is a cue of its own, overlapping speech has its voice.
VTT = """WEBVTT Entretien

NOTE
Transcrit avec noScribe vers. 0.6

NOTE media: C:/a.mp3

1
00:00:00.000 --> 00:00:02.000
<v >(..)

2
00:00:02.000 --> 00:00:04.500
<v S00>Bonjour, (...) asseyez-vous

3
00:00:04.500 --> 00:00:05.000
<v //S01>//S01: merci

4
00:00:05.000 --> 00:00:07.000
<v S00>// je vous en prie.

5
00:00:07.000 --> 00:00:19.000
<v S00>(12 secondes pause)

6
00:00:19.000 --> 00:00:21.000
<v S01>Alors.//
"""


def test_overlapping_speech_is_its_speakers_and_pauses_are_nobodys(tmp_path):
    turns = read(tmp_path, "a.vtt", VTT)

    assert said(turns) == [
        ("S00", "Bonjour, asseyez-vous"),
        ("S01", "merci"),
        ("S00", "je vous en prie."),
        ("S01", "Alors."),
    ]
    assert timed(turns)[1] == ("S01", 4.5, 5)
    assert left(turns) == ["(..)", "(...)", "//", "//S01:", "//", "(12 secondes pause)", "//"]


def test_a_label_that_says_the_voice_again_is_no_word(tmp_path):
    text = (
        "WEBVTT Entretien\n\n1\n00:00:00.000 --> 00:00:02.000\n<v S00>S00: Bonjour //S01: oui//\n\n"
        "2\n00:00:02.000 --> 00:00:04.000\n<v S01>S01 [00:00:02]: Il dit : non.\n\n"
        "3\n00:00:04.000 --> 00:00:06.000\n<v S00>Résultat : rien.\n"
    )
    turns = read(tmp_path, "a.vtt", text)

    assert said(turns) == [
        ("S00", "Bonjour"),
        ("S01", "oui"),
        ("S01", "Il dit : non."),
        ("S00", "Résultat : rien."),
    ]


def test_labels_in_the_words_of_subtitles_hold_behind_an_overlap(tmp_path):
    text = (
        "1\n00:00:01,000 --> 00:00:02,000\nS00: oui //S01: non// si\n\n"
        "2\n00:00:02,000 --> 00:00:03,000\nS01: bon\n\n3\n00:00:03,000 --> 00:00:04,000\n(...)\n"
    )
    turns = read(tmp_path, "a.srt", text)

    assert said(turns) == [("S00", "oui"), ("S01", "non"), ("S00", "si"), ("S01", "bon")]


TEXT = """Entretien

Transcrit avec noScribe vers. 0.6
Fichier audio : C:/a.mp3
(Début: 00:00:00)

S00 [00:00:02]: Bonjour, (...) asseyez-vous //S01: merci// je vous en prie. [00:01:02] Voilà.

S01: Alors. (2 minute[s] pause) Voir http://exemple.org//x

S00: Oui.
"""


def test_in_text_too_overlap_is_a_turn_within_the_turn(tmp_path):
    turns = read(tmp_path, "a.txt", TEXT)

    assert said(turns) == [
        ("S00", "Bonjour, asseyez-vous"),
        ("S01", "merci"),
        ("S00", "je vous en prie. Voilà."),
        ("S01", "Alors. Voir http://exemple.org//x"),
        ("S00", "Oui."),
    ]
    assert turns["place"].tolist() == [7, 7, 7, 9, 11]
    assert turns["start_s"].iloc[0] == 2
    assert turns["start_s"].iloc[1:].isna().all()
    marks = {"(...)", "//S01:", "//", "[00:01:02]", "(2 minute[s] pause)"}
    assert marks <= set(left(turns))


def test_without_labels_a_time_begins_a_turn(tmp_path):
    text = "noScribe\n\n[00:00:01] Bonjour. [00:01:02] Encore (..) là.\n"
    turns = read(tmp_path, "a.txt", text)

    assert turns["text"].tolist()[-2:] == ["Bonjour.", "Encore là."]
    assert turns["start_s"].tolist()[-2:] == [1, 62]


def test_a_text_that_noscribe_did_not_write_keeps_its_signs(tmp_path):
    text = "Anne : un (...) deux // trois\nBruno : oui\nAnne : (3 secondes de pause)\n"

    assert said(read(tmp_path, "a.txt", text))[0] == ("Anne", "un (...) deux // trois")


HTML = """<!DOCTYPE html><html><head><meta charset="UTF-8"><meta name="audio_source" content="C:/a.mp3">
<style type="text/css">p { margin: 0 }</style></head><body><div class="WordSection1">
<p style="font-weight: 600">Entretien</p><p><span>Transcrit avec noScribe<br>Fichier audio : a.mp3</span></p><p></p>
<p><a name="ts_2000_4500_S00" >S00 <span style="color: #78909C" >[00:00:02]</span>: Bonjour, l&#39;ami</a><a name="ts_4500_5000_S00" > (..)</a><a name="ts_5000_5500_//S01" > //S01: merci</a><a name="ts_5500_7000_S00" >// voil&agrave;.</a></p>
<p><a name="ts_7000_9000_S01" >Marie: Alors</a><a name="ts_9000_9500_S01" > oui.</a></p>
</div></body></html>"""


def test_html_of_noscribe_has_the_times_of_each_segment(tmp_path):
    turns = read(tmp_path, "a.html", HTML)

    assert timed(turns) == [("S00", 2, 4.5), ("S01", 5, 5.5), ("S00", 5.5, 7), ("Marie", 7, 9.5)]
    assert turns["text"].tolist() == ["Bonjour, l'ami", "merci", "voilà.", "Alors oui."]
    assert left(turns)[:2] == ["Entretien", "Transcrit avec noScribeFichier audio : a.mp3"]
    assert turns.attrs["format"] == "noScribe"


def test_any_other_html_is_named(tmp_path):
    (tmp_path / "a.html").write_text("<html><body><p>bonjour</p></body></html>")

    with pytest.raises(DataError, match="HTML"):
        transcripts.read(tmp_path / "a.html")


@pytest.mark.parametrize("suffix", [".html", ".txt", ".vtt"])
@pytest.mark.parametrize("filler", ["//", "//S01: ", "(", "(..)", "(1 ", "[0:01]", "<a name=ts_1_2>", "<p>x", "//a", " ", "S00: x\n"])  # fmt: skip
def test_hostile_runs_take_linear_time(tmp_path, suffix, filler):
    path = tmp_path / f"a{suffix}"
    heads = {
        ".html": HTML[:-30] + "<p><a name='ts_1_2_S00'>",
        ".txt": "noScribe\nS00: ",
        ".vtt": VTT,
    }
    path.write_text(heads[suffix] + filler * 20_000)
    begun = os.times().user
    with contextlib.suppress(DataError):
        transcripts.read(path)

    assert os.times().user - begun < 3


@given(st.one_of(damaged(HTML.encode()), damaged(TEXT.encode()), damaged(VTT.encode())), st.sampled_from([".html", ".txt", ".vtt", ".srt"]))  # fmt: skip
@settings(max_examples=200, deadline=2000)
def test_any_damage_is_read_or_refused(tmp_path_factory, data, suffix):
    path = tmp_path_factory.getbasetemp() / f"damaged{suffix}"
    path.write_bytes(data)

    assert is_refused_or_clean(path)
