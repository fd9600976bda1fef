"""What speech recognisers write as JSON: Whisper, WhisperX, faster-whisper, whisper.cpp and kin.

- Whisper, faster-whisper, whisper-ctranslate2, OpenAI: `segments` with `start`, `end`, `text`;
- WhisperX: the same with `speaker`, and `words` with times and a speaker of their own;
- whisper.cpp: `transcription` with `offsets` in thousandths of a second;
- Transformers' pipelines: `chunks` with `timestamp`: [start, end];
- Amberscript: `segments` of `words` with a list of `speakers` and their names.

A segment is a turn, as a cue is in subtitles: it is what the file gives a time for, and codings and
film cuts hang on these times. Two segments of one speaker are not joined: nothing in the format
says that nobody else was heard between them.

Where the words of a segment name speakers, they count: the segment is parted where the word's
speaker changes, and a word without speaker goes with the one before. The segment's own speaker
holds where its words name none, or where it is one whom no word of the file names: somebody renamed
it by hand and left the words as they were.
"""

import itertools
import math
import re
from pathlib import Path
from typing import Any

from pipeline.corpus.readers import safe_json
from pipeline.corpus.readers.safe_json import objects, string
from pipeline.corpus.readers.times import NO_TIMES, Span
from pipeline.corpus.readers.turns import Reading, Turn, note_bad_time
from pipeline.messages import _
from pipeline.problems import DataError, Problems

# How far behind the last word the next one is looked for: signs between words, a word left out.
LOOK_AHEAD = 80

_LISTS = ("segments", "transcription", "chunks")
_KNOWN = re.compile(rb'"(?:segments|transcription|word_segments|chunks)"\s{0,80}:\s{0,80}\[')
_TEXT_FIRST = re.compile(rb'\{\s{0,80}"text"\s{0,80}:\s{0,80}"(?!\s{0,80}(?:<|\\u003[cC]))')
_BARE_LIST = re.compile(rb'\[\s{0,80}\{\s{0,80}"(?:start|end|text|speaker|id)"\s{0,80}:')
_SILENCE = re.compile(r"\s{0,8}\[BLANK_AUDIO\]\s{0,8}")

Row = dict[str, Any]


def recognises(head: bytes) -> bool:
    """Whether the file is JSON with a list that is known, or begins as Whisper's does."""
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    if not start.startswith(b"{"):
        return bool(_BARE_LIST.match(start))
    return bool(_KNOWN.search(start) or _TEXT_FIRST.match(start))


def read(data: bytes, path: Path) -> Reading:
    """
    Read segments as turns; `place` is the number of the segment, from 1.

    Raises:
        DataError: C-101 JSON of another kind, C-103 the encoding, C-104 damaged or hostile JSON,
            C-106 what stands for a time is none.

    """
    content = safe_json.parse(data, path)
    rows = _rows(content)
    if rows is None:
        raise _other_kind(path)
    names = _names(content)
    known = {_speaker(w, names) for row in objects(rows) for w in objects(row.get("words"))} - {""}
    reading, problems = Reading(), Problems()
    for place, row in enumerate(rows, start=1):
        if not isinstance(row, dict):
            reading.leave(place, string(row))
            continue
        try:
            turns = _turns(row, place, names, known)
        except ValueError:
            note_bad_time(problems, path, place)
            continue
        for turn in turns:
            if _SILENCE.fullmatch(turn.text):
                reading.leave(place, turn.text)
            else:
                reading.add(turn)
    problems.check()
    return reading


def _other_kind(path: Path) -> DataError:
    problems = Problems()
    fact = _("the file is of another kind: {kind}").format(kind="JSON")
    hint = _("a transcript in JSON has segments with start, end and text, as Whisper writes them")
    problems.add("C-101", path, 0, fact, hint.format())
    return DataError(problems)


def _rows(content: object) -> list[Any] | None:
    """Find the list of segments; words alone make one segment."""
    if isinstance(content, list):
        return content if objects(content) else None
    if not isinstance(content, dict):
        return None
    for key in _LISTS:
        found = content.get(key)
        if isinstance(found, dict):
            found = found.get("segments")
        if isinstance(found, list):
            return found
    for key in ("word_segments", "words"):
        if objects(content.get(key)):
            return [{"words": content[key]}]
    text = content.get("text")
    return [{"text": text}] if isinstance(text, str) and "language" in content else None


def _names(content: object) -> dict[str, str]:
    """Give the names that a list of speakers holds, by their id (Amberscript)."""
    speakers = objects(content.get("speakers")) if isinstance(content, dict) else []
    pairs = [
        (string(s.get("spkid", s.get("id"))), string(s.get("name", s.get("label"))))
        for s in speakers
    ]
    return {key: name for key, name in pairs if key and name.strip()}


