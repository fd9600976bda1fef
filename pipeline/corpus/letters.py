"""Letters between the travellers and the classes, and pages of the diary: Markdown with a head."""

from pathlib import Path
from typing import Any

import pandas as pd

from pipeline import tables
from pipeline.corpus import consent
from pipeline.corpus.sheets import open_headed, read_head
from pipeline.corpus.yaml_files import line_of
from pipeline.messages import _
from pipeline.problems import Problems, nearest
from pipeline.tables.files import typed

NOT_IN_HEAD = {"letter_id", "in_force", "is_coarse", "text", "file"}
HEAD_COLUMNS = {c.name: c for c in tables.LETTERS.columns if c.name not in NOT_IN_HEAD}
NEEDED = ("date", "author", "author_role")


def read(folder: Path, language: str, problems: Problems) -> pd.DataFrame:
    """
    Read every letter in `folder` as tables.LETTERS, in order of date; no folder, no letter.

    `attrs["unsure"]` lists the ids of letters that are not wholly understood.

    Problems: C-321 … C-324 (the head), C-441 a field is missing, C-442 the letter is empty.
    """
    rows, unsure = [], set()
    for file in sorted(folder.glob("*.md")):
        if not file.name.startswith((".", "~", "README")):
            before = len(problems)
            own = _letter(file, language, problems)
            if len(problems) > before and not any(row.get("withdrawn_on") for row in own):
                unsure.add(file.stem)
            rows += own
    letters = typed(tables.LETTERS, rows)
    letters["in_force"] = consent.in_force(letters)
    letters["is_coarse"] = False
    letters.attrs["unsure"] = sorted(unsure)
    return letters.sort_values(["date", "letter_id"], kind="stable", ignore_index=True)


def in_places(
    letters: pd.DataFrame, folder: Path, initiatives: pd.DataFrame, problems: Problems
) -> pd.DataFrame:
    """Check where the letters were written (C-443); complete `is_coarse`."""
    known = set(initiatives["initiative_id"])
    for file, name in letters[["file", "initiative_id"]].dropna().to_numpy():
        if name not in known:
            fact = _('{column}: "{id}" is not known').format(column="initiative_id", id=name)
            problems.add("C-443", folder / file, 1, fact, nearest(name, known))
    coarse = initiatives.loc[initiatives["is_coarse"], "initiative_id"]
    return letters.assign(is_coarse=letters["initiative_id"].isin(coarse).fillna(False))


def _letter(file: Path, language: str, problems: Problems) -> list[dict[str, Any]]:
    opened = open_headed(file, ", ".join(NEEDED), problems)
    if opened is None:
        return []
    fields, text, first_line = opened
    head = read_head(fields, HEAD_COLUMNS, file, problems)
    if fields.get("withdrawn_on") and not head.get("withdrawn_on"):
        head["withdrawn_on"] = consent.today()  # not understood, and a withdrawal all the same
    for name in NEEDED:
        if fields.get(name) in (None, ""):
            fact = _('the letter has no "{name}"').format(name=name)
            add = _("add a line `{name}: …` to its head").format(name=name)
            problems.add("C-441", file, line_of(fields, name, 2), fact, add)
    if not text.strip():
        problems.add("C-442", file, first_line, _("the letter is empty"), _("write it, or delete"))
    default = {"provenance": "real", "language": language}
    return [{**default, **head, "letter_id": file.stem, "text": text.strip(), "file": file.name}]
