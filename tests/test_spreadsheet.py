"""`make tables`: one ODS that a spreadsheet opens with the values that were written."""

import datetime
import io
import zipfile

import pandas as pd
import pytest
from odfdo import Document

from pipeline import tables
from pipeline.publication import spreadsheet
from pipeline.tables import files
from pipeline.tables.processed import PROCESSED

DAY = 1372377600  # 28 June 2013


def read_back(data: bytes) -> dict[str, list[list[object]]]:
    """Give the sheets of an ODS as rows of values, read by odfdo's own objects."""
    document = Document(io.BytesIO(data))
    return {sheet.name: sheet.get_values() for sheet in document.body.get_tables()}


def one_cell(value: object) -> object:
    """Write one cell and read it back."""
    frame = pd.DataFrame({"a": pd.Series([value], dtype=object), "b": ["end"]})
    return read_back(spreadsheet.to_ods({"one": frame}, DAY))["one"][1][0]


@pytest.mark.parametrize(
    "text",
    [
        "=1+1",
        '=HYPERLINK("x")',
        "+33",
        "@eau",
        "deux  espaces, et un au bout ",
        " un au début",
        "une ligne\nune autre\tet un taquet",
        "« Nous ’ n’ » & <b> ]]>",
        "ភាសា नेपाली తెలుగు 🌾",
        "12,5",
        "007",
    ],
)
def test_text_stays_the_text_it_was(text):
    assert one_cell(text) == text


def test_text_that_looks_like_a_formula_is_no_formula():
    data = spreadsheet.to_ods({"one": pd.DataFrame({"a": ["=1+1"]})}, DAY)

    content = zipfile.ZipFile(io.BytesIO(data)).read("content.xml").decode()
    assert "table:formula" not in content
    assert 'office:value-type="string" office:string-value="=1+1"' in content


@pytest.mark.parametrize(
    ("value", "read"),
    [
        (3, 3),
        (-0.125, -0.125),
        (2**-15, 2**-15),
        (True, True),
        (False, False),
        (pd.Timestamp("2012-11-14"), datetime.date(2012, 11, 14)),
        (pd.NaT, None),
        (pd.NA, None),
        (float("nan"), None),
        (["eau", "vote"], "eau | vote"),
        ([], ""),
        ("a\x00b\x0bc", "a\ufffdb\ufffdc"),
    ],
)
def test_each_kind_of_value_keeps_its_kind(value, read):
    found = one_cell(value)

    assert found == read
    assert isinstance(found, bool) == isinstance(read, bool)


def test_what_is_shown_keeps_its_spaces():
    """OpenDocument folds white space in what is shown, unless it is written as elements."""
    data = spreadsheet.to_ods({"one": pd.DataFrame({"a": ["x  y\tz"]})}, DAY)

    content = zipfile.ZipFile(io.BytesIO(data)).read("content.xml").decode()
    assert "<text:p>x<text:s/> y<text:tab/>z</text:p>" in content


def test_the_file_holds_every_cell_of_the_tables_it_was_made_from(ready):
    read = {table: files.read(table, ready.processed) for table in PROCESSED}
    made = spreadsheet.build(read)

    found = read_back((ready.dist / "tables.ods").read_bytes())

    assert list(made) == list(found)
    for name, frame in made.items():
        header, *rows = found[name]
        assert header == list(frame.columns)
        assert len(rows) == len(frame)
    texts = made[tables.TURNS.name]["text"].tolist()
    column = found[tables.TURNS.name][0].index("text")
    assert texts == [row[column] for row in found[tables.TURNS.name][1:]]


def test_a_guess_at_masked_words_cannot_be_checked(ready):
    """Neither a fingerprint of the text as it was said, nor places in it, are given away."""
    made = spreadsheet.build({t: files.read(t, ready.processed) for t in PROCESSED})

    for frame in made.values():
        assert not {"text_sha256", "start", "end", "prefix", "suffix"} & set(frame.columns)


def test_an_interview_counts_only_turns_that_passed_the_door(ready):
    read = {t: files.read(t, ready.processed) for t in PROCESSED}
    made = spreadsheet.build(read)

    shown = made["turns"].groupby("interview_id")["words_count"].agg(["size", "sum"])
    said = made["interviews"].set_index("interview_id")
    assert shown["size"].to_dict() == said.loc[shown.index, "turns_count"].to_dict()
    assert shown["sum"].to_dict() == said.loc[shown.index, "words_count"].to_dict()
    assert said["turns_count"].sum() < len(read[tables.TURNS])


def test_two_builds_give_the_same_bytes_on_another_day(monkeypatch, ready):
    """Neither the zip nor meta.xml may tell the hour."""
    made = spreadsheet.build({t: files.read(t, ready.processed) for t in PROCESSED})
    first = spreadsheet.to_ods(made, DAY)
    monkeypatch.setattr("time.localtime", lambda *_: (2031, 5, 6, 7, 8, 10, 0, 0, 0))

    assert first == spreadsheet.to_ods(made, DAY)
    dates = {entry.date_time for entry in zipfile.ZipFile(io.BytesIO(first)).infolist()}
    assert dates == {(2013, 6, 28, 0, 0, 0)}


def test_a_type_of_the_file_comes_first_and_is_not_compressed():
    """Programs tell the format by it (OpenDocument 1.4, part 2, 3.3)."""
    data = spreadsheet.to_ods({"one": pd.DataFrame({"a": ["b"]})}, DAY)

    entry = zipfile.ZipFile(io.BytesIO(data)).infolist()[0]
    assert (entry.filename, entry.compress_type) == ("mimetype", zipfile.ZIP_STORED)
