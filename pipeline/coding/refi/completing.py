"""A project made by hand, as far as its maker said: what the format asks for besides is made up.

Whoever builds a `Project` from a few columns means the rest as any tool would: a code can be used,
a source is a text, things of one name are one thing. What is said stays as it is.
"""

from collections.abc import Iterable
from dataclasses import replace
from functools import reduce

import pandas as pd

from pipeline.coding.project import TABLES, Project
from pipeline.coding.refi.xml_names import minted
from pipeline.tables.files import typed

# What a column means that nobody filled in.
MEANT = {
    "codes": {"is_codable": True},
    "sources": {"kind": "text"},
    "notes": {"kind": "note"},
    "codings": {"kind": "text"},
    "annotations": {"kind": "text"},
    "variables": {"type": "Text"},
}
# Things that a row names instead of giving their guid: the name, the guid, where to look it up.
NAMED = {
    "codings": (("code", "code_guid", "codes"), ("source", "source_guid", "sources")),
    "annotations": (("source", "source_guid", "sources"),),
}
# Rows that say the same of these are one selection.
ONE_SELECTION = ("source_guid", "kind", "start", "end", "place", "coder")


def completed(project: Project) -> Project:
    """Give a project every column that is declared, and every guid that the format needs."""
    frames = {
        name: frame if list(frame.columns) == TABLES[name].names else typed(TABLES[name], frame)
        for name, frame in project.frames().items()
    }
    for name, columns in MEANT.items():
        frames[name] = frames[name].fillna(columns)
    for name in ("codes", "sources", "cases", "notes", "users", "sets", "links"):
        frames[name] = _with_guid(frames[name], name, "guid", [frames[name].index])
    variables = frames["variables"]
    frames["variables"] = _of_bearers(
        _with_guid(variables, "variables", "guid", [variables["name"]]), frames
    )
    for name, named in NAMED.items():
        frames[name] = _placed(reduce(lambda f, n: _looked_up(f, n, frames), named, frames[name]))
    codings = frames["codings"]
    own = [codings["selection_guid"], codings["code_guid"]]
    frames["codings"] = _with_guid(codings, "codings", "guid", own)
    return replace(project, **frames)


def _with_guid(
    frame: pd.DataFrame, name: str, column: str, of: Iterable[pd.Series | pd.Index]
) -> pd.DataFrame:
    """Fill in the guids that are missing, each made of what tells its row from the others."""
    if not frame[column].isna().any():
        return frame
    rows = zip(frame[column], *of, strict=True)
    guids = [minted(name, *map(str, own)) if pd.isna(guid) else guid for guid, *own in rows]
    return frame.assign(**{column: pd.array(guids, dtype=frame[column].dtype)})


def _looked_up(
    frame: pd.DataFrame, named: tuple[str, str, str], frames: dict[str, pd.DataFrame]
) -> pd.DataFrame:
    """Fill in the guid of what a row names; the first of several of one name."""
    name, column, table = named
    guids = frames[table].drop_duplicates("name").set_index("name")["guid"]
    return frame.assign(**{column: frame[column].fillna(frame[name].map(guids))})


def _placed(frame: pd.DataFrame) -> pd.DataFrame:
    own = [frame[column] for column in ONE_SELECTION]
    return _with_guid(frame, "selection", "selection_guid", own)


def _of_bearers(variables: pd.DataFrame, frames: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """Fill in whose value it is, where only the name of the case or source is given."""
    for bearer, table in (("case", "cases"), ("source", "sources")):
        guids = frames[table].drop_duplicates("name").set_index("name")["guid"]
        found = variables["bearer_name"].map(guids)
        is_meant = variables["bearer"].fillna(bearer).eq(bearer) & found.notna()
        is_meant &= variables["bearer_guid"].isna()
        variables = variables.assign(
            bearer=variables["bearer"].mask(is_meant, bearer),
            bearer_guid=variables["bearer_guid"].mask(is_meant, found),
        )
    return variables
