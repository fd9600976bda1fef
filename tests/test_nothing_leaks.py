"""Builds the tiny corpus and searches every output for the words, numbers and names of voices."""

import io
import json
import re
import shutil
import subprocess
import sys
import unicodedata
import zipfile
import zlib
from functools import cache
from pathlib import Path
from typing import NamedTuple

import conftest
import pikepdf
import pyarrow.parquet as pq
import pypdfium2
import pytest
from opened import streams
from PIL import Image

from pipeline.folders import PROJECT
from pipeline.pictures import map_page
from pipeline.problems import DataError


class Voice(NamedTuple):
    """What gives a voice away; `cleared`: where its words may be read, `named`: its name may."""

    word: str
    number: str
    names: tuple[str, ...]
    cleared: frozenset[str]
    named: bool


BOOK, TABLES = "book", "tables"
EVERYWHERE, NOWHERE = frozenset({BOOK, TABLES}), frozenset()
VOICES = {
    "v-full": Voice("zibeline-kotor", "704137", ("Tarvenne",), EVERYWHERE, True),
    "v-pseudonym": Voice("varlope-mirza", "815246", ("Bertil",), EVERYWHERE, False),
    "v-role": Voice("cardon-sulfite", "926357", ("Ghislaine", "Moreuil"), EVERYWHERE, False),
    "v-unguarded": Voice("girouette-pavot", "137468", ("Timéo", "Vasquier"), NOWHERE, False),
    "v-minor": Voice("luciole-tamis", "248579", ("Ansart",), EVERYWHERE, True),
    "v-research": Voice(
        "escarbille-nougat", "359681", ("Wenceslas", "Brunoy"), frozenset({TABLES}), True
    ),
    "v-none": Voice("mandragore-zinc", "461792", ("Passante", "Hortense", "Quévy"), NOWHERE, False),
    "v-ask": Voice("crécelle-vermeil", "572813", ("Solveig",), EVERYWHERE, True),
    "v-interpreter": Voice("palimpseste-jonquille", "683924", ("Petrovitch",), EVERYWHERE, True),
}
# Masked everywhere; and what `role` coarsens: the place and the point of the mill.
THIRD_PARTIES = ("Klementyna", "Abramczyk", "chambre du petit")
PLACES = ("Vallombrelle", "49.864", "15.975")


# What photographs and letters say: those that everyone agreed to, and those that someone did not.
AGREED = ("pivoine-laiton", "bouche du four", "aubépine-zéphyr", "Dorothée Vannier")
DECLINED = (
    "myosotis-plomb",
    "capucine-étain",
    "jacinthe-cuivre",
    "Brizard",
    "belladone-ocre",
    "tubéreuse-granit",
    "Réséda-basalte",
    "Anse-Réséda",
    "Quinçon",
)


# --- reading every byte --------------------------------------------------------------------------


# Ways of reading bytes that are no text: letters taken out of those make any word in the end.
RAW = "raw "


def texts_of(name: str, data: bytes) -> dict[str, str]:
    """Everything that can be read in a file, by way of reading; each way is searched by itself."""
    for library in map_page._leaflet().values() if name.endswith(".html") else ():
        assert library.encode() in data
        data = data.replace(library.encode(), b"")  # its "setTimeout" is no Timéo
    texts = {"utf-8": data.decode("utf-8", errors="ignore"), "latin": data.decode("latin-1")}
    binary = b"\0" in data or data.startswith(b"%PDF")
    ways = {f"{RAW if binary else ''}{encoding}": text for encoding, text in texts.items()}
    if data.startswith(b"%PDF"):
        ways |= _pdf(data)
    elif data.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            for member in archive.namelist():
                inner = texts_of(member, archive.read(member))
                ways |= {f"{member} {way}": text for way, text in inner.items()}
    elif data.startswith(b"\x89PNG"):
        ways |= _png(data)
    elif name.endswith(".parquet"):
        table = pq.read_table(io.BytesIO(data), partitioning=None)
        ways["cells"] = "\n".join(str(cell) for column in table.columns for cell in column)
        ways["schema"] = str(table.schema.metadata)
    elif name.endswith(".json"):
        ways["values"] = str(json.loads(data))
    return ways


