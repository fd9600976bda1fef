"""Archives that are the same bytes for the same content: one date for all, that of the build."""

import datetime
import io
import re
import zipfile

# openpyxl writes the hour of saving here, whatever it is told.
MODIFIED = re.compile(rb"(<dcterms:modified[^>]*>)[^<]*(</dcterms:modified>)")


def packed(files: dict[str, bytes], day: datetime.datetime) -> bytes:
    """Pack files in their order; `mimetype` is not compressed, as OpenDocument wants it."""
    sink = io.BytesIO()
    with zipfile.ZipFile(sink, "w") as archive:
        for name, data in files.items():
            info = zipfile.ZipInfo(name, day.timetuple()[:6])
            is_bare = name == "mimetype"
            info.compress_type = zipfile.ZIP_STORED if is_bare else zipfile.ZIP_DEFLATED
            archive.writestr(info, data)
    return sink.getvalue()


def dated(data: bytes, day: datetime.datetime) -> bytes:
    """Pack an archive again with one date on all its files, instead of the time of day."""
    return packed(_unpacked(data), day)


def dated_xlsx(data: bytes, day: datetime.datetime) -> bytes:
    """Pack an XLSX again with one date in it and on it."""
    said = day.strftime("%Y-%m-%dT%H:%M:%SZ").encode()
    files = _unpacked(data)
    core = "docProps/core.xml"
    files[core] = MODIFIED.sub(rb"\g<1>" + said + rb"\g<2>", files[core])
    return packed(files, day)


def _unpacked(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}
