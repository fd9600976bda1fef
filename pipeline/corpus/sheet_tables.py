"""The tables among the sheets: each with its mapping, or a form of ours, which needs none."""

from pathlib import Path

from pipeline.corpus import forms, mapping, table_files, table_sheets
from pipeline.corpus.mapping import Mapping
from pipeline.corpus.table_sheets import Sheets
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
    read_as_forms = {file: forms.read(file, problems) for file in kept}
    made = [sheets for found in read_as_forms.values() for sheets in found or []]
    open_ones = [file for file in kept if read_as_forms[file] is None]
    maps = [file for file in files if file.name == SHARED or file.name.endswith(OWN)]
    for file, how in _paired(open_ones, maps, problems).items():
        read_in = table_sheets.read(file, how, problems)
        made += [read_in] if read_in else []
    return made


def is_known(file: Path) -> bool:
    """Say whether a file is a table or a mapping."""
    return (
        file.suffix.lower() in table_files.ENDINGS or file.name == SHARED or file.name.endswith(OWN)
    )


def _paired(kept: list[Path], maps: list[Path], problems: Problems) -> dict[Path, Mapping]:
    """Find the mapping of each table; a mapping with a fault is told, and its table waits."""
    own = {file: m for file in kept for m in maps if m.name in _own_names(file)}
    left = [file for file in kept if file not in own]
    pairs = {file: mapping.read(one, problems) for file, one in own.items()}
    for one in maps:
        if one.name == SHARED:
            pairs |= _by_shared(one, left, problems)
        elif one not in own.values():
            _no_table(one, one.name.removesuffix(OWN), kept, problems)
    for file in left:
        if file not in pairs:
            _no_mapping(file, problems)
    for file, how in pairs.items():
        if how and how.table and how.table != file.name:
            _no_table(how.file, how.table, kept, problems)
    return {file: how for file, how in pairs.items() if how and how.table in ("", file.name)}


def _own_names(file: Path) -> tuple[str, str]:
    return file.stem + OWN, file.name + OWN


def _by_shared(one: Path, left: list[Path], problems: Problems) -> dict[Path, Mapping | None]:
    """Say which table `mapping.yaml` is for; where it has a fault, for none that is told of."""
    how = mapping.read(one, problems)
    if how is None:
        return dict.fromkeys(left)
    named = [file for file in left if how.table == file.name] if how.table else left
    if len(named) == 1:
        return {named[0]: how}
    if not named:
        _no_table(one, how.table, left, problems)
    return {}


def _no_table(one: Path, name: str, kept: list[Path], problems: Problems) -> None:
    fact = _('the mapping is for "{name}", which is not here').format(name=name or "?")
    problems.add("C-332", one, 1, fact, nearest(name, [file.name for file in kept]))


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
