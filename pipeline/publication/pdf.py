"""The document → PDF by WeasyPrint, which reads the theme, the fonts and the book's pictures."""

import io
import logging
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import fontpkg_fira_sans
import fontpkg_hind_siliguri
import fontpkg_noto_sans_devanagari
import fontpkg_noto_sans_khmer
import fontpkg_noto_sans_telugu
import fontpkg_source_serif_4
import pikepdf
import pypdfium2
from lxml.html import fromstring as html_tree
from weasyprint import HTML, LOGGER
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import FatalURLFetchingError, URLFetcher, URLFetcherResponse

from pipeline.publication.document import Shelf

# No such folder exists: every address in the book is resolved below it, so that none of this
# machine's paths is read by accident or ends up in the file.
ROOT = "file:///book/"
FONTS = (
    fontpkg_fira_sans,
    fontpkg_source_serif_4,
    fontpkg_hind_siliguri,
    fontpkg_noto_sans_devanagari,
    fontpkg_noto_sans_khmer,
    fontpkg_noto_sans_telugu,
)
FONT_FOLDERS = tuple(font.ROOT / "files" for font in FONTS)


class NotOurs(FatalURLFetchingError):
    """The document asks for what is not the book's own, or for a picture that is none: `url`."""

    def __init__(self, url: str):
        self.url = url.removeprefix(ROOT)
        super().__init__(url)


class Complaints(logging.Handler):
    """Keeps what WeasyPrint only logs as an error: a picture that it went on without."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.urls: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Keep the first thing that the message names, which is an address."""
        args = record.args if isinstance(record.args, tuple) else ()
        self.urls.append(str(args[0]) if args else record.getMessage())


class BookFetcher(URLFetcher):
    """Gives WeasyPrint the theme, the fonts and the book's pictures, and stops it otherwise."""

    def __init__(self, theme: Path, shelf: Shelf):
        super().__init__(allowed_protocols={"file"})
        self.theme, self.shelf = theme, shelf
        self.refused: list[str] = []

    def fetch(self, url: str, headers: object = None) -> URLFetcherResponse:
        """Read one file of the book; what is not is fatal: WeasyPrint would go on without it."""
        file = self._file(unquote(url.split("?", maxsplit=1)[0].split("#", maxsplit=1)[0]))
        if file is None:
            self.refused.append(url)
            raise NotOurs(url)
        kinds = {
            ".svg": "image/svg+xml",
            ".css": "text/css",
            ".png": "image/png",
            ".jpg": "image/jpeg",
        }
        return URLFetcherResponse(
            url,
            file.read_bytes(),
            {"Content-Type": kinds.get(file.suffix.lower(), "application/octet-stream")},
        )

    def _file(self, url: str) -> Path | None:
        if not url.startswith(ROOT):
            return None
        name = url.removeprefix(ROOT)
        for prefix, folders in (("fonts/", FONT_FOLDERS), ("theme/", (self.theme,))):
            if name.startswith(prefix):
                found = (folder / Path(name).name for folder in folders)
                return next((file for file in found if file.is_file()), None)
        return self.shelf.find(name)


def to_pdf(document_html: str, theme: Path, shelf: Shelf) -> bytes:
    """
    Lay the document out; the printed contents are compared with where chapters really begin.

    Raises:
        NotOurs: the document, or a picture in it, asks for more, or a picture cannot be drawn.

    """
    fetcher = BookFetcher(theme, shelf)
    fonts = FontConfiguration()
    html = HTML(string=document_html, base_url=ROOT, url_fetcher=fetcher)
    sink = io.BytesIO()
    complaints = Complaints()
    LOGGER.addHandler(complaints)
    try:
        html.write_pdf(sink, font_config=fonts, pdf_tags=True)
    finally:
        LOGGER.removeHandler(complaints)
    for url in fetcher.refused + complaints.urls:
        raise NotOurs(url)
    data = sink.getvalue()
    _check_contents(contents(data), document_html)
    return data


def pages_count(data: bytes) -> int:
    """Count the pages of a PDF."""
    return len(pypdfium2.PdfDocument(data))


@dataclass(frozen=True)
class ContentsLine:
    """A line of the printed contents: its words, the number printed, and the page it leads to."""

    title: str
    printed: int
    leads_to: int


def contents(data: bytes) -> list[ContentsLine]:
    """
    Read the printed contents of a PDF from its text, and where each line leads from its links.

    WeasyPrint writes a second link over the leader of a line: of the links to one place, the one
    over the longest title is the line. Links behind the first page that one leads to are of the
    text.
    """
    lines: dict[str, ContentsLine] = {}
    with pikepdf.open(io.BytesIO(data)) as pdf:
        printed = pypdfium2.PdfDocument(data)
        links = _links(pdf)
        first = min((leads_to for _page, _link, leads_to in links), default=1)
        for page, link, leads_to in links:
            found = _contents_line(printed[page - 1].get_textpage(), link)
            if page < first and found is not None:
                name, line = str(link.Dest), ContentsLine(*found, leads_to)
                lines[name] = max(line, lines.get(name, line), key=lambda one: len(one.title))
    return list(lines.values())


def _links(pdf: pikepdf.Pdf) -> list[tuple[int, pikepdf.Object, int]]:
    """List the links within a PDF: the page each stands on, the link, and the page it leads to."""
    numbers: dict[Any, int] = {page.objgen: number for number, page in enumerate(pdf.pages, 1)}
    destinations = _destinations(pdf)
    return [
        (number, link, numbers[destinations[str(link.Dest)]])
        for number, page in enumerate(pdf.pages, 1)
        for link in page.obj.get("/Annots", [])
        if str(link.get("/Dest", "")) in destinations
    ]


def _check_contents(lines: list[ContentsLine], document_html: str) -> None:
    """
    Stop when a number of the contents is not the page its link leads to, or a line was not found.

    WeasyPrint 70 printed a wrong contents on a long book with exit status 0, so this is looked at
    on every build.
    """
    wrong = [line for line in lines if line.printed != line.leads_to]
    assert not wrong, f"the contents print a wrong page: {wrong}"
    expected = len(html_tree(document_html).xpath("//nav[@role='doc-toc']//a"))
    assert len(lines) == expected, f"{expected} lines in the contents, {len(lines)} could be read"


def _destinations(pdf: pikepdf.Pdf) -> dict[str, Any]:
    """Map each named destination to the page object it leads to."""
    if "/Names" not in pdf.Root or "/Dests" not in pdf.Root.Names:
        return {}
    tree = pdf.Root.Names.Dests
    return {str(name): target[0].objgen for name, target in pikepdf.NameTree(tree).items()}


def _contents_line(text: pypdfium2.PdfTextPage, link: pikepdf.Object) -> tuple[str, int] | None:
    """Read the text under a link; a line of the contents is a title, leaders and a number."""
    left, bottom, right, top = (float(edge) for edge in link.Rect)
    under = text.get_text_bounded(left, bottom, right, top)
    match = re.fullmatch(r"\s*(.*?)(?:\s*\.)*\s*(\d+)\s*", under, re.DOTALL)
    return (" ".join(match[1].split()), int(match[2])) if match else None
