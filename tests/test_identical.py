"""Two builds of one commit give the same bytes, wherever they run and however often."""

import io
import zipfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from checkout import checkout, commit, git, make

BUILD = (
    *("all", "tables", "verbatims", "exchange", "forms", "voice"),
    *("ID=v-full", "RAW=tests/corpus", "OUT=out"),
)
KINDS = {".parquet", ".svg", ".png", ".csv", ".html", ".pdf", ".epub", ".json", ".txt", ".ods"}
KINDS |= {".docx", ".qdpx", ".qdc", ".xlsx"}


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


def test_a_commit_dates_the_book_as_a_clean_build_of_it_is_dated(projects):
    project = projects[1]
    git(project, "commit", "-q", "--allow-empty", "-m", "y", day="2020-01-01T00:00:00Z")
    make(project, *BUILD)
    untouched = made(project)["out/book/book.epub"]
    chapter = project / "tests/corpus/book/chapters/01-four.md"
    chapter.write_text(chapter.read_text(encoding="utf-8") + "\nEncore.\n", encoding="utf-8")
    make(project, *BUILD)

    git(project, "commit", "-q", "-a", "-m", "z", day="2020-01-02T00:00:00Z")
    make(project, *BUILD)
    incremental = made(project)
    make(project, *BUILD, "clean")
    make(project, *BUILD)

    assert b"2013-06-28" in zipped(untouched, "EPUB/content.opf")
    assert b"2020-01-02" in zipped(incremental["out/book/book.epub"], "EPUB/content.opf")
    assert incremental == made(project)


def zipped(data: bytes, name: str) -> bytes:
    return zipfile.ZipFile(io.BytesIO(data)).read(name)
