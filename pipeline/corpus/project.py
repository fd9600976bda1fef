"""`project.yaml`: what holds for the whole of a project's material."""

import os
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from ruamel.yaml.comments import CommentedMap

from pipeline.corpus.yaml_files import line_of, load
from pipeline.messages import LANGUAGES, _
from pipeline.problems import Problems, nearest

# `publication` refuses fictional interviews; the others say on every page what is invented.
EDITIONS = ("draft", "demonstration", "publication")
# `de-facto` draws borders as they are administered; `none` draws no border at all.
BORDERS = ("de-facto", "none")
ALLOWED = {"language": LANGUAGES, "edition": EDITIONS, "borders": BORDERS}
# Under 1 nothing would be held back and no picture would be shown.
AT_LEAST_ONE = ("frame_rate", "smallest_cell")


@dataclass(frozen=True)
class Project:
    """The settings of a project; every one has a value when `project.yaml` is silent or absent."""

    title: str = "Sur la route des utopies réalistes"
    language: str = "fr"
    frame_rate: int = 25
    borders: str = "de-facto"
    edition: str = "draft"
    # A published number that rests on fewer voices could point at one of them.
    smallest_cell: int = 3
    count_research_only: bool = False


def read(raw: Path, problems: Problems) -> Project:
    """Read `project.yaml` below `raw`; absent, every setting has its default.

    The environment's `EDITION` wins over the file's `edition`.

    Problems: C-311 a setting is not known, C-312 its value has the wrong kind, C-313 its value is
    none of those allowed.
    """
    file = raw / "project.yaml"
    settings = load(file, problems) if file.exists() else CommentedMap()
    good = {}
    for key, value in settings.items():
        fault = _fault(key, value)
        if fault:
            problems.add(fault[0], file, line_of(settings, key), fault[1], fault[2])
        else:
            good[key] = value
    return Project(**good | _asked(problems))


def _asked(problems: Problems) -> dict[str, str]:
    """Give the edition that this build asks for (`make book EDITION=publication`), if it does."""
    edition = os.environ.get("EDITION", "")
    fault = _fault("edition", edition) if edition else None
    if fault:
        problems.add(fault[0], "EDITION", 0, fault[1], fault[2])
    return {"edition": edition} if edition and not fault else {}


def _fault(key: Any, value: Any) -> tuple[str, str, str] | None:
    """Say what is wrong with a setting: code, fact, remedy; None when it is good."""
    kinds = {field.name: field.type for field in fields(Project)}
    if key not in kinds:
        fact = _('the setting "{name}" is not known').format(name=key)
        return "C-311", fact, nearest(str(key), kinds)
    kind, default = kinds[key], getattr(Project(), key)
    is_wrong = not isinstance(value, str) if kind is str else type(value) is not kind
    if is_wrong or (key in AT_LEAST_ONE and value < 1):
        fact = _('"{name}" has a value of the wrong kind').format(name=key)
        return (
            "C-312",
            fact,
            _("write for instance {name}: {value}").format(
                name=key, value=str(default).lower() if kind is bool else default
            ),
        )
    if key in ALLOWED and value not in ALLOWED[key]:
        fact = _('{name}: "{value}" is not one of the known values').format(name=key, value=value)
        return "C-313", fact, nearest(value, ALLOWED[key])
    return None
