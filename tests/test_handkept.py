"""A table that comes back from a spreadsheet is read as it was meant, or refused with its line."""

import datetime
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline import tables
from pipeline.corpus import handkept
from pipeline.problems import Problem, Problems
from pipeline.tables.shapes import Column, Table, listed, text

# One column of each kind, so that a test says only what it is about.
VISITS = Table(
    "visits.csv",
    "data/raw",
    "Visits, for these tests.",
    (
        text("place", "where", required=True),
        Column("day", "date", "when"),
        Column("hours", "number", "how long", unit="h", low=0, high=5000),
        Column("people", "integer", "how many", low=0),
        Column("is_open", "yes_no", "whether the door was open"),
        listed("scopes", "what was agreed", values=tables.SCOPES),
        text("kind", "camera or sound", values=("camera", "sound")),
    ),
    key=("place",),
)


@pytest.fixture
def read(tmp_path):
    """Write a table and read it: the rows, the notes, the problems."""

    def reader(content: str | bytes, table: Table = VISITS):
        file = tmp_path / table.name
        file.write_bytes(content.encode() if isinstance(content, str) else content)
        problems = Problems()
        kept = handkept.read(file, table, problems)
        return kept.rows, kept.notes, list(problems)

    return reader


def sound(read, content: str | bytes, table: Table = VISITS) -> pd.DataFrame:
    """Read a table in which nothing may be wrong."""
    rows, _notes, problems = read(content, table)

    assert problems == []
    return rows


def only(problems: list[Problem]) -> Problem:
    assert len(problems) == 1, problems
    return problems[0]


def faults(problems: list[Problem]) -> set[tuple[str, int]]:
    return {(problem.code, problem.line) for problem in problems}


# --- what spreadsheets do to a file --------------------------------------------------------------

PLAIN = 'place,day,hours,kind\nTõstamaa,2012-12-31,12.5,camera\n"Lens, gare",,,sound\n'
FRENCH = 'place;day;hours;kind\nTõstamaa;31/12/2012;12,5;camera\n"Lens, gare";;;sound\n'
CP1252 = FRENCH.replace("õ", "ô")


@pytest.mark.parametrize(
    "saved",
    [
        PLAIN.encode("utf-8-sig"),
        PLAIN.encode("utf-16"),
        PLAIN.replace("\n", "\r\n").encode(),
        PLAIN.replace("\n", "\r").encode(),
        PLAIN.replace(",", "\t").replace("Lens\t gare", "Lens, gare").encode(),
        FRENCH.encode(),
        FRENCH.encode("utf-8-sig"),
        FRENCH.replace("\n", "\r\n").encode("utf-16"),
        ("\n;;;\n" + FRENCH + ";;;\n\n").encode(),
        FRENCH.replace("place;day", ' "Place";DAY ').encode(),
        FRENCH.replace("Tõ", "To\u0303").encode(),
    ],
    ids=[
        "bom",
        "utf-16",
        "crlf",
        "mac",
        "tab",
        "semicolon",
        "semicolon bom",
        "semicolon crlf utf-16",
        "blank rows around",
        "header in capitals, with spaces",
        "decomposed accents",
    ],
)
def test_a_table_reads_the_same_however_the_spreadsheet_saved_it(read, saved):
    expected = sound(read, PLAIN).drop(columns="line")

    pd.testing.assert_frame_equal(sound(read, saved).drop(columns="line"), expected)


def test_windows_1252_is_read_and_reported(read):
    rows, notes, problems = read(CP1252.encode("cp1252"))

    assert problems == []
    assert rows["place"].tolist() == ["Tôstamaa", "Lens, gare"]
    assert notes == [
        "read as windows-1252",
        "columns separated by ';'",
        "day: dates read as day/month/year",
        "hours: decimal commas read as points",
    ]


def test_a_table_read_as_it_is_written_has_nothing_to_report(read):
    rows, notes, problems = read(PLAIN)

    assert (notes, problems) == ([], [])
    assert rows["line"].tolist() == [2, 3]
    assert handkept.note_lines(handkept.HandKept(Path("x.csv"), rows, notes)) == []


def test_a_note_names_its_file_and_says_each_thing_once():
    kept = handkept.HandKept(Path("x.csv"), pd.DataFrame(), ["one", "two", "one"])

    assert handkept.note_lines(kept) == ["x.csv: one · two"]


def test_the_line_of_a_row_is_that_of_the_file_also_behind_quoted_line_breaks(read):
    rows = sound(read, 'place,kind\n"a\nb\nc",camera\n\nd,sound\n')

    assert rows["place"].tolist() == ["a\nb\nc", "d"]
    assert rows["line"].tolist() == [2, 6]


