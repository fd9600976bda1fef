"""What the program says is said in French too: complete, compiled and typeset."""

import ast
import io
import re
import string
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from pipeline import messages
from pipeline.tables.by_hand import BY_HAND
from pipeline.tables.shapes import PROVENANCES

ROOT = Path(__file__).parents[1]
PO = ROOT / "pipeline/locale/fr/LC_MESSAGES/pipeline.po"
MO = PO.with_suffix(".mo")
COMPILE = ".venv/bin/pybabel compile -D pipeline -d pipeline/locale"

# How many of the arguments of a function are texts to translate.
TEXTS_OF = {"_": 1, "plural": 2, "counted": 2}
# Calls whose text is not written there: it comes from the Makefile, a script, a caller or a column.
# In facts.py it is wording.counted, which says both languages by itself and needs no catalogue.
HANDED_ON = {
    "pipeline/messages.py": {"says", "said[0]"},
    "pipeline/stages.py": {"one", "many"},
    "pipeline/comparison/facts.py": {"noun", "value"},
    "pipeline/corpus/handkept.py": {"column.meaning"},
    "pipeline/corpus/stage.py": {"row['provenance']", "row['provenance_of_initiative']"},
}
BUILT_TARGETS = {"all", "corpus", "coding", "comparison", "pictures", "book", "tables"} | {
    "verbatims",
    "exchange",
    "forms",
    "voice",
}
OTHER_TARGETS = {"notebooks", "lab", "test", "lint", "bench", "clean"}

# A key of the catalogue: the text, or its singular and plural.
Key = str | tuple[str, ...]


# --- what is said, and what the catalogue holds --------------------------------------------------


def calls() -> Iterator[tuple[str, list[ast.expr]]]:
    """Yield each call that translates, as its file and the arguments that are texts."""
    for file in sorted([*(ROOT / "pipeline").rglob("*.py"), *(ROOT / "bench").glob("*.py")]):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call):
                name = getattr(node.func, "id", getattr(node.func, "attr", ""))
                if name in TEXTS_OF:
                    yield file.relative_to(ROOT).as_posix(), node.args[: TEXTS_OF[name]]


def is_text(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, str)


def said_in_code() -> set[Key]:
    """Give the texts of the calls, and those that calls take from a column (see HANDED_ON)."""
    found: set[Key] = set(PROVENANCES)
    found |= {column.meaning for table in BY_HAND for column in table.columns}
    for _file, texts in calls():
        if all(map(is_text, texts)):
            key = tuple(text.value for text in texts)
            found.add(key[0] if len(key) == 1 else key)
    return found


def documented_targets() -> dict[str, str]:
    """Give the targets of the Makefile that carry a comment, with it."""
    lines = (ROOT / "Makefile").read_text(encoding="utf-8").splitlines()
    documented = [line for line in lines if " ## " in line and not line.startswith(("\t", "#"))]
    return {line.split(":")[0]: line.split(" ## ", 1)[1] for line in documented}


def said_in_scripts() -> set[Key]:
    texts = [file.read_text(encoding="utf-8") for file in (ROOT / "scripts").glob("*.sh")]
    texts.append((ROOT / "Makefile").read_text(encoding="utf-8"))
    says = r'\b(?:say|pipeline\.messages "\$\(RAW\)") "([^"]*)"'
    return {match for text in texts for match in re.findall(says, text)}


def catalogue() -> Catalog:
    with PO.open("rb") as file:
        return read_po(file, locale="fr", domain="pipeline")


def entries() -> list[Message]:
    return [message for message in catalogue() if message.id]


def texts(said: Key | list[str]) -> list[str]:
    """Give the one text, or singular and plural, of a msgid or a msgstr."""
    return [said] if isinstance(said, str) else list(said)


def placeholders(text: str) -> list[str]:
    return sorted(name for _text, name, *_rest in string.Formatter().parse(text) if name)


@pytest.fixture
def in_french():
    """Speak French, and English again afterwards."""
    messages.speak("fr")
    yield
    messages.speak("en")


# --- complete ------------------------------------------------------------------------------------


def test_every_message_has_a_french_translation_and_none_is_obsolete():
    """Code, Makefile and scripts answer nothing in English, and no translation is left over."""
    said = said_in_code() | set(documented_targets().values()) | said_in_scripts()
    translated = {m.id for m in entries() if all(texts(m.string)) and not m.fuzzy}

    assert said - translated == set(), f"enter these in {PO}, then run: {COMPILE}"
    assert {m.id for m in entries()} - said == set(), f"take these out of {PO}, then run: {COMPILE}"
    assert not catalogue().obsolete, f"take the lines with #~ out of {PO}"


