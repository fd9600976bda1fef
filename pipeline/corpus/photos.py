"""Photographs: `photos.csv` and the pictures beside it."""

import io
from pathlib import Path

import pandas as pd
from PIL import Image, ImageFile, ImageOps, UnidentifiedImageError

from pipeline import tables
from pipeline.corpus import consent, handkept
from pipeline.messages import _
from pipeline.problems import Problems, nearest
from pipeline.tables import files

# Recognised by what they hold, whatever their names say.
FORMATS = {"PNG": ".png", "JPEG": ".jpg"}
# At 300 dots an inch this is 20 cm: wider than any page of the book.
LONGEST_PX = 2400
JPEG_QUALITY = 90


def read(folder: Path, language: str, problems: Problems) -> tuple[pd.DataFrame, list[str]]:
    """
    Read `photos.csv` below `folder`, and look at each picture.

    Args:
        folder: Holds the table and the pictures; absent, there is no photograph.
        language: In which alternative text must be there.
        problems: Collects C-2xx (the table) and C-431 … C-434 (its pictures).

    Returns:
        tables.PHOTOS, with `line`; `is_coarse` is False until `in_places` knows better. `attrs` say
        what is not known: `unsure`, the ids whose rows are not wholly understood, and `is_whole`,
        False where rows may be missing. And notes on how the table was read.

    """
    file = folder / "photos.csv"
    kept = handkept.read(file, tables.PHOTOS_BY_HAND, problems, optional=True)
    for row in kept.rows.to_dict("records"):
        fault = _fault(folder, str(row["file"])) if pd.notna(row["file"]) else None
        if fault:
            problems.add(fault[0], file, row["line"], fault[1], fault[2])
        if pd.isna(row[f"alt_{language}"]):
            problems.add(
                "C-434",
                file,
                row["line"],
                _('nothing says what the photograph "{id}" shows').format(id=row["photo_id"]),
                _("describe it in {column}").format(column=f"alt_{language}"),
            )
    _check_unlisted(folder, kept.rows, problems)
    own, unsure = consent.withdrawn_unless_understood(kept.rows, kept.refused)
    rows = own.assign(
        provenance=own["provenance"].fillna("real"),
        in_force=consent.in_force(own),
        is_coarse=False,
    )
    typed = files.typed(tables.PHOTOS, rows).assign(line=own["line"])
    typed.attrs["unsure"] = own.loc[unsure, "photo_id"].dropna().tolist()
    typed.attrs["is_whole"] = kept.is_whole and bool(own["photo_id"].notna().all())
    return typed, handkept.note_lines(kept)


def _fault(folder: Path, name: str) -> tuple[str, str, str] | None:
    """Say why a picture named in the table cannot be used: code, fact, remedy."""
    target = folder / name
    if not target.resolve().is_relative_to(folder.resolve()):
        fact = _('the file "{file}" lies outside this folder').format(file=name)
        return "C-431", fact, _("put the picture beside photos.csv")
    if not target.is_file():
        fact = _('the file "{file}" is missing').format(file=name)
        return "C-431", fact, nearest(name, [found.name for found in _pictures(folder)])
    try:
        _opened(target)
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, Image.DecompressionBombError):
        fact = _('"{file}" is not a PNG or JPEG picture, or is damaged').format(file=name)
        return "C-432", fact, _("save it again as PNG or JPEG")
    return None


def _opened(file: Path) -> Image.Image:
    """Decode a picture to its last line: what a damaged file lacks would be printed grey."""
    tolerant, ImageFile.LOAD_TRUNCATED_IMAGES = ImageFile.LOAD_TRUNCATED_IMAGES, False
    try:  # WeasyPrint switches this on for the whole program
        picture: Image.Image = Image.open(file, formats=list(FORMATS))
        picture.load()
    finally:
        ImageFile.LOAD_TRUNCATED_IMAGES = tolerant
    return picture


def _pictures(folder: Path) -> list[Path]:
    known = (".png", ".jpg", ".jpeg", ".tif", ".tiff", ".heic", ".webp", ".gif")
    found = sorted(folder.rglob("*")) if folder.is_dir() else []
    return [f for f in found if f.suffix.lower() in known and not f.name.startswith(".")]


def _check_unlisted(folder: Path, rows: pd.DataFrame, problems: Problems) -> None:
    named = {(folder / str(name)).resolve() for name in rows["file"].dropna()}
    for file in _pictures(folder):
        if file.resolve() not in named:
            problems.add(
                "C-433",
                file,
                0,
                _("the picture is not in photos.csv"),
                _("add a row for it, with its author and its scopes, or move it elsewhere"),
            )


def in_places(
    rows: pd.DataFrame,
    folder: Path,
    initiatives: pd.DataFrame,
    speakers: pd.DataFrame,
    problems: Problems,
) -> pd.DataFrame:
    """Check whom and what the photographs show (C-435, C-436); complete `is_coarse`."""
    known = {
        "initiative_id": ("C-435", set(initiatives["initiative_id"])),
        "people_shown": ("C-436", set(speakers["speaker_id"])),
    }
    for row in rows.to_dict("records"):
        for column, (code, ids) in known.items():
            cell = row[column]
            for name in cell if isinstance(cell, list) else [cell]:
                if pd.notna(name) and name not in ids:
                    fact = _('{column}: "{id}" is not known').format(column=column, id=name)
                    problems.add(code, folder / "photos.csv", row["line"], fact, nearest(name, ids))
    coarse = initiatives.loc[initiatives["is_coarse"], "initiative_id"]
    return files.typed(
        tables.PHOTOS, rows.assign(is_coarse=rows["initiative_id"].isin(coarse).fillna(False))
    )


def without_metadata(file: Path) -> tuple[str, bytes]:
    """
    Give a picture as it may leave: its suffix and bytes, upright, no larger than print needs.

    What the camera noted (place, time, owner, thumbnail) stays behind.
    """
    with _opened(file) as opened:
        kind = "PNG" if opened.format == "PNG" else "JPEG"  # MPO: a phone's JPEG with more behind
        upright = ImageOps.exif_transpose(opened)
        upright.thumbnail((LONGEST_PX, LONGEST_PX))
        is_plain = upright.mode in ("L", "RGB") or (kind == "PNG" and upright.mode == "RGBA")
        drawn = upright if is_plain else upright.convert("RGB")
        bare = Image.frombytes(drawn.mode, drawn.size, drawn.tobytes())
    sink = io.BytesIO()
    bare.save(sink, kind, quality=JPEG_QUALITY, optimize=True)
    return FORMATS[kind], sink.getvalue()
