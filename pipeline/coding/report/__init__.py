"""What the team opens in the morning: what is there, what is coded, and what waits for a person.

The coding stage prints `lines` and writes `page`, one HTML file that needs no network. It names
voices and files, never their words, but for passages that coders have to settle. It never leaves.
Its sections are made by `on_corpus` and `on_coding`.
"""

from pathlib import Path

import pandas as pd
from babel.dates import format_date
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from pipeline import tables
from pipeline.coding.report import on_coding, on_corpus
from pipeline.coding.report.on_corpus import ending
from pipeline.coding.report.section import Made, Section, Share
from pipeline.corpus.consent import today
from pipeline.corpus.report import remark_lines
from pipeline.messages import _, spoken
from pipeline.stages import counted, number, some

PAGE = Path(__file__).parent / "page"
# --- what is printed -----------------------------------------------------------------------------


def lines(made: Made) -> list[str]:
    """Say in a few lines who coded how much, what was never coded, and what waits for a person."""
    codings, codes = made[tables.CODINGS], made[tables.CODES]
    by_coder = codings["coder"].value_counts().sort_index().items()
    unused = codes.loc[~codes["code"].isin(codings["code"]), "code"]
    uncoded = _uncoded(made)
    said = []
    if len(codings):
        people = ", ".join(f"{coder} {number(count)}" for coder, count in by_coder)
        said.append(_("codings by coder: {list}").format(list=people))
        said.append(_("codings by code: {list}").format(list=_by_code(codings, codes)))
    if len(unused) and len(codings):
        said.append(_("codes that nobody gave: {list}").format(list=some(list(unused))))
    if uncoded:
        said.append(_("interviews that nobody coded: {list}").format(list=some(uncoded)))
    said += [_("to settle: {task}").format(task=task) for task, _where in _to_settle(made)]
    return said


def _by_code(codings: pd.DataFrame, codes: pd.DataFrame) -> str:
    """List the codes by how often they were given, all of them: the page has them by coder."""
    counts = codings["code"].value_counts().reindex(codes["code"]).dropna().astype(int)
    often = counts.sort_values(ascending=False, kind="stable")
    return some([f"{code} {number(count)}" for code, count in often.items()])


def _uncoded(made: Made) -> list[str]:
    interviews = made[tables.INTERVIEWS]
    coded = set(made[tables.CODINGS]["interview_id"])
    return [i for i in interviews["interview_id"] if i not in coded]


def _to_settle(made: Made) -> list[tuple[str, str]]:
    """Say what only a person can decide, and which section of the page shows it."""
    statuses = made[tables.CORRECTIONS]["status"].value_counts()
    lost, ambiguous = int(statuses.get("lost", 0)), int(statuses.get("ambiguous", 0))
    changed = int(made[tables.CONFLICTS]["kind"].eq("changed").sum())
    found = [
        (lost, counted("{count} coding lost", "{count} codings lost", lost), "corrections"),
        (
            ambiguous,
            counted(
                "{count} coding that may stand in several places",
                "{count} codings that may stand in several places",
                ambiguous,
            ),
            "corrections",
        ),
        (
            changed,
            counted(
                "{count} coding that differs between two files",
                "{count} codings that differ between two files",
                changed,
            ),
            "conflicts",
        ),
    ]
    return [(said, section) for count, said, section in found if count]


# --- the page ------------------------------------------------------------------------------------


def page(made: Made, title: str, notes: list[str]) -> bytes:
    """
    Write the report.

    Args:
        made: The tables of the corpus and of coding, those of the text left out.
        title: Of the project.
        notes: What the stages had to say besides.

    """
    environment = Environment(
        loader=FileSystemLoader(PAGE), autoescape=True, undefined=StrictUndefined
    )
    environment.filters["number"] = number
    environment.tests["share"] = lambda cell: isinstance(cell, Share)
    sections = [section(made) for section in SECTIONS]
    sections[0].says += notes
    shown = [s for s in sections if s.rows or s.tasks or s.says]
    known = {s.id for s in shown}
    for section in shown:
        section.tasks = [(task, to if to in known else section.id) for task, to in section.tasks]
    made_on = format_date(today(), "full", locale=spoken())
    html = environment.get_template("report.html").render(
        language=spoken(),
        title=_("Morning report – {title}").format(title=title),
        subtitle=made_on[:1].upper() + made_on[1:],
        own=_("For the team only: this page names voices and never leaves."),
        contents=_("On this page"),
        style=(PAGE / "report.css").read_text(encoding="utf-8"),
        sizes=_sizes(made),
        sections=shown,
    )
    return html.encode()


def _sizes(made: Made) -> list[tuple[str, str]]:
    interviews, speakers = made[tables.INTERVIEWS], made[tables.SPEAKERS]
    codings = made[tables.CODINGS]
    coded = len(interviews) - len(_uncoded(made))
    return [
        (_("interviews"), number(len(interviews))),
        (_("words"), number(int(interviews["words_count"].sum()))),
        (_("voices"), number(speakers["speaker_id"].nunique())),
        (_("codings"), number(len(codings))),
        (_("coders"), number(codings["coder"].nunique())),
        (_("coded interviews"), f"{number(coded)} / {number(len(interviews))}"),
    ]


def _tasks(made: Made) -> Section:
    """Put first what waits for a person."""
    section = Section("tasks", _("To do"))
    section.tasks = _to_settle(made)
    uncoded, differing = _uncoded(made), len(made[tables.DISAGREEMENTS])
    if uncoded:
        said = counted("{count} interview not coded", "{count} interviews not coded", len(uncoded))
        section.tasks.append((f"{said} : {some(uncoded)}", "interviews"))
    if differing:
        said = counted(
            "{count} disagreement to discuss", "{count} disagreements to discuss", differing
        )
        section.tasks.append((said, "disagreements"))
    soon = ending(made[tables.SPEAKERS])
    if len(soon):
        said = counted(
            "{count} consent ends within two months",
            "{count} consents end within two months",
            len(soon),
        )
        section.tasks.append((said, "consent"))
    section.tasks += [(line, "remarks") for line in remark_lines(made[tables.REMARKS])]
    if made[tables.INTERVIEWS]["provenance"].eq("fictional").any():
        section.says.append(_("Invented interviews, for the demonstration."))
    if not section.tasks:
        section.says.append(_("Nothing waits for anybody."))
    return section


SECTIONS = (
    _tasks,
    on_corpus.interviews,
    on_corpus.consent,
    on_coding.codes,
    on_coding.agreement,
    on_coding.disagreements,
    on_coding.corrections,
    on_coding.conflicts,
    on_coding.suggesters,
    on_corpus.remarks,
)
