"""What the libraries raise over a torn book, told in one sentence."""

import struct
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from xml.etree.ElementTree import ParseError

from python_calamine import CalamineError, PasswordError
from xlrd import XLRDError
from xlrd.compdoc import CompDocError

from loyalty.errors import UnreadableFile

_TORN = (
    CalamineError, CompDocError, zipfile.BadZipFile, zlib.error, struct.error, ParseError, UnicodeError, EOFError,
    OSError, KeyError, IndexError, ValueError, TypeError, AttributeError, AssertionError, OverflowError,
    RuntimeError, MemoryError,
)  # fmt: skip


def locked() -> UnreadableFile:
    return UnreadableFile("Книга защищена паролем. Снимите пароль в Excel и загрузите её снова.")


def torn(path: Path) -> UnreadableFile:
    return UnreadableFile(f"Книга «{path.name}» повреждена или сохранена не до конца. Сохраните её ещё раз.")


@contextmanager
def told(path: Path) -> Iterator[None]:
    """Whatever a library says of the bytes of this book becomes UnreadableFile."""
    try:
        yield
    except UnreadableFile:
        raise
    except PasswordError as error:
        raise locked() from error
    except XLRDError as error:
        if "encrypted" in str(error).lower():
            raise locked() from error
        raise UnreadableFile(
            f"Файл «{path.name}» не открывается как книга Excel. Сохраните его как XLSX и загрузите снова."
        ) from error
    except _torn() as error:
        raise torn(path) from error


def _torn() -> tuple[type[BaseException], ...]:
    """With the panic of a Rust library, which is no Exception of Python's and exists only once it was raised."""
    return (*_TORN, *(kind for kind in BaseException.__subclasses__() if kind.__name__ == "PanicException"))
