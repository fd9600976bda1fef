"""`make tables`: every processed table that may be shared for research, as one ODS."""

import datetime
import io
import re
from typing import Any
from xml.sax.saxutils import escape, quoteattr

import pandas as pd
from odfdo import Document

from pipeline import tables
from pipeline.corpus.consent import cleared
from pipeline.corpus.texts import for_xml
from pipeline.folders import Folders
from pipeline.problems import shown
from pipeline.publication import epoch
from pipeline.publication.archives import dated
from pipeline.stages import Stage, counted
from pipeline.tables import files
from pipeline.tables.processed import PROCESSED

PURPOSE = "research"
# Who is held back and where masked words stand is for the team; codings are told by their segments,
# which the door can judge voice by voice.
NOT_SHARED = (
    tables.HELD_BACK,
    tables.MASKS,
    tables.ANSWERS,
    tables.CODINGS,
    tables.CORRECTIONS,
    tables.CONFLICTS,
    tables.AGREEMENT,
    tables.DISAGREEMENTS,
    tables.MEDIA,
    tables.REMARKS,
)
# File names and credits name people whatever their name policy; a fingerprint of the text as it was
# said, or places in it, would let a guess at masked words be checked.
TELLING = ("file", "interviewer", "text_sha256", "start", "end", "prefix", "suffix")
# Width of a column in centimetres → the most characters in it, a line or, in the widest, several.
WIDTHS = {2: 8, 3: 14, 5: 26, 9: 90, 14: 10**6}
# How wide a column has to be shows in its first rows.
SEEN_ROWS = 500
ROW = '<table:table-row table:style-name="row">'
STYLES = (
    r"\1"
    + "".join(
        f'<style:style style:name="cm{cm}" style:family="table-column">'
        f'<style:table-column-properties style:column-width="{cm}cm"/></style:style>'
        for cm in WIDTHS
    )
    + '<style:style style:name="row" style:family="table-row">'
    '<style:table-row-properties style:use-optimal-row-height="true"/></style:style>'
    + "".join(
        f'<style:style style:name="{name}" style:family="table-cell">'
        '<style:table-cell-properties fo:wrap-option="wrap" style:vertical-align="top"/>'
        f'<style:text-properties fo:font-weight="{weight}"/></style:style>'
        for name, weight in (("text", "normal"), ("head", "bold"))
    )
    + r"\2"
)


def run(folders: Folders) -> None:
    """Load, clear and write `dist/tables.ods`."""
    with Stage("tables") as stage:
        read = {table: files.read(table, folders.processed) for table in PROCESSED}
        made = build(read)
        files.write({folders.dist / "tables.ods": to_ods(made, epoch.of(folders))})
        stage.notes.append(shown(folders.dist / "tables.ods"))
        stage.read.append(counted("{count} table", "{count} tables", len(read)))
        stage.made.append(counted("{count} table", "{count} tables", len(made)))
        lost = sum(len(read[t]) - len(made[t.name]) for t in PROCESSED if t.name in made)
        if lost:
            stage.held_back.append(counted("{count} row", "{count} rows", lost))


