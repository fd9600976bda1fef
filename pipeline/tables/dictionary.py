"""The data dictionary, made from the declarations."""

from pipeline.tables.by_hand import BY_HAND
from pipeline.tables.processed import PROCESSED
from pipeline.tables.shapes import Column, Table


def dictionary() -> str:
    """Write the data dictionary (`docs/data-dictionary.md`) as Markdown."""
    return "\n".join([DICTIONARY_HEAD, *map(_section, BY_HAND), *map(_section, PROCESSED)])


DICTIONARY_HEAD = """# Data dictionary

Made from `pipeline/tables/` by `python -m pipeline dictionary`; a test keeps the two equal.
"""


def _section(table: Table) -> str:
    suffix = "" if "." in table.name else ".parquet"
    rows = [f"## `{table.folder}/{table.name}{suffix}`", "", table.meaning, ""]
    if table.key:
        rows += [f"Key: {', '.join(table.key)}.", ""]
    if table.references:
        pairs = (f"`{column}` → `{target}`" for column, target in table.references.items())
        rows += [f"References: {', '.join(pairs)}.", ""]
    rows += ["| column | kind | must be there | meaning | allowed |", "|---|---|---|---|---|"]
    for column in table.columns:
        allowed = " · ".join(column.values) or _range(column)
        unit = f" ({column.unit})" if column.unit else ""
        needed = "yes" if column.required else ""
        rows.append(
            f"| `{column.name}` | {column.kind} | {needed} | {column.meaning}{unit} | {allowed} |"
        )
    return "\n".join([*rows, ""])


def _range(column: Column) -> str:
    if column.low is None:
        return ""
    return f"≥ {column.low:g}" if column.high is None else f"{column.low:g} to {column.high:g}"
