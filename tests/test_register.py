"""What the hand-kept tables say of the interviews fits together, or each misfit is told."""

import unicodedata
from pathlib import Path

import pandas as pd
import pytest
import real_material
from hypothesis import given
from hypothesis import strategies as st

from pipeline.corpus import register, transcripts
from pipeline.problems import Problem, Problems

REGISTER = "interview_id,file,initiative_id,provenance\nfour-01,four.txt,four,real\n"
SPEAKERS = (
    "interview_id,label,speaker_id,role,consent\n"
    "four-01,Chercheur,marc,interviewer,research\n"
    "four-01,Odile,odile,interviewee,research book\n"
)
TRANSCRIPT = "Chercheur : Bonjour.\nOdile : Bonjour, entrez.\n"


@pytest.fixture
def read(tmp_path):
    """Write a folder of interviews (name → text, None: no such file) and read its tables."""

    def reader(**tables: str | None) -> tuple[register.Register, list[Problem]]:
        usual = {"register": REGISTER, "speakers": SPEAKERS, "media": None, "masks": None}
        for name, text in (usual | tables).items():
            if text is not None:
                (tmp_path / f"{name}.csv").write_text(text, encoding="utf-8")
        problems = Problems()
        return register.read(tmp_path, problems), list(problems)

    (tmp_path / "four.txt").write_text(TRANSCRIPT, encoding="utf-8")
    return reader


def told(problems: list[Problem]) -> set[tuple[str, str, int]]:
    return {(p.code, Path(p.file).name, p.line) for p in problems}


def only(problems: list[Problem]) -> Problem:
    assert len(problems) == 1, problems
    return problems[0]


def test_a_register_and_its_speakers_are_enough(read):
    kept, problems = read()

    assert problems == []
    assert kept.notes == []
    assert kept.interviews["interview_id"].tolist() == ["four-01"]
    assert kept.speakers["consent"].tolist() == [["research"], ["research", "book"]]
    assert kept.media.empty
    assert kept.masks.empty


def test_provenance_is_real_unless_the_register_says_otherwise(read):
    kept, _problems = read(register="interview_id,file\nfour-01,four.txt\n")

    assert kept.interviews["provenance"].tolist() == ["real"]


def test_no_tables_at_all_are_asked_for_once_each_and_nothing_else_is_blamed(tmp_path):
    (tmp_path / "four.txt").write_text(TRANSCRIPT, encoding="utf-8")
    problems = Problems()
    register.read(tmp_path, problems)

    assert told(problems) == {("C-201", "register.csv", 0), ("C-201", "speakers.csv", 0)}


# --- files --------------------------------------------------------------------------------------


def test_a_registered_file_that_is_missing_is_told_with_the_nearest(read, tmp_path):
    (tmp_path / "four.txt").rename(tmp_path / "four-1.txt")
    problems = read()[1]

    assert told(problems) == {("C-411", "register.csv", 2), ("C-413", "four-1.txt", 0)}
    assert {p.code: p.hint for p in problems}["C-411"] == 'Nearest: "four-1.txt"'


@pytest.mark.parametrize("name", ["b.docx", "below/c.VTT", "d.md"])
def test_a_transcript_that_is_not_registered_is_told(read, tmp_path, name):
    (tmp_path / "below").mkdir()
    (tmp_path / name).write_text("x")

    assert told(read()[1]) == {("C-413", Path(name).name, 0)}


def test_an_empty_register_does_not_hide_the_transcripts_beside_it(read):
    problems = read(register="interview_id,file\n", speakers=SPEAKERS)[1]

    assert {code for code, _file, _line in told(problems)} == {"C-413", "C-414"}


@pytest.mark.parametrize("text", ["interview_id\nfour-01\n", 'interview_id,file\n"four-01,f\n'])
def test_a_register_that_cannot_be_read_blames_no_transcript_and_no_speaker(read, text):
    assert only(read(register=text)[1]).code in {"C-203", "C-206"}


@pytest.mark.parametrize("name", ["README.md", ".hidden.txt", "~$four.docx", "photo.jpg"])
def test_what_is_no_transcript_is_left_alone(read, tmp_path, name):
    (tmp_path / name).write_text("x")

    assert read()[1] == []


def test_two_interviews_cannot_have_one_transcript(read):
    problem = only(read(register=REGISTER + "four-02,four.txt,four,real\n")[1])

    assert (problem.code, problem.line) == ("C-422", 3)
    assert problem.message == '"four.txt" stands on line 2 already'


