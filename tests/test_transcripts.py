"""Any transcript becomes the same table of turns, and nothing of the file is lost on the way."""

import contextlib
import csv
import html
import io
import itertools
import math
import os
import re
import zipfile
from collections import Counter
from pathlib import Path

import docx
import pandas as pd
import pytest
import srt
import webvtt
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.corpus import transcripts
from pipeline.corpus.encodings import decode
from pipeline.corpus.readers import times
from pipeline.corpus.readers.labels import Look, look
from pipeline.problems import DataError

SHARED = Path(__file__).parents[1].parent / "shared"
W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"

needs_shared = pytest.mark.skipif(
    not SHARED.exists() and os.environ.get("CI") != "true",
    reason="the reference material does not lie beside the repository",
)


# --- helpers: build a file, read it, look at it ---------------------------------------------


@pytest.fixture
def read(tmp_path):
    """Write `content` (text or bytes) under `name` and read it."""

    def reader(name: str, content: str | bytes) -> pd.DataFrame:
        path = tmp_path / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return transcripts.read(path)

    return reader


def said(turns: pd.DataFrame) -> list[tuple[str, str]]:
    return list(zip(turns["speaker"], turns["text"], strict=True))


def problem(read, name: str, content: str | bytes):
    """Read a file that cannot be read; return its only problem."""
    with pytest.raises(DataError) as caught:
        read(name, content)
    (only,) = caught.value.problems
    return only


def document(*paragraphs: str) -> bytes:
    made = docx.Document()
    for text in paragraphs:
        made.add_paragraph(text)
    return saved(made)


def saved(made) -> bytes:
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def raw_document(body: str, prolog: str = "") -> bytes:
    """Pack WordprocessingML that python-docx would not write."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        xml = f'{prolog}<w:document xmlns:w="{W}"><w:body>{body}</w:body></w:document>'
        archive.writestr("word/document.xml", xml)
    return out.getvalue()


def shared_files(pattern: str) -> list:
    return [pytest.param(path, id=path.stem) for path in sorted(SHARED.glob(pattern))] or [
        pytest.param(SHARED / pattern, id="absent")
    ]


def words(text: str) -> Counter[str]:
    return Counter(text.split())


# --- real files, counted a second way ----------------------------------------------------------


def paragraphs_of(path: Path) -> list[str]:
    """The document's paragraphs by regular expression, without any reader of ours."""
    xml = zipfile.ZipFile(path).read("word/document.xml").decode()
    return [
        html.unescape("".join(re.findall(r"<w:t(?: [^>]*)?>([^<]*)</w:t>", paragraph)))
        for paragraph in re.findall(r"<w:p[ >].*?</w:p>", xml, re.DOTALL)
    ]


HEAD = re.compile(r"\[(\w+)\] \((\d+):(\d\d)\s*[-–]\s*(\d+):(\d\d)\)\s*")


@needs_shared
@pytest.mark.parametrize("path", shared_files("corpora/artisans/interviews/*.docx"))
def test_each_head_of_a_real_interview_is_a_turn_with_its_speaker_and_times(path):
    found = [HEAD.fullmatch(text) for text in paragraphs_of(path)]
    expected = [
        (m[1], int(m[2]) * 60 + int(m[3]), int(m[4]) * 60 + int(m[5]), n)
        for n, m in enumerate(found, start=1)
        if m
    ]

    turns = transcripts.read(path)

    assert expected == list(
        zip(turns["speaker"], turns["start_s"], turns["end_s"], turns["place"], strict=True)
    )
    assert sum(text.startswith("[") for text in paragraphs_of(path)) == len(turns)


@needs_shared
@pytest.mark.parametrize("path", shared_files("corpora/artisans/interviews/*.docx"))
def test_each_word_of_a_real_interview_is_in_a_turn_or_listed_as_unused(path):
    written = [text for text in paragraphs_of(path) if not HEAD.fullmatch(text)]

    turns = transcripts.read(path)

    unused = " ".join(text for _place, text in turns.attrs["unused"])
    assert words(" ".join(written)) == words(" ".join(turns["text"])) + words(unused)
    assert re.fullmatch(r"Entretien 01 \d\d\.\d\d\.\d\d( \d\d)?", unused)


@needs_shared
@pytest.mark.parametrize("path", shared_files("corpora/oral_history/*-transcript-example.csv"))
def test_each_row_of_a_real_table_is_a_turn_and_blank_speakers_continue(path):
    rows = list(csv.DictReader(path.open(encoding="utf-8", newline="")))
    speakers, running = [], ""
    for row in rows:
        running = row["speaker"].strip() or running
        speakers.append(running)

    turns = transcripts.read(path)

    assert speakers == list(turns["speaker"])
    assert [html.unescape(row["words"]).split() for row in rows] == [
        t.split() for t in turns["text"]
    ]
    stamps = [clock(row["timestamp"].strip("[]")) for row in rows]
    assert stamps == [None if math.isnan(s) else s for s in turns["start_s"]]
    assert turns.attrs["unused"] == []
    assert not turns["text"].str.contains(r"&#?\w+;").any()


