"""What a stage says while it works: one line when it is done, a progress bar in a terminal."""

import sys
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self, TypeVar

from pipeline import messages
from pipeline.messages import _

Item = TypeVar("Item")
# More places than these are counted, not listed: the line stays a line.
SHOWN_PLACES = 5


@dataclass
class Stage:
    """Times a stage; on success prints what it read, made and held back, then its notes.

    Usage: `with Stage("corpus") as stage: stage.read.append("12 sheets") …`
    """

    name: str
    read: list[str] = field(default_factory=list)
    made: list[str] = field(default_factory=list)
    held_back: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def __enter__(self) -> Self:
        self._started = time.perf_counter()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if kind is None:
            print(self, flush=True)

    def __str__(self) -> str:
        parts = [
            _("read {things}").format(things=_listed(self.read)),
            _("made {things}").format(things=_listed(self.made)),
            _("held back {things}").format(things=_listed(self.held_back)),
            _("{seconds} s").format(seconds=number(round(time.perf_counter() - self._started, 1))),
        ]
        lines = [
            f"{self.name:<11} {' · '.join(parts)}",
            *(f"{'':<11} {note}" for note in self.notes),
        ]
        return "\n".join(lines)


def _listed(things: list[str]) -> str:
    return ", ".join(things) or _("nothing")


def some(places: list[str]) -> str:
    """List the first few places, and say how many more there are."""
    shown = ", ".join(places[:SHOWN_PLACES])
    more = len(places) - SHOWN_PLACES
    return f"{shown} … (+{more})" if more > 0 else shown


def number(value: float) -> str:
    """Write a number for the team, with the language's thousands and decimals."""
    text = f"{value:,}"
    if _("decimal point") == "decimal point":
        return text
    return text.replace(",", "\u202f").replace(".", ",")


def counted(one: str, many: str, count: int) -> str:
    """Say `{count} things` in the project's language."""
    return messages.plural(one, many, count).replace(str(count), number(count), 1)


def progress(items: Iterable[Item], count: int, label: str) -> Iterable[Item]:
    """Yield `count` items behind a progress bar in a terminal, and silently in a log."""
    if not sys.stderr.isatty() or count < 2:
        return items
    from rich.console import Console
    from rich.progress import track

    console = Console(stderr=True)
    return track(items, f"{label:<11}", count, console=console, transient=True)
