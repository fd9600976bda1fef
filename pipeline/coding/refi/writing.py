"""A project → the bytes of a `.qdpx` or a `.qdc`: the same project gives the same bytes."""

import io
import zipfile
from pathlib import PurePosixPath
from typing import Any

import pandas as pd
from lxml import etree

from pipeline.coding.project import MEDIA_KINDS, Project
from pipeline.coding.refi.elements import (
    Names,
    added,
    date_time,
    described,
    element,
    value_element,
)
from pipeline.coding.refi.selections_out import Selected
from pipeline.coding.refi.xml_names import ORIGIN, color
from pipeline.corpus.texts import for_xml

Row = dict[str, Any]
PROJECT = "urn:QDA-XML:project:1.0"
CODEBOOK = "urn:QDA-XML:codebook:1.0"
# The first day that a zip can hold: a file that says no hour is the same at any hour.
DAY = (1980, 1, 1, 0, 0, 0)
TAGS = {
    "text": "TextSource",
    "picture": "PictureSource",
    "pdf": "PDFSource",
    "audio": "AudioSource",
    "video": "VideoSource",
    "transcript": "Transcript",
    "representation": "Representation",
    "description": "TextDescription",
    "note": "Note",
}
INSIDE = "internal://"


def to_bytes(project: Project, suffix: str) -> bytes:
    """Write a project as `.qdc` (the codebook alone) or as anything else (a `.qdpx`)."""
    writer = _Writer(project)
    if suffix.lower() == ".qdc":
        return _xml(writer.codebook())
    root = writer.project_element()
    return _zipped({"project.qde": _xml(root), **writer.files})


def _xml(root: Any) -> bytes:
    return bytes(etree.tostring(root, xml_declaration=True, encoding="utf-8", pretty_print=True))


def _zipped(files: dict[str, bytes]) -> bytes:
    sink = io.BytesIO()
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            info = zipfile.ZipInfo(name, DAY)
            info.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(info, data)
    return sink.getvalue()


def records(frame: pd.DataFrame) -> list[Row]:
    """Give rows as plain values, None for what is missing."""
    plain = frame.astype(object).where(frame.notna(), None)
    return plain.to_dict("records")


