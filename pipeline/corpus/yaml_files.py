"""YAML that people wrote, with the line of every key."""

from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.error import MarkedYAMLError

from pipeline.corpus.encodings import decode
from pipeline.messages import _
from pipeline.problems import DataError, Problems


def load(
    file: Path, problems: Problems, text: str | None = None, first_line: int = 1
) -> CommentedMap:
    """
    Read a mapping; on any fault note a problem and return an empty one.

    Args:
        file: Where it stands, for the message; read when `text` is not given.
        text: The YAML itself, when it is only a part of the file.
        first_line: The file's line on which `text` begins.

    """
    try:
        source = decode(file.read_bytes(), file)[0] if text is None else text
        loaded = YAML(typ="rt").load(source)
    except DataError as error:
        problems.extend(error.problems)
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + first_line if mark else first_line
        problems.add(
            "C-301",
            file,
            line,
            _("this is not YAML: {error}").format(error=error.problem),
            _("look at the indentation, the colons and the quotes of this line"),
        )
    except (ValueError, RecursionError) as error:
        problems.add(
            "C-301",
            file,
            first_line,
            _("this is not YAML: {error}").format(error=error),
            _("look at the dates and numbers of this part"),
        )
    else:
        if isinstance(loaded, CommentedMap):
            return loaded
        if loaded is not None:
            problems.add(
                "C-302",
                file,
                first_line,
                _("a list of `name: value` is expected"),
                _("write one `name: value` a line"),
            )
    return CommentedMap()


def line_of(node: CommentedMap | CommentedSeq, key: Any, first_line: int = 1) -> int:
    """Say on which line of the file `key` of a loaded mapping (or item of a list) stands."""
    positions = node.lc.data or {}
    line = positions[key][0] if key in positions else node.lc.line
    return int(line or 0) + first_line
