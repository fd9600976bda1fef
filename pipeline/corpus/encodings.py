"""Bytes → text, for everything that people type: transcripts and hand-kept tables.

The order of trial is the order of certainty. A byte-order mark says what it is; UTF-8 hardly ever
fits by chance; Windows-1252 fits nearly anything, so it comes last and only where none of its five
undefined bytes and no control byte occurs. Mac Roman cannot be told from it, and is not tried.
"""

import codecs
import re
import unicodedata
from pathlib import Path

from pipeline.messages import _
from pipeline.problems import Problems

# Tab, line feed, form feed and carriage return are all that a typed text holds below the space;
# anything else in an 8-bit file says that it is no text.
_CONTROL_BYTES = re.compile(rb"[\x00-\x08\x0b\x0e-\x1f\x7f]")

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


def decode(data: bytes, path: Path) -> tuple[str, str]:
    r"""
    Decode what a person typed.

    Args:
        data: The whole file.
        path: Its name, for the problem.

    Returns:
        The text, NFC and with `\n` as its only line break, and the name of the encoding:
        `utf-8`, `utf-8-sig`, `utf-16` or `windows-1252`.

    Raises:
        DataError: C-103, the bytes are no text in any of these encodings.

    """
    encoding = next((name for mark, name in _MARKS if data.startswith(mark)), "")
    if not encoding:
        encoding = "utf-8" if _fault(data, "utf-8") is None else "windows-1252"
    fault = _fault(data, encoding)
    if fault is not None:
        before = data[:fault]
        _refuse(path, (before.count(b"\n") or before.count(b"\r")) + 1)
    return _lines(data.decode(encoding)), encoding


def _fault(data: bytes, encoding: str) -> int | None:
    """Find the first byte that cannot be text in `encoding`; a zero byte means a binary file."""
    if encoding == "windows-1252" and (control := _CONTROL_BYTES.search(data)):
        return control.start()
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as error:
        return error.start
    zero = text.find("\0")
    return None if zero < 0 else len(text[:zero].encode(encoding))


def _lines(text: str) -> str:
    return unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n"))


def _refuse(path: Path, line: int) -> None:
    problems = Problems()
    problems.add(
        "C-103",
        path,
        line,
        _("the bytes are no text in UTF-8, UTF-16 or Windows-1252").format(),
        _('open the file where it was written and save it again as "UTF-8 text"').format(),
    )
    problems.check()
