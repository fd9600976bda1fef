"""TextGrids become the talk of their tiers, each word once, whatever form Praat wrote."""

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from praatio import textgrid
from praatio.utilities.constants import Interval
from reading import damaged, is_refused_or_clean, left, problem, read, said, timed

from pipeline.corpus import transcripts

Pieces = list[tuple[float, float, str]]


def quoted(text: str) -> str:
    return '"' + text.replace('"', '""') + '"'


def long(*tiers: tuple[str, Pieces]) -> str:
    """Write a long TextGrid as Praat does; a piece of one time is a point."""
    rows = ['File type = "ooTextFile"', 'Object class = "TextGrid"', "", "xmin = 0 ", "xmax = 9 "]
    rows += ["tiers? <exists> ", f"size = {len(tiers)} ", "item []: "]
    for n, (name, pieces) in enumerate(tiers, 1):
        has_points = any(a == b for a, b, _text in pieces)
        kind, part = ("TextTier", "points") if has_points else ("IntervalTier", "intervals")
        rows += [
            f"    item [{n}]:",
            f'        class = "{kind}" ',
            f"        name = {quoted(name)} ",
        ]
        rows += ["        xmin = 0 ", "        xmax = 9 ", f"        {part}: size = {len(pieces)} "]
        for m, (begin, end, text) in enumerate(pieces, 1):
            rows.append(f"        {part} [{m}]:")
            if has_points:
                rows += [f"            number = {begin} ", f"            mark = {quoted(text)} "]
            else:
                rows += [f"            xmin = {begin} ", f"            xmax = {end} "]
                rows.append(f"            text = {quoted(text)} ")
    return "\n".join(rows) + "\n"


def short(*tiers: tuple[str, Pieces]) -> str:
    rows = [
        'File type = "ooTextFile"',
        'Object class = "TextGrid"',
        "",
        "0",
        "9",
        "<exists>",
        str(len(tiers)),
    ]
    for name, pieces in tiers:
        has_points = any(a == b for a, b, _text in pieces)
        rows += [
            quoted("TextTier" if has_points else "IntervalTier"),
            quoted(name),
            "0",
            "9",
            str(len(pieces)),
        ]
        for begin, end, text in pieces:
            rows += [str(begin)] + ([] if has_points else [str(end)]) + [quoted(text)]
    return "\n".join(rows) + "\n"


def chronological(*tiers: tuple[str, Pieces]) -> str:
    rows = [
        '"Praat chronological TextGrid text file"',
        "0 9   ! Time domain.",
        f"{len(tiers)}   ! Number of tiers.",
    ]
    rows += [f'"IntervalTier" {quoted(name)} 0 9' for name, _pieces in tiers]
    pieces = sorted((b, e, n, name, t) for n, (name, ps) in enumerate(tiers, 1) for b, e, t in ps)
    for begin, end, number, name, text in pieces:
        rows += ["", f"! {name}:", f"{number} {begin} {end}", quoted(text)]
    return "\n".join(rows) + "\n"


ANNE = ("Anne", [(0, 1.5, "bonjour"), (1.5, 3.25, ""), (3.25, 5, 'on dit "oui"')])
BRUNO = ("Bruno", [(0, 2, ""), (2, 4, "tu viens ?"), (4, 9, " ")])
GOOD = long(ANNE, BRUNO, ("bruits", [(1, 1, "porte")])).encode()


@pytest.mark.parametrize("write", [long, short, chronological])
def test_a_tier_is_a_speaker_in_every_form_of_the_file(tmp_path, write):
    turns = read(tmp_path, "a.TextGrid", write(ANNE, BRUNO))

    assert [("Anne", "bonjour"), ("Bruno", "tu viens ?"), ("Anne", 'on dit "oui"')] == said(turns)
    assert [("Anne", 0, 1.5), ("Bruno", 2, 4), ("Anne", 3.25, 5)] == timed(turns)


