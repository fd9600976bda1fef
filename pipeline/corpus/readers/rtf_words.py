r"""The control words of RTF that matter to a reader, after Microsoft's specification 1.9.1.

Groups that begin with an unknown word after `\*` are passed over, as the specification says; of
the others only those listed here are no text.
"""

import codecs

# What the words of a group are: no text (`nothing`), a note (`aside`), no text but with text boxes
# in it (`outside`), a text box (`box`), text again (`text`), or the table of fonts (`fonts`).
_NOTHING = """
    atnauthor atndate atnicn atnid atnparent atnref atntime atrfend atrfstart
    background bkmkend bkmkstart colortbl comment datafield fldinst fldtype
    footer footerf footerl footerr ftncn ftnsep ftnsepc aftncn aftnsep aftnsepc
    header headerf headerl headerr info listtext mmath nonesttables nonshppict objdata pict pntext
    rxe shprslt sn sp stylesheet sv tc template title txe xe
"""
DESTINATIONS = dict.fromkeys(_NOTHING.split(), "nothing") | {
    "fonttbl": "fonts",
    "footnote": "aside",
    "annotation": "aside",
    "shpinst": "outside",
    "do": "outside",
    "upr": "outside",
    "shptxt": "box",
    "dptxbxtext": "box",
    "ud": "text",
}

# What a control word or symbol shows. An optional hyphen shows nothing where no line ends.
SIGNS = {
    "tab": "\t",
    "line": "\n",
    "emdash": "—",
    "endash": "–",
    "emspace": "\u2003",
    "enspace": "\u2002",
    "qmspace": "\u2005",
    "bullet": "•",
    "lquote": "‘",
    "rquote": "’",
    "ldblquote": "“",
    "rdblquote": "”",
    "zwj": "\u200d",
    "zwnj": "\u200c",
    "~": "\u00a0",
    "_": "\u2011",
    "-": "",
    "\t": "\t",
}

# Windows' character sets by their number in the table of fonts. 0, 1 and 2 are the document's own.
_BY_CHARSET = {
    77: "mac_roman",
    128: "cp932",
    129: "cp949",
    130: "johab",
    134: "gbk",
    136: "cp950",
    161: "cp1253",
    162: "cp1254",
    163: "cp1258",
    177: "cp1255",
    178: "cp1256",
    186: "cp1257",
    204: "cp1251",
    222: "cp874",
    238: "cp1250",
    254: "cp437",
    255: "cp850",
}
_BY_WORD = {"mac": "mac_roman", "pc": "cp437", "pca": "cp850"}
_BY_PAGE = {10000: "mac_roman", 65001: "utf-8", 936: "gbk", 1361: "johab"}
_PAGES = frozenset({437, 850, 852, 855, 857, 858, 860, 861, 862, 863, 864, 865, 866, 869, 874})
_PAGES_OF_WINDOWS = frozenset({932, 949, 950, *range(1250, 1259)})


def of_charset(number: int | None) -> str:
    """Name the encoding of a font's character set; "" for the document's own and unknown ones."""
    return _BY_CHARSET.get(number or 0, "")


def of_document(word: str, number: int | None) -> str:
    r"""Name the encoding that `\ansicpg1252`, `\mac`, `\pc` or `\pca` says; "" if unknown."""
    if word in _BY_WORD:
        return _BY_WORD[word]
    if number in _PAGES | _PAGES_OF_WINDOWS:
        return codecs.lookup(f"cp{number}").name
    return _BY_PAGE.get(number or 0, "")
