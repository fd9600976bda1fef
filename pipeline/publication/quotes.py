"""Quotes: words of the transcript, found again, cleared, masked, attributed as the voice asked."""

import re
from collections import Counter
from collections.abc import Hashable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd
from babel.dates import format_date

from pipeline import tables
from pipeline.coding.codings import Text, occurrences, texts
from pipeline.corpus import handkept
from pipeline.corpus.consent import VOICE, cleared
from pipeline.corpus.countries import country_names
from pipeline.corpus.texts import cut_at_turns
from pipeline.messages import _
from pipeline.problems import Problems
from pipeline.tables import Table

CUT = "[…]"
CUT_AS_TYPED = re.compile(r"\[\s*(?:…|\.\.\.)\s*\]")
# Shorter passages say little out of context, longer ones fill the page; this many read best.
READABLE_WORDS = (12, 90)
BEST_WORDS = 40
# A passage that begins so leans on what was said before it.
LEANING = re.compile(
    r"(?i)(?:et|mais|donc|parce|car|puis|alors|oui|non|voilà|ben|and|but|so|because|then|yes|yeah|"
    r"no|ok|okay|well|right|mm-hmm)\b"
)


@dataclass(frozen=True)
class Quote:
    """Words that may be printed: what the voices say in turn, who they are, in which language."""

    interview_id: str
    said: tuple[str, ...]
    attribution: str
    language: str

    @property
    def words(self) -> str:
        """The words in a row, for a quote inside a sentence."""
        return " ".join(self.said)


@dataclass(frozen=True)
class Place:
    """Where a quote stands: the parts kept of an interview, and whether it begins or ends cut."""

    interview_id: str
    spans: list[tuple[int, int]]
    begins_cut: bool = False
    ends_cut: bool = False


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
        self.by_hand: dict[str, Place] = {}
        self.speakers = self._cleared(corpus[tables.SPEAKERS]).drop_duplicates(VOICE)
        self.interviews = self._cleared(corpus[tables.INTERVIEWS]).set_index("interview_id")
        self.sheets = self._cleared(corpus[tables.INITIATIVES]).set_index("initiative_id")

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
        found = _parts(row, text)
        if isinstance(found, str):
            problems.add(
                "B-011",
                file,
                line,
                f"{name}: {found}",
                _("copy it from the transcript, word for word; mark cuts as […]"),
            )
        else:
            cuts = CUT_AS_TYPED.split(str(row["exact"]))
            self.by_hand[name] = Place(
                interview_id, found, not cuts[0].strip(), not cuts[-1].strip()
            )

    def names(self) -> list[str]:
        """List every name a chapter may use."""
        numbered = self.passages.groupby(["interview_id", "code"]).size()
        plain = [f"{interview}/{code}" for interview, code in numbered.index]
        return [*self.by_hand, *plain]

    def place(self, name: str) -> Place | int:
        """Give the place of a quote, or the number of passages that the name fits."""
        if name in self.by_hand:
            return self.by_hand[name]
        interview_id, code, number, *more = [*name.split("/"), "", ""]
        found = self.passages[
            self.passages["interview_id"].eq(interview_id) & self.passages["code"].eq(code)
        ]
        if number:
            known = [str(n) for n in range(1, len(found) + 1)]
            if number not in known or any(more):
                return len(found) if len(found) > 1 else 0
            found = found.iloc[[known.index(number)]]
        if len(found) != 1:
            return len(found)
        row = found.iloc[0]
        return Place(interview_id, [(int(row["start"]), int(row["end"]))])

    def quote(self, place: Place) -> Quote | None:
        """Make a quote from places of an interview; None when a voice in it is not cleared."""
        pieces = self._pieces(place)
        passing = self._cleared(pieces)
        if len(passing) < len(pieces):
            return None
        said: list[str] = []
        voice = part = None
        for row in passing.to_dict("records"):
            cut = f"{CUT} " if part is not None and row["part"] != part else ""
            part = row["part"]
            if said and voice == row["speaker_id"]:
                said[-1] += f" {cut}{row['text']}"
            else:
                said.append(f"{cut}{row['text']}")
            voice = row["speaker_id"]
        said[0] = f"{CUT} {said[0]}" if place.begins_cut else said[0]
        said[-1] += f" {CUT}" if place.ends_cut else ""
        interview_id = place.interview_id
        return Quote(
            interview_id,
            tuple(said),
            self._attribution(interview_id, passing),
            self._language(interview_id),
        )

    def _pieces(self, place: Place) -> pd.DataFrame:
        turns = self.corpus[tables.TURNS]
        own = turns[turns["interview_id"].eq(place.interview_id)]
        return pd.concat([_parts_of(own, start, end) for start, end in place.spans])

    def of_code(self, code: str, used: list[Quote]) -> Quote | None:
        """
        Choose the passage of a code that reads best, of an interview that is heard little so far.

        Args:
            code: Of the codebook.
            used: What was chosen before; no words of it are chosen again.

        """
        heard = Counter(quote.interview_id for quote in used)
        own = self.passages[self.passages["code"].eq(code)]
        own = own[own["exact"].str.split().str.len().between(*READABLE_WORDS)]
        for row in sorted(own.to_dict("records"), key=lambda one: _rank(one, heard)):
            # The door takes its time: what is plainly there already need not pass it.
            if any(row["exact"] in quote.words for quote in used):
                continue
            place = Place(row["interview_id"], [(row["start"], row["end"])])
            if self._pieces(place)["role"].eq("interviewer").all():
                continue
            quote = self.quote(place)
            if quote is not None and not any(_overlap(quote, other) for other in used):
                return quote
        return None

    def _language(self, interview_id: str) -> str:
        return str(self.interviews.at[interview_id, "language"])

    def _attribution(self, interview_id: str, said: pd.DataFrame) -> str:
        """Name voices, initiative, place and date as consent allows, and what readers must know."""
        answers = said[said["role"].ne("interviewer")]
        who = " · ".join(self.who(answers if len(answers) else said))
        interview = self._interview(interview_id)
        about = [str(interview[column]) for column in ("initiative", "place", "date")]
        # A sheet named after the person would only say the name twice.
        parts = [who[:1].upper() + who[1:], *(part for part in about if part not in who)]
        notes = []
        if interview["provenance"] == "fictional":
            notes.append(_("fictional interview"))
        if interview["has_interpreter"]:
            notes.append(_("through an interpreter"))
        if not pd.isna(interview["translation_of"]):
            notes.append(_("translated"))
        said_in = ", ".join(part for part in parts if part)
        return f"{said_in} ({', '.join(notes)})" if notes else said_in

    def who(self, said: pd.DataFrame) -> list[str]:
        """Name the voices of cleared turns in order, as each asked: by name, pseudonym or role."""
        voices = said[VOICE].drop_duplicates().merge(self.speakers, on=VOICE)
        return [
            _role(row["role"]) if pd.isna(row["display_name"]) else row["display_name"]
            for row in voices.to_dict("records")
        ]

    def _interview(self, interview_id: str) -> dict[str, object]:
        row = self.interviews.loc[interview_id].to_dict()
        known = row["initiative_id"] in self.sheets.index
        sheet = self.sheets.loc[row["initiative_id"]] if known else None
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


