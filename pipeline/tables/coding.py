"""The tables of `data/processed/2-coding/`: the codebook, people's decisions, suggestions."""

from pipeline.tables.shapes import (
    CODE_COLUMN,
    INTERVIEW_COLUMN,
    TURN_COLUMN,
    VOICE_COLUMN,
    Column,
    Table,
    count,
    identifier,
    listed,
    percent,
    position,
    text,
)

SUGGESTER_NAMES = ("lexicon", "learned")

# In the order people read them in.
MEASURES = (
    "alpha",
    "fleiss_kappa",
    "cohen_kappa",
    "percent_agreement",
    "u_alpha",
    "u_alpha_where",
    "u_alpha_what",
    "overlap",
    "boundary_distance",
)

# What a coding that is attached to its transcript may be; see pipeline/coding/anchors/__init__.py.
ATTACHED = ("exact", "moved", "edited")


def _score(meaning: str) -> Column:
    return Column("score", "number", meaning, required=True, low=0, high=1)


CODES = Table(
    "codes",
    "2-coding",
    "The codebook, one row a code, in its order.",
    (
        CODE_COLUMN,
        text("question", "id of the research question", required=True),
        text("theme", "id of the theme", required=True),
        text("question_fr", "the question, in French", required=True),
        text("question_en", "the question, in English", required=True),
        text("question_short_fr", "the question in a word, in French", required=True),
        text("question_short_en", "the question in a word, in English", required=True),
        text("theme_fr", "name of the theme, in French", required=True),
        text("theme_en", "name of the theme, in English", required=True),
        text("code_fr", "name of the code, in French", required=True),
        text("code_en", "name of the code, in English", required=True),
        text("definition_fr", "what it means, in French"),
        text("definition_en", "what it means, in English"),
        text("color", "#RRGGBB, for tools that show codes in colours"),
        count("position", "place in the codebook, from 1"),
    ),
    key=("code",),
)

CODINGS = Table(
    "codings",
    "2-coding",
    "One row a decision of a person: this passage, this code.",
    (
        identifier("coding_id", "coder:file line"),
        INTERVIEW_COLUMN,
        CODE_COLUMN,
        text("coder", "who decided", required=True),
        position("start", "first code point in the interview's text"),
        position("end", "behind the last code point"),
        text("exact", "the passage as the transcript has it", required=True),
        text("prefix", "32 characters before"),
        text("suffix", "32 characters behind"),
        text("text_sha256", "of the text it was found in", required=True),
        text("memo", "why"),
        text("created_at", "when, as the tool writes it"),
        text("file", "where the decision is written", required=True),
        count("line", "line of that file"),
        Column(
            "is_suggested",
            "yes_no",
            "accepted from what a program suggested: no independent judgement, in no agreement",
            required=True,
        ),
        text("status", "how it was found again", required=True, values=ATTACHED),
        _score("how like the place is to what the decision was made on"),
    ),
    key=("coding_id",),
    references={"interview_id": "interviews", "code": "codes"},
)

CORRECTIONS = Table(
    "corrections",
    "2-coding",
    "One row a coding that is not where and as it was written: found again elsewhere or with other "
    "words, or kept here, attached to nothing, until a person settles it.",
    (
        identifier("coding_id", "coder:file line"),
        INTERVIEW_COLUMN,
        CODE_COLUMN,
        text("coder", "who decided", required=True),
        text("file", "where the decision is written", required=True),
        count("line", "line of that file"),
        text(
            "status",
            "moved or edited: attached again; ambiguous or lost: not attached",
            required=True,
            values=("moved", "edited", "ambiguous", "lost"),
        ),
        _score("how like the best place is to what the decision was made on"),
        text("old_words", "the passage as the decision has it", required=True),
        text("new_words", "the passage as the transcript has it; of each place, if ambiguous"),
        text("places", "the turns where it stands or may stand, with their times"),
        text("prefix", "words before it, as the decision has them"),
        text("suffix", "words behind it, as the decision has them"),
        text("memo", "why"),
    ),
    key=("coding_id",),
    references={"interview_id": "interviews", "code": "codes"},
)

