"""«Песочница»: nothing leaves the PC; every message is written to a file, and counts as delivered at once."""

import json
import os
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple

from loyalty import settings
from loyalty.sms import parts
from loyalty.sms.answers import as_object
from loyalty.sms.gateway import Access, Called, Checked, Known, Outcome, Outgoing, Price, State

FILE = "sandbox.jsonl"
TAIL = 256 * 1024  # bytes that are looked at for the last messages


class Written(NamedTuple):
    """A message that was not sent anywhere."""

    at: datetime  # UTC
    address: str
    subject: str
    text: str
    parts: int


class Sandbox:
    """A gateway that writes to a file."""

    batch_max = 500
    tells_delivery = True
    can_find = True

    def __init__(self, access: Access) -> None:
        assert access.folder, "the sandbox needs a folder"
        self._path, self._price = access.folder / FILE, access.price

    def send(self, batch: Sequence[Outgoing], client_id: int) -> Mapping[int, Outcome]:
        """All are delivered: the file is on the disk before it is said."""
        at = settings.now()
        lines = [
            json.dumps(
                {"batch": client_id, "id": one.id, "at": at.isoformat(), "address": one.address,
                 "subject": one.subject, "text": one.text},
                ensure_ascii=False,
            ) + "\n"
            for one in batch
        ]  # fmt: skip
        self._path.parent.mkdir(parents=True, exist_ok=True)
        with self._path.open("ab") as file:  # one write: lines of two workers don't mix
            file.write(("\n" + "".join(lines)).encode())  # the line before may be a killed worker's, half written
            file.flush()
            os.fsync(file.fileno())
        return {one.id: self._delivered(one, client_id) for one in batch}

    def _delivered(self, one: Outgoing, client_id: int) -> Outcome:
        length = self._length(one)
        cost = None if self._price is None else self._price * length
        return Outcome(State.DELIVERED, f"{client_id}:{one.id}", cost=cost, parts=length)

    def _length(self, one: Outgoing) -> int:
        return 1 if "@" in one.address else parts.count(one.text).parts

    def find(self, batch: Sequence[Outgoing], client_id: int, since: datetime) -> Mapping[int, Outcome | None]:
        """What is in the file was sent."""
        known = {line["id"] for line in self._lines() if line["batch"] == client_id}
        return {one.id: self._delivered(one, client_id) if one.id in known else None for one in batch}

    def status(self, asked: Sequence[Known]) -> Mapping[int, Outcome]:
        """Delivered, all of them."""
        return {one.id: Outcome(State.DELIVERED, one.gateway_id) for one in asked}

    def prices(self, batch: Sequence[Outgoing]) -> Mapping[int, Price] | None:
        """By the shop's own price, where it has one."""
        if self._price is None:
            return None
        return {one.id: Price(self._length(one), self._price * self._length(one)) for one in batch}

    def check(self) -> Checked:
        """Always ready."""
        return Checked(None)

    def called(self, headers: Mapping[str, str], form: Sequence[tuple[str, str]], body: bytes) -> Called | None:
        """Nobody calls it."""
        return None

    def _lines(self, tail: int | None = None) -> Iterator[Mapping[str, Any]]:
        if not self._path.exists():
            return
        with self._path.open("rb") as file:
            file.seek(max(0, self._path.stat().st_size - tail) if tail else 0)
            for line in file:
                if (written := as_object(line.decode(errors="replace"))) is not None:  # else it is half a line
                    yield written


def latest(folder: Path, count: int) -> list[Written]:
    """The last messages it was given, the newest first."""
    lines = [line for line in Sandbox(Access(folder=folder))._lines(TAIL) if line["address"]][-count:]
    return [_written(line) for line in reversed(lines)]


def forget(folder: Path, ids: Collection[int]) -> None:
    """What these messages said, and to whom, is overwritten in its place: others may be written meanwhile."""
    path = folder / FILE
    if not ids or not path.exists():
        return
    with path.open("r+b") as file:
        while line := file.readline():
            known = as_object(line.decode(errors="replace"))
            if known is not None and known["id"] in ids:
                blank = json.dumps({**known, "address": "", "subject": "", "text": ""}, ensure_ascii=False).encode()
                file.seek(-len(line), os.SEEK_CUR)
                file.write(blank.ljust(len(line) - 1) + line[-1:])
        file.flush()
        os.fsync(file.fileno())


def _written(line: Mapping[str, Any]) -> Written:
    address, text = line["address"], line["text"]
    length = 1 if "@" in address else parts.count(text).parts
    return Written(datetime.fromisoformat(line["at"]), address, line["subject"], text, length)
