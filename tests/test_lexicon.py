"""The lexicon finds what its entries mean, where they stand, and nothing else."""

import re

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from nltk.stem.snowball import SnowballStemmer

from pipeline import tables
from pipeline.coding import lexicon
from pipeline.coding.codebook import LEXICON_COLUMNS, Codebook
from pipeline.coding.lexicon import matching
from pipeline.corpus.words import WORD
from pipeline.tables.files import check, typed

# Martin Porter's own samples: snowballstem.org/algorithms/{french,english}/stemmer.html
SAMPLES = {
    "fr": {
        "continuellement": "continuel",
        "continuerait": "continu",
        "continuité": "continu",
        "contractions": "contract",
        "contradictoirement": "contradictoir",
        "contraintes": "contraint",
        "contraria": "contrari",
    },
    "en": {
        "consistency": "consist",
        "consolations": "consol",
        "consolidating": "consolid",
        "knackeries": "knackeri",
        "knightly": "knight",
        "kneeled": "kneel",
    },
}


def book(*patterns, language="fr"):
    rows = [("c", language, pattern) for pattern in patterns]
    return Codebook(typed(tables.CODES, []), pd.DataFrame(rows, columns=LEXICON_COLUMNS), {})


def turns(*texts, interview="i"):
    rows, start = [], 0
    for number, text in enumerate(texts, 1):
        rows.append(
            {
                "interview_id": interview,
                "turn_id": f"{interview}#{number}",
                "turn": number,
                "speaker_id": "v",
                "start": start,
                "end": start + len(text),
                "text": text,
                "words_count": 0,
                "place": number,
            }
        )
        start += len(text) + 1
    return typed(tables.TURNS, rows)


def found(pattern, *texts, language="fr"):
    languages = pd.Series({"i": language})
    return lexicon.find(turns(*texts), book(pattern, language=language), languages)["text"].tolist()


@pytest.mark.parametrize("language", ["fr", "en"])
def test_stems_are_those_of_the_algorithms_own_vocabulary(language):
    stemmer = matching.stemmer(language)

    assert {word: stemmer(word) for word in SAMPLES[language]} == SAMPLES[language]


@pytest.mark.parametrize(
    ("pattern", "text", "expected"),
    [
        ("décision", "Nos décisions, la Décision.", ["décisions", "Décision"]),
        ("=décision", "Nos décisions, la Décision.", ["Décision"]),
        ("expuls*", "expulsés, l’expulsion, impulsion", ["expulsés", "expulsion"]),
        ("=expuls*", "expulsés", ["expulsés"]),
        ("pêcheur", "un pécheur", []),
        ("l'avis", "L’avis ; l'avis ; avis", ["L’avis", "l'avis"]),
        ("association", "l’association", ["association"]),
        ("qu'ensemble", "ce qu’ensemble on fait", ["qu’ensemble"]),
        ("aujourd'hui", "Aujourd’hui", ["Aujourd’hui"]),
        ("peut-être", "peut‑être", ["peut‑être"]),
        ("jeter .. pots", "on jette les vieux pots", ["jette les vieux pots"]),
        ("jeter .. pots", "jeter un deux trois pots", ["jeter un deux trois pots"]),
        ("jeter .. pots", "jeter un deux trois quatre pots", []),
        ("jeter .. pots", "jeter les pots, pots", ["jeter les pots"]),
        ("a .. b c", "a x b y b c", ["a x b y b c"]),
        ("a .. b c", "a b y b c", ["a b y b c"]),
        ("conseil village", "conseil du village, conseil\u00a0village", ["conseil\u00a0village"]),
        ("association", "L’ASSOCIATION, les associations", ["ASSOCIATION", "associations"]),
        ("un", "Quelqu’un, lorsqu’un", ["un"]),
        ("=marché", "le marché, il marche", ["marché"]),
        ("~eleve", "l’élève, ÉLÈVES, eleve, élevage", ["élève", "ÉLÈVES", "eleve"]),
        ("~=a", "à, a, â, as", ["à", "a", "â"]),
        ("~becha*", "bêcha, bécha", ["bêcha", "bécha"]),
        ("école", "Ecole, École", ["École"]),
        ("=Maire", "le maire, le Maire, LE MAIRE", ["Maire"]),
        ("=ONU", "L’ONU, onus", ["ONU"]),
        ("=maire", "le maire, le Maire, les maires", ["maire", "Maire"]),
        ("cœur", "le coeur, les cœurs", ["coeur", "cœurs"]),
        ("association", "l’asso\u00adciation", ["asso\u00adciation"]),
        ("part !nulle part !quelque part", "nulle part, la part, quelque part", ["part"]),
        ("vote !bureau .. vote", "bureau du vote, bureau un deux trois vote, le vote", ["vote"]),
        ("vote !bureau vote", "le bureau. Vote à part", []),
        ("mairie !=Mairie", "la Mairie, la mairie", ["mairie"]),
        ("vote", "", []),
        ("vote", "…", []),
    ],
)  # fmt: skip
def test_an_entry_finds_what_it_means(pattern, text, expected):
    assert found(pattern, text) == expected


