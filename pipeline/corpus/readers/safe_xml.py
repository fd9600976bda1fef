"""XML as strangers send it: nothing is fetched, nothing is expanded, nothing grows without bound.

A document type may be named, as Transcriber does, and is never read; one that declares entities is
refused, since entities hide words and grow. A file that says UTF-8 and holds Latin-1, or the other
way round, is read as what it is: tools copied the first line from one another for twenty years.
"""

import codecs
import html
import math
import re
from collections.abc import Iterator
from pathlib import Path
from typing import TypeAlias

from lxml import etree

from pipeline.corpus.encodings import decode
from pipeline.messages import _
from pipeline.problems import DataError, Problems

# A day of talk with every word and sound timed has some 500,000 elements; each takes 100 bytes and
# more of memory, so their number is bounded, and not the bytes of the file alone.
MAX_ELEMENTS = 2_000_000

_NUMBER = re.compile(r"-?\d{1,12}(?:\.\d{0,20})?(?:[eE]-?\d)?")
_BEFORE_ROOT = re.compile(r"<\?.*?\?>|<!--.*?-->|<![^>]*>", re.DOTALL)
_FIRST_TAG = re.compile(r"<(?:[\w.-]{1,80}:)?([A-Za-z_][\w.-]{0,80})(?=[\s/>]|$)")
_DECLARATION = re.compile(r"\s*<\?xml\s[^>]{0,300}\?>")
_DECLARED = re.compile(rb"<\?xml[^>]{0,200}?\sencoding\s{0,8}=\s{0,8}[\"']([\w.:-]{1,40})[\"']")
# The 8-bit and East Asian sets. Python knows other "encodings" that are none, and slow ones.
_CHARACTER_SET = re.compile(r"iso8859|cp\d|mac-?roman|koi8|gb|big5|shift_jis|euc_")

Element: TypeAlias = etree._Element


def root_name(head: bytes) -> str:
    """Name the outermost element, without its prefix, of a file that begins so; "" if none."""
    # A zero byte before or behind each sign of a tag: UTF-16.
    text = head.replace(b"\0", b"").decode("latin-1")
    begin = text.find("<")
    if begin < 0 or text[:begin].strip().strip("ï»¿þÿ"):
        return ""
    tag = _FIRST_TAG.search(_BEFORE_ROOT.sub(" ", text))
    return tag[1] if tag else ""


def parse(data: bytes, path: Path) -> Element:
    """
    Parse a whole file.

    Returns:
        The root; `sourceline` counts the lines of the file.

    Raises:
        DataError: C-103 the encoding, C-104 no well-formed XML, or entities declared in it.

    """
    text = _text(data, path)
    if "<!ENTITY" in text:
        line = text[: text.index("<!ENTITY")].count("\n") + 1
        raise refusal(path, line, _("the XML declares entities, which can hide words").format())
    if text.count("<") > MAX_ELEMENTS:
        raise refusal(path, 0, _("the XML has more elements than a transcript can need").format())
    try:
        return _root(_undeclared(text).encode("utf-8"))
    except (etree.XMLSyntaxError, ValueError) as error:
        line = getattr(error, "lineno", 0) or 0
        raise refusal(path, line, _("the XML is cut off or damaged here").format()) from error


def _root(xml: bytes) -> Element:
    parser = etree.XMLParser(
        encoding="utf-8",
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        huge_tree=False,
        # An id given twice, as in texts put together to a corpus, is no fault.
        collect_ids=False,
        remove_comments=True,
        remove_pis=True,
    )
    return etree.fromstring(xml, parser)


def refusal(path: Path, line: int, fact: str) -> DataError:
    """Make the error for XML or JSON that cannot be used."""
    problems = Problems()
    hint = _("fetch the file again, or export it anew from the tool that made it").format()
    problems.add("C-104", path, line, fact, hint)
    return DataError(problems)


def _text(data: bytes, path: Path) -> str:
    """Decode by what the bytes are, then by what the file says that they are."""
    if data[:2] in (b"<\0", b"\0<"):
        mark = codecs.BOM_UTF16_LE if data[:1] == b"<" else codecs.BOM_UTF16_BE
        return decode(mark + data, path)[0]
    declared = _declared(data)
    if declared:
        try:
            data.decode("utf-8")
        except UnicodeDecodeError:
            try:
                return data.decode(declared).replace("\r\n", "\n").replace("\r", "\n")
            except UnicodeDecodeError:
                pass
    return decode(data, path)[0]


def _undeclared(text: str) -> str:
    """Blank the first line's declaration, true or not any more; line numbers stay."""
    found = _DECLARATION.match(text)
    return "\n" * found[0].count("\n") + text[found.end() :] if found else text


def _declared(data: bytes) -> str:
    """Name the character set that the file declares, unless `decode` tries it anyhow."""
    match = _DECLARED.match(data)
    try:
        name = codecs.lookup(match[1].decode()).name if match else ""
    except LookupError:
        return ""
    return name if _CHARACTER_SET.match(name) and name not in ("iso8859-1", "cp1252") else ""


def name(element: Element) -> str:
    """Name an element without its namespace; "" for what is none (an unknown entity)."""
    return etree.QName(element).localname if isinstance(element.tag, str) else ""


def below(element: Element, wanted: str) -> Iterator[Element]:
    """Find all elements of a name below one, in the order of the file."""
    return (found for found in element.iter() if name(found) == wanted)


def children(element: Element, *wanted: str) -> list[Element]:
    """List the children of some names; a search no deeper takes no time in hostile nests."""
    return [child for child in element if name(child) in wanted]


def attribute(element: Element, *names: str) -> str:
    """Give the first of these attributes that is there, in any namespace (`id`, `xml:id`)."""
    found = {etree.QName(key).localname: str(value) for key, value in element.attrib.items()}
    return next((found[key] for key in names if found.get(key, "").strip()), "").strip()


def described(element: Element, without: tuple[str, ...] = ()) -> str:
    """Say for people what an element without words holds: `Event: rire, noise, begin`."""
    kept = [
        str(value).strip()
        for key, value in element.attrib.items()
        if etree.QName(key).localname not in without
    ]
    words = [all_words(element), *kept]
    return f"{name(element)}: {', '.join(word for word in words if word)}"


def all_words(element: Element) -> str:
    """Give all text below an element, whatever it is, a blank where elements part it."""
    return " ".join(" ".join(str(text) for text in element.itertext()).split())


def seconds(
    element: Element, attribute_name: str, path: Path, problems: Problems, per_second: float = 1
) -> float:
    """Read a time; NaN where there is none. One that is no number is noted as C-106."""
    written = attribute(element, attribute_name)
    if not written:
        return math.nan
    if _NUMBER.fullmatch(written):
        return round(float(written) / per_second, 6)
    problems.add(
        "C-106",
        path,
        element.sourceline or 0,
        _("the time in {attribute} is no number").format(attribute=attribute_name),
        _("correct it in the tool that made the file, and save it there").format(),
    )
    return math.nan


def inner_text(element: Element) -> str:
    """Give the text of an element and all below; entities of HTML, left unexpanded, are read."""
    parts = [own_text(element)]
    for child in element:
        parts += [inner_text(child) if name(child) else "", child.tail or ""]
    return "".join(parts)


def own_text(element: Element) -> str:
    """Give the text before the first child; for an entity, the sign that HTML means by it."""
    return html.unescape(element.text or "") if not name(element) else element.text or ""
