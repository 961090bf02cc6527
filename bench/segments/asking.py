"""What segments cost in the database: a count, a rebuild, a night, each beside SQL by hand in turn with it.

All in one writing transaction that is taken back: the shop stays as it was made.
"""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from statistics import median
from typing import Any

import numpy as np
from sqlalchemy import func, select
from sqlmodel import Session

from bench.big.asked import NOW
from bench.errors import Stopped
from bench.sales import TODAY
from bench.segments.by_hand import COMES, FETCH, GOES, MOVES_ONE, MOVING, SCAN, Asked
from bench.table import Row
from loyalty import db
from loyalty.models import customers, memberships
from loyalty.segments import crowds, membership, stored
from loyalty.segments.evaluating import Evaluator

COUNT_LIMIT, REBUILD_LIMIT, NIGHT_LIMIT = 3.0, 10.0, 5.0  # times the SQL beside it
REPEATS, LONG_REPEATS = 5, 3
MOVES, SEGMENTS_MOVED = 20_000, 5
BUSY, SMALL = "Платья", "Кольца"  # groups: of 142,000 buyers in half a year, and of 4,000


@dataclass
class Times:
    """Seconds by the clock and of this process, a pair a run."""

    wall: list[float] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)

    def of(self, work: Callable[[], Any]) -> Any:
        """Do it and take its time."""
        wall, cpu = time.perf_counter(), time.process_time()
        found = work()
        self.cpu.append(time.process_time() - cpu)
        self.wall.append(time.perf_counter() - wall)
        return found

    def row(self, name: str) -> Row:
        """As it is, compared with nothing."""
        return Row(name, median(self.wall), median(self.cpu))

    def beside(self, other: "Times", name: str, limit: float | None) -> Row:
        """As a ratio to the other's."""
        wall, cpu = median(self.wall), median(self.cpu)
        by_cpu = cpu / median(other.cpu) if median(other.cpu) else None
        return Row(name, wall, cpu, value=wall / median(other.wall), limit=limit, cpu_ratio=by_cpu)


def rows(session: Session) -> Iterator[Row]:
    """Every row; the session is a writer's, so that its masks are its own (`Evaluator`)."""
    yield from _counts(session, "ходовая группа", BUSY)
    yield from _counts(session, "редкая группа", SMALL)
    scan, fetched = Times(), Times()
    for _ in range(LONG_REPEATS):
        scan.of(lambda: session.connection().scalar(SCAN))
        fetched.of(lambda: sum(1 for _ in session.connection().execute(FETCH)))
    yield scan.row("Один проход по таблице клиентов (с чем сравнивается)")
    yield fetched.row("Тот же проход, когда строки читает Python")
    yield from _rebuilt(session, scan)
    yield from _night(session)


def _counts(session: Session, which: str, group: str) -> Iterator[Row]:
    """Five conditions counted anew, and with one of them changed, beside the query by hand."""
    first = Asked(TODAY, group)
    hand, cold, changed = Times(), Times(), Times()
    kept = Evaluator(session, TODAY)
    kept.count(first.tree)
    for turn in range(1, REPEATS + 2):
        one = first.changed(turn)
        right = hand.of(lambda: session.connection().scalar(one.query))  # noqa: B023
        whole = cold.of(lambda: Evaluator(session, TODAY).count(one.tree))  # noqa: B023
        found = changed.of(lambda: kept.count(one.tree))  # noqa: B023
        if not right == whole == found:
            raise Stopped(f"Сегмент из пяти условий, {which}: {whole} и {found}, а руками {right}")
        if turn == 1:  # the first reads the file's pages
            hand, cold, changed = Times(), Times(), Times()
    yield hand.row(f"Пять условий, {which}: SQL руками")
    yield cold.beside(hand, f"Пять условий, {which}: все условия заново", COUNT_LIMIT)
    yield changed.beside(hand, f"Пять условий, {which}: изменено одно, ко всему SQL руками", COUNT_LIMIT)


def _rebuilt(session: Session, scan: Times) -> Iterator[Row]:
    """All segments: who answers, and the difference from who is in, of which there is none."""
    rebuilt = Times()
    for _ in range(LONG_REPEATS):
        moved = rebuilt.of(lambda: membership.refresh(session, NOW, TODAY))
        if any(one.entered or one.left for one in moved):
            raise Stopped("Никто не должен был перейти, а перешли")
    count = len(moved)
    yield rebuilt.beside(scan, f"Пересчёт {count} сегментов, никто не перешёл", REBUILD_LIMIT)
    membership.forget(session)
    filled = Times()
    filled.of(lambda: membership.refresh(session, NOW, TODAY))
    yield filled.row(f"Первое наполнение {count} сегментов")


def _night(session: Session) -> Iterator[Row]:
    """So many people are moved by hand, half in, half out, over a few segments; a refresh moves them back."""
    everybody = session.connection().scalar(select(func.max(customers.c.id)))
    moves = min(MOVES, everybody // 50)
    sizes = {one.id: len(membership.members(session, one.name)) for one in stored.everything(session)}
    some = [id_ for id_, size in sizes.items() if moves <= size <= everybody - moves][:SEGMENTS_MOVED]
    bare, written, whole = Times(), Times(), Times()
    for turn in range(2 * LONG_REPEATS):
        at = NOW + timedelta(days=1 + turn)
        _choose(session, some, moves // 2 // len(some), turn)
        bare.of(lambda: [session.connection().execute(one, {"at": at}) for one in (GOES, COMES)])  # noqa: B023
        crowds.mend(session)
        if turn % 2:
            moved = whole.of(lambda: membership.refresh(session, at, TODAY))  # noqa: B023
        else:
            told = membership.answers(session, TODAY)
            moved = written.of(lambda: membership.write(session, told, at))  # noqa: B023
        if sum(one.entered + one.left for one in moved) != moves:
            raise Stopped(f"Перейти должны были {moves}: {moved}")
    yield bare.row(f"UPDATE и INSERT {moves} строк (с чем сравнивается)")
    yield written.beside(bare, f"Ночь, {moves} переходов: сравнить и записать", NIGHT_LIMIT)
    yield whole.beside(bare, f"Ночь, {moves} переходов: вместе с ответами всех сегментов", None)


def _choose(session: Session, some: list[int], each: int, seed: int) -> None:
    """Into `moving`, of each segment: stays to end, and customers to come in who are not inside."""
    connection, random, m = session.connection(), np.random.default_rng(seed), memberships.c
    for command in MOVING:
        connection.execute(command)
    everybody = np.arange(1, connection.scalar(select(func.max(customers.c.id))) + 1)
    rows: list[dict[str, int | None]] = []
    for segment in some:
        inside = select(m.id, m.customer_id).where(m.segment_id == segment, m.left_at.is_(None))
        stays = db.numbers(session, inside).reshape(-1, 2)
        strangers = np.setdiff1d(everybody, stays[:, 1])
        rows += [
            {"segment": segment, "stay": int(one), "who": None} for one in random.choice(stays[:, 0], each, False)
        ]
        rows += [
            {"segment": segment, "stay": None, "who": int(one)} for one in random.choice(strangers, each, False)
        ]
    connection.execute(MOVES_ONE, rows)
