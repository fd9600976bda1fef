"""Small readings of REFI-QDA's XML: elements by local name, references, colours, guids."""

import re
import uuid
from typing import Any

from lxml import etree

# How a file of ours names the tool it comes from.
ORIGIN = "Utopies réalistes 1.0"
GUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
COLOR = re.compile(r"#([0-9A-Fa-f]{6}|[0-9A-Fa-f]{3})")
# Names everything that has no guid of its own, the same every time.
NAMESPACE = uuid.UUID("7d1f5b0e-93a2-5c41-8f6a-0c54e2b7a9d3")


def local(element: Any) -> str:
    """Give the name of an element without its namespace; "" for a comment."""
    return etree.QName(element).localname if isinstance(element.tag, str) else ""


def children(element: Any, name: str = "") -> list[Any]:
    """List the elements below an element: those of a name, or all."""
    found = [child for child in element if isinstance(child.tag, str)]
    return [child for child in found if local(child) == name] if name else found


def first(element: Any, name: str) -> Any | None:
    """Find the first element of a name below an element."""
    return next(iter(children(element, name)), None)


def said(element: Any, name: str) -> str | None:
    """Give the words of an element below; None where it is empty or absent."""
    found = first(element, name)
    return None if found is None else "".join(found.itertext()) or None


def refs(element: Any, name: str) -> list[str]:
    """List the guids that the elements of a name refer to; ATLAS.ti writes `guid` in codebooks."""
    found = [child.get("targetGUID") or child.get("guid") for child in children(element, name)]
    return [guid for guid in found if guid]


def key(guid: str | None) -> str:
    """Fold a guid: braces and case do not tell two apart."""
    return (guid or "").strip().strip("{}").lower()


def minted(*parts: str) -> str:
    """Make the guid of a thing from what it is, the same every time."""
    return str(uuid.uuid5(NAMESPACE, "\n".join(parts)))


def is_true(value: str) -> bool:
    """Read a boolean of XML; whatever is not "false" is true, as the tools take it."""
    return value.strip().lower() not in ("false", "0")


def color(value: str | None) -> str | None:
    """Give a colour as it is written; None for what is no #RRGGBB."""
    return value if value and COLOR.fullmatch(value.strip()) else None
