"""The tables of `data/processed/2-coding/`: the codebook, people's decisions, suggestions."""

from pipeline.tables.shapes import (
    CODE_COLUMN,
    INTERVIEW_COLUMN,
    TURN_COLUMN,
    VOICE_COLUMN,
    Table,
    count,
    identifier,
    position,
    text,
)

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
    "Passages that the lexicon finds. Nobody decided on them: they enter no statistic.",
    (
        INTERVIEW_COLUMN,
        TURN_COLUMN,
        VOICE_COLUMN,
        CODE_COLUMN,
        text("pattern", "the entry of the lexicon that found it", required=True),
        position("start", "first code point in the interview's text"),
        position("end", "behind the last code point"),
        text("text", "the words", required=True),
    ),
    references={"turn_id": "turns", "code": "codes"},
)

CODING = (CODES, CODINGS, SEGMENTS, SUGGESTIONS)
