"""The act of destruction to print, with the extract of the log (Roskomnadzor's order № 179 of 28.10.2022).

Nothing of it but her name is hers, and that is known only while the act is printed right after the erasure: later
there is a line to write it by hand.
"""

from datetime import timedelta
from html import escape

from sqlmodel import Session

from loyalty import backup, settings, wording
from loyalty.explain.printing import STYLE
from loyalty.models import Act, Erasure

LINE = "_" * 40
SYSTEM = "программа лояльности магазина (база данных на компьютере магазина)"
WAY = (
    "записи удалены из базы данных, их место в файле перезаписано; тексты и номера заменены пустыми значениями; "
    "покупки и бонусы обезличены"
)


def page(session: Session, act: Erasure, name: str = "") -> bytes:
    """One HTML file without a script."""
    at = settings.shop_time(session, act.at)
    made = session.get(Act, act.act_id)
    who = made.person if made and made.person else LINE
    shop = settings.shop_name(session)
    rows = (
        ("Оператор: наименование (ФИО), ИНН, адрес", f"{LINE}\n{LINE}\n{shop}"),
        ("Субъект персональных данных", f"{name or LINE}\nзапись № {act.customer_id} в информационной системе"),
        ("Перечень категорий уничтоженных данных", "\n".join(f"— {one}" for one in act.destroyed) or "—"),
        ("Информационная система", SYSTEM),
        ("Способ уничтожения", WAY),
        ("Причина уничтожения", act.reason),
        ("Дата обращения", wording.day(act.asked_on) or LINE),
        ("Дата и время уничтожения", wording.time(at)),
        ("Уничтожил: ФИО, должность, подпись", f"{who}\n{LINE}"),
    )
    log = (
        ("Субъект", name or f"запись № {act.customer_id}"), ("Категории данных", "; ".join(act.destroyed)),
        ("Информационная система", SYSTEM), ("Причина", act.reason), ("Дата и время", wording.time(at)),
    )  # fmt: skip
    until = wording.day(at.date() + timedelta(days=backup.DAYS_KEPT))
    left = [
        f"Резервные копии базы, сделанные до {wording.day(at.date())}, ещё содержат эти данные. Программа хранит "
        f"копии {backup.DAYS_KEPT} дней: последняя из прежних удалится {until}. Если до того базу вернут из такой "
        "копии, данные нужно удалить ещё раз.",
        "Файлы, выгруженные из 1С, и сама 1С хранят данные отдельно: удалите их там. Новая выгрузка из 1С не "
        "вернёт их в эту программу.",
    ]
    if kept := sorted(backup.folder().glob("*-before-restore*")):
        left.append(f"Копии, отложенные при восстановлении базы, удалите сами: {', '.join(p.name for p in kept)}.")
    title = "Акт об уничтожении персональных данных"
    notes = "".join(f"<p>{escape(words)}</p>" for words in left)
    return (
        f'<!doctype html><html lang="ru"><meta charset="utf-8"><title>{title}</title><style>{STYLE}</style><body>'
        f"<h1>{title}</h1><p>№ {act.id} от {wording.day(at.date())}</p>{_table(rows)}"
        f"<h2>Выгрузка из журнала событий</h2>{_table(log)}<h2>Что ещё хранит эти данные</h2>{notes}</body></html>"
    ).encode()


def _table(rows: tuple[tuple[str, str], ...]) -> str:
    cells = (
        f'<tr><th scope="row">{escape(label)}</th><td>{escape(value).replace(chr(10), "<br>")}</td></tr>'
        for label, value in rows
    )
    return f"<table><tbody>{''.join(cells)}</tbody></table>"
