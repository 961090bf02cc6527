"""Consents on the card and on their own page, a person's data by her request, messages in her history."""

import pytest
from sqlalchemy import select

from loyalty import acts, db, options, settings
from loyalty.customers import consent_texts, consents
from loyalty.customers.consents import EMAIL, PERSONAL_DATA, SMS
from loyalty.identity import forgotten
from loyalty.messages.consent.optout import PUBLIC_ADDRESS
from loyalty.models import Consent
from loyalty.reports.messages import written
from loyalty.rights import person_file
from tests.messages import sent
from tests.pages.opened import (
        card_of,
    keyed,
    maria,
    named_shop,
    opened,
    plainly,
    press,
    shop,
    shown,
    sold,
    toasts,
    whole_figures,
    words,
)  # fmt: skip

assert named_shop and shop and sold  # fixtures
ABOUT = "О клиенте"
AFTER_MIDNIGHT = "2026-03-01T02:30"  # in Moscow; in London it is still February
TEXT = "Согласна получать SMS от ИП Ивановой."


def latest(channel: str = SMS) -> bool | None:
    with db.reading() as session:
        return consents.latest(session, [maria()], channel).get(maria())


# --- The card ---------------------------------------------------------------------------------------------


def test_a_consent_stands_with_where_it_came_from(sold: str) -> None:
    said = words(card_of(maria(), ABOUT))
    assert "Согласия и отказы" in said and "согласие на рекламу по SMS" in said
    assert "Откуда известно: Файл клиентов · день в файле не сказан" in said
    assert "На какой текст согласие, не записано" in said
    how = "Как отказаться от рекламы: в сообщении сказано «Отказаться от рассылок можно на кассе»; здесь — кнопкой"
    assert how in said
    with db.writing() as session:
        settings.put(session, "public_address", "https://bonus.leto.ru")
    assert "Как отказаться от рекламы: по ссылке в сообщении" in words(card_of(maria(), ABOUT))


def test_staff_writes_down_a_refusal_of_everything_by_one_click(sold: str) -> None:
    app = press(card_of(maria(), ABOUT), "refuse")
    assert toasts(app) == ["Записано: рекламы больше не будет"]
    assert (latest(), latest(EMAIL)) == (False, False)
    said = words(app)
    assert "отказ от рекламы по SMS" in said and "отказ от рекламы по почте" in said
    assert "сказано сотруднику · Карточка клиента" in said and "Как отказаться" not in said
    assert not [button for button in app.button if button.key == "refuse"]


def test_a_new_consent_is_kept_with_its_text_place_and_proof(sold: str) -> None:
    with db.writing() as session:
        said = acts.begin(session, acts.Origin.SCREEN)
        text = consent_texts.add(session, SMS, TEXT, said)
        consents.refuse(session, maria(), said, method=consents.LINK)
    app = press(card_of(maria(), ABOUT), "consent-open")
    app.text_input(key=keyed(app, "place")).input("Шоурум")
    app.text_input(key=keyed(app, "proof")).input("Анкета № 17")
    press(app, "consent-open", keyed(app, "do"))
    assert latest() is True
    with db.reading() as session:
        row = session.scalars(select(Consent).order_by(Consent.id.desc())).first()  # type: ignore[union-attr]
        assert row and (row.method, row.place, row.proof, row.text_id) == (
            "paper",
            "Шоурум",
            "Анкета № 17",
            text.id,
        )
    said_now = words(card_of(maria(), ABOUT))
    assert "Откуда известно: на бумаге · Шоурум · Анкета № 17" in said_now and TEXT in said_now


def test_her_messages_stand_in_her_history_with_what_became_of_them(sold: str) -> None:
    with db.writing() as session:
        spring = sent.campaign(session, "Весна", "2026-02-20 12:00")
        sent.message(
            session, maria(), "2026-02-20 12:05", campaign_id=spring, text="Мария, скидка *20* %", parts=2, cost=560
        )
        other = sent.campaign(session, "Лето", "2026-02-25 12:00")
        sent.message(session, maria(), campaign_id=other, status="skipped", reason="too_often")
    app = card_of(maria())
    rows = [row["Что"] for row in shown(app, f"events {maria()}")]
    assert "SMS «Весна»: доставлено" in rows
    assert any(row.startswith("SMS «Лето»: не отправлялось, писали недавно") for row in rows)
    with db.reading() as session:
        one = next(row for row in written.to(session, maria()) if row.campaign == "Весна")
    assert one.text == "Мария, скидка *20* %"
    assert [plainly(fact) for fact in one.facts[1:]] == ["2 части", "5,60 ₽", "доставлено 20.02.2026 12:05"]


