"""The background process: files from 1C, the night, backups, messages; its pulse is seen on every screen."""

import gc
import logging
import signal
import sys
import time
from collections.abc import Callable
from logging.handlers import RotatingFileHandler
from types import FrameType
from typing import NoReturn

import schedule

from loyalty import backup, db, settings
from loyalty.engine import ledger
from loyalty.errors import LoyaltyError
from loyalty.files import queue
from loyalty.files.inbox import Inbox
from loyalty.messages.triggers.firing import Watch
from loyalty.rights import scrubbing
from loyalty.segments import refreshing
from loyalty.service import checking, night, ready, recount
from loyalty.service.pulse import RESTING, Heart
from loyalty.service.sending import Sending
from loyalty.system_words import os_error

QUEUE_S = 1
INBOX_S = 5
DAY_S = 20
TRIGGERS_S = 10
LOG_BYTES_MAX = 1_000_000
LOGS_KEPT = 5
log = logging.getLogger("worker")


class Step:
    """A job at the worker's edge: whatever it stumbles over is written to the log, and the work goes on."""

    def __init__(self, heart: Heart, what: str, do: Callable[[], object]) -> None:
        self.heart, self.what, self.do = heart, what, do
        self._last_problem = ""

    def __call__(self) -> None:
        self.heart.what = self.what
        try:
            self.do()
            self._last_problem = ""
        except LoyaltyError as error:
            self._tell(str(error), with_trace=False)
        except Exception as error:  # noqa: BLE001 — the one place for it
            self._tell(repr(error), with_trace=True)
        finally:
            self.heart.what = RESTING

    def _tell(self, problem: str, with_trace: bool) -> None:
        """The same trouble every second is one line in the log."""
        if problem != self._last_problem:
            self._last_problem = problem
            log.error("%s: %s", self.what, problem, exc_info=with_trace)


def work_through_queue() -> None:
    """Files one after another, while there are any."""
    while queue.work():
        log.info("файл из очереди обработан")


def keep_the_day() -> None:
    """The nights missed, today's included; figures of today; today's backup."""
    with db.reading() as session:
        today = settings.today(session)
        night_due, check_due = night.is_due(session, today), checking.is_due(session, today)
        figures_on = ledger.figures_on(session)
    if night_due:
        for result in night.run(today):
            log.info("ночь %s: %s", result.day, result.summary)
    elif figures_on is not None and figures_on > today:  # somebody asked for a night ahead
        with db.writing() as session:
            ledger.bring_to(session, today)
        refreshing.run()
    if check_due and (found := checking.night(today)):
        log.info("сверка: %s", found.words)


def check_imports() -> None:
    """Whom the files taken in since the last look have touched."""
    while checking.after_imports():
        log.info("сверка после загрузки сделана")


def keep_segments() -> None:
    """Who was joined or parted, and what an import, a night or a first filling left to do, being killed over it."""
    for moved in refreshing.catch_up():
        log.info("сегмент «%s»: вошли %s, вышли %s", moved.name, moved.entered, moved.left)


class Triggers:
    """What has happened since the last look becomes messages."""

    def __init__(self) -> None:
        self._watch = Watch()

    def __call__(self) -> None:
        with db.reading() as session:
            if night.is_due(session, settings.today(session)):  # who was in a segment then is not known yet
                return
        for fired in self._watch.look():
            log.info("триггер %s", fired.summary)


def count_by_new_rules() -> None:
    """After an upgrade, once."""
    if done := recount.run():
        log.info("пересчёт по новым правилам: %s", done)
    if made := ready.run():
        log.info("готовых сегментов и триггеров сделано: %d", len(made))


def keep_a_copy() -> None:
    """Today's backup, once; one that failed is tried again within the hour."""
    with db.reading() as session:
        today = settings.today(session)
    if path := backup.daily(today):
        log.info("резервная копия: %s", path)


def plan(heart: Heart) -> schedule.Scheduler:
    """What is done how often; everything at once at the start."""
    jobs = (
        (DAY_S, Step(heart, "пересчитывает по новым правилам", count_by_new_rules)),
        (DAY_S, Step(heart, "сверяет день", keep_the_day)),
        (QUEUE_S, Step(heart, "загружает файлы", work_through_queue)),
        (QUEUE_S, Step(heart, "сверяет загруженное", check_imports)),
        (DAY_S, Step(heart, "обновляет сегменты", keep_segments)),
        (TRIGGERS_S, Step(heart, "смотрит, что случилось для триггеров", Triggers())),
        (INBOX_S, Step(heart, "смотрит папку для файлов из 1С", Inbox().look)),
        (DAY_S, Step(heart, "стирает удалённые данные", scrubbing.run)),
        (DAY_S, Step(heart, "делает резервную копию", keep_a_copy)),
    )
    scheduler = schedule.Scheduler()
    for seconds, step in jobs:
        scheduler.every(seconds).seconds.do(step)
    scheduler.run_all()
    return scheduler


def work(scheduler: schedule.Scheduler) -> NoReturn:
    """Each job in its time, until stopped."""
    while True:
        scheduler.run_pending()
        time.sleep(0.25)


def keep_log() -> None:
    """A log that stays small, beside the product's other files."""
    folder = settings.files_dir()
    folder.mkdir(parents=True, exist_ok=True)
    file = RotatingFileHandler(
        folder / "worker.log", maxBytes=LOG_BYTES_MAX, backupCount=LOGS_KEPT, encoding="utf-8", delay=True
    )
    handlers: list[logging.Handler] = [file, logging.StreamHandler()]
    logging.basicConfig(format="%(asctime)s %(levelname)s %(message)s", level=logging.INFO, handlers=handlers)
    logging.getLogger("schedule").setLevel(logging.WARNING)
    logging.getLogger("alembic").setLevel(logging.WARNING)


def stop(_signal: int, _frame: FrameType | None) -> None:
    """Stop now: a transaction that is open rolls back, and what it did is done again at the next start."""
    raise KeyboardInterrupt


def main() -> int:
    """Work until stopped; the exit code."""
    signal.signal(signal.SIGTERM, stop)
    gc.set_threshold(100_000, 50, 100)  # as the command line does
    try:
        keep_log()
        with Heart() as heart:
            db.migrate()
            with Sending(lambda do: Step(heart, "отправляет сообщения", do)):
                log.info("фоновая служба работает")
                work(plan(heart))
    except KeyboardInterrupt:
        log.info("фоновая служба остановлена")
        return 0
    except LoyaltyError as error:
        print(error, file=sys.stderr)
    except OSError as error:
        print(os_error(error), file=sys.stderr)
    return 1


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:  # a second Ctrl+C while the first was being obeyed
        sys.exit(0)
