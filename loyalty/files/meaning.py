"""What «Сумма» means in a file, before or after bonuses paid, told by the arithmetic of one of its rows."""

from collections import Counter
from collections.abc import Sequence

from loyalty.money import line_cost
from loyalty.onec import Source
from loyalty.onec.columns.numbers import money_parser, quantity_parser
from loyalty.onec.columns.plan import Plan
from loyalty.onec.documents.assembling import amounts_are_after_bonuses
from loyalty.wording import quantity, roubles


def amount_meaning(source: Source, rows: Sequence[Sequence[str]]) -> str | None:
    """Which of its two meanings «Сумма» has in this file, with the row's arithmetic that says so."""
    fields = source.mapping.fields
    if source.kind != "sales" or not {"bonuses", "amount", "price"} <= fields.keys():
        return None
    proofs = [proof for cells in rows if (proof := _proof(source.plan, cells))]
    votes, told = Counter(vote for vote, _ in proofs), source.mapping.amount_after_bonuses
    decided = amounts_are_after_bonuses(source.mapping, votes)
    proofs = [proof for proof in proofs if proof[0] != "gaps"]
    example = next((sentence for vote, sentence in proofs if (vote == "after") == decided), "")
    if not proofs and told is None:
        return "«Сумма» — до или после оплаты бонусами? В первых строках ими не платили, ответит весь файл"
    meaning = "после оплаты бонусами" if decided else "до оплаты бонусами"
    if not example:
        example_or_why = ", как указано вами" if told is not None else ""
        return f"«Сумма» в этом файле — {meaning}{example_or_why}"
    return f"«Сумма» в этом файле — {meaning}: {example}"


def _proof(plan: Plan, cells: Sequence[str]) -> tuple[str, str] | None:
    """A row's vote on what «Сумма» is (see amounts_are_after_bonuses) and its arithmetic in words."""

    fields, money = plan.mapping.fields, money_parser(plan.money_mark)

    def cell(name: str) -> str:
        at = fields.get(name)
        return cells[at] if at is not None and at < len(cells) else ""

    price, discount, amount, bonus = (money(cell(name)) for name in ("price", "discount", "amount", "bonuses"))
    pieces = quantity_parser(plan.quantity_mark)(cell("quantity")) or 1000
    if not (
        isinstance(price, int) and isinstance(amount, int) and isinstance(bonus, int) and isinstance(pieces, int)
    ):
        return None
    discount, amount, bonus = abs(discount) if isinstance(discount, int) else 0, abs(amount), abs(bonus)
    full = line_cost(abs(price), abs(pieces)) - discount
    if not bonus:
        return ("gaps", "") if full > amount else None
    if full not in (amount, amount + bonus):
        return None
    sum_ = f"{roubles(abs(price))} × {quantity(abs(pieces))}" + (
        f" − скидка {roubles(discount)}" if discount else ""
    )
    if full == amount:
        return (
            "before",
            f"{sum_} = {roubles(full)}, столько и стоит в «Сумме», хотя бонусами оплачено {roubles(bonus)}",
        )
    return "after", f"{sum_} = {roubles(full)}, а в «Сумме» {roubles(amount)} — меньше на {roubles(bonus)} бонусами"