SEGMENTS = Table(
    "segments",
    "2-coding",
    "One row a coding and turn that it touches: the part of the passage that one voice said.",
    (
        identifier("coding_id", "the coding"),
        INTERVIEW_COLUMN,
        TURN_COLUMN,
        VOICE_COLUMN,
        CODE_COLUMN,
        text("coder", "who decided", required=True),
        position("start", "first code point in the interview's text"),
        position("end", "behind the last code point"),
        text("text", "the words", required=True),
        count("words_count", "words"),
    ),
    key=("coding_id", "turn_id"),
    references={"coding_id": "codings", "turn_id": "turns"},
)

SUGGESTIONS = Table(
    "suggestions",
    "2-coding",
    "Passages that a program finds. Nobody decided on them: they enter no statistic.",
    (
        INTERVIEW_COLUMN,
        TURN_COLUMN,
        VOICE_COLUMN,
        CODE_COLUMN,
        text(
            "suggester",
            "the lexicon, or what was learned from people's codings",
            required=True,
            values=SUGGESTER_NAMES,
        ),
        text(
            "pattern",
            "the entry of the lexicon that found it, or the words that weighed most",
            required=True,
        ),
        Column(
            "score",
            "number",
            "what was learned: how probable it is that a person gives this code; else empty",
            low=0,
            high=1,
        ),
        Column("is_negated", "yes_no", "a negation stands near the words; empty when learned"),
        position("start", "first code point in the interview's text"),
        position("end", "behind the last code point"),
        text("text", "the words", required=True),
    ),
    references={"turn_id": "turns", "code": "codes"},
)

CONFLICTS = Table(
    "conflicts",
    "2-coding",
    "Decisions of one person that stand in two files and differ. The team's own: it never leaves.",
    (
        INTERVIEW_COLUMN,
        CODE_COLUMN,
        text("coder", "who decided", required=True),
        text(
            "kind",
            "changed: the passages overlap and differ, and one was taken; missing: a project that "
            "came back does not have it, and it was kept",
            True,
            ("changed", "missing"),
        ),
        identifier("coding_id", "the coding that counts"),
        position("start", "first code point of the one that counts"),
        position("end", "behind its last code point"),
        identifier("other_id", "the coding that does not count", required=False),
        Column("other_start", "integer", "first code point of the other one", low=0),
        Column("other_end", "integer", "behind its last code point", low=0),
        text("reason", "why", required=True),
    ),
    references={"coding_id": "codings", "interview_id": "interviews"},
)

AGREEMENT = Table(
    "agreement",
    "2-coding",
    "How far coders agree, in the interviews that two people or more coded. A coder rates only the "
    "interviews that they coded at all; what they left uncoded there is a decision: not this code. "
    "The interviewers' talk is left out. The team's own: it never leaves.",
    (
        text("scope", "one code, or all codes together", True, ("all", "code")),
        identifier("code", "the code; empty for all codes together", required=False),
        text(
            "measure",
            "on turns, each coded or not: alpha (Krippendorff, nominal), fleiss_kappa, cohen_kappa "
            "(a row a pair of coders), percent_agreement (of pairs of coders, chance not taken off)"
            "; on the text, letter by letter: u_alpha (Krippendorff 2016: the same stretches; for "
            "all codes, with the same set of codes), u_alpha_where (the same stretches, whatever "
            "the codes), u_alpha_what (the same codes where both coded), overlap (of what one of "
            "two coders marked, the share that both did), boundary_distance (median distance of "
            "the beginnings and ends of passages that two coders share)",
            True,
            MEASURES,
        ),
        text("coders", "whose judgements these are", required=True),
        Column("value", "number", "1 is perfect, 0 chance, below 0 worse; or in its unit"),
        text("unit", "of the value: empty, % or letters (code points)", values=("%", "letters")),
        Column("low", "number", "95 % interval, percentile bootstrap, seeded"),
        Column("high", "number", "95 % interval, percentile bootstrap, seeded"),
        text(
            "resampled",
            "what was drawn again for the interval: whole interviews from five on; else turns, "
            "which hang together, so that the interval is rather too narrow",
            values=("interviews", "turns"),
        ),
        count("units_count", "turns, decisions (turns × codes that are used), or letters compared"),
        count("coders_count", "coders"),
        count("interviews_count", "interviews"),
        count("given_count", "turns or passages that one coder or more gave the code", False),
        count("agreed_count", "of these, those that all coders (of passages: two) gave it", False),
        text("note", "why there is no value or no interval, or what to know of it"),
    ),
    key=("scope", "code", "measure", "coders"),
    references={"code": "codes"},
)

