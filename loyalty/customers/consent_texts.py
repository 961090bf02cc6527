"""Texts that people agree to, by versions: what was agreed to stays readable, whatever is said to others later."""

import re
from datetime import datetime
from hashlib import sha256
from typing import NamedTuple

from sqlalchemy import select
from sqlmodel import Session

from loyalty import settings
from loyalty.acts import Act
from loyalty.customers.consents import EMAIL, PERSONAL_DATA, SMS
from loyalty.errors import Problems
from loyalty.models import ConsentText, consent_texts

PURPOSES = {
    PERSONAL_DATA: "Согласие на обработку персональных данных", SMS: "Согласие на рекламу по SMS",
    EMAIL: "Согласие на рекламу по почте",
}  # fmt: skip
"""What for, as its document is called: each is a document of its own (156-ФЗ)."""

SAMPLE = "Образец, проверьте с юристом"
LETTERS_MAX = 10_000
_BLANK = re.compile(r"\[[^\]\n]+\]")

_WHO = "[ИП Фамилия Имя Отчество или ООО «Название»], ИНН [ИНН], адрес: [адрес] ({shop})"
_ADVERTISING = (
    f"Я согласен (согласна) получать рекламу от {_WHO} {{by}}: об акциях и скидках, моих бонусах, с "
    "поздравлениями.\n\n"
    "Для этого мой {what} можно передавать оператору рассылки: [название шлюза].\n\n"
    "Согласие действует, пока я его не отзову. Отказаться можно в любой момент: как сказано в сообщении или "
    "сказав об этом в магазине. Карта и бонусы от этого не зависят."
)
SAMPLES = {
    PERSONAL_DATA: (
        f"Я даю {_WHO} согласие на обработку моих персональных данных.\n\n"
        "Цели: участие в программе лояльности, учёт покупок и бонусов.\n\n"
        "Данные: фамилия, имя, отчество, дата рождения, пол, телефон, адрес почты, адрес, номер карты, покупки.\n\n"
        "Действия: сбор, запись, хранение, уточнение, использование, удаление; данные хранятся в России.\n\n"
        "Согласие действует, пока я участвую в программе, или до отзыва. Отозвать его можно заявлением по адресу: "
        "[адрес или почта]; данные уничтожат за 30 дней."
    ),
    SMS: _ADVERTISING.replace("{by}", "в SMS-сообщениях на номер [телефон]").replace("{what}", "номер телефона"),
    EMAIL: _ADVERTISING.replace("{by}", "письмами на адрес [почта]").replace("{what}", "адрес почты"),
}
"""Made of the elements that law.md names; blanks in square brackets are the shop's to fill."""

ON_THE_FORM = ("[телефон]", "[почта]")
"""Blanks that the customer fills by hand: they stay in the text."""


class Text(NamedTuple):
    """A version of a text; since when by the shop's clock, and its digest."""

    id: int
    purpose: str
    version: int
    text: str
    sha256: str
    since: datetime

    @property
    def called(self) -> str:
        """«Согласие на рекламу по SMS, редакция 2»."""
        return f"{PURPOSES[self.purpose]}, редакция {self.version}"


def sample(session: Session, purpose: str) -> str:
    """What a shop may begin with."""
    return SAMPLES[purpose].replace("{shop}", settings.shop_name(session))


def versions(session: Session, purpose: str | None = None) -> list[Text]:
    """Every version, the newest first, of one purpose or of all."""
    t = consent_texts.c
    query = select(t.id, t.purpose, t.version, t.text, t.sha256, t.since).order_by(t.id.desc())
    rows = session.connection().execute(query.where(t.purpose == purpose) if purpose else query)
    return [Text(*row[:-1], settings.shop_time(session, row.since)) for row in rows]


def current(session: Session, purpose: str) -> Text | None:
    """What people agree to now; None before the shop has a text."""
    return next(iter(versions(session, purpose)), None)


def add(session: Session, purpose: str, text: str, act: Act) -> Text:
    """The next version of a text; the same words again are the version there is. Problems of «text»."""
    said = text.replace("\r\n", "\n").strip()
    if not said:
        raise Problems({"text": "Напишите текст согласия"})
    if len(said) > LETTERS_MAX:
        raise Problems({"text": f"Слишком длинно: помещается {LETTERS_MAX} знаков"})
    if blanks := [blank for blank in dict.fromkeys(_BLANK.findall(said)) if blank not in ON_THE_FORM]:
        raise Problems({"text": f"Заполните пропуски: {', '.join(blanks)}"})
    known = current(session, purpose)
    digest = sha256(said.encode()).hexdigest()
    if known and known.sha256 == digest:
        return known
    now = settings.now(settings.timezone(session))
    version = known.version + 1 if known else 1
    row = ConsentText(purpose=purpose, version=version, text=said, sha256=digest, since=now, act_id=act.id)
    session.add(row)
    session.flush()
    assert row.id is not None
    return Text(row.id, purpose, version, said, digest, settings.shop_time(session, now))


def called(session: Session, purpose: str, name: str) -> Text | None:
    """The version that somebody names: by its number, by its digest, or by the whole text."""
    said = name.strip()
    number = re.search(r"\d+", said) if len(said) < LETTERS_MAX // 100 else None
    for one in versions(session, purpose):
        if said in (one.sha256, one.text, one.called) or (number and int(number[0]) == one.version):
            return one
    return None
