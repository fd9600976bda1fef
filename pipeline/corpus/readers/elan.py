"""ELAN (`.eaf`): a tier a speaker, and tiers that hang below it: translations, words, glosses.

A tier without a parent is speech, unless its name or its linguistic type says otherwise; a tier
below another is about it. Two exceptions. In language documentation the upper tier often holds
only the numbers of the sentences (`ref`), and their text hangs below it. And a tier of another
participant, aligned inside someone's (an interpreter), is that participant's speech.
"""

import math
from collections import defaultdict
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from pipeline.corpus.readers import safe_xml, tiers
from pipeline.corpus.readers.safe_xml import Element
from pipeline.corpus.readers.tiers import Piece, Tier
from pipeline.corpus.readers.times import NO_TIMES, Span
from pipeline.corpus.readers.turns import Reading
from pipeline.problems import Problems

# Units of time of the header, in a second; NTSC's 30 frames take 1.001 s.
PER_SECOND = {"PAL-frames": 25.0, "NTSC-frames": 30 / 1.001}
MILLISECONDS = 1000.0


def recognises(head: bytes) -> bool:
    """Whether the outermost element is ELAN's."""
    return safe_xml.root_name(head) == "ANNOTATION_DOCUMENT"


def read(data: bytes, path: Path) -> Reading:
    """
    Read annotations as turns in order of time; `place` is the line of the annotation.

    The label is the tier's participant, else the tier's name. Time slots without a value lie
    evenly between their neighbours. Tiers that are no speech are `unused`.

    Raises:
        DataError: C-103 the encoding, C-104 broken XML, C-106 a time that is no number.

    """
    root, problems = safe_xml.parse(data, path), Problems()
    slots = _slots(root, path, problems)
    problems.check()
    drawn = _drawn(root, slots)
    spoken = _spoken(drawn)
    if not any(one.has_words for one in spoken):
        spoken = [one for one in drawn if not one.parent]
    chosen = set(map(id, spoken))
    return tiers.reading([one.tier(id(one) in chosen) for one in drawn])


def _slots(root: Element, path: Path, problems: Problems) -> dict[str, float]:
    """Read the time slots; those without a value between two others are spread evenly."""
    units = [safe_xml.attribute(h, "TIME_UNITS") for h in safe_xml.below(root, "HEADER")]
    per_second = PER_SECOND.get(units[0] if units else "", MILLISECONDS)
    ids, times = list[str](), list[float]()
    for slot in safe_xml.below(root, "TIME_SLOT"):
        ids.append(safe_xml.attribute(slot, "TIME_SLOT_ID"))
        times.append(safe_xml.seconds(slot, "TIME_VALUE", path, problems, per_second))
    known = [n for n, time_s in enumerate(times) if not math.isnan(time_s)]
    for before, after in pairwise(known):
        step_s = (times[after] - times[before]) / (after - before)
        for n in range(before + 1, after):
            times[n] = round(times[before] + (n - before) * step_s, 6)
    return dict(zip(ids, times, strict=True))


@dataclass(frozen=True, eq=False)
class _Drawn:
    """A tier as ELAN has it; `kind` is the linguistic type, `constraint` its tie to the parent."""

    name: str
    participant: str
    kind: str
    constraint: str
    parent: str
    pieces: list[Piece]

    @property
    def has_words(self) -> bool:
        return any(piece.text.strip() for piece in self.pieces)

    @property
    def is_about_speech(self) -> bool:
        return tiers.is_about_speech(self.name, self.kind)

    @property
    def is_reference(self) -> bool:
        """Whether it holds the numbers of sentences, or nothing, rather than sentences."""
        words = [piece for piece in self.pieces if not _is_number(piece.text)]
        return len(words) < 0.2 * len(self.pieces)

    def tier(self, is_speech: bool) -> Tier:
        """Give it the form that other formats share."""
        return Tier(self.name, self.participant or self.name, self.pieces, is_speech)


def _is_number(text: str) -> bool:
    """Whether a label is blank or a sentence's number: `12`, `BEJ_MV_NARR_01.012`."""
    has_figure = any(sign.isdigit() for sign in text)
    return not any(map(str.isalpha, text)) or (has_figure and " " not in text.strip())


