"""SQL is compiled once in a process, whatever databases its tests open: a quarter of their time went into that."""

from typing import Any

from sqlalchemy import event
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.util import LRUCache


class Compiled(LRUCache[Any, Any]):
    """Statements as SQL, by the kind of the database: each test has one of its own, but writes the same SQL."""

    def __init__(self) -> None:
        super().__init__(2_000)

    def get(self, key: Any, default: Any = None) -> Any:
        dialect, *rest = key
        return super().get((dialect.name, *rest), default)

    def __setitem__(self, key: Any, value: Any) -> None:
        dialect, *rest = key
        super().__setitem__((dialect.name, *rest), value)


COMPILED = Compiled()


@event.listens_for(Engine, "engine_connect")
def compile_once(connection: Connection) -> None:
    """A quarter of the tests' time went into writing the same SQL again for each database."""
    connection.execution_options(compiled_cache=COMPILED)
