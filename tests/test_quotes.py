"""A quote's words are the transcript's, cut where it says so, and attributed as the voice asked."""

import re

import pandas as pd
import pytest

from pipeline import messages, tables
from pipeline.corpus import project
from pipeline.problems import Problems
from pipeline.publication import manuscript, stage
from pipeline.publication.quotes import Corpus, Place, Quote, Quotes
from pipeline.tables import files

HEAD = "quote;exact;prefix;suffix\n"


@pytest.fixture(autouse=True)
def _in_french() -> None:
    """What the program says is set for the process: another test may have changed it."""
    messages.speak("fr")


@pytest.fixture(scope="module")
def read(ready) -> dict:
    return {table: files.read(table, ready.processed) for table in stage.READS}


@pytest.fixture(scope="module")
def quotes(read) -> Quotes:
    return Quotes(Corpus(read, "book", "fr"))


@pytest.fixture
def by_hand(read, tmp_path):
    """Read a quotes.csv with these rows; give the quotes and the problems."""

    def reader(*rows: str) -> tuple[Quotes, Problems]:
        quotes, problems = Quotes(Corpus(read, "book", "fr")), Problems()
        (tmp_path / "quotes.csv").write_text(HEAD + "\n".join(rows) + "\n", encoding="utf-8")
        quotes.read(tmp_path / "quotes.csv", problems)
        return quotes, problems

    return reader


def named(quotes: Quotes, name: str) -> Quote | None:
    place = quotes.place(name)
    assert isinstance(place, Place), f"{name}: {place}"
    return quotes.quote(place)


def turns_of(read, interview_id: str) -> pd.DataFrame:
    turns = read[tables.TURNS]
    return turns[turns["interview_id"].eq(interview_id)]


# --- by code -------------------------------------------------------------------------------------


def test_a_coded_passage_is_quoted_word_for_word(quotes):
    quote = named(quotes, "four-01/counting-hands")

    assert quote.said == (
        "Pour choisir le bois, on a compté les mains levées, neuf contre quatre, et je me suis"
        " incliné.",
    )


def test_passages_of_one_code_are_numbered_in_the_order_of_the_text(quotes, read):
    first, second = (quotes.place(f"four-01/shared-place/{number}") for number in (1, 2))

    assert first.spans[0][0] < second.spans[0][0]
    assert quotes.place("four-01/shared-place") == 2


@pytest.mark.parametrize(
    "name",
    [
        "four-01/counting-hands/2",
        "four-01/counting-hands/0",
        "four-01/counting-hands/²",
        "four-01/counting-hands/1/x",
        "four-01/nothing",
        "nobody/counting-hands",
        "",
    ],
)
def test_a_number_or_name_that_is_none_is_not_known(quotes, name):
    """A second passage that is not there must not give the first one in silence."""
    assert quotes.place(name) == 0


# --- by hand -------------------------------------------------------------------------------------


def test_a_cut_is_printed_and_the_words_around_it_are_the_transcripts(by_hand):
    quotes, problems = by_hand(
        "four-01/x;Notre four, personne ne le voulait […] toutes réparations comprises.;;"
    )

    assert problems == []
    assert named(quotes, "four-01/x").words == (
        "Notre four, personne ne le voulait […] toutes réparations comprises."
    )


@pytest.mark.parametrize("cut", ["[…]", "[...]", "[ … ]"])
def test_a_cut_may_be_typed_as_keyboards_have_it(by_hand, cut):
    quotes, problems = by_hand(f"four-01/x;Notre four, {cut} toutes réparations comprises.;;")

    assert problems == []
    assert named(quotes, "four-01/x").words == "Notre four, […] toutes réparations comprises."


def test_a_quote_may_begin_and_end_with_a_cut(by_hand):
    quotes, problems = by_hand("four-01/x;[…] personne ne le voulait […];;")

    assert problems == []
    assert named(quotes, "four-01/x").words == "[…] personne ne le voulait […]"


