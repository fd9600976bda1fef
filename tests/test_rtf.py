"""RTF of Word, TextEdit, LibreOffice and pandoc: the same words, whatever the marks around them."""

import contextlib
import os

import pypandoc
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from reading import damaged, is_refused_or_clean, problem, read, said
from striprtf.striprtf import rtf_to_text

from pipeline.corpus import transcripts
from pipeline.problems import DataError

# As the three write it: the fonts, a style, two turns; é is once a byte and once a number.
WORD = rb"""{\rtf1\adeflang1025\ansi\ansicpg1252\uc1\deff0{\fonttbl{\f0\froman\fcharset0\fprq2{\*\panose 02020603050405020304}Times New Roman;}{\f46\froman\fcharset238\fprq2 Times New Roman CE;}}
{\colortbl;\red0\green0\blue0;}{\stylesheet{\ql \f0\fs22 \snext0 Normal;}{\*
\ts11\tsrowd Normal Table;}}{\*\rsidtbl \rsid734401}{\mmathPr\mmathFont34}{\info{\author Dr\'f6ge}{\operator X}{\nofwords12}}
{\*\userprops {\propname Label}\proptype30{\staticval true}}\paperw11906 {\*\pnseclvl1\pnucrm{\pntxta .}}\sectd {\header \pard\plain En-t\'eate\par}
\pard\plain \ql \rtlch\fcs1 \af0 \ltrch\fcs0 \f0\fs22 {\rtlch\fcs1 \ab\af0 \ltrch\fcs0 \b\insrsid1 Anne\~:}{\insrsid1  D\'e9j\'e0 l\rquote \'e9t\'e9\'85 \u339\'9cuf}{\insrsid1
\par }{\b Bruno\~:}{\insrsid1  \'abOui\'bb \endash  {\field{\*\fldinst { HYPERLINK "http://x" }}{\fldrslt {\ul lien}}}
\par }{\b Anne\~:}{ fin\par}}"""
TEXTEDIT = rb"""{\rtf1\ansi\ansicpg1252\cocoartf2822
\cocoatextscaling0\cocoaplatform0{\fonttbl\f0\fswiss\fcharset0 Helvetica-Bold;\f1\fswiss\fcharset0 Helvetica;}
{\colortbl;\red255\green255\blue255;}
{\*\expandedcolortbl;;}
\paperw11900\paperh16840\pard\tx566\pardirnatural\partightenfactor0

\f0\b\fs24 \cf0 Anne\'a0:
\f1\b0  D\'e9j\'e0 l\'92\'e9t\'e9\'85 \'9cuf\
\f0\b Bruno\'a0:
\f1\b0  \'abOui\'bb \'96 lien\
\f0\b Anne\'a0:
\f1\b0  fin}"""
LIBREOFFICE = rb"""{\rtf1\ansi\deff3\adeflang1025
{\fonttbl{\f0\froman\fprq2\fcharset0 Times New Roman;}{\f3\froman\fprq2\fcharset0 Liberation Serif{\*\falt Times New Roman};}{\f8\fswiss\fprq0\fcharset128 FreeSans;}}
{\stylesheet{\s0\snext0\rtlch\af8 \ltrch\loch\f3\fs24\lang1033 Normal;}}{\*\generator LibreOffice/7.4}{\info{\creatim\yr2024}}
\paperh15840\pard\plain \s0\rtlch \ltrch\loch{\rtlch \ltrch\b Anne\u160\'a0:}{\loch
 D\u233\'e9j\u224\'e0 l\u8217\'92\u233\'e9t\u233\'e9\u8230\'85 \u339\'9cuf}
\par \pard\plain \s0{\b Bruno\u160\'a0:} {\loch \u171\'abOui\u187\'bb \u8211\'96 lien}
\par \pard\plain \s0{\b Anne\u160\'a0:} fin
\par }"""


@pytest.mark.parametrize(
    "written", [WORD, TEXTEDIT, LIBREOFFICE], ids=["Word", "TextEdit", "LibreOffice"]
)
def test_three_writers_say_the_same(tmp_path, written):
    turns = read(tmp_path, "a.rtf", written)

    assert said(turns) == [
        ("Anne", "Déjà l’été… œuf"),
        ("Bruno", "«Oui» – lien"),
        ("Anne", "fin"),
    ]
    assert turns["place"].tolist() == [1, 2, 3]
    assert turns.attrs["format"] == "RTF"


