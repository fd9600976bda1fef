"""The corpus holds every word people said, in its place, or nothing is written and all is told."""

import datetime
import hashlib
import unicodedata
from pathlib import Path

import pandas as pd
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline import messages, tables
from pipeline.corpus import interview, project, register, stage
from pipeline.folders import Folders
from pipeline.problems import DataError, Problem, Problems
from pipeline.tables import files

CORPUS = Path(__file__).parent / "corpus"
CODEBOOK = (CORPUS / "codebook.yaml").read_text(encoding="utf-8")

# The least material that may be built: a codebook and a folder of interviews.
LEAST = {
    "codebook.yaml": CODEBOOK,
    "interviews/register.csv": "interview_id,file\nfour-01,four.txt\n",
    "interviews/speakers.csv": (
        "interview_id,label,speaker_id,role,name_policy,consent\n"
        "four-01,Marc,marc,interviewer,full,research\n"
        "four-01,Odile,odile,interviewee,full,research book\n"
    ),
    "interviews/four.txt": "Marc : Qui décide ?\nOdile : L’assemblée, aujourd’hui.\n",
}
SHEET = "---\nid: four\nname: Le four\n---\n"
WITH_INITIATIVE = {
    "initiatives/four.md": SHEET,
    "interviews/register.csv": (
        "interview_id,file,initiative_id,provenance\nfour-01,four.txt,four,real\n"
    ),
}


@pytest.fixture(autouse=True)
def _in_english():
    messages.speak("en")


@pytest.fixture
def build(tmp_path):
    """Write `LEAST` with changes (path → text, None: no such file), run the stage, read it back."""
    folders = Folders(raw=tmp_path / "raw", out=tmp_path / "out")

    def builder(changes: dict[str, str | None] | None = None) -> dict[str, pd.DataFrame]:
        for name, text in (LEAST | (changes or {})).items():
            file = folders.raw / name
            file.parent.mkdir(parents=True, exist_ok=True)
            if text is None:
                file.unlink(missing_ok=True)
            else:
                file.write_text(text, encoding="utf-8")
        stage.run(folders)
        made = (tables.INITIATIVES, tables.INTERVIEWS, tables.SPEAKERS, tables.TURNS, tables.MASKS)
        return {table.name: files.read(table, folders.processed) for table in made}

    builder.folders = folders
    return builder


def told(build, changes: dict[str, str | None]) -> list[Problem]:
    with pytest.raises(DataError) as caught:
        build(changes)
    return caught.value.problems


def only(problems: list[Problem]) -> Problem:
    assert len(problems) == 1, problems
    return problems[0]


# --- the least material ---------------------------------------------------------------------------


def test_a_codebook_and_interviews_are_enough(build):
    made = build()

    assert made["turns"]["speaker_id"].tolist() == ["marc", "odile"]
    assert made["turns"]["text"].tolist() == ["Qui décide ?", "L’assemblée, aujourd’hui."]
    assert made["turns"]["words_count"].tolist() == [2, 3]
    assert made["initiatives"].empty
    assert made["masks"].empty


def test_an_interview_without_initiative_is_kept(build):
    interview = build()["interviews"].iloc[0]

    assert pd.isna(interview["initiative_id"])
    assert interview["turns_count"] == 2
    assert interview["words_count"] == 5
    assert interview["language"] == "fr"
    assert interview["provenance"] == "real"


def test_an_initiative_that_only_the_register_names_gets_a_row_where_there_are_no_sheets(build):
    made = build({**WITH_INITIATIVE, "initiatives/four.md": None})
    row = made["initiatives"].iloc[0]

    assert (row["initiative_id"], row["name"], row["provenance"]) == ("four", "Four", "real")
    assert pd.isna(row["file"])


# --- places in the text ---------------------------------------------------------------------------


def text_at(turns: pd.DataFrame, interview_id: str) -> list[tuple[str, str]]:
    """Each turn's own words beside what stands at its place in the interview's text."""
    own = turns[turns["interview_id"].eq(interview_id)]
    text = "\n".join(own["text"])
    return [(t, text[a:b]) for t, a, b in own[["text", "start", "end"]].to_numpy()]


def turns_of(texts: list[str]) -> pd.DataFrame:
    """What `transcripts.read` gives for turns of one voice."""
    rows = [
        {"turn": n, "speaker": "Odile", "start_s": None, "end_s": None, "text": t, "place": n}
        for n, t in enumerate(texts, 1)
    ]
    return pd.DataFrame(rows)


