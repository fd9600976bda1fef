"""A sheet becomes its row to the letter; what cannot be understood is told with its line."""

import datetime
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from pipeline import tables
from pipeline.corpus import project, sheets, yaml_files
from pipeline.problems import Problem, Problems

HEAD = "---\nid: four\nname: Le four\n"


@pytest.fixture
def read(tmp_path):
    """Write sheets (name → content) and read the folder: the rows, the problems."""

    def reader(**contents: str | bytes) -> tuple[pd.DataFrame, list[Problem]]:
        for name, content in contents.items():
            data = content.encode() if isinstance(content, str) else content
            (tmp_path / f"{name}.md").write_bytes(data)
        problems = Problems()
        return sheets.read(tmp_path, problems), list(problems)

    return reader


def sound(read, content: str | bytes) -> dict[str, object]:
    """Read one sheet in which nothing may be wrong; what it does not say is left out."""
    rows, problems = read(four=content)

    assert problems == []
    row = rows.iloc[0].to_dict()
    return {k: v for k, v in row.items() if (v if isinstance(v, list) else pd.notna(v))}


def only(problems: list[Problem]) -> Problem:
    assert len(problems) == 1, problems
    return problems[0]


def head(line: str) -> str:
    """A sheet with one more line in its head: line 4 of the file."""
    return f"{HEAD}{line}\n---\n"


# --- what a sheet says ---------------------------------------------------------------------------

# Every field of the head and every section of issue 2 and of the platform in context.md.
WHOLE = """---
id: uus-maailm
name: Uus Maailm
local_name: Uue Maailma Selts
names: {et: Uue Maailma Selts, ru: Новый мир}
countries: [EE]
place: Tallinn
latitude: 59,4267
longitude: 24.7333
region: Europe de l’Est
north_south: north
status: WIP
domains: [culture]
themes:
  - voisinage
  -
baseline: Maison culturelle de quartier
founded_year: 2006
members_count: 120
scale: local
organisation: association
leader: une assemblée
objectives: [se rencontrer]
partners: Ville de Tallinn
call_to_action: Venez
website: https://example.org
members: [Maarika]
pictures: [cour]
videos: [https://example.org/film]
references: [un article]
sources: [le site]
licence: CC BY 4.0
visited_date: 2012-07-21
provenance: real
language: fr
---
Avant le premier titre.

## Description

Une maison.

## ce qui est singulier et créatif

Singulier.

## The business model

Modèle.

### Un sous-titre reste dans sa section

## Le potentiel de déploiement

## La valeur sociale ##

Valeur.

## Le déclencheur

Déclic.
"""


def test_every_field_and_section_has_its_place(read):
    row = sound(read, WHOLE)

    assert row == {
        "initiative_id": "uus-maailm",
        "name": "Uus Maailm",
        "local_name": "Uue Maailma Selts",
        "names": ["et: Uue Maailma Selts", "ru: Новый мир"],
        "countries": ["EE"],
        "place": "Tallinn",
        "latitude": 59.4267,
        "longitude": 24.7333,
        "region": "Europe de l’Est",
        "north_south": "north",
        "status": "WIP",
        "domains": ["culture"],
        "themes": ["voisinage"],
        "baseline": "Maison culturelle de quartier",
        "founded_year": 2006,
        "members_count": 120,
        "scale": "local",
        "organisation": "association",
        "leader": "une assemblée",
        "objectives": ["se rencontrer"],
        "partners": ["Ville de Tallinn"],
        "call_to_action": "Venez",
        "website": "https://example.org",
        "members": ["Maarika"],
        "pictures": ["cour"],
        "videos": ["https://example.org/film"],
        "references": ["un article"],
        "sources": ["le site"],
        "licence": "CC BY 4.0",
        "visited_date": pd.Timestamp("2012-07-21"),
        "provenance": "real",
        "language": "fr",
        "about": "Avant le premier titre.\n\nUne maison.",
        "singular": "Singulier.",
        "business_model": "Modèle.\n\n### Un sous-titre reste dans sa section",
        "social_value": "Valeur.",
        "trigger": "Déclic.",
        "file": "four.md",
    }
    assert set(tables.INITIATIVES.names) - set(row) == {"potential", "is_coarse"}


@pytest.mark.parametrize(
    "saved",
    [
        WHOLE.encode("utf-8-sig"),
        WHOLE.replace("\n", "\r\n").encode(),
        WHOLE.replace("\n", "\r").encode(),
        WHOLE.encode("utf-16"),
    ],
    ids=["bom", "crlf", "mac", "utf-16"],
)
def test_a_sheet_reads_the_same_however_an_editor_saved_it(read, saved):
    assert sound(read, saved) == sound(read, WHOLE)


@pytest.mark.parametrize("name", ["<script>alert(1)</script>", "${HOME} `rm -rf /`", "{{ x }} {%"])
def test_a_name_is_kept_to_the_letter_whatever_it_would_mean_elsewhere(read, name):
    assert sound(read, f"---\nid: four\nname: '{name}'\n---\n{name}\n")["name"] == name


