"""Typography of a language, applied to pandoc's document so that authors need not think of it.

French: « » with no-break spaces inside, a narrow no-break space before ; ! ? and a no-break space
before : and %. French and English: curved quotation marks and apostrophes, nested ones of the
second kind. Code, addresses and passages in another language are left alone, and applying it twice
changes nothing. Only spaces, quotation marks and apostrophes ever change.
"""

import re
from dataclasses import dataclass
from typing import Any

NBSP = "\u00a0"
NARROW = "\u202f"
Inline = dict[str, Any]

# In a run of text: an inline that is left as it is, and a line break. Pandoc lets neither sign in.
KEPT, BREAK = "\x00", "\x01"
ADDRESS = re.compile(r"(?:\w+://|www\.|mailto:)[^\s«»\"<>]*[\w/=&#-]|[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
SPACES = r"[ \n\u00a0\u202f]*"
# What a sign may be set tight against: a word, a closing mark, a kept inline.
WORD = r"\w»)\]…”’°%\x00"
HIGH = re.compile(rf"(?<=[{WORD}.;!?]){SPACES}([;!?]+)(?=$|[\s»)\]…”’\",.\x00\x01—–:;!?])")
COLON = re.compile(rf"(?<=[{WORD}.!?]){SPACES}:(?=$|[\s\x01»])")
PERCENT = re.compile(rf"(?<=\d){SPACES}%(?!\w)")
OPENING = re.compile(rf"«{SPACES}(?=[^ \n\u00a0\u202f])")
CLOSING = re.compile(rf"(?<=[^ \n\u00a0\u202f]){SPACES}»")
DIALOGUE = re.compile(rf"^([—–]){SPACES}(?=\S)")
# "3 initiatives sur / 4" would leave a lone figure on the last line.
COUNT = re.compile(r"(?<=\bsur)[ \n](?=\d)")
# 5'30 keeps its straight sign.
APOSTROPHE = re.compile(r"'(?!\d)|(?<!\d)'")
SPACED = {"Space": " ", "SoftBreak": "\n"}
BLANKS: dict[str, Inline] = {sign: {"t": kind} for kind, sign in SPACED.items()}
UNTOUCHED = {"Code", "CodeBlock", "RawInline", "RawBlock", "Math"}
PIECES = re.compile(r"[ \n\x00\x01]|[^ \n\x00\x01]+")


@dataclass(frozen=True)
class Marks:
    """The quotation marks of a language, and those for a quotation within one."""

    outer: tuple[str, str]
    inner: tuple[str, str]

    def within(self, text: str) -> tuple[str, str]:
        """Choose the marks for a quotation that opens behind `text`."""
        opener, closer = self.outer
        return self.inner if text.count(opener) > text.count(closer) else self.outer


MARKS = {"fr": Marks(("«", "»"), ("“", "”")), "en": Marks(("“", "”"), ("‘", "’"))}


def set_text(document: dict[str, Any], language: str) -> dict[str, Any]:
    """Return a pandoc document (JSON) set by the rules of `language`, French or English."""
    if language not in MARKS:
        return document
    walked: dict[str, Any] = _walk(document, language, language)
    return walked


def set_line(text: str, language: str) -> str:
    """Set a text without markup, for instance a title."""
    return _set(text, language) if language in MARKS else text


def french(text: str) -> str:
    """Set the spaces of a run of text by French rules; kept inlines count as words."""
    text = OPENING.sub(f"«{NBSP}", text)
    text = CLOSING.sub(f"{NBSP}»", text)
    text = HIGH.sub(rf"{NARROW}\1", text)
    text = COLON.sub(f"{NBSP}:", text)
    text = PERCENT.sub(f"{NBSP}%", text)
    text = COUNT.sub(NBSP, text)
    return DIALOGUE.sub(rf"\1{NBSP}", text)


def curved(text: str, marks: Marks) -> str:
    """Turn straight quotation marks and apostrophes into curved ones, nested marks too."""
    out, closers = "", list[str]()
    for sign, following in zip(text, [*text[1:], ""], strict=True):
        set_sign = sign
        if sign == marks.outer[0]:
            closers.append(marks.outer[1])
        elif closers and sign == closers[-1]:
            closers.pop()
        elif sign == '"' and _opens(out, following):
            set_sign, closer = marks.inner if marks.outer[1] in closers else marks.outer
            closers.append(closer)
        elif sign == '"' and closers:
            set_sign = closers.pop()
        out += set_sign
    return APOSTROPHE.sub("’", out)


def _opens(before: str, following: str) -> bool:
    """Say whether a straight mark begins a quotation: behind a space or a mark, before a word."""
    begins = not before or before[-1].isspace() or before[-1] in "\x01([’'«“—–-"
    return begins and bool(following) and not following.isspace()


def _set(text: str, language: str) -> str:
    text = curved(text, MARKS[language])
    return french(text) if language == "fr" else text


def _walk(node: Any, here: str, language: str) -> Any:
    """Walk a document that is in `here`; where a list of inlines in `language` stands, set it."""
    if isinstance(node, list):
        walked = [_walk(item, here, language) for item in node]
        return _inlines(walked, language) if here == language and _are_inlines(walked) else walked
    if not isinstance(node, dict) or node.get("t") in UNTOUCHED:
        return node
    if node.get("t") in {"Link", "Image"}:
        attributes, inlines, target = node["c"]
        return {**node, "c": [attributes, _walk(inlines, here, language), target]}
    if node.get("t") == "Quoted":
        kind, inlines = node["c"]
        return {**node, "c": [kind, [_walk(item, here, language) for item in inlines]]}
    own = _language(node) or here
    return {key: _walk(value, own, language) for key, value in node.items()}


def _language(node: dict[str, Any]) -> str | None:
    """Give the language that a span, a division or a heading is marked with, without its region."""
    place = {"Span": 0, "Div": 0, "Header": 1}.get(node.get("t", ""))
    said = None if place is None else dict(node["c"][place][2]).get("lang")
    return said.split("-")[0] if said else None


def _are_inlines(items: list[Any]) -> bool:
    return any(isinstance(i, dict) and i.get("t") in {"Str", "Space", "Quoted"} for i in items)


def _inlines(items: list[Inline], language: str) -> list[Inline]:
    """Set a list of inlines as one run of text, in which all but words and spaces is kept."""
    kept: list[Inline] = []
    text = _set(_run(items, "", kept, MARKS[language]), language)
    held = iter(kept)
    return [
        next(held) if piece in {KEPT, BREAK} else BLANKS.get(piece, {"t": "Str", "c": piece})
        for piece in PIECES.findall(text)
    ]


def _run(items: list[Inline], text: str, kept: list[Inline], marks: Marks) -> str:
    """Write inlines behind `text`; what is not words goes to `kept`, with a sign in its place."""
    for item in items:
        kind = item.get("t")
        if kind == "Str":
            kept += [{"t": "Str", "c": found} for found in ADDRESS.findall(item["c"])]
            text += ADDRESS.sub(KEPT, item["c"])
        elif kind in SPACED:
            text += SPACED[kind]
        elif kind == "Quoted":
            left, right = marks.inner if item["c"][0]["t"] == "SingleQuote" else marks.within(text)
            text = _run(item["c"][1], text + left, kept, marks) + right
        else:
            kept.append(item)
            text += BREAK if kind == "LineBreak" else KEPT
    return text
