"""The map: it stands where the sheets say, says what it does not know, and runs nothing of theirs."""

import base64
import csv
import hashlib
import io
import json
import re
import subprocess
from itertools import combinations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree
from lxml.html import fromstring as html_tree
from test_charts import boxes

from pipeline import messages, tables
from pipeline.corpus import basemap
from pipeline.corpus import route as route_by_hand
from pipeline.corpus.consent import cleared
from pipeline.folders import Folders
from pipeline.pictures import map_drawing, maps, placement, places, style
from pipeline.pictures.export import SVG, files_of
from pipeline.pictures.projection import Lambert
from pipeline.problems import Problems
from pipeline.tables import files

HOSTILE = [
    "<script>document.title='taken'</script>",
    "${document.title='taken'}",
    "`+(document.title='taken')+`",
    "</style><img src=x onerror=document.title='taken'>",
    "</script><script>document.title='taken'</script>",
    "\"' onfocus=document.title='taken' autofocus x='",
    "<!-- ]]> {{ 7*7 }} {% raw %} $x^2$",
    "\\u003cb>\u2028\u2029",
]


@pytest.fixture(autouse=True)
def _french():
    messages.speak("fr")
    yield
    messages.speak("en")


def sheets(*rows):
    """Sheets by name, country, place, longitude, latitude, provenance; what is left out is empty."""
    keys = ("name", "countries", "place", "longitude", "latitude", "provenance")
    made = []
    for number, row in enumerate(rows):
        known = dict(zip(keys, row, strict=False))
        known["countries"] = [known["countries"]] if known.get("countries") else []
        made.append(
            {"initiative_id": f"i{number}", "is_coarse": False, "provenance": "real"} | known
        )
    return files.typed(tables.INITIATIVES, made)


def stages(*rows):
    keys = ("place", "longitude", "latitude", "mode", "provenance")
    made = [
        {"stage": n, "is_coarse": False, **dict(zip(keys, row, strict=False))}
        for n, row in enumerate(rows, 1)
    ]
    return files.typed(tables.ROUTE, made)


NOWHERE = stages()
JOURNEY = (
    ("Les Jardins", "FR", "Lens", 2.83, 50.43, "fictional"),
    ("Uus Maailm", "EE", "Tallinn"),
    ("ngpay", "IN"),
    ("Le Puits", "NP", "Colline", 84.9, 27.9, "fictional"),
    ("MIREP", "KH"),
)
ROUTE = stages(
    ("Lille", 3.06, 50.63, None, "fictional"),
    ("Istanbul", 28.98, 41.01, "road", "fictional"),
    ("Bangkok", 100.5, 13.75, "flight", "fictional"),
    ("Phnom Penh", 104.92, 11.56, "road", "fictional"),
    ("Hô Chi Minh-Ville", 106.7, 10.78, "road", "fictional"),
)


def drawn(initiatives, route=NOWHERE, borders="de-facto", language="fr"):
    with style.look():
        return maps.initiatives_map(initiatives, route, language, borders)


def files_drawn(*arguments):
    """The files of a picture, saved in the house's look: text as text."""
    with style.look():
        return files_of(maps.initiatives_map(*arguments))


def spaced(text):
    return text.replace("\u202f", " ").replace("\u00a0", " ")


def page_of(initiatives, route=NOWHERE, borders="de-facto"):
    ((_name, data),) = maps.initiatives_page(initiatives, route, "fr", borders).items()
    return data.decode()


# --- where things stand ----------------------------------------------------------------------------


def test_the_projection_gives_the_numbers_of_snyders_example():
    # J. P. Snyder, Map Projections: A Working Manual (USGS 1395, 1987), p. 332: R = 3.0,
    # centre 40° N 100° W, point 20° S 100° E.
    x, y = 3.0 * Lambert(-100, 40).project(np.array([[100.0, -20.0]]))[0]

    assert (pytest.approx(-4.2339303, abs=1e-7), pytest.approx(4.0257775, abs=1e-7)) == (x, y)


