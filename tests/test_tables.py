"""What a stage writes is what its declaration says, whole or not at all, and each time the same."""

import datetime
import hashlib
import json
import os
import pickle
import tempfile
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from pipeline import problems, tables
from pipeline.folders import Folders
from pipeline.problems import DataError, Problem, Problems, nearest
from pipeline.tables import files, stage_folder
from pipeline.tables.processed import PROCESSED
from pipeline.tables.shapes import Column, Table, listed, text

# One column of each kind.
SAMPLES = Table(
    "samples",
    "9-test",
    "Samples, for these tests.",
    (
        text("interview_id", "the interview"),
        text("kind", "camera or sound", values=("camera", "sound")),
        listed("scopes", "what was agreed", values=tables.SCOPES),
        Column("people", "integer", "how many", low=0, high=9),
        Column("hours", "number", "how long", unit="h"),
        Column("day", "date", "when"),
        Column("is_open", "yes_no", "whether the door was open"),
    ),
)
FULL = {
    "interview_id": "a",
    "kind": "sound",
    "scopes": ["film", "web"],
    "people": 3,
    "hours": 1.5,
    "day": datetime.date(2012, 12, 31),
    "is_open": True,
}


def to_bytes(table: Table, frame: pd.DataFrame) -> bytes:
    """Write a table as a stage does, and give the bytes of its file."""
    with tempfile.TemporaryDirectory() as folder:
        stage_folder.write_stage(Path(folder), {table: frame})
        return (Path(folder) / f"{table.name}.parquet").read_bytes()


def stored(table: Table, frame: pd.DataFrame) -> pa.Table:
    return pq.read_table(pa.BufferReader(to_bytes(table, frame)))


# --- types ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("rows", [[], [{}], [FULL], [FULL, {}]])
def test_a_table_is_stored_with_the_declared_types_even_without_rows_or_values(rows):
    schema = stored(SAMPLES, files.typed(SAMPLES, rows)).schema

    assert {name: str(schema.field(name).type) for name in schema.names} == {
        "interview_id": "string",
        "kind": "string",
        "scopes": "list<element: string>",
        "people": "int64",
        "hours": "double",
        "day": "date32[day]",
        "is_open": "bool",
    }


def test_what_is_missing_stays_missing_and_is_neither_zero_nor_no(tmp_path):
    stage_folder.write_stage(tmp_path / "9-test", {SAMPLES: files.typed(SAMPLES, [FULL, {}])})
    full, none = files.read(SAMPLES, tmp_path).to_dict("records")

    assert full == FULL | {"day": pd.Timestamp("2012-12-31")}
    assert (type(full["people"]), type(full["is_open"])) == (int, bool)
    assert none.pop("scopes") == []
    assert all(pd.isna(value) for value in none.values())


def test_a_count_beside_a_missing_one_does_not_become_a_decimal():
    assert stored(SAMPLES, files.typed(SAMPLES, [FULL, {}]))["people"].to_pylist() == [3, None]


@pytest.mark.parametrize("table", PROCESSED, ids=lambda table: table.name)
def test_every_declared_table_can_be_empty_and_comes_back_equal(tmp_path, table):
    stage_folder.write_stage(tmp_path / table.folder, {table: files.empty(table)})

    pd.testing.assert_frame_equal(files.read(table, tmp_path), files.empty(table))


def test_consent_without_end_does_not_overflow():
    rows = files.typed(SAMPLES, [FULL | {"day": datetime.date(9999, 12, 31)}])

    assert stored(SAMPLES, rows)["day"].to_pylist() == [datetime.date(9999, 12, 31)]


# --- our own mistakes -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("change", "column"),
    [
        ({"kind": "video"}, "kind"),
        ({"scopes": ["film", "television"]}, "scopes"),
        ({"people": -1}, "people"),
        ({"people": 10}, "people"),
    ],
)
def test_a_stage_that_makes_what_it_did_not_declare_is_stopped(change, column):
    with pytest.raises(AssertionError, match=column):
        to_bytes(SAMPLES, files.typed(SAMPLES, [FULL, FULL | change]))


