"""The first stage: what people wrote → initiatives, interviews, speakers, turns."""

import datetime
import hashlib
import re
from pathlib import Path

import pandas as pd

from pipeline import tables
from pipeline.corpus import consent, project, register, sheets, transcripts, words
from pipeline.corpus.register import Register
from pipeline.folders import Folders
from pipeline.messages import _
from pipeline.problems import DataError, Problems, nearest
from pipeline.stages import Stage, counted, progress
from pipeline.tables import files
from pipeline.tables.shapes import Table

Tables = dict[Table, pd.DataFrame]


def run(folders: Folders) -> None:
    """Load, build, check and write the corpus; a DataError tells every problem of the material."""
    problems = Problems()
    with Stage("corpus") as stage:
        settings = project.read(folders.raw, problems)
        kept = register.read(folders.raw / "interviews", problems)
        stage.notes += _recalled(folders, kept)
        sheet_rows = sheets.read(folders.raw / "initiatives", problems)
        read = _transcripts(kept, problems)
        made = build(settings, sheet_rows, kept, read, problems)
        problems.check()
        files.write_stage(folders.processed / "1-corpus", made)
        stage.notes += kept.notes + _left_aside(kept, read)
        stage.notes += _missing_masks(kept, made[tables.MASKS])
        _tell(stage, made, sum(sheet_rows["file"].notna()))


def _recalled(folders: Folders, kept: Register) -> list[str]:
    """Delete what rests on a consent that no longer stands, whatever becomes of this build."""
    published = [
        folders.processed / "3-comparison",
        folders.processed / "4-facts",
        folders.figures,
        folders.book_output,
        folders.dist,
    ]
    if kept.speakers.empty:  # unreadable or not there yet: nothing is known of anybody's consent
        return []
    old = {t: _previous(t, folders.processed) for t in (tables.SPEAKERS, tables.MASKS)}
    speakers = kept.speakers.assign(in_force=consent.in_force(kept.speakers))
    gone = consent.recall(old[tables.SPEAKERS], old[tables.MASKS], speakers, kept.masks, published)
    if not gone:
        return []
    return [
        counted(
            "{count} file deleted: a consent it rests on no longer stands",
            "{count} files deleted: a consent they rest on no longer stands",
            len(gone),
        )
    ]


def _previous(table: Table, processed: Path) -> pd.DataFrame | None:
    try:
        return files.read(table, processed)
    except (OSError, ValueError):  # none yet, or one that another version of the program wrote
        return None


def _transcripts(kept: Register, problems: Problems) -> dict[str, pd.DataFrame]:
    read = {}
    rows = kept.interviews[["interview_id", "file"]].to_numpy().tolist()
    for interview_id, file in progress(rows, "corpus"):
        path = register.path(kept, file)
        if not path.is_file():
            continue
        try:
            read[interview_id] = transcripts.read(path)
        except DataError as error:
            problems.extend(error.problems)
    return read


def build(
    settings: project.Project,
    sheet_rows: pd.DataFrame,
    kept: Register,
    read: dict[str, pd.DataFrame],
    problems: Problems,
    day: datetime.date | None = None,
) -> Tables:
    """
    Make the tables of the corpus.

    Args:
        settings: Of the project.
        sheet_rows: Initiatives as their sheets say (tables.INITIATIVES).
        kept: The hand-kept tables.
        read: For each interview_id the turns as `transcripts.read` gives them.
        problems: Collects what does not fit together (C-41x).
        day: The day consent is judged by; today when not given.

    Returns:
        The tables of `1-corpus`.

    """
    turns = [_turns(interview_id, rows, kept, problems) for interview_id, rows in read.items()]
    all_turns = files.typed(tables.TURNS, pd.concat(turns)) if turns else files.empty(tables.TURNS)
    interviews = _interviews(settings, kept, all_turns)
    initiatives = _initiatives(settings, sheet_rows, interviews, kept, problems)
    speakers = kept.speakers.assign(in_force=consent.in_force(kept.speakers, day))
    return {
        tables.INITIATIVES: initiatives,
        tables.INTERVIEWS: interviews,
        tables.SPEAKERS: files.typed(tables.SPEAKERS, speakers),
        tables.TURNS: all_turns,
        tables.MASKS: _masks(kept.masks, all_turns),
        tables.MEDIA: files.typed(tables.MEDIA, kept.media),
    }