def test_the_place_of_a_turn_is_the_line_of_its_label(tmp_path):
    assert [18, 40, 26] == read(tmp_path, "a.TextGrid", long(ANNE, BRUNO))["place"].tolist()


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "latin-1", "mac_roman"]
)
@pytest.mark.parametrize("ends", ["\n", "\r\n", "\r"])
def test_every_encoding_and_line_end_of_praat_is_read(tmp_path, encoding, ends):
    words = "ça a été très dur, où, forêt, naïve, à côté"
    file = long(("Zoé", [(0, 1, words)])).replace("\n", ends)

    assert [("Zoé", words)] == said(read(tmp_path, "a.TextGrid", file.encode(encoding)))


def test_letters_typed_as_praat_types_them_are_read(tmp_path):
    file = long(('Zo\\e"', [(0, 1, "\\c,a a \\e't\\e' l\\a` - \\sw")]))

    assert [("Zoë", "ça a été là - \\sw")] == said(read(tmp_path, "a.TextGrid", file))


def test_a_label_of_several_lines_is_one_turn(tmp_path):
    turns = read(tmp_path, "a.TextGrid", long(("Anne", [(0, 1, "un\ndeux"), (1, 2, "trois")])))

    assert [("Anne", "un\ndeux"), ("Anne", "trois")] == said(turns)


def test_gaps_between_intervals_are_no_fault(tmp_path):
    turns = read(tmp_path, "a.TextGrid", long(("Anne", [(0, 1, "un"), (3, 4, "deux")])))

    assert [("Anne", 0, 1), ("Anne", 3, 4)] == timed(turns)


def test_times_that_go_backwards_are_sorted_and_not_mended(tmp_path):
    turns = read(tmp_path, "a.TextGrid", long(("Anne", [(5, 4, "deux"), (0, 1, "un")])))

    assert [("Anne", 0, 1), ("Anne", 5, 4)] == timed(turns)


def test_numbers_and_flags_spelled_by_other_tools_are_read(tmp_path):
    file = (
        long(("Anne", [(0, "1e0", "un")]))
        .replace("item [1]:", "item[1]:")
        .replace("intervals [1]:", "intervals [1]")
    )

    assert [("Anne", 0, 1)] == timed(read(tmp_path, "a.TextGrid", file))


def test_points_are_reported_beside_talk_and_read_where_there_is_nothing_else(tmp_path):
    turns = read(tmp_path, "a.TextGrid", GOOD)
    alone = read(tmp_path, "b.TextGrid", long(("Anne", [(1, 1, "un"), (2, 2, "deux")])))

    assert ["bruits: porte"] == left(turns)
    assert [("Anne", "un"), ("Anne", "deux")] == said(alone)
    assert [1, 2] == alone["start_s"].tolist()
    assert alone["end_s"].isna().all()


def test_speakers_who_share_a_tier_are_told_apart_by_their_labels(tmp_path):
    """Phonologie du français contemporain: one tier, `E:` and `ER:` before what each says."""
    labels = [
        "(bruit de fond)",
        "E: tu es née ?",
        "ER: à Bron.",
        "E: c'est où ?",
        "ER : à Lyon : près",
    ]
    grid = ("96aer1gt", [(n, n + 1, text) for n, text in enumerate(labels)])

    assert [
        ("96aer1gt", "(bruit de fond)"),
        ("E", "tu es née ?"),
        ("ER", "à Bron."),
        ("E", "c'est où ?"),
        ("ER", "à Lyon : près"),
    ] == said(read(tmp_path, "a.TextGrid", long(grid)))


# --- each word counts once -----------------------------------------------------------------------


def parts(words: str, begin: float, end: float) -> Pieces:
    """Spread the pieces of a text evenly over a time."""
    found = words.split()
    step = (end - begin) / len(found)
    return [(begin + n * step, begin + (n + 1) * step, word) for n, word in enumerate(found)]


SAID = ("Anne", [(0, 3, "on y va"), (4, 6, "oui oui")])
WORDS = ("x1", parts("on y va", 0, 3) + parts("oui oui", 4, 6))
SOUNDS = ("x2", parts("o~ n i v a", 0, 3) + parts("w i w i", 4, 6))


