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
from pipeline.coding.codings import texts
from pipeline.corpus import consent, handkept
from pipeline.corpus.consent import VOICE
from pipeline.corpus.countries import country_names
from pipeline.corpus.translations import talks
from pipeline.messages import _
from pipeline.problems import Problems
from pipeline.publication.languages import language_name
from pipeline.publication.parts import CUT, CUT_AS_TYPED, parts, parts_of
from pipeline.tables import Table

# Shorter passages say little out of context, longer ones fill the page; this many read best.
READABLE_WORDS = (12, 90)
BEST_WORDS = 40
# A passage that begins so leans on what was said before it.
LEANING = re.compile(
    r"(?i)(?:et|mais|donc|parce|car|puis|alors|oui|non|voilà|ben|and|but|so|because|then|yes|yeah|"
    r"no|ok|okay|well|right|mm-hmm)\b"
)


@dataclass(frozen=True)
class Place:
    """Where a quote stands: the parts kept of an interview, and whether it begins or ends cut."""

    interview_id: str
    spans: list[tuple[int, int]]
    begins_cut: bool = False
    ends_cut: bool = False


@dataclass(frozen=True)
class Quote:
    """Words that may be printed: what the voices say in turn, who they are, in which language."""

    place: Place
    said: tuple[str, ...]
    attribution: str
    language: str

    @property
    def interview_id(self) -> str:
        """The interview it is from."""
        return self.place.interview_id

    @property
    def words(self) -> str:
        """The words in a row, for a quote inside a sentence."""
        return " ".join(self.said)

    def overlaps(self, other: "Quote") -> bool:
        """Say whether one of the two holds the other."""
        return self.words in other.words or other.words in self.words


@dataclass(frozen=True)
class Corpus:
    """What quotes are made from: the tables of corpus and coding, by declaration."""

    read: dict[Table, pd.DataFrame]
    purpose: str
    language: str

    def __getitem__(self, table: Table) -> pd.DataFrame:
        return self.read[table]

    def masks(self) -> pd.DataFrame:
        """Give what is masked for this purpose: names, and passages that a voice refused."""
        rows = self.read[tables.MASKS]
        return rows[rows["scope"].isna() | rows["scope"].eq(self.purpose)]


class Quotes:
    """Finds quotes by name: `interview/code`, `interview/code/2`, or a name of quotes.csv."""

    def __init__(self, corpus: Corpus):
        self.corpus = corpus
        self.texts = texts(corpus[tables.INTERVIEWS], corpus[tables.TURNS])
        self.passages = _passages(corpus)
        self.by_hand: dict[str, Place] = {}
        self.speakers = self.cleared(corpus[tables.SPEAKERS]).drop_duplicates(VOICE)
        self.interviews = self.cleared(corpus[tables.INTERVIEWS]).set_index("interview_id")
        self.sheets = self.cleared(corpus[tables.INITIATIVES]).set_index("initiative_id")
        rows = corpus[tables.INTERVIEWS]
        # Interview → the original of its talk.
        self.versions = dict(zip(rows["interview_id"], talks(rows), strict=True))
        self.languages = dict(zip(rows["interview_id"], rows["language"], strict=True))

    def cleared(self, rows: pd.DataFrame) -> pd.DataFrame:
        """Let through what may be used for the purpose, masked."""
        speakers, masks = self.corpus[tables.SPEAKERS], self.corpus[tables.MASKS]
        return consent.cleared(rows, self.corpus.purpose, speakers, masks)

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
        found = parts(row, text)
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
        pieces = self.pieces(place)
        passing = self.cleared(pieces)
        if len(passing) < len(pieces) or pieces.empty:
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
            place,
            tuple(said),
            self._attribution(interview_id, passing),
            self._language(interview_id),
        )

    def refused(self, place: Place) -> list[str]:
        """List the passages of answers.csv that a voice refused and this place shows some of."""
        no = self.corpus.masks().dropna(subset="passage")
        no = no[no["interview_id"].eq(place.interview_id)]
        touched = [no["start"].lt(end) & no["end"].gt(start) for start, end in place.spans]
        return sorted({passage for rows in touched for passage in no.loc[rows, "passage"]})

    def pieces(self, place: Place) -> pd.DataFrame:
        """Cut a place at the turns it touches: rows of tables.TURNS, not cleared."""
        turns = self.corpus[tables.TURNS]
        own = turns[turns["interview_id"].eq(place.interview_id)]
        return pd.concat([parts_of(own, start, end) for start, end in place.spans])

    def of_code(self, code: str, used: list[Quote]) -> Quote | None:
        """
        Choose the passage of a code that reads best, of an interview that is heard little so far.

        Args:
            code: Of the codebook.
            used: What was chosen before; no words of it are chosen again.

        """
        coded = self._untold(self.passages[self.passages["code"].eq(code)], used)
        heard = Counter(quote.interview_id for quote in used)
        for row in sorted(coded.to_dict("records"), key=lambda one: self._rank(one, heard)):
            # The door takes its time: what is plainly there already need not pass it.
            if any(row["exact"] in quote.words for quote in used):
                continue
            place = Place(row["interview_id"], [(row["start"], row["end"])])
            if self.refused(place) or self.pieces(place)["role"].eq("interviewer").all():
                continue
            quote = self.quote(place)
            if quote is not None and not any(quote.overlaps(other) for other in used):
                return quote
        return None

    def _untold(self, passages: pd.DataFrame, used: list[Quote]) -> pd.DataFrame:
        """Keep passages of a readable length; a talk that was quoted is quoted in that version."""
        told = {self.versions[quote.interview_id]: quote.interview_id for quote in used}
        version = passages["interview_id"].map(lambda own: told.get(self.versions[own], own))
        lengths = passages["exact"].str.split().str.len()
        return passages[
            lengths.between(*READABLE_WORDS) & version.eq(passages["interview_id"]).fillna(False)
        ]

    def _rank(self, row: dict[Hashable, Any], heard: Counter[str]) -> tuple[int, ...]:
        """Say how late a passage is chosen: the last are those that readers cannot read.

        Then the roughest, the most heard, those too short or too long.
        """
        length = len(row["exact"].split())
        foreign = self.languages[row["interview_id"]] != self.corpus.language
        rough, times = _roughness(row["exact"]), heard[row["interview_id"]]
        return foreign, rough, times, abs(length - BEST_WORDS)

    def _translated(self, interview_id: str) -> str:
        """Say that words are translated, and from which language where that is known."""
        original = self.versions[interview_id]
        if original not in self.languages:
            return _("translated")
        return _("translated; original in {language}").format(
            language=language_name(self.languages[original], self.corpus.language)
        )

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
            notes.append(self._translated(interview_id))
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


def _roughness(exact: str) -> int:
    """Count what makes a passage read badly alone: no beginning, no end, several turns, broken."""
    return (
        (not exact[:1].isupper())
        + (exact[-1:] not in set(".!?…»”"))
        + ("\n" in exact)
        + bool(re.search(r"[—–-]$|\[|--", exact))
        + bool(LEANING.match(exact))
    )
