"""Chapters + facts + quotes + pictures → one checked document in Markdown.

A chapter is a Jinja template in a sandbox: `{{ fact("…") }}`, `{{ quote("…") }}`,
`{{ figure("…") }}`, `{{ initiative("…").name }}`. A name that is not known is a problem with the
file, the line and the nearest names; all of them are reported at once.
"""

import re
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd
from jinja2 import FileSystemLoader, StrictUndefined, TemplateError, TemplateSyntaxError
from jinja2.sandbox import ImmutableSandboxedEnvironment

from pipeline.messages import _
from pipeline.problems import Problems, nearest, shown
from pipeline.publication.quotes import Quote, Quotes

# Every ASCII sign that Markdown may read as markup; pandoc prints it bare behind a backslash.
MARKUP = re.compile(r"([!-/:-@\[-`{-~])")
# A language tag that may stand in an attribute.
LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]+)*")


def plain(text: object) -> str:
    """Escape a text that people wrote elsewhere, so that it is printed as it is."""
    return MARKUP.sub(r"\\\1", " ".join(str(text).split()))


@dataclass(frozen=True)
class FactText:
    """A fact as a chapter uses it: `{{ fact("x") }}`, `.sentence`, `.n`, `.definition`."""

    text: str
    sentence: str
    definition: str
    value: float | int | str | None
    n: int

    def __str__(self) -> str:
        return plain(self.text)


@dataclass(frozen=True)
class QuoteText:
    """A quote as a chapter uses it: alone it is a block, `.words` stands inside a sentence."""

    quote: Quote
    language: str

    def __str__(self) -> str:
        said = self.quote.said
        dash = "— " if len(said) > 1 else ""
        lines = [f"> {dash}{plain(text)}\n>" for _voice, text in said]
        return "\n".join(
            [
                f"::: {{.quote {self._lang}}}",
                *lines,
                f"> [{plain(self.quote.attribution)}]{{.attribution lang={self.language}}}",
                ":::",
            ]
        )

    @property
    def _lang(self) -> str:
        known = LANGUAGE.fullmatch(self.quote.language)
        return f"lang={self.quote.language}" if known else ""

    @property
    def words(self) -> str:
        """The words alone, in the quote's own language."""
        return f"[{plain(self.quote.words)}]{{{self._lang or '.words'}}}"


@dataclass
class Material:
    """What chapters may name: facts, quotes, pictures, cleared sheets and the codebook."""

    facts: dict[str, dict[str, Any]]
    quotes: Quotes
    figures: dict[str, dict[str, Any]]
    initiatives: pd.DataFrame
    codes: pd.DataFrame
    interviews: pd.DataFrame
    language: str
    provenance: str


@dataclass
class Manuscript:
    """Rendered chapters (name → Markdown), the facts they quote, and what the door held back."""

    chapters: dict[str, str] = field(default_factory=dict)
    quoted_facts: list[str] = field(default_factory=list)
    held_back: list[str] = field(default_factory=list)


def render(folder: Path, material: Material, problems: Problems) -> Manuscript:
    """
    Render every chapter of `folder/chapters`.

    Args:
        folder: A manuscript.
        material: What its chapters may name.
        problems: Collects B-00x with the file and line of each name that is not known.

    Returns:
        The chapters in the order of their file names.

    """
    chapters = folder / "chapters"
    environment = ImmutableSandboxedEnvironment(
        loader=FileSystemLoader(chapters, encoding="utf-8"),
        undefined=StrictUndefined,
        keep_trailing_newline=True,
    )
    made = Manuscript()
    names = _Names(chapters, material, made, problems)
    environment.globals = names.functions()
    files = sorted(chapters.glob("*.md"))
    if not files:
        problems.add(
            "B-009", chapters, 0, _("the manuscript has no chapter"), _("write chapters/01-….md")
        )
    for file in files:
        text = _render_one(environment, file, problems)
        if text is not None:
            made.chapters[file.name] = text
    return made


def _render_one(
    environment: ImmutableSandboxedEnvironment, file: Path, problems: Problems
) -> str | None:
    try:
        return environment.get_template(file.name).render()
    except TemplateSyntaxError as error:
        problems.add(
            "B-005", file, error.lineno, str(error.message), _("look at the {{ … }} of this line")
        )
    except TemplateError as error:
        problems.add(
            "B-005",
            file,
            _template_line(sys.exc_info()[2]),
            str(error.message),
            _("chapters know fact, quote, figure, initiative, questions, quoted_facts, interviews"),
        )
    except UnicodeDecodeError as error:
        problems.add(
            "B-006",
            file,
            1,
            _("the chapter is not UTF-8: {error}").format(error=error.reason),
            _("save it as UTF-8"),
        )
    except (TypeError, ValueError, ArithmeticError, LookupError) as error:
        problems.add(
            "B-005",
            file,
            _template_line(sys.exc_info()[2]),
            str(error),
            _("look at the {{ … }} of this line"),
        )
    return None


