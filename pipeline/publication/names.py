"""What chapters may name: facts, quotes, pictures, sheets; what they find is in `values.py`."""

import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd
from babel.dates import format_date

from pipeline.messages import _
from pipeline.problems import Problems, nearest, shown
from pipeline.publication import originals
from pipeline.publication.markup import LANGUAGE, attribute, body, plain, slug
from pipeline.publication.quotes import Place, Quote, Quotes
from pipeline.publication.values import FactText, NoQuote, QuoteText, Sheet
from pipeline.tables.shapes import PROVENANCES

# Where a chapter shows a photograph: its address within the book.
PHOTOS = "photos/"
# Where a chapter asks for sheets; no author can type it, and `manuscript` puts them there.
SHEETS = "\uf8ff"


@dataclass
class Material:
    """What chapters may name: facts, quotes, pictures, what is cleared, and the codebook.

    `photos` and `letters` are the cleared rows; `held_back` names the ids of those that are not.
    """

    facts: dict[str, dict[str, Any]]
    quotes: Quotes
    figures: dict[str, dict[str, Any]]
    initiatives: pd.DataFrame
    photos: pd.DataFrame
    letters: pd.DataFrame
    codes: pd.DataFrame
    interviews: pd.DataFrame
    language: str
    provenance: str
    held_back: set[str] = field(default_factory=set)


@dataclass(frozen=True)
class Cited:
    """What a chapter shows of somebody: quote, photo or letter, by which name, on which line."""

    kind: str
    name: str
    file: Path
    line: int
    place: Place | None = None


@dataclass
class Used:
    """What chapters used so far: facts, passages, photographs; and what the door held back.

    `cited` are passages, photographs and letters with chapter and line, for their voices.
    """

    facts: list[str] = field(default_factory=list)
    photos: list[str] = field(default_factory=list)
    passages: list[Quote] = field(default_factory=list)
    held_back: list[str] = field(default_factory=list)
    cited: list[Cited] = field(default_factory=list)