def test_each_text_to_translate_is_written_where_it_is_said():
    """A text put together elsewhere escapes the catalogue; the few handed on are known here."""
    for file, arguments in calls():
        elsewhere = {ast.unparse(text) for text in arguments if not is_text(text)}

        assert elsewhere <= HANDED_ON.get(file, set()), f"{file}: write the text itself"


def test_the_scripts_and_the_code_were_searched():
    """The search itself finds one message of each kind and place."""
    assert ("{count} turn", "{count} turns") in said_in_code()
    assert "the codebook is missing" in said_in_code()
    assert any("Pango" in text for text in said_in_scripts())


def test_each_translation_has_the_placeholders_of_its_message():
    """A missing placeholder drops a fact; an unknown one stops the program."""
    differing = [
        text
        for message in entries()
        for text in texts(message.string)
        if placeholders(text) != placeholders(texts(message.id)[-1])
    ]

    assert differing == []


def test_the_decimal_point_is_a_comma_in_french(in_french):
    """stages.number tells the language by this message, so its translation must differ from it."""
    assert messages._("decimal point") not in {"decimal point", ""}


# --- compiled ------------------------------------------------------------------------------------


def test_the_compiled_catalogue_is_that_of_the_po_file():
    """make help reads the .mo before any environment exists, so it is kept with the code."""
    compiled = io.BytesIO()
    write_mo(compiled, catalogue())

    assert compiled.getvalue() == MO.read_bytes(), f"run: {COMPILE}"
    assert COMPILE in PO.read_text(encoding="utf-8"), "the head of the .po gives the command"


def test_the_compiled_catalogue_bears_a_fixed_date():
    """Without a date of its own in the .po, Babel writes the time of compiling into the .mo."""
    assert "POT-Creation-Date: 2" in PO.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("count", "french"),
    [(0, "0 tour de parole"), (1, "1 tour de parole"), (2, "2 tours de parole")],
)
def test_french_counts_nothing_in_the_singular(in_french, count, french):
    """French says 0 tour, English 0 turns."""
    assert messages.plural("{count} turn", "{count} turns", count) == french


# --- the language --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("written", "language"),
    [
        ("language: en\n", "en"),
        ('title: Utopies\nlanguage: "en"  # the readers\'\n', "en"),
        ("language: 'fr'\n", "fr"),
        ("# language: en\ntitle: Utopies\n", "fr"),
        ("", "fr"),
    ],
)
def test_the_language_is_that_of_project_yaml_and_french_when_it_is_silent(
    tmp_path, written, language
):
    (tmp_path / "project.yaml").write_text(written, encoding="utf-8")

    assert messages.language_of(tmp_path) == language


def test_a_folder_without_project_yaml_is_french(tmp_path):
    assert messages.language_of(tmp_path / "nowhere") == "fr"


def test_help_lists_every_documented_target_in_french():
    """What make help prints, with the standard library alone (-S: no installed package)."""
    listed = subprocess.run(
        [sys.executable, "-S", "-X", "utf8", "-m", "pipeline.messages", "data/raw"],
        cwd=ROOT,
        capture_output=True,
        encoding="utf-8",
        check=True,
    ).stdout
    french = {m.id: m.string for m in entries() if isinstance(m.id, str)}
    expected = {name: french[comment] for name, comment in documented_targets().items()}
    found = dict(line.removeprefix("  make ").split(maxsplit=1) for line in listed.splitlines())

    assert found == expected
    assert found.keys() >= BUILT_TARGETS | OTHER_TARGETS


# --- typeset -------------------------------------------------------------------------------------

NBSP, NARROW = "\u00a0", "\u202f"
FAULTS = {
    "a plain space before ; : ! ? » % or after «": r" [;:!?»%]|« ",
    "no narrow no-break space before ; ! ?": rf"(?<!{NARROW})[;!?]",
    "no no-break space before a colon that ends a word": rf"(?<!{NBSP}):(?=\s|$)",
    "no no-break space before %": rf"(?<!{NBSP})%",
    "no no-break space inside « »": rf"«(?!{NBSP})|(?<!{NBSP})»",
    "a typewriter's apostrophe or quotation mark": r"['\"]",
}


def faults(text: str) -> list[str]:
    """Name what French typography forbids in a text; what stands in backticks is left alone."""
    prose = re.sub(r"`[^`]*`", "``", text)
    return [name for name, pattern in FAULTS.items() if re.search(pattern, prose)]


def test_french_messages_obey_french_typography():
    found = {text: faults(text) for message in entries() for text in texts(message.string)}

    assert {text: names for text, names in found.items() if names} == {}


@pytest.mark.parametrize(
    "wrong", ["le code : absent", "le code: absent", "absent ; lu", "« lu »", "95 %", "l'un", "5%"]
)
def test_a_fault_of_typography_is_seen(wrong):
    assert faults(wrong)
    assert faults(f"voir `{wrong}`") == []
