"""What a column of a file may mean, in the owner's words and in groups, for a person to choose from."""

from loyalty.onec import FIELDS

GROUPS: dict[str, dict[str, tuple[str, ...]]] = {
    "sales": {
        "Чек": (
            "date", "number", "document", "time", "kind", "basis", "shop", "till", "place", "cashier", "payment",
            "status", "posted", "deleted", "shift", "document_id", "line_number",
        ),
        "Клиент": ("customer_code", "card", "phone", "customer", "phone_spare"),
        "Товар": ("name", "sku", "variant", "group", "quantity", "price", "return_quantity"),
        "Деньги": (
            "amount", "bonuses", "discount", "discount_percent", "discount_auto", "discount_manual",
            "amount_before", "total", "amount_bare", "return_amount",
        ),
    },
    "customers": {
        "Клиент": (
            "customer_code", "card", "phone", "full_name", "last_name", "first_name", "middle_name", "birth_date",
            "sex", "phone_spare", "email",
        ),
        "Адрес": ("city", "street", "house", "address"),
        "Ещё": ("registered_on", "consent", "source", "comment", "deleted"),
    },
}  # fmt: skip
NEEDED = {"sales": ("date", "number", "amount"), "customers": ("phone", "card", "customer_code")}
_OTHER = "Ещё"
_WORDS = {
    "sales": {
        "number": "Номер чека", "document": "Номер и дата вместе",
        "kind": "Вид: продажа или возврат", "basis": "Какой чек возвращают", "customer": "Имя", "name": "Название",
        "amount": "Сумма строки", "bonuses": "Оплачено бонусами", "discount": "Скидка, ₽",
        "total": "Сумма всего чека",
        "return_quantity": "Количество возвращено", "return_amount": "Сумма возвращена",
        "line_number": "Номер строки в чеке", "posted": "Проведен (да или нет)",
    },
    "customers": {},
}  # fmt: skip


def choices(kind: str) -> dict[str, str]:
    """Field -> its words, «Чек: дата», in the order to show; the catalogue's own last ones among «Ещё»."""
    known, found = FIELDS[kind], dict[str, str]()
    for group, names in GROUPS[kind].items():
        found |= {name: f"{group}: {in_words(kind, name)}" for name in names if name in known}
    return found | {name: f"{_OTHER}: {in_words(kind, name)}" for name in known if name not in found}


def in_words(kind: str, name: str) -> str:
    """A field's own words, without its group."""
    return _WORDS[kind].get(name, FIELDS[kind][name].label)
