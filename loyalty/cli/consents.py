"""`optout PHONE`, `consents import FILE`: what people agreed to and refused, by the command line."""

from argparse import Namespace

from loyalty import acts, db, wording
from loyalty.cli.telling import DONE, SOME_REJECTED, print_json
from loyalty.customers import consents
from loyalty.customers.phones import normalise_phone
from loyalty.errors import NotFound, Refused
from loyalty.files import consents_list
from loyalty.messages.consent import replies

SHOWN_MAX = 20


def opt_out(options: Namespace) -> int:
    """Nobody of a phone gets advertising any more, also who is not known yet."""
    phone = normalise_phone(options.phone)
    if phone is None:
        raise Refused("Напишите номер телефона")
    with db.writing() as session:
        act = acts.begin(session, acts.Origin.SCREEN)
        known = replies.with_address(session, consents.SMS, phone)
        new = replies.refuse_phone(session, phone, act, method=consents.COMMAND)
    shown = wording.phone(phone)
    if not known:
        print(f"{shown}: такого клиента нет; номер запомнен, рекламы на него не будет")
    elif new:
        count = wording.plural(len(new), "клиент отписан", "клиента отписаны", "клиентов отписаны")
        print(f"{shown}: {count}, рекламы больше не будет")
    else:
        print(f"{shown}: уже отписан")
    return DONE


def import_consents(options: Namespace) -> int:
    """Consents and refusals of a file."""
    if not options.file.is_file():
        raise NotFound(f"Нет такого файла: {options.file}")
    with db.writing() as session:
        act = acts.begin(session, acts.Origin.SCREEN)
        report = consents_list.take(session, options.file, act)
    if options.json:
        _print_json(report)
    else:
        _tell(report)
    return SOME_REJECTED if report.rejected else DONE


def _print_json(report: consents_list.Report) -> None:
    print_json(
        {
            "file": report.file, "rows": report.rows, "imported": report.imported, "unchanged": report.unchanged,
            "outweighed": report.outweighed, "rejected": len(report.rejected),
            "errors": [{"row": one.row, "reason": one.reason} for one in report.rejected],
        }
    )  # fmt: skip


def _tell(report: consents_list.Report) -> None:
    print(report.file)
    for words, count in (
        ("строк в файле", report.rows), ("записано", report.imported), ("без изменений", report.unchanged),
        ("согласий раньше отказа: отказ остаётся в силе", report.outweighed), ("отклонено", len(report.rejected)),
    ):  # fmt: skip
        if count or words == "строк в файле":
            print(f"  {words}: {wording.number(count)}")
    for one in report.rejected[:SHOWN_MAX]:
        print(f"  строка {one.row}: {one.reason}")
    if report.rejected_file:
        print(f"Отклонённые строки можно исправить и загрузить снова: {report.rejected_file}")