def test_words_and_sounds_aligned_below_an_utterance_do_not_count_again(tmp_path):
    turns = read(tmp_path, "a.TextGrid", long(SOUNDS, WORDS, SAID, BRUNO))

    assert [("Anne", "on y va"), ("Bruno", "tu viens ?"), ("Anne", "oui oui")] == said(turns)
    assert 5 + 9 == len(left(turns))
    assert "x1: va" in left(turns)


def test_words_tagged_behind_each_are_still_parts_of_the_utterance(tmp_path):
    """Dutch corpus: TRANSLIT holds the sentence, WORDS `en__F20N1`, POS `VG__F20N1`."""
    tagged = ("WORDS", [(a, b, f"{t}__F20N1") for a, b, t in WORDS[1]])

    assert {"Anne"} == set(read(tmp_path, "a.TextGrid", long(SAID, tagged))["speaker"])


def test_of_tiers_with_the_same_spans_the_transcription_is_kept(tmp_path):
    """EasyAlign: phones, syll, words, phono, ortho, in this order."""
    spans = [(n, n + 0.9) for n in range(6)]
    phono = ("lecture", [(a, b, f"o~ n i {n}") for n, (a, b) in enumerate(spans)])
    ortho = ("ortho", [(a, b, f"on y va {n}") for n, (a, b) in enumerate(spans)])

    turns = read(tmp_path, "a.TextGrid", long(phono, ortho))

    assert {"ortho"} == set(turns["speaker"])
    assert 6 == len(left(turns))


def test_words_without_an_utterance_are_the_speech_and_their_sounds_are_not(tmp_path):
    """praatIO's mary.TextGrid: a tier of phones, a tier of words."""
    turns = read(tmp_path, "a.TextGrid", long(("phone", SOUNDS[1]), ("word", WORDS[1])))

    assert "on y va oui oui" == " ".join(turns["text"])


def test_a_long_alignment_is_joined_up_to_the_next_silence(tmp_path):
    """The Montreal aligner: one interval a word. Nobody codes single words."""
    silence = [(5, 7, ""), (7, 7.2, "sil")]
    words = [*parts("un deux trois " * 5, 0, 5), *silence, *parts("six " * 8, 7.2, 9)]

    turns = read(
        tmp_path, "a.TextGrid", long(("Anne - words", words), ("Anne - phones", SOUNDS[1]))
    )

    assert [("Anne", ("un deux trois " * 5).strip()), ("Anne", ("six " * 8).strip())] == said(turns)
    assert [("Anne", 0, 5), ("Anne", 7.2, 9)] == timed(turns)


def test_one_who_only_nods_during_anothers_talk_is_heard(tmp_path):
    nods = ("Bruno", [(0.5, 0.8, "oui"), (1, 1.2, "hm"), (2, 2.3, "oui"), (2.5, 2.6, "ah")])

    turns = read(tmp_path, "a.TextGrid", long(("Anne", [(0, 3, "oui on y va")]), nods))

    assert 4 == turns["speaker"].eq("Bruno").sum()


@pytest.mark.parametrize(
    "echo",
    [
        [(0.1, 0.3, "oui"), (1, 1.2, "non"), (2, 2.2, "oui"), (2.5, 2.7, "non")],
        [(0, 1.4, "oui"), (1.5, 2.9, "non"), (4, 5, "oui"), (6, 7, "non")],
    ],
    ids=["a few words amid another's", "half of them elsewhere"],
)
def test_one_who_says_anothers_words_again_is_heard(tmp_path, echo):
    turns = read(tmp_path, "a.TextGrid", long(("Anne", [(0, 3, "oui non")]), ("Bruno", echo)))

    assert 4 == turns["speaker"].eq("Bruno").sum()


def test_labels_of_silence_are_reported_and_are_no_turns(tmp_path):
    turns = read(
        tmp_path,
        "a.TextGrid",
        long(("Anne", [(0, 1, "#"), (1, 2, "oui"), (2, 3, "#____"), (3, 4, "<p:>")])),
    )

    assert [("Anne", "oui")] == said(turns)
    assert ["Anne: #", "Anne: #____", "Anne: <p:>"] == left(turns)


# --- what people send ---------------------------------------------------------------------------


