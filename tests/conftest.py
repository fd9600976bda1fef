"""Fixtures: the tiny invented corpus, builds of it in this process, programs outside the lock."""

import contextlib
import errno
import os
import shutil
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import IO

import pytest
from hypothesis import settings
from typer.testing import CliRunner, Result

from pipeline import messages
from pipeline.__main__ import app
from pipeline.folders import Folders
from pipeline.tables import files

# `make test` hands its own variables down; a make that a test runs must not take them for its own.
for name in [name for name in os.environ if name.startswith(("MAKE", "MFLAGS"))]:
    del os.environ[name]

# Enough to find what is wrong, few enough to run before each commit; no deadline on a busy machine.
settings.register_profile("house", max_examples=40, deadline=None)
settings.load_profile("house")

CORPUS = Path(__file__).parent / "corpus"
# Room of each stage, in the order of the flow.
STAGES = ("corpus", "coding", "comparison", "pictures", "publication")
# What is given away besides, by the name of its command, and the module that writes it.
GIVEN = {"tables": "spreadsheet", "verbatims": "verbatims", "exchange": "exchange"}
Edit = str | bytes | None | Callable[[str], str]


# The files that build most go first, so that two workers end together.
LONG = (
    "test_make.py",
    "test_nothing_leaks.py",
    "test_real_material.py",
    "test_identical.py",
    "test_pdf.py",
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the long files first; within a file the order stays."""
    items.sort(key=lambda item: item.path.name not in LONG)


@pytest.fixture(autouse=True)
def _english():
    """Each test begins in English, whichever language the stage of another one spoke."""
    messages.speak("en")


@pytest.fixture
def material(tmp_path: Path) -> Path:
    """A copy of tests/corpus that a test may spoil."""
    return shutil.copytree(CORPUS, tmp_path / "raw")


def edit(folder: Path, name: str, change: Edit) -> None:
    """Write, rewrite by a function of the text, or (None) delete a file below `folder`.

    A table is read as the spreadsheet saved it and written back the same way.
    """
    file = folder / name
    if change is None:
        file.unlink()
        return
    if callable(change):
        data = file.read_bytes()
        encoding = "cp1252" if _is_cp1252(data) else "utf-8"
        before = data.decode(encoding)
        change = change(before)
        assert change != before, f"the edit of {name} changed nothing"
        change = change.encode(encoding)
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(change if isinstance(change, bytes) else change.encode())


def _is_cp1252(data: bytes) -> bool:
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return True
    return False


def run_stages(folders: Folders, stages: tuple[str, ...] = STAGES) -> Folders:
    """Run stages in this process; what they say is appended to `log_of(folders)`.

    Raises:
        DataError: as the stage raises it; the command line would print it and exit with 1.

    """
    assert folders.out, "a test never builds in the project's own folders"
    messages.speak(messages.language_of(folders.raw))
    folders.out.mkdir(parents=True, exist_ok=True)
    with log_of(folders).open("a", encoding="utf-8") as log, contextlib.redirect_stdout(log):
        for room in stages:
            name = f"publication.{GIVEN[room]}" if room in GIVEN else f"{room}.stage"
            import_module(f"pipeline.{name}").run(folders)
    return folders


def log_of(folders: Folders) -> Path:
    """Where the lines lie that the stages of a build printed."""
    assert folders.out
    return folders.out.with_suffix(".log")


def run(command: str, raw: Path, out: Path, *more: str | Path) -> Result:
    """Run `python -m pipeline command` in this process, as a person would."""
    said = [command, "--raw", raw, "--out", out, *more]
    return CliRunner().invoke(app, [str(part) for part in said])


@pytest.fixture
def build() -> Callable[..., Folders]:
    """`build(material, **edits)`: edit the material (path → Edit), run the stages.

    It gives the folders. `stages` runs some only; OUT is `out` beside the material, and is built
    over when it is there.
    """

    def built(material: Path, *, stages: tuple[str, ...] = STAGES, **edits: Edit) -> Folders:
        for name, change in edits.items():
            edit(material, name, change)
        return run_stages(Folders(material, material.parent / "out"), stages)

    return built


@pytest.fixture
def full_disk(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """`full_disk(name)`: from now on the disk fills up in the middle of the file of that name."""

    def fill(name: str, number: int = errno.ENOSPC) -> None:
        whole = files.write_through

        def write_through(handle: IO[bytes]) -> None:
            if Path(handle.name).name == f".{name}.part":
                handle.truncate(handle.tell() // 2)
                raise OSError(number, os.strerror(number))
            whole(handle)

        monkeypatch.setattr(files, "write_through", write_through)

    return fill


@pytest.fixture(scope="session")
def ready(tmp_path_factory: pytest.TempPathFactory) -> Folders:
    """The tiny corpus, built once, with all that is given away. Never edit it."""
    folder = tmp_path_factory.mktemp("ready")
    raw = shutil.copytree(CORPUS, folder / "raw")
    return run_stages(Folders(raw, folder / "out"), (*STAGES, *GIVEN))


@pytest.fixture
def rebuildable(ready: Folders, tmp_path: Path) -> Folders:
    """A copy of the ready build, for tests that edit its material and build again."""
    shutil.copytree(ready.raw.parent, tmp_path, dirs_exist_ok=True)
    return Folders(tmp_path / "raw", tmp_path / "out")


@pytest.fixture(scope="session")
def demonstration(tmp_path_factory: pytest.TempPathFactory) -> Folders:
    """The shipped material, as far as the comparison and the pictures."""
    out = tmp_path_factory.mktemp("demonstration") / "out"
    return run_stages(Folders(out=out), ("corpus", "coding", "comparison", "pictures"))


# The package of a program on Debian and Ubuntu, Fedora, macOS.
PROGRAMS = {
    "faketime": ("faketime", "libfaketime", "libfaketime"),
    "chromium": ("chromium", "chromium", "--cask chromium"),
}


@pytest.fixture
def program() -> Callable[[str], str]:
    """`program(name)`: the path of a program outside the lock; without it the test is not run.

    With CI=true a missing program fails the test: nothing goes untested in silence.
    """
    return require


def require(name: str) -> str:
    found = shutil.which(name)
    if found:
        return found
    debian, fedora, macos = PROGRAMS.get(name, (name,) * 3)
    said = (
        f"{name} is missing. Debian, Ubuntu: sudo apt-get install {debian}"
        f" · Fedora: sudo dnf install {fedora} · macOS: brew install {macos}"
    )
    if os.environ.get("CI") == "true":
        pytest.fail(said)
    pytest.skip(said)
