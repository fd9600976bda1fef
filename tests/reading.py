"""What the tests of transcript readers share: write a file, read it, damage it, look at it."""

import os
from pathlib import Path

import pandas as pd
import pytest
import real_material
from hypothesis import strategies as st

from pipeline.corpus import transcripts
from pipeline.problems import DataError, Problem

needs_shared = pytest.mark.skipif(
    not real_material.SHARED.exists() and os.environ.get("CI") != "true",
    reason="the reference material does not lie beside the repository",
)
SAMPLES = real_material.SHARED / "samples"


def read(folder: Path, name: str, content: str | bytes) -> pd.DataFrame:
    """Write `content` under `name` and read it as a transcript."""
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return transcripts.read(path)


def problem(folder: Path, name: str, content: str | bytes) -> Problem:
    """Read a file that cannot be read; give its only problem."""
    with pytest.raises(DataError) as caught:
        read(folder, name, content)
    (found,) = caught.value.problems
    return found


def said(turns: pd.DataFrame) -> list[tuple[str, str]]:
    return list(zip(turns["speaker"], turns["text"], strict=True))


def timed(turns: pd.DataFrame) -> list[tuple[str, float, float]]:
    return list(zip(turns["speaker"], turns["start_s"], turns["end_s"], strict=True))


def left(turns: pd.DataFrame) -> list[str]:
    return [text for _place, text in turns.attrs["unused"]]


def damaged(good: bytes) -> st.SearchStrategy[bytes]:
    """Bytes of a good file, cut off, with a piece of it replaced, repeated or moved elsewhere."""

    @st.composite
    def build(draw: st.DrawFn) -> bytes:
        begin = draw(st.integers(0, len(good)))
        end = draw(st.integers(begin, min(len(good), begin + 60)))
        other = draw(st.integers(0, len(good)))
        middle = draw(
            st.one_of(
                st.binary(max_size=20),
                st.just(good[begin:end] * 3),
                st.just(good[other : other + 60]),
                st.sampled_from(
                    [b"", b"\0", b"\xff\xfe", b'"', b"<", b"&x;", b"]]>", b"1e999", b"-1"]
                ),
            )
        )
        whole = good[:begin] + middle + good[end:]
        return whole[: draw(st.one_of(st.just(len(whole)), st.integers(0, len(whole))))] or b"x"

    return build()


def is_refused_or_clean(path: Path) -> bool:
    """Read a file that may be anything: a reason, or turns in the agreed form; else False."""
    try:
        turns = transcripts.read(path)
    except DataError as error:
        return all(p.hint and p.code.startswith("C-10") for p in error.problems)
    is_trimmed = (turns["text"] == turns["text"].str.strip()).all()
    is_placed = turns["place"].ge(1).all()
    return bool(
        is_trimmed and is_placed and not turns["text"].str.contains(r"[\r\x0b\x0c\u2028]|^$").any()
    )
