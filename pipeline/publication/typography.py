"""Typography of a language, applied to pandoc's document so that authors need not think of it.

French: « » with no-break spaces, a narrow no-break space before ; ! ? and a no-break space before : and %.
Code, links' addresses and passages in another language are left alone. Applying it twice changes nothing.
"""

import re
from typing import Any

NBSP = "\u00a0"
NARROW = "\u202f"
Inline = dict[str, Any]

# Within a word: a sign set tight against it, or behind any space; not inside 10:30 or http://.
TIGHT_HIGH = re.compile(r"(?<=[\w»)\]…”’])[ \u00a0\u202f]*([;!?]+)(?=$|[\s»)\]…])")
TIGHT_COLON = re.compile(r"(?<=[\w»)\]…”’])[ \u00a0\u202f]*(:)(?=$|\s)")
PERCENT = re.compile(r"(?<=\d)[ \u00a0\u202f]*%")
OPENING = re.compile(r"«[ \u00a0\u202f]*(?=\S)")
CLOSING = re.compile(r"(?<=\S)[ \u00a0\u202f]*»")
STARTS_HIGH = re.compile(r"^[;!?]")
STARTS_SPACED = re.compile(r"^(?:[:»%](?:$|[\s»,.;)\]]))")


def set_text(document: dict[str, Any], language: str) -> dict[str, Any]:
    """Return a pandoc document (JSON) set by the rules of `language`; only French has rules of its own."""
    return _blocks(document) if language == "fr" else document


def french(text: str) -> str:
    """Set a run of text by French rules."""
    text = TIGHT_HIGH.sub(rf"{NARROW}\1", text)
    text = TIGHT_COLON.sub(rf"{NBSP}\1", text)
    text = PERCENT.sub(f"{NBSP}%", text)
    text = OPENING.sub(f"«{NBSP}", text)
    text = CLOSING.sub(f"{NBSP}»", text)
    return text.replace("'", "’")


def _blocks(node: Any) -> Any:
    """Walk a document; wherever a list of inlines stands, set it."""
    if isinstance(node, dict):
        if node.get("t") in {"Code", "CodeBlock", "RawInline", "RawBlock", "Math"} or _is_foreign(
            node
        ):
            return node
        if node.get("t") in {"Link", "Image"}:
            attributes, inlines, target = node["c"]
            return {**node, "c": [attributes, _blocks(inlines), target]}
        return {key: _blocks(value) for key, value in node.items()}
    if isinstance(node, list):
        walked = [_blocks(item) for item in node]
        return _inlines(walked) if _are_inlines(walked) else walked
    return node


def _is_foreign(node: dict[str, Any]) -> bool:
    if node.get("t") not in {"Span", "Div"}:
        return False
    language = dict(node["c"][0][2]).get("lang", "fr")
    return not language.startswith("fr")


def _are_inlines(items: list[Any]) -> bool:
    return any(isinstance(i, dict) and i.get("t") in {"Str", "Space", "Quoted"} for i in items)


def _inlines(items: list[Inline]) -> list[Inline]:
    """Set the words, the quotation marks, and the spaces between words."""
    words = [piece for item in items for piece in _quoted(item)]
    words = [{**i, "c": french(i["c"])} if i.get("t") == "Str" else i for i in words]
    out: list[Inline] = []
    for item, following in zip(words, [*words[1:], None], strict=True):
        space = item.get("t") in {"Space", "SoftBreak"}
        out.append(_fixed_space(item, out[-1] if out else None, following) if space else item)
    return out


def _quoted(item: Inline) -> list[Inline]:
    """Turn "…" into « … », and the inner ones into “ … ”."""
    if item.get("t") != "Quoted":
        return [item]
    kind, content = item["c"]
    left, right = ("“", "”") if kind["t"] == "SingleQuote" else (f"«{NBSP}", f"{NBSP}»")
    return [{"t": "Str", "c": left}, *content, {"t": "Str", "c": right}]


def _fixed_space(space: Inline, before: Inline | None, behind: Inline | None) -> Inline:
    text_before = before["c"] if before and before.get("t") == "Str" else ""
    text_behind = behind["c"] if behind and behind.get("t") == "Str" else ""
    if STARTS_HIGH.match(text_behind):
        return {"t": "Str", "c": NARROW}
    if STARTS_SPACED.match(text_behind) or text_before.endswith("«") or text_before in {"—", "–"}:
        return {"t": "Str", "c": NBSP}
    return space
