"""What people get wrong is answered with file, line and remedy; the last good output stays."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from conftest import Edit, edit, run

from pipeline.corpus import transcripts
from pipeline.folders import Folders

OVEN, MILL = "initiatives/four-commun.md", "initiatives/moulin-vezelin.md"
REGISTER, SPEAKERS = "interviews/register.csv", "interviews/speakers.csv"
CHAPTER = "book/chapters/01-four.md"


def swap(old: str, new: str) -> Callable[[str], str]:
    return lambda text: text.replace(old, new, 1)


def added(line: str) -> Callable[[str], str]:
    return lambda text: text + line + "\n"


# What is done to which file → the code, file and line that answer, by the stage that finds it.
MISTAKES: dict[str, list[tuple[str, Edit, str, str]]] = {
    "corpus": [
        (OVEN, swap("id: four-commun\n", ""), "C-323", f"{OVEN}:1"),
        (OVEN, swap("[FR]", "[QX]"), "C-326", f"{OVEN}:4"),
        (OVEN, swap("47.1357", "95"), "C-324", f"{OVEN}:6"),
        (OVEN, swap("[FR]", "[FR"), "C-301", f"{OVEN}:5"),
        (
            MILL,
            swap("id: moulin-vezelin", "id: uus-maailm"),
            "C-325",
            "initiatives/uus-maailm.md:2",
        ),
        (REGISTER, swap("moulin-02.csv", "moulin-03.csv"), "C-411", f"{REGISTER}:5"),
        ("interviews/autre.txt", "A : Bonjour.\n", "C-413", "interviews/autre.txt"),
        (SPEAKERS, swap("moulin-01;Lilou;", "moulin-01;Lilly;"), "C-417", SPEAKERS),
        ("interviews/four-02.txt", b"", "C-102", "interviews/four-02.txt"),
        ("interviews/Entretien Bertil 31.12.12.docx", b"%PDF-1.7\n", "C-101", "31.12.12.docx"),
        ("project.yaml", swap("title: ", "title: : "), "C-301", "project.yaml:1"),
        ("photos/photos.csv", swap("four.jpg", "tour.jpg"), "C-431", "photos/photos.csv:2"),
        (
            "letters/2012-12-30-oui.md",
            swap("date:", "dat:"),
            "C-322",
            "letters/2012-12-30-oui.md:3",
        ),
    ],
    "coding": [
        ("codings/coder-a.csv", swap("Notre four", "Votre four"), "D-005", "codings/coder-a.csv:2"),
        ("codings/coder-a.csv", swap(";shared-place", ";shared"), "D-004", "codings/coder-a.csv:2"),
        ("codebook.yaml", swap("  - id:", "  - id: ["), "C-301", "codebook.yaml:"),
    ],
    "book": [
        (CHAPTER, added('{{ fact("corpus.interview") }}'), "B-001", f"{CHAPTER}:67"),
        (CHAPTER, added('{{ quote("four-01/fournils") }}'), "B-002", f"{CHAPTER}:67"),
        (CHAPTER, added('{{ figure("decision") }}'), "B-004", f"{CHAPTER}:67"),
        (CHAPTER, added('{{ photo("four") }}'), "B-017", f"{CHAPTER}:67"),
        (CHAPTER, added('{{ letter("2012-12-30") }}'), "B-018", f"{CHAPTER}:67"),
        (CHAPTER, added("{{ fact("), "B-005", f"{CHAPTER}:67"),
    ],
}
CASES = [(stage, *mistake) for stage, mistakes in MISTAKES.items() for mistake in mistakes]


def outputs(folders: Folders) -> dict[Path, bytes]:
    assert folders.out
    return {file: file.read_bytes() for file in folders.out.rglob("*") if file.is_file()}


@pytest.mark.parametrize(("stage", "name", "change", "code", "place"), CASES)
def test_a_mistake_is_answered_where_it_stands_and_the_last_good_output_stays(
    rebuildable, stage, name, change, code, place
):
    before = outputs(rebuildable)
    edit(rebuildable.raw, name, change)

    result = run(stage, rebuildable.raw, rebuildable.out)

    assert result.exit_code == 1
    said = re.findall(r"^(\S+)  (\S.*?)   (.+)\n +→ (.+)$", result.output, re.MULTILINE)
    assert [] != [s for s in said if s[0] == code and place in s[1]], result.output
    assert "Traceback" not in result.output
    assert before == outputs(rebuildable)


@pytest.mark.parametrize("stage", MISTAKES)
def test_all_mistakes_are_told_at_once(rebuildable, stage):
    cases = [case for case in MISTAKES[stage] if case[0] != "codebook.yaml"]
    firsts = {case[0]: case for case in reversed(cases)}.values()
    for name, change, *_expected in firsts:
        edit(rebuildable.raw, name, change)

    said = run(stage, rebuildable.raw, rebuildable.out).output

    for *_done, code, place in firsts:
        assert re.search(rf"^{code}  .*{re.escape(place)}", said, re.MULTILINE), said


def test_a_head_that_is_no_yaml_is_one_mistake_and_not_three(rebuildable):
    edit(rebuildable.raw, OVEN, swap("[FR]", "[FR"))

    assert 1 == len(
        re.findall(
            r"^C-\d+  .*four-commun", run("corpus", rebuildable.raw, rebuildable.out).output, re.M
        )
    )


def test_a_codebook_that_cannot_be_read_does_not_blame_every_coding(rebuildable):
    edit(rebuildable.raw, "codebook.yaml", "questions: [\n")

    assert "D-004" not in run("coding", rebuildable.raw, rebuildable.out).output


def test_a_text_of_200_megabytes_is_refused_and_the_last_good_output_stays(
    rebuildable, monkeypatch
):
    before = outputs(rebuildable)
    with (rebuildable.raw / "interviews" / "four-02.txt").open("ab") as file:
        file.truncate(200_000_000)
    monkeypatch.setattr(Path, "read_bytes", None)  # not even opened
    with pytest.raises(Exception, match="C-101"):
        transcripts.read(rebuildable.raw / "interviews" / "four-02.txt")
    monkeypatch.undo()

    assert "C-101" in run("corpus", rebuildable.raw, rebuildable.out).output
    assert before == outputs(rebuildable)


@pytest.mark.parametrize(
    "name", ["<script>alert(1)</script>", "${alert(1)}", "`alert(1)`", "</style><script>"]
)
def test_a_hostile_name_is_a_name_in_every_output(material, build, name):
    """`test_maps.py` opens the page in a browser, `test_epub.py` asks EPUBCheck."""
    made = build(material, **{OVEN: swap("Le Four commun de Brissolles", f"'{name}'")})

    page = next(made.figures.rglob("*.html")).read_text(encoding="utf-8")
    assert "<script>alert" not in page
    assert "</style><script>" not in page.replace("</style>\n<script>", "")
    for file in made.figures.rglob("*.svg"):
        assert "<script" not in file.read_text(encoding="utf-8")
    assert (made.book_output / "book.pdf").is_file()
