"""Russian words for figures: money, bonuses, days, plurals, phones; pure, for screens, files and the terminal."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from fractions import Fraction
from math import floor

from loyalty.money import ONE_PIECE, ROUBLE, BasisPoints, Kopecks, Milli

NBSP = "\u00a0"
MINUS = "\u2212"
MONTHS = ("янв", "фев", "мар", "апр", "май", "июн", "июл", "авг", "сен", "окт", "ноя", "дек")
MONTHS_IN_FULL = (
    "январь", "февраль", "март", "апрель", "май", "июнь",
    "июль", "август", "сентябрь", "октябрь", "ноябрь", "декабрь",
)  # fmt: skip
MONTHS_OF = (
    "января", "февраля", "марта", "апреля", "мая", "июня",
    "июля", "августа", "сентября", "октября", "ноября", "декабря",
)  # fmt: skip


def number(value: int) -> str:
    """13000 -> «13 000», with no-break spaces and a true minus."""
    return f"{value:,}".replace(",", NBSP).replace("-", MINUS)


def _hundredths(value: int, exact: bool = False) -> str:
    """A sum of hundredths, the decimals where they are not zero; `exact`: always, for figures under each other."""
    whole, part = divmod(abs(value), 100)
    sign = MINUS if value < 0 else ""
    return f"{sign}{number(whole)}" + (f",{part:02}" if part or exact else "")


def _trimmed(value: int) -> str:
    """A sum of hundredths without zeros at its end: 750 -> «7,5»."""
    text = _hundredths(value)
    return text.rstrip("0") if "," in text else text


def bonuses(amount: Kopecks, exact: bool = False) -> str:
    """124000 -> «1 240»: bonuses are told without a currency; `exact` «1 240,00»."""
    return _hundredths(amount, exact)


def bonuses_round(amount: Kopecks) -> str:
    """To a whole bonus, halves up, for lists and outlooks: 10336031 -> «103 360»."""
    return number((amount + ROUBLE // 2) // ROUBLE)


def bonuses_of(amount: Kopecks) -> str:
    """«1 бонус», «85 953 бонуса», «12,50 бонуса»."""
    return f"{bonuses(amount)}{NBSP}" + (
        "бонуса" if amount % 100 else form(amount // 100, "бонус", "бонуса", "бонусов")
    )


def roubles(amount: Kopecks, exact: bool = False) -> str:
    """1300000 -> «13 000 ₽», 31980 -> «319,80 ₽»; `exact` «13 000,00 ₽»."""
    return f"{_hundredths(amount, exact)}{NBSP}₽"


def roubles_round(amount: Kopecks) -> str:
    """Whole roubles for large figures on cards, halves up: 481230050 -> «4 812 301 ₽»."""
    whole = (abs(amount) + ROUBLE // 2) // ROUBLE
    return f"{number(-whole if amount < 0 else whole)}{NBSP}₽"


def roubles_whole(amount: Kopecks) -> str:
    """The same without the sign, for columns that are headed by it: 31980 -> «320»."""
    return roubles_round(amount).removesuffix(f"{NBSP}₽")


def roubles_short(amount: Kopecks) -> str:
    """For cards, where a long figure would be cut off: from ten million «26,8 млн ₽», else whole roubles."""
    for size, name in ((1_000_000_000, "млрд"), (1_000_000, "млн")):
        tenths = (abs(amount) // ROUBLE + size // 20) // (size // 10)
        if tenths >= 100:
            whole, part = divmod(tenths, 10)
            return f"{MINUS if amount < 0 else ''}{number(whole)}{f',{part}' if part else ''}{NBSP}{name}{NBSP}₽"
    return roubles_round(amount)


def short(amount: Kopecks, unit: str = "") -> str:
    """Round sums along an axis: «5 млн ₽», «1,5 млн ₽», «800 тыс. ₽», «0»."""
    whole = amount // ROUBLE
    for size, name in ((1_000_000_000, "млрд"), (1_000_000, "млн"), (1_000, "тыс.")):
        if abs(whole) >= size:
            return NBSP.join(part for part in (_trimmed(whole * 100 // size), name, unit) if part)
    return NBSP.join(part for part in (number(whole), unit if whole else "") if part)


def signed(amount: Kopecks, exact: bool = False) -> str:
    """A movement of bonuses: «+350», «−400»; `exact` «+350,00»."""
    return f"+{bonuses(amount, exact)}" if amount > 0 else bonuses(amount, exact)


def percent(rate: BasisPoints) -> str:
    """500 -> «5 %», 65 -> «0,65 %», 750 -> «7,5 %»."""
    return f"{_trimmed(rate)}{NBSP}%"


def fraction(value: Fraction | None, decimals: int = 0) -> str:
    """An exact share as a percent, halves up: 3965/100 -> «3 965 %», 13/2000 -> «0,65 %»; «—» of nothing."""
    if value is None:
        return "—"
    scaled = floor(value * 100 * 10**decimals + Fraction(1, 2))
    whole, part = divmod(abs(scaled), 10**decimals)
    shown = number(whole) + (f",{part:0{decimals}}" if decimals else "")
    return f"{MINUS if scaled < 0 else ''}{shown}{NBSP}%"


def change(now: int, before: int) -> str | None:
    """By how much a figure grew: «+12 %», «−3,6 %»; None where there is nothing to compare with."""
    if before <= 0:
        return None
    tenths = round((now - before) * 1000 / before)
    if tenths == 0:
        return f"0{NBSP}%"
    whole, part = divmod(abs(tenths), 10)
    shown = number(whole) + (f",{part}" if part and whole < 10 else "")
    return f"{'+' if tenths > 0 else MINUS}{shown}{NBSP}%"


@dataclass(frozen=True)
class Change:
    """How a figure changed: «↑ +12 %», «больше, чем год назад», and whether that is good (None: neither)."""

    said: str
    against: str
    good: bool | None


def changed(now: int, before: int | None, when: str, *, more_is_good: bool | None = True) -> Change | None:
    """The change since `when` («год назад»), told by arrow, sign and word; None with nothing to compare with."""
    said = None if before is None else change(now, before)
    if said is None or before is None:
        return None
    if said.startswith("0"):
        return Change(f"={NBSP}{said}", f"как {when}", None)
    more = now > before
    arrow, word = ("↑", "больше") if more else ("↓", "меньше")
    return Change(
        f"{arrow}{NBSP}{said}", f"{word}, чем {when}", None if more_is_good is None else more == more_is_good
    )


def quantity(amount: Milli) -> str:
    """1000 -> «1», 1500 -> «1,5»."""
    whole, part = divmod(abs(amount), ONE_PIECE)
    sign = MINUS if amount < 0 else ""
    return sign + number(whole) + (f",{part:03}".rstrip("0") if part else "")


def plural(count: int, one: str, few: str, many: str) -> str:
    """«1 чек», «2 чека», «5 чеков», «11 чеков»: the number and the right form."""
    return f"{number(count)}{NBSP}{form(count, one, few, many)}"


def sentence(words: str) -> str:
    """With a capital letter, the rest as it is."""
    return words[:1].upper() + words[1:]


def form(count: int, one: str, few: str, many: str) -> str:
    """The form of a word that goes with a number."""
    tens, units = abs(count) // 10 % 10, abs(count) % 10
    if tens != 1 and units == 1:
        return one
    return few if tens != 1 and 2 <= units <= 4 else many


def days(count: int) -> str:
    """«1 день», «38 дней»."""
    return plural(count, "день", "дня", "дней")


def day(when: date | None) -> str:
    """«20.03.2019»; empty where unknown."""
    return "" if when is None else f"{when:%d.%m.%Y}"


def day_and_month(when: date) -> str:
    """«24.01»: where the year is plain."""
    return f"{when:%d.%m}"


def date_in_words(when: date) -> str:
    """«14 марта 1992»."""
    return f"{when.day}{NBSP}{MONTHS_OF[when.month - 1]} {when.year}"


def time(when: datetime | None) -> str:
    """«20.03.2019 10:25»; empty where unknown."""
    return "" if when is None else f"{when:%d.%m.%Y %H:%M}"


def month(when: date) -> str:
    """«март 2026»."""
    return f"{MONTHS_IN_FULL[when.month - 1]} {when.year}"


def day_short(when: date) -> str:
    """«2 мар»: under a chart."""
    return f"{when.day} {MONTHS[when.month - 1]}"


def week(first: date) -> str:
    """A week by its Monday: «2–8 мар», «30 мар – 5 апр»."""
    return span(first, first + timedelta(days=6))


def span(first: date, last: date, today: date | None = None) -> str:
    """Days in a few letters: «2–8 мар», «30 мар – 5 апр», «20 ноя»; the year where it is not today's."""
    year = f" {last.year}" if today and last.year != today.year else ""
    end = f"{last.day}{NBSP}{MONTHS[last.month - 1]}{year}"
    if first == last:
        return end
    if (first.year, first.month) == (last.year, last.month):
        return f"{first.day}–{end}"
    return f"{first.day}{NBSP}{MONTHS[first.month - 1]} – {end}"


