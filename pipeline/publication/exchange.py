"""`make exchange`: the coded interviews as a project that other QDA tools open (REFI-QDA).

It leaves the house: every word has passed the door for research, masks included. A coding goes out
with the words that may leave; when the project comes back, `coding.exchange` knows it again.
"""

import datetime
from typing import Any

import pandas as pd

from pipeline import messages, tables
from pipeline.coding.exchange import SUGGESTIONS
from pipeline.coding.outgoing import Outgoing, outgoing
from pipeline.coding.project import PATH, Project, made_of
from pipeline.coding.refi.writing import records, to_bytes
from pipeline.coding.refi.xml_names import minted
from pipeline.corpus import iramuteq
from pipeline.corpus.consent import cleared
from pipeline.folders import Folders
from pipeline.messages import _
from pipeline.problems import shown
from pipeline.publication import epoch
from pipeline.publication.memos import Memos
from pipeline.publication.spreadsheet import voice_numbers
from pipeline.stages import Stage, counted
from pipeline.tables import files
from pipeline.tables.shapes import Column, Kind

Row = dict[str, Any]
Read = dict[tables.Table, pd.DataFrame]
PURPOSE = "research"
READ = (
    *(tables.INITIATIVES, tables.INTERVIEWS, tables.SPEAKERS, tables.TURNS, tables.MASKS),
    *(tables.CODES, tables.CODINGS, tables.SUGGESTIONS),
)
# A question's codes have one colour where the codebook gives none: Okabe and Ito's, which the
# colour-blind tell apart.
COLORS = ("#E69F00", "#56B4E9", "#009E73", "#D55E00", "#0072B2", "#CC79A7", "#F0E442")
OF_INITIATIVES = (
    *("countries", "region", "north_south", "place", "latitude", "longitude", "status", "domains"),
    *("founded_year", "members_count", "scale", "organisation", "visited_date", "provenance"),
)
OF_INTERVIEWS = ("date", "place", "language", "translation_of", "provenance")
TYPES: dict[Kind, str] = {
    "text": "Text",
    "list": "Text",
    "integer": "Integer",
    "number": "Float",
    "date": "Date",
    "yes_no": "Boolean",
}


def run(folders: Folders, suggestions: bool = False) -> None:
    """Load, clear and write `dist/exchange/`: `project.qdpx`, `codebook.qdc`, `iramuteq.txt`."""
    with Stage("exchange") as stage:
        read = {table: files.read(table, folders.processed) for table in READ}
        project, lost = build(read, messages.language_of(folders.raw), suggestions)
        day = datetime.datetime.fromtimestamp(epoch.of(folders), datetime.UTC)
        project.about["creationDateTime"] = day.strftime("%Y-%m-%dT%H:%M:%SZ")
        folder = folders.dist / "exchange"
        made = {
            "project.qdpx": to_bytes(project, ".qdpx"),
            "codebook.qdc": to_bytes(project, ".qdc"),
            "iramuteq.txt": _words_only(read).encode(),
        }
        files.write_folder(folder, made)
        stage.read.append(counted("{count} interview", "{count} interviews", lost["interviews"]))
        stage.made += [
            counted("{count} interview", "{count} interviews", len(project.sources)),
            counted("{count} coding", "{count} codings", len(project.codings)),
        ]
        stage.held_back += [
            text
            for text, n in (
                (counted("{count} coding", "{count} codings", lost["codings"]), lost["codings"]),
                (counted("{count} memo", "{count} memos", lost["memos"]), lost["memos"]),
            )
            if n
        ]
        stage.notes += [shown(folder / name) for name in made]


def _words_only(read: Read) -> str:
    """Write the talk that is cleared as an IRaMuTeQ corpus; ids of voices are often their names."""
    door = (PURPOSE, read[tables.SPEAKERS], read[tables.MASKS])
    turns = cleared(read[tables.TURNS], *door)
    turns["speaker_id"] = turns["speaker_id"].replace(voice_numbers(read[tables.SPEAKERS]))
    return iramuteq.write(turns, cleared(read[tables.INTERVIEWS], *door))


