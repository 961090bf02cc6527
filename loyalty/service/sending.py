"""The sender beside the worker's other jobs: an import does not hold messages, nor a large campaign an import."""

import threading
from collections.abc import Callable
from types import TracebackType
from typing import Self

from loyalty.messages.sending.sender import IDLE_S, Sender

STOPS_WITHIN_S = 6.0
"""A request under way is waited for so long; start.py waits a little more. What is cut off is found out later."""


class Sending:
    """A thread that sends as long as the block lasts; `edge` makes a job whose mistakes are written to the log."""

    def __init__(self, edge: Callable[[Callable[[], object]], Callable[[], object]]) -> None:
        self._job = edge(self._send)
        self._over = threading.Event()
        self._sender: Sender | None = None
        self._thread = threading.Thread(target=self._run, name="sending", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._over.set()
        self._thread.join(STOPS_WITHIN_S)

    def _run(self) -> None:
        while not self._over.wait(IDLE_S):
            self._job()
        if self._sender:
            self._sender.end()

    def _send(self) -> None:
        """Whatever is due, a batch after another."""
        self._sender = self._sender or Sender()
        while not self._over.is_set() and self._sender.step():
            pass
