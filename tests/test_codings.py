"""A person's decision stays on its words, or the message shows where to look, never the words."""

import csv
import hashlib

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline import messages, tables
from pipeline.coding import codings
from pipeline.coding.codebook import LEXICON_COLUMNS, Codebook
from pipeline.coding.codings import Text, occurrences
from pipeline.problems import Problems
from pipeline.tables.files import check, typed

TURNS = [
    ("enquêteur", "Comment décidez-vous\u00a0?"),
    ("awa", "On parle jusqu’à ce que tout le monde soit d’accord. On ne vote pas."),
    ("bruno", "Moi je dis que l’on vote. On ne vote pas toujours à main levée."),
]
COLUMNS = tables.CODINGS_BY_HAND.names


@pytest.fixture(autouse=True)
def english():
    messages.speak("en")


def turns_of(said, interview="eau-01"):
    rows, start = [], 0
    for number, (voice, text) in enumerate(said, 1):
        rows.append(
            {
                "interview_id": interview,
                "turn_id": f"{interview}#{number}",
                "turn": number,
                "speaker_id": voice,
                "role": "interviewer" if voice == "enquêteur" else "interviewee",
                "start_s": 65.0 * number,
                "start": start,
                "end": start + len(text),
                "text": text,
                "words_count": 0,
                "place": number,
            }
        )
        start += len(text) + 1
    return typed(tables.TURNS, rows)


def known(turns):
    words = "\n".join(turns["text"])
    sha = hashlib.sha256(words.encode()).hexdigest()
    return codings.texts(pd.DataFrame({"interview_id": ["eau-01"], "text_sha256": [sha]}), turns)


def book(*codes, **renamed):
    rows = [{"code": code} for code in codes]
    return Codebook(typed(tables.CODES, rows), pd.DataFrame(columns=LEXICON_COLUMNS), renamed)


