"""What was invented is refused, by name, where the edition is a publication."""

import shutil
import subprocess
import sys
import zipfile

import pytest

from pipeline.corpus import project
from pipeline.folders import PROJECT
from pipeline.problems import Problems

SHEETS = ("four-commun", "moulin-vezelin")


def corpus(raw, out, edition):
    command = [sys.executable, "-m", "pipeline", "corpus", "--raw", str(raw), "--out", str(out)]
    return subprocess.run(
        command,
        cwd=PROJECT,
        env={"PATH": "/usr/bin:/bin", "EDITION": edition},
        text=True,
        capture_output=True,
        check=False,
    )


@pytest.fixture(scope="module")
def refused(tmp_path_factory):
    folder = tmp_path_factory.mktemp("edition")
    raw = shutil.copytree(PROJECT / "data" / "raw", folder / "raw")
    return corpus(raw, folder / "out", "publication"), folder


def test_a_publication_refuses_every_invented_thing_by_its_name(refused):
    run, folder = refused

    assert 1 == run.returncode
    for name in (
        "interviews/register.csv:2",
        "«\u00a0maison-01\u00a0»",
        "«\u00a0Maison de la Corderie\u00a0»",
        "route.csv:5",
        "«\u00a0Lille\u00a0»",
        "photos/photos.csv:2",
        "«\u00a0corderie-facade\u00a0»",
        "letters/2012-07-22-podrasild.md:1",
    ):
        assert name in run.stderr, name
    assert not list((folder / "out").rglob("*.parquet"))


def test_a_publication_does_not_refuse_what_is_real(refused):
    run, _folder = refused

    assert "Uus Maailm" not in run.stderr
    assert "acap" not in run.stderr


def test_the_edition_asked_for_wins_over_the_project_and_must_be_known(tmp_path, monkeypatch):
    (tmp_path / "project.yaml").write_text("edition: demonstration\n")
    problems = Problems()

    monkeypatch.setenv("EDITION", "publication")
    assert "publication" == project.read(tmp_path, problems).edition
    monkeypatch.setenv("EDITION", "")
    assert "demonstration" == project.read(tmp_path, problems).edition
    assert not problems
    monkeypatch.setenv("EDITION", "publicaton")
    assert "demonstration" == project.read(tmp_path, problems).edition
    ((problem),) = problems
    assert ("C-313", "EDITION") == (problem.code, problem.file)
    assert "publication" in problem.hint


def test_a_book_of_real_interviews_with_an_invented_letter_is_a_demonstration(material, build):
    def real(text):
        return text.replace("fictional", "real")

    names = ("interviews/register.csv", *(f"initiatives/{n}.md" for n in SHEETS))
    made = build(material, **dict.fromkeys(names, real))

    with zipfile.ZipFile(made.book_output / "book.epub") as book:
        assert "Édition de démonstration" in book.read("EPUB/text/title_page.xhtml").decode()
