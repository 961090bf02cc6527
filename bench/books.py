"""A flat sales file as a workbook that Excel would save: `python -m bench.books FILE.csv FILE.xlsx`.

Dates are dates, quantities and sums are numbers under formats, codes and phones stay texts.
"""

import csv
import sys
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell

DATE = "Дата"
FORMATS = {"Количество": "0", "Цена": "#,##0.00", "Скидка": "#,##0.00", "Сумма": "#,##0.00", "Бонусы": "0"}


def main() -> None:
    source, target = map(Path, sys.argv[1:])
    book = Workbook(write_only=True)
    sheet = book.create_sheet("Лист_1")
    with source.open(encoding="utf-8-sig", newline="") as file:
        lines = csv.reader(file, delimiter=";")
        header = next(lines)
        sheet.append(header)
        for line in lines:
            sheet.append(list(cells(sheet, header, line)))
    book.save(target)


def cells(sheet: object, header: list[str], line: list[str]) -> Iterator[Any]:
    """A line's values as Excel keeps them."""
    for label, text in zip(header, line, strict=True):
        if not text or (label not in FORMATS and label != DATE):
            yield text or None
            continue
        if label == DATE:
            cell = WriteOnlyCell(sheet, datetime.strptime(text, "%d.%m.%Y %H:%M:%S"))
            cell.number_format = "dd.mm.yyyy hh:mm:ss"
        else:
            cell = WriteOnlyCell(sheet, float(text.replace(",", ".").replace("\u00a0", "").replace(" ", "")))
            cell.number_format = FORMATS[label]
        yield cell


if __name__ == "__main__":
    main()
