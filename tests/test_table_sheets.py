"""A table that somebody keeps elsewhere becomes sheets through its mapping; nothing is lost unsaid."""

import datetime
import io
import json
import os
import zipfile
from collections import Counter
from pathlib import Path

import openpyxl
import pandas as pd
import pytest
import real_material
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipeline.corpus import sheets
from pipeline.corpus.sheets import mapping as mappings
from pipeline.corpus.sheets import strip_markup
from pipeline.corpus.sheets.table_values import slug
from pipeline.problems import Problem, Problems

needs_shared = pytest.mark.skipif(
    not real_material.SHARED.exists() and os.environ.get("CI") != "true",
    reason="the reference material does not lie beside the repository",
)
SMALL = "fields: {id: nom, name: nom}\n"


@pytest.fixture
def read(tmp_path):
    """`read({name: content})`: write the files into the folder of sheets, and read it."""

    def reader(files: dict[str, str | bytes]) -> tuple[pd.DataFrame, list[Problem]]:
        for name, content in files.items():
            data = content.encode() if isinstance(content, str) else content
            (tmp_path / name).write_bytes(data)
        problems = Problems()
        return sheets.read(tmp_path, problems), list(problems)

    return reader


def sound(read, files: dict[str, str | bytes]) -> pd.DataFrame:
    """Read files in which nothing may be wrong."""
    rows, problems = read(files)

    assert problems == []
    return rows


def said(row: pd.Series) -> dict[str, object]:
    """What a row says; what it does not say is left out."""
    cells = row.to_dict()
    return {k: v for k, v in cells.items() if (v if isinstance(v, list) else pd.notna(v))}


def places(problems: list[Problem]) -> set[tuple[str, str, int]]:
    return {(p.code, Path(p.file).name, p.line) for p in problems}


def xlsx(*rows: list[object], name: str = "Feuille") -> bytes:
    book = openpyxl.Workbook()
    book.active.title = name
    for row in rows:
        book.active.append(row)
    sink = io.BytesIO()
    book.save(sink)
    return sink.getvalue()


# The namespaces of OpenDocument 1.3; the rest of a spreadsheet may be missing.
ODS_HEAD = (
    '<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"'
    ' xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"'
    ' xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"'
    ' xmlns:calcext="urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0">'
    '<office:body><office:spreadsheet><table:table table:name="T">'
)
ODS_TAIL = "</table:table></office:spreadsheet></office:body></office:document-content>"


def packed(parts: dict[str, str | bytes]) -> bytes:
    sink = io.BytesIO()
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return sink.getvalue()


def ods(*rows: str, manifest: str = "<a/>") -> bytes:
    return packed(
        {
            "mimetype": "application/vnd.oasis.opendocument.spreadsheet",
            "content.xml": ODS_HEAD + "".join(rows) + ODS_TAIL,
            "META-INF/manifest.xml": manifest,
        }
    )


def ods_row(*cells: object, more: str = "") -> str:
    made = "".join(
        f'<table:table-cell office:value-type="float" office:value="{c}"><text:p>{c}</text:p></table:table-cell>'
        if isinstance(c, int | float)
        else f'<table:table-cell office:value-type="string"><text:p>{c}</text:p></table:table-cell>'
        for c in cells
    )
    return f"<table:table-row {more}>{made}</table:table-row>"


# --- the same sheet, however it is kept ----------------------------------------------------------

SHEET = """---
id: le-four
name: Le Four
countries: [FR]
place: Vézelin
latitude: 45.87
longitude: 4.06
status: WIP
themes: [pain, entraide]
founded_year: 2009
members_count: 1200
visited_date: 2013-05-17
provenance: real
---

## Description

On y cuit le pain.
"""
MAPPING = """strip_markup: true
fields:
  id: nom
  name: nom
  place: ville
  latitude: lattitude
  longitude: longitude
  status: {from: avancement, values: {1: IDEA, 3: WIP}}
  themes: {from: mots, split: "|"}
  founded_year: ouverture
  members_count: membres
  visited_date: visite
  about: texte
constants:
  countries: [FR]
  provenance: real
"""
HEADER = ["nom", "ville", "lattitude", "longitude", "avancement", "mots", "ouverture", "membres",
          "visite", "texte"]  # fmt: skip
TYPED = ["Le Four", "Vézelin", "45,87", "4,06", "3", "pain|entraide", "depuis mars 2009", "1 200",
         "17/05/2013", "<p>On y cuit<br>le pain.</p>"]  # fmt: skip
