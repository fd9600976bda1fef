"""TEI and its relatives become the talk of named people, with the times of their timelines."""

import math
import re
import xml.etree.ElementTree as ET

import pytest
from hypothesis import given, settings
from reading import damaged, is_refused_or_clean, left, problem, read, said, timed

TEI = "{http://www.tei-c.org/ns/1.0}"
HEADER = """<teiHeader><profileDesc><particDesc><listPerson>
<person xml:id="SPK0" n="AN"><persName><forename>Anne</forename><surname>Martin</surname></persName></person>
<person xml:id="SPK1"><persName><abbr>BR</abbr></persName></person>
</listPerson></particDesc></profileDesc></teiHeader>
"""
TIMELINE = """<timeline unit="s" origin="#T0">
<when xml:id="T0" absolute="00:00:00.0"/>
<when xml:id="T1" interval="1.5" since="#T0"/>
<when xml:id="T2" interval="2.75" since="#T1"/>
<when xml:id="T3" absolute="00:01:02.5"/>
<when xml:id="T4"/>
</timeline>
"""


def tei(body: str, header: str = HEADER, timeline: str = TIMELINE) -> str:
    head = '<?xml version="1.0" encoding="UTF-8"?>\n<TEI xmlns="http://www.tei-c.org/ns/1.0">\n'
    return f"{head}{header}<text>{timeline}<body>\n{body}\n</body></text></TEI>\n"


GOOD = tei(
    '<u who="#SPK0" start="#T0" end="#T1">on a <pause dur="PT1S"/>commencé <vocal><desc>rire</desc></vocal> à deux</u>\n'
    "<incident><desc>la porte claque</desc></incident>\n"
    '<u who="#SPK1" start="#T1" end="#T2"><seg>dans <unclear>la cour</unclear></seg> <seg>oui</seg></u>\n'
    '<u who="#SPK9" start="#T3"><w>l\'</w><w>école</w><pc>,</pc> <w>non</w></u>'
).encode()


def words_of(tmp_path, content: str) -> str:
    """Read one utterance; give its words."""
    (found,) = said(read(tmp_path, "a.xml", tei(f'<u who="#SPK0">{content}</u>')))
    return found[1]


def test_utterances_have_the_names_times_and_words_that_the_file_gives(tmp_path):
    turns = read(tmp_path, "a.xml", GOOD)

    assert [
        ("Anne Martin", "on a commencé à deux"),
        ("BR", "dans la cour oui"),
        ("SPK9", "l'école, non"),
    ] == said(turns)
    assert [("Anne Martin", 0, 1.5), ("BR", 1.5, 4.25)] == timed(turns)[:2]
    assert 62.5 == turns["start_s"][2]
    assert math.isnan(turns["end_s"][2])
    assert [15, 17, 18] == turns["place"].tolist()


def test_what_is_described_and_not_said_is_reported(tmp_path):
    turns = read(tmp_path, "a.xml", GOOD)

    assert [
        (15, "pause: PT1S"),
        (15, "vocal: rire"),
        (16, "incident: la porte claque"),
    ] == turns.attrs["unused"]


@pytest.mark.parametrize(
    ("written", "spoken"),
    [
        ("je <del type='repetition'>je</del> suis", "je je suis"),
        ("<choice><orig>chuis</orig><reg>je suis</reg></choice> là", "chuis là"),
        ("<choice><reg>je suis</reg><orig>chuis</orig></choice> là", "chuis là"),
        ("oui<note>il rit</note>non", "oui non"),
        ("un<lb/>deux", "un\ndeux"),
        ("<w>on</w>\n  <w>y</w>\n  <w>va</w>\n  <pc>!</pc>", "on y va!"),
        ("<w>pourquoi</w> <pc>?</pc>", "pourquoi ?"),
        ("<w>on</w><w>y</w><w>va</w>", "on y va"),
        ("<w>aujourd'</w><w join='left'>hui</w>", "aujourd'hui"),
        ("<w>(be<anchor synch='#T1'/>cause)</w>", "(because)"),
        ("il dit 'oui' 'non'", "il dit 'oui' 'non'"),
        ("<pc>«</pc> <w>oui</w> <pc>»</pc>", "« oui »"),
        ("<seg>un</seg><seg>deux</seg>", "un deux"),
        ("<gap reason='inaudible'/> oui <shift feature='tempo'/>", "oui"),
        ("a\u00a0: b", "a\u00a0: b"),
    ],
)
def test_words_are_parted_as_people_write_them_however_they_are_tagged(tmp_path, written, spoken):
    assert spoken == words_of(tmp_path, written)


