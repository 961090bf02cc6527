"""What documents brought about that the owner should know, in sentences (rules.md §6, §7)."""

from collections.abc import Iterable, Mapping
from datetime import date

from sqlalchemy import func, select
from sqlmodel import Session

from loyalty import db
from loyalty.engine.ledger import Consequences
from loyalty.models import receipts, return_lines, returns
from loyalty.program.terms import Programs
from loyalty.sales.documents import Document, SaleDocument
from loyalty.sales.matching import Waiting
from loyalty.sales.warnings import Warnings
from loyalty.wording import day as day_words
from loyalty.wording import form, month, plural, roubles

MANY_DAYS, MANY_MONTHS = 5, 12
"""So many days are named one by one, so many months at all."""


def tell_over_cap(warnings: Warnings, programs: Programs, sale: SaleDocument) -> None:
    """A receipt paid with more bonuses than the programme lets: it happened, and the owner should know."""
    cap, paid = programs.on(sale.at.date()).max_redeem(sum(line.amount or 0 for line in sale.lines)), sale.redeemed
    if paid and paid > cap:
        named = f"Чек {sale.number} от {day_words(sale.at.date())}: бонусами оплачено {roubles(paid)}"
        warnings.add("cap", f"{named}, по программе можно не больше {roubles(cap)}")


def tell_lost(warnings: Warnings, lost: Iterable[tuple[SaleDocument, int, int]]) -> None:
    """A file says otherwise of what the till took in bonuses: what it took, what counts now."""
    for sale, was, now in lost:
        named = f"Чек {sale.number} от {day_words(sale.at.date())}: касса списала {roubles(was)} бонусами"
        says = f"а в файле {roubles(now)}" if sale.redeemed is not None else f"а весь чек в файле на {roubles(now)}"
        warnings.add("till", f"{named}, {says}. Учтено, как в файле: сверьте чек")


def tell_moved(warnings: Warnings, moved: Iterable[tuple[Document, date]]) -> None:
    """A revision of another day: it may be right, and may be another receipt of the same number."""
    for document, was in moved:
        kind = "Чек" if isinstance(document, SaleDocument) else "Возврат"
        named = f"{kind} {document.number}: был от {day_words(was)}, теперь от {day_words(document.at.date())}"
        warnings.add("moved", f"{named}. Учтён один раз, с новой датой: проверьте")


def tell_renumbered(warnings: Warnings, shops: Iterable[str]) -> None:
    """Shops of which it turned out that their numbers start anew."""
    for shop in sorted(shops):
        whose = f"магазина «{shop}» " if shop else ""
        warnings.add("numbers", f"Номера чеков {whose}начинаются заново каждый день: чеки различаются и по дню")


def tell_waiting(warnings: Warnings, waiting: Iterable[Waiting]) -> None:
    """Returns without a receipt: how many, what to load for them, and where the receipt is somebody else's."""
    days, months, count, unnamed = set[date](), set[date](), 0, 0
    for one in waiting:
        count += 1
        if not one.receipt_number:
            unnamed += 1
            continue
        (days if one.receipt_on else months).add(one.receipt_on or one.day)
        if one.is_of_another:
            named = f"Возврат {one.number} от {day_words(one.day)}: чек {one.receipt_number} — другого покупателя"
            warnings.add("another", f"{named}. Его бонусы не тронуты, возврат ждёт своего чека")
    if count > unnamed:
        warnings.add(
            "waiting", f"Возвратов без чека: {count - unnamed} — загрузите чеки за {_listed(days, months)}"
        )
    if unnamed:
        warnings.add(
            "unnamed",
            f"Возвратов, где не назван чек продажи: {unnamed} — бонусы за них не сняты. "
            "Выгрузите их с колонкой «Документ продажи»",
        )


def _listed(days: set[date], months: set[date]) -> str:
    """«03.01.2026, февраль 2026 или раньше»: where the day of the receipt is not said, it may be earlier."""
    earlier = " или раньше" if months else ""
    if len(days) > MANY_DAYS:
        months, days = months | days, set()
    listed = [day_words(day) for day in sorted(days)]
    listed += [month(first) for first in sorted({day.replace(day=1) for day in months})]
    more = f" и ещё {len(listed) - MANY_MONTHS}" if len(listed) > MANY_MONTHS else ""
    return ", ".join(listed[:MANY_MONTHS]) + more + earlier


def tell_overspent(warnings: Warnings, session: Session, overspent: Mapping[int, int]) -> None:
    """Receipts for which bonuses turned out to lack: of this file, or of earlier ones."""
    r = receipts.c
    query = select(r.id, r.number, r.day).where(db.among(session, r.id, overspent)).order_by(r.at, r.number)
    for id_, number, day in session.connection().execute(query) if overspent else ():
        named = f"Чек {number} от {day_words(day)}"
        warnings.add("debt", f"{named}: бонусов не хватало, {roubles(overspent[id_])} записано в долг клиента")


def tell_excess(warnings: Warnings, session: Session, found: Consequences, act_id: int) -> None:
    """Returns of more than their receipt has left: of this act, of its receipts, or displaced by its returns."""
    r, lines = returns.c, return_lines.c
    said = select(func.sum(lines.amount)).where(lines.return_id == r.id).scalar_subquery()
    query = (
        select(r.number, r.day, r.receipt_number, r.counted, said)
        .join(receipts, receipts.c.id == r.receipt_id)
        .where(db.among(session, r.id, found.excess))
        .where((r.act_id == act_id) | (receipts.c.act_id == act_id) | db.among(session, r.id, found.counted_anew))
        .order_by(r.at, r.number)
    )
    for number, day, receipt, counted, asked in session.connection().execute(query):
        back = f"Возврат {number} от {day_words(day)}: вернули {f'на {roubles(asked)}' if asked else 'больше'}"
        rest = f"осталось {roubles(counted)} таких товаров — столько и учтено" if counted else (
            "таких товаров не осталось — не учтено ничего"
        )  # fmt: skip
        warnings.add("excess", f"{back}, а в чеке {receipt} {rest}")


def tell_elsewhere(warnings: Warnings, count: int) -> None:
    """Documents that another report has told in every point."""
    if count:
        told = plural(count, "документ", "документа", "документов")
        warnings.add("elsewhere", f"{told} из этого файла уже загружены из другого отчёта: второй раз не учтены")


def tell_refusals(warnings: Warnings, count: int) -> None:
    """Consents of the file that a later refusal outweighs, or of which nobody knows whether it is later."""
    told = plural(count, "клиент отказался", "клиента отказались", "клиентов отказались")
    warnings.add(
        "refused",
        f"{told} от рассылок, а в файле {form(count, 'у него', 'у них', 'у них')} «Согласие: Да»: отказ остаётся в "
        "силе. Если согласие дали снова, впишите день: «Да, 12.03.2026»",
    )
