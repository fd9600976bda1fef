"""ELAN files become the talk of their speakers; what is about the talk is told apart."""

import math

import pympi
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from reading import (
    SAMPLES,
    damaged,
    is_refused_or_clean,
    left,
    needs_shared,
    problem,
    read,
    said,
    timed,
)

from pipeline.corpus import transcripts


def aligned(number: int, begin: str, end: str, words: str) -> str:
    return (
        f'<ANNOTATION>\n<ALIGNABLE_ANNOTATION ANNOTATION_ID="a{number}" TIME_SLOT_REF1="{begin}"'
        f' TIME_SLOT_REF2="{end}">\n<ANNOTATION_VALUE>{words}</ANNOTATION_VALUE>\n'
        "</ALIGNABLE_ANNOTATION>\n</ANNOTATION>\n"
    )


def hanging(number: int, on: int, words: str) -> str:
    return (
        f'<ANNOTATION>\n<REF_ANNOTATION ANNOTATION_ID="a{number}" ANNOTATION_REF="a{on}">\n'
        f"<ANNOTATION_VALUE>{words}</ANNOTATION_VALUE>\n</REF_ANNOTATION>\n</ANNOTATION>\n"
    )


def tier(name: str, *annotations: str, who: str = "", below: str = "", kind: str = "") -> str:
    """Write a tier; its linguistic type has the name of its constraint, or `kind`."""
    attributes = f' PARTICIPANT="{who}"' if who else ""
    attributes += f' PARENT_REF="{below}"' if below else ""
    kind = kind or "default-lt"
    head = f'<TIER LINGUISTIC_TYPE_REF="{kind}"{attributes} TIER_ID="{name}">\n'
    return head + "".join(annotations) + "</TIER>\n"


def eaf(*tiers: str, slots: tuple[int | None, ...] = (0, 1500, 2000, 3250, 3250, 5000)) -> str:
    order = "".join(
        f'<TIME_SLOT TIME_SLOT_ID="ts{n}"'
        + (f' TIME_VALUE="{value}"/>\n' if value is not None else "/>\n")
        for n, value in enumerate(slots, 1)
    )
    types = "".join(
        f'<LINGUISTIC_TYPE CONSTRAINTS="{kind}" LINGUISTIC_TYPE_ID="{kind}"/>\n'
        for kind in (
            "Symbolic_Association",
            "Symbolic_Subdivision",
            "Time_Subdivision",
            "Included_In",
        )
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<ANNOTATION_DOCUMENT AUTHOR="" FORMAT="3.0" VERSION="3.0">\n'
        '<HEADER MEDIA_FILE="" TIME_UNITS="milliseconds"/>\n'
        f"<TIME_ORDER>\n{order}</TIME_ORDER>\n{''.join(tiers)}{types}</ANNOTATION_DOCUMENT>\n"
    )


ANNE = tier(
    "A", aligned(1, "ts1", "ts2", "bonjour"), aligned(2, "ts4", "ts6", "oui oui"), who="Anne"
)
BRUNO = tier("Bruno", aligned(3, "ts3", "ts5", "tu viens ?"))
GOOD = eaf(
    ANNE,
    BRUNO,
    tier(
        "mots", hanging(7, 1, "bon"), hanging(8, 1, "jour"), below="A", kind="Symbolic_Subdivision"
    ),
    tier("en", hanging(9, 1, "hello"), below="A", kind="Symbolic_Association"),
).encode()


def test_a_tier_is_a_speaker_and_turns_come_in_order_of_time_with_overlap_kept(tmp_path):
    turns = read(tmp_path, "a.eaf", eaf(ANNE, BRUNO))

    assert [("Anne", "bonjour"), ("Bruno", "tu viens ?"), ("Anne", "oui oui")] == said(turns)
    assert [("Anne", 0, 1.5), ("Bruno", 2, 3.25), ("Anne", 3.25, 5)] == timed(turns)
    assert [14, 26, 19] == turns["place"].tolist()


@pytest.mark.parametrize(
    "kind", ["Symbolic_Association", "Symbolic_Subdivision", "Time_Subdivision", "Included_In"]
)
def test_a_tier_below_another_is_about_it_and_is_reported(tmp_path, kind):
    hangs = hanging(9, 1, "hello") if kind.startswith("S") else aligned(9, "ts1", "ts2", "hello")
    turns = read(tmp_path, "a.eaf", eaf(ANNE, tier("en", hangs, below="A", kind=kind, who="Anne")))

    assert [("Anne", "bonjour"), ("Anne", "oui oui")] == said(turns)
    assert ["en: hello"] == left(turns)


