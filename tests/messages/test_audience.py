"""Whom a campaign reaches: the funnel counted by hand, each step with its people; what it costs (M7)."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from loyalty import acts, db
from loyalty.errors import NotFound
from loyalty.messages import audience, reasons
from loyalty.messages.sending import gateways
from loyalty.messages.writing import pricing
from loyalty.models import Holdout, HoldoutMember
from loyalty.segments.tree import Not, is_
from tests import providers
from tests.messages.audiences import Mailing, Who, codes, outcome
from tests.till import sale

TEXT = "{имя}, ждём"


@pytest.fixture
def shop(database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Mailing]:
    monkeypatch.setenv("LOYALTY_DATABASE_URL", database_url)
    yield Mailing(tmp_path, monkeypatch)
    db.engine().dispose()


def hold_out(*who: str) -> None:
    """The shop's lasting control group is these."""
    ids = {code: id_ for id_, code in codes().items()}
    with db.writing() as session:
        act = acts.begin(session, acts.Origin.SCREEN)
        row = Holdout(percent=10, seed="s", began_on=date(2026, 1, 1), cap=100, act_id=act.id)
        session.add(row)
        session.flush()
        for code in who:
            session.add(HoldoutMember(holdout_id=row.id, customer_id=ids[code], stratum=0, is_control=True,
                                      since=date(2026, 1, 1)))  # fmt: skip


def test_the_funnel_of_a_shop_counted_by_hand(shop: Mailing) -> None:
    shop.knows(
        Who("Дойдёт", phone="89160000001"),
        Who("Безтелефона"),
        Who("Городской", phone="84951234567"),
        Who("Неспросили", phone="89160000004", agreed=None),
        Who("Отказалась", phone="89160000005", agreed=False),
        Who("Вчера", phone="89160000006"),
        Who("Безимени", first="", phone="89160000007"),
        Who("Мать", first="Вера", phone="89160000008"),
        Who("Дочь", first="Ольга", phone="89160000008"),
        Who("Контроль", phone="89160000010"),
        Who("Исключена", phone="89160000011"),
        Who("Чужая", phone="89160000012"),
    )
    shop.took(sale("01.11.2026", "1", "Дочь;Ольга;;", "1000"))  # she bought last: the phone is hers
    hold_out("Контроль")
    shop.segment("Чужие", "+79160000006")
    shop.add(name="Вчерашняя", text="Ждём", segment="Чужие")
    shop.launch("Вчерашняя")
    outcome("Вчерашняя", "Вчера", status="sent", sent_at=shop.now)
    shop.save("Все, кроме чужой", Not(is_("phones", list=["+79160000012"])))
    shop.segment("Исключённые", "+79160000011")

    found = shop.audience(text=TEXT, segment="Все, кроме чужой", minus=("Исключённые",))
    assert (found.everyone, len(found.people)) == (12, 10)
    assert [(step.reason, len(step.out), step.left) for step in found.steps] == [
        ("no_phone", 1, 9),
        ("not_mobile", 1, 8),
        ("no_consent", 1, 7),
        ("opted_out", 1, 6),
        ("too_often", 1, 5),
        ("empty_value", 1, 4),
        ("same_address", 1, 3),
        ("holdout", 1, 2),
    ]
    assert shop.steps(text=TEXT, segment="Все, кроме чужой", minus=("Исключённые",)) == {
        "no_phone": {"Безтелефона"},
        "not_mobile": {"Городской"},
        "no_consent": {"Неспросили"},
        "opted_out": {"Отказалась"},
        "too_often": {"Вчера"},
        "empty_value": {"Безимени"},
        "same_address": {"Мать"},
        "holdout": {"Контроль"},
        "": {"Дойдёт", "Дочь"},
    }


def test_a_service_message_asks_no_consent_and_spares_no_control_group(shop: Mailing) -> None:
    shop.knows(Who("Неспросили", phone="89160000004", agreed=None), Who("Контроль", phone="89160000010"))
    hold_out("Контроль")
    assert shop.steps(is_advertising=False) == {"": {"Неспросили", "Контроль"}}


def test_an_e_mail_needs_an_address_and_its_own_consent(shop: Mailing) -> None:
    shop.knows(Who("Спочтой", email="a@example.com"), Who("Безпочты", phone="89160000001"))
    asked = {"channel": "email", "subject": "Ждём"}
    assert shop.steps(**asked) == {"no_email": {"Безпочты"}, "no_consent": {"Спочтой"}, "": set()}
    shop.says("Спочтой", True, channel="email")
    assert shop.steps(**asked)[""] == {"Спочтой"}


