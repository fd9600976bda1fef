"""Labels of speakers, as transcripts write them: `[Chercheur]`, `Checheur`, `DB:`, `Devin Becker:`.

What is spelt alike is one label. What is only near is told, with the row that would settle it:
whose turns these are is for people to say, for a wrong guess gives one voice's words to another.
"""

import re
from pathlib import Path

import pandas as pd
from rapidfuzz import fuzz

from pipeline import tables
from pipeline.corpus.handkept import row_like
from pipeline.messages import _
from pipeline.problems import Problems, folded, nearest
from pipeline.stages import counted

# A time that a reader could not take off: it tells no voices apart. `[Ana] (0:01 - 0:11)`
TIMES = re.compile(r"[\s\[({<]*\d{1,2}:\d\d[\d:.,\s–-]*[\])}>]*\s*:?$")
FRAME = "[](){}<>*_:.;,– "
# Two labels of one person differ by a slip of the pen: one letter of six, two of ten.
NEAR = 80
# Initials, or a first name instead of the whole one: surer than a likeness of letters.
SURE = 95
# Two voices as near as this to each other are both named, and nobody is guessed.
DOUBT = 3
# "de" or "El" are parts of many names.
SHORTEST_NAME = 3
MEN, WOMEN = {"m", "mr", "monsieur", "sir"}, {"mme", "mlle", "madame", "mrs", "ms"}
TITLES = MEN | WOMEN | {"dr", "pr"}
# The one who asks and the one who answers are spelt nearly alike: Intervieweur, Interviewé.
WORDS = re.compile(r"[^\W\d_]+|\d+")
ASKS, ANSWERS = re.compile(r"(?:eur|euse|trice|er|or)s?$"), re.compile(r"(?:ee?|ees)s?$")


def bare_label(label: object) -> str:
    """Reduce a label to what tells voices apart: `[Chercheur]`, `chercheur :` → `chercheur`."""
    said = " ".join(str(label).split()).strip(FRAME)
    untimed = TIMES.sub("", said).strip(FRAME)
    return (untimed or said).casefold()


def tell_unknown(
    unknown: pd.Series, versions: list[str], speakers: pd.DataFrame, file: Path, problems: Problems
) -> None:
    """
    Tell of the labels without a row: C-417, one problem for the spellings of one voice.

    Args:
        unknown: The label of each turn whose label has no row.
        versions: The interview, and those that are the same talk in other languages.
        speakers: The rows of speakers.csv, with `line`. Those of this interview are looked through
            first; then those of the talk's other versions, whose voices and consent are the same;
            else the interviewers of the others, who are the same people again. A row of an
            interviewee of another talk is never shown: consent is given in an interview.
        file: Where these stand.
        problems: Collects.

    """
    counts = unknown.value_counts()
    labelled = speakers.dropna(subset="label")
    interview_id = versions[0]
    is_own = labelled["interview_id"].eq(interview_id).fillna(False)
    is_talk = labelled["interview_id"].isin(versions)
    is_asker = labelled["role"].eq("interviewer").fillna(False)
    tiers = [labelled[is_own], labelled[~is_own & is_talk], labelled[~is_talk & is_asker]]
    for group, near in _groups(list(counts.index), tiers):
        said = ", ".join(_counted(label, int(counts[label])) for label in group)
        problems.add(
            "C-417",
            file,
            0,
            _("{interview}: no row for the label {labels}").format(
                interview=interview_id, labels=said
            ),
            _hint(group, near, pd.concat(tiers), tiers[0]["label"], interview_id, file),
        )


def _counted(label: str, count: int) -> str:
    return f'"{label}" ({counted("{count} turn", "{count} turns", count)})'


