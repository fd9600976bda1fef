"""The third stage: cleared codings → comparison tables, the team's report, and the facts."""

import pandas as pd

from pipeline import tables
from pipeline.comparison import agreed, counting, facts, frequencies
from pipeline.comparison.counting import Counted
from pipeline.corpus import consent, project
from pipeline.corpus.project import Project
from pipeline.folders import Folders
from pipeline.messages import _
from pipeline.problems import Problems
from pipeline.stages import Stage, counted
from pipeline.tables import files
from pipeline.tables.shapes import Table
from pipeline.tables.stage_folder import write_stage

# The team reads `research`; what prose and pictures print is counted for `book`.
PUBLISHED = "book"
PURPOSES = ("research", PUBLISHED)
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
Tables = dict[Table, pd.DataFrame]


def run(folders: Folders) -> None:
    """Load, build, check and write the comparison and the facts."""
    problems = Problems()
    settings = project.read(folders.raw, problems)
    problems.check()
    with Stage("comparison") as stage:
        read = {table: files.read(table, folders.processed) for table in READS}
        made, found, provenance = build(settings, read)
        write_stage(folders.processed / "3-comparison", made)
        files.write_folder(
            folders.processed / "4-facts", {"facts.json": facts.to_json(found, provenance)}
        )
        stage.read.append(counted("{count} coding", "{count} codings", len(read[tables.CODINGS])))
        stage.made += [
            counted("{count} comparison", "{count} comparisons", len(made[tables.CODE_BY_GROUP])),
            counted("{count} fact", "{count} facts", len(found)),
        ]
        _tell_held_back(stage, made)
        stage.notes += _tell_aside(settings, read)


def build(settings: Project, read: Tables) -> tuple[Tables, dict[str, facts.Fact], str]:
    """
    Make the tables of comparison and the facts.

    Args:
        settings: Of the project: smallest cell, whether research-only voices count in print.
        read: The tables of READS.

    Returns:
        The tables of `3-comparison`, the facts by name, and the provenance they rest on.

    """
    members = counting.memberships(read[tables.INITIATIVES], read[tables.INTERVIEWS])
    by_purpose = {purpose: _counted(purpose, settings, read) for purpose in PURPOSES}
    blocks = [
        frequencies.code_by_group(
            purpose, found, members, read[tables.CODES], settings.smallest_cell
        )
        for purpose, found in by_purpose.items()
    ]
    by_group = files.typed(tables.CODE_BY_GROUP, pd.concat(blocks, ignore_index=True))
    published = by_purpose[PUBLISHED]
    provenance = facts.basis(published.interviews, read[tables.INTERVIEWS])
    found = facts.build(
        provenance,
        PUBLISHED,
        published,
        _counted_codings(read, published, provenance),
        read[tables.CODES],
        read[tables.INITIATIVES],
        by_group,
    )
    made = {
        tables.CODE_BY_GROUP: by_group,
        tables.PUBLISHED_AGREEMENT: agreed.published(
            published,
            read[tables.CODINGS],
            read[tables.SEGMENTS],
            read[tables.TURNS],
            read[tables.CODES],
            settings.smallest_cell,
        ),
        tables.HELD_BACK: consent.held_back(read[tables.TURNS], read[tables.SPEAKERS]),
    }
    return made, found, provenance


def _counted(purpose: str, settings: Project, read: Tables) -> Counted:
    return counting.count(
        purpose,
        read[tables.INTERVIEWS],
        read[tables.SPEAKERS],
        read[tables.TURNS],
        read[tables.SEGMENTS],
        read[tables.MASKS],
        settings.count_research_only,
    )


def _counted_codings(read: Tables, published: Counted, provenance: str) -> pd.DataFrame:
    """Keep the codings behind what is counted whose every voice is cleared for print."""
    segments, speakers = read[tables.SEGMENTS], read[tables.SPEAKERS]
    passing = consent.cleared(segments, PUBLISHED, speakers, read[tables.MASKS])
    closed = segments.loc[~segments.index.isin(passing.index), "coding_id"]
    own = published.interviews[published.interviews["provenance"].eq(provenance)]
    codings = read[tables.CODINGS]
    return codings[
        codings["interview_id"].isin(own["interview_id"])
        & codings["coding_id"].isin(published.coding_ids)
        & ~codings["coding_id"].isin(closed)
    ]


def _tell_held_back(stage: Stage, made: Tables) -> None:
    cells = int(made[tables.CODE_BY_GROUP]["is_held_back"].sum())
    voices = made[tables.HELD_BACK].drop_duplicates(consent.VOICE)
    if cells:
        stage.held_back.append(counted("{count} cell", "{count} cells", cells))
    if len(voices):
        stage.held_back.append(
            counted(
                "{count} voice, for one use or all",
                "{count} voices, for one use or all",
                len(voices),
            )
        )


def _tell_aside(settings: Project, read: Tables) -> list[str]:
    """Say which codings do not count because another version of their interview does."""
    if read[tables.INTERVIEWS]["translation_of"].isna().all():
        return []
    said = _("{interview}: {codings} aside; another version of the interview, more coded, counts")
    aside = _counted(PURPOSES[0], settings, read).aside
    return [
        said.format(interview=name, codings=counted("{count} coding", "{count} codings", count))
        for name, count in aside.items()
    ]
