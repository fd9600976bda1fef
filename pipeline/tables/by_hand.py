"""The tables people keep by hand under `data/raw/` and in a manuscript.

`corpus/handkept.py` reads them.
"""

from pipeline.tables.shapes import (
    CODE_COLUMN,
    INITIATIVE_COLUMN,
    INTERVIEW_COLUMN,
    MEDIA_KINDS,
    MODES,
    NAME_POLICIES,
    PROVENANCE_COLUMN,
    ROLES,
    SCOPES,
    SPEAKER_COLUMN,
    Column,
    Table,
    identifier,
    listed,
    seconds,
    text,
)

REGISTER = Table(
    "register.csv",
    "data/raw/interviews",
    "One row an interview.",
    (
        INTERVIEW_COLUMN,
        text("file", "the transcript, beside this table", required=True),
        INITIATIVE_COLUMN,
        Column("date", "date", "when it was recorded"),
        text("place", "where it was recorded"),
        text("language", "language of the transcript, as BCP 47 (fr, ne, en-IN)"),
        text("translation_of", "interview_id of the original that this one translates"),
        text("interviewer", "who asked, for the credits"),
        PROVENANCE_COLUMN,
    ),
    key=("interview_id",),
)

CONSENT_COLUMNS = (
    listed("consent", "what the voice agreed to, separated by spaces", values=SCOPES),
    Column("consent_date", "date", "when consent was given; before it there is none"),
    Column("expires_on", "date", "from this day on there is no consent"),
    Column("withdrawn_on", "date", "a date here takes the voice out of everything, everywhere"),
    Column("is_minor", "yes_no", "a minor needs a guardian's consent"),
    Column("guardian_consent", "yes_no", "the guardian's consent is recorded"),
    text("evidence", "where the signed paper or the recorded agreement lies"),
)

SPEAKERS_BY_HAND = Table(
    "speakers.csv",
    "data/raw/interviews",
    "One row a voice and label; a voice written in two ways in one transcript has two rows.",
    (
        INTERVIEW_COLUMN,
        text("label", "the speaker as the transcript writes it; empty: turns that name nobody"),
        SPEAKER_COLUMN,
        text("role", "what the voice does in the interview", required=True, values=ROLES),
        text(
            "display_name", "the name to print: the real one, or under `pseudonym` the invented one"
        ),
        text("name_policy", "how the voice may be named; empty means role", values=NAME_POLICIES),
        *CONSENT_COLUMNS,
    ),
    key=("interview_id", "label"),
    references={"interview_id": "register.csv"},
)

MEDIA_COLUMNS = (
    INTERVIEW_COLUMN,
    text("file", "the recording", required=True),
    text("reel", "name of the reel or card"),
    Column(
        "starts_at_s",
        "number",
        "where the file starts, in the transcript's time; below 0 when it began earlier",
        unit="s",
    ),
    seconds("duration_s", "how long it is"),
    text("start_timecode", "timecode of its first frame, HH:MM:SS:FF"),
    Column("frame_rate", "number", "frames", unit="1/s", low=1, high=240),
    text("kind", "camera or sound", values=MEDIA_KINDS),
)

MEDIA_BY_HAND = Table(
    "media.csv",
    "data/raw/interviews",
    "One row a recording file; an interview has any number.",
    MEDIA_COLUMNS,
    key=("interview_id", "file"),
    references={"interview_id": "register.csv"},
)

MASKS_BY_HAND = Table(
    "masks.csv",
    "data/raw/interviews",
    "Words that never leave.",
    (
        identifier("interview_id", "the interview; empty means everywhere", required=False),
        text("exact", "the words, as the transcript writes them", required=True),
        text("replacement", "what is printed instead", required=True),
        text("reason", "why, for the team"),
    ),
    references={"interview_id": "register.csv"},
)

ANSWERS_BY_HAND = Table(
    "answers.csv",
    "data/raw/interviews",
    "What voices answered when they were shown what was chosen of them; `voice ID` prepares the "
    "rows. A no keeps the passage out of what that scope publishes.",
    (
        SPEAKER_COLUMN,
        identifier("passage", "the passage, as the sheet numbers it; photo/… a photograph"),
        text("scope", "what it was to be used for", required=True, values=SCOPES),
        Column("answer", "yes_no", "yes or no; empty: not answered yet"),
        Column("date", "date", "when the voice answered"),
        text("comment", "what the voice said about it"),
        identifier("interview_id", "the interview; empty of a photograph", required=False),
        text("exact", "the words of the voice, as they were shown; its parts between […]"),
    ),
    key=("speaker_id", "passage", "scope"),
    references={"interview_id": "register.csv"},
)

