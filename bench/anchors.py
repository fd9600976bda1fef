"""Print how long it takes to find the codings of a long interview again once it was corrected."""

import time

from pipeline import messages
from pipeline.coding.anchors import Anchor, reanchor_all
from pipeline.folders import Folders
from pipeline.messages import _
from pipeline.stages import number
from tests.corrupted import alike, corrected, prose, spans

CODINGS = 1000
WORDS = 20_000
PROMISED_S = 2
# The demonstration's interviews have 18,000 words; a tenth of their turns again makes 20,000, and
# look-alikes are what takes longest.
SAID_AGAIN = 0.1
# Twenty turns cut, moved, copied; twenty words and a hundred letters changed.
CORRECTIONS = 20


def main() -> None:
    """Measure; one line."""
    messages.speak(messages.language_of(Folders().raw))
    old = "\n".join(alike(prose(WORDS), 1, SAID_AGAIN))
    new = corrected(old, 1, CORRECTIONS).text
    anchors = [Anchor.at(old, start, end) for start, end in spans(old, 1, CODINGS)]
    started = time.perf_counter()
    reanchor_all(anchors, new)
    taken = round(time.perf_counter() - started, 1)
    said = _("{codings} codings in {words} corrected words: {taken} s (promised: {promised} s)")
    print(
        said.format(
            codings=number(CODINGS),
            words=number(len(old.split())),
            taken=number(taken),
            promised=number(PROMISED_S),
        ),
        flush=True,
    )


if __name__ == "__main__":
    main()