def _rank(row: dict[Hashable, Any], heard: Counter[str]) -> tuple[int, int, int]:
    """Say how late a passage is chosen: the roughest last, then the most heard, then by length."""
    length = len(row["exact"].split())
    return _roughness(row["exact"]), heard[row["interview_id"]], abs(length - BEST_WORDS)


def _roughness(exact: str) -> int:
    """Count what makes a passage read badly alone: no beginning, no end, several turns, broken."""
    return (
        (not exact[:1].isupper())
        + (exact[-1:] not in set(".!?…»”"))
        + ("\n" in exact)
        + bool(re.search(r"[—–-]$|\[|--", exact))
        + bool(LEANING.match(exact))
    )


def _overlap(quote: Quote, other: Quote) -> bool:
    return quote.words in other.words or other.words in quote.words


def _parts(row: dict[str, object], text: Text) -> list[tuple[int, int]] | str:
    """Find the parts between cuts, in order; say in words why they cannot be found."""
    prefix, suffix = ("" if pd.isna(row[c]) else str(row[c]) for c in ("prefix", "suffix"))
    parts = [p.strip() for p in CUT_AS_TYPED.split(str(row["exact"])) if p.strip()]
    if not parts:
        return _("it has no words")
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


def _parts_of(turns: pd.DataFrame, start: int, end: int) -> pd.DataFrame:
    """Cut [start, end) at the turns it touches; `part` tells parts of different cuts apart."""
    own = turns.rename(columns={"start": "start_of_turn", "end": "end_of_turn"})
    return cut_at_turns(own.assign(start=start, end=end, part=start))