def _pdf(data: bytes) -> dict[str, str]:
    strings = []
    with pikepdf.open(io.BytesIO(data)) as pdf:
        for thing in pdf.objects:
            strings += _strings(thing)
        strings.append(str(pdf.docinfo))
    shown = [page.get_textpage().get_text_bounded() for page in pypdfium2.PdfDocument(data)]
    joined = b"\n".join(streams(data))
    return {
        f"{RAW}streams": joined.decode("utf-8", errors="ignore"),
        f"{RAW}streams as utf-16": joined.decode("utf-16-be", errors="ignore"),
        "strings": "\n".join(strings),
        "pages": "\n".join(shown),
    }


def _strings(thing: pikepdf.Object) -> list[str]:
    """Titles, outlines, alternative texts, names of destinations: every string in an object."""
    if isinstance(thing, pikepdf.String):
        return [str(thing)]
    if isinstance(thing, pikepdf.Array):
        return [s for item in thing if not _indirect(item) for s in _strings(item)]
    if isinstance(thing, (pikepdf.Dictionary, pikepdf.Stream)):
        values = [(key, thing[key]) for key in thing.keys()]  # noqa: SIM118 — no plain mapping
        return [
            s for key, item in values for s in [key, *([] if _indirect(item) else _strings(item))]
        ]
    return []


def _indirect(thing: object) -> bool:
    return isinstance(thing, pikepdf.Object) and thing.is_indirect


def _png(data: bytes) -> dict[str, str]:
    """The text chunks, decompressed, and the pixels' own bytes are left out."""
    said, at = [], 8
    while at < len(data):
        length = int.from_bytes(data[at : at + 4], "big")
        kind, body = data[at + 4 : at + 8], data[at + 8 : at + 8 + length]
        if kind in {b"tEXt", b"iTXt", b"zTXt", b"eXIf"}:
            said.append(body.decode("utf-8", errors="ignore"))
            for start in range(len(body)):
                if body[start : start + 1] == b"\x78":
                    try:
                        said.append(zlib.decompress(body[start:]).decode("utf-8", errors="ignore"))
                    except zlib.error:
                        continue
        at += 12 + length
    return {"chunks": "\n".join(said)}


@cache
def letters(text: str) -> str:
    """Only letters and digits, whatever the case, the accents' form, hyphens and line breaks."""
    return re.sub(r"[\W_]+", "", folded(text))


@cache
def folded(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text).casefold()
    return "".join(sign for sign in plain if not unicodedata.combining(sign))


def shows(text: str, wanted: str, raw: bool = False) -> bool:
    """Say whether a text shows a word, a name, or a number however its thousands are set apart."""
    if wanted.isdigit():
        thousands = rf"{wanted[:-3]}[\s.,’']{{0,2}}{wanted[-3:]}"
        return re.search(rf"(?<![\d.,]){thousands}(?![\d])", text) is not None
    if re.fullmatch(r"[\d.]+", wanted):
        return re.search(wanted.replace(".", "[.,]"), text) is not None
    return folded(wanted) in folded(text) if raw else letters(wanted) in letters(text)


def marks(voice: Voice) -> list[str]:
    """The word of a voice whole and in its halves, and its number."""
    return [voice.word, *voice.word.split("-"), voice.number]


def published(out: Path) -> list[Path]:
    """Every file that leaves or is counted behind the door."""
    roots = (out / "figures", out / "book", out / "dist")
    tables = (out / "processed" / "3-comparison", out / "processed" / "4-facts")
    return [f for root in (*roots, *tables) for f in sorted(root.rglob("*")) if f.is_file()]


@cache
def _read(file: Path, _time: int) -> dict[str, str]:
    return texts_of(file.name, file.read_bytes()) | {"name": str(file.name)}


def where(out: Path, wanted: str, leave_out: str = "") -> list[str]:
    """List the outputs, with the way of reading, that show something; not the team's own report."""
    return [
        f"{file.relative_to(out)} ({way})"
        for file in published(out)
        if file.relative_to(out).parts[0] != leave_out and file.stem != "held_back"
        for way, text in _read(file, file.stat().st_mtime_ns).items()
        if shows(text, wanted, raw=RAW in way)
    ]


