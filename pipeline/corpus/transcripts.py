"""Any transcript → turns, whatever wrote it; the register is not needed for it.

To add a format, write `readers/<format>.py` with `recognises` and `read`, and add its row to
`FORMATS`.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from pipeline.corpus.readers import (
    chat,
    docx,
    elan,
    iramuteq,
    noscribe,
    odt,
    otranscribe,
    praat,
    rtf,
    sentences,
    srt,
    table,
    tei,
    text,
    transcriber,
    webvtt,
    whisper,
)
from pipeline.corpus.readers.turns import Reading
from pipeline.messages import _
from pipeline.problems import DataError, Problems

# A day's talk is not one MB; a larger file is a recording under a wrong name, or an archive. Word
# processors keep pictures with the words.
MAX_BYTES = 20 * 2**20
MAX_BYTES_WITH_PICTURES = 200 * 2**20
WITH_PICTURES = frozenset({".docx", ".docm", ".odt", ".rtf"})
# What `recognises` is shown: enough for any signature and for a long header.
HEAD_BYTES = 4096


@dataclass(frozen=True)
class Format:
    """A kind of file: its name for people, its endings, its test by content, its reader."""

    name: str
    suffixes: tuple[str, ...]
    recognises: Callable[[bytes], bool]
    read: Callable[[bytes, Path], Reading]


# Content goes before name: a format that recognises the file reads it, among several the one whose
# ending it has or the first; where none does, the one whose ending it has.
FORMATS = (
    Format("Word", (".docx", ".docm"), docx.recognises, docx.read),
    Format("OpenDocument", (".odt", ".fodt"), odt.recognises, odt.read),
    Format("RTF", (".rtf",), rtf.recognises, rtf.read),
    Format("WebVTT", (".vtt",), webvtt.recognises, webvtt.read),
    Format("SubRip", (".srt",), srt.recognises, srt.read),
    Format("ELAN", (".eaf",), elan.recognises, elan.read),
    Format("Transcriber", (".trs",), transcriber.recognises, transcriber.read),
    Format("Praat", (".textgrid",), praat.recognises, praat.read),
    Format("TEI", (".tei", ".xml"), tei.recognises, tei.read),
    Format("CHAT", (".cha",), chat.recognises, chat.read),
    Format("IRaMuTeQ", (), iramuteq.recognises, iramuteq.read),
    Format("noScribe", (".html", ".htm"), noscribe.recognises, noscribe.read),
    Format("sentences", (), sentences.recognises, sentences.read),
    Format("Whisper", (".json",), whisper.recognises, whisper.read),
    Format("oTranscribe", (".otr",), otranscribe.recognises, otranscribe.read),
    Format("CSV", (".csv", ".tsv"), table.recognises, table.read),
    Format("text", (".txt", ".md", ".markdown"), text.recognises, text.read),
)

# The endings under which transcripts are looked for.
SUFFIXES = frozenset(ending for kind in FORMATS for ending in kind.suffixes)

# What a file of a known ending turns out to be, by its first bytes.
FOREIGN = (
    (b"%PDF", "PDF"),
    (b"\xd0\xcf\x11\xe0", "Word 97–2003, or a document with a password"),
    (b"<?xml", "XML"),
    (b"<!DOCTYPE", "HTML"),
    (b"<html", "HTML"),
    (b"PK\x05\x06", "zip"),
)

COLUMNS = {
    "turn": "int64",
    "speaker": "str",
    "start_s": "float64",
    "end_s": "float64",
    "text": "str",
    "place": "int64",
}


def read(path: Path) -> pd.DataFrame:
    r"""
    Read a transcript in any of `FORMATS`.

    Args:
        path: The file; its content decides over its ending.

    Returns:
        One row a turn: `turn` from 1; `speaker`, the label as written, "" where nobody is named;
        `start_s` and `end_s` in seconds, NaN where not given, neither sorted nor mended; `text`,
        NFC, `\n` only, never blank; `place`, the line, paragraph or segment of the file where the
        turn begins. `attrs["unused"]` lists what is no speech, (place, text); `attrs["doubtful"]`
        what may be a label and was taken for speech, (place, label); `attrs["format"]` the format.

    Raises:
        DataError: C-101 the file cannot be read or its format is unknown, C-102 no words, C-103
            encoding, C-104 broken archive or XML, C-105 malformed table, C-106 an impossible time.

    """
    data = _data(path)
    kind = _format(data, path)
    reading = kind.read(data, path)
    if not any(sign.isalnum() for turn in reading.turns for sign in turn.text):
        raise _no_words(path)
    frame = _frame(reading)
    frame.attrs["format"] = kind.name
    return frame


def _frame(reading: Reading) -> pd.DataFrame:
    rows = [
        (n, turn.speaker, turn.start_s, turn.end_s, turn.text, turn.place)
        for n, turn in enumerate(reading.turns, start=1)
    ]
    frame = pd.DataFrame(rows, columns=list(COLUMNS)).astype(COLUMNS)
    frame.attrs["unused"] = reading.unused
    frame.attrs["doubtful"] = reading.doubtful
    return frame


def _data(path: Path) -> bytes:
    try:
        size = path.stat().st_size
        has_pictures = path.suffix.lower() in WITH_PICTURES
        if size > (MAX_BYTES_WITH_PICTURES if has_pictures else MAX_BYTES):
            fact = _("the file has {size} bytes, and no transcript is so long").format(size=size)
            raise _refusal("C-101", path, fact, _("part it, or check that it is one").format())
        data = path.read_bytes()
    except OSError as error:
        fact = _("the file cannot be read: {reason}").format(reason=error.strerror)
        hint = _("check its name, its folder and its permissions").format()
        raise _refusal("C-101", path, fact, hint) from error
    if not data:
        raise _no_words(path)
    return data


def _format(data: bytes, path: Path) -> Format:
    """Choose by content, then by ending."""
    head = data[:HEAD_BYTES]
    kinds = [kind for kind in FORMATS if kind.recognises(head)]
    named = [kind for kind in kinds or FORMATS if path.suffix.lower() in kind.suffixes]
    if kinds:
        return (named or kinds)[0]
    _check_foreign(head, path)
    if named:
        if named[0].read is docx.read:
            raise _not_word(path)
        return named[0]
    raise _refusal(
        "C-101",
        path,
        _('transcripts with the ending "{ending}" are not known').format(ending=path.suffix),
        _("save it as one of: {endings}").format(endings=" ".join(sorted(SUFFIXES))),
    )


def _check_foreign(head: bytes, path: Path) -> None:
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip()[:16].lower()
    for signature, name in FOREIGN:
        if start.startswith(signature.lower()):
            fact = _("the file is of another kind: {kind}").format(kind=name)
            if name == "PDF" and path.suffix.lower() == ".docx":
                fact = _("the file is a PDF renamed to .docx").format()
            hint = _("open it where it was made and save it as .docx, .txt, .csv or .vtt").format()
            raise _refusal("C-101", path, fact, hint)


def _not_word(path: Path) -> DataError:
    return _refusal(
        "C-101",
        path,
        _("the file is no Word document, whatever its name says").format(),
        _("open it where it was made and save it as .docx").format(),
    )


def _no_words(path: Path) -> DataError:
    return _refusal(
        "C-102",
        path,
        _("the file holds no words").format(),
        _("check that it was saved and copied to its end, or take it away").format(),
    )


def _refusal(code: str, path: Path, fact: str, hint: str) -> DataError:
    problems = Problems()
    problems.add(code, path, 0, fact, hint)
    return DataError(problems)
