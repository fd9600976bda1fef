"""Two builds in one folder take turns; what changes while a stage works is built again."""

import fcntl
import os
import subprocess
import sys
from pathlib import Path

import pytest

from pipeline.folders import PROJECT, Folders
from pipeline.lock import locked


@pytest.fixture
def folders(tmp_path) -> Folders:
    made = Folders(tmp_path / "raw", tmp_path / "out")
    (made.processed / "1-corpus").mkdir(parents=True)
    return made


def stamp(folders: Folders) -> Path:
    return folders.processed / "1-corpus" / ".stage.stamp"


def corpus(folders: Folders) -> subprocess.Popen[str]:
    command = [sys.executable, "-u", "-m", "pipeline", "corpus"]
    return subprocess.Popen(
        [*command, "--raw", str(folders.raw), "--out", str(folders.out)],
        cwd=PROJECT,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )


def test_a_build_beside_another_says_that_it_waits_and_then_goes_on(material, tmp_path):
    folders = Folders(material, tmp_path / "out")
    folders.out.mkdir()
    handle = os.open(folders.out, os.O_RDONLY)
    fcntl.flock(handle, fcntl.LOCK_EX)

    waiting = corpus(folders)
    said = waiting.stderr.readline()
    nothing_yet = list(folders.out.rglob("*"))
    os.close(handle)
    done, _errors = waiting.communicate(timeout=60)

    assert "celle-ci attend son tour" in said
    assert nothing_yet == []
    assert waiting.returncode == 0
    assert done.startswith("corpus")


def test_a_build_that_is_killed_holds_nobody_up(material, tmp_path):
    folders = Folders(material, tmp_path / "out")
    first = corpus(folders)
    first.kill()
    first.communicate()

    second = corpus(folders)
    second.communicate(timeout=60)

    assert second.returncode == 0


def test_what_changes_while_a_stage_works_is_newer_than_its_stamp(folders, tmp_path):
    with locked("corpus", folders):
        (tmp_path / "sheet.md").write_text("edited meanwhile")

    assert stamp(folders).stat().st_mtime_ns < (tmp_path / "sheet.md").stat().st_mtime_ns


def test_a_stage_that_fails_is_not_stamped(folders):
    with pytest.raises(ZeroDivisionError), locked("corpus", folders):
        raise ZeroDivisionError

    assert not stamp(folders).exists()


def test_a_lock_leaves_no_file_behind_and_can_be_taken_again(folders):
    for _again in range(2):
        with locked("corpus", folders):
            pass

    assert [stamp(folders)] == [f for f in folders.out.rglob("*") if f.is_file()]
