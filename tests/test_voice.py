"""Restitution: a person sees what is used of it and nothing of anybody else, and its no holds."""

import csv
import datetime
import io
import re
from pathlib import Path

import pikepdf
import pypdfium2
import pytest
import translated
from conftest import edit, log_of, run, run_stages
from opened import streams
from test_nothing_leaks import texts_of

from pipeline import messages, tables
from pipeline.corpus import answers, consent, project
from pipeline.folders import Folders
from pipeline.problems import DataError, Problems
from pipeline.publication import manuscript, stage, voice
from pipeline.publication.quotes import Place
from pipeline.tables import files

TO_BOOK = ("corpus", "coding", "comparison", "pictures", "publication")
TO_FACTS = TO_BOOK[:3]
HEAD = "speaker_id,passage,scope,answer,date,comment,interview_id,exact\n"


@pytest.fixture(autouse=True)
def _in_french() -> None:
    messages.speak("fr")


def sheet(folders: Folders, speaker_id: str) -> bytes:
    voice.run(folders, speaker_id)
    return (folders.dist / "restitution" / f"{speaker_id}.pdf").read_bytes()


def read(data: bytes) -> str:
    """All that can be read in a PDF, whichever way."""
    return "\n".join(texts_of("sheet.pdf", data).values())


def shown(data: bytes) -> str:
    """What a person reads on the pages, spaces made plain."""
    pages = [page.get_textpage().get_text_bounded() for page in pypdfium2.PdfDocument(data)]
    return " ".join("\n".join(pages).split())


