"""Two builds of one commit give the same bytes, wherever they run and however often."""

import os
import subprocess
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from checkout import checkout, make

BUILD = ("all", "tables", "RAW=tests/corpus", "OUT=out")
DAY = "2013-06-28T10:00:00Z"
KINDS = {".parquet", ".svg", ".png", ".csv", ".html", ".pdf", ".epub", ".json", ".txt", ".ods"}


def commit(project: Path, day: str = DAY) -> None:
    who = {
        f"GIT_{who}_{what}": value
        for who in ("AUTHOR", "COMMITTER")
        for what, value in (("NAME", "x"), ("EMAIL", "x@example.org"), ("DATE", day))
    }
    for command in (["init", "-q"], ["add", "-A"], ["commit", "-q", "-m", "x", "--allow-empty"]):
        subprocess.run(["git", *command], cwd=project, env=os.environ | who, check=True)


def made(project: Path) -> dict[str, bytes]:
    """Everything that a build leaves for others, by its path."""
    files = (f for f in (project / "out").rglob("*") if f.is_file() and ".inputs" not in f.parts)
    return {
        str(f.relative_to(project)): f.read_bytes() for f in files if not f.name.startswith(".")
    }


@pytest.fixture(scope="module")
def projects(tmp_path_factory) -> list[Path]:
    """The same commit in two folders, built at the same time."""
    folders = [tmp_path_factory.mktemp(name) / "p" for name in ("one", "another-much-longer-name")]
    for folder in folders:
        commit(checkout(folder))
    with ThreadPoolExecutor() as pool:
        list(pool.map(lambda folder: make(folder, *BUILD), folders))
    return folders


def test_two_folders_give_the_same_bytes_of_every_kind(projects):
    one, other = map(made, projects)

    assert KINDS <= {Path(name).suffix for name in one}
    assert set(one) == set(other)
    assert [] == [name for name in one if one[name] != other[name]]


def test_no_byte_tells_the_folder_it_was_built_in(projects):
    for project in projects:
        for name, data in made(project).items():
            assert str(project).encode() not in data, name


def test_a_build_after_an_edit_and_its_undoing_is_the_clean_one(projects):
    project = projects[0]
    before, chapter = made(project), project / "tests/corpus/book/chapters/01-four.md"
    text = chapter.read_text(encoding="utf-8")

    chapter.write_text(text.replace("On compte", "On recompte"), encoding="utf-8")
    make(project, *BUILD)
    assert before["out/book/book.pdf"] != made(project)["out/book/book.pdf"]
    chapter.write_text(text, encoding="utf-8")
    make(project, *BUILD)

    assert before == made(project)
