"""`make verbatims`: for each code, theme or initiative the passages coded, in context.

A DOCX to read and to write in, an ODS to sort. Only what is cleared for research is there: a voice
that did not agree is left out of the passages and of what stands around them.
"""

import operator
import re
from collections.abc import Callable

import pandas as pd

from pipeline import tables
from pipeline.corpus import project
from pipeline.corpus.consent import VOICE, cleared
from pipeline.corpus.texts import clock
from pipeline.folders import Folders
from pipeline.messages import _
from pipeline.problems import Problems, nearest, shown
from pipeline.publication import epoch
from pipeline.publication.spreadsheet import to_ods, voice_numbers
from pipeline.publication.verbatims_document import to_docx
from pipeline.stages import Stage, counted
from pipeline.tables import files

PURPOSE = "research"
READS = (
    tables.INITIATIVES,
    tables.INTERVIEWS,
    tables.SPEAKERS,
    tables.TURNS,
    tables.MASKS,
    tables.CODES,
    tables.CODINGS,
    tables.SEGMENTS,
)
# So much talk around a passage tells what it is about, and the page remains the passage's.
CONTEXT_CHARACTERS = 240
BY = {"code": ["code"], "theme": ["question", "theme"], "initiative": ["initiative_id"]}
CONDITION = re.compile(r"\s*([\w.]+)\s*(>=|<=|!=|=|>|<)\s*(.*?)\s*")
ORDERS = {">": operator.gt, "<": operator.lt, ">=": operator.ge, "<=": operator.le}
Read = dict[tables.Table, pd.DataFrame]


def run(folders: Folders, by: str = "code", where: str = "") -> None:
    """
    Write `dist/verbatims/<by>/`, a DOCX and an ODS each.

    Args:
        folders: Of this run.
        by: `code`, `theme` or `initiative`.
        where: Which initiatives, as `field=value`, several separated by `;`; "" for all.

    """
    problems = Problems()
    with Stage("verbatims") as stage:
        settings = project.read(folders.raw, problems)
        read = {table: files.read(table, folders.processed) for table in READS}
        chosen = _chosen(read, where, problems)
        _check_by(by, problems)
        problems.check()
        found = passages(read, settings.language)
        kept = found[found["initiative_id"].isin(chosen)] if where else found
        made = _written(kept, by, read, settings.language, epoch.of(folders))
        files.write_folder(folders.dist / "verbatims" / by, made)
        codings = len(read[tables.CODINGS])
        stage.read.append(counted("{count} coding", "{count} codings", codings))
        stage.made += [
            counted("{count} passage", "{count} passages", len(kept)),
            counted("{count} file", "{count} files", len(made)),
        ]
        lost = len(read[tables.SEGMENTS]) - len(found)
        if lost:
            stage.held_back.append(counted("{count} passage", "{count} passages", lost))
        stage.notes.append(shown(folders.dist / "verbatims" / by))


def _check_by(by: str, problems: Problems) -> None:
    if by not in BY:
        problems.add(
            "P-101", "BY", 0, _('verbatims are not made by "{by}"').format(by=by), nearest(by, BY)
        )


# --- which initiatives ---------------------------------------------------------------------------


def _chosen(read: Read, where: str, problems: Problems) -> set[str]:
    """Find the initiatives that meet every condition, by what their sheets say behind the door."""
    sheets = cleared(read[tables.INITIATIVES], PURPOSE, read[tables.SPEAKERS], read[tables.MASKS])
    kept = pd.Series(True, index=sheets.index)
    for condition in filter(None, (part.strip() for part in where.split(";"))):
        kept &= _meets(sheets, condition, problems)
    return set(sheets.loc[kept, "initiative_id"])


def _meets(sheets: pd.DataFrame, condition: str, problems: Problems) -> pd.Series:
    match = CONDITION.fullmatch(condition)
    field, sign, value = match.groups() if match else (condition, "", "")
    if not match or field not in sheets:
        problems.add(
            "P-102",
            "WHERE",
            0,
            _('the condition "{condition}" names no field of the sheets').format(
                condition=condition
            ),
            _("write field=value, such as status=WIP. {nearest}").format(
                nearest=nearest(field, map(str, sheets.columns))
            ),
        )
        return pd.Series(False, index=sheets.index)
    compare = _compared(sign, value)
    if compare is None:
        problems.add(
            "P-103",
            "WHERE",
            0,
            _('"{value}" is no number to compare with').format(value=value),
            _("write a number behind < or >, such as founded_year>=2000"),
        )
        return pd.Series(False, index=sheets.index)
    return sheets[field].map(compare).astype(bool)


