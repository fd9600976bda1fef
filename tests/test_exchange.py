"""What goes to another QDA tool has passed the door, and what comes back is known again."""

import hashlib
import shutil
import unicodedata
import zipfile
from pathlib import Path

import pandas as pd
import pytest
from conftest import CORPUS, run_stages
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree
from qda import (
    WATER,
    is_valid,
    needs_shared,
    packed,
    project,
    project_xml,
    selection,
    text_source,
    written,
)

from pipeline import messages, tables
from pipeline.coding import codebook, exchange, refi
from pipeline.coding.codebook import LEXICON_COLUMNS, Codebook
from pipeline.coding.merging import merged
from pipeline.coding.outgoing import (
    HELD,
    MASKED,
    SAME,
    Outgoing,
    Piece,
    hidden,
    labelled,
    outgoing,
)
from pipeline.corpus.consent import cleared
from pipeline.folders import Folders
from pipeline.problems import Problems
from pipeline.publication import exchange as publication
from pipeline.tables import files
from pipeline.tables.files import typed

TEXT = "On pompe l’eau à la main.\nLe dimanche on vote.\nPersonne ne paie l’eau."


def interviews(text=TEXT, name="eau-01", file="Entretien eau.docx"):
    sha = hashlib.sha256(text.encode()).hexdigest()
    return pd.DataFrame({"interview_id": [name], "file": [file], "text_sha256": [sha]})


def book(**renamed):
    row = {"code": "water", "code_fr": "L’eau", "code_en": "The water", "theme": "means"}
    codes = typed(tables.CODES, [row, {"code": "vote", "code_fr": "Le vote", "theme": "deciding"}])
    return Codebook(codes, pd.DataFrame(columns=LEXICON_COLUMNS), renamed)


def decided(folder, data, known=None, codes=None, name="p.qdpx", leaving=None):
    problems = Problems()
    file = written(folder, data, name)
    rows = exchange.decisions(
        file, interviews() if known is None else known, codes or book(), problems, leaving
    )
    return rows, problems


def coded(passage="on vote", text=TEXT, name="eau-01", code="water", path="internal://a.txt"):
    start = text.index(passage)
    source = text_source(selection(start, start + len(passage), name=passage), path, name)
    codes = project().split("</Users>")[1].split("</CodeBook>")[0] + "</CodeBook>"
    return packed(project(source, codes=codes.replace('name="water"', f'name="{code}"')), a=text)


# --- reading what was decided elsewhere ----------------------------------------------------------


def test_on_our_own_text_the_positions_are_ours(tmp_path):
    rows, problems = decided(tmp_path, coded())

    assert problems == []
    [row] = rows.to_dict("records")
    assert TEXT[row["start"] : row["end"]] == row["exact"] == "on vote"
    assert (row["interview_id"], row["code"], row["coder"]) == ("eau-01", "water", "Anna")
    assert row["text_sha256"] == interviews()["text_sha256"][0]
    assert rows.columns.tolist() == [*tables.CODINGS_BY_HAND.names, "line", "file"]


def test_a_text_that_came_back_decomposed_or_with_other_line_ends_is_still_ours(tmp_path):
    """A Mac's file system and editors write é as two signs; NVivo ends lines with \\r\\n."""
    other = unicodedata.normalize("NFD", TEXT).replace("\n", "\r\n") + "\r\n"
    data = coded("on vote", other)

    rows, _problems = decided(tmp_path, data)

    assert rows["start"].tolist() == [TEXT.index("on vote")]
    assert rows["exact"].tolist() == ["on vote"]


def test_on_another_text_the_words_and_their_neighbours_say_where(tmp_path):
    labelled = "AWA : On pompe l’eau à la main.\nBRUNO : Le dimanche on vote."

    rows, problems = decided(tmp_path, coded("on vote", labelled))

    [row] = rows.to_dict("records")
    assert problems == []
    assert pd.isna(row["start"])
    assert row["exact"] == "on vote"
    assert labelled.endswith(row["prefix"] + "on vote" + row["suffix"])
    assert len(row["prefix"]) == 32
    assert row["text_sha256"] == hashlib.sha256(labelled.encode()).hexdigest()


