"""A project of another QDA tool is read as the tool meant it, and what we write comes back equal."""

import contextlib
import io
import zipfile

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from qda import (
    ANNA,
    BELA,
    CODES,
    GROUP,
    NAMESPACE,
    SAMPLES,
    SOURCE,
    VOTE,
    WATER,
    assert_equal,
    is_valid,
    needs_shared,
    packed,
    project,
    project_xml,
    put,
    selection,
    text_source,
    written,
)

from pipeline.coding import refi
from pipeline.coding.project import Project
from pipeline.problems import DataError

TEXT = "We pump the water by hand.\nOn Sunday we vote.\nNobody pays for the water."
VOTED = TEXT.index("we vote")


def read(folder, data, name="p.qdpx") -> Project:
    return refi.read(written(folder, data, name))


def codes_of(problems):
    return [problem.code for problem in problems]


# --- codebooks -----------------------------------------------------------------------------------


def test_a_codebook_keeps_groups_colours_and_definitions(tmp_path):
    codes = read(tmp_path, packed(project(), "Trial.qde")).codes

    assert codes["name"].tolist() == ["Group", "water", "vote"]
    assert codes["path"].tolist() == ["Group", "Group > water", "vote"]
    assert codes["parent"].fillna("").tolist() == ["", GROUP, ""]
    assert codes["is_codable"].tolist() == [False, True, True]
    assert codes["color"].fillna("").tolist() == ["", "#0072B2", ""]
    assert codes["definition"].fillna("").tolist() == ["", "what runs", ""]
    assert codes["level"].tolist() == [0, 1, 0]


@pytest.mark.parametrize(
    "namespace",
    [
        NAMESPACE,
        "",
        "urn:QDA-XML:project:1:0",
        "http://schema.qdasoftware.org/versions/Project/v1.0",
        "urn:QDA-XML:codebook:0:4",
    ],
)
def test_every_namespace_in_use_is_the_same(tmp_path, namespace):
    xml = project(text_source(selection(0, 2)), namespace=namespace)

    found = read(tmp_path, packed(xml, a=TEXT))

    assert found.codings["exact"].tolist() == ["We"]
    assert found.problems == []


@pytest.mark.parametrize(
    "namespace",
    ["urn:QDA-XML:codebook:1.0", "urn:QDA-XML:codebook:1:0", "urn:QDA-XML:codebook:0:4"],
)
def test_a_qdc_is_a_codebook_with_its_groups(tmp_path, namespace):
    """ATLAS.ti writes `guid` where the schema says `targetGUID`."""
    inside = CODES.removeprefix("<CodeBook>").removesuffix("</CodeBook>")
    members = f'<Sets><Set guid="{BELA}" name="both"><MemberCode guid="{VOTE}"/></Set></Sets>'
    xml = f'<CodeBook xmlns="{namespace}" origin="ATLAS.ti Win 23.4.0">{inside}{members}</CodeBook>'

    found = read(tmp_path, xml, "codes.qdc")

    assert found.codes["name"].tolist() == ["Group", "water", "vote"]
    assert found.sets["codes"].tolist() == [[VOTE]]
    assert found.codings.empty


def test_codes_in_an_element_of_their_own_are_below_the_code(tmp_path):
    inner = f'<SubCodes><Code guid="{WATER}" name="water"/></SubCodes>'
    codes = f'<CodeBook><Codes><Code guid="{GROUP}" name="Group">{inner}</Code></Codes></CodeBook>'

    found = read(tmp_path, packed(project(codes=codes))).codes

    assert found["path"].tolist() == ["Group", "Group > water"]
    assert found["is_codable"].all()


def test_a_qdc_comes_back_equal(tmp_path):
    one = read(tmp_path, packed(project()))
    refi.write(one, tmp_path / "codes.qdc")

    again = refi.read(tmp_path / "codes.qdc")

    assert_equal(one.__class__(codes=one.codes, problems=one.problems), again)


def test_two_codes_of_one_guid_are_told(tmp_path):
    twice = CODES.replace(VOTE, WATER)

    found = read(tmp_path, packed(project(codes=twice)))

    [problem] = found.problems
    assert problem.code == "D-209"
    assert '"vote"' in problem.message
    assert '"water"' in problem.message
    assert problem.line == 2


