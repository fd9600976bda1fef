"""Real interviews never enter the repository: git passes over them, a hook refuses them."""

import shutil
import subprocess
from pathlib import Path

import pytest
from checkout import checkout, commit, git, make
from conftest import edit

from pipeline.corpus import kept_in_git
from pipeline.folders import PROJECT

REGISTER = "data/raw/interviews/register.csv"


@pytest.fixture
def repository(tmp_path) -> Path:
    """A small repository: the tiny corpus as its material, and nothing else."""
    shutil.copytree(PROJECT / "tests" / "corpus", tmp_path / "data" / "raw")
    shutil.copy(PROJECT / ".gitignore", tmp_path)
    git(tmp_path, "init", "-q")
    git(tmp_path, "add", "-A", "-f")
    return tmp_path


def refused(repository: Path) -> list[tuple[str, str, int]]:
    return [(p.code, p.file, p.line) for p in kept_in_git.check(repository)]


def test_this_repository_keeps_no_interview_that_is_not_fictional():
    assert [] == kept_in_git.check(PROJECT)


def test_what_the_register_calls_fictional_is_kept(repository):
    assert [] == refused(repository)


@pytest.mark.parametrize("provenance", ["real", ""])
def test_an_interview_that_is_not_called_fictional_is_refused_on_its_line(repository, provenance):
    def unclaim(text: str) -> str:
        first, second, *rest = text.splitlines(keepends=True)
        return "".join([first, second.replace("fictional", provenance), *rest])

    edit(repository, REGISTER, unclaim)
    git(repository, "add", REGISTER)

    assert [("C-451", REGISTER, 2)] == refused(repository)


@pytest.mark.parametrize("name", ["entretien.docx", "notes/A001.MOV", "data/raw/codings/a.qdpx"])
def test_a_transcript_or_recording_of_which_no_register_knows_is_refused(repository, name):
    edit(repository, name, b"x")
    git(repository, "add", "-f", name)

    assert [("C-452", name, 0)] == refused(repository)


def test_a_transcript_beside_the_register_that_does_not_name_it_is_refused(repository):
    name = "data/raw/interviews/nouveau.txt"
    edit(repository, name, "A : Bonjour.\n")
    git(repository, "add", "-f", name)

    assert [("C-413", name, 0)] == refused(repository)


def test_codings_of_an_interview_that_is_elsewhere_are_refused(repository):
    """A coding holds the words of the interview."""
    name = "data/raw/codings/coder-b.csv"
    edit(repository, name, lambda text: text + "ailleurs-01,Nos mots,shared-work,\n")
    git(repository, "add", name)

    (found,) = refused(repository)
    assert ("C-453", name) == found[:2]


def test_what_lies_in_the_folder_but_not_in_git_is_nobodys_business(repository):
    edit(repository, "data/raw/interviews/vrai.docx", b"x")

    assert [] == refused(repository)


def test_git_add_passes_over_a_new_transcript(repository):
    kinds = [case(ending) for ending in kept_in_git.SPEECH for case in (str.lower, str.upper)]
    for name in ("data/raw/interviews/vrai.txt", *(f"rushes/vrai{ending}" for ending in kinds)):
        edit(repository, name, b"x")

    git(repository, "add", "-A")

    assert "vrai" not in git(repository, "ls-files")


def test_the_hook_refuses_the_commit_and_says_why_in_french(tmp_path):
    project = commit(checkout(tmp_path / "project"))
    make(project, "hooks")
    (project / "vrai.docx").write_bytes(b"x")
    git(project, "add", "-f", "vrai.docx")

    with pytest.raises(subprocess.CalledProcessError) as refusal:
        git(project, "commit", "-qm", "x")

    assert "C-452  vrai.docx" in refusal.value.stderr
    assert "docs/retrait.md" in refusal.value.stderr
    assert "vrai.docx" not in git(project, "ls-tree", "--name-only", "HEAD")


def test_the_hook_lets_a_good_commit_pass(tmp_path):
    project = checkout(tmp_path / "project")
    git(project, "init", "-q")
    make(project, "hooks")
    git(project, "add", "-A")

    git(project, "commit", "-qm", "x")

    assert "Makefile" in git(project, "ls-tree", "--name-only", "HEAD")
