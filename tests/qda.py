"""Projects as other QDA tools write them, built for the tests; every word in them is invented."""

import io
import os
import zipfile
from pathlib import Path

import pandas as pd
import pytest
from lxml import etree
from real_material import SHARED

from pipeline.coding.project import Project

needs_shared = pytest.mark.skipif(
    not SHARED.exists() and os.environ.get("CI") != "true",
    reason="the reference material does not lie beside the repository",
)
SAMPLES = SHARED / "samples"
NAMESPACE = "urn:QDA-XML:project:1.0"
ANNA, BELA = "11111111-1111-4111-8111-111111111111", "22222222-2222-4222-8222-222222222222"
WATER, VOTE, GROUP = (f"{n}{n}{n}{n}{n}{n}{n}{n}-0000-4000-8000-000000000000" for n in "abc")
SOURCE = "5a5a5a5a-0000-4000-8000-000000000001"
USERS = f'<Users><User guid="{ANNA}" name="Anna"/><User guid="{BELA}" name="Béla"/></Users>'
CODES = (
    f'<CodeBook><Codes><Code guid="{GROUP}" name="Group" isCodable="false">'
    f'<Code guid="{WATER}" name="water" isCodable="true" color="#0072B2">'
    f"<Description>what runs</Description></Code></Code>"
    f'<Code guid="{VOTE}" name="vote" isCodable="true"/></Codes></CodeBook>'
)


def selection(start, end, code=WATER, name="", user=ANNA, more="", number=1, inside=""):
    """One PlainTextSelection with one Coding."""
    return (
        f'<PlainTextSelection guid="{number:08x}-1111-4000-8000-000000000000" name="{name}" '
        f'startPosition="{start}" endPosition="{end}" {more}>{inside}'
        f'<Coding guid="{number:08x}-2222-4000-8000-000000000000" creatingUser="{user}">'
        f'<CodeRef targetGUID="{code}"/></Coding></PlainTextSelection>'
    )


def text_source(selections="", path="internal://a.txt", name="eau-01", more="", attributes=""):
    where = f'plainTextPath="{path}"' if path else ""
    return f'<TextSource guid="{SOURCE}" name="{name}" {where} {attributes}>{selections}{more}</TextSource>'


def project(sources="", origin="NVivo 14", namespace=NAMESPACE, codes=CODES, after="", before=""):
    """The XML of a project."""
    xmlns = f'xmlns="{namespace}"' if namespace else ""
    inside = f"<Sources>{sources}</Sources>" if sources else ""
    return (
        '<?xml version="1.0" encoding="utf-8"?>\n'
        f'<Project name="p" origin="{origin}" {xmlns}>{USERS}{codes}{before}{inside}{after}</Project>'
    )


def put(archive: zipfile.ZipFile, name: str, data: bytes | str) -> None:
    """Pack a member under one date: bytes that name a test must be those of every worker."""
    entry = zipfile.ZipInfo(name)
    entry.compress_type = archive.compression
    archive.writestr(entry, data)


def packed(xml, name="project.qde", folder="sources", **texts):
    """The bytes of a .qdpx; `texts` are its sources, by name without ending."""
    sink = io.BytesIO()
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED) as archive:
        if xml is not None:
            put(archive, name, xml)
        for stem, text in texts.items():
            data = text.encode() if isinstance(text, str) else text
            put(archive, f"{folder}/{stem}.txt", data)
    return sink.getvalue()


def written(folder: Path, data: bytes | str, name="p.qdpx") -> Path:
    file = folder / name
    file.write_bytes(data if isinstance(data, bytes) else data.encode())
    return file


def is_valid(xml: bytes) -> bool:
    """Validate against the schema of March 2019, raising what is wrong."""
    schema = etree.XMLSchema(etree.parse(str(SAMPLES / "REFI-QDA_Project-mrt2019.xsd")))
    schema.assertValid(etree.fromstring(xml))
    return True


def project_xml(file: Path) -> bytes:
    with zipfile.ZipFile(file) as archive:
        return archive.read("project.qde")


def assert_equal(one: Project, other: Project) -> None:
    for name, frame in one.frames().items():
        pd.testing.assert_frame_equal(frame, other.frames()[name], obj=name)
