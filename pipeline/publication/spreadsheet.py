"""`make tables`: every processed table that may be shared for research, as one ODS."""

import io
from typing import Any

import pandas as pd
from odfdo import Cell, Document, Row, Table

from pipeline import tables
from pipeline.corpus.consent import cleared
from pipeline.folders import Folders
from pipeline.stages import Stage, counted
from pipeline.tables import files
from pipeline.tables.processed import PROCESSED

PURPOSE = "research"
# Who is held back and where masked words stand is for the team; codings are told by their segments,
# which the door can judge voice by voice.
NOT_SHARED = (tables.HELD_BACK, tables.MASKS, tables.CODINGS, tables.MEDIA)
# File names and credits name people whatever their name policy.
TELLING = ("file", "interviewer")


def run(folders: Folders) -> None:
    """Load, clear and write `dist/tables.ods`."""
    with Stage("tables") as stage:
        read = {table: files.read(table, folders.processed) for table in PROCESSED}
        made = build(read)
        files.write_bytes(folders.dist / "tables.ods", to_ods(made))
        stage.read.append(counted("{count} table", "{count} tables", len(read)))
        stage.made.append(counted("{count} table", "{count} tables", len(made)))
        lost = sum(len(read[t]) - len(made[t.name]) for t in PROCESSED if t.name in made)
        if lost:
            stage.held_back.append(counted("{count} row", "{count} rows", lost))


def build(read: dict[tables.Table, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    """Clear each table for research; what names a voice that asked not to be named is numbered."""
    speakers, masks = read[tables.SPEAKERS], read[tables.MASKS]
    numbers = _numbers(speakers)
    made = {}
    for table, frame in read.items():
        if table not in NOT_SHARED:
            passing = cleared(frame, PURPOSE, speakers, masks)
            passing = passing.drop(columns=[c for c in TELLING if c in passing])
            if "speaker_id" in passing:
                passing["speaker_id"] = passing["speaker_id"].replace(numbers)
            made[table.name] = passing
    return made


def _numbers(speakers: pd.DataFrame) -> dict[str, str]:
    """Give a number to each voice that does not speak under its full name: ids are often names."""
    hidden = speakers.loc[speakers["name_policy"].ne("full").fillna(True), "speaker_id"]
    return {str(voice): f"voice-{n:03d}" for n, voice in enumerate(sorted(set(hidden)), 1)}


def to_ods(made: dict[str, pd.DataFrame]) -> bytes:
    """Write tables as sheets; text stays text, so that a cell that begins with = is no formula."""
    document = Document("spreadsheet")
    document.body.clear()
    for name, frame in made.items():
        sheet = Table(name)
        for values in [list(frame.columns), *frame.astype(object).to_numpy().tolist()]:
            row = Row()
            for value in values:
                row.append_cell(Cell(_cell(value)), clone=False)
            sheet.append_row(row, clone=False)
        document.body.append(sheet)
    sink = io.BytesIO()
    document.save(sink)
    return sink.getvalue()


def _cell(value: Any) -> Any:
    if isinstance(value, list):
        return " | ".join(value)
    if pd.isna(value):
        return None
    return value.date() if isinstance(value, pd.Timestamp) else value
