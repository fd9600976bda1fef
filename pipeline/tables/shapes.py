"""What a table is: columns with kind, meaning, unit and range; keys; references."""

from dataclasses import dataclass, field
from typing import Literal

Kind = Literal["text", "list", "integer", "number", "date", "yes_no"]

SCOPES = ("research", "book", "film", "web", "education")
ROLES = ("interviewer", "interviewee", "interpreter")
NAME_POLICIES = ("full", "pseudonym", "role")
PROVENANCES = ("real", "fictional")
STATUSES = ("IDEA", "BEGIN", "WIP", "END")
NORTH_SOUTH = ("north", "south")
SCALES = ("local", "regional", "national", "international")
MEDIA_KINDS = ("camera", "sound")
AUTHOR_ROLES = ("traveller", "class")
ALIGNED_BY = ("number", "times", "lengths", "none")
MODES = ("road", "rail", "sea", "flight")
GROUPINGS = ("all", "initiative", "region", "north_south", "domain", "status")


@dataclass(frozen=True)
class Column:
    """One column: what it holds, in which unit, and what is allowed in it."""

    name: str
    kind: Kind
    meaning: str
    unit: str = ""
    required: bool = False
    values: tuple[str, ...] = ()
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True)
class Table:
    """One table: `key` names the columns that tell rows apart, `references` maps column → table."""

    name: str
    folder: str
    meaning: str
    columns: tuple[Column, ...]
    key: tuple[str, ...] = ()
    references: dict[str, str] = field(default_factory=dict, hash=False)

    @property
    def names(self) -> list[str]:
        """The names of the columns, in order."""
        return [column.name for column in self.columns]

    def column(self, name: str) -> Column:
        """Find a column by name."""
        return next(column for column in self.columns if column.name == name)


def identifier(name: str, meaning: str, required: bool = True) -> Column:
    """Declare an id."""
    return Column(name, "text", meaning, required=required)


def text(name: str, meaning: str, required: bool = False, values: tuple[str, ...] = ()) -> Column:
    """Declare a column of text."""
    return Column(name, "text", meaning, required=required, values=values)


def listed(name: str, meaning: str, values: tuple[str, ...] = ()) -> Column:
    """Declare a column of lists of text."""
    return Column(name, "list", meaning, values=values)


def count(name: str, meaning: str, required: bool = True) -> Column:
    """Declare a whole number from 0."""
    return Column(name, "integer", meaning, required=required, low=0)


def position(name: str, meaning: str) -> Column:
    """Declare a position in an interview's text."""
    return Column(name, "integer", meaning, unit="code points", required=True, low=0)


def seconds(name: str, meaning: str) -> Column:
    """Declare seconds from the start of the media."""
    return Column(name, "number", meaning, unit="s", low=0)


def percent(name: str, meaning: str) -> Column:
    """Declare a share from 0 to 100."""
    return Column(name, "number", meaning, unit="%", low=0, high=100)


INTERVIEW_COLUMN = identifier("interview_id", "the interview")
INITIATIVE_COLUMN = identifier(
    "initiative_id", "the initiative the interview is about", required=False
)
SPEAKER_COLUMN = identifier("speaker_id", "the voice; one person keeps one id in every interview")
VOICE_COLUMN = identifier(
    "speaker_id", "the voice; empty where the file names nobody", required=False
)
TURN_COLUMN = identifier("turn_id", "the turn: interview_id#number")
CODE_COLUMN = identifier("code", "a code of the codebook")
PROVENANCE_COLUMN = text(
    "provenance", "real, or invented for the demonstration", values=PROVENANCES
)