def test_an_e_mail_of_two_is_told_as_an_e_mail(shop: Mailing) -> None:
    shop.knows(Who("Мать", email="a@example.com"), Who("Дочь", email="a@example.com"))
    for who in ("Мать", "Дочь"):
        shop.says(who, True, channel="email")
    steps = shop.steps(channel="email", subject="Ждём")
    assert len(steps["same_email"]) == len(steps[""]) == 1
    assert reasons.words("same_email") == "тот же адрес почты у другого клиента"


def test_a_phone_shared_with_the_control_group_gets_nothing(shop: Mailing) -> None:
    shop.knows(Who("Мать", first="Вера", phone="89160000008"), Who("Дочь", first="Ольга", phone="89160000008"))
    hold_out("Мать")
    assert shop.steps() == {"same_address": {"Дочь"}, "holdout": {"Мать"}, "": set()}


def test_the_control_group_is_drawn_by_the_seed_and_grows_with_its_percentage(shop: Mailing) -> None:
    shop.people(200)
    tenth, fifth = (set(map(id_of, shop.audience(control_percent=share).of("control"))) for share in (10, 20))
    assert 8 <= len(tenth) <= 35
    assert tenth < fifth
    again = set(map(id_of, shop.audience(control_percent=10).of("control")))
    other = set(map(id_of, shop.audience(seed="y", control_percent=10).of("control")))
    assert tenth == again != other


def id_of(one: audience.Recipient) -> int:
    return one.id


def test_a_segment_that_is_gone_is_said(shop: Mailing) -> None:
    shop.people(1)
    with pytest.raises(NotFound, match="Нет сегмента «Был»"):
        shop.audience(segment="Был")


# --- Parts and price --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "usual", "most", "dearer"),
    [
        ("{имя}, " + "ы" * 64, 1, 2, {"К-Александра"}),  # «Анна, » leaves 64 of 70 letters, «Александра, » 58
        ("{имя}, " + "ы" * 58, 1, 1, set()),
        ("Anna, " + "a" * 154, 1, 1, set()),
        ("Anna, " + "a" * 155, 2, 2, set()),
        ("{имя} " + "ы" * 129, 2, 3, {"К-Александра"}),
        ("{имя}" + "😀" * 33, 1, 2, {"К-Александра"}),
    ],
)
def test_who_costs_a_part_more_for_her_long_name(
    shop: Mailing, text: str, usual: int, most: int, dearer: set[str]
) -> None:
    """Case 25: parts are of the text after substitution, in the encoding that it has then."""
    shop.knows(
        Who("К-Анна", first="Анна", phone="89160000001"),
        Who("К-Инна", first="Инна", phone="89160000002"),
        Who("К-Александра", first="Александра", phone="89160000003"),
    )
    reached, code = shop.audience(text=text).reached, codes()
    with db.reading() as session:
        price = pricing.of(session, "sms", reached)
    assert (price.messages, price.usual, price.most) == (3, usual, most)
    assert {code[one.id] for one in price.dearer} == dearer
    assert price.parts == 2 * usual + (most if dearer else usual)
    assert price.cost is None  # nobody has said what a part costs


def test_latin_letters_save_parts(shop: Mailing) -> None:
    shop.people(3)
    reached = shop.audience(text="ж" * 71).reached
    with db.reading() as session:
        price = pricing.of(session, "sms", reached)
    assert (price.parts, price.latin) == (6, 3)


def test_the_gateway_is_asked_what_some_of_the_messages_cost(shop: Mailing) -> None:
    shop.people(3)
    reached = shop.audience(text="Ждём").reached
    with providers.smsru() as server:
        with db.writing() as session:
            account = gateways.change(session, "sms", gateways.Setting("smsru", key=server.key, url=server.url))
        quote = pricing.asked(account, reached)
        assert server.sent == []
    assert quote is not None
    assert (quote.messages, quote.parts) == (3, 3)
    assert quote.cost > 0


def test_the_longest_text_is_looked_at_first(shop: Mailing) -> None:
    shop.knows(
        Who("1", first="Анна", phone="89160000001"), Who("2", first="Александра", phone="89160000002"),
        Who("3", first="Ия", phone="89160000003"),
    )  # fmt: skip
    shown = pricing.longest(shop.audience(text="{имя}").reached, 2)
    assert [one.text for one in shown] == ["Александра", "Анна"]
