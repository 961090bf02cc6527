"""A setting as a JSON file: read whole, or refused by a sentence; and names that people take for the same."""

import json
import unicodedata
from pathlib import Path
from typing import Any

from loyalty.customers.names import folded
from loyalty.errors import NotFound, Refused
from loyalty.segments.parameters import brief
from loyalty.system_words import os_error


def in_file(path: Path, what: str) -> Any:
    """What a JSON file says; NotFound, or Refused where it can't be read. `what`: «с сегментом»."""
    if path.is_dir():
        raise Refused(f"«{path.name}» — это папка, а нужен файл {what}")
    try:
        said = json.loads(path.read_text(encoding="utf-8-sig"), object_pairs_hook=each_once)
        json.dumps(said, ensure_ascii=False).encode()  # half a letter, written as \ud83d, is in no text
    except FileNotFoundError:
        raise NotFound(f"Нет такого файла: {path}") from None
    except OSError as error:
        raise Refused(f"Файл «{path.name}» не открывается: {os_error(error)}") from error
    except UnicodeError:
        raise Refused(f"Файл «{path.name}» — не текст в кодировке UTF-8") from None
    except json.JSONDecodeError as error:
        raise Refused(f"Файл «{path.name}» — не JSON: ошибка в строке {error.lineno}") from None
    except (ValueError, RecursionError):
        raise Refused(f"Файл «{path.name}» — не JSON, который можно прочитать") from None
    return said


def each_once(said: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object of JSON; Refused where a key is said twice, of which one would be lost."""
    found: dict[str, Any] = {}
    for key, value in said:
        if key in found:
            raise Refused(f"«{brief(key)}» сказано дважды в одном месте: оставьте одно")
        found[key] = value
    return found


def alike(name: str) -> str:
    """Names that one takes for the same are equal here: whatever their letter case, ё, spaces, unseen signs."""
    seen = "".join(sign for sign in unicodedata.normalize("NFC", name) if unicodedata.category(sign) != "Cf")
    return " ".join(folded(seen).split())


def copied(name: str, taken: set[str], longest: int) -> str:
    """A free name for a copy: «Постоянные (копия)», «Постоянные (копия 2)»; `taken` as `alike` says them."""
    at = 1
    while True:
        ending = " (копия)" if at == 1 else f" (копия {at})"
        found = name[: longest - len(ending)] + ending
        if alike(found) not in taken:
            return found
        at += 1