DAY = datetime.date(2013, 5, 17)
NUMBERS = ["Le <b>Four</b>", "Vézelin", 45.87, 4.06, 3, "pain|entraide", 2009, 1200, DAY,
           "On y cuit le pain."]  # fmt: skip
RECORD = dict(zip(HEADER, [*NUMBERS[:8], "2013-05-17", NUMBERS[9]], strict=True))
LISTED = RECORD | {"mots": ["pain", "entraide"]}
FEATURE = {
    "type": "Feature",
    "properties": RECORD,
    "geometry": {"type": "Point", "coordinates": [4.06, 45.87]},
}


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("t.csv", "\n".join(";".join(row) for row in (HEADER, TYPED)).encode("utf-8-sig")),
        ("t.csv", "\r\n".join("\t".join(row) for row in (HEADER, TYPED)).encode("utf-16")),
        ("t.csv", ("Tableau\n\n" + "\n".join(";".join(r) for r in (HEADER, TYPED))).encode("cp1252")),
        ("t.xlsx", xlsx(HEADER, NUMBERS)),
        ("t.xlsx", xlsx(["Nos fours", None], [], HEADER, NUMBERS)),
        ("t.ods", ods(ods_row(*HEADER), ods_row(*map(str, NUMBERS[:8]), "2013-05-17", "On y cuit le pain.").replace("<b>", "&lt;b>").replace("</b>", "&lt;/b>"))),
        ("t.json", json.dumps([RECORD])),
        ("t.json", json.dumps([LISTED])),
        ("t.json", json.dumps({"meta": {"n": 1}, "fours": [LISTED]})),
        ("t.json", json.dumps({"four-1": RECORD})),
        ("t.geojson", json.dumps({"type": "FeatureCollection", "features": [FEATURE]})),
    ],
    ids=["bom", "utf-16", "cp1252", "xlsx", "title", "ods", "json", "lists", "wrapped", "keyed", "geojson"],
)  # fmt: skip
def test_a_row_gives_the_sheet_that_a_person_would_have_written(read, tmp_path, name, data):
    written = said(sound(read, {"four.md": SHEET}).iloc[0])
    (tmp_path / "four.md").unlink()
    row = said(sound(read, {name: data, "mapping.yaml": MAPPING}).iloc[0])

    assert row.pop("file").startswith(f"{name}:")
    assert row == {k: v for k, v in written.items() if k != "file"}


def test_fields_within_fields_have_dotted_names(read):
    record = {"nom": "A", "lieu": {"geo": {"lat": 45.8}, "noms": [{"fr": "Là"}, {"fr": "Ici"}]}}
    mapping = SMALL + "rows: d.x\n"
    mapping = mapping.replace("}", ", latitude: lieu.geo.lat, place: lieu.noms.1.fr}")
    rows = sound(
        read, {"t.json": json.dumps({"d": {"x": [record], "y": []}}), "mapping.yaml": mapping}
    )

    assert rows["place"].tolist() == ["Ici"]


@pytest.mark.parametrize(
    ("cell", "order"),
    [
        ("45.87, 4.06", ""),
        ("45,87 ; 4,06", ""),
        ("45,87, 4,06", ""),
        ("POINT(4.06 45.87)", "longitude latitude"),
        ([4.06, 45.87], "longitude latitude"),
    ],
)
def test_latitude_and_longitude_can_share_a_field(read, cell, order):
    how = f"{{from: point, order: {order}}}" if order else "point"
    mapping = f"fields: {{id: nom, name: nom, coordinates: {how}}}\n"
    row = sound(
        read, {"t.json": json.dumps([{"nom": "A", "point": cell}]), "mapping.yaml": mapping}
    ).iloc[0]

    assert (row["latitude"], row["longitude"]) == (45.87, 4.06)


def test_values_are_mapped_exactly_before_patterns_and_a_default_fills_what_is_empty(read):
    mapping = """fields:
  id: nom
  name: nom
  countries: {from: pays, values: {"[0-9]*": FR, "988": NC, "-": }, default: [BE]}
"""
    records = [{"nom": f"n{n}", "pays": p} for n, p in enumerate(["06", 988, "CH", "-", ""])]
    rows = sound(read, {"t.json": json.dumps(records), "mapping.yaml": mapping})

    assert rows["countries"].tolist() == [["FR"], ["NC"], ["CH"], ["BE"], ["BE"]]


