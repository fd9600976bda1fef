"""Where something like a passage stands in a text, and which of its words differ there."""

import re
import unicodedata
from collections import Counter
from dataclasses import dataclass
from functools import cached_property

import regex
from rapidfuzz.distance import OSA, Levenshtein

# Scripts that write no space between words: one cluster of signs stands for a word.
_UNSPACED = (
    r"\p{Khmer}\p{Thai}\p{Lao}\p{Myanmar}\p{Tibetan}\p{Han}\p{Hiragana}\p{Katakana}\p{Javanese}"
)
_WORD = regex.compile(
    rf"(?V1)(?=[{_UNSPACED}])\X|[[\p{{L}}\p{{M}}\p{{N}}\u200c\u200d]--[{_UNSPACED}]]+"
    r"|\p{Extended_Pictographic}\X?"
)
# Latin letters need no look at scripts, which makes most texts four times as fast.
_LATIN = re.compile(r"[\x00-\u024f\u1e00-\u1eff\u2010-\u2027\u20ac]*")
_LATIN_WORD = re.compile(r"[^\W_]+")
_IS_UNSPACED = regex.compile(rf"[{_UNSPACED}]")
_IS_WORD_ALONE = regex.compile(r"[\p{Han}\p{N}]")
_ACCENTS = re.compile(r"[\u0300-\u036f]")
# A word of four letters and more with one letter wrong is a typing mistake; of nine and more, two.
TYPING = ((9, 2), (4, 1))
# A word of three is mistyped when two letters change places; another letter makes another word.
SWAPPED = 3
# A letter in so many clusters fills a word of the scripts that write no spaces.
CLUSTERS_A_WORD = 4
# Below this likeness (0–1) of the characters nobody would call it the passage.
LIKE = 0.5
# A stretch of so many words is other words, however like single ones are.
STRETCH = 12
# Neighbouring words found in more places than this say little about the place.
COMMON = 60
# Look at so many places of a passage, the likeliest first: if more are as good, none is clear.
MOST_PLACES = 6


@dataclass(frozen=True)
class Changes:
    """How the words of a place differ from those of a passage of `words` words."""

    words: float
    mistyped: int = 0
    replaced: int = 0
    inserted: int = 0
    deleted: int = 0
    names: bool = False

    @property
    def is_slight(self) -> bool:
        """Whether no word stands for another, and few came or went."""
        few = self.words / 4
        return not self.replaced and self.inserted <= max(2, few) and self.deleted <= max(1, few)


@dataclass(frozen=True)
class Place:
    """Where something like a passage stands: a span of the text, how like (0–1), what differs."""

    start: int
    end: int
    like: float
    changes: Changes


