"""Documents packed as zip archives (Word, OpenDocument): one part unpacked, within limits."""

import io
import struct
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path

from pipeline.messages import _
from pipeline.problems import DataError, Problems

# A 20-hour interview is 2 MB of XML; what unpacks to more than this is an attack or a film.
MAX_UNPACKED_BYTES = 200 * 2**20
# Their XML packs to a twentieth, a page of blanks to a hundredth; deflate's limit is a thousandth.
MAX_RATIO = 200
# Below this size swelling harms nobody.
FREE_BYTES = 2**20

# What Python's zip reader raises on a damaged or hostile archive.
BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    EOFError,
    KeyError,
    NotImplementedError,
    OSError,
    RuntimeError,
    ValueError,
    OverflowError,
)


def is_zip(head: bytes) -> bool:
    """Whether a file that begins so is a zip archive, with something in it."""
    return head.startswith(b"PK\x03\x04")


def look_into(
    data: bytes, path: Path, take: Callable[[zipfile.ZipFile], dict[str, bytes]]
) -> dict[str, bytes]:
    """
    Open an archive and have `take` unpack its parts, with `unpacked`.

    Raises:
        DataError: C-104 the archive is broken or hostile, or what `take` raises.

    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            _check_sizes(archive, path)
            return take(archive)
    except BROKEN as error:
        raise broken(path, _("the archive is cut off or damaged").format()) from error


def unpacked(archive: zipfile.ZipFile, name: str) -> bytes:
    """Unpack one part, unless it swells or is packed as no word processor packs."""
    part = archive.getinfo(name)
    if part.file_size > max(FREE_BYTES, MAX_RATIO * part.compress_size):
        raise zipfile.BadZipFile("the part swells when unpacked")
    if part.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise NotImplementedError("a way of packing that word processors do not know")
    return archive.read(part)


def _check_sizes(archive: zipfile.ZipFile, path: Path) -> None:
    """Refuse to unpack what its own table of contents announces as too much."""
    size = sum(member.file_size for member in archive.infolist())
    if size > MAX_UNPACKED_BYTES:
        raise broken(path, _("the archive unpacks to {size} bytes").format(size=size))


def kind_of(archive: zipfile.ZipFile) -> str:
    """Name what an archive is that is not what was looked for; "" where it cannot be told."""
    names = archive.namelist()
    if "content.xml" in names:
        return "OpenDocument"
    folders = {name.split("/", 1)[0] for name in names}
    kinds = {"word": "Word", "xl": "Excel", "ppt": "PowerPoint"}
    return next((kind for folder, kind in kinds.items() if folder in folders), "")


def broken(path: Path, fact: str) -> DataError:
    """Make the error for a document of a word processor that cannot be read."""
    problems = Problems()
    hint = _("fetch the file again from whoever made it, or save it anew from Word or LibreOffice")
    problems.add("C-104", path, 0, fact, hint.format())
    return DataError(problems)