def _compared(sign: str, value: str) -> Callable[[object], bool] | None:
    """Make the comparison of a condition; None where < or > stand before what is no number."""
    if sign in ("=", "!="):
        wanted = {part.strip().casefold() for part in value.split("|")}
        return lambda cell: _says(cell, wanted) == (sign == "=")
    try:
        number = float(value.replace(",", "."))
    except ValueError:
        return None
    return lambda cell: isinstance(cell, int | float) and bool(ORDERS[sign](cell, number))


def _says(cell: object, wanted: set[str]) -> bool:
    cells = cell if isinstance(cell, list) else [] if pd.isna(cell) else [cell]
    return bool({str(c).casefold() for c in cells} & wanted)


# --- the passages --------------------------------------------------------------------------------


def passages(read: Read, language: str) -> pd.DataFrame:
    """
    Give every coded passage that is cleared for research, in context.

    Returns:
        One row a coding and turn: `coding_id`, `question`, `theme`, `code` (ids), `code_name`,
        `initiative_id`, `initiative`, `interview_id`, `turn`, `time`, `voice`, `before`, `text`,
        `behind`, `question_asked` (the turn before, where another voice speaks), `coder`, `memo`,
        `is_fictional`; in the order of the codebook, the initiatives and the texts.

    """
    door = (PURPOSE, read[tables.SPEAKERS], read[tables.MASKS])
    turns = read[tables.TURNS]
    about = ["turn_id", "turn", "role", "start_s", "start", "end", "text"]
    rows = read[tables.SEGMENTS].merge(
        turns[about], on="turn_id", suffixes=("", "_of_turn"), validate="many_to_one"
    )
    passing = cleared(rows, *door)
    rows = rows.loc[passing.index]
    before, behind = _around(rows)
    is_cut = before["start"] > rows["start_of_turn"], behind["end"] < rows["end_of_turn"]
    passing["before"] = is_cut[0].map({True: "… ", False: ""}) + cleared(before, *door)["text"]
    passing["behind"] = cleared(behind, *door)["text"] + is_cut[1].map({True: " …", False: ""})
    asked = _asked(turns, *door)
    passing["question_asked"] = asked.reindex(passing["turn_id"], fill_value="").to_numpy()
    passing["time"] = [("" if pd.isna(s) else clock(s)) for s in passing["start_s"]]
    passing["voice"] = _voices(passing, read)
    memos = read[tables.CODINGS].set_index("coding_id")["memo"].reindex(passing["coding_id"])
    # A memo may quote: it passes the door as a text of its own, for its masks.
    notes = cleared(pd.DataFrame({"note": memos.fillna("").to_numpy()}), *door)
    passing["memo"] = notes["note"].to_numpy()
    return _ordered(_beside(passing, read, language))


