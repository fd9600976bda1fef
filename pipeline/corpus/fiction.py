"""What was invented for the demonstration is refused, by name, in an edition that is published."""

from pathlib import Path

import pandas as pd

from pipeline.messages import _
from pipeline.problems import Problems


def refuse(rows: pd.DataFrame, key: str, place: Path, problems: Problems) -> None:
    """
    Note every row whose provenance is `fictional`. Problem: C-421.

    Args:
        rows: With `provenance` and `key`; of a table `place`, with `line`, or of files below
            `place`, with `file`.
        key: The column that names a row.
        place: The table, or the folder of the files.
        problems: Collects them.

    """
    for row in rows[rows["provenance"].eq("fictional").fillna(False)].to_dict("records"):
        of_table = "line" in row
        problems.add(
            "C-421",
            place if of_table else place / str(row["file"]),
            row["line"] if of_table else 1,
            _('"{name}" is fictional, and this edition is a publication').format(name=row[key]),
            _("take it out of the material, or build with `edition: demonstration`"),
        )