def _turns(row: Row, place: int, names: dict[str, str], known: set[str]) -> list[Turn]:
    """
    Make a turn of a segment, or several.

    Args:
        row: The segment.
        place: Its number.
        names: What the speakers' ids stand for.
        known: Whom the words of the file name.

    Raises:
        ValueError: A time is none.

    """
    words = objects(row.get("words"))
    text = string(row.get("text")) or _joined(words)
    speaker, span = _speaker(row, names), _times(row)
    runs = _runs(words, names) if not speaker or speaker in known else []
    if len(runs) < 2:
        if math.isnan(span[0]) and words:
            span = _times_of(words)
        return [Turn(runs[0][0] if runs else speaker, text, place, *span)]
    return [
        Turn(name, part, place, start_s, end_s)
        for (name, part), (start_s, end_s) in zip(
            _parted(text, runs), _spans(runs, span), strict=True
        )
    ]


def _word(word: Row) -> str:
    return string(word.get("word", word.get("text")))


def _joined(words: list[Row]) -> str:
    """Join words that carry their own blanks (faster-whisper), or others with blanks."""
    texts = [_word(word) for word in words]
    glue = "" if any(text.startswith(" ") for text in texts[1:]) else " "
    return glue.join(texts)


def _speaker(row: Row, names: dict[str, str]) -> str:
    value = row.get("speaker", row.get("speaker_label", row.get("speaker_name")))
    value = value.get("name") if isinstance(value, dict) else value
    label = string(value).strip()
    return names.get(label, label)


def _times(row: Row) -> Span:
    """Read a segment's or a word's times. Raises ValueError where they are none."""
    if isinstance(row.get("offsets"), dict):
        return _thousandths(row["offsets"].get("from")), _thousandths(row["offsets"].get("to"))
    pair: object = [row.get("start"), row.get("end")]
    if isinstance(row.get("timestamps"), dict):
        pair = [row["timestamps"].get("from"), row["timestamps"].get("to")]
    elif isinstance(row.get("timestamp"), list):
        pair = row["timestamp"]
    if not isinstance(pair, list) or len(pair) != 2:
        raise ValueError("a start and an end are two")
    return safe_json.seconds(pair[0]), safe_json.seconds(pair[1])


def _thousandths(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return safe_json.seconds(value if value is None else math.inf)
    if not 0 <= value < 10**10:
        raise ValueError("no time of a recording")
    return safe_json.seconds(value / 1000)


def _times_of(words: list[Row]) -> Span:
    """Give the start of the first word that has one and the end of the last."""
    spans = [_times(word) for word in words]
    starts = [start for start, _end in spans if not math.isnan(start)]
    ends = [end for _start, end in spans if not math.isnan(end)]
    return (starts[0] if starts else NO_TIMES[0]), (ends[-1] if ends else NO_TIMES[1])


def _runs(words: list[Row], names: dict[str, str]) -> list[tuple[str, list[Row]]]:
    """Group neighbouring words of one speaker; none where no word names one."""
    labels = [_speaker(word, names) for word in words]
    running = next((label for label in labels if label), "")
    if not running:
        return []
    for i, label in enumerate(labels):
        labels[i] = running = label or running
    pairs = itertools.groupby(zip(labels, words, strict=True), key=lambda pair: pair[0])
    return [(label, [word for _label, word in group]) for label, group in pairs]


def _parted(text: str, runs: list[tuple[str, list[Row]]]) -> list[tuple[str, str]]:
    """Cut a segment's text before the first word of each run; all of it stays."""
    cuts, cursor = [0], 0
    for _name, run in runs:
        first = -1
        for word in run:
            sought = _word(word).strip()
            at = text.find(sought, cursor, cursor + len(sought) + LOOK_AHEAD) if sought else -1
            if at >= 0:
                first = at if first < 0 else first
                cursor = at + len(sought)
        cuts.append(first if first >= 0 else cursor)
    bounds = [0, *cuts[2:], len(text)]
    return [
        (name, text[begin:end])
        for (name, _run), (begin, end) in zip(runs, itertools.pairwise(bounds), strict=True)
    ]


def _spans(runs: list[tuple[str, list[Row]]], whole: Span) -> list[Span]:
    """Give each run its words' times; the first begins and the last ends with the segment."""
    spans = [_times_of(run) for _name, run in runs]
    if not math.isnan(whole[0]):
        spans[0] = (whole[0], spans[0][1])
    if not math.isnan(whole[1]):
        spans[-1] = (spans[-1][0], whole[1])
    return spans
