"""What a stage says: one line when it is done, in the project's language, nothing when it fails."""

import re
import sys

import pytest

from pipeline import messages
from pipeline.stages import Stage, counted, number, progress


@pytest.fixture(autouse=True)
def english():
    messages.speak("en")
    yield
    messages.speak("en")


def test_a_stage_says_what_it_read_made_and_held_back_and_how_long_it_took(capsys):
    with Stage("coding") as stage:
        stage.read += ["3 codes", "2 coders"]
        stage.made.append("5 codings")
        stage.notes.append("coder-a.csv: read as cp1252")

    first, note = capsys.readouterr().out.splitlines()
    assert first.startswith(
        "coding      read 3 codes, 2 coders · made 5 codings · held back nothing · "
    )
    assert first.endswith(" s")
    assert note == "            coder-a.csv: read as cp1252"


def test_a_stage_that_fails_claims_nothing(capsys):
    with pytest.raises(ZeroDivisionError), Stage("coding", made=["5 codings"]):
        raise ZeroDivisionError

    assert capsys.readouterr().out == ""


def test_a_stage_speaks_french_with_french_numbers(capsys):
    messages.speak("fr")
    with Stage("corpus") as stage:
        stage.read.append(counted("{count} code", "{count} codes", 0))
        stage.made.append(counted("{count} code", "{count} codes", 12345))

    line = capsys.readouterr().out
    assert "0 code ·" in line, "French counts nothing in the singular"
    assert "12\u202f345 codes" in line
    assert re.search(r"\d,\d\ss$", line)


@pytest.mark.parametrize(("language", "said"), [("en", "1,234.5"), ("fr", "1\u202f234,5")])
def test_numbers_for_the_team_are_written_in_its_language(language, said):
    messages.speak(language)

    assert number(1234.5) == said


def test_a_log_gets_the_items_and_no_progress_bar(capsys):
    assert list(progress([1, 2, 3], 3, "pictures")) == [1, 2, 3]
    assert capsys.readouterr() == ("", "")


def test_a_terminal_gets_a_bar_and_the_same_items(monkeypatch, capsys):
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)

    assert list(progress([1, 2, 3], 3, "pictures")) == [1, 2, 3]
    assert "pictures" in capsys.readouterr().err