DISAGREEMENTS = Table(
    "disagreements",
    "2-coding",
    "What coders have to talk about, in the order of the interviews: one row a place and code that "
    "not all who coded the interview gave it, or not from the same word to the same word. The "
    "team's own: it never leaves.",
    (
        INTERVIEW_COLUMN,
        TURN_COLUMN,
        count("turn", "number of the turn where the place begins"),
        CODE_COLUMN,
        text("kind", "what differs", True, ("missing", "other code", "boundary")),
        listed("given_by", "who gave the code"),
        listed("not_given_by", "who coded the interview and did not give it here"),
        listed("other_codes", "`coder: code` of those who gave this place other codes instead"),
        listed("positions", "`coder: start–end` of each passage"),
        position("start", "first code point, in the interview's text, that any of them marked"),
        position("end", "behind the last code point that any of them marked"),
        percent("shared_pct", "what all who gave the code marked, of what any of them marked"),
        text("text", "the words from the first to the last that any of them marked", True),
        listed("memos", "`coder: why` where a coder wrote it down"),
    ),
    references={"interview_id": "interviews", "turn_id": "turns", "code": "codes"},
)

SUGGESTERS = Table(
    "suggesters",
    "2-coding",
    "How far suggestions can be relied upon: one row a suggester and code, over the sentences of "
    "coded interviews, each interview held back whole while the others are learned from.",
    (
        text(
            "suggester", "the lexicon, or what was learned", required=True, values=SUGGESTER_NAMES
        ),
        CODE_COLUMN,
        Column("is_used", "yes_no", "it suggests for this code", required=True),
        count("sentences_count", "sentences of answers in coded interviews"),
        count("interviews_count", "coded interviews"),
        count("positives_count", "sentences to which a person gave the code"),
        count("positive_interviews_count", "interviews in which a person gave the code"),
        count("suggested_count", "sentences suggested", required=False),
        count("right_count", "of these, those to which a person gave the code", required=False),
        percent("precision_pct", "of what is suggested, how much people coded so"),
        percent("precision_low_pct", "95 % interval, over interviews"),
        percent("precision_high_pct", "95 % interval, over interviews"),
        percent("recall_pct", "of what people coded so, how much is suggested"),
        percent("recall_low_pct", "95 % interval, over interviews"),
        percent("recall_high_pct", "95 % interval, over interviews"),
        percent("f1_pct", "harmonic mean of precision and recall"),
        percent("f1_low_pct", "95 % interval, over interviews"),
        percent("f1_high_pct", "95 % interval, over interviews"),
        percent("accuracy_pct", "sentences judged as people judged them"),
        percent("baseline_accuracy_pct", "the same of a guess that all are as most are"),
        percent("baseline_f1_pct", "F1 of that guess"),
        text("note", "why there is no suggester, or no measure"),
    ),
    key=("suggester", "code"),
    references={"code": "codes"},
)

CODING = (
    CODES,
    CODINGS,
    CORRECTIONS,
    CONFLICTS,
    SEGMENTS,
    SUGGESTIONS,
    SUGGESTERS,
    AGREEMENT,
    DISAGREEMENTS,
)
