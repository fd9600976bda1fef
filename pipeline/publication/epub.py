"""The document → EPUB 3 by pandoc, with the book's pictures and nothing from anywhere else.

Figures go in as PNG: an e-reader without our fonts would set the text of an SVG over itself.
"""

import copy
import io
import json
import os
import shutil
import tempfile
import uuid
import zipfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pypandoc
from lxml import etree

from pipeline.folders import PROJECT
from pipeline.messages import _
from pipeline.publication.document import Node, Shelf, nodes
from pipeline.publication.epoch import VARIABLE
from pipeline.publication.typography import set_line

# An e-book that is built again is the same book: its id comes from what it is called.
NAMESPACE = uuid.UUID("5c0c2f6e-0d7b-5a53-9a0e-2f8a1f7f2b61")
XHTML = "{http://www.w3.org/1999/xhtml}"
# What pandoc calls it in every language.
TITLE_PAGE = "Title Page"


def to_epub(book: Node, metadata: dict[str, str], theme: Path, shelf: Shelf) -> bytes:
    """
    Write the document as an EPUB, dated as `epoch.pinned` says.

    Args:
        book: The document, as `document.assembled` makes it, its pictures checked.
        metadata: Title, author …, as for the PDF; `lang` is the language of the book.
        theme: The manuscript's; what it lacks of `epub.css` and `epub.html` is the project's.
        shelf: Where the pictures are.

    """
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        own = _with_pictures(book, shelf, folder)
        own["meta"] = _meta(metadata)
        target = folder / "book.epub"
        pypandoc.convert_text(
            json.dumps(own),
            "epub3",
            format="json",
            outputfile=str(target),
            cworkdir=str(folder),
            extra_args=[
                "--toc-depth=2",
                "--split-level=1",
                "--wrap=none",
                f"--css={_themed(theme, 'epub.css')}",
                f"--template={_themed(theme, 'epub.html')}",
            ],
        )
        return _finished(target.read_bytes())


def _themed(theme: Path, name: str) -> Path:
    own = theme / name
    return (own if own.is_file() else PROJECT / "book" / "theme" / name).resolve()


def _with_pictures(book: Node, shelf: Shelf, folder: Path) -> Node:
    """Copy each picture into `folder` under a number, so that pandoc opens nothing else."""
    own: Node = copy.deepcopy(book)
    images = [node for node in nodes(own["blocks"]) if node.get("t") == "Image"]
    numbered: dict[str, str] = {}
    for image in images:
        source = image["c"][2][0]
        if source not in numbered:
            found = shelf.find(source)
            assert found, f"{source} was checked and is gone"
            file = _drawn(found)
            numbered[source] = f"{len(numbered) + 1:03d}{file.suffix.lower()}"
            shutil.copyfile(file, folder / numbered[source])
        image["c"][2][0] = numbered[source]
    return own


def _drawn(file: Path) -> Path:
    """Take a figure's PNG, which looks the same everywhere, where there is one."""
    beside = file.with_suffix(".png")
    return beside if file.suffix == ".svg" and beside.is_file() else file


def _meta(metadata: dict[str, str]) -> Node:
    """Say of the book what a shop, a library and a screen reader ask."""
    language = metadata["lang"]
    called = "\n".join(metadata.get(part, "") for part in ("title", "author", "edition"))
    said = {
        "title": metadata["title"],
        "subtitle": metadata.get("subtitle", ""),
        "author": metadata.get("author", ""),
        "publisher": metadata.get("publisher", ""),
        "rights": metadata.get("rights", ""),
        "edition": metadata.get("edition", ""),
        "description": ". ".join(filter(None, (metadata.get("subtitle"), metadata.get("edition")))),
        "toc-title": metadata["toc-title"],
        "accessibilitySummary": _(
            "The text can be read aloud in order; every picture has a description."
        ),
    }
    listed = {
        "accessModes": ["textual", "visual"],
        "accessModeSufficient": ["textual"],
        "accessibilityFeatures": [
            "alternativeText",
            "readingOrder",
            "structuralNavigation",
            "tableOfContents",
        ],
        "accessibilityHazards": ["none"],
    }
    fixed = {
        "lang": language,
        "identifier": f"urn:uuid:{uuid.uuid5(NAMESPACE, called)}",
        "date": datetime.fromtimestamp(int(os.environ[VARIABLE]), UTC).date().isoformat(),
    }
    return {
        **{name: _text(set_line(text, language)) for name, text in said.items() if text},
        **{name: _text(text) for name, text in fixed.items()},
        **{name: {"t": "MetaList", "c": list(map(_text, rows))} for name, rows in listed.items()},
    }


def _text(text: str) -> Node:
    return {"t": "MetaInlines", "c": [{"t": "Str", "c": text}]}


def _finished(data: bytes) -> bytes:
    """Give each page the title of its heading, which pandoc leaves as the file's name."""
    sink = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(sink, "w") as target:
        for entry in source.infolist():
            content = source.read(entry)
            if entry.filename.endswith(".xhtml"):
                content = _titled(content)
            target.writestr(entry, content, compress_type=entry.compress_type)
    return sink.getvalue()


def _titled(page: bytes) -> bytes:
    parser = etree.XMLParser(resolve_entities=False, no_network=True)
    root: Any = etree.fromstring(page, parser)
    heading, title = next(root.iter(f"{XHTML}h1"), None), next(root.iter(f"{XHTML}title"))
    if heading is not None:
        title.text = " ".join("".join(heading.itertext()).split())
    for link in root.iter(f"{XHTML}a"):
        if link.text == TITLE_PAGE:
            link.text = _("Title page")
    return bytes(etree.tostring(root.getroottree(), xml_declaration=True, encoding="utf-8") + b"\n")
