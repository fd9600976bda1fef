"""Text set line by line: measured, broken to a width, and placed in inches."""

import re
from functools import cache
from typing import Any

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.textpath import text_to_path

from pipeline.pictures.style import PAGE_WIDTH

INCH = 72  # points
LEADING = 1.25  # of the type size, from one line to the next
# From the baseline up to what the eye takes for the middle of a line, of the type size.
MIDDLE = 0.32
# Rounding to the pixel makes a line in a PNG a little wider than its outlines.
HINTING = 1.03


def page(tall: float) -> tuple[Figure, Axes]:
    """Make a figure as wide as the page; its one axes is in inches from the upper left corner."""
    figure = Figure(figsize=(PAGE_WIDTH, tall))
    axes = figure.add_axes((0, 0, 1, 1))
    axes.set_xlim(0, PAGE_WIDTH)
    axes.set_ylim(tall, 0)
    axes.set_axis_off()
    return figure, axes


@cache
def width(text: str, size: float, weight: str = "normal") -> float:
    """Measure a line, in inches."""
    font = FontProperties(family=mpl.rcParams["font.family"], size=size, weight=weight)
    points, _height, _descent = text_to_path.get_text_width_height_descent(text, font, ismath=False)
    return float(points) / INCH * HINTING


def wrap(text: str, room: float, size: float, weight: str = "normal") -> list[str]:
    """Break a text into lines at most `room` inches wide, at spaces and, failing that, anywhere."""
    lines: list[str] = []
    line = ""
    for word in re.split(r"[ \t\n]+", text.strip()):
        longer = f"{line} {word}" if line else word
        if width(longer, size, weight) <= room:
            line = longer
            continue
        lines += [line] if line else []
        *whole, line = _pieces(word, room, size, weight)
        lines += whole
    return [*lines, line]


def _pieces(word: str, room: float, size: float, weight: str) -> list[str]:
    pieces = [""]
    for letter in word:
        if pieces[-1] and width(pieces[-1] + letter, size, weight) > room:
            pieces.append("")
        pieces[-1] += letter
    return pieces


def height(lines: list[str], size: float) -> float:
    """Measure a block of lines, in inches."""
    return len(lines) * size * LEADING / INCH


def put(axes: Axes, x: float, top: float, lines: list[str], size: float, **style: Any) -> None:
    """Place lines below `top`; x and top in inches, from the upper left corner."""
    for number, line in enumerate(lines):
        middle = top + (number + 0.5) * size * LEADING / INCH
        axes.text(x, middle + MIDDLE * size / INCH, line, size=size, va="baseline", **style)