def days_ago(when: date, today: date) -> str:
    """«сегодня», «вчера», «55 дней назад»; ahead: «через 3 дня»."""
    passed = (today - when).days
    if passed in (0, 1):
        return "вчера" if passed else "сегодня"
    return f"{days(passed)} назад" if passed > 0 else f"через {days(-passed)}"


def seconds(passed: float) -> str:
    """How long, in the largest whole unit: «12 с», «5 мин», «3 ч», «2 дня»."""
    whole = max(int(passed), 0)
    for limit, unit_s, unit in ((60, 1, "с"), (3600, 60, "мин"), (86400, 3600, "ч")):
        if whole < limit:
            return f"{whole // unit_s}{NBSP}{unit}"
    return days(whole // 86400)


def age(birth: date, today: date) -> str:
    """«34 года» on a day."""
    had_birthday = (today.month, today.day) >= (birth.month, birth.day)
    return plural(today.year - birth.year - (not had_birthday), "год", "года", "лет")


def phone(number_: str | None) -> str:
    """«+79161234567» -> «+7 916 123-45-67»; a foreign one as it is."""
    digits = (number_ or "").removeprefix("+7")
    if not number_ or len(digits) != 10 or not digits.isdigit() or not number_.startswith("+7"):
        return number_ or ""
    parts = f"+7 {digits[:3]} {digits[3:6]}-{digits[6:8]}-{digits[8:]}"
    return parts.replace(" ", NBSP)
