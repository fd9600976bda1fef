"""The checked manuscript → one document, by pandoc, which reads no file of its own accord.

`assembled` makes the document; `to_html` lays it out for the PDF, `epub.py` for e-readers.
"""

import html
import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pypandoc
from lxml.html import HtmlElement
from lxml.html import fromstring as html_tree

from pipeline.messages import _
from pipeline.problems import Problems
from pipeline.publication import typography
from pipeline.publication.manuscript import Manuscript

# Raw HTML would let a chapter load what it likes; TeX means nothing here; what a chapter says of
# the whole book stands in metadata.yaml.
READER = "markdown-raw_html-raw_tex-raw_attribute-tex_math_dollars-yaml_metadata_block"
# Where pandoc keeps the identifier of what it can be linked to.
ATTRIBUTES = {"Header": 1, "Div": 0, "Span": 0, "Figure": 0, "Table": 0, "Image": 0, "Link": 0}
Node = dict[str, Any]


def assembled(manuscript: Manuscript, language: str) -> Node:
    """Join the chapters to one pandoc document, set by the rules of `language`."""
    return typography.set_text(_document(manuscript), language)


@dataclass(frozen=True)
class Shelf:
    """Where the book's pictures lie: beside the chapters, among the figures, and in `photos`.

    `photos` holds the cleared photographs that chapters show, named by number, and nothing else.
    """

    manuscript: Path
    figures: Path
    photos: Path

    def find(self, source: str) -> Path | None:
        """Find a picture that a chapter names, on this shelf and nowhere else."""
        first, _slash, rest = source.partition("/")
        if first == "photos":
            return next(iter(self.photos.glob(f"{rest}.*")), None) if rest.isdigit() else None
        if first == "figures":
            places = [(self.figures, self.figures / rest)]
        else:
            own = self.manuscript
            places = [(own, own / "chapters" / source), (own, own / source)]
        for root, place in places:
            file = place.resolve()
            if file.is_file() and file.is_relative_to(root.resolve()):
                return file
        return None


def to_html(book: Node, metadata: dict[str, str], theme: Path, filters: Path, language: str) -> str:
    """Turn the document into HTML with contents, the notes at the foot of their pages."""
    variables = [
        f"--variable={key}={html.escape(typography.set_line(value, language))}"
        for key, value in metadata.items()
        if value
    ]
    made: str = pypandoc.convert_text(
        json.dumps(book),
        "html5",
        format="json",
        filters=[str(filters / "notes.lua")],
        sandbox=True,
        extra_args=[
            "--standalone",
            # A line feed within a note would be printed as one.
            "--wrap=none",
            "--toc",
            "--toc-depth=2",
            "--section-divs",
            f"--template={theme / 'book.html'}",
            *variables,
        ],
    )
    return made


def _document(manuscript: Manuscript) -> Node:
    """Parse each chapter alone, so that two may use the same names for notes, and join them."""
    with ThreadPoolExecutor() as pool:  # each waits for a pandoc of its own
        parsed = list(pool.map(_parsed, manuscript.chapters.values()))
    named: dict[str, str] = {}
    own = [_rename(chapter["blocks"], f"c{n}-") for n, chapter in enumerate(parsed, 1)]
    for names in own:
        named = names | named
    for chapter, names in zip(parsed, own, strict=True):
        _relink(chapter["blocks"], named | names)
    return {**parsed[0], "meta": {}, "blocks": [b for chapter in parsed for b in chapter["blocks"]]}


def _parsed(text: str) -> Node:
    parsed: Node = json.loads(pypandoc.convert_text(text, "json", format=READER, sandbox=True))
    return parsed


def nodes(tree: Any) -> Iterator[Node]:
    """Give every element of a parsed text."""
    if isinstance(tree, dict):
        yield tree
    for below in tree.values() if isinstance(tree, dict) else tree:
        if isinstance(below, dict | list):
            yield from nodes(below)


def _rename(blocks: list[Node], prefix: str) -> dict[str, str]:
    """Keep what two chapters call alike apart; give the new names by the old ones."""
    names = {}
    for node in nodes(blocks):
        place = ATTRIBUTES.get(node.get("t", ""))
        if place is not None and (name := node["c"][place][0]):
            names[name] = node["c"][place][0] = prefix + name
    return names


def _relink(blocks: list[Node], names: dict[str, str]) -> None:
    """Let a link to a name follow it: the chapter's own first, then the first in the book."""
    for node in nodes(blocks):
        if node.get("t") == "Link" and node["c"][2][0].startswith("#"):
            name = node["c"][2][0].removeprefix("#")
            node["c"][2][0] = f"#{names.get(name, name)}"


def check(made: str, shelf: Shelf, problems: Problems) -> None:
    """Note every picture that is remote, missing, not the book's own or mute, and dead links."""
    tree = html_tree(made)
    for image in tree.xpath("//img"):
        source = str(image.get("src"))
        if not (image.get("alt") or "").strip():
            problems.add(
                "B-020",
                *where(source, shelf.manuscript),
                _('nothing says what the picture "{source}" shows').format(source=source),
                _("write it for those who do not see: {example}").format(
                    example=f'![…]({source}){{alt="…"}}'
                ),
            )
        if "://" in source or source.startswith(("//", "data:")):
            problems.add(
                "B-012",
                *where(source, shelf.manuscript),
                _('the picture "{source}" is not in the manuscript').format(source=source[:80]),
                _("put the file beside the chapter and name it there"),
            )
        elif shelf.find(source) is None:
            problems.add(
                "B-013",
                *where(source, shelf.manuscript),
                _('the picture "{source}" is missing').format(source=source),
                _("look at the name; pictures are found beside the chapters"),
            )
    _check_links(tree, shelf.manuscript, problems)


def _check_links(tree: HtmlElement, manuscript: Path, problems: Problems) -> None:
    names = set(tree.xpath("//@id"))
    for target in map(str, tree.xpath("//a/@href")):
        if target.startswith("#") and target[1:] not in names:
            problems.add(
                "B-015",
                *where(f"({target}", manuscript),
                _('the link "{target}" leads nowhere').format(target=target),
                _("give the heading that name: {example}").format(example=f"{{{target}}}"),
            )


def where(text: str, manuscript: Path) -> tuple[Path, int]:
    """Find the chapter and line that write `text`; the manuscript and 0 when none does so."""
    for file in sorted((manuscript / "chapters").glob("*.md")):
        lines = file.read_text(encoding="utf-8", errors="replace").splitlines()
        found = [number for number, line in enumerate(lines, 1) if text in line]
        if found:
            return file, found[0]
    return manuscript, 0
