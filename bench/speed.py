"""Print how long the everyday steps take, in a copy of the project: `make bench`."""

import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from pipeline import messages
from pipeline.folders import Folders
from pipeline.messages import _
from pipeline.stages import number
from tests.checkout import checkout, make


def timed(label: str, promised_s: float, step: Callable[[], object]) -> None:
    """Run a step once and print its time beside what is promised."""
    started = time.perf_counter()
    step()
    taken = round(time.perf_counter() - started, 1)
    said = _("{label}: {taken} s (promised: {promised} s)")
    print(said.format(label=label, taken=number(taken), promised=number(promised_s)), flush=True)


def change_a_word(project: Path) -> None:
    """Change one word of a chapter, as an editor would."""
    chapter = project / "book" / "chapters" / "01-preface.md"
    text = chapter.read_text(encoding="utf-8")
    chapter.write_text(text.replace("gens", "femmes", 1), encoding="utf-8")


def main() -> None:
    """Measure; one line a step."""
    messages.speak(messages.language_of(Folders().raw))
    with tempfile.TemporaryDirectory() as folder:
        project = checkout(Path(folder) / "project")
        timed(_("everything, the environment being there"), 90, lambda: make(project))
        timed(_("nothing to do"), 1, lambda: make(project))
        change_a_word(project)
        timed(_("one changed word in a chapter, to a new PDF"), 10, lambda: make(project))
        if "--without-tests" not in sys.argv:
            timed(_("make test"), 180, lambda: make(project, "test"))


if __name__ == "__main__":
    main()
