"""Every table, declared once: `by_hand` is what people keep, the others what the stages write.

`corpus`, `coding` and `comparison` are tables of a stage, `processed` all of them; `shapes` says
what a table and a column are. `files` checks, reads and writes tables, `stage_folder` the folder of
a stage, row by row; `dictionary` turns the declarations into documentation.
"""

from pipeline.tables.by_hand import (
    ANSWERS_BY_HAND,
    CODINGS_BY_HAND,
    MASKS_BY_HAND,
    MEDIA_BY_HAND,
    PHOTOS_BY_HAND,
    QUOTES_BY_HAND,
    REGISTER,
    REVIEW,
    ROUTE_BY_HAND,
    SPEAKERS_BY_HAND,
)
from pipeline.tables.coding import (
    AGREEMENT,
    CODES,
    CODINGS,
    CONFLICTS,
    CORRECTIONS,
    DISAGREEMENTS,
    SEGMENTS,
    SUGGESTERS,
    SUGGESTIONS,
)
from pipeline.tables.comparison import CODE_BY_GROUP, HELD_BACK, PUBLISHED_AGREEMENT
from pipeline.tables.corpus import (
    ALIGNMENTS,
    ANSWERS,
    INITIATIVES,
    INTERVIEWS,
    LETTERS,
    MASKS,
    MEDIA,
    PHOTOS,
    REMARKS,
    ROUTE,
    SPEAKERS,
    TURNS,
)
from pipeline.tables.shapes import SCOPES, Column, Table

__all__ = [
    "AGREEMENT",
    "ALIGNMENTS",
    "ANSWERS",
    "ANSWERS_BY_HAND",
    "CODES",
    "CODE_BY_GROUP",
    "CODINGS",
    "CODINGS_BY_HAND",
    "CONFLICTS",
    "CORRECTIONS",
    "DISAGREEMENTS",
    "HELD_BACK",
    "INITIATIVES",
    "INTERVIEWS",
    "LETTERS",
    "MASKS",
    "MASKS_BY_HAND",
    "MEDIA",
    "MEDIA_BY_HAND",
    "PHOTOS",
    "PHOTOS_BY_HAND",
    "PUBLISHED_AGREEMENT",
    "QUOTES_BY_HAND",
    "REGISTER",
    "REMARKS",
    "REVIEW",
    "ROUTE",
    "ROUTE_BY_HAND",
    "SCOPES",
    "SEGMENTS",
    "SPEAKERS",
    "SPEAKERS_BY_HAND",
    "SUGGESTERS",
    "SUGGESTIONS",
    "TURNS",
    "Column",
    "Table",
]
