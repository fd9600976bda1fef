"""The form on which a class or a group describes an initiative: one declaration of its fields.

The XLSX, the ODS and the sheet of paper are made from it (`publication/sheet_form.py`), and a
filled form is read by it (`forms.py`). The words are those of the language that is spoken now.
"""

import unicodedata
from dataclasses import dataclass
from functools import cache
from gettext import translation

from babel import Locale

from pipeline import tables
from pipeline.corpus.sheets.sheet_values import COUNTRIES, LONGEST
from pipeline.messages import CATALOGUES, LANGUAGES, _
from pipeline.tables.shapes import PROVENANCES, SCALES, STATUSES, Column

# What tells a form of ours, in its first cell, whatever the file is called; a later form counts on.
MARK = "utopies-realistes/fiche/1"
TABLE_MARK = "utopies-realistes/tableau/1"
# The form gives no way to name pictures, parts of the route, or names in other scripts by language.
KEYS = {
    "name": ("name", "baseline", "local_name"),
    "place": ("place", "countries", "latitude", "longitude", "scale"),
    "life": ("status", "founded_year", "members_count", "domains", "themes", "website"),
    "people": ("organisation", "leader", "objectives", "partners", "members", "call_to_action"),
    "questions": ("about", "singular", "business_model", "potential", "social_value", "trigger"),
    "traces": ("visited_date", "sources", "references", "videos"),
    "team": (
        "id",
        "provenance",
        "licence",
        "language",
        "region",
        "north_south",
        "names",
        "pictures",
    ),
}


@dataclass(frozen=True)
class FormField:
    """A field of the form: `key` as a sheet's head or section has it, and what is printed of it.

    `lines` says how much room paper gives it, 0 for none; `longest` in characters, 0 for any.
    """

    key: str
    part: str
    column: Column
    label: str
    help: str
    example: str = ""
    lines: int = 0
    longest: int = 0

    @property
    def help_in_cell(self) -> str:
        """The help where the answer is typed into one cell; paper has lines."""
        one_a_line = _("One a line.") if self.column.kind == "list" else ""
        return " ".join(filter(None, [self.help, one_a_line]))


def fields() -> list[FormField]:
    """List the fields in the order of the form."""
    said = {**_names(), **_life(), **_people(), **_questions(), **_team()}
    return [
        FormField(key, part, column_of(key), *said[key], LONGEST.get(key, 0))
        for part, keys in KEYS.items()
        for key in keys
    ]


def column_of(key: str) -> Column:
    """Find the column that a field of the form fills."""
    return tables.INITIATIVES.column("initiative_id" if key == "id" else key)


def titles() -> dict[str, str]:
    """Name the parts of the form."""
    return {
        "name": _("The initiative in one line"),
        "place": _("Where"),
        "life": _("What it is"),
        "people": _("Who"),
        "questions": _("Describe it"),
        "traces": _("Where you know it from"),
        "team": _("For the team of the project: leave empty"),
    }


Said = dict[str, tuple[str, str, str, int]]


def _names() -> Said:
    return {
        "name": (
            _("Name of the initiative"),
            _("At most 80 characters."),
            _("The Workshop of the Four Corners"),
            1,
        ),
        "baseline": (
            _("In one sentence"),
            _("What it does, for whom: at most 180 characters."),
            _("Neighbours repair bicycles together and teach each other how"),
            2,
        ),
        "local_name": (
            _("Its name in the language of the place"),
            _("Only if it is another one."),
            "",
            0,
        ),
        "place": (_("Town, village or district"), "", _("Roubaix, the Pile district"), 1),
        "countries": (_("Country"), "", _("France"), 1),
        "latitude": (
            _("Latitude"),
            _("In degrees, as a map on the internet shows it."),
            "50.6921",
            0,
        ),
        "longitude": (_("Longitude"), _("In degrees; west of Greenwich: below 0."), "3.1811", 0),
        "scale": (_("How far does it reach?"), _("Choose one."), _("local"), 1),
    }


def _life() -> Said:
    return {
        "status": (_("Where does it stand?"), _("Choose one."), _("starting"), 1),
        "founded_year": (_("Since which year?"), "", "2009", 1),
        "members_count": (_("How many people take part?"), _("A number."), "45", 1),
        "domains": (
            _("What does it supply?"),
            _("Food, energy, school, culture …"),
            _("repair"),
            1,
        ),
        "themes": (_("Keywords"), "", _("mutual aid"), 1),
        "website": (_("Website"), "", "https://example.org", 1),
    }