def test_several_fields_are_joined_and_an_id_is_made_of_letters_of_any_script(read):
    mapping = "fields: {id: [nom, ville], name: nom, place: {from: [ville, pays], join: ' – '}}\n"
    table = "nom,ville,pays\nL’Épi d’Or,Sète,France\nភូមិ,,Cambodge\n"
    rows = sound(read, {"t.csv": table, "mapping.yaml": mapping})

    assert rows["initiative_id"].tolist() == ["l-epi-d-or-sete", "ភូមិ"]
    assert rows["place"].tolist() == ["Sète – France", "Cambodge"]


def test_what_was_not_used_or_was_changed_is_told_once(read):
    table = "nom,logo,vide,note\n<b>A</b>,a.png,,1\nB&amp;C,b.png,,\n"
    mapping = "strip_markup: true\nfields: {id: nom, name: {from: nom, values: {Z: Y}}}\n"
    rows = sound(read, {"t.csv": table, "mapping.yaml": mapping, "plan.pdf": b"%PDF"})

    assert rows["name"].tolist() == ["A", "B&C"]
    assert rows.attrs["notes"] == [
        "t.csv: markup taken out of 2 values",
        "t.csv: values of the mapping never met: name Z",
        "t.csv: not mapped: logo, note",
        "no sheets: plan.pdf",
    ]


def test_markup_that_nobody_asked_to_strip_is_kept_and_told(read):
    rows = sound(read, {"t.csv": "nom\nA<br>B\n", "mapping.yaml": SMALL})

    assert rows["name"].tolist() == ["A<br>B"]
    assert "markup kept in 1 value; `strip_markup: true` takes it out" in rows.attrs["notes"][0]


@pytest.mark.parametrize(
    ("markup", "words"),
    [
        ("Park Slop<br>Food Coop", "Park Slop Food Coop"),
        ("Les &eacute;pis &amp; nous", "Les épis & nous"),
        ("a<script>alert('<b>')</script>b", "ab"),
        ("a<SCRIPT>x</SCRIPT >b<style>p{}</style>", "ab"),
        ("a<!-- <b>caché</b> -->b", "ab"),
        ("a<script>jamais fermé", "a"),
        ("5 < 6 et R&B", "5 < 6 et R&B"),
        ("J’<3 le pain", "J’<3 le pain"),
    ],
)
def test_markup_is_taken_out_and_words_stay(markup, words):
    assert strip_markup.stripped(markup, paragraphs=False) == words


@given(st.text(st.sampled_from("<>/!-&;abps cript\n\"'="), max_size=200))
def test_no_tag_of_a_script_survives_and_plain_text_is_untouched(text):
    once = strip_markup.stripped(text, paragraphs=False)

    assert "<script>" not in strip_markup.stripped(f"{text}<script>x</script>", paragraphs=False)
    if not strip_markup.has_markup(text):
        assert once == " ".join(text.split())


@pytest.mark.parametrize("piece", ["<a ", "<!--", "<script>", "&", "</", "<a x='"])
def test_hostile_markup_takes_no_longer_than_it_is_long(piece):
    """html.parser takes a minute over 30,000 `<a `."""
    strip_markup.stripped(piece * 100_000, paragraphs=True)


@given(st.text(max_size=40))
def test_an_id_made_of_a_name_stays_itself(name):
    assert slug(slug(name)) == slug(name)


# --- which mapping is for which table ------------------------------------------------------------


def test_each_table_can_have_a_mapping_of_its_own(read):
    rows = sound(
        read,
        {
            "a.csv": "nom\nA\n",
            "a.mapping.yaml": SMALL,
            "b.csv": "titre\nB\n",
            "mapping.yaml": SMALL.replace("nom", "titre"),
        },
    )

    assert rows["file"].tolist() == ["a.csv:2", "b.csv:2"]


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ({"a.csv": "nom\nA\n"}, {("C-331", "a.csv", 0)}),
        ({"a.json": '[{"nom": 1}]'}, {("C-331", "a.json", 0)}),
        ({"mapping.yaml": SMALL}, {("C-332", "mapping.yaml", 1)}),
        ({"u.mapping.yaml": SMALL}, {("C-332", "u.mapping.yaml", 1)}),
        (
            {"a.csv": "nom\nA\n", "mapping.yaml": "table: b.csv\n" + SMALL},
            {("C-332", "mapping.yaml", 1), ("C-331", "a.csv", 0)},
        ),
        (
            {"a.csv": "nom\nA\n", "b.csv": "nom\nB\n", "mapping.yaml": SMALL},
            {("C-332", "mapping.yaml", 1), ("C-331", "a.csv", 0), ("C-331", "b.csv", 0)},
        ),
        ({"a.csv": "x,y\n1,2\n", "mapping.yaml": SMALL}, {("C-332", "mapping.yaml", 1)}),
        ({"a.csv": "nom\nA\n", "mapping.yaml": "a: [\n"}, {("C-301", "mapping.yaml", 1)}),
        ({"a.xlsx": b"", "mapping.yaml": SMALL}, {("C-336", "a.xlsx", 0)}),
    ],
)
def test_a_table_without_mapping_and_a_mapping_without_table_are_told(read, files, expected):
    assert places(read(files)[1]) == expected


