"""What people decided in another QDA tool → rows of a table of codings, ready to be placed.

Sources are told by their names and codes by theirs, never by a guid: tools make new ones.
"""

import hashlib
import unicodedata
from collections import Counter
from collections.abc import Mapping
from pathlib import Path, PurePath
from typing import Any

import pandas as pd

from pipeline import tables
from pipeline.coding import refi, taguette
from pipeline.coding.codebook import Codebook
from pipeline.coding.names import Codes, folded, interview_names
from pipeline.coding.outgoing import Outgoing, labelled
from pipeline.coding.project import PATH, Project
from pipeline.messages import _, plural
from pipeline.problems import DataError, Problems, nearest
from pipeline.tables.files import typed
from pipeline.tables.shapes import Table, count, text

Row = dict[str, Any]
# As many characters of context as the anchors have.
CONTEXT = 32
# The group of codes under which suggestions travel: nobody decided on them, and none comes back.
SUGGESTIONS = "Suggestions"
SUFFIXES = (*refi.SUFFIXES, ".sqlite3", ".xlsx")
# A highlight's table is told from a table of codings by its first line.
HEAD_BYTES = 4096
ROWS = Table(
    "decisions",
    "in memory",
    "tables.CODINGS_BY_HAND with the place in the file.",
    (
        *tables.CODINGS_BY_HAND.columns,
        count("line", "line of the file, or number of the coding where lines do not tell"),
        text("file", "the file", required=True),
    ),
)


def recognises(path: Path) -> bool:
    """Say whether a file is another tool's: a REFI-QDA project or codebook, or Taguette's."""
    if path.suffix.lower() in SUFFIXES:
        return True
    try:
        with path.open("rb") as handle:
            return taguette.recognises(handle.read(HEAD_BYTES), path.suffix)
    except OSError:
        return False


def files_of(folder: Path) -> list[Path]:
    """List the files of other tools in a folder, but not what a Mac or an editor hides there."""
    inside = sorted(folder.iterdir()) if folder.is_dir() else []
    return [f for f in inside if not f.name.startswith(".") and f.is_file() and recognises(f)]


def read(path: Path) -> Project:
    """
    Read a file of any tool.

    Raises:
        DataError: as `refi.read` and `taguette.read` raise it.

    """
    try:
        with path.open("rb") as handle:
            head = handle.read(HEAD_BYTES)
    except OSError:
        head = b""
    is_taguette = taguette.recognises(head, path.suffix)
    return taguette.read(path) if is_taguette else refi.read(path)


def decisions(
    path: Path,
    interviews: pd.DataFrame,
    codebook: Codebook,
    problems: Problems,
    leaving: Mapping[str, Outgoing] | None = None,
) -> pd.DataFrame:
    """
    Read people's decisions from a file of another tool.

    Args:
        path: The file.
        interviews: Of the corpus: `interview_id`, `file`, `text_sha256`.
        codebook: Its codes are known by id, by name in either language, and by former name.
        problems: Collects D-003 (unknown source) and D-004 (unknown code), with the nearest.
        leaving: The texts that went out, by interview (`outgoing.outgoing`): what comes back on
            them, or on the transcript with its labels, is placed in our own text.

    Returns:
        One row a passage and code: the columns of tables.CODINGS_BY_HAND, `line`, `file`. Where
        the source is our text, `start` and `end` are its positions and `text_sha256` is its own;
        elsewhere they are empty, and `exact`, `prefix` and `suffix` say where to look. What is
        remarkable, but no mistake, is in `attrs["notes"]`. A file that cannot be read at all gives
        no row; `problems` says why (D-20x, D-23x).

    """
    try:
        project = read(path)
    except DataError as error:
        problems.extend(error.problems)
        return typed(ROWS, [])
    reading = _Reading(path, project, interviews, codebook, problems, leaving or {})
    rows = reading.rows()
    made = typed(ROWS, rows)
    made.attrs["notes"] = [*map(str, project.problems), *reading.notes()]
    return made


