"""Taguette: its highlights (CSV, XLSX) and its database (`.sqlite3`) → a project.

Taguette counts UTF-8 bytes of the text between the tags of an HTML. A highlight keeps its words as
well, and these decide. The export of highlights says neither who coded nor where.
"""

import csv
import io
import json
import sqlite3
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from python_calamine import CalamineError, CalamineWorkbook

from pipeline.coding.project import Project, made_of
from pipeline.coding.refi.archive import MB, refusal
from pipeline.coding.refi.positions import Selection, found_by
from pipeline.coding.refi.xml_names import minted
from pipeline.coding.taguette_html import Html
from pipeline.corpus.encodings import decode
from pipeline.corpus.readers.archives import BROKEN
from pipeline.messages import _
from pipeline.problems import Problems

Row = dict[str, Any]
COLUMNS = ("id", "document", "tag", "content")
SQLITE = b"SQLite format 3\0"
MAX_BYTES = 256 * MB
# On its own server Taguette names every user of an exported project, and the only one at home, so.
NOBODY = "admin"
# What a database raises whose columns and values are not as Taguette writes them.
_OTHERWISE = (ValueError, TypeError, OverflowError, LookupError, AttributeError)


def recognises(head: bytes, suffix: str) -> bool:
    """Say whether a file is Taguette's by its first bytes; a zip, whether it may be its XLSX."""
    if head.startswith(SQLITE):
        return True
    if head.startswith(b"PK"):
        return suffix.lower() == ".xlsx"
    said = head.partition(b"\n")[0].decode("utf-8-sig", errors="replace").lower()
    return any(_names(said.split(sign)) == list(COLUMNS) for sign in ",;\t")


def _names(cells: list[Any]) -> list[str]:
    return [str(cell).strip().strip('"').lower() for cell in cells[: len(COLUMNS)]]


