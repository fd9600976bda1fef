"""The forms: what a class fills in is the sheet that a person would have written by hand."""

import datetime
import io
import re
import zipfile
from xml.sax.saxutils import escape

import openpyxl
import pandas as pd
import pikepdf
import pypdfium2
import pytest
from odfdo import Document

from pipeline import messages, tables
from pipeline.corpus import sheets
from pipeline.corpus.project import Project
from pipeline.corpus.sheets import form_fields
from pipeline.folders import Folders
from pipeline.problems import Problem, Problems
from pipeline.publication import sheet_form

DAY = 1372377600  # 28 June 2013
# Every field of a sheet, but the id, which is made of the name.
SHEET = """---
id: l-atelier-des-quatre-coins
name: L’Atelier des Quatre-Coins
baseline: Des voisins réparent ensemble leurs vélos
local_name: Den Hook
countries: [FR, BE]
place: Roubaix
latitude: 50.6921
longitude: 3.1811
scale: regional
status: BEGIN
founded_year: 2009
members_count: 45
domains: [réparation, vélo]
themes: [entraide]
website: https://example.org
organisation: association
leader: une équipe
objectives: [jeter moins, apprendre]
partners: [la bibliothèque]
members: [Zoé]
call_to_action: Venez samedi
visited_date: 2013-05-17
sources: [la 4e B]
references: [un article]
videos: [https://example.org/film]
provenance: real
licence: CC BY 4.0
language: fr
region: Nord
north_south: north
names: {nl: De Hoek}
pictures: [cour]
---
## Description

On y va.

On revient.

## Ce qui est singulier et créatif

S

## Le modèle économique

M

## Le potentiel de déploiement

P

## La valeur sociale

V

## Le déclencheur

=1+1 n’est pas une formule
"""
ANSWERS = {
    "name": "L’Atelier des Quatre-Coins",
    "baseline": "Des voisins réparent ensemble leurs vélos",
    "local_name": "Den Hook",
    "countries": "France\nBelgique",
    "place": "Roubaix",
    "latitude": "50,6921",
    "longitude": 3.1811,
    "scale": "régionale",
    "status": "en démarrage",
    "founded_year": 2009,
    "members_count": 45,
    "domains": "réparation ; vélo",
    "themes": "entraide",
    "website": "https://example.org",
    "organisation": "association",
    "leader": "une équipe",
    "objectives": "jeter moins\n\napprendre",
    "partners": "la bibliothèque",
    "members": "Zoé",
    "call_to_action": "Venez samedi",
    "about": "On y va.\n\nOn revient.",
    "singular": "S",
    "business_model": "M",
    "potential": "P",
    "social_value": "V",
    "trigger": "=1+1 n’est pas une formule",
    "visited_date": "2013-05-17",
    "sources": "la 4e B",
    "references": "un article",
    "videos": "https://example.org/film",
    "provenance": "réel",
    "licence": "CC BY 4.0",
    "language": "fr",
    "region": "Nord",
    "north_south": "Nord",
    "names": "nl: De Hoek",
    "pictures": "cour",
}


@pytest.mark.parametrize("language", ["fr", "en"])
def test_the_help_says_the_words_that_are_read(language):
    messages.speak(language)
    (asked,) = [one for one in form_fields.fields() if one.key == "provenance"]
    words = list(form_fields.choices(asked.column, language).values())
    messages.speak("en")

    assert len(words) == 2
    assert [word for word in words if word not in re.split(r"\W+", asked.help)] == []


@pytest.fixture(scope="module")
def forms():
    """The forms in French."""
    messages.speak("fr")
    made = sheet_form.build(Project(), DAY)
    messages.speak("en")
    return made


def filled_xlsx(data: bytes, *answers: dict[str, object]) -> bytes:
    """Fill a form in as a spreadsheet does: one initiative, or several in the table."""
    book = openpyxl.load_workbook(io.BytesIO(data))
    sheet = book.worksheets[0]
    across = {cell.value: cell.column for cell in sheet[1]}
    down = {row[0].value: row[0].row for row in sheet.iter_rows(max_col=1)}
    for number, one in enumerate(answers):
        for key, value in one.items():
            single = key in down
            cell = sheet.cell(down[key], 3) if single else sheet.cell(4 + number, across[key])
            cell.value = value
            if isinstance(value, str):
                cell.data_type = "s"  # typed into a cell that is formatted as text
    sink = io.BytesIO()
    book.save(sink)
    return sink.getvalue()


