"""The PDF: contents that do not lie, nothing read but the book's own, the same bytes every time."""

import io
import os
import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pikepdf
import pypdfium2
import pytest
from opened import streams
from weasyprint.urls import FatalURLFetchingError

from pipeline.folders import PROJECT
from pipeline.problems import DataError, Problems
from pipeline.publication import epoch, pdf, stage
from pipeline.publication.document import Shelf
from pipeline.publication.manuscript import Manuscript

THEME = PROJECT / "book" / "theme"
# A note, its words, the running foot and the page's number are the last things on a page.
NOTE = r"(\d+)\. Note (\d+)\.\s*\S[^\r\n]*\s+\d+\s*$"
SVG = '<svg xmlns="http://www.w3.org/2000/svg" width="90" height="20">{}</svg>'
PARAGRAPH = (
    "Un collectif se réunit le mardi, et l’on y parle de l’eau, du toit et des comptes. " * 9
)


@pytest.fixture
def folder(tmp_path) -> Path:
    (tmp_path / "book" / "chapters").mkdir(parents=True)
    return tmp_path / "book"


def build(folder: Path, *chapters: str, **metadata: str) -> bytes:
    made = Manuscript({f"{n:02d}.md": text for n, text in enumerate(chapters, 1)})
    for name, text in made.chapters.items():
        (folder / "chapters" / name).write_text(text, encoding="utf-8")
    about = {"title": "Un livre", "lang": "fr", "toc-title": "Sommaire", **metadata}
    shelf = Shelf(folder, folder.parent / "figures", folder.parent / "photos")
    with epoch.pinned(epoch.FIXED):
        return stage.build(made, about, shelf, "fr", Problems())["book.pdf"]


def pages(data: bytes) -> list[str]:
    return [page.get_textpage().get_text_bounded() for page in pypdfium2.PdfDocument(data)]


@pytest.fixture(scope="module")
def long_book(tmp_path_factory) -> bytes:
    """Thirty chapters on sixty pages, two sections each, notes, and one very long heading."""
    folder = tmp_path_factory.mktemp("long") / "book"
    (folder / "chapters").mkdir(parents=True)
    return build(
        folder,
        *(
            f"# Chapitre numéro {n} sur l’année {1990 + n}\n\n{PARAGRAPH}[^1]\n\n"
            f"## Section {n}.1{' qui porte un titre fort long' * (3 if n == 7 else 0)}\n\n"
            f"{PARAGRAPH}\n\n{PARAGRAPH}\n\n"
            f"## Que dire ?\n\nVoir [plus haut](#que-dire).\n\n{PARAGRAPH}\n\n[^1]: Note {n}.\n"
            for n in range(1, 31)
        ),
    )


# --- contents ------------------------------------------------------------------------------------


def test_each_line_of_the_contents_of_a_long_book_prints_the_page_it_leads_to(long_book):
    lines, shown = pdf.contents(long_book), pages(long_book)

    assert len(shown) >= 60
    assert len(lines) == 90
    assert [line for line in lines if line.printed != line.leads_to] == []
    for line in lines:
        words = re.sub(r"\s+", "", line.title)
        assert words in re.sub(r"\s+", "", shown[line.printed - 1]), line


def test_a_number_that_was_tampered_with_stops_the_build(long_book):
    lines = pdf.contents(long_book)
    wrong = [replace(lines[0], printed=lines[0].printed + 1), *lines[1:]]
    page = '<nav role="doc-toc">' + '<a href="#x">x</a>' * len(lines) + "</nav>"

    with pytest.raises(AssertionError, match="wrong page"):
        pdf._check_contents(wrong, page)
    with pytest.raises(AssertionError, match="could be read"):
        pdf._check_contents(lines[1:], page)


