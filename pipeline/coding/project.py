"""A project of any QDA tool as tables: what every reader of `exchange` gives and `refi` writes.

The columns keep what REFI-QDA can say, so that a project comes back from a file as it went in.
Positions are code points in a source's `text`, whose line breaks are single line feeds.
"""

from dataclasses import dataclass, field, fields
from functools import partial

import pandas as pd

from pipeline.problems import Problems
from pipeline.tables.files import empty, typed
from pipeline.tables.shapes import Column, Table, count, identifier, listed, text

IN_MEMORY = "in memory"
# Between the names of a code and of the codes above it.
PATH = " > "
TEXT_KINDS = ("text", "transcript", "representation", "description")
MEDIA_KINDS = ("picture", "pdf", "audio", "video")
VARIABLE_TYPES = ("Text", "Boolean", "Integer", "Float", "Date", "DateTime")

MADE = (
    text("created_by", "name of the user who made it"),
    text("created_at", "when, as the tool writes it"),
    text("modified_by", "name of the user who changed it last"),
    text("modified_at", "when, as the tool writes it"),
)
NOTES_COLUMN = listed("notes", "guids of the notes on it")

USERS = Table(
    "users",
    IN_MEMORY,
    "One row a person.",
    (identifier("guid", "the user"), text("name", "name", True), text("initials", "id")),
)

CODES = Table(
    "codes",
    IN_MEMORY,
    "One row a code, grouping codes included, in the order of the codebook.",
    (
        identifier("guid", "the code"),
        text("name", "its name", required=True),
        text("parent", "guid of the code above it"),
        text("color", "#RRGGBB"),
        text("definition", "its description"),
        Column("is_codable", "yes_no", "False: it only groups others", required=True),
        count("level", "codes above it"),
        count("position", "place in the codebook, from 1"),
        text("path", f"its name behind those above it, joined by `{PATH}`", required=True),
        NOTES_COLUMN,
    ),
)

SOURCES = Table(
    "sources",
    IN_MEMORY,
    "One row a source, and a text that belongs to another source (its transcript …).",
    (
        identifier("guid", "the source"),
        text("name", "its name", required=True),
        text("kind", "what it is", True, (*TEXT_KINDS, *MEDIA_KINDS, "note")),
        text("parent", "guid of the recording, picture or PDF that the text belongs to"),
        text("text", "the words"),
        text("path", "where the plain text or the media file lies, as the tool writes it"),
        text("rich_path", "where the formatted text lies"),
        text("description", "what is said of it"),
        *MADE,
        NOTES_COLUMN,
        listed("sync_points", "of a transcript: `guid milliseconds position`, `-` for none"),
    ),
)

SELECTION = (
    identifier("selection_guid", "the selection"),
    text("name", "its name: in many tools the passage itself, whole or shortened"),
    text("source", "name of the source"),
    identifier("source_guid", "the source"),
    text(
        "kind",
        "what is selected",
        True,
        ("text", "transcript", "picture", "pdf", "audio", "video", "source"),
    ),
    Column("start", "integer", "first code point in the source's text", low=0),
    Column("end", "integer", "behind the last code point", low=0),
    text("exact", "the passage as the source has it"),
    text("place", "where in a picture, a PDF or a recording: `name=number …`, times in ms"),
    text("coder", "name of the user who decided"),
    text("created_at", "when, as the tool writes it"),
    text("modified_at", "when, as the tool writes it"),
    text("memo", "what is said of it, notes included"),
    NOTES_COLUMN,
)

CODINGS = Table(
    "codings",
    IN_MEMORY,
    "One row a selection and code.",
    (
        identifier("guid", "the coding"),
        text("code", "name of the code"),
        text("code_guid", "the code"),
        *SELECTION,
        listed("coding_notes", "guids of the notes on this code of the selection"),
    ),
)

ANNOTATIONS = Table(
    "annotations",
    IN_MEMORY,
    "One row a selection without a code: a remark on a passage.",
    (
        *SELECTION,
        text("note_guid", "the note that the selection stands in"),
    ),
)

CASES = Table(
    "cases",
    IN_MEMORY,
    "One row a case.",
    (
        identifier("guid", "the case"),
        text("name", "its name"),
        text("description", "what is said of it"),
        listed("codes", "guids of codes"),
        listed("sources", "guids of sources"),
        listed("selections", "guids of selections"),
    ),
)

VARIABLES = Table(
    "variables",
    IN_MEMORY,
    "One row a variable and case or source that has a value; a variable without values has one.",
    (
        identifier("guid", "the variable"),
        text("name", "its name", required=True),
        text("type", "kind of its values", True, VARIABLE_TYPES),
        text("description", "what is said of it"),
        text("bearer", "what has the value", values=("case", "source")),
        text("bearer_guid", "the case or source"),
        text("bearer_name", "its name"),
        text("value", "the value, as it is written"),
    ),
)

SETS = Table(
    "sets",
    IN_MEMORY,
    "One row a set.",
    (
        identifier("guid", "the set"),
        text("name", "its name", required=True),
        text("description", "what is said of it"),
        listed("codes", "guids of codes"),
        listed("sources", "guids of sources"),
        listed("member_notes", "guids of notes"),
    ),
)

LINKS = Table(
    "links",
    IN_MEMORY,
    "One row a link between two things.",
    (
        identifier("guid", "the link"),
        text("name", "its name"),
        text("direction", "which way", values=("Associative", "OneWay", "Bidirectional")),
        text("color", "#RRGGBB"),
        text("origin", "guid of the one"),
        text("target", "guid of the other"),
        NOTES_COLUMN,
    ),
)

TABLES = {
    "codes": CODES,
    "sources": SOURCES,
    "codings": CODINGS,
    "cases": CASES,
    "variables": VARIABLES,
    "users": USERS,
    "notes": SOURCES,
    "annotations": ANNOTATIONS,
    "sets": SETS,
    "links": LINKS,
}


@dataclass
class Project:
    """A project: one data frame a kind of thing, typed as the tables above declare.

    `about` holds what the file says of the project itself: name, origin, description …;
    `problems` what could not be used, or is used differently from how it is written; `lines` the
    line of each coding in the file, by guid.
    """

    codes: pd.DataFrame = field(default_factory=partial(empty, CODES))
    sources: pd.DataFrame = field(default_factory=partial(empty, SOURCES))
    codings: pd.DataFrame = field(default_factory=partial(empty, CODINGS))
    cases: pd.DataFrame = field(default_factory=partial(empty, CASES))
    variables: pd.DataFrame = field(default_factory=partial(empty, VARIABLES))
    problems: Problems = field(default_factory=Problems)
    users: pd.DataFrame = field(default_factory=partial(empty, USERS))
    notes: pd.DataFrame = field(default_factory=partial(empty, SOURCES))
    annotations: pd.DataFrame = field(default_factory=partial(empty, ANNOTATIONS))
    sets: pd.DataFrame = field(default_factory=partial(empty, SETS))
    links: pd.DataFrame = field(default_factory=partial(empty, LINKS))
    about: dict[str, str] = field(default_factory=dict)
    lines: dict[str, int] = field(default_factory=dict)

    def frames(self) -> dict[str, pd.DataFrame]:
        """Give every table by name."""
        return {one.name: getattr(self, one.name) for one in fields(self) if one.name in TABLES}


def made_of(rows: dict[str, list[dict[str, object]]]) -> dict[str, pd.DataFrame]:
    """Give rows of each kind the declared columns and types."""
    return {name: typed(TABLES[name], rows.get(name, [])) for name in TABLES}
