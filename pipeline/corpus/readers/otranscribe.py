"""oTranscribe (`.otr`): JSON around the HTML of what was typed, with times where they were set.

A time at the beginning of a line is when its words begin: they are a turn, of the speaker whose
label stands there or, without one, of the one who was speaking. A time at the end of a line is when
they end. Times amid a line cut nothing and are `unused`. Which words are labels is decided with
the whole file in view, in `heads`.
"""

import math
import re
from dataclasses import dataclass, field
from pathlib import Path

from pipeline.corpus.readers import markup, safe_json
from pipeline.corpus.readers.heads import Line, chosen
from pipeline.corpus.readers.turns import Reading, Turn, note_bad_time
from pipeline.messages import _
from pipeline.problems import DataError, Problems

_MARKS = re.compile(rb'data-timestamp|"media-(?:time|source)"\s{0,80}:')
_TEXT_FIRST = re.compile(rb'\{\s{0,80}"text"\s{0,80}:\s{0,80}"')
_BLANKS = re.compile(r"[ \t\r\n\xa0]+")
_BOLD = frozenset({"b", "strong"})


def recognises(head: bytes) -> bool:
    """Whether the file is JSON that begins as oTranscribe's does, or has its marks."""
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    return start.startswith(b"{") and bool(_MARKS.search(start) or _TEXT_FIRST.match(start))


def read(data: bytes, path: Path) -> Reading:
    """
    Read a file; `place` is the line of the text, blank ones counted.

    Raises:
        DataError: C-101 JSON of another kind, C-103 the encoding, C-104 damaged or hostile JSON,
            C-106 what stands for a time is none.

    """
    content = safe_json.parse(data, path)
    source = content.get("text") if isinstance(content, dict) else None
    if not isinstance(source, str):
        problems = Problems()
        fact = _("the file is of another kind: {kind}").format(kind="JSON")
        hint = _("oTranscribe keeps its text in a field named text").format()
        problems.add("C-101", path, 0, fact, hint)
        raise DataError(problems)
    problems = Problems()
    rows = _typed(source, path, problems)
    problems.check()
    return _reading(rows)


@dataclass
class _Row:
    """A line as typed: its words, the signs of them that are bold at its beginning, its times."""

    place: int
    parts: list[str] = field(default_factory=list)
    size: int = 0
    bold: int = 0
    times: list[tuple[int, float]] = field(default_factory=list)

    @property
    def text(self) -> str:
        """The words."""
        return "".join(self.parts)

    @property
    def start_s(self) -> float:
        """The time before the first word."""
        return self.times[0][1] if self.times and self.times[0][0] == 0 else math.nan

    @property
    def end_s(self) -> float:
        """The time behind the last word, if another stands before or amid them."""
        last = self.times[-1] if self.times else (0, math.nan)
        return last[1] if 0 < last[0] >= len(self.text.rstrip()) else math.nan

    def timed(self) -> str:
        """Write the line with the time before it, as people type it."""
        return self.text if math.isnan(self.start_s) else f"{_clock(self.start_s)} {self.text}"

    def amid(self) -> list[float]:
        """List the times that neither begin nor end the line."""
        known = (self.start_s, self.end_s)
        return [time for _at, time in self.times if time not in known]


class _Typist:
    """Goes through the tokens once and fills the rows."""

    def __init__(self, path: Path, problems: Problems) -> None:
        self.rows = [_Row(1)]
        self._path, self._problems = path, problems
        self._depth_of_bold = 0
        self._time: str | None = None
        self._given = ""

    def take(self, token: markup.Tag | str) -> None:
        if isinstance(token, str):
            self._words(token)
        elif token.name == "br" or token.name in markup.BLOCKS:
            self._break(token)
        elif token.name in _BOLD:
            self._depth_of_bold = max(0, self._depth_of_bold + (1 if token.opens else -1))
        elif token.name == "span" and "timestamp" in token.attributes.get("class", ""):
            self._time, self._given = "", token.attributes.get("data-timestamp", "")
        elif token.name == "span" and not token.opens and self._time is not None:
            self._stamp()

    def _break(self, token: markup.Tag) -> None:
        if self._time is not None:
            self._stamp()
        # A paragraph's tags break a line that holds something; `<br>` always does.
        if (token.name == "br" and token.opens) or self.rows[-1].parts or self.rows[-1].times:
            self.rows.append(_Row(len(self.rows) + 1))

    def _words(self, text: str) -> None:
        if self._time is not None:
            self._time += text
            return
        row = self.rows[-1]
        text = _BLANKS.sub(" ", text)
        if not row.parts or row.parts[-1].endswith(" "):
            text = text.lstrip()
        if not text:
            return
        if self._depth_of_bold and row.bold == row.size:
            row.bold += len(text)
        row.parts.append(text)
        row.size += len(text)

    def _stamp(self) -> None:
        """Note a time where it stands in the line."""
        given, shown = self._given.strip(), (self._time or "").strip()
        self._time = None
        try:
            time = safe_json.seconds(given or shown)
        except ValueError:
            note_bad_time(self._problems, self._path, self.rows[-1].place)
        else:
            if not math.isnan(time):
                self.rows[-1].times.append((self.rows[-1].size, time))


def _typed(source: str, path: Path, problems: Problems) -> list[_Row]:
    """Part the text into lines; a time alone on its line belongs to the next line with words."""
    typist = _Typist(path, problems)
    for token in markup.tokens(source):
        typist.take(token)
    alone = list[tuple[int, float]]()
    for row in typist.rows:
        if not row.text.strip():
            alone, row.times = alone + row.times, []
        elif alone:
            row.times = [
                (0, time) for _at, time in alone[-1:] if math.isnan(row.start_s)
            ] + row.times
            alone = []
    return typist.rows


@dataclass
class _Opened:
    """A turn while lines are added to it."""

    speaker: str
    place: int
    start_s: float
    parts: list[str]
    end_s: float = math.nan


def _reading(rows: list[_Row]) -> Reading:
    """Join lines into turns: one begins at each label and at each time before words."""
    heads, doubtful = chosen([Line(row.place, row.timed(), row.place, row.bold) for row in rows])
    reading, turns = Reading(doubtful=doubtful), list[_Opened]()
    for i, row in enumerate(rows):
        for time in row.amid():
            reading.leave(row.place, _clock(time))
        if i in heads:
            turns.append(_Opened(heads[i].label, row.place, row.start_s, [heads[i].rest]))
        elif not math.isnan(row.start_s) or not heads:
            speaker = turns[-1].speaker if turns else ""
            turns.append(_Opened(speaker, row.place, row.start_s, [row.text]))
        elif turns:
            turns[-1].parts.append(row.text)
        else:
            reading.leave(row.place, row.text)
        if turns and not math.isnan(row.end_s):
            turns[-1].end_s = row.end_s
    for turn in turns:
        text = "\n".join(part.strip() for part in turn.parts if part.strip())
        whole = Turn(turn.speaker, text, turn.place, turn.start_s, turn.end_s)
        reading.add(whole, written=turn.speaker)
    return reading


def _clock(time: float) -> str:
    minutes, seconds = divmod(time, 60)
    return f"[{int(minutes) // 60}:{int(minutes) % 60:02}:{seconds:09.6f}]"