def clock(text: str) -> float | None:
    """Add up a clock time as a pocket calculator would."""
    parts = [float(part) for part in text.split(":")] if text else []
    return sum(part * 60**n for n, part in enumerate(reversed(parts))) if parts else None


@needs_shared
def test_one_digit_times_of_a_real_teams_file_are_read():
    turns = transcripts.read(SHARED / "samples/teams_timeframe.vtt")

    assert said(turns) == [
        ("Yuri Bakulin", "There you go."),
        ("Adrian Petrescu", "Why hello there, Yuri."),
    ]
    assert list(turns["start_s"]) == [0.0, 0.21]
    assert list(turns["end_s"]) == [0.57, 1.13]


@needs_shared
def test_words_of_a_real_rolling_file_stand_once():
    turns = transcripts.read(SHARED / "samples/youtube_dl_rolling.vtt")

    # Read by eye: the file shows "yeah" and the long line twice.
    assert " ".join(turns["text"]) == "yeah what this will happen is I'm telling"


@needs_shared
def test_bracketed_ids_of_a_real_text_file_are_speakers():
    path = SHARED / "samples/qualcoder_transcript.txt"
    lines = [line for line in path.read_text().split("\n") if line.strip()]

    turns = transcripts.read(path)

    assert [line[1:4] for line in lines] == list(turns["speaker"])
    assert words(" ".join(line[5:] for line in lines)) == words(" ".join(turns["text"]))


# --- the table -----------------------------------------------------------------------------------


def test_a_turn_has_the_agreed_columns_in_their_order(read):
    turns = read("a.txt", "Anne : un\nBruno : deux\n")

    assert list(turns.columns) == ["turn", "speaker", "start_s", "end_s", "text", "place"]
    assert list(turns["turn"]) == [1, 2]
    assert turns[["start_s", "end_s"]].isna().all().all()


def test_backward_and_overlapping_times_stay_as_written(read):
    turns = read("a.txt", "[Anne] (0:09 - 0:20)\nun\n[Bruno] (0:05 - 0:03)\ndeux\n")

    assert list(turns["start_s"]) == [9, 5]
    assert list(turns["end_s"]) == [20, 3]


plain = st.from_regex(r"[a-zé]{1,8}( [a-zé]{1,8}){0,5}[.?]", fullmatch=True)
dialogues = st.lists(
    st.tuples(
        st.sampled_from(["Anne", "DB", "Marie de la Tour", "P2"]), st.lists(plain, min_size=1)
    ),
    min_size=2,
    max_size=8,
).filter(lambda turns: len({speaker for speaker, _words in turns}) > 1)


@given(dialogues)
@settings(max_examples=25, deadline=None)
def test_a_written_dialogue_comes_back_from_text_and_word(tmp_path_factory, dialogue):
    folder = tmp_path_factory.mktemp("round")
    expected = [(speaker, "\n".join(paragraphs)) for speaker, paragraphs in dialogue]
    timed = [
        (f"[{speaker}] (0:{n:02} - 0:{n + 1:02})", *paragraphs)
        for n, (speaker, paragraphs) in enumerate(dialogue)
    ]
    (folder / "a.txt").write_text("\n\n".join("\n".join(lines) for lines in timed))
    body = "".join(f"<w:p><w:r><w:t>{line}</w:t></w:r></w:p>" for lines in timed for line in lines)
    (folder / "a.docx").write_bytes(raw_document(body))
    once = [(speaker, paragraphs[0]) for speaker, paragraphs in dialogue]
    (folder / "b.txt").write_text("\n".join(f"{speaker} : {words}" for speaker, words in once))

    assert said(transcripts.read(folder / "a.txt")) == expected
    assert said(transcripts.read(folder / "a.docx")) == expected
    assert said(transcripts.read(folder / "b.txt")) == once


