"""Sheets as chapters: what the sheet says, in the reader's words, and nothing where it is silent."""

import pandas as pd
import pytest
from lxml.html import fromstring as html_tree

from pipeline import messages, tables
from pipeline.corpus import project
from pipeline.folders import PROJECT
from pipeline.problems import Problems
from pipeline.publication import document, manuscript, sheets, stage
from pipeline.publication.manuscript import Manuscript
from pipeline.tables import files


@pytest.fixture(autouse=True)
def _french():
    messages.speak("fr")
    yield
    messages.speak("en")


def sheet(**fields):
    known = {"initiative_id": "four", "name": "Le four", "is_coarse": False, "provenance": "real"}
    rows = files.typed(tables.INITIATIVES, [known | fields])
    return sheets.chapter("four", rows.to_dict("records")[0], "fr")


def page(text):
    theme, filters = PROJECT / "book" / "theme", PROJECT / "book" / "filters"
    book = document.assembled(Manuscript({"07.md": "# Fiches\n", "07.md#1": text}), "fr")
    return html_tree(document.to_html(book, {"title": "T", "lang": "fr"}, theme, filters, "fr"))


def words(tree):
    return " ".join(tree.text_content().replace("\u202f", " ").replace("\u00a0", " ").split())


def test_a_sheet_says_in_words_what_its_fields_hold():
    said = words(
        page(
            sheet(
                countries=["NP", "IN"],
                place="Gorkha",
                status="WIP",
                scale="local",
                founded_year=2007,
                members_count=1420,
                about="Une radio.",
                visited_date=pd.Timestamp("2012-11-14"),
            )
        )
    )

    for expected in (
        "Lieu Gorkha, Népal, Inde",
        "État en développement",
        "Depuis 2007",
        "Membres 1 420",
        "Visite 14 novembre 2012",
        "Une radio.",
    ):
        assert expected in said
    assert "WIP" not in said
    assert not any(word in said for word in ("nan", "NaT", "None", "<NA>", "NP"))


def test_an_empty_field_prints_nothing_and_a_sheet_of_few_words_says_so():
    said = words(page(sheet(about="Une radio.")))

    assert not any(word in said for word in ("Membres", "Depuis", "Lieu", "Partenaires"))
    assert "La fiche n’en dit pas davantage." in said
    assert "pas davantage" not in words(page(sheet(about="A", singular="B")))


def test_a_licence_is_printed_with_the_sources_or_alone():
    assert "Sources Une carte ; licence : MIT" in words(
        page(sheet(sources=["Une carte"], licence="MIT"))
    )
    assert "licence : MIT" in words(page(sheet(licence="MIT")))


@pytest.mark.parametrize("provenance", ["real", "fictional"])
def test_an_invented_sheet_says_so_itself(provenance):
    said = words(page(sheet(provenance=provenance)))

    assert (provenance == "fictional") == ("Collectif inventé, pour la démonstration." in said)


def test_a_name_in_another_script_is_marked_with_its_language():
    (name,) = page(sheet(names=["ne: डोको", "fr: Le four"])).xpath("//*[@lang='ne']")

    assert "डोको" == name.text_content()
    assert "népalais" in words(name.getparent())


def test_what_people_wrote_neither_runs_nor_enters_the_contents():
    hostile = "# Volé\n\nVolé aussi\n===\n\n:::\n\n<script>alert(1)</script> ![x](http://x/y.png) {{ 7*7 }}"
    made = page(sheet(name="<b>Four</b> *x*", about=hostile, singular=hostile))

    assert [] == made.xpath(
        "//script | //img | //h1[contains(., 'Volé')] | //h2[contains(., 'Volé')]"
    )
    contents = words(made.xpath("//nav[@role='doc-toc']")[0])
    assert "Volé" not in contents
    assert "<b>Four</b> *x*" in contents
    assert 1 == len(made.xpath("//section[contains(@class, 'sheet')]"))


def test_a_chapter_asks_for_sheets_by_provenance_in_the_order_of_the_journey(tmp_path, ready):
    (tmp_path / "chapters").mkdir()
    asked = '# Un\n\n{{ sheets("real") }}\n\nAprès.\n'
    (tmp_path / "chapters" / "01.md").write_text(asked, encoding="utf-8")
    problems = Problems()
    material = stage.read_material(ready, project.read(ready.raw, problems))

    made = manuscript.render(tmp_path, material, problems)

    assert not problems
    first, *own, last = made.chapters
    assert ("01.md", "Après.") == (first, made.chapters[last].strip())
    real = material.initiatives[material.initiatives["provenance"].eq("real")]
    assert {f"01.md#1-{name}" for name in real.index} == set(own)


def test_an_unknown_provenance_is_told_with_its_line(tmp_path, ready):
    (tmp_path / "chapters").mkdir()
    (tmp_path / "chapters" / "01.md").write_text('# Un\n\n{{ sheets("reel") }}\n', encoding="utf-8")
    problems = Problems()
    manuscript.render(
        tmp_path, stage.read_material(ready, project.read(ready.raw, problems)), problems
    )

    ((problem),) = problems
    assert ("B-021", 3) == (problem.code, problem.line)
    assert "real" in problem.hint