def test_a_code_below_itself_is_told(tmp_path):
    inner = f'<Code guid="{GROUP}" name="Group" isCodable="true"/>'
    codes = f'<CodeBook><Codes><Code guid="{GROUP}" name="Group" isCodable="true">{inner}</Code></Codes></CodeBook>'

    found = read(tmp_path, packed(project(codes=codes)))

    assert codes_of(found.problems) == ["D-210"]
    assert found.codes["name"].tolist() == ["Group"]


def test_what_stands_below_such_a_code_has_its_path_once(tmp_path):
    water = f'<Code guid="{WATER}" name="Water" isCodable="true"/>'
    inner = f'<Code guid="{GROUP}" name="Group" isCodable="true">{water}</Code>'
    codes = f'<CodeBook><Codes><Code guid="{GROUP}" name="Group" isCodable="true">{inner}</Code></Codes></CodeBook>'

    found = read(tmp_path, packed(project(codes=codes)))

    assert found.codes["path"].tolist() == ["Group", "Group > Water"]
    assert found.codes["level"].tolist() == [0, 1]


# --- positions -----------------------------------------------------------------------------------

LINES = "A 🌾 grows.\nWe pump water.\nWe vote."
BYTES = LINES.replace("\n", "\r\n").encode("utf-8-sig")


def counted(text, newline, astral, mark):
    """Where "We vote" stands, as a tool counts it."""
    before = text[: text.index("We vote")]
    start = len(before) + mark + astral * before.count("🌾") + (newline - 1) * before.count("\n")
    return start, start + len("We vote")


@pytest.mark.parametrize("newline", [1, 2])
@pytest.mark.parametrize("astral", [0, 1])
@pytest.mark.parametrize("mark", [0, 1])
def test_a_quoted_passage_tells_how_the_tool_counts(tmp_path, newline, astral, mark):
    """ATLAS.ti counts \\r\\n as one (QualCoder's import says so), .NET counts UTF-16 units."""
    start, end = counted(LINES, newline, astral, mark)
    xml = project(text_source(selection(start, end, VOTE, "We vote")), origin="Some tool")

    found = read(tmp_path, packed(xml, a=BYTES))

    assert found.codings["exact"].tolist() == ["We vote"]
    assert found.codings["start"].tolist() == [LINES.index("We vote")]
    assert found.sources["text"].tolist() == [LINES]
    assert found.problems == []


@pytest.mark.parametrize(("origin", "newline"), [("ATLAS.ti Win 23", 1), ("NVivo 14", 2)])
def test_without_a_quotation_the_ends_of_words_tell(tmp_path, origin, newline):
    xml = project(
        text_source(selection(*counted(LINES, newline, 1, 0), VOTE, "line:3")), origin=origin
    )

    assert read(tmp_path, packed(xml, a=BYTES)).codings["exact"].tolist() == ["We vote"]


def test_a_text_inside_the_xml_may_have_lost_its_line_breaks(tmp_path):
    """XML makes one line feed of \\r\\n, while the tool counted two."""
    content = f"<PlainTextContent>{TEXT}</PlainTextContent>"
    start = VOTED + 1
    xml = project(text_source(content + selection(start, start + 7), path=""))

    found = read(tmp_path, packed(xml))

    assert found.codings["exact"].tolist() == ["we vote"]


def test_a_selection_beside_its_words_is_put_on_them_and_told(tmp_path):
    name = "Nobody pays for the water."
    xml = project(text_source(selection(3, 3 + len(name), name=name)))

    found = read(tmp_path, packed(xml, a=TEXT))

    assert found.codings["exact"].tolist() == [name]
    assert codes_of(found.problems) == ["D-216"]


def test_a_shortened_name_says_where_the_passage_begins(tmp_path):
    xml = project(text_source(selection(5, 31, name="Nobody pays for…")))

    found = read(tmp_path, packed(xml, a=TEXT))

    assert found.codings["exact"].tolist() == ["Nobody pays for the water."]


