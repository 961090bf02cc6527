"""What was done and when, read only: files taken in, nights, backups, and nights still missing."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy import Row, select
from sqlmodel import Session

from loyalty import settings
from loyalty.models import imports, runs
from loyalty.wording import bonuses, number, plural, roubles, sentence

ORIGINS = {
    "browser": "С этого экрана",
    "inbox": "Папка обмена",
    "cli": "Командная строка",
    "demo": "Пример",
}
KINDS = {"sales": "Продажи", "customers": "Клиенты", "demo": "Продажи и клиенты"}
JOBS = {
    "night": "Ночной пересчёт",
    "backup": "Резервная копия",
    "check": "Сверка",
    "recount": "Пересчёт по новым правилам",
}
SKIPPED = "Заголовок и прочие строки"
UNDER_WAY = ("queued", "running")
MISSED_SHOWN_MAX = 31


class TakenFile(NamedTuple):
    """A file taken in or waiting; times are the shop's, `report` as contract.md's object, {} without one."""

    id: int
    file: str
    origin: str
    kind: str
    status: str
    at: datetime
    finished_at: datetime | None
    result: str
    report: Mapping[str, Any]
    problem: str | None
    rejected_file: Path | None
    checked: str = ""  # what a check of whom it touched has found
    question: Mapping[str, Any] | None = None  # why it was not loaded: {"key", "words", "choices"}
    answer: str = ""  # what was answered
    has_file: bool = False  # it is still here, an answer can load it

    @property
    def under_way(self) -> bool:
        return self.status in UNDER_WAY


class Event(NamedTuple):
    """Something the worker did: when in the shop's time, what, for which day, with which result."""

    at: datetime
    what: str
    day: date | None
    result: str
    done: bool


def taken_files(session: Session, ids: Sequence[int] | None = None, limit: int = 300) -> list[TakenFile]:
    """The latest files, newest first; only those of `ids` where given."""
    zone = ZoneInfo(settings.timezone(session))
    query = select(imports).order_by(imports.c.queued_at.desc(), imports.c.id.desc()).limit(limit)
    if ids is not None:
        query = query.where(imports.c.id.in_(ids))
    return [_taken(row, zone) for row in session.connection().execute(query)]


def under_way(session: Session) -> list[TakenFile]:
    """Files that wait or are being read, the oldest first."""
    query = select(imports.c.id).where(imports.c.status.in_(UNDER_WAY))
    return taken_files(session, session.connection().scalars(query).all())[::-1]


def events(session: Session, limit: int = 1000) -> list[Event]:
    """What the worker did, newest first: nights, backups and files."""
    zone = ZoneInfo(settings.timezone(session))
    query = select(runs).order_by(runs.c.started_at.desc(), runs.c.id.desc()).limit(limit)
    done = [_ran(row, zone) for row in session.connection().execute(query)]
    done += [
        Event(taken.at, f"Файл «{taken.file}»", None, taken.result, taken.status == "done")
        for taken in taken_files(session, limit=limit)
    ]
    return sorted(done, key=lambda event: event.at, reverse=True)[:limit]


def missed_nights(session: Session, today: date) -> list[date]:
    """Days without a night since the first one, the latest first; the worker makes up for them by itself."""
    query = select(runs.c.day).where(runs.c.job == "night", runs.c.finished_at.is_not(None))
    done = set(session.connection().scalars(query))
    if not done:
        return []
    first = max(min(done), today - timedelta(days=MISSED_SHOWN_MAX))
    days = (today - timedelta(days=back) for back in range((today - first).days + 1))
    return [day for day in days if day not in done]


def result_words(status: str, report: Mapping[str, Any]) -> str:
    """What became of a file in a line: «Загружено 1 204, отклонено 3»; a refusal's reason is longer."""
    if status == "queued":
        return "Ждёт очереди"
    if status == "running":
        return "Загружается"
    if status == "failed" or not report:
        return "Не загружен" if status == "failed" else "Загружен"
    rows = (
        ("imported", "загружено"),
        ("changed", "изменено"),
        ("unchanged", "без изменений"),
        ("rejected", "отклонено"),
    )
    said = [f"{word} {number(report[name])}" for name, word in rows if report.get(name)]
    return sentence(", ".join(said) or "ничего нового")


class Money(NamedTuple):
    """A figure of a report: its label and the sum or the count in words."""

    label: str
    value: str