def test_what_a_table_without_mapping_has_is_told(read):
    assert "It has: nom, ville" in read({"a.csv": "nom;ville\nA;B\n"})[1][0].hint


# --- what is wrong with a mapping ----------------------------------------------------------------


@pytest.mark.parametrize(
    ("mapping", "code", "line", "hint"),
    [
        ("feilds:\n  id: nom\n", "C-333", 1, 'Nearest: "fields"'),
        (SMALL + "strip_markup: peut-être\n", "C-335", 2, "write true or false"),
        ("fields:\n  id: nom\n  name: nom\n  statut: s\n", "C-333", 4, 'Nearest: "status"'),
        ("fields:\n  id: nom\n  name: nom\n  about: [no]\n", "C-334", 4, 'Nearest: "nom"'),
        ("fields:\n  id: nom\n  name: {from: nom, valeurs: {}}\n", "C-333", 3, 'Nearest: "values"'),
        ("fields:\n  id: nom\n  name:\n", "C-335", 3, "write the name of a field"),
        ("fields:\n  id: nom\n  name: {split: x}\n", "C-335", 3, "write the name of a field"),
        ("fields:\n  id: nom\n  name: {from: nom, split: ','}\n", "C-335", 3, "leave `split` out"),
        (
            "fields:\n  id: nom\n  name: nom\n  scale: {from: nom, default: x}\n",
            "C-324",
            4,
            "local",
        ),
        (
            "fields:\n  id: nom\n  name: nom\n  coordinates: {from: nom, order: x}\n",
            "C-335",
            4,
            "latitude longitude",
        ),
        (
            "fields:\n  id: nom\n  name: nom\n  coordinates: nom\n  latitude: nom\n",
            "C-335",
            4,
            "keep one",
        ),
        (SMALL + "constants:\n  countries: [XX]\n", "C-326", 3, "ISO 3166"),
        (SMALL + "constants:\n  name: x\n", "C-335", 3, "default"),
        (SMALL + "constants:\n  pays: x\n", "C-333", 3, "Known: "),
        ("fields:\n  id: nom\n", "C-332", 1, "name"),
        ("constants: {scale: local}\n", "C-332", 1, "name"),
        ("- a\n", "C-302", 1, "name: value"),
        ("a: [\n", "C-301", 1, "indentation"),
    ],
)
def test_a_fault_of_a_mapping_is_told_with_its_line_and_a_remedy(read, mapping, code, line, hint):
    problems = read({"t.csv": "nom\nA\n", "mapping.yaml": mapping})[1]

    assert (code, "mapping.yaml", line) in places(problems)
    assert any(hint in p.hint for p in problems if p.code == code)


def test_the_mapping_that_the_documentation_shows_is_one(tmp_path):
    text = (Path(__file__).parents[1] / "docs/tableaux.md").read_text(encoding="utf-8")
    (tmp_path / "mapping.yaml").write_text(text.split("```yaml\n")[1].split("```")[0])
    problems = Problems()
    how = mappings.read(tmp_path / "mapping.yaml", problems)

    assert problems == []
    assert how.table == "magasins.json"


@given(st.text(st.sampled_from("fieldsnom:{}[],\"' \n-*?#valuefr1"), max_size=80))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
def test_nothing_typed_for_a_mapping_ends_in_anything_but_sheets_or_problems(tmp_path, text):
    (tmp_path / "mapping.yaml").write_text(text)
    (tmp_path / "t.csv").write_text("nom\nA\n")

    assert sheets.read(tmp_path, problems := Problems()).empty or not problems