def filled_ods(data: bytes, answers: dict[str, object]) -> bytes:
    """Fill a form in as LibreOffice does: a paragraph a line, numbers as numbers."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    content = parts["content.xml"].decode()
    content = content.replace(
        ' table:number-rows-repeated="60"', ""
    )  # the row is one of its own now
    for key, value in answers.items():
        lines = "".join(f"<text:p>{escape(line)}</text:p>" for line in str(value).split("\n"))
        number = f'"float" office:value="{value}"'
        kind = number if isinstance(value, int | float) else '"string"'
        found = re.search(rf'(<table:table-cell [^>]*name="check-{key}")/>', content)
        assert found, key
        cell = f"{found[1]} office:value-type={kind}>{lines}</table:table-cell>"
        content = content.replace(found[0], cell, 1)
    sink = io.BytesIO()
    with zipfile.ZipFile(sink, "w") as archive:
        for name, part in (parts | {"content.xml": content.encode()}).items():
            archive.writestr(name, part)
    return sink.getvalue()


@pytest.fixture
def read(tmp_path):
    """Read one file as the folder of sheets."""

    def reader(name: str, data: bytes) -> tuple[pd.DataFrame, list[Problem]]:
        folder = tmp_path / "initiatives"
        folder.mkdir(exist_ok=True)
        (folder / name).write_bytes(data)
        problems = Problems()
        made = sheets.read(folder, problems)
        (folder / name).unlink()
        return made, list(problems)

    return reader


def said(row: pd.Series) -> dict[str, object]:
    return {
        k: v
        for k, v in row.drop("file").to_dict().items()
        if (v if isinstance(v, list) else pd.notna(v))
    }


@pytest.mark.parametrize("kind", ["fiche.xlsx", "fiche.ods", "tableau.xlsx", "tableau.ods"])
def test_a_filled_form_is_the_sheet_written_by_hand(forms, read, kind):
    form = forms[
        kind.replace("fiche", "fiche-initiative").replace("tableau", "tableau-initiatives")
    ]
    fill = filled_xlsx if kind.endswith("xlsx") else filled_ods
    written, none = read("fiche.md", SHEET.encode())
    found, problems = read(f"classe {kind}", fill(form, ANSWERS))

    assert (none, problems, found.attrs["notes"]) == ([], [], [])
    assert said(found.iloc[0]) == said(written.iloc[0])


def test_the_form_asks_for_everything_that_a_sheet_can_say():
    asked = {one.column.name for one in form_fields.fields()}

    assert set(tables.INITIATIVES.names) - asked == {"is_coarse", "file"}
    assert asked == {"initiative_id" if key == "id" else key for key in [*ANSWERS, "id"]}


def test_a_table_holds_several_initiatives_and_what_we_wrote_there_is_none(forms, read):
    data = filled_xlsx(forms["tableau-initiatives.xlsx"], {"name": "Un"}, {"name": "Deux"})
    found, problems = read("t.xlsx", data)

    assert problems == []
    assert found["initiative_id"].tolist() == ["un", "deux"]
    assert found["file"].tolist() == ["t.xlsx:4", "t.xlsx:5"]


def test_a_form_saved_as_csv_still_reads(forms, read):
    """A spreadsheet on the internet, or on a telephone, may give nothing else."""
    sheet = openpyxl.load_workbook(io.BytesIO(filled_xlsx(forms["fiche-initiative.xlsx"], ANSWERS)))
    rows = [["" if c.value is None else str(c.value) for c in row] for row in sheet.worksheets[0]]
    text = "\r\n".join(";".join('"' + c.replace('"', '""') + '"' for c in row) for row in rows)
    found, problems = read("fiche.csv", text.encode("utf-8-sig"))

    assert problems == []
    assert found["status"].tolist() == ["BEGIN"]
    assert found["countries"].tolist() == [["FR", "BE"]]


def test_an_english_form_reads_as_the_french_one(read):
    made = sheet_form.build(Project(language="en"), DAY)
    answers = {"name": "x", "status": "Mature", "scale": "local", "countries": "Nepal"}
    found, problems = read("f.xlsx", filled_xlsx(made["initiative-sheet.xlsx"], answers))

    assert problems == []
    row = found.iloc[0]
    assert (row["status"], row["scale"], row["countries"]) == ("END", "local", ["NP"])


@pytest.mark.parametrize(
    ("answers", "code"),
    [
        ({}, "C-338"),
        ({"place": "Roubaix"}, "C-323"),
        ({"name": "é" * 81}, "C-327"),
        ({"name": "x", "baseline": "é" * 181}, "C-327"),
        ({"name": "x", "status": "presque"}, "C-324"),
        ({"name": "x", "founded_year": "il y a longtemps"}, "C-324"),
        ({"name": "x", "members_count": "une dizaine"}, "C-324"),
        ({"name": "x", "countries": "Atlantide"}, "C-326"),
    ],
)
@pytest.mark.parametrize("form", ["fiche-initiative.xlsx", "tableau-initiatives.xlsx"])
def test_an_answer_that_cannot_be_used_is_told_with_its_row(forms, read, form, answers, code):
    problems = read("f.xlsx", filled_xlsx(forms[form], answers))[1]

    assert [p.code for p in problems] == [code]
    row = openpyxl.load_workbook(io.BytesIO(forms[form])).worksheets[0]
    if answers and form.startswith("fiche"):
        keys = {cells[0].value: cells[0].row for cells in row.iter_rows(max_col=1)}
        assert problems[0].line in {keys[key] for key in answers} | {1}
    elif answers:
        assert problems[0].line == 4


def test_what_is_written_beside_the_questions_is_not_lost_unsaid(forms, read):
    book = openpyxl.load_workbook(
        io.BytesIO(filled_xlsx(forms["fiche-initiative.xlsx"], {"name": "x"}))
    )
    sheet = book.worksheets[0]
    last = sheet.max_row
    sheet.cell(last + 1, 3, "la suite")
    sheet.cell(last + 2, 1, "nmae")
    sheet.cell(last + 2, 3, "y")
    sink = io.BytesIO()
    book.save(sink)

    problems = read("f.xlsx", sink.getvalue())[1]
    assert [(p.code, p.line) for p in problems] == [("C-342", last + 1), ("C-333", last + 2)]
    assert 'Nearest: "name"' in problems[1].hint


@pytest.mark.parametrize("form", ["fiche-initiative.xlsx", "tableau-initiatives.xlsx"])
def test_a_formula_that_was_never_computed_is_no_answer(forms, read, form):
    book = openpyxl.load_workbook(io.BytesIO(filled_xlsx(forms[form], {"name": "x"})))
    sheet = book.worksheets[0]
    is_single = form.startswith("fiche")
    keys = [cell.value for cell in (next(sheet.columns) if is_single else sheet[1])]
    at = keys.index("place") + 1
    cell = sheet.cell(at, 3) if is_single else sheet.cell(4, at)
    cell.value = "=A1"
    sheet.cell(sheet.max_row + 3, 3).value = "=A1"  # below all that is asked
    sink = io.BytesIO()
    book.save(sink)

    problems = read("f.xlsx", sink.getvalue())[1]
    assert ("C-340", cell.row) in {(p.code, p.line) for p in problems}


# --- what the spreadsheet does for who fills it in -----------------------------------------------


def test_lists_lengths_and_numbers_are_checked_while_they_are_typed(forms):
    sheet = openpyxl.load_workbook(io.BytesIO(forms["fiche-initiative.xlsx"])).worksheets[0]
    keys = {row[0].row: row[0].value for row in sheet.iter_rows(max_col=1)}
    rules = {
        keys[place.min_row]: rule
        for rule in sheet.data_validations.dataValidation
        for place in rule.sqref.ranges
    }

    assert {k for k, r in rules.items() if r.type == "list"} >= {"status", "scale", "countries"}
    assert [rules[k].formula1 for k in ("name", "baseline")] == ["80", "180"]
    assert (rules["founded_year"].formula1, rules["latitude"].formula2) == ("1000", "90")
    assert rules["countries"].errorStyle == "warning"


@pytest.mark.parametrize(("key", "words"), [("status", 4), ("scale", 4), ("countries", 256)])
def test_each_list_holds_the_words_that_are_read_back(forms, key, words):
    book = openpyxl.load_workbook(io.BytesIO(forms["fiche-initiative.xlsx"]))
    sheet = book.worksheets[0]
    row = next(r[0].row for r in sheet.iter_rows(max_col=1) if r[0].value == key)
    rule = next(r for r in sheet.data_validations.dataValidation if f"C{row}" in str(r.sqref))
    column, last = re.fullmatch(r"'listes'!\$([A-Z])\$1:\$[A-Z]\$(\d+)", rule.formula1).groups()
    listed = [book["listes"][f"{column}{n}"].value for n in range(1, int(last) + 1)]

    assert len(listed) == words
    assert set(listed) <= set(form_fields.codes(form_fields.column_of(key)))


@pytest.mark.parametrize("form", ["fiche-initiative", "tableau-initiatives"])
def test_only_the_cells_to_fill_in_can_be_changed(forms, form):
    book = openpyxl.load_workbook(io.BytesIO(forms[f"{form}.xlsx"]))
    sheet = book.worksheets[0]
    open_ones = [cell for row in sheet.iter_rows() for cell in row if not cell.protection.locked]

    assert sheet.protection.sheet
    assert book["listes"].sheet_state == "hidden"
    assert len(open_ones) % len(form_fields.fields()) == 0
    assert open_ones
    assert all(cell.value is None for cell in open_ones)
    content = zipfile.ZipFile(io.BytesIO(forms[f"{form}.ods"])).read("content.xml").decode()
    assert 'table:protected="true"' in content


def test_the_ods_asks_what_the_xlsx_asks(forms):
    """Read by odfdo, which is not what wrote it."""
    for name in ("fiche-initiative", "tableau-initiatives"):
        first = Document(io.BytesIO(forms[f"{name}.ods"])).body.get_tables()[0]
        sheet = openpyxl.load_workbook(io.BytesIO(forms[f"{name}.xlsx"])).worksheets[0]
        width = max(len(row) for row in first.get_values())
        mine = [[c.value for c in row][:width] for row in sheet.iter_rows()]
        theirs = [row + [None] * (width - len(row)) for row in first.get_values()]
        rows = min(len(mine), len(theirs)) if name.startswith("fiche") else 3

        assert mine[:rows] == theirs[:rows]


# --- the sheet of paper --------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["fr", "en"])
def test_paper_is_two_pages_of_a4_in_black_and_asks_every_question(language):
    messages.speak(language)
    said_fields = form_fields.fields()
    data = sheet_form.to_paper(said_fields, Project(language=language))
    messages.speak("en")
    pages = list(pypdfium2.PdfDocument(data))
    text = " ".join(" ".join(page.get_textpage().get_text_bounded() for page in pages).split())

    assert [[round(side) for side in page.get_size()] for page in pages] == [[595, 842]] * 2
    for one in said_fields:
        assert (" ".join(one.label.split()) in text) == (one.lines > 0), one.key
    for page in pages:
        image = page.render(scale=1).to_pil().convert("RGB")
        assert all(max(c) - min(c) < 3 for _n, c in image.getcolors(1 << 24))


def test_paper_offers_boxes_to_tick_and_uses_the_fonts_of_the_house(forms):
    data = forms["fiche-initiative.pdf"]
    text = pypdfium2.PdfDocument(data)[0].get_textpage().get_text_bounded()

    for word in ("à l’état d’idée", "en démarrage", "arrivée à maturité", "locale", "nationale"):
        assert word in text
    with pikepdf.open(io.BytesIO(data)) as pdf:
        fonts = {str(f.BaseFont) for page in pdf.pages for f in page.Resources.Font.values()}
    assert all("Fira" in font for font in fonts)


# --- the build -----------------------------------------------------------------------------------


def test_two_builds_give_the_same_bytes_and_own_their_folder(tmp_path, monkeypatch, capsys):
    raw = tmp_path / "raw"
    raw.mkdir()
    folders = Folders(raw, tmp_path / "out")
    sheet_form.run(folders)
    first = {f.name: f.read_bytes() for f in (folders.dist / "forms").iterdir()}
    (folders.dist / "forms" / "old.xlsx").write_bytes(b"x")

    class Later(datetime.datetime):
        @classmethod
        def now(cls, tz=None):
            return cls(2031, 5, 6, 7, 8, 9, tzinfo=tz)

    monkeypatch.setattr("datetime.datetime", Later)
    monkeypatch.setattr("time.localtime", lambda *_: (2031, 5, 6, 7, 8, 10, 0, 0, 0))
    sheet_form.run(folders)

    assert {f.name: f.read_bytes() for f in (folders.dist / "forms").iterdir()} == first
    assert len(first) == 5
    assert "5 forms" in capsys.readouterr().out