@pytest.mark.parametrize("entry", ["mon père", "mon .. père", "est mon père"])
def test_a_match_never_runs_from_one_turn_into_the_next(entry):
    assert found(entry, "C’est mon", "père qui parle") == []


def test_a_long_excluded_phrase_reaches_over_a_short_one():
    assert found("vote !bureau de vote !de", "bureau de vote, vote") == ["vote"]


def test_english_interviews_are_read_with_the_english_entries_only():
    both = book("vote", language="en")

    assert lexicon.find(turns("a vote"), both, pd.Series({"i": "en-IN"}))["text"].tolist() == [
        "vote"
    ]
    assert lexicon.find(turns("un vote"), both, pd.Series({"i": "fr"})).empty
    assert lexicon.find(turns("एक vote"), both, pd.Series({"i": "ne"})).empty


def test_every_suggestion_says_which_entry_found_it_and_where_it_stands():
    said = turns("On vote.", "Le vote, puis l’accord de tous.")
    made = lexicon.find(said, book("vote", "l'accord"))
    text = "\n".join(said["text"])

    check(tables.SUGGESTIONS, made)
    assert made["pattern"].tolist() == ["vote", "vote", "l'accord"]
    assert [text[a:b] for a, b in made[["start", "end"]].to_numpy()] == made["text"].tolist()


def test_an_entry_that_only_excludes_serves_every_entry_of_its_code_and_no_other():
    entries = [("a", "part"), ("a", "lieu"), ("a", "!nulle part"), ("a", "!au lieu"), ("b", "part")]
    rows = pd.DataFrame([(c, "fr", p) for c, p in entries], columns=LEXICON_COLUMNS)
    asked = Codebook(typed(tables.CODES, []), rows, {})

    made = lexicon.find(turns("nulle part, une part, au lieu, un lieu"), asked)

    assert made[["code", "text"]].to_numpy().tolist() == [
        ["b", "part"],
        ["a", "part"],
        ["b", "part"],
        ["a", "lieu"],
    ]


