"""A message's text: words and placeholders with fallbacks, refused at once where something is wrong with it; pure.

`{имя}` is filled from a customer's values, `{имя|Здравствуйте}` says what stands there where hers is empty. Without
a fallback she gets no message. All else is text as it is: emoji, `&`, «=СУММ(A1)».
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from difflib import get_close_matches
from functools import cached_property
from typing import NamedTuple

from loyalty.errors import Problems, Refused
from loyalty.sms.translit import latin

SMS, EMAIL = "sms", "email"
LENGTH_MAX = {SMS: 1_600, EMAIL: 10_000}
SUBJECT_MAX = 200
FALLBACK_MAX = 200


class Offered(NamedTuple):
    """A placeholder as it is offered: what it becomes, and an example."""

    words: str
    example: str


PLACEHOLDERS: Mapping[str, Offered] = {
    "имя": Offered("имя клиента", "Мария"),
    "имя отчество": Offered("имя и отчество, если оно известно", "Мария Петровна"),
    "фамилия": Offered("фамилия", "Медведева"),
    "бонусы": Offered("сколько бонусов можно потратить", "1 240"),
    "ждут": Offered("сколько бонусов ещё не подтверждено", "350"),
    "сгорит": Offered("сколько бонусов сгорит ближайшим днём", "500"),
    "дата сгорания": Offered("когда они сгорят", "14.03.2027"),
    "уровень": Offered("уровень в программе", "Серебряный"),
    "до уровня": Offered("сколько рублей покупок до следующего уровня", "12 400"),
    "магазин": Offered("название магазина", "Шоурум «Лето»"),
    "отписка": Offered("как отказаться от рассылок", "ссылка, у каждого своя"),
}
"""What a text may name (contract.md)."""

_TOKEN = re.compile(r"\{([^{}]*)\}|[{}]")
_SPACES = re.compile(r"[^\S\n]")


class Unfilled(Refused):
    """This customer gets no message; `reason` is a key of messages.reasons, str() says what was empty."""

    def __init__(self, words: str, reason: str) -> None:
        super().__init__(words)
        self.reason = reason


@dataclass(frozen=True)
class Hole:
    """A placeholder where it stands; `fallback` None: nobody gets the message whose value is empty."""

    name: str
    fallback: str | None = None

    def __str__(self) -> str:
        return f"{{{self.name}}}" if self.fallback is None else f"{{{self.name}|{self.fallback}}}"


@dataclass(frozen=True)
class Template:
    """A text that was understood."""

    parts: tuple[str | Hole, ...]
    channel: str = SMS
    length_max: int = LENGTH_MAX[SMS]
    is_latin: bool = False

    def __str__(self) -> str:
        return "".join(map(str, self.parts))

    @cached_property
    def names(self) -> frozenset[str]:
        """The placeholders that it needs."""
        return frozenset(part.name for part in self.parts if isinstance(part, Hole))

    def rendered(self, values: Mapping[str, str]) -> str:
        """The text for one customer by her values; Unfilled where she gets none."""
        text = self._cleaned("".join(self._filled(values)))
        if not text.strip():
            raise Unfilled("Текст получился пустым", "empty_value")
        if len(text) > self.length_max:
            raise Unfilled(f"Текст получился длиннее {self.length_max} знаков", "too_long")
        return text

    def _filled(self, values: Mapping[str, str]) -> Iterator[str]:
        for part in self.parts:
            if isinstance(part, str):
                yield part
            elif value := values.get(part.name):
                yield value
            elif part.fallback is None:
                raise Unfilled(f"Нечего подставить вместо «{part}»", "empty_value")
            else:
                yield part.fallback

    def _cleaned(self, text: str) -> str:
        """In an SMS a no-break space is a plain one; what values brought is on one line where the text is."""
        plain = _SPACES.sub(" ", text) if self.channel == SMS else text
        return latin(plain) if self.is_latin else plain


def parse(text: str, channel: str = SMS, *, is_latin: bool = False) -> Template:
    """A text understood; Problems of «text» where it can't be sent. `is_latin`: in Latin letters, names too."""
    return replace(_parsed(normalised(text), channel, "text", LENGTH_MAX[channel]), is_latin=is_latin)


