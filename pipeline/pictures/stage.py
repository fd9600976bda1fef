"""The fourth stage: comparison tables → `figures/`, one folder a picture."""

import hashlib
import json

import pandas as pd

from pipeline import tables
from pipeline.comparison.stage import PUBLISHED
from pipeline.corpus import project
from pipeline.corpus.consent import cleared
from pipeline.corpus.project import Project
from pipeline.folders import Folders
from pipeline.pictures import agreement, charts, maps, style
from pipeline.pictures.export import Picture, files_of
from pipeline.problems import Problems
from pipeline.stages import Stage, counted, progress
from pipeline.tables import files


def run(folders: Folders) -> None:
    """Load, draw and write every picture."""
    problems = Problems()
    settings = project.read(folders.raw, problems)
    problems.check()
    with Stage("pictures") as stage:
        codes = files.read(tables.CODES, folders.processed)
        by_group = files.read(tables.CODE_BY_GROUP, folders.processed)
        facts = json.loads((folders.processed / "4-facts" / "facts.json").read_bytes())
        with style.look():
            drawn = build(codes, by_group, settings.language, facts["provenance"])
            agreed = files.read(tables.PUBLISHED_AGREEMENT, folders.processed)
            drawn += build_agreement(codes, agreed, settings.language, facts["provenance"])
            made = build_map(folders, settings)
            for picture in progress(drawn, len(drawn), "pictures"):
                made |= files_of(picture)
        made |= {"SHA256SUMS": checksums(made)}
        files.write_folder(folders.figures, made)
        stage.read.append(counted("{count} comparison", "{count} comparisons", len(by_group)))
        stage.made.append(
            counted("{count} picture", "{count} pictures", sum(n.endswith(".svg") for n in made))
        )
        held = int(by_group.loc[by_group["purpose"].eq(PUBLISHED), "is_held_back"].sum())
        if held:
            stage.held_back.append(counted("{count} cell", "{count} cells", held))


def build(
    codes: pd.DataFrame, by_group: pd.DataFrame, language: str, provenance: str
) -> list[Picture]:
    """Draw one chart a question, from what is cleared for print and of one provenance."""
    rows = by_group[
        by_group["purpose"].eq(PUBLISHED)
        & by_group["grouping"].eq("all")
        & by_group["provenance"].eq(provenance)
    ]
    return [
        charts.codes_of_question(rows[rows["question"].eq(question)], own, language, provenance)
        for question, own in codes.groupby("question", sort=False)
    ]


def build_agreement(
    codes: pd.DataFrame, agreed: pd.DataFrame, language: str, provenance: str
) -> list[Picture]:
    """Draw one chart a question of how far coders agree; none where nobody coded the same talk."""
    rows = agreed[agreed["provenance"].eq(provenance)]
    if not rows["alpha"].notna().any():
        return []
    return [
        agreement.of_question(rows, own, language, provenance)
        for _question, own in codes.groupby("question", sort=False)
    ]


def build_map(folders: Folders, settings: Project) -> dict[str, bytes]:
    """Draw the map for print, and its page for the web, each from what is cleared for it."""
    tables_of = (tables.INITIATIVES, tables.ROUTE, tables.SPEAKERS, tables.MASKS)
    initiatives, route, speakers, masks = (files.read(t, folders.processed) for t in tables_of)

    def passing(purpose: str) -> tuple[pd.DataFrame, pd.DataFrame, str, str]:
        sheets = cleared(initiatives, purpose, speakers, masks)
        stages = cleared(route, purpose, speakers, masks)
        return sheets, stages, settings.language, settings.borders

    return files_of(maps.initiatives_map(*passing("book"))) | maps.initiatives_page(*passing("web"))


def checksums(made: dict[str, bytes]) -> bytes:
    """List what was drawn, as `sha256sum` does, for make and for whoever takes a picture away."""
    rows = [f"{hashlib.sha256(data).hexdigest()}  {name}\n" for name, data in sorted(made.items())]
    return "".join(rows).encode()