def test_quotes_doubled_inside_a_cell_are_kept_single(read):
    assert sound(read, 'place\n"dit ""Le Four"""\n')["place"].tolist() == ['dit "Le Four"']


@given(st.lists(st.text(st.characters(codec="utf-8", exclude_characters="\0")), max_size=6))
def test_any_words_survive_a_csv_writer(tmp_path_factory, places):
    import csv
    import io
    import unicodedata

    wanted = [unicodedata.normalize("NFC", place) for place in places if place.strip()]
    wanted = [place.replace("\r\n", "\n").replace("\r", "\n").strip() for place in wanted]
    sink = io.StringIO()
    csv.writer(sink).writerows([["place"], *[[place] for place in places]])
    file = tmp_path_factory.mktemp("csv") / "visits.csv"
    file.write_bytes(sink.getvalue().encode())

    assert handkept.read(file, VISITS, Problems()).rows["place"].tolist() == wanted


# --- what is missing or too much ---------------------------------------------------------------


def test_an_empty_file_lacks_every_column_that_must_be_there(read):
    rows, _notes, problems = read("")

    assert rows.empty
    assert only(problems).code == "C-206"
    assert only(problems).message == 'the column "place" is missing'
    assert only(problems).hint == "add it: where"


def test_a_header_without_rows_is_an_empty_table_with_its_types(read):
    rows = sound(read, "place,day,people\n")

    assert len(rows) == 0
    assert list(rows.columns) == [*VISITS.names, "line"]
    assert str(rows["people"].dtype) == "Int64"
    assert str(rows["day"].dtype).startswith("datetime64")


def test_an_absent_optional_table_is_empty_and_an_absent_needed_one_is_refused(tmp_path):
    problems = Problems()
    optional = handkept.read(tmp_path / "visits.csv", VISITS, problems, optional=True)

    assert optional.rows.empty
    assert optional.is_whole
    assert problems == []

    needed = handkept.read(tmp_path / "visits.csv", VISITS, problems)

    assert not needed.is_whole
    assert (only(problems).code, only(problems).line) == ("C-201", 0)
    assert "place,day,hours,people,is_open,scopes,kind" in only(problems).hint


def test_what_is_no_text_is_refused_and_nothing_is_known_of_its_rows(read, tmp_path):
    rows, _notes, problems = read(b"place\n\x00\x01\x02\x81")

    assert rows.empty
    assert only(problems).code == "C-103"
    assert not handkept.read(tmp_path / "visits.csv", VISITS, Problems()).is_whole


def test_an_unknown_column_is_refused_and_the_nearest_name_shown(read):
    problem = only(read("place,hour\na,1\n")[2])

    assert (problem.code, problem.line) == ("C-204", 1)
    assert problem.message == 'the column "hour" is not known'
    assert problem.hint == 'Nearest: "hours"'


def test_a_column_that_stands_twice_is_refused(read):
    problem = only(read("place,kind,kind\na,camera,sound\n")[2])

    assert (problem.code, problem.message) == ("C-205", 'the column "kind" stands twice')


def test_the_header_is_blamed_on_its_own_line(read):
    assert faults(read("\n\nkind\nsound\n")[2]) == {("C-206", 3)}


@pytest.mark.parametrize("row", ["Lens,camera,gare", "Lens,camera,,gare"])
@pytest.mark.parametrize("header", ["place,kind", "place,kind,,"])
def test_words_under_no_column_are_never_dropped(read, header, row):
    problem = only(read(f"{header}\na,sound\n{row}\n")[2])

    assert (problem.code, problem.line) == ("C-202", 3)
    assert problem.hint == "put quotes around a cell that holds a ','"


def test_empty_columns_that_a_spreadsheet_appends_do_no_harm(read):
    assert len(sound(read, "place;kind;;;\nLens;sound;;;\n")) == 1


@pytest.mark.parametrize(
    "text",
    ['place,kind\na,sound\n"b,sound\nc,sound\n', 'place,kind\na,sound\n"b,"c",sound\nd,sound\n'],
)
def test_a_quote_never_closed_does_not_swallow_the_rows_below(read, tmp_path, text):
    rows, _notes, problems = read(text)

    assert rows["place"].tolist() == ["a"]
    assert (only(problems).code, only(problems).line) == ("C-203", 3)
    assert only(problems).hint == "look for a quote that is not closed"
    assert not handkept.read(tmp_path / "visits.csv", VISITS, Problems()).is_whole


