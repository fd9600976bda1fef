"""What reviewers decided on the suggestions: read back from `suggestions.csv`, which `sheet` wrote.

However a spreadsheet mangled it: `;` or `,`, UTF-8 or Windows-1252, VRAI for oui.
"""

import re
import unicodedata
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd

from pipeline import tables
from pipeline.coding.anchors import CONTEXT
from pipeline.coding.codebook import Codebook
from pipeline.coding.review.sheet import RUNS, Row, records
from pipeline.corpus import handkept
from pipeline.corpus.encodings import decode
from pipeline.messages import _
from pipeline.problems import DataError, Problems, nearest
from pipeline.tables.files import typed

SAID = {
    "accept": "accept accepted accepte accepter ok oui o yes y true vrai 1 x v ✓ ✔ juste d'accord",
    "reject": "reject rejected rejete rejeter refuse refuser non n no false faux 0 ✗ ✘",
    "correct": "correct corrected corrige corriger modifier",
}
MEANS = {word: decision for decision, words in SAID.items() for word in words.split()}


class Decisions(NamedTuple):
    """What reviewers decided.

    `accepted`: tables.CODINGS_BY_HAND, `line` and `file`; `coder` is the reviewer, `code` the
    right one. `rejected`: the same columns; `code` is the one that was suggested, `coder` empty.
    """

    accepted: pd.DataFrame
    rejected: pd.DataFrame
    notes: list[str]


def is_review(file: Path) -> bool:
    """Whether a CSV is a review: its header has a column `decision`."""
    try:
        text, _encoding = decode(file.read_bytes(), file)
    except (DataError, OSError):
        return False
    header = next((line for line in text.split("\n") if line.strip()), "").lower()
    return "decision" in {name.strip('" \t') for name in re.split(r"[,;\t]", header)}


def decisions(path: Path, codebook: Codebook, problems: Problems) -> Decisions:
    """
    Read the reviews in a folder, or one.

    Args:
        path: The folder `codings`, or a CSV.
        codebook: Codes may be written by their former ids, and the corrected one by its name.
        problems: Collects D-004 (unknown code), D-241 (a decision that is not understood), D-242
            (corrected, but to what?), D-243 (a corrected code beside another decision), D-244 (no
            reviewer), and C-2xx.

    Returns:
        Decisions; rows on which nobody decided are left out.

    """
    files = sorted(path.glob("*.csv")) if path.is_dir() else [path]
    accepted, rejected, notes = [], [], []
    for file in files:
        if file.name.startswith(".") or not is_review(file):
            continue
        kept = handkept.read(file, tables.REVIEW, problems)
        notes += handkept.note_lines(kept)
        reader = _Reader(file, codebook, problems)
        for row in records(kept.rows, [*tables.REVIEW.names, "line"]):
            reader.take({name: _unharmed(cell) for name, cell in row.items()})
        accepted += reader.accepted
        rejected += reader.rejected
    return Decisions(_frame(accepted), _frame(rejected), notes)


def _unharmed(cell: Any) -> Any:
    is_marked = isinstance(cell, str) and cell.startswith(tuple(f"'{sign}" for sign in RUNS))
    return cell[1:] if is_marked else cell


def _frame(made: list[Row]) -> pd.DataFrame:
    frame = typed(tables.CODINGS_BY_HAND, made)
    frame["line"] = pd.array([row["line"] for row in made], dtype=pd.Int64Dtype())
    frame["file"] = pd.array([row["file"] for row in made], dtype=pd.StringDtype(na_value=pd.NA))
    return frame


class _Reader:
    """Sorts the rows of one review."""

    def __init__(self, file: Path, codebook: Codebook, problems: Problems):
        self.file, self.renamed, self.problems = file, codebook.renamed, problems
        codes = codebook.codes
        self.codes = {str(code) for code in codes["code"]}
        named = [codes["code"], codes["code_fr"], codes["code_en"]]
        self.by_name = {
            _folded(name): code
            for names in reversed(named)
            for name, code in zip(names, codes["code"], strict=True)
        }
        self.accepted: list[Row] = []
        self.rejected: list[Row] = []

    def take(self, row: Row) -> None:
        """Sort one row; a row that nobody decided on is passed over."""
        written, corrected = row["decision"] or "", row["corrected_code"]
        decision = MEANS.get(_folded(written), "")
        if written and not decision:
            self._problem(
                row,
                "D-241",
                _('the decision "{decision}" is not understood').format(decision=written),
                _("write accept, reject or correct (accepter, rejeter, corriger), or nothing"),
            )
        elif corrected and decision != "correct":
            self._problem(
                row,
                "D-243",
                _("there is a corrected code, but the decision is not to correct"),
                _("write correct as decision, or empty `corrected_code`"),
            )
        elif decision == "correct" and not corrected:
            self._problem(
                row,
                "D-242",
                _("the code is to be corrected, but the right one is missing"),
                _("write it as `corrected_code`; if the suggestion is right, write accept"),
            )
        elif decision:
            self._decided(decision, row)

    def _decided(self, decision: str, row: Row) -> None:
        if not all(row[name] for name in ("interview_id", "exact", "code")):
            return  # told already: a cell is empty that must not be
        suggested = str(self.renamed.get(row["code"], row["code"]))
        about = {**row, "code": suggested, "file": str(self.file), "created_at": None}
        right = None
        if decision != "reject":
            if not row["reviewer"]:
                self._problem(
                    row,
                    "D-244",
                    _("nobody is named who decided"),
                    _("write a name as `reviewer` in every row with a decision"),
                )
            right = self._code(row, str(row["corrected_code"] or suggested))
            self.accepted += [{**about, "code": right, "coder": row["reviewer"]}] if right else []
        if right != suggested:
            self.rejected.append({**about, "coder": None})

    def _code(self, row: Row, written: str) -> str | None:
        """Give the present id of a code written by id or name; D-004 when there is none."""
        present = self.renamed.get(written, written)
        code = present if present in self.codes else self.by_name.get(_folded(written))
        if code is None:
            self._problem(
                row,
                "D-004",
                _('code "{code}" is not in the codebook').format(code=written),
                _("add it to codebook.yaml, or map it under `renamed:`. {nearest}").format(
                    nearest=nearest(written, self.codes)
                ),
            )
        return code

    def _problem(self, row: Row, code: str, fact: str, remedy: str) -> None:
        self.problems.add(code, self.file, int(row["line"]), fact, remedy)


def _folded(words: str) -> str:
    apart = unicodedata.normalize("NFD", words.replace("’", "'").lower())
    return " ".join("".join(c for c in apart if not unicodedata.combining(c)).split()).strip(" .!")


def restored(decided: pd.DataFrame, text: str, text_sha256: str) -> pd.DataFrame:
    """
    Give back the words that a spreadsheet damaged, as Windows-1252 does with what it lacks.

    Args:
        decided: Rows of `Decisions` on one interview.
        text: Its text.
        text_sha256: Of that text; rows made on another one stay as they are.

    """
    same = (
        decided["text_sha256"].eq(text_sha256) & decided["start"].notna() & decided["end"].notna()
    )
    same &= decided["end"].le(len(text)) & decided["start"].lt(decided["end"])
    same = same.fillna(False).to_numpy(bool)
    made = decided.copy()
    spans = list(zip(decided.loc[same, "start"], decided.loc[same, "end"], strict=True))
    made.loc[same, "exact"] = [text[a:b] for a, b in spans]
    made.loc[same, "prefix"] = [text[max(0, a - CONTEXT) : a] for a, _b in spans]
    made.loc[same, "suffix"] = [text[b : b + CONTEXT] for _a, b in spans]
    return made