def build(read: Read, language: str, suggestions: bool = False) -> tuple[Project, dict[str, int]]:
    """
    Make the project that leaves.

    Args:
        read: The tables of `READ`.
        language: The language of the codebook's names, `fr` or `en`.
        suggestions: Whether what programs suggest goes along, in a code group of its own.

    Returns:
        The project, and how many interviews were read, codings and memos held back.

    """
    door = (PURPOSE, read[tables.SPEAKERS], read[tables.MASKS])
    texts = outgoing(read[tables.TURNS], *door)
    passing = {t: cleared(read[t], *door) for t in (tables.INITIATIVES, tables.CODES)}
    interviews = cleared(read[tables.INTERVIEWS], *door)
    interviews = interviews[interviews["interview_id"].isin(list(texts))]
    codebook = _codes(passing[tables.CODES], language)
    memos = Memos(read[tables.SPEAKERS], read[tables.TURNS], read[tables.MASKS], texts)
    codings = _codings(read[tables.CODINGS], texts, codebook, memos)
    rows: dict[str, list[Row]] = {
        "codes": codebook,
        "sources": [_source(row, texts) for row in records(interviews)],
        "codings": codings,
        "users": _users(codings),
    }
    lost = {
        "interviews": len(read[tables.INTERVIEWS]),
        "codings": len(read[tables.CODINGS]) - len(codings),
        "memos": memos.held_back,
    }
    rows["cases"], rows["variables"] = _cases(passing[tables.INITIATIVES], interviews)
    if suggestions:
        _suggest(rows, cleared(read[tables.SUGGESTIONS], *door), read, texts)
    return Project(**made_of(rows), about=_about(interviews, passing[tables.INITIATIVES])), lost


def _about(interviews: pd.DataFrame, initiatives: pd.DataFrame) -> dict[str, str]:
    invented = any(t["provenance"].eq("fictional").any() for t in (interviews, initiatives))
    said = _("Demonstration edition – fictional interviews") if invented else ""
    return {"name": "Utopies réalistes", **({"description": said} if said else {})}


def _guid(kind: str, name: str) -> str:
    return minted("utopies-realistes", kind, name)


# --- the codebook --------------------------------------------------------------------------------


def _codes(codes: pd.DataFrame, language: str) -> list[Row]:
    """Make the questions, themes and codes, each below the one above it."""
    made: dict[str, Row] = {}
    questions = list(dict.fromkeys(codes["question"]))
    for row in records(codes):
        question, theme = row["question"], f"{row['question']}/{row['theme']}"
        if question not in made:
            name = row[f"question_short_{language}"]
            definition = row[f"question_{language}"]
            made[question] = _code("question", question, name, None, definition)
        if theme not in made:
            above = made[question]
            made[theme] = _code("theme", theme, row[f"theme_{language}"], above, None)
        color = row["color"] or COLORS[questions.index(question) % len(COLORS)]
        definition = row[f"definition_{language}"]
        code = _code("code", row["code"], row[f"code_{language}"], made[theme], definition)
        made[f"code {row['code']}"] = {**code, "color": color, "is_codable": True}
    return _numbered(list(made.values()))


def _code(kind: str, key: str, name: str, above: Row | None, definition: str | None) -> Row:
    return {
        "guid": _guid(kind, key),
        "name": name,
        "parent": above["guid"] if above else None,
        "definition": definition,
        "is_codable": False,
        "level": above["level"] + 1 if above else 0,
        "path": f"{above['path']}{PATH}{name}" if above else name,
    }


def _numbered(codes: list[Row]) -> list[Row]:
    """Put each code behind the one above it, as they stand in the file, and number them."""
    below: dict[str | None, list[Row]] = {}
    for code in codes:
        below.setdefault(code["parent"], []).append(code)
    ordered: list[Row] = []

    def walk(parent: str | None) -> None:
        for code in below.get(parent, []):
            ordered.append({**code, "position": len(ordered) + 1})
            walk(code["guid"])

    walk(None)
    return ordered


# --- sources and codings -------------------------------------------------------------------------


def _source(row: Row, texts: dict[str, Outgoing]) -> Row:
    guid = _guid("interview", row["interview_id"])
    return {
        "guid": guid,
        "name": row["interview_id"],
        "kind": "text",
        "text": texts[row["interview_id"]].text,
        "path": f"internal://{guid}.txt",
        "description": _("fictional interview") if row["provenance"] == "fictional" else None,
    }