def register_of(*interviews: str) -> register.Register:
    """A register of interviews in which one voice is heard, who agreed to research."""
    common = {"speaker_id": "odile", "role": "interviewee", "consent": ["research"]}
    speakers = [{"interview_id": i, "label": "Odile", **common} for i in interviews]
    rows = [{"interview_id": i, "file": f"{i}.txt", "provenance": "real"} for i in interviews]
    return register.Register(
        Path("interviews"),
        files.typed(tables.REGISTER, rows).assign(line=range(2, len(rows) + 2)),
        files.typed(tables.SPEAKERS_BY_HAND, speakers).assign(line=range(2, len(speakers) + 2)),
        files.empty(tables.MEDIA_BY_HAND),
        files.empty(tables.MASKS_BY_HAND).assign(line=pd.Series(dtype="Int64")),
        [],
    )


WORDS = st.text(
    st.characters(codec="utf-8", categories=("L", "M", "N", "P", "S", "Zs")), min_size=1
)
SPOKEN = st.lists(WORDS.map(lambda t: unicodedata.normalize("NFC", t)), min_size=1, max_size=6)


@settings(max_examples=25, deadline=None)
@given(SPOKEN, SPOKEN)
def test_every_turn_stands_in_its_interviews_text_where_the_table_says(first, second):
    """In code points, also for signs beyond the 16-bit plane, where other tools count two."""
    kept = register_of("a", "b")
    said = {"a": turns_of(first), "b": turns_of(second)}
    read = [interview.placed(interview_id, rows, kept) for interview_id, rows in said.items()]
    sheets = files.empty(tables.INITIATIVES)
    made = stage.build(project.Project(), sheets, kept, read, Problems())
    turns = pd.concat([one.turns for one in read], ignore_index=True)
    interviews = made[tables.INTERVIEWS].set_index("interview_id")

    for interview_id, texts in (("a", first), ("b", second)):
        places = text_at(turns, interview_id)
        assert [own for own, _there in places] == texts
        assert all(own == there for own, there in places)
        sha256 = hashlib.sha256("\n".join(texts).encode()).hexdigest()
        assert interviews.at[interview_id, "text_sha256"] == sha256
    assert turns["turn_id"].is_unique


def test_places_hold_in_the_files_that_are_written(build):
    turns = build({"interviews/four.txt": "Odile : 🎉 e\u0301te\u0301\nMarc : Ah ?\n"})["turns"]

    assert text_at(turns, "four-01") == [("🎉 été", "🎉 été"), ("Ah ?", "Ah ?")]
    assert turns[["start", "end"]].to_numpy().tolist() == [[0, 5], [6, 10]]


def test_each_interview_is_a_row_group(build):
    build(
        {
            "interviews/register.csv": "interview_id,file\nfour-01,four.txt\nfour-02,b.txt\n",
            "interviews/b.txt": "Zoé : Oui.\nZoé : Non.\n",
            "interviews/speakers.csv": LEAST["interviews/speakers.csv"]
            + "four-02,Zoé,zoe,interviewee,full,\n",
        }
    )
    file = pq.ParquetFile(build.folders.processed / "1-corpus" / "turns.parquet")

    assert file.num_row_groups == 2


def test_many_interviews_read_by_several_processes_are_those_read_by_one(build, monkeypatch):
    """In the same order, with the same problems, in the same language."""
    monkeypatch.setattr("pipeline.processes.FEWEST_FOR_PROCESSES", 1000)
    ids = [f"four-{n:02}" for n in range(70)]
    rows = "".join(f"{i},{i}.txt\n" for i in ids)
    voices = "".join(f"{i},Odile,odile,interviewee,full,research\n" for i in ids)
    head = LEAST["interviews/speakers.csv"].splitlines(keepends=True)[0]
    material = {
        "interviews/four.txt": None,
        "interviews/register.csv": "interview_id,file\n" + rows,
        "interviews/speakers.csv": head + voices,
        **{f"interviews/{i}.txt": f"Odile : C’est le {i}.\nOdile : Voilà.\n" for i in ids},
    }
    alone = build(material)
    unknown = {"interviews/four-69.txt": "Oscar : Non.\n"}
    told_alone = told(build, unknown)
    monkeypatch.undo()

    together = build({**material, "interviews/four-69.txt": material["interviews/four-69.txt"]})

    for name, table in alone.items():
        pd.testing.assert_frame_equal(together[name], table)
    assert told(build, unknown) == told_alone


# --- nothing that does not fit -------------------------------------------------------------------


