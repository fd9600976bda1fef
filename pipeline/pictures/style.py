"""One look for every picture: type, colours, sizes."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import fontpkg_fira_sans
import matplotlib as mpl
from matplotlib import font_manager

# Dark enough to stay apart from the grey on a photocopy; blue is safe for the colour-blind.
INK = "#1c1c1c"
MUTED = "#6b6b6b"
RULE = "#d5d5d5"
ACCENT = "#1f4e79"
# What is invented: apart from the accent for every eye, and lighter than it on a photocopy.
FICTION = "#c4651a"

# The text block of the A5 page, in inches; below a picture its caption needs room.
PAGE_WIDTH = 4.3
PAGE_HEIGHT = 5.9
TITLE_PT, TEXT_PT, SMALL_PT = 10.5, 8.0, 6.8
BOOK_DPI = 300

FONTS = Path(fontpkg_fira_sans.ROOT) / "files"
WEIGHTS = ("Regular", "Italic", "SemiBold", "Bold")

_SETTINGS: Any = {
    # The second one comes with matplotlib and knows signs that the first one lacks.
    "font.family": [fontpkg_fira_sans.FAMILY, "DejaVu Sans"],
    # A code may be called "$x$"; it is a name, never a formula.
    "text.parse_math": False,
    "font.size": TEXT_PT,
    "text.color": INK,
    "axes.labelcolor": INK,
    "xtick.color": MUTED,
    "ytick.color": INK,
    "svg.fonttype": "none",
    # Without a salt the ids in an SVG are random, and two builds differ.
    "svg.hashsalt": "utopies-realistes",
    "path.simplify": False,
}


@contextmanager
def look() -> Iterator[None]:
    """Draw in the house's look inside this context."""
    known = {entry.fname for entry in font_manager.fontManager.ttflist}
    for weight in WEIGHTS:
        file = str(FONTS / f"FiraSans-{weight}.ttf")
        if file not in known:
            font_manager.fontManager.addfont(file)
    with mpl.rc_context(_SETTINGS):
        yield