def test_a_cell_that_must_be_filled_is_asked_for_on_its_line(read):
    problem = only(read("place,kind\na,sound\n,camera\n")[2])

    assert (problem.code, problem.line) == ("C-207", 3)
    assert problem.hint == "fill it in: where"


def test_a_key_that_stands_again_is_refused_with_the_line_of_the_first(read):
    """Three rows more than the key has columns, and as many: both once broke the comparison."""
    problem = only(read("place,kind\na,sound\nb,sound\nc,sound\nb,camera\n")[2])

    assert (problem.code, problem.line) == ("C-208", 5)
    assert problem.message == '"b" stands on line 3 already'


def test_a_voice_has_several_rows_but_a_label_one(read):
    header = "interview_id,label,speaker_id,role\n"
    two = header + "a,Anne,anne,interviewee\na,A.,anne,interviewee\n"

    assert len(sound(read, two, tables.SPEAKERS_BY_HAND)) == 2

    again = header + "a,,anne,interviewee\na,,anne,interviewee\n"
    problem = only(read(again, tables.SPEAKERS_BY_HAND)[2])

    assert problem.message == '"a" + "" stands on line 2 already'


def test_every_problem_of_a_table_is_told_at_once(read):
    text = "place,day,hours,scopes,colour\n,31/31/2012,douze,oui v2,x\nb,,9000,,\nb,,,,,c\n"

    assert faults(read(text)[2]) == {
        ("C-202", 4),
        ("C-204", 1),
        ("C-207", 2),
        ("C-208", 4),
        ("C-209", 2),
        ("C-209", 3),
    }


# --- dates --------------------------------------------------------------------------------------


def days(read, *cells: str) -> tuple[list[object], list[Problem], list[str]]:
    rows, notes, problems = read("place,day\n" + "".join(f"{n},{c}\n" for n, c in enumerate(cells)))
    return [None if pd.isna(d) else d.date().isoformat() for d in rows["day"]], problems, notes


def test_one_day_behind_the_twelfth_says_how_the_whole_column_is_meant(read):
    found, problems, notes = days(read, "31/12/2012", "03/04/2012", "3.4.2012", "2012-04-05")

    assert problems == []
    assert found == ["2012-12-31", "2012-04-03", "2012-04-03", "2012-04-05"]
    assert notes == ["day: dates read as day/month/year"]


def test_a_date_that_can_be_read_in_two_ways_is_refused_with_file_line_and_remedy(read):
    found, problems, notes = days(read, "2012-12-31", "03/04/2012")

    assert found == ["2012-12-31", None]
    assert notes == []
    assert Path(only(problems).file).name == "visits.csv"
    assert (only(problems).code, only(problems).line) == ("C-209", 3)
    assert "03/04/2012" in only(problems).message
    assert "two ways" in only(problems).message
    assert only(problems).hint == "write 2012-MM-DD"


def test_the_same_number_twice_is_one_day_whichever_comes_first(read):
    assert days(read, "05/05/2012")[:2] == (["2012-05-05"], [])


@pytest.mark.parametrize("cells", [("12/31/2012",), ("12/31/2012", "31/12/2012", "05/05/2012")])
def test_american_dates_are_refused_and_never_guessed(read, cells):
    found, problems, _notes = days(read, *cells)

    assert found == [None] * len(cells)
    assert len(problems) == len(cells)


@pytest.mark.parametrize("cell", ["41274", "31/12/12", "31 décembre 2012", "2012", "2012-02-30"])
def test_what_is_no_date_is_refused_an_excel_serial_number_too(read, cell):
    found, problems, _notes = days(read, cell)

    assert found == [None]
    assert only(problems).hint == "write it as 2012-12-31"


@given(st.dates(min_value=datetime.date(1000, 1, 1)))
def test_a_date_written_the_french_way_is_that_day_or_refused(tmp_path_factory, day):
    file = tmp_path_factory.mktemp("dates") / "visits.csv"
    file.write_text(f"place,day\na,{day:%d/%m/%Y}\n")
    problems = Problems()
    found = handkept.read(file, VISITS, problems).rows["day"][0]

    assert bool(problems) == (day.day <= 12 and day.day != day.month)
    assert problems or found.date() == day


# --- numbers ------------------------------------------------------------------------------------


def numbers(read, *cells: str, delimiter: str = ";", column: str = "hours"):
    body = "".join(f'{n}{delimiter}"{c}"\n' for n, c in enumerate(cells))
    rows, notes, problems = read(f"place{delimiter}{column}\n{body}")
    return rows[column].tolist(), problems, notes


