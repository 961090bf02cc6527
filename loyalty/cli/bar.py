"""A progress bar for a person at a terminal; files and pipes see nothing of it."""

import sys
import time
from types import TracebackType
from typing import Self

WIDTH = 30
REDRAW_S = 0.1


class Bar:
    """`with Bar("файл") as bar: bar(0.5, "Читаю")`; drawn on stderr, gone when done."""

    def __init__(self, title: str = "") -> None:
        self.title = title
        self._shown = sys.stderr.isatty()
        self._drawn_at = 0.0
        self._length = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._draw("")

    def __call__(self, fraction: float, words: str = "") -> None:
        now = time.monotonic()
        if self._shown and now - self._drawn_at >= REDRAW_S:
            self._drawn_at = now
            full = round(WIDTH * min(max(fraction, 0.0), 1.0))
            bar = "█" * full + "░" * (WIDTH - full)
            self._draw(" ".join(filter(None, (f"{bar} {fraction:4.0%}", self.title, words))))

    def _draw(self, text: str) -> None:
        if self._shown:
            sys.stderr.write(f"\r{text.ljust(self._length)}{'' if text else chr(13)}")
            sys.stderr.flush()
            self._length = len(text)