class Names:
    """The functions that chapters call. What cannot be found is noted, never raised."""

    def __init__(self, folder: Path, material: Material, problems: Problems):
        self.folder, self.material, self.problems = folder, material, problems
        self.used = Used()

    def functions(self) -> dict[str, Callable[..., Any]]:
        """List them by the names that chapters use."""
        return {
            "fact": self.fact,
            "quote": self.quote,
            "passage": self.passage,
            "figure": self.figure,
            "photo": self.photo,
            "photos": self.photos,
            "letter": self.letter,
            "letters": self.letters,
            "initiative": self.initiative,
            "sheets": self.sheets,
            "questions": self.questions,
            "quoted_facts": self.quoted_facts,
            "interviews": self.interviews,
        }

    def _here(self) -> tuple[Path, int]:
        """Say which chapter and line is being rendered, by looking at who called."""
        frame = sys._getframe(1)
        while not {"blocks", "debug_info"} <= frame.f_globals.keys():
            assert frame.f_back, "a chapter's function was called from no chapter"
            frame = frame.f_back
        return self.folder / frame.f_globals["name"], _line_in(frame.f_globals, frame.f_lineno)

    def _unknown(self, code: str, message: str, hint: str) -> None:
        file, line = self._here()
        self.problems.add(code, file, line, message, hint)

    def fact(self, name: str) -> FactText:
        """Give a fact by name."""
        known = self.material.facts
        if name not in known:
            said = _('the fact "{name}" is not known').format(name=name)
            self._unknown("B-001", said, nearest(str(name), known))
            words = dict.fromkeys(("text", "sentence", "definition"), "")
            return FactText(name, words, None, 0, lambda _name: None)
        fact, language = known[name], self.material.language
        words = {part: plain(fact[part][language]) for part in ("text", "sentence", "definition")}
        return FactText(name, words, fact["value"], fact["n"], self.used.facts.append)

    def quote(self, name: str) -> QuoteText | NoQuote:
        """Give a quote by name; one that may not be printed is left out, and the team is told."""
        quotes = self.material.quotes
        place = quotes.place(str(name))
        if isinstance(place, int):
            self._no_quote(name, place)
            return NoQuote()
        quote = quotes.quote(place)
        if quote is None:
            file, line = self._here()
            said = _(
                '{file}:{line}: the quote "{name}" is left out:'
                " a voice in it did not agree to the book"
            )
            self.used.held_back.append(said.format(file=shown(file), line=line, name=name))
            return NoQuote()
        self._cite("quote", str(name), place)
        for passage in quotes.refused(place):
            said = _('the quote "{name}" shows "{passage}", which its voice refused')
            hint = _("take it out, or quote what does not touch it (answers.csv)")
            self._unknown("B-022", said.format(name=name, passage=passage), hint)
        return QuoteText(quote, self.material.language, self._original)

    def _cite(self, kind: str, name: str, place: Place | None = None) -> None:
        file, line = self._here()
        self.used.cited.append(Cited(kind, name, file, line, place))

    def _original(self, quote: Quote) -> QuoteText | NoQuote:
        """Give the original of a quote; one that may not be printed is left out and told."""
        quotes = self.material.quotes
        if not originals.exists(quotes, quote.place):
            said = _('"{name}" is no translation: it has no original').format(
                name=quote.interview_id
            )
            self._unknown("B-023", said, _("leave out `.original`"))
            return NoQuote()
        found = originals.original(quotes, quote.place)
        if isinstance(found, str):
            file, line = self._here()
            left_out = _("{file}:{line}: the original of a quote is left out: {reason}")
            self.used.held_back.append(left_out.format(file=shown(file), line=line, reason=found))
            return NoQuote()
        return QuoteText(found, self.material.language, self._original)

    def _no_quote(self, name: str, count: int) -> None:
        if count:
            said = _('"{name}" fits {count} passages').format(name=name, count=count)
            hint = _('choose one as "{name}/1" … "{name}/{count}", or name it in quotes.csv')
            self._unknown("B-003", said, hint.format(name=name, count=count))
        else:
            said = _('the quote "{name}" is not known').format(name=name)
            self._unknown("B-002", said, nearest(str(name), self.material.quotes.names()))

    def passage(self, code: str) -> QuoteText | NoQuote:
        """Choose a passage of a code that the book does not have yet; nothing when none is left."""
        known = list(self.material.codes["code"])
        if code not in known:
            said = _('the code "{name}" is not known').format(name=code)
            self._unknown("B-014", said, nearest(str(code), known))
            return NoQuote()
        quote = self.material.quotes.of_code(code, self.used.passages)
        if quote is None:
            return NoQuote()
        self.used.passages.append(quote)
        self._cite("quote", str(code), quote.place)
        return QuoteText(quote, self.material.language, self._original)

    def figure(self, name: str) -> str:
        """Give a picture with its caption and alternative text."""
        known = self.material.figures
        if name not in known:
            said = _('the figure "{name}" is not known').format(name=name)
            self._unknown("B-004", said, nearest(str(name), known))
            return ""
        about = known[name]
        alt = attribute(about["alt"])
        return f'![{plain(about["caption"])}](figures/{name}/{name}.svg){{#fig-{name} alt="{alt}"}}'

    def photo(self, name: str) -> str:
        """Give a photograph with its caption and credit; nothing where it may not leave."""
        row = self._cleared("photo", name, self.material.photos)
        if row is None:
            return ""
        language = self.material.language
        self.used.photos.append(str(name))
        self._cite("photo", str(name))
        credit = _("Picture: {author}, {licence}").format(**row)
        words = " — ".join(filter(None, (_cell(row[f"caption_{language}"]), plain(credit))))
        alt = attribute(row[f"alt_{language}"])
        number = list(self.material.photos.index).index(name)
        return f'![{words}]({PHOTOS}{number}){{#photo-{slug(str(name))} .photo alt="{alt}"}}'

    def photos(self) -> list[str]:
        """List the ids of the photographs that may be shown."""
        return list(self.material.photos.index)

    def letter(self, name: str) -> str:
        """Give a letter or a page of the diary as an interlude; nothing where it may not leave."""
        row = self._cleared("letter", name, self.material.letters)
        if row is None:
            return ""
        self._cite("letter", str(name))
        day = format_date(row["date"], "long", locale=self.material.language)
        dateline = ", ".join(filter(None, (_cell(row["place"]), plain(day))))
        who = " → ".join(filter(None, (_cell(row["author"]), _cell(row["addressed_to"]))))
        invented = plain(_("Letter invented for the demonstration."))
        language = row["language"] if LANGUAGE.fullmatch(str(row["language"])) else ""
        parts = [
            f"::: {{.interlude {f'lang={language}' if language else ''}}}",
            f"[{_cell(row['title'])}]{{.interlude-title}}" if _cell(row["title"]) else "",
            f"[{dateline}]{{.dateline lang={self.material.language}}}",
            body(str(row["text"])),
            f"[{who}]{{.signature}}",
            f"[{invented}]{{.attribution lang={self.material.language}}}"
            if row["provenance"] == "fictional"
            else "",
            ":::",
        ]
        return "\n\n".join(filter(None, parts))

    def letters(self) -> list[str]:
        """List the ids of the letters that may be printed, in order of date."""
        return list(self.material.letters.index)

    def _cleared(self, kind: str, name: str, known: pd.DataFrame) -> dict[str, Any] | None:
        """Find a photograph or a letter; one that the door held back is left out and told."""
        if name in known.index:
            return {str(key): value for key, value in known.loc[name].to_dict().items()}
        file, line = self._here()
        if name in self.material.held_back:
            said = _('{file}:{line}: "{name}" is left out: not everyone agreed to the book')
            self.used.held_back.append(said.format(file=shown(file), line=line, name=name))
            return None
        code, fact = {
            "photo": ("B-017", _('the photograph "{name}" is not known')),
            "letter": ("B-018", _('the letter "{name}" is not known')),
        }[kind]
        near = nearest(str(name), [*known.index, *self.material.held_back])
        self.problems.add(code, file, line, fact.format(name=name), near)
        return None

    def initiative(self, name: str) -> Sheet:
        """Give the fields of a sheet; a field that the sheet does not fill is empty."""
        known = self.material.initiatives
        if name not in known.index:
            said = _('the initiative "{name}" is not known').format(name=name)
            self._unknown("B-007", said, nearest(str(name), known.index))
            return Sheet(dict.fromkeys(known.columns, ""), self._no_field)
        row = known.loc[name].to_dict()
        return Sheet({str(field): _cell(value) for field, value in row.items()}, self._no_field)

    def sheets(self, provenance: str = "") -> str:
        """Give every sheet as a chapter of its own, or those of one provenance."""
        if provenance not in ("", *PROVENANCES):
            said = _('"{name}" is no provenance').format(name=provenance)
            self._unknown("B-021", said, nearest(str(provenance), PROVENANCES))
            return ""
        return f"{SHEETS}{provenance}{SHEETS}"

    def _no_field(self, field: str, known: list[str]) -> str:
        said = _('a sheet has no field "{name}"').format(name=field)
        self._unknown("B-008", said, nearest(str(field), known))
        return ""

    def questions(self) -> list[dict[str, Any]]:
        """List the research questions, each with its codes."""
        language = self.material.language
        return [
            {
                "id": question,
                "name": plain(codes[f"question_{language}"].iloc[0]),
                "codes": [
                    {
                        "id": row["code"],
                        "name": plain(row[f"code_{language}"]),
                        "definition": _cell(row[f"definition_{language}"]),
                    }
                    for row in codes.to_dict("records")
                ],
            }
            for question, codes in self.material.codes.groupby("question", sort=False)
        ]

    def quoted_facts(self) -> list[FactText]:
        """List the facts quoted so far, once each, for the chapter that says what they count."""
        return [self.fact(name) for name in dict.fromkeys(self.used.facts)]

    def interviews(self) -> list[dict[str, str]]:
        """List the interviews that the book may name, in order of date."""
        return [
            {key: plain(value) for key, value in row.items()}
            for row in self.material.interviews.to_dict("records")
        ]


def _line_in(namespace: dict[str, Any], line: int) -> int:
    """Turn a line of Jinja's compiled code into the chapter's, by the table it keeps."""
    pairs = [pair.split("=") for pair in str(namespace.get("debug_info", "")).split("&") if pair]
    return max([int(source) for source, code in pairs if int(code) <= line], default=1)


def _cell(value: Any) -> str:
    if isinstance(value, list):
        return plain(", ".join(value))
    return "" if pd.isna(value) else plain(value)
