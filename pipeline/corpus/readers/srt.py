"""SubRip (`.srt`), as it is found: with or without numbers, commas or points, blank lines amid.

For the scanner, and why it is not the srt library's, see `cues`.
"""

import re
from pathlib import Path

from pipeline.corpus.encodings import decode
from pipeline.corpus.readers import cues
from pipeline.corpus.readers.turns import Reading

_FIRST = re.compile(
    r"\s{0,80}(?:\d{1,6}\s{0,8}\n\s{0,8})?\d{1,3}:\d{1,2}:\d{1,2}[.,]?\d{0,3}\s{0,8}-->\s{0,8}\d"
)


def recognises(head: bytes) -> bool:
    """Whether the file begins with a cue's number and times, or with times alone."""
    encoding = "utf-16" if head[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
    text = head[:400].decode(encoding, errors="replace").replace("\r\n", "\n").replace("\r", "\n")
    return bool(_FIRST.match(text))


def read(data: bytes, path: Path) -> Reading:
    """
    Read cues as turns; `place` is the line of the cue's times.

    Raises:
        DataError: C-103 the encoding, C-106 times that cannot be read.

    """
    text, _encoding = decode(data, path)
    found, before = cues.scanned(text.split("\n"), path, _is_number, lambda line: False)
    reading = cues.reading(found)
    for place, lines in before:
        reading.leave(place, cues.shown("\n".join(lines)))
    reading.unused.sort()
    return reading


def _is_number(rows: list[str], i: int) -> bool:
    return rows[i].strip().isdigit()
