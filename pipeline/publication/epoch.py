"""The date of a book: of what it is built from, so that two builds give the same bytes."""

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager

from pipeline.folders import PROJECT, Folders

VARIABLE = "SOURCE_DATE_EPOCH"
# Without a history: the day on which the project ended, 28 June 2013.
FIXED = 1372377600
CODE = ("pipeline", "book", "requirements.lock")


def of(folders: Folders) -> int:
    """
    Give the date of a build, in seconds since 1970.

    It is the environment's `SOURCE_DATE_EPOCH` where one is set, else the date of the last commit
    that touched what the book is built from, else `FIXED`. What lies outside the project's
    repository has no history here; a shallow clone knows its last commit only.
    """
    if os.environ.get(VARIABLE, "").isdigit():
        return int(os.environ[VARIABLE])
    built_from = [PROJECT / name for name in CODE] + [
        folders.raw,
        folders.manuscript or folders.raw,
    ]
    within = [str(p.resolve()) for p in built_from if p.resolve().is_relative_to(PROJECT.resolve())]
    if _git("rev-parse", "--show-prefix") != "":  # no repository, or only a folder of another
        return FIXED
    said = _git("log", "-1", "--format=%ct", "--", *within)
    return int(said) if said else FIXED


def _git(*command: str) -> str | None:
    """Ask git about the project; None where there is no git, or no repository that it trusts."""
    try:
        run = subprocess.run(
            ["git", "-C", str(PROJECT), *command], capture_output=True, text=True, check=True
        )
    except (OSError, subprocess.CalledProcessError):
        return None
    return run.stdout.strip()


@contextmanager
def pinned(epoch: int) -> Iterator[None]:
    """Let the programs that stamp what they write (fontTools, pandoc) use this date inside."""
    before = os.environ.get(VARIABLE)
    os.environ[VARIABLE] = str(epoch)
    try:
        yield
    finally:
        if before is None:
            del os.environ[VARIABLE]
        else:
            os.environ[VARIABLE] = before