MARKDOWN = """# Entretien

**Anne :** Déjà l’été… *oui* “x” — €, œuf, 日本, 😀[^1].

**Bruno :** un\\
deux

## Partie 2

**Anne :** trois {accolades} et \\\\

[^1]: Une note.
"""


def test_what_pandoc_writes_is_read_whole(tmp_path):
    path = tmp_path / "a.rtf"
    pypandoc.convert_text(MARKDOWN, "rtf", "md", outputfile=path, extra_args=["--standalone"])
    turns = transcripts.read(path)

    assert said(turns) == [
        ("Anne", "Déjà l’été… oui “x” — €, œuf, 日本, 😀."),
        ("Bruno", "un\ndeux"),
        ("Anne", "trois {accolades} et \\"),
    ]
    assert turns.attrs["unused"] == [(1, "Entretien"), (2, "Une note."), (4, "Partie 2")]


def body(text: str, head: str = r"\ansi\ansicpg1252") -> bytes:
    return ("{\\rtf1" + head + " " + text + "}").encode("latin-1")


@pytest.mark.parametrize(
    ("head", "text", "expected"),
    [
        (r"\ansi\ansicpg1252", r"\'e9t\'e9", "été"),
        (r"\ansi\ansicpg1251", r"\'e4\'e0", "да"),
        (r"\mac", r"\'8et\'8e", "été"),
        (r"\pc", r"\'82t\'82", "été"),
        (r"\ansi\ansicpg932", r"\'93\'fa\'96\'7b", "日本"),
        (r"\ansi\ansicpg932", r"\'83\\\'83q", "ソヒ"),
        (r"\ansi{\fonttbl{\f0\fcharset0 A;}{\f1\fcharset238 B;}}\f0", r"\'e6 {\f1 \'e6}", "æ ć"),
        (r"\ansi", r"\u233?t\u233 ?", "été"),
        (r"\ansi\uc0", r"\u233 t\u233", "été"),
        (r"\ansi\uc2", r"\u26085\'93\'fa\u26412\'96\'7b", "日本"),
        (r"\ansi", r"a\u-10179?\u-8704?", "a😀"),
        (r"\ansi", r"\u55357?seul", "seul"),
        (r"\ansi\ansicpg65001", r"\'c3\'a9", "é"),
        (r"\ansi", r"{\uc0{\u233}}\u233?", "éé"),
        (r"\ansi\ansicpg99999", r"\'e9", "é"),
        (r"\ansi", r"a\emdash b\bullet\~\_\-c\{\}\\", "a—b•\u00a0\u2011c{}\\"),
    ],
)  # fmt: skip
def test_each_way_to_write_a_sign_is_that_sign(tmp_path, head, text, expected):
    assert read(tmp_path, "a.rtf", body(text, head))["text"].tolist() == [expected]


def test_deleted_and_hidden_words_are_not_read_and_inserted_ones_are(tmp_path):
    text = r"Un {\deleted\revauthdel1 deux }{\revised trois }{\v 0:12 }{\*\bkmkstart a}quatre\par"
    turns = read(tmp_path, "a.rtf", body(text))

    assert turns["text"].tolist() == ["Un trois quatre"]
    assert turns.attrs["unused"] == [(1, "0:12")]


def test_notes_headers_pictures_and_lists_numbers_are_no_speech(tmp_path):
    text = (
        r"{\header En-tete\par}Un{\super\chftn}{\footnote \pard {\super\chftn} une note\par suite}"
        r"{\*\atnid A}{\*\annotation a verifier}.{\pict\wmetafile8 0102ff}{\*\shppict{\pict 00}}"
        r"\par{\listtext\tab 1.}Deux{\object{\*\objdata 0102}{\result trois}}\par"
    )
    turns = read(tmp_path, "a.rtf", body(text))

    assert turns["text"].tolist() == ["Un.", "Deuxtrois"]
    assert turns.attrs["unused"] == [(1, "une note\nsuite"), (1, "a verifier")]


def test_binary_data_is_jumped_over(tmp_path):
    data = body(r"Un {\pict\bin6 ")[:-1] + b"}{\\}{\\" + rb"} deux\par}"

    assert read(tmp_path, "a.rtf", data)["text"].tolist() == ["Un  deux"]


def test_a_text_box_is_read_once(tmp_path):
    text = (
        r"Hote {\shp{\*\shpinst{\sp{\sn x}{\sv 1}}{\shptxt \pard Encadre\par}}"
        r"{\shprslt {\*\do{\dptxbx{\dptxbxtext \pard Encadre\par}}}}}suite\par"
    )

    assert read(tmp_path, "a.rtf", body(text))["text"].tolist() == ["Encadre", "Hote suite"]