class Words:
    """The words of a folded text, each a number, written as one code point so that C compares."""

    def __init__(self, text: str):
        self.text = text
        self.spans = _spans(text)
        words = [text[start:end] for start, end in self.spans]
        self._found: dict[str, list[int]] = {}
        self._numbers: dict[str, str] = {}
        numbers = {word: self._number(word.casefold()) for word in dict.fromkeys(words)}
        self.numbers = "".join([numbers[word] for word in words])

    def _number(self, key: str) -> str:
        return self._numbers.setdefault(key, chr(len(self._numbers) + 1))

    def numbers_of(self, words: list[str]) -> str:
        """Number the words of a passage; those that the text has not get numbers of their own."""
        new: dict[str, str] = {}
        first = len(self._numbers) + 1
        return "".join(
            self._numbers.get(key) or new.setdefault(key, chr(first + len(new)))
            for key in (word.casefold() for word in words)
        )

    def _places(self, gram: str) -> list[int]:
        """Find where neighbouring words stand, COMMON places at most; each is looked for once."""
        if gram not in self._found:
            found: list[int] = []
            place = self.numbers.find(gram)
            while place >= 0 and len(found) < COMMON:
                found.append(place)
                place = self.numbers.find(gram, place + 1)
            self._found[gram] = found
        return self._found[gram]

    @cached_property
    def _clusters(self) -> set[str]:
        return {number for key, number in self._numbers.items() if _IS_UNSPACED.match(key)}

    def places(self, before: str, passage: str, behind: str) -> list[Place]:
        """
        Find where something like `passage` stands, helped by the words around it.

        Args:
            before, behind: Folded words of the context; either may be empty.
            passage: The folded passage.

        Returns:
            At most MOST_PLACES places that do not overlap, the likeliest first.

        """
        pattern = _Pattern(self, before, passage, behind)
        found: list[Place] = []
        for diagonal in self._diagonals(pattern.numbers):
            place = pattern.align(diagonal)
            if place and not any(p.start < place.end and place.start < p.end for p in found):
                found.append(place)
        return found

    def _diagonals(self, numbers: str) -> list[int]:
        """Vote for the places where the pattern may begin; nearby votes count together."""
        votes: Counter[int] = Counter()
        for offset in range(len(numbers) - 1):
            size = CLUSTERS_A_WORD if numbers[offset] in self._clusters else 2
            for place in self._places(numbers[offset : offset + size]):
                votes[place - offset] += 1
        slack = _slack(len(numbers))
        near: Counter[int] = Counter()
        for diagonal, count in votes.items():
            near[diagonal // slack] += count
            near[diagonal // slack + 1] += count
        best: list[int] = []
        for bucket, _count in near.most_common():
            if all(abs(bucket - other) > 1 for other in best):
                best.append(bucket)
            if len(best) == MOST_PLACES:
                break
        return [bucket * slack for bucket in best]


def _spans(text: str) -> list[tuple[int, int]]:
    """Cut a text into words, or clusters where no space parts words."""
    is_latin = _LATIN.fullmatch(text) is not None
    return [match.span() for match in (_LATIN_WORD if is_latin else _WORD).finditer(text)]


def _slack(length: int) -> int:
    """Say by how many words a place may lie off: what may have been inserted or cut."""
    return max(8, length // 3)


class _Pattern:
    """A passage between its contexts, ready to be laid over a text."""

    def __init__(self, words: Words, before: str, passage: str, behind: str):
        self.text, self.all = before + passage + behind, words
        self.first, self.last = len(before), len(before) + len(passage)
        self.spans = _spans(self.text)
        self.written = [self.text[a:b] for a, b in self.spans]
        self.numbers = words.numbers_of(self.written)
        inside = [n for n, (a, b) in enumerate(self.spans) if b > self.first and a < self.last]
        self.inside = (inside[0], inside[-1] + 1) if inside else None
        self.passage = passage

    def align(self, diagonal: int) -> Place | None:
        """Lay the pattern over the words around `diagonal`; None where nothing answers."""
        if self.inside is None:
            return None
        slack = _slack(len(self.numbers))
        low = max(0, diagonal - 2 * slack)
        window = self.all.numbers[low : diagonal + len(self.numbers) + 2 * slack]
        image = self._image(window)
        begin, end = self.inside
        kept = [low + image[n] for n in range(begin, end) if n in image]
        if not kept:
            return None
        numbers = (kept[0], kept[-1] + 1)
        start, stop = self._span(numbers)
        there = self.all.text[start:stop]
        like = Levenshtein.normalized_similarity(self.passage, there, score_cutoff=LIKE)
        if like < LIKE:
            return None
        blocks = self._blocks({n: low + image[n] for n in range(begin, end) if n in image})
        return Place(start, stop, like, self._changes(blocks))

    def _image(self, window: str) -> dict[int, int]:
        """Map the words of the pattern to words of the window; what is deleted has none."""
        image: dict[int, int] = {}
        for step in Levenshtein.opcodes(self.numbers, window):
            if step.tag in ("equal", "replace"):
                length = step.src_end - step.src_start
                image |= {step.src_start + n: step.dest_start + n for n in range(length)}
        return image

    def _blocks(self, image: dict[int, int]) -> list[tuple[list[str], list[str]]]:
        """List the stretches that differ inside the passage: old words, new words."""
        begin, end = self.inside or (0, 0)
        blocks: list[tuple[list[str], list[str]]] = []
        old: list[str] = []
        new: list[str] = []
        read = next(iter(image.values()))
        for number in range(begin, end):
            place = image.get(number)
            if place is None:
                old.append(self.written[number])
                continue
            new += [self._word(n) for n in range(read, place)]
            read = place + 1
            if self.numbers[number] == self.all.numbers[place]:
                blocks += [(old, new)] if old or new else []
                old, new = [], []
            else:
                old.append(self.written[number])
                new.append(self._word(place))
        return [*blocks, (old, new)] if old or new else blocks

    def _word(self, number: int) -> str:
        start, end = self.all.spans[number]
        return self.all.text[start:end]

    def _changes(self, blocks: list[tuple[list[str], list[str]]]) -> Changes:
        begin, end = self.inside or (0, 0)
        clusters = sum(1 for word in self.written[begin:end] if _IS_UNSPACED.match(word))
        words = end - begin - clusters + clusters / CLUSTERS_A_WORD
        parts = [_compare(old, new) for old, new in blocks]
        return Changes(
            words,
            mistyped=sum(p.mistyped for p in parts),
            replaced=sum(p.replaced for p in parts),
            inserted=sum(p.inserted for p in parts),
            deleted=sum(p.deleted for p in parts),
            names=any(p.names for p in parts),
        )

    def _span(self, numbers: tuple[int, int]) -> tuple[int, int]:
        """Give the span of text of the words found, with the signs that the passage has there."""
        start, end = self.all.spans[numbers[0]][0], self.all.spans[numbers[1] - 1][1]
        begin, last = self.inside or (0, 0)
        into = max(0, self.first - self.spans[begin][0])
        over = max(0, self.spans[last - 1][1] - self.last)
        # A passage that begins inside a word keeps its letter only where the word is the same.
        same_first = self.numbers[begin] == self.all.numbers[numbers[0]]
        same_last = self.numbers[last - 1] == self.all.numbers[numbers[1] - 1]
        start += into if same_first else 0
        end -= over if same_last else 0
        before = self.text[self.first : max(self.first, self.spans[begin][0])]
        behind = self.text[min(self.last, self.spans[last - 1][1]) : self.last]
        return start - self._signs_before(start, before), end + self._signs_behind(end, behind)

    def _signs_before(self, start: int, signs: str) -> int:
        there = self.all.text[max(0, start - len(signs)) : start]
        found = re.search(r"[^\w\s][^\w]*\Z", there) if signs.strip() else None
        return len(found.group()) if found else 0

    def _signs_behind(self, end: int, signs: str) -> int:
        there = self.all.text[end : end + len(signs)]
        found = re.match(r"[^\w]*[^\w\s]", there) if signs.strip() else None
        return len(found.group()) if found else 0


def _compare(old: list[str], new: list[str]) -> Changes:
    """Say how one stretch of words became another."""
    if all(map(_IS_UNSPACED.match, old + new)):
        return _compare_clusters(old, new)
    if old and new and _is_mistyped("".join(old), "".join(new)):
        return Changes(len(old), mistyped=1, names=_has_name(old, new))
    if max(len(old), len(new)) > STRETCH:
        both = min(len(old), len(new))
        return Changes(len(old), 0, both, len(new) - both, len(old) - both, names=True)
    left, came, mistyped = [], list(new), 0
    for word in old:
        match = next((w for w in came if _is_mistyped(word, w)), None)
        if match is None:
            left.append(word)
        else:
            came.remove(match)
            mistyped += 1
    replaced = min(len(left), len(came))
    return Changes(
        len(old),
        mistyped,
        replaced,
        inserted=len(came) - replaced,
        deleted=len(left) - replaced,
        names=_has_name(old, new),
    )


def _compare_clusters(old: list[str], new: list[str]) -> Changes:
    """Compare where no space parts words: one cluster is a typing mistake, several are words."""
    alone = any(map(_IS_WORD_ALONE.match, old + new))
    if max(len(old), len(new)) == 1 and not alone:
        return Changes(0, mistyped=1, names=True)
    before, behind = (-(-len(part) // CLUSTERS_A_WORD) for part in (old, new))
    both = min(before, behind)
    return Changes(0, 0, both, behind - both, before - both, names=True)


def _is_mistyped(old: str, new: str) -> bool:
    """Whether two words are one word typed differently: no digit, few letters, or accents."""
    a, b = old.casefold(), new.casefold()
    if any(sign.isdigit() for sign in a + b):
        return False
    if a == b or _bare(a) == _bare(b):
        return True
    length = max(len(a), len(b))
    is_swapped = length == SWAPPED and sorted(a) == sorted(b)
    allowed = 1 if is_swapped else next((few for size, few in TYPING if length >= size), 0)
    return OSA.distance(a, b, score_cutoff=allowed) <= allowed


def _bare(word: str) -> str:
    """Take off accents, but not the vowel signs of Devanagari or Telugu, which are letters."""
    return _ACCENTS.sub("", unicodedata.normalize("NFD", word))


def _has_name(old: list[str], new: list[str]) -> bool:
    """Whether a name, a number or a script without capitals is among words that differ."""
    return any(word.lower() == word.upper() or not word[0].islower() for word in old + new)