def test_a_required_value_and_a_key_are_checked():
    voice = {"interview_id": "a", "speaker_id": "x", "role": "interviewee"}

    files.check(tables.SPEAKERS, files.typed(tables.SPEAKERS, [voice, voice | {"label": "A"}]))
    with pytest.raises(AssertionError, match="role"):
        files.check(tables.SPEAKERS, files.typed(tables.SPEAKERS, [voice | {"role": None}]))
    with pytest.raises(AssertionError, match="speakers"):
        files.check(tables.SPEAKERS, files.typed(tables.SPEAKERS, [voice, voice]))


def test_a_column_too_many_is_our_mistake():
    with pytest.raises(AssertionError, match="surplus"):
        files.check(SAMPLES, files.typed(SAMPLES, [FULL]).assign(surplus=1))


def test_a_table_of_another_version_is_told_from_ours(tmp_path):
    """A stage asks for the last build's consents; it must see that it cannot read them."""
    file = files.path(SAMPLES, tmp_path)
    file.parent.mkdir()
    pq.write_table(pa.table({"interview_id": ["a"]}), file)

    with pytest.raises(ValueError, match="columns"):
        files.read(SAMPLES, tmp_path)

    file.write_bytes(b"no parquet")
    with pytest.raises(ValueError, match="Parquet"):
        files.read(SAMPLES, tmp_path)


# --- bytes ---------------------------------------------------------------------------------------


def test_a_table_is_the_same_bytes_each_time_and_after_a_round_trip(tmp_path):
    frame = files.typed(SAMPLES, [FULL, {}, FULL])
    first = to_bytes(SAMPLES, frame)
    files.write({files.path(SAMPLES, tmp_path): first})

    assert to_bytes(SAMPLES, frame) == first
    assert to_bytes(SAMPLES, files.read(SAMPLES, tmp_path)) == first


@pytest.mark.parametrize(
    ("ids", "sizes"),
    [("", [0]), ("a", [1]), ("aabbb", [2, 3]), ("--aab", [2, 2, 1]), ("aab--", [2, 1, 2])],
)
def test_each_interview_is_a_row_group_of_its_own(ids, sizes):
    rows = [{"interview_id": None if i == "-" else i, "people": n} for n, i in enumerate(ids)]
    data = pa.BufferReader(to_bytes(SAMPLES, files.typed(SAMPLES, rows)))
    file = pq.ParquetFile(data)
    groups = [file.read_row_group(n) for n in range(file.num_row_groups)]

    assert [len(group) for group in groups] == (sizes if ids else [len(g) for g in groups])
    assert all(len(set(group["interview_id"].to_pylist())) == 1 for group in groups if len(group))
    assert file.read()["people"].to_pylist() == list(range(len(ids)))


# --- files --------------------------------------------------------------------------------------


def test_equal_bytes_keep_their_time_so_that_nothing_downstream_rebuilds(tmp_path):
    file = tmp_path / "below" / "a.txt"

    files.write({file: b"one"})
    os.utime(file, (1, 1))
    files.write({file: b"one"})
    assert file.stat().st_mtime == 1
    files.write({file: b"two"})
    assert file.stat().st_mtime > 1


def test_a_build_killed_between_write_and_rename_leaves_the_whole_old_file(tmp_path, monkeypatch):
    file = tmp_path / "a.txt"
    files.write({file: b"old"})

    def killed(*_args):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("pathlib.Path.replace", killed)
        with pytest.raises(KeyboardInterrupt):
            files.write({file: b"new and longer"})

    assert file.read_bytes() == b"old"

    files.write_folder(tmp_path, {"a.txt": b"new and longer"})

    assert {f.name: f.read_bytes() for f in tmp_path.iterdir()} == {"a.txt": b"new and longer"}


def test_a_disk_that_fills_up_leaves_every_old_file_of_the_folder(tmp_path, full_disk):
    old = {"a.txt": b"1", "b/c.txt": b"2", "d.txt": b"3"}
    files.write_folder(tmp_path, old)
    full_disk("c.txt")

    with pytest.raises(OSError, match="No space left") as error:
        files.write_folder(tmp_path, {"a.txt": b"4", "b/c.txt": b"5", "d.txt": b"6"})

    left = {f.relative_to(tmp_path).as_posix(): f for f in tmp_path.rglob("*") if f.is_file()}
    assert {name: file.read_bytes() for name, file in left.items()} == old
    assert error.value.filename == str(tmp_path / "b" / "c.txt")