def _around(rows: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Give the talk of the turn before and behind each passage, as rows the door can judge."""
    own = ["interview_id", "speaker_id"]
    texts = rows[["text_of_turn", "start_of_turn", "end_of_turn", "start", "end"]].to_numpy()
    before, behind = rows[own].copy(), rows[own].copy()
    spans = [_cut(text, a, b, start, end) for text, a, b, start, end in texts]
    before[["start", "end", "text"]] = [head for head, _tail in spans]
    behind[["start", "end", "text"]] = [tail for _head, tail in spans]
    return before, behind


Piece = tuple[int, int, str]


def _cut(text: str, a: int, b: int, start: int, end: int) -> tuple[Piece, Piece]:
    """Cut what stands around [start, end) in a turn [a, b), at a space where it is too long."""
    head, tail = text[: start - a], text[end - a :]
    if len(head) > CONTEXT_CHARACTERS:
        head = head[-CONTEXT_CHARACTERS:].partition(" ")[2]
    if len(tail) > CONTEXT_CHARACTERS:
        tail = tail[:CONTEXT_CHARACTERS].rpartition(" ")[0]
    return (start - len(head), start, head), (end, end + len(tail), tail)


def _asked(turns: pd.DataFrame, *door: object) -> pd.Series:
    """Give for each turn_id the turn before it, where an interviewer who is cleared speaks."""
    spoken = cleared(turns, *door)  # type: ignore[arg-type]
    next_turn = spoken["interview_id"] + "#" + (spoken["turn"] + 1).astype(str)
    asks = spoken["role"].eq("interviewer").fillna(False)
    return pd.Series(spoken.loc[asks, "text"].to_numpy(), index=next_turn[asks])


def _voices(passing: pd.DataFrame, read: Read) -> list[str]:
    """Name each voice as it asked; one without a name by its role and a number."""
    speakers = read[tables.SPEAKERS]
    named = cleared(speakers, PURPOSE, speakers, read[tables.MASKS]).drop_duplicates(VOICE)
    names = passing[VOICE].merge(named[[*VOICE, "display_name"]], on=VOICE, how="left")
    numbers = voice_numbers(speakers)
    return [
        numbers.get(voice, voice) if pd.isna(name) else name
        for voice, name in names[["speaker_id", "display_name"]].to_numpy()
    ]


def _beside(rows: pd.DataFrame, read: Read, language: str) -> pd.DataFrame:
    """Set the names of codes and initiatives beside their ids."""
    codes = read[tables.CODES].rename(
        columns={f"code_{language}": "code_name", f"theme_{language}": "theme_name"}
    )
    rows = rows.merge(
        codes[["code", "question", "theme", "theme_name", "code_name", "position"]], on="code"
    )
    interviews = read[tables.INTERVIEWS][["interview_id", "initiative_id", "provenance"]]
    rows = rows.merge(interviews, on="interview_id")
    sheets = cleared(read[tables.INITIATIVES], PURPOSE, read[tables.SPEAKERS], read[tables.MASKS])
    names = sheets.set_index("initiative_id")["name"]
    rows["initiative"] = rows["initiative_id"].map(names).fillna("")
    rows["is_fictional"] = rows["provenance"].eq("fictional")
    return rows


def _ordered(rows: pd.DataFrame) -> pd.DataFrame:
    order = ["position", "initiative", "interview_id", "start", "coder", "coding_id", "turn"]
    return rows.sort_values(order, kind="stable", ignore_index=True)


# --- the files -----------------------------------------------------------------------------------


def _written(rows: pd.DataFrame, by: str, read: Read, language: str, when: int) -> dict[str, bytes]:
    made = {}
    for key, group in rows.groupby(BY[by], sort=False, dropna=False):
        name = _file_name([str(part) for part in key if not pd.isna(part)])
        title, about = _title(by, group.iloc[0], read[tables.CODES], language)
        made[f"{name}.docx"] = to_docx(title, about, group, by, when)
        made[f"{name}.ods"] = to_ods({title: _sheet(group)}, when)
    return made


def _file_name(parts: list[str]) -> str:
    """Name a file that every system takes."""
    return re.sub(r"[^\w.-]+", "-", "-".join(parts)).strip("-.") or _("without-initiative")


def _title(by: str, row: pd.Series, codes: pd.DataFrame, language: str) -> tuple[str, str]:
    """Give the title of a file, and what stands below it."""
    code = codes[codes["code"].eq(row["code"])].iloc[0]
    above = f"{code[f'question_{language}']} → {code[f'theme_{language}']}"
    if by == "initiative":
        return row["initiative"] or _("without an initiative"), ""
    if by == "theme":
        return code[f"theme_{language}"], code[f"question_{language}"]
    definition = code[f"definition_{language}"]
    return code[f"code_{language}"], above if pd.isna(definition) else f"{above}\n{definition}"


def _sheet(rows: pd.DataFrame) -> pd.DataFrame:
    """Give the passages with headings that people read."""
    headings = {
        "initiative": _("initiative"),
        "interview_id": _("interview"),
        "turn": _("turn"),
        "time": _("time"),
        "voice": _("voice"),
        "code_name": _("code"),
        "question_asked": _("question asked"),
        "before": _("before"),
        "text": _("passage"),
        "behind": _("behind"),
        "coder": _("coder"),
        "memo": _("memo"),
        "is_fictional": _("fictional"),
    }
    return rows[list(headings)].rename(columns=headings)