def test_of_two_places_as_near_neither_is_taken(tmp_path):
    text = "again and again, " * 2 + "x" * 40
    xml = project(text_source(selection(8, 24, name="again and again,")))

    found = read(tmp_path, packed(xml, a=text))

    assert found.codings["start"].isna().all()
    assert found.codings["exact"].tolist() == ["again and again,"]
    assert codes_of(found.problems) == ["D-215"]


def test_a_label_is_no_quotation(tmp_path):
    """qc names a selection by its line, others by a comment."""
    xml = project(text_source(selection(3, 7, name="On Sunday we vote. It matters to me")))

    found = read(tmp_path, packed(xml, a=TEXT))

    assert found.codings["exact"].tolist() == ["pump"]
    assert found.problems == []


def test_an_empty_selection_is_kept_and_told(tmp_path):
    xml = project(text_source(selection(4, 4)), origin="ATLAS.ti")

    found = read(tmp_path, packed(xml, a=TEXT))

    assert codes_of(found.problems) == ["D-214"]
    assert found.codings["exact"].tolist() == [""]


@pytest.mark.parametrize(
    ("start", "end", "code", "exact"),
    [
        ("9000", "9005", "D-215", None),
        ("x", "5", "D-213", None),
        ("", "", "D-213", None),
        ("1" * 40, "2" * 40, "D-213", None),
        ("7", "3", "D-217", "pump"),
    ],
)
def test_a_place_that_cannot_be_is_told_and_the_coding_kept(tmp_path, start, end, code, exact):
    xml = project(text_source(selection(start, end)))

    found = read(tmp_path, packed(xml, a=TEXT))

    assert codes_of(found.problems)[0] == code
    assert len(found.codings) == 1
    assert found.codings["exact"].fillna("").tolist() == [exact or ""]
    assert found.codings["start"].isna().tolist() == [exact is None]


# --- what else a project holds -------------------------------------------------------------------


def test_one_selection_with_two_codes_is_two_codings_of_their_coders(tmp_path):
    second = (
        f'<Coding guid="{"9" * 8}-2222-4000-8000-000000000000" creatingUser="{BELA}" '
        f'creationDateTime="2013-01-02T10:00:00Z"><CodeRef targetGUID="{{{VOTE.upper()}}}"/></Coding>'
    )
    one = selection(
        0,
        2,
        more='creationDateTime="2012-12-31T10:00:00Z"',
        inside="<Description>why</Description>",
    )
    xml = project(
        text_source(one.replace("</PlainTextSelection>", f"{second}</PlainTextSelection>"))
    )

    codings = read(tmp_path, packed(xml, a=TEXT)).codings

    assert codings["coder"].tolist() == ["Anna", "Béla"]
    assert codings["code"].tolist() == ["water", "vote"]
    assert codings["created_at"].tolist() == ["2012-12-31T10:00:00Z", "2013-01-02T10:00:00Z"]
    assert codings["memo"].tolist() == ["why", "why"]
    assert codings["selection_guid"].nunique() == 1


def test_a_note_on_a_coding_is_its_memo(tmp_path):
    note = f'<Notes><Note guid="{BELA}" name="n"><PlainTextContent>think again</PlainTextContent></Note></Notes>'
    one = selection(0, 2).replace("</Coding>", f'<NoteRef targetGUID="{BELA}"/></Coding>')

    found = read(tmp_path, packed(project(text_source(one), after=note), a=TEXT))

    assert found.codings["memo"].tolist() == ["think again"]
    assert found.notes["text"].tolist() == ["think again"]


