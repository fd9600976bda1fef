"""A reviewer's decisions come back as codings in the reviewer's name, whatever a spreadsheet did."""

import csv
import datetime
import hashlib
import io
import tempfile

import odfdo
import openpyxl
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from pipeline import messages, tables
from pipeline.coding import lexicon, review
from pipeline.coding.codebook import LEXICON_COLUMNS, Codebook
from pipeline.coding.review.sheet import Questions, Sheet
from pipeline.coding.suggest import measures
from pipeline.problems import Problems
from pipeline.tables.files import typed

SAID = [
    ("interviewer", "Vous votez ?"),
    (
        "interviewee",
        "– On vote. On ne vote jamais à main levée.",
    ),
    ("interviewee", "=2+3 votes, dit-il. La réunion dure. Le ṭamāl 📻 vote aussi"),
]


@pytest.fixture(autouse=True)
def english():
    messages.speak("en")


def turns(said=SAID):
    made, start = [], 0
    for number, (role, text) in enumerate(said, 1):
        place = {"turn_id": f"i#{number}", "turn": number, "role": role, "start_s": 65.5 * number}
        words = {"text": text, "start": start, "end": start + len(text), "speaker_id": role}
        made.append({"interview_id": "i", **place, **words})
        start += len(text) + 1
    return typed(tables.TURNS, made)


def book(**renamed):
    codes = [
        {"code": "meeting", "code_fr": "La réunion", "code_en": "Meeting", "position": 1},
        {"code": "voting", "code_fr": "Le vote", "code_en": "Voting", "position": 2},
    ]
    entries = [
        ("voting", "fr", "vote"),
        ("voting", "fr", "main levée"),
        ("meeting", "fr", "réunion"),
    ]
    entries = pd.DataFrame(entries, columns=LEXICON_COLUMNS)
    return Codebook(typed(tables.CODES, codes), entries, renamed)


TEXT = "\n".join(turns()["text"])
SHA = hashlib.sha256(TEXT.encode()).hexdigest()
NOTHING = typed(tables.CODINGS_BY_HAND, [])


def rows(settled=NOTHING, learned=()):
    said = turns()
    found = lexicon.find(said[said["role"].ne("interviewer")], book())
    found = pd.concat([found, typed(tables.SUGGESTIONS, list(learned))], ignore_index=True)
    return Questions(book(), measures.table([])).about(found, said, SHA, settled)


def sheet(made):
    with tempfile.TemporaryFile() as spool:
        whole = Sheet(book(), spool)
        whole.add(made)
        return b"".join(whole.lines())


def table(data):
    return list(csv.DictReader(io.StringIO(data.decode("utf-8-sig")), delimiter=";"))


def filled(data, *decided):
    """Fill in decisions, row by row, as (decision, corrected_code, reviewer, memo)."""
    cells = table(data)
    for row, decision in zip(cells, decided, strict=False):
        row |= dict(zip(["decision", "corrected_code", "reviewer", "memo"], decision, strict=False))
    return cells


def saved(file, cells, delimiter=";", encoding="utf-8-sig"):
    out = io.StringIO()
    writer = csv.DictWriter(out, list(cells[0]), delimiter=delimiter)
    writer.writeheader()
    writer.writerows(cells)
    file.write_bytes(out.getvalue().encode(encoding, "replace"))
    return file


def read(path, codebook=None):
    problems = Problems()
    return review.decisions(path, codebook or book(), problems), problems


# --- the sheet -----------------------------------------------------------------------------------


def test_a_sentence_is_asked_once_for_a_code_with_all_that_was_found_in_it():
    made = table(sheet(rows()))

    assert [(row["code"], row["exact"]) for row in made] == [
        ("meeting", "La réunion dure."),
        ("voting", "– On vote."),
        ("voting", "'=2+3 votes, dit-il."),
        ("voting", "Le ṭamāl 📻 vote aussi"),
        ("voting", "On ne vote jamais à main levée."),
    ]
    assert made[-1]["pattern"] == "vote | main levée"
    assert made[-1]["found"] == "vote | main levée"
    assert (made[1]["before"], made[1]["time"], made[1]["turn"]) == ("Vous votez ?", "0:02:11", "2")
    assert {row["decision"] + row["reviewer"] + row["memo"] for row in made} == {""}


def test_the_place_of_a_row_is_that_of_its_words():
    for row in rows():
        assert TEXT[row["start"] : row["end"]] == row["exact"]
        assert " ".join(TEXT[: row["start"]].split()).endswith(row["prefix"])
        assert row["text_sha256"] == SHA


def test_what_is_denied_comes_last_and_what_is_likelier_first():
    start = TEXT.index("Le ṭamāl")
    place = {"start": start, "end": len(TEXT), "text": TEXT[start:], "turn_id": "i#3"}
    about = {"interview_id": "i", "speaker_id": "interviewee", "suggester": "learned"}
    learned = {"code": "voting", "pattern": "aussi", "score": 0.9, **about, **place}

    made = table(sheet(rows(learned=[learned])))

    voting = [row for row in made if row["code"] == "voting"]
    assert voting[0]["exact"] == "Le ṭamāl 📻 vote aussi"
    assert (voting[0]["suggester"], voting[0]["score_pct"]) == ("learned + lexicon", "90")
    assert voting[0]["pattern"] == "vote | aussi"


