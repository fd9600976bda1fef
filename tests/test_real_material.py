"""From real interviews that nobody here wrote to a book: nothing lost, nobody quoted unasked."""

import csv
import html
import json
import os
import re
import zipfile
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
import pypdfium2
import pytest
import real_material
from conftest import run_stages
from lxml import etree

from pipeline import tables
from pipeline.folders import Folders
from pipeline.publication import pdf
from pipeline.tables import files

needs_shared = pytest.mark.skipif(
    not real_material.SHARED.exists() and os.environ.get("CI") != "true",
    reason="the reference material does not lie beside the repository",
)
pytestmark = needs_shared
W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


@dataclass(frozen=True)
class Built:
    """One corpus from its files to its book."""

    folders: Folders
    data: bytes

    def table(self, table: tables.Table) -> pd.DataFrame:
        return files.read(table, self.folders.processed)

    @property
    def pages(self) -> list[str]:
        return [p.get_textpage().get_text_bounded() for p in pypdfium2.PdfDocument(self.data)]

    @property
    def facts(self) -> dict[str, dict]:
        text = (self.folders.processed / "4-facts" / "facts.json").read_text(encoding="utf-8")
        return json.loads(text)["facts"]


def build(make: Callable[[Path], Path], folder: Path) -> Built:
    folders = run_stages(Folders(make(folder / "raw"), folder / "out"))
    return Built(folders, (folders.book_output / "book.pdf").read_bytes())


@pytest.fixture(scope="module")
def artisans(tmp_path_factory) -> Built:
    return build(real_material.artisans, tmp_path_factory.mktemp("artisans"))


@pytest.fixture(scope="module")
def poets(tmp_path_factory) -> Built:
    return build(real_material.oral_history, tmp_path_factory.mktemp("poets"))


@pytest.fixture(params=["artisans", "poets"])
def built(request) -> Built:
    return request.getfixturevalue(request.param)


def letters(text: str) -> str:
    """Leave only what no typography, line break or hyphen changes."""
    return re.sub(r"[\W_]+", "", text)


# --- counted again, from the files, by other means -----------------------------------------------


def docx_turns(file: Path) -> list[str]:
    """Give what stands behind each `[Chercheur] (0:01 - 0:11)`, whoever it names, to the next."""
    root = etree.fromstring(zipfile.ZipFile(file).read("word/document.xml"))
    text = "\n".join("".join(p.itertext(f"{W}t")) for p in root.iter(f"{W}p"))
    _before, *turns = re.split(r"\[[^\]\n]+\] *\(\d+:\d+ *[-–] *\d+:\d+\)", text)
    return turns


def test_artisans_keep_every_word_and_turn(artisans):
    turns, interviews = artisans.table(tables.TURNS), artisans.table(tables.INTERVIEWS)
    for row in interviews.to_dict("records"):
        said = docx_turns(artisans.folders.raw / "interviews" / row["file"])
        own = turns[turns["interview_id"].eq(row["interview_id"])]

        assert Counter(" ".join(own["text"]).split()) == Counter(" ".join(said).split())
        assert len(own) == len(said), row["file"]


def test_poets_keep_every_word_and_turn(poets):
    turns = poets.table(tables.TURNS)
    for file in sorted((poets.folders.raw / "interviews").glob("*-transcript-example.csv")):
        with file.open(encoding="utf-8", newline="") as handle:
            rows = [r for r in csv.DictReader(handle) if html.unescape(r["words"]).strip()]
        own = turns[turns["interview_id"].eq(file.name.split("-")[0])]
        words = Counter(" ".join(html.unescape(r["words"]) for r in rows).split())
        assert Counter(" ".join(own["text"]).split()) == words, file.name
        assert len(own) == len(rows), file.name


# --- consent -------------------------------------------------------------------------------------


def test_artisans_without_consent_for_the_book_are_in_no_fact_and_not_quoted(artisans):
    """Their own register: `oui v1` was for research, an empty cell is no consent."""
    turns, speakers = artisans.table(tables.TURNS), artisans.table(tables.SPEAKERS)
    voices = speakers[speakers["role"].eq("interviewee")]
    closed = set(voices.loc[~voices["consent"].map(lambda c: "book" in c), "speaker_id"])
    answers = turns[turns["role"].eq("interviewee")]
    open_answers = answers[~answers["speaker_id"].isin(closed)]
    book = letters("".join(artisans.pages))

    assert closed
    assert artisans.facts["corpus.voices"]["value"] == open_answers["speaker_id"].nunique()
    assert artisans.facts["corpus.words"]["value"] == open_answers["words_count"].sum()
    sentences = re.findall(
        r"[^.!?]{40,}", " ".join(answers.loc[answers["speaker_id"].isin(closed), "text"])
    )
    assert len(sentences) > 20
    assert [s for s in sentences if letters(s) in book] == []


def test_artisans_are_named_by_their_role_only(artisans):
    text = "\n".join(artisans.pages)

    assert "Une personne interrogée" in text
    assert not re.search(r"artisan-\d|question-\d|theme-\d", text), "a raw identifier is printed"


def test_poets_are_named_as_they_agreed(poets):
    text = " ".join("\n".join(poets.pages).split())

    for name in ("Rae Armantrout", "Louise Glück", "K. Silem Mohammad", "Robert Wrigley"):
        assert name in text


# --- the book ------------------------------------------------------------------------------------


def quotes_of(pages: list[str]) -> list[str]:
    """Give the words between the line of counts and the attribution, paragraph by paragraph."""
    text = "\n".join(pages).replace("\r", "")
    return re.findall(r"·[^\n]*passages?\n(.+?)\n[^\n]*, \w+ \d{4}\n", text, re.DOTALL)


def test_every_quote_is_in_its_transcript(built):
    transcripts = letters("".join(built.table(tables.TURNS)["text"]))

    quotes = quotes_of(built.pages)

    assert len(quotes) >= 6
    assert [q for q in quotes if letters(q) not in transcripts] == []


def test_the_book_is_a_book_and_its_contents_are_right(built):
    lines = pdf.contents(built.data)

    assert len(built.pages) > 8
    assert len(lines) >= 8
    assert [line for line in lines if line.printed != line.leads_to] == []
    for line in lines:
        assert letters(line.title) in letters(built.pages[line.leads_to - 1])


def test_no_page_of_a_draft_is_blank_and_each_has_its_number(built):
    body = built.pages[1:]

    assert [n for n, page in enumerate(body, 2) if page.split()[-1] != f"{n}"] == []


def test_a_french_book_speaks_french_and_an_english_one_english(artisans, poets):
    french, english = "\n".join(artisans.pages), "\n".join(poets.pages)

    assert "Sommaire" in french
    assert "Contents" in english
    assert not re.search(r"\b(?:interviews?|Contents|How to read|mentioned by)\b", french)
    assert not re.search(r"\b(?:entretiens?|Sommaire|Lecture|mentionnent)\b", english)


def test_interviews_without_an_initiative_make_a_book_too(tmp_path):
    """`initiative_id` is empty: nothing says 0 of 0, and no picture stands there without data."""
    raw = real_material.artisans(tmp_path / "raw")
    register = raw / "interviews" / "register.csv"
    table = pd.read_csv(register, dtype=str)
    table["initiative_id"] = ""
    table.to_csv(register, index=False)

    text = "\n".join(build(lambda _folder: raw, tmp_path).pages)

    assert not re.search(r"\b0 sur 0\b|Aucune donnée|No data|\bnan\b|None", text)
    assert re.search(r"5 entretiens sur\s5", text)
    assert "Une personne interrogée, Le BIP" not in text, "a role also hides the place"