@given(st.floats(-170, 170), st.floats(-80, 80), st.floats(0.1, 60), st.floats(0, 360))
def test_the_projection_keeps_areas(longitude, latitude, side, turn):
    """A small square anywhere within 60° of the centre keeps its area."""
    lambert = Lambert(longitude, latitude)
    east = longitude + side * np.cos(np.radians(turn)) / 2
    north = np.clip(latitude + side * np.sin(np.radians(turn)) / 2, -85, 85)
    step = 0.01
    corners = np.array([[east, north], [east + step, north], [east, north + step]])
    at, right, up = lambert.project(corners)

    area = abs(np.linalg.det([right - at, up - at]))
    on_globe = np.radians(step) ** 2 * np.cos(np.radians(north))
    assert pytest.approx(on_globe, rel=2e-2) == area


def test_a_country_is_pointed_at_within_its_borders():
    for code in ("NP", "IN", "EE", "FR", "KH", "VN", "CA", "CL"):
        point = basemap.shapely.Point(basemap.point_of(code))
        assert basemap.world().countries[code].contains(point), code


def test_borders_of_what_has_no_iso_code_are_told_apart():
    somaliland = basemap.shapely.Point(46.5, 9.5).buffer(3.5)
    france_spain = basemap.shapely.Point(0.6, 42.7).buffer(1)
    world = basemap.world()

    assert world.disputed.intersects(somaliland)
    assert not world.disputed.intersects(france_spain)
    assert world.borders.intersects(france_spain)


@given(st.floats(-180, 180), st.floats(-85, 85), st.floats(-180, 180), st.floats(-85, 85))
def test_a_flight_is_the_shortest_way_in_small_steps(east, north, to_east, to_north):
    line = places.great_circle((east, north), (to_east, to_north))
    vectors = np.array([places._vector(*point) for point in line])
    steps = np.arccos(np.clip((vectors[1:] * vectors[:-1]).sum(axis=1), -1, 1)) * places.EARTH_KM
    whole = np.arccos(np.clip(vectors[0] @ vectors[-1], -1, 1)) * places.EARTH_KM

    assert np.allclose(vectors[0], places._vector(east, north), atol=1e-9)
    assert np.allclose(vectors[-1], places._vector(to_east, to_north), atol=1e-9)
    assert pytest.approx(whole, abs=1e-3) == steps.sum()
    assert steps.max() <= places.STEP_KM * 1.001 or whole > 20015 - 1


def test_a_place_is_as_exact_as_its_sheet():
    found = places.of_initiatives(
        sheets(("Point", "FR", "Lens", 2.83, 50.43), ("Pays", "NP"), ("Nulle part",)), "fr"
    ).set_index("name")

    assert {"Point": "point", "Pays": "country", "Nulle part": "none"} == found[
        "precision"
    ].to_dict()
    assert (2.83, 50.43) == tuple(found.loc["Point", ["longitude", "latitude"]])
    assert pd.isna(found.loc["Nulle part", "longitude"])
    assert "Népal" == found.loc["Pays", "countries"]


def test_initiatives_are_numbered_from_west_to_east_real_ones_first():
    found = places.of_initiatives(sheets(*JOURNEY), "fr")

    assert ["Uus Maailm", "ngpay", "MIREP", "Les Jardins", "Le Puits"] == list(found["name"])
    assert [1, 2, 3, 4, 5] == list(found["number"])


def test_one_place_an_ocean_away_does_not_shrink_the_journey():
    found = places.of_initiatives(sheets(*JOURNEY, ("INM", "CA")), "fr")

    shown = map_drawing.in_frame(found, ROUTE)

    assert ["INM"] == list(found.loc[~shown, "name"])


def test_two_halves_of_the_world_are_both_shown():
    found = places.of_initiatives(sheets(("A", "CA"), ("B", "US"), ("C", "IN"), ("D", "NP")), "fr")

    assert map_drawing.in_frame(found, NOWHERE).all()