def test_the_reading_that_is_not_the_speakers_is_reported(tmp_path):
    turns = read(
        tmp_path, "a.xml", tei("<u><choice><orig>chuis</orig><reg>je suis</reg></choice></u>")
    )

    assert ["reg: je suis"] == left(turns)


def test_spoken_language_as_iso_24624_has_it(tmp_path):
    body = """<annotationBlock who="#SPK0" start="#T0" end="#T2"><u><seg type="contribution">
      <anchor synch="#T0"/><w>Oh</w><pc>,</pc>
      <w>oui</w> <pause type="short"/><anchor synch="#T2"/></seg></u>
    <spanGrp type="translation"><span from="#T0" to="#T2">Oh, yes</span></spanGrp></annotationBlock>
    <annotationBlock who="#SPK1" start="#T2" end="#T3"><incident><desc>winkt</desc></incident></annotationBlock>
    <annotationBloc who="#SPK1" start="#T2" end="#T3"><u><seg>non</seg></u></annotationBloc>"""

    turns = read(tmp_path, "a.xml", tei(body))

    assert [("Anne Martin", "Oh, oui"), ("BR", "non")] == said(turns)
    assert [("Anne Martin", 0, 4.25), ("BR", 4.25, 62.5)] == timed(turns)
    assert ["pause: short", "spanGrp: Oh, yes, translation", "incident: winkt"] == left(turns)


def test_times_stand_in_anchors_where_exmaralda_puts_them(tmp_path):
    body = '<u who="#SPK0"><anchor synch="#T1"/>hallo <anchor synch="#T2"/> ja<anchor synch="#T3"/></u>'

    assert [("Anne Martin", 1.5, 62.5)] == timed(read(tmp_path, "a.xml", tei(body)))


def test_times_of_segments_are_those_of_their_utterance(tmp_path):
    """Oral histories with SMIL attributes on each paragraph of an answer."""
    body = """<u who="#q"><seg s:begin="00:00:23.685" s:end="00:00:42.25">Et alors ?</seg></u>
    <u who="#a"><seg s:begin="00:00:42.25" s:end="00:01:00">Alors</seg>
    <seg s:begin="00:01:00" s:end="00:02:46.138">rien.</seg></u>"""
    file = tei(body).replace("<body>", '<body xmlns:s="http://www.w3.org/2001/SMIL20/">')

    turns = read(tmp_path, "a.xml", file)

    assert [("q", 23.685, 42.25), ("a", 42.25, 166.138)] == timed(turns)


def test_ids_without_the_xml_prefix_and_references_without_the_sign_are_followed(tmp_path):
    """IDS Webstuhl writes `id`, `from`, `to` and bare references."""
    file = tei('<annotationBlock from="#T0" to="#T1" who="SPK0"><u>ja</u></annotationBlock>')

    turns = read(tmp_path, "a.xml", file.replace("xml:id", "id"))

    assert [("Anne Martin", 0, 1.5)] == timed(turns)


def test_persons_who_go_by_the_names_of_elan_tiers_are_found(tmp_path):
    header = '<teiHeader><person><altGrp><alt type="MainLine"/></altGrp><persName>Joe</persName></person></teiHeader>'

    assert [("Joe", "oui")] == said(
        read(tmp_path, "a.xml", tei('<u who="MainLine">oui</u>', header))
    )