@pytest.mark.parametrize("file", ["../outside.txt", "/etc/hostname"])
def test_a_transcript_outside_the_folder_is_refused(read, tmp_path, file):
    (tmp_path.parent / "outside.txt").write_text("x")

    assert ("C-412", "register.csv", 2) in told(
        read(register=REGISTER.replace("four.txt", file))[1]
    )


@pytest.mark.parametrize(("on_disk", "written"), [("NFD", "NFC"), ("NFC", "NFD"), ("NFD", "NFD")])
def test_accents_in_a_file_name_are_found_however_the_system_writes_them(
    read, tmp_path, on_disk, written
):
    name = "Entretien Zoé – été.txt"
    file = (tmp_path / "four.txt").rename(tmp_path / unicodedata.normalize(on_disk, name))
    text = REGISTER.replace("four.txt", unicodedata.normalize(written, name))
    kept, problems = read(register=text)

    assert problems == []
    assert register.path(kept, kept.interviews["file"][0]) == file


def test_a_row_without_file_or_id_is_told_beside_everything_else(read):
    """A hole in the register once broke the checks that follow."""
    problems = read(
        register=REGISTER + "four-02,,four,real\n,b.txt,four,real\n",
        media="interview_id,file\nx,y\n",
    )[1]

    assert told(problems) == {
        ("C-207", "register.csv", 3),
        ("C-207", "register.csv", 4),
        ("C-411", "register.csv", 4),
        ("C-414", "media.csv", 2),
    }


# --- references ---------------------------------------------------------------------------------


def test_rows_of_an_unknown_interview_are_told_in_each_table_with_the_nearest(read):
    problems = read(
        speakers=SPEAKERS + "four-1,Paul,paul,interviewee,\n",
        media="interview_id,file\nfour-01,a.mov\nfoor-01,b.mov\n",
        masks="interview_id,exact,replacement\n,Zoé,Ada\nvour-01,Léo,Max\n",
    )[1]

    assert told(problems) == {
        ("C-414", "speakers.csv", 4),
        ("C-414", "media.csv", 3),
        ("C-414", "masks.csv", 3),
    }
    assert {p.hint for p in problems} == {'Nearest: "four-01"'}


def test_a_translation_of_an_unknown_interview_is_told(read):
    text = "interview_id,file,translation_of\nfour-01,four.txt,four-00\n"
    problem = only(read(register=text)[1])

    assert (problem.code, problem.line, problem.hint) == ("C-415", 2, 'Nearest: "four-01"')


# --- voices -------------------------------------------------------------------------------------


def voices(kept: register.Register, *labels: str) -> tuple[list[object], list[Problem]]:
    """Whose the turns with these labels are; voices that say nothing are another test's matter."""
    turns = pd.DataFrame({"speaker": list(labels), "text": ["mots"] * len(labels)})
    problems = Problems()
    found = register.voices_of(turns, "four-01", kept, problems)
    return [None if pd.isna(v) else v for v in found["speaker_id"]], [
        problem for problem in problems if problem.code != "C-420"
    ]


@pytest.mark.parametrize(
    "label",
    [
        "Odile",
        "ODILE",
        "odile :",
        "[Odile]",
        "Odile\u202f:",
        "Odile :\u00a0",
        "**Odile**",
        "<odile>",
    ],
)
def test_one_label_written_in_several_ways_is_one_voice(read, label):
    assert voices(read()[0], label) == (["odile"], [])


@pytest.mark.parametrize(("table", "turn"), [("NFD", "NFC"), ("NFC", "NFC")])
def test_accents_of_a_label_are_compared_as_they_are_read(read, table, turn):
    """Transcripts are NFC when they are read; the table is brought to it."""
    speakers = SPEAKERS.replace("Odile", unicodedata.normalize(table, "Zoé"))

    assert voices(read(speakers=speakers)[0], unicodedata.normalize(turn, "Zoé"))[0] == ["odile"]


def told_of(read, speakers: str, **counts: int) -> Problem:
    """What is told of turns under labels without a row (label → how many), as one problem."""
    labels = [label for label, count in counts.items() for _turn in range(count)]
    return only(
        voices(read(speakers="interview_id,label,speaker_id,role\n" + speakers)[0], *labels)[1]
    )


