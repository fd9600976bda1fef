"""Two builds in one folder take turns, a stage each, and a stamp says when its stage began."""

import errno
import fcntl
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pipeline import messages
from pipeline.folders import PROJECT, Folders
from pipeline.messages import _

# Some network folders know no locks; one person there still wants to build.
NO_LOCKS = {errno.ENOLCK, errno.ENOTSUP, errno.EBADF, errno.EINVAL, errno.ENOSYS}

# Where the stamp lies that make looks at (Makefile): the folder that the stage owns.
STAMPS = {
    "corpus": lambda folders: folders.processed / "1-corpus",
    "coding": lambda folders: folders.processed / "2-coding",
    "comparison": lambda folders: folders.processed / "3-comparison",
    "pictures": lambda folders: folders.figures,
    "book": lambda folders: folders.book_output,
}


@contextmanager
def locked(stage: str, folders: Folders) -> Iterator[None]:
    """
    Let one stage at a time work in the folder that is built in; stamp it when it has succeeded.

    The lock is the kernel's, on the folder itself: it leaves no file behind, and ends with the
    process however that ends. A stage finds whole outputs of those before it, old or new.

    The stamp bears the time at which the stage began to read. Whatever changes while it works, by
    hand or by another build, is newer than that, and the next make runs the stage again.
    """
    place = folders.out or PROJECT
    place.mkdir(parents=True, exist_ok=True)
    handle = _taken(place)
    try:
        began = _now(place)
        yield
        _stamp(stage, folders, began)
    finally:
        os.close(handle)


def _taken(place: Path) -> int:
    """Wait until nobody else works in a folder; closing the handle gives it back."""
    handle = os.open(place, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        said = _("another build is at work in {folder}; this one waits for its turn")
        print(said.format(folder=place), file=sys.stderr, flush=True)
        fcntl.flock(handle, fcntl.LOCK_EX)
    except OSError as error:
        if error.errno not in NO_LOCKS:
            raise
    return handle


def _now(place: Path) -> int:
    """Tell the time by the clock of the file system, just before whatever is written next."""
    os.utime(place)
    return place.stat().st_mtime_ns - 1


def _stamp(stage: str, folders: Folders, began: int) -> None:
    if stage in STAMPS:
        stamp = STAMPS[stage](folders) / ".stage.stamp"
        stamp.touch()
        os.utime(stamp, ns=(began, began))


def main(raw: str, *command: str) -> None:
    """Become a command that has the project's folder to itself, before any environment exists."""
    messages.speak(messages.language_of(Path(raw)))
    os.set_inheritable(_taken(PROJECT), True)
    os.execvp(command[0], command)


if __name__ == "__main__":
    main(*sys.argv[1:])
