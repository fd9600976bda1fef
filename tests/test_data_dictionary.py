"""The data dictionary that people read says what the program does."""

from pathlib import Path

from pipeline.tables.by_hand import BY_HAND
from pipeline.tables.dictionary import dictionary
from pipeline.tables.processed import PROCESSED

FILE = Path(__file__).parents[1] / "docs" / "data-dictionary.md"


def test_the_data_dictionary_is_the_one_the_declarations_make():
    """Rewrite it: `.venv/bin/python -m pipeline dictionary > docs/data-dictionary.md`."""
    assert FILE.read_text(encoding="utf-8") == dictionary()


def test_every_column_stands_there_with_its_meaning_and_what_is_allowed():
    lines = dictionary().splitlines()
    rows = [line for line in lines if line.startswith("| `")]
    declared = [column for table in (*BY_HAND, *PROCESSED) for column in table.columns]

    assert len(rows) == len(declared)
    for row, column in zip(rows, declared, strict=True):
        cells = [cell.strip() for cell in row.strip("|").split("|")]
        assert len(cells) == 5, "a stroke in a meaning breaks the table"
        assert cells[:2] == [f"`{column.name}`", column.kind]
        assert column.meaning in cells[3]
        assert all(value in cells[4] for value in column.values)


def test_units_ranges_keys_and_references_can_be_looked_up():
    text = dictionary()

    assert "| `latitude` | number |  | of the point (°) | -90 to 90 |" in text
    assert "| `words_share_pct` | number |  | words_count in words_total (%) | 0 to 100 |" in text
    assert "Key: interview_id, label." in text
    assert "References: `interview_id` → `interviews`." in text


def test_it_admits_that_words_of_scripts_without_spaces_are_counted_too_low():
    row = next(line for line in dictionary().splitlines() if "Khmer" in line)

    assert row.startswith("| `words_count` |")