@pytest.mark.parametrize(
    ("name", "kind"),
    [("Traduction", "default-lt"), ("A", "gestures"), ("notes_A", "default-lt"), ("A-Phon", "x")],
)
def test_a_tier_that_stands_alone_and_says_that_it_is_no_speech_is_believed(tmp_path, name, kind):
    other = tier(name, aligned(9, "ts1", "ts2", "hello"), kind=kind)

    turns = read(tmp_path, "a.eaf", eaf(BRUNO, other))

    assert [("Bruno", "tu viens ?")] == said(turns)
    assert [f"{name}: hello"] == left(turns)


def test_where_nothing_but_translations_is_there_they_are_read(tmp_path):
    """A family that signs: its talk is only in the translators' tiers."""
    turns = read(tmp_path, "a.eaf", eaf(tier("Traduction mère", aligned(1, "ts1", "ts2", "viens"))))

    assert [("Traduction mère", "viens")] == said(turns)


def test_sentences_that_hang_below_their_numbers_are_the_speech(tmp_path):
    """Language documentation: ref@SP holds `KAB_01_0001`, tx@SP the sentence, ft@SP its English."""
    turns = read(
        tmp_path,
        "a.eaf",
        eaf(
            tier(
                "ref@SP",
                aligned(1, "ts1", "ts2", "KAB_NARR_01_0001"),
                aligned(2, "ts3", "ts4", "0002"),
            ),
            tier("ft@SP", hanging(5, 1, "a tale"), below="ref@SP", kind="Symbolic_Association"),
            tier(
                "tx@SP",
                hanging(3, 1, "tamacahut"),
                hanging(4, 2, "n uɣrum"),
                who="SP",
                below="ref@SP",
                kind="Symbolic_Association",
            ),
            tier("mot@SP", hanging(6, 3, "tama"), below="tx@SP", kind="Symbolic_Subdivision"),
        ),
    )

    assert [("SP", "tamacahut"), ("SP", "n uɣrum")] == said(turns)
    assert [("SP", 0, 1.5), ("SP", 2, 3.25)] == timed(turns)
    assert {"ref@SP: KAB_NARR_01_0001", "ref@SP: 0002", "ft@SP: a tale", "mot@SP: tama"} == set(
        left(turns)
    )


def test_words_that_part_a_numbered_sentence_are_joined(tmp_path):
    words = [hanging(3 + n, 1, word) for n, word in enumerate(["on", "y", "va"])]

    turns = read(
        tmp_path,
        "a.eaf",
        eaf(
            tier("ref", aligned(1, "ts1", "ts2", "1")),
            tier("w", *words, below="ref", kind="Symbolic_Subdivision"),
        ),
    )

    assert [("w", "on y va")] == said(turns)
    assert [("w", 0, 1.5)] == timed(turns)


def test_an_interpreter_aligned_inside_the_speakers_turns_is_a_speaker(tmp_path):
    other = tier(
        "I", aligned(9, "ts1", "ts2", "il dit bonjour"), below="A", kind="Included_In", who="Ida"
    )

    assert ("Ida", "il dit bonjour") in said(read(tmp_path, "a.eaf", eaf(ANNE, other)))


def test_a_translation_that_hangs_on_nothing_is_known_by_its_spans(tmp_path):
    slots = tuple(1000 * n for n in range(1, 13))
    pairs = [(f"ts{2 * n + 1}", f"ts{2 * n + 2}") for n in range(6)]
    words = [aligned(n, *pair, f"phrase {n}") for n, pair in enumerate(pairs)]
    english = [aligned(10 + n, *pair, f"sentence {n}") for n, pair in enumerate(pairs)]

    turns = read(
        tmp_path, "a.eaf", eaf(tier("Anne", *words), tier("Anne EN", *english), slots=slots)
    )

    assert {"Anne"} == set(turns["speaker"])
    assert 6 == len(turns)
    assert 6 == len(left(turns))


def test_two_who_say_two_things_at_one_time_are_both_heard(tmp_path):
    other = tier(
        "B", aligned(8, "ts1", "ts2", "salut"), aligned(9, "ts4", "ts6", "non non"), who="Bruno"
    )

    assert {"Anne", "Bruno"} == set(read(tmp_path, "a.eaf", eaf(ANNE, other))["speaker"])


def test_slots_without_a_time_lie_evenly_between_their_neighbours(tmp_path):
    words = [aligned(n, f"ts{n}", f"ts{n + 1}", "mot") for n in range(1, 5)]

    turns = read(tmp_path, "a.eaf", eaf(tier("A", *words), slots=(1000, None, None, 2500, None)))

    assert [(1, 1.5), (1.5, 2), (2, 2.5)] == [t[1:] for t in timed(turns)[:3]]
    assert 2.5 == turns["start_s"][3]
    assert math.isnan(turns["end_s"][3])


