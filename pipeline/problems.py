"""What is wrong, where, and what to do about it.

A `Problem` is a fact about a file that people wrote. A stage collects all of them and then raises
one `DataError`; the command line prints them and exits with status 1. Mistakes of our own are
`assert`, never a `Problem`.
"""

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from rapidfuzz import fuzz

from pipeline.messages import _

# Fewer common letters than this (0–100) and a "nearest name" would only mislead.
NEAREST_CUTOFF = 60
# A name this much less alike than the nearest one is not what was meant.
NEAREST_SPREAD = 15
# What is shorter stands inside long names by chance.
SHORTEST_PART = 4
PART_CUTOFF = 90
# More names than this are no help on one line.
MOST_NAMES = 12


@dataclass(frozen=True)
class Problem:
    """One thing wrong with one file; `line` is 0 where the file has no lines to speak of."""

    code: str
    file: str
    line: int
    message: str
    hint: str

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}" if self.line else self.file
        return f"{self.code}  {place}   {self.message}\n       → {self.hint}"


class DataError(Exception):
    """What people sent cannot be used; `problems` says what, where and what to do, all at once."""

    def __init__(self, problems: Iterable[Problem]):
        self.problems = list(problems)
        assert self.problems, "a DataError without a problem says nothing"
        super().__init__(self.problems)

    def __str__(self) -> str:
        return "\n".join(map(str, self.problems))


class Problems(list[Problem]):
    """A collector: `add` as they are found, `check` once at the end."""

    def add(self, code: str, file: Path | str, line: int, message: str, hint: str) -> None:
        """Note a problem; `file` is shown as the person would type it from the current folder."""
        self.append(Problem(code, shown(file), int(line), message, hint))

    def check(self) -> None:
        """Raise a `DataError` with every problem noted, once each, in order of file and line."""
        if self:
            raise DataError(sorted(dict.fromkeys(self), key=lambda p: (p.file, p.line, p.code)))


def shown(file: Path | str) -> str:
    """Name a file relative to the current folder when it lies below it."""
    path = Path(file)
    here = Path.cwd()
    return str(path.relative_to(here) if path.is_relative_to(here) else path)


def folded(name: str) -> str:
    """Leave out accents and the difference between capitals and small letters."""
    plain = unicodedata.normalize("NFKD", name)
    return "".join(sign for sign in plain if not unicodedata.combining(sign)).casefold()


def alike(one: str, other: str) -> float:
    """Say how alike two names are, 0–100: spelling, order of words, one being part of the other."""
    a, b = folded(one), folded(other)
    score = max(fuzz.ratio(a, b), fuzz.token_sort_ratio(a, b))
    if min(len(a), len(b)) >= SHORTEST_PART and fuzz.partial_ratio(a, b) >= PART_CUTOFF:
        return max(score, PART_CUTOFF)
    return score


def nearest(name: str, names: Iterable[str]) -> str:
    """Say which of `names` was perhaps meant: `Nearest: "x", "y"`; list a few when none is near."""
    known = sorted(set(names))
    scores = {other: alike(name, other) for other in known}
    best = max(scores.values(), default=0)
    floor = max(NEAREST_CUTOFF, best - NEAREST_SPREAD)
    near = sorted((n for n in known if scores[n] >= floor), key=lambda n: -scores[n])[:3]
    if near:
        return _("Nearest: {names}").format(names=", ".join(f'"{n}"' for n in near))
    if not known:
        return _("There is none yet.")
    more = " …" if len(known) > MOST_NAMES else ""
    names = ", ".join(f'"{n}"' for n in known[:MOST_NAMES])
    return _("Known: {names}").format(names=names + more)