def _drawn(root: Element, slots: dict[str, float]) -> list[_Drawn]:
    constraints = {
        safe_xml.attribute(kind, "LINGUISTIC_TYPE_ID"): safe_xml.attribute(kind, "CONSTRAINTS")
        for kind in safe_xml.below(root, "LINGUISTIC_TYPE")
    }
    spans = _Spans(root, slots)
    found = []
    for tier in safe_xml.children(root, "TIER"):
        kind = safe_xml.attribute(tier, "LINGUISTIC_TYPE_REF")
        is_parted = constraints.get(kind) == "Symbolic_Subdivision"
        found.append(
            _Drawn(
                safe_xml.attribute(tier, "TIER_ID"),
                safe_xml.attribute(tier, "PARTICIPANT"),
                kind,
                constraints.get(kind, ""),
                safe_xml.attribute(tier, "PARENT_REF"),
                _whole(tier, spans) if is_parted else [spans.piece(a) for a in _annotations(tier)],
            )
        )
    return found


def _annotations(tier: Element) -> list[Element]:
    return [
        element
        for annotation in safe_xml.children(tier, "ANNOTATION")
        for element in safe_xml.children(annotation, "ALIGNABLE_ANNOTATION", "REF_ANNOTATION")
    ]


def _whole(tier: Element, spans: "_Spans") -> list[Piece]:
    """Join what parts one annotation of the parent tier: the words of a sentence."""
    found: dict[str, Piece] = {}
    for annotation in _annotations(tier):
        piece, parent = spans.piece(annotation), safe_xml.attribute(annotation, "ANNOTATION_REF")
        if before := found.get(parent):
            text = f"{before.text} {piece.text}"
            piece = Piece(before.start_s, before.end_s, text, before.place)
        found[parent] = piece
    return list(found.values())


class _Spans:
    """Start and end of every annotation: its own, or those of the one that it hangs on."""

    def __init__(self, root: Element, slots: dict[str, float]) -> None:
        self.slots = slots
        self.known: dict[Element, Span] = {}
        self.by_id = {
            safe_xml.attribute(annotation, "ANNOTATION_ID"): annotation
            for tier in safe_xml.children(root, "TIER")
            for annotation in _annotations(tier)
        }

    def piece(self, annotation: Element) -> Piece:
        values = safe_xml.children(annotation, "ANNOTATION_VALUE")
        text = "".join(map(safe_xml.inner_text, values))
        return Piece(*self._span(annotation), text, annotation.sourceline or 0)

    def _span(self, annotation: Element) -> Span:
        """Go from what hangs to what it hangs on; circles have no time."""
        chain: list[Element] = []
        found: Span | None = None
        above: Element | None = annotation
        while found is None and above is not None:
            found = self.known.get(above)
            chain.append(above)
            self.known.setdefault(above, NO_TIMES)
            begin = safe_xml.attribute(above, "TIME_SLOT_REF1")
            if found is None and begin:
                end = safe_xml.attribute(above, "TIME_SLOT_REF2")
                found = self.slots.get(begin, math.nan), self.slots.get(end, math.nan)
            above = self.by_id.get(safe_xml.attribute(above, "ANNOTATION_REF"))
        self.known.update(dict.fromkeys(chain, found or NO_TIMES))
        return found or NO_TIMES


def _spoken(drawn: list[_Drawn]) -> list[_Drawn]:
    """Choose the tiers that are speech."""
    by_name = {one.name: one for one in drawn}
    below: dict[str, list[_Drawn]] = defaultdict(list)
    for one in drawn:
        below[one.parent].append(one)
    found = []
    for one in drawn:
        parent = by_name.get(one.parent)
        if parent is None:
            if not one.is_about_speech:
                found.append(_transcription(one, below[one.name]) if one.is_reference else one)
        elif (
            one.constraint == "Included_In"
            and one.participant not in ("", parent.participant)
            and not one.is_about_speech
        ):
            found.append(one)
    return found


def _transcription(reference: _Drawn, below: list[_Drawn]) -> _Drawn:
    """Find the sentences that hang below their numbers; else give the numbers."""
    sentences = [one for one in below if one.has_words and not one.is_about_speech]
    named = [one for one in sentences if tiers.is_transcription(one.name, one.kind)]
    return next(iter([*named, *sentences]), reference)