# --- what is wrong with a value ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("record", "code"),
    [
        ({"nom": ""}, "C-323"),
        ({"nom": "é" * 81}, "C-327"),
        ({"nom": {"fr": "A"}}, "C-323"),
        ({"nom": "A", "s": "Mature"}, "C-324"),
        ({"nom": "A", "l": "48°51"}, "C-324"),
        ({"nom": "A", "l": 95}, "C-324"),
        ({"nom": "A", "l": True}, "C-324"),
        ({"nom": "A", "y": "1998 ou 2003"}, "C-324"),
        ({"nom": "A", "y": "bientôt"}, "C-324"),
        ({"nom": "A", "m": "1,234"}, "C-324"),
        ({"nom": "A", "m": -4}, "C-324"),
        ({"nom": "A", "d": "04/03/2012"}, "C-324"),
        ({"nom": "A", "c": "Népal"}, "C-326"),
    ],
)
def test_a_value_that_cannot_be_used_is_told_with_its_row(read, record, code):
    fields = {"status": "s", "latitude": "l", "founded_year": "y", "members_count": "m",
              "visited_date": "d", "countries": "c", "place": "p"}  # fmt: skip
    mapping = "fields:\n  id: nom\n  name: nom\n"
    mapping += "".join(f"  {k}: {v}\n" for k, v in fields.items())
    whole = {"nom": "Avant", **dict.fromkeys(fields.values())}
    table = json.dumps([whole, dict.fromkeys(fields.values()) | record])
    problems = read({"t.json": table, "mapping.yaml": mapping})[1]

    assert {p.code for p in problems} == {code}
    assert places(problems) == {(code, "t.json", 2)}


def test_two_rows_of_one_name_and_a_row_and_a_sheet_are_told_apart_by_their_place(read):
    files = {"t.csv": "nom\nLe four\nAutre\nLe Four\n", "mapping.yaml": SMALL}
    problem = read(files)[1][0]

    assert (problem.code, problem.line) == ("C-325", 4)
    assert problem.message == 'the id "le-four" is also that of t.csv:2'
    again = read({"four.md": "---\nid: autre\nname: x\n---\n"})[1]
    assert again[0].message == 'the id "autre" is also that of four.md'


# --- points that cannot be meant -----------------------------------------------------------------

POINTS = SMALL.replace("}", ", place: v, countries: c, latitude: lat, longitude: lon}")


def held(read, *records: dict[str, object]) -> tuple[list[bool], str]:
    """Read points; say of each whether it was kept, and what was told."""
    table = [{"nom": f"n{n}", "v": "", "c": "FR"} | record for n, record in enumerate(records)]
    rows = sound(read, {"t.json": json.dumps(table), "mapping.yaml": POINTS})
    return rows["latitude"].notna().tolist(), " ".join(rows.attrs["notes"])


@pytest.mark.parametrize(
    ("point", "reason"),
    [
        ({"lat": 0, "lon": 0}, "0, 0 is a placeholder"),
        ({"lat": 0, "lon": 0, "c": ""}, "0, 0 is a placeholder"),
        ({"lat": 46.11, "lon": -4.264}, "not in FR"),
        ({"lat": 4.06, "lon": 45.87}, "latitude and longitude exchanged"),
        ({"lat": 45.87, "lon": ""}, "only one of latitude and longitude"),
    ],
)
def test_a_point_that_cannot_be_meant_is_held_back_with_its_row_and_the_reason(read, point, reason):
    good = {"lat": 45.87, "lon": 4.06}

    assert held(read, good, point) == ([True, False], f"t.json: points held back, {reason}: rows 2")


@pytest.mark.parametrize(
    "point",
    [
        {"lat": 48.46, "lon": -5.1},  # Ushant, which the atlas does not draw
        {"lat": 16.24, "lon": -61.56},  # Guadeloupe
        {"lat": -22.27, "lon": 166.47, "c": "NC"},
        {"lat": 14.6, "lon": -61.0, "c": "MQ"},  # no country of its own in the atlas
        {"lat": 59.43, "lon": 24.75, "c": "EE"},
        {"lat": 50.67, "lon": 4.61, "c": ""},
    ],
)
def test_a_point_on_an_island_or_a_coast_is_kept(read, point):
    assert held(read, point) == ([True], "")


def test_one_point_for_several_towns_is_held_back_and_a_shared_house_is_not(read):
    house = [{"lat": 48.85, "lon": 2.35, "v": "Paris"}] * 5
    machine = [{"lat": 46.6, "lon": 2.2, "v": town} for town in ("Lyon", "Sète", "Metz", "Pau")]

    kept, told = held(read, *house, *machine)
    assert kept == [True] * 5 + [False] * 4
    assert told == "t.json: points held back, one point for several places: rows 6, 7, 8, 9"


def test_a_mapping_that_exchanges_latitude_and_longitude_is_refused(read):
    table = [{"nom": f"n{n}", "v": "", "c": "FR", "lat": 2.3 + n, "lon": 48.8} for n in range(3)]
    problems = read({"t.json": json.dumps(table), "mapping.yaml": POINTS})[1]

    assert places(problems) == {("C-341", "mapping.yaml", 1)}