def test_a_contents_that_the_layout_gets_wrong_stops_the_build(folder, monkeypatch):
    """As WeasyPrint 70 does on a long book: the page that is printed is not the one led to."""
    css = (THEME / "book.css").read_text(encoding="utf-8")
    own = folder / "theme"
    own.mkdir()
    (own / "book.html").write_bytes((THEME / "book.html").read_bytes())
    (own / "book.css").write_text(
        css.replace("target-counter(attr(href), page)", '"99"'), encoding="utf-8"
    )

    with pytest.raises(AssertionError, match="wrong page"):
        build(folder, f"# Un\n\n{PARAGRAPH}\n")


@pytest.mark.parametrize(
    "title",
    ["Bilan 2012", "12", "…", "Un titre" + " très long" * 40, "A. B. C. . . . 7", "`code` *it*"],
)
def test_any_heading_can_stand_in_the_contents(folder, title):
    data = build(folder, f"# {title}\n\nTexte.\n", f"# Autre\n\n{PARAGRAPH}\n")

    assert [line.printed - line.leads_to for line in pdf.contents(data)] == [0, 0]


# --- what is read --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "url",
    [
        "http://example.org/x.png",
        "https://example.org/x.css",
        "ftp://example.org/x",
        "file:///etc/passwd",
        "file:///book/../etc/passwd",
        "file:///book/%2e%2e/%2e%2e/etc/passwd",
        "file:///book/chapters/../../../etc/passwd",
        "file:///book/figures/../../secret.png",
        "file:///book/theme/../../secret.png",
        "file:///book/secret.png",
        "file://localhost/etc/passwd",
        "data:text/css,body{}",
        "javascript:alert(1)",
        "x.png",
    ],
)
def test_the_fetcher_stops_at_what_is_not_the_books_own(folder, url):
    (folder.parent / "secret.png").write_bytes(b"secret")
    fetcher = pdf.BookFetcher(
        THEME, Shelf(folder, folder.parent / "figures", folder.parent / "photos")
    )

    with pytest.raises(FatalURLFetchingError):
        fetcher.fetch(url)


def test_the_fetcher_gives_the_theme_the_fonts_and_the_pictures(folder):
    (folder / "chapters" / "a b.png").write_bytes(b"picture")
    fetcher = pdf.BookFetcher(
        THEME, Shelf(folder, folder.parent / "figures", folder.parent / "photos")
    )

    assert fetcher.fetch("file:///book/a%20b.png").read() == b"picture"
    assert fetcher.fetch("file:///book/theme/book.css").read() == (THEME / "book.css").read_bytes()
    assert fetcher.fetch("file:///book/fonts/FiraSans-Regular.ttf").read()[:4] == b"\0\1\0\0"


@pytest.mark.parametrize(
    "target", ["http://127.0.0.1:9/x.png", "file:///etc/passwd", "../../secret.png"]
)
def test_a_picture_or_style_that_asks_for_more_is_a_problem(folder, target):
    image = f'<image href="{target}" width="9" height="9"/>'
    (folder / "chapters" / "x.svg").write_text(SVG.format(image), encoding="utf-8")

    for chapter in ("![Image](x.svg)", f'[a]{{style="background:url({target})"}}'):
        with pytest.raises(DataError) as caught:
            build(folder, f"# Un\n\n{chapter}\n")
        assert [p.code for p in caught.value.problems] == ["B-016"]


def test_an_entity_in_a_picture_reads_no_file(folder, tmp_path):
    (tmp_path / "secret.txt").write_text("motsecret")
    entity = f'<!DOCTYPE svg [<!ENTITY e SYSTEM "file://{tmp_path}/secret.txt">]>'
    svg = entity + SVG.format('<text y="9">&e;</text>')
    (folder / "chapters" / "x.svg").write_text(svg, encoding="utf-8")

    try:
        shown = "".join(pages(build(folder, "# Un\n\n![Image](x.svg)\n")))
    except DataError as error:
        shown = str(error)

    assert "motsecret" not in shown


