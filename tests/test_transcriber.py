"""Transcriber files become the turns that the transcriber saw on the screen."""

import re
import xml.etree.ElementTree as ET
from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from reading import (
    SAMPLES,
    damaged,
    is_refused_or_clean,
    left,
    needs_shared,
    problem,
    read,
    said,
    timed,
)

from pipeline.corpus import transcripts

FILE = """<?xml version="1.0" encoding="ISO-8859-1"?>
<!DOCTYPE Trans SYSTEM "trans-14.dtd">
<Trans scribe="moi" audio_filename="jardin" version="3" version_date="240512">
<Topics>
<Topic id="to1" desc="le compost"/>
</Topics>
<Speakers>
<Speaker id="spk1" name="Anne" check="no" type="female" dialect="native" accent="" scope="local"/>
<Speaker id="spk2" name="Bruno" check="no" type="male" dialect="native" accent="" scope="local"/>
</Speakers>
<Episode>
<Section type="report" topic="to1" startTime="0" endTime="9.5">
<Turn speaker="spk1" startTime="0" endTime="4.25">
<Sync time="0"/>
on a commencé
<Sync time="2.1"/>
 à deux ,
<Event desc="rire" type="noise" extent="instantaneous"/>
 déjà .
</Turn>
<Turn speaker="spk1 spk2" startTime="4.25" endTime="5">
<Sync time="4.25"/>
<Who nb="1"/>
oui
<Who nb="2"/>
non
<Sync time="4.6"/>
<Who nb="1"/>
si !
</Turn>
<Turn startTime="5" endTime="9.5">
<Sync time="5"/>
<Background time="5" type="music" level="high"/>
merci à tous
<Comment desc="fin de bande"/>
</Turn>
</Section>
</Episode>
</Trans>
""".encode("latin-1")


def test_turns_carry_the_speakers_names_and_their_own_times(tmp_path):
    turns = read(tmp_path, "a.trs", FILE)

    assert [
        ("Anne", "on a commencé à deux , déjà ."),
        ("Anne", "oui si !"),
        ("Bruno", "non"),
        ("", "merci à tous"),
    ] == said(turns)
    assert [("Anne", 0, 4.25), ("Anne", 4.25, 5), ("Bruno", 4.25, 5), ("", 5, 9.5)] == timed(turns)
    assert [13, 23, 25, 31] == turns["place"].tolist()


def test_sounds_comments_and_topics_are_reported_and_are_no_words(tmp_path):
    turns = read(tmp_path, "a.trs", FILE)

    assert [
        (12, "Topic: le compost"),
        (18, "Event: rire, noise, instantaneous"),
        (33, "Background: music, high"),
        (35, "Comment: fin de bande"),
    ] == turns.attrs["unused"]


def test_speakers_without_a_name_or_an_entry_keep_their_id(tmp_path):
    file = FILE.replace(b'name="Bruno"', b'name=""').replace(
        b'<Turn startTime="5"', b'<Turn speaker="spk7" startTime="5"'
    )

    assert {"Anne", "spk2", "spk7"} == set(read(tmp_path, "a.trs", file)["speaker"])


def test_two_speakers_of_one_name_stay_two(tmp_path):
    turns = read(tmp_path, "a.trs", FILE.replace(b'name="Bruno"', b'name="Anne"'))

    assert {"Anne (spk1)", "Anne (spk2)", ""} == set(turns["speaker"])


def test_what_two_say_together_is_said_by_both(tmp_path):
    file = FILE.replace(b'<Who nb="1"/>\noui', b"en choeur\n").replace(b'<Who nb="2"/>', b"")
    turns = read(tmp_path, "a.trs", file.replace(b'<Who nb="1"/>', b""))

    assert ("Anne + Bruno", "en choeur non si !") in said(turns)


@pytest.mark.parametrize("number", ["3", "0", "-1", "x", "", "9" * 9])
def test_words_of_a_speaker_whom_the_turn_does_not_name_are_kept_without_one(tmp_path, number):
    file = FILE.replace(b'<Who nb="2"/>', f'<Who nb="{number}"/>'.encode())

    assert ("", "non") in said(read(tmp_path, "a.trs", file))


