"""What each command does: it asks a room and says the answer, to a person or to a program."""

import sqlite3
import sys
from argparse import Namespace
from collections.abc import Iterable
from itertools import islice
from pathlib import Path
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.exc import SQLAlchemyError

from loyalty import backup, db, export, settings
from loyalty.cli.bar import Bar
from loyalty.cli.telling import AGREES, DIFFERS, DONE, NOT_EMPTY, SOME_REJECTED, UNUSABLE, print_json
from loyalty.customers.people import full_name
from loyalty.demo.load import load
from loyalty.errors import LoyaltyError, NotFound, Refused
from loyalty.files import shapes
from loyalty.files.importing import Report, import_file
from loyalty.messages.triggers import firing
from loyalty.models import Customer, customers
from loyalty.models.people import is_herself
from loyalty.onec import Mapping
from loyalty.reports import history, troubles
from loyalty.segments import refreshing
from loyalty.service import checking, night, ready, recount
from loyalty.system_words import database_error, os_error
from loyalty.wording import day, number, plural, roubles

SHOWN_MAX = 20
DIFFERENCES_MAX = 1_000


def import_files(options: Namespace) -> int:
    """Each file on its own; the worst of their exit codes."""
    kind = "sales" if options.kind == "auto" else options.kind
    said = shapes.from_file(options.mapping, kind) if options.mapping else None
    if said and options.kind not in ("auto", said.kind):
        raise Refused(f"В ответах о файле сказано «{said.kind}», а в команде --kind {options.kind}")
    return max(_import(path, options.kind, options.json, said) for path in options.files)


def _import(path: Path, kind: str, as_json: bool, said: Mapping | None) -> int:
    try:
        if not path.exists():
            raise NotFound(f"Нет такого файла: {path}")
        with Bar(path.name) as bar:
            report = import_file(path, kind=kind, mapping=said, progress=bar)
    except (LoyaltyError, OSError, sqlite3.Error, SQLAlchemyError) as error:
        why = _why(error)
        print(f"{path.name}: {why}" if path.name not in why else why, file=sys.stderr)
        if as_json:
            nothing = Report(file=path.name, kind=kind).as_json()
            print_json({**nothing, "errors": [{"row": None, "column": None, "value": None, "reason": why}]})
        return UNUSABLE
    if as_json:
        print_json(report.as_json())
    else:
        _tell_import(report)
    return SOME_REJECTED if report.rejected else DONE


def _why(error: LoyaltyError | OSError | sqlite3.Error | SQLAlchemyError) -> str:
    if isinstance(error, OSError):
        return os_error(error)
    return str(error) if isinstance(error, LoyaltyError) else database_error(error)


def _tell_import(report: Report) -> None:
    print(report.file)
    plain = report.as_json()
    money = [f"{label}: {value}" for label, value in history.report_money(plain)]
    if money:
        print(f"  {'; '.join(money)}")
    if agreed := history.file_total(plain):
        print(f"  {agreed[1]}")
    print(f"  строк в файле: {number(report.rows)}")
    counts = (
        ("загружено", report.imported),
        ("без изменений", report.unchanged),
        ("изменено", report.changed),
        ("отклонено", report.rejected),
        ("пропущено (заголовки, итоги, пустые)", report.skipped),
        ("возвратов ждут своего чека", report.unmatched_returns),
    )
    for words, count in counts:
        if count:
            print(f"  {words}: {number(count)}")
    for trouble in troubles.troubles(plain):
        _print_some(f"{trouble.title}. {trouble.advice}" if trouble.advice else trouble.title, trouble.told, 0)
    reasons = [f"строка {e.row}: {': '.join(filter(None, (e.column, e.value, e.reason)))}" for e in report.errors]
    _print_some("Отклонено:", reasons, report.rejected)
    if report.rejected_file:
        print(f"Отклонённые строки можно исправить и загрузить снова: {report.rejected_file}")


def _print_some(title: str, lines: list[str], count: int) -> None:
    if lines:
        print(title)
        for line in lines[:SHOWN_MAX]:
            print(f"  {line}")
        if max(count, len(lines)) > SHOWN_MAX:
            print(f"  …и ещё {number(max(count, len(lines)) - SHOWN_MAX)}")


