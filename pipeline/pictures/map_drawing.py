"""How the map is drawn: numbered signs on a frame of the world, their names listed below."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import shapely
from matplotlib import patheffects
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import PathPatch
from matplotlib.path import Path as Outline

from pipeline.corpus import basemap
from pipeline.corpus.countries import country_names
from pipeline.pictures import placement, projection
from pipeline.pictures.lettering import INCH, height, page, put, width, wrap
from pipeline.pictures.map_list import LABEL_PT, Words, columns, put_column
from pipeline.pictures.places import legs
from pipeline.pictures.style import (
    ACCENT,
    FICTION,
    INK,
    MUTED,
    PAGE_HEIGHT,
    PAGE_WIDTH,
    SMALL_PT,
    TITLE_PT,
)

MARGIN = 0.06
LAND, SEA, BORDER = "#e9e6df", "#ffffff", "#b9b4a8"
# Around the outermost signs, as a share of the frame, so that none sits on the edge.
AIR = 0.09
# A map of one village still shows its country: no frame is narrower, in radii of the globe.
SMALLEST_FRAME = 0.12
TALLEST, FLATTEST = 3.3, 2.2
SIGN, STOP = 0.075, 0.017  # radius, inches
DISC = 60  # corners, too many to see
NUMBER_PT = 4.8
# More names than this are a register, not a map: then the signs carry no numbers.
MOST_NUMBERED = 40
FINEST = 0.004  # inches; coasts are drawn no finer
HALO = [patheffects.withStroke(linewidth=1.6, foreground="white")]
# Signs that lie this far from all others (degrees of longitude) are left out, and said to be.
FAR_APART, FEW = 60.0, 0.2
COLUMN_GAP = 0.14


@dataclass(frozen=True)
class Frame:
    """A window of the projected world, and where it stands on the page, in inches."""

    lambert: projection.Lambert
    left: float
    top: float
    per_radius: float
    tall: float
    page_top: float

    def place(self, degrees: np.ndarray) -> np.ndarray:
        """Turn longitudes and latitudes (n, 2) into inches from the page's upper left corner."""
        x, y = self.lambert.project(np.asarray(degrees, dtype=float)).T
        across = MARGIN + (x - self.left) * self.per_radius
        return np.stack([across, self.page_top + (self.top - y) * self.per_radius], axis=1)

    @property
    def box(self) -> shapely.Polygon:
        """The window on the page, in inches."""
        return shapely.box(MARGIN, self.page_top, PAGE_WIDTH - MARGIN, self.page_top + self.tall)


def in_frame(places: pd.DataFrame, route: pd.DataFrame) -> pd.Series:
    """
    Say which places the map shows: all with a point, but few that lie an ocean away from the rest.

    A frame from Montréal to Phnom Penh would leave a thumbnail of the journey.
    """
    shown = places["longitude"].notna().to_numpy(dtype=bool)
    stops = route["longitude"].dropna().astype(float).to_numpy()
    east = places["longitude"].astype("Float64").to_numpy(float, na_value=np.nan)
    order = np.sort(np.concatenate([east[shown], stops]))
    gaps = np.diff(order)
    if len(gaps) and gaps.max() > FAR_APART:
        edge = order[gaps.argmax()]
        west = np.where(shown, east <= edge, False)
        few_west = (order <= edge).sum() <= FEW * len(order)
        few_east = (order > edge).sum() <= FEW * len(order)
        if few_west:
            shown = shown & ~west
        elif few_east:
            shown = shown & west
    return pd.Series(shown, index=places.index)


