"""Charts: nothing overlaps or leaves the page, and every form of a picture says what it shows."""

import hashlib
import io
import json
from itertools import combinations

import pandas as pd
import pytest
from lxml import etree
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.text import Text
from PIL import Image

from pipeline import messages, tables
from pipeline.comparison.frequencies import wilson
from pipeline.pictures import charts, stage, style
from pipeline.pictures.export import SVG, files_of
from pipeline.pictures.lettering import width, wrap
from pipeline.tables.files import typed

TITLE = "Quels processus de décision sont utilisés ?"
LONG = (
    "Une très longue manière de nommer ce que les gens font ensemble, quand ils décident "
    "sans chef et sans vote, le soir tombé"
)
assert len(LONG) >= 120
HOSTILE = ["<script>alert(1)</script>", "A & B", "$x^2$", "100 %", "\\alpha_{1}", "{count}", "=1+1"]


@pytest.fixture(autouse=True, params=["fr"])
def language(request):
    messages.speak(request.param)
    yield request.param
    messages.speak("en")


def comparison(counts, cases, held=(), provenance="real", question="decision"):
    rows = []
    for number, count in enumerate(counts):
        low, high = wilson(count, cases)
        numbers = {
            "segments_count": count,
            "interviews_count": count,
            "interviews_total": cases + 2,
            "initiatives_count": count,
            "initiatives_total": cases,
            "initiatives_share_pct": 100 * count / cases,
            "initiatives_share_low_pct": 100 * low,
            "initiatives_share_high_pct": 100 * high,
        }
        rows.append(
            {
                "purpose": "book",
                "provenance": provenance,
                "grouping": "all",
                "group": "all",
                "question": question,
                "code": f"{question}-{number}",
                "is_held_back": number in held,
                **({} if number in held else numbers),
            }
        )
    return typed(tables.CODE_BY_GROUP, rows)


def codebook(names, title=TITLE, question="decision"):
    rows = [
        {
            "code": f"{question}-{number}",
            "question": question,
            "position": number + 1,
            **{f"question_{lang}": title for lang in ("fr", "en")},
            **{f"question_short_{lang}": "Décision" for lang in ("fr", "en")},
            **{f"code_{lang}": name for lang in ("fr", "en")},
        }
        for number, name in enumerate(names)
    ]
    return typed(tables.CODES, rows)


def draw(names, counts, cases, title=TITLE, held=(), provenance="real"):
    with style.look():
        rows = comparison(counts, cases, held, provenance)
        return charts.codes_of_question(rows, codebook(names, title), "fr", provenance)


def boxes(picture):
    """Measure every text of a picture with the renderer, in pixels."""
    with style.look():
        canvas = FigureCanvasAgg(picture.figure)
        canvas.draw()
        texts = [t for t in picture.figure.findobj(Text) if t.get_text().strip()]
        return [(t.get_text(), t.get_window_extent(canvas.get_renderer())) for t in texts]


def plain_names(count):
    return [f"Un code qui porte le numéro {number}" for number in range(count)]


