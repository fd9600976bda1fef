"""The passages of a code, a theme or an initiative as a Word document: to read, to write in."""

import datetime
import io

import pandas as pd
from docx import Document
from docx.document import Document as Word
from docx.enum.text import WD_COLOR_INDEX
from docx.shared import Pt, RGBColor
from docx.text.paragraph import Paragraph
from docx.text.run import Run

from pipeline.corpus.texts import for_xml
from pipeline.messages import _
from pipeline.publication.archives import dated
from pipeline.stages import counted

# Dark enough to read on paper (contrast 7:1 on white), light enough to step back.
GREY = RGBColor(0x59, 0x59, 0x59)


def to_docx(title: str, about: str, rows: pd.DataFrame, by: str, when: int) -> bytes:
    """
    Write passages as a Word document.

    Args:
        title: What they have in common, and `about` what it means, line by line.
        about: See `title`.
        rows: See `verbatims.passages`.
        by: What they are grouped by in this file: `code`, `theme` or `initiative`.
        when: The date that the file bears, in seconds since 1970.

    """
    document = Document()
    _set_up(document, title, when)
    document.add_heading(for_xml(title), level=0)
    for line in about.split("\n") if about else []:
        document.add_paragraph(for_xml(line), style="Subtitle")
    document.add_paragraph(_sizes(rows))
    if rows["is_fictional"].any():
        document.add_paragraph(_("Invented interviews, for the demonstration.")).runs[0].bold = True
    column, inner = ("theme_name" if by == "initiative" else "initiative"), "code_name"
    for name, group in rows.groupby(column, sort=False):
        document.add_heading(for_xml(name or _("without an initiative")), level=1)
        for codings in _alike(group):
            _passage(document, codings[0])
            _caption(document, codings, shows=inner if by != "code" else "")
    sink = io.BytesIO()
    document.save(sink)
    return dated(sink.getvalue(), datetime.datetime.fromtimestamp(when, datetime.UTC))


def _set_up(document: Word, title: str, when: int) -> None:
    day = datetime.datetime.fromtimestamp(when, datetime.UTC).replace(tzinfo=None)
    about = document.core_properties
    about.title, about.author, about.comments = for_xml(title), "", ""
    about.created = about.modified = day
    document.styles["Normal"].font.size = Pt(11)
    document.styles["Normal"].paragraph_format.space_after = Pt(4)


def _sizes(rows: pd.DataFrame) -> str:
    """Say how many passages, interviews and initiatives there are, so that few look like few."""
    return " · ".join(
        [
            counted("{count} passage", "{count} passages", rows["coding_id"].nunique()),
            counted("{count} interview", "{count} interviews", rows["interview_id"].nunique()),
            counted("{count} initiative", "{count} initiatives", rows["initiative_id"].nunique()),
            counted("{count} coder", "{count} coders", rows["coder"].nunique()),
        ]
    )


def _alike(rows: pd.DataFrame) -> list[list[pd.DataFrame]]:
    """Put codings together that give one code to the same words: they differ by their coder."""
    alike: dict[tuple[object, ...], list[pd.DataFrame]] = {}
    for _id, coding in rows.groupby("coding_id", sort=False):
        spans = coding[["code", "turn_id", "start", "end"]].itertuples(index=False, name=None)
        alike.setdefault(tuple(spans), []).append(coding)
    return list(alike.values())


def _passage(document: Word, rows: pd.DataFrame) -> None:
    """Write the question asked and the passage in its turn, a paragraph a turn."""
    for row in rows.to_dict("records"):
        if row["question_asked"]:
            asked = document.add_paragraph()
            _grey(asked, f"— {row['question_asked']}").italic = True
            asked.paragraph_format.keep_with_next = True
        said = document.add_paragraph()
        _grey(said, row["before"])
        passage = said.add_run(for_xml(row["text"]))
        passage.font.highlight_color = WD_COLOR_INDEX.GRAY_25
        _grey(said, row["behind"])
        said.paragraph_format.keep_with_next = True


def _caption(document: Word, codings: list[pd.DataFrame], shows: str) -> None:
    """Say whose words they are, where they stand, who coded them, and the memos."""
    last = codings[0].iloc[-1]
    where = [last["voice"], last["interview_id"], _("turn {number}").format(number=last["turn"])]
    where += [last["time"]] if last["time"] else []
    code = [f"« {last[shows]} »"] if shows else []
    coders = ", ".join(coding["coder"].iloc[0] for coding in codings)
    own = document.add_paragraph()
    run = _grey(own, " · ".join([*where, *code, _("coded by {coder}").format(coder=coders)]))
    run.font.size = Pt(9)
    own.paragraph_format.space_after = Pt(2)
    for coding in codings:
        row = coding.iloc[0]
        if row["memo"]:
            own = document.add_paragraph()
            own.add_run(_("Memo ({coder}): ").format(coder=row["coder"])).bold = True
            own.add_run(for_xml(row["memo"]))
    own.paragraph_format.space_after = Pt(14)


def _grey(paragraph: Paragraph, text: str) -> Run:
    run = paragraph.add_run(for_xml(text))
    run.font.color.rgb = GREY
    return run
