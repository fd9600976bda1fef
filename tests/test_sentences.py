"""Sentences in one file, who says them in another: read together, whichever is named."""

import json
import shutil

import pytest
from hypothesis import given, settings
from reading import SAMPLES, damaged, is_refused_or_clean, needs_shared, problem, read, said, timed

from pipeline.corpus import transcripts

WORDS = "0\tBonjour.\n1\tOui, bonjour.\n2\tBien.\n"
VOICES = json.dumps(
    {
        "version": 1,
        "language": "fra",
        "sentenceMetadata": [["0", 6, 1.5, 2], ["1", 10, 2, 3.25], ["2", 6, 4, 5]],
    }
)


@needs_shared
@pytest.mark.parametrize("name", ["a95KMDHf4vQ.diarized.json", "a95KMDHf4vQ.eng.sentences.tsv"])
def test_a_real_pair_is_read_from_either_side(name):
    rows = [
        row.split("\t")
        for row in (SAMPLES / "a95KMDHf4vQ.eng.sentences.tsv").read_text().split("\n")
        if row
    ]
    spoken = json.loads((SAMPLES / "a95KMDHf4vQ.diarized.json").read_text())["sentenceMetadata"]

    turns = transcripts.read(SAMPLES / name)

    assert [text.split() for _number, text in rows] == [text.split() for text in turns["text"]]
    assert [(str(speaker), start, end) for _n, speaker, start, end in spoken] == timed(turns)
    assert len(turns) == 101


def test_without_the_other_file_sentences_are_nobodys_and_voices_are_refused(tmp_path):
    assert said(read(tmp_path, "b.fra.sentences.tsv", WORDS))[0] == ("", "Bonjour.")
    found = problem(tmp_path, "a.diarized.json", VOICES)

    assert (found.code, "a.fra.sentences.tsv" in found.message) == ("C-102", True)
    (tmp_path / "a.fra.sentences.tsv").write_text(WORDS)
    assert timed(transcripts.read(tmp_path / "a.diarized.json"))[1] == ("10", 2, 3.25)
    shutil.copy(tmp_path / "a.diarized.json", tmp_path / "b.diarized.json")
    assert timed(transcripts.read(tmp_path / "b.fra.sentences.tsv"))[1] == ("10", 2, 3.25)


def test_labels_in_numbered_sentences_are_speakers(tmp_path):
    text = "1\tAnne : un\n2\tBruno : deux\n3\tAnne : trois\n"

    assert [speaker for speaker, _text in said(read(tmp_path, "a.tsv", text))] == [
        "Anne",
        "Bruno",
        "Anne",
    ]


def test_a_language_cannot_lead_out_of_the_folder(tmp_path):
    text = VOICES.replace("fra", "../../x")

    assert "a.und.sentences.tsv" in problem(tmp_path, "a.diarized.json", text).message


@given(damaged(VOICES.encode()))
@settings(max_examples=80, deadline=2000)
def test_any_damage_is_read_or_refused(tmp_path_factory, data):
    folder = tmp_path_factory.getbasetemp()
    (folder / "d.fra.sentences.tsv").write_text(WORDS)
    (folder / "d.diarized.json").write_bytes(data)

    assert is_refused_or_clean(folder / "d.diarized.json")
    assert is_refused_or_clean(folder / "d.fra.sentences.tsv")


@given(damaged(WORDS.encode()))
@settings(max_examples=80, deadline=2000)
def test_damaged_sentences_are_read_or_refused(tmp_path_factory, data):
    path = tmp_path_factory.getbasetemp() / "words.fra.sentences.tsv"
    path.write_bytes(data)

    assert is_refused_or_clean(path)
