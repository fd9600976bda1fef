"""What lies packed inside a file, for tests that look at every byte."""

import io

import pikepdf


def streams(pdf: bytes) -> list[bytes]:
    """Give every stream of a PDF, unpacked where it is text, fonts or drawing."""
    with pikepdf.open(io.BytesIO(pdf)) as file:
        return [_unpacked(thing) for thing in file.objects if isinstance(thing, pikepdf.Stream)]


def _unpacked(stream: pikepdf.Stream) -> bytes:
    try:
        return stream.read_bytes()
    except pikepdf.PdfError:  # a photograph in its own compression
        return stream.read_raw_bytes()