# --- files that are no table ---------------------------------------------------------------------

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(2000)
GOOD = xlsx(["nom"], ["A"])


def changed(part: str, old: bytes, new: bytes, data: bytes = GOOD) -> bytes:
    """Change one part of a workbook."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    assert old in parts[part]
    parts[part] = parts[part].replace(old, new)
    return packed(parts)


# What Excel writes: texts once, in a part of their own, named by number in the cells.
SHARED_TEXTS = {
    "_rels/.rels": '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>',
    "xl/workbook.xml": '<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="F" sheetId="1" r:id="r1"/></sheets></workbook>',
    "xl/_rels/workbook.xml.rels": '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="r2" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/sharedStrings" Target="sharedStrings.xml"/></Relationships>',
    "xl/sharedStrings.xml": '<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><si><t>nom</t></si><si><t>A</t></si></sst>',
    "xl/worksheets/sheet1.xml": '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData><row r="1"><c r="A1" t="s"><v>0</v></c></row><row r="2"><c r="A2" t="s"><v>1</v></c></row></sheetData></worksheet>',
    "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/></Types>',
}


def shared_texts(**changes: str) -> bytes:
    return packed(SHARED_TEXTS | {f"xl/{name}.xml": text for name, text in changes.items()})


def many(text: str) -> str:
    """A sheet in which 50,000 cells name one long text."""
    sheet = SHARED_TEXTS["xl/worksheets/sheet1.xml"]
    cells = "".join(f'<row r="{n}"><c r="A{n}" t="s"><v>1</v></c></row>' for n in range(2, 50_000))
    return sheet.replace("</sheetData>", cells + "</sheetData>")


def test_texts_that_a_workbook_keeps_apart_are_read(read):
    assert sound(read, {"t.xlsx": shared_texts(), "mapping.yaml": SMALL})["name"].tolist() == ["A"]


def test_a_column_coloured_to_the_end_of_the_sheet_is_no_large_table(read):
    sheet = SHARED_TEXTS["xl/worksheets/sheet1.xml"]
    coloured = sheet.replace(
        "</sheetData>", '<row r="1048576"><c r="B1048576" s="1"/></row></sheetData>'
    )
    data = shared_texts(**{"worksheets/sheet1": coloured})

    assert sound(read, {"t.xlsx": data, "mapping.yaml": SMALL})["name"].tolist() == ["A"]


def test_the_empty_end_that_libreoffice_writes_is_no_large_table(read):
    end = '<table:table-row table:number-rows-repeated="1048574"><table:table-cell table:number-columns-repeated="16384"/></table:table-row>'
    data = ods(ods_row("nom"), ods_row("A"), end)

    assert sound(read, {"t.ods": data, "mapping.yaml": SMALL})["name"].tolist() == ["A"]


ENTITY = '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]>'


@pytest.mark.parametrize(
    ("name", "data", "code"),
    [
        ("t.csv", b"", "C-338"),
        ("t.csv", b"nom\n", "C-338"),
        ("t.csv", b"\x00\x81\x8d", "C-103"),
        ("t.csv", b'nom\n"A\n', "C-203"),
        ("t.csv", b"nom,nom\na,b\n", "C-339"),
        ("t.csv", b"nom\na,b\n", "C-339"),
        ("t.json", b"", "C-336"),
        ("t.json", b"[]", "C-338"),
        ("t.json", b"3", "C-338"),
        ("t.json", b'{"a": [{"nom": 1}], "b": [{"nom": 2}]}', "C-338"),
        ("t.json", b'[{"nom": "a", "nom": "b"}]', "C-336"),
        ("t.json", b'[{"nom": NaN}]', "C-336"),
        ("t.json", b'[{"nom": ' + b"9" * 5000 + b"}]", "C-336"),
        ("t.json", b"[" * 100_000, "C-336"),
        ("t.json", b'{"a":' * 50_000, "C-336"),
        ("t.json", b"[" + b'{"nom":"a"},' * 1_000_000 + b'{"nom":"a"}]', "C-337"),
        ("t.json", b"[" + b'{"nom":"a"},' * 30_000 + b'{"nom":"a"}]', "C-337"),
        ("t.xlsx", b"", "C-336"),
        ("t.xlsx", b"nom\nA\n", "C-336"),
        ("t.xlsx", GOOD[: len(GOOD) // 2], "C-336"),
        ("t.xlsx", OLE, "C-336"),
        ("t.xlsx", packed({"word/document.xml": "<a/>"}), "C-336"),
        ("t.xlsx", packed({str(n): "" for n in range(3000)}), "C-337"),
        ("t.xlsx", xlsx(["nom", "autre"]), "C-338"),
        ("t.xlsx", xlsx(), "C-338"),
        ("t.xlsx", xlsx(["nom"], ["=1+1"]), "C-340"),
        ("t.xlsx", xlsx(["nom"], ["#REF!"]), "C-340"),
        ("t.xlsx", xlsx(["nom", None], ["a", "b"]), "C-339"),
        ("t.xlsx", changed("xl/worksheets/sheet1.xml", b"A2", b"XFD1048576"), "C-337"),
        ("t.xlsx", changed("xl/worksheets/sheet1.xml", b"A2", b"A4294967297"), "C-336"),
        ("t.xlsx", changed("xl/worksheets/sheet1.xml", b"A2", b"A0"), "C-336"),
        ("t.xlsx", changed("xl/worksheets/sheet1.xml", b"</worksheet>", b"</worksheet>" + b" " * 10**8), "C-337"),
        ("t.xlsx", shared_texts(**{"worksheets/sheet1": SHARED_TEXTS["xl/worksheets/sheet1.xml"].replace("<v>1<", "<v>9<")}), "C-336"),
        ("t.xlsx", shared_texts(sharedStrings=SHARED_TEXTS["xl/sharedStrings.xml"].replace("A", "A" * 30_000), **{"worksheets/sheet1": many("A")}), "C-337"),
        ("t.ods", ods(ods_row("nom"), ods_row("A", more='table:number-rows-repeated="1048574"')), "C-337"),
        ("t.ods", ods(ods_row("nom"), ods_row("A", more='table:number-rows-repeated="-2"')), "C-336"),
        ("t.ods", ods(ods_row("nom"), ods_row("A"), manifest="<encryption-data/>"), "C-336"),
        ("t.ods", ods(ods_row("nom"), '<table:table-row><table:table-cell table:formula="of:=NA()" office:value-type="string" calcext:value-type="error"><text:p>#N/A</text:p></table:table-cell></table:table-row>'), "C-340"),
    ],
)  # fmt: skip
def test_a_file_that_is_no_table_is_refused_and_nothing_else_is_said(read, name, data, code):
    problems = read({name: data, "mapping.yaml": SMALL})[1]

    assert {p.code for p in problems} - {"C-323"} == {code}


@pytest.mark.parametrize("part", ["sharedStrings", "worksheets/sheet1"])
def test_an_entity_in_a_workbook_brings_in_no_file(read, part):
    text = ENTITY + SHARED_TEXTS[f"xl/{part}.xml"].replace("<t>A", "<t>&x;").replace(
        "<v>1", "<v>&x;"
    )
    rows, _problems = read({"t.xlsx": shared_texts(**{part: text}), "mapping.yaml": SMALL})

    assert "root:" not in rows.to_string()


@given(st.data())
@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=80, deadline=None
)
def test_a_workbook_damaged_anywhere_gives_sheets_or_problems(tmp_path, data):
    (tmp_path / "mapping.yaml").write_text(SMALL)
    whole = data.draw(st.sampled_from([GOOD, shared_texts(), ods(ods_row("nom"), ods_row("A"))]))
    at = data.draw(st.integers(0, len(whole) - 1))
    piece = data.draw(st.binary(max_size=4))
    (tmp_path / "t.xlsx").write_bytes(whole[:at] + piece + whole[at + len(piece) :])

    problems = Problems()
    assert len(sheets.read(tmp_path, problems)) or problems


@given(st.data())
@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=80, deadline=None
)
def test_a_workbook_whose_xml_is_damaged_gives_sheets_or_problems(tmp_path, data):
    (tmp_path / "mapping.yaml").write_text(SMALL)
    name = data.draw(st.sampled_from(sorted(SHARED_TEXTS)))
    text = SHARED_TEXTS[name]
    at = data.draw(st.integers(0, len(text) - 1))
    piece = data.draw(st.text(st.sampled_from('<>/"= 0129-XFDrcsv&'), max_size=5))
    damaged = packed(SHARED_TEXTS | {name: text[:at] + piece + text[at + len(piece) :]})
    (tmp_path / "t.xlsx").write_bytes(damaged)

    problems = Problems()
    assert len(sheets.read(tmp_path, problems)) or problems


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda below: (
        st.lists(below, max_size=3)
        | st.dictionaries(st.sampled_from(["nom", "type", "properties", "geometry", "x.y"]), below)
    ),
    max_leaves=12,
)


@given(JSON)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_any_json_gives_sheets_or_problems(tmp_path, value):
    mapping = "fields: {id: nom, name: nom, latitude: type, themes: x.y, coordinates: geometry}\n"
    (tmp_path / "mapping.yaml").write_text(mapping.replace(", coordinates: geometry", ""))
    (tmp_path / "t.json").write_text(json.dumps(value))

    problems = Problems()
    assert len(sheets.read(tmp_path, problems)) or problems


# --- the real case -------------------------------------------------------------------------------

# The stages as the map's own page explains them: 1 an idea, 2 working groups, 3 buying together,
# 4 the grocery is open, 5 the supermarket is open.
SUPERMARKETS = """table: supermarches.json
strip_markup: true
fields:
  id: [nom, ville]
  name: nom
  place: ville
  latitude: lattitude
  longitude: longitude
  countries: {from: departement, values: {"[0-9]*": FR, "988": NC, IE_N: GB}}
  status: {from: avancement, values: {1: IDEA, 2: BEGIN, 3: WIP, 4: WIP, 5: END}}
  website: site_web