def test_a_label_mistyped_in_the_transcript_is_told_with_the_row_that_settles_it(read):
    found, problems = voices(read()[0], "Checheur", "Odile", "Checheur", "Checheur")

    assert found == [None, "odile", None, None]
    assert only(problems).code == "C-417"
    assert only(problems).message == 'four-01: no row for the label "Checheur" (3 turns)'
    assert only(problems).hint == (
        'nearest: "Chercheur", line 2. If it is this voice, add:\n'
        "four-01,Checheur,marc,interviewer,research"
    )


def test_pasting_the_row_settles_it(read):
    row = only(voices(read()[0], "Checheur")[1]).hint.splitlines()[-1]

    assert voices(read(speakers=SPEAKERS + row + "\n")[0], "Checheur") == (["marc"], [])


def test_the_row_is_written_as_the_file_writes_its_rows(read):
    """Semicolons, columns in another order, a cell with a semicolon in it."""
    speakers = (
        'label;role;evidence;interview_id;speaker_id\nOdile;interviewee;"a; b";four-01;odile\n'
    )
    row = only(voices(read(speakers=speakers)[0], "Odille")[1]).hint.splitlines()[-1]

    assert row == 'Odille;interviewee;"a; b";four-01;odile'


@pytest.mark.parametrize(
    ("label", "known"),
    [
        ("Devin Becker:", "DB"),
        ("DB", "Devin Becker"),
        ("D. B.", "Devin Becker"),
        ("Becker", "Devin Becker"),
        ("Mme Odile", "Odile"),
        ("Interviewe", "Interviewé"),
        ("[Chercheur] (0:01 -", "Cherchuer"),
        ("SPEAKER_01", "Speaker 1"),
        ("O", "Odile"),
    ],
)
def test_initials_accents_typing_and_parts_of_names_find_the_voice(read, label, known):
    assert (
        f'nearest: "{known}", line 2'
        in told_of(read, f"four-01,{known},x,interviewee\n", **{label: 1}).hint
    )


@pytest.mark.parametrize(
    ("label", "known"),
    [
        ("Intervieweur", "Interviewé"),
        ("Interviewer", "Interviewee"),
        ("Enquêtrice", "Enquêtée"),
        ("Speaker 2", "Speaker 1"),
        ("Mrs Smith", "Mr Smith"),
        ("Marc", "Marie"),
        ("KRISTIN", "LG"),
        ("B", "Odile"),
    ],
)
def test_a_label_that_only_looks_alike_is_nobodys(read, label, known):
    problem = told_of(read, f"four-01,{known},x,interviewee\n", **{label: 1})

    assert f'Known: "{known}"' in problem.hint
    assert problem.hint.splitlines()[-1] == f"four-01,{label},,"


def test_two_voices_that_are_as_near_are_both_named_and_nobody_is_guessed(read):
    known = "four-01,Marie Anne,ma,interviewee\nfour-01,Marie Odile,mo,interviewee\n"
    problem = told_of(read, known, Marie=2)

    assert 'Nearest: "Marie Anne", "Marie Odile"' in problem.hint
    assert problem.hint.splitlines()[-1] == "four-01,Marie,,"


def test_spellings_of_one_voice_are_told_together_each_with_its_row(read):
    problem = told_of(
        read,
        "four-01,DB,becker,interviewer\n",
        **{"Devin Becker:": 6, "Devin Becker": 1, "Becker": 2},
    )

    assert problem.message == (
        'four-01: no row for the label "Devin Becker:" (6 turns), "Becker" (2 turns), '
        '"Devin Becker" (1 turn)'
    )
    assert problem.hint.splitlines()[1:] == [
        "four-01,Devin Becker:,becker,interviewer",
        "four-01,Becker,becker,interviewer",
    ]


def test_unknown_spellings_of_somebody_new_are_told_together_too(read):
    problem = told_of(read, "four-01,Odile,odile,interviewee\n", Chercheur=5, Checheur=1)

    assert '"Chercheur" (5 turns), "Checheur" (1 turn)' in problem.message
    assert problem.hint.splitlines()[1:] == ["four-01,Chercheur,,", "four-01,Checheur,,"]


