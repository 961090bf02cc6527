"""A file as its sheets, whatever it is: the reader by the file's type."""

from pathlib import Path

from loyalty.onec.books import ods, texts, xls, xlsb, xlsx
from loyalty.onec.books.limits import check_width
from loyalty.onec.books.rows import Carried, RawRow, Sheet
from loyalty.onec.books.seen import NOT_COMPUTED
from loyalty.onec.books.texts import TextFormat

__all__ = ["NOT_COMPUTED", "Carried", "RawRow", "Sheet", "check_width", "open_sheets"]


def open_sheets(path: Path, file_type: str, text_format: TextFormat | None) -> list[Sheet]:
    """The file's tables: those that a person sees first, in the file's own order."""
    if file_type == "xlsx":
        return list(xlsx.sheets(path))
    if file_type == "xls":
        return list(xls.sheets(path))
    if file_type == "ods":
        return list(ods.sheets(path))
    if file_type == "xlsb":
        return list(xlsb.sheets(path))
    assert text_format is not None
    return [texts.TextSheet(path, text_format)]
