"""The map as one page that opens anywhere: no network, and no text of a sheet that could run."""

import base64
import hashlib
import json
from functools import cache
from pathlib import Path
from typing import Any

import branca
import folium
import numpy as np
import pandas as pd
import shapely
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from pipeline.corpus import basemap
from pipeline.messages import _
from pipeline.pictures.map_drawing import in_frame
from pipeline.pictures.places import legs
from pipeline.pictures.style import MUTED

PAGE = Path(__file__).parent / "page"
# Coasts to about 1 km; the page shows no village nearer than that.
FINEST_DEG = 0.01
LAND = {"color": "#b3ada0", "weight": 0.7, "fillColor": "#efece4", "fillOpacity": 1}
BORDERS = {"color": "#b3ada0", "weight": 0.8, "fill": False}
DISPUTED = BORDERS | {"dashArray": "2 3"}
ROUTE = {"color": MUTED, "weight": 1.5}


def page(
    found: pd.DataFrame, route: pd.DataFrame, about: dict[str, Any], has_borders: bool
) -> bytes:
    """
    Write the page.

    Args:
        found: Rows of `places.of_initiatives`, cleared for the web.
        route: tables.ROUTE.
        about: `title`, `subtitle`, `edition` (empty for a real one), `notes`, `language` and the
            names of the `groups` by provenance.
        has_borders: Draw borders between countries.

    Returns:
        UTF-8 HTML that names no address; its security policy lets run only what it holds.

    """
    leaflet = _leaflet()
    html, script = _folium(route, has_borders)
    environment = Environment(
        loader=FileSystemLoader(PAGE), autoescape=True, undefined=StrictUndefined
    )
    environment.filters["hashed"] = _hashed
    data = json.dumps(_data(found, route), ensure_ascii=False, sort_keys=True)
    for sign in "<>&\u2028\u2029":
        data = data.replace(sign, f"\\u{ord(sign):04x}")
    made = environment.get_template("map.html").render(
        about,
        groups=_groups(found, about["groups"]),
        words=_words(),
        map=html,
        data=data,
        styles=[leaflet["leaflet_css"], (PAGE / "map.css").read_text()],
        scripts=[leaflet["leaflet"], script, (PAGE / "map.js").read_text()],
    )
    return made.encode()


def _hashed(text: str) -> str:
    """Name a style or script as a content security policy does, by what it holds."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


@cache
def _leaflet() -> dict[str, str]:
    """Take Leaflet's own files, which folium would load from a network, out of folium-offline."""
    from offlinefolium.elements import _res

    wanted = dict(folium.Map.default_js + folium.Map.default_css)
    return {name: _res[wanted[name]] for name in ("leaflet", "leaflet_css")}


def _folium(route: pd.DataFrame, has_borders: bool) -> tuple[str, str]:
    """Let folium make the map: its element, and the script that draws coasts, borders and route."""
    made = folium.Map(tiles=None, location=(25, 60), zoom_start=3, zoom_control=False, max_zoom=9)
    made.default_js, made.default_css = [], []
    made._id = "places"  # folium numbers its elements at random, and two builds would differ
    world = basemap.world()
    layers = [(world.land, LAND)]
    layers += [(world.borders, BORDERS), (world.disputed, DISPUTED)] if has_borders else []
    for number, (geometry, style) in enumerate(layers):
        layer = folium.GeoJson(_geojson(geometry), style_function=lambda _f, s=style: s)
        layer.options["interactive"] = False
        layer._id = f"layer{number}"
        layer.add_to(made)
    for number, (mode, line) in enumerate(legs(route)):
        dashes = {"dash_array": "6 5"} if mode == "flight" else {}
        points = np.column_stack([line[:, 1], np.unwrap(line[:, 0], period=360)]).round(2).tolist()
        leg = folium.PolyLine(points, interactive=False, **ROUTE, **dashes)
        leg._id = f"leg{number}"
        leg.add_to(made)
    root = made.get_root()
    assert isinstance(root, branca.element.Figure)
    root.render()
    return root.html.render(), root.script.render()


def _geojson(geometry: shapely.Geometry) -> dict[str, Any]:
    valid = shapely.make_valid(geometry.simplify(FINEST_DEG))
    kind = "Polygon" if geometry.geom_type == "MultiPolygon" else "LineString"
    whole = type(geometry)(basemap.parts(valid, kind))  # what shrank to a point is no land
    rounded = shapely.set_precision(whole, FINEST_DEG)
    return {
        "type": "FeatureCollection",
        "features": [
            {"type": "Feature", "properties": {}, "geometry": shapely.geometry.mapping(rounded)}
        ],
    }


def _data(found: pd.DataFrame, route: pd.DataFrame) -> dict[str, Any]:
    shown = found.dropna(subset=["latitude", "longitude"])
    stops = route.dropna(subset=["latitude", "longitude", "place"]).drop_duplicates("place")
    near = shown[in_frame(shown, route)]
    seen = pd.concat([rows[["latitude", "longitude"]].astype(float) for rows in (near, stops)])
    return {
        "places": [_place(row) for row in shown.to_dict("records")],
        "stops": [
            {"name": row["place"], "latitude": row["latitude"], "longitude": row["longitude"]}
            for row in stops.to_dict("records")
        ],
        "bounds": [seen.min().tolist(), seen.max().tolist()] if len(seen) else None,
        "words": _words(),
    }


def _place(row: dict[Any, Any]) -> dict[str, Any]:
    where, kind = _where(row), _kind(row)
    provenance = (
        _("Invented for the demonstration") if "fictional" in kind else _("Real initiative")
    )
    vague = _("No exact place, only the country or the region.") if "vague" in kind else ""
    lines = [row["local_name"], where, row["baseline"], vague, provenance]
    return {
        "number": int(row["number"]),
        "name": row["name"],
        "lines": [str(line) for line in lines if pd.notna(line) and line],
        "label": ", ".join(part for part in (row["name"], where, provenance) if part),
        "kind": kind,
        "latitude": float(row["latitude"]),
        "longitude": float(row["longitude"]),
    }


def _where(row: dict[Any, Any]) -> str:
    return ", ".join(
        str(part) for part in (row["place"], row["countries"]) if pd.notna(part) and part
    )


def _kind(row: dict[Any, Any]) -> str:
    """Name the classes of a sign: its shape, and whether it is hollow."""
    shape = "fictional" if row["provenance"] == "fictional" else "real"
    return shape if row["precision"] == "point" else f"{shape} vague"


def _groups(found: pd.DataFrame, names: dict[str, str]) -> list[dict[str, Any]]:
    groups = []
    for provenance, rows in found.groupby(found["provenance"].fillna("real"), sort=False):
        listed = [
            {
                "number": int(row["number"]),
                "name": row["name"],
                "where": _where(row) if row["precision"] != "none" else _("no place in its sheet"),
                "kind": _kind(row),
                "is_shown": row["precision"] != "none",
            }
            for row in rows.to_dict("records")
        ]
        groups.append({"id": provenance, "name": names[str(provenance)], "places": listed})
    return groups


def _words() -> dict[str, str]:
    return {
        "map": _("Map"),
        "list": _("List of the places"),
        "noscript": _("Without JavaScript the map stays empty; the list below says everything."),
        "close": _("Close"),
        "zoom_in": _("Zoom in"),
        "zoom_out": _("Zoom out"),
        "credit": _("Basemap: Natural Earth"),
    }