def test_remarks_on_passages_are_kept_as_each_tool_writes_them(tmp_path):
    """MAXQDA: a description without coding; QualCoder: a selection in a note; NVivo: a link."""
    bare = (
        '<PlainTextSelection guid="{0}" startPosition="0" endPosition="2">{1}</PlainTextSelection>'
    )
    a, b, c, n, m = (f"{x}0000000-3333-4000-8000-000000000000" for x in "56789")
    sources = text_source(
        bare.format(a, "<Description>maxqda</Description>") + bare.format(b, ""),
        more=f'<NoteRef targetGUID="{n}"/>',
    )
    inner = f'<PlainTextSelection guid="{c}" startPosition="3" endPosition="7"/>'
    notes = (
        f'<Notes><Note guid="{n}" creatingUser="{BELA}"><PlainTextContent>qualcoder</PlainTextContent>{inner}</Note>'
        f'<Note guid="{m}"><PlainTextContent>nvivo</PlainTextContent></Note></Notes>'
        f'<Links><Link guid="{"4" * 8}-3333-4000-8000-000000000000" originGUID="{m}" targetGUID="{b}"/></Links>'
    )

    found = read(tmp_path, packed(project(sources, after=notes), a=TEXT)).annotations

    assert found["memo"].tolist() == ["maxqda", "nvivo", "qualcoder"]
    assert found["exact"].tolist() == ["We", "We", "pump"]
    assert found["coder"].fillna("").tolist() == ["", "", "Béla"]
    assert found["source"].tolist() == ["eau-01"] * 3


def test_a_passage_coded_to_a_case_is_the_cases_not_a_coding(tmp_path):
    """NVivo codes a passage to a case with the guid of the case."""
    cases = f'<Cases><Case guid="{BELA}" name="The pump"/></Cases>'
    xml = project(text_source(selection(0, 2, BELA)), before=cases)

    found = read(tmp_path, packed(xml, a=TEXT))

    assert found.codings.empty
    assert found.cases["selections"].tolist() == [found.annotations["selection_guid"].tolist()]


def test_variables_of_cases_and_of_sources_are_kept(tmp_path):
    """Quirkos gives values to cases, MAXQDA to sources."""
    value = '<VariableValue><VariableRef targetGUID="{}"/><{}>{}</{}></VariableValue>'
    year, place = ANNA.replace("1", "e"), ANNA.replace("1", "f")
    before = (
        f'<Variables><Variable guid="{year}" name="year" typeOfVariable="Integer"/>'
        f'<Variable guid="{place}" name="place" typeOfVariable="Text"/></Variables>'
        f'<Cases><Case guid="{BELA}" name="The pump">{value.format(year, "IntegerValue", 2004, "IntegerValue")}'
        f'<SourceRef targetGUID="{SOURCE}"/></Case></Cases>'
    )
    sources = text_source(more=value.format(place, "TextValue", "Lens", "TextValue"))

    found = read(tmp_path, packed(project(sources, before=before), a=TEXT))

    columns = ["name", "bearer", "bearer_name", "value"]
    assert found.variables[columns].to_numpy().tolist() == [
        ["year", "case", "The pump", "2004"],
        ["place", "source", "eau-01", "Lens"],
    ]
    assert found.cases["sources"].tolist() == [[SOURCE]]


def test_pictures_recordings_and_pdfs_are_listed_with_their_places(tmp_path):
    coding = f'<Coding guid="{"%s" * 8}-2222-4000-8000-000000000000"><CodeRef targetGUID="{WATER}"/></Coding>'
    sources = (
        f'<PictureSource guid="{ANNA}" name="pump.png" path="internal://pump.png"><PictureSelection guid="{"a" * 8}-0000-4000-8000-000000000001" '
        f'firstX="1" firstY="2" secondX="30" secondY="40">{coding % (("3",) * 8)}</PictureSelection></PictureSource>'
        f'<PDFSource guid="{BELA}" name="law.pdf" path="internal://law.pdf"><PDFSelection guid="{"b" * 8}-0000-4000-8000-000000000001" '
        f'page="4" firstX="1" firstY="2" secondX="30" secondY="40">{coding % (("4",) * 8)}</PDFSelection></PDFSource>'
        f'<AudioSource guid="{SOURCE}" name="talk.mp3" path="relative:///talk.mp3">'
        f'<Transcript guid="{GROUP}" name="talk"><PlainTextContent>{TEXT}</PlainTextContent>'
        f'<SyncPoint guid="{WATER}" timeStamp="0" position="3"/><SyncPoint guid="{VOTE}" timeStamp="900" position="7"/>'
        f'<TranscriptSelection guid="{"d" * 8}-0000-4000-8000-000000000001" fromSyncPoint="{WATER}" toSyncPoint="{VOTE}">{coding % (("6",) * 8)}</TranscriptSelection></Transcript>'
        f'<AudioSelection guid="{"c" * 8}-0000-4000-8000-000000000001" begin="1500" end="2500">{coding % (("5",) * 8)}</AudioSelection>'
        f"</AudioSource>"
    )

    found = read(tmp_path, packed(project(sources)))

    assert found.codings[["kind", "source", "place"]].to_numpy().tolist()[:3] == [
        ["picture", "pump.png", "firstX=1 firstY=2 secondX=30 secondY=40"],
        ["pdf", "law.pdf", "page=4 firstX=1 firstY=2 secondX=30 secondY=40"],
        ["audio", "talk.mp3", "begin=1500 end=2500"],
    ]
    transcript = found.codings[found.codings["kind"].eq("transcript")]
    assert transcript["exact"].tolist() == ["pump"]
    refi.write(found, tmp_path / "again.qdpx")
    assert_equal(found, refi.read(tmp_path / "again.qdpx"))


