"""What a chapter finds behind a name: facts, quotes, sheets, each as it is written in Markdown."""

from collections.abc import Callable
from dataclasses import dataclass

from pipeline.publication.markup import LANGUAGE, plain
from pipeline.publication.quotes import Quote

# `question.code.kind`: the fact belongs to one code.
PARTS_OF_CODE_FACT = 3


@dataclass(frozen=True)
class FactText:
    """A fact as a chapter uses it: alone or `.text`, `.sentence`, `.definition`, `.value`, `.n`.

    It counts as quoted once its words are printed; a chapter may look at `.value` beforehand.
    """

    name: str
    words: dict[str, str]
    value: float | int | str | None
    n: int
    note: Callable[[str], None]

    def __str__(self) -> str:
        return self.text

    @property
    def text(self) -> str:
        """The value alone."""
        self.note(self.name)
        return self.words["text"]

    @property
    def sentence(self) -> str:
        """The value with what it counts."""
        self.note(self.name)
        return self.words["sentence"]

    @property
    def definition(self) -> str:
        """What exactly is counted."""
        return self.words["definition"]

    @property
    def is_of_code(self) -> bool:
        """Whether it says something of one code."""
        return self.name.count(".") + 1 == PARTS_OF_CODE_FACT


class NoQuote(str):
    """Stands where a quote is left out or not known, and prints nothing."""

    words = ""
    original = ""


@dataclass(frozen=True)
class QuoteText:
    """A quote as a chapter uses it: alone it is a block, `.words` stands inside a sentence.

    `.original` is what was said where the quote is a translation.
    """

    quote: Quote
    language: str
    find_original: Callable[[Quote], "QuoteText | NoQuote"]

    @property
    def original(self) -> "QuoteText | NoQuote":
        """The words of the original."""
        return self.find_original(self.quote)

    def __str__(self) -> str:
        said = self.quote.said
        dash = "— " if len(said) > 1 else ""
        lines = [f"> {dash}{plain(text)}\n>" for text in said]
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


class Sheet(dict[str, str]):
    """The fields of a sheet; one that no sheet has is noted."""

    def __init__(self, fields: dict[str, str], unknown: Callable[[str, list[str]], str]):
        super().__init__(fields)
        self._unknown = unknown

    def __missing__(self, field: str) -> str:
        return self._unknown(field, list(self))
