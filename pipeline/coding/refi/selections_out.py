"""Codings and annotations → the selections of REFI-QDA, several codes of one passage together."""

from collections.abc import Callable
from typing import Any

from pipeline.coding.refi.elements import Names, date_time, described, element
from pipeline.coding.refi.selections import note_texts
from pipeline.coding.refi.xml_names import key

Row = dict[str, Any]
TAGS = {
    "text": "PlainTextSelection",
    "transcript": "TranscriptSelection",
    "picture": "PictureSelection",
    "pdf": "PDFSelection",
    "audio": "AudioSelection",
    "video": "VideoSelection",
}
SYNC = {"from": "fromSyncPoint", "to": "toSyncPoint"}
# What the schema asks of a selection whose place is not known.
NOWHERE = {
    "text": {"startPosition": "-1", "endPosition": "-1"},
    "picture": dict.fromkeys(("firstX", "firstY", "secondX", "secondY"), "-1"),
    "pdf": dict.fromkeys(("page", "firstX", "firstY", "secondX", "secondY"), "-1"),
    "audio": {"begin": "-1", "end": "-1"},
    "video": {"begin": "-1", "end": "-1"},
    "transcript": {},
}


class Selected:
    """The selections of a project by source, in the order of its tables."""

    def __init__(self, rows: dict[str, list[Row]], names: Names):
        self.names = names
        self.notes = note_texts(rows["notes"])
        self.by_source: dict[str, dict[str, list[Row]]] = {}
        self.by_note: dict[str, list[Row]] = {}
        for row in [*rows["codings"], *rows["annotations"]]:
            if row.get("note_guid"):
                self.by_note.setdefault(row["note_guid"], []).append(row)
            else:
                own = self.by_source.setdefault(row["source_guid"], {})
                own.setdefault(row["selection_guid"], []).append(row)

    def of_source(self, guid: str, below: Callable[[str], list[Any]]) -> list[Any]:
        """Make the selections of a source; `below` gives the texts that belong to one."""
        made: list[Any] = []
        for selection, rows in self.by_source.get(guid, {}).items():
            if rows[0]["kind"] == "source":
                made += map(self._coding, rows)
            else:
                made.append(self._selection(selection, rows, below(selection)))
        return made

    def of_note(self, guid: str) -> list[Any]:
        """Make the selections that stand in a note."""
        return [
            self._selection(row["selection_guid"], [{**row, "notes": [guid]}], [], in_note=True)
            for row in self.by_note.get(guid, [])
        ]

    def _selection(
        self, guid: str, rows: list[Row], texts: list[Any], in_note: bool = False
    ) -> Any:
        common = rows[0]
        codings = [row for row in rows if "code_guid" in row]
        return element(
            TAGS[common["kind"]],
            {
                "guid": self.names.guid(guid),
                "name": common["name"],
                **self._place(common),
                **self._agreed(rows),
                **date_time("modifiedDateTime", common["modified_at"]),
            },
            [
                *described(self._description(rows)),
                *texts,
                *map(self._coding, codings),
                *([] if in_note else self.names.refs("NoteRef", common["notes"])),
            ],
        )

    def _agreed(self, rows: list[Row]) -> Row:
        """Say of the selection who made it and when, where its codes do not differ in that."""
        coder, created = ({row[name] for row in rows} for name in ("coder", "created_at"))
        return {
            **(
                self.names.user_attribute("creatingUser", min(coder))
                if len(coder) == 1 and None not in coder
                else {}
            ),
            **(
                date_time("creationDateTime", min(created))
                if len(created) == 1 and None not in created
                else {}
            ),
        }

    def _place(self, row: Row) -> Row:
        if row["kind"] == "text":
            if row["start"] is None:
                return NOWHERE["text"]
            return {"startPosition": str(row["start"]), "endPosition": str(row["end"])}
        written = dict(part.split("=", 1) for part in (row["place"] or "").split() if "=" in part)
        if row["kind"] == "transcript":
            return {SYNC[name]: self.names.guid(guid) for name, guid in written.items()}
        return {**NOWHERE[row["kind"]], **written}

    def _coding(self, row: Row) -> Any:
        return element(
            "Coding",
            {
                "guid": self.names.guid(row["guid"]),
                **self.names.user_attribute("creatingUser", row["coder"]),
                **date_time("creationDateTime", row["created_at"]),
            },
            [
                element("CodeRef", {"targetGUID": self.names.guid(row["code_guid"])}),
                *self.names.refs("NoteRef", row["coding_notes"]),
            ],
        )

    def _description(self, rows: list[Row]) -> str | None:
        """Give what is said of a selection besides the notes on it."""
        for row in rows:
            said = row["memo"] or ""
            notes = [*row["notes"], *row.get("coding_notes", [])]
            texts = [text for guid in notes if (text := self.notes.get(key(guid), ""))]
            behind = "\n".join(texts)
            if behind and said.endswith(behind):
                said = said[: -len(behind)].removesuffix("\n")
            if said:
                return str(said)
        return None
