"""Texts corrected by nobody: each change is made by chance from a seed, and the truth is known."""

import random
from dataclasses import dataclass
from pathlib import Path

from pipeline.corpus import transcripts

INTERVIEWS = Path(__file__).parents[1] / "data" / "raw" / "interviews"
LETTERS = "abcdefghijklmnopqrstuvwxyzéèà"
OTHERS = ("chose", "Moussa", "quatorze", "hier", "Fatou", "812")
NEW = -1


def prose(words: int) -> list[str]:
    """Take so many words of the invented interviews, a string a turn."""
    turns: list[str] = []
    for file in sorted(INTERVIEWS.iterdir()):
        if file.suffix in (".txt", ".md", ".srt", ".vtt", ".docx"):
            turns += transcripts.read(file)["text"].tolist()
    kept, count = [], 0
    for turn in turns:
        if count < words:
            kept.append(turn)
            count += len(turn.split())
    return kept


@dataclass
class Corrected:
    """A text whose code points know where they stood in the old one, or are NEW."""

    signs: list[tuple[str, int]]

    @classmethod
    def of(cls, text: str) -> "Corrected":
        return cls([(sign, place) for place, sign in enumerate(text)])

    @property
    def text(self) -> str:
        return "".join(sign for sign, _place in self.signs)

    def paragraphs(self) -> list[tuple[int, int]]:
        """The spans of the turns, as they are now."""
        spans, start = [], 0
        for turn in self.text.split("\n"):
            spans.append((start, start + len(turn)))
            start += len(turn) + 1
        return spans

    def put(self, start: int, end: int, new: str) -> None:
        """Write `new` for [start, end): its first signs stand where the old ones stood."""
        old = [place for _sign, place in self.signs[start:end]]
        places = (old + [NEW] * len(new))[: len(new)]
        self.signs[start:end] = zip(new, places, strict=True)

    def truth(self) -> dict[int, int]:
        """Where each code point of the old text that is left stands now."""
        return {place: now for now, (_sign, place) in enumerate(self.signs) if place != NEW}


def typing(text: Corrected, chance: random.Random, count: int) -> None:
    """Change, drop, double or swap single letters inside words of five letters and more."""
    for _ in range(count):
        place = chance.randrange(2, len(text.signs) - 3)
        around = "".join(sign for sign, _ in text.signs[place - 2 : place + 3])
        if not around.isalpha():
            continue
        kind = chance.randrange(4)
        if kind == 0:
            text.put(place, place + 1, chance.choice(LETTERS))
        elif kind == 1:
            del text.signs[place]
        elif kind == 2:
            text.signs.insert(place, (around[2], NEW))
        else:
            text.signs[place : place + 2] = text.signs[place : place + 2][::-1]


def words(text: Corrected, chance: random.Random, count: int) -> None:
    """Put a word in, take one out or put another in its place."""
    for _ in range(count):
        spaces = [n for n, (sign, _place) in enumerate(text.signs) if sign == " "]
        first = chance.randrange(len(spaces) - 1)
        start, end = spaces[first], spaces[first + 1]
        kind = chance.randrange(3)
        if kind == 0:
            text.put(start, start, " vraiment")
        elif kind == 1:
            del text.signs[start:end]
        else:
            text.put(start + 1, end, chance.choice(OTHERS))


def insertions(text: Corrected, chance: random.Random, count: int) -> None:
    """Put turns in: a new sentence, or one that the text has already."""
    for _ in range(count):
        spans = text.paragraphs()
        start, end = chance.choice(spans)
        copied = text.text[start:end]
        where = chance.choice(spans)[0]
        new = chance.choice([copied, "Oui. Nous avons tout recommencé depuis le début, en août."])
        text.put(where, where, new + "\n")


def deletions(text: Corrected, chance: random.Random, count: int) -> None:
    """Take turns out."""
    for _ in range(count):
        start, end = chance.choice(text.paragraphs())
        del text.signs[start : end + 1]


def swaps(text: Corrected, chance: random.Random, count: int) -> None:
    """Let two turns change places, as when a paragraph is cut and pasted."""
    for _ in range(count):
        (start, end), (first, last) = sorted(chance.sample(text.paragraphs(), 2))
        signs = text.signs
        text.signs = (
            signs[:start] + signs[first:last] + signs[end:first] + signs[start:end] + signs[last:]
        )


def alike(turns: list[str], seed: int, share: float) -> list[str]:
    """Say a share of the turns again elsewhere: word for word, or with one word another."""
    chance = random.Random(seed)
    new = list(turns)
    for turn in chance.sample(turns, round(share * len(turns))):
        words = turn.split(" ")
        if chance.random() < 0.6:
            words[chance.randrange(len(words))] = chance.choice(OTHERS)
        new.insert(chance.randrange(len(new)), " ".join(words))
    return new


def corrected(text: str, seed: int, amount: int) -> Corrected:
    """Correct a text in every way, `amount` times each; typing mistakes five times as often."""
    new, chance = Corrected.of(text), random.Random(seed)
    # Turns are copied last, so that no copy outlives the turn that it was made of.
    for change in (deletions, swaps, insertions, words):
        change(new, chance, amount)
    typing(new, chance, 5 * amount)
    return new


def spans(text: str, seed: int, count: int) -> list[tuple[int, int]]:
    """Choose passages as coders do: from a few words to several sentences, at word borders."""
    chance = random.Random(seed)
    starts = [0] + [n + 1 for n, sign in enumerate(text) if sign.isspace()]
    chosen = []
    for _ in range(count):
        first = chance.randrange(len(starts) - 1)
        last = min(first + chance.choice([2, 4, 8, 12, 20, 40, 80]), len(starts) - 1)
        chosen.append((starts[first], starts[last] - 1))
    return chosen