def pages(out: Path) -> str:
    return _pdf((out / "book" / "book.pdf").read_bytes())["pages"]


def bytes_of(out: Path) -> dict[str, bytes]:
    return {str(file.relative_to(out)): file.read_bytes() for file in published(out)}


def where_strings(out: Path) -> str:
    """Alternative texts of the PDF, which its pages do not print."""
    return _pdf((out / "book" / "book.pdf").read_bytes())["strings"]


def pictures(out: Path) -> list[bytes]:
    """The pictures that the EPUB carries."""
    with zipfile.ZipFile(out / "book" / "book.epub") as archive:
        return [archive.read(n) for n in archive.namelist() if n.endswith((".jpg", ".png"))]


def books(out: Path) -> dict[str, str]:
    """What a reader can read in each book."""
    epub = texts_of("book.epub", (out / "book" / "book.epub").read_bytes())
    return {"book.pdf": pages(out), "book.epub": "\n".join(epub.values())}


# --- one build -----------------------------------------------------------------------------------


def test_the_search_sees_through_every_kind_of_file(ready):
    """Each output holds something known, and the search finds it: it is not blind."""
    assert where(ready.out, "Le travail en commun")
    ways = {hit.split(" (")[0].rsplit(".", 1)[-1] for hit in where(ready.out, "travail en commun")}
    assert {"pdf", "svg", "csv", "json", "ods"} <= ways
    assert any("parquet" in hit for hit in where(ready.out, "shared-work"))
    assert any("strings" in hit for hit in where(ready.out, "Quels ingrédients"))


def test_the_search_sees_across_lines_hyphens_cases_and_forms():
    for text in ("zibe-\nline-kotor", "zibe\u00adline‑KOTOR", "Zibeline - Kotor"):
        assert shows(text, "zibeline-kotor")
    assert shows(unicodedata.normalize("NFD", "CRÉCELLE"), "crécelle")
    for text in ("704 137", "704\u202f137", "704137", "704.137"):
        assert shows(text, "704137")
    assert not shows("1704137 0.704137", "704137")


def test_the_search_sees_text_that_a_png_compresses():
    body = b"Comment\0\0" + zlib.compress(b"zibeline-kotor")
    png = b"\x89PNG\r\n\x1a\n" + len(body).to_bytes(4, "big") + b"zTXt" + body + b"\0\0\0\0"

    assert shows(texts_of("x.png", png)["chunks"], "zibeline-kotor")


@pytest.mark.parametrize("name", [n for n, v in VOICES.items() if BOOK in v.cleared])
def test_words_of_a_voice_that_agreed_are_in_the_book(ready, name):
    """So that nothing below can pass on an empty book."""
    voice = VOICES[name]
    assert shows(pages(ready.out), voice.word)
    assert shows(pages(ready.out), voice.number)


@pytest.mark.parametrize("name", [n for n, v in VOICES.items() if BOOK not in v.cleared])
def test_no_byte_that_leaves_holds_words_of_a_voice_that_did_not_agree(ready, name):
    found = {mark: where(ready.out, mark, leave_out="dist") for mark in marks(VOICES[name])}

    assert {mark: hits for mark, hits in found.items() if hits} == {}


@pytest.mark.parametrize("name", [n for n, v in VOICES.items() if TABLES not in v.cleared])
def test_no_table_given_away_for_research_holds_words_of_a_voice_that_did_not_agree(ready, name):
    found = {mark: where(ready.out, mark) for mark in marks(VOICES[name])}

    assert {mark: hits for mark, hits in found.items() if hits} == {}


@pytest.mark.parametrize(
    ("voice", "name"),
    [(v, n) for v, voice in VOICES.items() if not voice.named for n in voice.names],
)
def test_no_byte_holds_a_name_that_its_voice_hides(ready, voice, name):
    """The real name under a pseudonym, every name under `role`, and names of those who declined."""
    assert where(ready.out, name) == []


def test_a_voice_for_research_only_is_not_named_in_what_is_printed(ready):
    assert where(ready.out, "Wenceslas", leave_out="dist") == []
    assert where(ready.out, "Brunoy", leave_out="dist") == []


