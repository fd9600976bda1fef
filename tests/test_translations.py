"""A talk and its translation: one set of voices, one count, and the original beside the quote."""

import io
import zipfile

import pandas as pd
import pypdfium2
import pytest
import translated
from conftest import log_of, run_stages

from pipeline import tables
from pipeline.corpus import project, register
from pipeline.corpus.consent import cleared
from pipeline.corpus.translations import talks
from pipeline.folders import Folders
from pipeline.problems import DataError, Problems
from pipeline.publication import manuscript, stage
from pipeline.tables import files

BUILD = ("corpus", "coding", "comparison", "pictures", "publication")
TO_FACTS = ("corpus", "coding", "comparison")
ORIGINAL = '# Un\n\n{{ quote("eau-fr/rigole") }}\n\n{{ quote("eau-fr/rigole").original }}\n'


def book(folders: Folders) -> tuple[str, str]:
    """The text of the EPUB, and that of the PDF."""
    data = (folders.book_output / "book.epub").read_bytes()
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        pages = [archive.read(n).decode() for n in archive.namelist() if n.endswith(".xhtml")]
    document = pypdfium2.PdfDocument((folders.book_output / "book.pdf").read_bytes())
    return "".join(pages), "".join(p.get_textpage().get_text_bounded() for p in document)


def rendered(raw, tmp_path) -> tuple[str, str]:
    """The chapters in Markdown, and what the team is told."""
    folders = run_stages(Folders(raw, tmp_path / "out"), TO_FACTS)
    material = stage.read_material(folders, project.read(raw, Problems()))
    problems = Problems()
    material.quotes.read(raw / "book" / "quotes.csv", problems)
    made = manuscript.render(raw / "book", material, problems)
    problems.check()
    told = "\n".join([log_of(folders).read_text("utf-8"), *made.held_back])
    return "".join(made.chapters.values()), told.replace("\xa0", " ")


def edited(raw, name, old, new):
    text = (raw / name).read_text(encoding="utf-8")
    assert old in text
    (raw / name).write_text(text.replace(old, new), encoding="utf-8")


# --- every script survives -----------------------------------------------------------------------


def test_every_script_goes_from_transcript_to_coding_quote_pdf_and_epub(tmp_path):
    """Devanagari with its French beside it, Bengali, Telugu, Khmer and Estonian."""
    others = [language for language in translated.SAID if language != "ne"]
    chapter = ORIGINAL + "".join(f'\n{{{{ quote("{i}/meeting") }}}}\n' for i in others)
    raw = translated.write(tmp_path / "raw", chapter=chapter)
    for language in others:
        translated.add(raw, language)

    folders = run_stages(Folders(raw, tmp_path / "out"), BUILD)

    turns = files.read(tables.TURNS, folders.processed)
    codings = files.read(tables.CODINGS, folders.processed)
    epub, pdf = book(folders)
    for language, said in translated.SAID.items():
        printed = said[0] if language == "ne" else said[1]
        assert " ".join(said) in set(turns["text"])
        assert said[1] in set(codings["exact"])
        assert printed in epub
        assert f'lang="{language}"' in epub
        assert printed.split()[0][:2] in pdf
    assert translated.FRENCH[0] in epub
    assert "traduit, original en népalais" in epub


# --- one talk ------------------------------------------------------------------------------------


def test_the_words_of_one_talk_are_counted_once(tmp_path):
    raw = translated.write(tmp_path / "raw")
    folders = run_stages(Folders(raw, tmp_path / "out"), TO_FACTS)
    once = files.read(tables.CODE_BY_GROUP, folders.processed)

    edited(raw, "interviews/register.csv", "eau-fr,eau-fr.txt,,2012-11-14,fr,eau,fictional\n", "")
    edited(raw, "interviews/speakers.csv", "eau-fr", "eau")
    (raw / "interviews/eau-fr.txt").unlink()
    lines = dict.fromkeys((raw / "interviews/speakers.csv").read_text("utf-8").splitlines())
    (raw / "interviews/speakers.csv").write_text("\n".join(lines), encoding="utf-8")
    folders = run_stages(Folders(raw, tmp_path / "alone"), TO_FACTS)

    pd.testing.assert_frame_equal(once, files.read(tables.CODE_BY_GROUP, folders.processed))