def test_sources_are_found_in_any_case_of_letters_and_told_when_absent(tmp_path):
    xml = project(text_source(selection(0, 2), path="internal://A.TXT"))
    assert read(tmp_path, packed(xml, folder="Sources", a=TEXT)).codings["exact"].tolist() == ["We"]

    relative = project(text_source(selection(0, 2), path="relative:///media/A.txt"))
    found = read(tmp_path, packed(relative, a=TEXT))
    assert found.codings["exact"].tolist() == ["We"]
    refi.write(found, tmp_path / "again.qdpx")
    assert_equal(found, refi.read(tmp_path / "again.qdpx"))

    absent = read(tmp_path, packed(xml))

    assert codes_of(absent.problems) == ["D-212"]
    assert len(absent.codings) == 1


def test_what_is_not_read_is_told(tmp_path):
    found = read(tmp_path, packed(project(after="<Graphs><Graph/></Graphs>")))

    assert [(p.code, p.message) for p in found.problems] == [("D-218", "<Graphs> is not read")]


# --- writing -------------------------------------------------------------------------------------


@needs_shared
@pytest.mark.parametrize("name", ["qc_demo.qdpx", "atlasti_blank.qdpx"])
def test_a_real_project_validates_and_comes_back_equal(tmp_path, name):
    one = refi.read(SAMPLES / name)
    refi.write(one, tmp_path / "again.qdpx")

    assert is_valid(project_xml(tmp_path / "again.qdpx"))
    assert_equal(one, refi.read(tmp_path / "again.qdpx"))


@needs_shared
def test_the_passages_of_a_real_project_are_its_lines():
    """qc codes whole lines and names each selection by its number, from 0."""
    found = refi.read(SAMPLES / "qc_demo.qdpx")

    lines = found.sources.set_index("name").at["board_2017.txt", "text"].split("\n")
    assert len(found.codings) == 205
    for row in found.codings.itertuples():
        assert row.exact.strip("\n") == lines[int(row.name.removeprefix("line:"))]


NAMES = st.text(
    st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), min_size=1, max_size=8
)
TEXTS = st.text(st.sampled_from("ab é\u0301\n🌾नម "), min_size=4, max_size=60)
SPANS = st.lists(st.tuples(st.integers(0, 60), st.integers(0, 60)), max_size=6)


@st.composite
def projects(draw):
    text = draw(TEXTS)
    spans = sorted(
        {tuple(sorted((a % (len(text) + 1), b % (len(text) + 1)))) for a, b in draw(SPANS)}
    )
    escape = {ord(c): f"&#{ord(c)};" for c in '&<>"\n\t\r'}
    made = "".join(
        selection(
            a,
            b,
            draw(st.sampled_from([WATER, VOTE])),
            draw(st.sampled_from([text[a:b], "x"])).translate(escape),
            number=n,
        )
        for n, (a, b) in enumerate(spans, 1)
    )
    name = draw(NAMES).translate(escape)
    inline = f"<PlainTextContent>{text.translate(escape)}</PlainTextContent>"
    if draw(st.booleans()):
        return packed(project(text_source(inline + made, path="", name=name), origin="QualCoder 3"))
    return packed(project(text_source(made, name=name), origin="QualCoder 3"), a=text)


