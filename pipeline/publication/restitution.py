"""What the publications use of one voice: its own words, where they stand, what it agreed to.

Nothing of any other voice is in it: a passage of several voices shows this one's words alone.
"""

import hashlib
import re
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from pipeline import tables
from pipeline.corpus import consent
from pipeline.corpus.answers import CUT, OWN_KEYS
from pipeline.publication import originals
from pipeline.publication.manuscript import Manuscript
from pipeline.publication.markup import plain, slug
from pipeline.publication.names import Cited, Material
from pipeline.publication.quotes import Place, Quotes

# Two passages that share less than this of their letters are two, and are answered apart.
SAME_PASSAGE = 0.8
HEADING = re.compile(r"^(#{1,2}) +(.+?)(?: *\{[^}\n]*\})? *$", re.MULTILINE)
ESCAPED = re.compile(r"\\([!-/:-@\[-`{-~])")


@dataclass(frozen=True)
class Answer:
    """What the voice answered about a passage and scope, when, and what it said."""

    passage: str
    scope: str
    is_yes: bool
    date: Any
    comment: str
    words: str = ""


@dataclass(frozen=True)
class Where:
    """Where a publication shows something: the chapter, a part of it, and for the team the line."""

    chapter: str
    section: str
    file: str
    line: int


@dataclass
class Passage:
    """Something chosen of a voice; `words` are its own, as they are printed, a part a turn.

    `original` are the words it said where those printed are a translation. `exact` finds it again.
    """

    passage: str
    kind: str
    scope: str
    words: tuple[str, ...]
    language: str
    exact: str = ""
    interview_id: str = ""
    original: tuple[str, ...] = ()
    original_language: str = ""
    named_as: str = ""
    is_among_others: bool = False
    where: list[Where] = field(default_factory=list)
    answer: Answer | None = None


@dataclass(frozen=True)
class Consent:
    """What the voice agreed to in one interview: the scopes in force, since and until when."""

    date: Any
    scopes: tuple[str, ...]
    given_on: Any
    ends_on: Any
    is_minor: bool


@dataclass
class Restitution:
    """What one voice is given to read."""

    speaker_id: str
    name: str
    withdrawn_on: Any
    consents: list[Consent]
    passages: list[Passage]
    earlier: list[Answer]
    interpreted: int = 0

    @property
    def is_minor(self) -> bool:
        """Whether a guardian signs as well."""
        return any(one.is_minor for one in self.consents)


def gather(speaker_id: str, material: Material, made: Manuscript) -> Restitution:
    """
    Gather what a rendered manuscript uses of a voice.

    Args:
        speaker_id: A voice of speakers.csv.
        material: What chapters may name.
        made: The rendered manuscript.

    """
    speakers = material.quotes.corpus[tables.SPEAKERS]
    own = speakers[speakers["speaker_id"].eq(speaker_id).fillna(False)]
    names = _names(own)
    passages: dict[str, Passage] = {}
    for cited in made.cited:
        passage = _passage(cited, speaker_id, names, material)
        if passage is not None:
            known = passages.setdefault(passage.passage, passage)
            known.where += [where(cited, passage, made)]
    answered = _answers(speaker_id, material)
    for passage in passages.values():
        passage.answer = answered.pop((passage.passage, passage.scope), None)
    gone = own["withdrawn_on"].dropna()
    return Restitution(
        speaker_id,
        names[0],
        gone.min() if len(gone) else None,
        _consents(own, material),
        list(passages.values()),
        list(answered.values()),
        _interpreted(own, material, made),
    )


def _names(own: pd.DataFrame) -> list[str]:
    """List the names of a voice, first the one the team knows: behind a pseudonym, the label."""
    hidden = own["name_policy"].eq("pseudonym").fillna(False)
    known = own["display_name"].where(~hidden, own["label"])
    names = [*known.dropna(), *own["label"].dropna(), *own["speaker_id"]]
    return list(dict.fromkeys(map(str, names)))


def _consents(own: pd.DataFrame, material: Material) -> list[Consent]:
    interviews = material.quotes.corpus[tables.INTERVIEWS]
    days = dict(zip(interviews["interview_id"], interviews["date"], strict=True))
    talks = material.quotes.versions
    found: dict[str, Consent] = {}
    for row in own.to_dict("records"):
        original = talks.get(row["interview_id"], row["interview_id"])
        day = days.get(original, days.get(row["interview_id"]))
        scopes = tuple(s for s in tables.SCOPES if s in row["in_force"])
        is_minor = row["is_minor"] is True
        found.setdefault(
            original, Consent(day, scopes, row["consent_date"], row["expires_on"], is_minor)
        )
    return sorted(found.values(), key=lambda one: (pd.isna(one.date), str(one.date)))


# --- passages ------------------------------------------------------------------------------------