WITH_LABELS = (
    "Entretien du 31/12\n\nAWA (0:01) : On pompe l’eau à la main.  \n"
    "BRUNO : Le dimanche on vote.\n[rires]\nAWA : Personne ne paie l’eau.\n"
)
OURS = {"eau-01": Outgoing(TEXT, TEXT, (Piece(0, len(TEXT), 0, len(TEXT), SAME),))}


@pytest.mark.parametrize(
    ("passage", "exact"),
    [
        ("on vote", "on vote"),
        ("vote.\n[rires]\nAWA : Personne", "vote.\nPersonne"),
        ("BRUNO : Le dimanche", "Le dimanche"),
        ("l’eau à la main.  \nBRUNO", "l’eau à la main."),
        ("Personne ne paie l’eau.\n", "Personne ne paie l’eau."),
    ],
)
def test_on_the_transcript_with_its_labels_the_place_in_our_text_is_known(tmp_path, passage, exact):
    rows, problems = decided(tmp_path, coded(passage, WITH_LABELS), leaving=OURS)

    [row] = rows.to_dict("records")
    assert problems == []
    assert TEXT[row["start"] : row["end"]] == row["exact"] == exact


def test_a_label_alone_or_a_corrected_line_is_looked_for_by_its_words(tmp_path):
    corrected = WITH_LABELS.replace("dimanche", "lundi")

    for passage, text in (("BRUNO", WITH_LABELS), ("on vote", corrected)):
        rows, _problems = decided(tmp_path, coded(passage, text), leaving=OURS)
        assert rows["start"].isna().all()
        assert rows["exact"].tolist() == [passage]


@pytest.mark.parametrize(
    "name",
    [
        "eau-01",
        "EAU-01",
        "eau-01.txt",
        "Entretien eau.docx",
        "entretien eau",
        "x/Entretien eau.pdf",
    ],
)
def test_a_source_is_known_by_the_name_of_the_interview_or_of_its_file(tmp_path, name):
    rows, problems = decided(tmp_path, coded(name=name))

    assert rows["interview_id"].tolist() == ["eau-01"]
    assert problems == []


def test_an_unknown_source_is_told_once_with_the_nearest(tmp_path):
    one = selection(0, 2) + selection(3, 8, number=2)

    rows, problems = decided(tmp_path, packed(project(text_source(one, name="eau-1")), a=TEXT))

    assert rows.empty
    [problem] = problems
    assert (problem.code, problem.line) == ("D-003", 2)
    assert '"eau-01"' in problem.hint


@pytest.mark.parametrize("code", ["water", "L’eau", "the WATER", "ancien"])
def test_a_code_is_known_by_id_by_either_name_and_by_its_former_one(tmp_path, code):
    rows, problems = decided(tmp_path, coded(code=code), codes=book(ancien="water"))

    assert rows["code"].tolist() == ["water"]
    assert problems == []


def test_an_unknown_code_is_told_with_the_nearest(tmp_path):
    _rows, problems = decided(tmp_path, coded(code="waters"))

    [problem] = problems
    assert problem.code == "D-004"
    assert '"water"' in problem.hint


def test_a_file_that_cannot_be_read_is_a_problem_and_no_traceback(tmp_path):
    rows, problems = decided(tmp_path, b"PK\x03\x04 broken")

    assert rows.empty
    assert [p.code for p in problems] == ["D-202"]


def test_what_has_no_words_is_passed_over_and_noted(tmp_path):
    picture = (
        '<PictureSource guid="12121212-0000-4000-8000-000000000000" name="x.png">'
        '<PictureSelection guid="13131313-0000-4000-8000-000000000000" firstX="0" firstY="0" '
        'secondX="9" secondY="9"><Coding guid="14141414-0000-4000-8000-000000000000">'
        f'<CodeRef targetGUID="{WATER}"/></Coding></PictureSelection></PictureSource>'
    )

    rows, problems = decided(
        tmp_path, packed(project(text_source(selection(4, 4)) + picture), a=TEXT)
    )

    assert rows.empty
    assert problems == []
    notes = "\n".join(rows.attrs["notes"])
    assert "1 coding without words passed over" in notes
    assert "1 coding of a picture" in notes
    assert "D-214" in notes