def test_codings_of_the_version_that_does_not_count_are_told(tmp_path):
    raw = translated.write(tmp_path / "raw")
    more = "".join(f'eau-fr,"{words}",meeting\n' for words in translated.FRENCH[:2])
    edited(raw, "codings/x.csv", "code\n", "code\n" + more)

    folders = run_stages(Folders(raw, tmp_path / "out"), TO_FACTS)

    assert "eau : 1 codage à part" in log_of(folders).read_text("utf-8").replace("\xa0", " ")


def test_interviews_that_translate_each_other_are_one_talk():
    rows = pd.DataFrame(
        {
            "interview_id": ["a", "b", "c", "d", "e"],
            "translation_of": ["b", "a", "b", "d", pd.NA],
        }
    )

    assert talks(rows).tolist() == ["a", "a", "a", "d", "e"]


@pytest.mark.parametrize(
    ("row", "code", "fact"),
    [
        ("eau-fr,eau-fr.txt,,2012-11-14,fr,eaux,fictional", "C-415", '"eaux"'),
        ("eau-fr,eau-fr.txt,,2012-11-14,fr,eau-fr,fictional", "C-461", "eau-fr"),
        ("eau-fr,eau-fr.txt,four,2012-11-14,fr,eau,fictional", "C-462", "initiative_id"),
        ("eau-fr,eau-fr.txt,,2012-11-14,fr,eau,real", "C-462", "provenance"),
    ],
)
def test_what_cannot_be_a_translation_is_told_on_its_line(tmp_path, row, code, fact):
    raw = translated.write(tmp_path / "raw")
    if "four" in row:
        edited(raw, "interviews/register.csv", "eau,eau.txt,,", "eau,eau.txt,moulin,")
    edited(raw, "interviews/register.csv", "eau-fr,eau-fr.txt,,2012-11-14,fr,eau,fictional", row)
    problems = Problems()

    register.read(raw / "interviews", problems)

    (problem,) = problems
    assert (problem.code, problem.line) == (code, 3)
    assert fact in problem.message


def test_two_that_translate_each_other_are_both_told(tmp_path):
    raw = translated.write(tmp_path / "raw")
    edited(
        raw,
        "interviews/register.csv",
        "eau,eau.txt,,2012-11-14,ne,,",
        "eau,eau.txt,,2012-11-14,ne,eau-fr,",
    )
    problems = Problems()

    register.read(raw / "interviews", problems)

    assert [(p.code, p.line) for p in problems] == [("C-461", 2), ("C-461", 3)]


def test_a_voice_that_only_the_translation_has_is_refused(tmp_path):
    """Else a withdrawal written in the original would not reach it."""
    raw = translated.write(tmp_path / "raw")
    edited(raw, "interviews/speakers.csv", "eau-fr,Maya,v-maya", "eau-fr,Maya,v-maia")
    problems = Problems()

    register.read(raw / "interviews", problems)

    (problem,) = problems
    assert (problem.code, problem.line) == ("C-463", 5)
    assert '"v-maya"' in problem.hint


def test_voices_of_a_translation_are_told_with_the_rows_of_their_original(tmp_path):
    raw = translated.write(tmp_path / "raw")
    file = raw / "interviews" / "speakers.csv"
    rows = file.read_text(encoding="utf-8").splitlines(keepends=True)
    file.write_text("".join(row for row in rows if not row.startswith("eau-fr,")), encoding="utf-8")

    with pytest.raises(DataError) as error:
        run_stages(Folders(raw, tmp_path / "out"), ("corpus",))

    told = error.value.problems
    assert {problem.code for problem in told} == {"C-417"}
    pasted = {problem.hint.splitlines()[-1] + "\n" for problem in told}
    file.write_text(file.read_text(encoding="utf-8") + "".join(pasted), encoding="utf-8")
    assert sorted(pasted) == sorted(row for row in rows if row.startswith("eau-fr,"))
    run_stages(Folders(raw, tmp_path / "out"), ("corpus",))


