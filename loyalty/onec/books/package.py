"""The parts of a zipped workbook (Open XML): found by any spelling of their names, its sheets, its styles."""

import posixpath
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO
from xml.etree import ElementTree

from loyalty.errors import UnreadableFile
from loyalty.onec.books.seen import BUILT_IN, Shower, shower
from loyalty.onec.books.torn import told

_PART_LIMIT = 128 << 20  # shared texts of a million rows take some 60 MB; of 160 MB they cost 1.1 GB of memory


@dataclass(frozen=True, slots=True)
class Named:
    """A sheet of a book: its name, whether it is hidden, its part."""

    name: str
    hidden: bool
    part: str


@dataclass(slots=True)
class Styles:
    """Of the book's cell styles: those whose number format changes what is seen, and those that indent."""

    showers: dict[int, Shower] = field(default_factory=dict)
    indents: dict[int, int] = field(default_factory=dict)


class Package:
    """A zipped workbook; parts are found whatever their case, with «\\» or «/» between folders (1c.md §5.1)."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._archive = archive
        self._entries = {plain(entry.filename): entry for entry in archive.infolist()}

    def has(self, part: str) -> bool:
        return plain(part) in self._entries

    def size(self, part: str) -> int:
        return self._entries[plain(part)].file_size

    def open(self, part: str) -> IO[bytes]:
        """The part's bytes as a stream; raises KeyError where there is none."""
        return self._archive.open(self._entries[plain(part)])

    def read(self, part: str) -> bytes:
        with self.open(part) as stream:
            content = stream.read(_PART_LIMIT + 1)
        if len(content) > _PART_LIMIT:
            raise UnreadableFile(
                f"Книга слишком велика: в ней больше {_PART_LIMIT >> 20} МБ разных текстов. Выгрузите её по частям."
            )
        return content

    def xml(self, part: str) -> ElementTree.Element:
        return ElementTree.fromstring(self.read(part))

    def linked(self, part: str) -> dict[str, tuple[str, str]]:
        """Relations of a part: id -> (kind, target part)."""
        folder, name = posixpath.split(part)
        relations = posixpath.join(folder, "_rels", f"{name}.rels")
        found: dict[str, tuple[str, str]] = {}
        if self.has(relations):
            for link in self.xml(relations).iterfind(".//{*}Relationship"):
                target = posixpath.normpath(posixpath.join(f"/{folder}", link.get("Target", "").replace("\\", "/")))
                found[link.get("Id", "")] = (link.get("Type", "").rpartition("/")[2], target.lstrip("/"))
        return found


def plain(part: str) -> str:
    """A part's name whatever its spelling."""
    return part.replace("\\", "/").lstrip("/").lower()


@contextmanager
def opened(path: Path) -> Iterator[Package]:
    """The book's parts; whatever is wrong with them is told in a sentence."""
    with told(path), zipfile.ZipFile(path) as archive:
        yield Package(archive)


@dataclass(slots=True)
class Contents:
    """What the workbook part says: sheets in order, whether days count from 1904, where texts and styles are."""

    sheets: list[Named]
    from_1904: bool
    strings: str
    styles: str


def contents(package: Package) -> Contents:
    """The book's table of contents."""
    main = next(
        (part for kind, part in package.linked("").values() if kind == "officeDocument" and package.has(part)),
        "xl/workbook.xml",
    )
    links, book = package.linked(main), package.xml(main)
    sheets = []
    for number, sheet in enumerate(book.iterfind(".//{*}sheet"), 1):
        link = next((value for name, value in sheet.items() if name.endswith("}id")), "")
        kind, part = links.get(link, ("worksheet", f"xl/worksheets/sheet{number}.xml"))
        if kind == "worksheet" and package.has(part):
            hidden = sheet.get("state", "visible") != "visible"
            sheets.append(Named(sheet.get("name", f"Лист{number}"), hidden, part))
    parts = dict(links.values())
    properties = book.find("{*}workbookPr")
    return Contents(
        sheets,
        properties is not None and properties.get("date1904", "") in ("1", "true"),
        parts.get("sharedStrings", "xl/sharedStrings.xml"),
        parts.get("styles", "xl/styles.xml"),
    )


def styles(package: Package, part: str) -> Styles:
    """What the cell styles say of numbers and indents; a book may do without styles."""
    found = Styles()
    if not package.has(part):
        return found
    sheet = package.xml(part)
    formats = {one.get("numFmtId"): one.get("formatCode", "") for one in sheet.iterfind(".//{*}numFmt")}
    for number, style in enumerate(sheet.iterfind("{*}cellXfs/{*}xf")):
        of_format = style.get("numFmtId", "0")
        show = shower(formats.get(of_format, BUILT_IN.get(_whole(of_format), "")))
        if show is not None:
            found.showers[number] = show
        alignment = style.find("{*}alignment")
        indent = _whole(alignment.get("indent", "0")) if alignment is not None else 0
        if indent:
            found.indents[number] = indent
    return found


def _whole(text: str) -> int:
    """The number of an attribute; what is none is not worth refusing a book for."""
    return int(text) if text.isdecimal() and len(text) < 6 else 0
