"""The command line: one subcommand a stage, the same names as the make targets."""

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer

from pipeline import messages
from pipeline.folders import Folders
from pipeline.messages import _
from pipeline.problems import DataError

app = typer.Typer(add_completion=False, no_args_is_help=True, pretty_exceptions_enable=False)
Folder = Annotated[Path | None, typer.Option(file_okay=False)]


def _run(stage: Callable[[Folders], None], folders: Folders) -> None:
    """Run a stage in the project's language; every problem is printed and the exit status is 1."""
    messages.speak(messages.language_of(folders.raw))
    try:
        if not folders.raw.is_dir():
            sys.exit(_("the folder {folder} does not exist").format(folder=folders.raw))
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
                file=error.filename, reason=error.strerror
            )
        )


def _folders(raw: Path | None, out: Path | None, book: Path | None) -> Folders:
    return Folders(raw or Folders().raw, out, book)


@app.command()
def corpus(raw: Folder = None, out: Folder = None, book: Folder = None) -> None:
    """Read sheets, register and transcripts."""
    from pipeline.corpus.stage import run

    _run(run, _folders(raw, out, book))


@app.command()
def coding(raw: Folder = None, out: Folder = None, book: Folder = None) -> None:
    """Find people's codings in the transcripts, and suggest others."""
    from pipeline.coding.stage import run

    _run(run, _folders(raw, out, book))


@app.command()
def comparison(raw: Folder = None, out: Folder = None, book: Folder = None) -> None:
    """Compare, behind the door of consent, and declare the facts."""
    from pipeline.comparison.stage import run

    _run(run, _folders(raw, out, book))


@app.command()
def pictures(raw: Folder = None, out: Folder = None, book: Folder = None) -> None:
    """Draw the pictures."""
    from pipeline.pictures.stage import run

    _run(run, _folders(raw, out, book))


@app.command()
def book(raw: Folder = None, out: Folder = None, book: Folder = None) -> None:
    """Assemble the book."""
    from pipeline.publication.stage import run

    _run(run, _folders(raw, out, book))


@app.command()
def tables(raw: Folder = None, out: Folder = None, book: Folder = None) -> None:
    """Write every processed table that may be shared for research as one ODS."""
    from pipeline.publication.spreadsheet import run

    _run(run, _folders(raw, out, book))


@app.command()
def dictionary() -> None:
    """Print the data dictionary."""
    from pipeline.tables.dictionary import dictionary as written

    print(written(), end="")


if __name__ == "__main__":
    app(prog_name="python -m pipeline")
