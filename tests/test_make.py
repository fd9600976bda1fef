"""What make promises: nothing runs twice, what is gone comes back, what must go goes."""

import hashlib
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.checkout import checkout, make

TINY = Path(__file__).parent / "corpus"


@pytest.fixture(scope="module")
def built_once(tmp_path_factory) -> Path:
    """A copy of the project with the tiny corpus as RAW, built once into `built`, and a copy."""
    folder = checkout(tmp_path_factory.mktemp("make") / "project")
    shutil.copytree(TINY, folder / "tiny")
    make(folder, "RAW=tiny", "OUT=built")
    for name in ("tiny", "built"):
        shutil.copytree(folder / name, folder / "kept" / name)
    return folder


@pytest.fixture
def project(built_once) -> Path:
    """The built project; what a test spoils is put back, times included, so nothing is rebuilt."""
    yield built_once
    for name in ("tiny", "built"):
        shutil.rmtree(built_once / name)
        shutil.copytree(built_once / "kept" / name, built_once / name)


@pytest.fixture
def raw(project) -> Path:
    """The material of `project`."""
    return project / "tiny"


def again(project: Path, **options: bool) -> str:
    """Build once more, and give what the stages said."""
    return make(project, "RAW=tiny", "OUT=built", **options).stdout


def stages(said: str) -> list[str]:
    """Name the stages that ran."""
    known = {"corpus", "coding", "comparison", "pictures", "book"}
    return [word for line in said.splitlines() if (word := line.split(" ")[0]) in known]


def contents(folder: Path) -> dict[str, str]:
    """Fingerprint every output below a folder; stamps and lists of inputs are not outputs."""
    return {
        str(file.relative_to(folder)): hashlib.sha256(file.read_bytes()).hexdigest()
        for file in sorted(folder.rglob("*"))
        if file.is_file() and ".inputs" not in file.parts and file.name != ".stage.stamp"
    }


def test_a_second_make_runs_nothing(project):
    assert [] == stages(again(project))


def test_touching_without_changing_runs_nothing(project, raw):
    for file in raw.rglob("*"):
        os.utime(file)

    assert [] == stages(again(project))


def test_a_word_in_a_chapter_rebuilds_only_the_book(project, raw):
    chapter = next((raw / "book" / "chapters").glob("*.md"))
    chapter.write_text(chapter.read_text(encoding="utf-8") + "\n\nEncore.\n", encoding="utf-8")

    assert ["book"] == stages(again(project))


def test_a_stage_whose_result_is_unchanged_rebuilds_nothing_behind_it(project, raw):
    register = raw / "interviews" / "register.csv"
    register.write_bytes(register.read_bytes() + b"\r\n")

    assert ["corpus"] == stages(again(project))