def build(read: dict[tables.Table, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    """Clear each table for research; what names a voice that asked not to be named is numbered."""
    speakers, masks = read[tables.SPEAKERS], read[tables.MASKS]
    numbers = voice_numbers(speakers)
    made = {}
    for table, frame in read.items():
        if table not in NOT_SHARED:
            passing = cleared(frame, PURPOSE, speakers, masks)
            passing = passing.drop(columns=[c for c in TELLING if c in passing])
            if "speaker_id" in passing:
                passing["speaker_id"] = passing["speaker_id"].replace(numbers)
            made[table.name] = passing
    return made | {tables.INTERVIEWS.name: _recounted(**made)}


def _recounted(interviews: pd.DataFrame, turns: pd.DataFrame, **_others: Any) -> pd.DataFrame:
    """Count in each interview the turns and words that passed the door, and no others."""
    sums = turns.groupby("interview_id")["words_count"].agg(["size", "sum"])
    own = sums.reindex(interviews["interview_id"], fill_value=0).astype("Int64")
    return interviews.assign(turns_count=own["size"].to_numpy(), words_count=own["sum"].to_numpy())


def voice_numbers(speakers: pd.DataFrame) -> dict[str, str]:
    """Give a number to each voice that does not speak under its full name: ids are often names."""
    hidden = speakers.loc[speakers["name_policy"].ne("full").fillna(True), "speaker_id"]
    return {str(voice): f"voice-{n:03d}" for n, voice in enumerate(sorted(set(hidden)), 1)}


def to_ods(made: dict[str, pd.DataFrame], when: int) -> bytes:
    """
    Write tables as sheets; text stays text, so that a cell that begins with = is no formula.

    The sheets are written as XML: as odfdo's own objects, 40,000 cells took ten seconds.

    Args:
        made: The tables by name.
        when: The date that the file bears, in seconds since 1970: two builds give the same bytes.

    """
    document = Document("spreadsheet")
    document.body.clear()
    around = document.content.serialize().decode()
    around = re.sub(
        r"(?s)(<office:automatic-styles>).*(</office:automatic-styles>)", STYLES, around
    )
    before, body, after = around.partition("<office:spreadsheet/>")
    assert body, "odfdo's empty spreadsheet has an empty body"
    sheets = "".join(_sheet(name, frame) for name, frame in made.items())
    content = f"{before}<office:spreadsheet>{sheets}</office:spreadsheet>{after}"
    document.set_part("content.xml", content.encode())
    day = datetime.datetime.fromtimestamp(when, datetime.UTC)
    document.meta.creation_date = day.replace(tzinfo=None)
    sink = io.BytesIO()
    document.save(sink)
    return dated(sink.getvalue(), day)


def _sheet(name: str, frame: pd.DataFrame) -> str:
    rows = frame.astype(object).to_numpy().tolist()
    columns = "".join(_column([head, *frame[head].head(SEEN_ROWS)]) for head in frame.columns)
    head = "".join(_cell(head, "head") for head in frame.columns)
    written = "".join(f"{ROW}{''.join(map(_cell, row))}</table:table-row>" for row in rows)
    return (
        f"<table:table table:name={quoteattr(name)}>{columns}<table:table-header-rows>{ROW}{head}"
        f"</table:table-row></table:table-header-rows>{written}</table:table>"
    )


def _column(cells: list[Any]) -> str:
    """Make a column as wide as what stands in it, the widest for text that is read."""
    longest = max(len(str(cell)) for cell in cells)
    width = next((cm for cm, characters in WIDTHS.items() if longest <= characters), max(WIDTHS))
    return f'<table:table-column table:style-name="cm{width}"/>'


def _cell(value: Any, style: str = "text") -> str:
    """Write a cell as OpenDocument has it: the value in an attribute, what is shown below it."""
    if isinstance(value, list):
        value = " | ".join(value)
    if pd.isna(value):
        return "<table:table-cell/>"
    if isinstance(value, bool):
        kind, key, said = "boolean", "boolean-value", str(value).lower()
    elif isinstance(value, int | float):
        kind, key, said = "float", "value", repr(value)
    elif isinstance(value, datetime.date):
        kind, key, said = "date", "date-value", value.strftime("%Y-%m-%d")
    else:
        kind, key, said = "string", "string-value", for_xml(str(value))
    shown = "".join(f"<text:p>{_line(line)}</text:p>" for line in said.split("\n"))
    attributes = (
        f'table:style-name="{style}" office:value-type="{kind}" office:{key}={quoteattr(said)}'
    )
    return f"<table:table-cell {attributes}>{shown}</table:table-cell>"


def _line(text: str) -> str:
    """Write a line so that its spaces and tabs are kept: OpenDocument folds white space."""
    kept = re.sub(r"^ | (?= )| $", "<text:s/>", escape(text))
    return kept.replace("\t", "<text:tab/>")
