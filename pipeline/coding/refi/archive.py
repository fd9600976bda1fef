"""A `.qdpx` as a zip that nobody trusts: nothing is unpacked to disk, all sizes have limits."""

import io
import zipfile
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any
from urllib.parse import unquote

from lxml import etree

from pipeline.corpus.readers.archives import BROKEN
from pipeline.messages import _
from pipeline.problems import DataError, Problem, shown

MB = 2**20
# The XML of a project of 1,000 interviews and 100,000 codings takes about 40 MB.
MAX_XML_BYTES = 128 * MB
# As for transcripts: a day's talk is not one MB.
MAX_TEXT_BYTES = 20 * MB
MAX_TEXTS_BYTES = 512 * MB
MAX_MEMBERS = 20_000


def refusal(code: str, file: Path, line: int, fact: str, remedy: str) -> DataError:
    """Make the error for a file that cannot be used at all."""
    return DataError([Problem(code, shown(file), line, fact, remedy)])


@dataclass
class Archive:
    """The members of a `.qdpx`: the project's XML, and the sources by name."""

    file: Path
    zip: zipfile.ZipFile
    project: zipfile.ZipInfo
    members: dict[str, zipfile.ZipInfo]
    read_bytes: int = 0

    def source(self, path: str) -> bytes | None:
        """Give the bytes of a source by the path that the XML writes; None when it is not there.

        `internal://x.txt`, `sources/x.txt` and `x.txt` are the same, in any case of letters: tools
        write the folder as they like. What lies outside the archive is not fetched.
        """
        info = self.members.get(_key(path)) or self.members.get(_key(unquote(path)))
        if info is None:
            return None
        data = self._read(info, MAX_TEXT_BYTES)
        self.read_bytes += len(data)
        if self.read_bytes > MAX_TEXTS_BYTES:
            raise _too_large(self.file, info.filename, MAX_TEXTS_BYTES)
        return data

    def xml(self) -> bytes:
        """Give the project's XML."""
        return self._read(self.project, MAX_XML_BYTES)

    def _read(self, info: zipfile.ZipInfo, limit: int) -> bytes:
        """Read a member, whatever size its header claims."""
        try:
            with self.zip.open(info) as member:
                data = member.read(limit + 1)
        except BROKEN as error:
            raise _broken(self.file) from error
        if len(data) > limit:
            raise _too_large(self.file, info.filename, limit)
        return data


def opened(file: Path, data: bytes) -> Archive:
    """
    Open a `.qdpx`.

    Raises:
        DataError: D-202 no zip or a damaged one, D-203 not exactly one `.qde`, D-204 a path that
            leads out of the archive, D-205 too large.

    """
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
        infos = [info for info in archive.infolist() if not info.is_dir()]
    except BROKEN as error:
        raise _broken(file) from error
    if len(infos) > MAX_MEMBERS:
        fact = _("the archive holds {count} files").format(count=len(infos))
        remedy = _("export the project without media files, or in parts").format()
        raise refusal("D-205", file, 0, fact, remedy)
    for info in infos:
        _check_path(file, info.filename)
    own = [info for info in infos if not _is_hidden(info.filename)]
    projects = [info for info in own if info.filename.lower().endswith(".qde")]
    if len(projects) != 1:
        raise _not_one(file, [info.filename for info in projects])
    sources = {_key(info.filename): info for info in own if info is not projects[0]}
    return Archive(file, archive, projects[0], sources)


def _is_hidden(name: str) -> bool:
    """A Mac that zips a folder puts a shadow of each file beside it."""
    path = PurePosixPath(name.replace("\\", "/"))
    return path.parts[0] == "__MACOSX" or path.name.startswith("._")


def _key(path: str) -> str:
    return PurePosixPath(path.replace("\\", "/")).name.casefold()


def _check_path(file: Path, name: str) -> None:
    path = PurePosixPath(name.replace("\\", "/"))
    if path.is_absolute() or ".." in path.parts or ":" in path.parts[0]:
        raise refusal(
            "D-204",
            file,
            0,
            _('the archive holds a path that leads out of it: "{name}"').format(name=name),
            _("no QDA tool writes such a file: ask where it comes from").format(),
        )


def _not_one(file: Path, names: list[str]) -> DataError:
    if names:
        fact = _("the archive holds several projects: {names}").format(names=", ".join(names))
        return refusal("D-203", file, 0, fact, _("export one project a file").format())
    fact = _("the archive holds no project (no .qde file)").format()
    return refusal("D-203", file, 0, fact, _("export it again as REFI-QDA project").format())


def _broken(file: Path) -> DataError:
    return refusal(
        "D-202",
        file,
        0,
        _("the archive is damaged, or is no zip").format(),
        _("export it again as REFI-QDA project").format(),
    )


def _too_large(file: Path, name: str, limit: int) -> DataError:
    return refusal(
        "D-205",
        file,
        0,
        _('"{name}" in the archive is larger than {limit} MB unpacked').format(
            name=name, limit=limit // MB
        ),
        _("export the project without media files, or in parts").format(),
    )


def parsed(data: bytes, file: Path) -> Any:
    """
    Parse the XML of a project or a codebook; nothing outside of it is opened.

    Raises:
        DataError: D-206 not well-formed, D-207 it declares a document type.

    """
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_pis=True
    )
    try:
        root = etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        raise refusal(
            "D-206",
            file,
            error.lineno or 0,
            _("the XML is damaged: {reason}").format(reason=error.msg),
            _("export it again").format(),
        ) from error
    if root.getroottree().docinfo.internalDTD is not None:
        raise refusal(
            "D-207",
            file,
            1,
            _("the XML declares a document type, which may hide anything").format(),
            _("no QDA tool writes one: ask where the file comes from").format(),
        )
    return root
