"""An IRaMuTeQ corpus of the interviews: a text a turn, its variables before it.

IRaMuTeQ takes a line that begins with four stars or four figures for variables and one that begins
with `-*` for a theme, so no line of a turn begins so here. Names and values are of Latin letters
without accents, figures and `_`; two values that would become one get a number. What is written
reads back equal with `readers.iramuteq`, blanks at the ends of lines aside.
"""

import re
import unicodedata
from collections.abc import Iterable

import pandas as pd

# Variables of a text: in the file, in the turns' table, in the interviews' table.
FROM_TURNS = {"interview": "interview_id", "speaker": "speaker_id", "role": "role"}
FROM_INTERVIEWS = {"initiative": "initiative_id", "language": "language", "date": "date"}

_FOREIGN = re.compile(r"[^A-Za-z0-9]+")
# What IRaMuTeQ would take for more than words, at the beginning of a line.
_SIGNAL = re.compile(r"(?m)^(?=\*|-\*|\d{4}[ \t]+\*)")


def write(turns: pd.DataFrame, interviews: pd.DataFrame) -> str:
    """
    Write turns as a corpus.

    Args:
        turns: Rows of tables.TURNS, in order; with a column `theme`, a turn that has one is written
            below a line for it (`-*theme_logement`).
        interviews: Rows of tables.INTERVIEWS.

    Returns:
        The text of the file, to be saved as UTF-8. A variable without a value is left out.

    """
    # Days, not midnights.
    days = pd.to_datetime(interviews["date"]).dt.strftime("%Y-%m-%d")
    known = interviews.assign(date=days).set_index("interview_id")
    rows = turns.assign(
        **{column: turns["interview_id"].map(known[column]) for column in FROM_INTERVIEWS.values()}
    )
    columns = {n: c for n, c in (FROM_TURNS | FROM_INTERVIEWS).items() if c in rows}
    names = {column: cleaned(rows[column].dropna()) for column in columns.values()}
    themes = cleaned(rows["theme"].dropna()) if "theme" in rows else {}
    texts = []
    for row in rows.to_dict("records"):
        stars = [
            f"*{name}_{names[column][str(row[column])]}"
            for name, column in columns.items()
            if not pd.isna(row[column])
        ]
        theme = themes.get(str(row.get("theme")))
        heads = [" ".join(["****", *stars]), *([f"-*theme_{theme}"] if theme else [])]
        texts.append("\n".join([*heads, _body(row["text"]), ""]))
    return "\n".join(texts)


def _body(text: str) -> str:
    """Write the words; a blank before a line keeps it from being taken for variables."""
    return _SIGNAL.sub(" ", text)


def cleaned(values: Iterable[object]) -> dict[str, str]:
    """
    Write values in IRaMuTeQ's alphabet: `Éco-lieu n° 2` → `Eco_lieu_n_2`.

    Returns:
        For each value as text, its own name; no two values share one, in capitals or not.

    """
    found, taken = dict[str, str](), set[str]()
    for value in dict.fromkeys(map(str, values)):
        bare = unicodedata.normalize("NFKD", value).encode("ascii", "ignore").decode()
        stem = _FOREIGN.sub("_", bare).strip("_") or "x"
        name, number = stem, 1
        while name.casefold() in taken:
            number += 1
            name = f"{stem}_{number}"
        taken.add(name.casefold())
        found[value] = name
    return found
