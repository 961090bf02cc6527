"""A file as its sheets, whatever it is: the reader by the file's type."""

from collections.abc import Callable, Sequence
from pathlib import Path

from loyalty.errors import UnreadableFile
from loyalty.onec.books import ods, texts, xls, xlsb, xlsx
from loyalty.onec.books.rows import Carried, RawRow, Sheet
from loyalty.onec.books.texts import TextFormat

__all__ = ["Carried", "RawRow", "Sheet", "open_sheets"]

_READERS: dict[str, Callable[[Path], Sequence[Sheet]]] = {
    "xlsx": xlsx.sheets, "xls": xls.sheets, "xlsb": xlsb.sheets, "ods": ods.sheets,
}  # fmt: skip


def open_sheets(path: Path, file_type: str, text_format: TextFormat | None) -> list[Sheet]:
    """The file's tables, never none: those that a person sees first, in the file's own order."""
    if text_format is not None:
        return [texts.TextSheet(path, text_format)]
    found = _READERS[file_type](path)
    if not found:
        raise UnreadableFile(f"В книге «{path.name}» нет листов с таблицами.")
    return sorted(found, key=lambda sheet: sheet.hidden)