def test_a_pseudonym_and_a_full_name_are_printed(ready):
    """The names that may be shown are shown: hiding is not done by printing none."""
    assert shows(pages(ready.out), "Casimir Olin")
    assert shows(pages(ready.out), "Odile Tarvenne")


@pytest.mark.parametrize("words", AGREED)
def test_photographs_and_letters_that_everyone_agreed_to_are_in_both_books(ready, words):
    for name, text in books(ready.out).items():
        spoken = text + where_strings(ready.out) if name == "book.pdf" else text
        assert shows(spoken, words), name


@pytest.mark.parametrize("words", DECLINED)
def test_no_byte_holds_a_photograph_or_a_letter_that_someone_declined(ready, words):
    assert where(ready.out, words) == []


def test_no_byte_holds_what_a_camera_noted_nor_a_declined_picture(ready):
    assert where(ready.out, "oriflamme-cobalt") == []
    assert where(ready.out, "Tarvenne-appareil") == []
    photos = ready.raw / "photos"
    shown = [data for data in pictures(ready.out) if data]
    assert shown
    for name in ("refus.jpg", "visage.jpg"):
        declined = Image.open(photos / name).convert("L").resize((8, 8)).tobytes()
        assert declined not in [
            Image.open(io.BytesIO(d)).convert("L").resize((8, 8)).tobytes() for d in shown
        ]


@pytest.mark.parametrize("words", THIRD_PARTIES)
def test_no_byte_holds_masked_words(ready, words):
    assert where(ready.out, words) == []


@pytest.mark.parametrize("place", PLACES)
def test_role_leaves_neither_place_nor_point_of_the_initiative(ready, place):
    assert where(ready.out, place) == []


def test_what_the_stages_print_names_nobody_and_quotes_nothing(ready):
    log = conftest.log_of(ready).read_text(encoding="utf-8")
    for file in (ready.raw / "interviews").iterdir():  # the team's own names for its files
        log = log.replace(file.name, "")

    assert len(log.splitlines()) > 5
    for voice in VOICES.values():
        shown = [mark for mark in (*marks(voice), *voice.names) if shows(log, mark)]
        assert shown == []
    assert [words for words in THIRD_PARTIES if shows(log, words)] == []


def test_the_report_of_what_was_held_back_stays_with_the_team(ready):
    """It says which voice and why, by id and without a word of hers; no other file says so."""
    report = ready.out / "processed" / "3-comparison" / "held_back.parquet"
    ways = texts_of(report.name, report.read_bytes())

    assert shows(ways["cells"], "v-none")
    assert where(ready.out, "v-none") == []
    assert [m for v in VOICES.values() for m in marks(v) if shows(ways["cells"], m)] == []


def test_a_cut_quote_leaves_out_what_was_cut(ready):
    shown = re.sub(r"\s+", " ", pages(ready.out))

    assert "alors on l’a pris ; […] toutes réparations comprises." in shown


def test_a_research_only_voice_is_in_no_published_number(ready, build, tmp_path):
    """Without it the printed numbers are the same, to the last byte of the facts and the charts."""
    material = shutil.copytree(conftest.CORPUS, tmp_path / "raw")
    without = build(
        material,
        stages=("corpus", "coding", "comparison", "pictures"),
        **{"interviews/speakers.csv": lambda text: re.sub(r";research;", ";;", text)},
    )

    for name in ("processed/4-facts/facts.json", "figures/SHA256SUMS"):
        assert (without.out / name).read_bytes() == (ready.out / name).read_bytes()


OTHERWISE = ("Wenceslas –", "WENCESLAS.", "M. Wenceslas Brunoy, secrétaire :")


@pytest.mark.parametrize("label", OTHERWISE)
def test_a_label_written_otherwise_lends_no_words_to_the_voice_before_it(material, build, label):
    """speakers.csv names a voice that no turn is found of: the build stops, or nobody said it.

    Otherwise the words of one who did not agree are counted and printed as her neighbour's.
    """
    try:
        folders = build(
            material,
            stages=("corpus",),
            **{"interviews/four-02.txt": lambda text: text.replace("Wenceslas :", label)},
        )
    except DataError:
        return
    turns = pq.read_table(
        folders.out / "processed/1-corpus/turns.parquet", partitioning=None
    ).to_pandas()

    said = turns[turns["text"].str.contains("escarbille-nougat")]
    assert not set(said["speaker_id"].dropna()) - {"v-research"}