def test_a_picture_that_cannot_be_drawn_is_a_problem(folder):
    """WeasyPrint would log it and print the book without."""
    (folder / "chapters" / "x.png").write_bytes(b"no picture")

    with pytest.raises(DataError) as caught:
        build(folder, "# Un\n\n![Image](x.png)\n")

    assert [(p.code, p.line) for p in caught.value.problems] == [("B-016", 3)]


# --- the file itself -----------------------------------------------------------------------------


def fonts_of(data: bytes) -> set[str]:
    with pikepdf.open(io.BytesIO(data)) as file:
        found = [o for o in file.objects if isinstance(o, pikepdf.Dictionary)]
        names = [str(o.FontName) for o in found if o.get("/Type") == "/FontDescriptor"]
    return {re.sub(r"^/[A-Z]{6}\+", "", name) for name in names}


def test_only_our_fonts_are_embedded(ready):
    found = fonts_of((ready.book_output / "book.pdf").read_bytes())

    assert found
    assert {n for n in found if not re.match("Source-?Serif-?4|Fira-?Sans", n)} == set()


def test_the_pdf_says_its_language_and_title_and_is_tagged(ready):
    with pikepdf.open(ready.book_output / "book.pdf") as file:
        assert str(file.Root.Lang) == "fr"
        assert bool(file.Root.MarkInfo.Marked)
        assert "/StructTreeRoot" in file.Root
        assert str(file.docinfo["/Title"]) == "Le pain et la meule"


def test_bookmarks_lead_to_the_chapters(ready):
    with pikepdf.open(ready.book_output / "book.pdf") as file, file.open_outline() as outline:
        titles = [item.title for item in outline.root]

    assert "Le four et le moulin" in titles


def test_two_builds_are_the_same_bytes_and_say_nothing_of_the_machine(ready, tmp_path):
    """Another process, another folder, another seed of Python's hashes."""
    data = (ready.book_output / "book.pdf").read_bytes()
    for part in ("processed", "figures"):
        (tmp_path / "other").mkdir(exist_ok=True)
        (tmp_path / "other" / part).symlink_to(ready.out / part)
    environment = {**os.environ, "PYTHONHASHSEED": "7", "TZ": "Asia/Kathmandu"}
    command = [sys.executable, "-m", "pipeline", "book", "--raw", ready.raw]
    subprocess.run(
        [*command, "--out", tmp_path / "other"],
        check=True,
        cwd=PROJECT,
        env=environment,
        capture_output=True,
    )

    again = (tmp_path / "other" / "book" / "book.pdf").read_bytes()

    assert again == data
    everything = b"".join([data, *streams(data)])
    for path in (ready.out, ready.raw, PROJECT, Path.home(), "/usr/", "/tmp/"):
        assert str(path).encode() not in everything, path


# --- pages ---------------------------------------------------------------------------------------


def test_figures_are_numbered_through_the_book(ready):
    shown = " ".join(pages((ready.book_output / "book.pdf").read_bytes()))

    assert re.findall(r"Figure (\d+)", shown) == ["1", "2", "3"]  # two charts, a photograph


def test_each_note_is_printed_once_at_the_foot_of_a_page_in_order(long_book):
    found = [re.search(NOTE, page) for page in pages(long_book)]

    assert [match.groups() for match in found if match] == [(f"{n}",) * 2 for n in range(1, 31)]


def test_a_draft_has_no_blank_page_and_a_book_begins_chapters_on_the_right(folder):
    chapters = ["# Un\n\nTexte.\n", "# Deux\n\nTexte.\n", "# Trois\n\nTexte.\n"]

    draft, book = build(folder, *chapters, kind="draft"), build(folder, *chapters)

    assert [line.leads_to for line in pdf.contents(draft)] == [3, 4, 5]
    assert [line.leads_to for line in pdf.contents(book)] == [5, 7, 9]
    assert all(page.strip() for page in pages(draft))
