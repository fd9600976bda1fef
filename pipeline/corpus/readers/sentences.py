"""A transcript in two files: numbered sentences, and who says each and when.

`NAME.LANGUAGE.sentences.tsv` has a number and a sentence a line, without a header;
`NAME.diarized.json` has `language` and `sentenceMetadata`: number, speaker, start, end. Whichever
of the two is read, the other is looked for beside it. Sentences alone are turns of nobody; speakers
without words are refused.
"""

import math
import re
from pathlib import Path
from typing import Any

from pipeline.corpus.encodings import decode
from pipeline.corpus.readers import safe_json
from pipeline.corpus.readers.heads import Line
from pipeline.corpus.readers.safe_json import string
from pipeline.corpus.readers.turns import Reading, Turn, assembled, note_bad_time
from pipeline.messages import _
from pipeline.problems import DataError, Problems

_METADATA = re.compile(rb'"sentenceMetadata"\s{0,80}:\s{0,80}\[')
_LINES = re.compile(rb"(?:\xef\xbb\xbf)?(\d{1,7})\t[^\t\r\n]+(?:\r?\n(\d{1,7})\t[^\t\r\n]+)?")
_SENTENCES = re.compile(r"\.(?P<language>[\w-]{1,20})\.sentences\.tsv$", re.IGNORECASE)
_DIARIZED = re.compile(r"(?:\.diarized)?\.json$", re.IGNORECASE)
_LANGUAGE = re.compile(r"[\w-]{1,20}")

# The larger of the two holds a sentence a line; see transcripts.MAX_BYTES.
MAX_BYTES = 20 * 2**20

# Of a sentence: its speaker, start and end.
Said = tuple[str, float, float]


def recognises(head: bytes) -> bool:
    """Whether the file holds `sentenceMetadata`, or sentences numbered from 0 or 1 on."""
    if _METADATA.search(head):
        return True
    match = _LINES.match(head)
    if not match or int(match[1]) > 1:
        return False
    return match[2] is None or int(match[2]) == int(match[1]) + 1


def read(data: bytes, path: Path) -> Reading:
    """
    Read both files; `place` is the line of the sentence.

    Raises:
        DataError: C-102 the sentences are missing, C-103 the encoding, C-104 damaged JSON, C-105 a
            line without a number, C-106 what stands for a time is none.

    """
    if _METADATA.search(data):
        said, language = _metadata(data, path)
        other = path.with_name(_DIARIZED.sub("", path.name) + f".{language}.sentences.tsv")
        words = _beside(other)
        if words is None:
            raise _no_sentences(path, other)
        return _reading(words, other, said)
    match = _SENTENCES.search(path.name)
    other = path.with_name(path.name[: match.start()] + ".diarized.json") if match else path
    speakers = _beside(other) if match else None
    return _reading(data, path, _metadata(speakers, other)[0] if speakers else {})


def _beside(file: Path) -> bytes | None:
    try:
        return file.read_bytes() if file.stat().st_size <= MAX_BYTES else None
    except OSError:
        return None


def _no_sentences(path: Path, other: Path) -> DataError:
    problems = Problems()
    fact = _("the file holds speakers and times; the words stand in {file}").format(file=other.name)
    problems.add("C-102", path, 0, fact, _("put {file} beside it").format(file=other.name))
    return DataError(problems)


def _metadata(data: bytes, path: Path) -> tuple[dict[str, Said], str]:
    """Read who says each sentence and when; and the language that names the other file."""
    content = safe_json.parse(data, path)
    problems, said = Problems(), dict[str, Said]()
    rows: Any = content.get("sentenceMetadata") if isinstance(content, dict) else None
    for place, row in enumerate(rows if isinstance(rows, list) else [], start=1):
        try:
            number, speaker, start, end = row
            times = safe_json.seconds(start), safe_json.seconds(end)
        except (TypeError, ValueError):
            note_bad_time(problems, path, place)
        else:
            said[string(number)] = (string(speaker), *times)
    problems.check()
    language = string(content.get("language")) if isinstance(content, dict) else ""
    return said, language if _LANGUAGE.fullmatch(language) else "und"


def _reading(data: bytes, path: Path, said: dict[str, Said]) -> Reading:
    """Make a turn of each sentence; where no file says who speaks, labels in the words may."""
    lines, numbers = _numbered(data, path)
    if not said:
        return assembled(lines, path)
    reading = Reading()
    for number, line in zip(numbers, lines, strict=True):
        speaker, start_s, end_s = said.get(number, ("", math.nan, math.nan))
        reading.add(Turn(speaker, line.text, line.place, start_s, end_s))
    return reading


def _numbered(data: bytes, path: Path) -> tuple[list[Line], list[str]]:
    text, _encoding = decode(data, path)
    lines, numbers, problems = list[Line](), list[str](), Problems()
    for place, row in enumerate(text.split("\n"), start=1):
        number, tab, sentence = row.partition("\t")
        if tab and number.strip().isdecimal():
            lines.append(Line(place, sentence, place))
            numbers.append(number.strip())
        elif row.strip():
            fact = _("the line does not begin with a number and a tab").format()
            problems.add("C-105", path, place, fact, _("write one sentence a line").format())
    problems.check()
    return lines, numbers
