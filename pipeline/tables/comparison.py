"""The tables of the comparison stage: who says what, how far coders agree, what is held back."""

from pipeline.tables.shapes import (
    CODE_COLUMN,
    GROUPINGS,
    INTERVIEW_COLUMN,
    PROVENANCES,
    SCOPES,
    SPEAKER_COLUMN,
    Column,
    Table,
    count,
    identifier,
    percent,
    text,
)

CODE_BY_GROUP = Table(
    "code_by_group",
    "3-comparison",
    "Who says what, how much, how sure. One row a purpose, provenance, grouping, group and code.",
    (
        text("purpose", "the scope that every voice counted here agreed to", True, SCOPES),
        text("provenance", "real and fictional are never counted together", True, PROVENANCES),
        text("grouping", "what the initiatives are grouped by", True, GROUPINGS),
        text("group", "the group; `all` under the grouping `all`", required=True),
        text("question", "id of the research question", required=True),
        CODE_COLUMN,
        Column(
            "is_held_back",
            "yes_no",
            "too few voices to publish: the numbers are empty",
            required=True,
        ),
        count("segments_count", "coded passages, coders' overlaps merged", False),
        count("words_count", "words of interviewees in them", False),
        count("words_total", "words of interviewees in the group", False),
        percent("words_share_pct", "words_count in words_total"),
        percent("words_share_low_pct", "95 % interval, bootstrap over interviews"),
        percent("words_share_high_pct", "95 % interval, bootstrap over interviews"),
        count("interviews_count", "interviews that mention it", False),
        count("interviews_total", "interviews in the group", False),
        count("initiatives_count", "initiatives that mention it", False),
        count("initiatives_total", "initiatives in the group", False),
        percent("initiatives_share_pct", "initiatives_count in initiatives_total"),
        percent("initiatives_share_low_pct", "95 % interval, Wilson"),
        percent("initiatives_share_high_pct", "95 % interval, Wilson"),
        count("voices_count", "voices in the passages", False),
    ),
    key=("purpose", "provenance", "grouping", "group", "code"),
    references={"code": "codes"},
)

PUBLISHED_AGREEMENT = Table(
    "published_agreement",
    "3-comparison",
    "How far coders agree on which turns have which code, as far as it may be published: on turns "
    "of voices cleared for print, and without the coders' names. See 2-coding/agreement.",
    (
        text("provenance", "real and fictional are never counted together", True, PROVENANCES),
        text("scope", "one code, or all codes together", True, ("all", "code")),
        identifier("code", "the code; empty for all codes together", required=False),
        Column(
            "is_held_back",
            "yes_no",
            "too few voices to publish: the numbers are empty",
            required=True,
        ),
        Column("alpha", "number", "Krippendorff's alpha, nominal"),
        Column("alpha_low", "number", "95 % interval, bootstrap"),
        Column("alpha_high", "number", "95 % interval, bootstrap"),
        count("turns_count", "turns compared; for all codes, times codes that are used", False),
        count("given_count", "turns that one coder or more gave the code", False),
        count("agreed_count", "turns that all their coders gave it", False),
        count("coders_count", "coders", False),
        count("interviews_count", "interviews that two coders or more coded", False),
        count("voices_count", "voices in the turns that one coder or more gave the code", False),
        text("note", "why there is no alpha"),
    ),
    key=("provenance", "scope", "code"),
    references={"code": "codes"},
)

HELD_BACK = Table(
    "held_back",
    "3-comparison",
    "The team's own report: which voice is held back from what, and why. It never leaves.",
    (
        text("purpose", "the scope that is missing", True, SCOPES),
        INTERVIEW_COLUMN,
        SPEAKER_COLUMN,
        text("reason", "why", required=True),
        count("turns_count", "turns held back"),
        count("words_count", "words held back"),
    ),
    key=("purpose", "interview_id", "speaker_id"),
)

COMPARISON = (CODE_BY_GROUP, PUBLISHED_AGREEMENT, HELD_BACK)