def _turns(
    interview_id: str, rows: pd.DataFrame, kept: Register, problems: Problems
) -> pd.DataFrame:
    """Give the turns of one interview their voices and their places in its text."""
    turns = register.voices_of(rows, interview_id, kept, problems)
    lengths = turns["text"].str.len()
    ends = (lengths + 1).cumsum() - 1  # the line feed between two turns belongs to neither
    return turns.assign(
        interview_id=interview_id,
        turn_id=[f"{interview_id}#{n}" for n in turns["turn"]],
        label=turns["speaker"],
        start=ends - lengths,
        end=ends,
        words_count=words.count(turns["text"]),
    )


def text_of(turns: pd.DataFrame) -> str:
    """Give the text of one interview from its turns."""
    return "\n".join(turns["text"])


def _interviews(settings: project.Project, kept: Register, turns: pd.DataFrame) -> pd.DataFrame:
    by_id = dict(iter(turns.groupby("interview_id")))
    interpreted = kept.speakers.loc[kept.speakers["role"].eq("interpreter"), "interview_id"]
    rows = []
    for row in kept.interviews.drop(columns="line").to_dict("records"):
        said = by_id.get(row["interview_id"], files.empty(tables.TURNS))
        rows.append(
            row
            | {
                "language": settings.language if pd.isna(row["language"]) else row["language"],
                "turns_count": len(said),
                "words_count": int(said["words_count"].sum()),
                "text_sha256": hashlib.sha256(text_of(said).encode()).hexdigest(),
                "has_interpreter": row["interview_id"] in set(interpreted),
            }
        )
    return files.typed(tables.INTERVIEWS, rows)


def _initiatives(
    settings: project.Project,
    sheet_rows: pd.DataFrame,
    interviews: pd.DataFrame,
    kept: Register,
    problems: Problems,
) -> pd.DataFrame:
    """Complete the sheets: defaults, initiatives that only the register names, discretion."""
    named = interviews.dropna(subset="initiative_id").drop_duplicates("initiative_id")
    without = named[~named["initiative_id"].isin(sheet_rows["initiative_id"])]
    if len(sheet_rows):
        _unknown_initiatives(without, sheet_rows, kept, problems)
    stubs = [
        {"initiative_id": i, "name": _readable(i), "provenance": p}
        for i, p in without[["initiative_id", "provenance"]].to_numpy()
    ]
    rows = pd.concat([sheet_rows, files.typed(tables.INITIATIVES, stubs)], ignore_index=True)
    quiet = kept.speakers[
        kept.speakers["role"].eq("interviewee")
        & kept.speakers["name_policy"].fillna("role").eq("role")
    ]
    discreet = interviews.loc[
        interviews["interview_id"].isin(quiet["interview_id"]), "initiative_id"
    ]
    rows["is_coarse"] = rows["initiative_id"].isin(discreet)
    rows["provenance"] = rows["provenance"].fillna("real")
    rows["language"] = rows["language"].fillna(settings.language)
    _mixed_provenance(rows, interviews, kept, problems)
    return files.typed(tables.INITIATIVES, rows.sort_values("initiative_id"))


def _readable(identifier: str) -> str:
    words_of = re.sub(r"[-_]+", " ", identifier).strip()
    return words_of[:1].upper() + words_of[1:]


def _unknown_initiatives(
    without: pd.DataFrame, sheet_rows: pd.DataFrame, kept: Register, problems: Problems
) -> None:
    lines = kept.interviews.set_index("interview_id")["line"]
    for interview_id, initiative_id in without[["interview_id", "initiative_id"]].to_numpy():
        problems.add(
            "C-418",
            kept.folder / "register.csv",
            int(lines[interview_id]),
            _('the initiative "{id}" has no sheet').format(id=initiative_id),
            nearest(initiative_id, sheet_rows["initiative_id"].dropna()),
        )


def _mixed_provenance(
    initiatives: pd.DataFrame, interviews: pd.DataFrame, kept: Register, problems: Problems
) -> None:
    """Refuse words put into the mouth of a real group, and real words under an invented one."""
    lines = kept.interviews.set_index("interview_id")["line"]
    both = interviews.merge(initiatives, on="initiative_id", suffixes=("", "_of_initiative"))
    mixed = both[both["provenance"] != both["provenance_of_initiative"]]
    for row in mixed.to_dict("records"):
        problems.add(
            "C-419",
            kept.folder / "register.csv",
            int(lines[row["interview_id"]]),
            _('a {own} interview under the {other} initiative "{id}"').format(
                own=_(row["provenance"]),
                other=_(row["provenance_of_initiative"]),
                id=row["initiative_id"],
            ),
            _("never put invented words in the mouth of a real group: correct `provenance`"),
        )


