"""The form as XLSX: a question a row, one cell to fill, lists to choose from, words protected."""

import datetime
import io

from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, PatternFill, Protection, Side
from openpyxl.utils import get_column_letter, quote_sheetname
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from pipeline.corpus.sheets.form_fields import MARK, TABLE_MARK, FormField, lists, titles
from pipeline.corpus.sheets.forms import ANSWER
from pipeline.corpus.sheets.table_values import BODIES
from pipeline.messages import _
from pipeline.publication.archives import dated_xlsx

GREY, LINE, PAPER = "FF595959", "FF8C8C8C", "FFFFFBE6"
INK = Font(name="Arial", size=11)
QUESTION = Font(name="Arial", size=11, bold=True)
HELP = Font(name="Arial", size=9, italic=True, color=GREY)
TITLE = Font(name="Arial", size=16, bold=True)
PART = Font(name="Arial", size=12, bold=True, color="FFFFFFFF")
BAND = PatternFill("solid", fgColor="FF1F4E79")
FILL = PatternFill("solid", fgColor=PAPER)
EDGE = Border(*(Side(style="thin", color=LINE) for _side in range(4)))
TOP = Alignment(wrap_text=True, vertical="top")
OPEN = Protection(locked=False)
# Points: a line, and the room for an answer of several.
ONE_LINE, SOME_LINES, MANY_LINES = 40, 60, 150
# Rows for initiatives in the table for several.
TABLE_ROWS = 60


def single(fields: list[FormField], language: str, when: int) -> bytes:
    """Write the form for one initiative; `when` dates the file, in seconds since 1970."""
    book, sheet = _book(_("Sheet"))
    for letter, width in zip("ABCDE", (4, 36, 66, 44, 36), strict=True):
        sheet.column_dimensions[letter].width = width
    sheet.append([MARK, "label", ANSWER, "help", "example"])
    sheet.append([None, _("Describe an initiative")])
    sheet["B2"].font = TITLE
    sheet.append([None, _("Fill in the yellow cells; what you do not know stays empty.")])
    sheet["B3"].font = HELP
    ranges = _lists(book, fields, language)
    part = ""
    for one in fields:
        if one.part != part:
            part = one.part
            _band(sheet, titles()[part])
        _question(sheet, one)
        _validate(sheet, one, f"C{sheet.max_row}", ranges)
    sheet.freeze_panes = "A4"
    _finish(sheet, "B:E")
    return _saved(book, when)


def _book(name: str) -> tuple[Workbook, Worksheet]:
    book = Workbook()
    sheet = book.active
    assert isinstance(sheet, Worksheet)
    sheet.title = name
    return book, sheet


def _band(sheet: Worksheet, title: str) -> None:
    sheet.append([None, title])
    for cell in sheet[sheet.max_row][1:5]:
        cell.fill, cell.font = BAND, PART
    sheet.row_dimensions[sheet.max_row].height = 22


def _question(sheet: Worksheet, one: FormField) -> None:
    example = _("Example: {text}").format(text=one.example) if one.example else None
    sheet.append([one.key, one.label, None, one.help_in_cell or None, example])
    row = sheet.max_row
    for letter, font in zip("BDE", (QUESTION, HELP, HELP), strict=True):
        sheet[f"{letter}{row}"].font = font
        sheet[f"{letter}{row}"].alignment = TOP
    _open(sheet, f"C{row}", one)
    height = MANY_LINES if one.column.name in BODIES else ONE_LINE
    is_list = one.column.kind == "list" and one.column.name != "countries"
    sheet.row_dimensions[row].height = SOME_LINES if is_list else height


def _open(sheet: Worksheet, place: str, one: FormField) -> None:
    """Make a cell one to write in; what is text stays text: 06 is no 6, and = begins no formula."""
    cell = sheet[place]
    cell.font, cell.fill, cell.border, cell.alignment = INK, FILL, EDGE, TOP
    cell.protection = OPEN
    if one.column.kind == "date":
        cell.number_format = "yyyy-mm-dd"
    elif one.column.kind in {"text", "list"}:
        cell.number_format = "@"


