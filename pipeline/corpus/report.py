"""What the corpus stage tells the team: sizes, and what was set aside, by place, never by word."""

import pandas as pd

from pipeline import tables
from pipeline.corpus.consent import VOICE
from pipeline.corpus.interview import Interview
from pipeline.corpus.register import Register
from pipeline.messages import _
from pipeline.stages import Stage, counted, some
from pipeline.tables import files
from pipeline.tables.shapes import Table


def remarks(kept: Register, read: list[Interview]) -> pd.DataFrame:
    """List what the team should look at; see tables.REMARKS."""
    files_of = kept.interviews.drop_duplicates("interview_id").set_index("interview_id")["file"]
    rows = [
        {"interview_id": i.interview_id, "file": files_of[i.interview_id], "kind": kind, "place": p}
        for i in read
        for kind, places in (("unused", i.unused), ("doubtful", i.doubtful))
        for p in places
    ]
    met = frozenset[int]().union(*(one.masks_met for one in read))
    rows += [
        {"interview_id": interview_id, "file": "masks.csv", "kind": "mask", "place": line}
        for line, interview_id in kept.masks[["line", "interview_id"]].to_numpy()
        if line not in met
    ]
    return files.typed(tables.REMARKS, rows)


def remark_lines(remarks: pd.DataFrame) -> list[str]:
    """Say each kind of remark in a line, with the first places."""
    said = {
        "unused": _("left aside, not speech: {places}"),
        "doubtful": _("may be a speaker's label, taken for speech: {places}"),
        "mask": _("masks found in no transcript: {places}"),
    }
    places = remarks["file"] + ":" + remarks["place"].astype(str)
    own = {kind: list(places[remarks["kind"].eq(kind)]) for kind in said}
    return [text.format(places=some(own[kind])) for kind, text in said.items() if own[kind]]


def coverage_lines(interviews: pd.DataFrame, speakers: pd.DataFrame) -> list[str]:
    """Say what there is: languages, voices by role, times, and who agreed to what."""
    voices = speakers.drop_duplicates("speaker_id")
    asked = voices[voices["role"].ne("interviewer")]
    timeless = interviews.loc[interviews["timed_count"].eq(0), "interview_id"]
    shares = [
        f"{scope_name(scope)} {sum(scope in own for own in asked['in_force'])}/{len(asked)}"
        for scope in tables.SCOPES
    ]
    languages = interviews["language"].value_counts(sort=False).sort_index().items()
    lines = [
        _("languages: {list}").format(list=", ".join(f"{name} {n}" for name, n in languages)),
        _("agreed, of those interviewed and their interpreters: {list}").format(
            list=", ".join(shares)
        ),
    ]
    if len(timeless):
        lines.append(_("without times: {list}").format(list=some(list(timeless))))
    return lines if len(interviews) else []


def scope_name(scope: str) -> str:
    """Name a scope of consent in the project's language."""
    return {
        "research": _("research"),
        "book": _("book"),
        "film": _("film"),
        "web": _("web"),
        "education": _("education"),
    }[scope]


def tell(
    stage: Stage, made: dict[Table, pd.DataFrame], read: list[Interview], sheets_count: int
) -> None:
    """Say what was read, made and held back."""
    speakers, interviews = made[tables.SPEAKERS], made[tables.INTERVIEWS]
    silent = speakers[[not scopes for scopes in speakers["in_force"]]]
    voices = silent.drop_duplicates(VOICE)
    stage.read += [
        counted("{count} sheet", "{count} sheets", sheets_count),
        counted("{count} transcript", "{count} transcripts", len(interviews)),
    ]
    stage.made += [
        counted("{count} turn", "{count} turns", int(interviews["turns_count"].sum())),
        counted("{count} word", "{count} words", int(interviews["words_count"].sum())),
    ]
    if len(voices):
        stage.held_back.append(counted("{count} voice", "{count} voices", len(voices)))
    nobody = sum(interview.unnamed_count for interview in read)
    if nobody:
        stage.held_back.append(
            counted("{count} turn of nobody named", "{count} turns of nobody named", nobody)
        )
