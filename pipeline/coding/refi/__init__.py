"""Exchange with other QDA tools by REFI-QDA: `.qdpx` projects and `.qdc` codebooks, both ways.

`read` takes what any tool writes and says what it could not use; what `write` writes validates
against the schema of March 2019 and is read back equal.

In: `archive` opens what nobody trusts, `reading` goes through the XML, `texts` finds the sources,
`selections` the passages, `positions` where they stand in our text. Out: `completing` makes up what
a project leaves out, `writing` packs it, `elements` and `selections_out` write the XML. `xml_names`
serves both.
"""

from pathlib import Path

from pipeline.coding.project import Project
from pipeline.coding.refi.archive import MB, Archive, opened, parsed, refusal
from pipeline.coding.refi.completing import completed
from pipeline.coding.refi.reading import Reader
from pipeline.coding.refi.writing import to_bytes
from pipeline.coding.refi.xml_names import local
from pipeline.messages import _
from pipeline.tables import files

__all__ = ["SUFFIXES", "Project", "read", "write"]

SUFFIXES = (".qdpx", ".qde", ".qdc")
# Recordings travel inside a project; what is read of it has limits of its own.
MAX_BYTES = 2048 * MB


def read(path: Path) -> Project:
    """
    Read a project or a codebook; the content decides over the ending.

    Returns:
        The project; a codebook, or a project without sources, has codes only. `problems` says
        what could not be used: D-209 to D-220, with the line of the XML.

    Raises:
        DataError: D-201 it cannot be read, D-202 to D-207 the archive or the XML is damaged or
            hostile, D-208 it is no REFI-QDA.

    """
    data = _data(path)
    archive: Archive | None = None
    if data.startswith(b"PK"):
        archive = opened(path, data)
    root = parsed(archive.xml() if archive else data, path)
    if local(root) not in ("Project", "CodeBook"):
        raise refusal(
            "D-208",
            path,
            1,
            _("the XML is no REFI-QDA project or codebook: it begins with <{name}>").format(
                name=local(root)
            ),
            _("export it again as REFI-QDA project").format(),
        )
    return Reader(root, path, archive).read()


def write(project: Project, path: Path) -> None:
    """Write a project (`.qdpx`) or its codebook only (`.qdc`): the same bytes for the same project.

    Media files are named as they were, and do not travel along. What a project made by hand leaves
    out is made up (see completing).
    """
    files.write({path: to_bytes(completed(project), path.suffix)})


def _data(path: Path) -> bytes:
    try:
        size = path.stat().st_size
        if size > MAX_BYTES:
            raise refusal(
                "D-201",
                path,
                0,
                _("the file is larger than {limit} MB").format(limit=MAX_BYTES // MB),
                _("export the project without media files, or in parts").format(),
            )
        return path.read_bytes()
    except OSError as error:
        raise refusal(
            "D-201",
            path,
            0,
            _("the file cannot be read: {reason}").format(reason=error.strerror),
            _("check its name, its folder and its permissions").format(),
        ) from error
