"""A codebook means what its authors wrote, in either form, or says on which line it does not."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ruamel.yaml import YAML

from pipeline.coding import codebook
from pipeline.folders import PROJECT
from pipeline.problems import DataError, Problems

LISTS = """\
questions:
  - id: decision
    name: {fr: "Quels processus ?", en: "Which processes?"}
    short: {fr: Décision, en: Decision}
    themes:
      - id: ways
        name: {fr: Manières, en: Ways}
        codes:
          - id: consensus
            name: {fr: Le consensus, en: Consensus}
            definition: {fr: Décider sans vote.}
            lexicon: {fr: [consens*, "tous d'accord"], en: consensus}
          - id: voting
            name: {fr: Le vote, en: Voting}
            lexicon: [vote]
renamed: {accord: consensus}
"""
MAPPINGS = """\
questions:
  decision:
    name: {fr: "Quels processus ?", en: "Which processes?"}
    short: {fr: Décision, en: Decision}
    themes:
      ways:
        name: {fr: Manières, en: Ways}
        codes:
          consensus:
            name: {fr: Le consensus, en: Consensus}
            definition: {fr: Décider sans vote.}
            lexicon: {fr: [consens*, "tous d'accord"], en: consensus}
          voting:
            name: {fr: Le vote, en: Voting}
            lexicon: [vote]
renamed: {accord: consensus}
"""
ONE = """\
questions:
  - id: q
    themes:
      - id: t
        codes:
          - id: a
