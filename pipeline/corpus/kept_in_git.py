"""What git keeps, everybody who clones it keeps: real interviews live elsewhere (docs/retrait.md).

The hook of `make hooks` asks before each commit, `make lint` and the tests ask of every clone.
"""

import subprocess
import tempfile
from dataclasses import replace
from pathlib import Path

from pipeline import tables
from pipeline.corpus import handkept, register
from pipeline.messages import _
from pipeline.problems import Problems, nearest

# Endings that only transcripts, projects of coding tools and recordings have; what .csv, .txt and
# .md hold is known from the register beside them.
# fmt: off
SPEECH = frozenset((
    ".docx", ".docm", ".doc", ".odt", ".fodt", ".rtf", ".srt", ".vtt", ".eaf", ".trs",
    ".textgrid", ".tei", ".otr", ".cha", ".qdpx", ".qde", ".sqlite3", ".nvp", ".mx24",
    ".atlproj",
    ".wav", ".mp3", ".m4a", ".aac", ".ogg", ".opus", ".flac", ".wma",
    ".mov", ".mp4", ".m4v", ".mts", ".avi", ".mkv", ".webm",
))
# fmt: on


def check(project: Path) -> Problems:
    """
    Look through what git would commit now (its index) for interviews that are not fictional.

    Args:
        project: A folder of a git repository.

    Returns:
        C-451 an interview is not fictional, C-452 a transcript or recording that no register
        names, C-453 codings of an interview that no register names; C-2xx and C-41x of the
        registers themselves.

    Raises:
        OSError, CalledProcessError: There is no git, or no repository.

    """
    problems = Problems()
    with tempfile.TemporaryDirectory() as name:
        _copy_index(project, Path(name))
        _look(Path(name), problems)
        beside = f"{name}/"
        shown = [replace(problem, file=problem.file.removeprefix(beside)) for problem in problems]
    return Problems(shown)


def _copy_index(project: Path, target: Path) -> None:
    git = ["git", "-C", str(project)]
    listed = subprocess.run([*git, "ls-files", "-z"], capture_output=True, check=True).stdout
    write = [*git, "checkout-index", "-z", "--stdin", f"--prefix={target}/"]
    subprocess.run(write, input=listed, capture_output=True, check=True)


def _look(folder: Path, problems: Problems) -> None:
    named: set[Path] = set()
    for file in sorted(folder.rglob("register.csv")):
        named |= _registered(file.parent, problems)
    for file in sorted(folder.rglob("*")):
        if file.suffix.lower() in SPEECH and file.is_file() and file not in named:
            problems.add(
                "C-452",
                file,
                0,
                _("a transcript or a recording that no register calls fictional"),
                _("keep it outside the repository: git rm --cached, then make RAW=folder"),
            )


def _registered(folder: Path, problems: Problems) -> set[Path]:
    """Check one folder of interviews and its codings; give the transcripts that it names."""
    kept = register.read(folder, problems)
    rows = kept.interviews
    for row in rows[rows["provenance"].ne("fictional")].to_dict("records"):
        problems.add(
            "C-451",
            folder / "register.csv",
            row["line"],
            _('the interview "{id}" is not fictional').format(id=row["interview_id"]),
            _("keep it outside the repository: git rm --cached, then make RAW=folder"),
        )
    known = set(rows["interview_id"].dropna())
    for file in sorted((folder.parent / "codings").glob("*.csv")):
        coded = handkept.read(file, tables.CODINGS_BY_HAND, problems).rows
        strange = coded[~coded["interview_id"].isin(known)].drop_duplicates("interview_id")
        for line, interview_id in strange[["line", "interview_id"]].dropna().to_numpy():
            fact = _('the interview "{id}" is not in register.csv').format(id=interview_id)
            problems.add("C-453", file, line, fact, nearest(interview_id, known))
    return {register.path(kept, file) for file in rows["file"].dropna()}
