"""Texts that people wrote elsewhere, made safe to stand in a chapter."""

import re

# Every ASCII sign that Markdown may read as markup; pandoc prints it bare behind a backslash.
MARKUP = re.compile(r"([!-/:-@\[-`{-~])")
# A language tag that may stand in an attribute.
LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]+)*")
# A heading of a sheet's own, a fence that would close ours, a picture that is not the book's.
HEADING = re.compile(r"^[ ]{0,3}#{1,6}(?=\s)", re.MULTILINE)
UNDERLINED = re.compile(r"(?<=\S)\n(?=[ ]{0,3}(?:=+|-+)[ ]*$)", re.MULTILINE)
FENCE = re.compile(r"^([ ]*)(?=:::|```|~~~)", re.MULTILINE)
PICTURE = re.compile(r"!(?=\[)")


def plain(text: object) -> str:
    """Escape a text that people wrote elsewhere, so that it is printed as it is."""
    return MARKUP.sub(r"\\\1", " ".join(str(text).split()))


def attribute(text: object) -> str:
    """Escape a text that stands in an attribute, between double quotes."""
    return " ".join(str(text).replace("\\", "\\\\").replace('"', '\\"').split())


def body(text: str) -> str:
    """Let a text that people wrote in Markdown stand inside a chapter and change nothing around it.

    Its headings sink below those of the contents, its fences and pictures become text.
    """
    text = UNDERLINED.sub("\n\n", text.strip())
    return PICTURE.sub(r"\\!", FENCE.sub(r"\1\\", HEADING.sub("####", text)))


def slug(identifier: str) -> str:
    """Make an id that may stand in a link."""
    return re.sub(r"[^\w-]+", "-", identifier)