def consent_of(folders, purpose, interview_id):
    read = {
        t: files.read(t, folders.processed) for t in (tables.TURNS, tables.SPEAKERS, tables.MASKS)
    }
    turns = cleared(read[tables.TURNS], purpose, read[tables.SPEAKERS], read[tables.MASKS])
    own = turns[turns["interview_id"].eq(interview_id)]
    return set(own["speaker_id"]), own


@pytest.mark.parametrize("version", ["eau", "eau-fr"])
@pytest.mark.parametrize(
    ("old", "new"),
    [
        (
            f"Bhujel,full,{translated.ALL},2012-01-01,",
            f"Bhujel,full,{translated.ALL},2012-01-01,2013-01-01",
        ),
        (f"Bhujel,full,{translated.ALL}", "Bhujel,full,research"),
    ],
)
def test_what_a_voice_takes_back_in_one_version_holds_in_both(tmp_path, version, old, new):
    raw = translated.write(tmp_path / "raw")
    line = f"{version},Maya,v-maya,interviewee,Maya "
    edited(raw, "interviews/speakers.csv", line + old, line + new)

    folders = run_stages(Folders(raw, tmp_path / "out"), ("corpus",))

    for other in ("eau", "eau-fr"):
        assert consent_of(folders, "book", other)[0] == {"v-anna"}


def test_a_pseudonym_in_one_version_is_the_name_in_both(tmp_path):
    raw = translated.write(tmp_path / "raw")
    edited(
        raw,
        "interviews/speakers.csv",
        "eau,Maya,v-maya,interviewee,Maya Bhujel,full",
        "eau,Maya,v-maya,interviewee,Sita,pseudonym",
    )

    epub, _log = rendered(raw, tmp_path)

    assert "Sita" in epub
    assert "Bhujel" not in epub


def test_a_mask_of_one_version_hides_the_same_words_in_the_other(tmp_path):
    raw = translated.write(tmp_path / "raw", chapter='# Un\n\n{{ quote("eau-fr/mesure") }}\n')
    (raw / "interviews/masks.csv").write_text(
        "interview_id,exact,replacement,reason\neau,Ram,Un voisin,\n", encoding="utf-8"
    )

    epub, _log = rendered(raw, tmp_path)

    assert "Un voisin" in epub
    assert "Ram" not in epub


# --- the original beside -------------------------------------------------------------------------


def test_the_original_of_a_sentence_is_that_sentence_and_not_the_whole_turn(tmp_path):
    raw = translated.write(tmp_path / "raw", chapter=ORIGINAL)

    epub, _log = rendered(raw, tmp_path)

    assert translated.SAID["ne"][0] in epub
    assert translated.SAID["ne"][1] not in epub
    assert "en népalais" in epub


def test_an_original_whose_masks_do_not_match_is_left_out_and_told(tmp_path):
    """The name is masked in French only: in Nepali nobody wrote how it is spelt."""
    chapter = '# Un\n\nAvant\n\n{{ quote("eau-fr/mesure").original }}\n'
    raw = translated.write(tmp_path / "raw", chapter=chapter)
    (raw / "interviews/masks.csv").write_text(
        "interview_id,exact,replacement,reason\neau-fr,Ram,Un voisin,\n", encoding="utf-8"
    )

    text, log = rendered(raw, tmp_path)

    assert "राम" not in text
    assert "01.md:5 : l’original d’une citation est laissé de côté" in log
    assert "eau : ce qui est masqué dans eau-fr ne l’est pas dans les tours 2" in log


def test_asking_the_original_of_what_is_none_stops_the_build(tmp_path):
    chapter = '# Un\n\n{{ quote("eau/meeting").original }}\n'
    raw = translated.write(tmp_path / "raw", chapter=chapter)

    with pytest.raises(DataError) as caught:
        rendered(raw, tmp_path)

    assert [(p.code, p.line) for p in caught.value.problems] == [("B-023", 3)]
