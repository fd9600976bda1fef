"""HTML in a cell → the words a reader would see."""

import re
from collections.abc import Iterator
from html import unescape

# What a browser shows nothing of.
SILENT = {"script", "style", "template", "iframe", "object", "noscript"}
# What begins a paragraph of its own; every other break is a space.
PARAGRAPHS = {"p", "div", "ul", "ol", "h1", "h2", "h3", "h4", "h5", "h6", "blockquote", "table"}
BREAKS = {"br", "li", "tr", "td", "th", "hr", "dt", "dd"} | PARAGRAPHS
# No tag goes beyond the next one, so that `<a <a <a` is looked through once; html.parser takes
# minutes over it.
TAG = re.compile(r"<(/?)([A-Za-z][\w:-]{0,40})[^<>]*>|<[!?][^<>]*>|<!--")
MARKUP = re.compile(
    TAG.pattern + r"|&(?:#\d{1,7}|#[xX][0-9A-Fa-f]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});"
)


def has_markup(text: str) -> bool:
    """Say whether a text holds a tag, a comment or an entity; `a < b` and `R&B` are none."""
    return bool(MARKUP.search(text))


def stripped(text: str, paragraphs: bool) -> str:
    r"""
    Take the markup out of a text.

    Args:
        text: A cell, as it was written.
        paragraphs: Keep paragraphs, as an empty line between them; else all is one line.

    Returns:
        The words: breaks become spaces, entities characters, scripts, styles and comments nothing.

    """
    words = "".join(_shown(text))
    if not paragraphs:
        return " ".join(words.split())
    return "\n\n".join(filter(None, (" ".join(part.split()) for part in words.split("\n\n"))))


def _shown(text: str) -> Iterator[str]:
    """Give the pieces of a text that a browser shows, with what the tags between them mean."""
    at = 0
    while tag := TAG.search(text, at):
        yield unescape(text[at : tag.start()])
        name, at = (tag[2] or "").lower(), tag.end()
        if name in BREAKS:
            yield "\n\n" if name in PARAGRAPHS else " "
        if name in SILENT and not tag[1]:
            end = re.compile(f"(?=</{name})", re.IGNORECASE).search(text, at)
            at = end.end() if end else len(text)
        elif text.startswith("<!--", tag.start()):
            found = text.find("-->", tag.start() + 4)
            at = found + 3 if found >= 0 else len(text)
    yield unescape(text[at:])
