"""Databases of the benchmark's own, SQLite files or on a PostgreSQL server, and copies of them."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Protocol

import psycopg
from psycopg import sql
from sqlalchemy.engine import URL, make_url

from bench.errors import Stopped


class Databases(Protocol):
    """Makes databases by name; each answers with its address for LOYALTY_DATABASE_URL."""

    def empty(self, name: str) -> str: ...

    def copy(self, source: str, name: str) -> str: ...

    def drop(self, name: str) -> None: ...

    def kept(self, name: str) -> str:
        """The address of one that stays when the run is over, made or not."""
        ...


class Files:
    """SQLite files in a folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def _path(self, name: str) -> Path:
        return self._folder / f"{name}.db"

    def empty(self, name: str) -> str:
        self.drop(name)
        return self.kept(name)

    def copy(self, source: str, name: str) -> str:
        address = self.empty(name)
        for tail in ("", "-wal"):
            written = Path(f"{self._path(source)}{tail}")
            if written.exists():
                shutil.copyfile(written, f"{self._path(name)}{tail}")
        return address

    def kept(self, name: str) -> str:
        return f"sqlite:///{self._path(name)}"

    def drop(self, name: str) -> None:
        for tail in ("", "-wal", "-shm"):
            Path(f"{self._path(name)}{tail}").unlink(missing_ok=True)


class Server:
    """New databases on a PostgreSQL server; the one named in the address is only connected to."""

    PREFIX = "loyalty_bench_"

    def __init__(self, url: URL) -> None:
        self._url = url
        self._made: set[str] = set()

    def _do(self, *commands: sql.Composed) -> None:
        address: dict[str, Any] = {
            "host": self._url.host, "port": self._url.port, "user": self._url.username,
            "password": self._url.password, "dbname": self._url.database, **self._url.query,
        }  # fmt: skip
        try:
            with psycopg.connect(**address, autocommit=True) as connection:
                for command in commands:
                    connection.execute(command)
        except psycopg.Error as error:
            raise Stopped(f"PostgreSQL не дал завести базу для замеров: {error}") from error

    def _name(self, name: str) -> sql.Identifier:
        return sql.Identifier(self.PREFIX + name)

    def _create(self, name: str, template: str) -> str:
        drop = sql.SQL("DROP DATABASE IF EXISTS {}").format(self._name(name))
        create = "CREATE DATABASE {} TEMPLATE {} ENCODING 'UTF8'"
        self._do(drop, sql.SQL(create).format(self._name(name), sql.Identifier(template)))
        self._made.add(name)
        return self._address(name)

    def _address(self, name: str) -> str:
        return self._url.set(database=self.PREFIX + name).render_as_string(hide_password=False)

    def empty(self, name: str) -> str:
        return self._create(name, "template0")

    def copy(self, source: str, name: str) -> str:
        return self._create(name, self.PREFIX + source)

    def kept(self, name: str) -> str:
        self._made.discard(name)
        return self._address(name)

    def drop(self, name: str) -> None:
        self._do(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(self._name(name)))
        self._made.discard(name)

    def drop_all(self) -> None:
        for name in sorted(self._made):
            self.drop(name)


@contextmanager
def opened(address: str | None, folder: Path) -> Iterator[Databases]:
    """Files in the folder, or databases on the server of the address; what was made there is dropped."""
    if address is None:
        yield Files(folder)
        return
    url = make_url(address)
    if url.get_backend_name() != "postgresql":
        raise Stopped("--database-url — адрес сервера PostgreSQL; для SQLite ничего указывать не надо")
    server = Server(url)
    try:
        yield server
    finally:
        server.drop_all()