@pytest.mark.parametrize("begins", ["=", "+", "-", "@"])
def test_no_cell_begins_with_a_sign_that_a_spreadsheet_runs(begins):
    made = rows()
    made[0] |= {"exact": f"{begins}cmd|'/c calc'!A1", "memo": begins, "speaker_id": f"{begins}a"}

    cells = [
        cell
        for row in csv.reader(io.StringIO(sheet(made).decode("utf-8-sig")), delimiter=";")
        for cell in row
    ]

    assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@"))]


def test_the_sheet_opens_in_a_french_spreadsheet():
    data = sheet(rows())

    assert data.startswith(b"\xef\xbb\xbfcode_name;before;exact;after;decision;")


# --- decisions -----------------------------------------------------------------------------------


def test_decisions_become_codings_of_the_reviewer_and_rejections(tmp_path):
    cells = filled(
        sheet(rows()),
        ("corriger", "le vote", "Awa", "pas la réunion"),
        ("accepter", "", "Awa"),
        ("non", "", "Awa"),
    )

    (accepted, rejected, _notes), problems = read(saved(tmp_path / "awa.csv", cells))

    assert not problems
    assert accepted[["code", "exact", "coder"]].to_numpy().tolist() == [
        ["voting", "La réunion dure.", "Awa"],
        ["voting", "– On vote.", "Awa"],
    ]
    assert accepted["memo"].iloc[0] == "pas la réunion"
    assert accepted["line"].tolist() == [2, 3]
    assert rejected[["code", "exact"]].to_numpy().tolist() == [
        ["meeting", "La réunion dure."],
        ["voting", "=2+3 votes, dit-il."],
    ]
    assert [*tables.CODINGS_BY_HAND.names, "line", "file"] == accepted.columns.tolist()


def test_what_is_decided_is_not_asked_again_and_the_rest_is(tmp_path):
    cells = filled(
        sheet(rows()), ("correct", "voting", "A"), ("accept", "", "A"), ("reject", "", "A")
    )
    (accepted, rejected, _notes), _problems = read(saved(tmp_path / "a.csv", cells))

    again = rows(settled=pd.concat([accepted, rejected]))

    assert [row["exact"] for row in again] == [
        row["exact"] for row in rows() if row["exact"][:2] in {"On", "Le"}
    ]


def test_a_sentence_that_a_coding_touches_is_not_asked_again_for_its_code():
    start = TEXT.index("réunion dure")
    coding = {"interview_id": "i", "code": "meeting", "exact": "réunion dure", "text_sha256": SHA}
    coding |= {"start": start, "end": start + len("réunion dure")}

    assert "meeting" not in [row["code"] for row in rows(settled=typed(tables.CODINGS, [coding]))]


def test_a_rejection_holds_for_the_same_words_when_the_transcript_has_moved():
    gone = typed(
        tables.CODINGS_BY_HAND,
        [
            {
                "interview_id": "i",
                "code": "voting",
                "exact": "–  On vote.",
                "text_sha256": "old",
                "start": 900,
                "end": 910,
            }
        ],
    )

    assert "– On vote." not in [row["exact"] for row in rows(settled=gone)]
    assert "La réunion dure." in [row["exact"] for row in rows(settled=gone)]


@pytest.mark.parametrize(
    ("decision", "is_accepted"),
    [
        *((word, True) for word in ("accept", "Accepté", "OUI", "o", "VRAI", "TRUE", "1", "x", "ok", " accepter ", "d’accord")),
        *((word, False) for word in ("reject", "Rejeté", "refusé", "NON", "n", "FAUX", "FALSE", "0")),
    ],
)  # fmt: skip
def test_yes_and_no_are_understood_as_spreadsheets_and_people_write_them(
    tmp_path, decision, is_accepted
):
    cells = filled(sheet(rows()), (decision, "", "Awa"))

    (accepted, rejected, _notes), problems = read(saved(tmp_path / "a.csv", cells))

    assert not problems
    assert (len(accepted), len(rejected)) == ((1, 0) if is_accepted else (0, 1))


@pytest.mark.parametrize(
    ("decided", "code"),
    [
        (("peut-être", "", "Awa"), "D-241"),
        (("correct", "", "Awa"), "D-242"),
        (("", "voting", "Awa"), "D-243"),
        (("accept", "voting", "Awa"), "D-243"),
        (("reject", "voting", "Awa"), "D-243"),
        (("accept", "", ""), "D-244"),
        (("correct", "votign", "Awa"), "D-004"),
    ],
)
def test_a_decision_that_says_two_things_or_nothing_is_told_with_its_line(tmp_path, decided, code):
    cells = filled(sheet(rows()), ("accept", "", "Awa"), decided)

    _decisions, problems = read(saved(tmp_path / "a.csv", cells))

    assert [(p.code, p.line) for p in problems] == [(code, 3)]