@pytest.fixture
def read_all(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    def read_rows(*rows, codebook=None, turns=None, file="coder-a.csv"):
        problems = Problems()
        (tmp_path / "codings").mkdir(exist_ok=True)
        with (tmp_path / "codings" / file).open("w", newline="", encoding="utf-8") as handle:
            writer = csv.DictWriter(handle, COLUMNS)
            writer.writeheader()
            writer.writerows({"interview_id": "eau-01", "code": "consensus", **r} for r in rows)
        found, corrections, _notes = codings.read(
            tmp_path / "codings",
            known(turns_of(TURNS) if turns is None else turns),
            codebook or book("consensus", "voting"),
            problems,
        )
        return found, corrections, problems

    return read_rows


@pytest.fixture
def read(read_all):
    def read_rows(*rows, **settings):
        found, _corrections, problems = read_all(*rows, **settings)
        return found, problems

    return read_rows


def test_a_coding_keeps_position_words_context_and_fingerprint(read):
    found, problems = read({"exact": "On parle jusqu’à ce que tout le monde soit d’accord."})
    text = known(turns_of(TURNS))["eau-01"]
    row = found.iloc[0]

    assert not problems
    check(tables.CODINGS, found)
    assert text.words[row["start"] : row["end"]] == row["exact"]
    assert text.words[: row["start"]].endswith(row["prefix"])
    assert text.words[row["end"] :].startswith(row["suffix"])
    # design.md, "Positions in text": 32 characters of prefix and suffix.
    assert (len(row["prefix"]), len(row["suffix"])) == (len(TURNS[0][1]) + 1, 32)
    assert row["text_sha256"] == text.sha256
    assert (row["coder"], row["coding_id"], row["line"]) == ("coder-a", "coder-a:2", 2)


@pytest.mark.parametrize(
    "exact",
    [
        "jusqu'à ce que tout le monde soit d'accord",
        "jusqu’à  ce que\u00a0tout le\u202fmonde soit d’accord",
        "Comment décidez-vous ? On parle",
        "Comment décidez-vous\u00a0?\nOn parle",
        "  On parle jusqu’à ce que ",
    ],
)
def test_apostrophes_spaces_and_line_ends_may_differ_from_the_transcript(read, exact):
    found, problems = read({"exact": exact})

    assert not problems
    assert len(found) == 1


def test_an_unknown_code_is_told_as_the_house_tells_it(read):
    _found, problems = read(
        {"exact": "On parle", "code": "autonomie"},
        codebook=book("autonomie-collective", "vote"),
    )

    assert str(problems[0]) == (
        'D-004  codings/coder-a.csv:2   code "autonomie" is not in the codebook\n'
        "       → add it to codebook.yaml, or map it under `renamed:`. "
        'Nearest: "autonomie-collective"'
    )


def test_a_renamed_code_is_counted_under_its_present_name(read):
    found, problems = read(
        {"exact": "On parle", "code": "accord"}, codebook=book("consensus", accord="consensus")
    )

    assert not problems
    assert found["code"].tolist() == ["consensus"]


def test_a_passage_that_stands_twice_shows_both_places_and_no_word_of_them(read):
    _found, problems = read({"exact": "On ne vote pas"})

    (problem,) = problems
    assert (problem.code, problem.line) == ("D-006", 2)
    assert "stands 2 times in eau-01: turn 2 (2:10), turn 3 (3:15)" in problem.message
    assert not [word for word in ("vote", "parle", "accord") if word in str(problem)]
    assert "`prefix`" in problem.hint


@pytest.mark.parametrize(
    ("context", "turn"),
    [
        ({"prefix": "d’accord. "}, 2),
        ({"prefix": "soit d'accord."}, 2),
        ({"suffix": " toujours"}, 3),
        ({"prefix": "l'on vote.", "suffix": "toujours à main"}, 3),
    ],
)
def test_words_before_or_behind_tell_two_places_apart(read, context, turn):
    found, problems = read({"exact": "On ne vote pas", **context})
    turns = turns_of(TURNS).set_index("turn")

    assert not problems
    assert turns.at[turn, "start"] <= found["start"].item() < turns.at[turn, "end"]


@pytest.mark.parametrize("side", [str.index, str.rindex])
def test_the_position_a_tool_gives_tells_two_places_apart(read, side):
    place = side(known(turns_of(TURNS))["eau-01"].words, "On ne vote pas")

    found, problems = read({"exact": "On ne vote pas", "start": place})

    assert not problems
    assert found["start"].item() == place


def test_a_position_that_fits_no_place_does_not_choose_one(read_all):
    found, corrections, problems = read_all({"exact": "On ne vote pas", "start": 3})

    assert (len(found), len(problems)) == (0, 0)
    check(tables.CORRECTIONS, corrections)
    row = corrections.iloc[0]
    assert (row["status"], row["places"]) == ("ambiguous", "turn 2 (2:10), turn 3 (3:15)")
    assert (row["old_words"], row["coding_id"]) == ("On ne vote pas", "coder-a:2")


def test_a_passage_mistyped_by_hand_is_attached_and_listed_with_old_and_new_words(read_all):
    typed_words = "On parle jusqu’a ce que tout le mond soit d’accord"

    found, corrections, problems = read_all({"exact": typed_words})

    assert not problems
    check(tables.CODINGS, found)
    check(tables.CORRECTIONS, corrections)
    assert found["exact"].item() == "On parle jusqu’à ce que tout le monde soit d’accord"
    assert corrections[["status", "old_words", "new_words", "places"]].iloc[0].tolist() == [
        "edited",
        typed_words,
        "On parle jusqu’à ce que tout le monde soit d’accord",
        "turn 2 (2:10)",
    ]


def test_words_of_another_sentence_are_sent_to_it_and_not_attached(read):
    found, problems = read({"exact": "On crie jusqu’à ce que tout le monde soit d’accord"})

    (problem,) = problems
    assert (problem.code, len(found)) == ("D-005", 0)
    assert problem.hint == "compare it, word for word, with turn 2 (2:10)"
    assert "accord" not in str(problem)


def test_a_passage_like_nothing_in_the_transcript_has_no_misleading_place(read):
    _found, problems = read({"exact": "xyz 123 qqq www zzz"})

    assert problems[0].hint == "copy it from the transcript, word for word"


@pytest.mark.parametrize(
    ("evidence", "status"),
    [
        ({"exact": "On parle", "prefix": "jamais dit"}, "ambiguous"),
        ({"exact": "Jamais dit par personne ici.", "suffix": "On ne vote pas"}, "lost"),
        ({"exact": "Jamais dit par personne ici.", "start": 40}, "lost"),
        ({"exact": "Jamais dit par personne ici.", "text_sha256": "0" * 64}, "lost"),
    ],
)
def test_what_once_stood_in_the_transcript_is_kept_until_a_person_settles_it(
    read_all, evidence, status
):
    found, corrections, problems = read_all({**evidence, "memo": "voir Awa"}, {"exact": "On parle"})

    assert not problems
    assert found["line"].tolist() == [3]
    check(tables.CORRECTIONS, corrections)
    row = corrections.iloc[0]
    assert (row["status"], row["old_words"], row["memo"]) == (status, evidence["exact"], "voir Awa")
    assert (row["file"], row["line"], row["coder"]) == ("coder-a.csv", 2, "coder-a")


def test_a_position_of_an_earlier_text_is_moved_and_listed(read_all):
    exact = "Moi je dis que l’on vote."
    now = known(turns_of(TURNS))["eau-01"].words.index(exact)

    found, corrections, problems = read_all({"exact": exact, "start": now - 7})

    assert not problems
    assert (found["start"].item(), found["status"].item()) == (now, "moved")
    assert corrections[["status", "places"]].iloc[0].tolist() == ["moved", "turn 3 (3:15)"]


def test_what_stands_as_it_was_written_is_no_correction(read_all):
    found, corrections, _problems = read_all({"exact": "On parle"}, {"exact": "l'on vote"})

    assert found[["status", "score"]].to_numpy().tolist() == [["exact", 1.0]] * 2
    assert not len(corrections)


def test_short_words_inside_longer_ones_are_not_meant(read):
    found, problems = read(
        {"exact": "on"}, turns=turns_of([("awa", "Bonjour, non. Oui, on y va.")])
    )

    assert not problems
    assert found["start"].item() == 19


def test_reviews_and_highlights_among_the_tables_are_left_to_their_readers(tmp_path):
    coded = "interview_id,exact,code\neau-01,On parle,consensus\n"
    (tmp_path / "coder.csv").write_text(coded, encoding="utf-8")
    (tmp_path / "review.csv").write_text("interview_id;Decision\neau-01;oui\n", encoding="utf-16")
    (tmp_path / "tags.csv").write_text("id,document,tag,content\n1,a,b,c\n", encoding="utf-8")
    problems = Problems()

    rows, _notes = codings.decisions(tmp_path, book("consensus"), problems)

    assert not problems
    assert rows.columns.tolist() == [*tables.CODINGS_BY_HAND.names, "line", "file"]
    assert rows["file"].tolist() == [str(tmp_path / "coder.csv")]


def test_decisions_of_other_sources_are_placed_beside_those_of_the_tables(read):
    rows = typed(tables.CODINGS_BY_HAND, [{"interview_id": "eau-01", "exact": "On parle"}])
    rows = rows.assign(code="consensus", line=7, file="projet.qdpx", coder="lea")
    problems = Problems()

    found, _corrections = codings.placed(rows, known(turns_of(TURNS))["eau-01"], problems)

    assert found[["coding_id", "coder", "file"]].iloc[0].tolist() == [
        "projet.qdpx:7",
        "lea",
        "projet.qdpx",
    ]


def test_an_unknown_interview_shows_the_nearest(read):
    _found, problems = read({"interview_id": "eau-1", "exact": "On parle"})

    assert [p.code for p in problems] == ["D-003"]
    assert '"eau-01"' in problems[0].hint


def test_every_problem_of_a_file_is_told_at_once(read):
    _found, problems = read(
        {"exact": "On parle", "code": "nope"},
        {"exact": "jamais dit par personne ici", "code": "nope"},
        {"interview_id": "ailleurs", "exact": "On parle"},
    )

    assert sorted((p.line, p.code) for p in problems) == [
        (2, "D-004"),
        (3, "D-004"),
        (3, "D-005"),
        (4, "D-003"),
    ]


def test_what_windows_names_csv_is_read_and_what_a_mac_hides_is_not(read, tmp_path):
    (tmp_path / "codings").mkdir()
    (tmp_path / "codings" / "._coder-b.csv").write_bytes(b"\x00\x05\x16\x07")

    found, problems = read({"exact": "On parle"}, file="Coder-B.CSV")

    assert not problems
    assert found["coder"].tolist() == ["Coder-B"]


def test_no_folder_of_codings_is_no_coding(tmp_path):
    found, corrections, notes = codings.read(tmp_path / "none", {}, book("a"), Problems())

    assert found.columns.tolist() == tables.CODINGS.names
    assert corrections.columns.tolist() == tables.CORRECTIONS.names
    assert (len(found), len(corrections), notes) == (0, 0, [])


def test_a_passage_across_turns_is_cut_at_each_voice(read):
    turns = turns_of(TURNS)
    found, _problems = read({"exact": "On ne vote pas. Moi je dis que l’on vote."})

    cut = codings.segments(found, turns)

    check(tables.SEGMENTS, cut)
    assert cut[["speaker_id", "text", "words_count"]].to_numpy().tolist() == [
        ["awa", "On ne vote pas.", 4],
        ["bruno", "Moi je dis que l’on vote.", 7],
    ]


def test_no_coding_gives_no_segment():
    cut = codings.segments(typed(tables.CODINGS, []), turns_of(TURNS))

    assert cut.columns.tolist() == tables.SEGMENTS.names
    assert not len(cut)


def test_a_place_past_the_hour_is_shown_with_hours():
    turns = turns_of([("awa", "Oui.")]).assign(start_s=3725.0)

    assert Text("Oui.", "", turns).places([(0, 4)]) == "turn 1 (1:02:05)"


def test_a_transcript_without_times_shows_turns_alone():
    turns = turns_of([("awa", "Oui.")]).assign(start_s=pd.NA)

    assert Text("Oui.", "", turns).places([(0, 4)]) == "turn 1"


def test_places_that_overlap_are_two_places():
    assert occurrences("oui oui oui", "oui oui") == [(0, 7), (4, 11)]


def test_signs_of_regular_expressions_are_plain_signs():
    assert occurrences("(a.b)* [c] abb", "(a.b)* [c]") == [(0, 10)]
    assert occurrences("abb", "a.b") == []


prose = st.text("ab c\n'’\u00a0é.", min_size=1, max_size=40)


@settings(max_examples=60, deadline=None)
@given(prose, st.data())
def test_any_passage_is_found_where_it_stands(text, data):
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    exact = text[start:end]

    spans = occurrences(text, exact)

    stripped = exact.strip()
    if stripped:
        begin = start + exact.index(stripped)
        assert (begin, begin + len(stripped)) in spans
        narrowed = occurrences(text, exact, text[:start], text[end:])
        assert (begin, begin + len(stripped)) in narrowed
        assert set(narrowed) <= set(spans)
    else:
        assert spans == []


@settings(max_examples=30, deadline=None)
@given(
    st.lists(st.text("ab é", min_size=1, max_size=8), min_size=1, max_size=5),
    st.data(),
)
def test_segments_put_together_are_the_coding_without_line_breaks(said, data):
    turns = turns_of([(f"v{n}", text) for n, text in enumerate(said)])
    text = "\n".join(said)
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    row = {"coding_id": "a:2", "interview_id": "eau-01", "code": "c", "coder": "a"}
    coding = typed(tables.CODINGS, [{**row, "start": start, "end": end}])

    cut = codings.segments(coding, turns)

    assert "".join(cut["text"]) == text[start:end].replace("\n", "")
    assert [text[a:b] for a, b in cut[["start", "end"]].to_numpy()] == cut["text"].tolist()
