"""Plain text and Markdown: `Nom : texte`, `[id1] texte`, `[Nom] (0:01 - 0:11)`, `Nom  0:03`.

Which line begins a turn is decided in `heads`. The YAML head of a Markdown file is skipped; its
headings (`## Partie 2`) are not speech and go to `unused`. So do noScribe's marks of pauses and of
overlapping speech, in a text that noScribe wrote.
"""

import re
from pathlib import Path

from pipeline.corpus.encodings import decode
from pipeline.corpus.readers import noscribe
from pipeline.corpus.readers.heads import Line
from pipeline.corpus.readers.turns import Reading, assembled

_YAML_HEAD = re.compile(r"---[ \t]*\n.*?\n(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL)
_HEADING = re.compile(r"\s{0,3}#{1,6}\s+\S")
_RULE = re.compile(r"\s{0,3}(?:-[ \t]*){3,}$|\s{0,3}(?:\*[ \t]*){3,}$|\s{0,3}(?:_[ \t]*){3,}$")


def recognises(head: bytes) -> bool:
    """Any text can be a transcript: only the name says so."""
    return False


def read(data: bytes, path: Path) -> Reading:
    """
    Read a `.txt` or `.md`; `place` is the line.

    Without any label a turn is a paragraph between blank lines, or a line where none is blank.

    Raises:
        DataError: C-103 the encoding, C-106 an impossible time.

    """
    text, _encoding = decode(data, path)
    rows = list(enumerate(text.split("\n"), start=1))
    headings, marks = list[tuple[int, str]](), list[tuple[int, str]]()
    if path.suffix.lower() in (".md", ".markdown"):
        rows, headings = _without_markdown(text, rows)
    if noscribe.is_text(text):
        rows, marks = noscribe.rows(rows)
    reading = assembled(_lines(rows), path)
    reading.unused = sorted(reading.unused + headings + marks)
    return reading


def _without_markdown(
    text: str, rows: list[tuple[int, str]]
) -> tuple[list[tuple[int, str]], list[tuple[int, str]]]:
    """Take the YAML head, the rules and the headings out; the headings are returned beside."""
    head = _YAML_HEAD.match(text)
    rows = rows[head[0].rstrip("\n").count("\n") + 1 :] if head else rows
    headings = [(place, row.strip()) for place, row in rows if _HEADING.match(row)]
    rows = [(n, "" if _HEADING.match(row) or _RULE.match(row) else row) for n, row in rows]
    return rows, headings


def _lines(rows: list[tuple[int, str]]) -> list[Line]:
    spoken = [row for _place, row in rows]
    has_paragraphs = "" in (row.strip() for row in "\n".join(spoken).strip().split("\n"))
    lines, block, was_blank = [], 0, True
    for place, row in rows:
        is_blank = not row.strip()
        block += not has_paragraphs or (was_blank and not is_blank)
        lines.append(Line(place, row, block))
        was_blank = is_blank
    return lines
