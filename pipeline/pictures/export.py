"""One folder a picture: SVG, PNG, its data as CSV, and what its next user needs to know."""

import io
import json
from dataclasses import dataclass

import pandas as pd
from lxml import etree
from matplotlib.figure import Figure

from pipeline.pictures.style import BOOK_DPI

LICENCE = "CC BY-SA 4.0"
SVG = "http://www.w3.org/2000/svg"


@dataclass(frozen=True)
class Picture:
    """A drawn picture and its words, in the project's language."""

    name: str
    title: str
    caption: str
    alt: str
    source: str
    language: str
    provenance: str
    figure: Figure
    data: pd.DataFrame


def files_of(picture: Picture) -> dict[str, bytes]:
    """Turn a picture into the files of its folder, path below `figures/` → bytes."""
    name = picture.name
    about = {
        "name": name,
        "title": picture.title,
        "caption": picture.caption,
        "alt": picture.alt,
        "source": picture.source,
        "licence": LICENCE,
        "language": picture.language,
        "provenance": picture.provenance,
    }
    return {
        f"{name}/{name}.svg": _svg(picture),
        f"{name}/{name}.png": _png(picture),
        f"{name}/{name}.csv": picture.data.to_csv(index=False, lineterminator="\n").encode(),
        f"{name}/alt.txt": (picture.alt + "\n").encode(),
        f"{name}/licence.txt": (f"{LICENCE}\n{picture.source}\n").encode(),
        f"{name}/picture.json": (json.dumps(about, ensure_ascii=False, indent=1) + "\n").encode(),
    }


def _png(picture: Picture) -> bytes:
    sink = io.BytesIO()
    picture.figure.savefig(
        sink, format="png", dpi=BOOK_DPI, facecolor="white", metadata={"Software": None}
    )
    return sink.getvalue()


def _svg(picture: Picture) -> bytes:
    """Save as SVG that names itself to a screen reader: matplotlib writes no title and no role."""
    sink = io.BytesIO()
    picture.figure.savefig(sink, format="svg", metadata={"Date": None, "Creator": None})
    parser = etree.XMLParser(resolve_entities=False, no_network=True)
    root = etree.fromstring(sink.getvalue(), parser)
    for old in root.findall(f"{{{SVG}}}metadata"):
        root.remove(old)
    root.set("role", "img")
    root.set("lang", picture.language)
    for position, (tag, text) in enumerate((("title", picture.title), ("desc", picture.alt))):
        element = etree.Element(f"{{{SVG}}}{tag}")
        element.text = text
        root.insert(position, element)
    return etree.tostring(root, xml_declaration=True, encoding="utf-8")
