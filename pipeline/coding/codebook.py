"""`codebook.yaml`: questions → themes → codes, each with its words in French and English."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd
from ruamel.yaml.comments import CommentedMap, CommentedSeq, TaggedScalar

from pipeline import tables
from pipeline.coding import patterns
from pipeline.corpus.yaml_files import line_of, load
from pipeline.messages import LANGUAGES, _
from pipeline.problems import Problems, nearest
from pipeline.tables.files import typed

BOOK_FIELDS = {"version", "questions", "renamed"}
TEXTS = {"name", "short", "definition", "include", "exclude", "example"}
FIELDS = {
    "questions": {"id", "name", "short", "themes"},
    "themes": {"id", "name", "codes"},
    "codes": {*TEXTS, "id", "lexicon", "color"} - {"short"},
}
# A question's id names a folder of figures; a code's stands between slashes in the name of a quote.
IDS = {
    "questions": re.compile(r"[\w-]+"),
    "themes": re.compile(r'[^/\\"\n\t]+'),
    "codes": re.compile(r'[^/\\"\n\t]+'),
}
COLOR = re.compile(r"#?([0-9A-Fa-f]{6}|[0-9A-Fa-f]{3})")
LEXICON_COLUMNS = ["code", "language", "pattern"]


@dataclass(frozen=True)
class Codebook:
    """The codes in order (tables.CODES), their lexicon (code, language, pattern), former names."""

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
        self.seen: dict[tuple[str, str, str], int] = {}
        self.codes: list[dict[str, Any]] = []
        self.lexicon: list[tuple[str, str, str]] = []

    def read(self) -> Codebook:
        before = len(self.problems)
        book = load(self.file, self.problems)
        self._check_fields(book, BOOK_FIELDS)
        for question in self._entries(book, "questions"):
            for theme in self._entries(question, "themes", str(question["id"])):
                for code in self._entries(theme, "codes"):
                    self._code(question, theme, code)
        if not self.codes and len(self.problems) == before:
            self._problem(
                "D-103",
                1,
                _("the codebook has no code"),
                _("questions → themes → codes; data/raw/codebook.yaml shows how"),
            )
        return Codebook(
            typed(tables.CODES, self.codes),
            pd.DataFrame(self.lexicon, columns=LEXICON_COLUMNS),
            self._renamed(book),
        )

    def _problem(self, code: str, line: int, message: str, hint: str) -> None:
        self.problems.add(code, self.file, line, message, hint)

    def _check_fields(self, entry: CommentedMap, known: set[str]) -> None:
        for field in entry:
            if field not in known:
                self._problem(
                    "D-102",
                    line_of(entry, field),
                    _('the entry "{name}" is not known').format(name=field),
                    nearest(str(field), known),
                )

    def _entries(self, parent: CommentedMap, key: str, within: str = "") -> Iterator[CommentedMap]:
        """Yield the sound entries of a level; ids are unique in `within`, or in the whole book."""
        for line, entry in self._level(parent, key):
            if not isinstance(entry, CommentedMap):
                self._problem(
                    "D-104",
                    line,
                    _('an entry of "{name}" is not understood').format(name=key),
                    _("write `- id: …`, then its fields below"),
                )
                continue
            self._check_fields(entry, FIELDS[key])
            self._check_texts(entry)
            if self._has_id(entry, line, key, within):
                yield entry

    def _level(self, parent: CommentedMap, key: str) -> list[tuple[int, Any]]:
        """List a level with its lines, written as a list of `- id:` or as `id:` mappings."""
        level = parent.get(key)
        if isinstance(level, CommentedMap):
            for name, entry in level.items():
                if isinstance(entry, CommentedMap):
                    entry.setdefault("id", name)
            return [(line_of(level, name), entry) for name, entry in level.items()]
        if isinstance(level, CommentedSeq):
            return [(line_of(level, number), entry) for number, entry in enumerate(level)]
        if level is not None:
            self._problem(
                "D-104",
                line_of(parent, key),
                _('"{name}" must be a list').format(name=key),
                _("write one `- id: …` for each"),
            )
        return []

    def _has_id(self, entry: CommentedMap, line: int, level: str, within: str) -> bool:
        value = entry.get("id")
        if value is None or value == "":
            self._problem("D-105", line, _("an entry has no id"), _("add a line `id: …`"))
            return False
        if not _is_scalar(value) or not IDS[level].fullmatch(str(value)):
            self._problem(
                "D-108",
                line,
                _('"{id}" cannot be an id').format(id=value),
                _("write letters, digits and hyphens"),
            )
            return False
        if (level, within, str(value)) in self.seen:
            self._problem(
                "D-106",
                line,
                _('the id "{id}" is also on line {line}').format(
                    id=value, line=self.seen[level, within, str(value)]
                ),
                _("give each an id of its own"),
            )
        self.seen.setdefault((level, within, str(value)), line)
        return True

    def _check_texts(self, entry: CommentedMap) -> None:
        """Note every field that holds a list or worse where a text, or one a language, belongs."""
        for field in TEXTS & set(entry):
            value = entry[field]
            if isinstance(value, CommentedMap):
                self._check_fields(value, set(LANGUAGES))
            for said in value.values() if isinstance(value, dict) else [value]:
                if not _is_scalar(said):
                    self._not_text(line_of(entry, field), field)

    def _not_text(self, line: int, field: str) -> None:
        self._problem(
            "D-104",
            line,
            _('"{name}" must be a text').format(name=field),
            _('write {name}: "…", or one text for each language').format(name=field),
        )

    def _code(self, question: CommentedMap, theme: CommentedMap, code: CommentedMap) -> None:
        row: dict[str, Any] = {
            "code": str(code["id"]),
            "question": str(question["id"]),
            "theme": str(theme["id"]),
            "color": self._color(code),
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

    def _color(self, code: CommentedMap) -> str | None:
        """Give a code's colour as six digits; D-111 for what is none."""
        value = code.get("color")
        if value is None:
            return None
        match = COLOR.fullmatch(str(value))
        if match is None:
            self._problem(
                "D-111",
                line_of(code, "color"),
                _('"{color}" is no colour').format(color=value),
                _("write red, green and blue in two digits each, in quotes: `'#1F4E79'`"),
            )
            return None
        digits = match[1] if len(match[1]) == 6 else "".join(2 * digit for digit in match[1])
        return f"#{digits.upper()}"

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
            is_list = isinstance(entries, list)
            for place, entry in enumerate(entries if is_list else [entries]):
                # The line of the entry, where each stands on its own.
                line = line_of(entries, place) if is_list else line_of(code, "lexicon")
                if entry is not None and self._is_pattern(entry, line):
                    yield language, str(entry)

    def _is_pattern(self, entry: Any, line: int) -> bool:
        if not _is_scalar(entry):
            self._not_text(line, "lexicon")
            return False
        # YAML reads `!nulle part` as a word of another kind, and would leave `part`.
        if isinstance(entry, TaggedScalar):
            fact = _('"{pattern}" of the lexicon stands without quotes')
            written = f"{entry.tag} {entry.value}"
            self._problem(
                "D-109",
                line,
                fact.format(pattern=written),
                _("put quotation marks around it"),
            )
            return False
        try:
            patterns.parse(str(entry))
        except patterns.BadPattern as bad:
            self._problem("D-109", line, bad.fact, bad.remedy)
            return False
        return True

    def _renamed(self, book: CommentedMap) -> dict[str, str]:
        """Give the present code of each former one; a code renamed twice leads to the last name."""
        written = book.get("renamed") or CommentedMap()
        if not isinstance(written, CommentedMap) or not all(map(_is_scalar, written.values())):
            self._problem(
                "D-104",
                line_of(book, "renamed"),
                _('an entry of "{name}" is not understood').format(name="renamed"),
                _("write one `former: present` a line"),
            )
            return {}
        steps = {str(old): str(new) for old, new in written.items()}
        known = {code["code"] for code in self.codes}
        for old in written if known else []:
            if _last(str(old), steps) not in known or str(old) in known:
                self._problem(
                    "D-110",
                    line_of(written, old),
                    _("`renamed: {old}` must lead from a former code to a present one").format(
                        old=old
                    ),
                    nearest(steps[str(old)], known),
                )
        return {old: _last(old, steps) for old in steps}


def _is_scalar(value: Any) -> bool:
    return not isinstance(value, dict | list | set)


def _last(old: str, steps: dict[str, str]) -> str:
    passed: set[str] = set()
    while old in steps and old not in passed:
        passed.add(old)
        old = steps[old]
    return old


def _said(entry: CommentedMap, field: str, language: str) -> str:
    """Give a text in a language, or in the other one, or, for a name, the id made readable."""
    value = entry.get(field)
    if isinstance(value, dict):
        value = value.get(language) or next((v for v in value.values() if v), None)
    if not value and field == "name":
        value = str(entry["id"]).replace("-", " ").replace("_", " ").capitalize()
    return str(value or "")
