"""«Чей это чек?», «Двойники» and what «О клиенте» says of signs, joins and consents, on a real database."""

from datetime import date, datetime

import pytest
from sqlalchemy import select
from sqlmodel import Session
from streamlit.testing.v1 import AppTest

from loyalty import acts, db, export
from loyalty.customers import grants, people
from loyalty.engine import ledger
from loyalty.identity import same, signs
from loyalty.models import Grant, Relative, customers
from loyalty.program import stored
from loyalty.reports import overview
from loyalty.reports.customers import card as report
from loyalty.reports.customers import faces, listed, whose
from loyalty.sales import receipts
from tests.pages.factory import PYOTR, TODAY, line, sale
from tests.pages.family import family_shop
from tests.pages.opened import (
    by_card,
    card_of,
    checked,
    keyed,
    marked,
    named_shop,
    opened,
    person,
    press,
    shop,
    shown,
    toasts,
    words,
)  # fmt: skip

assert named_shop and shop  # fixtures
ABOUT = "О клиенте"


@pytest.fixture
def family(named_shop: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """Maria and Daria with one phone, and receipts that name nothing else."""
    monkeypatch.setenv("LOYALTY_TODAY", TODAY.isoformat())
    with db.writing() as session:
        family_shop(session)
    return named_shop


@pytest.fixture
def twins(family: str) -> str:
    """The other is Maria too, written otherwise."""
    with db.writing() as session:
        name = {"last_name": "Алешина", "first_name": "Мария", "middle_name": "*Сергеевна*"}
        people.edit(session, by_card("20000999"), name, acts.begin(session, acts.Origin.SCREEN))
    return family


def joined() -> int:
    """Daria is Maria; her id."""
    gone = by_card("20000999")
    with db.writing() as session:
        same.join(session, gone, by_card("20000417"))
    return gone


def key_of(app: AppTest, beginning: str) -> str:
    return next(button.key for button in app.button if button.key and button.key.startswith(beginning))


@pytest.fixture(autouse=True)
def adds_up(shop: str) -> object:
    """`check` finds nothing at the end."""
    yield
    with db.reading() as session:
        assert list(ledger.check(session)) == []


# --- «Чей это чек?» --------------------------------------------------------------------------------------


def test_a_receipt_is_shown_with_what_it_says_and_whose_it_may_be(family: str) -> None:
    said = words(opened("whose"))
    assert "Чек 000011 на 2 000 ₽" in said and "11.02.2026 15:00 · Шоурум" in said
    assert "Сарафан, Пояс, Платок и ещё 1 товар" in said
    assert "В чеке: +7 916 123-45-67" in said
    assert "карта 20000999" in said and "последняя покупка 12.01.2026" in said
    assert "2 чека ждут ответа" in said


def test_namesakes_are_told_apart_by_the_first_sign_that_differs(family: str) -> None:
    with db.writing() as session:
        name = {"last_name": "Алешина", "first_name": "Мария", "middle_name": "Сергеевна"}
        people.edit(session, by_card("20000999"), name, acts.begin(session, acts.Origin.SCREEN))
    labels = [button.label for button in opened("whose").button if str(button.key).startswith("whose-")]
    assert "Это Алешина Мария Сергеевна, карта …0999" in labels
    assert "Это Алёшина Мария Сергеевна, карта …0417" in labels


def face(id_: int, phone: str | None = None, card: str | None = None, code: str | None = None) -> faces.Face:
    return faces.Face(id_, "Анна", phone, card, code, "Базовый", 500, 0, None)


@pytest.mark.parametrize(
    ("one", "other", "called"),
    [
        (face(1, "+79160000091"), face(2, "+79160000092"), "Анна, …00-91"),
        (face(1, "+79160000091"), face(2, "+79170000091", "123456"), "Анна, без карты"),
        (face(1, code="К-1"), face(2, code="К-2"), "Анна, код К-1"),
        (face(1, card="11234"), face(2, card="21234"), "Анна, карта 11234"),
        (face(1), face(2), "Анна, № 1"),
        (face(1), face(2)._replace(name="Яна"), "Анна"),
    ],
)
def test_a_namesake_is_called_by_what_the_other_has_not(one: faces.Face, other: faces.Face, called: str) -> None:
    assert faces.told_apart([one, other])[1] == called


def test_an_answer_gives_the_bonuses_to_whom_it_names_once(family: str) -> None:
    before, app = person("20000999"), opened("whose")
    with db.reading() as session:
        receipt = whose.page(session, 1, 10)[0].receipt
    assert receipt.number == "000011"
    button = app.button(key=f"whose-{receipt.id}-{before.id}")
    assert button.label == r"Это Алёшина Дарья \*Ивановна\*"
    app = checked(button.click().run())
    assert toasts(app) == ["Чек 000011 записан: Алёшина Дарья *Ивановна*"]
    after = person("20000999")
    assert (after.receipts_count, after.turnover) == (before.receipts_count + 1, before.turnover + 2_000_00)
    assert after.available + after.pending == before.available + before.pending + 100_00
    assert "1 чек ждёт ответа" in words(app)


def test_a_wrong_answer_is_taken_back_and_asked_again(family: str) -> None:
    before = person("20000417").turnover
    app = opened("whose")
    app = press(app, next(b.key for b in app.button if b.label == "Это Алёшина Мария Сергеевна"))
    assert person("20000417").turnover > before
    app = press(opened("whose"), key_of(opened("whose"), "whose-again-"))
    assert toasts(app) == ["Ответ отменён: чек снова спрашивает, чей он"]
    assert person("20000417").turnover == before
    assert "Последние ответы" not in words(app)


def test_somebody_else_may_be_found_by_a_word(family: str) -> None:
    app = opened("whose")
    with db.reading() as session:
        receipt = whose.page(session, 1, 10)[0].receipt.id
    opener = f"whose-other-{receipt}"
    app = press(app, opener)
    app.text_input(key=f"whose-find-{receipt}-words").set_value("котов")
    app = press(app, opener)
    app = press(app, opener, key_of(app, f"whose-find-{receipt}-"))
    assert toasts(app) == ["Чек 000011 записан: Котов Пётр"]


def test_the_list_of_customers_says_how_many_receipts_wait(family: str) -> None:
    app = opened("customers")
    assert any("2 чека ждут ответа, чьи они" in link.label.replace("\u00a0", " ") for link in app.get("page_link"))


def test_when_nothing_waits_the_page_says_what_comes_here(named_shop: str) -> None:
    assert "Все чеки разобраны" in words(opened("whose"))


# --- «Двойники» ------------------------------------------------------------------------------------------


def test_two_who_look_alike_stand_side_by_side(twins: str) -> None:
    app = opened("twins")
    said = words(app)
    assert "Один телефон и одно имя" in said
    pair = f"twins {by_card('20000417')}-{by_card('20000999')}"
    lines = [tuple(line.values()) for line in shown(app, pair)]
    assert ("Карта", "20000417", "20000999") in lines
    assert ("Телефон", "+7 916 123-45-67", "+7 916 123-45-67") in lines
    assert [line[""] for line, differs in zip(shown(app, pair), marked(app, pair), strict=True) if differs] == [
        "Карта",
        "Код 1С",
    ]
    assert "1 пара" in said


def test_one_person_is_asked_once_and_becomes_one(twins: str) -> None:
    one, other = person("20000417"), person("20000999")
    opener = f"twins-one-{one.id}-{other.id}"
    app = press(opened("twins"), opener)
    said = words(app)
    assert "Доступно: 500 и 350 → **850**" in said
    assert "2 чека с этими телефонами или картами ждут ответа, чьи они" in said
    app = press(app, opener, keyed(app, "do"))
    assert toasts(app) == ["Объединено: Алешина Мария *Сергеевна* и Алёшина Мария Сергеевна — один человек"]
    assert person("20000999").joined_to == one.id
    assert person("20000417").receipts_count == one.receipts_count + other.receipts_count + 2
    assert "Похожих клиентов нет" in words(app)


def test_two_people_are_not_asked_about_again(twins: str) -> None:
    app = opened("twins")
    app = press(app, next(button.key for button in app.button if button.label == "Разные люди"))
    assert toasts(app) == ["Запомнили: это разные люди"]
    assert "Похожих клиентов нет" in words(app)


def test_a_family_on_one_phone_are_no_twins_and_the_page_says_whom_it_looks_for(family: str) -> None:
    assert "Похожих клиентов нет" in words(opened("twins"))


# --- Joined customers -------------------------------------------------------------------------------------


def test_who_was_joined_is_in_no_list_count_or_figure(family: str) -> None:
    gone = joined()
    with db.reading() as session:
        everyone = listed.everyone(session, listed.Wanted(), TODAY, sort="Клиент", descending=False)
        assert gone not in everyone.index and len(everyone) == listed.count(session, listed.Wanted(), TODAY) == 2
        assert overview._owed(session)[2] == 2
        program = stored.versions(session, TODAY).current.program
        assert sum(count for _, count in stored.customers_by_level(session, program)) == 2
        assert stored.impact(session, program, program).customers == 2
        assert gone not in [row[0] for row in export.customer_rows(session, None)]


def test_an_old_address_shows_the_card_she_was_joined_to(family: str) -> None:
    app = card_of(joined(), ABOUT)
    assert app.title[0].value == "Алёшина Мария Сергеевна"
    assert app.query_params["id"] == str(by_card("20000417"))


def test_a_join_is_undone_on_the_card(family: str) -> None:
    before = person("20000999")
    joined()
    app = card_of(by_card("20000417"), ABOUT)
    assert "Объединена с карточкой «Алёшина Дарья *Ивановна*»" in words(app)
    opener = key_of(app, "undo-open")
    app = press(app, opener)
    assert "к ней вернётся 1 чек" in words(app)
    app = press(app, opener, keyed(app, "do"))
    assert toasts(app) == ["Объединение отменено: снова две карточки"]
    after = person("20000999")
    assert (after.joined_to, after.available, after.turnover) == (None, before.available, before.turnover)


def test_relatives_of_the_joined_go_with_her_when_that_is_undone(family: str) -> None:
    gone, id_ = by_card("20000999"), by_card("20000417")
    with db.writing() as session:
        people.set_relatives(session, gone, [("муж", "Иван", date(1990, 1, 1))])
        same.join(session, gone, id_)
        people.set_relatives(session, id_, [("муж", "Иван", date(1990, 1, 1)), ("дочь", "Аня", date(2015, 1, 1))])
    with Session(db.engine()) as session:
        found = {(one.name, one.customer_id) for one in session.exec(select(Relative)).scalars()}
    assert found == {("Иван", gone), ("Аня", id_)}


# --- Phones and cards -------------------------------------------------------------------------------------


def test_phones_cards_and_codes_are_listed_with_where_they_are_from(family: str) -> None:
    said = words(card_of(by_card("20000417"), ABOUT))
    assert "Телефоны, карты и коды" in said and "Карта · из файла" in said
    assert "согласие" in said and "Файл клиентов" in said


def test_a_phone_that_is_hers_no_more_stays_for_the_days_before(family: str) -> None:
    app = press(card_of(by_card("20000417"), ABOUT), "sign-end-phone-+79161234567")
    assert toasts(app) == ["Телефон до 01.03.2026: прежние чеки остались здесь"]
    assert "до 01.03.2026" in words(app)
    assert person("20000417").phone is None
    assert person("20000417").receipts_count == 3


def test_another_phone_is_added_and_a_wrong_one_refused(family: str) -> None:
    app = press(card_of(by_card("20000417"), ABOUT), "sign-open")
    for number, said in (("12345", "Это не похоже на номер телефона"), ("8 903 111-22-33", "")):
        app.text_input(key=keyed(app, "value")).set_value(number)
        app = press(app, "sign-open", keyed(app, "do"))
        assert said in words(app)
    assert toasts(app) == ["Телефон: добавлен"]
    with db.reading() as session:
        held = [sign.value for sign in signs.of(session, by_card("20000417")) if sign.kind == "phone"]
    assert sorted(held) == ["+79031112233", "+79161234567"]


# --- Gifts ------------------------------------------------------------------------------------------------


def test_what_is_spent_of_a_gift_taken_back_would_be_debt(family: str) -> None:
    with db.writing() as session:
        pyotr = session.connection().scalar(select(customers.c.id).where(customers.c.external_id == "К-2"))
        assert pyotr is not None
        grants.give(session, pyotr, "manual", 300_00, "конкурс", "k")
        act = acts.begin(session, acts.Origin.IMPORT)
        bought = receipts.record(
            session, [sale("000020", datetime(2026, 3, 1, 12), [line(1_000)], PYOTR, redeemed=300)], act
        )
        ledger.refresh(session, bought.touched, TODAY)
        card = report.load(session, pyotr)
        gift = next(fact for at in range(len(card.story.entries)) if (fact := card.gift(at)))
        assert (card.with_gift(gift, 100_00).debt, card.with_gift(gift, 0).debt) == (200_00, 300_00)


def test_a_gift_is_made_smaller_and_the_debt_is_told_before(family: str) -> None:
    id_ = by_card("20000417")
    with db.writing() as session:
        grants.give(session, id_, "manual", 300_00, "Извинение за *брак*", "k")
    with db.reading() as session:
        card = report.load(session, id_)
    given = next(one.id for one in card.story.movements(TODAY) if one.what == "Подарено")
    app = card_of(id_)
    app.session_state[f"events {id_}"] = {"chosen": given}
    app = checked(app.run())
    with Session(db.engine()) as session:
        gift = session.exec(select(Grant)).scalars().one().id
    opener = f"correct-open-{gift}"
    app = press(app, opener)
    do = keyed(app, "do")
    assert "Доступно: 800 → **500**" in words(app)
    app = press(app, opener, do)
    assert "Напишите, почему подарок исправлен" in words(app)
    app.number_input(key=keyed(app, "sum")).set_value(100)
    app.text_input(key=keyed(app, "reason")).set_value("ошиблись")
    app = press(app, opener, do)
    assert toasts(app) == ["Подарок уменьшен до 100"]
    assert person("20000417").available == 600_00