def test_codings_on_one_line_of_xml_are_told_apart(tmp_path):
    """qc writes the whole project on one line; a coding's id is its file and line."""
    one = selection(0, 2) + selection(3, 8, number=2)

    rows, _problems = decided(tmp_path, packed(project(text_source(one)), a=TEXT))

    assert rows["line"].tolist() == [1, 2]


def test_taguettes_table_is_read_as_well(tmp_path):
    data = "id,document,tag,content\n7,eau-01,L’eau,on vote\n"

    rows, problems = decided(tmp_path, data, name="lea.csv")

    assert rows[["interview_id", "code", "exact", "line"]].to_numpy().tolist() == [
        ["eau-01", "water", "on vote", 2]
    ]
    assert problems == []


def test_files_of_other_tools_are_told_from_tables_of_codings(tmp_path):
    written(tmp_path, "interview_id,exact,code\n", "lea.csv")
    written(tmp_path, "id,document,tag,content\n", "taguette.csv")
    written(tmp_path, b"", ".hidden.qdpx")
    written(tmp_path, b"", "p.qdpx")

    assert [f.name for f in exchange.files_of(tmp_path)] == ["p.qdpx", "taguette.csv"]


# --- the text that leaves ------------------------------------------------------------------------

TURNS = st.lists(
    st.text(st.sampled_from("ab. "), min_size=1, max_size=6).map(str.strip).filter(bool),
    min_size=1,
    max_size=6,
)


@given(TURNS, st.data())
def test_every_place_between_labels_is_known(turns, data):
    ours, source, places = "", "", []
    for turn in turns:
        ours += "\n" if ours else ""
        source += data.draw(st.sampled_from(["AWA : ", "00:01\nBRUNO : ", "— "]))
        places += [(len(ours) + n, len(source) + n) for n in range(len(turn))]
        ours, source = (
            ours + turn,
            source + turn + data.draw(st.sampled_from(["\n", " \n", "\n\n"])),
        )

    found = labelled(source, ours)

    assert found is not None
    assert [found.back(out, out + 1) for _our, out in places] == [
        (our, our + 1) for our, _out in places
    ]


PIECES = st.lists(
    st.tuples(st.sampled_from([SAME, MASKED, HELD]), st.integers(1, 6), st.integers(1, 6)),
    min_size=1,
    max_size=8,
).filter(lambda made: any(kind == SAME for kind, _a, _b in made))


@given(PIECES, st.integers(0, 60), st.integers(0, 60))
def test_what_goes_out_comes_back_to_its_place(pieces, a, b):
    made, ours, out = [], 0, 0
    for kind, length, other in pieces:
        width = {SAME: length, MASKED: other, HELD: 0}[kind]
        made.append(Piece(ours, ours + length, out, out + width, kind))
        ours, out = ours + length, out + width
    text = Outgoing("o" * ours, "x" * out, tuple(made))
    start, end = sorted((a % ours, b % (ours + 1)))

    place = text.out(start, end)

    if place and start < end:
        assert 0 <= place[0] < place[1] <= out
        again = text.back(*place)
        assert text.out(*again) == place
        kinds = {p.kind for p in made if p.start <= start < p.end or p.start < end <= p.end}
        if kinds == {SAME}:
            assert again == (start, end)


# --- out and back --------------------------------------------------------------------------------


CODES = ["Le travail en commun", "Le lieu en commun", "Compter les mains", "Attendre l’accord"]