# --- a withdrawal --------------------------------------------------------------------------------


def withdraw(label: str, interview: str = ""):
    """Write a date of withdrawal into the rows of a label."""

    def changed(text: str) -> str:
        return re.sub(
            rf"^({interview or '[^;]+'};{label};(?:[^;]*;){{7}})[^;]*;",
            r"\g<1>31/12/2013;",
            text,
            flags=re.MULTILINE,
        )

    return changed


SPEAKERS = "interviews/speakers.csv"


@pytest.fixture(scope="module")
def withdrawn(ready, tmp_path_factory):
    """The ready build, Odile withdrawn in one of her two interviews, and built again over it."""
    folder = tmp_path_factory.mktemp("withdrawn")
    shutil.copytree(ready.raw.parent, folder, dirs_exist_ok=True)
    conftest.edit(folder / "raw", SPEAKERS, withdraw("Odile", "four-02"))
    folders = conftest.Folders(folder / "raw", folder / "out")
    return conftest.run_stages(folders, (*conftest.STAGES, *conftest.GIVEN))


def test_a_withdrawal_changes_facts_chart_and_book(ready, withdrawn):
    before, after = bytes_of(ready.out), bytes_of(withdrawn.out)
    for name in (
        "processed/4-facts/facts.json",
        "figures/ingredients-codes/ingredients-codes.svg",
        "figures/ingredients-codes/ingredients-codes.csv",
        "figures/ingredients-codes/ingredients-codes.png",
        "book/book.pdf",
        "dist/tables.ods",
    ):
        assert before[name] != after[name], name


def test_a_withdrawn_voice_is_in_no_byte(withdrawn):
    """Withdrawn in one interview, quoted from the other: its words, number and name are gone."""
    voice = VOICES["v-full"]
    found = {mark: where(withdrawn.out, mark) for mark in (*marks(voice), *voice.names, "Odile")}

    assert {mark: hits for mark, hits in found.items() if hits} == {}


def test_a_withdrawal_leaves_the_others_in_the_book(withdrawn):
    assert shows(pages(withdrawn.out), VOICES["v-role"].word)
    assert shows(pages(withdrawn.out), VOICES["v-minor"].number)


def broken(folders):
    """An error that has nothing to do with consent: a field that no sheet has."""
    conftest.edit(
        folders.raw, "initiatives/four-commun.md", lambda text: text.replace("scale:", "scalle:")
    )


def fails(folders) -> DataError:
    with pytest.raises(DataError) as raised:
        conftest.run_stages(folders, ("corpus",))
    return raised.value


def test_a_withdrawal_recalls_what_was_built_even_when_the_build_fails(rebuildable):
    broken(rebuildable)
    conftest.edit(rebuildable.raw, SPEAKERS, withdraw("Odile"))
    conftest.edit(rebuildable.out, "dist/kit/card.txt", "zibeline-kotor")

    ended = subprocess.run(
        [
            *(sys.executable, "-m", "pipeline", "corpus"),
            *("--raw", rebuildable.raw, "--out", rebuildable.out),
        ],
        cwd=PROJECT,
        capture_output=True,
        text=True,
        check=False,
    )

    assert ended.returncode == 1
    assert "four-commun.md:" in ended.stderr
    assert published(rebuildable.out) == []