def test_a_table_of_speakers_is_a_dialogue(tmp_path):
    rows = [("Anne", r"un\par suite"), ("Bruno", "deux"), ("Anne", "trois")]
    text = r"\pard Titre\par" + "".join(
        rf"\trowd\cellx1\cellx2\pard\intbl {a}\cell\pard\intbl {b}\cell\row" for a, b in rows
    )
    turns = read(tmp_path, "a.rtf", body(text + r"\pard Fin\par"))

    assert said(turns) == [("Anne", "un\nsuite"), ("Bruno", "deux"), ("Anne", "trois")]
    assert [text for _place, text in turns.attrs["unused"]] == ["Titre", "Fin"]


words = st.lists(st.from_regex(r"[a-zA-Z0-9.,!?]{1,9}", fullmatch=True), min_size=1, max_size=6)


@given(st.lists(words.map(lambda said: " ".join(["Mot", *said])), min_size=1, max_size=5))
@settings(max_examples=40, deadline=None)
def test_striprtf_reads_the_same_words_of_plain_paragraphs(tmp_path_factory, written):
    data = body("".join(rf"{{\i {text}}}\par" + "\n" for text in written))
    turns = read(tmp_path_factory.getbasetemp(), "plain.rtf", data)

    ours = " ".join(turns["text"]).split() + [
        w for _p, t in turns.attrs["unused"] for w in t.split()
    ]
    assert sorted(ours) == sorted(rtf_to_text(data.decode()).split())


@pytest.mark.parametrize(
    ("content", "code", "fact"),
    [
        (b"bonjour", "C-104", "no RTF"),
        (b"", "C-102", "no words"),
        (b"{\\rtf1", "C-102", "no words"),
        (b"{\\rtf1 " + b"{" * 5000 + b"x", "C-104", "more marks"),
    ],
)
def test_what_cannot_be_read_says_why(tmp_path, content, code, fact):
    found = problem(tmp_path, "a.rtf", content)

    assert (found.code, found.hint != "") == (code, True)
    assert fact in found.message


def test_a_file_that_breaks_off_is_read_to_its_end(tmp_path):
    assert read(tmp_path, "a.rtf", WORD[:-120])["text"].iloc[0].startswith("Déjà")


@pytest.mark.parametrize(
    "filler", [b"{}", b"\\", b"\\b ", b"\\'", b"\\'e9", b"\\u233?", b"{\\field{", b"\\*", b"\n", b"x", b"\\cell\\row", b"{\\shp{\\*\\shpinst{\\shptxt x}}}", b"{\\footnote x}"]
)  # fmt: skip
def test_hostile_runs_take_linear_time(tmp_path, filler):
    path = tmp_path / "a.rtf"
    path.write_bytes(b"{\\rtf1\\ansi Anne : un\\par " + filler * 40_000)
    begun = os.times().user
    with contextlib.suppress(DataError):
        transcripts.read(path)

    assert os.times().user - begun < 3


@given(st.one_of(damaged(WORD), damaged(TEXTEDIT), damaged(LIBREOFFICE)))
@settings(max_examples=150, deadline=2000)
def test_any_damage_is_read_or_refused(tmp_path_factory, data):
    path = tmp_path_factory.getbasetemp() / "damaged.rtf"
    path.write_bytes(data)

    assert is_refused_or_clean(path)


rtf_marks = st.sampled_from(
    ["{", "}", "\\", "\\par ", "\\cell", "\\row", "\\intbl", "\\u55357?", "\\'e9", "\\bin9 ", "\\shptxt",
     "\\*\\shpinst", "\\footnote", "\\v", "\\uc9", "\\f1", "\\ansicpg932", "Anne : un", "\n", "[0:75] A",
     "\\u99999999999999", "\\outlinelevel0", "\\nestcell", "\\upr", "\\ud", "\\fonttbl\\f0\\fcharset128 "]
)  # fmt: skip


@given(st.lists(rtf_marks, max_size=40))
@settings(max_examples=200, deadline=2000)
def test_any_order_of_marks_is_read_or_refused(tmp_path_factory, marks):
    path = tmp_path_factory.getbasetemp() / "marks.rtf"
    path.write_bytes(("{\\rtf1 x " + "".join(marks)).encode("latin-1"))

    assert is_refused_or_clean(path)
