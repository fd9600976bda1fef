"""A stranger's XML is read in bounded time, fetches nothing and hides nothing."""

import os

import pytest
from reading import left, problem, read, said

HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'
TRS = (
    '<Trans><Episode><Section><Turn startTime="0" endTime="1">{}</Turn></Section></Episode></Trans>'
)


def trs(words: str, head: str = HEAD) -> str:
    return head + TRS.format(words)


def laughs(depth: int) -> str:
    entities = '<!ENTITY a0 "ha">' + "".join(
        f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, depth)
    )
    return f"<!DOCTYPE Trans [{entities}]>\n"


@pytest.mark.parametrize(
    "declared",
    [
        laughs(12),
        '<!DOCTYPE Trans [<!ENTITY a11 SYSTEM "file:///etc/passwd">]>\n',
        '<!DOCTYPE Trans [<!ENTITY % a11 SYSTEM "http://example.org/a.dtd"> %a11;]>\n',
        '<!DOCTYPE Trans SYSTEM "trans-14.dtd" [\n<!ENTITY a11 "un">]>\n',
    ],
    ids=["bomb", "a file of ours", "a parameter", "one word"],
)
def test_entities_that_a_file_declares_are_refused_unexpanded(tmp_path, declared):
    begun = os.times().user

    found = problem(tmp_path, "a.trs", trs("&a11;", HEAD + declared))

    assert ("C-104", True) == (found.code, "entities" in found.message)
    assert os.times().user - begun < 1


def test_a_document_type_is_named_and_never_fetched(tmp_path):
    (tmp_path / "trans-14.dtd").write_text('<!ENTITY mot "caché">', encoding="utf-8")
    head = HEAD + '<!DOCTYPE Trans SYSTEM "trans-14.dtd">\n'

    assert [("", "oui &mot; non")] == said(read(tmp_path, "a.trs", trs("oui &mot; non", head)))


def test_entities_of_html_in_old_files_are_letters(tmp_path):
    head = HEAD + '<!DOCTYPE Trans SYSTEM "trans-13.dtd">\n'

    assert [("", "été &")] == said(read(tmp_path, "a.trs", trs("&eacute;t&eacute; &amp;", head)))


def test_an_inclusion_is_left_where_it_stands(tmp_path):
    include = (
        '<x:include xmlns:x="http://www.w3.org/2001/XInclude" href="/etc/passwd" parse="text"/>'
    )

    assert [("", "oui non")] == said(read(tmp_path, "a.trs", trs(f"oui {include} non")))


def test_elements_nested_without_end_are_refused(tmp_path):
    found = problem(tmp_path, "a.trs", trs("<b>" * 100_000 + "</b>" * 100_000))

    assert "C-104" == found.code


def test_more_elements_than_any_transcript_has_are_refused_before_they_take_memory(tmp_path):
    found = problem(tmp_path, "a.trs", trs("<b/>" * 2_000_001))

    assert ("C-104", True) == (found.code, "elements" in found.message)


def test_damaged_xml_is_refused_on_its_line(tmp_path):
    found = problem(tmp_path, "a.trs", trs("oui\n<Sync time=1>\nnon"))

    assert ("C-104", 3) == (found.code, found.line)


@pytest.mark.parametrize("declared", ["UTF-8", "ISO-8859-1", "windows-1252", "ISO-8859-15"])
@pytest.mark.parametrize("written", ["utf-8", "latin-1"])
def test_accents_survive_whatever_encoding_the_first_line_claims(tmp_path, declared, written):
    head = f'<?xml version="1.0" encoding="{declared}"?>\n'

    turns = read(tmp_path, "a.trs", trs("déjà Noël", head).encode(written))

    assert [("", "déjà Noël")] == said(turns)


def test_signs_of_windows_are_read_from_a_file_that_says_latin_1(tmp_path):
    head = '<?xml version="1.0" encoding="ISO-8859-1"?>\n'

    turns = read(tmp_path, "a.trs", trs("l’œuvre… déjà", head).encode("cp1252"))

    assert [("", "l’œuvre… déjà")] == said(turns)


@pytest.mark.parametrize("encoding", ["iso8859-2", "cp1251", "mac_roman", "shift_jis"])
def test_a_declared_encoding_that_python_knows_is_used(tmp_path, encoding):
    words = {"cp1251": "Привет", "iso8859-2": "Łódź", "mac_roman": "œuvré", "shift_jis": "日本"}
    head = f'<?xml version="1.0" encoding="{encoding}"?>\n'

    turns = read(tmp_path, "a.trs", trs(words[encoding], head).encode(encoding))

    assert [("", words[encoding])] == said(turns)


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-8-sig"])
def test_two_byte_files_with_and_without_a_mark_are_read(tmp_path, encoding):
    head = '<?xml version="1.0" encoding="UTF-16"?>\n'

    assert [("", "déjà")] == said(read(tmp_path, "a.trs", trs("déjà", head).encode(encoding)))


@pytest.mark.parametrize("claimed", ["punycode", "utf-7", "zlib", "unicode_escape", "x" * 40])
def test_what_only_python_calls_an_encoding_is_not_tried(tmp_path, claimed):
    head = f'<?xml version="1.0" encoding="{claimed}"?>\n'

    assert [("", "oui")] == said(read(tmp_path, "a.trs", trs("oui", head)))


def test_the_content_decides_over_the_ending(tmp_path):
    assert "Transcriber" == read(tmp_path, "a.eaf", trs("oui")).attrs["format"]
    assert "Transcriber" == read(tmp_path, "a.txt", trs("oui")).attrs["format"]


def test_xml_of_another_kind_is_refused_by_its_name(tmp_path):
    found = problem(tmp_path, "a.xml", HEAD + "<feed><title>Nouvelles</title></feed>")

    assert ("C-101", True) == (found.code, "XML" in found.message)


def test_comments_hide_no_root_and_are_no_words(tmp_path):
    head = HEAD + "<!-- <TEI> fait par nous -->\n<?xml-stylesheet href='a.css'?>\n"

    turns = read(tmp_path, "a.xml", trs("oui <!-- non --> si", head))

    assert [("", "oui si")] == said(turns)
    assert [] == left(turns)


def test_the_place_of_a_turn_beyond_line_65535_is_right(tmp_path):
    turns = read(tmp_path, "a.trs", HEAD + "<Trans>" + "\n" * 70_000 + "<Turn>oui</Turn></Trans>")

    assert [70_002] == turns["place"].tolist()


@pytest.mark.parametrize("cut", [0, 1])
def test_an_id_given_twice_is_no_fault_and_does_not_hide_one(tmp_path, cut):
    file = trs('oui <a xml:id="T1"/> non <a xml:id="T1"/> si')

    if cut:
        assert "C-104" == problem(tmp_path, "a.trs", file.replace("</Turn>", "")).code
    else:
        assert [("", "oui non si")] == said(read(tmp_path, "a.trs", file))
