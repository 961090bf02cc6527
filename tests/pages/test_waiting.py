"""Whoever writes while another process writes for long is told at once, and what she said is kept once."""

import time
from collections.abc import Callable, Iterator
from datetime import date

import pytest
from sqlalchemy import select
from sqlmodel import Session
from streamlit.testing.v1 import AppTest

from loyalty import db, settings, waiting
from loyalty.engine import ledger
from loyalty.errors import Refused
from loyalty.files.queue import _Teller
from loyalty.models import Import, grants
from loyalty.waiting import Deed
from tests.pages.factory import TODAY, small_shop
from tests.pages.opened import (
    as_on_the_server,
    card_of,
    checked,
    keyed,
    maria,
    person,
    seen,
    toasts,
    words,
)  # fmt: skip
from tests.program.holder import held

PATIENCE_S = 20.0
GIFT = "подарок 500 бонусов — Алёшина Мария Сергеевна"


@pytest.fixture(autouse=True)
def sold(database_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The small shop on either database; `check` finds nothing at the end, and nothing waits."""
    monkeypatch.setenv("LOYALTY_DATABASE_URL", database_url)
    monkeypatch.setenv("LOYALTY_TODAY", TODAY.isoformat())
    as_on_the_server(monkeypatch)
    with db.writing() as session:
        small_shop(session)
    yield database_url
    until(lambda: not waiting.line.waiting())
    with db.reading() as session:
        assert list(ledger.check(session)) == []
    for deed in waiting.line.refused():
        waiting.line.put_away(deed)
    db.engine().dispose()


def until(there: Callable[[], object]) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while not there():
        assert time.monotonic() < deadline, "it never came to that"
        time.sleep(0.05)


def gifts() -> list[int]:
    with db.reading() as session:
        return list(session.connection().scalars(select(grants.c.amount).order_by(grants.c.id)))


def card(tab: str = "Бонусы") -> AppTest:
    return card_of(maria(), tab)


def give(app: AppTest, roubles: int = 500) -> AppTest:
    """The dialog filled in; AppTest runs the whole page anew, so its button is pressed with the one in it."""
    app = app.button(key="gift-open").click().run()
    app.number_input(key=keyed(app, "sum")).set_value(roubles)
    app.text_input(key=keyed(app, "reason")).set_value("За отзыв")
    app.button(key="gift-open").click()
    return checked(next(one for one in app.button if one.label == "Подарить").click().run())


def said(app: AppTest) -> str:
    """What waits and why; nothing where nothing waits."""
    lines = [seen(one.value).replace("\u00a0", " ") for one in (*app.markdown, *app.caption)]
    return "\n".join(line for line in lines if "Ждёт записи" in line or "Потом запишется само" in line)


def test_a_gift_during_a_large_import_is_told_to_wait_and_given_once(sold: str) -> None:
    app = card()
    with db.writing() as session:
        place = Import(file_name="прода*жи.xlsx", origin="browser", status="running", queued_at=settings.utc_now())
        session.add(place)
        session.flush()
        assert place.id is not None
        tell = _Teller(place.id)
    tell(0.62, "Записываю")
    with held(sold) as let_go:
        app = give(app)  # comes back while the other still writes
        assert GIFT in said(app)
        assert "Сейчас загружается файл «прода*жи.xlsx» (62 %)" in said(app)
        assert GIFT in said(card()), "a reload shows it, too"
        assert toasts(app) == [] and gifts() == []
        let_go()
    tell.close()
    until(gifts)
    until(lambda: not waiting.line.waiting())
    app = checked(app.run())
    assert toasts(app) == ["Подарено 500"]
    assert said(app) == "" and said(card()) == ""
    assert toasts(checked(app.run())) == []
    assert gifts() == [500_00]


def test_what_is_said_after_it_does_not_overtake_it(sold: str) -> None:
    one, other = card(), card("О клиенте")
    with held(sold) as let_go:
        give(one, 500)
        give(one, 300)
        field = next(one for one in other.text_input if one.label == "Фамилия")
        field.set_value("Иванова")
        other = checked(next(one for one in other.button if one.label == "Сохранить").click().run())
        assert f"{GIFT}; подарок 300 бонусов — " in said(other)
        assert "карточка — Алёшина Мария Сергеевна: Фамилия «Иванова»" in said(other)
        assert person().last_name == "Алёшина"
        let_go()
    until(lambda: not waiting.line.waiting())
    assert gifts() == [500_00, 300_00]
    assert person().last_name == "Иванова"
    assert toasts(checked(other.run()))[-1] == "Сохранено"


def test_mistakes_are_told_at_the_form_though_it_would_wait(sold: str) -> None:
    """Told later, they would have lost what was typed."""
    gift, person_ = card(), card("О клиенте")
    with held(sold):
        gift = give(gift, 2_000_000)
        assert "За один раз можно подарить не больше" in words(gift) and said(gift) == ""
        for label, typed in (("Телефон", "12"), ("E-mail", "нет"), ("Код 1С", "К-2"), ("Город", "Тула")):
            next(one for one in person_.text_input if one.label == label).set_value(typed)
        person_ = checked(next(one for one in person_.button if one.label == "Сохранить").click().run())
        told = words(person_)
        assert "Это не похоже на адрес e-mail" in told and "Клиент с кодом 1С К-2 уже есть" in told
        assert said(person_) == ""
        assert next(one for one in person_.text_input if one.label == "Город").value == "Тула"
    assert gifts() == [] and person().city == "Москва"


def test_a_card_saved_twice_while_it_waits_tells_what_could_not_be_written(sold: str) -> None:
    app = card("О клиенте")
    with held(sold) as let_go:
        for typed in ("Тула", "Клин"):
            next(one for one in app.text_input if one.label == "Город").set_value(typed)
            app = checked(next(one for one in app.button if one.label == "Сохранить").click().run())
        assert "Город «Тула»; карточка — Алёшина Мария Сергеевна: Город «Клин»" in said(app)
        let_go()
    until(waiting.line.refused)
    until(lambda: not waiting.line.waiting())
    assert person().city == "Тула"
    assert "Не записано: карточка — Алёшина Мария Сергеевна: Город «Клин»" in words(card()).replace("**", "")


def test_what_could_not_be_written_is_kept_until_somebody_says(sold: str) -> None:
    tries = []

    def refuse(session: Session) -> None:
        tries.append(session)
        if len(tries) < 3:
            raise Refused("Этот подарок уже исправили")

    with held(sold) as let_go:
        waiting.line.add(Deed("исправление подарка", refuse, lambda _: "Подарок забрали", db.engine()))
        let_go()
    until(waiting.line.refused)
    assert "Не записано: исправление подарка" in words(card()).replace("**", "")
    assert "Этот подарок уже исправили" in words(card())
    app = card()
    checked(next(one for one in app.button if one.label == "Повторить").click().run())
    until(lambda: len(tries) == 2 and waiting.line.refused())
    app = card()
    checked(next(one for one in app.button if one.label == "Убрать").click().run())
    assert not waiting.line.refused() and "Не записано" not in words(card())


def test_what_a_stopped_program_did_not_write_is_told_until_it_is_read(sold: str) -> None:
    waiting.Notes().keep([Deed(GIFT, lambda session: None, lambda _: "", db.engine())])  # of another process
    with held(sold) as let_go:
        told = words(card()).replace("**", "")
        assert f"Не записано, программа была остановлена: {GIFT}" in told
        app = give(card(), 300)  # what waits now does not wipe it out, nor is it wiped out when that is read
        assert f"программа была остановлена: {GIFT}" in words(app).replace("**", "")
        app = checked(app.button(key="waiting-lost").click().run())
        assert "программа была остановлена" not in words(app) and "подарок 300 бонусов" in said(app)
        assert len(waiting.Line().lost()) == 1, "another program would tell of the one that waits now"
        let_go()
    until(lambda: not waiting.line.waiting())
    assert waiting.Line().lost() == () and not (settings.files_dir() / "waiting.json").exists()


def test_a_page_is_drawn_while_somebody_writes_though_the_day_has_changed(
    sold: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with held(sold):
        monkeypatch.setenv("LOYALTY_TODAY", date(2026, 3, 2).isoformat())
        began = time.monotonic()
        card()
        assert time.monotonic() - began < 5
    card()
    with db.reading() as session:
        assert ledger.figures_on(session) == date(2026, 3, 2)