def test_everything_wrong_is_told_at_once_in_order_and_nothing_is_written(build):
    found = told(
        build,
        {
            "project.yaml": "langage: fr\n",
            "initiatives/four.md": SHEET.replace("name", "nom"),
            "interviews/register.csv": (
                "interview_id,file,date,initiative_id\n"
                "four-01,four.txt,03/04/2012,four\n"
                "four-02,absent.txt,2012-12-31,four\n"
                "four-01,empty.txt,,four\n"
            ),
            "interviews/speakers.csv": (
                "interview_id,label,speaker_id,role,consent\n"
                "four-01,Marc,marc,asker,\n"
                "four-01,Chercheur,odile,interviewee,oui v2\n"
            ),
            "interviews/four.txt": "Marc : Bonjour.\nChecheur : Oui.\nChecheur : Non.\n",
            "interviews/empty.txt": "",
            "interviews/masks.csv": "interview_id,exact,replacement\nfour-9,x,y\n",
        },
    )

    assert [(p.code, Path(p.file).name, p.line) for p in found] == [
        ("C-323", "four.md", 1),
        ("C-322", "four.md", 3),
        ("C-102", "empty.txt", 0),
        ("C-414", "masks.csv", 2),
        ("C-209", "register.csv", 2),
        ("C-411", "register.csv", 3),
        ("C-208", "register.csv", 4),
        ("C-417", "speakers.csv", 0),
        ("C-209", "speakers.csv", 2),
        ("C-209", "speakers.csv", 3),
        ("C-420", "speakers.csv", 3),
        ("C-311", "project.yaml", 1),
    ]
    assert all(type(p.line) is int and p.message and p.hint for p in found)
    assert not build.folders.out.exists()


def test_an_earlier_build_is_left_whole_when_a_later_one_fails(build):
    build()
    before = {f: f.read_bytes() for f in build.folders.out.rglob("*") if f.is_file()}
    told(build, {"interviews/four.txt": "Marc : Oui.\nZoé : Non.\n"})

    assert {f: f.read_bytes() for f in build.folders.out.rglob("*") if f.is_file()} == before


def test_a_label_without_a_row_stops_the_corpus_with_its_turns_and_the_nearest(build):
    speakers = LEAST["interviews/speakers.csv"].replace("Marc", "Chercheur")
    said = "Chercheur : Et ?\nChecheur : Ah ?\nOdile : Oui.\nChecheur : Bon.\n"
    changes = {"interviews/four.txt": said, "interviews/speakers.csv": speakers}
    problem = only(told(build, changes))

    assert (problem.code, Path(problem.file).name) == ("C-417", "speakers.csv")
    assert '"Checheur" (2 turns)' in problem.message
    assert '"Chercheur"' in problem.hint


def test_an_initiative_that_has_no_sheet_among_sheets_is_told_with_the_nearest(build):
    register_csv = WITH_INITIATIVE["interviews/register.csv"].replace(",four,", ",fuor,")
    problem = only(told(build, {**WITH_INITIATIVE, "interviews/register.csv": register_csv}))

    assert (problem.code, problem.line, problem.hint) == ("C-418", 2, 'Nearest: "four"')


@pytest.mark.parametrize(
    ("interview", "initiative"), [("fictional", "real"), ("real", "fictional")]
)
def test_no_invented_words_under_a_real_group_and_no_real_ones_under_an_invented(
    build, interview, initiative
):
    changes = {
        "initiatives/four.md": SHEET.replace("\n---\n", f"\nprovenance: {initiative}\n---\n"),
        "interviews/register.csv": WITH_INITIATIVE["interviews/register.csv"].replace(
            "real", interview
        ),
    }
    problem = only(told(build, changes))

    assert (problem.code, Path(problem.file).name, problem.line) == ("C-419", "register.csv", 2)
    assert problem.message == f'a {interview} interview under the {initiative} initiative "four"'


def test_a_real_initiative_is_one_whose_sheet_says_nothing(build):
    changes = {k: v.replace("real", "fictional") for k, v in WITH_INITIATIVE.items()}

    assert only(told(build, changes)).code == "C-419"


def test_two_interviews_of_one_unwritten_initiative_are_both_real_or_both_invented(build):
    text = "interview_id,file,initiative_id,provenance\n"
    changes = {
        "interviews/register.csv": text + "four-01,four.txt,x,real\nfour-02,b.txt,x,fictional\n",
        "interviews/b.txt": "Odile : Non.\nOdile : Oui.\n",
        "interviews/speakers.csv": LEAST["interviews/speakers.csv"]
        + "four-02,Odile,odile,interviewee,full,\n",
    }

    assert (only(told(build, changes)).code, only(told(build, changes)).line) == ("C-419", 3)


def test_a_sheet_without_id_is_told_and_never_joined_to_an_interview_without_initiative(build):
    text = "---\nname: x\nprovenance: fictional\n---\n"

    assert only(told(build, {"initiatives/four.md": text})).code == "C-323"


# --- what is kept for consent --------------------------------------------------------------------


def test_the_place_is_coarse_where_a_voice_asked_to_be_named_by_its_role(build):
    assert build(WITH_INITIATIVE)["initiatives"]["is_coarse"].tolist() == [False]

    speakers = LEAST["interviews/speakers.csv"].replace("interviewee,full", "interviewee,")
    made = build({**WITH_INITIATIVE, "interviews/speakers.csv": speakers})

    assert made["initiatives"]["is_coarse"].tolist() == [True]