def test_times_counted_in_frames_become_seconds(tmp_path):
    file = eaf(ANNE, slots=(25, 50, 0, 75, 0, 100)).replace("milliseconds", "PAL-frames")

    assert [("Anne", 1, 2), ("Anne", 3, 4)] == timed(read(tmp_path, "a.eaf", file))


def test_an_annotation_that_ends_before_it_begins_is_kept_as_written(tmp_path):
    turns = read(tmp_path, "a.eaf", eaf(tier("A", aligned(1, "ts6", "ts1", "oui"))))

    assert [("A", 5, 0)] == timed(turns)


def test_annotations_that_hang_on_one_another_in_a_circle_have_no_time(tmp_path):
    turns = read(tmp_path, "a.eaf", eaf(tier("A", hanging(1, 2, "oui"), hanging(2, 1, "non"))))

    assert ["oui", "non"] == turns["text"].tolist()
    assert turns["start_s"].isna().all()


def test_a_time_that_is_no_number_is_refused_on_its_line(tmp_path):
    found = problem(tmp_path, "a.eaf", eaf(ANNE).replace('"1500"', '"1.5 s"'))

    assert ("C-106", 6) == (found.code, found.line)


@pytest.mark.parametrize("size", [1, 100, 700, len(GOOD) - 30])
def test_a_file_cut_off_is_refused(tmp_path, size):
    assert problem(tmp_path, "a.eaf", GOOD[:size]).code in ("C-101", "C-104")


def test_a_file_of_blank_annotations_is_refused(tmp_path):
    assert "C-102" == problem(tmp_path, "a.eaf", eaf(tier("A", aligned(1, "ts1", "ts2", " ")))).code


@given(damaged(GOOD))
@settings(max_examples=150, deadline=2000)
def test_a_damaged_file_is_read_or_refused_with_a_reason(tmp_path_factory, data):
    path = tmp_path_factory.getbasetemp() / "damaged.eaf"
    path.write_bytes(data)

    assert is_refused_or_clean(path)


Said = list[tuple[str, list[tuple[int, int, str]]]]
WORDS = (
    st.text("abcé &<>\"'ñ–", min_size=1, max_size=12)
    .map(str.strip)
    .filter(lambda t: any(map(str.isalpha, t)))
)


@st.composite
def talk(draw) -> Said:
    """Speakers, each with spans (ms) that do not overlap one another, of several words."""
    found = []
    for name in draw(
        st.lists(st.sampled_from(["Anne", "Bruno", "Chloé"]), min_size=1, unique=True)
    ):
        cuts = sorted(draw(st.sets(st.integers(0, 9000), min_size=2, max_size=8)))
        spans = list(zip(cuts[::2], cuts[1::2], strict=False))
        found.append((name, [(a, b, f"{name} dit {draw(WORDS)}") for a, b in spans]))
    return found


@given(talk())
@settings(max_examples=40, deadline=2000)
def test_what_pympi_writes_comes_back_in_order_of_time(tmp_path_factory, talk):
    path = tmp_path_factory.getbasetemp() / "written.eaf"
    path.unlink(missing_ok=True)
    written = pympi.Eaf()
    for name, spans in talk:
        written.add_tier(name, part=name)
        for begin, end, words in spans:
            written.add_annotation(name, begin, end, words)
    written.to_file(str(path))

    turns = transcripts.read(path)

    expected = [(name, a / 1000, b / 1000, words) for name, spans in talk for a, b, words in spans]
    columns = ["speaker", "start_s", "end_s", "text"]
    assert sorted(expected) == sorted(turns[columns].itertuples(index=False, name=None))
    assert turns["start_s"].is_monotonic_increasing


@needs_shared
def test_a_real_file_reads_as_pympi_counts_it():
    path = SAMPLES / "elan_ag_test_utterance.eaf"
    file = pympi.Eaf(str(path))
    expected = [
        (file.tiers[name][2]["PARTICIPANT"], begin / 1000, end / 1000, words.strip())
        for name in file.get_tier_names()
        for begin, end, words, *_rest in file.get_annotation_data_for_tier(name)
        if words.strip()
    ]

    turns = transcripts.read(path)

    columns = ["speaker", "start_s", "end_s", "text"]
    assert sorted(expected) == sorted(turns[columns].itertuples(index=False, name=None))
    assert sum(len(row[3].split()) for row in expected) == turns["text"].str.split().str.len().sum()
    assert {"interviewer", "participant"} == set(turns["speaker"])
    assert turns["start_s"].is_monotonic_increasing
