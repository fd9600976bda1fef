"""Print how long the corpus and the coding of many interviews take, and the memory: `make bench`.

The interviews are made of the sentences of the repository's own, so that words are as frequent as
in talk; each is as long as a real one. Half as many are measured first: memory must not grow with
their number.
"""

import csv
import random
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from pipeline import messages
from pipeline.corpus import transcripts
from pipeline.folders import PROJECT, Folders
from pipeline.messages import _
from pipeline.stages import number

WORDS = 8_000
SECONDS = 60
MEGABYTES = 2_000
CODINGS_EACH = 20
VOICES = ("CHERCHEUSE", "HABITANTE")


def sentences() -> list[str]:
    """Give the turns of every transcript of the repository."""
    folder = Folders().raw / "interviews"
    with (folder / "register.csv").open(encoding="utf-8-sig", newline="") as handle:
        names = [row["file"] for row in csv.DictReader(handle)]
    return [" ".join(t.split()) for name in names for t in transcripts.read(folder / name)["text"]]


def material(folder: Path, interviews: int) -> Path:
    """Write a corpus of so many interviews, its codebook and its codings."""
    said, dice = sentences(), random.Random(1)
    raw = folder / "raw"
    (raw / "interviews").mkdir(parents=True)
    (raw / "codings").mkdir()
    for name in ("project.yaml", "codebook.yaml"):
        shutil.copy(PROJECT / "data" / "raw" / name, raw / name)
    codes = _codes()
    register, speakers, codings = [], [], []
    for n in range(interviews):
        interview, turns = f"e-{n:04}", _turns(said, dice)
        write = (_as_text, _as_subtitles)[n % 2]
        file = write(raw / "interviews" / interview, turns)
        register.append([interview, file.name, f"collectif-{n % 100}", "fr", "fictional"])
        speakers += [
            [interview, VOICES[0], "c", "interviewer", "role", "research"],
            [interview, VOICES[1], f"h-{n}", "interviewee", "role", "research"],
        ]
        codings += [_coding(interview, turns, dice, codes) for _n in range(CODINGS_EACH)]
    _table(raw / "interviews" / "register.csv", REGISTER, register)
    _table(raw / "interviews" / "speakers.csv", SPEAKERS, speakers)
    _table(raw / "codings" / "codeuse.csv", CODINGS, codings)
    return raw


REGISTER = "interview_id,file,initiative_id,language,provenance"
SPEAKERS = "interview_id,label,speaker_id,role,name_policy,consent"
CODINGS = "interview_id,exact,prefix,code"


def _table(file: Path, head: str, rows: list[list[str]]) -> None:
    with file.open("w", encoding="utf-8", newline="") as handle:
        csv.writer(handle).writerows([head.split(","), *rows])


def _codes() -> list[str]:
    from pipeline.coding import codebook
    from pipeline.problems import Problems

    return list(codebook.read(Folders().raw / "codebook.yaml", Problems()).codes["code"])


def _turns(said: list[str], dice: random.Random) -> list[str]:
    """Take turns at random until they have so many words; a number in each tells them apart."""
    turns, words = [], 0
    while words < WORDS:
        turn = dice.choice(said)
        turns.append(f"{turn} C’était la fois numéro {len(turns)}.")
        words += len(turns[-1].split())
    return turns


def _as_text(path: Path, turns: list[str]) -> Path:
    file = path.with_suffix(".txt")
    lines = [f"{VOICES[n % 2]} : {turn}" for n, turn in enumerate(turns)]
    file.write_text("\n\n".join(lines) + "\n", encoding="utf-8")
    return file


def _as_subtitles(path: Path, turns: list[str]) -> Path:
    file = path.with_suffix(".vtt")
    cues = [
        f"{_clock(9 * n)} --> {_clock(9 * n + 8)}\n<v {VOICES[n % 2]}>{turn}"
        for n, turn in enumerate(turns)
    ]
    file.write_text("WEBVTT\n\n" + "\n\n".join(cues) + "\n", encoding="utf-8")
    return file


def _clock(seconds: int) -> str:
    return f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}.000"


def _coding(interview: str, turns: list[str], dice: random.Random, codes: list[str]) -> list[str]:
    """Code the end of a turn, whose number tells the place."""
    n = dice.randrange(len(turns) // 2) * 2 + (len(turns) > 1)
    n = min(n, len(turns) - 1)
    return [interview, turns[n][-60:].strip(), "", dice.choice(codes)]


def measured(interviews: int) -> tuple[float, float]:
    """Run both stages; give the seconds they take and the most memory (MB) at a time."""
    with tempfile.TemporaryDirectory() as folder:
        raw = material(Path(folder), interviews)
        started, most = time.perf_counter(), 0.0
        for stage in ("corpus", "coding"):
            most = max(most, _run(stage, raw, Path(folder) / "out"))
        return time.perf_counter() - started, most


def _run(stage: str, raw: Path, out: Path) -> float:
    """Run a stage; give its memory in MB, that of its own processes added."""
    command = [sys.executable, "-m", "pipeline", stage, "--raw", str(raw), "--out", str(out)]
    process = subprocess.Popen(command, cwd=PROJECT)
    most = 0.0
    while process.poll() is None:
        most = max(most, _memory(process.pid))
        time.sleep(0.5)
    assert process.returncode == 0, f"{stage} failed"
    return most


def _memory(pid: int) -> float:
    """Add up the memory of a process and of those it started (MB), pages shared counted once."""
    total, waiting = 0, [pid]
    while waiting:
        at = waiting.pop()
        try:
            total += _kilobytes(Path(f"/proc/{at}/smaps_rollup"))
            children = Path(f"/proc/{at}/task/{at}/children").read_text(encoding="ascii")
        except (OSError, StopIteration):  # it has just ended
            continue
        waiting += [int(child) for child in children.split()]
    return total / 1024


def _kilobytes(file: Path) -> int:
    lines = file.read_text(encoding="ascii").splitlines()
    return int(next(line for line in lines if line.startswith("Pss:")).split()[1])


def main() -> None:
    """Measure half of them, then all."""
    messages.speak(messages.language_of(Folders().raw))
    interviews = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
    for size in (interviews // 2, interviews):
        seconds, megabytes = measured(size)
        said = _(
            "{interviews} interviews of {words} words, corpus and coding: {taken} s and {memory} MB"
            " (promised for 1,000: {promised} s and {most} MB)"
        )
        print(
            said.format(
                interviews=number(size),
                words=number(WORDS),
                taken=number(round(seconds, 1)),
                memory=number(round(megabytes)),
                promised=SECONDS,
                most=number(MEGABYTES),
            ),
            flush=True,
        )


if __name__ == "__main__":
    main()