@pytest.mark.parametrize(
    ("language", "pattern", "text", "is_negated"),
    [
        ("fr", "voter", "On ne vote pas.", True),
        ("fr", "voter", "On vote pas, nous.", True),
        ("fr", "voter", "Ils n’ont jamais voté.", True),
        ("fr", "voter", "On ne vote plus.", True),
        ("fr", "voter", "On vote plus souvent.", False),
        ("fr", "voter", "On ne vote que le jeudi.", False),
        ("fr", "voter", "Je ne pense pas que l’on vote.", True),
        ("fr", "vote", "Sans vote, rien.", True),
        ("fr", "vote", "Il n’y a aucun vote.", True),
        ("fr", "vote", "Sans doute un vote.", False),
        ("fr", "vote", "C’est pas seulement un vote.", False),
        ("fr", "vote", "N’importe quel vote.", False),
        ("fr", "voter", "On vote sans urne.", False),
        ("fr", "vote", "Le vote n’est pas fini.", True),
        ("fr", "vote", "Je ne sais pas, le vote est fait.", False),
        ("fr", "vote", "Je ne sais pas. Le vote est fait.", False),
        ("fr", "vote", "Pas un deux trois quatre vote.", False),
        ("fr", "n'a pas voté", "Elle n’a pas voté.", False),
        ("fr", "rester .. seul", "Je reste jamais seul.", True),
        ("en", "vote", "We did not vote.", True),
        ("en", "vote", "We don’t vote.", True),
        ("en", "vote", "We never vote.", True),
        ("en", "vote", "There is no vote.", True),
        ("en", "vote", "Not only a vote.", False),
        ("en", "vote", "No, we vote.", False),
        ("en", "vote", "Note the vote.", False),
    ],
)  # fmt: skip
def test_what_a_negation_denies_is_marked(language, pattern, text, is_negated):
    said, asked = turns(text), book(pattern, language=language)

    made = lexicon.find(said, asked, pd.Series({"i": language}))

    assert made["is_negated"].tolist() == [is_negated]


def test_a_negation_in_the_turn_before_denies_nothing():
    made = lexicon.find(turns("Je ne sais pas", "voter"), book("voter"))

    assert made["is_negated"].tolist() == [False]


def test_several_interviews_in_two_languages_are_read_at_once():
    said = pd.concat(
        [turns("Un vote.", interview="f"), turns("A vote.", "Votes.", interview="e")],
        ignore_index=True,
    )
    rows = pd.DataFrame([("c", "fr", "vote"), ("c", "en", "vote")], columns=LEXICON_COLUMNS)
    asked = Codebook(typed(tables.CODES, []), rows, {})

    made = lexicon.find(said, asked, pd.Series({"f": "fr", "e": "en"}))

    assert sorted(made[["turn_id", "start", "text"]].to_numpy().tolist()) == [
        ["e#1", 2, "vote"],
        ["e#2", 8, "Votes"],
        ["f#1", 3, "vote"],
    ]


@pytest.mark.parametrize("said", [turns(), turns("…")])
def test_nothing_said_or_nothing_asked_gives_an_empty_table(said):
    assert lexicon.find(said, book("vote")).columns.tolist() == tables.SUGGESTIONS.names
    assert lexicon.find(said, book()).empty


def naive(pattern, text):
    """Try the entry at every word of a text: regular expressions over stems joined by spaces."""
    stem = SnowballStemmer("french").stem
    words = [m.span() for m in WORD.finditer(text)]
    hits = []
    steps = [part.split() for part in pattern.split(" .. ")]
    for first in range(len(words)):
        ends = {first}
        for number, block in enumerate(steps):
            gaps = range(4) if number else range(1)
            ends = {
                e + gap + len(block)
                for e in ends
                for gap in gaps
                if [stem(text[a:b].lower()) for a, b in words[e + gap : e + gap + len(block)]]
                == [stem(word) for word in block]
            }
        if ends:
            hits.append((words[first][0], words[min(ends) - 1][1]))
    return hits


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.sampled_from(["vote", "votes", "le", "père", "règles", "ne"]), max_size=12),
    st.lists(st.sampled_from(["vote", "le", "règle", ".."]), min_size=1, max_size=5),
)
def test_the_fast_matcher_finds_what_the_naive_loop_finds(said, entry):
    pattern = re.sub(r"(\.\. ?)+", ".. ", " ".join(entry)).strip(". ")
    text = " ".join(said)
    if pattern:
        made = lexicon.find(turns(text), book(pattern))

        assert [tuple(span) for span in made[["start", "end"]].to_numpy()] == naive(pattern, text)
