"""Quotes: words of the transcript, found again, cleared, masked, and attributed as the voice asked."""

from dataclasses import dataclass
from pathlib import Path

import pandas as pd
from babel import Locale
from babel.dates import format_date

from pipeline import tables
from pipeline.coding.codings import Text, occurrences, texts
from pipeline.corpus import handkept
from pipeline.corpus.consent import cleared
from pipeline.messages import _
from pipeline.problems import Problems
from pipeline.tables import Table

CUT = "[…]"
# Shorter passages say little out of context, longer ones fill the page.
READABLE_WORDS = (12, 90)


@dataclass(frozen=True)
class Quote:
    """Words that may be printed: what each voice says in turn, who they are, in which language."""

    said: tuple[tuple[str, str], ...]
    attribution: str
    language: str

    @property
    def words(self) -> str:
        """The words in a row, for a quote inside a sentence."""
        return " ".join(text for _voice, text in self.said)


@dataclass(frozen=True)
class Corpus:
    """What quotes are made from: the tables of corpus and coding, by declaration."""

    read: dict[Table, pd.DataFrame]
    purpose: str
    language: str

    def __getitem__(self, table: Table) -> pd.DataFrame:
        return self.read[table]


class Quotes:
    """Finds quotes by name: `interview/code`, `interview/code/2`, or a name of quotes.csv."""

    def __init__(self, corpus: Corpus):
        self.corpus = corpus
        self.texts = texts(corpus[tables.INTERVIEWS], corpus[tables.TURNS])
        self.passages = _passages(corpus)
        self.by_hand: dict[str, tuple[str, list[tuple[int, int]]]] = {}
        self.turns = self._cleared(corpus[tables.TURNS])

    def _cleared(self, rows: pd.DataFrame) -> pd.DataFrame:
        speakers, masks = self.corpus[tables.SPEAKERS], self.corpus[tables.MASKS]
        return cleared(rows, self.corpus.purpose, speakers, masks)

    def read(self, file: Path, problems: Problems) -> list[str]:
        """Read quotes.csv of a manuscript; each must stand in its transcript, cuts included."""
        kept = handkept.read(file, tables.QUOTES_BY_HAND, problems, optional=True)
        for row in kept.rows.dropna(subset=["quote", "exact"]).to_dict("records"):
            self._by_hand(row, file, problems)
        return handkept.note_lines(kept)

    def _by_hand(self, row: dict[str, object], file: Path, problems: Problems) -> None:
        name, line = str(row["quote"]), int(str(row["line"]))
        interview_id = name.split("/", maxsplit=1)[0]
        text = self.texts.get(interview_id)
        if text is None:
            problems.add(
                "B-010",
                file,
                line,
                _('the quote "{name}" names no interview').format(name=name),
                _("write interview_id/name"),
            )
            return
        spans = _parts(row, text)
        if isinstance(spans, str):
            problems.add(
                "B-011",
                file,
                line,
                f"{name}: {spans}",
                _("copy it from the transcript, word for word; mark cuts as […]"),
            )
        else:
            self.by_hand[name] = (interview_id, spans)

    def names(self) -> list[str]:
        """List every name a chapter may use."""
        numbered = self.passages.groupby(["interview_id", "code"]).size()
        plain = [f"{interview}/{code}" for interview, code in numbered.index]
        return [*self.by_hand, *plain]

    def spans(self, name: str) -> tuple[str, list[tuple[int, int]]] | int:
        """Give the interview and places of a quote, or the number of passages that the name fits."""
        if name in self.by_hand:
            return self.by_hand[name]
        interview_id, code, number = [*name.split("/"), "", ""][:3]
        found = self.passages[
            self.passages["interview_id"].eq(interview_id) & self.passages["code"].eq(code)
        ]
        if number.isdigit() and 0 < int(number) <= len(found):
            found = found.iloc[[int(number) - 1]]
        if (number and not number.isdigit()) or len(found) != 1:
            return len(found)
        row = found.iloc[0]
        return interview_id, [(int(row["start"]), int(row["end"]))]

    def quote(self, interview_id: str, spans: list[tuple[int, int]]) -> Quote | None:
        """Make a quote from places of an interview; None when a voice in it is not cleared."""
        turns = self.corpus[tables.TURNS]
        own = turns[turns["interview_id"].eq(interview_id)]
        pieces = pd.concat([_cut_at_turns(own, start, end) for start, end in spans])
        passing = self._cleared(pieces)
        if len(passing) < len(pieces):
            return None
        said: list[tuple[str, str]] = []
        previous = None
        for row in passing.to_dict("records"):
            cut = f"{CUT} " if previous is not None and row["part"] != previous else ""
            previous = row["part"]
            if said and said[-1][0] == row["speaker_id"]:
                said[-1] = (said[-1][0], f"{said[-1][1]} {cut}{row['text']}")
            else:
                said.append((row["speaker_id"], f"{cut}{row['text']}"))
        return Quote(
            tuple(said), self._attribution(interview_id, passing), self._language(interview_id)
        )

    def of_code(self, code: str) -> Quote | None:
        """Choose a passage of a code that may be printed and reads well: the first of readable length."""
        low, high = READABLE_WORDS
        own = self.passages[self.passages["code"].eq(code)]
        counts = own["exact"].str.split().str.len()
        for row in own[counts.between(low, high)].to_dict("records"):
            quote = self.quote(row["interview_id"], [(row["start"], row["end"])])
            if quote is not None:
                return quote
        return None

    def _language(self, interview_id: str) -> str:
        interviews = self.corpus[tables.INTERVIEWS].set_index("interview_id")
        return str(interviews.at[interview_id, "language"])

    def _attribution(self, interview_id: str, said: pd.DataFrame) -> str:
        """Name voices, initiative, place and date, each as consent allows, and what a reader must know."""
        speakers = self.corpus[tables.SPEAKERS]
        voices = said.loc[
            said["role"].ne("interviewer"), ["interview_id", "speaker_id"]
        ].drop_duplicates()
        named = self._cleared(
            voices.merge(speakers.drop_duplicates(["interview_id", "speaker_id"]))
        )
        who = [
            _role(row["role"]) if pd.isna(row["display_name"]) else row["display_name"]
            for row in named.to_dict("records")
        ]
        interview = self._interview(interview_id)
        parts = [" · ".join(who), *(str(interview[c]) for c in ("initiative", "place", "date"))]
        notes = []
        if interview["provenance"] == "fictional":
            notes.append(_("fictional interview"))
        if interview["has_interpreter"]:
            notes.append(_("through an interpreter"))
        if not pd.isna(interview["translation_of"]):
            notes.append(_("translated"))
        said_in = ", ".join(part for part in parts if part)
        return f"{said_in} ({', '.join(notes)})" if notes else said_in

    def _interview(self, interview_id: str) -> dict[str, object]:
        rows = self.corpus[tables.INTERVIEWS]
        row = self._cleared(rows[rows["interview_id"].eq(interview_id)]).iloc[0].to_dict()
        initiatives = self._cleared(self.corpus[tables.INITIATIVES]).set_index("initiative_id")
        known = row["initiative_id"] in initiatives.index
        sheet = initiatives.loc[row["initiative_id"]] if known else None
        place = row["place"]
        if pd.isna(place) and sheet is not None:
            place = country_names(sheet["countries"], self.corpus.language)
        when = row["date"]
        date = "" if pd.isna(when) else format_date(when, "MMMM y", locale=self.corpus.language)
        return {
            **row,
            "initiative": sheet["name"] if sheet is not None else "",
            "place": "" if pd.isna(place) else place,
            "date": date,
        }