@pytest.mark.parametrize(("written", "name"), [("1984", "1984"), ("No", "No"), ("~a", "~a")])
def test_a_name_that_looks_like_something_else_stays_a_name(read, written, name):
    assert sound(read, f"---\nid: four\nname: {written}\n---\n")["name"] == name


def test_what_the_sheet_does_not_say_is_empty_and_no_problem(read):
    row = sound(read, HEAD + "status:\nplace: ''\nthemes: []\n---\n")

    assert row == {"initiative_id": "four", "name": "Le four", "file": "four.md"}


def test_a_day_with_a_time_of_day_is_that_day(read):
    row = sound(read, head("visited_date: 2012-07-21T23:30:00"))

    assert row["visited_date"] == pd.Timestamp(datetime.date(2012, 7, 21))


# --- what cannot be understood -----------------------------------------------------------------


@pytest.mark.parametrize(
    ("line", "code", "says"),
    [
        ("statut: WIP", "C-322", 'Nearest: "status"'),
        ("status: Mature", "C-324", "write one of: IDEA, BEGIN, WIP, END"),
        ("latitude: 95", "C-324", "write a number from -90 to 90"),
        ("latitude: .nan", "C-324", "write a number from -90 to 90"),
        ("longitude: -181", "C-324", "write a number from -180 to 180"),
        ("founded_year: MMVI", "C-324", "write a number from 1000 to 2100"),
        ("members_count: 1,5", "C-324", "write a whole number"),
        ("members_count: -3", "C-324", "write a whole number"),
        ("members_count: environ 50", "C-324", "write a whole number"),
        ("visited_date: 21/07/2012", "C-324", "write a date as 2012-12-31"),
        ("place: [Tallinn]", "C-324", "write text; put quotes around it"),
        ("themes: [[a]]", "C-324", "write a list, one `- item` a line"),
        ("names: {et: [a, b]}", "C-324", "write a list, one `- item` a line"),
        ("countries: [FR, Népal]", "C-326", 'Nearest: "NP (Népal, Nepal)"'),
        ("countries: np", "C-326", '"NP (Népal, Nepal)"'),
        ("countries: EU", "C-326", "write its two letters of ISO 3166"),
        (f"baseline: {'é' * 181}", "C-327", "shorten it to 180"),
        ("place: a: b", "C-301", "look at the indentation"),
        ("name: Le four banal", "C-301", "look at the indentation"),
        ("visited_date: 2012-02-30", "C-301", "look at the dates and numbers of this line"),
    ],
)
def test_a_field_that_cannot_be_used_is_told_with_its_line_and_a_remedy(read, line, code, says):
    problems = [p for p in read(four=head(line))[1] if p.code != "C-323"]

    assert (only(problems).code, only(problems).line) == (code, 4)
    assert Path(only(problems).file).name == "four.md"
    assert says in only(problems).hint


def test_text_at_its_longest_is_accepted(read):
    text = f"---\nid: four\nname: {'é' * 80}\nbaseline: {'é' * 180}\n---\n"

    assert len(sound(read, text)["name"]) == 80


def test_a_wrong_id_is_called_as_the_sheet_calls_it(read):
    assert only(read(four="---\nid: [a]\nname: x\n---\n")[1]).message.startswith("id: ")


@pytest.mark.parametrize(
    ("text", "missing"),
    [("---\nname: x\n---\n", ["id"]), ("---\nid: x\n---\n", ["name"]), ("---\n---\n", None)],
)
def test_a_sheet_needs_an_id_and_a_name(read, text, missing):
    problems = read(four=text)[1]

    assert {p.code for p in problems} == {"C-323"}
    assert [p.message for p in problems] == [
        f'the sheet has no "{name}"' for name in missing or ["id", "name"]
    ]


@pytest.mark.parametrize("text", ["", "# Le four\n", "id: four\nname: x\n", "---\nid: four\n"])
def test_a_sheet_without_head_or_with_one_never_closed_is_refused(read, text):
    assert (only(read(four=text)[1]).code, only(read(four=text)[1]).line) == ("C-321", 1)


def test_a_section_that_is_not_known_is_told_with_its_line_and_the_nearest(read):
    text = HEAD + "---\n\n## Description\n\nUn four.\n\n## Le declencheur\n\n## The trigge\n"
    problems = read(four=text)[1]

    assert [(p.code, p.line) for p in problems] == [("C-328", 10), ("C-328", 12)]
    assert "Le déclencheur" in problems[0].hint
    assert "The trigger" in problems[1].hint


def test_two_sheets_with_one_id_are_refused_on_the_line_of_the_id(read):
    text = "---\nname: Autre\nid: four\n---\n"
    problem = only(read(a=head("place: x"), b=text)[1])

    assert (problem.code, Path(problem.file).name, problem.line) == ("C-325", "b.md", 3)
    assert problem.message == 'the id "four" is also that of a.md'


def test_two_sheets_without_id_are_not_called_the_same(read):
    assert {p.code for p in read(a="---\nname: x\n---\n", b="---\nname: y\n---\n")[1]} == {"C-323"}


