"""A bounded cache of a pure function: 1C repeats its dates, prices and phones, and a hit costs 50 ns."""

from collections.abc import Callable
from typing import Generic, TypeVar

Key = TypeVar("Key")
Value = TypeVar("Value")


class Memo(dict[Key, Value], Generic[Key, Value]):
    """Values by key, worked out when first asked for; at `limit` of them it forgets all."""

    def __init__(self, work_out: Callable[[Key], Value], limit: int = 10_000) -> None:
        super().__init__()
        self._work_out = work_out
        self._limit = limit

    def __missing__(self, key: Key) -> Value:
        if len(self) >= self._limit:
            self.clear()
        value = self[key] = self._work_out(key)
        return value