def draw(places: pd.DataFrame, route: pd.DataFrame, words: Words, has_borders: bool) -> Figure:
    """
    Draw the map on the book's page.

    Args:
        places: Rows of `places.of_initiatives`, those that the map shows first of all.
        route: tables.ROUTE; stops without a point are not drawn.
        words: Title, subtitle and notes.
        has_borders: Draw borders between countries.

    """
    room = PAGE_WIDTH - 2 * MARGIN
    title = wrap(words.title, room, TITLE_PT, "bold")
    subtitle = wrap(words.subtitle, room, SMALL_PT)
    notes = wrap(" ".join(words.notes), room, LABEL_PT)
    shown = places[in_frame(places, route)]
    listed = len(places) <= MOST_NUMBERED
    names = columns(places, shown, words, (room - COLUMN_GAP) / 2) if listed else []
    top = MARGIN + height(title, TITLE_PT) + height(subtitle, SMALL_PT) + 0.08
    below = max((height([""] * len(column), LABEL_PT) for column in names), default=0) + 0.16
    below += height(notes, LABEL_PT) + MARGIN
    stops = route.dropna(subset=["latitude", "longitude"])
    frame = _frame(shown, stops, top, min(TALLEST, PAGE_HEIGHT - top - below))
    figure, axes = page(top + frame.tall + below)
    put(axes, MARGIN, MARGIN, title, TITLE_PT, weight="bold")
    put(axes, MARGIN, MARGIN + height(title, TITLE_PT), subtitle, SMALL_PT, color=MUTED)
    _land(axes, frame, has_borders)
    _route(axes, frame, stops)
    at = _signs(axes, frame, shown, listed)
    _labels(axes, frame, _countries(shown, stops, words.language), stops, at)
    under = top + frame.tall + 0.08
    for number, column in enumerate(names):
        put_column(axes, MARGIN + number * (room + COLUMN_GAP) / 2, under, column, words)
    end = top + frame.tall + below - MARGIN - height(notes, LABEL_PT)
    put(axes, MARGIN, end, notes, LABEL_PT, color=MUTED)
    for artist in axes.get_children():  # all is cut to the window; a clip's id differs every time
        artist.set_clip_on(False)
    return figure


def _frame(shown: pd.DataFrame, stops: pd.DataFrame, page_top: float, tallest: float) -> Frame:
    """Choose the window: everything that is shown, the line between it, and some air."""
    seen = pd.concat([rows[["longitude", "latitude"]] for rows in (shown, stops)])
    points = seen.astype(float).to_numpy() if len(seen) else np.array([[20.0, 30.0]])
    lambert = projection.around(points)
    lines = [line for _mode, line in legs(stops)]
    x, y = lambert.project(np.concatenate([points, *lines])).T
    wide = max(np.ptp(x) * (1 + 2 * AIR), SMALLEST_FRAME)
    room = PAGE_WIDTH - 2 * MARGIN
    high = max(np.ptp(y) * (1 + 3 * AIR), wide * FLATTEST / room)
    per_radius = min(room / wide, tallest / high)
    wide = room / per_radius
    left, top = (x.min() + x.max() - wide) / 2, (y.min() + y.max() + high) / 2
    return Frame(
        lambert, float(left), float(top), float(per_radius), float(high * per_radius), page_top
    )


def _land(axes: Axes, frame: Frame, has_borders: bool) -> None:
    world = basemap.world()
    land = _onpage(world.land, frame)
    outline = [
        np.asarray(ring.coords)
        for part in basemap.parts(land, "Polygon")
        for ring in (part.exterior, *part.interiors)
    ]
    if outline:
        path = Outline.make_compound_path(*(Outline(ring, closed=True) for ring in outline))
        axes.add_patch(PathPatch(path, facecolor=LAND, edgecolor=BORDER, linewidth=0.3, zorder=0))
    if has_borders:
        for lines, style in ((world.borders, "-"), (world.disputed, (0, (1.5, 1.5)))):
            for line in basemap.parts(_onpage(lines, frame), "LineString"):
                axes.plot(
                    *np.asarray(line.coords).T,
                    color=BORDER,
                    linewidth=0.45,
                    linestyle=style,
                    zorder=1,
                )
    edge = np.asarray(frame.box.exterior.coords)
    axes.plot(*edge.T, color=BORDER, linewidth=0.6, zorder=1)


def _onpage(geometry: shapely.Geometry, frame: Frame) -> shapely.Geometry:
    """Project what lies on this side of the globe, cut to the window."""
    parts = [
        part
        for part in shapely.get_parts(geometry)
        if frame.lambert.distance_deg(shapely.get_coordinates(part)).max() < projection.FARTHEST_DEG
    ]
    projected = shapely.transform(shapely.GeometryCollection(parts), frame.place)
    near = [part for part in shapely.get_parts(projected) if part.intersects(frame.box.envelope)]
    valid = [shapely.make_valid(part.simplify(FINEST)) for part in near]
    return shapely.GeometryCollection([part.intersection(frame.box) for part in valid])


def _route(axes: Axes, frame: Frame, stops: pd.DataFrame) -> None:
    """Draw what follows what: flights dashed along the great circle, the rest as a plain line."""
    for mode, line in legs(stops):
        axes.plot(
            *frame.place(line).T,
            color=MUTED,
            linewidth=0.8,
            linestyle=(0, (3, 2)) if mode == "flight" else "-",
            zorder=2,
        )
    if len(stops):
        for point in frame.place(stops[["longitude", "latitude"]].astype(float).to_numpy()):
            axes.fill(*_outline(point, STOP, DISC).T, color=MUTED, zorder=3)