def test_a_rejection_needs_no_name_and_an_undecided_row_nothing(tmp_path):
    cells = filled(sheet(rows()), ("non",), ("",))

    (accepted, rejected, _notes), problems = read(saved(tmp_path / "a.csv", cells))

    assert (len(accepted), len(rejected), list(problems)) == (0, 1, [])


def test_codes_renamed_since_are_found_by_their_former_name(tmp_path):
    cells = filled(sheet(rows()), ("accept", "", "Awa"))
    cells[0]["code"] = "gathering"

    (accepted, _rejected, _notes), problems = read(
        saved(tmp_path / "a.csv", cells), book(gathering="meeting")
    )

    assert not problems
    assert accepted["code"].tolist() == ["meeting"]


def test_only_a_file_with_decisions_is_a_review(tmp_path):
    cells = filled(sheet(rows()), ("accept", "", "Awa"))
    saved(tmp_path / "awa.csv", cells)
    (tmp_path / "coder-a.csv").write_text("interview_id,exact,code\ni,On vote.,voting\n")
    (tmp_path / ".~awa.csv").write_bytes(b"\0")

    (accepted, _rejected, _notes), problems = read(tmp_path)

    assert not problems
    assert len(accepted) == 1
    assert not review.is_review(tmp_path / "coder-a.csv")


# --- through spreadsheets ------------------------------------------------------------------------


def through_excel(data, folder):
    """Type the cells as a spreadsheet does, save and read a workbook, export in Windows-1252."""
    workbook = openpyxl.Workbook()
    for row in csv.reader(io.StringIO(data.decode("utf-8-sig")), delimiter=";"):
        workbook.active.append([int(cell) if cell.isdecimal() else cell for cell in row])
    for line, decision in ((2, True), (3, False), (5, True)):
        workbook.active.cell(line, 5, decision)
        workbook.active.cell(line, 7, "Zoé")
    for line in range(2, workbook.active.max_row + 1):
        workbook.active.cell(line, 11, datetime.time(0, 2, 11))  # the time of the turn
    workbook.save(folder / "review.xlsx")
    read_again = CalamineWorkbook.from_path(folder / "review.xlsx").get_sheet_by_index(0)
    return [
        ["VRAI" if c is True else "FAUX" if c is False else c for c in row]
        for row in read_again.to_python()
    ]


def through_libreoffice(data, folder):
    """The same as an ODS, in which TRUE is a word and numbers have decimals."""
    document = odfdo.Document("spreadsheet")
    document.body.clear()
    made = odfdo.Table("review")
    for number, row in enumerate(csv.reader(io.StringIO(data.decode("utf-8-sig")), delimiter=";")):
        cells = [int(cell) if cell.isdecimal() else cell for cell in row]
        if number in {1, 2, 4}:
            cells[4], cells[6] = ("TRUE" if number != 2 else "FALSE"), "Zoé"
        made.set_row_values(number, cells)
    document.body.append(made)
    document.save(folder / "review.ods")
    read_again = CalamineWorkbook.from_path(folder / "review.ods").get_sheet_by_index(0)
    return read_again.to_python()


@pytest.mark.parametrize("through", [through_excel, through_libreoffice])
@pytest.mark.parametrize(
    ("delimiter", "encoding"), [(";", "cp1252"), (",", "utf-8"), ("\t", "utf-16")]
)
def test_a_review_survives_a_spreadsheet(tmp_path, through, delimiter, encoding):
    """Even where Windows-1252 has no letter for what was said."""
    cells = through(sheet(rows()), tmp_path)
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter).writerows(cells)
    file = tmp_path / "review.csv"
    file.write_bytes(out.getvalue().encode(encoding, "replace"))

    (accepted, rejected, _notes), problems = read(file)
    accepted = review.restored(accepted, TEXT, SHA)

    assert list(problems) == []
    assert accepted[["code", "exact", "coder"]].to_numpy().tolist() == [
        ["meeting", "La réunion dure.", "Zoé"],
        ["voting", "Le ṭamāl 📻 vote aussi", "Zoé"],
    ]
    assert [TEXT[a:b] for a, b in accepted[["start", "end"]].to_numpy()] == accepted[
        "exact"
    ].tolist()
    assert rejected["exact"].tolist() == ["– On vote."]


def test_words_are_not_restored_from_a_text_that_has_changed(tmp_path):
    cells = filled(sheet(rows()), ("accept", "", "Awa"))
    (accepted, _rejected, _notes), _problems = read(saved(tmp_path / "a.csv", cells))

    assert review.restored(accepted, TEXT[3:], "another")["exact"].tolist() == ["La réunion dure."]


@settings(max_examples=60, deadline=None)
@given(
    st.binary(max_size=200) | st.text(max_size=100).map(lambda t: f"decision;exact\n{t}".encode())
)
def test_whatever_lies_there_is_read_or_told(data):
    with tempfile.TemporaryDirectory() as folder:
        file = review.Path(folder) / "a.csv"
        file.write_bytes(data)
        made, _problems = read(file)

    assert len(made.accepted) >= 0