def _lists(book: Workbook, fields: list[FormField], language: str) -> dict[str, str]:
    """Write the closed lists on a hidden sheet; give the range of each by the field's key."""
    sheet = book.create_sheet("listes")
    sheet.sheet_state = "hidden"
    ranges: dict[str, str] = {}
    for column, (key, words) in enumerate(lists(fields, language).items(), 1):
        for row, word in enumerate(words, 1):
            sheet.cell(row, column, word)
        letter = get_column_letter(column)
        ranges[key] = f"{quote_sheetname('listes')}!${letter}$1:${letter}${len(words)}"
    return ranges


def _validate(sheet: Worksheet, one: FormField, place: str, ranges: dict[str, str]) -> None:
    """Have the spreadsheet check what is typed; of countries, several may be typed all the same."""
    rule = _rule(one, ranges)
    if rule is None:
        return
    rule.allow_blank = True
    rule.errorTitle, rule.error = one.label[:32], error(one)
    rule.errorStyle = "warning" if one.key == "countries" else "stop"
    rule.showErrorMessage = True
    sheet.add_data_validation(rule)
    rule.add(place)


def _rule(one: FormField, ranges: dict[str, str]) -> DataValidation | None:
    column = one.column
    if one.key in ranges:
        return DataValidation("list", formula1=ranges[one.key])
    if one.longest:
        return DataValidation("textLength", operator="lessThanOrEqual", formula1=str(one.longest))
    if column.kind in {"integer", "number"}:
        kind = "whole" if column.kind == "integer" else "decimal"
        if column.high is None:
            return DataValidation(kind, operator="greaterThanOrEqual", formula1=f"{column.low:g}")
        return DataValidation(
            kind, operator="between", formula1=f"{column.low:g}", formula2=f"{column.high:g}"
        )
    if column.kind == "date":
        return DataValidation("date", operator="greaterThan", formula1="1")
    return None


def error(one: FormField) -> str:
    """Say what is wanted, where what was typed cannot be."""
    if one.longest:
        return _("At most {count} characters.").format(count=one.longest)
    return one.help_in_cell or _("A number.")


def several(fields: list[FormField], language: str, when: int) -> bytes:
    """Write the table for several initiatives, a row each; `when` dates the file."""
    book, sheet = _book(_("Table"))
    sheet.append([TABLE_MARK, *(one.key for one in fields)])
    sheet.append(["label", *(one.label for one in fields)])
    sheet.append(["help", *(one.help_in_cell or None for one in fields)])
    ranges = _lists(book, fields, language)
    for number, one in enumerate(fields, 2):
        letter = get_column_letter(number)
        sheet.column_dimensions[letter].width = 44 if one.column.name in BODIES else 22
        for row, font in ((2, PART), (3, HELP)):
            sheet[f"{letter}{row}"].font, sheet[f"{letter}{row}"].alignment = font, TOP
        sheet[f"{letter}2"].fill = BAND
        for row in range(4, 4 + TABLE_ROWS):
            _open(sheet, f"{letter}{row}", one)
        _validate(sheet, one, f"{letter}4:{letter}{3 + TABLE_ROWS}", ranges)
    sheet.row_dimensions[2].height, sheet.row_dimensions[3].height = 34, 40
    sheet.freeze_panes = "C4"
    _finish(sheet, f"B:{get_column_letter(len(fields) + 1)}")
    return _saved(book, when)


def _finish(sheet: Worksheet, columns: str) -> None:
    sheet.row_dimensions[1].hidden = True
    sheet.column_dimensions["A"].hidden = True
    sheet.protection.sheet = True
    sheet.protection.formatRows = sheet.protection.formatColumns = False
    sheet.print_area = columns.replace(":", "2:") + str(sheet.max_row)
    sheet.page_setup.paperSize, sheet.page_setup.fitToHeight = 9, 0
    sheet.page_setup.orientation = "landscape"
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.sheet_view.showGridLines = False


def _saved(book: Workbook, when: int) -> bytes:
    day = datetime.datetime.fromtimestamp(when, datetime.UTC).replace(tzinfo=None)
    book.properties.creator = "Utopies réalistes"
    book.properties.created = day
    sink = io.BytesIO()
    book.save(sink)
    return dated_xlsx(sink.getvalue(), day)
