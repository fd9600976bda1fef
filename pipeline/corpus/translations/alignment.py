"""Turn by turn: which turn of a translation says what which turn of its original says.

By number where both have as many turns by the same voices, by times where both have them, else by
lengths, after Gale & Church (1993, "A Program for Aligning Sentences in Bilingual Corpora",
Computational Linguistics 19:1): the path through both that is likeliest by who speaks and how long.
nltk's `gale_church` knows no voices, gives no score and keeps every cell in a dictionary. What has
no counterpart is listed, what has a poor one is marked.
"""

from collections.abc import Iterator

import numpy as np
import pandas as pd

from pipeline import tables
from pipeline.corpus.translations import paths
from pipeline.messages import _
from pipeline.tables.files import typed

# Of turns paired by their numbers, this share may have lengths that hardly fit: more, and one was
# left out and another cut in two somewhere between.
MOST_MISFITS = 0.1
# A pair whose lengths, times or place on the path fit no better than this is for people to check.
FITS_BY_LENGTH = 0.01
FITS_BY_TIME = 0.5
FITS_BY_PATH = 0.9
# Below this share of turns that meet one by the same voice, the clocks are not of one recording.
COMMON_CLOCK = 0.6
# Cells of three tables of 8 bytes: 2,800 turns beside as many take 200 MB; no talk is so long.
MOST_CELLS = 8_000_000
SHOWN_TURNS = 12

Links = list[tuple[int, int, float]]


def aligned(original: pd.DataFrame, translation: pd.DataFrame) -> pd.DataFrame:
    """
    Align the turns of an original and of what translates it.

    Args:
        original, translation: The turns of one interview each, in order (tables.TURNS).

    Returns:
        tables.ALIGNMENTS: one row a pair of turns, and one a turn without a counterpart.

    """
    if original.empty or translation.empty:
        return _frame("none", [], original, translation)
    for kind, links in _ways(original, translation):
        if links is not None:
            return _frame(kind, links, original, translation)
    return _frame("none", [], original, translation)


def _ways(original: pd.DataFrame, translation: pd.DataFrame) -> Iterator[tuple[str, Links | None]]:
    """Try each way in turn; None where it does not serve."""
    yield "number", _by_number(original, translation)
    yield "times", _by_times(original, translation)
    if (len(original) + 1) * (len(translation) + 1) <= MOST_CELLS:
        a, b = _side(original), _side(translation)
        yield "lengths", paths.likeliest(a, b, ratio(original, translation))


def _side(turns: pd.DataFrame) -> paths.Side:
    return paths.Side(_voices(turns), turns["text"].str.len().to_numpy(float))


def _voices(turns: pd.DataFrame) -> np.ndarray:
    """Name who speaks, by voice; by role where the turn names nobody, or one who interprets."""
    roles = "role:" + turns["role"].fillna("").astype(str)
    names = turns["speaker_id"].astype(object).where(turns["speaker_id"].notna(), roles)
    return names.where(turns["role"].ne("interpreter").fillna(True), roles).to_numpy(str)


def ratio(original: pd.DataFrame, translation: pd.DataFrame) -> float:
    """Say how many characters of the translation stand for one of the original."""
    both = set(_voices(original)) & set(_voices(translation))
    sums = [
        turns["text"].str.len()[np.isin(_voices(turns), list(both))].sum()
        for turns in (original, translation)
    ]
    return float(sums[1] / sums[0]) if all(sums) else 1.0


def _by_number(original: pd.DataFrame, translation: pd.DataFrame) -> Links | None:
    a, b = _side(original), _side(translation)
    if len(a.lengths) != len(b.lengths) or (a.voices != b.voices).any():
        return None
    fits = paths.fit(a.lengths, b.lengths, ratio(original, translation))
    if (fits < FITS_BY_LENGTH).mean() > MOST_MISFITS:
        return None
    return [(i, i, float(score)) for i, score in enumerate(fits)]