# --- who speaks ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "written"),
    [
        ("a.txt", "Anne : un\nBruno : deux\nAnne : trois\n"),
        ("a.txt", "Anne: un\n\nBruno: deux\n\nAnne: trois\n"),
        ("a.txt", "Anne\u00a0: un\nBruno\u202f: deux\nAnne\u00a0: trois\n"),
        ("a.txt", "[Anne] un\n[Bruno] deux\n[Anne] trois"),
        ("a.txt", "[00:00:01] Anne : un\n[00:00:02] Bruno : deux\n[00:00:03] Anne : trois"),
        ("a.txt", "Anne (00:00:01) : un\nBruno (00:00:02) : deux\nAnne (00:00:03) : trois"),
        ("a.txt", "Anne [0:01]: un\nBruno [0:02]: deux\nAnne [0:03]: trois"),
        ("a.txt", "Anne  0:01\nun\n\nBruno  0:02\ndeux\n\nAnne  0:03\ntrois"),
        ("a.txt", "Anne 0:01\nun\n\nBruno  0:02\ndeux\n\nAnne 0:03\ntrois"),
        ("a.txt", "0:01 Anne\nun\n0:02 Bruno\ndeux\n0:03 Anne\ntrois\n0:04 Bruno\nquatre"),
        ("a.txt", "00:00:01\nAnne : un\n00:00:02\nBruno : deux\n00:00:03\nAnne : trois"),
        ("a.txt", "[Anne] (0:01 - 0:02)\nun\n[Bruno] (0:02 – 0:03)\ndeux\n[Anne] (0:03)\ntrois"),
        ("a.md", "**Anne :** un\n\n**Bruno :** deux\n\n**Anne :** trois"),
        ("a.md", "**Anne** : un\n\n**Bruno** : deux\n\n**Anne** : trois"),
        ("a.md", "__Anne :__ un\n\n__Bruno :__ deux\n\n__Anne :__ trois"),
        ("a.txt", "Anne\uff1aun\nBruno\u17d6 deux\nAnne\uff1a trois"),
        ("a.txt", "— Anne : un\n— Bruno : deux\n— Anne : trois"),
        ("a.txt", "Anne :\nun\nBruno :\ndeux\nAnne :\ntrois"),
        ("a.csv", "speaker,words\nAnne,un\nBruno,deux\nAnne,trois\n"),
        ("a.csv", "Locuteur;Horodatage;Paroles\nAnne;0:01;un\nBruno;;deux\nAnne;;trois\n"),
        ("a.tsv", "début\tintervenante\ttexte\n0:01\tAnne\tun\n\tBruno\tdeux\n\tAnne\ttrois\n"),
        ("a.vtt", "WEBVTT\n\n0:01.0 --> 0:02.0\n<v Anne>un</v><v Bruno>deux\n\n0:02.0 --> 0:03.0\n<v.loud Anne>trois"),
        ("a.srt", "1\n00:00:01,0 --> 00:00:02,0\nAnne: un\nBruno: deux\n\n2\n00:00:02,0 --> 00:00:03,0\n- ANNE : trois"),
    ],
)  # fmt: skip
def test_each_way_to_write_a_dialogue_is_the_same_dialogue(read, name, written):
    turns = [(speaker.replace("ANNE", "Anne"), text) for speaker, text in said(read(name, written))]

    assert turns[:3] == [("Anne", "un"), ("Bruno", "deux"), ("Anne", "trois")]


@pytest.mark.parametrize(
    "sentence",
    [
        "Je lui ai dit : non",
        "Attention : danger",
        "Par exemple : le jardin",
        "10:30 nous partons",
        "http://exemple.org est en ligne",
        "Et là il m'a répondu : jamais",
        "Moi, franchement : rien",
        "On s'est vus à 10:30",
        "Rendez-vous vers midi (12:30)",
        "[rires] ça alors",
        "[inaudible] (0:03)",
        "Ce que je veux, c'est ceci : la paix",
        "C'est fini. Bilan : zéro",
    ],
)
def test_a_sentence_that_looks_like_a_label_stays_with_its_speaker(read, sentence):
    text = f"Anne : un\n{sentence}\nBruno : deux\n{sentence}\nAnne : trois\n"

    assert said(read("a.txt", text)) == [
        ("Anne", f"un\n{sentence}"),
        ("Bruno", f"deux\n{sentence}"),
        ("Anne", "trois"),
    ]
    assert set(read("b.txt", f"{sentence}\n\n{sentence}\n")["speaker"]) == {""}


@pytest.mark.parametrize(
    ("label", "kind"),
    [
        ("DB", Look.NAME),
        ("Marie de la Tour", Look.NAME),
        ("M. Dupont", Look.NAME),
        ("Speaker 1", Look.NAME),
        ("អ្នកសម្ភាស", Look.NAME),
        ("Chercheur principal", Look.COMMON),
        ("id1", Look.COMMON),
        ("Je lui ai dit", Look.NONE),
        ("10", Look.NONE),
        ("Un nom beaucoup trop long pour désigner qui que ce soit", Look.NONE),
    ],
)
def test_labels_are_told_by_their_look(label, kind):
    assert look(label) == kind


def test_typos_in_labels_stay(read):
    turns = read("a.txt", "[Chercheur] (0:01)\nun\n[Checheur] (0:02)\ndeux")

    assert list(turns["speaker"]) == ["Chercheur", "Checheur"]


def test_in_a_half_labelled_file_unlabelled_lines_continue_the_turn(read):
    turns = read(
        "a.txt", "Anne : un\nsuite\n\nencore\nBruno : deux\nfin\nAnne : trois\nsuite\nsuite\n"
    )

    assert said(turns) == [
        ("Anne", "un\nsuite\nencore"),
        ("Bruno", "deux\nfin"),
        ("Anne", "trois\nsuite\nsuite"),
    ]


def test_a_name_that_speaks_once_among_long_turns_is_reported_not_lost(read):
    long = "\nsuite" * 6
    turns = read(
        "a.txt", f"Anne : un{long}\nBruno : deux{long}\nAnne : oui\nBruno : oui\nChloé : moi{long}"
    )

    assert turns.attrs["doubtful"] == [(17, "Chloé")]
    assert turns["text"].iloc[-1].startswith("oui\nChloé : moi")


