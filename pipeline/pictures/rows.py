"""A chart of rows: a label, how many of all cases, and the number; laid out in inches."""

from collections.abc import Callable
from dataclasses import dataclass

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from pipeline.messages import _
from pipeline.pictures.lettering import height, page, put, width, wrap
from pipeline.pictures.style import (
    ACCENT,
    INK,
    MUTED,
    PAGE_HEIGHT,
    PAGE_WIDTH,
    RULE,
    SMALL_PT,
    TEXT_PT,
    TITLE_PT,
)

MARGIN = 0.06
LABELS_WIDTH = 1.95
# A row of one line; when a whole codebook has to fit on a page, rows come closer, then smaller.
ROW_HEIGHT, CLOSE_ROW_HEIGHT = 0.215, 0.155
ROW_PADDING = 0.05
DOT_STEP = 0.24
DOT_SIZE = 5.5  # points
GUTTER = 0.13
# What an axis needs below the rows, and what they need without one.
AXIS, PLAIN = 0.34, 0.1


@dataclass(frozen=True)
class Heading:
    """The words around the rows: above them, and below them."""

    title: str
    subtitles: list[str]
    notes: list[str]


@dataclass(frozen=True)
class Columns:
    """Where the columns stand, in inches: labels end, the plot lies between, numbers begin."""

    labels: float
    left: float
    right: float
    numbers: float


@dataclass(frozen=True)
class Labels:
    """The lines of each row's label, their size in points, and the middle of the row in inches."""

    lines: list[list[str]]
    size: float
    middles: list[float]


def draw(heading: Heading, data: pd.DataFrame, has_shares: bool) -> Figure:
    """
    Draw rows of `label`, `initiatives_count` of `initiatives_total`.

    Args:
        heading: What stands above and below.
        data: One row a row, in order.
        has_shares: Draw shares with their interval on an axis; else a dot a case.

    """

    def rows(axes: Axes, labels: Labels) -> None:
        _rows(axes, data, labels, has_shares)

    return laid_out(heading, data["label"].tolist(), rows, AXIS if has_shares else PLAIN)


def laid_out(
    heading: Heading, names: list[str], rows: Callable[[Axes, "Labels"], None], below: float
) -> Figure:
    """
    Lay out a picture of rows: its words around them, and a place for each row.

    Args:
        heading: What stands above and below.
        names: The label of each row, broken into lines here.
        rows: Draws all of them, labels included; not called where there are none.
        below: What the rows need below them, in inches.

    """
    room = PAGE_WIDTH - 2 * MARGIN
    title = wrap(heading.title, room, TITLE_PT, "bold")
    subtitle = [line for said in heading.subtitles for line in wrap(said, room, SMALL_PT)]
    notes = [line for note in heading.notes for line in wrap(note, room, SMALL_PT)]
    top = MARGIN + height(title, TITLE_PT) + height(subtitle, SMALL_PT) + 0.1
    bottom = (below if names else PLAIN) + height(notes, SMALL_PT) + MARGIN
    left = PAGE_HEIGHT - top - bottom
    size = TEXT_PT if len(names) * CLOSE_ROW_HEIGHT <= left else SMALL_PT
    labels = [wrap(name, LABELS_WIDTH, size) for name in names]
    heights = _row_heights(labels, left, size)
    figure, axes = page(top + sum(heights) + bottom)
    put(axes, MARGIN, MARGIN, title, TITLE_PT, weight="bold")
    put(axes, MARGIN, MARGIN + height(title, TITLE_PT), subtitle, SMALL_PT, color=MUTED)
    end = top + sum(heights) + bottom - MARGIN - height(notes, SMALL_PT)
    put(axes, MARGIN, end, notes, SMALL_PT, color=INK)
    if names:
        rows(axes, Labels(labels, size, _middles(heights, top)))
    else:
        put(axes, MARGIN, top, [_("No data.")], TEXT_PT, color=MUTED)
    return figure


def _row_heights(labels: list[list[str]], room: float, size: float) -> list[float]:
    one = min(ROW_HEIGHT, room / max(len(labels), 1))
    tall = [height(lines, size) + (len(lines) > 1) * ROW_PADDING for lines in labels]
    return [max(one, row) for row in tall] or [ROW_HEIGHT]


def _middles(heights: list[float], top: float) -> list[float]:
    return [top + sum(heights[:row]) + tall / 2 for row, tall in enumerate(heights)]


def columns(labels: Labels, numbers: list[str]) -> Columns:
    """Say where the columns stand; `numbers` are those at the right of the rows."""
    widest = max(width(line, labels.size) for lines in labels.lines for line in lines)
    labels_end = MARGIN + min(widest, LABELS_WIDTH)
    numbers_start = PAGE_WIDTH - MARGIN - max(width(text, SMALL_PT) for text in numbers)
    return Columns(labels_end, labels_end + GUTTER, numbers_start - GUTTER, numbers_start)


def _rows(axes: Axes, data: pd.DataFrame, labels: Labels, has_shares: bool) -> None:
    counts = list(zip(data["initiatives_count"], data["initiatives_total"], strict=True))
    numbers = [_("{count} of {total}").format(count=k, total=n) for k, n in counts]
    at = columns(labels, numbers)
    numbers_at = at.numbers
    if has_shares:
        _shares(axes, data, labels.middles, at)
    else:
        _dots(axes, counts, labels.middles, at)
        numbers_at = at.left + DOT_STEP * max(n for _count, n in counts) + GUTTER
    for lines, number, middle in zip(labels.lines, numbers, labels.middles, strict=True):
        top = middle - height(lines, labels.size) / 2
        put(axes, at.labels, top, lines, labels.size, ha="right", color=INK)
        put(axes, numbers_at, middle - height([number], SMALL_PT) / 2, [number], SMALL_PT)


def _dots(axes: Axes, counts: list[tuple[int, int]], middles: list[float], at: Columns) -> None:
    """Draw a dot a case, the filled ones first: few cases are counted, not turned into shares."""
    for (count, total), middle in zip(counts, middles, strict=True):
        for case in range(total):
            axes.plot(
                at.left + (case + 0.5) * DOT_STEP,
                middle,
                "o",
                markersize=DOT_SIZE,
                markeredgewidth=0.9,
                markeredgecolor=ACCENT,
                markerfacecolor=ACCENT if case < count else "none",
            )


def _shares(axes: Axes, data: pd.DataFrame, middles: list[float], at: Columns) -> None:
    """Draw each share as a dot on its interval, above an axis from 0 to 100 %."""
    left, right = at.left + DOT_SIZE / 144, at.right - DOT_SIZE / 144

    def x(column: str) -> list[float]:
        return [left + float(share) / 100 * (right - left) for share in data[column]]

    first, last = middles[0] - ROW_HEIGHT / 2, middles[-1] + ROW_HEIGHT / 2
    for share in (0, 50, 100):
        place = left + share / 100 * (right - left)
        axes.plot([place, place], [first, last], color=RULE, linewidth=0.6, zorder=0)
        said = [_("{share} %").format(share=share)]
        put(axes, place, last + 0.03, said, SMALL_PT, ha="center", color=MUTED)
    axes.hlines(
        middles,
        x("initiatives_share_low_pct"),
        x("initiatives_share_high_pct"),
        color=ACCENT,
        linewidth=1.4,
    )
    axes.plot(x("initiatives_share_pct"), middles, "o", color=ACCENT, markersize=DOT_SIZE)
