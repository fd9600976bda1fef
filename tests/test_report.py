"""The team's report says what is there, what is coded and what waits, and shows nobody's talk."""

import re

import pandas as pd
import pytest
from conftest import run_stages
from lxml import html as lxml_html

from pipeline import messages, tables
from pipeline.coding import report
from pipeline.corpus.consent import today
from pipeline.tables import files

READ = (
    tables.INTERVIEWS,
    tables.SPEAKERS,
    tables.REMARKS,
    tables.CODES,
    tables.CODINGS,
    tables.CORRECTIONS,
    tables.CONFLICTS,
    tables.AGREEMENT,
    tables.DISAGREEMENTS,
    tables.SUGGESTERS,
    tables.SUGGESTIONS,
)


@pytest.fixture
def made(ready):
    """The tables of one build, which a test may change."""
    messages.speak("fr")
    return {table: files.read(table, ready.processed) for table in READ}


def page(made, title="Essai"):
    return lxml_html.fromstring(report.page(made, title, []).decode())


def section(made, name: str) -> list[list[str]]:
    """The rows of a section's table, heading first."""
    (found,) = page(made).xpath(f"//section[@id='{name}']//table")
    rows = [[" ".join(c.text_content().split()) for c in row] for row in found.iter("tr")]
    assert len({len(row) for row in rows}) == 1, "a cell for each heading"
    return rows


def tasks(made) -> str:
    return " ".join(page(made).xpath("//section[@id='tasks']")[0].text_content().split())


def test_every_interview_has_a_row_with_what_it_holds(made):
    rows = {row[0]: row for row in section(made, "interviews")[1:]}
    interviews = made[tables.INTERVIEWS].set_index("interview_id")

    assert set(rows) == set(interviews.index)
    for name, row in rows.items():
        plain = [re.sub(r"\s", "", cell) for cell in row]
        assert str(interviews.at[name, "turns_count"]) in plain
        assert str(interviews.at[name, "words_count"]) in plain


def test_codings_are_counted_by_code_and_coder(made):
    head, *rows = section(made, "codes")
    names = made[tables.CODES].set_index("code")["code_fr"]
    coded = made[tables.CODINGS].assign(name=made[tables.CODINGS]["code"].map(names))
    counts = coded.groupby(["name", "coder"]).size()

    for row in rows:
        for coder in sorted(coded["coder"].unique()):
            assert int(row[head.index(coder)]) == counts.get((row[0], coder), 0)


def test_what_waits_for_a_person_stands_first(made):
    first = page(made).xpath("//main/section")[0]
    assert first.get("id") == "tasks"

    made[tables.CODINGS] = made[tables.CODINGS].iloc[:0]
    assert "entretiens non codés" in tasks(made)


def test_a_lost_coding_is_shown_with_its_words_until_somebody_settles_it(made):
    lost = {
        "coding_id": "coder-a:9",
        "interview_id": "four-01",
        "code": "shared-place",
        "coder": "coder-a",
        "file": "coder-a.csv",
        "line": 9,
        "status": "lost",
        "score": 0.1,
        "old_words": "ce qui a disparu",
    }
    made[tables.CORRECTIONS] = files.typed(tables.CORRECTIONS, [lost])

    assert "1 codage perdu" in tasks(made)
    assert any(
        "coder-a.csv:9" in row[0] and "ce qui a disparu" in row
        for row in section(made, "corrections")
    )
    assert any(
        "à trancher : 1 codage perdu" in line.replace("\u00a0", " ") for line in report.lines(made)
    )


def test_a_consent_that_ends_soon_is_told_before_it_does(made):
    speakers = made[tables.SPEAKERS]
    speakers.loc[speakers["speaker_id"].eq("v-full"), "expires_on"] = pd.Timestamp(
        today() + pd.Timedelta(days=20)
    )

    assert "1 consentement prend fin" in tasks(made)
    assert "v-full" in page(made).xpath("//section[@id='consent']")[0].text_content()


def test_the_page_holds_no_talk_and_needs_no_network(ready, made):
    text = report.page(made, "Essai", []).decode()

    assert not re.search(r"https?:|src=|@import|url\(", text)
    assert "<script" not in text
    for turn in files.read(tables.TURNS, ready.processed)["text"]:
        assert len(turn) < 40 or turn[:40] not in text


def test_names_that_hold_markup_are_text(made):
    made[tables.CODES].loc[0, "code_fr"] = "<img src=x onerror=alert(1)>"
    text = report.page(made, "</title><script>alert(1)</script>", []).decode()

    assert "<img" not in text
    assert "<script" not in text


def test_nothing_at_all_is_a_report_too(made):
    empty = {table: rows.iloc[:0] for table, rows in made.items()}

    assert report.lines(empty) == []
    assert "Rien n’attend personne" in tasks(empty)


def test_headings_are_headings_of_rows_and_columns(made):
    tree = page(made)

    assert tree.get("lang") == "fr"
    assert tree.xpath("//table[not(.//thead/tr/th[@scope='col'])]") == []
    assert tree.xpath("//tbody/tr[not(th[@scope='row'])]") == []
    ids = set(tree.xpath("//@id"))
    assert {target.removeprefix("#") for target in tree.xpath("//a/@href")} <= ids


def test_the_stage_writes_it_where_it_says(rebuildable):
    run_stages(rebuildable, ("coding",))
    folder = rebuildable.processed / "2-coding"

    assert "four-01" in (folder / "report.html").read_text(encoding="utf-8")
    assert (folder / "disagreements.csv").read_bytes().startswith(b"\xef\xbb\xbf")
