"""JSON of speech recognisers: each word once, with the speaker that the machine gave it."""

import itertools
import json
import math
import os
import re
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


def whisper(*segments: dict, **others: object) -> str:
    return json.dumps({"segments": list(segments), "language": "fr", **others}, ensure_ascii=False)


def word(text: str, start: float | None = None, speaker: str | None = None) -> dict:
    given = {"word": text}
    if start is not None:
        given |= {"start": start, "end": start + 0.5}
    return given | ({"speaker": speaker} if speaker else {})


# --- a real file, counted a second way ------------------------------------------------------------


@needs_shared
def test_words_and_speakers_of_a_real_whisperx_file_are_those_of_its_words():
    path = SAMPLES / "a95KMDHf4vQ.en.json"
    source = path.read_text()
    # By regular expression: each word with its speaker; three have neither time nor speaker.
    found = re.findall(
        r'\{"word": "((?:[^"\\]|\\.)*)"(?:[^{}]*?"speaker": "(\w+)")?[^{}]*\}', source
    )

    turns = transcripts.read(path)

    assert [text for text, _speaker in found] == " ".join(turns["text"]).split()
    by_machine = Counter(speaker for _text, speaker in found if speaker)
    by_us = Counter()
    for speaker, text in said(turns):
        by_us[speaker] += len(text.split())
    assert by_machine.keys() == by_us.keys()
    assert by_us.total() - by_machine.total() == 3
    assert all(0 <= by_us[s] - by_machine[s] <= 3 for s in by_machine)


@needs_shared
def test_a_real_segment_is_a_turn_and_is_parted_where_the_speaker_changes():
    path = SAMPLES / "a95KMDHf4vQ.en.json"
    segments = json.loads(path.read_text())["segments"]
    changes = sum(
        a != b
        for segment in segments
        for speakers in [[w["speaker"] for w in segment["words"] if "speaker" in w]]
        for a, b in itertools.pairwise(speakers)
    )

    turns = transcripts.read(path)

    assert (len(segments), changes) == (97, 2)
    assert len(turns) == 99
    assert turns["place"].nunique() == 97
    first = turns.groupby("place")["start_s"].first().tolist()
    assert first == [segment["start"] for segment in segments]


# --- the formats ----------------------------------------------------------------------------------


def test_whisper_and_faster_whisper_segments_are_turns_of_nobody(tmp_path):
    text = json.dumps(
        {
            "text": " Bonjour. Déjà l'été ?" * 500,
            "segments": [
                {
                    "id": 0,
                    "seek": 0,
                    "start": 0.0,
                    "end": 2.5,
                    "text": " Bonjour.",
                    "tokens": [1, 2],
                },
                {"id": 1, "seek": 0, "start": 2.5, "end": 4, "text": " Déjà l'été ?", "tokens": []},
            ],
            "language": "fr",
        }
    )
    turns = read(tmp_path, "a.json", text)

    assert said(turns) == [("", "Bonjour."), ("", "Déjà l'été ?")]
    assert timed(turns) == [("", 0, 2.5), ("", 2.5, 4)]
    assert turns["place"].tolist() == [1, 2]
    assert read(tmp_path, "a.txt", text).attrs["format"] == "Whisper"


def test_whisper_cpp_counts_thousandths(tmp_path):
    rows = [
        {
            "timestamps": {"from": "10:00:00,500", "to": "10:00:02,000"},
            "offsets": {"from": 36000500, "to": 36002000},
            "text": " Bonjour",
        },
        {
            "timestamps": {"from": "10:00:02,000", "to": "10:00:03,250"},
            "text": " oui",
            "speaker": "1",
        },
        {"offsets": {"from": 36003250, "to": 36004000}, "text": " [BLANK_AUDIO]"},
    ]
    turns = read(tmp_path, "a.json", json.dumps({"systeminfo": "x", "transcription": rows}))

    assert timed(turns) == [("", 36000.5, 36002), ("1", 36002, 36003.25)]
    assert left(turns) == ["[BLANK_AUDIO]"]