def report_money(report: Mapping[str, Any]) -> list[Money]:
    """What a file came to: receipts, returns, bonuses earned, new customers; what says nothing left out."""
    totals, found = report.get("totals") or {}, []
    if totals.get("receipts") or totals.get("returns"):
        sold, back = int(totals["receipts"]), int(totals["returns"])
        found.append(Money(plural(sold, "чек", "чека", "чеков"), roubles(totals["receipts_sum"])))
        if back:
            found.append(Money(plural(back, "возврат", "возврата", "возвратов"), roubles(totals["returns_sum"])))
        found.append(Money("Дано бонусов", bonuses(totals["earned"])))
    if report.get("customers_created"):
        found.append(Money("Новых клиентов", number(report["customers_created"])))
    return found


def file_total(report: Mapping[str, Any]) -> tuple[bool, str] | None:
    """Whether the file's own total agrees with what was loaded, in words; None where the file has none."""
    totals = report.get("totals") or {}
    if totals.get("file_sum") is None or report.get("difference") is None:
        return None
    return total_words(totals["file_sum"], report["difference"])


def total_words(file_sum: int, difference: int) -> tuple[bool, str]:
    """«Итог в файле 767 571 ₽ — сходится», «… — не сходится на 1 500 ₽»."""
    agrees = f"не сходится на {roubles(difference)}" if difference else "сходится"
    return not difference, f"Итог в файле {roubles(file_sum)} — {agrees}"


class ReportDay(NamedTuple):
    """A day of a file in kopecks, to be compared with 1C's own report; `file_sum` is what the file says of it."""

    day: date
    receipts: int
    receipts_sum: int
    returns: int
    returns_sum: int
    file_sum: int = 0


def report_days(report: Mapping[str, Any]) -> list[ReportDay]:
    """Days of a report, in their order."""
    return [ReportDay(**{**one, "day": date.fromisoformat(one["day"])}) for one in report.get("days", ())]


def report_figures(report: Mapping[str, Any]) -> list[tuple[str, int]]:
    """A report's rows under the owner's words, those that say nothing left out."""
    always = (("imported", "Загружено"), ("rejected", "Отклонено"))
    sometimes = (
        ("unchanged", "Без изменений"),
        ("changed", "Изменено"),
        ("skipped", SKIPPED),
    )
    data = ("Строк с данными", int(report["rows"]) - int(report.get("skipped", 0)))  # its heading is not among them
    found = [data, *((word, int(report.get(name, 0))) for name, word in always)]
    return found + [(word, int(report[name])) for name, word in sometimes if report.get(name)]


def _taken(row: Row[Any], zone: ZoneInfo) -> TakenFile:
    kept = row.report or {}  # one that waits keeps its mapping there, one that asks its question
    report = kept if "rows" in kept else {}
    kind = report.get("kind") or kept.get("mapping", {}).get("kind") or row.kind
    return TakenFile(
        id=row.id,
        file="Демо-магазин" if row.origin == "demo" else row.file_name,
        origin=ORIGINS.get(row.origin, ""),
        kind=KINDS.get(kind, "Не определено"),
        status=row.status,
        at=_local(row.queued_at, zone),
        finished_at=row.finished_at and _local(row.finished_at, zone),
        result=_asked(kept) or result_words(row.status, report),
        report=report,
        problem=row.problem,
        rejected_file=_existing(report.get("rejected_file")),
        checked=row.checked or "",
        question=kept.get("question"),
        answer=kept.get("answer", ""),
        has_file=_existing(row.path) is not None,
    )


def _asked(kept: Mapping[str, Any]) -> str:
    """What became of a file that had to be asked about; "" of others."""
    return "Ждёт ответа" if "question" in kept else "Ответ дан" if "answer" in kept else ""


def _existing(path: str | None) -> Path | None:
    return Path(path) if path and Path(path).is_file() else None


def _ran(row: Row[Any], zone: ZoneInfo) -> Event:
    done = row.finished_at is not None
    result = row.summary or ("Сделано" if done else "Начато и не закончено")
    return Event(_local(row.started_at, zone), JOBS.get(row.job, "Служебная работа"), row.day, result, done)


def _local(at: datetime, zone: ZoneInfo) -> datetime:
    return at.astimezone(zone).replace(tzinfo=None)
