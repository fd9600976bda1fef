"""What an entry of the lexicon says.

    décision               a word by its stem, whatever the case: `décisions`, `Décision`
    conseil village        words in a row; `l'avis` and `qu'ensemble` are two
    jeter .. pots          up to three other words in between
    bénévol*               any word that begins so
    =unanimité             its words in this form only, whatever the case
    =Maire   =ONU          with a capital, to the letter: `Maire`, never `maire`
    ~eleve                 accents do not count: `élève`, `ÉLEVE`; with `=`: `~=eleve`
    part !nulle part       not where it is a part of these words; any number of them
    !quelque part          the same for every entry of the code

Without `~` accents count as they are written: `pêcheur` is not `pécheur`. Stems keep them but for
those of endings, so `marché` also finds `marche`: `=marché` does not. `œ` is `oe` and either
apostrophe and any hyphen is the same. Punctuation between words counts for nothing.
"""

import re
import unicodedata
from dataclasses import dataclass
from typing import Literal, NamedTuple

from pipeline.corpus.words import WORD
from pipeline.messages import _

# Three others leave room for an article, an adjective and a pronoun; more meets other sentences.
LONGEST_GAP = 3
# One letter and a star would find a twentieth of everything that is said.
SHORTEST_BEGINNING = 2
# What people know from other tools; here these would be read as spaces, without a word.
FOREIGN = re.compile(r'[|()\[\]{}+?\\^$"/&<>#_%]')
SAME = str.maketrans({"’": "'", "‐": "-", "‑": "-", "\u00ad": "", "œ": "oe", "Œ": "Oe", "æ": "ae"})

Kind = Literal["stem", "form", "begins"]


class Word(NamedTuple):
    """One word of an entry: how it is compared, as `spelt` writes it."""

    kind: Kind
    text: str
    is_cased: bool
    is_blind: bool


class Step(NamedTuple):
    """A word and how many others may stand before it."""

    word: Word
    gap: int


Phrase = tuple[Step, ...]


@dataclass(frozen=True)
class Entry:
    """What to find, and where not; without a phrase the exclusions serve the whole code."""

    phrase: Phrase
    excluded: tuple[Phrase, ...]


class BadPattern(Exception):
    """An entry that does not say what to find; `fact` and `remedy` are for its author."""

    def __init__(self, fact: str, remedy: str):
        super().__init__(fact)
        self.fact, self.remedy = fact, remedy


def spelt(word: str, is_cased: bool = False, is_blind: bool = False) -> str:
    """Write a word as the lexicon compares it."""
    word = unicodedata.normalize("NFC", word).translate(SAME)
    word = word if is_cased else word.lower()
    if is_blind:
        apart = unicodedata.normalize("NFD", word)
        word = "".join(c for c in apart if not unicodedata.combining(c))
    return word


def parse(written: str) -> Entry:
    """
    Read an entry.

    Raises:
        BadPattern: it holds no word, or a sign where it means nothing.

    """
    if foreign := FOREIGN.search(written):
        raise BadPattern(
            _('the entry "{pattern}" of the lexicon holds a {sign}').format(
                pattern=written, sign=foreign[0]
            ),
            _("write one entry for each wording; `*` ends a word, `..` stands between two"),
        )
    wanted, *excluded = written.split("!")
    if excluded and not wanted.strip():
        return Entry((), tuple(_phrase(part, written) for part in excluded))
    return Entry(_phrase(wanted, written), tuple(_phrase(part, written) for part in excluded))


def _phrase(part: str, written: str) -> Phrase:
    marks = re.match(r"[\s=~]*", part)
    assert marks, "an optional beginning always matches"
    rest = part[marks.end() :]
    is_exact, is_blind = "=" in marks[0], "~" in marks[0]
    if "=" in rest or "~" in rest:
        raise BadPattern(
            _('in the entry "{pattern}" of the lexicon a sign stands inside').format(
                pattern=written
            ),
            _("`=` and `~` stand before the first word and hold for all of them"),
        )
    is_cased = is_exact and rest != rest.lower()
    steps: list[Step] = []
    gap = 0
    for piece in rest.split():
        if piece in {"..", "…"}:
            _check_gap(bool(steps) and not gap, written)
            gap = LONGEST_GAP
            continue
        for word in _words(piece, is_exact, is_cased, is_blind, written):
            steps.append(Step(word, gap))
            gap = 0
    _check_gap(not gap, written)
    if not steps:
        raise BadPattern(
            _('the entry "{pattern}" of the lexicon holds no word').format(pattern=written),
            _("write one or several words: `*` ends a word, `..` stands between two"),
        )
    return tuple(steps)


def _check_gap(is_between: bool, written: str) -> None:
    if not is_between:
        raise BadPattern(
            _('in the entry "{pattern}" of the lexicon `..` is not between two words').format(
                pattern=written
            ),
            _("write a word on either side of `..`, once"),
        )


def _words(piece: str, is_exact: bool, is_cased: bool, is_blind: bool, written: str) -> list[Word]:
    """Read what stands between two spaces: a word, or an elided one and its noun."""
    bare = piece.removesuffix("*")
    found = [spelt(match[0], is_cased, is_blind) for match in WORD.finditer(bare)]
    kind: Kind = "form" if is_exact else "stem"
    words = [Word(kind, text, is_cased, is_blind) for text in found]
    if bare == piece:
        ends_well = "*" not in piece
    else:
        ends_well = bool(found) and "*" not in bare and bare[-1].isalnum()
        ends_well = ends_well and len(found[-1]) >= SHORTEST_BEGINNING
    if not ends_well:
        raise BadPattern(
            _('in the entry "{pattern}" of the lexicon `*` does not end a word').format(
                pattern=written
            ),
            _("write it behind the first letters of a word, two at least: bénévol*"),
        )
    return words if bare == piece else [*words[:-1], words[-1]._replace(kind="begins")]
