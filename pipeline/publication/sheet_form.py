"""`make forms`: the form for those who describe an initiative, as XLSX, ODS and on paper.

What is filled in reads back as a sheet without more ado (`corpus/forms.py`).
"""

from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from pipeline.corpus import project
from pipeline.corpus.project import Project
from pipeline.corpus.sheets import form_fields
from pipeline.corpus.sheets.form_fields import FormField
from pipeline.folders import PROJECT, Folders
from pipeline.messages import _
from pipeline.problems import Problems, shown
from pipeline.publication import epoch, form_ods, form_workbook, pdf
from pipeline.publication.document import Shelf
from pipeline.stages import Stage, counted
from pipeline.tables import files

THEME = PROJECT / "book" / "theme"
# Answers that are ticked on paper; countries are too many.
TICKED = ("status", "scale")
# Short answers that stand side by side on paper.
PAIRED = (
    ("place", "countries"),
    ("founded_year", "members_count"),
    ("domains", "themes"),
    ("organisation", "leader"),
    ("partners", "call_to_action"),
    ("visited_date", "sources"),
)


def run(folders: Folders) -> None:
    """Write `dist/forms/`; a DataError tells what is wrong with `project.yaml`."""
    problems = Problems()
    with Stage("forms") as stage:
        settings = project.read(folders.raw, problems)
        problems.check()
        made = build(settings, epoch.of(folders))
        files.write_folder(folders.dist / "forms", made)
        stage.made.append(counted("{count} form", "{count} forms", len(made)))
        stage.notes.append(shown(folders.dist / "forms"))


def build(settings: Project, when: int) -> dict[str, bytes]:
    """Make the forms in the project's language: file name → bytes; `when` dates them."""
    said = form_fields.fields()
    one, many = _("initiative-sheet"), _("initiatives-table")
    with epoch.pinned(when):
        paper = to_paper(said, settings)
    return {
        f"{one}.xlsx": form_workbook.single(said, settings.language, when),
        f"{one}.ods": form_ods.single(said, settings.language, when),
        f"{one}.pdf": paper,
        f"{many}.xlsx": form_workbook.several(said, settings.language, when),
        f"{many}.ods": form_ods.several(said, settings.language, when),
    }


def to_paper(said: list[FormField], settings: Project) -> bytes:
    """Lay the form out as two pages of A4, to photocopy and fill in by hand."""
    nowhere = Shelf(Path(), Path(), Path())
    return pdf.to_pdf(paper_html(said, settings), THEME, nowhere)


def paper_html(said: list[FormField], settings: Project) -> str:
    """Fill in the page's template."""
    parts = [
        (part, title, _rows([one for one in said if _is_of(one, part)], settings.language))
        for part, title in form_fields.titles().items()
    ]
    environment = Environment(
        loader=FileSystemLoader(THEME), autoescape=True, undefined=StrictUndefined
    )
    return environment.get_template("form.html").render(
        language=settings.language,
        project=settings.title,
        title=_("Describe an initiative"),
        intro=_("What you do not know stays empty. Nobody is named who has not said yes."),
        parts=[part for part in parts if part[2]],
    )


def _is_of(one: FormField, part: str) -> bool:
    return one.part == part and one.lines > 0


def _rows(said: list[FormField], language: str) -> list[list[dict[str, object]]]:
    """Lay fields out, one or two in a row."""
    seconds = {second: first for first, second in PAIRED}
    rows: list[list[dict[str, object]]] = []
    for one in said:
        if rows and rows[-1][0]["key"] == seconds.get(one.key):
            rows[-1].append(_on_paper(one, language))
        else:
            rows.append([_on_paper(one, language)])
    return rows


def _on_paper(one: FormField, language: str) -> dict[str, object]:
    words = form_fields.choices(one.column, language) if one.key in TICKED else {}
    return {
        "key": one.key,
        "label": one.label,
        "help": one.help,
        "lines": one.lines,
        "ticks": list(words.values()),
    }
