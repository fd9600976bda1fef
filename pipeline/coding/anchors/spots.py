"""A place where a passage may stand, and how far the words around it are those of the passage."""

from dataclasses import dataclass
from functools import cached_property

from rapidfuzz import fuzz
from rapidfuzz.distance import Postfix, Prefix

from pipeline.coding.anchors.folding import Folded, folded
from pipeline.coding.anchors.likeness import LIKE, Changes

# A context so like the old one (0–1) is the old one corrected; unrelated prose reaches 0.6.
AGREES = 0.75
# A context so like is the same but for a letter: whoever changed it changed nothing else.
SAME = 0.9
# The most that a context reaches which does not touch the passage, letter for letter.
SLIPPED = 0.99
# Signs looked at beyond the length of a context: a word may have been inserted in it.
SLACK = 16
# Fewer signs of context than this stand in too many places to speak for one.
TELLING = 12
# How much better (0–2, a side counting 1) the context of a place must be than that of others.
CLEARLY = 0.4


@dataclass(frozen=True)
class Sought:
    """A passage and its contexts, folded, as they are looked for in a folded text."""

    before: str
    exact: str
    behind: str

    @classmethod
    def of(cls, prefix: str, exact: str, suffix: str) -> "Sought":
        """Fold a passage and its contexts."""
        return cls(Folded(prefix).text, folded(exact), Folded(suffix).text)

    @cached_property
    def weights(self) -> tuple[float, float]:
        """How much either context tells (0–1)."""
        before, behind = (len(text.strip()) / TELLING for text in (self.before, self.behind))
        return min(1.0, before), min(1.0, behind)

    @property
    def signs_count(self) -> int:
        """The length of the passage without its spaces."""
        return len(self.exact.replace(" ", ""))

    def touching(self, text: str, start: int) -> int:
        """Count the signs next to a place that are those of the contexts, without a gap."""
        end = start + len(self.exact)
        before, behind = self.before.rstrip(), self.behind.lstrip()
        there = text[max(0, start - len(self.before)) : start].rstrip()
        beyond = text[end : end + len(self.behind)].lstrip()
        return Postfix.similarity(before, there) + Prefix.similarity(behind, beyond)

    def at_words(self, text: str, starts: list[int]) -> list[int]:
        """Keep the places that begin and end at a word as the passage did, if there are any."""
        if _is_inside(self.before, self.exact) or _is_inside(self.exact, self.behind):
            return starts
        ends = [start + len(self.exact) for start in starts]
        whole = [
            start
            for start, end in zip(starts, ends, strict=True)
            if not _is_inside(text[max(0, start - 1) : start], self.exact)
            and not _is_inside(self.exact, text[end : end + 1])
        ]
        return whole or starts

    def spot(
        self, text: str, start: int, end: int, words: float = 1.0, changes: Changes | None = None
    ) -> "Spot":
        """Compare what stands around a place with the contexts."""
        first = max(0, start - len(self.before) - SLACK)
        before = _agreement(self.before, text[first:start], True)
        behind = _agreement(self.behind, text[end : end + len(self.behind) + SLACK], False)
        return Spot(start, end, words, before, behind, self.weights, changes)

    def is_next_to(self, there: str) -> bool:
        """Whether something like `there` stood next to the passage, so that it may be that."""
        near = [text.strip() for text in (self.before, self.behind)]
        told = [text for text in near if min(len(text), len(there)) >= TELLING]
        return any(fuzz.partial_ratio(text, there) >= 100 * AGREES for text in told)


@dataclass(frozen=True)
class Spot:
    """
    A place in a folded text: how like its words are, how far each context agrees (0–1).

    A context that the anchor has not is None; `weights` say how much either tells. `changes` is
    None where the words are the same.
    """

    start: int
    end: int
    words: float
    before: float | None
    behind: float | None
    weights: tuple[float, float]
    changes: Changes | None = None

    @cached_property
    def context(self) -> float:
        """How much the contexts speak for the place, from 0 to 2."""
        sides = zip((self.before, self.behind), self.weights, strict=True)
        return sum(max(0.0, 2 * side - 1) * weight for side, weight in sides if side is not None)

    @property
    def sides(self) -> list[float]:
        """How far the contexts agree that the anchor has."""
        return [side for side in (self.before, self.behind) if side is not None]

    @property
    def untouched(self) -> int:
        """How many contexts stand next to the place word for word."""
        return self.sides.count(1.0)

    @property
    def replaced(self) -> int:
        """How many words stand for others."""
        return self.changes.replaced if self.changes else 0

    @property
    def score(self) -> float:
        """How like the place is (0–1): the words for three quarters, the contexts for one."""
        around = sum(self.sides) / len(self.sides) if self.sides else 1.0
        return round(min(1.0, 0.75 * self.words + 0.25 * around), 3)

    def agrees(self, level: float = AGREES) -> bool:
        """Whether there is context, and all of it agrees."""
        return bool(self.sides) and min(self.sides) >= level

    def overlaps(self, other: "Spot") -> bool:
        """Whether two places share a sign."""
        return self.start < other.end and other.start < self.end

    def is_as_good_as(self, best: "Spot") -> bool:
        """
        Whether context does not tell two places of the same words apart.

        What stands next to them word for word does; where it does for both, look-alikes
        ("Alice garde la clé", "Louis garde la clé") must not decide by a letter.
        """
        if best.agrees(1.0) and not self.agrees(1.0):
            return False
        is_level = self.untouched == best.untouched
        return self.context > best.context - (2 * CLEARLY if is_level else CLEARLY)

    def hinders(self, same: "Spot") -> bool:
        """
        Whether this likeness forbids to take the same words elsewhere for the passage.

        It does when it has the context that they lack. Where both have it, one of them is a copy,
        and a likeness that is only mistyped may be the passage.
        """
        is_mistyped = self.changes is not None and self.changes.is_slight and self.agrees()
        return self.context > same.context + (-CLEARLY if is_mistyped else CLEARLY)

    def is_as_like_as(self, best: "Spot") -> bool:
        """Whether two likenesses are about as good; a word replaced tells where no context does."""
        if self.context <= best.context - CLEARLY:
            return False
        if not self.sides and self.replaced > best.replaced:
            return False
        return self.words >= best.words - (1 - LIKE) / 4


def _is_inside(left: str, right: str) -> bool:
    """Whether a word goes on from the end of one text into the other."""
    return left[-1:].isalnum() and right[:1].isalnum()


def _agreement(given: str, there: str, is_before: bool) -> float | None:
    """Say how far (0–1) a context stands at a place; None where the anchor has none."""
    given, there = given.strip(), there.strip()
    if not given:
        return None
    if there.endswith(given) if is_before else there.startswith(given):
        return 1.0
    if len(given) < TELLING or len(there) < TELLING:
        return 0.0
    ratio = fuzz.ratio if len(there) < len(given) else fuzz.partial_ratio
    return min(SLIPPED, ratio(given, there) / 100)