def read(path: Path) -> Project:
    """
    Read what Taguette exports.

    Returns:
        The project. Tags are codes; a highlight without a tag is an annotation. The highlights of
        a table have their words and no position, and `lines` says where they stand.

    Raises:
        DataError: D-231 it cannot be read, D-232 the database is damaged, D-233 the table is
            damaged or has other columns.

    """
    try:
        size = path.stat().st_size
        data = path.read_bytes() if size <= MAX_BYTES else b""
    except OSError as error:
        fact = _("the file cannot be read: {reason}").format(reason=error.strerror)
        remedy = _("check its name, its folder and its permissions").format()
        raise refusal("D-231", path, 0, fact, remedy) from error
    if size > MAX_BYTES:
        fact = _("the file is larger than {limit} MB").format(limit=MAX_BYTES // MB)
        remedy = _("export the project without media files, or in parts").format()
        raise refusal("D-231", path, 0, fact, remedy)
    if data.startswith(SQLITE):
        return _database(path)
    table = _xlsx(data, path) if data.startswith(b"PK") else _csv(data, path)
    return _highlights(table)


# --- highlights as a table -----------------------------------------------------------------------


def _csv(data: bytes, path: Path) -> list[tuple[int, list[str]]]:
    text, _encoding = decode(data, path)
    head = text.split("\n", 1)[0]
    delimiter = max(",;\t", key=head.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    rows, line = [], 1
    try:
        for cells in reader:
            rows.append((line, cells))
            line = reader.line_num + 1
    except csv.Error as error:
        raise _no_table(path, line) from error
    return _checked(rows, path)


def _xlsx(data: bytes, path: Path) -> list[tuple[int, list[str]]]:
    try:
        _check_size(data, path)
        book = CalamineWorkbook.from_filelike(io.BytesIO(data))
        cells = book.get_sheet_by_index(0).to_python(skip_empty_area=False)
    except (*BROKEN, CalamineError, IndexError) as error:
        raise _no_table(path, 0) from error
    return _checked([(n, [str(c) for c in row]) for n, row in enumerate(cells, 1)], path)


def _check_size(data: bytes, path: Path) -> None:
    """Unpack each member once without keeping it: a header may claim any size."""
    left = MAX_BYTES
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        for info in archive.infolist():
            with archive.open(info) as member:
                while chunk := member.read(MB):
                    left -= len(chunk)
                    if left < 0:
                        raise _no_table(path, 0)


def _checked(rows: list[tuple[int, list[str]]], path: Path) -> list[tuple[int, list[str]]]:
    if not rows or _names(rows[0][1]) != list(COLUMNS):
        raise _no_table(path, 1)
    whole = [(line, cells) for line, cells in rows[1:] if any(cells)]
    for line, cells in whole:
        if len(cells) < len(COLUMNS):
            raise _no_table(path, line)
    return whole


def _no_table(path: Path, line: int) -> Exception:
    return refusal(
        "D-233",
        path,
        line,
        _("this is no table of highlights with the columns id, document, tag, content").format(),
        _("export the highlights again from Taguette, as CSV or XLSX").format(),
    )


def _highlights(table: list[tuple[int, list[str]]]) -> Project:
    rows: dict[str, list[Row]] = {"codes": [], "sources": [], "codings": [], "annotations": []}
    lines = {}
    seen: dict[str, Row] = {}
    for line, (number, document, tag, content, *_more) in table:
        if document not in seen:
            seen[document] = _source(document, minted("document", document), None)
            rows["sources"].append(seen[document])
        selection = _selection(seen[document], minted("highlight", document, number))
        if not tag:
            rows["annotations"].append({**selection, "exact": content})
            continue
        code = minted("tag", tag)
        if code not in seen:
            seen[code] = _code(tag, code, None, len(rows["codes"]))
            rows["codes"].append(seen[code])
        coding = minted("highlight", document, number, tag)
        lines[coding] = line
        own = {"guid": coding, "code": tag, "code_guid": code, "exact": content}
        rows["codings"].append({**selection, **own})
    return Project(**made_of(rows), about={"origin": "Taguette"}, lines=lines)


def _source(name: str, guid: str, text: str | None) -> Row:
    return {"guid": guid, "name": name, "kind": "text", "text": text}


def _selection(source: Row, guid: str) -> Row:
    return {
        "selection_guid": guid,
        "source": source["name"],
        "source_guid": source["guid"],
        "kind": "text",
    }


def _code(tag: str, guid: str, definition: str | None, before: int) -> Row:
    return {
        "guid": guid,
        "name": tag,
        "definition": definition or None,
        "is_codable": True,
        "level": 0,
        "position": before + 1,
        "path": tag,
    }


# --- the database --------------------------------------------------------------------------------


def _database(path: Path) -> Project:
    problems = Problems()
    try:
        link = sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro&immutable=1", uri=True)
        try:
            link.row_factory = sqlite3.Row
            link.execute("PRAGMA trusted_schema = OFF")
            rows = _Database(link, path, problems).rows()
        finally:
            link.close()
    except (sqlite3.Error, *_OTHERWISE) as error:
        raise refusal(
            "D-232",
            path,
            0,
            _("the database is damaged, or is not Taguette's: {reason}").format(reason=error),
            _("export the project again from Taguette").format(),
        ) from error
    return Project(**made_of(rows), problems=problems, about={"origin": "Taguette"})


class _Database:
    """Reads the tables of one database; the order is Taguette's own."""

    def __init__(self, link: sqlite3.Connection, path: Path, problems: Problems):
        self.link, self.path, self.problems = link, path, problems

    def rows(self) -> dict[str, list[Row]]:
        documents = {row["id"]: row for row in self._table("documents")}
        tags = {row["id"]: row for row in self._table("tags")}
        sources = {n: self._document(row) for n, row in documents.items()}
        codes = {
            n: _code(str(row["path"]), minted("tag", str(n)), row["description"], place)
            for place, (n, row) in enumerate(tags.items())
        }
        made: dict[str, list[Row]] = {
            "sources": [source for source, _text in sources.values()],
            "codes": list(codes.values()),
            "codings": [],
            "annotations": [],
        }
        tagged: dict[int, list[int]] = {}
        for row in self._table("highlight_tags"):
            tagged.setdefault(row["highlight_id"], []).append(row["tag_id"])
        deeds = self._deeds()
        for row in self._highlights(sources):
            source, text = sources[row["document_id"]]
            found = self._found(row, source, text)
            common = {**_selection(source, minted("highlight", str(row["id"]))), **found}
            own = [n for n in tagged.get(row["id"], []) if n in codes]
            if not own:
                made["annotations"].append(common)
            for n in own:
                code = {"code": codes[n]["name"], "code_guid": codes[n]["guid"]}
                guid = minted("highlight", str(row["id"]), str(n))
                deed = deeds.get((row["id"], n), {})
                made["codings"].append({**common, **code, **deed, "guid": guid})
        users = dict.fromkeys(c["coder"] for c in made["codings"] if c.get("coder"))
        made["users"] = [{"guid": minted("user", name), "name": name} for name in users]
        return made

    def _table(self, name: str) -> Iterator[sqlite3.Row]:
        yield from self.link.execute(f'SELECT * FROM "{name}" ORDER BY rowid')

    def _document(self, row: sqlite3.Row) -> tuple[Row, Html]:
        html = Html(str(row["contents"]))
        source = _source(str(row["name"]), minted("document", str(row["id"])), html.text)
        created = _date(row["created"]) if "created" in row.keys() else None  # noqa: SIM118
        return {**source, "description": row["description"] or None, "created_at": created}, html

    def _highlights(self, sources: dict[int, Any]) -> Iterator[sqlite3.Row]:
        order = "ORDER BY document_id, start_offset, id"
        for row in self.link.execute(f"SELECT * FROM highlights {order}"):
            if row["document_id"] in sources:
                yield row

    def _found(self, row: sqlite3.Row, source: Row, text: Html) -> Row:
        snippet = Html(str(row["snippet"])).text.strip()
        asked = Selection(int(row["start_offset"]), int(row["end_offset"]), snippet)
        found = found_by(text.spaced, text.counting, asked)
        if found.fault in ("empty", "outside", "doubtful"):
            self.problems.add(
                "D-234",
                self.path,
                0,
                _('the highlight {id} of "{name}" is not at its place').format(
                    id=row["id"], name=source["name"]
                ),
                _("highlight the passage again in Taguette").format(),
            )
        if found.start is None:
            return {"exact": snippet or None}
        a, b = _trimmed(text.text, found.start, found.end or 0)
        return {"start": a, "end": b, "exact": text.text[a:b]}

    def _deeds(self) -> dict[tuple[int, int], Row]:
        """Say who gave each highlight each tag, and when, as Taguette's log tells it."""
        deeds: dict[tuple[int, int], Row] = {}
        try:
            commands = list(self._table("commands"))
        except sqlite3.Error:  # an old database
            return {}
        for command in commands:
            said = json.loads(command["payload"])
            if said.get("type") != "highlight_add":
                continue
            user, when = command["user_login"], _date(command["date"])
            for tag in said.get("tags") or []:
                deed = deeds.setdefault(
                    (said.get("highlight_id"), tag),
                    {"coder": None if user == NOBODY else user, "created_at": when},
                )
                deed["modified_at"] = when
        return deeds


def _date(value: Any) -> str | None:
    """Write a date of the database, which is in universal time."""
    return f"{str(value)[:19].replace(' ', 'T')}Z" if value else None


def _trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    passage = text[start:end]
    before, behind = len(passage.lstrip()), len(passage.rstrip())
    return end - before, start + behind