def test_the_scopes_in_force_are_judged_by_the_day_given():
    kept = register_of("a")
    kept.speakers["expires_on"] = pd.Timestamp("2013-01-01")
    sheets = files.empty(tables.INITIATIVES)

    def in_force(day: datetime.date) -> list[list[str]]:
        read = [interview.placed("a", turns_of(["oui"]), kept)]
        made = stage.build(project.Project(), sheets, kept, read, Problems(), day)
        return made[tables.SPEAKERS]["in_force"].tolist()

    assert in_force(datetime.date(2012, 12, 31)) == [["research"]]
    assert in_force(datetime.date(2013, 1, 1)) == [[]]


def test_masked_words_are_found_where_they_stand_and_only_there(build):
    made = build(
        {
            "interviews/four.txt": "Odile : Léo et LÉO et Léonie.\nMarc : Léo Roux ?\n",
            "interviews/masks.csv": (
                "interview_id,exact,replacement\n,Léo,Max\nfour-01,Léo Roux,Max Brun\n"
            ),
        }
    )
    spans = made["masks"].query("end > start")
    text = "\n".join(made["turns"]["text"])

    found = [(text[a:b], r) for a, b, r in spans[["start", "end", "replacement"]].to_numpy()]
    assert found == [("Léo", "Max"), ("LÉO", "Max"), ("Léo Roux", "Max Brun")]


def test_a_mask_that_stands_nowhere_is_told_by_line_and_never_by_its_word(build, capsys):
    masks = "interview_id,exact,replacement\n,Odette,x\nfour-01,assemblée,y\nfour-01,Gaston,z\n"
    build({"interviews/masks.csv": masks, "project.yaml": "language: en\n"})
    said = capsys.readouterr().out

    assert "masks found in no transcript: masks.csv:2, masks.csv:4" in said
    assert "Odette" not in said
    assert "Gaston" not in said


# --- what the stage says -------------------------------------------------------------------------


def test_one_line_says_what_was_read_made_and_held_back(build, capsys):
    build(
        {
            **WITH_INITIATIVE,
            "interviews/four.txt": "Odile : Oui.\nMarc : Mille mercis.\n",
            "interviews/speakers.csv": LEAST["interviews/speakers.csv"].replace(
                ",research\n", ",\n"
            ),
        }
    )
    line = capsys.readouterr().out.splitlines()[0]

    assert line.startswith(
        "corpus      read 1 sheet, 1 transcript · made 2 turns, 3 words · held back 1 voice · "
    )


def test_how_a_spreadsheet_was_read_is_told(build, capsys):
    text = "interview_id;file;date\nfour-01;four.txt;31/12/2012\n"
    made = build({"interviews/register.csv": text})

    assert made["interviews"]["date"].tolist() == [pd.Timestamp("2012-12-31")]
    assert (
        "register.csv: columns separated by ';' · date: dates read as day/month/year"
        in capsys.readouterr().out
    )


def test_the_same_material_gives_the_same_bytes_and_equal_files_keep_their_time(build):
    build()
    before = {f: f.stat().st_mtime_ns for f in build.folders.out.rglob("*") if f.is_file()}
    build()

    assert {f: f.stat().st_mtime_ns for f in build.folders.out.rglob("*") if f.is_file()} == before


# --- the last build ------------------------------------------------------------------------------


@pytest.fixture
def published(build):
    """A built corpus and one published page."""
    build()
    page = build.folders.dist / "site" / "index.html"
    page.parent.mkdir(parents=True)
    page.write_text("Odile")
    return page


def test_a_voice_withdrawn_takes_what_was_published_along_even_when_the_build_fails(
    build, published
):
    speakers = LEAST["interviews/speakers.csv"].replace("research book", "")
    told(build, {"interviews/speakers.csv": speakers, "project.yaml": "x: 1\n"})

    assert not published.exists()


@pytest.mark.parametrize("text", ["interview_id,label,speaker_id,role\n", None])
def test_a_speakers_table_emptied_or_deleted_withdraws_everybody(build, published, text):
    told(build, {"interviews/speakers.csv": text})

    assert not published.exists()


def test_a_speakers_table_that_cannot_be_read_withdraws_nobody(build, published):
    told(build, {"interviews/speakers.csv": '"interview_id,label\n'})

    assert published.exists()


def test_a_last_build_by_another_version_of_the_program_is_no_obstacle(build):
    build()
    file = files.path(tables.SPEAKERS, build.folders.processed)
    pq.write_table(pq.read_table(file).drop(["in_force"]), file)

    assert build()["speakers"]["in_force"].tolist() == [["research"], ["research", "book"]]
