"""Restitution: what is used of one voice, for it to read and to answer.

`python -m pipeline voice ID` prints it, and writes in `dist/restitution/` a sheet to print
(`ID.pdf`) and a table to fill in (`ID.csv`), whose rows go to `interviews/answers.csv`.
"""

import csv
import io
import tempfile
from pathlib import Path

import pandas as pd
import pypdfium2

from pipeline import tables
from pipeline.corpus import photos, project
from pipeline.folders import PROJECT, Folders
from pipeline.messages import _
from pipeline.problems import Problems, nearest, shown
from pipeline.publication import epoch, manuscript, pdf, restitution, stage, voice_sheet
from pipeline.publication.document import Shelf
from pipeline.publication.markup import slug
from pipeline.publication.names import Material
from pipeline.publication.restitution import Passage, Restitution
from pipeline.tables import files

# So many letters of a passage in a row stand in a book once.
LETTERS_TO_FIND = 48


def run(folders: Folders, speaker_id: str) -> None:
    """
    Print what is used of a voice, and write its sheet and its table of answers.

    Problems: B-031, no such voice.
    """
    problems = Problems()
    settings = project.read(folders.raw, problems)
    problems.check()
    speakers = files.read(tables.SPEAKERS, folders.processed)["speaker_id"].dropna()
    if speaker_id not in set(speakers):
        fact = _('the voice "{id}" is not known').format(id=speaker_id)
        file = folders.raw / "interviews" / "speakers.csv"
        problems.add("B-031", file, 0, fact, nearest(speaker_id, speakers))
    problems.check()
    material = stage.read_material(folders, settings)
    found = _found(folders, material, speaker_id, settings.language)
    pages = _pages(folders.book_output / "book.pdf", found)
    print(voice_sheet.as_text(found, pages, settings.title, settings.language))
    with epoch.pinned(epoch.of(folders)), tempfile.TemporaryDirectory() as name:
        shelf = Shelf(PROJECT / "book", folders.figures, Path(name))
        numbers = _photos_on_shelf(found, material, folders, shelf)
        html = voice_sheet.as_html(found, pages, numbers, settings.title, settings.language)
        sheet = pdf.to_pdf(html, PROJECT / "book" / "theme", shelf)
    target = folders.dist / "restitution" / slug(speaker_id)
    written = {
        target.with_name(f"{target.name}.pdf"): sheet,
        target.with_name(f"{target.name}.csv"): answers_table(found, settings.language),
    }
    files.write(written)
    for file in written:
        print(shown(file))


def _found(folders: Folders, material: Material, speaker_id: str, language: str) -> Restitution:
    """Render the manuscript; what is wrong with it is told when the book is built, not here."""
    source = folders.manuscript or stage.DRAFTS / language
    material.quotes.read(source / "quotes.csv", Problems())
    made = manuscript.render(source, material, Problems())
    return restitution.gather(speaker_id, material, made)


def answers_table(found: Restitution, language: str) -> bytes:
    """Write the rows of answers.csv for a voice, filled in as far as it has answered."""
    sink = io.StringIO()
    # Spreadsheets in French part columns at the semicolon; a BOM keeps the accents.
    writer = csv.writer(sink, delimiter=";" if language == "fr" else ",")
    writer.writerow(tables.ANSWERS_BY_HAND.names)
    for passage in found.passages:
        writer.writerow(_row(found.speaker_id, passage))
    return sink.getvalue().encode("utf-8-sig")


def _row(speaker_id: str, passage: Passage) -> list[str]:
    answer = passage.answer
    said = "" if answer is None else _("yes") if answer.is_yes else _("no")
    day = "" if answer is None or pd.isna(answer.date) else f"{answer.date:%Y-%m-%d}"
    return [
        speaker_id,
        passage.passage,
        passage.scope,
        said,
        day,
        "" if answer is None else answer.comment,
        passage.interview_id,
        passage.exact,
    ]


def _pages(book: Path, found: Restitution) -> dict[str, int]:
    """Find on which page of the book, where it is built, each passage begins."""
    if not book.is_file():
        return {}
    texts = [
        _letters(page.get_textpage().get_text_bounded())
        for page in pypdfium2.PdfDocument(book.read_bytes())
    ]
    whole = "".join(texts)
    pages = {}
    for passage in found.passages:
        wanted = _letters(passage.words[0])[:LETTERS_TO_FIND] if passage.words else ""
        at = whole.find(wanted) if wanted else -1
        if at >= 0:
            pages[passage.passage] = _page(at, texts)
    return pages


def _letters(text: str) -> str:
    """Leave out what the layout adds: hyphens, line ends, curved signs."""
    return "".join(sign for sign in text.casefold() if sign.isalnum())


def _page(at: int, texts: list[str]) -> int:
    for number, text in enumerate(texts, 1):
        if at < len(text):
            return number
        at -= len(text)
    return len(texts)


def _photos_on_shelf(
    found: Restitution, material: Material, folders: Folders, shelf: Shelf
) -> dict[str, int]:
    """Put the photographs of a voice on the shelf; give the number of each by its passage."""
    named = files.read(tables.PHOTOS, folders.processed).set_index("photo_id")["file"]
    numbers = {}
    for passage in found.passages:
        if passage.kind == "photo":
            photo_id = passage.passage.split("/", maxsplit=1)[1]
            number = list(material.photos.index).index(photo_id)
            suffix, data = photos.without_metadata(folders.raw / "photos" / named[photo_id])
            (shelf.photos / f"{number}{suffix}").write_bytes(data)
            numbers[passage.passage] = number
    return numbers
