"""YAML that people wrote, with the line of every key."""

from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.constructor import ConstructorError, RoundTripConstructor
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import Node
from ruamel.yaml.reader import ReaderError

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
        problems: Collects C-301, this is not YAML, and C-302, this is no mapping.
        text: The YAML itself, when it is only a part of the file.
        first_line: The file's line on which `text` begins.

    """
    source = text or ""
    try:
        source = decode(file.read_bytes(), file)[0] if text is None else text
        loaded = _yaml().load(source)
    except DataError as error:
        problems.extend(error.problems)
    except (YAMLError, RecursionError) as error:
        line, fact = _fault(error, source)
        fact = _("this is not YAML: {error}").format(error=fact)
        problems.add("C-301", file, first_line + line, fact, _remedy(error))
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


class _Constructor(RoundTripConstructor):
    """Says where a date or a number stands that is none; ruamel only says what is wrong with it."""

    def construct_object(self, node: Node, deep: bool = False) -> Any:
        try:
            return super().construct_object(node, deep)
        except ValueError as error:
            raise ConstructorError(problem=str(error), problem_mark=node.start_mark) from None


def _yaml() -> YAML:
    yaml = YAML(typ="rt")
    yaml.Constructor = _Constructor
    return yaml


def _fault(error: Exception, source: str) -> tuple[int, str]:
    """Say how many lines stand before the fault, and what it is."""
    if isinstance(error, MarkedYAMLError):
        mark = error.problem_mark or error.context_mark
        last = source.rstrip("\n").count("\n")
        return min(mark.line, last) if mark else 0, str(error.problem)
    if isinstance(error, ReaderError):
        return source.count("\n", 0, error.position), str(error.reason)
    return 0, str(error)


def _remedy(error: Exception) -> str:
    if isinstance(error, ConstructorError):
        return _("look at the dates and numbers of this line")
    return _("look at the indentation, the colons and the quotes of this line")


def line_of(node: CommentedMap | CommentedSeq, key: Any, first_line: int = 1) -> int:
    """Say on which line of the file `key` of a loaded mapping (or item of a list) stands."""
    positions = node.lc.data or {}
    line = positions[key][0] if key in positions else node.lc.line
    return int(line or 0) + first_line