SUBJECT = "{магазин|Новости магазина}"
"""Of an e-mail of which a file says none."""


def parse_subject(text: str) -> Template:
    """An e-mail's subject: one line, the same placeholders; Problems of «subject»."""
    text = normalised(text)
    if "\n" in text.strip():
        raise Problems({"subject": "Тема письма — одна строка: уберите перевод строки"})
    return _parsed(text.strip(), EMAIL, "subject", SUBJECT_MAX)


def normalised(text: str) -> str:
    """Composed letters, lines ended alike, nothing that is not seen."""
    text = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n"))
    text = text.translate({0x2028: "\n", 0x2029: "\n", 0x09: " "})
    return "".join(sign for at, sign in enumerate(text) if not _is_unseen(text, at, sign)).strip()


def _is_unseen(text: str, at: int, sign: str) -> bool:
    """Zero-width signs, control signs, halves of letters; a joiner within an emoji is a part of it."""
    if sign == "\u200d":
        around = text[at - 1 : at] + text[at + 1 : at + 2]
        return len(around) < 2 or any(each.isalnum() or each.isspace() for each in around)
    return sign != "\n" and unicodedata.category(sign) in ("Cf", "Cc", "Cs")


def _parsed(text: str, channel: str, field: str, length_max: int) -> Template:
    if not text:
        empty = "Напишите текст сообщения" if field == "text" else "Напишите тему письма"
        raise Problems({field: empty})
    if len(text) > length_max:
        raise Problems({field: f"Слишком длинно: {len(text)} знаков, а помещается {length_max}"})
    try:
        parts = tuple(_parts(text))
    except Refused as why:
        raise Problems({field: str(why)}) from None
    return Template(parts, channel, length_max)


def _parts(text: str) -> Iterator[str | Hole]:
    end = 0
    for token in _TOKEN.finditer(text):
        if text[end : token.start()]:
            yield text[end : token.start()]
        end = token.end()
        if token[1] is None:
            raise Refused(_unpaired(text, token.start()))
        yield _hole(token[1])
    if text[end:]:
        yield text[end:]


def _unpaired(text: str, at: int) -> str:
    """What is wrong with a bracket that has no pair."""
    seen = _brief(text[at:]) if text[at] == "{" else _brief(text[: at + 1][-24:])
    if text[at] == "}":
        return f"Лишняя скобка }} после «{seen.rstrip('}').strip()}»: фигурные скобки только вокруг подстановок"
    if text[at : at + 2] == "{{":
        return f"Две скобки подряд в «{seen}»: подстановка пишется в одних, например {{имя}}"
    return f"Не закрыта скобка в «{seen}»: подстановка пишется так: {{имя}}"


def _hole(inside: str) -> Hole:
    said, *others = inside.split("|")
    name = " ".join(said.split()).casefold()
    if len(others) > 1:
        raise Refused(f"В «{{{_brief(inside)}}}» две черты: запасное слово пишется после одной")
    if name not in PLACEHOLDERS:
        raise Refused(_unknown(name))
    fallback = others[0] if others else None
    if fallback is not None and len(fallback) > FALLBACK_MAX:
        raise Refused(f"Запасное слово у {{{name}}} длиннее {FALLBACK_MAX} знаков")
    return Hole(name, fallback)


def _unknown(name: str) -> str:
    if not name:
        return "Пустые скобки {}: напишите в них, что подставить, например {имя}"
    close = get_close_matches(name, PLACEHOLDERS, n=1, cutoff=0.6)
    meant = (
        f": может быть, {{{close[0]}}}?" if close else f": есть {', '.join(f'{{{one}}}' for one in PLACEHOLDERS)}"
    )
    return f"Нет подстановки {{{_brief(name)}}}{meant}"


def _brief(text: str) -> str:
    line = text.split("\n")[0]
    return line if len(line) <= 24 else line[:23] + "…"