@given(projects())
def test_any_project_that_is_read_comes_back_equal(tmp_path_factory, data):
    folder = tmp_path_factory.mktemp("any")
    one = refi.read(written(folder, data))
    refi.write(one, folder / "again.qdpx")

    again = refi.read(folder / "again.qdpx")

    assert_equal(one, again)
    assert again.codings["exact"].tolist() == one.codings["exact"].tolist()


def test_what_we_wrote_is_counted_in_letters_whatever_its_selections_are_called(tmp_path):
    """An emoji is one sign of ours and two of others: our own file leaves nothing to guess."""
    spans = [(0, 8), (1, 7)]
    selections = "".join(
        f'<PlainTextSelection guid="0000000{n}-1111-4000-8000-000000000000" name="x" '
        f'startPosition="{start}" endPosition="{end}">'
        f'<Coding guid="0000000{n}-2222-4000-8000-000000000000">'
        '<CodeRef targetGUID="aaaaaaaa-0000-4000-8000-000000000000"/></Coding></PlainTextSelection>'
        for n, (start, end) in enumerate(spans, 1)
    )
    source = text_source(selections, name="0")
    one = refi.read(
        written(tmp_path, packed(project(source, origin="QualCoder 3"), a="aaaaa🌾aaa"))
    )

    refi.write(one, tmp_path / "again.qdpx")

    assert_equal(one, refi.read(tmp_path / "again.qdpx"))


@pytest.mark.parametrize(
    "frames",
    [
        {"codes": pd.DataFrame({"name": ["Water", "Vote"], "color": ["#0000FF", None]})},
        {"sources": pd.DataFrame({"name": ["one"], "text": [TEXT]})},
        {
            "codes": pd.DataFrame({"name": ["Vote"]}),
            "sources": pd.DataFrame({"name": ["one"], "text": [TEXT]}),
            "codings": pd.DataFrame(
                {
                    "code": ["Vote", "Vote"],
                    "source": ["one", "one"],
                    "start": [VOTED, 0],
                    "end": [VOTED + len("we vote"), 2],
                    "coder": ["Anna", None],
                }
            ),
        },
        {
            "cases": pd.DataFrame({"name": ["Ada", "Bo"]}),
            "variables": pd.DataFrame(
                {"name": ["age"] * 2, "bearer_name": ["Bo", "Ada"], "value": ["40", "41"]}
            ).iloc[::-1],
        },
    ],
    ids="-".join,
)
def test_a_project_made_by_hand_of_a_few_columns_is_written_and_read_as_it_was_meant(
    tmp_path, frames
):
    path = tmp_path / "p.qdpx"

    refi.write(Project(**frames), path)
    found = refi.read(path)

    assert not SAMPLES.exists() or is_valid(project_xml(path))
    assert found.problems == []
    for name, frame in frames.items():
        there = getattr(found, name)[list(frame.columns)]
        assert there.astype(object).where(there.notna(), None).values.tolist() == (
            frame.astype(object).where(frame.notna(), None).values.tolist()
        )


def test_what_is_written_is_the_same_every_time(tmp_path):
    one = read(tmp_path, packed(project(text_source(selection(0, 2))), a=TEXT))
    for name in ("a.qdpx", "b.qdpx"):
        refi.write(one, tmp_path / name)

    assert (tmp_path / "a.qdpx").read_bytes() == (tmp_path / "b.qdpx").read_bytes()


@needs_shared
def test_odd_guids_colours_dates_and_signs_become_what_the_schema_takes(tmp_path):
    codes = '<CodeBook><Codes><Code guid="g1" name="a" color="red" isCodable="true"/></Codes></CodeBook>'
    one = selection(0, 2, "g1", more='creationDateTime="31/12/2012"')
    xml = project(text_source(one).replace(SOURCE, "source 1"), codes=codes)

    found = read(tmp_path, packed(xml, a="We\x0b are"))
    refi.write(found, tmp_path / "again.qdpx")

    assert is_valid(project_xml(tmp_path / "again.qdpx"))
    assert refi.read(tmp_path / "again.qdpx").codings["exact"].tolist() == ["We"]