def night_run(options: Namespace) -> int:
    """The night of a day and those missed before it."""
    until = options.day
    if until is None:
        with db.reading() as session:
            until = settings.today(session)
    done, fired = night.run(until), firing.run(until)
    with db.reading() as session:
        check_due = checking.is_due(session, until)
    checked = checking.night(until) if check_due else None
    if options.json:
        nights = [_night_json(result) for result in done]
        print_json(
            {
                "day": until.isoformat(),
                "nights": nights,
                "triggers": [one.as_json() for one in fired],
                "check": checked and checked.words,
            }
        )
        return DONE
    for result in done:
        print(f"{day(result.day)}: {result.summary}")
    for one in fired:
        print(f"Триггер {one.summary}")
    if checked:
        print(checked.words)
    elif not done and not fired:
        print("Всё уже сделано")
    return DONE


def _night_json(result: night.NightResult) -> dict[str, Any]:
    return {**result._asdict(), "day": result.day.isoformat()}


def export_file(options: Namespace) -> int:
    """A file of customers, receipts, returns, movements or stays in segments."""
    with db.reading() as session:
        rows = export.export(session, options.what, options.file, options.as_of, options.segment)
    print(f"{options.file}: {plural(rows, 'строка', 'строки', 'строк')}")
    return DONE


def check(options: Namespace) -> int:
    """Recompute everybody from facts and compare."""
    with db.reading() as session, Bar("Сверяю") as bar:
        people = session.connection().scalar(select(func.count()).where(is_herself)) or 0
        found = checking.everything(session, progress=bar)
        kept = list(islice(found, DIFFERENCES_MAX))
        count = len(kept) + sum(1 for _ in found)
        whom = {difference.customer_id for difference in kept}
        named = {id_: _named(session.get(Customer, id_) if id_ is not None else None) for id_ in whom}
    if options.json:
        print_json({"customers": people, "differences": count, "first": [d._asdict() for d in kept]})
    elif count:
        print(f"Расхождений: {number(count)}")
        lines = [f"{named[d.customer_id]}: {d.what} — записано {d.stored}, должно быть {d.computed}" for d in kept]
        _print_some("", lines, count)
    else:
        print(f"Всё сходится: {plural(people, 'клиент', 'клиента', 'клиентов')}")
    return DIFFERS if count else AGREES


def _named(customer: Customer | None) -> str:
    if customer is None:
        return "без клиента"
    known: Iterable[str | None] = (full_name(customer), customer.phone, customer.external_id, customer.card)
    return ", ".join(filter(None, known)) or "клиент без имени"


def demo(options: Namespace) -> int:
    """The demo shop, where there is nothing yet."""
    try:
        with Bar("Демо-магазин") as bar, db.writing() as session:
            load(session, options.customers, options.seed, progress=bar)
        refreshing.after_import()
    except Refused as refused:
        print(refused, file=sys.stderr)
        return NOT_EMPTY
    with db.reading() as session:
        people, sold = (
            session.connection()
            .execute(select(func.count(), func.coalesce(func.sum(customers.c.receipts_sum), 0)).where(is_herself))
            .one()
        )
    print(f"Готово: {plural(people, 'клиент', 'клиента', 'клиентов')}, покупок на {roubles(int(sold))}")
    return DONE


def back_up(options: Namespace) -> int:
    """A copy of the database, checked."""
    print(backup.make(options.folder))
    return DONE


def restore(options: Namespace) -> int:
    """A backup in the place of the present database; one of an earlier version is counted by today's rules."""
    kept = backup.restore(options.file)
    print("База восстановлена." + (f" Прежняя отложена: {kept}" if kept else ""))
    return migrate(options)


def migrate(_options: Namespace) -> int:
    """The database is ready: every command sees to that before it runs; all is by today's rules."""
    with Bar("Пересчитываю по новым правилам") as bar:
        done = recount.run(bar)
    if done:
        print(done)
    ready.run()
    print("База данных готова")
    return DONE