@pytest.mark.parametrize(
    "exact",
    [
        "toutes réparations comprises. […] Notre four, personne",
        "Notre four, personne ne le désirait",
        "Notre four, […] toutes réparations incluses.",
        "[…]",
    ],
    ids=["wrong order", "other word", "other word behind the cut", "nothing"],
)
def test_words_that_do_not_stand_there_in_this_order_are_refused(by_hand, exact):
    _quotes, problems = by_hand("four-01/ok;Notre four, personne;;", f"four-01/x;{exact};;")

    assert [(p.code, p.line) for p in problems] == [("B-011", 3)]
    assert "réparations" not in problems[0].message, "a message quotes no transcript"


def test_a_quote_of_no_interview_is_refused_with_its_line(by_hand):
    _quotes, problems = by_hand("five-01/x;Notre four;;")

    assert [(p.code, p.line) for p in problems] == [("B-010", 2)]


def test_words_that_stand_twice_are_refused_until_context_tells_them_apart(by_hand):
    _quotes, twice = by_hand("four-01/x;porte;;")
    quotes, once = by_hand("four-01/x;porte;La porte;le numéro")

    assert [p.code for p in twice] == ["B-011"]
    assert once == []
    assert named(quotes, "four-01/x").words == "porte"


# --- voices --------------------------------------------------------------------------------------


def test_a_quote_across_turns_gives_each_voice_its_line(quotes, read):
    turns = turns_of(read, "four-02").iloc[:2]
    place = Place("four-02", [(int(turns["start"].iloc[0]), int(turns["end"].iloc[1]))])

    said = quotes.quote(place).said

    assert list(said) == list(turns["text"])


def test_two_voices_are_set_off_by_dashes_in_the_chapter(quotes, read, ready, tmp_path):
    turns = turns_of(read, "four-02").iloc[:2]
    known = stage.read_material(ready, project.read(ready.raw, Problems()))
    whole = Place("four-02", [(int(turns["start"].iloc[0]), int(turns["end"].iloc[1]))])
    known.quotes.by_hand["four-02/both"] = whole
    (tmp_path / "chapters").mkdir()
    (tmp_path / "chapters" / "1.md").write_text('{{ quote("four-02/both") }}', encoding="utf-8")

    made = manuscript.render(tmp_path, known, Problems())

    assert len(re.findall(r"^> — ", made.chapters["1.md"], re.MULTILINE)) == 2


def test_a_masked_word_is_replaced_also_where_the_quote_cuts_through_it(ready):
    known = stage.read_material(ready, project.read(ready.raw, Problems()))
    known.quotes.read(ready.raw / "book" / "quotes.csv", Problems())

    cut = named(known.quotes, "four-01/allumette").words

    assert "Abramczyk" not in cut
    assert "gratté la première allumette" in cut


def test_voices_are_named_as_each_asked(quotes):
    by_name = named(quotes, "four-01/shared-place/1").attribution
    pseudonym = named(quotes, "four-01/shared-work/2").attribution
    by_role = named(quotes, "moulin-01/shared-place").attribution

    assert by_name.startswith("Odile Tarvenne, ")
    assert pseudonym.startswith("Casimir Olin, ")
    assert by_role.startswith("Une personne interrogée, ")
    assert "Ghislaine" not in by_role
    assert "Vallombrelle" not in by_role


def test_an_interviewer_quoted_alone_is_named(quotes, read):
    """An attribution never begins with the place, as if it had spoken."""
    turn = turns_of(read, "four-01").iloc[0]
    assert turn["role"] == "interviewer"

    quote = quotes.quote(Place("four-01", [(int(turn["start"]), int(turn["end"]))]))

    assert quote.attribution.startswith("Solveig Arnaud, ")


def test_an_interpreter_and_a_translation_are_said(read):
    interviews = read[tables.INTERVIEWS].copy()
    own = interviews["interview_id"].eq("four-01")
    interviews.loc[own, "has_interpreter"] = True
    interviews.loc[own, "translation_of"] = "et"
    quotes = Quotes(Corpus({**read, tables.INTERVIEWS: interviews}, "book", "fr"))

    through = named(quotes, "four-01/counting-hands").attribution
    direct = named(quotes, "moulin-02/counting-hands").attribution

    assert through.endswith("(entretien fictif, avec interprète, traduit)")
    assert direct.endswith("(entretien fictif)")


