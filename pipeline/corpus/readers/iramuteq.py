"""IRaMuTeQ and Alceste corpora: `**** *interview_01 *role_habitant`, then the text.

Each text is a turn. A variable's name ends at its first underscore (`*age_20_30`: age, 20_30). The
speaker is the value of a variable for that (`*locuteur_`, `*speaker_`, …) where there is one. A
theme (`-*theme_logement`) begins a turn of its own, as each answer to an interview guide is one.
What the variables say, and the themes, is `unused`; `variables` reads a line of them.
"""

import re
from pathlib import Path

from pipeline.corpus.encodings import decode
from pipeline.corpus.readers.turns import Reading, Turn

# The names of variables that tell who speaks, in the order of their certainty.
SPEAKERS = (
    "speaker",
    "locuteur",
    "locutrice",
    "loc",
    "intervenant",
    "intervenante",
    "enquete",
    "enquetee",
    "interviewe",
    "interviewee",
    "voix",
    "personne",
    "participant",
    "participante",
    "nom",
    "name",
    "ind",
)

_OPENING = re.compile(r"\*{4}(?:[ \t]{1,80}(?=\*)|[ \t]{0,80}$)|\d{4}[ \t]{1,80}(?=\*\w)")
_STARS = re.compile(rb"(?:\xef\xbb\xbf)?\s{0,80}\*{4}[ \t]{1,8}\*\w")
_THEME = re.compile(r"-\*\S")
_VARIABLE = re.compile(r"\*([^\s_*]{1,80})(?:_(\S{0,200}))?")


def recognises(head: bytes) -> bool:
    """Whether the file begins with a line of variables."""
    return bool(_STARS.match(head))


def variables(line: str) -> dict[str, str]:
    """Read a line of variables, parted at the first underscore of each; no value is ""."""
    return {match[1]: match[2] or "" for match in _VARIABLE.finditer(line)}


def read(data: bytes, path: Path) -> Reading:
    """
    Read a corpus; `place` is the line where the text's words begin.

    Raises:
        DataError: C-103 the encoding.

    """
    text, _encoding = decode(data, path)
    reading = Reading()
    speaker, place, parts, is_open = "", 1, list[str](), False
    for number, row in enumerate(text.split("\n"), start=1):
        opening, theme = _OPENING.match(row), _THEME.match(row)
        if not opening and not theme:
            place = place if parts else number
            parts += [row.strip()] if row.strip() else []
            continue
        _close(reading, speaker, place, parts, is_open=is_open)
        parts = []
        reading.leave(number, row)
        if opening:
            speaker, is_open = speaker_of(variables(row)), True
    _close(reading, speaker, place, parts, is_open=is_open)
    reading.unused.sort(key=lambda item: item[0])
    return reading


def _close(reading: Reading, speaker: str, place: int, parts: list[str], *, is_open: bool) -> None:
    """End a text; what stands before the first line of variables belongs to none."""
    if is_open and parts:
        reading.add(Turn(speaker, "\n".join(parts), place))
    else:
        reading.leave(place, "\n".join(parts))


def speaker_of(found: dict[str, str]) -> str:
    """Choose the variable that tells who speaks; "" where none does."""
    plain = {name.casefold().replace("é", "e"): value for name, value in found.items()}
    return next((plain[name] for name in SPEAKERS if plain.get(name)), "")
