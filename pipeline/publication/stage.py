"""The last stage: manuscript, facts, quotes and pictures → the book."""

import json
import tempfile
from collections.abc import Hashable
from pathlib import Path
from typing import Any

import pandas as pd
from babel.dates import format_date

from pipeline import tables
from pipeline.corpus import photos, project
from pipeline.corpus.consent import cleared
from pipeline.corpus.countries import country_names
from pipeline.corpus.project import Project
from pipeline.corpus.yaml_files import load
from pipeline.folders import PROJECT, Folders
from pipeline.messages import _
from pipeline.problems import DataError, Problems, shown
from pipeline.publication import document, epoch, epub, manuscript, pdf
from pipeline.publication.document import Shelf
from pipeline.publication.manuscript import Manuscript
from pipeline.publication.names import Material
from pipeline.publication.quotes import Corpus, Quotes
from pipeline.stages import Stage, counted, number
from pipeline.tables import files

PURPOSE = "book"
DRAFTS = Path(__file__).parent / "draft"
READS = (
    tables.INITIATIVES,
    tables.INTERVIEWS,
    tables.SPEAKERS,
    tables.TURNS,
    tables.MASKS,
    tables.ANSWERS,
    tables.ALIGNMENTS,
    tables.CODES,
    tables.CODINGS,
    tables.PHOTOS,
    tables.LETTERS,
)
METADATA = ("title", "subtitle", "author", "publisher", "date", "rights")


def run(folders: Folders) -> None:
    """Load, render, check and write the book; a DataError tells every problem of the manuscript."""
    problems = Problems()
    with Stage("book") as stage:
        settings = project.read(folders.raw, problems)
        problems.check()
        material = read_material(folders, settings)
        source = folders.manuscript or DRAFTS / settings.language
        stage.notes += material.quotes.read(source / "quotes.csv", problems)
        made = manuscript.render(source, material, problems)
        metadata = _metadata(source, settings, material, problems)
        problems.check()
        with epoch.pinned(epoch.of(folders)), tempfile.TemporaryDirectory() as name:
            shelf = Shelf(source, folders.figures, Path(name))
            _put_photos(shelf, folders, material, made.photos)
            books = build(made, metadata, shelf, settings.language, problems)
        files.write_folder(folders.book_output, books)
        _tell(stage, made, books["book.pdf"], draft=folders.manuscript is None)
        stage.notes.append(" · ".join(shown(folders.book_output / name) for name in books))


def build(
    made: Manuscript,
    metadata: dict[str, str],
    shelf: Shelf,
    language: str,
    problems: Problems,
) -> dict[str, bytes]:
    """
    Make the PDF and the EPUB of a rendered manuscript.

    Args:
        made: The rendered chapters.
        metadata: Title, author …, for the title page.
        shelf: Where the pictures are; the manuscript's own `theme/` and `filters/` win over the
            project's.
        language: Of the book.
        problems: Collects pictures that are missing or not the book's own.

    """
    source = shelf.manuscript
    theme = _own(source, "theme")
    book = document.assembled(made, language)
    html = document.to_html(book, metadata, theme, _own(source, "filters"), language)
    document.check(html, shelf, problems)
    problems.check()
    try:
        return {
            "book.pdf": pdf.to_pdf(html, theme, shelf),
            "book.epub": epub.to_epub(book, metadata, theme, shelf),
        }
    except pdf.NotOurs as error:
        problems.add(
            "B-016",
            *document.where(error.url, source),
            _("{url} is not the book's own, or cannot be drawn").format(url=error.url),
            _("put a picture that opens elsewhere into the manuscript, with all that it shows"),
        )
    raise DataError(problems)


def _put_photos(shelf: Shelf, folders: Folders, material: Material, used: list[str]) -> None:
    """Put the photographs that chapters show on the shelf, without what the camera noted."""
    files_of = files.read(tables.PHOTOS, folders.processed).set_index("photo_id")["file"]
    for place, photo_id in enumerate(material.photos.index):
        if photo_id in used:
            suffix, data = photos.without_metadata(folders.raw / "photos" / files_of[photo_id])
            (shelf.photos / f"{place}{suffix}").write_bytes(data)


def _own(source: Path, name: str) -> Path:
    return source / name if (source / name).is_dir() else PROJECT / "book" / name