# --- By her request ---------------------------------------------------------------------------------------


def test_all_that_is_known_is_one_page(sold: str) -> None:
    with db.writing() as session:
        spring = sent.campaign(session, "Весна", "2026-02-20 12:00")
        sent.message(session, maria(), "2026-02-20 12:05", campaign_id=spring, text="<b>Мария</b>")
        page = person_file.page(session, maria()).decode()
    known = (
        "Алёшина", "+79161234567", "20000417", "14.03.1992", "Лесная", "Согласие на рекламу по SMS",
        "Покупка 000002",
        "&lt;b&gt;Мария", "Платье × 1", "Файл клиентов",
    )  # fmt: skip
    assert [one for one in known if one not in page] == []
    assert "<script" not in page and "http" not in page


def test_an_erasure_asks_for_the_name_and_leaves_a_card_without_one(
    sold: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LOYALTY_TODAY", AFTER_MIDNIGHT)
    id_ = maria()
    app = press(card_of(id_, ABOUT), "erase-open")
    app.text_input(key=keyed(app, "typed")).input("Мария")
    app = press(app, "erase-open", keyed(app, "do"))
    with db.reading() as session:
        assert not forgotten.erased(session, [id_])
    app.text_input(key=keyed(app, "typed")).input("алёшина мария  сергеевна")
    press(app, "erase-open", keyed(app, "do"))
    with db.reading() as session:
        assert forgotten.erased(session, [id_]) == {id_}
    said = words(card_of(id_, ABOUT))
    assert "Алёшина" not in said and "+7 916" not in said
    assert "Данные удалены 01.03.2026" in said and "фамилия, имя, отчество" in said and "Кто это был" in said


# --- The page ---------------------------------------------------------------------------------------------


def test_the_page_counts_who_agreed_and_leads_to_them(sold: str) -> None:
    app = opened("consents")
    agreed = whole_figures(app)["Согласны на рекламу по SMS"]
    assert (agreed["value"], agreed["of"]) == ("1", "из 2")
    assert "Текста ещё нет" in words(app) and "Отказаться от рассылок можно на кассе" in words(app)


def test_a_text_begins_with_the_sample_and_its_blanks_are_asked_for(
    sold: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LOYALTY_TODAY", AFTER_MIDNIGHT)
    app = press(opened("consents"), f"text-{PERSONAL_DATA}")
    area = app.text_area(key=keyed(app, "text"))
    assert "[ИНН]" in area.value and "Образец, проверьте с юристом" in words(app)
    app = press(app, f"text-{PERSONAL_DATA}", keyed(app, "keep"))
    assert "Заполните пропуски" in words(app)
    app.text_area(key=keyed(app, "text")).input(TEXT)
    press(app, f"text-{PERSONAL_DATA}", keyed(app, "keep"))
    with db.reading() as session:
        text = consent_texts.current(session, PERSONAL_DATA)
    assert text and (text.version, text.text) == (1, TEXT)
    assert "Редакция 1, с 01.03.2026" in words(opened("consents"))


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("http://bonus.shop.ru", "Без https"),
        ("https://192.168.0.7", "виден только в магазине"),
        ("shop", "https://"),
    ],
)
def test_an_address_that_nobody_could_open_is_refused_beside_its_field(sold: str, typed: str, told: str) -> None:
    app = opened("consents")
    app.text_input(key=keyed(app, PUBLIC_ADDRESS)).input(typed)
    app = press(app, keyed(app, "do"))
    assert told in words(app)
    with db.reading() as session:
        assert options.get(session, PUBLIC_ADDRESS) == ""


def test_with_an_address_messages_have_a_link(sold: str) -> None:
    app = opened("consents")
    app.text_input(key=keyed(app, PUBLIC_ADDRESS)).input("https://bonus.shop.ru/")
    press(app, keyed(app, "do"))
    assert "https://bonus.shop.ru" in words(opened("consents"))