class _Writer:
    """Turns the tables of one project into elements; `files` holds the texts beside the XML."""

    def __init__(self, project: Project):
        self.about = project.about
        self.rows = {name: records(frame) for name, frame in project.frames().items()}
        self.names = Names(self.rows, project.about)
        self.selected = Selected(self.rows, self.names)
        self.files: dict[str, bytes] = {}

    def codebook(self) -> Any:
        """Write a `.qdc`."""
        root = etree.Element("CodeBook", nsmap={None: CODEBOOK}, origin=ORIGIN)
        added(root, [self._codes(), self._sets(codes_only=True)])
        return root

    def project_element(self) -> Any:
        """Write the XML of a `.qdpx`."""
        about = self.about
        root = etree.Element(
            "Project",
            {
                "name": for_xml(about.get("name") or "project"),
                "origin": ORIGIN,
                **self.names.user_attribute("creatingUserGUID", about.get("creatingUser")),
                **date_time("creationDateTime", about.get("creationDateTime")),
                **date_time("modifiedDateTime", about.get("modifiedDateTime")),
                **({"basePath": for_xml(about["basePath"])} if about.get("basePath") else {}),
            },
            nsmap={None: PROJECT},
        )
        codes = self._codes()
        books = [] if codes is None else [element("CodeBook", {}, [codes])]
        added(
            root,
            [
                self._users(),
                *books,
                self._variables(),
                _group("Cases", map(self._case, self.rows["cases"])),
                _group("Sources", map(self._source, self._top_sources())),
                _group("Notes", map(self._source, self.rows["notes"])),
                _group("Links", map(self._link, self.rows["links"])),
                self._sets(),
                *described(about.get("description")),
                *self.names.refs("NoteRef", about.get("notes", "").split()),
            ],
        )
        return root

    def _users(self) -> Any:
        users = [
            element("User", {"guid": guid, "name": name, "id": initials})
            for guid, name, initials in self.names.users
        ]
        return _group("Users", users)

    def _codes(self) -> Any:
        below: dict[str, list[Row]] = {}
        known = {row["guid"] for row in self.rows["codes"]}
        for row in self.rows["codes"]:
            parent = row["parent"] if row["parent"] in known else None
            below.setdefault(parent or "", []).append(row)
        return _group("Codes", [self._code(row, below) for row in below.get("", [])])

    def _code(self, row: Row, below: dict[str, list[Row]]) -> Any:
        return element(
            "Code",
            {
                "guid": self.names.guid(row["guid"]),
                "name": row["name"],
                "isCodable": "true" if row["is_codable"] else "false",
                "color": color(row["color"]),
            },
            [
                *described(row["definition"]),
                *self.names.refs("NoteRef", row["notes"]),
                *(self._code(code, below) for code in below.get(row["guid"], [])),
            ],
        )

    def _variables(self) -> Any:
        seen: dict[str, Row] = {}
        for row in self.rows["variables"]:
            seen.setdefault(row["guid"], row)
        return _group(
            "Variables",
            [
                element(
                    "Variable",
                    {
                        "guid": self.names.guid(row["guid"]),
                        "name": row["name"],
                        "typeOfVariable": row["type"],
                    },
                    described(row["description"]),
                )
                for row in seen.values()
            ],
        )

    def _values(self, bearer: str, guid: str) -> list[Any]:
        return [
            value_element(self.names.guid(row["guid"]), row["type"], row["value"])
            for row in self.rows["variables"]
            if row["bearer"] == bearer and row["bearer_guid"] == guid
        ]

    def _case(self, row: Row) -> Any:
        return element(
            "Case",
            {"guid": self.names.guid(row["guid"]), "name": row["name"]},
            [
                *described(row["description"]),
                *self.names.refs("CodeRef", row["codes"]),
                *self._values("case", row["guid"]),
                *self.names.refs("SourceRef", row["sources"]),
                *self.names.refs("SelectionRef", row["selections"]),
            ],
        )

    # --- sources -----------------------------------------------------------------------------

    def _top_sources(self) -> list[Row]:
        return [row for row in self.rows["sources"] if not row["parent"]]

    def _children(self, guid: str) -> list[Any]:
        return [self._source(row) for row in self.rows["sources"] if row["parent"] == guid]

    def _source(self, row: Row) -> Any:
        is_note = row["kind"] == "note"
        selections = (
            self.selected.of_note(row["guid"])
            if is_note
            else self.selected.of_source(row["guid"], self._children)
        )
        values = [] if is_note else self._values("source", row["guid"])
        content = [] if row["text"] is None else self._content(row)
        made = element(
            TAGS[row["kind"]],
            {
                "guid": self.names.guid(row["guid"]),
                "name": row["name"],
                **self._paths(row),
                **self.names.made(row),
            },
            [
                *described(row["description"]),
                *content,
                *map(self._sync_point, row["sync_points"]),
                *selections,
                *([] if is_note else self._children(row["guid"])),
                *self.names.refs("NoteRef", row["notes"]),
                *values,
            ],
        )
        return _in_order(made)

    def _paths(self, row: Row) -> Row:
        if row["kind"] in MEDIA_KINDS:
            return {"path": row["path"]}
        return {"richTextPath": row["rich_path"], "plainTextPath": row["path"]}

    def _content(self, row: Row) -> list[Any]:
        """Put a text into a file of the archive where the source names one, else into the XML."""
        name = PurePosixPath((row["path"] or "").replace("\\", "/")).name
        if not name:
            content = element("PlainTextContent", {})
            content.text = for_xml(row["text"])
            return [content]
        data = row["text"].encode("utf-8", errors="replace")
        if self.files.setdefault(f"sources/{name}", data) != data:
            name = f"{self.names.guid(row['guid']).strip('{}')}.txt"
            row["path"] = INSIDE + name
            self.files[f"sources/{name}"] = data
        return []

    def _sync_point(self, written: str) -> Any:
        guid, time, position = (*written.split(), "-", "-", "-")[:3]
        numbers = {"timeStamp": time, "position": position}
        kept = {name: number for name, number in numbers.items() if number != "-"}
        return element("SyncPoint", {"guid": self.names.guid(guid), **kept})

    def _link(self, row: Row) -> Any:
        return element(
            "Link",
            {
                "guid": self.names.guid(row["guid"]),
                "name": row["name"],
                "direction": row["direction"],
                "color": color(row["color"]),
                "originGUID": self.names.guid(row["origin"]) if row["origin"] else None,
                "targetGUID": self.names.guid(row["target"]) if row["target"] else None,
            },
            self.names.refs("NoteRef", row["notes"]),
        )

    def _sets(self, codes_only: bool = False) -> Any:
        sets = [row for row in self.rows["sets"] if row["codes"] or not codes_only]
        members = [("MemberCode", "codes")]
        if not codes_only:
            members += [("MemberSource", "sources"), ("MemberNote", "member_notes")]
        return _group(
            "Sets",
            [
                element(
                    "Set",
                    {"guid": self.names.guid(row["guid"]), "name": row["name"]},
                    [
                        *described(row["description"]),
                        *(ref for tag, c in members for ref in self.names.refs(tag, row[c])),
                    ],
                )
                for row in sets
            ],
        )


# The order of the schema, which is one for all kinds of sources.
ORDER = {
    name: place
    for place, names in enumerate(
        (
            ("Description",),
            ("TextDescription", "Transcript", "PlainTextContent"),
            ("SyncPoint",),
            (
                "PlainTextSelection",
                "PictureSelection",
                "PDFSelection",
                "AudioSelection",
                "VideoSelection",
                "TranscriptSelection",
            ),
            ("Representation",),
            ("Coding",),
            ("NoteRef",),
            ("VariableValue",),
        )
    )
    for name in names
}


def _in_order(source: Any) -> Any:
    source[:] = sorted(source, key=lambda child: ORDER[child.tag])
    return source


def _group(tag: str, made: Any) -> Any:
    """Make the element around a list; the schema wants none around nothing."""
    inside = list(made)
    return element(tag, {}, inside) if inside else None