def test_a_stage_deletes_what_it_no_longer_makes_but_keeps_the_readme(tmp_path):
    old = {"a.txt": b"1", "b/c.txt": b"2", "b/README.md": b"3", "d/e/f.txt": b"4"}
    files.write_folder(tmp_path, old)
    (tmp_path / "README.md").write_text("what appears here")

    files.write_folder(tmp_path, {"a.txt": b"1", "g/h.txt": b"5"})

    left = {f.relative_to(tmp_path).as_posix() for f in tmp_path.rglob("*")}
    assert left == {"README.md", "a.txt", "g", "g/h.txt"}


def test_what_may_no_longer_leave_is_deleted_before_anything_is_written(tmp_path, monkeypatch):
    files.write_folder(tmp_path, {"withdrawn.txt": b"1"})
    monkeypatch.setattr(files, "write", lambda *_args: 1 / 0)

    with pytest.raises(ZeroDivisionError):
        files.write_folder(tmp_path, {"other.txt": b"2"})

    assert list(tmp_path.iterdir()) == []


def test_a_stage_that_fails_half_way_leaves_its_old_tables_and_nothing_beside_them(tmp_path):
    folder = tmp_path / "9-test"
    stage_folder.write_stage(folder, {SAMPLES: files.typed(SAMPLES, [FULL])})
    before = {file.name: file.read_bytes() for file in folder.iterdir()}

    def fail():
        with stage_folder.stage_folder(folder, [SAMPLES], ["list.csv"]) as made:
            made.add(SAMPLES, files.typed(SAMPLES, [FULL, FULL]))
            made.append("list.csv", b"one")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()

    assert {file.name: file.read_bytes() for file in folder.iterdir()} == before


def test_a_table_added_interview_by_interview_is_the_one_that_is_written_whole(
    tmp_path, monkeypatch
):
    monkeypatch.setattr(stage_folder, "BLOCK_ROWS", 3)
    parts = [
        files.typed(SAMPLES, [{"interview_id": i, "people": n} for n in range(2)]) for i in "abcd"
    ]

    with stage_folder.stage_folder(tmp_path / "9-test", [SAMPLES], ["list.csv"]) as made:
        for part in parts:
            made.add(SAMPLES, part)
            made.append("list.csv", b"x")

    whole = pd.concat(parts, ignore_index=True)
    pd.testing.assert_frame_equal(files.read(SAMPLES, tmp_path), whole)
    stored = files.Interviews(SAMPLES, tmp_path)
    assert stored.ids == list("abcd")
    for number, part in enumerate(parts):
        pd.testing.assert_frame_equal(stored.rows(number), part)
    assert (tmp_path / "9-test" / "list.csv").read_bytes() == b"xxxx"


# The types that the standard knows: https://specs.frictionlessdata.io/table-schema/#types-and-formats
STANDARD_TYPES = {"string", "number", "integer", "boolean", "array", "date", "datetime", "any"}


def test_the_data_package_describes_the_tables_beside_it_in_the_words_of_the_standard(tmp_path):
    folder = tmp_path / "1-corpus"
    stage = (tables.INTERVIEWS, tables.TURNS, tables.SPEAKERS)
    stage_folder.write_stage(folder, {table: files.empty(table) for table in stage})
    package = json.loads((folder / "datapackage.json").read_text())
    resources = {resource["name"]: resource for resource in package["resources"]}

    assert list(resources) == [table.name for table in stage]
    for resource in resources.values():
        data = (folder / resource["path"]).read_bytes()
        fields = resource["schema"]["fields"]
        assert resource["bytes"] == len(data)
        assert resource["hash"] == "sha256:" + hashlib.sha256(data).hexdigest()
        assert [f["name"] for f in fields] == pq.read_schema(folder / resource["path"]).names
        assert {f["type"] for f in fields} <= STANDARD_TYPES

    turns = resources["turns"]["schema"]
    assert turns["primaryKey"] == ["turn_id"]
    assert turns["foreignKeys"] == [
        {
            "fields": ["interview_id"],
            "reference": {"resource": "interviews", "fields": ["interview_id"]},
        }
    ]
    # `initiatives` is not in this package, and a label may be empty.
    assert "foreignKeys" not in resources["interviews"]["schema"]
    assert "primaryKey" not in resources["speakers"]["schema"]


# --- declarations -------------------------------------------------------------------------------