def test_a_name_is_not_said_twice(read):
    """An initiative that bears the voice's own name adds nothing behind it."""
    sheets = read[tables.INITIATIVES].copy()
    sheets.loc[sheets["initiative_id"].eq("four-commun"), "name"] = "Tarvenne"
    quotes = Quotes(Corpus({**read, tables.INITIATIVES: sheets}, "book", "fr"))

    attribution = named(quotes, "four-01/shared-place/1").attribution

    assert attribution.startswith("Odile Tarvenne, ")
    assert attribution.count("Tarvenne") == 1


@pytest.mark.parametrize(
    "used", ['{{ quote("four-02/shared-work") }}', '{{ quote("four-02/shared-work").words }}']
)
def test_a_voice_that_did_not_agree_is_left_out_counted_and_told_by_place(ready, tmp_path, used):
    known = stage.read_material(ready, project.read(ready.raw, Problems()))
    problems = Problems()
    (tmp_path / "chapters").mkdir()
    (tmp_path / "chapters" / "1.md").write_text(f"# Un\n\navant {used} après\n", encoding="utf-8")

    made = manuscript.render(tmp_path, known, problems)

    assert problems == []
    assert made.chapters["1.md"] == "# Un\n\navant  après\n"
    (told,) = made.held_back
    assert "1.md:3" in told
    assert "four-02/shared-work" in told
    assert "escarbille" not in told


# --- a first draft -------------------------------------------------------------------------------


def test_a_draft_never_prints_the_same_words_twice(quotes):
    used: list[Quote] = []
    for code in list(quotes.passages["code"].unique()) * 3:
        quote = quotes.of_code(code, used)
        used += [quote] if quote else []

    words = [quote.words for quote in used]
    assert len(words) > 3
    assert not any(a in b for a in words for b in words if a is not b)


def test_a_draft_quotes_no_question_of_the_interviewer_and_nobody_uncleared(read):
    """Every passage of the tiny corpus is coded: none but cleared answers may come out."""
    turns = read[tables.TURNS]
    codings = pd.DataFrame(
        {
            "interview_id": turns["interview_id"],
            "code": "all",
            "start": turns["start"],
            "end": turns["end"],
            "exact": turns["text"],
        }
    )
    quotes = Quotes(Corpus({**read, tables.CODINGS: codings}, "book", "fr"))
    used: list[Quote] = []
    while quote := quotes.of_code("all", used):
        used.append(quote)

    voices = turns[turns["text"].isin({q.said[0] for q in used})]
    assert len(used) > 5
    assert "interviewer" not in set(voices["role"])
    assert not set(voices["speaker_id"]) & {"v-none", "v-research", "v-unguarded"}


def test_a_draft_prefers_whole_sentences_and_interviews_little_heard(read):
    turns = read[tables.TURNS]
    own = turns[turns["role"].eq("interviewee") & turns["speaker_id"].eq("v-full")]
    row = own.iloc[0]
    broken = {"start": row["start"] + 4, "end": row["end"], "exact": row["text"][4:]}
    other = own[own["interview_id"].ne(row["interview_id"])].iloc[0]
    codings = pd.DataFrame(
        [
            {"interview_id": row["interview_id"], "code": "c", **broken},
            *(
                {
                    "interview_id": r["interview_id"],
                    "code": "c",
                    "start": r["start"],
                    "end": r["end"],
                    "exact": r["text"],
                }
                for r in (row, other)
            ),
        ]
    )
    quotes = Quotes(Corpus({**read, tables.CODINGS: codings}, "book", "fr"))

    first = quotes.of_code("c", [])
    second = quotes.of_code("c", [first])

    assert first.words[0].isupper()
    assert {first.interview_id, second.interview_id} == {row["interview_id"], other["interview_id"]}
