"""Two cards of one person become one: which stays, and what becomes of the bonuses; asked once, in a dialog."""

import streamlit as st

from loyalty import db, settings, ui, wording
from loyalty.identity import same
from loyalty.reports.customers import twins as report
from loyalty.reports.customers.twins import Side

NAME = "join"


def confirm(one: int, other: int) -> int | None:
    """Which card stays and what becomes of bonuses; the id of the card that stayed, once they are one."""
    with db.reading() as session:
        sides = report.sides(session, (one, other))
        found = report.together(session, one, other, settings.today(session))
    if len(sides) < 2:
        ui.field_error("Одной из карточек больше нет. Обновите страницу")
        return None
    order = sorted(sides, key=lambda id_: (-bool(sides[id_].codes), -sides[id_].receipts_count, id_))
    stays: int = st.radio(
        "Какая карточка останется",
        order,
        format_func=lambda id_: ui.plain(sides[id_].name),
        captions=[ui.plain(signs(sides[id_])) for id_ in order],
        key=f"join-stays-{one}-{other}",
    )
    st.markdown("  \n".join(becomes(sides[order[0]], sides[order[1]], found)))
    st.caption(
        "Имя, день рождения и адрес будут с выбранной карточки. Объединение можно отменить на вкладке «О клиенте»."
    )
    gone = other if stays == one else one

    def join(_: str) -> None:
        names = f"{sides[gone].name} и {sides[stays].name}"
        ui.write(
            f"объединение — {names}",
            lambda session: same.join(session, gone, stays),
            f"Объединено: {names} — один человек",
        )

    with ui.form(f"{NAME} {one} {other}", {}) as form:
        pressed = st.button("Объединить", type="primary", icon=":material/merge:", key=form.key("do"))
        if not pressed or not form.saved(join):
            return None
    return int(stays)


def signs(side: Side) -> str:
    """What tells one card from another: phones, cards, codes, how many receipts."""
    known = [*map(wording.phone, side.phones), *(f"карта {card}" for card in side.cards)]
    known += [f"код {code}" for code in side.codes]
    return " · ".join([*known[:3], wording.plural(side.receipts_count, "чек", "чека", "чеков")])


def becomes(one: Side, other: Side, found: report.Together) -> list[str]:
    """Bonuses now and then, each a sentence."""
    now, owed = found.balance, one.debt + other.debt
    lines = [
        f"Доступно: {wording.bonuses(one.available)} и {wording.bonuses(other.available)} → "
        f"**{wording.bonuses(now.available)}**"
    ]
    if one.pending or other.pending or now.pending:
        lines.append(
            f"Ждёт: {wording.bonuses(one.pending)} и {wording.bonuses(other.pending)} → "
            f"**{wording.bonuses(now.pending)}**"
        )
    if owed or now.debt:
        lines.append(f"Долг: {wording.bonuses(owed)} → **{wording.bonuses(now.debt)}**")
    lines.append(f"Уровень: **{ui.plain(found.level)} {wording.percent(found.rate)}**")
    if now.available != one.available + other.available and not owed:
        lines.append(
            "Не просто сумма: по общим покупкам уровень мог вырасти раньше, а бонусы — сгореть в другой день."
        )
    if found.open_receipts:
        count, are = found.open_receipts, found.open_receipts != 1
        waits = wording.form(count, "ждёт ответа, чей он", "ждут ответа, чьи они", "ждут ответа, чьи они")
        lines.append(
            f"{wording.plural(count, 'чек', 'чека', 'чеков')} с этими телефонами или картами {waits}: "
            f"{'возможно, часть решится сама' if are else 'возможно, решится сам'}."
        )
    return lines