@pytest.mark.parametrize("table", PROCESSED, ids=lambda table: table.name)
def test_keys_and_references_name_columns_that_exist(table):
    names = {other.name: other.names for other in PROCESSED}

    assert len(set(table.names)) == len(table.names)
    assert set(table.key) <= set(table.names)
    for column, target in table.references.items():
        assert column in table.names
        assert column in names[target]


@pytest.mark.parametrize("table", PROCESSED, ids=lambda table: table.name)
def test_a_column_carries_its_unit_or_kind_in_its_name(table):
    """style.md: `members_count`, `share_pct`, `start_s`, `has_consent`, `visited_date`."""
    for column in table.columns:
        if column.kind == "yes_no":
            assert column.name.startswith(("is_", "has_")) or column.name in (
                "guardian_consent",
                "answer",
            )
        if column.unit == "s":
            assert column.name.endswith("_s")
        if column.unit == "%":
            assert column.name.endswith("_pct")


# --- problems -----------------------------------------------------------------------------------


def test_all_problems_are_told_at_once_in_order_and_each_one_time(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    found = Problems()
    found.add("C-2", tmp_path / "b.csv", 2, "fact", "remedy")
    found.add("C-9", tmp_path / "a.csv", 10, "fact", "remedy")
    found.add("C-1", tmp_path / "a.csv", 9, "fact", "remedy")
    found.add("C-2", tmp_path / "b.csv", 2, "fact", "remedy")
    with pytest.raises(DataError) as caught:
        found.check()

    told = [(p.code, p.file, p.line, p.message, p.hint) for p in caught.value.problems]
    assert told == [
        ("C-1", "a.csv", 9, "fact", "remedy"),
        ("C-9", "a.csv", 10, "fact", "remedy"),
        ("C-2", "b.csv", 2, "fact", "remedy"),
    ]
    assert str(caught.value).splitlines()[:2] == ["C-1  a.csv:9   fact", "       → remedy"]


def test_a_problem_without_a_line_and_outside_this_folder_shows_its_whole_path(tmp_path):
    found = Problems()
    found.add("C-1", tmp_path / "a.csv", 0, "fact", "remedy")

    assert str(found[0]).splitlines()[0] == f"C-1  {tmp_path / 'a.csv'}   fact"


def test_no_problem_is_no_error():
    assert Problems().check() is None


def test_problems_survive_the_way_back_from_another_process():
    error = DataError([Problem("C-1", "a.csv", 9, "fact", "remedy")])
    back = pickle.loads(pickle.dumps(error))

    assert back.problems == error.problems
    assert str(back) == str(error)


@pytest.mark.parametrize(
    ("name", "names", "says"),
    [
        ("autonomie", ["autonomie-collective", "conflit"], 'Nearest: "autonomie-collective"'),
        ("zzz", ["b", "a"], 'Known: "a", "b"'),
        ("zzz", [], "There is none yet."),
        ("zzz", map(str, range(20)), " …"),
        ("weather", ["authority-support", "x"], 'Known: "authority-support", "x"'),
        ("x", ["exclusion", "price"], 'Known: "exclusion", "price"'),
        ("leader", ["leadership", "gender"], 'Nearest: "leadership"'),
        ("Élodie", ["elodie", "odile"], 'Nearest: "elodie"'),
    ],
)
def test_a_wrong_name_is_answered_by_the_right_ones(name, names, says):
    assert nearest(name, names).endswith(says)


def test_a_long_list_of_names_says_that_it_goes_on():
    assert nearest("zzz", map(str, range(99))).count('"') == 2 * problems.MOST_NAMES


# --- folders ------------------------------------------------------------------------------------


def test_everything_built_goes_below_out_when_it_is_given(tmp_path):
    folders = Folders(out=tmp_path)

    assert folders.processed == tmp_path / "processed"
    assert folders.figures == tmp_path / "figures"
    assert folders.book_output == tmp_path / "book"
    assert folders.dist == tmp_path / "dist"


def test_other_material_never_gets_the_manuscript_of_this_project(tmp_path):
    assert Folders(raw=tmp_path).manuscript is None
    assert Folders().manuscript == Folders().raw.parents[1] / "book"

    (tmp_path / "book").mkdir()

    assert Folders(raw=tmp_path).manuscript == tmp_path / "book"
    assert Folders(raw=tmp_path, book=tmp_path / "mine").manuscript == tmp_path / "mine"