@pytest.mark.parametrize("share", [0.01, 0.2, 0.6, 0.95])
@pytest.mark.parametrize("write", [long, short])
def test_a_file_cut_off_is_refused(tmp_path, share, write):
    whole = write(ANNE, BRUNO, ("notes", [(1, 1, "x")]))

    found = problem(tmp_path, "a.TextGrid", whole[: int(share * len(whole))])

    assert found.code in ("C-101", "C-104")


@pytest.mark.parametrize("size", ["size = 99999999999", "size = -1", "size = 4", "size = 1"])
def test_a_file_that_announces_other_than_it_holds_is_refused(tmp_path, size):
    for tiers in ((ANNE, BRUNO), (ANNE,)):
        file = long(*tiers).replace("intervals: size = 3", f"intervals: {size}", 1)

        assert "C-104" == problem(tmp_path, "a.TextGrid", file).code


def test_a_file_of_silence_is_refused(tmp_path):
    assert "C-102" == problem(tmp_path, "a.TextGrid", long(("Anne", [(0, 1, "")]))).code


@given(
    st.one_of(
        damaged(GOOD),
        damaged(short(ANNE, BRUNO).encode("utf-16")),
        damaged(chronological(ANNE, BRUNO).encode()),
    )
)
@settings(max_examples=200, deadline=2000)
def test_a_damaged_file_is_read_or_refused_with_a_reason(tmp_path_factory, data):
    path = tmp_path_factory.getbasetemp() / "damaged.TextGrid"
    path.write_bytes(data)

    assert is_refused_or_clean(path)


@pytest.mark.parametrize("filler", ['"', '""', '" ', "<", "1 ", "!", "a"])
def test_a_hostile_file_takes_no_more_than_linear_time(tmp_path, filler):
    found = problem(tmp_path, "a.TextGrid", long(ANNE)[:60] + filler * 200_000)

    assert "C-104" == found.code


LABELS = (
    st.text("abcé \"\n'!<>1", min_size=1, max_size=12)
    .map(str.strip)
    .filter(lambda t: any(map(str.isalpha, t)))
)


@given(
    st.dictionaries(
        st.sampled_from(["Anne", 'Bruno "le" grand', "Chloé"]),
        st.lists(LABELS, min_size=1, max_size=4),
        min_size=1,
    ),
    st.sampled_from(["short_textgrid", "long_textgrid"]),
)
@settings(max_examples=40, deadline=2000)
def test_what_praatio_writes_comes_back(tmp_path_factory, talk, form):
    path = tmp_path_factory.getbasetemp() / "written.TextGrid"
    grid = textgrid.Textgrid()
    expected = []
    for n, (name, labels) in enumerate(talk.items()):
        # Each begins a little later than the one before, so that no two spans are the same.
        spans = [
            (m + n / 10, m + n / 10 + 0.5, f"{name} : {label}") for m, label in enumerate(labels)
        ]
        grid.addTier(textgrid.IntervalTier(name, [Interval(*span) for span in spans], 0, 9))
        expected += [(name, *span) for span in spans]
    grid.save(str(path), format=form, includeBlankSpaces=True)

    turns = transcripts.read(path)

    columns = ["speaker", "start_s", "end_s", "text"]
    found = [
        (a, round(b, 6), round(c, 6), d)
        for a, b, c, d in turns[columns].itertuples(index=False, name=None)
    ]
    assert sorted((a, round(b, 6), round(c, 6), d) for a, b, c, d in expected) == sorted(found)
    assert not any(math.isnan(end) for _name, _start, end, _text in found)


def test_what_webmaus_aligns_counts_once(tmp_path):
    """ORT-MAU holds words, KAN-MAU how they should sound, MAU their sounds."""
    words = parts("on y va tous les jours", 0, 6)
    kan = [(a, b, f"k{n}") for n, (a, b, _word) in enumerate(words)]
    file = long(
        ("KAN-MAU", kan), ("MAU", parts("o n i v a t u l e Z u R", 0, 6)), ("ORT-MAU", words)
    )

    turns = read(tmp_path, "a.TextGrid", file)

    assert {"ORT-MAU"} == set(turns["speaker"])
    assert "on y va tous les jours" == " ".join(turns["text"])