@pytest.mark.parametrize("space", [" ", "\u00a0", "\u202f"])
def test_thousands_set_apart_by_any_space_and_a_decimal_comma_are_read_and_reported(read, space):
    found, problems, notes = numbers(read, f"1{space}234,5")

    assert (found, problems) == ([1234.5], [])
    assert "hours: decimal commas read as points" in notes
    assert "hours: spaces between thousands left out" in notes


@pytest.mark.parametrize("delimiter", [",", ";"])
def test_a_decimal_comma_is_always_reported(read, delimiter):
    found, problems, notes = numbers(read, "12,5", "3", delimiter=delimiter)

    assert (found, problems) == ([12.5, 3.0], [])
    assert "hours: decimal commas read as points" in notes


@pytest.mark.parametrize(("cells", "delimiter"), [(("1,234",), ","), (("1,234", "2.5"), ";")])
def test_a_thousand_or_one_and_a_bit_is_refused(read, cells, delimiter):
    found, problems, _notes = numbers(read, *cells, delimiter=delimiter)

    assert pd.isna(found[0])
    assert only(problems).line == 2
    assert "can be read in two ways" in only(problems).message


@pytest.mark.parametrize("cell", ["1 5", "12 34", "1.234,5", "1,234.5", "douze", "1e3", "=B2", "∞"])
def test_what_is_no_number_is_refused_and_two_numbers_never_become_one(read, cell):
    found, problems, _notes = numbers(read, cell)

    assert pd.isna(found[0])
    assert only(problems).hint == "write it as 12.5"


def test_a_number_out_of_range_is_refused_with_the_range(read):
    assert only(numbers(read, "5001")[1]).hint == "it lies between 0 and 5000"
    assert only(numbers(read, "-1", column="people")[1]).hint == "it lies between 0 and ∞"


def test_people_are_whole_and_stay_whole_beside_an_empty_cell(read):
    found, problems, _notes = numbers(read, "12", "", "7,5", column="people")

    assert found[0] == 12
    assert found[1] is pd.NA
    assert "is not a whole number" in only(problems).message


@given(st.floats(min_value=0, max_value=5000, allow_subnormal=False).map(lambda x: round(x, 3)))
def test_a_number_is_read_back_as_a_french_spreadsheet_writes_it(tmp_path_factory, number):
    file = tmp_path_factory.mktemp("numbers") / "visits.csv"
    french = f"{number:,.3f}".replace(",", "\u202f").replace(".", ",")
    file.write_text(f"place;hours\na;{french}\n", encoding="utf-8")

    assert handkept.read(file, VISITS, Problems()).rows["hours"][0] == number


def test_a_recording_may_begin_before_its_transcript(read):
    rows = sound(read, "interview_id;file;starts_at_s\na;a.wav;-2,5\n", tables.MEDIA_BY_HAND)

    assert rows["starts_at_s"].tolist() == [-2.5]


# --- words out of a list -----------------------------------------------------------------------


@pytest.mark.parametrize("cell", ["oui", "Oui", "O", "yes", "VRAI", "1", "x"])
def test_yes_is_understood_as_people_write_it(read, cell):
    assert sound(read, f"place,is_open\na,{cell}\nb,non\nc,\n")["is_open"].tolist() == [
        True,
        False,
        pd.NA,
    ]


def test_neither_yes_nor_no_is_refused(read):
    assert only(read("place,is_open\na,peut-être\n")[2]).hint == "write oui or non"


def test_consent_is_a_list_of_scopes_in_any_case(read):
    cells = read('place,scopes\na,Research BOOK\nb,"film, web"\nc,\n')[0]["scopes"]

    assert cells.tolist() == [["research", "book"], ["film", "web"], []]


@pytest.mark.parametrize("cell", ["oui v2", "ouiv2", "research oui", "research/book", "reserch"])
def test_a_consent_that_names_no_scope_is_refused_and_grants_nothing(read, cell):
    rows, _notes, problems = read(f"place,scopes\na,{cell}\n")

    assert rows["scopes"].tolist() == [[]]
    assert (only(problems).code, only(problems).line) == ("C-209", 2)
    assert "research" in only(problems).hint


def test_a_word_that_is_not_in_the_list_is_refused_and_the_nearest_shown(read):
    assert only(read("place,kind\na,caméra\n")[2]).hint == 'Nearest: "camera"'


@pytest.mark.parametrize("cell", ["=A1", "@SOMME(A1)", "+33", "<script>alert(1)</script>", "${x}"])
def test_text_is_kept_to_the_letter_whatever_a_spreadsheet_would_make_of_it(read, cell):
    assert sound(read, f"place\n{cell}\n")["place"].tolist() == [cell]
