"""Where things are: initiatives as numbered places, and the line of the route between its stops."""

import numpy as np
import pandas as pd

from pipeline.corpus import basemap
from pipeline.corpus.countries import country_names

EARTH_KM = 6371.0
# A flight is drawn through a point every so often; further apart, corners would show.
STEP_KM = 100.0
PLACES = [
    "number",
    "initiative_id",
    "name",
    "place",
    "countries",
    "latitude",
    "longitude",
    "precision",
    "status",
    "visited_date",
    "provenance",
]


def of_initiatives(initiatives: pd.DataFrame, language: str) -> pd.DataFrame:
    """
    Number the initiatives from west to east, real ones first.

    Args:
        initiatives: tables.INITIATIVES, cleared for the map's purpose.
        language: Of the names of countries.

    Returns:
        One row an initiative, columns PLACES, with `codes` of the countries, `baseline` and
        `local_name`. `precision` is
        `point` where the sheet gives one, `region` where it was rounded so as not to tell the
        village, `country` where the point is the country's own, and
        `none` where the sheet names no country that the atlas knows; those come last.

    """
    rows = initiatives.reset_index(drop=True).copy()
    has_point = rows["latitude"].notna() & rows["longitude"].notna()
    of_country = [_country_point(codes) for codes in rows["countries"]]
    rows["precision"] = [
        ("region" if coarse else "point") if own else "country" if point else "none"
        for own, coarse, point in zip(has_point, rows["is_coarse"], of_country, strict=True)
    ]
    for place, axis in (("longitude", 0), ("latitude", 1)):
        known = pd.Series(
            [point[axis] if point else pd.NA for point in of_country], dtype="Float64"
        )
        rows[place] = rows[place].astype("Float64").where(has_point, known).round(4)
    rows["codes"] = rows["countries"]
    rows["countries"] = [country_names(list(codes), language) for codes in rows["countries"]]
    rows["order"] = rows["provenance"].eq("fictional").fillna(False)
    rows = rows.sort_values(["order", "longitude", "name"], kind="stable").reset_index(drop=True)
    rows["number"] = rows.index + 1
    return rows[[*PLACES, "codes", "baseline", "local_name"]]


def _country_point(codes: list[str]) -> tuple[float, float] | None:
    points = [point for code in codes if (point := basemap.point_of(code))]
    return points[0] if points else None


def great_circle(start: tuple[float, float], end: tuple[float, float]) -> np.ndarray:
    """
    Give the shortest line over the globe between two (longitude, latitude), in degrees.

    Returns:
        Points of shape (n, 2), at most STEP_KM apart, both ends included.

    """
    ends = np.stack([_vector(*start), _vector(*end)])
    angle = float(np.arccos(np.clip(ends[0] @ ends[1], -1, 1)))
    if np.isclose(np.sin(angle), 0):  # the same place, or its antipode, to which all ways are short
        return np.array([start, end], dtype=float)
    share = np.linspace(0, 1, max(2, 1 + int(np.ceil(angle * EARTH_KM / STEP_KM))))[:, None]
    between = np.sin((1 - share) * angle) * ends[0] + np.sin(share * angle) * ends[1]
    x, y, z = (between / np.sin(angle)).T
    return np.degrees(np.stack([np.arctan2(y, x), np.arcsin(np.clip(z, -1, 1))], axis=1))


def _vector(longitude: float, latitude: float) -> np.ndarray:
    east, north = np.radians([longitude, latitude])
    return np.array([np.cos(north) * np.cos(east), np.cos(north) * np.sin(east), np.sin(north)])


def legs(route: pd.DataFrame) -> list[tuple[str, np.ndarray]]:
    """Give the line from each stop with a point to the next: how it was travelled, and its points.

    Over land and sea the way is not known: the line says only what follows what.
    """
    stops = route.dropna(subset=["latitude", "longitude"]).sort_values("stage")
    points = stops[["longitude", "latitude"]].astype(float).to_numpy()
    modes = stops["mode"].fillna("").tolist()
    return [
        (mode, great_circle(tuple(start), tuple(end)))
        for mode, start, end in zip(modes[1:], points, points[1:], strict=False)
    ]