def _by_times(original: pd.DataFrame, translation: pd.DataFrame) -> Links | None:
    """Pair turns of one voice that share at least half of the shorter one's time."""
    if original["start_s"].isna().any() or translation["start_s"].isna().any():
        return None
    (starts, ends), (other_starts, other_ends) = _spans(original), _spans(translation)
    voices, other_voices = _voices(original), _voices(translation)
    order = np.argsort(other_starts, kind="stable")
    latest = np.maximum.accumulate(other_ends[order])
    links: Links = []
    for i, (start, end) in enumerate(zip(starts, ends, strict=True)):
        first = np.searchsorted(latest, start, "right")
        last = np.searchsorted(other_starts[order], end, "left")
        for j in order[first:last]:
            shared = min(end, other_ends[j]) - max(start, other_starts[j])
            share = shared / min(end - start, other_ends[j] - other_starts[j])
            if share >= FITS_BY_TIME and voices[i] == other_voices[j]:
                links.append((i, int(j), round(float(share), 3)))
    met = min(
        len({i for i, _j, _s in links}) / len(starts), len({j for _i, j, _s in links}) / len(order)
    )
    return links if met >= COMMON_CLOCK else None


def _spans(turns: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
    """Give starts and ends in seconds; a turn without an end lasts until the next one."""
    starts = turns["start_s"].to_numpy(float)
    following = np.append(starts[1:], starts[-1] + 1)
    ends = turns["end_s"].to_numpy(float)
    ends = np.where(np.isnan(ends) | (ends <= starts), following, ends)
    return starts, np.maximum(ends, starts + 0.1)  # two turns may begin in the same second


def _frame(
    kind: str, links: Links, original: pd.DataFrame, translation: pd.DataFrame
) -> pd.DataFrame:
    """Name the turns, and add those that no link names, in the order of the original."""
    limit = {"number": FITS_BY_LENGTH, "times": FITS_BY_TIME, "lengths": FITS_BY_PATH}.get(kind, 0)
    ids, other_ids = original["turn_id"].to_numpy(), translation["turn_id"].to_numpy()
    names = {
        "interview_id": original["interview_id"].iloc[0] if len(original) else None,
        "translation_id": translation["interview_id"].iloc[0] if len(translation) else None,
    }
    rows: list[dict[str, object]] = [
        names
        | {
            "turn_id": ids[i],
            "translation_turn_id": other_ids[j],
            "kind": kind,
            "score": score,
            "is_doubtful": score < limit,
        }
        for i, j, score in sorted(links)
    ]
    alone = {"kind": "none", "score": None, "is_doubtful": False}
    linked = {i for i, _j, _score in links}, {j for _i, j, _score in links}
    rows += [names | {"turn_id": t} | alone for i, t in enumerate(ids) if i not in linked[0]]
    rows += [
        names | {"translation_turn_id": t} | alone
        for j, t in enumerate(other_ids)
        if j not in linked[1]
    ]
    return typed(tables.ALIGNMENTS, rows)


# --- for the team --------------------------------------------------------------------------------


def notes(alignments: pd.DataFrame) -> list[str]:
    """Say of each pair how it was aligned, which turns stand alone and which are doubtful."""
    said = []
    for (original, translation), rows in alignments.groupby(["interview_id", "translation_id"]):
        linked = rows[rows["kind"].ne("none")]
        parts = [
            _("{translation} beside {original}: {count} of {total} turns aligned ({kind})").format(
                translation=translation,
                original=original,
                count=linked["translation_turn_id"].nunique(),
                total=rows["translation_turn_id"].nunique(),
                kind=_kind(linked["kind"].iloc[0] if len(linked) else "none"),
            )
        ]
        alone = rows[rows["kind"].eq("none")]
        for text, turns in (
            (_("in {original} alone: {turns}"), alone["turn_id"]),
            (_("in {translation} alone: {turns}"), alone["translation_turn_id"]),
            (
                _("check {translation}: {turns}"),
                linked.loc[linked["is_doubtful"], "translation_turn_id"],
            ),
        ):
            shown = _numbers(turns)
            if shown:
                names = {"original": original, "translation": translation, "turns": shown}
                parts.append(text.format(**names))
        said.append(" · ".join(parts))
    return said


def _kind(kind: str) -> str:
    return {
        "number": _("by their numbers"),
        "times": _("by their times"),
        "lengths": _("by voices and lengths"),
        "none": _("no way to align them"),
    }[kind]


def _numbers(turn_ids: pd.Series) -> str:
    numbers = [turn_id.rsplit("#", 1)[1] for turn_id in turn_ids.dropna().drop_duplicates()]
    more = f" … (+{len(numbers) - SHOWN_TURNS})" if len(numbers) > SHOWN_TURNS else ""
    return ", ".join(numbers[:SHOWN_TURNS]) + more