@pytest.mark.parametrize("name", ["Ben", "Bah"])
def test_people_whose_name_is_an_interjection_are_speakers_too(read, name):
    turns = read("a.txt", f"{name} : oui.\n\nAwa : ah ?\n\n{name} : bien sûr.\n\nAwa : bon.\n")

    assert said(turns) == [(name, "oui."), ("Awa", "ah ?"), (name, "bien sûr."), ("Awa", "bon.")]
    assert turns.attrs["unused"] == []


def test_a_time_that_closes_a_paragraph_is_its_end_and_no_word(read):
    text = (
        "B: Wie geht es? #00:00:12-5#\n\nA: Gut.\nSehr gut. #00:00:15-0#\nUnd du? #0:01:02-9#\n\n"
        "#00:01:03-0# B: Um #00:01:05-0# zehn. #00:01:06-0#\n\nA: Punkt #1. #00:99:00-0#\n"
    )
    turns = read("a.txt", text)

    assert said(turns) == [
        ("B", "Wie geht es?"),
        ("A", "Gut.\nSehr gut.\nUnd du?"),
        ("B", "Um #00:01:05-0# zehn."),
        ("A", "Punkt #1. #00:99:00-0#"),
    ]
    assert turns["start_s"].isna().tolist() == [True, True, False, True]
    assert turns["end_s"].tolist()[:3] == [12.5, 62.9, 66]


def test_initials_that_speak_once_are_a_speaker(read):
    long = "\nsuite" * 6
    turns = read("a.txt", f"DB : un{long}\nRA : deux{long}\nDB : oui{long}\nCK : une fois{long}")

    assert list(turns["speaker"]) == ["DB", "RA", "DB", "CK"]


def test_a_title_before_the_first_label_is_unused_neither_speech_nor_dropped(read):
    turns = read("a.txt", "Entretien 01\nDate : 3 mars\n\nAnne : un\nBruno : deux\nAnne : trois")

    assert turns.attrs["unused"] == [(1, "Entretien 01"), (2, "Date : 3 mars")]
    assert list(turns["place"]) == [4, 5, 6]


def test_a_label_without_words_is_unused(read):
    turns = read("a.txt", "Anne : un\nBruno :\nAnne : trois\nBruno : non\n")

    assert turns.attrs["unused"] == [(2, "Bruno :")]
    assert len(turns) == 3


def test_without_labels_a_paragraph_is_a_turn_of_nobody(read):
    text = "Le jardin commence ici.\nIl finit là.\n\nPuis vient l'hiver.\n"

    assert said(read("a.txt", text)) == [
        ("", "Le jardin commence ici.\nIl finit là."),
        ("", "Puis vient l'hiver."),
    ]
    assert said(read("a.docx", document("Un.", "", "Deux."))) == [("", "Un."), ("", "Deux.")]


def test_times_before_unlabelled_lines_begin_turns(read):
    turns = read(
        "a.txt", "[00:00.000 --> 00:04.500]  Bonjour\n[00:04.500 --> 00:06.000]  Bonjour\n"
    )

    assert said(turns) == [("", "Bonjour"), ("", "Bonjour")]
    assert list(turns["end_s"]) == [4.5, 6.0]


def test_markdown_heads_and_headings_are_no_speech(read):
    text = "---\ntitle: x\n---\n# Entretien\n\n**Anne :** un\n\n## Partie 2\n\n**Bruno :** deux\n\nfin\n"
    turns = read("a.md", text)

    assert said(turns) == [("Anne", "un"), ("Bruno", "deux\nfin")]
    assert turns.attrs["unused"] == [(4, "# Entretien"), (8, "## Partie 2")]
    assert list(turns["place"]) == [6, 10]


# --- Word --------------------------------------------------------------------------------------------


def test_a_two_column_table_is_a_dialogue_and_a_sheet_of_facts_is_not(read):
    made = docx.Document()
    made.add_paragraph("Entretien")
    fill(made, [("Date", "3 mars"), ("Lieu", "Paris")])
    fill(made, [("Anne :", "un\nsuite"), ("Bruno", "deux"), ("", "encore"), ("Anne", "trois")])
    made.add_paragraph("Fin de l'entretien")
    turns = read("a.docx", saved(made))

    assert said(turns) == [
        ("Anne", "un\nsuite"),
        ("Bruno", "deux"),
        ("Bruno", "encore"),
        ("Anne", "trois"),
    ]
    left = [text for _place, text in turns.attrs["unused"]]
    assert left == ["Entretien", "Date", "3 mars", "Lieu", "Paris", "Fin de l'entretien"]


def test_a_table_with_a_header_and_times_is_read_by_its_header(read):
    made = docx.Document()
    fill(made, [("Temps", "Locuteur", "Texte"), ("0:05", "Anne", "un"), ("0:09", "Bruno", "deux")])
    turns = read("a.docx", saved(made))

    assert said(turns) == [("Anne", "un"), ("Bruno", "deux")]
    assert list(turns["start_s"]) == [5, 9]