def test_two_persons_of_one_name_stay_two(tmp_path):
    header = "".join(f'<person xml:id="{n}"><persName>Anne</persName></person>' for n in "ab")
    turns = read(
        tmp_path,
        "a.xml",
        tei('<u who="#a">oui</u><u who="#b">non</u>', f"<teiHeader>{header}</teiHeader>"),
    )

    assert ["Anne (a)", "Anne (b)"] == turns["speaker"].tolist()


def test_what_two_say_together_names_both(tmp_path):
    assert [("Anne Martin + BR", "oui")] == said(
        read(tmp_path, "a.xml", tei('<u who="#SPK0 #SPK1">oui</u>'))
    )


@pytest.mark.parametrize(
    ("timeline", "start_s"),
    [
        (
            '<timeline unit="ms"><when xml:id="O" absolute="0"/><when xml:id="T1" interval="1500" since="#O"/></timeline>',
            1.5,
        ),
        ('<timeline unit="min"><when xml:id="T1" interval="2"/></timeline>', 120),
        (
            '<timeline><when xml:id="O" interval="0.0" since="O"/><when xml:id="T1" interval="00:01:10.5" since="O"/></timeline>',
            70.5,
        ),
        (
            '<timeline origin="#O" unit="s"><when xml:id="O" absolute="2016-05-12T10:00:00"/><when xml:id="T1" interval="4.5" since="#O"/></timeline>',
            4.5,
        ),
        (
            '<timeline unit="s"><when xml:id="T1" interval="1" since="#T2"/><when xml:id="T2" interval="1" since="#T1"/></timeline>',
            None,
        ),
        ('<timeline unit="ORDER"><when xml:id="T1"/></timeline>', math.nan),
        ('<timeline unit="s"><when xml:id="T1" interval="unknown"/></timeline>', math.nan),
        ("", math.nan),
    ],
    ids=[
        "milliseconds",
        "minutes",
        "clock times",
        "wall clock",
        "a circle",
        "order",
        "unknown",
        "none",
    ],
)
def test_timelines_are_read_however_they_count(tmp_path, timeline, start_s):
    turns = read(tmp_path, "a.xml", tei('<u start="#T1">oui</u>', timeline=timeline))

    if start_s is not None:
        assert start_s == pytest.approx(turns["start_s"][0], nan_ok=True)


def test_seconds_that_stand_in_the_utterance_itself_are_read(tmp_path):
    assert [("", 1.5, 62)] == timed(
        read(tmp_path, "a.xml", tei('<u start="1.5" end="00:01:02">oui</u>'))
    )


def test_a_time_that_is_no_number_is_refused_on_its_line(tmp_path):
    found = problem(tmp_path, "a.xml", tei('<u end="#T2">oui</u>').replace('"2.75"', '"bientôt"'))

    assert ("C-106", 10) == (found.code, found.line)


def test_times_that_go_backwards_are_kept_as_written_and_in_order(tmp_path):
    turns = read(tmp_path, "a.xml", tei('<u start="#T3" end="#T1">un</u><u start="#T0">deux</u>'))

    assert ["un", "deux"] == turns["text"].tolist()
    assert ("", 62.5, 1.5) == timed(turns)[0]


def test_dialogue_as_printed_is_read_by_its_labels(tmp_path):
    body = """<div><head>Acte I</head><sp who="#x"><speaker>ANNE.</speaker><stage>Elle rit.</stage>
    <p>Bonjour.</p><p>Qui va là ?</p></sp>
    <sp who="#SPK1"><speaker>BRUNO</speaker><l>Moi,</l><l>ton ami.</l></sp></div>"""

    turns = read(tmp_path, "a.xml", tei(body))

    assert [("ANNE", "Bonjour. Qui va là ?"), ("BR", "Moi, ton ami.")] == said(turns)
    assert ["head: Acte I", "stage: Elle rit."] == left(turns)


