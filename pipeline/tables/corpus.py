"""The tables of the corpus stage: what people brought, checked, and what readers remarked."""

from pipeline.tables.by_hand import (
    ANSWERS_BY_HAND,
    CONSENT_COLUMNS,
    MEDIA_COLUMNS,
    PHOTOS_BY_HAND,
    REGISTER,
    ROUTE_BY_HAND,
    SPEAKERS_BY_HAND,
)
from pipeline.tables.shapes import (
    ALIGNED_BY,
    AUTHOR_ROLES,
    INTERVIEW_COLUMN,
    NORTH_SOUTH,
    PROVENANCE_COLUMN,
    ROLES,
    SCALES,
    SCOPES,
    STATUSES,
    TURN_COLUMN,
    VOICE_COLUMN,
    Column,
    Table,
    count,
    identifier,
    listed,
    position,
    seconds,
    text,
)

IN_FORCE = listed("in_force", "scopes in force on the day of the build", values=SCOPES)

INITIATIVES = Table(
    "initiatives",
    "1-corpus",
    "One row an initiative, as its sheet says; what the sheet does not say is empty.",
    (
        identifier("initiative_id", "the initiative"),
        Column("name", "text", "its name (80 characters at most)", required=True),
        text("local_name", "its name where it lives"),
        listed("names", "names in other scripts, `language: name`"),
        listed("countries", "ISO 3166-1 alpha-2"),
        text("place", "town or district"),
        Column("latitude", "number", "of the point", unit="°", low=-90, high=90),
        Column("longitude", "number", "of the point", unit="°", low=-180, high=180),
        text("region", "part of the route"),
        text("north_south", "side of the look South / North", values=NORTH_SOUTH),
        text("status", "concept, starting, in development, mature", values=STATUSES),
        listed("domains", "what it supplies"),
        listed("themes", "free keywords"),
        text("baseline", "one line (180 characters at most)"),
        Column("founded_year", "integer", "first year", low=1000, high=2100),
        Column("members_count", "integer", "members, in persons", low=0),
        text("scale", "how far it reaches", values=SCALES),
        text("organisation", "legal or customary form"),
        text("leader", "person or body that carries it"),
        listed("objectives", "what it wants"),
        listed("partners", "who works with it"),
        text("call_to_action", "what it asks of the reader"),
        text("website", "address of its site"),
        listed("members", "people the sheet names"),
        listed("pictures", "ids of photos.csv"),
        listed("videos", "addresses"),
        listed("references", "where a claim of the sheet can be checked"),
        listed("sources", "where the sheet comes from"),
        text("licence", "under which others’ data in the sheet may be used again"),
        Column("visited_date", "date", "when the travellers were there"),
        PROVENANCE_COLUMN,
        text("language", "language of the sheet"),
        text("about", "description (Markdown)"),
        text("singular", "what is singular and creative (Markdown)"),
        text("business_model", "the business model (Markdown)"),
        text("potential", "the potential of deployment (Markdown)"),
        text("social_value", "the social value (Markdown)"),
        text("trigger", "the trigger (Markdown)"),
        Column(
            "is_coarse",
            "yes_no",
            "a voice heard there is named by its role only: whole degrees leave, and no place",
            required=True,
        ),
        text("file", "the sheet; empty when only the register names the initiative"),
    ),
    key=("initiative_id",),
)

INTERVIEWS = Table(
    "interviews",
    "1-corpus",
    "One row an interview, with the text's size and fingerprint.",
    (
        *REGISTER.columns,
        text("format", "what kind of file the transcript is"),
        count("turns_count", "turns"),
        count("timed_count", "turns that say when they begin"),
        count("words_count", "words, of every voice"),
        text("text_sha256", "of the turns joined by a line feed, UTF-8", required=True),
        Column("has_interpreter", "yes_no", "a voice is an interpreter's", required=True),
    ),
    key=("interview_id",),
    references={"initiative_id": "initiatives"},
)

SPEAKERS = Table(
    "speakers",
    "1-corpus",
    "speakers.csv, with the scopes in force on the day of the build.",
    (
        *SPEAKERS_BY_HAND.columns,
        IN_FORCE,
        identifier(
            "talk_id",
            "the original that the interview translates, or itself: what a voice asked in one "
            "version holds in all",
            required=False,
        ),
    ),
    key=("interview_id", "label"),
    references={"interview_id": "interviews"},
)

TURNS = Table(
    "turns",
    "1-corpus",
    "One row a turn. An interview's text is its turns joined by a line feed, NFC.",
    (
        INTERVIEW_COLUMN,
        TURN_COLUMN,
        count("turn", "number of the turn, from 1"),
        VOICE_COLUMN,
        text("label", "the speaker as the transcript writes it"),
        text("role", "what the voice does in the interview", values=ROLES),
        seconds("start_s", "start, from the start of the media"),
        seconds("end_s", "end, from the start of the media"),
        position("start", "first code point in the interview's text"),
        position("end", "behind the last code point"),
        text("text", "the words", required=True),
        count(
            "words_count",
            "words; an elision counts as one (l’association: two words); in scripts without "
            "spaces (Khmer) a run of letters counts as one, so the count is too small",
        ),
        count("place", "line, paragraph or cue in the transcript's file"),
    ),
    key=("turn_id",),
    references={"interview_id": "interviews"},
)

