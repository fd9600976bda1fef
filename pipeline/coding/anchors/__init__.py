"""A passage found again in a corrected text, or the word that it is not: never a guess.

An anchor holds a passage, where it stood, and the 32 code points on either side. In a corrected
text it is found by its words and context, then by its words, then by likeness. Whatever leaves
two explanations open is `ambiguous`: the words alone elsewhere while their old neighbours still
stand, a look-alike with another name, a neighbour that reads almost the same.

`folding` writes texts one way before they are compared, `likeness` finds what is like a passage,
`spots` weighs a place by the words around it; here it is decided.
"""

from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal, NamedTuple

from pipeline.coding.anchors.folding import Folded, find_all
from pipeline.coding.anchors.likeness import Words
from pipeline.coding.anchors.spots import AGREES, CLEARLY, SAME, TELLING, Sought, Spot

# As many characters of context as W3C's TextQuoteSelector tools keep, enough to tell places apart.
CONTEXT = 32
# The start of a passage of which nobody said where it stood.
UNKNOWN = -1
Status = Literal["exact", "moved", "edited", "ambiguous", "lost"]

# Shorter passages are said again and again in one talk ("je ne sais pas"): words alone prove
# nothing. The first holds when the words stood once in the text before, the second otherwise.
OWN_WORDS = (16, 20)
# An old neighbour that stands farther away than a paragraph put between speaks for no place.
PARAGRAPH = 1000
# In a passage of so many words for each one replaced, the others say which passage it is.
WORDS_FOR_ONE = 20
# So many places are compared in full; the others agree less with what stands next to the words.
MOST_SPOTS = 24


class Echoes(NamedTuple):
    """
    How often a passage stands in a text: alone, in half its context, in all of it; 0 if not known.

    `earlier` counts the places of the words before this one.
    """

    alone: int = 0
    halves: int = 0
    wholes: int = 0
    earlier: int = 0


