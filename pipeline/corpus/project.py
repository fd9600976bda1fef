"""`project.yaml`: what holds for the whole of a project's material."""

from dataclasses import dataclass, fields
from pathlib import Path

from pipeline.corpus.yaml_files import line_of, load
from pipeline.messages import LANGUAGES, _
from pipeline.problems import Problems, nearest


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
    """Read `project.yaml` below `raw`; C-31x says which setting is not known or has the wrong type."""
    file = raw / "project.yaml"
    if not file.exists():
        return Project()
    settings = load(file, problems)
    known = {field.name: field.type for field in fields(Project)}
    good = {}
    for key, value in settings.items():
        line = line_of(settings, key)
        if key not in known:
            problems.add(
                "C-311",
                file,
                line,
                _('the setting "{name}" is not known').format(name=key),
                nearest(str(key), known),
            )
        elif type(value) is not known[key] and not (known[key] is str and isinstance(value, str)):
            problems.add(
                "C-312",
                file,
                line,
                _('"{name}" has a value of the wrong kind').format(name=key),
                _("write for instance {name}: {value}").format(
                    name=key, value=getattr(Project(), key)
                ),
            )
        elif key == "language" and value not in LANGUAGES:
            problems.add(
                "C-313",
                file,
                line,
                _('the language "{name}" is not spoken here').format(name=value),
                nearest(value, LANGUAGES),
            )
        else:
            good[key] = value
    return Project(**good)
