"""An OpenDocument text says what its author sees: no deletion, no note, no title in a mouth."""

import html
import io
import re
import zipfile

import odfdo
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from reading import SAMPLES, damaged, is_refused_or_clean, left, needs_shared, problem, read, said

from pipeline.corpus import transcripts

SPACES = " ".join(
    f'xmlns:{prefix}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
    for prefix, name in [
        ("office", "office"),
        ("text", "text"),
        ("table", "table"),
        ("draw", "drawing"),
        ("style", "style"),
        ("fo", "xsl-fo-compatible"),
        ("svg", "svg-compatible"),
    ]
)


def flat(body: str, styles: str = "") -> str:
    return (
        f'<?xml version="1.0"?><office:document {SPACES}><office:automatic-styles>{styles}'
        f"</office:automatic-styles><office:body><office:text>{body}</office:text></office:body>"
        "</office:document>"
    )


def packed(body: str, styles: str = "") -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        kind = "application/vnd.oasis.opendocument.text"
        archive.writestr("mimetype", kind, zipfile.ZIP_STORED)
        archive.writestr(
            "content.xml",
            flat(body, styles)
            .replace("office:document ", "office:document-content ")
            .replace("office:document>", "office:document-content>"),
        )
    return out.getvalue()


def paragraphs(*texts: str) -> str:
    return "".join(f"<text:p>{text}</text:p>" for text in texts)


@needs_shared
def test_the_words_of_a_real_document_are_those_of_its_xml():
    path = SAMPLES / "qualcoder_ID2.odt"
    xml = zipfile.ZipFile(path).read("content.xml").decode()
    written = [
        html.unescape(re.sub(r"<[^>]+>", "", found))
        for found in re.findall(r"<text:p[ >].*?</text:p>", xml, re.DOTALL)
    ]

    turns = transcripts.read(path)

    assert [text.split() for text in written if text.strip()] == [
        text.split() for text in turns["text"]
    ]
    assert set(turns["speaker"]) == {""}
    assert turns.attrs["format"] == "OpenDocument"


def test_what_tracked_changes_took_away_is_not_read_and_what_they_put_in_is(tmp_path):
    body = (
        "<text:tracked-changes><text:changed-region><text:deletion>"
        "<text:p>ôté</text:p></text:deletion></text:changed-region></text:tracked-changes>"
        '<text:p>Anne : <text:change-start text:change-id="c1"/>ajouté<text:change-end '
        'text:change-id="c1"/> là<text:change text:change-id="c2"/></text:p>'
        + paragraphs("Bruno : deux", "Anne : trois")
    )

    turns = read(tmp_path, "a.odt", packed(body))

    assert said(turns)[0] == ("Anne", "ajouté là")
    assert turns.attrs["unused"] == []


def test_notes_and_annotations_are_no_speech_and_are_listed(tmp_path):
    body = (
        "<text:p>Anne : un<text:note><text:note-citation>1</text:note-citation><text:note-body>"
        "<text:p>une note</text:p></text:note-body></text:note>, deux"
        "<office:annotation><text:p>à vérifier</text:p></office:annotation></text:p>"
        + paragraphs("Bruno : oui", "Anne : non")
    )
    turns = read(tmp_path, "a.odt", packed(body))

    assert said(turns)[0] == ("Anne", "un, deux")
    assert turns.attrs["unused"] == [(1, "une note"), (1, "à vérifier")]


def test_blanks_tabs_and_breaks_are_read_and_layout_blanks_are_one(tmp_path):
    body = (
        "<text:p>a<text:s text:c='3'/>b<text:tab/>c<text:line-break/>d\n     e<text:s/>f</text:p>"
    )

    assert said(read(tmp_path, "a.odt", packed(body))) == [("", "a   b\tc\nd e f")]


def test_lists_sections_and_boxes_are_read_where_they_stand(tmp_path):
    body = (
        "<text:list><text:list-item><text:p>un</text:p><text:list><text:list-item>"
        "<text:p>deux</text:p></text:list-item></text:list></text:list-item></text:list>"
        "<text:section><text:p>trois<draw:frame><svg:title>photo</svg:title><draw:text-box>"
        "<text:p>quatre</text:p></draw:text-box></draw:frame></text:p></text:section>"
    )

    assert read(tmp_path, "a.odt", packed(body))["text"].tolist() == [
        "un",
        "deux",
        "trois",
        "quatre",
    ]


def test_a_table_of_speakers_is_a_dialogue(tmp_path):
    rows = [("Anne", "un"), ("Bruno", "deux"), ("", "encore"), ("Anne", "trois")]
    cells = "".join(
        f"<table:table-row><table:table-cell><text:p>{a}</text:p></table:table-cell>"
        f"<table:table-cell><text:p>{b}</text:p></table:table-cell></table:table-row>"
        for a, b in rows
    )
    body = f"<table:table><table:table-header-rows>{cells}</table:table-header-rows></table:table>"

    assert said(read(tmp_path, "a.odt", packed(body))) == [
        ("Anne", "un"),
        ("Bruno", "deux"),
        ("Bruno", "encore"),
        ("Anne", "trois"),
    ]


def test_a_heading_ends_in_no_mouth_unless_it_names_a_speaker(tmp_path):
    body = "<text:h>Entretien</text:h>" + paragraphs("Anne : un", "Bruno : deux")
    body += "<text:h>Partie 2</text:h>" + paragraphs("Anne : trois")
    turns = read(tmp_path, "a.odt", packed(body))

    assert said(turns) == [("Anne", "un"), ("Bruno", "deux"), ("Anne", "trois")]
    assert turns.attrs["unused"] == [(1, "Entretien"), (4, "Partie 2")]

    body = "".join(
        f"<text:h>{name}</text:h><text:p>{words}</text:p>"
        for name, words in [("Anne", "un"), ("Bruno", "deux"), ("Anne", "trois"), ("Bruno", "oui")]
    )
    assert said(read(tmp_path, "b.odt", packed(body)))[:2] == [("Anne", "un"), ("Bruno", "deux")]


