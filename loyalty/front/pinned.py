"""The installed Streamlit's front end, and what its files become by the table; each is changed once, when asked."""

import gzip
import hashlib
import importlib.util
from functools import cache
from pathlib import Path

from loyalty.front.words import WORDS, Change

PAGE = "index.html"


@cache
def folder() -> Path:
    """Where the installed Streamlit keeps its front end."""
    spec = importlib.util.find_spec("streamlit")
    if spec is None or spec.origin is None:
        raise ModuleNotFoundError("streamlit")
    return Path(spec.origin).parent / "static"


@cache
def changed() -> dict[str, list[Change]]:
    """What is changed in which file; files are named from the folder: static/js/Selectbox.7rsxE6LC.js."""
    files: dict[str, list[Change]] = {}
    for change in WORDS:
        for path in folder().glob(PAGE if change.stem == PAGE else f"static/js/{change.stem}.*.js"):
            files.setdefault(path.relative_to(folder()).as_posix(), []).append(change)
    return files


def original(name: str) -> str:
    """A file as it came."""
    return (folder() / name).read_bytes().decode()


@cache
def in_russian(name: str) -> bytes | None:
    """A file with its words replaced; None for one that stays as it came."""
    if name not in changed():
        return None
    text = original(name)
    for change in changed()[name]:
        text = text.replace(change.was, change.now)
    return text.encode()


@cache
def packed(name: str) -> bytes | None:
    """The same in a fifth of the bytes, for a phone in the shop's network."""
    content = in_russian(name)
    return content and gzip.compress(content, mtime=0)


def exists(name: str) -> bool:
    """Whether the front end has such a file."""
    path = (folder() / name).resolve()
    return path.is_relative_to(folder().resolve()) and path.is_file()


@cache
def version() -> str:
    """Another one with another Streamlit and with another table."""
    return hashlib.sha256((original(PAGE) + repr(WORDS)).encode()).hexdigest()[:12]


@cache
def page() -> bytes:
    """The page; it asks for its files by an address with the version: what a browser keeps is of no other."""
    return (in_russian(PAGE) or b"").replace(b'"./static/', f'"/front-{version()}/static/'.encode())