def _template_line(trace: Any) -> int:
    """Find the line of the chapter in a traceback that went through it; 1 when it did not."""
    line = 1
    while trace is not None:
        # Jinja rewrites the traceback, so that a frame of the chapter has its file and line.
        if trace.tb_frame.f_code.co_filename.endswith(".md"):
            line = trace.tb_lineno
        trace = trace.tb_next
    return line


class _Names:
    """The functions that chapters call. What cannot be found is noted, never raised."""

    def __init__(self, folder: Path, material: Material, made: Manuscript, problems: Problems):
        self.folder, self.material, self.made, self.problems = folder, material, made, problems

    def functions(self) -> dict[str, Any]:
        """List them by the names that chapters use."""
        return {
            "fact": self.fact,
            "quote": self.quote,
            "figure": self.figure,
            "initiative": self.initiative,
            "questions": self.questions,
            "passage": self.passage,
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

    def _unknown(self, code: str, message: str, hint: str) -> str:
        file, line = self._here()
        self.problems.add(code, file, line, message, hint)
        return ""

    def fact(self, name: str) -> FactText:
        """Give a fact by name."""
        known = self.material.facts
        if name not in known:
            self._unknown(
                "B-001",
                _('the fact "{name}" is not known').format(name=name),
                nearest(str(name), known),
            )
            return FactText("", "", "", None, 0)
        self.made.quoted_facts.append(name)
        fact, language = known[name], self.material.language
        said = {part: fact[part][language] for part in ("text", "sentence", "definition")}
        return FactText(**said, value=fact["value"], n=fact["n"])

    def quote(self, name: str) -> QuoteText | str:
        """Give a quote by name; one that may not be printed is left out, and the team is told."""
        quotes = self.material.quotes
        spans = quotes.spans(str(name))
        if isinstance(spans, int):
            if spans:
                return self._unknown(
                    "B-003",
                    _('"{name}" fits {count} passages').format(name=name, count=spans),
                    _(
                        'choose one as "{name}/1" … "{name}/{count}", or name it in quotes.csv'
                    ).format(name=name, count=spans),
                )
            return self._unknown(
                "B-002",
                _('the quote "{name}" is not known').format(name=name),
                nearest(str(name), quotes.names()),
            )
        quote = quotes.quote(*spans)
        if quote is None:
            file, line = self._here()
            self.made.held_back.append(
                _(
                    '{file}:{line}: the quote "{name}" is left out: a voice in it did not agree to the book'
                ).format(file=shown(file), line=line, name=name)
            )
            return ""
        return QuoteText(quote, self.material.language)

    def passage(self, code: str) -> QuoteText | str:
        """Choose a passage of a code for a first draft; empty when none may be printed."""
        quote = self.material.quotes.of_code(code)
        return "" if quote is None else QuoteText(quote, self.material.language)

    def figure(self, name: str) -> str:
        """Give a picture with its caption and alternative text."""
        known = self.material.figures
        if name not in known:
            return self._unknown(
                "B-004",
                _('the figure "{name}" is not known').format(name=name),
                nearest(str(name), known),
            )
        about = known[name]
        alt = about["alt"].replace("\\", "\\\\").replace('"', '\\"')
        return f'![{plain(about["caption"])}](figures/{name}/{name}.svg){{#fig-{name} alt="{alt}"}}'

    def initiative(self, name: str) -> dict[str, str]:
        """Give the fields of a sheet; a field that the sheet does not fill is empty."""
        known = self.material.initiatives
        if name not in known.index:
            self._unknown(
                "B-007",
                _('the initiative "{name}" is not known').format(name=name),
                nearest(str(name), known.index),
            )
            return dict.fromkeys(known.columns, "")
        row = known.loc[name].to_dict()
        return {field: _sheet_text(value) for field, value in row.items()}

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
                        "definition": _sheet_text(row[f"definition_{language}"]),
                    }
                    for row in codes.to_dict("records")
                ],
            }
            for question, codes in self.material.codes.groupby("question", sort=False)
        ]

    def quoted_facts(self) -> list[FactText]:
        """List the facts quoted so far, once each, for the chapter that says where numbers come from."""
        return [self.fact(name) for name in dict.fromkeys(self.made.quoted_facts)]

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


def _sheet_text(value: Any) -> str:
    if isinstance(value, list):
        return plain(", ".join(value))
    return "" if pd.isna(value) else plain(value)
