"""`make verbatims`: every coded passage in its context, for those who may read it, and no other."""

import io
from pathlib import Path

import pytest
from docx import Document
from odfdo import Document as OpenDocument

from pipeline import tables
from pipeline.folders import Folders
from pipeline.problems import DataError
from pipeline.publication import verbatims
from pipeline.tables import files


def folder(folders: Folders, by: str = "code") -> Path:
    return folders.dist / "verbatims" / by


def paragraphs(file: Path) -> list[str]:
    return [p.text for p in Document(file).paragraphs]


def highlighted(file: Path) -> list[str]:
    """The passages: what is set apart from its context."""
    runs = [run for p in Document(file).paragraphs for run in p.runs]
    return [run.text for run in runs if run.font.highlight_color is not None]


def rows(file: Path) -> list[dict[str, object]]:
    (sheet,) = OpenDocument(io.BytesIO(file.read_bytes())).body.get_tables()
    head, *cells = sheet.get_values()
    return [dict(zip(head, row, strict=False)) for row in cells]


def test_each_code_that_was_given_has_a_document_and_a_sheet(ready):
    codes = set(files.read(tables.CODINGS, ready.processed)["code"])
    names = {file.name for file in folder(ready).iterdir()}

    assert {f"{code}.docx" for code in codes} <= names
    assert {name.removesuffix(".docx") for name in names if name.endswith(".docx")} == {
        name.removesuffix(".ods") for name in names if name.endswith(".ods")
    }


def test_a_passage_stands_in_its_turn_with_who_said_it_where_and_who_coded_it(ready):
    text = paragraphs(folder(ready) / "counting-hands.docx")
    said = next(n for n, line in enumerate(text) if "mains levées, neuf contre quatre" in line)

    assert "Casimir Olin" in text[said + 1]
    assert "four-01" in text[said + 1]
    assert "coder-a" in text[said + 1]
    assert any(
        "mains levées" in passage for passage in highlighted(folder(ready) / "counting-hands.docx")
    )


def test_the_same_passage_of_two_coders_is_written_once_with_both(ready):
    text = "\n".join(paragraphs(folder(ready) / "shared-place.docx"))

    assert text.count("zibeline-kotor") == 1
    assert "coder-a, coder-b" in text
    assert "Mémo (coder-a) : le possessif" in text.replace("\u00a0", " ")


def test_the_sheet_has_a_row_a_coder_for_whoever_sorts_and_counts(ready):
    found = [
        r for r in rows(folder(ready) / "shared-place.ods") if "zibeline-kotor" in r["passage"]
    ]

    assert {r["codé par"] for r in found} == {"coder-a", "coder-b"}
    assert {r["voix"] for r in found} == {"Odile Tarvenne"}


def test_a_voice_that_asked_for_its_role_or_a_pseudonym_is_not_named(ready):
    text = "".join("\n".join(paragraphs(f)) for f in folder(ready).glob("*.docx"))

    assert "Casimir Olin" in text
    assert "Bertil" not in text
    assert "Moreuil" not in text


def test_invented_interviews_are_called_so(ready):
    for file in folder(ready).glob("*.docx"):
        assert "Entretiens inventés, pour la démonstration." in paragraphs(file), file.name
    assert all(r["fictif"] is True for f in folder(ready).glob("*.ods") for r in rows(f))


def test_by_initiative_with_a_condition_only_those_that_meet_it(rebuildable):
    verbatims.run(rebuildable, "initiative", "status=END; founded_year>=1900")
    chosen = files.read(tables.INITIATIVES, rebuildable.processed)
    meets = chosen["status"].eq("END") & (chosen["founded_year"] >= 1900)
    coded = {file.stem for file in folder(rebuildable, "initiative").glob("*.docx")}

    assert coded == set(chosen.loc[meets.fillna(False), "initiative_id"]) & coded
    verbatims.run(rebuildable, "initiative")
    assert len(list(folder(rebuildable, "initiative").glob("*.docx"))) > len(coded)


def test_what_was_written_under_another_condition_is_taken_away(rebuildable):
    verbatims.run(rebuildable, "initiative")
    verbatims.run(rebuildable, "initiative", "name=nobody is called so")

    assert not folder(rebuildable, "initiative").exists() or not list(
        folder(rebuildable, "initiative").iterdir()
    )


@pytest.mark.parametrize(
    ("where", "code", "remedy"),
    [
        ("statut=END", "P-102", "status"),
        ("status", "P-102", "field=value"),
        ("founded_year>soon", "P-103", "number"),
    ],
)
def test_a_condition_that_means_nothing_is_told_with_what_was_perhaps_meant(
    ready, where, code, remedy
):
    with pytest.raises(DataError) as caught:
        verbatims.run(ready, "code", where)

    (problem,) = caught.value.problems
    assert problem.code == code
    assert remedy in str(problem)


def test_two_runs_give_the_same_bytes(rebuildable):
    def written() -> dict[str, bytes]:
        verbatims.run(rebuildable)
        return {file.name: file.read_bytes() for file in folder(rebuildable).iterdir()}

    first = written()
    for file in folder(rebuildable).iterdir():
        file.unlink()
    assert written() == first
