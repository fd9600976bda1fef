"""What is said in a TEI utterance: its text, without what only describes the talk."""

import re

from pipeline.corpus.readers import safe_xml
from pipeline.corpus.readers.safe_xml import Element
from pipeline.corpus.readers.turns import Reading

# What stands among the words and is none. What was said and taken back (`del`), or badly heard
# (`unclear`), was said.
_DESCRIBED = frozenset(
    (
        *("pause", "vocal", "kinesic", "incident", "event", "shift", "writing", "gap", "stage"),
        *("note", "desc", "head", "figure", "spanGrp", "span", "interp", "interpGrp"),
    )
)
_MARKS = frozenset(("anchor", "speaker", "lb", "pb", "cb", "gb", "milestone", "index"))
# Of two readings in a `choice`, these are the editor's and not the speaker's.
_EDITED = frozenset(("reg", "corr", "expan"))
_TOKENS = frozenset(("w", "pc", "seg", "s", "p", "l", "lg", "ab", "u", "cl", "phr"))
_CLOSING = frozenset(".,;:!?…)]}»”")
POINTERS = ("id", "start", "end", "from", "to", "who", "synch", "target", "n")

# Signs that no XML holds: the edge of a word, of a closing punctuation mark, what is written
# together. `\v` is a line break wanted by the file.
_EDGE, _MARK, _TOGETHER = "\0", "\1", "\2"
_BLANKS = re.compile("[ \t\r\n\0\1\2]+")


def said(element: Element, reading: Reading) -> str:
    """
    Write what is said in an utterance, with one blank between words however they are tagged.

    Args:
        element: The utterance.
        reading: What is described, and not said, is noted there.

    """
    return _BLANKS.sub(_blank, "".join(_pieces(element, reading)))


def _blank(match: re.Match[str]) -> str:
    """Put a blank between words, none before a comma or behind an elision tagged as a word."""
    run, before = match[0], match.string[match.start() - 1 : match.start()]
    is_written = " " in run and "\n" not in run
    is_tied = _MARK in run or (_EDGE in run and before in ("'", "’"))
    return "" if _TOGETHER in run or (is_tied and not is_written) else " "


def _pieces(element: Element, reading: Reading) -> list[str]:
    pieces = [safe_xml.own_text(element)]
    for child in element:
        pieces += _piece(child, reading)
        pieces.append(child.tail or "")
    return pieces


def _piece(child: Element, reading: Reading) -> list[str]:
    name = safe_xml.name(child)
    if name in _DESCRIBED:
        reading.leave(child.sourceline or 0, safe_xml.described(child, without=POINTERS))
        return [_EDGE]
    if name in _MARKS:
        return ["\v"] if name == "lb" else []
    if name == "choice":
        return _chosen(child, reading)
    pieces = _pieces(child, reading)
    return _token(child, pieces) if name in _TOKENS else pieces


def _token(child: Element, pieces: list[str]) -> list[str]:
    """Mark the edges of what is tagged as a word or a mark, and what is written together."""
    if safe_xml.name(child) == "pc" and "".join(pieces).strip()[:1] in _CLOSING:
        return [_MARK, *pieces]
    join = safe_xml.attribute(child, "join")
    left = _TOGETHER if join in ("left", "both") else _EDGE
    return [left, *pieces, _TOGETHER if join in ("right", "both") else _EDGE]


def _chosen(choice: Element, reading: Reading) -> list[str]:
    """Take the speaker's own words; note the editor's."""
    readings = [child for child in choice if safe_xml.name(child)]
    own = [child for child in readings if safe_xml.name(child) not in _EDITED] or readings
    for other in readings:
        if other not in own[:1]:
            reading.leave(other.sourceline or 0, safe_xml.described(other, without=POINTERS))
    return _pieces(own[0], reading) if own else []
