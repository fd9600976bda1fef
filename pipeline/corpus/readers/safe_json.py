"""JSON as machines write it and strangers alter it: bounded, and read leniently where it may be.

Whisper.cpp cuts letters of several bytes between two tokens, which leaves UTF-8 with stray bytes;
Python writes `NaN`; scripts on Windows write Windows-1252. All three are read.
"""

import json
import math
import re
from pathlib import Path
from typing import Any

from pipeline.corpus.encodings import decode
from pipeline.corpus.readers import times
from pipeline.corpus.readers.safe_xml import refusal
from pipeline.messages import _

# A day of talk with the times of each letter has a million objects; each takes 100 bytes of memory.
MAX_OBJECTS = 2_000_000

_SEQUENCE = re.compile(
    rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}"
)
_NUMBER = re.compile(r"\d{1,7}(?:[.,]\d{1,20})?")


def parse(data: bytes, path: Path) -> Any:
    """
    Parse a whole file.

    Raises:
        DataError: C-103 the encoding, C-104 it is cut off, damaged, or nested or large beyond what
            a transcript can need.

    """
    text = _text(data, path)
    if text.count("{") + text.count("[") + text.count(",") // 4 > MAX_OBJECTS:
        raise refusal(path, 0, _("the JSON has more objects than a transcript can need").format())
    try:
        return json.loads(text, strict=False)
    except RecursionError as error:
        fact = _("the JSON is nested deeper than a transcript can need").format()
        raise refusal(path, 0, fact) from error
    except ValueError as error:
        line = getattr(error, "lineno", 0)
        raise refusal(path, line, _("the JSON is cut off or damaged here").format()) from error


def _text(data: bytes, path: Path) -> str:
    lenient = data.decode("utf-8", errors="replace")
    strays = lenient.count("\ufffd")
    if strays and len(_SEQUENCE.findall(data)) > strays and b"\0" not in data:
        return lenient
    return decode(data, path)[0]


def seconds(value: object) -> float:
    """
    Read a time in seconds: a number, `"62.5"`, `"0:01:02,5"`; NaN where none is given.

    Raises:
        ValueError: it is none, below zero or endless.

    """
    if value is None or value == "" or (isinstance(value, float) and math.isnan(value)):
        return math.nan
    if isinstance(value, str):
        written = value.strip()
        if _NUMBER.fullmatch(written):
            return round(float(written.replace(",", ".")), 6)
        return times.span(written)[0]
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ValueError("no time")
    if not 0 <= value < 10**7:
        raise ValueError("no time of a recording")
    return round(float(value), 6)


def objects(value: object) -> list[dict[str, Any]]:
    """Give the objects of a list; of anything else, none."""
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def string(value: object) -> str:
    """Give a text or a whole number as text; of anything else, none."""
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) < 10**9:
        return str(value)
    return value if isinstance(value, str) else ""
