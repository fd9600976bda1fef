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
