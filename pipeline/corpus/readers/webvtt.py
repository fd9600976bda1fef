"""WebVTT, as subtitlers, Teams, Zoom and YouTube write it. For the scanner see `cues`."""

import re
from pathlib import Path

from pipeline.corpus.encodings import decode
from pipeline.corpus.readers import cues
from pipeline.corpus.readers.turns import Reading

_SIGNATURE = re.compile(rb"(?:\xef\xbb\xbf)?\s{0,80}WEBVTT(?:\s|$)")
_SIGNATURE_16 = tuple("WEBVTT".encode(name) for name in ("utf-16-le", "utf-16-be"))
_SKIPPED = re.compile(r"(?:NOTE(?:\s|$)|STYLE\s*$|REGION\s*$|REGION:)")


def recognises(head: bytes) -> bool:
    """Whether the file begins with `WEBVTT`."""
    return bool(_SIGNATURE.match(head)) or head[2:16].startswith(_SIGNATURE_16)


def read(data: bytes, path: Path) -> Reading:
    """
    Read cues as turns; `place` is the line of the cue's times.

    The speaker is the voice tag's (`<v Name>`), else a label before the words, else "". The file's
    header, comments, styles and cue identifiers are skipped.

    Raises:
        DataError: C-103 the encoding, C-106 times that cannot be read.

    """
    text, _encoding = decode(data, path)
    rows = text.split("\n")
    found, before = cues.scanned(rows, path, _is_identifier, _is_skipped)
    reading = cues.reading(found)
    has_header = bool(before) and before[0][1][0].lstrip().startswith("WEBVTT")
    for place, lines in before[has_header:]:
        reading.leave(place, cues.shown("\n".join(lines)))
    return reading


def _is_skipped(line: str) -> bool:
    return bool(_SKIPPED.match(line))


def _is_identifier(rows: list[str], i: int) -> bool:
    """Whether row `i`, before a timing line, is the cue's name: alone behind a blank line."""
    row = rows[i].strip()
    return bool(row) and row != "WEBVTT" and (i == 0 or not rows[i - 1].strip() or row.isdigit())
