"""CSV: a turn a row, with columns for words, speaker and times, in English or French.

The csv module reads strictly: an open quotation mark would otherwise swallow the rest of an
interview into one cell. An empty speaker cell continues the speaker of the row before.
"""

import csv
import html
import io
import math
import re
import unicodedata
from collections.abc import Iterator
from pathlib import Path

from pipeline.corpus.encodings import decode
from pipeline.corpus.readers import times
from pipeline.corpus.readers.turns import Reading, Turn, clean, note_bad_time
from pipeline.messages import _
from pipeline.problems import DataError, Problems

# What a column is called, without accents, capitals, blanks and signs.
COLUMNS = {
    "words": "words word text texte paroles parole mots propos transcript transcription utterance "
    "contenu content verbatim",
    "speaker": "speaker speakername speakerlabel locuteur locutrice locuteurice intervenant "
    "intervenante intervenants interlocuteur personne qui who nom name voix voice participant",
    "time": "timestamp timestamps time times timecode timecodes tc horodatage temps minutage",
    "start": "start starts starttime begin begintime debut tempsdebut in tcin startseconds",
    "end": "end ends endtime stop fin tempsfin out tcout endseconds",
}
_KIND = {name: kind for kind, names in COLUMNS.items() for name in names.split()}
_DELIMITERS = ",;\t"

Row = tuple[int, list[str]]


def recognises(head: bytes) -> bool:
    """Whether the first line names a column for words and one for speakers."""
    try:
        first = head.decode("utf-8-sig", errors="replace").replace("\r", "\n").lstrip("\n")
        kinds = _kinds(_cells(first.split("\n", 1)[0])[1])
    except csv.Error:
        return False
    return {"words", "speaker"} <= set(kinds)


def kind_of(name: str) -> str:
    """Say what a column named `name` holds: words, speaker, time, start, end, or "" (ignored)."""
    plain = unicodedata.normalize("NFKD", name.casefold())
    return _KIND.get(re.sub(r"[^a-z]|_", "", plain.removesuffix("_s")), "")


def read(data: bytes, path: Path) -> Reading:
    """
    Read a table; `place` is the line of the file where the row begins.

    Raises:
        DataError: C-103 the encoding, C-105 no column for words, two for the same, a row with
            more cells than columns or an open quotation mark, C-106 a cell that is no time.

    """
    text, _encoding = decode(data, path)
    problems = Problems()
    try:
        rows = list(_rows(text))
    except csv.Error as error:
        line = error.args[1] if len(error.args) > 1 else 0
        problems.add("C-105", path, line, *_quotation())
        raise DataError(problems) from error
    kinds = _kinds(rows[0][1]) if rows else []
    if _is_whispers(text, rows[1:]):
        rows[1:] = [(line, _in_seconds(row)) for line, row in rows[1:]]
    _check_columns(kinds, rows[0][0] if rows else 1, path)
    reading = _reading(rows[1:], kinds, path, problems)
    problems.check()
    return reading


def _is_whispers(text: str, rows: list[Row]) -> bool:
    """Whether Whisper wrote the table: its times are whole thousandths of a second."""
    times_of = [cell for _line, row in rows for cell in row[:2]]
    return text.startswith("start\tend\ttext\n") and all(map(str.isdecimal, times_of))


def _in_seconds(row: list[str]) -> list[str]:
    return [f"{cell[:-3] or 0}.{cell[-3:].zfill(3)}" for cell in row[:2]] + row[2:]


def _quotation() -> tuple[str, str]:
    return (
        _("a quotation mark is opened and not closed, or stands inside a cell").format(),
        _('close it, or write it twice ("") where it belongs to the words').format(),
    )


def _cells(first: str) -> tuple[str, list[str]]:
    """Split the header at the sign that yields most known columns; return sign and cells."""
    splits = [(sign, next(csv.reader([first], delimiter=sign), [])) for sign in _DELIMITERS]
    return max(splits, key=lambda split: (sum(map(bool, _kinds(split[1]))), len(split[1])))


def _kinds(cells: list[str]) -> list[str]:
    return [kind_of(cell) for cell in cells]


def _rows(text: str) -> Iterator[Row]:
    """Yield each row that is not blank with the line where it begins."""
    body = re.sub(r"\A\s*sep=.\n", lambda found: "\n" * found[0].count("\n"), text, flags=re.I)
    first = body.lstrip("\n").split("\n", 1)[0]
    reader = csv.reader(io.StringIO(body, newline=""), delimiter=_cells(first)[0], strict=True)
    line = 1
    while True:
        try:
            row = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise csv.Error(str(error), line) from error
        if any(cell.strip() for cell in row):
            yield line, row
        line = reader.line_num + 1


def _check_columns(kinds: list[str], line: int, path: Path) -> None:
    problems = Problems()
    if "words" not in kinds:
        problems.add(
            "C-105",
            path,
            line,
            _("no column holds the words").format(),
            _("name the columns in the first line: {names}").format(
                names="speaker, words, timestamp (locuteur, texte, horodatage)"
            ),
        )
    for kind in sorted({kind for kind in kinds if kind and kinds.count(kind) > 1}):
        problems.add(
            "C-105",
            path,
            line,
            _('two columns are understood as "{kind}"').format(kind=kind),
            _("keep one of them, or give the other a name of its own").format(),
        )
    problems.check()


def _reading(rows: list[Row], kinds: list[str], path: Path, problems: Problems) -> Reading:
    reading, speaker = Reading(), ""
    for line, row in rows:
        cells = [html.unescape(cell).strip() for cell in row]
        if any(cells[len(kinds) :]):
            problems.add("C-105", path, line, *_too_many())
        named = dict(zip(kinds, cells, strict=False))
        speaker = named.get("speaker") or speaker
        start_s, end_s = _times(named, line, path, problems)
        turn = Turn(speaker, named.get("words", ""), line, start_s, end_s)
        reading.add(turn, written=_but_times(kinds, cells))
    return reading


def _too_many() -> tuple[str, str]:
    return (
        _("the row has more cells than the first line has columns").format(),
        _('put "quotation marks" around words that contain the separating sign').format(),
    )


def _but_times(kinds: list[str], cells: list[str]) -> str:
    """Write a row without words for `unused`; a bare timestamp is nothing that could be lost."""
    pairs = zip(kinds + [""] * len(cells), cells, strict=False)
    return " | ".join(cell for kind, cell in pairs if cell and kind not in ("time", "start", "end"))


def _times(named: dict[str, str], line: int, path: Path, problems: Problems) -> times.Span:
    """Read start and end in seconds from the columns that a table has; NaN for a blank cell."""
    try:
        start_s, end_s = times.cell(named.get("time", ""))
        own_start_s = times.cell(named.get("start", ""))[0]
        own_end_s = times.cell(named.get("end", ""))[0]
    except ValueError:
        note_bad_time(problems, path, line)
        return times.NO_TIMES
    return (
        start_s if math.isnan(own_start_s) else own_start_s,
        end_s if math.isnan(own_end_s) else own_end_s,
    )


def cell_kinds(cells: list[str]) -> list[str]:
    """Say what each cell of a possible header row names, for tables in other formats."""
    return _kinds([clean(cell) for cell in cells])