def test_times_that_go_backwards_are_kept_as_written_and_in_order(tmp_path):
    file = FILE.replace(
        b'startTime="5" endTime="9.5">\n<Sync', b'startTime="3" endTime="1">\n<Sync'
    )

    assert ("", 3, 1) == timed(read(tmp_path, "a.trs", file))[-1]


def test_a_time_that_is_no_number_is_refused_on_its_line(tmp_path):
    file = FILE.replace(b'startTime="4.25"', b'startTime="4m25"')

    found = problem(tmp_path, "a.trs", file)

    assert ("C-106", 21) == (found.code, found.line)
    assert "startTime" in found.message


@pytest.mark.parametrize("size", [1, 300, 900, len(FILE) - 12])
def test_a_file_cut_off_is_refused(tmp_path, size):
    assert problem(tmp_path, "a.trs", FILE[:size]).code in ("C-101", "C-102", "C-104")


def test_a_file_without_words_is_refused(tmp_path):
    assert "C-102" == problem(tmp_path, "a.trs", b"<Trans><Episode/></Trans>").code
    assert "C-102" == problem(tmp_path, "a.trs", b"").code


@given(damaged(FILE))
@settings(max_examples=150, deadline=2000)
def test_a_damaged_file_is_read_or_refused_with_a_reason(tmp_path_factory, data):
    path = tmp_path_factory.getbasetemp() / "damaged.trs"
    path.write_bytes(data)

    assert is_refused_or_clean(path)


@needs_shared
@given(st.data())
@settings(max_examples=40, deadline=4000)
def test_a_real_file_cut_off_anywhere_is_read_or_refused(tmp_path_factory, data):
    whole = (SAMPLES / "transcriber_frint980428.trs").read_bytes()
    path = tmp_path_factory.getbasetemp() / "cut.trs"
    path.write_bytes(whole[: data.draw(st.integers(1, len(whole)))])

    assert is_refused_or_clean(path)


def counted(name: str) -> list[tuple[str, str]]:
    """Read a real file by other means: each speaker of each turn and the words, as one string."""
    root = ET.fromstring((SAMPLES / name).read_bytes())
    names = {s.get("id"): s.get("name") for s in root.iter("Speaker")}
    found = []
    for turn in root.iter("Turn"):
        speakers = [names[key] for key in turn.get("speaker", "").split()] or [""]
        parts: dict[str, list[str]] = {}
        speaker = speakers[0]
        for element in turn.iter():
            if element.tag == "Who":
                speaker = speakers[int(element.get("nb")) - 1]
            text = element.text if element is turn else element.tail
            parts.setdefault(speaker, []).extend(
                (text or "").split() if element is not turn or text else []
            )
        found += [(speaker, " ".join(words)) for speaker, words in parts.items() if words]
    return found


@needs_shared
@pytest.mark.parametrize("name", ["transcriber_frint980428.trs", "checked_fuc_4110.trs"])
def test_real_files_read_as_they_count_by_other_means(name):
    turns = transcripts.read(SAMPLES / name)

    assert counted(name) == said(turns)


@needs_shared
def test_real_files_have_the_words_and_turns_that_a_count_in_their_bytes_finds():
    """Counted without any XML parser: text outside tags, `<Turn`s with text, `<Event`s."""
    raw = (SAMPLES / "checked_fuc_4110.trs").read_text(encoding="utf-8")
    bodies = re.findall(r"<Turn([^>]*)>(.*?)</Turn>", raw, re.DOTALL)
    words = [re.sub(r"<[^>]*>", " ", body).split() for _head, body in bodies]
    turns = transcripts.read(SAMPLES / "checked_fuc_4110.trs")

    assert sum(map(len, words)) == turns["text"].str.split().str.len().sum()
    assert sum(map(bool, words)) == len(turns)
    assert raw.count("<Event ") == len(left(turns))
    spk = Counter(
        re.search(r'speaker="(\w+)"', head)[1]
        for (head, _b), w in zip(bodies, words, strict=True)
        if w
    )
    assert {"spk1": 7, "spk2": 6} == spk
    assert {"locuteur1": 7, "locuteur2": 6} == Counter(turns["speaker"])
