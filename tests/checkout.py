"""A copy of the project to break: what git would hand out, with this environment behind a link."""

import os
import shutil
import subprocess
from pathlib import Path

from pipeline.folders import PROJECT


def checkout(folder: Path) -> Path:
    """Copy the project's files, with their times, so that make sees what it would see here."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=PROJECT,
        capture_output=True,
        check=True,
    )
    for name in filter(None, listed.stdout.decode().split("\0")):
        source, target = PROJECT / name, folder / name
        if source.is_file():
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(source, target)
    (folder / ".venv").symlink_to(PROJECT / ".venv")
    return folder


def make(project: Path, *words: str, check: bool = True) -> subprocess.CompletedProcess[str]:
    """Run make in a copy of the project, as a person would; CI's own variables do not reach it."""
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("MAKE", "MFLAGS"))}
    return subprocess.run(
        ["make", *words], cwd=project, env=environment, capture_output=True, text=True, check=check
    )


def git(repository: Path, *words: str, day: str = "2013-06-28T10:00:00Z") -> str:
    """Run git as somebody, on a day, whoever tests this; give what it prints."""
    person = {"NAME": "x", "EMAIL": "x@example.org", "DATE": day}
    who = {f"GIT_{who}_{k}": v for who in ("AUTHOR", "COMMITTER") for k, v in person.items()}
    return subprocess.run(
        ["git", *words],
        cwd=repository,
        env=os.environ | who,
        capture_output=True,
        text=True,
        check=True,
    ).stdout


def commit(project: Path) -> Path:
    """Make a copy of the project a repository of one commit."""
    for words in (["init", "-q"], ["add", "-A"], ["commit", "-q", "-m", "x"]):
        git(project, *words)
    return project