@pytest.fixture(scope="module")
def built(tmp_path_factory) -> Folders:
    """The tiny corpus, coded; a coder's memo names, quotes and is masked."""
    folder = tmp_path_factory.mktemp("exchange")
    raw = shutil.copytree(CORPUS, folder / "raw")
    file = raw / "codings" / "coder-b.csv"
    lines = file.read_text(encoding="utf-8").splitlines()
    memos = [
        "Hortense hésite",
        "elle dit que ça ne vous regarde pas",
        "comme Klementyna Abramczyk",
        "mandragore donc",
        "le possessif",
    ]
    kept = [
        line.removesuffix(",") + f",{memo}" for line, memo in zip(lines[1:], memos, strict=False)
    ]
    file.write_text("\n".join([lines[0], *kept, *lines[1 + len(memos) :]]) + "\n", encoding="utf-8")
    folders = run_stages(Folders(raw, folder / "out"), ("corpus", "coding"))
    messages.speak("en")
    publication.run(folders, suggestions=True)
    return folders


@pytest.fixture(scope="module")
def read(built):
    return {table: files.read(table, built.processed) for table in publication.READ}


@pytest.fixture(scope="module")
def left(built) -> Path:
    return built.dist / "exchange" / "project.qdpx"


def test_out_and_back_gives_the_same_codings_once(built, read, left):
    problems = Problems()
    codes = codebook.read(built.raw / "codebook.yaml", problems)
    door = ("research", read[tables.SPEAKERS], read[tables.MASKS])
    texts = outgoing(read[tables.TURNS], *door)

    rows = exchange.decisions(left, read[tables.INTERVIEWS], codes, problems, texts)
    ids = [f"project.qdpx:{line}" for line in rows["line"]]
    back = rows.assign(coding_id=ids, file="project.qdpx").reindex(columns=tables.CODINGS.names)
    both = pd.concat([read[tables.CODINGS], back], ignore_index=True)
    kept, conflicts = merged(both, hidden(texts))

    assert problems == []
    assert len(rows) == 13
    assert conflicts.empty
    columns = ["coding_id", "interview_id", "code", "coder", "start", "end", "exact", "memo"]
    pd.testing.assert_frame_equal(kept[columns], read[tables.CODINGS][columns])
    [note] = rows.attrs["notes"]
    assert note.endswith("suggestions passed over: nobody decided on them")


def test_each_passage_is_where_the_text_that_leaves_has_it(left):
    found = refi.read(left)

    texts = found.sources.set_index("guid")["text"]
    assert found.problems == []
    for row in found.codings.itertuples():
        assert texts[row.source_guid][row.start : row.end] == row.exact


def test_every_word_that_leaves_has_passed_the_door(left):
    """Masked words, voices that did not agree, names that were not allowed: in no byte."""
    with zipfile.ZipFile(left) as archive:
        data = {name: archive.read(name).decode() for name in archive.namelist()}
    data["codebook"] = left.with_name("codebook.qdc").read_text(encoding="utf-8")
    refused = (
        *("mandragore", "461 792", "girouette", "137 468", "Klementyna", "Abramczyk"),
        *("chambre du petit", "Hortense", "Quévy", "Ghislaine", "Moreuil", "Timéo", "Bertil"),
        *("Vallombrelle", "49.864", "regarde pas", "à effacer"),
    )

    for name, text in data.items():
        assert [word for word in refused if word.casefold() in text.casefold()] == [], name
    assert any("une voisine avait gardé la clé" in text for text in data.values())
    shas = read_shas(left)
    assert not any(sha in text for sha in shas for text in data.values())


def read_shas(left: Path) -> list[str]:
    processed = left.parents[2] / "processed"
    return files.read(tables.INTERVIEWS, processed)["text_sha256"].tolist()


def test_a_memo_leaves_masked_or_not_at_all(left):
    memos = refi.read(left).codings["memo"].dropna().tolist()

    assert sorted(memos) == [
        "comme une ancienne du village",
        "le possessif",
        "le possessif",
        "voix de l’interprète",
    ]


