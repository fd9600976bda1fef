"""French and English typography: what the rules set, what they leave alone, and nothing else."""

import json

import pypandoc
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.publication import typography

NBSP, NARROW = "\u00a0", "\u202f"


def shown(markdown: str, language: str = "fr") -> str:
    """Set Markdown and give the words that are printed, no-break spaces as ~ and narrow ones as _."""
    document = json.loads(pypandoc.convert_text(markdown, "json", format="markdown-raw_html"))
    html = pypandoc.convert_text(
        json.dumps(typography.set_text(document, language)), "plain", "json", ["--wrap=none"]
    )
    return html.strip().replace(NBSP, "~").replace(NARROW, "_")


@pytest.mark.parametrize(
    ("written", "printed"),
    [
        ("Quoi ? Non ! Oui ; si", "Quoi_? Non_! Oui_; si"),
        ("Quoi? Non! Oui; si", "Quoi_? Non_! Oui_; si"),
        ("Vraiment ? !", "Vraiment_?_!"),
        ("Vraiment ?!", "Vraiment_?!"),
        ("Ainsi : 5 % ou 5%", "Ainsi~: 5~% ou 5~%"),
        ("fin de ligne\n; suite\n: fin", "fin de ligne_; suite~: fin"),
        ("(quoi ?), [sic !]…", "(quoi_?), [sic_!]…"),
        ("**Gras** ! *Ital*; `code` : x", "Gras_! Ital_; code~: x"),
        ("Que dire ?[^1]\n\n[^1]: Rien !", "Que dire_?[1]\n\n[1] Rien_!"),
    ],
)
def test_high_signs_and_colons_are_held_to_the_word_before(written, printed):
    assert shown(written) == printed


@pytest.mark.parametrize(
    ("written", "printed"),
    [
        ('Elle dit "oui".', "Elle dit «~oui~»."),
        ("Elle dit «oui» et « non »", "Elle dit «~oui~» et «~non~»"),
        ('« Tu as dit "jamais" »', "«~Tu as dit “jamais”~»"),
        ("« Il crie 'au feu' »", "«~Il crie “au feu”~»"),
        (r"La voix : \"des mots\"", "La voix~: «~des mots~»"),
        ('«*penché*» et "**gras**"!', "«~penché~» et «~gras~»_!"),
        (r"l'eau, aujourd\'hui, 5\'30", "l’eau, aujourd’hui, 5'30"),
        ("— Bonjour", "—~Bonjour"),
        ("Un mot — une incise — la suite", "Un mot — une incise — la suite"),
    ],
)
def test_quotation_marks_nest_and_apostrophes_curve(written, printed):
    assert shown(written) == printed


@pytest.mark.parametrize(
    "untouched",
    [
        "`x = 1 ; y`",
        "Le train de 10:30 part au rapport 3:1",
        "voir https://exemple.org/a?b=1;c et www.exemple.org/?x ici",
        "écrire à nom@exemple.org ici",
        "    bloc: 'code' ; fin",
    ],
)
def test_code_addresses_and_times_are_left_alone(untouched):
    assert shown(untouched) == shown(untouched, "eo")


def test_the_address_of_a_link_is_left_alone_while_its_words_are_set():
    document = json.loads(
        pypandoc.convert_text("[Lire : ici !](https://x.org/?a;b!)", "json", format="markdown")
    )

    _attributes, words, target = typography.set_text(document, "fr")["blocks"][0]["c"][0]["c"]

    assert target == ["https://x.org/?a;b!", ""]
    assert {"t": "Str", "c": f"Lire{NBSP}:"} in words


def test_a_passage_in_another_language_keeps_its_own_typography():
    written = 'Il lit : [What? Now: \\"yes\\"!]{lang=en} [Quoi!]{lang=fr-CA} [वाह !]{lang=ne}'

    assert shown(written) == 'Il lit~: What? Now: "yes"! Quoi_! वाह !'


def test_french_inside_a_foreign_passage_is_set():
    """A quote in English stands above its attribution, which is in the language of the book."""
    written = "::: {lang=en}\nWhat? [une personne : ici]{lang=fr}\n:::"

    assert shown(written) == "What? une personne~: ici"


