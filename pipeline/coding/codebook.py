"""`codebook.yaml`: questions → themes → codes, each with its words in French and English."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd
from ruamel.yaml.comments import CommentedMap, CommentedSeq

from pipeline import tables
from pipeline.corpus.yaml_files import line_of, load
from pipeline.messages import LANGUAGES, _
from pipeline.problems import Problems, nearest
from pipeline.tables.files import typed

QUESTION_FIELDS = {"id", "name", "short", "themes"}
THEME_FIELDS = {"id", "name", "codes"}
CODE_FIELDS = {"id", "name", "definition", "include", "exclude", "example", "lexicon", "color"}
LEXICON_COLUMNS = ["code", "language", "pattern"]


@dataclass(frozen=True)
class Codebook:
    """The codes in order (tables.CODES), their lexicon (code, language, pattern) and former names."""

    codes: pd.DataFrame
    lexicon: pd.DataFrame
    renamed: dict[str, str]


def read(file: Path, problems: Problems) -> Codebook:
    """Read a codebook. Problems: D-10x, with the line of the entry that is wrong."""
    if not file.is_file():
        problems.add(
            "D-101",
            file,
            0,
            _("the codebook is missing"),
            _("write codebook.yaml: questions, themes, codes; data/raw/codebook.yaml shows how"),
        )
        return Codebook(typed(tables.CODES, []), pd.DataFrame(columns=LEXICON_COLUMNS), {})
    return _Reader(file, problems).read()


class _Reader:
    """Walks the three levels of a codebook and notes every problem with its line."""

    def __init__(self, file: Path, problems: Problems):
        self.file, self.problems = file, problems
        self.seen: dict[str, int] = {}
        self.codes: list[dict[str, Any]] = []
        self.lexicon: list[tuple[str, str, str]] = []

    def read(self) -> Codebook:
        book = load(self.file, self.problems)
        for key in book:
            if key not in {"version", "questions", "renamed"}:
                self._problem(
                    "D-102",
                    line_of(book, key),
                    _('the entry "{name}" is not known').format(name=key),
                    nearest(str(key), ["questions", "renamed", "version"]),
                )
        for question in self._entries(book, "questions", QUESTION_FIELDS):
            for theme in self._entries(question, "themes", THEME_FIELDS):
                for code in self._entries(theme, "codes", CODE_FIELDS):
                    self._code(question, theme, code)
        if not self.codes and not self.problems:
            self._problem(
                "D-103",
                1,
                _("the codebook has no code"),
                _("questions → themes → codes; data/raw/codebook.yaml shows how"),
            )
        renamed = {str(old): str(new) for old, new in (book.get("renamed") or {}).items()}
        return Codebook(
            typed(tables.CODES, self.codes),
            pd.DataFrame(self.lexicon, columns=LEXICON_COLUMNS),
            renamed,
        )

    def _problem(self, code: str, line: int, message: str, hint: str) -> None:
        self.problems.add(code, self.file, line, message, hint)

    def _entries(self, parent: CommentedMap, key: str, fields: set[str]) -> Iterator[CommentedMap]:
        """Yield the entries of a level, written as a list of `- id:` or as `id:` mappings."""
        level = parent.get(key) or []
        if isinstance(level, CommentedMap):
            pairs = [(line_of(level, name), name, entry) for name, entry in level.items()]
        elif isinstance(level, CommentedSeq):
            pairs = [(line_of(level, n), None, entry) for n, entry in enumerate(level)]
        else:
            self._problem(
                "D-104",
                line_of(parent, key) if key in parent else 1,
                _('"{name}" must be a list').format(name=key),
                _("write one `- id: …` for each"),
            )
            return
        for line, name, entry in pairs:
            if not isinstance(entry, CommentedMap):
                self._problem(
                    "D-104",
                    line,
                    _('an entry of "{name}" is not understood').format(name=key),
                    _("write `- id: …`, then its fields below"),
                )
                continue
            if name is not None:
                entry.setdefault("id", name)
            if self._has_id(entry, line, fields):
                yield entry

    def _has_id(self, entry: CommentedMap, line: int, fields: set[str]) -> bool:
        for field in entry:
            if field not in fields:
                self._problem(
                    "D-102",
                    line_of(entry, field),
                    _('the entry "{name}" is not known').format(name=field),
                    nearest(str(field), fields),
                )
        identifier = str(entry.get("id") or "")
        if not identifier:
            self._problem("D-105", line, _("an entry has no id"), _("add a line `id: …`"))
        elif identifier in self.seen and "codes" not in fields and "themes" not in fields:
            self._problem(
                "D-106",
                line,
                _('the code "{id}" is also on line {line}').format(
                    id=identifier, line=self.seen[identifier]
                ),
                _("give each code an id of its own"),
            )
        self.seen.setdefault(identifier, line)
        return bool(identifier)

    def _code(self, question: CommentedMap, theme: CommentedMap, code: CommentedMap) -> None:
        row: dict[str, Any] = {
            "code": str(code["id"]),
            "question": str(question["id"]),
            "theme": str(theme["id"]),
            "position": len(self.codes) + 1,
        }
        for language in LANGUAGES:
            row[f"question_{language}"] = _said(question, "name", language)
            row[f"question_short_{language}"] = (
                _said(question, "short", language) or row[f"question_{language}"]
            )
            row[f"theme_{language}"] = _said(theme, "name", language)
            row[f"code_{language}"] = _said(code, "name", language)
            row[f"definition_{language}"] = _said(code, "definition", language) or None
        self.codes.append(row)
        self.lexicon += [(row["code"], language, p) for language, p in self._patterns(code)]

    def _patterns(self, code: CommentedMap) -> Iterator[tuple[str, str]]:
        lexicon = code.get("lexicon") or {}
        if not isinstance(lexicon, dict):
            lexicon = dict.fromkeys(LANGUAGES, lexicon)
        for language, entries in lexicon.items():
            if language not in LANGUAGES:
                self._problem(
                    "D-107",
                    line_of(code, "lexicon"),
                    _('the lexicon has no language "{name}"').format(name=language),
                    nearest(str(language), LANGUAGES),
                )
            for entry in entries if isinstance(entries, list) else [entries]:
                if entry:
                    yield language, str(entry)


def _said(entry: CommentedMap, field: str, language: str) -> str:
    """Give a text in a language, or in the other one, or, for a name, the id made readable."""
    value = entry.get(field)
    if isinstance(value, dict):
        value = value.get(language) or next((v for v in value.values() if v), None)
    if not value and field == "name":
        value = str(entry["id"]).replace("-", " ").replace("_", " ").capitalize()
    return str(value or "")
