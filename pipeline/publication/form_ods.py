"""The form as ODS, for LibreOffice: the questions, lists and checks of the XLSX (OpenDocument 1.3).

It is written as XML: what it needs of OpenDocument is a page, and the same words give the same
bytes.
"""

import datetime
from xml.sax.saxutils import escape, quoteattr

from openpyxl.utils import get_column_letter

from pipeline.corpus.sheets.form_fields import MARK, TABLE_MARK, FormField, lists, titles
from pipeline.corpus.sheets.forms import ANSWER
from pipeline.corpus.sheets.table_values import BODIES
from pipeline.messages import _
from pipeline.publication.archives import packed
from pipeline.publication.form_workbook import TABLE_ROWS, error

KIND = "application/vnd.oasis.opendocument.spreadsheet"
SPACES = (
    " ".join(
        f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{urn}:1.0"'
        for name, urn in {
            "office": "office",
            "table": "table",
            "text": "text",
            "style": "style",
            "fo": "xsl-fo-compatible",
            "number": "datastyle",
            "meta": "meta",
        }.items()
    )
    + ' xmlns:of="urn:oasis:names:tc:opendocument:xmlns:of:1.2"'
)
LISTS = "listes"
# Styles of cells: what LibreOffice draws as the XLSX is drawn.
STYLES = {
    "title": ("", 'fo:font-weight="bold" fo:font-size="16pt"'),
    "part": ('fo:background-color="#1f4e79"', 'fo:font-weight="bold" fo:color="#ffffff"'),
    "question": ("", 'fo:font-weight="bold"'),
    "help": ("", 'fo:font-style="italic" fo:font-size="9pt" fo:color="#595959"'),
    "answer": (
        'fo:background-color="#fffbe6" fo:border="0.5pt solid #8c8c8c" style:cell-protect="none"',
        "",
    ),
}
WIDTHS = {"single": (10, 62, 115, 76, 62), "short": (40,), "long": (76,)}


def single(fields: list[FormField], language: str, when: int) -> bytes:
    """Write the form for one initiative; `when` dates the file, in seconds since 1970."""
    name = _("Sheet")
    rows = [
        _row([MARK, "label", ANSWER, "help", "example"], hidden=True),
        _row([None, (_("Describe an initiative"), "title")]),
        _row([None, (_("Fill in the yellow cells; what you do not know stays empty."), "help")]),
    ]
    places: dict[str, str] = {}
    part = ""
    for one in fields:
        if one.part != part:
            part = one.part
            band: list[Cell] = [(titles()[part], "part"), *[("", "part")] * 3]
            rows.append(_row([None, *band]))
        example = _("Example: {text}").format(text=one.example) if one.example else ""
        cells: list[Cell] = [
            one.key,
            (one.label, "question"),
            one,
            (one.help_in_cell, "help"),
            (example, "help"),
        ]
        rows.append(_row(cells, "tall" if one.column.name in BODIES else "line"))
        places[one.key] = f"{name}.C{len(rows)}"
    columns = "".join(_column(f"single{n}", hidden=n == 0) for n in range(5))
    return _document(name, columns + "".join(rows), fields, places, language, when)


def several(fields: list[FormField], language: str, when: int) -> bytes:
    """Write the table for several initiatives, a row each; `when` dates the file."""
    name = _("Table")
    rows = [
        _row([TABLE_MARK, *(one.key for one in fields)], hidden=True),
        _row(["label", *((one.label, "part") for one in fields)], "line"),
        _row(["help", *((one.help_in_cell, "help") for one in fields)], "line"),
        _row([None, *fields], repeated=TABLE_ROWS),
    ]
    places = {
        one.key: f"{name}.{get_column_letter(number)}4" for number, one in enumerate(fields, 2)
    }
    columns = _column("single0", hidden=True) + "".join(
        _column("long0" if one.column.name in BODIES else "short0") for one in fields
    )
    return _document(name, columns + "".join(rows), fields, places, language, when)


Cell = str | None | tuple[str, str] | FormField


def _row(cells: list[Cell], height: str = "auto", hidden: bool = False, repeated: int = 1) -> str:
    seen = ' table:visibility="collapse"' if hidden else ""
    times = f' table:number-rows-repeated="{repeated}"' if repeated > 1 else ""
    return (
        f'<table:table-row table:style-name="row-{height}"{seen}{times}>'
        f"{''.join(map(_cell, cells))}</table:table-row>"
    )


def _cell(cell: Cell) -> str:
    if isinstance(cell, FormField):
        kind = "date" if cell.column.kind == "date" else "answer"
        return (
            f'<table:table-cell table:style-name="{kind}"'
            f' table:content-validation-name="check-{cell.key}"/>'
        )
    text, style = cell if isinstance(cell, tuple) else (cell, "question")
    if not text:
        return f'<table:table-cell table:style-name="{style}"/>'
    return (
        f'<table:table-cell table:style-name="{style}" office:value-type="string">'
        f"<text:p>{escape(text)}</text:p></table:table-cell>"
    )


def _column(style: str, hidden: bool = False) -> str:
    seen = ' table:visibility="collapse"' if hidden else ""
    return f'<table:table-column table:style-name="column-{style}"{seen}/>'