def _codings(
    codings: pd.DataFrame, texts: dict[str, Outgoing], codebook: list[Row], memos: Memos
) -> list[Row]:
    """Place people's codings in the texts that leave; one of which no word leaves stays here."""
    names = {code["guid"]: code["name"] for code in codebook}
    made = []
    for row in records(codings.sort_values(["interview_id", "start", "end", "coding_id"])):
        selection = _selection(row, texts, _guid("selection", row["coding_id"]))
        guid = _guid("code", row["code"])
        if selection and guid in names:
            memo = memos.passing(row["memo"], row["interview_id"])
            own = {"guid": _guid("coding", row["coding_id"]), "coder": row["coder"], "memo": memo}
            own["created_at"] = row["created_at"]
            made.append({**selection, **own, "code_guid": guid, "code": names[guid]})
    return made


def _selection(row: Row, texts: dict[str, Outgoing], guid: str) -> Row | None:
    text = texts.get(row["interview_id"])
    place = text.out(int(row["start"]), int(row["end"])) if text else None
    if text is None or place is None:
        return None
    passage = text.text[slice(*place)]
    return {
        "selection_guid": guid,
        # QualCoder and others show the name as the passage; and it tells how we count.
        "name": passage,
        "source": row["interview_id"],
        "source_guid": _guid("interview", row["interview_id"]),
        "kind": "text",
        "start": place[0],
        "end": place[1],
        "exact": passage,
    }


def _users(codings: list[Row]) -> list[Row]:
    names = sorted({row["coder"] for row in codings})
    return [{"guid": _guid("user", name), "name": name} for name in names]


def _suggest(
    rows: dict[str, list[Row]],
    suggestions: pd.DataFrame,
    read: Read,
    texts: dict[str, Outgoing],
) -> None:
    """Add what programs suggest, under codes of their own that are never read as decisions."""
    group = {**_code("suggestions", "group", SUGGESTIONS, None, None)}
    names = {code["guid"]: code for code in rows["codes"]}
    codes: dict[str, Row] = {}
    places = read[tables.SUGGESTIONS].loc[suggestions.index, ["start", "end"]]
    for number, row in enumerate(records(suggestions.assign(**places)), 1):
        selection = _selection(row, texts, _guid("suggestion", str(number)))
        known = names.get(_guid("code", row["code"]))
        if selection is None or known is None:
            continue
        code = codes.setdefault(
            row["code"],
            _code("suggestions", row["code"], f"? {known['name']}", group, known["definition"])
            | {"color": known["color"], "is_codable": True},
        )
        own = {"guid": _guid("suggested", str(number)), "coder": row["suggester"]}
        rows["codings"].append(
            {**selection, **own, "code_guid": code["guid"], "code": code["name"]}
        )
    rows["codes"] = _numbered([*rows["codes"], group, *codes.values()])
    rows["users"] = _users(rows["codings"])
    order = {source["guid"]: n for n, source in enumerate(rows["sources"])}
    rows["codings"].sort(key=lambda row: order[row["source_guid"]])


# --- cases and variables -------------------------------------------------------------------------


def _cases(initiatives: pd.DataFrame, interviews: pd.DataFrame) -> tuple[list[Row], list[Row]]:
    cases, variables = [], []
    for row in records(initiatives):
        own = interviews[interviews["initiative_id"].eq(row["initiative_id"]).fillna(False)]
        guid = _guid("initiative", row["initiative_id"])
        cases.append(
            {
                "guid": guid,
                "name": row["name"],
                "description": row["baseline"],
                "sources": [_guid("interview", one) for one in own["interview_id"]],
            }
        )
        for name in OF_INITIATIVES:
            column = tables.INITIATIVES.column(name)
            variables += _value(column, "case", guid, row["name"], row[name])
    for row in records(interviews):
        guid = _guid("interview", row["interview_id"])
        for name in OF_INTERVIEWS:
            column = tables.INTERVIEWS.column(name)
            variables += _value(column, "source", guid, row["interview_id"], row[name])
    return cases, variables


def _value(column: Column, bearer: str, guid: str, name: str, value: Any) -> list[Row]:
    """Make the value of a variable; an empty cell is no value."""
    said = _said(value)
    if not said:
        return []
    title = column.name if bearer == "case" else f"interview_{column.name}"
    return [
        {
            "guid": _guid("variable", f"{bearer} {column.name}"),
            "name": title,
            "type": TYPES[column.kind],
            "description": column.meaning,
            "bearer": bearer,
            "bearer_guid": guid,
            "bearer_name": name,
            "value": said,
        }
    ]


def _said(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, list):
        return " | ".join(value)
    if isinstance(value, datetime.date):
        return value.strftime("%Y-%m-%d")
    return str(value)
