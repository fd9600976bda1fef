"""The text of a source, wherever the tool put it: in the XML, or in a file of the archive."""

import codecs
from pathlib import Path
from typing import Any

from pipeline.coding.refi.archive import Archive
from pipeline.coding.refi.positions import Source, inline, source_of
from pipeline.coding.refi.xml_names import first
from pipeline.messages import _
from pipeline.problems import Problems

MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
PLAIN = (".txt", ".md", ".srt", ".vtt", ".csv")


class Texts:
    """Gives the text of each source and remembers how its positions may be counted."""

    def __init__(self, file: Path, archive: Archive | None, problems: Problems):
        self.file, self.archive, self.problems = file, archive, problems
        self.sources: dict[str, Source] = {}

    def text(self, element: Any, row: dict[str, Any]) -> str | None:
        """Give the text of a source or a note; None, and a problem, where it is not in the file."""
        found = self._found(element)
        if found is None:
            if element.get("plainTextPath") or row["kind"] == "text":
                self._missing(element, row)
            return None
        self.sources[row["guid"]] = found
        return found.text

    def _found(self, element: Any) -> Source | None:
        content = first(element, "PlainTextContent")
        if content is not None:
            return inline("".join(content.itertext()))
        paths = [element.get("plainTextPath"), element.get("richTextPath"), element.get("path")]
        for path in paths if self.archive else []:
            if path and (path == paths[0] or path.lower().endswith(PLAIN)):
                data = self.archive.source(path) if self.archive else None
                raw = None if data is None else decoded(data)
                if raw is not None:
                    return source_of(raw)
        return None

    def _missing(self, element: Any, row: dict[str, Any]) -> None:
        where = row["path"] or row["rich_path"] or "?"
        self.problems.add(
            "D-212",
            self.file,
            element.sourceline or 0,
            _('the text of "{name}" is not in the file ({path})').format(
                name=row["name"], path=where
            ),
            _("export the project with its sources inside").format(),
        )


def decoded(data: bytes) -> str | None:
    """Decode a source, its mark and line breaks as they are; None for what is no text."""
    mark = next(((m, name) for m, name in MARKS if data.startswith(m)), None)
    try:
        if mark:
            return "\ufeff" + data[len(mark[0]) :].decode(mark[1])
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        if mark or b"\0" in data:
            return None
        text = data.decode("cp1252", errors="replace")
    return None if "\0" in text else text
