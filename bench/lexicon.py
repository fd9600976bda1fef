"""Print how fast the lexicon reads French, beside a loop that stems and tries all: `make bench`."""

import random
import re
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pandas as pd
from nltk.stem.snowball import SnowballStemmer

from pipeline import messages, tables
from pipeline.coding import codebook, lexicon, patterns
from pipeline.corpus import transcripts
from pipeline.corpus.words import WORD
from pipeline.folders import PROJECT, Folders
from pipeline.messages import _
from pipeline.problems import Problems
from pipeline.stages import number
from pipeline.tables.files import typed

WORDS_AN_INTERVIEW = 8_000
INTERVIEWS = 100
PROMISED_WORDS_A_SECOND = 1_000_000
PROMISED_FACTOR = 50
SHARED = PROJECT.parent / "shared" / "corpora" / "artisans" / "interviews"

Match = tuple[str, str, str, int, int]


def main() -> None:
    """Measure; one line a text."""
    messages.speak(messages.language_of(Folders().raw))
    raw = PROJECT / "data" / "raw"
    book = codebook.read(raw / "codebook.yaml", Problems())
    register = pd.read_csv(raw / "interviews" / "register.csv", dtype=str)
    french = register.loc[register["language"].eq("fr"), "file"]
    measure(_("the interviews of the repository"), [raw / "interviews" / f for f in french], book)
    if SHARED.is_dir():
        measure(_("real interviews beside it"), sorted(SHARED.glob("*.docx")), book)


def measure(label: str, files: list[Path], book: codebook.Codebook) -> None:
    """Time one interview after the other, as the stage asks, then the loop on the first of them."""
    interviews = list(generated(files, random.Random(1)))
    fast, found = timed(lambda: [lexicon.find(turns, book) for turns in interviews])
    slow, expected = timed(lambda: naive(interviews[0], book))
    assert matches(found[0]) == expected, "the loop finds other places"
    said = WORDS_AN_INTERVIEW * INTERVIEWS / fast
    print(
        _(
            "lexicon, {label}: {words} words/s (promised: {promised}), "
            "{factor} times the loop (promised: {promised_factor}), {count} matches are the same"
        ).format(
            label=label,
            words=number(round(said)),
            promised=number(PROMISED_WORDS_A_SECOND),
            factor=number(round(said / (WORDS_AN_INTERVIEW / slow))),
            promised_factor=number(PROMISED_FACTOR),
            count=number(len(expected)),
        ),
        flush=True,
    )


def timed(step: Callable[[], list]) -> tuple[float, list]:
    """Run a step once; give the processor's seconds, which other programs do not lengthen."""
    started = time.process_time()
    made = step()
    return time.process_time() - started, made


def generated(files: list[Path], chance: random.Random) -> Iterator[pd.DataFrame]:
    """Make interviews of the length of real ones out of the sentences of transcripts."""
    said = " ".join(text for file in files for text in transcripts.read(file)["text"])
    sentences = re.findall(r"[^.!?…]+[.!?…]+", said)
    words = [sum(1 for _match in WORD.finditer(sentence)) for sentence in sentences]
    for interview in range(INTERVIEWS):
        texts, count = [""], 0
        while count < WORDS_AN_INTERVIEW:
            at = chance.randrange(len(sentences))
            texts[-1] += sentences[at]
            count += words[at]
            if chance.random() < 0.2:
                texts.append("")
        yield turns_of(f"interview-{interview}", texts)


def turns_of(interview: str, texts: list[str]) -> pd.DataFrame:
    """Number turns, and place them in their text."""
    rows, start = [], 0
    for turn, text in enumerate(texts, 1):
        place = {"turn_id": f"{interview}#{turn}", "turn": turn, "start": start}
        rows.append({"interview_id": interview, "speaker_id": "a", "text": text, **place})
        start += len(text) + 1
    return typed(tables.TURNS, rows)


def naive(turns: pd.DataFrame, book: codebook.Codebook) -> list[Match]:
    """Stem every word, then try every entry at every place."""
    stem = SnowballStemmer("french").stem
    entries = book.lexicon[book.lexicon["language"].eq("fr")]
    asked = [
        (
            code,
            written,
            [(word.kind, word.text, stem(word.text), gap) for word, gap in entry.phrase],
        )
        for code, written in entries[["code", "pattern"]].drop_duplicates().to_numpy()
        for entry in [patterns.parse(written)]
    ]
    found = []
    for turn, start, text in turns[["turn_id", "start", "text"]].to_numpy():
        words = [(*m.span(), patterns.spelt(m[0])) for m in WORD.finditer(text)]
        stems = [stem(form) for _start, _end, form in words]
        for code, written, steps in asked:
            for first in range(len(words)):
                last = follow(first, steps, words, stems)
                if last is not None:
                    place = (start + words[first][0], start + words[last][1])
                    found.append((turn, code, written, *place))
    return sorted(found)


def follow(at: int, steps: list, words: list, stems: list) -> int | None:
    """Find the nearest last word of an entry whose first stands at `at`."""
    kind, text, stemmed, _gap = steps[0]
    form = words[at][2]
    if not (
        form.startswith(text)
        if kind == "begins"
        else stems[at] == stemmed
        if kind == "stem"
        else form == text
    ):
        return None
    if len(steps) == 1:
        return at
    ways = range(at + 1, min(at + 2 + steps[1][3], len(words)))
    ends = [end for way in ways if (end := follow(way, steps[1:], words, stems)) is not None]
    return min(ends, default=None)


def matches(found: pd.DataFrame) -> list[Match]:
    """Give the same of what the lexicon found."""
    columns = ["turn_id", "code", "pattern", "start", "end"]
    return sorted(found[columns].itertuples(index=False, name=None))


if __name__ == "__main__":
    main()
