"""What every reader returns, and how lines with heads become turns."""

import math
import re
import unicodedata
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby, pairwise
from pathlib import Path

from pipeline.corpus.readers.heads import Form, Head, Line, chosen, leading_time
from pipeline.corpus.readers.times import NO_TIMES, closing, is_time, span
from pipeline.messages import _
from pipeline.problems import Problems

# Line breaks of other systems, all written `\n`: positions count one sign for a break.
_BREAKS = re.compile("\r\n|[\r\v\f\x1c-\x1e\x85\u2028\u2029]")

# Control characters are no words, are not seen by whoever proofreads, and are forbidden in the XML
# that books and timelines are written in.
_CONTROLS = re.compile(r"[\x00-\x08\x0e-\x1b\x1f\x7f-\x84\x86-\x9f]")

# Half of a sign beyond the first 65,536, as JSON and RTF may write it: no text can hold it.
_HALVES = re.compile("[\ud800-\udfff]")

# Blanks that `str.strip` does not count as such: a byte-order mark amid pasted text, ZWSP.
_INVISIBLE = "\ufeff\u200b"


@dataclass(frozen=True)
class Turn:
    """One speaker's words until the next speaks; times in seconds, NaN where the file has none."""

    speaker: str
    text: str
    place: int
    start_s: float = math.nan
    end_s: float = math.nan


@dataclass
class Reading:
    """A transcript: its turns; what is no speech (place, text); labels in doubt (place, label)."""

    turns: list[Turn] = field(default_factory=list)
    unused: list[tuple[int, str]] = field(default_factory=list)
    doubtful: list[tuple[int, str]] = field(default_factory=list)

    def add(self, turn: Turn, written: str = "") -> None:
        """Add a turn in its clean form; one without any sign is `unused`, as the file writes it."""
        speaker, text = clean(turn.speaker), clean(turn.text)
        if text:
            self.turns.append(Turn(speaker, text, turn.place, turn.start_s, turn.end_s))
        else:
            self.leave(turn.place, written)

    def leave(self, place: int, text: str) -> None:
        """Note what stands in the file and is not speech."""
        if left := clean(text):
            self.unused.append((place, left))


def clean(text: str) -> str:
    r"""Bring text to the corpus form: NFC, `\n` the only break, no control sign or outer blank."""
    text = _HALVES.sub("\ufffd", _CONTROLS.sub("", _BREAKS.sub("\n", text)))
    trimmed, before = unicodedata.normalize("NFC", text), ""
    while trimmed != before:
        trimmed, before = trimmed.strip().strip(_INVISIBLE), trimmed
    return trimmed


def assembled(
    lines: Sequence[Line], path: Path, headings: Collection[int] = frozenset()
) -> Reading:
    """
    Join lines into turns.

    Args:
        lines: The file's lines in order, blank ones included.
        path: Its name, for the problems.
        headings: The places of lines that the file calls headings: those that begin no turn are
            `unused`, unless the file is nothing else.

    Returns:
        A turn for each head, with the lines up to the next; without any head, a turn for each
        block, with speaker "". Lines before the first head, behind a table's row, and times
        alone on a line are `unused`.

    Raises:
        DataError: C-106, a head's time is impossible.

    """
    heads, doubtful = chosen(lines)
    idle = _idle(lines, heads, headings)
    if idle:
        reading = assembled([line for i, line in enumerate(lines) if i not in idle], path)
        reading.unused += [(lines[i].place, clean(lines[i].text)) for i in idle]
        reading.unused.sort(key=lambda item: item[0])
        return reading
    _check_times(lines, heads, path)
    reading = _by_head(lines, heads) if heads else _by_block(lines)
    reading.doubtful = doubtful
    return reading


def _idle(
    lines: Sequence[Line], heads: dict[int, Head], headings: Collection[int]
) -> dict[int, Line]:
    """Find the headings that begin no turn; none where nothing else is written."""
    rest, idle = False, dict[int, Line]()
    for i, line in enumerate(lines):
        if line.place in headings and i not in heads and line.text.strip():
            idle[i] = line
        else:
            rest = rest or bool(line.text.strip())
    return idle if rest else {}


def _check_times(lines: Sequence[Line], heads: dict[int, Head], path: Path) -> None:
    problems = Problems()
    for i, head in heads.items():
        if head.has_bad_time:
            note_bad_time(problems, path, lines[i].place)
    problems.check()


def note_bad_time(problems: Problems, path: Path, place: int) -> None:
    """Note a time that cannot be; what the file says there is not repeated: it may be speech."""
    problems.add(
        "C-106",
        path,
        place,
        _("what stands in the place of a time is none").format(),
        _("write it as 0:45, 12:03 or 1:02:03.5; minutes and seconds run from 0 to 59").format(),
    )


def _by_head(lines: Sequence[Line], heads: dict[int, Head]) -> Reading:
    reading = Reading()
    above = {i - 1: heads[i] for i in heads if _has_time_above(lines, heads, i)}
    starts = [*heads, len(lines)]
    for i, line in enumerate(lines[: starts[0]]):
        reading.leave(line.place, "" if i in above else line.text)
    for i, following in pairwise(starts):
        head = heads[i]
        if i - 1 in above:
            head = replace(head, times=span(lines[i - 1].text))
        _add_turn(reading, [lines[n] for n in range(i, following) if n not in above], head)
    return reading


def _has_time_above(lines: Sequence[Line], heads: dict[int, Head], i: int) -> bool:
    """Whether the time of an untimed head stands alone on the line before it."""
    if heads[i].is_timed or not i or i - 1 in heads:
        return False
    led = leading_time(lines[i - 1].text) if is_time(lines[i - 1].text) else None
    return led is not None


def _add_turn(reading: Reading, lines: Sequence[Line], head: Head) -> None:
    """Add the turn whose head stands in the first of `lines`; the others continue it."""
    words, left = [head.rest] if head.rest else [], []
    for line in lines[1:]:
        if head.form is Form.CELL or is_time(line.text):
            left.append(line)
        elif line.text.strip():
            words.append(line.text.strip())
    start_s, end_s = head.times
    parted = [closing(row.rstrip()) for row in words]
    ends = [time for _row, time in parted if not math.isnan(time)]
    end_s = ends[-1] if ends and math.isnan(end_s) else end_s
    text = "\n".join(row for row, _time in parted)
    turn = Turn(head.label, text, lines[0].place, start_s, end_s)
    reading.add(turn, written=lines[0].text)
    for line in left:
        reading.leave(line.place, line.text)


def _by_block(lines: Sequence[Line]) -> Reading:
    """Make a turn of each paragraph, and of each line with a time before it (`[0:03] words`)."""
    reading = Reading()
    for _block, group in groupby(lines, key=lambda line: line.block):
        times, words, place = NO_TIMES, list[str](), 0
        for line in group:
            led = leading_time(line.text)
            if led or not words:
                reading.add(Turn("", "\n".join(words), place, *times))
                times, words, place = (led[0] if led else NO_TIMES), [], line.place
            text = (led[1] if led else line.text).strip()
            words += [text] if text else []
        reading.add(Turn("", "\n".join(words), place, *times))
    return reading