def test_bold_labels_without_a_colon_are_speakers(tmp_path):
    styles = (
        '<style:style style:name="T1" style:family="text"><style:text-properties '
        'fo:font-weight="bold"/></style:style>'
    )
    body = paragraphs(
        *(
            f'<text:span text:style-name="T1">{name}</text:span> {words}'
            for name, words in [
                ("Anne", "un"),
                ("Bruno", "deux"),
                ("Anne", "trois"),
                ("Bruno", "oui"),
            ]
        )
    )

    assert said(read(tmp_path, "a.odt", packed(body, styles)))[:2] == [
        ("Anne", "un"),
        ("Bruno", "deux"),
    ]


def test_a_flat_file_and_a_wrong_ending_are_read_alike(tmp_path):
    body = paragraphs("Anne : un", "Bruno : deux", "Anne : trois")
    expected = [("Anne", "un"), ("Bruno", "deux"), ("Anne", "trois")]

    assert said(read(tmp_path, "a.fodt", flat(body))) == expected
    assert said(read(tmp_path, "a.docx", packed(body))) == expected
    assert said(read(tmp_path, "a.txt", packed(body))) == expected


words = st.from_regex(r"[a-zé]{1,8}( [a-zé]{1,8}){0,4}\.", fullmatch=True)


@given(st.lists(st.tuples(st.sampled_from(["Anne", "Bruno"]), words), min_size=2, max_size=6))
@settings(max_examples=15, deadline=None)
def test_what_odfdo_writes_comes_back(tmp_path_factory, dialogue):
    folder = tmp_path_factory.mktemp("odt")
    document = odfdo.Document("text")
    document.body.clear()
    for n, (speaker, text) in enumerate(dialogue):
        document.body.append(odfdo.Paragraph(f"[{speaker}] (0:{n:02})"))
        document.body.append(odfdo.Paragraph(text))
    document.save(folder / "a.odt")

    turns = read(folder, "b.odt", (folder / "a.odt").read_bytes())

    assert said(turns) == dialogue
    assert turns["start_s"].tolist() == list(range(len(dialogue)))


@pytest.mark.parametrize(
    ("content", "code", "fact"),
    [
        (b"bonjour", "C-101", "no OpenDocument text"),
        (b"", "C-102", "no words"),
        (packed(""), "C-102", "no words"),
        (packed(paragraphs("bonjour"))[:-60], "C-104", "damaged"),
        (packed("<text:p>"), "C-104", "damaged"),
        (packed(paragraphs("&e;")), "C-104", "damaged"),
    ],
)
def test_what_cannot_be_read_says_why(tmp_path, content, code, fact):
    found = problem(tmp_path, "a.odt", content)

    assert (found.code, found.hint != "") == (code, True)
    assert fact in found.message


def test_a_password_and_a_spreadsheet_are_named(tmp_path):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.text")
        archive.writestr("META-INF/manifest.xml", "<m><manifest:encryption-data/></m>")
        archive.writestr("content.xml", b"\x8a\x12")
    assert "password" in problem(tmp_path, "a.odt", out.getvalue()).message

    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("content.xml", flat("").replace("office:text", "office:spreadsheet"))
    assert "OpenDocument" in problem(tmp_path, "b.odt", out.getvalue()).message


def test_a_zip_bomb_and_entities_are_refused(tmp_path):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.text")
        archive.writestr("content.xml", b" " * (20 * 2**20))
    assert "archive" in problem(tmp_path, "a.odt", out.getvalue()).message

    text = flat(paragraphs("&e;")).replace("?>", '?><!DOCTYPE x [<!ENTITY e "m">]>')
    assert "entities" in problem(tmp_path, "a.fodt", text).message


def test_announced_repetitions_cost_nothing(tmp_path):
    cell = '<table:table-cell table:number-columns-repeated="999999"><text:p>x</text:p></table:table-cell>'
    body = f"<table:table><table:table-row>{cell * 50}</table:table-row></table:table>"
    body += f'<text:p>a<text:s text:c="{"9" * 5000}"/>b<text:s text:c="999999"/>c</text:p>'
    turns = read(tmp_path, "a.odt", packed(body))

    assert len(turns) == 51
    assert len(turns["text"].iloc[-1]) < 200


GOOD = packed(paragraphs("Anne : un", "Bruno : deux<text:s/>trois", "Anne : quatre"))
FLAT = flat(paragraphs("Anne : un", "Bruno : deux") + "<text:h>t</text:h>").encode()


@given(st.one_of(damaged(GOOD), damaged(FLAT)), st.sampled_from([".odt", ".fodt", ".txt"]))
@settings(max_examples=150, deadline=2000)
def test_any_damage_is_read_or_refused(tmp_path_factory, data, suffix):
    path = tmp_path_factory.getbasetemp() / f"damaged{suffix}"
    path.write_bytes(data)

    assert is_refused_or_clean(path)


def test_a_table_of_contents_is_no_speech(tmp_path):
    body = "<text:p>Un.</text:p><text:table-of-content><text:index-body><text:p>Sommaire</text:p></text:index-body></text:table-of-content>"

    assert left(read(tmp_path, "a.odt", packed(body))) == ["Sommaire"]