LETTER, PHOTOS = "letters/2012-12-30-oui.md", "photos/photos.csv"
RECALLS = {
    "scope taken back": (
        SPEAKERS,
        lambda t: t.replace("research book web;31/12", "research;31/12"),
    ),
    "expired": (SPEAKERS, lambda t: t.replace("30/06/2044", "30/06/2014")),
    "name policy": (SPEAKERS, lambda t: t.replace("Odile Tarvenne;full", "Odile Tarvenne;role")),
    "a new mask": ("interviews/masks.csv", lambda t: t + ";Lilou;Une enfant;mineure\r\n"),
    "a mask that reaches further": (
        "interviews/masks.csv",
        lambda t: t.replace("four-01;Bertil", ";Bertil"),
    ),
    "a replacement that told too much": (
        "interviews/masks.csv",
        lambda t: t.replace("une ancienne du village", "une ancienne"),
    ),
    "a withdrawal whose date is mistyped": (
        SPEAKERS,
        lambda t: withdraw("Odile")(t).replace("31/12/2013", "31/12/20133"),
    ),
    "a withdrawal beside a typo in another row": (
        SPEAKERS,
        lambda t: withdraw("Odile")(t).replace("research book web", "reserch book web"),
    ),
    "the guardian takes it back": (SPEAKERS, lambda t: t.replace(";oui;oui;", ";oui;non;")),
    "the table is gone": (SPEAKERS, None),
    "a letter is taken back on a day that is no date": (
        LETTER,
        lambda t: t.replace("---", "---\nwithdrawn_on: hier", 1),
    ),
    "a letter is gone": (LETTER, None),
    "a photograph is taken back on a day that is no date": (
        PHOTOS,
        lambda t: t.replace("31/12/2012;;;non", "31/12/2012;;hier;non", 1),
    ),
    "a photograph is said to show somebody more": (
        PHOTOS,
        lambda t: t.replace(";v-full;", ";v-full v-none;", 1),
    ),
    "nobody is left in the table": (SPEAKERS, lambda t: t.splitlines()[0] + "\r\n"),
}


@pytest.mark.parametrize("change", RECALLS)
def test_whatever_narrows_consent_recalls_what_was_built(rebuildable, change):
    broken(rebuildable)
    conftest.edit(rebuildable.raw, *RECALLS[change])

    fails(rebuildable)

    assert published(rebuildable.out) == []


KEEPS = {
    "a letter whose head is no YAML": (LETTER, lambda t: t.replace("---", "---\ntitle: [a", 1)),
    "a typo in a letter's scopes": (LETTER, lambda t: t.replace("book", "boook", 1)),
    "a typo in a column of the photographs": (PHOTOS, lambda t: t.replace("photo_id", "foto")),
    "an empty table of photographs": (PHOTOS, ""),
    "a broken sheet": ("initiatives/four-commun.md", lambda t: t.replace("scale:", "scalle:")),
    "a typo in a scope": (SPEAKERS, lambda t: t.replace("research book web", "reserch book web")),
    "a typo in a date": (SPEAKERS, lambda t: t.replace("30/06/2044", "30/06/20444")),
    "a typo in a column": (SPEAKERS, lambda t: t.replace("expires_on", "expire_on")),
    "a typo in a mask's interview": (
        "interviews/masks.csv",
        lambda t: t.replace("four-01;Bertil", "four-1;Bertil"),
    ),
}


@pytest.mark.parametrize("change", KEEPS)
def test_an_error_that_narrows_no_consent_leaves_the_last_good_outputs(rebuildable, change):
    before = bytes_of(rebuildable.out)
    conftest.edit(rebuildable.raw, *KEEPS[change])

    fails(rebuildable)

    assert bytes_of(rebuildable.out) == before


def test_what_was_allowed_last_time_being_unknown_recalls_what_was_built(rebuildable):
    """Another version of the program wrote the tables, or somebody deleted them."""
    (rebuildable.processed / "1-corpus" / "speakers.parquet").write_bytes(b"of another version")
    broken(rebuildable)

    fails(rebuildable)

    assert published(rebuildable.out) == []


def test_wider_consent_alone_recalls_nothing(rebuildable):
    broken(rebuildable)
    before = bytes_of(rebuildable.out)
    conftest.edit(
        rebuildable.raw,
        SPEAKERS,
        lambda t: t.replace("research book web;", "research book web film;"),
    )

    fails(rebuildable)

    assert bytes_of(rebuildable.out) == before