ROUTE_BY_HAND = Table(
    "route.csv",
    "data/raw",
    "One row a stage of the journey, in order; what is only known of a region has no point.",
    (
        Column("stage", "integer", "number of the stage, from 1", required=True, low=1),
        text("place", "the stop; empty where only a region is known"),
        text("region", "part of the route"),
        listed("countries", "ISO 3166-1 alpha-2"),
        Column("latitude", "number", "of the stop", unit="°", low=-90, high=90),
        Column("longitude", "number", "of the stop", unit="°", low=-180, high=180),
        Column("arrived_date", "date", "day of arrival"),
        text("period", "when, in the source's words, where no day is known"),
        text("mode", "how the stop was reached", values=MODES),
        PROVENANCE_COLUMN,
        text("source", "who says so"),
    ),
    key=("stage",),
)

CODINGS_BY_HAND = Table(
    "codings/*.csv",
    "data/raw/codings",
    "One file a coder; one row a passage and code.",
    (
        INTERVIEW_COLUMN,
        text("exact", "the passage, word for word", required=True),
        CODE_COLUMN,
        Column("start", "integer", "first code point, if the tool says", low=0),
        Column("end", "integer", "behind the last code point, if the tool says", low=0),
        text("prefix", "words before it, to tell two places apart"),
        text("suffix", "words behind it, to tell two places apart"),
        text("text_sha256", "of the text it was made on, if a tool wrote it"),
        text("coder", "who decided; the file's name when empty"),
        text("memo", "why"),
        text("created_at", "when, as the tool writes it"),
    ),
    references={"interview_id": "register.csv", "code": "codebook.yaml"},
)

REVIEW = Table(
    "codings/*.csv (a review)",
    "data/raw/codings",
    "`suggestions.csv` with the decisions of whoever read it; told by its column `decision`.",
    (
        text("code_name", "name of the code"),
        text("before", "what stands before the sentence"),
        text("exact", "the sentence that is suggested", required=True),
        text("after", "what stands behind it"),
        text("decision", "to fill in: accept, reject or correct; accepter, rejeter, corriger"),
        text("corrected_code", "to fill in when corrected: the right code, by id or by name"),
        text("reviewer", "to fill in: who decided"),
        text("memo", "to fill in, if there is something to say: why"),
        INTERVIEW_COLUMN,
        text("turn", "number of the turn"),
        text("time", "from the start of the media"),
        text("speaker_id", "the voice"),
        CODE_COLUMN,
        text("suggester", "the lexicon, what was learned, or both"),
        text("pattern", "the entries of the lexicon, and the words that weighed most"),
        text("found", "the words that the entries found"),
        text("score_pct", "of a hundred like it, how many people have coded so; empty if unknown"),
        text("is_negated", "yes where a negation stands near the words"),
        Column("start", "integer", "first code point in the interview's text", low=0),
        Column("end", "integer", "behind the last code point", low=0),
        text("prefix", "32 characters before"),
        text("suffix", "32 characters behind"),
        text("text_sha256", "of the text it was suggested in"),
    ),
    references={"interview_id": "register.csv", "code": "codebook.yaml"},
)

PHOTOS_BY_HAND = Table(
    "photos.csv",
    "data/raw/photos",
    "One row a photograph. Its scopes are the author's and those of the people it shows.",
    (
        identifier("photo_id", "the photograph"),
        text("file", "the picture, beside this table: PNG or JPEG", required=True),
        text("author", "who took it", required=True),
        text("licence", "under which licence it may be shown", required=True),
        Column("date", "date", "when it was taken"),
        text("place", "where it was taken"),
        identifier("initiative_id", "the initiative it shows", required=False),
        listed("people_shown", "speaker_id of each voice that it shows, separated by spaces"),
        *CONSENT_COLUMNS,
        text("caption_fr", "what stands below it, in French"),
        text("caption_en", "what stands below it, in English"),
        text("alt_fr", "what it shows, in French, for those who do not see it"),
        text("alt_en", "what it shows, in English, for those who do not see it"),
        PROVENANCE_COLUMN,
    ),
    key=("photo_id",),
    references={"initiative_id": "initiatives"},
)

QUOTES_BY_HAND = Table(
    "quotes.csv",
    "book",
    "Quotes that the manuscript names, where a code's passage is not the one wanted.",
    (
        text("quote", "interview_id/name, as the chapter writes it", required=True),
        text("exact", "the words; a cut is marked […]", required=True),
        text("prefix", "words before it, to tell two places apart"),
        text("suffix", "words behind it, to tell two places apart"),
    ),
    key=("quote",),
)

BY_HAND = (
    REGISTER,
    SPEAKERS_BY_HAND,
    MEDIA_BY_HAND,
    MASKS_BY_HAND,
    ANSWERS_BY_HAND,
    ROUTE_BY_HAND,
    PHOTOS_BY_HAND,
    CODINGS_BY_HAND,
    REVIEW,
    QUOTES_BY_HAND,
)