def read_material(folders: Folders, settings: Project) -> Material:
    """Read what chapters may name, through the door."""
    read = {table: files.read(table, folders.processed) for table in READS}
    facts = json.loads((folders.processed / "4-facts" / "facts.json").read_bytes())
    pictures = [
        json.loads(file.read_bytes()) for file in sorted(folders.figures.glob("*/picture.json"))
    ]
    quotes = Quotes(Corpus(read, PURPOSE, settings.language))
    door = (PURPOSE, read[tables.SPEAKERS], read[tables.MASKS])
    sheets = cleared(read[tables.INITIATIVES], *door)
    own = {t: read[t].set_index(t.key[0], drop=False) for t in (tables.PHOTOS, tables.LETTERS)}
    passing = {table: cleared(rows, *door) for table, rows in own.items()}
    return Material(
        facts=facts["facts"],
        quotes=quotes,
        figures={picture["name"]: picture for picture in pictures},
        initiatives=sheets.set_index("initiative_id"),
        photos=passing[tables.PHOTOS],
        letters=passing[tables.LETTERS],
        held_back={i for t, rows in own.items() for i in rows.index.difference(passing[t].index)},
        codes=read[tables.CODES],
        interviews=_interviews(read, quotes, sheets, settings.language),
        language=settings.language,
        provenance=facts["provenance"],
    )


def _interviews(
    read: dict[tables.Table, pd.DataFrame], quotes: Quotes, sheets: pd.DataFrame, language: str
) -> pd.DataFrame:
    """List the interviews with a cleared voice besides the interviewer's: what readers may know."""
    speakers, masks = read[tables.SPEAKERS], read[tables.MASKS]
    heard = cleared(read[tables.TURNS], PURPOSE, speakers, masks)
    heard = heard[heard["role"].ne("interviewer").fillna(True)]
    said = {str(interview): turns for interview, turns in heard.groupby("interview_id")}
    rows = cleared(read[tables.INTERVIEWS], PURPOSE, speakers, masks)
    rows = rows[rows["interview_id"].isin(list(said))].sort_values("date", kind="stable")
    known = sheets.set_index("initiative_id")[["name", "countries"]].to_dict("index")
    listed = []
    for row in rows.to_dict("records"):
        own, sheet = said[row["interview_id"]], known.get(row["initiative_id"], {})
        about = {
            "initiative": sheet.get("name", ""),
            "countries": country_names(sheet.get("countries", []), language),
            "voices": ", ".join(quotes.who(own)),
            "words": number(int(own["words_count"].sum())),
        }
        listed.append(about | _place_and_date(row, language))
    return pd.DataFrame(listed)


def _place_and_date(row: dict[Hashable, Any], language: str) -> dict[str, str]:
    date = row["date"]
    return {
        "place": "" if pd.isna(row["place"]) else row["place"],
        "date": "" if pd.isna(date) else format_date(date, "d MMMM y", locale=language),
        "note": _("fictional interview") if row["provenance"] == "fictional" else "",
    }


def _metadata(
    source: Path, settings: Project, material: Material, problems: Problems
) -> dict[str, str]:
    file = source / "metadata.yaml"
    said = load(file, problems) if file.exists() else {}
    metadata = {name: str(said[name]) for name in METADATA if said.get(name)}
    demonstration = (
        _("Demonstration edition – fictional interviews") if _is_invented(material) else ""
    )
    return {
        "title": settings.title,
        **metadata,
        "lang": settings.language,
        "toc-title": _("Contents"),
        "edition": demonstration,
        "kind": "draft" if source.is_relative_to(DRAFTS) else "",
    }


def _is_invented(material: Material) -> bool:
    """Say whether anything that the book may print is invented."""
    printed = (material.initiatives, material.photos, material.letters)
    return material.provenance == "fictional" or any(
        rows["provenance"].eq("fictional").any() for rows in printed
    )


def _tell(stage: Stage, made: Manuscript, data: bytes, draft: bool) -> None:
    stage.read.append(counted("{count} chapter", "{count} chapters", len(made.chapters)))
    stage.made.append(counted("{count} page", "{count} pages", pdf.pages_count(data)))
    if made.held_back:
        stage.held_back.append(counted("{count} quote", "{count} quotes", len(made.held_back)))
    stage.notes += made.notes + made.held_back
    if draft:
        stage.notes.append(
            _(
                "no manuscript for this material yet: a first draft was made"
                " (BOOK=folder names yours)"
            )
        )