@dataclass(frozen=True)
class Anchor:
    """
    A passage and its place: `start`, `end` in code points, its words, what stands around them.

    `start` is UNKNOWN where nobody said it; `echoes` are those in the text it was made on.
    """

    start: int
    end: int
    exact: str
    prefix: str = ""
    suffix: str = ""
    echoes: Echoes = field(default=Echoes(), compare=False, repr=False)

    @classmethod
    def at(cls, text: str, start: int, end: int) -> "Anchor":
        """Make the anchor of text[start:end]."""
        assert 0 <= start <= end <= len(text), "a passage lies inside its text"
        exact = text[start:end]
        prefix, suffix = text[max(0, start - CONTEXT) : start], text[end : end + CONTEXT]
        half = prefix[-CONTEXT // 2 :] + exact + suffix[: CONTEXT // 2]
        places = find_all(text, exact) if exact else range(len(text) + 1)
        alone, earlier = len(places), bisect_left(places, start)
        halves = len(find_all(text, half)) if alone > 1 and half else alone
        wholes = len(find_all(text, prefix + exact + suffix)) if halves > 1 and half else halves
        return cls(start, end, exact, prefix, suffix, Echoes(alone, halves, wholes, earlier))


@dataclass(frozen=True)
class Outcome:
    """
    What became of an anchor in a text.

    `anchor` is its new place, None when ambiguous or lost. `score` (0–1) says how like the best
    place is. `candidates` are the places in question, for the person who settles it.
    """

    status: Status
    anchor: Anchor | None
    score: float
    candidates: tuple[tuple[int, int], ...] = ()


def reanchor(anchor: Anchor, text: str) -> Outcome:
    """Find an anchor again in a text; for many anchors of one text use `reanchor_all`."""
    return Index(text).reanchor(anchor)


def reanchor_all(anchors: Iterable[Anchor], text: str) -> list[Outcome]:
    """Find the anchors of one text again, each as `reanchor` would, sharing the work."""
    index = Index(text)
    return [index.reanchor(anchor) for anchor in anchors]


class _Quest:
    """One anchor looked for in one text."""

    def __init__(self, anchor: Anchor, text: str, folded: Folded):
        self.anchor, self.text, self.folded = anchor, text, folded
        self.sought = Sought.of(anchor.prefix, anchor.exact, anchor.suffix)
        self.lead = len(anchor.exact) - len(anchor.exact.lstrip())
        self.alone, self.halves, self.wholes, self.earlier = anchor.echoes
        enough = OWN_WORDS[0 if self.alone == 1 else 1]
        self.is_own = self.sought.signs_count >= enough

    def origin(self, spot: Spot) -> tuple[int, int]:
        """Give the span of a place in the text."""
        return self.folded.origin(spot.start, spot.end)

    def span(self, spot: Spot) -> tuple[int, int]:
        """Give the span with the white space that the passage begins or ends with."""
        start, end = self.origin(spot)
        first, exact = start - self.lead, self.anchor.exact
        as_it_was = first >= 0 and self.text.startswith(exact, first)
        return (first, first + len(exact)) if as_it_was else (start, end)

    def is_here(self, spot: Spot) -> bool:
        """Whether a place is where the passage was."""
        return self.span(spot)[0] == self.anchor.start

    def same_words(self) -> list[Spot]:
        """List the places of the same words, that with the likest context first."""
        text, length = self.folded.text, len(self.sought.exact)
        if not length:
            return []
        starts = self.sought.at_words(text, find_all(text, self.sought.exact))
        if len(starts) > MOST_SPOTS:
            nearest = sorted(starts, key=lambda s: -self.sought.touching(text, s))
            here = [s for s in starts if self.folded.origin(s, s + 1)[0] == self.anchor.start]
            starts = list(dict.fromkeys([*here, *nearest[:MOST_SPOTS]]))
        spots = [self.sought.spot(text, start, start + length) for start in starts]
        return sorted(spots, key=lambda spot: (-spot.untouched, -spot.context))

    def likenesses(self, words: Words) -> list[Spot]:
        """List places whose words are like the passage, the likest first."""
        sought, text = self.sought, self.folded.text
        places = words.places(sought.before, sought.exact, sought.behind)
        spots = [sought.spot(text, p.start, p.end, p.like, p.changes) for p in places]
        return sorted(spots, key=lambda spot: -(spot.words + spot.context / 2))

    def is_sure(self, spot: Spot, count: int) -> bool:
        """Whether the one place of the same words (of `count`) cannot be a copy of the passage."""
        if not spot.sides:
            is_told = self.anchor.start == UNKNOWN or self.alone == 1 or self.is_own
            return count >= self.alone and (is_told or self.is_here(spot))
        is_there = spot.untouched > 0 and spot.agrees()
        return is_there and not self._is_copy(spot, count) and not self._is_said_again()

    def is_among(self, spot: Spot, count: int) -> bool:
        """Whether of several places, as many as there were, one can only be the old one."""
        is_whole = self.alone in (0, count)
        return is_whole and (spot.agrees() or not spot.sides)

    def is_its_own(self, spot: Spot, count: int) -> bool:
        """Whether words in another context, on one side or both, can only be these words."""
        if self._is_copy(spot, count):
            return False
        is_known = self.alone == 1
        if spot.agrees() and (spot.untouched or is_known):
            return True
        if max(spot.sides, default=0.0) >= AGREES and spot.context >= CLEARLY:
            is_placed = is_known or (spot.untouched == 1 and self._stands_near(spot))
            return is_placed and not self._is_said_again()
        is_told = is_known or self.is_here(spot) or not self._stands_apart(spot)
        return self.is_own and is_told

    def is_edited(self, spot: Spot) -> bool:
        """Whether a likeness can only be the passage, with a few words typed differently."""
        changes = spot.changes
        assert changes, "a likeness comes with what differs"
        if changes.replaced:
            is_long = changes.words >= WORDS_FOR_ONE * changes.replaced
            is_placed = spot.untouched == 2 and spot.context == 2 and not self._is_said_again()
            return is_long and is_placed and not changes.names
        is_typing = not changes.inserted and not changes.deleted
        if not changes.is_slight or not spot.sides:
            return changes.is_slight and is_typing and not changes.names
        there = self.folded.text[spot.start : spot.end]
        if spot.agrees(1.0) or self.sought.is_next_to(there):
            return spot.agrees(1.0)
        if spot.agrees(SAME) or changes.names:
            return spot.agrees(SAME)
        is_one = max(spot.sides) >= SAME and spot.context >= 2 * CLEARLY and spot.words >= SAME
        return spot.agrees() or (is_one and is_typing and not self._stands_apart(spot))

    def _is_copy(self, spot: Spot, count: int) -> bool:
        """Whether the passage stood several times, and the place may be another of them."""
        is_cut = count < self.alone and spot.untouched < 2
        return is_cut or self.wholes > 1 or (self.halves > 1 and not spot.agrees(1.0))

    def _is_said_again(self) -> bool:
        """Whether a context stands twice in the text, so that the passage may, too."""
        return is_said_again(self.text, self.anchor)

    def _stands_near(self, spot: Spot) -> bool:
        """Whether the context that does not agree stands a little farther on its side."""
        text = self.folded.text
        if spot.before is not None and spot.before < AGREES:
            return self.sought.before.strip() in text[max(0, spot.start - PARAGRAPH) : spot.start]
        return self.sought.behind.strip() in text[spot.end : spot.end + PARAGRAPH]

    def _stands_apart(self, spot: Spot) -> bool:
        """Whether a context that does not agree still stands somewhere."""
        sides = ((self.sought.before, spot.before), (self.sought.behind, spot.behind))
        told = [text.strip() for text, side in sides if side is not None and side < AGREES]
        return any(len(words) >= TELLING and words in self.folded.text for words in told)


def is_said_again(text: str, anchor: Anchor) -> bool:
    """Whether a context of an anchor stands twice in a text."""
    contexts = [c for c in (anchor.prefix, anchor.suffix) if len(c.strip()) >= TELLING]
    return any(text.find(c, text.find(c) + 1) >= 0 for c in contexts)


class Index:
    """A text in which many anchors are looked for."""

    def __init__(self, text: str):
        self.text = text

    @cached_property
    def _folded(self) -> Folded:
        return Folded(self.text)

    @cached_property
    def _words(self) -> Words:
        return Words(self._folded.text)

    def reanchor(self, anchor: Anchor) -> Outcome:
        """Find an anchor again; see the module for what leaves it unattached."""
        if self._stands(anchor):
            return Outcome("exact", self._anchor(anchor.start, anchor.end), 1.0)
        found = self._with_its_context(anchor)
        return found or self._by_words(_Quest(anchor, self.text, self._folded))

    def _stands(self, anchor: Anchor) -> bool:
        """Whether the words and their context are where they were."""
        first = anchor.start - len(anchor.prefix)
        whole = anchor.prefix + anchor.exact + anchor.suffix
        is_inside = first >= 0 and anchor.start + len(anchor.exact) <= len(self.text)
        if not is_inside or not self.text.startswith(whole, first):
            return False
        # Of several copies, another one has come here where there are more now or fewer.
        new = self._anchor(anchor.start, anchor.start + len(anchor.exact))
        return anchor.echoes.wholes <= 1 or anchor.echoes == new.echoes

    def _with_its_context(self, anchor: Anchor) -> Outcome | None:
        """Find the one place of the words between both contexts; None where there is no such."""
        if not anchor.prefix and not anchor.suffix:
            return None
        places = find_all(self.text, anchor.prefix + anchor.exact + anchor.suffix)
        if len(places) != 1 or anchor.echoes.wholes > 1 or is_said_again(self.text, anchor):
            return None
        start = places[0] + len(anchor.prefix)
        return self._found(anchor, (start, start + len(anchor.exact)), 1.0)

    def _found(self, anchor: Anchor, span: tuple[int, int], score: float) -> Outcome:
        new = self._anchor(*span)
        is_there = anchor.start in (UNKNOWN, new.start)
        return Outcome("exact" if is_there else "moved", new, score)

    def _anchor(self, start: int, end: int) -> Anchor:
        return Anchor.at(self.text, start, end)

    def _by_words(self, quest: _Quest) -> Outcome:
        spots = quest.same_words()
        if not spots:
            return self._by_likeness(quest)
        best, *others = spots
        rivals = [spot for spot in others if spot.is_as_good_as(best)]
        here = [spot for spot in (best, *rivals) if quest.is_here(spot)]
        if rivals and here and quest.is_among(here[0], len(spots)):
            return self._at(quest, here[0])
        if not rivals and not quest.is_sure(best, len(spots)):
            likely = quest.likenesses(self._words)
            rivals = [s for s in likely if not s.overlaps(best) and s.hinders(best)]
            if not rivals and not quest.is_its_own(best, len(spots)):
                return _ambiguous(quest, [best])
        return _ambiguous(quest, [best, *rivals]) if rivals else self._at(quest, best)

    def _at(self, quest: _Quest, spot: Spot) -> Outcome:
        return self._found(quest.anchor, quest.span(spot), spot.score)

    def _by_likeness(self, quest: _Quest) -> Outcome:
        spots = quest.likenesses(self._words)
        if not spots:
            return Outcome("lost", None, 0.0)
        best, *others = spots
        rivals = [spot for spot in others if spot.is_as_like_as(best)]
        if not rivals and quest.is_edited(best):
            return Outcome("edited", self._anchor(*quest.origin(best)), best.score)
        return _ambiguous(quest, [best, *rivals])


def _ambiguous(quest: _Quest, spots: list[Spot]) -> Outcome:
    places = sorted({quest.origin(spot) for spot in spots})
    return Outcome("ambiguous", None, max(spot.score for spot in spots), tuple(places))
