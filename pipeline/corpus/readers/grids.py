"""Tables inside documents: a row of speaker and words is a turn; a sheet of facts is not."""

from collections import Counter
from dataclasses import dataclass

from pipeline.corpus.readers.heads import Form, Head, Line, candidate
from pipeline.corpus.readers.labels import Look, look
from pipeline.corpus.readers.table import cell_kinds
from pipeline.corpus.readers.times import NO_TIMES, Span, is_time, span
from pipeline.corpus.readers.turns import clean

# No transcript has more columns; what a file announces beyond them is not laid out.
MAX_COLUMNS = 64


@dataclass(frozen=True)
class _Cell:
    """A table's cell: its paragraphs as (place, text), joined."""

    place: int
    text: str


def lines_of(rows: list[list[list[Line]]]) -> list[Line]:
    """
    Read a table of speakers and words row by row; any other one as mere paragraphs.

    Args:
        rows: For each row, for each cell, its lines.

    Returns:
        A line with a given head for each row of a transcript; else the cells' lines in order.

    """
    grid = [[_Cell(c[0].place if c else 0, _joined(c)) for c in row] for row in rows]
    kinds, has_header = _columns([[cell.text for cell in row] for row in grid])
    if not kinds:
        return [line for row in rows for cell in row for line in cell]
    return _turns(grid, kinds, has_header)


def _joined(lines: list[Line]) -> str:
    return clean("\n".join(line.text.strip() for line in lines if line.text.strip()))


def _columns(grid: list[list[str]]) -> tuple[list[str], bool]:
    """
    Say what each column of a table holds: words, speaker, time or "".

    A table is a transcript when its first row says so, or when its short cells look like labels
    and one of them comes again; a sheet of facts (Date, Lieu, Durée) names each thing once.
    """
    width = max((len(row) for row in grid), default=0)
    if width < 2:
        return [], False
    header = cell_kinds(grid[0])
    if {"words", "speaker"} <= set(header):
        return header, True
    columns = [[row[n] for row in grid if n < len(row) and row[n]] for n in range(width)]
    kinds = ["time" if cells and all(map(is_time, cells)) else "" for cells in columns]
    speaker = next((n for n in range(width) if not kinds[n] and _are_labels(columns[n])), None)
    rest = [n for n in range(width) if not kinds[n] and n != speaker]
    if speaker is None or not rest:
        return [], False
    kinds[speaker] = "speaker"
    kinds[max(rest, key=lambda n: sum(map(len, columns[n])))] = "words"
    return kinds, False


def _are_labels(cells: list[str]) -> bool:
    heads = [_cell_head(cell) for cell in cells]
    counts = Counter(head.label.casefold() for head in heads)
    return bool(heads) and all(h.look for h in heads) and max(counts.values()) > 1


def _cell_head(text: str) -> Head:
    """Read a speaker's cell: `Marie`, `Marie :`, `[Marie] (0:03)`."""
    head = candidate(Line(0, text, 0))
    if head and not head.rest:
        return head
    label = text.strip().removesuffix(":").strip()
    return Head(label, "", Form.CELL, look(label))


def _turns(grid: list[list[_Cell]], kinds: list[str], has_header: bool) -> list[Line]:
    """Make a line with a given head of each row; an empty speaker cell continues the one before."""
    found: list[Line] = []
    speaker = ""
    for n, row in enumerate(grid):
        named = {kind: cell for kind, cell in zip(kinds, row, strict=False) if kind}
        place = min((cell.place for cell in row if cell.place), default=0)
        written = "\n".join(cell.text for cell in row if cell.text)
        if n == 0 and has_header:
            continue
        label = named["speaker"].text if "speaker" in named else ""
        own = _cell_head(label) if label else Head(speaker, "", Form.CELL, Look.NAME)
        speaker = own.label
        times, is_bad = _cell_times(named, own)
        words = named["words"].text if "words" in named else ""
        head = Head(speaker, words, Form.CELL, own.look, times, True, is_bad)
        found.append(Line(place, written, place, head=head))
        left = [cell for kind, cell in zip(kinds, row, strict=False) if not kind and cell.text]
        found += [Line(cell.place, cell.text, cell.place) for cell in left]
    return found


def _cell_times(named: dict[str, _Cell], own: Head) -> tuple[Span, bool]:
    """Read a row's times from its columns, else from beside the label."""
    try:
        if "time" in named:
            return span(named["time"].text), False
        parts = [
            span(named[kind].text)[0] if kind in named else NO_TIMES[0] for kind in ("start", "end")
        ]
    except ValueError:
        return NO_TIMES, True
    return (
        ((parts[0], parts[1]), False)
        if named.keys() & {"start", "end"}
        else (own.times, own.has_bad_time)
    )
