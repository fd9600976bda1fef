"""When things are said in a TEI file: `<when>` points of a timeline → seconds."""

import math
import re
from pathlib import Path

from pipeline.corpus.readers import safe_xml, times
from pipeline.corpus.readers.safe_xml import Element
from pipeline.messages import _
from pipeline.problems import Problems

_IN_SECONDS = {"s": 1.0, "ms": 0.001, "min": 60.0, "h": 3600.0}
_NUMBER = re.compile(r"-?\d{1,12}(?:\.\d{0,40})?(?:[eE]-?\d)?")
_UNKNOWN = frozenset(("", "unknown"))


class Timeline:
    """The points of a file's timelines, by id."""

    def __init__(self, root: Element, path: Path, problems: Problems) -> None:
        self.path = path
        self.problems = problems
        self.whens: dict[str, Element] = {}
        self.units: dict[str, float] = {}
        self.origins: set[str] = set()
        for line in safe_xml.below(root, "timeline"):
            self.origins.add(_key(safe_xml.attribute(line, "origin")))
            for when in safe_xml.children(line, "when"):
                key = safe_xml.attribute(when, "id")
                unit = safe_xml.attribute(when, "unit") or safe_xml.attribute(line, "unit")
                self.whens[key] = when
                self.units[key] = _IN_SECONDS.get(unit, 1.0)
                self.origins.add(_key(safe_xml.attribute(when, "since")))
        self.known: dict[str, float] = {}
        self.begin_s = self._begin()

    def time(self, pointer: str) -> float:
        """Give the time that an attribute points to or states; NaN where there is none."""
        key = _key(pointer)
        if key in self.whens:
            return round(self._resolved(key) - self.begin_s, 6)
        stated = _stated(pointer)
        return math.nan if stated is None else stated

    def _begin(self) -> float:
        """Tell when a timeline begins that is dated by the clock on the wall."""
        absolute = [
            stated
            for key in self.origins & self.whens.keys()
            if (stated := _stated(safe_xml.attribute(self.whens[key], "absolute"))) is not None
        ]
        return min(absolute, default=0.0)

    def _resolved(self, key: str) -> float:
        """Follow `since` from point to point, without going in circles."""
        chain: list[str] = []
        while key in self.whens and key not in self.known and key not in chain[-1:]:
            if len(chain) > len(self.whens):
                return math.nan
            chain.append(key)
            key = _key(safe_xml.attribute(self.whens[key], "since"))
        base_s = self.known.get(key, self.begin_s)
        for point in reversed(chain):
            base_s = self.known[point] = self._at(point, base_s)
        return base_s

    def _at(self, key: str, base_s: float) -> float:
        """Place a point: by itself, or behind the one it is counted from."""
        when = self.whens[key]
        absolute = _stated(safe_xml.attribute(when, "absolute"))
        if absolute is not None:
            return absolute
        written = safe_xml.attribute(when, "interval")
        interval = _stated(written)
        if interval is not None:
            is_number = _NUMBER.fullmatch(written) is not None
            return base_s + interval * (self.units[key] if is_number else 1.0)
        if written not in _UNKNOWN:
            self._note(when)
        return self.begin_s if key in self.origins else math.nan

    def _note(self, when: Element) -> None:
        fact = _("the time in {attribute} is no number").format(attribute="interval")
        hint = _("correct it in the tool that made the file, and save it there").format()
        self.problems.add("C-106", self.path, when.sourceline or 0, fact, hint)


def _key(pointer: str) -> str:
    return pointer.rpartition("#")[2]


def _stated(written: str) -> float | None:
    """Read seconds, a clock time, or the clock time of a date (`2016-05-12T10:00:00`)."""
    if _NUMBER.fullmatch(written):
        return float(written)
    try:
        return times.seconds(written.rpartition("T")[2])
    except ValueError:
        return None