def test_other_recognisers_are_read(tmp_path):
    pipeline = {"text": "un deux", "chunks": [{"timestamp": [0.0, 1.5], "text": " un"}, {"timestamp": [1.5, None], "text": " deux"}]}  # fmt: skip
    amberscript = {
        "id": "x",
        "segments": [
            {"speaker": "spk1", "words": [{"text": "Un", "start": 1, "end": 2}, {"text": "deux.", "start": 2, "end": 3}]},
            {"speaker": "spk2", "words": [{"text": "Oui.", "start": 3, "end": 4}]},
        ],
        "speakers": [{"spkid": "spk1", "name": "Anne"}, {"spkid": "spk2", "name": ""}],
    }  # fmt: skip
    bare = [{"start": "0:01", "end": "0:02,5", "speaker": "A", "text": "un"}]

    assert timed(read(tmp_path, "a.json", json.dumps(pipeline)))[0] == ("", 0, 1.5)
    turns = read(tmp_path, "b.json", json.dumps(amberscript))
    assert said(turns) == [("Anne", "Un deux."), ("spk2", "Oui.")]
    assert timed(turns)[0] == ("Anne", 1, 3)
    assert timed(read(tmp_path, "c.json", json.dumps(bare))) == [("A", 1, 2.5)]


# --- who speaks ------------------------------------------------------------------------------------


def test_a_segment_is_parted_where_the_words_speaker_changes(tmp_path):
    words = [word("Oui,", 1, "A"), word("13"), word("fois.", 3, "A"), word("Non!", 4, "B")]
    segment = {
        "start": 0.5,
        "end": 6,
        "text": " Oui,  13 fois. « Non! »",
        "words": words,
        "speaker": "A",
    }
    turns = read(tmp_path, "a.json", whisper(segment))

    assert said(turns) == [("A", "Oui,  13 fois. «"), ("B", "Non! »")]
    assert timed(turns) == [("A", 0.5, 3.5), ("B", 4, 6)]


def test_a_word_without_speaker_goes_with_the_one_before_it(tmp_path):
    words = [word("13"), word("fois", 1, "A"), word("14"), word("oui", 3, "B"), word("15")]
    segment = {"start": 0, "end": 5, "text": "13 fois 14 oui 15", "words": words, "speaker": "A"}

    assert said(read(tmp_path, "a.json", whisper(segment))) == [
        ("A", "13 fois 14"),
        ("B", "oui 15"),
    ]


def test_the_speaker_of_a_segment_renamed_by_hand_holds(tmp_path):
    words = [word("un", 1, "SPEAKER_00"), word("deux", 2, "SPEAKER_01")]
    segment = {"start": 0, "end": 5, "text": "un deux", "words": words, "speaker": "Anne"}

    assert said(read(tmp_path, "a.json", whisper(segment))) == [("Anne", "un deux")]


def test_a_segment_without_speaker_or_time_takes_its_words(tmp_path):
    segment = {"text": "un deux", "words": [word("un", 1, "A"), word("deux")]}

    assert timed(read(tmp_path, "a.json", whisper(segment))) == [("A", 1, 1.5)]


def test_neighbouring_segments_of_one_speaker_stay_apart(tmp_path):
    segments = [{"start": n, "end": n + 1, "text": f"mot {n}", "speaker": "A"} for n in range(3)]

    assert len(read(tmp_path, "a.json", whisper(*segments))) == 3


def test_backward_and_missing_times_stay_as_written(tmp_path):
    segments = [
        {"start": 9, "end": 3, "text": "un"},
        {"start": None, "end": math.nan, "text": "deux"},
    ]
    turns = read(tmp_path, "a.json", whisper(*segments))

    assert timed(turns)[0] == ("", 9, 3)
    assert turns[["start_s", "end_s"]].iloc[1].isna().all()


texts = st.lists(st.from_regex(r"[A-Za-zé]{1,6}[.,!]?", fullmatch=True), min_size=1, max_size=8)


@given(texts, st.lists(st.sampled_from(["A", "B", None]), min_size=8, max_size=8))
@settings(max_examples=60, deadline=None)
def test_parting_a_segment_loses_no_word(tmp_path_factory, written, speakers):
    words = [word(text, n, speakers[n]) for n, text in enumerate(written)]
    segment = {"start": 0, "end": 9, "text": " ".join(written), "words": words}
    turns = read(tmp_path_factory.getbasetemp(), "parted.json", whisper(segment))

    assert " ".join(turns["text"]).split() == written
    running, voices = next((s for s in speakers[: len(written)] if s), ""), []
    for speaker in speakers[: len(written)]:
        running = speaker or running
        voices += [running] if voices[-1:] != [running] else []
    assert turns["speaker"].tolist() == voices


