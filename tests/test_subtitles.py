"""Subtitles of machines: a word shown three times was said once, and who speaks is kept."""

import contextlib
import os

import pytest
from hypothesis import given, settings
from reading import damaged, is_refused_or_clean, read, said, timed

from pipeline.corpus import transcripts
from pipeline.problems import DataError

SPOKEN = ["so today we are", "going to the garden", "and then we eat", "all of it"]


def clock(milliseconds: int, sign: str) -> str:
    seconds, rest = divmod(milliseconds, 1000)
    return f"00:{seconds // 60:02}:{seconds % 60:02}{sign}{rest:03}"


def tagged(line: str, at: int) -> str:
    first, *others = line.split(" ")
    return first + "".join(
        f"<{clock(at + 300 * n, '.')}><c> {word}</c>" for n, word in enumerate(others, start=1)
    )


def youtube(spoken: list[str]) -> str:
    """As YouTube writes it: each line builds up, stands for 10 ms, and rolls up over the next."""
    cues, above = [], " "
    for n, line in enumerate(spoken):
        begin, end = 2000 * n, 2000 * n + 1990
        times = f"{clock(begin, '.')} --> {clock(end, '.')} align:start position:0%"
        cues.append(f"{times}\n{above}\n{tagged(line, begin)}")
        times = f"{clock(end, '.')} --> {clock(end + 10, '.')} align:start position:0%"
        cues.append(f"{times}\n{line}\n ")
        above = line
    return "WEBVTT\nKind: captions\nLanguage: en\n\n" + "\n\n".join(cues) + "\n"


def converted(spoken: list[str]) -> str:
    """As yt-dlp makes SubRip of it: the same cues without tags."""
    cues, above = [], "[Music]"
    for n, line in enumerate(spoken):
        begin, end = 2000 * n, 2000 * n + 1990
        cues.append(f"{2 * n + 1}\n{clock(begin, ',')} --> {clock(end, ',')}\n{above}\n{line}")
        cues.append(f"{2 * n + 2}\n{clock(end, ',')} --> {clock(end + 10, ',')}\n{line}\n ")
        above = line
    return "\n\n".join(cues) + "\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_rolling_captions_of_youtube_are_read_once(tmp_path, encoding):
    turns = read(tmp_path, "a.vtt", youtube(SPOKEN).encode(encoding))

    assert turns["text"].tolist() == SPOKEN
    assert turns["start_s"].tolist() == [0, 2, 4, 6]
    assert turns.attrs["unused"] == []


def test_rolling_captions_that_lost_their_tags_are_read_once(tmp_path):
    turns = read(tmp_path, "a.srt", converted(SPOKEN))

    assert " ".join(turns["text"]).split() == ["[Music]", *" ".join(SPOKEN).split()]


def test_what_a_speaker_repeats_in_a_rolling_file_is_kept(tmp_path):
    spoken = ["no no no", "no no no", "stop it", "no no no"]

    assert read(tmp_path, "a.vtt", youtube(spoken))["text"].tolist() == spoken


def test_voices_of_teams_and_zoom_are_read_closed_or_not(tmp_path):
    text = (
        "WEBVTT\n\n4f1c-9/1-0\n0:0:3.955 --> 0:0:5.0\n<v Anne Roy>Bonjour\nà tous.</v>\n\n"
        "4f1c-9/2-0\n0:0:5.0 --> 0:0:6.0\n<v.fort Bruno>Oui.\n\n"
        "3\n0:0:6.0 --> 0:0:4.0\n<v Anne Roy>Bien</v><v Bruno>Non</v>\n\n"
        "4\n0:0:7.0 --> 0:0:8.0\n<v Zoé &amp; Max>Ensemble\n"
    )
    turns = read(tmp_path, "a.vtt", text)

    assert said(turns) == [
        ("Anne Roy", "Bonjour\nà tous."),
        ("Bruno", "Oui."),
        ("Anne Roy", "Bien"),
        ("Bruno", "Non"),
        ("Zoé & Max", "Ensemble"),
    ]
    assert timed(turns)[2] == ("Anne Roy", 6, 4)


def test_labels_that_whisperx_writes_into_subtitles_are_speakers(tmp_path):
    text = "".join(
        f"{n}\n00:00:0{n},000 --> 00:00:0{n},900\n[SPEAKER_0{n % 2}]: mot {n}\n\n"
        for n in range(1, 5)
    )

    assert said(read(tmp_path, "a.srt", text))[:2] == [
        ("SPEAKER_01", "mot 1"),
        ("SPEAKER_00", "mot 2"),
    ]


def test_the_table_of_whisper_counts_thousandths(tmp_path):
    turns = read(tmp_path, "a.tsv", "start\tend\ttext\n0\t2500\tBonjour.\n3038\t9502\tOui\n")

    assert timed(turns) == [("", 0, 2.5), ("", 3.038, 9.502)]
    seconds = read(tmp_path, "b.csv", "start,end,text\n0,2,Bonjour.\n3,9,Oui\n")
    assert timed(seconds) == [("", 0, 2), ("", 3, 9)]


@pytest.mark.parametrize("filler", ["<v A>", "<c>", "</v>", "<00:00:01.000>", "&", "<v", "\n\n", "--> ", "0:0:1.0 --> 0:0:2.0\n"])  # fmt: skip
def test_hostile_runs_take_linear_time(tmp_path, filler):
    path = tmp_path / "a.vtt"
    path.write_text(youtube(SPOKEN) + "\n0:1:0.0 --> 0:2:0.0\nx " + filler * 20_000)
    begun = os.times().user
    with contextlib.suppress(DataError):
        transcripts.read(path)

    assert os.times().user - begun < 3


@given(damaged(youtube(SPOKEN).encode()))
@settings(max_examples=80, deadline=2000)
def test_any_damage_to_webvtt_is_read_or_refused(tmp_path_factory, data):
    path = tmp_path_factory.getbasetemp() / "damaged-roll.vtt"
    path.write_bytes(data)

    assert is_refused_or_clean(path)


@given(damaged(converted(SPOKEN).encode()))
@settings(max_examples=80, deadline=2000)
def test_any_damage_to_subrip_is_read_or_refused(tmp_path_factory, data):
    path = tmp_path_factory.getbasetemp() / "damaged-roll.srt"
    path.write_bytes(data)

    assert is_refused_or_clean(path)