def fill(made, rows) -> None:
    table = made.add_table(rows=0, cols=len(rows[0]))
    for row in rows:
        for cell, text in zip(table.add_row().cells, row, strict=True):
            cell.text = text


def test_insertions_are_read_and_deletions_are_not(read):
    body = (
        '<w:p><w:pPr><w:tabs><w:tab w:val="left"/></w:tabs></w:pPr><w:r><w:t>Anne : </w:t></w:r>'
        "<w:ins><w:r><w:t>ajouté </w:t></w:r></w:ins><w:del><w:r><w:delText>ôté</w:delText><w:br/></w:r></w:del>"
        "<w:hyperlink><w:r><w:t>lien</w:t></w:r></w:hyperlink>"
        "<w:moveFrom><w:r><w:t>déplacé</w:t></w:r></w:moveFrom>"
        "<w:sdt><w:sdtContent><w:r><w:tab/><w:t>champ</w:t></w:r></w:sdtContent></w:sdt></w:p>"
        "<w:p><w:r><w:t>Bruno : un</w:t><w:br/><w:t>deux</w:t></w:r></w:p>"
    )

    assert said(read("a.docx", raw_document(body))) == [
        ("Anne", "ajouté lien\tchamp"),
        ("Bruno", "un\ndeux"),
    ]


def test_a_text_box_is_read_once(read):
    box = "<w:txbxContent><w:p><w:r><w:t>Encadré</w:t></w:r></w:p></w:txbxContent>"
    mc = "http://schemas.openxmlformats.org/markup-compatibility/2006"
    body = (
        f'<w:p><w:r><w:t>Hôte</w:t><mc:AlternateContent xmlns:mc="{mc}"><mc:Choice>{box}</mc:Choice>'
        f"<mc:Fallback>{box}</mc:Fallback></mc:AlternateContent></w:r></w:p>"
    )

    assert said(read("a.docx", raw_document(body))) == [("", "Hôte"), ("", "Encadré")]


def test_bold_labels_that_come_twice_are_speakers(read):
    made = docx.Document()
    for name, text in [("Anne", "un"), ("Bruno", "deux"), ("Anne", "trois"), ("Bruno", "oui")]:
        paragraph = made.add_paragraph()
        paragraph.add_run(name).bold = True
        paragraph.add_run(f" {text}")

    assert said(read("a.docx", saved(made)))[:2] == [("Anne", "un"), ("Bruno", "deux")]


# --- tables --------------------------------------------------------------------------------------------


def test_quoted_cells_may_span_lines_and_places_stay_physical(read):
    turns = read(
        "a.csv", 'speaker,words,tags\n,"Seul\nle vent",\nA:,un &amp; deux,x\n\n,trois,\nB:,,note\n'
    )

    assert said(turns) == [("", "Seul\nle vent"), ("A:", "un & deux"), ("A:", "trois")]
    assert list(turns["place"]) == [2, 4, 6]
    assert turns.attrs["unused"] == [(7, "B: | note")]


def test_start_and_end_columns_hold_times_or_plain_seconds(read):
    turns = read("a.csv", "start,end,speaker,text\n1.5,0:02.25,A,un\n(0:03),,B,deux\n")

    assert list(turns["start_s"]) == [1.5, 3.0]
    assert turns["end_s"].iloc[0] == 2.25
    assert math.isnan(turns["end_s"].iloc[1])


def test_all_problems_of_a_table_are_told_at_once(read):
    with pytest.raises(DataError) as caught:
        read("a.csv", "speaker,words,timestamp\nA,un,0:75\nB,deux,hier\nC,trois,0:01,quatre\n")

    assert [(p.code, p.line) for p in caught.value.problems] == [
        ("C-106", 2),
        ("C-106", 3),
        ("C-105", 4),
    ]
    assert "hier" not in str(caught.value)
    assert "quatre" not in str(caught.value)


@pytest.mark.parametrize(
    ("text", "line"),
    [("who,tags\nA,x\n", 1), ("speaker,words\nA,un\nB,\"deux\nC,trois\n", 3), ("text,words\na,b\n", 1)],
)  # fmt: skip
def test_a_malformed_table_is_refused_where_it_breaks(read, text, line):
    found = problem(read, "a.csv", text)

    assert (found.code, found.line) == ("C-105", line)


# --- subtitles -----------------------------------------------------------------------------------------


def test_only_what_is_shown_of_a_webvtt_is_speech(read):
    text = (
        "WEBVTT - titre\nKind: captions\n\nNOTE secret\nde deux lignes\n\nSTYLE\n::cue {}\n\n"
        "introduction\n01:02.500 --> 01:03.000 align:start\n<c.jaune>Ben</c> <i>oui</i> &amp; <00:01:02.700>non\n\n"
        "NOTE encore\n\n1:00:00.000 --> 1:00:01.000\n- Oui.\n- Non.\n"
    )
    turns = read("a.vtt", text)

    assert said(turns) == [("", "Ben oui & non"), ("", "- Oui.\n- Non.")]
    assert list(turns["start_s"]) == [62.5, 3600]
    assert list(turns["place"]) == [11, 16]
    assert turns.attrs["unused"] == []


