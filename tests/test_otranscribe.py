"""oTranscribe: what was typed, with the times that were set while typing."""

import contextlib
import json
import math
import os

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from reading import damaged, is_refused_or_clean, left, problem, read, said, timed

from pipeline.corpus import transcripts
from pipeline.problems import DataError


def otr(html: str) -> str:
    return json.dumps({"text": html, "media": "a.mp3", "media-source": "", "media-time": 3.2})


def stamp(seconds: object, shown: str = "00:00") -> str:
    return (
        f'<span class="timestamp" data-timestamp="{seconds}" contenteditable="false">{shown}</span>'
    )


# Two ways in which its versions write a paragraph, and the time of the oldest one.
@pytest.mark.parametrize(
    "html",
    [
        f"<p>{stamp(1.123456789)}<b>Anne :</b>&nbsp;un<br></p><p>{stamp(62.5)} <b>Bruno :</b> deux</p>",
        f"<p></p>{stamp(1.123456789)}&nbsp;Anne : un<br /><br />{stamp('62.5')} Bruno : deux<br />",
        f"<div>{stamp(1.123456789)}</div><div>Anne: un</div><div>{stamp('1:02.5')}Bruno: deux</div>",
    ],
)
def test_times_and_labels_are_read_as_each_version_writes_them(tmp_path, html):
    turns = read(tmp_path, "a.otr", otr(html))

    assert said(turns) == [("Anne", "un"), ("Bruno", "deux")]
    assert turns["start_s"].tolist() == [1.123457, 62.5]
    assert turns["end_s"].isna().all()


def test_a_time_before_more_words_of_one_speaker_begins_a_turn_of_theirs(tmp_path):
    html = f"Titre<p>{stamp(1)} Anne : un</p><p>suite</p><p>{stamp(9)} encore</p><p>Bruno : deux</p><p>Anne : fin</p>"
    turns = read(tmp_path, "a.otr", otr(html))

    assert said(turns) == [
        ("Anne", "un\nsuite"),
        ("Anne", "encore"),
        ("Bruno", "deux"),
        ("Anne", "fin"),
    ]
    assert turns["start_s"].tolist()[:2] == [1, 9]
    assert left(turns) == ["Titre"]


def test_a_time_behind_the_words_ends_them_and_one_amid_them_is_listed(tmp_path):
    html = f"<p>{stamp(1)} un {stamp(2.5)} deux {stamp(4)}</p><p>{stamp(4)} trois</p>"
    turns = read(tmp_path, "a.otr", otr(html))

    assert timed(turns)[0] == ("", 1, 4)
    assert turns["text"].tolist() == ["un deux", "trois"]
    assert left(turns) == ["[0:00:02.500000]"]


def test_without_labels_or_times_a_line_is_a_turn(tmp_path):
    turns = read(
        tmp_path, "a.otr", otr("Un &amp; <i>deux</i><br><br>Trois<!-- caché --><style>x</style>")
    )

    assert said(turns) == [("", "Un & deux"), ("", "Trois")]
    assert turns["place"].tolist() == [1, 3]
    assert all(map(math.isnan, turns["start_s"]))


def test_a_file_under_another_name_is_known(tmp_path):
    assert read(tmp_path, "a.json", otr(f"<p>{stamp(1)} un</p>")).attrs["format"] == "oTranscribe"
    assert read(tmp_path, "a.txt", otr("<p>un</p>")).attrs["format"] == "oTranscribe"


@pytest.mark.parametrize(
    ("content", "code"),
    [
        ("", "C-102"),
        ("{}", "C-101"),
        ('{"text": 3}', "C-101"),
        (otr("<p></p>"), "C-102"),
        (otr("<p>bonjour</p>")[:-20], "C-104"),
        (otr(stamp("hier") + "un"), "C-106"),
        (otr(stamp("0:75") + "un"), "C-106"),
        ("[" * 100_000, "C-104"),
    ],
)
def test_what_cannot_be_read_says_why(tmp_path, content, code):
    found = problem(tmp_path, "a.otr", content)

    assert (found.code, found.hint != "") == (code, True)


@pytest.mark.parametrize("filler", ["<", "<p>", "<b>", "<!--", "<span class=timestamp>", "<span a='", "&amp;", " ", "<br>x", "<p a=\"", stamp(1)])  # fmt: skip
def test_hostile_runs_take_linear_time(tmp_path, filler):
    path = tmp_path / "a.otr"
    path.write_text(otr("Anne : un" + filler * 30_000))
    begun = os.times().user
    with contextlib.suppress(DataError):
        transcripts.read(path)

    assert os.times().user - begun < 3


GOOD = otr(
    f"<p>{stamp(1)} <b>Anne</b>: un<br></p><p>{stamp(2)} Bruno: deux {stamp(3)}</p>"
).encode()
marks = st.sampled_from(["<p>", "</p>", "<br>", stamp(1), stamp("x"), "<span class='timestamp'>", "</span>", "Anne : ", "un", " ", "\n", "<b>", "</b>", "&#0;", "&#xd800;"])  # fmt: skip


@given(
    st.one_of(damaged(GOOD), st.lists(marks, max_size=20).map(lambda m: otr("".join(m)).encode()))
)
@settings(max_examples=250, deadline=2000)
def test_any_damage_is_read_or_refused(tmp_path_factory, data):
    path = tmp_path_factory.getbasetemp() / "damaged.otr"
    path.write_bytes(data)

    assert is_refused_or_clean(path)
