"""The map of the initiatives and the route: its words, its data, its drawing and its page."""

import pandas as pd

from pipeline.messages import _
from pipeline.pictures import map_drawing, map_page, places
from pipeline.pictures.export import Picture
from pipeline.pictures.map_drawing import MOST_NUMBERED
from pipeline.pictures.map_list import Words
from pipeline.stages import counted

NAME = "initiatives-map"
# A longer list is read aloud by a screen reader until nobody listens.
NAMES_SAID = 24


def initiatives_map(
    initiatives: pd.DataFrame, route: pd.DataFrame, language: str, borders: str
) -> Picture:
    """
    Draw where the initiatives are, and the route as far as it is known.

    Args:
        initiatives: tables.INITIATIVES, cleared for print.
        route: tables.ROUTE.
        language: `fr` or `en`.
        borders: The border policy of project.yaml.

    """
    found = places.of_initiatives(initiatives, language)
    shown = found[map_drawing.in_frame(found, route)]
    is_invented = _is_invented(found, route)
    notes = [*_how(found, shown), *_of_route(route), border_policy(borders)]
    source = _source(is_invented)
    words = Words(
        title=_("Where the initiatives are"),
        subtitle=_subtitle(found),
        notes=[*notes, source],
        groups=_groups(),
        missing=_("– outside the map"),
        language=language,
    )
    return Picture(
        name=NAME,
        title=words.title,
        caption=f"{words.title}. {_subtitle(found)} {' '.join(_how(found, shown))}",
        alt=" ".join([_alt(found, shown), *notes, source]),
        source=source,
        language=language,
        provenance="fictional" if is_invented else "real",
        figure=map_drawing.draw(found, route, words, borders != "none"),
        data=found[places.PLACES],
    )


def initiatives_page(
    initiatives: pd.DataFrame, route: pd.DataFrame, language: str, borders: str
) -> dict[str, bytes]:
    """Write the same map as a page that needs no network; `initiatives` is cleared for the web."""
    found = places.of_initiatives(initiatives, language)
    shown = found[found["precision"].ne("none")]
    is_invented = _is_invented(found, route)
    notes = [*_how(found, shown), *_of_route(route), border_policy(borders)]
    about = {
        "title": _("Where the initiatives are"),
        "subtitle": _subtitle(found),
        "edition": _source(True) if is_invented else "",
        "notes": [*notes, _source(is_invented)],
        "language": language,
        "groups": _groups(),
    }
    return {f"{NAME}/{NAME}.html": map_page.page(found, route, about, borders != "none")}


def _groups() -> dict[str, str]:
    return {"real": _("Real initiatives"), "fictional": _("Invented collectives")}


def _is_invented(found: pd.DataFrame, route: pd.DataFrame) -> bool:
    provenances = pd.concat([found["provenance"], route["provenance"]])
    return bool(provenances.eq("fictional").any())


def _subtitle(found: pd.DataFrame) -> str:
    real = int(found["provenance"].ne("fictional").sum())
    invented = len(found) - real
    counts = [
        counted("{count} real initiative", "{count} real initiatives", real),
        counted("{count} invented collective", "{count} invented collectives", invented),
    ]
    return ", ".join(said for said, n in zip(counts, (real, invented), strict=True) if n) + "."


def _how(found: pd.DataFrame, shown: pd.DataFrame) -> list[str]:
    """Say how the signs are read, and count what has none."""
    said = []
    if found["provenance"].eq("fictional").any():
        said.append(_("Disc: real; diamond: invented for the demonstration."))
    if shown["precision"].isin(["country", "region"]).any():
        said.append(_("Hollow sign: no exact place, only the country or the region."))
    outside = len(found) - len(shown)
    if outside:
        said.append(
            counted(
                "{count} initiative is not on the map: no place known, or too far away.",
                "{count} initiatives are not on the map: no place known, or too far away.",
                outside,
            )
        )
    if len(found) > MOST_NUMBERED:
        said.append(_("The names stand in the table beside this picture."))
    return said


def _of_route(route: pd.DataFrame) -> list[str]:
    """Say what the sources state of the route, and that the rest of the line is invented."""
    real = route[route["provenance"].ne("fictional")]
    drawn = route.dropna(subset=["latitude", "longitude"])
    regions = list(dict.fromkeys(real.loc[real["latitude"].isna(), "region"].dropna()))
    said = []
    if regions:
        periods = list(dict.fromkeys(real["period"].dropna()))
        when = f" ({', '.join(periods)})" if periods else ""
        said.append(
            _("The project states regions of the journey: {regions}{when}.").format(
                regions=", ".join(regions), when=when
            )
        )
    if len(drawn) > 1:
        invented = drawn["provenance"].eq("fictional").any()
        line = _("Line: the order of the stages, not the way travelled; dashed: flights.")
        said.append(line + (" " + _("These stages are invented.") if invented else ""))
    return said


def border_policy(borders: str) -> str:
    """Say which borders a map shows."""
    if borders == "none":
        return _("Without borders. Basemap: Natural Earth.")
    return _("De facto borders, no position taken. Basemap: Natural Earth.")


def _source(is_invented: bool) -> str:
    if is_invented:
        return _("Demonstration edition – fictional interviews.")
    return _("Source: sheets of the project.")


def _alt(found: pd.DataFrame, shown: pd.DataFrame) -> str:
    """Say what the map shows: which initiatives, country by country, from west to east."""
    by_country = shown.groupby(shown["countries"].replace("", pd.NA).fillna("?"), sort=False)
    said = [f"{country}: " + ", ".join(map(str, rows["name"])) for country, rows in by_country]
    if len(shown) > NAMES_SAID:
        said = [f"{country}: {len(rows)}" for country, rows in by_country]
    where = _("Map, from west to east: {countries}.").format(countries="; ".join(said))
    return f"{_subtitle(found)} {where}"