def test_blank_lines_missing_numbers_and_points_do_not_break_subrip(read):
    text = "\ufeff1\r\n00:00:01,500 --> 00:00:02.500\r\nUn\r\n\r\nsuite\r\n\r\n00:00:03,0 --> 00:00:04,0\r\n{\\an8}Deux\r\n3\r\n00:00:05,0 --> 00:00:06,0\r\nTrois"

    turns = read("a.srt", text)

    assert list(turns["text"]) == ["Un\nsuite", "Deux", "Trois"]
    assert list(turns["start_s"]) == [1.5, 3, 5]


def test_a_line_that_may_be_a_name_of_a_cue_or_lost_speech_is_shown(read):
    text = "WEBVTT\n\n00:01.000 --> 00:02.000\nUn\n\nperdu ou nom\n00:03.000 --> 00:04.000\nDeux\n"
    turns = read("a.vtt", text)

    assert list(turns["text"]) == ["Un", "Deux"]
    assert turns.attrs["unused"] == [(6, "perdu ou nom")]


def test_two_people_who_say_the_same_are_two_turns(read):
    text = "1\n00:00:01,0 --> 00:00:02,0\nOui.\n\n2\n00:00:02,0 --> 00:00:03,0\nOui.\n"

    assert list(read("a.srt", text)["text"]) == ["Oui.", "Oui."]


def test_rolling_subtitles_without_tags_are_read_once(read):
    lines = ["un", "deux", "trois", "quatre", "cinq"]
    cues = [
        f"{n}\n00:00:{n:02},0 --> 00:00:{n + 1:02},0\n{above}\n{below}"
        for n, (above, below) in enumerate(itertools.pairwise(lines), start=1)
    ]

    assert " ".join(read("a.srt", "\n\n".join(cues))["text"]).split() == lines


def test_what_is_said_again_after_a_silence_is_said_twice(read):
    text = "WEBVTT\n\n00:01.000 --> 00:02.000\noui<00:01.500> oui\n\n00:09.000 --> 00:10.000\noui oui\n"

    assert list(read("a.vtt", text)["text"]) == ["oui oui", "oui oui"]


def test_a_timing_line_that_cannot_be_is_named_by_its_line(read):
    found = problem(read, "a.vtt", "WEBVTT\n\n00:01.000 --> 00:99.000\nparoles\n")

    assert (found.code, found.line) == ("C-106", 3)
    assert "paroles" not in str(found)


lines_of_speech = st.lists(st.from_regex(r"[a-z]{1,9}( [a-z]{1,9}){0,4}\.", fullmatch=True), min_size=1, max_size=2)  # fmt: skip


@given(st.lists(lines_of_speech, min_size=1, max_size=6))
@settings(max_examples=40, deadline=None)
def test_our_scanner_agrees_with_both_libraries_on_clean_files(tmp_path_factory, cues):
    folder = tmp_path_factory.mktemp("cues")
    gap = [  # gaps, so that nothing rolls
        srt.Subtitle(
            n, srt.timedelta(seconds=2 * n), srt.timedelta(seconds=2 * n + 1), "\n".join(rows)
        )
        for n, rows in enumerate(cues, start=1)
    ]
    (folder / "a.srt").write_text(srt.compose(gap))
    vtt = "WEBVTT\n\n" + srt.compose(gap).replace(",000", ".000")
    (folder / "a.vtt").write_text(vtt)

    subrip, web = transcripts.read(folder / "a.srt"), transcripts.read(folder / "a.vtt")

    theirs = list(srt.parse((folder / "a.srt").read_text()))
    assert [(c.start.total_seconds(), c.content) for c in theirs] == list(
        zip(subrip["start_s"], subrip["text"], strict=True)
    )
    assert [c.text for c in webvtt.from_string(vtt)] == list(web["text"])


# --- what the file really is -----------------------------------------------------------------------------


def test_content_decides_over_the_name(read):
    vtt = "WEBVTT\n\n00:01.000 --> 00:02.000\nbonjour\n"

    assert read("a.txt", vtt).attrs["format"] == "WebVTT"
    assert read("a.txt", document("bonjour")).attrs["format"] == "Word"
    assert read("a.txt", "1\n00:00:01,000 --> 00:00:02,000\nbonjour\n").attrs["format"] == "SubRip"
    assert read("a.txt", "speaker,words\nA,bonjour\n").attrs["format"] == "CSV"
    assert read("A.TXT", "PK : bonjour").attrs["format"] == "text"