def _signs(
    axes: Axes, frame: Frame, shown: pd.DataFrame, is_numbered: bool
) -> list[shapely.Geometry]:
    """Draw a sign for each place; numbered ones move aside in a crowd. Give the room they take."""
    if not len(shown):
        return []
    belong = frame.place(shown[["longitude", "latitude"]].astype(float).to_numpy())
    radius = SIGN if is_numbered else SIGN / 4
    # Moved aside, a hundred signs would lie in the sea: too many to name stay where they belong.
    at = placement.apart(belong, 2.25 * radius, frame.box) if is_numbered else belong
    for row, own, point in zip(shown.itertuples(), belong, at, strict=True):
        if np.hypot(*(point - own)) > radius:
            axes.plot(*np.stack([own, point]).T, color=INK, linewidth=0.5, zorder=4)
        sign(axes, point, radius, row.provenance == "fictional", row.precision == "point")
        if is_numbered:
            colour = "white" if row.precision == "point" else INK
            middle = point[1] + 0.36 * NUMBER_PT / INCH
            axes.text(
                point[0],
                middle,
                str(row.number),
                size=NUMBER_PT,
                color=colour,
                ha="center",
                va="baseline",
                weight="bold",
                zorder=6,
            )
    return [shapely.Point(point).buffer(radius * 1.25) for point in at]


def sign(axes: Axes, point: np.ndarray, radius: float, is_fictional: bool, is_exact: bool) -> None:
    """Draw one sign: a disc for what is real, a diamond for what is invented, hollow if vague."""
    outline = _outline(point, radius * 1.3, 4) if is_fictional else _outline(point, radius, DISC)
    axes.fill(
        *outline.T,
        facecolor=(FICTION if is_fictional else ACCENT) if is_exact else "white",
        edgecolor=FICTION if is_fictional else ACCENT,
        linewidth=0.8,
        zorder=5,
    )


def _outline(point: np.ndarray, reach: float, corners: int) -> np.ndarray:
    turns = np.linspace(0, 2 * np.pi, corners, endpoint=False)
    return np.asarray(point) + reach * np.stack([np.sin(turns), np.cos(turns)], axis=1)


def _labels(
    axes: Axes,
    frame: Frame,
    countries: list[tuple[str, str]],
    stops: pd.DataFrame,
    taken: list[shapely.Geometry],
) -> None:
    """Name the stops, then the countries, where there is room: orientation, never data."""
    taken = list(taken)
    points = frame.place(stops[["longitude", "latitude"]].astype(float).to_numpy().reshape(-1, 2))
    taken += [shapely.Point(point).buffer(0.02) for point in points]
    for name, point in zip(stops["place"], points, strict=True):
        if pd.notna(name):
            boxes = placement.beside(point, _size(name, LABEL_PT), 0.035)
            _label(axes, frame, name, boxes, taken, color=MUTED, size=LABEL_PT)
    for code, name in countries:
        land = _onpage(basemap.world().countries[code], frame)
        centre = frame.place(np.array([basemap.point_of(code)]))[0]
        if not land.is_empty:
            boxes = placement.within(land, centre, _size(name, LABEL_PT))
            _label(axes, frame, name, boxes, taken, color=MUTED, size=LABEL_PT, style="italic")


def _size(name: str, size: float) -> tuple[float, float]:
    return width(name, size) + 0.02, size * 1.1 / INCH


def _label(
    axes: Axes,
    frame: Frame,
    name: str,
    boxes: Iterable[shapely.Polygon],
    taken: list[shapely.Geometry],
    **style: Any,
) -> None:
    box = placement.first_free(boxes, taken, frame.box)
    if box is None:
        return
    taken.append(box)
    middle = box.centroid
    axes.text(
        middle.x,
        middle.y + 0.3 * LABEL_PT / INCH,
        name,
        ha="center",
        va="baseline",
        path_effects=HALO,
        zorder=4,
        **style,
    )


def _countries(shown: pd.DataFrame, stops: pd.DataFrame, language: str) -> list[tuple[str, str]]:
    """List the countries to name: those of what is shown, by code and name."""
    cells = [*shown["codes"], *stops["countries"]]
    codes = dict.fromkeys(code for cell in cells for code in cell)
    known = [code for code in codes if code in basemap.world().countries]
    return [(code, country_names([code], language)) for code in known]