def test_changed_code_of_a_stage_is_a_reason_to_run_it(project):
    charts = project / "pipeline" / "pictures" / "charts.py"
    before = charts.stat()
    os.utime(charts)

    said = again(project)

    os.utime(charts, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert ["pictures"] == stages(said)


@pytest.mark.parametrize("pattern", ["figures/*/*.svg", "book/book.pdf"])
def test_a_deleted_output_comes_back_the_same(project, pattern):
    file = next((project / "built").glob(pattern))
    before = file.read_bytes()
    file.unlink()

    again(project)

    assert before == file.read_bytes()
    assert [] == stages(again(project))


def test_what_a_stage_no_longer_makes_is_deleted_even_when_the_build_fails_later(project, raw):
    stale = project / "built" / "figures" / "stale" / "stale.svg"
    stale.parent.mkdir()
    stale.write_text("<svg/>", encoding="utf-8")
    codebook = raw / "codebook.yaml"
    text = codebook.read_text(encoding="utf-8")
    codebook.write_text(text.replace("name:", "name: ", 1) + "\n", encoding="utf-8")
    (project / "built" / "figures" / "SHA256SUMS").unlink()
    chapter = next((raw / "book" / "chapters").glob("*.md"))
    chapter.write_text('{{ fact("aucun") }}', encoding="utf-8")

    failed = make(project, "RAW=tiny", "OUT=built", check=False)

    assert failed.returncode
    assert "B-001" in failed.stderr
    assert not stale.exists()


def test_file_names_with_spaces_and_accents_are_material_like_any_other(project, raw):
    sheet = next((raw / "initiatives").glob("*.md"))
    spaced = sheet.with_name("fiche à l’essai.md")
    sheet.rename(spaced)
    again(project)
    spaced.write_text(spaced.read_text(encoding="utf-8") + "\n", encoding="utf-8")

    assert ["corpus"] == stages(again(project))


def test_a_killed_build_is_completed_with_the_same_result(project, tmp_path):
    out = tmp_path / "killed"
    environment = {k: v for k, v in os.environ.items() if not k.startswith("MAKE")}
    build = subprocess.Popen(
        ["make", "RAW=tiny", f"OUT={out}"],
        cwd=project,
        env=environment,
        stdout=subprocess.DEVNULL,
        start_new_session=True,
    )
    time.sleep(random.uniform(1, 8))  # anywhere in the build: no two runs try the same moment
    os.killpg(build.pid, signal.SIGKILL)
    build.wait()

    make(project, "RAW=tiny", f"OUT={out}")

    assert contents(project / "built") == contents(out)


def test_an_edition_asked_for_behind_make_is_seen_though_the_book_is_there(project):
    refused = make(project, "book", "EDITION=publication", "RAW=tiny", "OUT=built", check=False)

    assert refused.returncode
    assert "C-421" in refused.stderr
    assert (project / "built" / "book" / "book.pdf").is_file()


def test_material_behind_a_link_is_looked_at(project, raw):
    """As README advises for folders with spaces; real interviews may lie on an encrypted disk."""
    vault = shutil.move(raw / "interviews", project / "vault")
    (raw / "interviews").symlink_to(vault)
    assert [] == stages(again(project))
    speakers = vault / "speakers.csv"
    rows = speakers.read_bytes().splitlines(keepends=True)
    speakers.write_bytes(b"".join([*rows, b"\r\n"]))

    said = stages(again(project))

    shutil.rmtree(vault)
    assert ["corpus"] == said


def test_two_builds_at_once_make_what_one_makes(project, tmp_path):
    out = tmp_path / "shared"
    with ThreadPoolExecutor() as pool:
        said = pool.map(lambda _n: make(project, "RAW=tiny", f"OUT={out}").stderr, range(2))

    assert all("Error" not in text for text in said)
    assert contents(project / "built") == contents(out)
    assert [] == list(out.rglob("*.part"))
    assert [] == stages(make(project, "RAW=tiny", f"OUT={out}").stdout)


def test_without_a_network_a_wheel_that_is_missing_is_told_and_none_is_fetched(project, tmp_path):
    """A folder wheels/ says that there is no network: what it lacks is not looked for elsewhere."""
    bare = tmp_path / "bare"
    bare.mkdir()
    for name in ("pipeline", "scripts", "pyproject.toml", "requirements.lock", "data"):
        (bare / name).symlink_to(project / name)
    (bare / "wheels").mkdir()

    refused = subprocess.run(
        ["sh", "scripts/environment.sh", sys.executable, "data/raw"],
        cwd=bare,
        capture_output=True,
        text=True,
        check=False,
    )

    assert refused.returncode == 1
    assert "make wheels" in refused.stderr
    assert not (bare / ".venv" / ".ready").exists()


def test_clean_removes_what_was_built_and_nothing_else(project):
    shutil.copytree(project / "built", project / "swept")

    make(project, "clean", "OUT=swept")

    assert [] == [file for file in (project / "swept").rglob("*") if file.is_file()]
    assert (project / ".venv").exists()
    assert (project / "figures" / "README.md").exists()


def test_a_space_in_a_folder_name_is_refused_with_the_remedy(project):
    refused = make(project, "RAW=mes entretiens", check=False)

    assert refused.returncode
    assert "lien symbolique" in refused.stderr


# --- the environment -----------------------------------------------------------------------------


def _program(folder: Path, name: str, script: str) -> None:
    folder.mkdir(exist_ok=True)
    (folder / name).write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
    (folder / name).chmod(0o755)


def environment(project: Path, programs: Path, python: str) -> subprocess.CompletedProcess[str]:
    """Run the environment's script where only `programs` and the system's own tools are found."""
    for tool in ("sh", "sed", "dirname", "rm", "touch", "mkdir"):
        found = shutil.which(tool)
        assert found
        (programs / tool).symlink_to(found)
    return subprocess.run(
        ["sh", "scripts/environment.sh", python, "data/raw"],
        cwd=project,
        env={"PATH": str(programs)},
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_python_beyond_the_tested_bound_is_refused(project, tmp_path):
    future = tmp_path / "bin"
    _program(future, "python3", 'if [ "$1" = --version ]; then echo Python 3.99.0; else exit 1; fi')

    refused = environment(project, future, "python3")

    assert refused.returncode == 1
    assert "3.11" in refused.stderr
    assert "Python 3.99.0" in refused.stderr
    assert not (project / ".venv.new").exists()


def test_without_pango_the_build_stops_and_says_what_to_type(project, tmp_path):
    """On a machine of somebody who is not root; the Python there sees no library at all."""
    bare = tmp_path / "bin"
    real = Path(sys.base_prefix) / "bin" / "python3"
    _program(bare, "python3", f'case "$2" in *pango*) exit 1;; esac; exec {real} "$@"')
    _program(bare, "id", "echo 1000")
    ready = (project / ".venv" / ".ready").stat().st_mtime_ns
    lock = project / "requirements.lock"
    before = lock.stat()
    os.utime(lock)  # newer than the environment: it has to be made again

    refused = environment(project, bare, "python3")

    os.utime(lock, ns=(before.st_atime_ns, before.st_mtime_ns))

    assert refused.returncode == 1
    for command in ("apt-get install libpango", "dnf install pango", "brew install pango"):
        assert command in refused.stderr
    assert ready == (project / ".venv" / ".ready").stat().st_mtime_ns
