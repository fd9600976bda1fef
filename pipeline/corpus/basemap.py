"""The world's coasts and borders (Natural Earth 1:50 million, see `basemap/README.md`)."""

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from babel.core import get_global
from shapely.ops import polylabel

FILE = Path(__file__).parent / "basemap" / "50m.json"
# Fewer points close no ring: what the atlas rounded to a line or a dot.
MIN_RING = 4
# A country's point is found to this many degrees, which no map shows.
LABEL_PRECISION = 0.1

Topology = dict[str, Any]


@dataclass(frozen=True)
class World:
    """Geometries in degrees (longitude, latitude); `disputed` borders touch what has no ISO code.

    `countries` goes from ISO 3166-1 alpha-2 codes to their land.
    """

    land: shapely.MultiPolygon
    borders: shapely.MultiLineString
    disputed: shapely.MultiLineString
    countries: dict[str, shapely.MultiPolygon]


@cache
def world() -> World:
    """Read the atlas."""
    topology = json.loads(FILE.read_bytes())
    arcs = _arcs(topology)
    countries = topology["objects"]["countries"]["geometries"]
    borders, disputed = _borders(countries, arcs)
    return World(
        land=_polygons(topology["objects"]["land"]["geometries"][0], arcs),
        borders=borders,
        disputed=disputed,
        countries={
            code: _polygons(country, arcs) for country in countries if (code := _code(country))
        },
    )


@cache
def point_of(code: str) -> tuple[float, float] | None:
    """Give the place for a country's name, as (longitude, latitude): well inside its main land.

    None for a country that the atlas does not draw.
    """
    land = world().countries.get(code)
    if land is None:
        return None
    point = polylabel(max(land.geoms, key=lambda part: part.area), LABEL_PRECISION)
    return point.x, point.y


def parts(geometry: shapely.Geometry, kind: str) -> list[shapely.Geometry]:
    """List the single parts of one kind (`Polygon`, `LineString`), however deep they lie."""
    if hasattr(geometry, "geoms"):
        return [part for below in geometry.geoms for part in parts(below, kind)]
    return [geometry] if geometry.geom_type == kind and not geometry.is_empty else []


def _code(country: Topology) -> str | None:
    """Give the ISO code of a feature; None for one that ISO 3166 does not list."""
    known = get_global("territory_aliases").get(country["properties"]["a3"])
    return known[0] if known else None


def _arcs(topology: Topology) -> list[np.ndarray]:
    """Decode the arcs: whole steps from point to point → degrees."""
    scale, origin = (np.array(topology["transform"][part]) for part in ("scale", "translate"))
    return [np.cumsum(np.array(arc), axis=0) * scale + origin for arc in topology["arcs"]]


def _rings(feature: Topology) -> list[list[list[int]]]:
    """List the polygons of a feature, each as rings of arc numbers."""
    return [feature["arcs"]] if feature["type"] == "Polygon" else feature["arcs"]


def _polygons(feature: Topology, arcs: list[np.ndarray]) -> shapely.MultiPolygon:
    polygons = []
    for rings in _rings(feature):
        shell, *holes = (_ring(numbers, arcs) for numbers in rings)
        if len(shell) >= MIN_RING:
            polygons.append((shell, [hole for hole in holes if len(hole) >= MIN_RING]))
    return shapely.MultiPolygon(
        parts(shapely.make_valid(shapely.MultiPolygon(polygons)), "Polygon")
    )


def _ring(numbers: list[int], arcs: list[np.ndarray]) -> np.ndarray:
    """
    Join arcs to a ring; ~n is arc n backwards, and an arc begins where the last one ended.

    A ring across the date line goes on beyond 180°; one around a pole is closed at the pole.
    """
    pieces = [arcs[n] if n >= 0 else arcs[~n][::-1] for n in numbers]
    ring = np.concatenate([piece[1 if after else 0 :] for after, piece in enumerate(pieces)])
    ring[:, 0] = np.unwrap(ring[:, 0], period=360)
    if not np.isclose(ring[0, 0], ring[-1, 0]):
        pole = 90 * np.sign(ring[:, 1].mean())
        ring = np.vstack([ring, [ring[-1, 0], pole], [ring[0, 0], pole], ring[0]])
    return ring


def _borders(
    countries: list[Topology], arcs: list[np.ndarray]
) -> tuple[shapely.MultiLineString, shapely.MultiLineString]:
    """Tell arcs that two countries share into borders and disputed ones; the rest is coast."""
    sides: dict[int, set[str | None]] = {}
    for country in countries:
        numbers = {n for rings in _rings(country) for ring in rings for n in ring}
        for number in numbers:
            sides.setdefault(max(number, ~number), set()).add(
                _code(country) or country["properties"]["name"]
            )
    listed = set(filter(None, map(_code, countries)))
    shared = {number: codes for number, codes in sides.items() if len(codes) > 1}
    agreed = [arcs[number] for number, codes in shared.items() if codes <= listed]
    open_ones = [arcs[number] for number, codes in shared.items() if not codes <= listed]
    return shapely.MultiLineString(agreed), shapely.MultiLineString(open_ones)