def test_a_broken_sheet_does_not_hide_the_faults_of_the_others(read):
    problems = read(a="sans tête", b=head("latitude: 95"), c=b"\x00\x81")[1]

    assert {(Path(p.file).name, p.code) for p in problems} == {
        ("a.md", "C-321"),
        ("b.md", "C-324"),
        ("c.md", "C-103"),
    }


def test_only_sheets_are_read_and_capitals_in_the_ending_hide_none(read, tmp_path):
    (tmp_path / "README.md").write_text("# Comment écrire une fiche")
    (tmp_path / "._four.md").write_bytes(b"\x00\x05\x16\x07")
    (tmp_path / "LAVOIR.MD").write_text("---\nid: lavoir\nname: Le lavoir\n---\n")
    rows, problems = read(four=head("place: x"))

    assert problems == []
    assert rows["initiative_id"].tolist() == ["lavoir", "four"]


def test_no_folder_of_sheets_is_no_sheet(tmp_path):
    problems = Problems()

    assert sheets.read(tmp_path / "initiatives", problems).empty
    assert problems == []


# --- YAML ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("a: 1\nb: [1,\n", 2),
        ("a: 1\nb: 2\na: 3\n", 3),
        ("a: 1\nb:\n\t- c\n", 3),
        ("a: 1\nb: 2012-13-01\n", 2),
        ("a: 1\nb: !!int x\n", 2),
        ("a: 1\nb: 'x\n", 2),
        ("a: 1\nb: *nobody\n", 2),
        ("a: 1\nb: \x08\n", 2),
        ("[" * 500, 1),
    ],
)
@pytest.mark.parametrize("first_line", [1, 7])
def test_what_is_no_yaml_is_told_with_its_line(text, line, first_line):
    problems = Problems()

    assert yaml_files.load(Path("x.yaml"), problems, text, first_line) == {}
    assert (only(problems).code, only(problems).line) == ("C-301", line + first_line - 1)


@pytest.mark.parametrize("text", ["- a\n- b\n", "juste du texte\n"])
def test_a_list_where_names_are_expected_is_told(text):
    problems = Problems()

    assert yaml_files.load(Path("x.yaml"), problems, text) == {}
    assert only(problems).code == "C-302"


def test_the_line_of_a_key_is_that_of_the_file():
    loaded = yaml_files.load(Path("x.yaml"), Problems(), "# un mot\na: 1\nb:\n  - c\n", 5)

    assert [yaml_files.line_of(loaded, key, 5) for key in ("a", "b")] == [6, 7]


@given(st.text(st.sampled_from("ab:-[]{}'\"#&*!|>%@`?, \n\t\x07é0129T.~"), max_size=60))
@example("<<: 1")
@example("a: !!binary '!'")
def test_nothing_typed_for_yaml_ends_in_anything_but_a_mapping_or_a_problem(text):
    problems = Problems()
    loaded = yaml_files.load(Path("x.yaml"), problems, text)

    assert isinstance(loaded, dict)
    assert all(1 <= p.line <= text.count("\n") + 1 for p in problems)


# --- project.yaml -------------------------------------------------------------------------------


def settings(folder: Path, text: str) -> tuple[project.Project, list[Problem]]:
    (folder / "project.yaml").write_text(text, encoding="utf-8")
    problems = Problems()
    return project.read(folder, problems), list(problems)


def test_without_project_yaml_every_setting_has_its_default(tmp_path):
    problems = Problems()

    assert project.read(tmp_path, problems) == project.Project()
    assert settings(tmp_path, "") == (project.Project(), [])
    assert problems == []


def test_what_project_yaml_says_holds_and_the_rest_keeps_its_default(tmp_path):
    text = "title: Le pain\nlanguage: en\nsmallest_cell: 5\ncount_research_only: true\n"
    expected = project.Project("Le pain", "en", smallest_cell=5, count_research_only=True)

    assert settings(tmp_path, text) == (expected, [])


@pytest.mark.parametrize(
    ("line", "code", "hint"),
    [
        ("titre: Le pain", "C-311", 'Nearest: "title"'),
        ("smallest_cell: trois", "C-312", "write for instance smallest_cell: 3"),
        ("smallest_cell: 0", "C-312", "write for instance smallest_cell: 3"),
        ("smallest_cell: true", "C-312", "write for instance smallest_cell: 3"),
        ("frame_rate: -25", "C-312", "write for instance frame_rate: 25"),
        ("count_research_only: 1", "C-312", "write for instance count_research_only: false"),
        ("title: 2012", "C-312", "write for instance title: Sur la route des utopies réalistes"),
        ("language: de", "C-313", 'Known: "en", "fr"'),
        ("edition: publicaton", "C-313", 'Nearest: "publication"'),
    ],
)
def test_a_setting_that_cannot_hold_is_told_and_the_default_holds(tmp_path, line, code, hint):
    found, problems = settings(tmp_path, f"# réglages\n{line}\n")

    assert found == project.Project()
    assert (only(problems).code, only(problems).line) == (code, 2)
    assert only(problems).hint.startswith(hint)
