"""Which gateways there are: what each is called, what its key looks like, how it opens; and keys out of files."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from loyalty.errors import Refused
from loyalty.sms.gateway import Access, Gateway
from loyalty.sms.sandbox import Sandbox
from loyalty.sms.smsc import Smsc
from loyalty.sms.smsru import SmsRu

SANDBOX = "sandbox"
SMS, EMAIL = "sms", "email"
KEY_MAX = 500

_SMS_SENDER = re.compile(r"[A-Za-z0-9!?\-_.() &]{1,11}|\d{1,15}")


@dataclass(frozen=True, slots=True)
class Provider:
    """A gateway that can be set: `key` says in a few words what its key is, `form` how that must look."""

    kind: str
    title: str
    channels: tuple[str, ...]
    opens: Callable[[Access], Gateway]
    key: str = ""
    form: str = ""
    site: str = ""  # where the key is got
    sender: str = "Имя отправителя"
    needs_sender: str = ""  # the sentence where it is missing
    needs_url: str = ""
    calls_back: bool = False
    signs_by_word: bool = False  # callbacks are signed by a word that the owner types at the provider

    @property
    def has_key(self) -> bool:
        """Whether a key is needed at all."""
        return bool(self.form)

    def key_of(self, text: str) -> str:
        """A typed key without what sticks to it; Refused where it can't be one."""
        key = text.strip().removeprefix("\ufeff").strip()
        if not key:
            raise Refused(f"Ключ пуст. {self.title} ждёт: {self.key}")
        if len(key) > KEY_MAX or not key.isprintable() or not re.fullmatch(self.form, key):
            raise Refused(f"Это не похоже на ключ. {self.title} ждёт: {self.key}")
        return key

    def sender_of(self, text: str) -> str:
        """A typed sender; Refused where it can't be one."""
        sender = text.strip()
        if not sender and self.needs_sender:
            raise Refused(self.needs_sender)
        if sender and SMS in self.channels and not _SMS_SENDER.fullmatch(sender):
            raise Refused("Имя отправителя — до 11 латинских букв и цифр или до 15 цифр")
        return sender

    def url_of(self, text: str) -> str:
        """A typed address of the gateway; Refused where it can't be one."""
        url = text.strip()
        if not url:
            if self.needs_url:
                raise Refused(self.needs_url)
            return ""
        if not re.fullmatch(r"https?://[^\s/@?#]+(/[^\s@?#]*)?", url):
            raise Refused(f"Адрес шлюза пишут так: https://шлюз.рф или http://127.0.0.1:8080, а не «{url}»")
        return url


_ALL = (
    Provider(SANDBOX, "Песочница", (SMS, EMAIL), Sandbox, sender=""),
    Provider(
        "smsru", "SMS.ru", (SMS,), SmsRu,
        key="api_id из раздела «API»", form=r"[!-~]+", site="sms.ru", calls_back=True,
    ),
    Provider(
        "smsc", "SMSC.ru", (SMS,), Smsc,
        key="логин:пароль или API-ключ", form=r"[!-~]+", site="smsc.ru", calls_back=True, signs_by_word=True,
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
