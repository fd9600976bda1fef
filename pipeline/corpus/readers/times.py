"""Times as people and machines write them in transcripts → seconds from the start of the media."""

import math
import re

# One clock time: `0:01`, `01:09`, `0:00:45`, `00:01:02,500`, Teams' `0:0:0.570`, `109:32`.
CLOCK = r"\d{1,4}:\d{1,2}(?::\d{1,2})?(?:[.,]\d{1,6})?(?![\d:])"

# `0:47- 0:49`, `0:47 – 0:49`, `0:47 --> 0:49`, `0:47 à 0:49`. Blanks are counted, not `*`:
# two neighbouring `\s*` take quadratic time on a line of blanks.
SPAN = rf"{CLOCK}(?:\s{{0,8}}(?:-->|->|[-‐‑–—→]|à|to)\s{{0,8}}{CLOCK})?"

# A time that brackets set off from the words: `[0:01]`, `(0:47- 0:49)`, `<00:01:02>`,
# or MAXQDA's `#00:01:02-3#`, whose last figure is tenths of a second.
SET_OFF = rf"(?:[\[(<]\s{{0,8}}{SPAN}\s{{0,8}}[\])>]|\#{CLOCK}(?:-\d)?\#)"

_CLOCK = re.compile(CLOCK)
_MAXQDA = re.compile(r"\#([\d:]+)-(\d)\#")
_CLOSING = re.compile(rf"\s{{0,8}}(\#{CLOCK}(?:-\d)?\#)$")
_SPAN = re.compile(rf"(?:{SET_OFF}|{SPAN})")
_SECONDS = re.compile(r"\d{1,7}(?:[.,]\d{1,6})?\s?s?")

Span = tuple[float, float]
NO_TIMES: Span = (math.nan, math.nan)


def seconds(clock: str) -> float:
    """
    Convert one clock time to seconds.

    Raises:
        ValueError: it is none, or its minutes or seconds pass 59. In `m:ss` the minutes may pass
            59: recorders count so.

    """
    if not _CLOCK.fullmatch(clock.strip()):
        raise ValueError("not a clock time")
    parts = [float(part.replace(",", ".")) for part in clock.strip().split(":")]
    if any(part >= 60 for part in parts[1:]):
        raise ValueError("minutes and seconds run from 0 to 59")
    total = 0.0
    for part in parts:
        total = total * 60 + part
    # Decimal fractions do not add up in binary; nobody writes finer than a microsecond.
    return round(total, 6)


def span(text: str) -> Span:
    """
    Read a time or a range of times, bracketed or not.

    Returns:
        Start and end in seconds; the end is NaN where only one time stands, both for blank text.

    Raises:
        ValueError: the text is no time.

    """
    text = _MAXQDA.sub(r"\1.\2", text.strip())
    if not text:
        return NO_TIMES
    if not _SPAN.fullmatch(text) and not _CLOCK.fullmatch(text):
        raise ValueError("not a time")
    found = [seconds(clock) for clock in _CLOCK.findall(text)]
    return found[0], (found[1] if len(found) > 1 else math.nan)


def cell(text: str) -> Span:
    """Read a table's cell: a time or range as in `span`, or plain seconds such as `62.5`."""
    if _SECONDS.fullmatch(text.strip()):
        return float(text.strip().rstrip("s").replace(",", ".")), math.nan
    return span(text)


def closing(text: str) -> tuple[str, float]:
    """Part f4's time, which says when a paragraph ends, from its words: NaN where none stands."""
    match = _CLOSING.search(text)
    if not match:
        return text, math.nan
    try:
        return text[: match.start()], span(match[1])[0]
    except ValueError:
        return text, math.nan


def is_time(text: str) -> bool:
    """Whether `text` has the shape of a time and holds nothing else."""
    return bool(_SPAN.fullmatch(text.strip()))