constants:
  provenance: real
  language: fr
  sources: ["InterFoodCoop : carte des supermarchés coopératifs"]
  licence: MIT
"""
STAGES = {1: "IDEA", 2: "BEGIN", 3: "WIP", 4: "WIP", 5: "END"}
ABROAD = {"IE_N": "GB", "988": "NC"}


@pytest.fixture
def supermarkets(read):
    """The 130 cooperative supermarkets: the rows read, and the records of the file."""
    data = (real_material.SHARED / "corpora/supermarches/supermarches.json").read_bytes()
    rows = sound(read, {"supermarches.json": data, "mapping.yaml": SUPERMARKETS})
    return rows, json.loads(data)


@needs_shared
def test_every_supermarket_is_a_sheet_with_what_its_record_says(supermarkets):
    rows, records = supermarkets

    assert len(rows) == len(records) == 130
    assert rows["initiative_id"].is_unique
    for row, record in zip(rows.to_dict("records"), records, strict=True):
        department = record["departement"]
        country = (
            "FR"
            if department.isdigit() and department != "988"
            else ABROAD.get(department, department)
        )
        assert row["name"] == " ".join(record["nom"].replace("<br>", " ").split())
        assert row["countries"] == [country]
        assert row["status"] == STAGES[record["avancement"]]
        assert (row["website"] if pd.notna(row["website"]) else None) == record.get("site_web")
        assert (row["place"] if pd.notna(row["place"]) else None) == record.get("ville")
        assert (row["provenance"], row["licence"]) == ("real", "MIT")


@needs_shared
def test_every_point_of_the_supermarkets_is_theirs_but_the_one_in_the_sea(supermarkets):
    """The last record, 46.11, -4.264, stands for "no address": it lies 130 km off Brittany."""
    rows, records = supermarkets
    points = [(r["lattitude"], r["longitude"]) for r in records[:-1]]

    assert list(zip(rows["latitude"][:-1], rows["longitude"][:-1], strict=True)) == points
    assert pd.isna(rows["latitude"].iloc[-1])
    assert pd.isna(rows["longitude"].iloc[-1])
    assert records[-1]["nom"] == "Coop Lib"


@needs_shared
def test_what_the_supermarkets_say_and_the_sheets_do_not_is_told(supermarkets):
    rows, records = supermarkets
    marked = sum("<" in str(r[name]) for r in records for name in ("nom", "ville") if name in r)
    stages = Counter(STAGES[r["avancement"]] for r in records)

    assert rows["status"].value_counts().to_dict() == stages
    assert rows.attrs["notes"] == [
        "supermarches.json: points held back, not in FR: rows 130",
        f"supermarches.json: markup taken out of {marked} values",
        "supermarches.json: not mapped: adresse, logo, facebook",
    ]


@needs_shared
def test_names_alone_are_no_ids_and_the_collision_is_told(read):
    """Les Pot'iront are in Draguignan and in Fréjus."""
    data = (real_material.SHARED / "corpora/supermarches/supermarches.json").read_bytes()
    mapping = SUPERMARKETS.replace("id: [nom, ville]", "id: nom")
    problems = read({"supermarches.json": data, "mapping.yaml": mapping})[1]

    assert [p.code for p in problems] == ["C-325"]
    assert "les-pot-iront" in problems[0].message
