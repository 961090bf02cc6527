"""The system's and the database driver's refusals as one Russian sentence."""

import errno
import sqlite3
from pathlib import Path

from sqlalchemy.exc import SQLAlchemyError

from loyalty.wording import sentence

_REASONS = {
    errno.ENOENT: "нет такого файла или папки",
    errno.ENOTDIR: "такой папки нет",
    errno.EISDIR: "это папка, а нужен файл",
    errno.EACCES: "нет разрешения, или файл открыт в другой программе",
    errno.EPERM: "нет разрешения",
    errno.EROFS: "диск закрыт для записи",
    errno.ENOSPC: "на диске кончилось место",
    errno.EDQUOT if hasattr(errno, "EDQUOT") else errno.ENOSPC: "на диске кончилось место",
    errno.EFBIG: "файл слишком велик для этого диска",
    errno.ENAMETOOLONG: "слишком длинное имя",
    errno.EEXIST: "это имя уже занято",
    errno.EIO: "диск не читается",
}
_DATABASE = {
    "full": "на диске кончилось место",
    "readonly": "папка закрыта для записи",
    "locked": "с базой сейчас работает другая программа",
    "unable to open": "файл не открывается: проверьте, что он есть и что в папку можно писать",
    "not a database": "файл повреждён или это не база",
    "malformed": "файл повреждён",
    "disk i/o": "диск не читается",
    "parse sqlalchemy url": "адрес в LOYALTY_DATABASE_URL написан с ошибкой",
    "could not translate host": "сервер из LOYALTY_DATABASE_URL не найден",
    "resolve host": "сервер из LOYALTY_DATABASE_URL не найден",
    "name or service not known": "сервер из LOYALTY_DATABASE_URL не найден",
}


def os_error(error: OSError) -> str:
    """«продажи.csv: нет такого файла или папки»."""
    why = _REASONS.get(error.errno or 0) or error.strerror or "система отказала"
    name = Path(str(error.filename)).name if error.filename else ""
    return f"{name}: {why}" if name else sentence(why)


def database_error(error: sqlite3.Error | SQLAlchemyError) -> str:
    """«База данных: на диске кончилось место»; what we have no words for, in the driver's own."""
    words = " ".join(str(getattr(error, "orig", None) or error).split())
    low = words.lower()
    return f"База данных: {next((why for sign, why in _DATABASE.items() if sign in low), words)}"
