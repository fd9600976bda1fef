"""The XML of REFI-QDA → a project, as QualCoder, NVivo, MAXQDA, ATLAS.ti, Quirkos, qc write it.

Elements are told by their local names: tools write the namespace in half a dozen ways. Guids are
compared without braces and case.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from lxml import etree

from pipeline.coding import project as tables
from pipeline.coding.project import Project, made_of
from pipeline.coding.refi.archive import Archive
from pipeline.coding.refi.selections import Selections, note_texts
from pipeline.coding.refi.texts import Texts
from pipeline.coding.refi.xml_names import (
    children,
    color,
    is_true,
    key,
    local,
    minted,
    refs,
    said,
)
from pipeline.messages import _
from pipeline.problems import Problems

Row = dict[str, Any]
KINDS = {
    "TextSource": "text",
    "PictureSource": "picture",
    "PDFSource": "pdf",
    "AudioSource": "audio",
    "VideoSource": "video",
    "Transcript": "transcript",
    "Representation": "representation",
    "TextDescription": "description",
    "Note": "note",
}
READ = {
    *("Users", "CodeBook", "Codes", "Variables", "Cases", "Sources", "Notes", "Links", "Sets"),
    *("Description", "NoteRef"),
}


class Reader:
    """Reads one project; what it cannot use is noted with the line of the XML."""

    def __init__(self, root: Any, file: Path, archive: Archive | None):
        self.root, self.file = root, file
        self.problems = Problems()
        self.rows: dict[str, list[Row]] = {name: [] for name in tables.TABLES}
        self.guids: dict[str, str] = {}
        self.users: dict[str, str] = {}
        self.nameless = 0
        self.lines: dict[str, int] = {}
        self.codes: dict[str, Row] = {}
        self.elements: list[tuple[Any, Row]] = []
        self.texts = Texts(file, archive, self.problems)

    def read(self) -> Project:
        """Read everything, in the order in which one part is needed for the next."""
        self._users()
        self._notes()
        self._codes()
        self._variables()
        self._cases()
        self._sources()
        self._sets()
        self._links()
        self._not_read()
        return Project(
            **made_of(self.rows), problems=self.problems, about=self._about(), lines=self.lines
        )

    def note(self, code: str, element: Any, fact: str, remedy: str) -> None:
        """Note a problem with an element."""
        self.problems.add(code, self.file, element.sourceline or 0, fact, remedy)

    # --- the parts, each by its name ---------------------------------------------------------

    def part(self, name: str, entry: str) -> Iterator[Any]:
        """Yield the entries of a part of the project."""
        for part in children(self.root, name):
            yield from children(part, entry)

    def declared(self, element: Any) -> str:
        """Give the guid of an element; one without gets one, by its place."""
        guid = (element.get("guid") or element.get("id") or "").strip()
        if not guid:
            self.nameless += 1
            guid = minted(local(element), str(self.nameless))
            element.set("guid", guid)
        return self.guids.setdefault(key(guid), guid)

    def known(self, guid: str) -> str:
        """Give a guid that is referred to, as it was declared."""
        return self.guids.get(key(guid), guid)

    def user(self, guid: str | None) -> str | None:
        """Give the name of a user; one that is not declared has its guid for a name."""
        return self.users.get(key(guid), guid) if guid else None

    def made(self, element: Any) -> Row:
        """Say who made and changed a source or a note, and when."""
        return {
            "created_by": self.user(element.get("creatingUser")),
            "created_at": element.get("creationDateTime"),
            "modified_by": self.user(element.get("modifyingUser")),
            "modified_at": element.get("modifiedDateTime"),
        }

    def _about(self) -> dict[str, str]:
        names = ("name", "origin", "creationDateTime", "modifiedDateTime", "basePath")
        about = {name: self.root.get(name) for name in names}
        about["creatingUser"] = self.user(self.root.get("creatingUserGUID"))
        about["description"] = said(self.root, "Description")
        about["notes"] = " ".join(self.note_refs(self.root))
        return {name: value for name, value in about.items() if value}

    def _users(self) -> None:
        for user in self.part("Users", "User"):
            guid = self.declared(user)
            name = user.get("name") or user.get("id") or guid
            self.users[key(guid)] = name
            self.rows["users"].append({"guid": guid, "name": name, "initials": user.get("id")})

    def _notes(self) -> None:
        elements = list(self.part("Notes", "Note"))
        for note in elements:
            self.rows["notes"].append(self.source_row(note, None))
        self.note_texts = note_texts(self.rows["notes"])
        self.note_elements = list(zip(elements, self.rows["notes"], strict=True))

    # --- the codebook ------------------------------------------------------------------------

    def _codes(self) -> None:
        books = [self.root] if local(self.root) == "CodeBook" else children(self.root, "CodeBook")
        for book in books:
            # Some write the codes into the codebook without a <Codes> around them.
            for holder in [*children(book, "Codes"), book]:
                for code in children(holder, "Code"):
                    self._code(code, [])

    def _code(self, element: Any, above: list[Row]) -> None:
        guid = self.declared(element)
        earlier = self.codes.get(key(guid))
        row = self._code_row(element, guid, above)
        if earlier and earlier in above:
            self.note(
                "D-210",
                element,
                _('the code "{name}" stands below itself').format(name=row["name"]),
                _("move it in the codebook of the tool, and export again").format(),
            )
        elif earlier:
            self.note(
                "D-209",
                element,
                _('the codes "{name}" and "{other}" have one guid: {guid}').format(
                    name=row["name"], other=earlier["name"], guid=guid
                ),
                _("codings of this guid count for the first; give the second a guid of its own"),
            )
        if not earlier:
            self.codes[key(guid)] = row
            self.rows["codes"].append(row)
        # A tool or two put the codes below into an element of their own.
        for holder in (element, *children(element, "SubCodes")):
            for below in children(holder, "Code"):
                self._code(below, above if earlier in above else [*above, earlier or row])

    def _code_row(self, element: Any, guid: str, above: list[Row]) -> Row:
        name = element.get("name")
        if not name:
            self.note(
                "D-220",
                element,
                _("a code has no name").format(),
                _("name it in the tool, and export again").format(),
            )
            name = guid
        return {
            "guid": guid,
            "name": name,
            "parent": above[-1]["guid"] if above else None,
            "color": color(element.get("color")),
            "definition": said(element, "Description"),
            "is_codable": is_true(element.get("isCodable", "true")),
            "level": len(above),
            "position": len(self.rows["codes"]) + 1,
            "path": tables.PATH.join([*(code["name"] for code in above), name]),
            "notes": self.note_refs(element),
        }

    def note_refs(self, element: Any) -> list[str]:
        """List the notes that an element refers to."""
        return [self.known(guid) for guid in refs(element, "NoteRef")]

    # --- variables and cases -----------------------------------------------------------------

    def _variables(self) -> None:
        self.variables: dict[str, Row] = {}
        self.valued: set[str] = set()
        for variable in self.part("Variables", "Variable"):
            guid, kind = self.declared(variable), variable.get("typeOfVariable", "Text")
            self.variables[key(guid)] = {
                "guid": guid,
                "name": variable.get("name") or guid,
                "type": kind if kind in tables.VARIABLE_TYPES else "Text",
                "description": said(variable, "Description"),
            }

    def values(self, element: Any, bearer: str, guid: str, name: str | None) -> None:
        """Note the values of the variables of a case or source."""
        for value in children(element, "VariableValue"):
            ref = next(iter(refs(value, "VariableRef")), "")
            if key(ref) not in self.variables:
                self.note(
                    "D-219",
                    value,
                    _('a value belongs to a variable that is not declared: "{guid}"').format(
                        guid=ref
                    ),
                    _("export again from the tool; the value is kept under the guid").format(),
                )
                declared = {"guid": ref or minted("variable"), "name": ref or "?", "type": "Text"}
                self.variables[key(ref)] = declared
            written = [one for one in children(value) if local(one).endswith("Value")]
            row = {"bearer": bearer, "bearer_guid": guid, "bearer_name": name}
            row["value"] = written[0].text if written else None
            self.valued.add(key(ref))
            self.rows["variables"].append({**self.variables[key(ref)], **row})

    def _cases(self) -> None:
        self.cases: dict[str, Row] = {}
        for case in self.part("Cases", "Case"):
            guid, name = self.declared(case), case.get("name")
            self.cases[key(guid)] = {
                "guid": guid,
                "name": name,
                "description": said(case, "Description"),
                "codes": [self.known(one) for one in refs(case, "CodeRef")],
                "sources": refs(case, "SourceRef"),
                "selections": refs(case, "SelectionRef"),
            }
            self.values(case, "case", guid, name)

    # --- sources -----------------------------------------------------------------------------

    def _sources(self) -> None:
        for part in children(self.root, "Sources"):
            for element in children(part):
                if local(element) in KINDS:
                    self._source(element, None)
                else:
                    self._unknown(element)
        selections = Selections(self)
        selections.read()
        for case in self.cases.values():
            case["sources"] = [self.known(one) for one in case["sources"]]
            case["selections"] = [self.known(one) for one in case["selections"]]
            self.rows["cases"].append(case)
        unused = [row for ref, row in self.variables.items() if ref not in self.valued]
        self.rows["variables"] += unused

    def _source(self, element: Any, parent: Row | None) -> None:
        row = self.source_row(element, parent)
        self.rows["sources"].append(row)
        self.elements.append((element, row))
        self.values(element, "source", row["guid"], row["name"])
        for below in children(element):
            if local(below) in ("Transcript", "Representation", "TextDescription"):
                self._source(below, row)
            elif local(below) == "PDFSelection":
                for text in children(below, "Representation"):
                    selection = {"guid": self.declared(below), "name": row["name"]}
                    self._source(text, selection)

    def source_row(self, element: Any, parent: Row | None) -> Row:
        """Describe a source, or a note, which is written like one."""
        guid = self.declared(element)
        kind = KINDS[local(element)]
        path = element.get("plainTextPath") or element.get("path")
        name = element.get("name") or (parent["name"] if parent else None)
        row = {
            "guid": guid,
            "name": name or (Path(path).name if path else guid),
            "kind": kind,
            "parent": parent["guid"] if parent else None,
            "path": path,
            "rich_path": element.get("richTextPath"),
            "description": said(element, "Description"),
            **self.made(element),
            "notes": self.note_refs(element),
            "sync_points": [
                " ".join(point.get(name) or "-" for name in ("guid", "timeStamp", "position"))
                for point in children(element, "SyncPoint")
            ],
        }
        if kind not in tables.MEDIA_KINDS:
            row["text"] = self.texts.text(element, row)
        return row

    # --- sets, links, and what is not read ---------------------------------------------------

    def _sets(self) -> None:
        for one in self.part("Sets", "Set"):
            guid = self.declared(one)
            members = {
                column: [self.known(ref) for ref in refs(one, name)]
                for column, name in (
                    ("codes", "MemberCode"),
                    ("sources", "MemberSource"),
                    ("member_notes", "MemberNote"),
                )
            }
            row = {"guid": guid, "name": one.get("name") or guid, **members}
            self.rows["sets"].append({**row, "description": said(one, "Description")})

    def _links(self) -> None:
        for link in self.part("Links", "Link"):
            way = link.get("direction")
            self.rows["links"].append(
                {
                    "guid": self.declared(link),
                    "name": link.get("name"),
                    "direction": way if way in tables.LINKS.column("direction").values else None,
                    "color": color(link.get("color")),
                    "origin": self.known(link.get("originGUID") or ""),
                    "target": self.known(link.get("targetGUID") or ""),
                    "notes": self.note_refs(link),
                }
            )

    def _not_read(self) -> None:
        for part in children(self.root):
            if local(part) not in READ and local(self.root) == "Project":
                self._unknown(part)

    def _unknown(self, element: Any) -> None:
        self.note(
            "D-218",
            element,
            _("<{name}> is not read").format(name=etree.QName(element).localname),
            _("keep the file: only the tool that wrote it shows this part").format(),
        )
