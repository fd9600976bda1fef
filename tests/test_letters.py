"""Letters and pages of the diary: through the door, into the book, and nothing around them moves."""

import pandas as pd
import pytest

from pipeline import tables
from pipeline.corpus import consent, letters
from pipeline.problems import Problems
from pipeline.publication import markup
from pipeline.tables import files

HEAD = (
    "---\ndate: 2012-07-22\nauthor: Solène\nauthor_role: traveller\n"
    "consent: [research, book]\nconsent_date: 2012-07-01\n---\n"
)


def read(folder, text, name="2012-07-22-four.md"):
    (folder / name).write_text(text, encoding="utf-8")
    problems = Problems()
    return letters.read(folder, "fr", problems), list(problems)


def test_a_letter_is_read_with_its_head_and_its_words(tmp_path):
    rows, problems = read(tmp_path, HEAD + "\nCher vous,\r\n\r\nIl pleut.\n")

    assert [] == problems
    assert ("2012-07-22-four", "Cher vous,\n\nIl pleut.", "fr", "real") == tuple(
        rows.loc[0, ["letter_id", "text", "language", "provenance"]]
    )
    assert ["research", "book"] == rows.loc[0, "in_force"]


def test_letters_stand_in_the_order_of_their_dates(tmp_path):
    read(tmp_path, HEAD.replace("07-22", "09-01") + "b", "a.md")
    rows, _none = read(tmp_path, HEAD + "a", "b.md")

    assert ["b", "a"] == list(rows["letter_id"])


@pytest.mark.parametrize(
    ("text", "code", "line"),
    [
        ("Cher vous", "C-321", 1),
        (HEAD.replace("date: 2012-07-22\n", "") + "x", "C-441", 2),
        (HEAD.replace("2012-07-22", "le 22") + "x", "C-324", 2),
        (HEAD.replace("traveller", "voyageuse") + "x", "C-324", 4),
        (HEAD.replace("book]", "livre]") + "x", "C-324", 5),
        (HEAD.replace("author:", "autor:") + "x", "C-322", 3),
        (HEAD + "\n \n", "C-442", 8),
        (HEAD.replace("[research, book]", "[research, book") + "x", "C-301", 6),
    ],
)
def test_a_letter_that_cannot_be_used_says_where_and_why(tmp_path, text, code, line):
    _rows, problems = read(tmp_path, text)

    assert (code, line) in {(p.code, p.line) for p in problems}


@pytest.mark.parametrize(
    "changes",
    [
        {"consent": []},
        {"consent": ["research"]},
        {"withdrawn_on": pd.Timestamp("2013-01-01")},
        {"is_minor": True},
        {"consent_date": pd.Timestamp("2999-01-01")},
    ],
    ids=str,
)
def test_a_letter_without_consent_never_passes(tmp_path, changes):
    rows, _none = read(tmp_path, HEAD + "Mot")
    spoiled = rows.assign(**{name: [value] for name, value in changes.items()})
    door = ("book", files.empty(tables.SPEAKERS), files.empty(tables.MASKS))

    assert 1 == len(consent.cleared(rows, *door))
    assert 0 == len(consent.cleared(spoiled, *door))


def test_a_letter_from_a_coarse_initiative_tells_no_place(tmp_path):
    head = HEAD.replace("author:", "place: Vallombrelle\ninitiative_id: moulin\nauthor:")
    rows, _none = read(tmp_path, head + "Mot")
    initiatives = pd.DataFrame({"initiative_id": ["moulin"], "is_coarse": [True]})
    problems = Problems()
    placed = letters.in_places(rows, tmp_path, initiatives, problems)
    door = ("book", files.empty(tables.SPEAKERS), files.empty(tables.MASKS))

    assert not problems
    assert pd.isna(consent.cleared(placed, *door)["place"].iloc[0])
    assert "Vallombrelle" == consent.cleared(rows, *door)["place"].iloc[0]

    letters.in_places(rows, tmp_path, initiatives.replace("moulin", "moulins"), problems)
    ((problem),) = problems
    assert ("C-443", 'Nearest: "moulins"') == (problem.code, problem.hint)


@pytest.mark.parametrize(
    "written",
    [
        ":::\nfin",
        "```\ncode",
        "# Titre\n\nx",
        "Titre\n=====\n\nx",
        "![](http://x/y.png)",
        "::: {.sheet}\nx",
    ],
)
def test_nothing_in_a_letter_moves_what_stands_around_it(written):
    import json

    import pypandoc

    text = f"::: interlude\n{markup.body(written)}\n:::\n\nAprès\n"
    blocks = json.loads(pypandoc.convert_text(text, "json", format="markdown-raw_html"))["blocks"]

    assert ["Div", "Para"] == [block["t"] for block in blocks]
    inner = json.dumps(blocks[0])
    assert not any(f'"{kind}"' in inner for kind in ("Image", "CodeBlock"))
    levels = [block["c"][0] for block in blocks[0]["c"][1] if block["t"] == "Header"]
    assert all(level > 2 for level in levels)
