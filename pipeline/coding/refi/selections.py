"""Selections of REFI-QDA → codings and annotations, each at its place in the source."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pipeline.coding.refi.archive import refusal
from pipeline.coding.refi.positions import Found, Selection, located
from pipeline.coding.refi.xml_names import children, key, local, minted, refs, said
from pipeline.messages import _, plural

if TYPE_CHECKING:
    from pipeline.coding.refi.reading import Reader

Row = dict[str, Any]
KINDS = {
    "PlainTextSelection": "text",
    "TranscriptSelection": "transcript",
    "PictureSelection": "picture",
    "PDFSelection": "pdf",
    "AudioSelection": "audio",
    "VideoSelection": "video",
}
RECTANGLE = ("firstX", "firstY", "secondX", "secondY")
PLACES = {
    "picture": RECTANGLE,
    "pdf": ("page", *RECTANGLE),
    "audio": ("begin", "end"),
    "video": ("begin", "end"),
}
# A whole number of XML, of a size that a position can have.
MAX_DIGITS = 12
# 100,000 codings of a long paragraph each; what is beyond was made to fill the memory.
MAX_LENGTH = 100_000_000


def note_texts(notes: list[Row]) -> dict[str, str]:
    """Give the words of each note by its folded guid."""
    return {key(note["guid"]): note.get("text") or note["description"] or "" for note in notes}


def memo_of(description: str | None, notes: list[str], texts: dict[str, str]) -> str | None:
    """Join what is said of a thing and the words of the notes on it."""
    parts = [description or "", *(texts.get(key(guid), "") for guid in notes)]
    return "\n".join(part for part in parts if part) or None


class Selections:
    """Reads every selection of a project, source by source: only together do they tell how the
    tool counts.
    """

    def __init__(self, reader: Reader):
        self.reader = reader
        self.length = 0
        self.linked = {
            key(link.get("targetGUID")): link.get("originGUID")
            for link in reader.part("Links", "Link")
        }

    def read(self) -> None:
        """Add a row for every selection and code, and for every selection without code."""
        for element, source in self.reader.elements:
            self._source(element, source)
        for element, note in self.reader.note_elements:
            selections = children(element, "PlainTextSelection")
            if selections:
                self._of_note(selections, note)

    def _source(self, element: Any, source: Row) -> None:
        texts = children(element, "PlainTextSelection")
        for selection, place in zip(texts, self._places(texts, source), strict=True):
            self._selection(selection, source, place)
        for name, kind in KINDS.items():
            if kind != "text":
                for selection in children(element, name):
                    self._selection(selection, source, self._place(selection, kind, source))
        if children(element, "Coding"):
            self._selection(element, source, {"kind": "source", "is_whole": True})

    def _of_note(self, selections: list[Any], note: Row) -> None:
        """Read a selection in a note as QualCoder means it: of the source that has the note."""
        bearers = [s for s in self.reader.rows["sources"] if note["guid"] in s["notes"]]
        source = bearers[0] if bearers else note
        for selection, place in zip(selections, self._places(selections, source), strict=True):
            row = self._common(selection, source, place)
            row["memo"] = memo_of(row["memo"], [note["guid"]], self.reader.note_texts)
            row["coder"] = row["coder"] or note["created_by"] or note["modified_by"]
            row["created_at"] = row["created_at"] or note["created_at"]
            row["modified_at"] = row["modified_at"] or note["modified_at"]
            self.reader.rows["annotations"].append({**row, "note_guid": note["guid"]})

    # --- where -------------------------------------------------------------------------------

    def _places(self, elements: list[Any], source: Row) -> list[Row]:
        """Find the places of a source's selections of text."""
        text = self.reader.texts.sources.get(source["guid"])
        numbers = [self._numbers(one, ("startPosition", "endPosition")) for one in elements]
        if text is None:
            return [{"kind": "text"} for _element in elements]
        asked = [
            Selection(*((found[0], found[1]) if found else (-1, -1)), element.get("name") or "")
            for element, found in zip(elements, numbers, strict=True)
        ]
        origin = self.reader.root.get("origin") or ""
        places = located(text, asked, origin)
        self._tell(elements, source, places)
        self._weigh(sum((p.end or 0) - (p.start or 0) for p in places))
        return [
            {
                "kind": "text",
                "start": place.start,
                "end": place.end,
                "exact": _exact(text.text, place, one.name),
            }
            for one, place in zip(asked, places, strict=True)
        ]

    def _weigh(self, length: int) -> None:
        """Refuse a project whose passages, written out, would fill the memory."""
        self.length += length
        if self.length > MAX_LENGTH:
            raise refusal(
                "D-205",
                self.reader.file,
                0,
                _("the selections hold more than {count} characters together").format(
                    count=MAX_LENGTH
                ),
                _("export the project in parts").format(),
            )

    def _place(self, element: Any, kind: str, source: Row) -> Row:
        """Give the rectangle or the times of a selection, or a transcript's words."""
        if kind == "transcript":
            return self._in_transcript(element, source)
        numbers = self._numbers(element, PLACES[kind])
        written = zip(PLACES[kind], numbers or (), strict=False)
        return {"kind": kind, "place": " ".join(f"{name}={n}" for name, n in written) or None}

    def _in_transcript(self, element: Any, source: Row) -> Row:
        points = {key(p.split()[0]): p.split()[2] for p in source["sync_points"]}
        ends = [element.get(name) or "" for name in ("fromSyncPoint", "toSyncPoint")]
        place = " ".join(
            f"{name}={guid}" for name, guid in zip(("from", "to"), ends, strict=True) if guid
        )
        row: Row = {"kind": "transcript", "place": place or None}
        text = self.reader.texts.sources.get(source["guid"])
        found = [points.get(key(guid), "-") for guid in ends]
        if text is None or not all(p.isdigit() and len(p) <= MAX_DIGITS for p in found):
            return row
        asked = Selection(int(found[0]), int(found[1]), element.get("name") or "")
        [place_found] = located(text, [asked], self.reader.root.get("origin") or "")
        self._tell([element], source, [place_found])
        if place_found.start is None:
            return row
        start, end = place_found.start, place_found.end
        return {**row, "start": start, "end": end, "exact": text.text[start:end]}

    def _numbers(self, element: Any, names: tuple[str, ...]) -> tuple[int, ...] | None:
        written = [(element.get(name) or "").strip() for name in names]
        if all(n.removeprefix("-").isdecimal() and len(n) <= MAX_DIGITS for n in written):
            return tuple(map(int, written))
        self.reader.note(
            "D-213",
            element,
            _("the place of a selection is no number: {places}").format(
                places=", ".join(f'{n}="{w}"' for n, w in zip(names, written, strict=True))
            ),
            _("export again from the tool; the selection is kept without a place").format(),
        )
        return None

    def _tell(self, elements: list[Any], source: Row, places: list[Found]) -> None:
        """Note what is wrong with places; those that were put right are one problem together."""
        moved = [e for e, p in zip(elements, places, strict=True) if p.fault == "moved"]
        if moved:
            self.reader.note(
                "D-216",
                moved[0],
                plural(
                    "{count} selection was found by its words, not by its position",
                    "{count} selections were found by their words, not by their positions",
                    len(moved),
                )
                + f" ({source['name']})",
                _("nothing to do, unless the passages are not the ones that were coded").format(),
            )
        for element, place in zip(elements, places, strict=True):
            if place.fault in ("empty", "reversed", "outside", "doubtful"):
                self.reader.note(*self._fault(place.fault, element, source["name"]))

    def _fault(self, fault: str, element: Any, name: str) -> tuple[str, Any, str, str]:
        span = f"{element.get('startPosition')}–{element.get('endPosition')}"
        code, fact, remedy = {
            "empty": (
                "D-214",
                _('the selection {span} of "{name}" is empty'),
                _("code the passage again, or delete the selection in the tool"),
            ),
            "reversed": (
                "D-217",
                _('the selection {span} of "{name}" ends before it begins'),
                _("nothing to do: it is read the other way round"),
            ),
            "outside": (
                "D-215",
                _('the selection {span} is not in the text of "{name}"'),
                _("code the passage again in the tool"),
            ),
            "doubtful": (
                "D-215",
                _('the words of the selection {span} stand more than once in "{name}"'),
                _("code the passage again in the tool"),
            ),
        }[fault]
        return code, element, fact.format(span=span, name=name), remedy

    # --- what is said of it ------------------------------------------------------------------

    def _common(self, element: Any, source: Row, place: Row) -> Row:
        reader = self.reader
        is_whole = place.pop("is_whole", False)
        notes = [] if is_whole else reader.note_refs(element)
        user = element.get("creatingUser") or element.get("modifyingUser")
        return {
            "selection_guid": reader.declared(element),
            "name": None if is_whole else element.get("name"),
            "source": source["name"],
            "source_guid": source["guid"],
            "coder": None if is_whole else reader.user(user),
            "created_at": None if is_whole else element.get("creationDateTime"),
            "modified_at": None if is_whole else element.get("modifiedDateTime"),
            "memo": None
            if is_whole
            else memo_of(said(element, "Description"), notes, reader.note_texts),
            "notes": notes,
            **place,
        }

    def _selection(self, element: Any, source: Row, place: Row) -> None:
        common = self._common(element, source, place)
        codings = list(self._codings(element, common))
        self.reader.rows["codings"] += codings
        if not codings and common["kind"] != "source":
            linked = self.linked.get(key(common["selection_guid"]))
            if linked and not common["memo"]:  # NVivo hangs a remark on a passage by a link
                common["memo"] = memo_of(None, [linked], self.reader.note_texts)
            self.reader.rows["annotations"].append(common)

    def _codings(self, element: Any, common: Row) -> list[Row]:
        rows = []
        for coding in [*children(element, "Coding"), element]:
            own = {} if coding is element else self._own(coding, common)
            for target in refs(coding, "CodeRef"):
                case = self.reader.cases.get(key(target))
                if case:  # NVivo codes a passage to a case as to a code
                    case["selections"].append(common["selection_guid"])
                else:
                    rows.append(self._coding(coding, target, {**common, **own}))
        return rows

    def _own(self, coding: Any, common: Row) -> Row:
        notes = self.reader.note_refs(coding)
        return {
            "coder": self.reader.user(coding.get("creatingUser")) or common["coder"],
            "created_at": coding.get("creationDateTime") or common["created_at"],
            "memo": memo_of(common["memo"], notes, self.reader.note_texts),
            "coding_notes": notes,
        }

    def _coding(self, coding: Any, target: str, row: Row) -> Row:
        code = self.reader.codes.get(key(target))
        if code is None:
            self.reader.note(
                "D-211",
                coding,
                _("a passage is coded with a code that the codebook does not have: {guid}").format(
                    guid=target
                ),
                _("export again from the tool, with its whole codebook").format(),
            )
        is_coding = local(coding) == "Coding" and coding.get("guid")
        guid = coding.get("guid") if is_coding else minted(row["selection_guid"], target)
        self.reader.lines.setdefault(guid, coding.sourceline or 0)
        return {
            **row,
            "guid": guid,
            "code": code["name"] if code else None,
            "code_guid": code["guid"] if code else target,
        }


def _exact(text: str, place: Found, name: str) -> str | None:
    """Give the words of a place; those that are named, where they stand in several places."""
    if place.start is None:
        return name if place.fault == "doubtful" else None
    return text[place.start : place.end]