def _passage(cited: Cited, speaker_id: str, names: list[str], material: Material) -> Passage | None:
    """Give what a chapter shows of a voice; None where it shows nothing of it."""
    if cited.kind == "quote":
        assert cited.place is not None
        return _quote(cited.place, speaker_id, material.quotes)
    scope = material.quotes.corpus.purpose
    if cited.kind == "photo":
        row = material.quotes.corpus[tables.PHOTOS].set_index("photo_id").loc[cited.name]
        caption = material.photos.at[cited.name, f"caption_{material.language}"]
        words = tuple(str(text) for text in [caption] if pd.notna(text))
        is_own = speaker_id in row["people_shown"]
        key = OWN_KEYS["photo_id"]
    else:
        row = material.letters.loc[cited.name]
        words = tuple(str(row[c]) for c in ("title", "text") if pd.notna(row[c]))
        is_own = row["author"] in names
        key = OWN_KEYS["letter_id"]
    if not is_own:
        return None
    return Passage(f"{key}{cited.name}", cited.kind, scope, words, material.language)


def _quote(place: Place, speaker_id: str, quotes: Quotes) -> Passage | None:
    pieces = quotes.pieces(place)
    own = pieces[pieces["speaker_id"].eq(speaker_id).fillna(False)]
    if own.empty:
        return None
    words = _shown(own, quotes)
    spans = [(int(a), int(b)) for a, b in own[["start", "end"]].to_numpy()]
    exact = f" {CUT} ".join(words)
    original = originals.place_of(quotes, Place(place.interview_id, spans))
    said = () if original is None else _of_voice(original, speaker_id, quotes)
    return Passage(
        _known_as(place.interview_id, spans, speaker_id, quotes)
        or f"{place.interview_id}-{_fingerprint(speaker_id, exact)}",
        "quote",
        quotes.corpus.purpose,
        words,
        quotes.languages[place.interview_id],
        exact,
        place.interview_id,
        said,
        quotes.languages[original.interview_id] if original else "",
        " · ".join(quotes.who(own)),
        len(own) < len(pieces),
    )


def _shown(pieces: pd.DataFrame, quotes: Quotes) -> tuple[str, ...]:
    """Give the words of cleared pieces with their names masked; what was refused is shown."""
    masks = quotes.corpus[tables.MASKS]
    names = masks[masks["scope"].isna()]
    speakers, purpose = quotes.corpus[tables.SPEAKERS], quotes.corpus.purpose
    return tuple(consent.cleared(pieces, purpose, speakers, names)["text"])


def _of_voice(place: Place, speaker_id: str, quotes: Quotes) -> tuple[str, ...]:
    pieces = quotes.pieces(place)
    return _shown(pieces[pieces["speaker_id"].eq(speaker_id).fillna(False)], quotes)


def _fingerprint(speaker_id: str, exact: str) -> str:
    return hashlib.sha256(f"{speaker_id}\n{exact}".encode()).hexdigest()[:6]


def _known_as(
    interview_id: str, spans: list[tuple[int, int]], speaker_id: str, quotes: Quotes
) -> str | None:
    """Give the id under which these words were answered, however they were corrected since."""
    rows = quotes.corpus[tables.ANSWERS].dropna(subset=["start", "interview_id"])
    rows = rows[rows["speaker_id"].eq(speaker_id) & rows["interview_id"].eq(interview_id)]
    own = {letter for a, b in spans for letter in range(a, b)}
    for name, places in rows.groupby("passage"):
        its = {n for a, b in places[["start", "end"]].to_numpy() for n in range(int(a), int(b))}
        if len(own & its) >= SAME_PASSAGE * len(own | its):
            return str(name)
    return None


def _answers(speaker_id: str, material: Material) -> dict[tuple[str, str], Answer]:
    """Give what a voice answered, by passage and scope."""
    rows = material.quotes.corpus[tables.ANSWERS]
    own = rows[rows["speaker_id"].eq(speaker_id) & rows["answer"].notna()]
    return {
        (row["passage"], row["scope"]): Answer(
            row["passage"],
            row["scope"],
            bool(row["answer"]),
            row["date"],
            "" if pd.isna(row["comment"]) else row["comment"],
            "" if pd.isna(row["exact"]) else row["exact"],
        )
        for row in own.drop_duplicates(["passage", "scope"]).to_dict("records")
    }


def _interpreted(own: pd.DataFrame, material: Material, made: Manuscript) -> int:
    """Count the passages in which an interpreter speaks in interviews that this voice gives."""
    answers = own.loc[own["role"].eq("interviewee"), "interview_id"]
    places = [c.place for c in made.cited if c.place and c.place.interview_id in set(answers)]
    pieces = [material.quotes.pieces(place) for place in places]
    return sum(bool(rows["role"].eq("interpreter").any()) for rows in pieces)


# --- where it stands -----------------------------------------------------------------------------


def where(cited: Cited, passage: Passage, made: Manuscript) -> Where:
    """Say under which heading of which chapter something is shown."""
    mark = f"#photo-{slug(cited.name)}" if cited.kind == "photo" else plain(passage.words[0])
    chapter = section = ""
    for name, text in made.chapters.items():
        at = text.find(mark)
        if name.split("#", maxsplit=1)[0] != cited.file.name or at < 0:
            continue
        for level, title in HEADING.findall(text[:at]):
            words = ESCAPED.sub(r"\1", title)
            chapter, section = (words, "") if level == "#" else (chapter, words)
        break
    return Where(chapter, section, cited.file.name, cited.line)