def test_english_has_curved_marks_and_no_french_space():
    written = r"I said: \"don\'t say \"never\" again\"; why? 5%!"

    assert shown(written, "en") == "I said: “don’t say ‘never’ again”; why? 5%!"


def test_a_title_is_set_too():
    assert typography.set_line('L\'eau : "à qui ?"', "fr") == (
        f"L’eau{NBSP}: «{NBSP}à qui{NARROW}?{NBSP}»"
    )


# --- properties ----------------------------------------------------------------------------------

WORDS = st.text(st.sampled_from("aé9;:!?%«»“”\"'’…—.,()/@\u00a0\u202f"), min_size=1, max_size=8)
STR = st.builds(lambda text: {"t": "Str", "c": text}, WORDS)
BLANK = st.sampled_from([{"t": "Space"}, {"t": "SoftBreak"}, {"t": "LineBreak"}])
CODE = st.builds(lambda text: {"t": "Code", "c": [["", [], []], text]}, WORDS)


def _around(inner: st.SearchStrategy) -> st.SearchStrategy:
    some = st.lists(inner, max_size=5)
    span = st.tuples(st.sampled_from(["fr", "en", "ne"]), some)
    return st.one_of(
        st.builds(lambda c: {"t": "Emph", "c": c}, some),
        st.builds(lambda c: {"t": "Quoted", "c": [{"t": "DoubleQuote"}, c]}, some),
        st.builds(lambda c: {"t": "Quoted", "c": [{"t": "SingleQuote"}, c]}, some),
        st.builds(lambda s: {"t": "Span", "c": [["", [], [["lang", s[0]]]], s[1]]}, span),
        st.builds(lambda c: {"t": "Link", "c": [["", [], []], c, ["https://x ;", ""]]}, some),
    )


INLINES = st.lists(st.recursive(st.one_of(STR, BLANK, CODE), _around, max_leaves=12), max_size=10)
LANGUAGES = st.sampled_from(["fr", "en"])


def document(inlines: list) -> dict:
    return {"pandoc-api-version": [1, 23], "meta": {}, "blocks": [{"t": "Para", "c": inlines}]}


def words_of(node: object) -> str:
    """Give the text of a document without what typography may change: spaces, marks, apostrophes."""
    if isinstance(node, list):
        return "".join(map(words_of, node))
    if not isinstance(node, dict):
        return ""
    if node.get("t") in {"Str", "Code"}:
        text = node["c"] if node["t"] == "Str" else node["c"][1]
        return "".join(sign for sign in text if not sign.isspace() and sign not in "«»“”‘’\"'")
    return words_of(list(node.values()))


def text_of(node: object) -> str:
    """Give the text of a document, every kind of space as itself."""
    if isinstance(node, list):
        return "".join(map(text_of, node))
    if not isinstance(node, dict):
        return ""
    kinds = {"Space": " ", "SoftBreak": "\n", "LineBreak": "\r"}
    if node.get("t") in kinds:
        return kinds[node["t"]]
    if node.get("t") in {"Str", "Code"}:
        return node["c"] if node["t"] == "Str" else node["c"][1]
    return text_of(list(node.values()))


@given(INLINES, LANGUAGES)
def test_setting_twice_changes_nothing(inlines, language):
    once = typography.set_text(document(inlines), language)

    assert text_of(typography.set_text(once, language)) == text_of(once)


@given(INLINES, LANGUAGES)
def test_only_spaces_and_quotation_marks_change(inlines, language):
    written = document(inlines)

    assert words_of(typography.set_text(written, language)) == words_of(written)


@given(INLINES, LANGUAGES)
def test_what_is_not_words_stands_where_it_stood(inlines, language):
    def shape(items: list) -> list:
        return [i["t"] for i in items if i["t"] not in {"Str", "Space", "SoftBreak", "Quoted"}]

    flat = [i for i in inlines if i["t"] != "Quoted"]

    assert shape(typography.set_text(document(flat), language)["blocks"][0]["c"]) == shape(flat)
