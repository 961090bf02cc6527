"""The programme in plain Russian: what it promises, and what one version changes after another. Pure."""

from collections.abc import Iterator

from loyalty.program.terms import BurnRule, GiftTerms, Level, Program
from loyalty.wording import MONTHS_OF, NBSP, days, number, percent, plural, roubles

GIFTS = {
    "welcome": "Приветственный подарок",
    "birthday": "Подарок ко дню рождения",
    "manual": "Бонусы, начисленные вручную",
}
"""Kinds of gifts in the order to show them."""

BURN_RULES = {
    BurnRule.AFTER_PURCHASE: "Если клиент давно не покупал",
    BurnRule.AFTER_ACCRUAL: "Через срок после того, как стали доступны",
    BurnRule.FIXED_DATES: "По датам",
    BurnRule.NEVER: "Не сгорают",
}
"""Ways to burn, as a choice."""


def after_days(count: int) -> str:
    """«сразу», «через 14 дней»."""
    return f"через {days(count)}" if count else "сразу"


def level_words(level: Level) -> str:
    """«Серебряный: 7 % от 50 000 ₽»."""
    start = f"при покупках от {roubles(level.threshold)}" if level.threshold else "с первой покупки"
    return f"«{level.name}»: {percent(level.rate)} {start}"


def burn_words(program: Program) -> str:
    """When bonuses burn, as the end of a sentence «Бонусы …»."""
    if program.burn is BurnRule.AFTER_PURCHASE:
        return f"сгорают через {days(program.burn_days)} после последней покупки"
    if program.burn is BurnRule.AFTER_ACCRUAL:
        return f"сгорают через {days(program.burn_days)} после того, как стали доступны"
    if program.burn is BurnRule.FIXED_DATES:
        dates = [f"{day}{NBSP}{MONTHS_OF[month - 1]}" for month, day in sorted(program.burn_dates)]
        listed = ", ".join(dates[:-1]) + " и " + dates[-1] if dates[1:] else "".join(dates)
        return f"сгорают каждый год {listed}"
    return "не сгорают"


def gift_words(terms: GiftTerms) -> str:
    """What is said of the bonuses: «доступны сразу, действуют 30 дней»."""
    start = "доступны сразу" if not terms.confirm_days else f"станут доступны {after_days(terms.confirm_days)}"
    if terms.lifetime_days is None:
        return f"{start}, сгорают как обычные бонусы"
    return f"{start}, действуют {days(terms.lifetime_days)}"


def rounding_words(program: Program) -> str:
    """What one receipt's bonuses are rounded down to."""
    return f"вниз до {roubles(program.bonus_unit)}"


def terms(program: Program) -> list[tuple[str, str]]:
    """What the programme promises besides levels and gifts: (subject, sentence)."""
    paid = "" if program.earn_on_redeemed else " и за часть чека, оплаченную бонусами"
    return [
        ("Оплата бонусами", f"До {percent(program.redeem_cap)} суммы чека, 1 бонус = 1 ₽"),
        ("Подтверждение", f"Бонусы можно тратить {_after_purchase(program)}"),
        ("Сгорание", f"Бонусы {burn_words(program)}"),
        ("Округление", f"Бонусы за чек округляются {rounding_words(program)}"),
        ("За что не начисляются", f"За товары со скидкой{paid}"),
    ]


def gifts(program: Program) -> list[tuple[str, str]]:
    """The gifts' terms: (kind, sentence)."""
    known = [kind for kind in GIFTS if kind in program.gifts]
    return [(GIFTS[kind], f"Бонусы {gift_words(program.gifts[kind])}") for kind in known]


def differences(old: Program, new: Program) -> list[str]:
    """What changes for customers with the new programme after the old one, a sentence each; none: nothing."""
    return [*_level_differences(old.levels, new.levels), *_term_differences(old, new)]


def impact_words(impact: tuple[int, int, int, int]) -> str:
    """What happens to customers' levels, of (customers, level changes, rate rises, rate falls)."""
    customers, changes, rises, falls = impact
    if not (changes or rises or falls):
        return "Уровни и проценты клиентов останутся прежними"
    said = {"сменят уровень": changes, "будут получать больше": rises, "будут получать меньше": falls}
    listed = ", ".join(f"{what} — {number(count)}" for what, count in said.items() if count)
    return f"При нынешних покупках из {plural(customers, 'клиента', 'клиентов', 'клиентов')} {listed}"


def _after_purchase(program: Program) -> str:
    return f"{after_days(program.confirm_days)} после покупки" if program.confirm_days else "сразу после покупки"


def _level_differences(old: tuple[Level, ...], new: tuple[Level, ...]) -> Iterator[str]:
    """Levels are the same where the name is, else where the threshold is and neither name is elsewhere."""
    left, came = {level.name: level for level in old}, {level.name: level for level in new}
    gone = {level.threshold: level for level in old if level.name not in came}
    pairs = []
    for level in new:
        before = left.get(level.name) or gone.pop(level.threshold, None)
        if before is None:
            yield f"Появится уровень {level_words(level)}"
        else:
            pairs.append((before, level))
    for level in gone.values():
        yield f"Уровня «{level.name}» больше не будет"
    for before, level in pairs:
        if before.name != level.name:
            yield f"Уровень «{before.name}» будет называться «{level.name}»"
        if before.threshold != level.threshold:
            yield (
                f"«{level.name}» начнётся при покупках от {roubles(level.threshold)}, "
                f"а не от {roubles(before.threshold)}"
            )
        if before.rate != level.rate:
            yield f"«{level.name}» будет получать {percent(level.rate)} вместо {percent(before.rate)}"


def _term_differences(old: Program, new: Program) -> Iterator[str]:
    if old.redeem_cap != new.redeem_cap:
        yield (f"Бонусами можно будет оплатить до {percent(new.redeem_cap)} чека вместо {percent(old.redeem_cap)}")
    if old.confirm_days != new.confirm_days:
        yield f"Бонусы станут доступны {_after_purchase(new)}, а не {after_days(old.confirm_days)}"
    if old.bonus_unit != new.bonus_unit:
        yield f"Бонусы за чек будут округляться {rounding_words(new)}, а не до {roubles(old.bonus_unit)}"
    if old.earn_on_redeemed != new.earn_on_redeemed:
        will = "тоже начнут начисляться" if new.earn_on_redeemed else "перестанут начисляться"
        yield f"За часть чека, оплаченную бонусами, бонусы {will}"
    if burn_words(old) != burn_words(new):
        yield f"Новые бонусы {burn_words(new)} (сейчас {burn_words(old)})"
    for kind, name in GIFTS.items():
        before, after = old.gifts.get(kind, GiftTerms()), new.gifts.get(kind, GiftTerms())
        if before != after:
            yield f"{name}: бонусы {gift_words(after)}"
