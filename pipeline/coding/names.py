"""Interviews and codes by everything that other tools may call them."""

import unicodedata
from collections import Counter
from pathlib import PurePath

import pandas as pd

from pipeline.coding.codebook import Codebook
from pipeline.messages import spoken


def folded(name: str) -> str:
    """Fold a name: neither case nor white space nor the way of writing é tells two apart."""
    return " ".join(unicodedata.normalize("NFC", str(name)).casefold().split())


def interview_names(interviews: pd.DataFrame) -> dict[str, str]:
    """Know an interview by its id, its file, and its file without ending where that is its own."""
    ids = list(map(str, interviews["interview_id"]))
    files = [str(file) for file in interviews["file"]]
    stems = [PurePath(file).stem for file in files]
    twice = {stem for stem, n in Counter(map(folded, stems)).items() if n > 1}
    names: dict[str, str] = {}
    for said in (ids, files, stems):
        for name, interview_id in zip(said, ids, strict=True):
            if not (said is stems and folded(name) in twice):
                names.setdefault(folded(name), interview_id)
    return names


def code_names(codes: pd.DataFrame) -> dict[str, str]:
    """Name each code of tables.CODES in the language that is spoken now."""
    return dict(zip(codes["code"], codes[f"code_{spoken()}"], strict=True))


class Codes:
    """The codes of the codebook by everything that they are called."""

    def __init__(self, codebook: Codebook):
        self.by_name: dict[str, list[str]] = {}
        self.groups: dict[str, set[str]] = {}
        codes = codebook.codes.astype(object).where(codebook.codes.notna(), None)
        for row in codes.to_dict("records"):
            for name in ("code", "code_fr", "code_en"):
                self._add(row[name], row["code"])
            above = ("theme", "theme_fr", "theme_en", "question", "question_fr", "question_en")
            shorts = ("question_short_fr", "question_short_en")
            self.groups[row["code"]] = {folded(row[n]) for n in (*above, *shorts) if row[n]}
        for former, present in codebook.renamed.items():
            self._add(former, present)
        self.names = [str(n) for c in ("code", "code_fr", "code_en") for n in codes[c] if n]

    def _add(self, name: str | None, code: str) -> None:
        known = self.by_name.setdefault(folded(name or ""), [])
        if name and code not in known:
            known.append(code)

    def find(self, path: list[str]) -> str | None:
        """Find a code by its name; of two of one name, the one below the same group."""
        found = self.by_name.get(folded(path[-1]), [])
        if len(found) > 1:
            above = {folded(name) for name in path[:-1]}
            found = [code for code in found if self.groups.get(code, set()) & above]
        return found[0] if len(found) == 1 else None