def zipped(**members: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, content in members.items():
            archive.writestr(name.replace("_", "."), content)
    return out.getvalue()


@pytest.mark.parametrize(
    ("name", "content", "code", "fact"),
    [
        ("a.docx", b"%PDF-1.7\n", "C-101", "the file is a PDF renamed to .docx"),
        ("a.docx", b"\xd0\xcf\x11\xe0\xa1\xb1", "C-101", "97"),
        ("a.docx", b"bonjour", "C-101", "no Word document"),
        ("a.docx", zipped(a_txt="x"), "C-101", "no Word document"),
        ("a.docx", zipped(content_xml="x"), "C-101", "OpenDocument"),
        ("a.docx", b"PK\x03\x04garbage", "C-104", "damaged"),
        ("a.docx", document("bonjour")[:-900], "C-104", "damaged"),
        ("a.docx", raw_document("<w:p>"), "C-104", "XML"),
        ("a.docx", raw_document("", '<!DOCTYPE x [<!ENTITY e "m">]>'), "C-104", "document type"),
        ("a.trs", b"<?xml version='1.0'?><feed/>", "C-101", "XML"),
        ("a.xyz", b"bonjour", "C-101", ".xyz"),
        ("a.txt", b"", "C-102", "no words"),
        ("a.txt", b" \n\n ...\n", "C-102", "no words"),
        ("a.docx", document(""), "C-102", "no words"),
        ("a.csv", b"speaker,words\n", "C-102", "no words"),
        ("a.vtt", b"WEBVTT\n\n00:01.000 --> 00:02.000\n\n", "C-102", "no words"),
        ("a.txt", b"un\ndeux \x81\xe9\n", "C-103", "Windows-1252"),
        ("a.txt", b"u\x00n", "C-103", "Windows-1252"),
    ],
)
def test_what_cannot_be_read_says_what_it_is(read, name, content, code, fact):
    found = problem(read, name, content)

    assert found.code == code
    assert fact in found.message
    assert found.hint


def test_a_folder_and_an_absent_file_are_problems_too(tmp_path):
    for path in (tmp_path, tmp_path / "absent.txt"):
        with pytest.raises(DataError, match="C-101"):
            transcripts.read(path)


def test_a_zip_bomb_is_not_unpacked(read):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", b" " * (20 * 2**20))
    assert "archive" in problem(read, "a.docx", out.getvalue()).message

    with zipfile.ZipFile(out, "a", zipfile.ZIP_DEFLATED) as archive:
        for n in range(10):
            archive.writestr(f"word/media/{n}.bmp", b" " * (20 * 2**20))
    assert "unpacks to" in problem(read, "a.docx", out.getvalue()).message


def test_a_file_beyond_the_limit_is_refused_unread(read, monkeypatch):
    monkeypatch.setattr(transcripts, "MAX_BYTES", 10)

    assert problem(read, "a.txt", "onze signes").code == "C-101"


# --- bytes and times ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "windows-1252"])
def test_accents_survive_each_encoding_and_line_break(read, encoding):
    text = "Anne : déjà l’été…\r\nBruno : œuf\rAnne : ça\n".encode(encoding)

    assert decode(text, Path("a.txt"))[1] == encoding
    assert said(read("a.txt", text)) == [("Anne", "déjà l’été…"), ("Bruno", "œuf"), ("Anne", "ça")]


def test_composed_and_decomposed_accents_are_one_text(read):
    assert decode("e\u0301te\u0301".encode(), Path("a.csv")) == ("été", "utf-8")
    assert read("a.txt", "e\u0301te\u0301")["text"].tolist() == ["été"]
    assert read("a.docx", document("e\u0301te\u0301"))["text"].tolist() == ["été"]


def test_other_line_breaks_and_control_signs_do_not_enter_the_text(read):
    turns = read("a.csv", "speaker,words\nA,un\u2028deux\x0btrois\x01\n")

    assert turns["text"].tolist() == ["un\ndeux\ntrois"]


def test_the_line_of_a_bad_byte_is_told(read):
    assert problem(read, "a.txt", b"un\r\ndeux\r\ntrois \x90\n").line == 3


@pytest.mark.parametrize(
    ("written", "start", "end"),
    [
        ("0:01", 1, None),
        ("[01:09]", 69, None),
        ("0:00:45", 45, None),
        ("00:01:02,500", 62.5, None),
        ("1:02:03.5", 3723.5, None),
        ("(0:47- 0:49)", 47, 49),
        ("(10:02 – 10:03)", 602, 603),
        ("0:0:0.570", 0.57, None),
        ("109:32", 6572, None),
        ("#00:01:02-3#", 62.3, None),
    ],
)
def test_times_are_read_as_people_and_machines_write_them(written, start, end):
    found = times.span(written)

    assert found[0] == start
    assert math.isnan(found[1]) if end is None else found[1] == end


@pytest.mark.parametrize("written", ["0:60", "1:75:00", "hier", "12", "0:01 - ", "1:2:3:4"])
def test_what_is_no_time_is_refused(written):
    with pytest.raises(ValueError, match=r"not|run"):
        times.span(written)


@given(st.integers(0, 99), st.integers(0, 59), st.integers(0, 59), st.integers(0, 999))
def test_a_written_time_comes_back(hours, minutes, seconds, thousandths):
    written = f"{hours}:{minutes:02}:{seconds:02}.{thousandths:03}"

    expected = hours * 3600 + minutes * 60 + seconds + thousandths / 1000
    assert times.seconds(written) == pytest.approx(expected, abs=1e-6)


# --- nothing but a DataError escapes --------------------------------------------------------------------


SUFFIXES = sorted(transcripts.SUFFIXES)
SEEDS = [
    document("[Anne] (0:01 - 0:02)", "bonjour", "[Bruno] (0:02)", "oui"),
    raw_document("<w:p><w:r><w:t>Anne : un</w:t></w:r></w:p>"),
    b"WEBVTT\n\n0:0:1.0 --> 0:0:2.5\n<v Anne>un</v>\n\nNOTE x\n\n00:03.000 --> 00:04.000\n<i>deux\n",
    b"1\n00:00:01,0 --> 00:00:02,0\nAnne: un\n\n2\n00:00:03,0 --> 00:00:04,0\nBruno: deux\n",
    b'speaker,words,timestamp\nA,"un, deux",0:01\n,trois,[0:02]\n',
    "---\na: b\n---\n**Anne :** un\n\n[00:01] Bruno : déjà\n# t\n".encode(),
]


@st.composite
def damaged(draw) -> bytes:
    """A good file, cut off, with a piece of it replaced by random bytes or repeated."""
    data = draw(st.sampled_from(SEEDS))
    begin = draw(st.integers(0, len(data)))
    end = draw(st.integers(begin, min(len(data), begin + 40)))
    middle = draw(st.one_of(st.binary(max_size=40), st.just(data[begin:end] * 3)))
    return (data[:begin] + middle + data[end:])[: draw(st.integers(1, 2 * len(data)))]


def refused_or_clean(path: Path) -> bool:
    """Read a file that may be anything: a reason, or turns in the agreed form; else False."""
    try:
        turns = transcripts.read(path)
    except DataError as error:
        return all(p.hint and p.code.startswith("C-10") for p in error.problems)
    is_trimmed = (turns["text"] == turns["text"].str.strip()).all()
    return bool(is_trimmed and not turns["text"].str.contains(r"[\r\x0b\x0c\u2028]|^$").any())


@given(st.one_of(st.binary(max_size=300), damaged()), st.sampled_from(SUFFIXES))
@settings(max_examples=250, deadline=2000)
def test_any_bytes_are_read_or_refused_with_a_reason(tmp_path_factory, data, suffix):
    path = tmp_path_factory.getbasetemp() / f"any{suffix}"
    path.write_bytes(data)

    assert refused_or_clean(path)


@given(st.text("Ab :[]()-<>*_#\n\t\"',;.0123é&", max_size=200), st.sampled_from(SUFFIXES))
@settings(max_examples=200, deadline=2000)
def test_any_signs_are_read_or_refused_with_a_reason(tmp_path_factory, text, suffix):
    path = tmp_path_factory.getbasetemp() / f"signs{suffix}"
    path.write_text(text)

    assert refused_or_clean(path)


@needs_shared
@given(st.data())
@settings(max_examples=60, deadline=4000)
def test_real_files_cut_off_anywhere_are_read_or_refused(tmp_path_factory, data):
    files = [
        path
        for folder in ("artisans/interviews/*", "oral_history/*")
        for path in (SHARED / "corpora").glob(folder)
    ]
    whole = data.draw(st.sampled_from(sorted(files)))
    path = tmp_path_factory.getbasetemp() / f"cut{data.draw(st.sampled_from(SUFFIXES))}"
    path.write_bytes(whole.read_bytes()[: data.draw(st.integers(0, whole.stat().st_size))])

    assert refused_or_clean(path)


@pytest.mark.parametrize(
    "start", ["", "Anne : ", "[", "[A](", "<v ", "**", "0:00 ", 'a,words,speaker\n"']
)
@pytest.mark.parametrize("filler", [" ", "<", "[", "*", "0:", "- ", "\n", "a "])
@pytest.mark.parametrize("suffix", [".txt", ".vtt", ".csv"])
def test_a_hostile_line_takes_no_more_than_linear_time(tmp_path, start, filler, suffix):
    path = tmp_path / f"a{suffix}"
    head = "WEBVTT\n\n00:01.000 --> 00:02.000\n" if suffix == ".vtt" else ""
    path.write_text(f"{head}{start}{filler * 20_000}")
    begun = os.times().user
    with contextlib.suppress(DataError):
        transcripts.read(path)
    # Linear reading takes milliseconds; 20,000 signs in quadratic time take tens of seconds.
    assert os.times().user - begun < 2


def test_a_text_of_200_megabytes_is_refused_before_it_is_read(tmp_path):
    file = tmp_path / "a.txt"
    with file.open("wb") as handle:
        handle.truncate(200 * 2**20)

    with pytest.raises(DataError) as caught:
        transcripts.read(file)

    ((found),) = caught.value.problems
    assert found.code == "C-101"
    assert "209715200" in found.message
