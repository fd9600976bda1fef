"""The tables among the sheets: each with its mapping, or a form of ours, which needs none."""

from pathlib import Path

from pipeline.corpus.sheets import forms, mapping, table_files, table_sheets
from pipeline.corpus.sheets.mapping import Mapping
from pipeline.corpus.sheets.table_sheets import Sheets
from pipeline.messages import _
from pipeline.problems import Problems, nearest

SHARED = "mapping.yaml"
OWN = ".mapping.yaml"


def read(files: list[Path], problems: Problems) -> list[Sheets]:
    """
    Read the tables among the files of the folder of sheets.

    A table `shops.json` is read by `shops.mapping.yaml`, else by `mapping.yaml`, when that names it
    (`table: shops.json`) or when there is no other table that it could be for.

    Problems: C-331 a table without mapping, C-332 a mapping without table; those of the mapping,
    of the table and of its values.
    """
    kept = [file for file in files if file.suffix.lower() in table_files.ENDINGS]
    made: list[Sheets] = []
    open_ones, broken = [], []
    for file in kept:
        before = len(problems)
        found = forms.read(file, problems)
        if found is None and len(problems) == before:
            open_ones.append(file)
        elif found is None:
            broken.append(file)
        made += found or []
    maps = [file for file in files if file.name == SHARED or file.name.endswith(OWN)]
    for file, how in _paired(open_ones, broken, maps, problems).items():
        read_in = table_sheets.read(file, how, problems)
        made += [read_in] if read_in else []
    return made


def is_known(file: Path) -> bool:
    """Say whether a file is a table or a mapping."""
    return (
        file.suffix.lower() in table_files.ENDINGS or file.name == SHARED or file.name.endswith(OWN)
    )


def _paired(
    kept: list[Path], broken: list[Path], maps: list[Path], problems: Problems
) -> dict[Path, Mapping]:
    """
    Find the mapping of each table in `kept`.

    A mapping with a fault is told, and its table waits; one for a table that is broken waits too.
    """
    pairs: dict[Path, Mapping | None] = {}
    for one in maps:
        how = mapping.read(one, problems)
        table = _table_of(one, how, [*kept, *broken], maps)
        if table:
            pairs[table] = how
        elif how and not (broken and one.name == SHARED and not how.table):
            _no_table(one, how.table or one.name.removesuffix(OWN), kept, problems)
    for file in kept:
        if file not in pairs:
            _no_mapping(file, problems)
    return {file: how for file, how in pairs.items() if how and file in kept}


def _table_of(one: Path, how: Mapping | None, kept: list[Path], maps: list[Path]) -> Path | None:
    """Find the table that a mapping is for: by its own name, by what it says, as the only one."""
    if one.name != SHARED:
        named = [file for file in kept if one.name in _own_names(file)]
        return named[0] if named and (not how or how.table in ("", named[0].name)) else None
    names = {m.name for m in maps}
    left = [file for file in kept if not names & set(_own_names(file))]
    if how and how.table:
        return next((file for file in left if file.name == how.table), None)
    return left[0] if len(left) == 1 else None


def _own_names(file: Path) -> tuple[str, str]:
    return file.stem + OWN, file.name + OWN


def _no_table(one: Path, name: str, kept: list[Path], problems: Problems) -> None:
    names = [file.name for file in kept]
    fact = (
        _("the mapping does not say which table it is for")
        if name == SHARED
        else _('the mapping is for "{name}", which is not here').format(name=name)
    )
    remedy = _("write `table:` with the name of its file. {nearest}").format(
        nearest=nearest(name, names)
    )
    problems.add("C-332", one, 1, fact, remedy)


def _no_mapping(file: Path, problems: Problems) -> None:
    names = table_files.fields_of(file)
    problems.add(
        "C-331",
        file,
        0,
        _("the table has no mapping"),
        _("write {mapping} beside it: which field is the id, the name … It has: {names}").format(
            mapping=file.stem + OWN, names=", ".join(names[:12]) or "?"
        ),
    )