def test_an_interviewer_of_another_interview_is_found_and_an_interviewee_is_not(read):
    """Consent is given in an interview: a row of another one must not lend it."""
    others = "four-02,Chercheur,marc,interviewer\nfour-02,Odile,odile,interviewee\n"

    assert 'nearest: "Chercheur", line 2' in told_of(read, others, Checheur=1).hint
    assert told_of(read, others, Checheur=1).hint.endswith("four-01,Checheur,marc,interviewer")
    assert told_of(read, others, Odile=1).hint.endswith("four-01,Odile,,")


def test_a_time_in_a_label_tells_no_voices_apart(read):
    assert voices(read()[0], "[Odile] (0:01 - 0:11)", "Odile 1:02:03", "Odile (0:15")[0] == [
        "odile",
        "odile",
        "odile",
    ]


def test_each_unknown_label_is_told_once(read):
    assert [p.message for p in voices(read()[0], "Ana", "Bob", "Ana")[1]] == [
        'four-01: no row for the label "Ana" (2 turns)',
        'four-01: no row for the label "Bob" (1 turn)',
    ]


def test_turns_that_name_nobody_are_nobodys_until_a_row_without_label_says_whose(read):
    assert voices(read()[0], "", "Odile") == ([None, "odile"], [])

    kept, problems = read(speakers=SPEAKERS + "four-01,,paul,interviewee,\n")

    assert problems == []
    assert voices(kept, "", "Odile") == (["paul", "odile"], [])


@pytest.mark.skipif(not real_material.SHARED.exists(), reason="no reference material here")
def test_pasting_what_is_told_settles_real_transcripts(tmp_path):
    """Four interviews of poets, labels of changing form; one row a voice is kept."""
    folder = real_material.oral_history(tmp_path / "raw") / "interviews"
    table = folder / "speakers.csv"
    header, *rows = table.read_text(encoding="utf-8").splitlines()
    voices_kept = {(r.split(",")[0], r.split(",")[2]): r for r in rows if "KRISTIN" not in r}
    table.write_text("\n".join([header, *voices_kept.values()]) + "\n", encoding="utf-8")

    def told_now() -> list[Problem]:
        problems = Problems()
        kept = register.read(folder, problems)
        for interview_id, file in kept.interviews[["interview_id", "file"]].to_numpy():
            turns = transcripts.read(folder / file)
            register.voices_of(turns, interview_id, kept, problems)
        return list(problems)

    first = told_now()
    pasted = [line for problem in first for line in problem.hint.splitlines()[1:]]
    with table.open("a", encoding="utf-8") as handle:
        handle.write("\n".join(line for line in pasted if "KRISTIN" not in line) + "\n")

    assert len(first) > 5
    assert ["KRISTIN" in problem.message for problem in told_now()] == [True]


def test_a_label_of_another_interview_is_nobody_here(read):
    speakers = SPEAKERS.replace("four-01,Odile", "four-02,Odile")
    kept, _problems = read(register=REGISTER + "four-02,four.txt,four,real\n", speakers=speakers)

    assert voices(kept, "Odile")[0] == [None]


def test_a_voice_that_says_nothing_is_told_and_an_alias_that_does_not_occur_is_not(read):
    kept, _problems = read(speakers=SPEAKERS + "four-01,Mme Odile,odile,interviewee,research\n")
    turns = pd.DataFrame({"speaker": ["Odile"], "text": ["mots"]})
    problems = Problems()
    register.voices_of(turns, "four-01", kept, problems)

    assert told(problems) == {("C-420", "speakers.csv", 2)}
    assert only(problems).message == 'four-01: no turn has the label "Chercheur"'


def test_several_rows_of_one_voice_are_one_voice(read):
    kept, problems = read(speakers=SPEAKERS + "four-01,Mme Odile,odile,interviewee,research\n")

    assert problems == []
    assert voices(kept, "Odile", "Mme Odile")[0] == ["odile", "odile"]


def test_one_label_of_two_voices_is_refused_on_the_row_that_differs(read):
    speakers = SPEAKERS + "four-01,odile :,odile,interviewee,\nfour-01,[Odile],paul,interviewee,\n"
    problem = only(read(speakers=speakers)[1])

    assert (problem.code, problem.line) == ("C-416", 5)
    assert problem.message == 'the label "[Odile]" of four-01 belongs to two voices'


@given(st.text(st.sampled_from("aÉß []():.*\u00a0\u202f"), max_size=12))
def test_reducing_a_label_twice_changes_nothing_more(label):
    bare = register.bare_label(label)

    assert register.bare_label(bare) == bare
    assert register.bare_label(f" [{label}]\u202f: ") == bare