def country_names(codes: list[str], language: str) -> str:
    """Name countries in a language."""
    return ", ".join(Locale(language).territories.get(code, code) for code in codes)


def _role(role: str) -> str:
    return {
        "interviewee": _("a person interviewed"),
        "interpreter": _("the interpreter"),
        "interviewer": _("the interviewer"),
    }[role]


def _passages(corpus: Corpus) -> pd.DataFrame:
    """List coded passages in the order of the text; what two coders marked alike counts once."""
    codings = corpus[tables.CODINGS]
    order = codings.sort_values(["interview_id", "code", "start", "end"], kind="stable")
    return order.drop_duplicates(["interview_id", "code", "start", "end"])


def _parts(row: dict[str, object], text: Text) -> list[tuple[int, int]] | str:
    """Find the parts between cuts, in order; say in words why they cannot be found."""
    prefix, suffix = ("" if pd.isna(row[c]) else str(row[c]) for c in ("prefix", "suffix"))
    parts = [part.strip() for part in str(row["exact"]).split(CUT)]
    spans: list[tuple[int, int]] = []
    for number, part in enumerate(parts):
        before = prefix if number == 0 else ""
        behind = suffix if number == len(parts) - 1 else ""
        found = occurrences(text.words, part, before, behind)
        later = [s for s in found if not spans or s[0] >= spans[-1][1]]
        if not later:
            return _("part {number} does not stand in the transcript in this order").format(
                number=number + 1
            )
        if len(later) > 1 and not spans:
            return _("it stands {count} times: {places}").format(
                count=len(later), places=text.places(later)
            )
        spans.append(later[0])
    return spans


def _cut_at_turns(turns: pd.DataFrame, start: int, end: int) -> pd.DataFrame:
    """Cut [start, end) at the turns it touches: interview_id, speaker_id, role, start, end, text, part."""
    touched = turns[(turns["start"] < end) & (turns["end"] > start)].copy()
    first, last = touched["start"].clip(lower=start), touched["end"].clip(upper=end)
    offsets = zip(touched["text"], first - touched["start"], last - touched["start"], strict=True)
    touched["text"] = [text[a:b] for text, a, b in offsets]
    touched["start"], touched["end"], touched["part"] = first, last, start
    return touched
