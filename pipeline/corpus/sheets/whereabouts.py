"""Points that cannot be meant: placeholders, other countries, latitude and longitude exchanged.

They are held back, and the sheet stays: the table is somebody else's, and the map then puts the
initiative on its country, which is true. Each one is told with its row and the reason.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable
from typing import Any

from pipeline.messages import _

# The atlas rounds coasts and leaves out islands: Ushant lies a third of a degree off its land.
TOLERANCE_DEGREES = 0.5
# A house may hold a few initiatives; many that name several towns have been put there by a machine.
SHARED_BY = 4
# One hundred metres: nearer points are one place.
SHARED_DIGITS = 3

Row = dict[str, Any]


def hold_back(rows: list[Row]) -> dict[str, list[int]]:
    """
    Empty the coordinates that cannot be meant.

    Args:
        rows: Sheets of one table; `latitude` and `longitude` are removed where they are held back.

    Returns:
        The reasons, each with the indexes of its rows.

    """
    reasons: dict[str, list[int]] = defaultdict(list)
    shared = _shared(rows)
    for index, row in enumerate(rows):
        reason = _reason(row, shared)
        if reason:
            reasons[reason].append(index)
            row.pop("latitude", None)
            row.pop("longitude", None)
    return dict(reasons)


def are_exchanged(row: Row) -> bool:
    """Say whether a point lies in its country only with latitude and longitude exchanged."""
    point = _point(row)
    if point is None or not row.get("countries"):
        return False
    return not _is_within(row["countries"], *point) and _is_within(
        row["countries"], point[1], point[0]
    )


def _reason(row: Row, shared: set[tuple[float, float]]) -> str:
    point = _point(row)
    if point is None:
        half = row.get("latitude") is not None or row.get("longitude") is not None
        return _("only one of latitude and longitude") if half else ""
    if all(abs(part) < 10**-SHARED_DIGITS for part in point):
        return _("0, 0 is a placeholder")
    if are_exchanged(row):
        return _("latitude and longitude exchanged")
    if row.get("countries") and not _is_within(row["countries"], *point):
        return _("not in {countries}").format(countries=", ".join(row["countries"]))
    if _rounded(point) in shared:
        return _("one point for several places")
    return ""


def _point(row: Row) -> tuple[float, float] | None:
    latitude, longitude = row.get("latitude"), row.get("longitude")
    return None if latitude is None or longitude is None else (latitude, longitude)


def _rounded(point: tuple[float, float]) -> tuple[float, float]:
    return round(point[0], SHARED_DIGITS), round(point[1], SHARED_DIGITS)


def _shared(rows: Iterable[Row]) -> set[tuple[float, float]]:
    """Find the points that many rows share though they do not name one place."""
    places: dict[tuple[float, float], Counter[str]] = defaultdict(Counter)
    for row in rows:
        if point := _point(row):
            places[_rounded(point)][str(row.get("place") or "")] += 1
    return {
        point
        for point, named in places.items()
        if named.total() >= SHARED_BY and (len(named) > 1 or "" in named)
    }


def _is_within(countries: list[str], latitude: float, longitude: float) -> bool:
    """Say whether a point is in or near one of the countries, as far as the atlas draws them."""
    # Loaded here: most material has no table, and need not wait for the atlas.
    import shapely

    from pipeline.corpus import basemap

    known = [basemap.world().countries.get(code) for code in countries]
    if None in known:
        return True
    point = shapely.Point(longitude, latitude)
    return any(shapely.dwithin(land, point, TOLERANCE_DEGREES) for land in known)