"""


@pytest.fixture
def read(tmp_path):
    def read_text(text):
        file, problems = tmp_path / "codebook.yaml", Problems()
        file.write_text(text, encoding="utf-8")
        return codebook.read(file, problems), problems

    return read_text


def told(problems):
    return [(p.code, p.line) for p in sorted(problems, key=lambda p: (p.line, p.code))]


def test_codes_keep_the_order_of_the_file_and_their_words_in_both_languages(read):
    book, problems = read(LISTS)

    assert not problems
    assert book.codes["code"].tolist() == ["consensus", "voting"]
    assert book.codes["position"].tolist() == [1, 2]
    first = book.codes.iloc[0]
    assert (first["question_short_fr"], first["theme_en"]) == ("Décision", "Ways")
    assert first["definition_en"] == "Décider sans vote.", "the other language when one is missing"


def test_a_lexicon_without_languages_serves_both(read):
    book, _problems = read(LISTS)

    assert set(map(tuple, book.lexicon.to_numpy())) == {
        ("consensus", "fr", "consens*"),
        ("consensus", "fr", "tous d'accord"),
        ("consensus", "en", "consensus"),
        ("voting", "fr", "vote"),
        ("voting", "en", "vote"),
    }


def test_mappings_and_lists_say_the_same(read):
    from_lists, from_mappings = read(LISTS)[0], read(MAPPINGS)[0]

    assert from_lists.codes.equals(from_mappings.codes)
    assert from_lists.lexicon.equals(from_mappings.lexicon)
    assert from_lists.renamed == from_mappings.renamed


def test_the_projects_own_codebook_is_sound_and_has_24_codes_for_its_four_questions():
    problems = Problems()
    book = codebook.read(PROJECT / "data" / "raw" / "codebook.yaml", problems)

    assert not problems
    assert len(book.codes) >= 24
    assert book.codes["question"].unique().tolist() == [
        "ingredients",
        "individual",
        "decision",
        "city",
    ]
    assert set(book.lexicon["code"]) == set(book.codes["code"])


def test_a_code_without_name_shows_its_id_in_readable_form(read):
    book, problems = read(ONE.replace("id: a", "id: shared-rules"))

    assert not problems
    assert book.codes["code_fr"].item() == "Shared rules"


def test_an_unknown_entry_is_shown_with_its_line_and_the_nearest_known_one(read):
    _book, problems = read(ONE + "            definiton: {fr: x}\n")

    assert told(problems) == [("D-102", 7)]
    assert "definiton" in problems[0].message
    assert '"definition"' in problems[0].hint


def test_a_misspelt_language_of_a_name_is_not_lost_in_silence(read):
    _book, problems = read(ONE + "            name: {fre: Un nom}\n")

    assert told(problems) == [("D-102", 7)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", [("D-103", 1)]),
        ("questions: []\n", [("D-103", 1)]),
        ("questions:\n", [("D-103", 1)]),
        ("- a\n- b\n", [("C-302", 1)]),
        ("questions: [\n", [("C-301", 1)]),
        ("questions: 3\n", [("D-104", 1)]),
        ("questions: [3]\n", [("D-104", 1)]),
        ("questions:\n  q:\n", [("D-104", 2)]),
        (ONE.replace("id: a", "name: sans id"), [("D-105", 6)]),
        (ONE.replace("id: a", "id: [a, b]"), [("D-108", 6)]),
        (ONE.replace("id: a", "id: a/b"), [("D-108", 6)]),
        (ONE.replace("id: q", "id: ../../q"), [("D-108", 2)]),
        (ONE + "          - id: a\n", [("D-106", 7)]),
        (ONE + "            name: [Un, nom]\n", [("D-104", 7)]),
        (ONE + "            name: {fr: [Un, nom]}\n", [("D-104", 7)]),
        (ONE + "            definition: [x]\n", [("D-104", 7)]),
        (ONE + "            lexicon: {de: [ein]}\n", [("D-107", 7)]),
        (ONE + "            lexicon: {fr: {deux: 2}}\n", [("D-104", 7)]),
        (ONE + "            lexicon: {fr: ['..', '*']}\n", [("D-109", 7), ("D-109", 7)]),
        (
            ONE
            + "            lexicon:\n              fr:\n                - vote\n                - vote|voter\n",
            [("D-109", 10)],
        ),
        (ONE + "            lexicon: {fr: [part, !nulle part]}\n", [("D-109", 7)]),
        (ONE + "renamed: [a, b]\n", [("D-104", 7)]),
        (ONE + "renamed: {b: [a]}\n", [("D-104", 7)]),
        (ONE + "renamed: {b: c}\n", [("D-110", 7)]),
        (ONE + "renamed: {a: a}\n", [("D-110", 7)]),
        (ONE + "renamed: {b: c, c: b}\n", [("D-110", 7), ("D-110", 7)]),
    ],
)
def test_what_is_wrong_is_a_problem_with_its_line_never_a_traceback(read, text, expected):
    _book, problems = read(text)

    assert told(problems) == expected
    with pytest.raises(DataError):
        problems.check()


def test_a_missing_codebook_says_what_to_write(tmp_path):
    problems = Problems()
    book = codebook.read(tmp_path / "codebook.yaml", problems)

    assert told(problems) == [("D-101", 0)]
    assert not len(book.codes)


def test_one_id_may_name_a_theme_and_a_code_but_not_two_codes_or_two_questions(read):
    same = ONE.replace("id: t", "id: a")
    again = ONE.removeprefix("questions:\n").replace("id: a", "id: b").replace("id: t", "id: u")
    twice = ONE + again

    assert not read(same)[1]
    assert told(read(twice)[1]) == [("D-106", 7)]
    assert "2" in read(twice)[1][0].message, "the first place is named"


def test_themes_of_two_questions_may_share_an_id(read):
    other = ONE.removeprefix("questions:\n").replace("id: q", "id: r").replace("id: a", "id: b")

    book, problems = read(ONE + other)

    assert not problems
    assert book.codes["question"].tolist() == ["q", "r"]


def test_a_code_renamed_twice_leads_to_its_present_name(read):
    book, problems = read(ONE + "renamed: {first: second, second: a}\n")

    assert not problems
    assert book.renamed == {"first": "a", "second": "a"}


def test_an_empty_codebook_is_told_though_another_file_has_a_problem_too(tmp_path):
    file, problems = tmp_path / "codebook.yaml", Problems()
    problems.add("C-201", "elsewhere.csv", 1, "…", "…")
    file.write_text("version: 1\n")

    codebook.read(file, problems)

    assert "D-103" in {p.code for p in problems}


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["id", "name", "questions", "themes", "codes", "lexicon", "renamed", "fr", "x"]
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=20,
)


@settings(max_examples=30, deadline=None)
@given(
    st.dictionaries(st.sampled_from(["questions", "renamed", "version"]), anything),
    anything,
    anything,
)
def test_any_yaml_at_all_is_read_or_refused(tmp_path_factory, book, code, renamed):
    file, problems = tmp_path_factory.getbasetemp() / "any.yaml", Problems()
    deep = {"questions": {"q": {"themes": {"t": {"codes": [code]}}}}, "renamed": renamed}
    for content in (book, deep):
        with file.open("w", encoding="utf-8") as handle:
            YAML().dump(content, handle)
        made = codebook.read(file, problems)

        assert made.codes["code"].is_unique or problems