def test_paragraphs_without_tagged_speakers_are_read_by_their_labels(tmp_path):
    body = "<head>Entretien</head><p>Anne : bonjour</p><p>Bruno : oui<lb/>Anne : bien</p>"

    turns = read(tmp_path, "a.xml", tei(body))

    assert [("Anne", "bonjour"), ("Bruno", "oui"), ("Anne", "bien")] == said(turns)
    assert ["head: Entretien"] == left(turns)


@pytest.mark.parametrize("root", ["TEI", "TEI.2", "tei:TEI"])
def test_files_without_or_with_a_prefixed_namespace_are_read(tmp_path, root):
    space = ' xmlns:tei="http://www.tei-c.org/ns/1.0"' if ":" in root else ""
    prefix = root.partition(":")[0] + ":" if ":" in root else ""
    file = f"<{root}{space}><{prefix}text><{prefix}body><{prefix}u who='#A'>oui</{prefix}u></{prefix}body></{prefix}text></{root}>"

    turns = read(tmp_path, "a.xml", file)

    assert [("A", "oui")] == said(turns)
    assert "TEI" == turns.attrs["format"]


def test_a_corpus_of_several_texts_keeps_their_timelines_apart(tmp_path):
    text = tei('<u who="#SPK0" start="#T1">{}</u>', header="").partition("\n")[2]
    later = text.replace('interval="1.5"', 'interval="7"').format("deux")
    file = f'<teiCorpus xmlns="http://www.tei-c.org/ns/1.0">{HEADER}{text.format("un")}{later}</teiCorpus>'

    turns = read(tmp_path, "a.xml", file)

    assert [("Anne Martin", "un"), ("Anne Martin", "deux")] == said(turns)
    assert [1.5, 7] == turns["start_s"].tolist()


def test_words_and_turns_stand_as_another_parser_counts_them(tmp_path):
    body = "\n".join(
        f'<u who="#SPK{n % 2}" start="#T{n % 3}" end="#T{n % 3 + 1}"><seg>phrase {n} <pause/> et <unclear>fin</unclear></seg>'
        f"<vocal><desc>hum {n}</desc></vocal></u><note>une note {n}</note>"
        for n in range(200)
    )
    file = tei(body)
    utterances = list(ET.fromstring(file.encode()).iter(f"{TEI}u"))
    for utterance in utterances:
        for vocal in utterance.findall(f"{TEI}vocal"):
            utterance.remove(vocal)
    expected = [" ".join("".join(u.itertext()).split()) for u in utterances]

    turns = read(tmp_path, "a.xml", file)

    assert expected == turns["text"].tolist()
    assert (
        re.findall(r'who="#(SPK\d)"', file)
        == turns["speaker"].map({"Anne Martin": "SPK0", "BR": "SPK1"}).tolist()
    )
    assert 200 * 3 == len(left(turns))


def test_a_long_chain_of_points_takes_linear_time(tmp_path):
    chain = "".join(
        f'<when xml:id="T{n}" interval="1" since="#T{n - 1}"/>' for n in range(30_000, 0, -1)
    )
    line = f'<timeline unit="s"><when xml:id="T0" absolute="0"/>{chain}</timeline>'

    turns = read(tmp_path, "a.xml", tei('<u start="#T30000" end="#T29999">oui</u>', timeline=line))

    assert [("", 30_000, 29_999)] == timed(turns)


@pytest.mark.parametrize("share", [0.01, 0.3, 0.99])
def test_a_file_cut_off_is_refused(tmp_path, share):
    assert problem(tmp_path, "a.xml", GOOD[: int(share * len(GOOD))]).code in ("C-101", "C-104")


def test_a_file_without_words_is_refused(tmp_path):
    assert "C-102" == problem(tmp_path, "a.xml", tei("<u><pause/></u>")).code


@given(damaged(GOOD))
@settings(max_examples=200, deadline=2000)
def test_a_damaged_file_is_read_or_refused_with_a_reason(tmp_path_factory, data):
    path = tmp_path_factory.getbasetemp() / "damaged.xml"
    path.write_bytes(data)

    assert is_refused_or_clean(path)
