"""The checked manuscript → one HTML document, by pandoc, which never reads a file of its own accord."""

import json
from pathlib import Path
from typing import Any

import pypandoc
from lxml.html import fromstring as html_tree

from pipeline.messages import _
from pipeline.problems import Problems
from pipeline.publication import typography
from pipeline.publication.manuscript import Manuscript

# Raw HTML would let a chapter load what it likes; TeX means nothing here.
READER = "markdown-raw_html-raw_tex-raw_attribute-tex_math_dollars"


def to_html(
    manuscript: Manuscript, metadata: dict[str, Any], theme: Path, filters: Path, language: str
) -> str:
    """Turn the chapters into HTML with contents, French typography and notes at the foot of the page."""
    document = _document(manuscript)
    body = json.dumps(typography.set_text(document, language))
    variables = [f"--variable={key}={value}" for key, value in metadata.items() if value]
    html: str = pypandoc.convert_text(
        body,
        "html5",
        format="json",
        filters=[str(filters / "notes.lua")],
        sandbox=True,
        extra_args=[
            "--standalone",
            "--toc",
            "--toc-depth=2",
            "--section-divs",
            f"--template={theme / 'book.html'}",
            *variables,
        ],
    )
    return html


def _document(manuscript: Manuscript) -> dict[str, Any]:
    """Parse each chapter alone, so that two may use the same names for notes, and join them."""
    joined: dict[str, Any] = {}
    for number, text in enumerate(manuscript.chapters.values(), 1):
        own = json.loads(
            pypandoc.convert_text(
                text, "json", format=READER, sandbox=True, extra_args=[f"--id-prefix=c{number}-"]
            )
        )
        _prefix_headings(own["blocks"], f"c{number}-")
        if joined:
            joined["blocks"] += own["blocks"]
        else:
            joined = own
    return joined


def _prefix_headings(blocks: list[dict[str, Any]], prefix: str) -> None:
    """Keep headings of one name in two chapters apart."""
    for block in blocks:
        if block["t"] == "Header":
            block["c"][1][0] = prefix + block["c"][1][0]


def images(document_html: str) -> list[str]:
    """List the pictures that a document shows."""
    return [str(src) for src in html_tree(document_html).xpath("//img/@src")]


def check_images(found: list[str], manuscript: Path, figures: Path, problems: Problems) -> None:
    """Note every picture that is remote, missing, or outside the manuscript and the figures."""
    for source in found:
        if "://" in source or source.startswith(("//", "data:")):
            problems.add(
                "B-012",
                manuscript,
                0,
                _('the picture "{source}" is not in the manuscript').format(source=source),
                _("put the file beside the chapter and name it there"),
            )
        elif resolve(source, manuscript, figures) is None:
            problems.add(
                "B-013",
                manuscript,
                0,
                _('the picture "{source}" is missing').format(source=source),
                _("look at the name; pictures are found beside the chapters"),
            )


def resolve(source: str, manuscript: Path, figures: Path) -> Path | None:
    """Find a picture that a chapter names, in the figures or the manuscript and nowhere else."""
    if source.startswith("figures/"):
        roots = [(figures, source.removeprefix("figures/"))]
    else:
        roots = [(manuscript / "chapters", source), (manuscript, source)]
    for root, name in roots:
        file = (root / name).resolve()
        if file.is_file() and file.is_relative_to(
            manuscript.resolve() if root != figures else root.resolve()
        ):
            return file
    return None