# --- bad input -----------------------------------------------------------------------------------


def zipped(**members):
    sink = io.BytesIO()
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            put(archive, name, data)
    return sink.getvalue()


DOCTYPE = (
    '<!DOCTYPE Project [<!ENTITY x SYSTEM "file:///etc/passwd">]><Project name="p">&x;</Project>'
)
LAUGHS = '<!DOCTYPE a [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]><Project name="p"><Description>&b;</Description></Project>'


@pytest.mark.parametrize(
    ("code", "data"),
    [
        ("D-203", zipped(**{"a.qde": project(), "b.qde": project()})),
        ("D-203", zipped(**{"a.txt": "x"})),
        ("D-204", zipped(**{"project.qde": project(), "../a.txt": "x"})),
        ("D-204", zipped(**{"project.qde": project(), "/etc/a.txt": "x"})),
        ("D-204", zipped(**{"project.qde": project(), "C:\\a.txt": "x"})),
        ("D-204", zipped(**{"project.qde": project(), "sources\\..\\..\\a.txt": "x"})),
        ("D-202", packed(project())[:60]),
        ("D-202", packed(project(), a=TEXT)[:-30]),
        ("D-206", packed(project()[:-20])),
        ("D-206", b""),
        ("D-206", b"\x00" * 100),
        ("D-206", packed("")),
        ("D-207", packed(DOCTYPE)),
        ("D-207", packed(LAUGHS)),
        ("D-208", b"<html/>"),
        ("D-208", packed("<Projekt/>")),
    ],
)
def test_a_file_that_cannot_be_used_is_refused(tmp_path, code, data):
    with pytest.raises(DataError) as error:
        read(tmp_path, data)

    assert codes_of(error.value.problems) == [code]
    assert error.value.problems[0].hint


def test_an_absent_file_is_refused(tmp_path):
    with pytest.raises(DataError, match="D-201"):
        refi.read(tmp_path / "nowhere.qdpx")


def test_a_bomb_is_refused_before_it_fills_the_memory(tmp_path, monkeypatch):
    monkeypatch.setattr("pipeline.coding.refi.archive.MAX_XML_BYTES", 2**20)
    monkeypatch.setattr("pipeline.coding.refi.archive.MAX_TEXT_BYTES", 2**20)

    for data in (packed(" " * 2**22), packed(project(text_source()), a=" " * 2**22)):
        with pytest.raises(DataError, match="D-205"):
            read(tmp_path, data)


def test_a_damaged_source_is_refused(tmp_path):
    """The directory of the zip is whole, and what it points to is not."""
    data = bytearray(packed(project(text_source(selection(0, 2))), a=TEXT * 50))
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        at = archive.getinfo("sources/a.txt").header_offset
    data[at + 45 : at + 60] = b"\xff" * 15

    with pytest.raises(DataError, match="D-202"):
        read(tmp_path, bytes(data))


@given(st.data())
def test_a_spoilt_project_is_read_or_refused_and_nothing_else(tmp_path_factory, data):
    whole = bytearray(
        packed(project(text_source(selection(0, 2) + selection(5, 4, number=2))), a=TEXT)
    )
    raw = bytearray(project(text_source(selection(0, 2), path="")).encode())
    spoilt = data.draw(st.sampled_from([whole, raw])).copy()
    for _ in range(data.draw(st.integers(1, 4))):
        spoilt[data.draw(st.integers(0, len(spoilt) - 1))] = data.draw(st.integers(0, 255))
    cut = data.draw(st.integers(0, len(spoilt)))
    file = written(
        tmp_path_factory.mktemp("spoilt"),
        bytes(spoilt[:cut] if data.draw(st.booleans()) else spoilt),
    )

    with contextlib.suppress(DataError):
        assert isinstance(refi.read(file), Project)