def _people() -> Said:
    return {
        "organisation": (
            _("What form does it have?"),
            _("Association, cooperative, nothing on paper …"),
            _("association"),
            1,
        ),
        "leader": (
            _("Who carries it?"),
            _("A group, an assembly; a person only if she agrees."),
            _("a team of seven volunteers"),
            1,
        ),
        "objectives": (_("What does it want?"), "", _("throw less away"), 2),
        "partners": (_("Who works with it?"), "", _("the town’s library"), 1),
        "members": (
            _("People who may be named"),
            _("Only who said yes."),
            "",
            0,
        ),
        "call_to_action": (
            _("What does it ask of the reader?"),
            "",
            _("Bring your bicycle on Saturday"),
            1,
        ),
    }


def _questions() -> Said:
    return {
        "about": (_("What happens there?"), _("Tell what one sees, hears, does there."), "", 5),
        "singular": (
            _("1. What is singular and creative about it?"),
            _("What you have seen nowhere else."),
            "",
            5,
        ),
        "business_model": (
            _("2. What does it live on?"),
            _("Money, gifts, time given, exchanges."),
            "",
            5,
        ),
        "potential": (
            _("3. Could it grow, or be done elsewhere?"),
            _("What would be needed, what stands in the way."),
            "",
            5,
        ),
        "social_value": (
            _("4. What does it change for people?"),
            _("For those who take part, for the others around."),
            "",
            5,
        ),
        "trigger": (
            _("5. What set it off?"),
            _("A need, an anger, a meeting, an idea."),
            "",
            5,
        ),
    }


def _team() -> Said:
    return {
        "visited_date": (_("When were you there?"), _("The day."), "2013-05-17", 1),
        "sources": (
            _("Who filled in this form?"),
            _("The class or the group, no child’s name."),
            _("class 4 B, Jules Ferry school"),
            1,
        ),
        "references": (
            _("Where can this be checked?"),
            _("Articles, reports, addresses."),
            "",
            1,
        ),
        "videos": (_("Films"), _("Their addresses."), "", 0),
        "id": (_("Identifier"), _("Empty: it is made of the name."), "", 0),
        "provenance": (
            _("Provenance"),
            _("real, or fictional: invented for the demonstration"),
            "",
            0,
        ),
        "licence": (_("Licence"), "", "CC BY 4.0", 0),
        "language": (_("Language of the sheet"), _("Two letters."), "fr", 0),
        "region": (_("Part of the route"), "", "", 0),
        "north_south": (_("North or South"), "", "", 0),
        "names": (_("Names in other scripts"), _("language: name"), "", 0),
        "pictures": (_("Pictures"), _("Their ids in photos.csv."), "", 0),
    }


def choices(column: Column, language: str) -> dict[str, str]:
    """Give the words of a closed list by their codes; none where anything can be written."""
    if column.name == "countries":
        return _countries(language)
    said = {
        STATUSES: (_("an idea"), _("starting"), _("in development"), _("mature")),
        SCALES: (_("local"), _("regional"), _("national"), _("international")),
        PROVENANCES: (_("real"), _("fictional")),
        ("north", "south"): (_("North"), _("South")),
    }
    return dict(zip(column.values, said.get(column.values, ()), strict=False))


def lists(said: list[FormField], language: str) -> dict[str, list[str]]:
    """Give the words to choose from, by field; countries by the alphabet, É beside E."""
    words = {one.key: list(choices(one.column, language).values()) for one in said}
    words["countries"].sort(key=lambda word: unicodedata.normalize("NFD", word).casefold())
    return {key: listed for key, listed in words.items() if listed}


def _countries(language: str) -> dict[str, str]:
    return {code: str(Locale(language).territories[code]) for code in COUNTRIES}


@cache
def codes(column: Column) -> dict[str, str]:
    """Give the code of each word of a closed list, in every language that a form comes in."""
    if column.name == "countries":
        return {word: code for language in LANGUAGES for code, word in _countries(language).items()}
    catalogues = [translation("pipeline", CATALOGUES, [one], fallback=True) for one in LANGUAGES]
    words = {
        "IDEA": "an idea",
        "BEGIN": "starting",
        "WIP": "in development",
        "END": "mature",
        "north": "North",
        "south": "South",
    }
    return {
        said: code
        for code in column.values
        for text in [words.get(code, code)]
        for said in (text, *(catalogue.gettext(text) for catalogue in catalogues))
    }
