"""Words that never leave: found where they stand, whichever way they are spelt, and replaced.

A mask matches whole words: as written, capitalised or in capitals, across any white space, with
either apostrophe, any hyphen, and soft hyphens inside; in scripts written without spaces (Khmer)
wherever its letters stand. Where masks overlap, they are one: the longest one's replacement stands
for all that any of them covers. A passage that its voice refused for a scope is a mask for that
scope alone.
"""

from functools import cache

import numpy as np
import pandas as pd
import regex

from pipeline import tables
from pipeline.tables import files

# Signs without width that may stand inside a word; between Khmer words stands a zero-width space.
INVISIBLE = r"\u00ad\u200b\u200c\u200d"
# Words stand side by side: nothing tells where one begins, only that no sign is torn off a letter.
UNSPACED = regex.compile(r"[\p{Khmer}\p{Thai}\p{Lao}\p{Myanmar}\p{Han}\p{Hiragana}\p{Katakana}]")
Span = tuple[int, int, str]
Pairs = list[tuple[str, str]]


@cache
def pattern(exact: str) -> regex.Pattern[str]:
    """Match masked words in every usual spelling."""
    between = rf"[\s{INVISIBLE}]+"
    first, last = exact[:1], regex.sub(r"\p{M}+$", "", exact)[-1:]
    before = "" if UNSPACED.match(first) else r"(?<!\w)"
    behind = r"(?!\p{M})" if UNSPACED.match(last) else r"(?!\w)"
    return regex.compile(f"{before}{between.join(map(_word, exact.split()))}{behind}")


def _word(word: str) -> str:
    """Match a word as written, capitalised (behind an article's apostrophe too) or in capitals."""
    forms = {word, word.upper(), word[:1].upper() + word[1:], word.title()}
    return f"(?:{'|'.join(sorted(map(_letters, forms), reverse=True))})"


def _letters(form: str) -> str:
    kinds = {"'": "['’]", "’": "['’]", "-": "[-‐‑–]", "‐": "[-‐‑–]", "‑": "[-‐‑–]"}
    return f"[{INVISIBLE}]?".join(kinds.get(letter, regex.escape(letter)) for letter in form)


def pairs(masks: pd.DataFrame) -> Pairs:
    """List each mask once, as (exact, replacement); once a table, because pandas takes its time."""
    return list(dict.fromkeys(map(tuple, masks[["exact", "replacement"]].to_numpy())))


def find(text: str, masks: Pairs) -> list[Span]:
    """Find masks in a text: spans in order, none overlapping another."""
    found = [
        (match.start(), match.end(), exact, replacement)
        for exact, replacement in masks
        for match in pattern(exact).finditer(text)
    ]
    spans: list[Span] = []
    longest = 0
    for start, end, exact, replacement in sorted(found, key=lambda f: (f[0], -f[1])):
        if spans and start < spans[-1][1]:
            if len(exact) > longest:
                spans[-1], longest = (*spans[-1][:2], replacement), len(exact)
            spans[-1] = (spans[-1][0], max(end, spans[-1][1]), spans[-1][2])
        else:
            spans.append((start, end, replacement))
            longest = len(exact)
    return spans


def written(by_hand: pd.DataFrame) -> pd.DataFrame:
    """
    Give each mask once as masks.csv writes it, `start` and `end` being 0; see tables.MASKS.

    That is how texts without positions are masked.
    """
    rows = by_hand[["interview_id", "exact", "replacement"]].drop_duplicates()
    return files.typed(tables.MASKS, rows.assign(start=0, end=0))


def spans(by_hand: pd.DataFrame, interview_id: str, text: str) -> list[dict[str, object]]:
    """Find every mask of masks.csv in the text of one interview; rows of tables.MASKS."""
    return [
        {"interview_id": interview_id, "start": start, "end": end, "replacement": replacement}
        for start, end, replacement in find(text, pairs(_own(by_hand, interview_id)))
    ]


def met(by_hand: pd.DataFrame, interview_id: str, text: str) -> frozenset[int]:
    """Give the lines of masks that stand in a text; one that stands in none leaves a name bare."""
    rows = _own(by_hand, interview_id)[["line", "exact"]].to_numpy()
    return frozenset(int(line) for line, exact in rows if pattern(exact).search(text))


def _own(by_hand: pd.DataFrame, interview_id: str) -> pd.DataFrame:
    """Keep the masks of one interview; an empty interview_id masks everywhere."""
    return by_hand[by_hand["interview_id"].isna() | by_hand["interview_id"].eq(interview_id)]


def applied(table: pd.DataFrame, masks: pd.DataFrame) -> pd.DataFrame:
    """
    Replace masked words in every text of `table`.

    Rows with a position (`interview_id`, `start`, `end`) are masked by where the words stand, so
    that a passage that cuts through a name shows the whole replacement and never half the name.
    """
    table = table.copy()
    if {"interview_id", "start", "end"} <= set(table.columns):
        for column in {"text", "exact"} & set(table.columns):
            lengths = table["end"] - table["start"]
            its_own = table[column].str.len().eq(lengths).all()
            assert its_own, "a row is not its own text: cleared twice?"
            placed = masks[masks["end"] > masks["start"]]
            rows = table.groupby("interview_id").indices
            for interview_id, spans in placed.groupby("interview_id"):
                if interview_id in rows:
                    _in_passages(table, rows[interview_id], column, spans)
        return table
    written = pairs(masks[masks["end"].eq(masks["start"])])
    for column in table.columns if written else []:
        if table[column].dtype in ("object", "string") and not column.endswith("_id"):
            table[column] = table[column].map(lambda cell: _in_cell(cell, written))
    return table


def _in_cell(cell: object, written: Pairs) -> object:
    if isinstance(cell, list):
        return [in_text(item, written) for item in cell]
    return in_text(cell, written) if isinstance(cell, str) else cell


def in_text(text: str, written: Pairs) -> str:
    """Replace masked words in a text that has no positions."""
    return _replaced(text, 0, find(text, written))


def _in_passages(table: pd.DataFrame, rows: np.ndarray, column: str, spans: pd.DataFrame) -> None:
    """Replace masked words in the rows of one interview that touch a span."""
    own = table.iloc[rows]
    starts, ends = (own[c].to_numpy(int)[:, None] for c in ("start", "end"))
    touching = (spans["start"].to_numpy(int) < ends) & (spans["end"].to_numpy(int) > starts)
    for row in touching.any(axis=1).nonzero()[0]:
        words = spans[touching[row]].sort_values("start")
        cuts = _apart(words[["start", "end", "replacement"]].to_numpy().tolist())
        table.loc[own.index[row], column] = _replaced(
            own[column].iloc[row], int(starts[row, 0]), cuts
        )


def _apart(spans: list[Span]) -> list[Span]:
    """Make one of spans that overlap (a masked name in a refused passage), the longest one's."""
    apart: list[Span] = []
    longest = 0
    for start, end, replacement in spans:
        if apart and start < apart[-1][1]:
            words = replacement if end - start > longest else apart[-1][2]
            apart[-1] = (apart[-1][0], max(end, apart[-1][1]), words)
        else:
            apart.append((start, end, replacement))
            longest = 0
        longest = max(longest, end - start)
    return apart


def _replaced(text: str, start: int, spans: list[Span]) -> str:
    """Replace spans, which do not overlap, in a passage that begins at `start`."""
    pieces, last = [], 0
    for a, b, words in spans:
        pieces += [text[last : max(a - start, 0)], words]
        last = b - start
    return "".join([*pieces, text[last:]])