MASKS = Table(
    "masks",
    "1-corpus",
    "masks.csv, each row once as written (start and end 0), where it stands in the interviews, and "
    "the passages that their voices refused.",
    (
        identifier("interview_id", "the interview", required=False),
        position("start", "first code point in the interview's text"),
        position("end", "behind the last code point"),
        text("exact", "the words, for texts without positions; empty where they are located"),
        text("replacement", "what is printed instead", required=True),
        text("scope", "masked for this scope alone; empty: for all", values=SCOPES),
        text("passage", "the passage of answers.csv that its voice refused for the scope"),
    ),
)

ANSWERS = Table(
    "answers",
    "1-corpus",
    "answers.csv, and where each passage stands now; one of several parts has a row for each.",
    (
        *ANSWERS_BY_HAND.columns,
        Column("start", "integer", "first code point; empty of a photograph", low=0),
        Column("end", "integer", "behind the last code point", low=0),
    ),
)

ALIGNMENTS = Table(
    "alignments",
    "1-corpus",
    "One row a turn of an original and the turn that translates it; a turn without one has a row.",
    (
        INTERVIEW_COLUMN,
        identifier("turn_id", "the turn of the original; empty: only in the translation", False),
        identifier("translation_id", "interview_id of the translation"),
        identifier(
            "translation_turn_id", "the turn of the translation; empty: only in the original", False
        ),
        text("kind", "by what they were aligned", required=True, values=ALIGNED_BY),
        Column(
            "score",
            "number",
            "how well they fit, from 0 to 1: by length (number), shared time (times), or the "
            "chance of this pair (lengths)",
            low=0,
            high=1,
        ),
        Column("is_doubtful", "yes_no", "a pair for people to check", required=True),
    ),
    key=("translation_id", "turn_id", "translation_turn_id"),
    references={"interview_id": "interviews"},
)

REMARKS = Table(
    "remarks",
    "1-corpus",
    "What the team should look at in the files it keeps, by place, never by word. It never leaves.",
    (
        identifier("interview_id", "the interview; empty for a mask", required=False),
        text("file", "the file", required=True),
        count("place", "line, paragraph or cue"),
        text(
            "kind",
            "unused: not taken for speech; doubtful: may be a speaker's label, taken for speech; "
            "mask: stands in no transcript, so that a name mistyped there leaves bare",
            True,
            ("unused", "doubtful", "mask"),
        ),
    ),
)

MEDIA = Table("media", "1-corpus", "media.csv.", MEDIA_COLUMNS, key=("interview_id", "file"))

PHOTOS = Table(
    "photos",
    "1-corpus",
    "photos.csv, with the scopes in force on the day of the build.",
    (
        *PHOTOS_BY_HAND.columns,
        IN_FORCE,
        Column(
            "is_coarse",
            "yes_no",
            "shows an initiative where a voice is named by its role only: never leaves",
            required=True,
        ),
    ),
    key=("photo_id",),
    references={"initiative_id": "initiatives"},
)

LETTERS = Table(
    "letters",
    "1-corpus",
    "One row a letter or a page of the diary.",
    (
        identifier("letter_id", "the letter: the name of its file"),
        text("title", "what it is called"),
        Column("date", "date", "when it was written", required=True),
        text("place", "where it was written"),
        text("author", "who wrote it, as it may be printed", required=True),
        text("author_role", "traveller or class", required=True, values=AUTHOR_ROLES),
        text("addressed_to", "to whom; empty for the diary"),
        identifier("initiative_id", "the initiative it was written at", required=False),
        *CONSENT_COLUMNS,
        IN_FORCE,
        PROVENANCE_COLUMN,
        text("language", "language of the letter"),
        Column(
            "is_coarse",
            "yes_no",
            "written where a voice is named by its role only: no place leaves",
            required=True,
        ),
        text("text", "the letter (Markdown)", required=True),
        text("file", "where it lies", required=True),
    ),
    key=("letter_id",),
)

ROUTE = Table(
    "route",
    "1-corpus",
    "route.csv, in the order of the journey.",
    (
        *ROUTE_BY_HAND.columns,
        Column(
            "is_coarse",
            "yes_no",
            "near an initiative where a voice is named by its role only: no place leaves",
            required=True,
        ),
    ),
    key=("stage",),
)

CORPUS = (
    INITIATIVES,
    INTERVIEWS,
    SPEAKERS,
    TURNS,
    MASKS,
    ANSWERS,
    ALIGNMENTS,
    MEDIA,
    REMARKS,
    PHOTOS,
    LETTERS,
    ROUTE,
)
