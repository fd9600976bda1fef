"""`python -m pipeline`: one subcommand a stage; what goes wrong is said in the project's words."""

import errno
import subprocess
import sys

import pytest
from conftest import run
from typer.testing import CliRunner

from pipeline.__main__ import NEEDS, app
from pipeline.folders import PROJECT

STAGES = ("corpus", "coding", "comparison", "pictures", "book")


def test_the_stages_run_one_by_one(material, tmp_path):
    """As make calls them, to the end: the names other programs rely on."""
    for command in STAGES:
        result = run(command, material, tmp_path / "out", "--book", material / "book")
        assert result.exit_code == 0, result.output
        assert result.output.startswith(command)
    assert (tmp_path / "out" / "book" / "book.pdf").read_bytes().startswith(b"%PDF")


def test_a_process_of_its_own_exits_with_1_and_tells_on_the_error_stream(tmp_path):
    done = subprocess.run(
        [sys.executable, "-m", "pipeline", "corpus", "--raw", tmp_path / "no", "--out", tmp_path],
        cwd=PROJECT,
        capture_output=True,
        text=True,
        check=False,
    )

    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == f"le dossier {tmp_path / 'no'} n’existe pas\n"


def test_every_stage_knows_what_it_builds_on():
    assert list(NEEDS)[: len(STAGES)] == list(STAGES)
    assert all(NEEDS[name] == STAGES[: STAGES.index(name)] for name in STAGES)


@pytest.mark.parametrize("command", STAGES[1:])
def test_a_stage_without_the_one_before_says_which_comes_first(material, tmp_path, command):
    result = run(command, material, tmp_path / "out")

    assert result.exit_code == 1
    assert "python -m pipeline corpus" in result.output
    assert not (tmp_path / "out").exists()


def test_the_first_stage_that_is_missing_is_the_one_named(rebuildable):
    (rebuildable.processed / "4-facts" / "facts.json").unlink()

    result = run("book", rebuildable.raw, rebuildable.out)

    assert result.exit_code == 1
    assert "python -m pipeline comparison" in result.output


@pytest.mark.parametrize("option", ["--raw", "--book"])
@pytest.mark.parametrize("kind", ["missing", "file"])
def test_a_folder_that_is_none_is_said_in_the_projects_language(material, tmp_path, option, kind):
    wrong = tmp_path / "nowhere"
    if kind == "file":
        wrong.write_text("x")

    result = run("corpus", material, tmp_path / "out", option, wrong)

    assert result.exit_code == 1
    assert result.output == f"le dossier {wrong} n’existe pas\n"


def test_problems_are_printed_with_place_and_remedy_and_counted(material, tmp_path):
    register = material / "interviews" / "register.csv"
    register.write_bytes(register.read_bytes().replace(b"four-02.txt", b"four-99.txt"))

    result = run("corpus", material, tmp_path / "out")

    assert result.exit_code == 1
    assert "register.csv:3" in result.output
    assert "→" in result.output
    assert "rien n’a été écrit" in result.output
    assert not (tmp_path / "out" / "processed").exists()


@pytest.mark.parametrize("blocked", ["processed", "processed/1-corpus"])
def test_a_folder_that_cannot_be_written_is_no_traceback(material, tmp_path, blocked):
    """Root writes where it likes, so a file stands in the folder's place."""
    (tmp_path / "out" / blocked).parent.mkdir(parents=True)
    (tmp_path / "out" / blocked).write_text("x")

    result = run("corpus", material, tmp_path / "out")

    assert result.exit_code == 1
    assert isinstance(result.exception, SystemExit)
    assert str(tmp_path / "out" / blocked) in result.output
    assert "Traceback" not in result.output


@pytest.mark.parametrize(
    ("number", "reason"),
    [
        (errno.ENOSPC, "le disque est plein"),
        (errno.EDQUOT, "le disque est plein"),
        (errno.EROFS, "n’est pas permise"),
        (errno.EACCES, "n’est pas permise"),
    ],
)
@pytest.mark.parametrize(
    ("command", "name"),
    [
        ("corpus", "turns.parquet"),
        ("coding", "codings.parquet"),
        ("comparison", "facts.json"),
        ("pictures", "SHA256SUMS"),
        ("book", "book.epub"),
        ("tables", "tables.ods"),
    ],
)
def test_a_full_or_locked_disk_leaves_the_last_good_output(
    rebuildable, full_disk, command, name, number, reason
):
    file = next(rebuildable.out.rglob(name))
    file.write_bytes(b"the last good one")
    before = {f: f.read_bytes() for f in file.parent.rglob("*") if f.is_file()}
    full_disk(name, number)

    result = run(command, rebuildable.raw, rebuildable.out)

    assert result.exit_code == 1
    assert str(file) in result.output
    assert reason in result.output
    assert before == {f: f.read_bytes() for f in file.parent.rglob("*") if f.is_file()}


def test_a_transcript_that_cannot_be_read_is_no_traceback(material, tmp_path):
    file = material / "interviews" / "four-02.txt"
    file.unlink()
    file.mkdir()

    result = run("corpus", material, tmp_path / "out")

    assert result.exit_code == 1
    assert isinstance(result.exception, SystemExit)
    assert "four-02.txt" in result.output


@pytest.mark.parametrize(
    ("language", "said"), [("fr", "lu "), ("en", "read ")], ids=["French", "English"]
)
def test_the_language_of_the_project_is_spoken(material, tmp_path, language, said):
    settings = material / "project.yaml"
    settings.write_text(
        settings.read_text(encoding="utf-8").replace("language: fr", f"language: {language}"),
        encoding="utf-8",
    )

    result = run("corpus", material, tmp_path / "out")

    assert result.exit_code == 0
    assert result.output.split(None, 1)[1].startswith(said)


def test_without_a_command_the_commands_are_listed():
    result = CliRunner().invoke(app, [])

    assert all(command in result.output for command in STAGES)