class _Reading:
    """Turns the codings of one project into rows."""

    def __init__(
        self,
        path: Path,
        project: Project,
        interviews: pd.DataFrame,
        codebook: Codebook,
        problems: Problems,
        leaving: Mapping[str, Outgoing],
    ):
        self.path, self.project, self.problems = path, project, problems
        self.names = interview_names(interviews)
        self.codes = Codes(codebook)
        self.sha = dict(zip(interviews["interview_id"], interviews["text_sha256"], strict=True))
        self.leaving = leaving
        self.passed_over: Counter[str] = Counter()
        self.told: set[tuple[str, str]] = set()
        self.interviews = list(map(str, interviews["interview_id"]))

    def rows(self) -> list[Row]:
        project = self.project
        frame = project.codings.astype(object).where(project.codings.notna(), None)
        lines = self._lines(frame)
        sources = project.sources.astype(object).where(project.sources.notna(), None)
        self.sources = {s["guid"]: s for s in sources.to_dict("records")}
        self.above = dict(zip(project.codes["guid"], project.codes["path"], strict=True))
        self.texts: dict[str, _SourceText] = {}
        rows = []
        for row, line in zip(frame.to_dict("records"), lines, strict=True):
            made = self._row(row, line)
            rows += [made] if made else []
        return rows

    def _lines(self, frame: pd.DataFrame) -> list[int]:
        """Give each coding its line, or its number where a line holds several."""
        lines = [self.project.lines.get(guid, 0) for guid in frame["guid"]]
        return lines if len(set(lines)) == len(lines) else list(range(1, len(lines) + 1))

    def _row(self, row: Row, line: int) -> Row | None:
        path = self.above.get(row["code_guid"]) or row["code"] or ""
        if path.split(PATH)[0] == SUGGESTIONS:
            self.passed_over[SUGGESTIONS] += 1
            return None
        if not row["exact"]:  # a picture, a recording, an empty passage: no words of an interview
            self.passed_over[row["kind"] if row["kind"] not in ("text", "transcript") else ""] += 1
            return None
        interview_id = self._interview(row)
        code = self._code(row, path)
        if interview_id is None or code is None:
            return None
        return {
            "interview_id": interview_id,
            "code": code,
            "coder": row["coder"],
            "memo": row["memo"],
            "created_at": row["modified_at"] or row["created_at"],
            "line": line,
            "file": str(self.path),
            **self._place(row, interview_id),
        }

    def _interview(self, row: Row) -> str | None:
        source = self.sources.get(row["source_guid"], {})
        names = [row["source"], source.get("path"), source.get("rich_path")]
        for name in filter(None, names):
            base = PurePath(str(name).replace("\\", "/")).name
            for said in (str(name), base, PurePath(base).stem):
                if folded(said) in self.names:
                    return self.names[folded(said)]
        self._tell(
            "D-003",
            row,
            str(row["source"]),
            _('the interview "{id}" is not in the corpus').format(id=row["source"]),
            nearest(str(row["source"]), self.interviews),
        )
        return None

    def _code(self, row: Row, path: str) -> str | None:
        found = self.codes.find(path.split(PATH))
        if found is None:
            said = row["code"] or row["code_guid"]
            self._tell(
                "D-004",
                row,
                said,
                _('code "{code}" is not in the codebook').format(code=said),
                _("add it to codebook.yaml, or map it under `renamed:`. {nearest}").format(
                    nearest=nearest(said, self.codes.names)
                ),
            )
        return found

    def _tell(self, code: str, row: Row, name: str, fact: str, remedy: str) -> None:
        """Tell of an unknown name once, where it stands first."""
        if (code, name) not in self.told:
            self.told.add((code, name))
            line = self.project.lines.get(row["guid"], 0)
            self.problems.add(code, self.path, line, fact, remedy)

    def _place(self, row: Row, interview_id: str) -> Row:
        guid = row["source_guid"]
        said = self.sources.get(guid, {}).get("text")
        if said is None or row["start"] is None:
            return {"exact": unicodedata.normalize("NFC", row["exact"])}
        if guid not in self.texts:
            self.texts[guid] = _SourceText(said)
        return self.texts[guid].place(
            int(row["start"]),
            int(row["end"]),
            self.sha.get(interview_id),
            self.leaving.get(interview_id),
        )

    def notes(self) -> list[str]:
        """Say how much was passed over, and why."""
        notes = []
        for kind, n in sorted(self.passed_over.items()):
            if kind == SUGGESTIONS:
                said = plural(
                    "{count} suggestion passed over: nobody decided on it",
                    "{count} suggestions passed over: nobody decided on them",
                    n,
                )
            elif kind:
                said = plural(
                    "{count} coding of a picture, a recording or a whole source passed over",
                    "{count} codings of pictures, recordings or whole sources passed over",
                    n,
                )
            else:
                said = plural(
                    "{count} coding without words passed over",
                    "{count} codings without words passed over",
                    n,
                )
            notes.append(f"{self.path.name}: {said}")
        return notes


class _SourceText:
    """The text of a source in our form (NFC), its fingerprint, and positions in it."""

    def __init__(self, said: str):
        self.said = said
        self.text = unicodedata.normalize("NFC", said)
        self.bare = self.text.rstrip()
        self.with_labels: dict[str, Outgoing | None] = {}
        self.shas = {_sha(text): text for text in (self.text, self.bare, f"{self.bare}\n")}

    def place(self, start: int, end: int, ours: str | None, leaving: Outgoing | None) -> Row:
        """Give the place of a passage, in our text where this is the one, else by its words."""
        if self.text != self.said:
            start, end = (
                len(unicodedata.normalize("NFC", self.said[:position])) for position in (start, end)
            )
        if ours in self.shas:
            return _placed(self.shas[ours], start, min(end, len(self.shas[ours])), ours)
        known = self._known(leaving) if leaving else None
        if known:
            a, b = known.back(start, min(end, len(known.text)))
            if a < b:
                return _placed(known.ours, a, b, _sha(known.ours))
        return {
            "exact": self.text[start:end],
            "prefix": self.text[max(0, start - CONTEXT) : start],
            "suffix": self.text[end : end + CONTEXT],
            "text_sha256": _sha(self.text),
        }

    def _known(self, leaving: Outgoing) -> Outgoing | None:
        """Say how this text and ours belong together: as it left the house, or with labels."""
        if self.bare == leaving.text.rstrip():
            return leaving
        if leaving.ours not in self.with_labels:
            self.with_labels[leaving.ours] = labelled(self.text, leaving.ours)
        return self.with_labels[leaving.ours]


def _placed(text: str, start: int, end: int, sha: str | None) -> Row:
    return {
        "start": start,
        "end": end,
        "exact": text[start:end],
        "prefix": text[max(0, start - CONTEXT) : start],
        "suffix": text[end : end + CONTEXT],
        "text_sha256": sha,
    }


def _sha(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