def _masks(by_hand: pd.DataFrame, turns: pd.DataFrame) -> pd.DataFrame:
    """Find the masked words in the interviews; each mask also stays once without a position."""
    rows = [
        {"start": 0, "end": 0, "exact": exact, "replacement": replacement}
        for exact, replacement in by_hand[["exact", "replacement"]].drop_duplicates().to_numpy()
    ]
    for interview_id, said in turns.groupby("interview_id") if rows else []:
        own = by_hand[by_hand["interview_id"].isna() | by_hand["interview_id"].eq(interview_id)]
        rows += _located(str(interview_id), text_of(said), own)
    return files.typed(tables.MASKS, rows)


def _located(interview_id: str, text: str, masks: pd.DataFrame) -> list[dict[str, object]]:
    """Find masks in one text; where two overlap, the longer one holds."""
    by_length = sorted(
        masks[["exact", "replacement"]].to_numpy().tolist(), key=lambda m: -len(m[0])
    )
    taken: list[dict[str, object]] = []
    covered = [False] * len(text)
    for exact, replacement in by_length:
        for match in consent.mask_pattern(exact).finditer(text):
            start, end = match.span()
            if not any(covered[start:end]):
                covered[start:end] = [True] * (end - start)
                taken.append(
                    {
                        "interview_id": interview_id,
                        "start": start,
                        "end": end,
                        "exact": exact,
                        "replacement": replacement,
                    }
                )
    return sorted(taken, key=lambda span: span["start"])  # type: ignore[arg-type, return-value]


def _left_aside(kept: Register, read: dict[str, pd.DataFrame]) -> list[str]:
    """Tell the team what a reader did not take for speech, by place: a title, a doubtful label."""
    files_of = kept.interviews.set_index("interview_id")["file"]
    said = {
        "unused": _("{file}: not speech, left aside, at {places}"),
        "doubtful": _("{file}: may be the label of a speaker, taken for speech, at {places}"),
    }
    return [
        text.format(
            file=files_of[interview_id], places=_some([place for place, _text in turns.attrs[kind]])
        )
        for kind, text in said.items()
        for interview_id, turns in read.items()
        if turns.attrs.get(kind)
    ]


def _some(places: list[int]) -> str:
    """List the first few places, and say how many more there are."""
    shown = ", ".join(map(str, places[:5]))
    return f"{shown} … (+{len(places) - 5})" if len(places) > 5 else shown


def _missing_masks(kept: Register, located: pd.DataFrame) -> list[str]:
    """Tell the team which mask stands nowhere, by line: a name mistyped there would leave unmasked."""
    found = set(
        located.loc[located["interview_id"].notna(), ["interview_id", "exact"]].apply(tuple, axis=1)
    )
    everywhere = {exact for _interview, exact in found}
    lines = [
        str(line)
        for line, interview_id, exact in kept.masks[["line", "interview_id", "exact"]].to_numpy()
        if (
            exact not in everywhere if pd.isna(interview_id) else (interview_id, exact) not in found
        )
    ]
    if not lines:
        return []
    return [_("masks.csv: found in no transcript: line {lines}").format(lines=", ".join(lines))]


def _tell(stage: Stage, made: Tables, sheets_count: int) -> None:
    speakers, turns = made[tables.SPEAKERS], made[tables.TURNS]
    silent = speakers[[not scopes for scopes in speakers["in_force"]]]
    voices = silent.drop_duplicates(consent.VOICE)
    stage.read += [
        counted("{count} sheet", "{count} sheets", sheets_count),
        counted("{count} transcript", "{count} transcripts", len(made[tables.INTERVIEWS])),
    ]
    stage.made += [
        counted("{count} turn", "{count} turns", len(turns)),
        counted("{count} word", "{count} words", int(turns["words_count"].sum())),
    ]
    if len(voices):
        stage.held_back.append(counted("{count} voice", "{count} voices", len(voices)))
    nobody = int(turns["speaker_id"].isna().sum())
    if nobody:
        stage.held_back.append(
            counted("{count} turn of nobody named", "{count} turns of nobody named", nobody)
        )