def _document(
    name: str,
    table: str,
    fields: list[FormField],
    places: dict[str, str],
    language: str,
    when: int,
) -> bytes:
    day = datetime.datetime.fromtimestamp(when, datetime.UTC).replace(tzinfo=None)
    words = lists(fields, language)
    checks = "".join(_check(one, places[one.key], words) for one in fields)
    body = (
        f"<table:content-validations>{checks}</table:content-validations>"
        f'<table:table table:name={quoteattr(name)} table:protected="true">{table}</table:table>'
        f'<table:table table:name="{LISTS}" table:style-name="hidden">{_lists(words)}</table:table>'
    )
    content = (
        f'<?xml version="1.0" encoding="UTF-8"?><office:document-content {SPACES}'
        f' office:version="1.3"><office:automatic-styles>{_styles()}</office:automatic-styles>'
        f"<office:body><office:spreadsheet>{body}</office:spreadsheet></office:body>"
        "</office:document-content>"
    )
    return packed(
        {
            "mimetype": KIND.encode(),
            "content.xml": content.encode(),
            "meta.xml": _meta(day).encode(),
            "META-INF/manifest.xml": _manifest().encode(),
        },
        day,
    )


def _lists(words_of: dict[str, list[str]]) -> str:
    longest = max(map(len, words_of.values()))
    rows = [
        [words[n] if n < len(words) else None for words in words_of.values()]
        for n in range(longest)
    ]
    column = f'<table:table-column table:number-columns-repeated="{len(words_of)}"/>'
    return column + "".join(_row(list(row)) for row in rows)


def _check(one: FormField, place: str, words: dict[str, list[str]]) -> str:
    """Write what the spreadsheet checks of an answer; of countries several may be typed."""
    condition = _condition(one, words)
    if not condition:
        return f'<table:content-validation table:name="check-{one.key}"/>'
    kind = "warning" if one.key == "countries" else "stop"
    return (
        f'<table:content-validation table:name="check-{one.key}"'
        f" table:condition={quoteattr('of:' + condition)}"
        f' table:allow-empty-cell="true" table:base-cell-address={quoteattr(place)}>'
        f'<table:error-message table:display="true" table:message-type="{kind}"'
        f" table:title={quoteattr(one.label)}><text:p>{escape(error(one))}</text:p>"
        "</table:error-message></table:content-validation>"
    )


def _condition(one: FormField, words: dict[str, list[str]]) -> str:
    column = one.column
    if one.key in words:
        letter = get_column_letter(list(words).index(one.key) + 1)
        last = len(words[one.key])
        return f"cell-content-is-in-list([${LISTS}.${letter}$1:.${letter}${last}])"
    if one.longest:
        return f"cell-content-text-length()<={one.longest}"
    if column.kind == "date":
        return "cell-content-is-date() and cell-content()>1"
    kinds = {"integer": "whole-number", "number": "decimal-number"}
    if column.kind not in kinds:
        return ""
    limits = (
        f"cell-content()>={column.low:g}"
        if column.high is None
        else f"cell-content-is-between({column.low:g},{column.high:g})"
    )
    return f"cell-content-is-{kinds[column.kind]}() and {limits}"


def _styles() -> str:
    columns = "".join(
        f'<style:style style:name="column-{name}{n}" style:family="table-column">'
        f'<style:table-column-properties style:column-width="{width}mm"/></style:style>'
        for name, widths in WIDTHS.items()
        for n, width in enumerate(widths)
    )
    rows = "".join(
        f'<style:style style:name="row-{name}" style:family="table-row">'
        f"<style:table-row-properties {height}/></style:style>"
        for name, height in {
            "auto": 'style:use-optimal-row-height="true"',
            "line": 'style:row-height="14mm" style:use-optimal-row-height="false"',
            "tall": 'style:row-height="52mm" style:use-optimal-row-height="false"',
        }.items()
    )
    days = (
        '<number:date-style style:name="day"><number:year number:style="long"/><number:text>-'
        '</number:text><number:month number:style="long"/><number:text>-</number:text>'
        '<number:day number:style="long"/></number:date-style>'
    )
    cells = "".join(_cell_style(name, *said) for name, said in STYLES.items())
    hidden = (
        '<style:style style:name="hidden" style:family="table">'
        '<style:table-properties table:display="false"/></style:style>'
    )
    date = _cell_style("date", *STYLES["answer"]).replace(
        'style:family="table-cell"', 'style:family="table-cell" style:data-style-name="day"'
    )
    return columns + rows + days + cells + date + hidden


def _cell_style(name: str, cell: str, letters: str) -> str:
    return (
        f'<style:style style:name="{name}" style:family="table-cell">'
        f'<style:table-cell-properties fo:wrap-option="wrap" style:vertical-align="top" {cell}/>'
        f'<style:text-properties fo:font-family="Arial" {letters}/></style:style>'
    )


def _meta(day: datetime.datetime) -> str:
    return (
        f'<?xml version="1.0" encoding="UTF-8"?><office:document-meta {SPACES}'
        f' office:version="1.3"><office:meta><meta:creation-date>{day.isoformat()}'
        "</meta:creation-date></office:meta></office:document-meta>"
    )


def _manifest() -> str:
    entries = {"/": KIND, "content.xml": "text/xml", "meta.xml": "text/xml"}
    listed = "".join(
        f'<manifest:file-entry manifest:full-path="{path}" manifest:media-type="{kind}"/>'
        for path, kind in entries.items()
    )
    space = "urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"
    return (
        f'<?xml version="1.0" encoding="UTF-8"?><manifest:manifest xmlns:manifest="{space}"'
        f' manifest:version="1.3">{listed}</manifest:manifest>'
    )
