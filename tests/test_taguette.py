"""Taguette's exports: its tables of highlights, and its database, as its own code writes them.

The columns and the counting (UTF-8 bytes of the text between the tags of the HTML) are those of
taguette/export.py, taguette/extract.py and taguette/database/models.py.
"""

import contextlib
import csv
import io
import json
import sqlite3

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from qda import assert_equal, written

from pipeline.coding import refi, taguette
from pipeline.coding.project import Project
from pipeline.problems import DataError

HEADER = ["id", "document", "tag", "content"]
ROWS = [
    ["1", "eau-01", "partage", "L’eau est à tous,\ndisait-elle."],
    ["1", "eau-01", "vote", "L’eau est à tous,\ndisait-elle."],
    ["2", "eau-02", "", "Rien à dire"],
    ["3", "eau-02", "vote", "on vote"],
]


def as_csv(rows, delimiter=","):
    sink = io.StringIO(newline="")
    csv.writer(sink, delimiter=delimiter).writerows([HEADER, *rows])
    return sink.getvalue()


def as_xlsx(rows):
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "highlights"
    for row in [HEADER, *rows]:
        sheet.append(row)
    sink = io.BytesIO()
    book.save(sink)
    return sink.getvalue()


XLSX = as_xlsx(ROWS)  # once: it holds the time of day


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.csv", as_csv(ROWS)),
        ("b.csv", "\ufeff" + as_csv(ROWS, ";")),
        ("c.xlsx", XLSX),
    ],
)
def test_a_highlight_is_a_coding_for_each_of_its_tags(tmp_path, name, data):
    found = taguette.read(written(tmp_path, data, name))

    columns = ["source", "code", "exact"]
    assert found.codings[columns].to_numpy().tolist() == [
        ["eau-01", "partage", ROWS[0][3]],
        ["eau-01", "vote", ROWS[0][3]],
        ["eau-02", "vote", "on vote"],
    ]
    assert found.codings["selection_guid"].nunique() == 2
    assert found.annotations["exact"].tolist() == ["Rien à dire"]
    assert found.codes["name"].tolist() == ["partage", "vote"]


def test_a_coding_knows_its_line(tmp_path):
    """A passage of two lines pushes the next ones down."""
    found = taguette.read(written(tmp_path, as_csv(ROWS), "a.csv"))

    assert [found.lines[guid] for guid in found.codings["guid"]] == [2, 4, 7]


def test_a_table_of_codings_is_not_taken_for_taguettes():
    assert taguette.recognises(as_csv(ROWS).encode(), ".csv")
    assert not taguette.recognises(b"interview_id,exact,code\n", ".csv")
    assert not taguette.recognises(b"", ".csv")


# --- the database --------------------------------------------------------------------------------

HTML = "<h1>À l’eau</h1>\n<p>On <b>pompe</b> l’eau &amp; on rit.</p><p>On vote 🌾 le dimanche.</p>"
BETWEEN = "À l’eau\nOn pompe l’eau & on rit.On vote 🌾 le dimanche."
TABLES = """
CREATE TABLE projects (id INTEGER PRIMARY KEY, name TEXT, description TEXT, created DATETIME);
CREATE TABLE documents (id INTEGER PRIMARY KEY, name TEXT, description TEXT, filename TEXT,
    created DATETIME, project_id INTEGER, text_direction TEXT, contents TEXT);
CREATE TABLE highlights (id INTEGER PRIMARY KEY, document_id INTEGER, start_offset INTEGER,
    end_offset INTEGER, snippet TEXT);
CREATE TABLE tags (id INTEGER PRIMARY KEY, project_id INTEGER, path TEXT, description TEXT);
CREATE TABLE highlight_tags (highlight_id INTEGER, tag_id INTEGER);
CREATE TABLE commands (id INTEGER PRIMARY KEY, date DATETIME, user_login TEXT, project_id INTEGER,
    document_id INTEGER, payload TEXT);
"""


def offsets(passage):
    start = len(BETWEEN[: BETWEEN.index(passage)].encode())
    return start, start + len(passage.encode())


def database(folder, highlights, user="lea", html=HTML):
    file = folder / "projet.sqlite3"
    with contextlib.closing(sqlite3.connect(file)) as link:
        link.executescript(TABLES)
        link.execute(
            "INSERT INTO documents VALUES (1, 'eau-01', '', 'a.docx', '2013-01-02 03:04:05.678', 1, 'LEFT_TO_RIGHT', ?)",
            [html],
        )
        link.execute("INSERT INTO tags VALUES (1, 1, 'vote', 'how'), (2, 1, 'eau', '')")
        for n, (start, end, snippet, tags) in enumerate(highlights, 1):
            link.execute("INSERT INTO highlights VALUES (?, 1, ?, ?, ?)", [n, start, end, snippet])
            link.executemany("INSERT INTO highlight_tags VALUES (?, ?)", [(n, t) for t in tags])
            payload = {"type": "highlight_add", "highlight_id": n, "tags": tags}
            link.execute(
                "INSERT INTO commands VALUES (?, '2013-02-03 04:05:06.789', ?, 1, 1, ?)",
                [n, user, json.dumps(payload)],
            )
        link.commit()
    return file