# --- bad input -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "code", "line"),
    [
        ("", "C-102", 0),
        ("{}", "C-101", 0),
        ("[1, 2]", "C-101", 0),
        ('"bonjour"', "C-101", 0),
        ('{"segments": 3}', "C-101", 0),
        (whisper(), "C-102", 0),
        ('{"segments": [\n{"text": "un', "C-104", 2),
        ('{"segments": [{"text": "un", "start": "hier"}]}', "C-106", 1),
        ('{"segments": [{"text": "un", "start": -1}]}', "C-106", 1),
        ('{"segments": [{"text": "un", "start": Infinity}]}', "C-106", 1),
        ('{"segments": [{"text": "un", "start": 1e400}]}', "C-106", 1),
        ('{"segments": [{"text": "un", "start": true}]}', "C-106", 1),
        ('{"segments": [{"text": "un", "start": ' + "9" * 400 + "}]}", "C-106", 1),
        ('{"segments": [{"text": "un", "start": ' + "9" * 9000 + "}]}", "C-104", 0),
        ('{"segments": [{"text": "un", "timestamp": [1]}]}', "C-106", 1),
    ],
)  # fmt: skip
def test_what_cannot_be_read_says_why(tmp_path, content, code, line):
    found = problem(tmp_path, "a.json", content)

    assert (found.code, found.line) == (code, line)
    assert found.hint


@pytest.mark.parametrize("opening", ["[", '{"segments":', '{"segments":[{"words":'])
def test_nested_and_endless_json_is_refused(tmp_path, opening):
    assert problem(tmp_path, "a.json", opening * 200_000).code == "C-104"
    assert problem(tmp_path, "b.json", "[" + "{}," * 2_500_000 + "{}]").code == "C-104"


def test_words_that_are_not_in_the_text_cost_linear_time(tmp_path):
    words = [word("zz", n % 9, "AB"[n % 2]) for n in range(20_000)]
    segment = {"start": 0, "end": 9, "text": "mot " * 200_000, "words": words}
    begun = os.times().user

    assert "".join(read(tmp_path, "a.json", whisper(segment))["text"]).count("mot") == 200_000
    assert os.times().user - begun < 3


def test_stray_bytes_of_whisper_cpp_and_other_encodings_are_read(tmp_path):
    good = whisper({"start": 0, "end": 1, "text": "déjà été noël là"})
    stray = good.encode().replace(b"l\xc3\xa0", b"l\xc3")

    assert read(tmp_path, "a.json", stray)["text"].tolist() == ["déjà été noël l\ufffd"]
    for encoding in ("windows-1252", "utf-16", "utf-8-sig"):
        assert read(tmp_path, "b.json", good.encode(encoding))["text"].tolist() == [
            "déjà été noël là"
        ]


def test_half_a_sign_does_not_break_what_is_written_later(tmp_path):
    turns = read(tmp_path, "a.json", '{"segments": [{"text": "un \\ud83d deux"}]}')

    assert turns["text"].iloc[0].encode("utf-8")


GOOD = whisper(
    {"start": 0, "end": 2, "text": "un deux", "words": [word("un", 0, "A"), word("deux", 1, "B")]},
    {"offsets": {"from": 1, "to": 2}, "text": "trois", "speaker": {"name": "C"}},
).encode()


@given(damaged(GOOD), st.sampled_from([".json", ".txt"]))
@settings(max_examples=200, deadline=2000)
def test_any_damage_is_read_or_refused(tmp_path_factory, data, suffix):
    path = tmp_path_factory.getbasetemp() / f"damaged{suffix}"
    path.write_bytes(data)

    assert is_refused_or_clean(path)


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3)
    | st.dictionaries(
        st.sampled_from(["text", "start", "end", "words", "word", "speaker", "offsets", "from", "to", "timestamps",
                         "timestamp", "name", "segments"]), inner, max_size=4),
    max_leaves=12,
)  # fmt: skip


@given(st.dictionaries(st.sampled_from(["segments", "transcription", "chunks", "words", "text", "speakers", "sentenceMetadata", "language"]), anything, max_size=3))  # fmt: skip
@settings(max_examples=300, deadline=2000)
def test_any_json_is_read_or_refused(tmp_path_factory, content):
    path = tmp_path_factory.getbasetemp() / "anything.json"
    path.write_text(json.dumps(content))

    assert is_refused_or_clean(path)
