"""The document → PDF by WeasyPrint, which reads the theme, the fonts and the book's pictures only."""

import io
import re
from pathlib import Path
from urllib.parse import unquote

import fontpkg_fira_sans
import fontpkg_source_serif_4
import pikepdf
import pypdfium2
from weasyprint import HTML
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import FatalURLFetchingError, URLFetcher, URLFetcherResponse

from pipeline.messages import _
from pipeline.publication.document import resolve

# No such folder exists: every address in the book is resolved below it, so that none of this
# machine's paths is read by accident or ends up in the file.
ROOT = "file:///book/"
FONT_FOLDERS = (fontpkg_fira_sans.ROOT / "files", fontpkg_source_serif_4.ROOT / "files")


class BookFetcher(URLFetcher):
    """Gives WeasyPrint the theme, the fonts and the book's pictures, and stops it at anything else."""

    def __init__(self, theme: Path, manuscript: Path, figures: Path):
        super().__init__(allowed_protocols={"file"})
        self.theme, self.manuscript, self.figures = theme, manuscript, figures

    def fetch(self, url: str, headers: object = None) -> URLFetcherResponse:
        """Read one file of the book; anything else is fatal, because WeasyPrint would go on without it."""
        if url.startswith("data:"):
            return super().fetch(url)
        file = self._file(unquote(url.split("?", maxsplit=1)[0].split("#", maxsplit=1)[0]))
        if file is None:
            raise FatalURLFetchingError(
                _("the book asked for {url}, which is not its own").format(url=url)
            )
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
        return resolve(name, self.manuscript, self.figures)


def to_pdf(document_html: str, theme: Path, manuscript: Path, figures: Path) -> bytes:
    """Lay the document out; its printed contents are compared with where the chapters really begin."""
    fetcher = BookFetcher(theme, manuscript, figures)
    fonts = FontConfiguration()
    html = HTML(string=document_html, base_url=ROOT, url_fetcher=fetcher)
    sink = io.BytesIO()
    html.write_pdf(sink, font_config=fonts, pdf_tags=True)
    data = sink.getvalue()
    wrong = wrong_contents(data)
    assert not wrong, f"the contents print a wrong page: {wrong}"
    return data


def wrong_contents(data: bytes) -> list[str]:
    """
    Compare each line of the printed contents with the page that its link leads to.

    Returns:
        A sentence for each line that disagrees; WeasyPrint 70 printed a wrong contents on a long
        book with exit status 0, so this is looked at on every build.

    """
    wrong = []
    with pikepdf.open(io.BytesIO(data)) as pdf:
        printed = pypdfium2.PdfDocument(data)
        numbers = {page.objgen: number for number, page in enumerate(pdf.pages)}
        names = _destinations(pdf)
        for index, page in enumerate(pdf.pages):
            for link in page.get("/Annots", []):
                line = _contents_line(printed[index], link)
                target = names.get(str(link.get("/Dest", "")))
                if line is None or target is None:
                    continue
                title, number = line
                if numbers[target] + 1 != number:
                    wrong.append(f"{title}: {number}, {numbers[target] + 1}")
    return wrong


def _destinations(pdf: pikepdf.Pdf) -> dict[str, tuple[int, int]]:
    """Map each named destination to the page object it leads to."""
    tree = pdf.Root.get("/Names", {}).get("/Dests")
    if tree is None:
        return {}
    return {
        str(name): (target.D if "/D" in target else target)[0].objgen
        if isinstance(target, pikepdf.Dictionary)
        else target[0].objgen
        for name, target in pikepdf.NameTree(tree).items()
    }


def _contents_line(page: pypdfium2.PdfPage, link: pikepdf.Object) -> tuple[str, int] | None:
    """Read the text under a link; a line of the contents is a title and, behind leaders, a number."""
    left, bottom, right, top = (float(edge) for edge in link.Rect)
    text = page.get_textpage().get_text_bounded(left, bottom, right, top)
    match = re.fullmatch(r"\s*(.+?)[\s.\u2026]{3,}(\d+)\s*", text, re.DOTALL)
    return (match[1], int(match[2])) if match else None
