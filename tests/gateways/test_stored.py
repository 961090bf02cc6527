"""Which gateway a channel has: main, reserve, put aside; keys that come in and never out; what each said."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy.engine import Engine
from sqlmodel import Session

from loyalty import db, settings
from loyalty.errors import LoyaltyError, NotFound, Problems, Refused
from loyalty.messages.sending import gateways
from loyalty.messages.sending.gateways import ASIDE, MAIN, RESERVE, Setting
from loyalty.models import Campaign
from loyalty.sms.catalogue import GATEWAYS, key_in_file
from loyalty.sms.gateway import Access
from tests import providers

SMSRU = Setting("smsru", "the-key-of-smsru")
SMSC = Setting("smsc", "login:the-word")


@pytest.fixture
def here(sqlite_engine: Engine) -> Iterator[Session]:
    """On SQLite alone, for what is decided before the database is asked."""
    with db.writing(sqlite_engine) as opened:
        yield opened


def places(session: Session, channel: str = "sms") -> dict[str, int]:
    return {one.kind: one.place for one in gateways.everything(session) if one.channel == channel}


def sends(session: Session, channel: str = "sms") -> list[str]:
    return [one.kind for one in gateways.accounts(session, channel)]


def test_the_sandbox_sends_until_one_is_set(session: Session) -> None:
    assert sends(session) == sends(session, "email") == ["sandbox"]
    assert gateways.in_sandbox(session) == ["sms"]  # nobody writes letters
    gateways.change(session, "sms", SMSRU)
    assert sends(session) == ["smsru"]
    assert gateways.in_sandbox(session) == []


def test_letters_in_the_sandbox_are_told_where_somebody_writes_any(session: Session) -> None:
    from loyalty import acts

    act = acts.begin(session, acts.Origin.SCREEN)
    session.add(Campaign(name="Письмо", channel="email", text="…", changed_at=settings.now(), act_id=act.id))
    session.flush()
    assert gateways.in_sandbox(session) == ["sms", "email"]


def test_a_new_main_gateway_puts_the_former_aside_and_leaves_the_reserve(session: Session) -> None:
    gateways.change(session, "sms", SMSRU)
    gateways.change(session, "sms", Setting("smsc", SMSC.key, is_reserve=True))
    assert sends(session) == ["smsru", "smsc"]
    gateways.change(session, "sms", Setting("smsaero", "a@b.ru:key"))
    assert places(session) == {"smsaero": MAIN, "smsc": RESERVE, "smsru": ASIDE}
    assert gateways.account(session, "sms", "smsru").access.key == "the-key-of-smsru"
    gateways.change(session, "sms", Setting("smsru"))
    assert places(session) == {"smsru": MAIN, "smsc": RESERVE, "smsaero": ASIDE}


def test_the_reserve_that_becomes_the_main_one_leaves_its_place(session: Session) -> None:
    gateways.change(session, "sms", SMSRU)
    gateways.change(session, "sms", Setting("smsc", SMSC.key, is_reserve=True))
    gateways.change(session, "sms", Setting("smsc"))
    assert places(session) == {"smsc": MAIN, "smsru": ASIDE}


def test_in_the_sandbox_nothing_leaves_through_a_reserve(session: Session) -> None:
    gateways.change(session, "sms", SMSRU)
    gateways.change(session, "sms", Setting("smsc", SMSC.key, is_reserve=True))
    gateways.change(session, "sms", Setting("sandbox", price=320))
    assert sends(session) == ["sandbox"]
    assert places(session) == {"sandbox": MAIN, "smsru": ASIDE, "smsc": ASIDE}
    assert gateways.accounts(session, "sms")[0].price == 320


def test_another_reserve_puts_the_former_aside_and_one_can_do_without(session: Session) -> None:
    gateways.change(session, "sms", SMSRU)
    gateways.change(session, "sms", Setting("smsc", SMSC.key, is_reserve=True))
    gateways.change(session, "sms", Setting("smsaero", "a@b.ru:key", is_reserve=True))
    assert sends(session) == ["smsru", "smsaero"]
    gateways.put_aside(session, "sms", "smsaero")
    gateways.put_aside(session, "sms", "exolve")  # there is none: nothing happens
    assert sends(session) == ["smsru"]
    with pytest.raises(Refused, match="Основной шлюз нельзя убрать"):
        gateways.put_aside(session, "sms", "smsru")


@pytest.mark.parametrize(
    ("before", "new", "why"),
    [
        ((), Setting("smsc", "key", is_reserve=True), "Сначала выберите основной шлюз"),
        ((SMSRU,), Setting("sandbox", is_reserve=True), "Песочница не бывает запасной"),
        ((SMSRU,), Setting("smsru", is_reserve=True), "SMS.ru — основной шлюз"),
        ((), Setting("smtp", "a:b"), "Почта магазина не отправляет SMS"),
        ((), Setting("telegram", "a:b"), "Нет такого шлюза: «telegram»"),
    ],
)
def test_what_can_not_be_set(here: Session, before: tuple[Setting, ...], new: Setting, why: str) -> None:
    for one in before:
        gateways.change(here, "sms", one)
    known = places(here)
    with pytest.raises(LoyaltyError, match=why):
        gateways.change(here, "sms", new)
    assert places(here) == known


@pytest.mark.parametrize(
    ("channel", "new", "field"),
    [
        ("sms", Setting("smsru"), "key"),
        ("sms", Setting("smsru", " \n"), "key"),
        ("sms", Setting("smsru", "ключ"), "key"),
        ("sms", Setting("smsru", "two words"), "key"),
        ("sms", Setting("smsru", "x" * 501), "key"),
        ("sms", Setting("smsru", "key\x00"), "key"),
        ("sms", Setting("smsaero", "just-a-key"), "key"),
        ("email", Setting("smtp", "no-colon", "a@b.ru", "smtps://b.ru"), "key"),
        ("sms", Setting("smsru", "key", "Шоурум"), "sender"),
        ("sms", Setting("smsru", "key", "ABCDEFGHIJKL"), "sender"),
        ("sms", Setting("smsru", "key", "Leto\r\nBcc: x"), "sender"),
        ("sms", Setting("exolve", "key"), "sender"),
        ("email", Setting("smtp", "a:b", "Лето", "smtps://b.ru"), "sender"),
        ("email", Setting("smtp", "a:b", "Лето\nBcc: x <a@b.ru>", "smtps://b.ru"), "sender"),
        ("email", Setting("smtp", "a:b", "a@b.ru,c@d.ru", "smtps://b.ru"), "sender"),
        ("email", Setting("smtp", "a:b", "a@b.ru"), "url"),
        ("email", Setting("smtp", "a:b", "a@b.ru", "https://b.ru"), "url"),
        ("sms", Setting("smsru", "key", url="ftp://a"), "url"),
        ("sms", Setting("smsru", "key", url="https://me:word@a.ru"), "url"),
        ("sms", Setting("smsru", "key", url="a.ru"), "url"),
        ("sms", Setting("smsru", "key", price=-1), "price"),
        ("sms", Setting("smsru", "key", price=100_01), "price"),
    ],
)
def test_each_mistake_is_told_at_its_field(here: Session, channel: str, new: Setting, field: str) -> None:
    with pytest.raises(Problems) as told:
        gateways.change(here, channel, new)
    assert list(told.value.by_field) == [field]
    assert sends(here, channel) == ["sandbox"]


def test_letters_are_from_the_mailbox_unless_another_is_said(session: Session) -> None:
    made = gateways.change(session, "email", Setting("smtp", "shop@leto.ru:word", url="smtp.leto.ru:465"))
    assert made.access.sender == "shop@leto.ru"
    made = gateways.change(session, "email", Setting("smtp", sender="Лето <hi@leto.ru>"))
    assert made.access.sender == "Лето <hi@leto.ru>"
    assert gateways.change(session, "email", Setting("smtp", url="relay.local")).access.key == "shop@leto.ru:word"


def test_what_is_not_said_stays(session: Session) -> None:
    gateways.change(session, "sms", Setting("smsru", "key-1", "Leto", "http://127.0.0.1:1", 410))
    found = gateways.change(session, "sms", Setting("smsru", sender="LETO.RU"))
    assert (found.access.key, found.access.sender, found.access.url, found.price) == (
        "key-1", "LETO.RU", "http://127.0.0.1:1", 410,
    )  # fmt: skip
    found = gateways.change(session, "sms", Setting("smsru", url="", price=None))
    assert (found.access.sender, found.access.url, found.price) == ("LETO.RU", "", None)


def test_a_key_is_in_no_repr(session: Session) -> None:
    made = gateways.change(session, "sms", SMSRU)
    assert made.hook and made.access.key
    told = f"{made!r}{made.access!r}{SMSRU!r}{gateways.opened(made)!r}"
    assert "the-key-of-smsru" not in told
    assert made.hook not in told


def test_what_a_gateway_said_is_kept_until_its_key_is_another(session: Session) -> None:
    made = gateways.change(session, "sms", Setting("smsru", "key-1", price=410))
    gateways.said(session, made, trouble="Нет денег", balance=1000_00)
    found = gateways.account(session, "sms", "smsru")
    assert (found.trouble, found.balance, found.good_for) == ("Нет денег", 100000, 243)
    assert found.asked_at is not None and found.trouble_at is not None
    gateways.said(session, found, balance=500_00)  # nothing of the trouble
    assert gateways.account(session, "sms", "smsru").trouble == "Нет денег"
    gateways.said(session, found, trouble="")
    found = gateways.account(session, "sms", "smsru")
    assert (found.trouble, found.trouble_at, found.balance) == ("", None, 50000)
    found = gateways.change(session, "sms", Setting("smsru", "key-2"))
    assert (found.balance, found.asked_at, found.good_for) == (None, None, None)


def test_the_sandbox_of_nobody_says_nothing(session: Session) -> None:
    (made,) = gateways.accounts(session, "sms")
    gateways.said(session, made, trouble="…", balance=1)
    assert gateways.accounts(session, "sms")[0].trouble == ""


def test_the_address_to_call_is_told_where_the_shop_has_one(session: Session) -> None:
    made = gateways.change(session, "sms", SMSC)
    assert made.access.callback == ""
    settings.put(session, "public_address", "https://bonus.leto.ru")
    made = gateways.account(session, "sms", "smsc")
    assert made.access.callback == f"https://bonus.leto.ru/hook/smsc/{made.hook}?charset=utf-8"
    assert gateways.called_by(session, "smsc", made.hook) == made
    for kind, secret in (("smsc", ""), ("smsc", "x"), ("smsru", made.hook), ("telegram", made.hook), ("smsc", "я")):
        assert gateways.called_by(session, kind, secret) is None


def test_one_that_is_not_set_is_not_found(session: Session) -> None:
    with pytest.raises(NotFound):
        gateways.account(session, "sms", "smsru")
    assert gateways.account(session, "email", "sandbox").is_sandbox


def test_trying_a_key_tells_or_explains(session: Session) -> None:
    with providers.smsru() as server:
        made = gateways.change(session, "sms", Setting("smsru", server.key, url=server.url))
        found = gateways.tried(made)
        assert found == ("", 100000, [])
        gateways.keep(session, made, found)
        assert gateways.account(session, "sms", "smsru").balance == 100000
        wrong = gateways.change(session, "sms", Setting("smsru", "wrong"))
        found = gateways.tried(wrong)
        gateways.keep(session, wrong, found)
        assert gateways.account(session, "sms", "smsru").trouble == found.trouble != ""


@pytest.mark.parametrize(
    "content", [b"key", b"key\n", b"key\r\n", b"\xef\xbb\xbfkey\r\n", "key\r\n".encode("utf-16"), b"  key  \n\n"]
)
def test_a_key_file_as_editors_write_it(content: bytes) -> None:
    assert key_in_file(content) == "key"


@pytest.mark.parametrize("content", [b"", b"\n", b"\xef\xbb\xbf", b"\xff\xfe", b"\x89PNG\r\n\x1a\n\x00", b"a\nb",
                                     b"\x00\x01\x02", b"\xff\xfe\x00"])  # fmt: skip
def test_a_file_that_is_no_key(content: bytes) -> None:
    with pytest.raises(Refused):
        key_in_file(content)


@pytest.mark.parametrize("kind", GATEWAYS)
def test_every_gateway_opens_as_the_protocol_says(kind: str, tmp_path: Path) -> None:
    sender = "a@b.ru" if kind == "smtp" else "Leto"
    url = "smtp://127.0.0.1:1" if kind == "smtp" else ""
    opened = GATEWAYS[kind].opens(Access("a@b.ru:key", sender, url, folder=tmp_path))
    assert 1 <= opened.batch_max <= 500
    assert isinstance(opened.tells_delivery, bool) and isinstance(opened.can_find, bool)
    assert opened.send.__doc__ and opened.find.__doc__ and opened.status.__doc__
