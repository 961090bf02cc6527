"""Which gateways there are: what each is called, what its key looks like, how it opens; and keys out of files."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from loyalty.errors import Refused
from loyalty.sms.exolve import Exolve
from loyalty.sms.gateway import Access, Gateway
from loyalty.sms.sandbox import Sandbox
from loyalty.sms.smsaero import SmsAero
from loyalty.sms.smsc import Smsc
from loyalty.sms.smsru import SmsRu
from loyalty.sms.smtp import Smtp

SANDBOX = "sandbox"
SMS, EMAIL = "sms", "email"
KEY_MAX = 500

_KEY = r"[!-~]+"
_SENDER = r"[A-Za-z0-9!?\-_.() &]{1,11}|\d{1,15}"
_NO_SENDER = "Имя отправителя — до 11 латинских букв и цифр или до 15 цифр"
_URL = r"https?://[^\s/@?#]+(/[^\s@?#]*)?"
_NO_URL = "Адрес шлюза пишут так: https://адрес или http://127.0.0.1:8080"
_MAIL = r"[A-Za-z0-9._%+-]+@[^\s<>()\[\],;:\"\\@\x00-\x1f]+\.[^\s<>()\[\],;:\"\\@.\x00-\x1f]+"
_MAILBOX = rf"{_MAIL}|[^<>@\"\x00-\x1f]*<{_MAIL}>"


@dataclass(frozen=True, slots=True)
class Provider:
    """A gateway that can be set: what is asked for it, how that must look, and the sentence where it does not."""

    kind: str
    title: str
    channels: tuple[str, ...]
    opens: Callable[[Access], Gateway]
    key: str = ""  # what its key is, in a few words; none is needed without
    key_form: str = _KEY
    needs_key: bool = True
    where: str = ""  # the key is got
    sender: str = "Имя отправителя"
    sender_form: str = _SENDER
    no_sender: str = _NO_SENDER
    needs_sender: bool = False
    url_form: str = _URL
    no_url: str = _NO_URL
    needs_url: bool = False
    calls_back: bool = False
    asks: str = ""  # at the end of the address to call, how it shall call

    def key_of(self, text: str) -> str:
        """A typed key without what sticks to it; Refused where it can't be one."""
        key = text.strip().removeprefix("\ufeff").strip()
        if not key:
            raise Refused(f"Ключ пуст. Для {self.title} нужен {self.key}")
        if len(key) > KEY_MAX or not key.isprintable() or not re.fullmatch(self.key_form, key):
            raise Refused(f"Это не похоже на ключ. Для {self.title} нужен {self.key}")
        return key

    def sender_of(self, text: str) -> str:
        """A typed sender; Refused where it can't be one."""
        return _typed(text, self.sender_form, self.no_sender, self.needs_sender)

    def url_of(self, text: str) -> str:
        """A typed address of the gateway; Refused where it can't be one."""
        return _typed(text, self.url_form, self.no_url, self.needs_url)


def _typed(text: str, form: str, refusal: str, is_needed: bool) -> str:
    said = text.strip()
    if (said or is_needed) and not re.fullmatch(form, said):
        raise Refused(f"{refusal}, а не «{said}»" if said else refusal)
    return said


_ALL = (
    Provider(SANDBOX, "Песочница", (SMS, EMAIL), Sandbox),
    Provider("smsru", "SMS.ru", (SMS,), SmsRu, key="api_id",
             where="Ключ api_id стоит в личном кабинете sms.ru на странице «API»", calls_back=True),
    Provider(
        "smsc", "SMSC.ru", (SMS,), Smsc, key="API-ключ или логин:пароль",
        where="API-ключ создают в настройках личного кабинета smsc.ru; годятся и логин с паролем через двоеточие",
        calls_back=True, asks="?charset=utf-8",
    ),
    Provider(
        "smsaero", "SMS Aero", (SMS,), SmsAero, key="ключ вида почта:API-ключ", key_form=r"[!-~]+@[!-~]+:[!-~]+",
        where="Почта, с которой вы входите на smsaero.ru, двоеточие и API-ключ из настроек", calls_back=True,
    ),
    Provider(
        "exolve", "МТС Exolve", (SMS,), Exolve, key="API-ключ приложения",
        where="Ключ стоит в личном кабинете exolve.ru, в вашем приложении",
        sender="Номер или имя отправителя", needs_sender=True, calls_back=True,
        no_sender="Номер или имя отправителя для МТС Exolve — до 15 цифр или до 11 латинских букв и цифр",
    ),
    Provider(
        "smtp", "Почта магазина", (EMAIL,), Smtp, key="логин:пароль от почты", key_form=r"[!-~]+:.+",
        needs_key=False,
        where="Логин и пароль почты через двоеточие. Яндекс и Mail.ru дают программам отдельный пароль",
        sender="От кого", sender_form=_MAILBOX, needs_sender=True,
        no_sender="От кого — адрес почты: shop@mail.ru или Лето <shop@mail.ru>",
        url_form=r"(smtps?://)?[^\s/@?#:]+(:\d{1,5})?/?", needs_url=True,
        no_url="Сервер почты пишут так: smtps://smtp.yandex.ru или smtp://smtp.mail.ru:587",
    ),
)  # fmt: skip
GATEWAYS: dict[str, Provider] = {one.kind: one for one in _ALL}


def provider(kind: str) -> Provider:
    """The gateway of a kind; Refused where there is none."""
    if kind not in GATEWAYS:
        raise Refused(f"Нет такого шлюза: «{kind}». Есть: {', '.join(GATEWAYS)}")
    return GATEWAYS[kind]


def key_in_file(content: bytes) -> str:
    """The text of a key file as editors of Windows write it; Refused where it is empty or no text."""
    encoding = "utf-16" if content[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
    try:
        key = content.decode(encoding).strip()
    except UnicodeDecodeError:
        raise Refused("В файле с ключом не текст. Сохраните в нём одну строку с ключом") from None
    if not key:
        raise Refused("Файл с ключом пуст. Сохраните в нём одну строку с ключом")
    if not key.isprintable():
        raise Refused("В файле с ключом не одна строка текста. Сохраните в нём одну строку с ключом")
    return key
