"""The parts of a quote: found between its cuts, and cut at the turns they touch."""

import re

import pandas as pd

from pipeline.coding.codings import Text, occurrences
from pipeline.corpus.texts import cut_at_turns
from pipeline.messages import _

CUT = "[…]"
CUT_AS_TYPED = re.compile(r"\[\s*(?:…|\.\.\.)\s*\]")


def parts(row: dict[str, object], text: Text) -> list[tuple[int, int]] | str:
    """Find the parts between cuts, in order; say in words why they cannot be found."""
    prefix, suffix = ("" if pd.isna(row[c]) else str(row[c]) for c in ("prefix", "suffix"))
    parts = [p.strip() for p in CUT_AS_TYPED.split(str(row["exact"])) if p.strip()]
    if not parts:
        return _("it has no words")
    spans: list[tuple[int, int]] = []
    for number, part in enumerate(parts):
        before = prefix if number == 0 else ""
        behind = suffix if number == len(parts) - 1 else ""
        found = occurrences(text.words, part, before, behind)
        later = [s for s in found if not spans or s[0] >= spans[-1][1]]
        if not later:
            return _("part {number} does not stand in the transcript in this order").format(
                number=number + 1
            )
        if len(later) > 1 and not spans:
            return _("it stands {count} times: {places}").format(
                count=len(later), places=text.places(later)
            )
        spans.append(later[0])
    return spans


def parts_of(turns: pd.DataFrame, start: int, end: int) -> pd.DataFrame:
    """Cut [start, end) at the turns it touches; `part` tells parts of different cuts apart."""
    own = turns.rename(columns={"start": "start_of_turn", "end": "end_of_turn"})
    return cut_at_turns(own.assign(start=start, end=end, part=start))
