"""Where everything lives. `RAW`, `OUT` and `BOOK` of the command line move it."""

from dataclasses import dataclass
from pathlib import Path

PROJECT = Path(__file__).parents[1]
STAGES = ("1-corpus", "2-coding", "3-comparison", "4-facts")


@dataclass(frozen=True)
class Folders:
    """The folders of one run; `out` is None when everything is built in its usual place."""

    raw: Path = PROJECT / "data" / "raw"
    out: Path | None = None
    book: Path | None = None

    @property
    def processed(self) -> Path:
        """What the stages wrote for each other, one folder a stage (see `STAGES`)."""
        return self.out / "processed" if self.out else PROJECT / "data" / "processed"

    @property
    def figures(self) -> Path:
        """Charts and maps, each in its own folder."""
        return self.out / "figures" if self.out else PROJECT / "figures"

    @property
    def book_output(self) -> Path:
        """The book in its formats."""
        return self.out / "book" if self.out else PROJECT / "book" / "output"

    @property
    def dist(self) -> Path:
        """What leaves besides the book."""
        return self.out / "dist" if self.out else PROJECT / "dist"

    @property
    def manuscript(self) -> Path | None:
        """The manuscript to build: the one asked for, the material's own, or the project's.

        None means that this material has no manuscript yet, and gets a first draft.
        """
        if self.book:
            return self.book
        if (self.raw / "book").is_dir():
            return self.raw / "book"
        return PROJECT / "book" if self.raw.resolve() == Folders().raw.resolve() else None