@pytest.mark.parametrize("count", [2, 12, map_drawing.MOST_NUMBERED])
def test_signs_in_one_place_are_pushed_apart_and_stay_in_the_window(count):
    window = basemap.shapely.box(0, 0, 4, 3)
    at = placement.apart(np.full((count, 2), [3.9, 0.1]), 0.17, window)

    gaps = [np.hypot(*(one - other)) for one, other in combinations(at, 2)]
    assert min(gaps) >= 0.17 * 0.97
    assert all(window.contains(basemap.shapely.Point(point)) for point in at)


def test_more_places_than_a_map_can_name_stay_where_they_belong(monkeypatch):
    """Moved aside, a hundred signs around Paris reached Spain and the sea."""
    crowd = [(f"C{n}", "FR", "Paris", 2.3 + n / 1e4, 48.8) for n in range(130)]
    drawn_at = []
    monkeypatch.setattr(map_drawing, "sign", lambda _axes, point, *_more: drawn_at.append(point))
    drawn(sheets(*crowd))

    assert len(drawn_at) == 130
    assert np.ptp(np.array(drawn_at), axis=0).max() < 0.1


# --- what the picture says ---------------------------------------------------------------------------

# A line with $ or { is a hair taller than the others: less than a third of a point.
TOUCH_PX = 0.4
CROWD = [(f"Collectif numéro {n}", "IN", "Un village", 78 + n % 3 / 10, 21.0) for n in range(40)]
CASES = {
    "the journey": (sheets(*JOURNEY), ROUTE),
    "a crowd": (sheets(*CROWD), NOWHERE),
    "one place": (sheets(("Seul", "FR", "Lens", 2.83, 50.43)), NOWHERE),
    "a route alone": (sheets(), ROUTE),
    "no place at all": (sheets(("Quelque part",)), NOWHERE),
    "nothing": (sheets(), NOWHERE),
    "the other side of the globe": (
        sheets(("Kiwi", "NZ"), ("Fidji", "FJ"), ("Chili", "CL")),
        NOWHERE,
    ),
    "hostile names": (sheets(*[(name[:80], "IN", name) for name in HOSTILE]), ROUTE),
    "long names": (sheets(*[("W" * 80, "IN", "M" * 60) for _n in range(6)]), ROUTE),
    "hundreds": (
        sheets(*[(f"C{n}", "FR", "", n % 20 / 3, 43 + n / 60) for n in range(300)]),
        NOWHERE,
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_no_text_of_the_map_overlaps_another_or_leaves_the_page(case):
    picture = drawn(*CASES[case])
    page = picture.figure.bbox

    placed = boxes(picture)

    for text, box in placed:
        inside = page.x0 <= box.x0 <= box.x1 <= page.x1 and page.y0 <= box.y0 <= box.y1 <= page.y1
        assert inside, text
    for (one, box), (other, its) in combinations(placed, 2):
        assert not box.padded(-TOUCH_PX).overlaps(its.padded(-TOUCH_PX)), (one, other)
    assert picture.figure.get_figheight() <= style.PAGE_HEIGHT


def test_real_and_invented_places_have_different_shapes():
    """A disc has many corners, a diamond four: a photocopy shows the difference."""
    picture = drawn(sheets(*JOURNEY))
    signs = [p for p in picture.figure.axes[0].patches if p.get_zorder() == 5]

    assert [60, 60, 60, 4, 4] == [len(sign.get_xy()) - 1 for sign in signs]
    assert "Disque : réelle ; losange : inventé" in spaced(picture.alt)


def test_a_place_of_which_only_the_country_is_known_is_hollow():
    picture = drawn(sheets(("Lieu", "FR", "Lens", 2.83, 50.43), ("Pays", "FR")))
    signs = [p for p in picture.figure.axes[0].patches if p.get_zorder() == 5]
    fills = [sign.get_facecolor()[:3] for sign in signs]

    assert 1 == sum(fill == (1, 1, 1) for fill in fills)


@pytest.mark.parametrize("provenance", ["real", "fictional"])
def test_the_map_says_by_itself_that_it_is_a_demonstration(provenance):
    rows = sheets(("Le Puits", "NP", "Colline", 84.9, 27.9, provenance))
    said = "Édition de démonstration — entretiens fictifs"
    svg = files_drawn(rows, NOWHERE, "fr", "de-facto")[f"{maps.NAME}/{maps.NAME}.svg"].decode()
    expected = provenance == "fictional"

    assert expected == (said in " ".join(re.findall(r">([^<]+)</text>", svg)))
    assert expected == (said in page_of(rows))
    assert (
        provenance == json.loads(files_of(drawn(rows))[f"{maps.NAME}/picture.json"])["provenance"]
    )


def test_what_is_not_on_the_map_is_counted_below_it():
    picture = drawn(sheets(*JOURNEY, ("INM", "CA"), ("Sans lieu",)), ROUTE)

    assert "2 initiatives ne sont pas sur la carte" in picture.caption
    assert "INM" not in picture.alt.split("Carte")[1].split(".")[0]


def test_the_border_policy_is_said_and_kept():
    de_facto, none = drawn(sheets(*JOURNEY)), drawn(sheets(*JOURNEY), borders="none")

    assert "Frontières de fait, sans prise de position" in de_facto.alt
    assert "Sans frontières" in none.alt
    assert len(none.figure.axes[0].lines) < len(de_facto.figure.axes[0].lines)


def test_a_flight_is_dashed_and_a_road_is_not():
    lines = [
        ln for ln in drawn(sheets(*JOURNEY), ROUTE).figure.axes[0].lines if ln.get_zorder() == 2
    ]

    assert ["-", "--", "-", "-"] == [line.get_linestyle() for line in lines]
    assert len(lines[1].get_xdata()) > 50


def test_stages_that_no_source_states_are_said_to_be_invented():
    stated = stages(("Lille", 3.06, 50.63, None, "real"), ("Gand", 3.72, 51.05, "rail", "real"))

    assert "Ces étapes sont inventées" in drawn(sheets(*JOURNEY), ROUTE).alt
    assert "Ces étapes sont inventées" not in drawn(sheets(*JOURNEY), stated).alt


def test_the_alternative_text_names_what_the_map_shows():
    picture = drawn(sheets(*JOURNEY), ROUTE)
    svg = files_of(picture)[f"{maps.NAME}/{maps.NAME}.svg"]

    assert all(row[0] in picture.alt for row in JOURNEY)
    assert picture.alt == etree.fromstring(svg).findtext(f"{{{SVG}}}desc")


def test_the_data_of_the_map_can_be_taken_away():
    data = files_of(drawn(sheets(*JOURNEY)))[f"{maps.NAME}/{maps.NAME}.csv"].decode()
    rows = list(csv.DictReader(io.StringIO(data)))

    assert places.PLACES == list(rows[0])
    assert [row[0] for row in JOURNEY] == [
        row["name"] for row in sorted(rows, key=lambda r: r["initiative_id"])
    ]


def test_a_coarse_sheet_shows_its_region_and_not_its_village():
    rows = sheets(("Moulin", "CZ", "Vallombrelle", 15.975, 49.864)).assign(is_coarse=True)
    voices, masks = files.empty(tables.SPEAKERS), files.empty(tables.MASKS)

    rows = cleared(rows, "web", voices, masks)
    everything = page_of(rows) + "".join(
        data.decode(errors="ignore") for data in files_of(drawn(rows)).values()
    )

    assert "Moulin" in everything
    assert not any(secret in everything for secret in ("Vallombrelle", "15.975", "49.864"))


def test_a_stop_near_a_coarse_sheet_tells_no_village_either():
    hidden = sheets(("Moulin", "CZ", "Vallombrelle", 15.975, 49.864)).assign(is_coarse=True)
    stops = stages(("Vallombrelle", 15.9871, 49.8613, "road"), ("Prague", 14.42, 50.09, "rail"))
    route = route_by_hand.in_places(stops.drop(columns="is_coarse"), hidden)
    voices, masks = files.empty(tables.SPEAKERS), files.empty(tables.MASKS)

    page = page_of(cleared(hidden, "web", voices, masks), cleared(route, "web", voices, masks))

    assert "Prague" in page
    assert not any(secret in page for secret in ("Vallombrelle", "[49.86, 15.99]", "15.9871"))


def test_a_stop_named_in_a_coarse_sheet_is_coarse_without_points_too():
    hidden = sheets(("Moulin", "CZ", "Vallombrelle, au pont")).assign(is_coarse=True)
    stops = stages(("VALLOMBRELLE", 15.9871, 49.8613, "road"), ("Prague", 14.42, 50.09, "rail"))

    route = route_by_hand.in_places(stops.drop(columns="is_coarse"), hidden)

    assert [True, False] == route["is_coarse"].tolist()


def test_a_rounded_point_is_a_hollow_sign():
    rows = sheets(("Moulin", "CZ", "", 16.0, 50.0)).assign(is_coarse=True)

    assert ["region"] == places.of_initiatives(rows, "fr")["precision"].tolist()


# --- the page ----------------------------------------------------------------------------------------


def test_a_hostile_name_is_text_on_the_page():
    rows = sheets(*[(name, "IN", name) for name in HOSTILE]).assign(
        baseline=HOSTILE, local_name=HOSTILE
    )
    page = page_of(rows, stages((HOSTILE[0], 3.0, 50.0), (HOSTILE[4], 4.0, 51.0)))
    tree = html_tree(page)
    data = json.loads(tree.xpath("//script[@id='data']/text()")[0])

    assert set(HOSTILE) == {place["name"] for place in data["places"]}
    assert {name.replace("\u2028", " ").replace("\u2029", " ").split()[0] for name in HOSTILE} <= {
        str(name).replace("\u2028", " ").replace("\u2029", " ").split()[0]
        for name in tree.xpath("//nav//strong/text()")
    }
    assert 4 == len(tree.xpath("//script"))
    assert 2 == len(tree.xpath("//style"))
    assert [] == tree.xpath("//img") + tree.xpath("//@onerror") + tree.xpath("//@onfocus")


def test_the_page_lets_run_only_what_it_holds():
    page = page_of(sheets(*JOURNEY), ROUTE)
    tree = html_tree(page)
    (policy,) = tree.xpath("//meta[@http-equiv='Content-Security-Policy']/@content")

    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    for kind in ("script", "style"):
        for text in tree.xpath(f"//{kind}[not(@type)]/text()"):
            digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
            assert f"'sha256-{digest}'" in policy


def test_the_page_asks_for_nothing():
    tree = html_tree(page_of(sheets(*JOURNEY), ROUTE))

    assert [] == tree.xpath("//@src") + tree.xpath("//@href") + tree.xpath("//link")


def test_the_page_lists_what_the_map_shows_in_french():
    tree = html_tree(page_of(sheets(*JOURNEY, ("Sans lieu",)), ROUTE))

    assert "fr" == tree.get("lang")
    assert 6 == len(tree.xpath("//nav//button"))
    assert ["Sans lieu"] == tree.xpath("//nav//button[@disabled]//strong/text()")
    assert ["Initiatives réelles", "Collectifs inventés"] == tree.xpath("//nav/h2/text()")


def test_the_page_and_the_picture_are_the_same_bytes_twice():
    def everything():
        return [page_of(sheets(*JOURNEY), ROUTE), files_of(drawn(sheets(*JOURNEY), ROUTE))]

    assert everything() == everything()


def test_a_hundred_initiatives_fit_into_the_page():
    rows = sheets(*[(f"Collectif {n}", "IN", "Un village", 70 + n / 5, 20.0) for n in range(100)])

    assert 1_500_000 > len(page_of(rows, ROUTE).encode())


@pytest.fixture
def browser(program, tmp_path):
    """`browser(page)`: what headless Chromium makes of a page without a network, and its log."""
    chromium = program("chromium")

    def opened(page):
        file = tmp_path / "map.html"
        file.write_text(page, encoding="utf-8")
        command = [chromium, "--headless", "--no-sandbox", "--disable-gpu", "--dump-dom"]
        command += ["--host-resolver-rules=MAP * ~NOTFOUND", "--virtual-time-budget=4000"]
        command += ["--enable-logging=stderr", f"--user-data-dir={tmp_path / 'profile'}"]
        run = subprocess.run(
            [*command, file.as_uri()], capture_output=True, text=True, timeout=120, check=True
        )
        said = [line for line in run.stderr.splitlines() if "CONSOLE" in line]
        return html_tree(run.stdout), said

    return opened


def test_a_browser_without_a_network_shows_every_sign_with_its_name(browser):
    tree, said = browser(page_of(sheets(*JOURNEY), ROUTE))
    signs = tree.xpath("//*[contains(@class, 'leaflet-marker-icon')]")

    assert [] == said
    assert 5 == len(signs)
    assert {row[0] for row in JOURNEY} == {sign.get("aria-label").split(",")[0] for sign in signs}
    assert all("button" == sign.get("role") and "0" == sign.get("tabindex") for sign in signs)
    assert tree.xpath("//*[name()='svg']//*[name()='path']")
    assert ["Zoom avant"] == tree.xpath("//a[@class='leaflet-control-zoom-in']/@title")


def _middle(style):
    """Where a sign of 24 by 24 pixels stands: what Leaflet moves it by, and its margin."""
    top, left = re.search(r"margin: (\S+)px 0px 0px (\S+)px", style).groups()
    x, y = re.search(r"translate3d\((\S+)px, (\S+)px", style).groups()
    return float(x) + float(left) + 12, float(y) + float(top) + 12


def test_no_sign_covers_another_in_the_browser(browser):
    """Eight in one country without a point, and two villages a few kilometres apart."""
    crowd = [(f"Collectif {n}", "KH", None) for n in range(8)]
    villages = [("Un", "NP", "Village", 84.93, 27.94), ("Deux", "NP", "Village", 84.95, 27.95)]

    tree, _said = browser(page_of(sheets(*crowd, *villages, *JOURNEY), ROUTE))

    icons = tree.xpath("//*[contains(@class, 'leaflet-marker-icon')]/@style")
    middles = np.array([_middle(style) for style in icons])
    between = np.hypot(*(middles[:, None] - middles[None, :]).transpose(2, 0, 1))
    assert 15 == len(middles)
    assert 24 < between[~np.eye(len(middles), dtype=bool)].min()


def test_a_browser_runs_nothing_that_a_sheet_says(browser):
    rows = sheets(*[(name, "IN", name) for name in HOSTILE]).assign(
        baseline=HOSTILE, local_name=HOSTILE
    )
    tree, said = browser(page_of(rows, stages((HOSTILE[0], 3.0, 50.0), (HOSTILE[4], 4.0, 51.0))))

    assert "Où sont les initiatives" == tree.findtext(".//title")
    assert [] == said
    assert len(HOSTILE) == len(tree.xpath("//*[contains(@class, 'leaflet-marker-icon')]"))


# --- the route, as people write it -------------------------------------------------------------------


def test_the_shipped_route_states_regions_and_invents_its_stages():
    problems = Problems()
    rows, _notes = route_by_hand.read(Folders().raw, problems)

    assert not problems
    real = rows[rows["provenance"].eq("real")]
    assert real["latitude"].isna().all()
    assert real["arrived_date"].isna().all()
    assert rows.loc[rows["latitude"].notna(), "provenance"].eq("fictional").all()


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("1,Lille,,FR,95,3.06,,,rail,real,", "C-207"),
        ("1,Lille,,FR,50.63,3.06,le 4,,rail,real,", "C-207"),
        ("1,Lille,,FR,50.63,3.06,,,à vélo,real,", "C-207"),
        (",Lille,,FR,50.63,3.06,,,rail,real,", "C-207"),
    ],
    ids=["latitude", "date", "mode", "no stage"],
)
def test_a_stage_that_cannot_be_understood_is_named_with_its_line(tmp_path, line, code):
    header = ",".join(tables.ROUTE_BY_HAND.names)
    (tmp_path / "route.csv").write_text(f"{header}\n{line}\n", encoding="utf-8")
    problems = Problems()

    route_by_hand.read(tmp_path, problems)

    ((problem),) = problems
    assert (problem.file.endswith("route.csv"), 2) == (True, problem.line)
    assert problem.code.startswith(code[:3])