CASES = {
    "one code": (["Le vote"], [3], 6),
    "five": (plain_names(5), [5, 4, 3, 2, 0], 5),
    "eleven": (plain_names(11), [11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 0], 11),
    "forty": (plain_names(40), [max(0, 12 - n // 3) for n in range(40)], 12),
    "few cases": (plain_names(11), [n % 5 for n in range(11)], 4),
    "one case": (["Le vote", "Le consensus"], [1, 0], 1),
    "hundreds of cases": (plain_names(3), [1200, 800, 0], 1200),
    "long names": ([LONG, "Le vote", LONG, "L’assemblée"], [8, 5, 3, 0], 8),
    "wide names": (["W" * 120, "Le vote", "M" * 35], [8, 5, 3], 8),
    "hostile names": (HOSTILE, [7, 6, 5, 4, 3, 2, 1], 8),
    "no case": (["Le vote"], [], 0),
}


@pytest.mark.parametrize("title", [TITLE, f"{LONG} {'W' * 60}"], ids=["title", "long title"])
@pytest.mark.parametrize("case", CASES)
def test_no_text_overlaps_another_or_leaves_the_picture(case, title):
    names, counts, cases = CASES[case]
    picture = draw(names, counts, cases, title)
    page = picture.figure.bbox

    placed = boxes(picture)

    assert placed
    for text, box in placed:
        inside = page.x0 <= box.x0 <= box.x1 <= page.x1 and page.y0 <= box.y0 <= box.y1 <= page.y1
        assert inside, text
    for (one, box), (other, its) in combinations(placed, 2):
        assert not box.overlaps(its), (one, other)


def test_a_chart_of_forty_codes_still_fits_on_a_page_of_the_book():
    # 168 mm of text block (book/theme), of which the caption needs a few lines.
    assert draw(*CASES["forty"]).figure.get_size_inches()[1] <= 6.5


def test_every_label_and_number_is_in_the_picture():
    names, counts, cases = CASES["hostile names"]

    drawn = [text for text, _box in boxes(draw(names, counts, cases))]

    assert set(names) <= set(drawn)
    assert {f"{count} sur {cases}" for count in counts} <= set(drawn)


def points(picture):
    axes = picture.figure.axes[0]
    return [line for line in axes.lines if line.get_marker() == "o"]


def test_few_cases_are_dots_to_count_and_never_percentages():
    picture = draw(["Le vote", "Le mandat"], [3, 1], 4)
    filled = [dot for dot in points(picture) if dot.get_markerfacecolor() != "none"]

    assert (len(points(picture)), len(filled)) == (8, 4)
    assert not [text for text, _box in boxes(picture) if "%" in text]


def test_a_dot_stands_where_its_share_is_on_the_axis():
    picture = draw(["a", "b", "c"], [8, 4, 0], 8)
    (dots,) = points(picture)
    rules = sorted(
        {line.get_xdata()[0] for line in picture.figure.axes[0].lines if line not in [dots]}
    )

    assert list(dots.get_xdata()) == pytest.approx([rules[2], rules[1], rules[0]])
    assert rules[1] == pytest.approx((rules[0] + rules[2]) / 2)


def test_codes_stand_from_the_most_to_the_least_mentioned():
    data = draw(["rare", "often", "never"], [1, 7, 0], 8).data

    assert data["label"].tolist() == ["often", "rare", "never"]


def test_the_alt_text_says_the_extremes_and_n():
    alt = draw(["Le vote", "Le mandat", "Le sort"], [8, 1, 1], 8).alt

    assert alt.startswith(TITLE)
    for part in ("3 codes", "8 initiatives", "8 sur 8", "1 sur 8"):
        assert part in alt
    for name in ("Le vote", "Le mandat", "Le sort"):
        assert f"«\u00a0{name}\u00a0»" in alt


def test_where_all_are_alike_no_code_is_called_first_or_last():
    alt = draw(["Le vote", "Le mandat"], [5, 5], 8).alt

    assert "« " not in alt.replace("\u00a0", " ")
    assert "5 sur 8" in alt


def test_a_long_list_of_names_is_cut_short_in_the_alt_text():
    alt = draw(plain_names(40), [1] + [0] * 39, 6).alt

    assert alt.count("Un code") == 6
    assert "34" in alt


def test_no_data_is_said_in_picture_alt_and_caption():
    picture = draw(["Le vote"], [], 0)
    said = messages._("No data.")

    assert said in picture.alt
    assert said in picture.caption
    assert said in [text for text, _box in boxes(picture)]


def test_the_caption_reads_the_first_row_aloud_with_the_right_plural():
    caption = draw(["Le vote", "Le mandat"], [1, 0], 4).caption

    assert "Le vote" in caption
    assert "1 initiative sur 4" in caption


def test_codes_held_back_are_left_out_and_that_is_said():
    picture = draw(["Le vote", "Le mandat"], [6, 1], 8, held={1})
    words = [*[text for text, _box in boxes(picture)], picture.alt, picture.data.to_csv()]

    assert not [text for text in words if "mandat" in text]
    note = charts._held_back(comparison([6, 1], 8, held={1}))[0]
    assert "1 " in note
    assert note in picture.alt
    assert note in words


@pytest.mark.parametrize("provenance", ["real", "fictional"])
def test_a_fictional_edition_says_so_in_every_form(provenance):
    picture = draw(["Le vote"], [3], 8, provenance=provenance)
    files = files_of(picture)
    svg = etree.fromstring(files["decision-codes/decision-codes.svg"])
    places = [
        " ".join(text for text, _box in boxes(picture)),
        picture.alt,
        picture.source,
        svg.findtext(f"{{{SVG}}}desc"),
        files["decision-codes/licence.txt"].decode(),
        files["decision-codes/alt.txt"].decode(),
    ]

    assert ["fictif" in place for place in places] == [provenance == "fictional"] * len(places)
    about = json.loads(files["decision-codes/picture.json"])
    assert about["provenance"] == provenance


def test_the_svg_names_itself_and_keeps_its_words_as_text():
    with style.look():
        picture = draw(HOSTILE, [7, 6, 5, 4, 3, 2, 1], 8)
        root = etree.fromstring(files_of(picture)["decision-codes/decision-codes.svg"])
    drawn = ["".join(text.itertext()) for text in root.iter(f"{{{SVG}}}text")]

    assert (root.get("role"), root.get("lang")) == ("img", "fr")
    assert [child.tag for child in root[:2]] == [f"{{{SVG}}}title", f"{{{SVG}}}desc"]
    assert root[0].text == picture.title
    assert root[1].text == picture.alt
    assert set(HOSTILE) <= set(drawn)
    assert not list(root.iter(f"{{{SVG}}}script"))
    assert root.find(f"{{{SVG}}}metadata") is None


def test_the_same_tables_give_the_same_bytes():
    with style.look():
        once, again = (files_of(draw(*CASES["eleven"])) for _time in range(2))

    assert once == again


def test_the_png_is_as_wide_as_the_text_block_at_300_dpi():
    with style.look():
        files = files_of(draw(*CASES["five"]))
    image = Image.open(io.BytesIO(files["decision-codes/decision-codes.png"]))

    assert image.info["dpi"] == pytest.approx((300, 300), abs=0.1)
    assert image.width == round(style.PAGE_WIDTH * 300)
    assert not {"Software", "Creation Time"} & set(image.info)


def test_the_csv_holds_the_numbers_that_are_drawn():
    with style.look():
        files = files_of(draw(HOSTILE, [7, 6, 5, 4, 3, 2, 1], 8))
    data = pd.read_csv(io.BytesIO(files["decision-codes/decision-codes.csv"]))

    assert data["label"].tolist() == HOSTILE
    assert data["initiatives_count"].tolist() == [7, 6, 5, 4, 3, 2, 1]


def test_one_picture_a_question_of_one_provenance_and_the_published_purpose():
    codes = pd.concat([codebook(["a"]), codebook(["b"], question="city")], ignore_index=True)
    rows = pd.concat(
        [
            comparison([3], 8),
            comparison([5], 8, provenance="fictional"),
            comparison([6], 8).assign(purpose="research"),
            comparison([7], 8).assign(grouping="region", group="Asia"),
            comparison([4], 8, question="city"),
        ],
        ignore_index=True,
    )
    with style.look():
        pictures = stage.build(codes, rows, "fr", "real")

    assert [p.name for p in pictures] == ["decision-codes", "city-codes"]
    assert [p.data["initiatives_count"].tolist() for p in pictures] == [[3], [4]]


def test_checksums_are_those_of_the_files():
    made = {"b/b.svg": b"x", "a/a.png": b"y"}

    assert stage.checksums(made).decode().splitlines() == [
        f"{hashlib.sha256(b'y').hexdigest()}  a/a.png",
        f"{hashlib.sha256(b'x').hexdigest()}  b/b.svg",
    ]


@pytest.mark.parametrize("text", [LONG, "W" * 120, "a " * 60, "mot", "", f"deux\u00a0mots {LONG}"])
def test_wrapping_keeps_every_letter_and_the_width(text):
    with style.look():
        lines = wrap(text, 1.5, 8.0)

        assert all(width(line, 8.0) <= 1.5 for line in lines)
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")