def test_a_database_gives_places_people_and_dates(tmp_path):
    passages = ["pompe l’eau & on", "On vote 🌾"]
    snippets = ["<p><b>pompe</b> l’eau &amp; on</p>", "<p>On vote 🌾</p>"]
    rows = [
        (*offsets(p), s, [n]) for n, (p, s) in enumerate(zip(passages, snippets, strict=True), 1)
    ]

    found = taguette.read(database(tmp_path, rows))

    assert found.codings["exact"].tolist() == passages
    text = found.sources["text"][0]
    assert text == "À l’eau\nOn pompe l’eau & on rit.\nOn vote 🌾 le dimanche.\n"
    for row in found.codings.itertuples():
        assert text[row.start : row.end] == row.exact
    assert found.codings["code"].tolist() == ["vote", "eau"]
    assert found.codings["coder"].tolist() == ["lea", "lea"]
    assert found.codings["created_at"].tolist() == ["2013-02-03T04:05:06Z"] * 2
    assert found.codes["definition"].fillna("").tolist() == ["how", ""]
    assert found.problems == []


def test_the_user_of_a_taguette_at_home_is_nobody(tmp_path):
    found = taguette.read(database(tmp_path, [(*offsets("vote"), "vote", [1])], user="admin"))

    assert found.codings["coder"].isna().all()


def test_a_highlight_that_is_not_at_its_words_is_found_by_them(tmp_path):
    found = taguette.read(database(tmp_path, [(0, 13, "<p>le dimanche.</p>", [1])]))

    assert found.codings["exact"].tolist() == ["le dimanche."]


def test_a_taguette_project_can_be_written_as_refi(tmp_path):
    one = taguette.read(database(tmp_path, [(*offsets("On vote 🌾"), "On vote 🌾", [1, 2])]))
    refi.write(one, tmp_path / "a.qdpx")

    again = refi.read(tmp_path / "a.qdpx")

    assert again.codings["exact"].tolist() == one.codings["exact"].tolist()
    assert_equal(again, again)


# --- bad input -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("code", "name", "data"),
    [
        ("D-233", "a.csv", "id,document,tag\n1,a,b\n"),
        ("D-233", "a.csv", as_csv(ROWS) + "4,eau-03\n"),
        ("D-233", "a.csv", as_csv(ROWS) + '4,eau-03,x,"open'),
        ("D-233", "a.csv", ""),
        ("D-233", "a.xlsx", XLSX[:200]),
        ("D-233", "a.xlsx", b"PK\x05\x06" + b"\0" * 18),
        ("D-232", "a.sqlite3", b"SQLite format 3\0" + b"\0" * 100),
        ("C-103", "a.csv", b"\x00\x01\x02"),
    ],
)
def test_a_file_that_cannot_be_used_is_refused(tmp_path, code, name, data):
    with pytest.raises(DataError) as error:
        taguette.read(written(tmp_path, data, name))

    assert [problem.code for problem in error.value.problems] == [code]


def test_a_bomb_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(taguette, "MAX_BYTES", 2**20)

    with pytest.raises(DataError, match="D-233"):
        taguette.read(written(tmp_path, as_xlsx([["1", "a", "b", " " * 30_000]] * 100), "a.xlsx"))


def test_another_database_is_refused(tmp_path):
    with contextlib.closing(sqlite3.connect(tmp_path / "a.sqlite3")) as link:
        link.execute("CREATE TABLE documents (id INTEGER)")
        link.commit()

    with pytest.raises(DataError, match="D-232"):
        taguette.read(tmp_path / "a.sqlite3")


@pytest.mark.parametrize(
    "spoil",
    [
        "ALTER TABLE commands RENAME COLUMN date TO day",
        "UPDATE commands SET payload = '[]'",
    ],
)
def test_a_database_with_other_columns_or_values_is_refused(tmp_path, spoil):
    file = database(tmp_path, [(*offsets("On vote 🌾"), "On vote 🌾", [1, 2])])
    with contextlib.closing(sqlite3.connect(file)) as link:
        link.execute(spoil)
        link.commit()

    with pytest.raises(DataError, match="D-232"):
        taguette.read(file)


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    folder = tmp_path_factory.mktemp("whole")
    return database(folder, [(*offsets("On vote 🌾"), "On vote 🌾", [1, 2])]).read_bytes()


@given(data=st.data())
def test_a_spoilt_file_is_read_or_refused_and_nothing_else(tmp_path_factory, whole, data):
    good = [(whole, "a.sqlite3"), (as_csv(ROWS).encode(), "a.csv"), (XLSX, "a.xlsx")]
    raw, name = data.draw(st.sampled_from(good))
    spoilt = bytearray(raw)
    for _ in range(data.draw(st.integers(1, 5))):
        spoilt[data.draw(st.integers(0, len(spoilt) - 1))] = data.draw(st.integers(0, 255))
    file = written(tmp_path_factory.mktemp("spoilt"), bytes(spoilt), name)

    with contextlib.suppress(DataError):
        assert isinstance(taguette.read(file), Project)
