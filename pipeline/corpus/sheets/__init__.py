"""Initiative sheets → the table of initiatives: written ones, tables of others, filled forms.

Here, Markdown with a YAML head, checked by `sheet_values`. `sheet_tables` adds what stands in
tables: `table_sheets` those that a `mapping` explains (records by `table_files`, `workbooks` and
`json_tables`, values by `table_values`), `forms` those on our own form, whose fields `form_fields`
declares. `whereabouts` holds back points that cannot be meant.
"""

import re
from pathlib import Path
from typing import Any

import pandas as pd
from ruamel.yaml.comments import CommentedMap

from pipeline import tables
from pipeline.corpus.encodings import decode
from pipeline.corpus.sheets import sheet_tables, sheet_values
from pipeline.corpus.yaml_files import line_of, load
from pipeline.messages import _
from pipeline.problems import DataError, Problems, nearest
from pipeline.tables.files import typed
from pipeline.tables.shapes import Column

HEAD = re.compile(r"\A---[ \t]*\n(.*?)^---[ \t]*$\n?", re.DOTALL | re.MULTILINE)
SECTION = re.compile(r"^##[ \t]+(.+?)[ \t]*#*$", re.MULTILINE)
SECTIONS = {
    "about": ("Description", "About"),
    "singular": ("Ce qui est singulier et créatif", "What is singular and creative"),
    "business_model": ("Le modèle économique", "The business model"),
    "potential": ("Le potentiel de déploiement", "The potential of deployment"),
    "social_value": ("La valeur sociale", "The social value"),
    "trigger": ("Le déclencheur", "The trigger"),
}
BY_HEADING = {name.lower(): column for column, names in SECTIONS.items() for name in names}
NOT_IN_HEAD = {"initiative_id", "file", "is_coarse", *SECTIONS}
HEAD_COLUMNS = {"id": tables.INITIATIVES.column("initiative_id")} | {
    column.name: column for column in tables.INITIATIVES.columns if column.name not in NOT_IN_HEAD
}


def read(folder: Path, problems: Problems) -> pd.DataFrame:
    """
    Read every sheet in `folder`: Markdown files, tables with their mappings, filled forms.

    Returns:
        tables.INITIATIVES; `attrs["notes"]` says what was changed, held back and left aside.

    Problems: C-32x of sheets, with file and line; C-33x and C-34x of tables, with file and row.

    """
    files = [file for file in sorted(folder.glob("*")) if not file.name.startswith((".", "~"))]
    written = [file for file in files if _is_sheet(file)]
    found = [
        (file, row.get("id_line", 1), row)
        for file in written
        if (row := read_sheet(file, problems)) is not None
    ]
    tabled = sheet_tables.read(files, problems)
    for sheets in tabled:
        for number, row in sheets.rows:
            found.append((sheets.file, number, row | {"file": f"{sheets.file.name}:{number}"}))
    _check_ids(found, problems)
    made = typed(tables.INITIATIVES, [row for _file, _line, row in found])
    made.attrs["notes"] = [note for sheets in tabled for note in sheets.notes]
    aside = [f.name for f in files if not (_is_sheet(f) or _is_told(f) or sheet_tables.is_known(f))]
    if aside:
        made.attrs["notes"].append(_("no sheets: {files}").format(files=", ".join(aside)))
    return made


def _check_ids(found: list[tuple[Path, int, dict[str, Any]]], problems: Problems) -> None:
    seen: dict[str, tuple[Path, int]] = {}
    for file, line, row in found:
        initiative_id = row.get("initiative_id")
        first = seen.setdefault(initiative_id, (file, line)) if initiative_id else (file, line)
        if first != (file, line):
            place = first[0].name if first[0] != file else f"{file.name}:{first[1]}"
            problems.add(
                "C-325",
                file,
                line,
                _('the id "{id}" is also that of {file}').format(id=initiative_id, file=place),
                _("give each sheet an id of its own"),
            )


def _is_told(file: Path) -> bool:
    """Say whether a file is there for people who look into the folder."""
    return file.is_dir() or file.name.startswith(("README", "LISEZMOI", "LICEN"))


def _is_sheet(file: Path) -> bool:
    return file.suffix.lower() == ".md" and not file.name.startswith((".", "~", "README"))


def read_sheet(file: Path, problems: Problems) -> dict[str, Any]:
    """Read one sheet into a row; a field that cannot be understood is a problem and stays empty.

    Beside the columns of tables.INITIATIVES the row has `id_line`, where the id stands.
    """
    opened = open_headed(file, "id, name", problems)
    if opened is None:
        return {}
    fields, text, first_line = opened
    row = {"file": file.name, "id_line": line_of(fields, "id", 2)}
    row |= read_head(fields, HEAD_COLUMNS, file, problems)
    _check_named(fields, file, problems)
    return row | _body(text, first_line, file, problems)


def open_headed(
    file: Path, needed: str, problems: Problems
) -> tuple[CommentedMap, str, int] | None:
    """Open a Markdown file with a YAML head: the head, the text behind it and its first line.

    None where it is no text, has no head (C-321), or one that is no YAML; `needed` names the fields
    for the remedy.
    """
    try:
        text, _encoding = decode(file.read_bytes(), file)
    except DataError as error:
        problems.extend(error.problems)
        return None
    head = HEAD.match(text)
    if not head:
        problems.add(
            "C-321",
            file,
            1,
            _("the file has no head"),
            _("begin with a line ---, then a head with {names}, then a line ---").format(
                names=needed
            ),
        )
        return None
    before = len(problems)
    fields = load(file, problems, head[1], first_line=2)
    if len(problems) > before:
        return None
    return fields, text[head.end() :], text.count("\n", 0, head.end()) + 1


def read_head(
    fields: CommentedMap, columns: dict[str, Column], file: Path, problems: Problems
) -> dict[str, Any]:
    """Give the fields of a head their columns' types. Problems: C-322, C-324, C-326, C-327."""
    row: dict[str, Any] = {}
    for key, value in fields.items():
        line = line_of(fields, key, 2)
        if key not in columns:
            problems.add(
                "C-322",
                file,
                line,
                _('the field "{name}" is not known').format(name=key),
                nearest(str(key), columns),
            )
        elif value is not None and value != "":
            row[columns[key].name] = sheet_values.value(
                columns[key], key, value, file, line, problems
            )
    return row


def _check_named(fields: CommentedMap, file: Path, problems: Problems) -> None:
    for key in ("id", "name"):
        if not fields.get(key):
            problems.add(
                "C-323",
                file,
                1,
                _('the sheet has no "{name}"').format(name=key),
                _("add a line `{name}: …` to its head").format(name=key),
            )


def _body(text: str, first_line: int, file: Path, problems: Problems) -> dict[str, str]:
    """Split the body at its `##` headings into the sections that have a column."""
    pieces = SECTION.split(text)
    row = {"about": pieces[0].strip()} if pieces[0].strip() else {}
    for match, content in zip(SECTION.finditer(text), pieces[2::2], strict=True):
        column = BY_HEADING.get(match[1].lower())
        if column is None:
            line = first_line + text.count("\n", 0, match.start())
            known = [name for names in SECTIONS.values() for name in names]
            problems.add(
                "C-328",
                file,
                line,
                _('the section "{name}" is not known').format(name=match[1]),
                nearest(match[1], known),
            )
        elif content.strip():
            row[column] = "\n\n".join(filter(None, [row.get(column), content.strip()]))
    return row