def table(folders: Folders, speaker_id: str) -> list[dict[str, str]]:
    text = (folders.dist / "restitution" / f"{speaker_id}.csv").read_text("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text), delimiter=";"))


def answered(folders: Folders, speaker_id: str, answer: str, which: str = "") -> None:
    """Put the prepared rows into answers.csv, answered."""
    rows = table(folders, speaker_id)
    for row in rows:
        row["answer"] = answer if which in row["exact"] else ""
        row["date"] = "2026-03-02"
    sink = io.StringIO()
    writer = csv.DictWriter(sink, rows[0], delimiter=";")
    writer.writeheader()
    writer.writerows(rows)
    (folders.raw / "interviews" / "answers.csv").write_text(sink.getvalue(), encoding="utf-8")


# --- what a person sees --------------------------------------------------------------------------


def test_a_sheet_shows_the_voices_own_words_and_nobody_elses(rebuildable):
    """Searched in every byte of the PDF: the words and names of all other voices."""
    from test_nothing_leaks import VOICES

    data = sheet(rebuildable, "v-full")
    text = read(data)

    assert VOICES["v-full"].word in text
    for speaker_id, other in VOICES.items():
        if speaker_id != "v-full":
            for word in (other.word, other.number, *other.names):
                assert word not in text, (speaker_id, word)
    turns = files.read(tables.TURNS, rebuildable.processed)
    others = turns[turns["speaker_id"].ne("v-full").fillna(True)]["text"]
    plain = re.sub(r"\s+", " ", shown(data))
    for said in others[others.str.split().str.len() > 3]:
        assert said not in plain


def test_a_sheet_says_where_each_passage_stands_and_has_boxes_and_a_place_to_sign(rebuildable):
    text = shown(sheet(rebuildable, "v-full"))

    assert "Odile Tarvenne" in text
    assert "Le livre, chapitre « Le four et le moulin »" in text
    assert re.search(r"page \d+", text)
    assert text.count("OUI") == text.count("NON") == len(table(rebuildable, "v-full")) + 1
    assert "Signature" in text
    assert "Pour retirer votre parole" in text
    assert "parent ou tuteur" not in text


def test_a_minors_guardian_signs_too(rebuildable):
    assert "parent ou tuteur" in shown(sheet(rebuildable, "v-minor"))


def test_behind_a_pseudonym_the_sheet_bears_the_name_the_team_knows_and_says_the_other(rebuildable):
    text = shown(sheet(rebuildable, "v-pseudonym"))

    assert text.startswith("Vos paroles dans")
    assert "Bertil" in text
    assert "On vous y nomme : Casimir Olin" in text.replace("\xa0", " ")


def test_masked_words_stay_masked_on_the_sheet_and_in_the_table(rebuildable):
    data = sheet(rebuildable, "v-full")
    whole = read(data) + str(table(rebuildable, "v-full"))

    for name in ("Klementyna", "Abramczyk"):
        assert name not in whole


def test_a_voice_that_took_back_its_words_is_told_that_nothing_is_used(rebuildable):
    edit(
        rebuildable.raw,
        "interviews/speakers.csv",
        lambda text: text.replace("31/12/2045;;non", "31/12/2045;2014-02-01;non", 1),
    )
    run_stages(rebuildable, TO_FACTS)

    data = sheet(rebuildable, "v-full")

    assert "Vous avez retiré votre accord le 1 février 2014" in shown(data)
    assert "zibeline" not in read(data)
    assert table(rebuildable, "v-full") == []


def test_a_voice_of_which_nothing_was_chosen_gets_a_page_that_says_so(rebuildable):
    data = sheet(rebuildable, "v-research")

    assert "Rien de vous n’a été choisi." in shown(data)
    assert table(rebuildable, "v-research") == []


def test_an_unknown_voice_is_answered_with_the_nearest_ids(rebuildable):
    with pytest.raises(DataError) as caught:
        voice.run(rebuildable, "v-ful")

    (problem,) = caught.value.problems
    assert problem.code == "B-031"
    assert '"v-full"' in problem.hint


def test_the_command_prints_the_passages_and_names_the_files(rebuildable):
    done = run("voice", rebuildable.raw, rebuildable.out, "v-full")

    assert done.exit_code == 0
    assert "zibeline-kotor" in done.stdout
    assert "01-four.md:" in done.stdout
    assert "v-full.pdf" in done.stdout


def test_the_same_sheet_is_the_same_bytes(rebuildable):
    assert sheet(rebuildable, "v-full") == sheet(rebuildable, "v-full")


def test_whoever_spoke_another_language_reads_its_own_words_first(tmp_path):
    """The book quotes the French translation; the sheet shows the Nepali beside it."""
    raw = translated.write(tmp_path / "raw")
    folders = run_stages(Folders(raw, tmp_path / "out"), TO_FACTS)

    data = sheet(folders, "v-maya")

    text = shown(data)
    assert "Tel que c’est imprimé, en français" in text
    assert translated.FRENCH[0] in text
    with pikepdf.open(io.BytesIO(data)) as pdf:
        fonts = {
            str(f.get("/BaseFont", "")) for f in pdf.objects if isinstance(f, pikepdf.Dictionary)
        }
    assert any("Devanagari" in font for font in fonts)
    assert text.index("यो"[:1]) < text.index(translated.FRENCH[0])


# --- what the answer does ------------------------------------------------------------------------


def test_a_no_stops_the_book_with_the_line_of_the_quote_and_shows_on_the_sheet(rebuildable):
    voice.run(rebuildable, "v-full")
    refused = table(rebuildable, "v-full")[0]
    answered(rebuildable, "v-full", "non", refused["exact"])
    run_stages(rebuildable, TO_BOOK[:-1])

    with pytest.raises(DataError) as caught:
        stage.run(rebuildable)
    text = shown(sheet(rebuildable, "v-full"))

    problem = caught.value.problems[0]
    assert problem.code == "B-022"
    assert problem.file.endswith("01-four.md")
    assert problem.line > 1
    assert refused["passage"] in problem.message
    assert "Vous avez dit non, 2 mars 2026" in text


def test_a_no_takes_what_was_built_away_at_once(rebuildable):
    """The book rests on words that may no longer be shown."""
    voice.run(rebuildable, "v-full")
    answered(rebuildable, "v-full", "non")

    run_stages(rebuildable, ("corpus",))

    assert not (rebuildable.book_output / "book.pdf").exists()


def test_a_yes_changes_nothing_but_the_sheet(rebuildable):
    voice.run(rebuildable, "v-full")
    answered(rebuildable, "v-full", "oui")
    run_stages(rebuildable, TO_FACTS)

    assert (rebuildable.book_output / "book.pdf").exists()
    assert "Vous avez dit oui" in shown(sheet(rebuildable, "v-full"))


def test_a_no_changes_no_number(rebuildable):
    before = files.read(tables.CODE_BY_GROUP, rebuildable.processed)
    voice.run(rebuildable, "v-full")
    answered(rebuildable, "v-full", "non")

    run_stages(rebuildable, TO_FACTS)

    assert files.read(tables.CODE_BY_GROUP, rebuildable.processed).equals(before)


def test_a_first_draft_chooses_no_refused_passage(rebuildable):
    """Without a manuscript the program chooses."""
    known = project.read(rebuildable.raw, Problems())
    own = [draft for draft in drafted(rebuildable, known) if draft.interview_id == "four-01"]
    rows = "".join(
        f'v-full,p{n},book,non,,,four-01,"{exact}"\n'
        for n, exact in enumerate(words_of(rebuildable, own, "v-full"))
    )
    assert rows
    (rebuildable.raw / "interviews/answers.csv").write_text(HEAD + rows, encoding="utf-8")
    run_stages(rebuildable, TO_FACTS)

    quotes = stage.read_material(rebuildable, known).quotes
    chosen = drafted(rebuildable, known)

    assert any(quotes.refused(place) for place in own)
    assert chosen
    assert not any(quotes.refused(place) for place in chosen)


def drafted(folders: Folders, known: project.Project) -> list[Place]:
    material = stage.read_material(folders, known)
    made = manuscript.render(stage.DRAFTS / "fr", material, Problems())
    return [cited.place for cited in made.cited if cited.place]


def words_of(folders: Folders, places: list[Place], speaker_id: str) -> list[str]:
    """The words of a voice in places, a passage each."""
    material = stage.read_material(folders, project.read(folders.raw, Problems()))
    pieces = [material.quotes.cleared(material.quotes.pieces(place)) for place in places]
    own = [rows.loc[rows["speaker_id"].eq(speaker_id), "text"] for rows in pieces]
    return [f" {answers.CUT} ".join(texts) for texts in own if len(texts)]


def test_a_no_for_one_scope_leaves_the_others(tmp_path):
    raw = translated.write(tmp_path / "raw")
    (raw / "interviews/answers.csv").write_text(
        f'{HEAD}v-maya,p,book,non,,,eau-fr,"{translated.FRENCH[0]}"\n', encoding="utf-8"
    )
    folders = run_stages(Folders(raw, tmp_path / "out"), ("corpus",))
    read_ = {
        t: files.read(t, folders.processed) for t in (tables.TURNS, tables.SPEAKERS, tables.MASKS)
    }

    def words(purpose):
        turns = consent.cleared(
            read_[tables.TURNS], purpose, read_[tables.SPEAKERS], read_[tables.MASKS]
        )
        return "\n".join(turns["text"])

    assert translated.FRENCH[0] not in words("book")
    assert f"{answers.CUT} {translated.FRENCH[1]}" in words("book")
    assert translated.FRENCH[0] in words("web")


def test_a_no_to_a_translation_holds_in_the_original(tmp_path):
    raw = translated.write(tmp_path / "raw", chapter='# Un\n\n{{ quote("eau/rigole") }}\n')
    (raw / "book/quotes.csv").write_text(
        f'quote,exact\neau/rigole,"{translated.SAID["ne"][0]}"\n', encoding="utf-8"
    )
    (raw / "interviews/answers.csv").write_text(
        f'{HEAD}v-maya,p,book,non,,,eau-fr,"{translated.FRENCH[0]}"\n', encoding="utf-8"
    )

    with pytest.raises(DataError) as caught:
        run_stages(Folders(raw, tmp_path / "out"), TO_BOOK)

    assert [(p.code, p.line) for p in caught.value.problems] == [("B-022", 3)]


def test_an_answer_keeps_its_passage_when_the_transcript_is_corrected(rebuildable):
    voice.run(rebuildable, "v-full")
    before = table(rebuildable, "v-full")
    long = max(before, key=lambda row: len(row["exact"]))
    answered(rebuildable, "v-full", "oui", long["exact"])
    turns = files.read(tables.TURNS, rebuildable.processed)
    own = turns[turns["speaker_id"].eq("v-full") & turns["interview_id"].eq(long["interview_id"])]
    kept = answers.located(
        files.typed(tables.ANSWERS_BY_HAND, [{**long, "answer": False, "date": None}]).assign(
            line=2
        ),
        own.assign(text=own["text"].str.replace("é", "è", n=1, regex=False)),
        [],
        Path("answers.csv"),
        Problems(),
    )

    assert kept
    assert all(row["start"] is not None for row in kept)


@pytest.mark.parametrize(
    ("row", "code"),
    [
        ("v-mayo,p,book,non,,,eau-fr,Cette rigole", "C-471"),
        ("v-maya,p,book,non,,,eau-france,Cette rigole", "C-472"),
        ("v-maya,p,book,non,,,eau-fr,", "C-473"),
        ("v-maya,p,book,non,,,,Cette rigole", "C-473"),
        ("v-maya,p,book,non,,,eau-fr,Ces mots n’ont été dits par personne ici", "C-474"),
        ("v-maya,p,livre,non,,,eau-fr,Cette rigole", "C-209"),
        ("v-maya,p,book,peut-être,,,eau-fr,Cette rigole", "C-209"),
    ],
)
def test_an_answer_that_cannot_be_used_is_told_on_its_line(tmp_path, row, code):
    raw = translated.write(tmp_path / "raw")
    (raw / "interviews/answers.csv").write_text(f"{HEAD}{row}\n", encoding="utf-8")

    with pytest.raises(DataError) as caught:
        run_stages(Folders(raw, tmp_path / "out"), ("corpus",))

    assert [(p.code, p.line) for p in caught.value.problems] == [(code, 2)]


def test_a_yes_whose_words_are_gone_is_told_and_stops_nothing(tmp_path):
    raw = translated.write(tmp_path / "raw")
    (raw / "interviews/answers.csv").write_text(
        f"{HEAD}v-maya,p,book,oui,,,eau-fr,Ces mots n’ont été dits par personne\n", encoding="utf-8"
    )

    folders = run_stages(Folders(raw, tmp_path / "out"), ("corpus",))

    assert "redemander à v-maya" in log_of(folders).read_text("utf-8")


def test_a_no_to_a_photograph_leaves_it_out(rebuildable):
    photos = files.read(tables.PHOTOS, rebuildable.processed)
    shown_one = photos[photos["people_shown"].map(lambda people: "v-full" in people)][
        "photo_id"
    ].iloc[0]
    (rebuildable.raw / "interviews/answers.csv").write_text(
        f"{HEAD}v-full,photo/{shown_one},book,non,{datetime.date(2026, 3, 2)},,,\n",
        encoding="utf-8",
    )

    run_stages(rebuildable, ("corpus",))

    photos = files.read(tables.PHOTOS, rebuildable.processed).set_index("photo_id")
    assert "book" not in photos.at[shown_one, "in_force"]


def test_nothing_in_the_sheet_is_hidden_in_compressed_streams(rebuildable):
    """The same search as for the pages, in the decompressed bytes alone."""
    data = sheet(rebuildable, "v-full")

    raw = b"\n".join(streams(data)).decode("latin-1")
    assert "Wenceslas" not in raw
    assert "Ghislaine" not in raw
