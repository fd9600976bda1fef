"""XLSX and ODS → rows of values, by calamine, which trusts what it is given.

So the archive is unpacked here, within limits, and looked over before: calamine makes room for
every cell up to the furthest one, and for a shared text as often as a cell names it.
"""

import io
import zipfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from python_calamine import CalamineError, CalamineWorkbook, SheetTypeEnum

from pipeline.corpus.readers import archives
from pipeline.corpus.sheets import workbook_xml
from pipeline.corpus.sheets.workbook_xml import Refusal
from pipeline.messages import _
from pipeline.problems import Problems

# A table of initiatives takes a few hundred kilobytes; the limits only keep out what is none.
MOST_BYTES = 32_000_000
MOST_UNPACKED = 96_000_000
MOST_ENTRIES = 2_000
MOST_ROWS = 50_000
MOST_CELLS = 2_000_000
MOST_CHARACTERS = 64_000_000
# Older Office files, and newer ones behind a password, are such a container.
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"

_BROKEN = (*archives.BROKEN, IndexError)


@dataclass
class Sheet:
    """One sheet: its rows from the first on, and the cells that show no value of their own.

    `doubtful` maps (row, column), from 1, to what stands there: an error, a formula never computed.
    """

    name: str
    rows: list[list[Any]]
    doubtful: dict[tuple[int, int], str] = field(default_factory=dict)


def read(file: Path, problems: Problems) -> list[Sheet]:
    """Read every sheet of a workbook. Problems: C-336 it cannot be read, C-337 it is too large."""
    try:
        return _sheets(_unpacked(file))
    except Refusal as refusal:
        problems.add(refusal.code, file, 0, refusal.fact, refusal.remedy)
    except (*_BROKEN, CalamineError):
        problems.add(
            "C-336",
            file,
            0,
            _("the workbook is cut off or damaged"),
            _("open it where it was written and save it again"),
        )
    return []


def _unpacked(file: Path) -> dict[str, bytes]:
    """Unpack the archive within the limits, whatever it says of its own sizes."""
    if file.stat().st_size > MOST_BYTES:
        raise _too_large()
    data = file.read_bytes()
    if data.startswith(OLE):
        raise Refusal(
            "C-336",
            _("the workbook has a password, or is in the format before 2007"),
            _("open it and save it as XLSX or ODS, without a password"),
        )
    parts: dict[str, bytes] = {}
    left = MOST_UNPACKED
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        if len(archive.infolist()) > MOST_ENTRIES:
            raise _too_large()
        for entry in archive.infolist():
            with archive.open(entry) as part:
                parts[entry.filename] = part.read(left + 1)
            left -= len(parts[entry.filename])
            if left < 0:
                raise _too_large()
    return parts


def _too_large() -> Refusal:
    return Refusal(
        "C-337",
        _("the table is too large to be one of initiatives"),
        _("keep the rows that are needed, in a file of their own"),
    )


def _sheets(parts: dict[str, bytes]) -> list[Sheet]:
    looks = workbook_xml.look(parts)
    if any(
        look.rows > MOST_ROWS or look.cells > MOST_CELLS or look.characters > MOST_CHARACTERS
        for look in looks.values()
    ):
        raise _too_large()
    with CalamineWorkbook.from_filelike(io.BytesIO(_packed(parts))) as book:
        return [
            Sheet(
                about.name,
                book.get_sheet_by_index(index).to_python(skip_empty_area=False),
                looks[about.name].doubtful if about.name in looks else {},
            )
            for index, about in enumerate(book.sheets_metadata)
            if about.typ == SheetTypeEnum.WorkSheet
        ]


def _packed(parts: dict[str, bytes]) -> bytes:
    """Pack again what was unpacked here, so that no entry is larger than it says."""
    sink = io.BytesIO()
    with zipfile.ZipFile(sink, "w") as archive:
        for name, data in parts.items():
            archive.writestr(zipfile.ZipInfo(name), data)
    return sink.getvalue()
