"""The command line: one subcommand a stage, the same names as the make targets."""

import errno
import subprocess
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from pipeline import messages
from pipeline.folders import PROJECT, Folders
from pipeline.lock import locked
from pipeline.messages import _
from pipeline.problems import DataError

app = typer.Typer(add_completion=False, no_args_is_help=True, pretty_exceptions_enable=False)
Folder = Annotated[Path | None, typer.Option()]

# What each stage leaves for the next ones, in the order of the flow.
LEAVES: dict[str, Callable[[Folders], Path]] = {
    "corpus": lambda folders: folders.processed / "1-corpus" / "datapackage.json",
    "coding": lambda folders: folders.processed / "2-coding" / "datapackage.json",
    "comparison": lambda folders: folders.processed / "4-facts" / "facts.json",
    "pictures": lambda folders: folders.figures / "SHA256SUMS",
}
# The stages that each command builds on.
NEEDS = {
    "corpus": (),
    "coding": ("corpus",),
    "comparison": ("corpus", "coding"),
    "pictures": ("corpus", "coding", "comparison"),
    "book": ("corpus", "coding", "comparison", "pictures"),
    "tables": ("corpus", "coding", "comparison"),
    "verbatims": ("corpus", "coding"),
    "voice": ("corpus", "coding", "comparison", "pictures"),
    "exchange": ("corpus", "coding"),
    "forms": (),
}


def _run(name: str, stage: Callable[[Folders], None], folders: Folders) -> None:
    """Run a stage in the project's language; every problem is printed and the exit status is 1."""
    messages.speak(messages.language_of(folders.raw))
    try:
        _check_folders(name, folders)
        with locked(name, folders):
            stage(folders)
    except DataError as error:
        print(error, file=sys.stderr)
        count = len(error.problems)
        sys.exit(
            messages.plural(
                "{count} problem; nothing was written.",
                "{count} problems; nothing was written.",
                count,
            )
        )
    except OSError as error:
        sys.exit(
            _("{file}: {reason}. Nothing half-written remains; correct it and run again.").format(
                file=error.filename or error, reason=_reason(error)
            )
        )


def _check_folders(name: str, folders: Folders) -> None:
    """Stop when a folder that is named does not exist, or a stage before this one has not run."""
    for folder in (folders.raw, folders.book):
        if folder and not folder.is_dir():
            sys.exit(_("the folder {folder} does not exist").format(folder=folder))
    for before in NEEDS[name]:
        if not LEAVES[before](folders).is_file():
            said = _("{stage} needs what {before} makes: run “python -m pipeline {before}” first")
            sys.exit(said.format(stage=name, before=before))


def _reason(error: OSError) -> str:
    """Say in the project's language why a file could not be used."""
    known = {
        errno.ENOENT: _("there is no such file"),
        errno.EEXIST: _("a file stands where a folder is needed"),
        errno.ENOTDIR: _("a file stands where a folder is needed"),
        errno.EISDIR: _("a folder stands where a file is needed"),
        errno.EACCES: _("it may not be read or written"),
        errno.EPERM: _("it may not be read or written"),
        errno.EROFS: _("it may not be read or written"),
        errno.ENOSPC: _("the disk is full"),
        errno.EDQUOT: _("the disk is full"),
    }
    return known.get(error.errno or 0) or error.strerror or str(error)


def _folders(raw: Path | None, out: Path | None, book: Path | None) -> Folders:
    return Folders(raw or Folders().raw, out, book)


@app.command()
def corpus(raw: Folder = None, out: Folder = None, book: Folder = None) -> None:
    """Read sheets, register and transcripts."""
    from pipeline.corpus.stage import run

    _run("corpus", run, _folders(raw, out, book))


@app.command()
def coding(raw: Folder = None, out: Folder = None, book: Folder = None) -> None:
    """Find people's codings in the transcripts, and suggest others."""
    from pipeline.coding.stage import run

    _run("coding", run, _folders(raw, out, book))


@app.command()
def comparison(raw: Folder = None, out: Folder = None, book: Folder = None) -> None:
    """Compare, behind the door of consent, and declare the facts."""
    from pipeline.comparison.stage import run

    _run("comparison", run, _folders(raw, out, book))


@app.command()
def pictures(raw: Folder = None, out: Folder = None, book: Folder = None) -> None:
    """Draw the pictures."""
    from pipeline.pictures.stage import run

    _run("pictures", run, _folders(raw, out, book))


@app.command()
def book(raw: Folder = None, out: Folder = None, book: Folder = None) -> None:
    """Assemble the book."""
    from pipeline.publication.stage import run

    _run("book", run, _folders(raw, out, book))


@app.command()
def tables(raw: Folder = None, out: Folder = None, book: Folder = None) -> None:
    """Write every processed table that may be shared for research as one ODS."""
    from pipeline.publication.spreadsheet import run

    _run("tables", run, _folders(raw, out, book))


@app.command()
def verbatims(
    raw: Folder = None,
    out: Folder = None,
    book: Folder = None,
    by: Annotated[str, typer.Option()] = "code",
    where: Annotated[str, typer.Option()] = "",
) -> None:
    """Write the coded passages in context, a DOCX and an ODS for each code, theme or initiative."""
    from pipeline.publication.verbatims import run

    _run("verbatims", partial(run, by=by, where=where), _folders(raw, out, book))


@app.command()
def exchange(
    raw: Folder = None,
    out: Folder = None,
    book: Folder = None,
    suggestions: Annotated[bool, typer.Option("--suggestions")] = False,
) -> None:
    """Write the coded interviews for other tools: REFI-QDA, and a corpus for IRaMuTeQ."""
    from pipeline.publication.exchange import run

    _run("exchange", partial(run, suggestions=suggestions), _folders(raw, out, book))


@app.command()
def forms(raw: Folder = None, out: Folder = None, book: Folder = None) -> None:
    """Write the forms to describe an initiative: XLSX, ODS, and paper to photocopy."""
    from pipeline.publication.sheet_form import run

    _run("forms", run, _folders(raw, out, book))


@app.command()
def voice(
    speaker_id: Annotated[str, typer.Argument(help="a speaker_id of speakers.csv")],
    raw: Folder = None,
    out: Folder = None,
    book: Folder = None,
) -> None:
    """Show one voice what is used of it, with a sheet to print and a table for its answers."""
    from pipeline.publication.voice import run

    _run("voice", lambda folders: run(folders, speaker_id), _folders(raw, out, book))


@app.command()
def fictional() -> None:
    """Refuse, in what git keeps here, interviews that are not fictional."""
    from pipeline.corpus import kept_in_git

    messages.speak(messages.language_of(Folders().raw))
    try:
        problems = kept_in_git.check(PROJECT)
    except (OSError, subprocess.CalledProcessError):
        print(_("there is no git here, and nothing to refuse"))
        return
    try:
        problems.check()
    except DataError as error:
        print(error, file=sys.stderr)
        sys.exit(_("Real interviews stay outside this repository: docs/retrait.md."))


@app.command()
def dictionary() -> None:
    """Print the data dictionary."""
    from pipeline.tables.dictionary import dictionary as written

    print(written(), end="")


if __name__ == "__main__":
    app(prog_name="python -m pipeline")
