"""Chapters + facts + quotes + pictures → one checked document in Markdown.

A chapter is a template (sandbox.py): `{{ fact("…") }}`, `{{ quote("…") }}`, `{{ figure("…") }}`,
`{{ initiative("…").name }}` (names.py). A name that is not known is a problem with the file, the
line and the nearest names; all of them are reported at once.
"""

import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd
from jinja2 import FunctionLoader, TemplateError, TemplateSyntaxError

from pipeline.corpus.encodings import decode
from pipeline.messages import _
from pipeline.problems import DataError, Problems, shown
from pipeline.publication import sheets
from pipeline.publication.names import SHEETS, Cited, Material, Names
from pipeline.publication.sandbox import Sandbox


@dataclass
class Manuscript:
    """Rendered chapters (name → Markdown), what the door held back, the photographs they show.

    `cited` are passages, photographs and letters with the chapter and line that show them.
    """

    chapters: dict[str, str] = field(default_factory=dict)
    held_back: list[str] = field(default_factory=list)
    photos: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    cited: list[Cited] = field(default_factory=list)


def render(folder: Path, material: Material, problems: Problems) -> Manuscript:
    """
    Render every chapter of `folder/chapters`.

    Args:
        folder: A manuscript.
        material: What its chapters may name.
        problems: Collects B-00x with the file and line of each name that is not known.

    Returns:
        The chapters in the order of their file names.

    """
    chapters, made = folder / "chapters", Manuscript()
    names = Names(chapters, material, problems)
    sources = _sources(chapters, made, problems)
    loader = FunctionLoader(lambda name: (sources[name], str(chapters / name), lambda: True))
    environment = Sandbox(loader, names.functions())
    for name in sources:
        text = _render_one(environment, chapters / name, problems)
        if text is not None:
            made.chapters |= _with_sheets(name, text, material)
    made.held_back += names.used.held_back
    made.photos += names.used.photos
    made.cited += names.used.cited
    return made


def _with_sheets(name: str, text: str, material: Material) -> dict[str, str]:
    """Put the sheets that a chapter asks for behind what it says, each as a chapter of its own."""
    chapters: dict[str, str] = {}
    for number, part in enumerate(text.split(SHEETS)):
        if number % 2 == 0:
            own = name if number == 0 else f"{name}#{number}"
            chapters |= {own: part} if part.strip() or number == 0 else {}
            continue
        for initiative_id, row in _sheets(part, material.initiatives).items():
            written = sheets.chapter(initiative_id, row, material.language)
            chapters[f"{name}#{number}-{initiative_id}"] = written
    return chapters


def _sheets(provenance: str, initiatives: pd.DataFrame) -> dict[str, dict[str, Any]]:
    """Choose the sheets of a provenance, in the order of the journey, else by region and name."""
    wanted = initiatives["provenance"].eq(provenance) | (provenance == "")
    order = ["visited_date", "region", "name"]
    rows = initiatives[wanted].sort_values(order, kind="stable", na_position="last")
    return {str(key): row for key, row in rows.to_dict("index").items()}


def _sources(chapters: Path, made: Manuscript, problems: Problems) -> dict[str, str]:
    """Read the chapters in the order of their names, but not what an editor hides beside them."""
    sources = {}
    files = [f for f in chapters.glob("*.md") if f.is_file() and not f.name.startswith(".")]
    for file in sorted(files):
        try:
            sources[file.name], encoding = decode(file.read_bytes(), file)
        except DataError as error:
            problems.extend(error.problems)
            continue
        if not encoding.startswith("utf-8"):
            read_as = _("{file}: read as {encoding}; save it as UTF-8")
            made.notes.append(read_as.format(file=shown(file), encoding=encoding))
    if not files:
        problems.add(
            "B-009", chapters, 0, _("the manuscript has no chapter"), _("write chapters/01-….md")
        )
    return sources


def _render_one(environment: Sandbox, file: Path, problems: Problems) -> str | None:
    try:
        return environment.get_template(file.name).render()
    except TemplateSyntaxError as error:
        line, said = error.lineno, error.message
        hint = _('look at the {{ … }} of this line; a {{ that is text is written {{ "{{" }}')
    except TemplateError as error:
        line, said = _template_line(sys.exc_info()[2]), error.message
        hint = _("chapters know {names}").format(names=", ".join(environment.globals))
    # A chapter may call our functions with anything: whatever they answer is the chapter's fault.
    except (TypeError, ValueError, ArithmeticError, LookupError, RecursionError) as error:
        line, said = _template_line(sys.exc_info()[2]), str(error)
        hint = _("look at the {{ … }} of this line")
    problems.add("B-005", file, line, str(said), hint)
    return None


def _template_line(trace: Any) -> int:
    """Find the line of the chapter in a traceback that went through it; 1 when it did not."""
    line = 1
    while trace is not None:
        # Jinja rewrites the traceback, so that a frame of the chapter has its file and line.
        if trace.tb_frame.f_code.co_filename.endswith(".md"):
            line = trace.tb_lineno
        trace = trace.tb_next
    return line