def _groups(labels: list[str], tiers: list[pd.DataFrame]) -> list[tuple[list[str], list[int]]]:
    """Put labels together that are perhaps one voice's, with the lines of the rows near them."""
    groups: list[tuple[list[str], list[int]]] = []
    for label in labels:
        found = (nearest_lines(label, rows) for rows in tiers)
        lines = next((lines for lines in found if lines), [])
        for group, near in groups:
            if near == lines and (lines or likeness(label, group[0]) >= NEAR):
                group.append(label)
                break
        else:
            groups.append(([label], lines))
    return groups


def nearest_lines(label: str, known: pd.DataFrame) -> list[int]:
    """
    Find the known rows that `label` is perhaps another spelling of.

    Args:
        label: One without a row.
        known: Rows of speakers.csv, with `line`.

    Returns:
        The line of the nearest one; of each voice where several are as near; none where none is.

    """
    scores = known[["label", "display_name", "speaker_id"]].map(
        lambda name: 0.0 if pd.isna(name) else likeness(label, str(name))
    )
    best = scores.max(axis=1).astype(float)
    near = known[best.ge(NEAR) & best.ge(best.max() - DOUBT)]
    return (
        near.loc[best[near.index].sort_values(ascending=False).index]
        .drop_duplicates("speaker_id")["line"]
        .astype(int)
        .tolist()
    )


def likeness(one: str, other: str) -> float:
    """Say how alike two labels are, 0–100; SURE for initials and for a part of a whole name."""
    a, b = _words(one), _words(other)
    if not a or not b or _numbers(a) != _numbers(b) or _is_opposite(one, other):
        return 0
    if a == b or _is_initials(a, b) or _is_initials(b, a) or _is_part(a, b) or _is_part(b, a):
        return SURE
    if 1 in {len("".join(a)), len("".join(b))} and a[0][0] == b[0][0]:
        return NEAR  # a single letter: anybody's whose name begins with it
    return fuzz.ratio(" ".join(a), " ".join(b))


def _words(label: str) -> list[str]:
    words = WORDS.findall(folded(bare_label(label)))
    named = [word for word in words if word not in TITLES] or words
    return [str(int(word)) if word.isdecimal() else word for word in named]


def _numbers(words: list[str]) -> list[str]:
    return [word for word in words if word.isdecimal()]


def _is_opposite(one: str, other: str) -> bool:
    """Say whether two labels, however alike, are those of two people: Mr and Mrs Smith."""
    a, b = (WORDS.findall(folded(bare_label(label))) for label in (one, other))
    for first, second in ((a, b), (b, a)):
        if MEN & set(first) and WOMEN & set(second):
            return True
        if ASKS.search(first[-1]) and ANSWERS.search(second[-1]):
            return ASKS.sub("", first[-1]) == ANSWERS.sub("", second[-1])
    return False


def _is_initials(short: list[str], whole: list[str]) -> bool:
    letters = "".join(short)
    return len(whole) > 1 and letters == "".join(word[0] for word in whole)


def _is_part(short: list[str], whole: list[str]) -> bool:
    return set(short) <= set(whole) and any(len(word) >= SHORTEST_NAME for word in short)


def _hint(
    group: list[str],
    near: list[int],
    known: pd.DataFrame,
    own: pd.Series,
    interview_id: str,
    file: Path,
) -> str:
    """Give the rows that would settle it, ready to be pasted; a line each."""
    line = near[0] if len(near) == 1 else 0
    spellings: dict[str, str] = {}
    for label in group:
        spellings.setdefault(bare_label(label), label)
    rows = [
        row_like(
            file, tables.SPEAKERS_BY_HAND, line, {"interview_id": interview_id, "label": label}
        )
        for label in spellings.values()
    ]
    names = ", ".join(f'"{label}"' for label in known.loc[known["line"].isin(near), "label"])
    if line:
        said = _("nearest: {names}, line {line}. If it is this voice, add:").format(
            names=names, line=line
        )
    else:
        there = _("Nearest: {names}").format(names=names) if near else nearest("", own)
        said = _("add this row with its speaker_id, role and consent. {nearest}").format(
            nearest=there
        )
    return "\n".join([said, *rows])
