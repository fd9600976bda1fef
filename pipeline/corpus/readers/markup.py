"""HTML as transcription tools keep it in their files: a flat run of tags and words.

No tree is built: a parser's depth limit would cut a text off, and a standard one takes quadratic
time on what is left open. Comments, styles and scripts are taken out.
"""

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

_TAG = re.compile(r"<(/?)([A-Za-z][A-Za-z0-9]{0,20})([^<>]*)>|<[!?][^<>]*>|[^<]+|<")
_ATTRIBUTE = re.compile(
    r"([A-Za-z][\w-]{0,40})\s{0,8}=\s{0,8}(?:\"([^\"]*)\"|'([^']*)'|([^\s\"'>]+))"
)
# More than this in one tag is no attribute of a transcript's.
_MAX_ATTRIBUTES = 2000

# Where these begin or end, a line ends.
BLOCKS = frozenset(
    {"p", "div", "li", "ul", "ol", "blockquote", "pre", "table", "tr", "body"}
    | {f"h{level}" for level in range(1, 7)}
)
_SILENT = frozenset({"style", "script", "head", "title"})


@dataclass(frozen=True)
class Tag:
    """A tag: its name in small letters, whether it opens, its attributes."""

    name: str
    opens: bool
    attributes: dict[str, str] = field(default_factory=dict)


def tokens(source: str) -> Iterator[Tag | str]:
    """Yield tags and the words between them, entities read; `<br/>` is an opening tag."""
    silent = ""
    for match in _TAG.finditer(_uncommented(source)):
        if not match[2]:
            text = match[0]
            if not silent and not text.startswith(("<!", "<?")):
                yield html.unescape(text)
            continue
        name, opens = match[2].lower(), not match[1]
        if silent:
            silent = "" if name == silent and not opens else silent
        elif name in _SILENT and opens:
            silent = name
        else:
            yield Tag(name, opens, _attributes(match[3]) if opens else {})


def _uncommented(source: str) -> str:
    first, *others = source.split("<!--")
    return first + "".join(other.partition("-->")[2] for other in others)


def _attributes(written: str) -> dict[str, str]:
    found = _ATTRIBUTE.finditer(written[:_MAX_ATTRIBUTES])
    return {m[1].lower(): html.unescape(m[2] or m[3] or m[4] or "") for m in found}