MISTAKES = {
    "words that are not there": ("La girouette-pavot, c'est moi", "La girouette-pavot, c'est toi"),
    "a semicolon in the words": ("La mandragore-zinc, le", "La mandragore-zinc; le"),
    "a code of the wrong name": (";shared-place;", ";shared-palce;"),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_errors_quote_no_words_of_a_transcript(rebuildable, mistake):
    """Passages that do not fit, rows that slipped, quotes with a mistake: places, not words."""
    conftest.edit(rebuildable.raw, "codings/coder-a.csv", lambda t: t.replace(*MISTAKES[mistake]))
    conftest.edit(
        rebuildable.raw,
        "book/quotes.csv",
        lambda t: t.replace("La mandragore-zinc, le", "La mandragore-zinc, ce"),
    )
    said = []
    for stages in (("corpus", "coding"), ("publication",)):
        with pytest.raises(DataError) as raised:
            conftest.run_stages(rebuildable, stages)
        said.append(str(raised.value))

    shown = [m for voice in VOICES.values() for m in marks(voice) if shows("\n".join(said), m)]
    assert shown == []


# --- research only, counted ----------------------------------------------------------------------


def counted(folders) -> dict[str, dict]:
    return json.loads((folders.out / "processed/4-facts/facts.json").read_bytes())["facts"]


COUNTING = ("corpus", "coding", "comparison")


def test_small_cells_with_a_research_only_voice_are_held_back(material, build):
    """With count_research_only: of two people who speak of it, one agreed to research only."""
    folders = build(
        material,
        stages=COUNTING,
        **{"project.yaml": lambda t: t.replace("only: false", "only: true")},
    )
    table = pq.read_table(
        folders.out / "processed/3-comparison/code_by_group.parquet", partitioning=None
    ).to_pandas()
    book = table[table["purpose"].eq("book")]
    numbers = [c for c in book if c.endswith(("_count", "_total", "_pct"))]
    held = book[book["is_held_back"]]
    oven = book[book["grouping"].eq("initiative") & book["group"].eq("four-commun")]

    assert oven.set_index("code").loc["counting-hands", "is_held_back"]
    assert held[numbers].isna().all(axis=None)
    assert book.loc[~book["is_held_back"], "voices_count"].notna().all()


def test_numbers_of_the_whole_corpus_are_held_back_as_cells_are(material, build):
    """Two voices, one for research only: who knows what one said knows what the other did."""
    folders = build(
        material,
        stages=COUNTING,
        **{
            "project.yaml": lambda t: t.replace("only: false", "only: true"),
            SPEAKERS: lambda t: re.sub(r"research book[^;]*;((?!01/07))", r";\1", t).replace(
                "four-02;Odile;v-full;interviewee;Odile Tarvenne;full;;",
                "four-02;Odile;v-full;interviewee;Odile Tarvenne;full;research book;",
            ),
        },
    )
    facts = counted(folders)

    assert {n: facts[n]["value"] for n in ("corpus.words", "corpus.voices")} == {
        "corpus.words": None,
        "corpus.voices": None,
    }


# --- the calendar --------------------------------------------------------------------------------


def test_a_consent_that_expires_takes_the_voice_out_by_date_alone(rebuildable, program):
    """Nothing changes but the day: `make` builds again, and the voice is in no byte."""
    faketime = program("faketime")
    before = bytes_of(rebuildable.out)
    assert shows(pages(rebuildable.out), "zibeline-kotor")

    def make(day: str, *arguments: str) -> str:
        """Run make on a day, and give what it said."""
        moved = [f"RAW={rebuildable.raw}", f"OUT={rebuildable.out}"]
        command = [faketime, "-f", f"@{day} 12:00:00", "make", "book", *moved, *arguments]
        ended = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, check=False)
        assert ended.returncode == 0, ended.stderr
        return ended.stdout

    make("2045-12-30", "--dry-run")  # notes what the stages read; they were run in this process
    for folder in ("1-corpus", "2-coding", "3-comparison", "../figures", "../book"):
        (rebuildable.out / "processed" / folder / ".stage.stamp").touch()
    assert make("2045-12-30") == ""

    assert len(make("2045-12-31").splitlines()) >= 5

    after = bytes_of(rebuildable.out)
    for name in (
        "processed/4-facts/facts.json",
        "figures/ingredients-codes/ingredients-codes.svg",
        "book/book.pdf",
    ):
        assert before[name] != after[name], name
    voice = VOICES["v-full"]
    found = {mark: where(rebuildable.out, mark) for mark in (*marks(voice), *voice.names)}
    assert {mark: hits for mark, hits in found.items() if hits} == {}