def test_the_codebook_has_its_three_levels_and_colours(left):
    codes = refi.read(left.with_name("codebook.qdc")).codes

    own = codes[codes["is_codable"]]
    assert set(codes.loc[~codes["is_codable"], "level"]) == {0, 1}
    assert own.loc[own["level"].eq(2), "name"].tolist() == CODES
    assert own["color"].str.fullmatch("#[0-9A-F]{6}").all()


def test_initiatives_are_cases_with_the_sheets_values_and_their_interviews(left):
    found = refi.read(left)

    four = found.cases.set_index("name").loc["Le Four commun de Brissolles"]
    names = found.sources.set_index("guid")["name"]
    assert [names[guid] for guid in four["sources"]] == ["four-01", "four-02"]
    values = found.variables[found.variables["bearer_guid"].eq(four["guid"])]
    assert values.set_index("name")["value"]["founded_year"] == "2004"
    assert values.set_index("name")["value"]["provenance"] == "fictional"


def test_what_is_invented_says_so(left):
    found = refi.read(left)

    assert found.about["description"] == "Demonstration edition – fictional interviews"
    assert set(found.sources["description"]) == {"fictional interview"}


def test_suggestions_leave_on_request_only_in_a_group_of_their_own(read, left):
    found = refi.read(left)
    paths = found.codes.set_index("guid")["path"]
    groups = found.codings["code_guid"].map(paths).str.split(" > ").str[0]
    suggested = cleared(
        read[tables.SUGGESTIONS], "research", read[tables.SPEAKERS], read[tables.MASKS]
    )
    assert groups.eq("Suggestions").sum() == len(suggested) > 0

    without, _lost = publication.build(read, "fr")

    assert not without.codes["name"].str.contains("Suggestions").any()
    assert len(without.codings) == 13


def test_two_builds_give_the_same_bytes(built, left, monkeypatch):
    before = left.read_bytes()
    left.unlink()
    monkeypatch.setattr("time.localtime", lambda *_: (2031, 5, 6, 7, 8, 10, 0, 0, 0))

    publication.run(built, suggestions=True)

    assert left.read_bytes() == before


@needs_shared
def test_what_leaves_validates(left):
    assert is_valid(project_xml(left))


def test_a_passage_changed_elsewhere_is_one_conflict(built, read, left, tmp_path):
    """A person opens the project in another tool, lengthens a passage and deletes another."""
    root = etree.fromstring(project_xml(left))
    name = "{urn:QDA-XML:project:1.0}PlainTextSelection"
    own = [s for s in root.iter(name) if s.get("name").startswith("Depuis, chacun apporte")]
    own[0].set("endPosition", str(int(own[0].get("endPosition")) - 16))
    own[0].set("name", own[0].get("name")[:-16])
    gone = next(s for s in root.iter(name) if s.get("name").startswith("Tant que quelqu"))
    gone.getparent().remove(gone)
    file = tmp_path / "back.qdpx"
    with zipfile.ZipFile(left) as old, zipfile.ZipFile(file, "w") as new:
        new.writestr("Trial.qde", etree.tostring(root))
        for entry in old.namelist()[1:]:
            new.writestr(entry, b"\xef\xbb\xbf" + old.read(entry).replace(b"\n", b"\r\n"))
    problems = Problems()
    codes = codebook.read(built.raw / "codebook.yaml", problems)
    texts = outgoing(read[tables.TURNS], "research", read[tables.SPEAKERS], read[tables.MASKS])

    rows = exchange.decisions(file, read[tables.INTERVIEWS], codes, problems, texts)
    ids = [f"back.qdpx:{line}" for line in rows["line"]]
    back = rows.assign(coding_id=ids, file=file.name).reindex(columns=tables.CODINGS.names)
    kept, conflicts = merged(
        pd.concat([read[tables.CODINGS], back], ignore_index=True), hidden(texts)
    )

    assert problems == []
    assert len(kept) == len(read[tables.CODINGS])
    assert sorted(conflicts["kind"]) == ["changed", "missing"]
    changed = conflicts.set_index("kind").loc["changed"]
    assert changed["other_end"] - changed["end"] == 16
    assert changed["coding_id"].startswith("back.qdpx:")
