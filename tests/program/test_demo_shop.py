"""The demo shop is believable: names, goods, sales and returns as a real clothes shop would have them."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from datetime import date, timedelta
from itertools import pairwise
from random import Random

import pytest

from loyalty.demo import Shop, shop
from loyalty.demo.goods import GROUPS, Catalogue
from loyalty.demo.history import Document
from loyalty.demo.names import (
    FATHERS,
    FEMALE,
    FEMALE_NAMES,
    MALE,
    MALE_NAMES,
    feminine,
    full_name,
    patronymic,
)
from loyalty.money import line_cost
from loyalty.sales.documents import CustomerDocument, DocumentLine, ReturnDocument, SaleDocument

TODAY = date(2026, 3, 20)
CLOTHES = {group.name for group in GROUPS} - {"Сумки", "Аксессуары"}
WOMENS_SURNAMES, MENS_SURNAMES = ("ова", "ева", "ёва", "ина", "ая"), ("ов", "ев", "ёв", "ин", "ий", "ой")


@pytest.fixture(scope="module")
def demo() -> Shop:
    return shop(2000, 1, today=TODAY)


@pytest.fixture(scope="module")
def customers(demo: Shop) -> list[CustomerDocument]:
    return list(demo.customers)


@pytest.fixture(scope="module")
def documents(demo: Shop) -> list[Document]:
    return list(demo.documents)


@pytest.fixture(scope="module")
def sales(documents: list[Document]) -> list[SaleDocument]:
    return [document for document in documents if isinstance(document, SaleDocument)]


@pytest.fixture(scope="module")
def returns(documents: list[Document]) -> list[ReturnDocument]:
    return [document for document in documents if isinstance(document, ReturnDocument)]


def total(document: Document) -> int:
    return sum(line.amount or 0 for line in document.lines)


def receipt_key(back: ReturnDocument) -> tuple[str, str, date]:
    assert back.receipt_on is not None
    return back.shop, back.receipt_number, back.receipt_on


def share(part: int, whole: int) -> float:
    return part / whole


def sold_by_sku(lines: Iterable[DocumentLine]) -> Counter[str]:
    pieces: Counter[str] = Counter()
    for line in lines:
        pieces[line.sku] += line.quantity
    return pieces


@pytest.mark.parametrize(
    ("man", "woman"),
    [
        ("Кузнецов", "Кузнецова"),
        ("Андреев", "Андреева"),
        ("Королёв", "Королёва"),
        ("Никитин", "Никитина"),
        ("Покровский", "Покровская"),
        ("Троицкий", "Троицкая"),
        ("Толстой", "Толстая"),
        ("Черных", "Черных"),
        ("Шевченко", "Шевченко"),
        ("Ким", "Ким"),
        ("Григорян", "Григорян"),
    ],
)
def test_a_surname_has_a_womans_form(man: str, woman: str) -> None:
    assert feminine(man) == woman


@pytest.mark.parametrize(
    ("father", "son", "daughter"),
    [
        ("Сергей", "Сергеевич", "Сергеевна"),
        ("Пётр", "Петрович", "Петровна"),
        ("Юрий", "Юрьевич", "Юрьевна"),
        ("Дмитрий", "Дмитриевич", "Дмитриевна"),
        ("Илья", "Ильич", "Ильинична"),
        ("Никита", "Никитич", "Никитична"),
        ("Лев", "Львович", "Львовна"),
    ],
)
def test_a_father_gives_a_middle_name(father: str, son: str, daughter: str) -> None:
    assert (patronymic(father, MALE), patronymic(father, FEMALE)) == (son, daughter)


def test_every_man_of_the_tables_can_be_a_father() -> None:
    for _, table in MALE_NAMES:
        for name in table.split()[::2]:
            assert patronymic(name, MALE).endswith("ич")
    assert all(stem.endswith(("ов", "ев")) for stem in FATHERS.values())


def test_names_of_any_age_are_whole() -> None:
    rng = Random(5)
    for year in range(1935, 2012):
        for sex in (FEMALE, MALE):
            name = full_name(rng, sex, year)
            assert name.last and name.first and name.middle


def test_endings_agree_with_sex(customers: list[CustomerDocument]) -> None:
    womens = {name for _, table in FEMALE_NAMES for name in table.split()[::2]}
    for customer in customers:
        if customer.first_name is None:
            continue
        woman = customer.first_name in womens
        assert customer.sex in (None, FEMALE if woman else MALE)
        if customer.middle_name:
            assert customer.middle_name.endswith("на" if woman else "ич")
        if customer.last_name:
            wrong = MENS_SURNAMES if woman else WOMENS_SURNAMES
            assert not customer.last_name.endswith(wrong), customer.ref.name


def test_most_customers_are_women(customers: list[CustomerDocument]) -> None:
    known = [customer.sex for customer in customers if customer.sex]
    assert 0.82 <= share(known.count(FEMALE), len(known)) <= 0.88


def test_customers_can_be_told_apart_by_code_and_card(customers: list[CustomerDocument]) -> None:
    codes = [customer.ref.code for customer in customers]
    cards = [customer.ref.card for customer in customers if customer.ref.card]
    assert len(set(codes)) == len(codes) == 2000
    assert len(set(cards)) == len(cards) > 300
    assert {len(card) for card in cards} == {8, 13}


def test_phones_are_russian_and_a_few_families_share_one(customers: list[CustomerDocument]) -> None:
    phones = Counter(customer.ref.phone for customer in customers)
    assert all(phone and phone.startswith("+79") and len(phone) == 12 for phone in phones)
    assert all(phone and phone[5:8] == "000" for phone in phones)
    assert set(phones.values()) == {1, 2, 3}
    assert 3 <= sum(count > 1 for count in phones.values()) <= 40


def test_people_tell_as_much_as_people_do(customers: list[CustomerDocument]) -> None:
    assert 30 <= sum(customer.first_name is None for customer in customers) <= 120
    assert any(c.birth_date and (c.birth_date.month, c.birth_date.day) == (2, 29) for c in customers)
    assert {customer.sms_consent for customer in customers} == {True, False, None}
    assert all(c.email.isascii() and ".example." in c.email for c in customers if c.email)
    assert all(c.registered_on and c.registered_on <= TODAY for c in customers)
    assert all(c.birth_date < c.registered_on for c in customers if c.birth_date and c.registered_on)
    assert {"Москва", "Подольск", "Химки", "Санкт-Петербург"} <= {c.city for c in customers}


def test_the_catalogue_is_large_and_every_article_has_one_name() -> None:
    articles = Catalogue().articles()
    assert len(articles) >= 150
    assert len({article.sku for article in articles}) == len(articles)
    assert len({(article.name, article.colour) for article in articles}) == len(articles)
    assert len({article.group for article in articles}) == 11


def test_the_same_arguments_give_the_same_shop() -> None:
    one, two, other = (shop(150, seed, today=TODAY) for seed in (7, 7, 8))
    assert list(one.customers) == list(two.customers)
    told = list(one.documents)
    assert told == list(two.documents) == list(one.documents)
    assert told != list(other.documents)


def test_a_small_shop_and_a_short_history_are_fine() -> None:
    tiny = shop(1, 3, today=TODAY, days=1)
    assert len(list(tiny.customers)) == 1
    assert all(document.at.date() <= TODAY for document in tiny.documents)


def test_a_shop_without_customers_is_refused() -> None:
    with pytest.raises(ValueError, match="customer"):
        shop(0, 1, today=TODAY)


def test_documents_go_by_time_and_none_is_after_today(documents: list[Document]) -> None:
    assert all(one.at <= next_one.at for one, next_one in pairwise(documents))
    assert documents[0].at.date() - (TODAY - timedelta(days=730)) <= timedelta(days=3)
    assert TODAY - timedelta(days=1) <= documents[-1].at.date() <= TODAY


def test_a_number_is_used_once_a_year_in_a_shop(documents: list[Document]) -> None:
    keys = Counter((document.shop, document.number, document.at.year) for document in documents)
    assert max(keys.values()) == 1
    assert len({document.shop for document in documents}) == 2
    firsts = {d.number for d in documents if d.at.year == 2026 and d.number.endswith("-000001")}
    assert firsts == {"ШР00-000001", "ИМ00-000001"}


def test_prices_are_positive_and_lines_sum_up(documents: list[Document]) -> None:
    for document in documents:
        assert document.lines
        for line in document.lines:
            assert line.price and line.amount and line.price > 0 and line.amount > 0
            assert line.quantity > 0 and line.discount >= 0
            assert line.amount + line.discount == line_cost(line.price, line.quantity)


def test_an_article_number_means_one_thing(documents: list[Document]) -> None:
    names = defaultdict(set)
    for document in documents:
        for line in document.lines:
            names[line.sku].add((line.name, line.group))
    assert all(len(meanings) == 1 for meanings in names.values())


def test_returns_never_exceed_their_receipts(sales: list[SaleDocument], returns: list[ReturnDocument]) -> None:
    receipts = {(sale.shop, sale.number, sale.at.date()): sale for sale in sales}
    seen: set[tuple[str, str, date]] = set()
    unmatched = 0
    for back in returns:
        key = receipt_key(back)
        assert key not in seen
        seen.add(key)
        if key not in receipts:
            unmatched += 1
            assert key[2] < TODAY - timedelta(days=730)
            continue
        sale = receipts[key]
        assert sale.at < back.at and sale.customer == back.customer
        assert sold_by_sku(back.lines) <= sold_by_sku(sale.lines)
        amounts = {line.sku: line.amount or 0 for line in sale.lines}
        assert all((line.amount or 0) <= amounts[line.sku] for line in back.lines)
    assert unmatched == 2


def test_some_clothes_come_back_whole_and_in_part(sales: list[SaleDocument], returns: list[ReturnDocument]) -> None:
    receipts = {(sale.shop, sale.number, sale.at.date()): sale for sale in sales}
    clothes = sum(any(line.group in CLOTHES for line in sale.lines) for sale in sales)
    assert 0.045 <= share(len(returns), clothes) <= 0.07
    matched = [(back, receipts.get(receipt_key(back))) for back in returns]
    partial = sum(sale is not None and total(back) < total(sale) for back, sale in matched)
    assert 0.15 <= share(partial, len(returns)) <= 0.6
    late = sum(sale is not None and (back.at.date() - sale.at.date()).days > 14 for back, sale in matched)
    assert 0 < share(late, len(returns)) < 0.12


def test_nobody_buys_before_registering(customers: list[CustomerDocument], documents: list[Document]) -> None:
    registered = {customer.ref.code: customer.registered_on for customer in customers}
    for document in documents:
        if document.customer:
            known_since = registered[document.customer.code]
            assert known_since is not None and known_since <= document.at.date()


def test_bonuses_pay_half_at_most_and_in_whole_roubles(sales: list[SaleDocument]) -> None:
    for sale in sales:
        assert 0 <= sale.redeemed <= total(sale) // 2
        assert sale.redeemed % 100 == 0
        assert sale.customer or not sale.redeemed
    assert 0.1 <= share(sum(sale.redeemed > 0 for sale in sales), len(sales)) <= 0.3


def test_nobody_pays_with_more_than_five_percent_of_what_she_bought(sales: list[SaleDocument]) -> None:
    earned: Counter[str | None] = Counter()
    spent: Counter[str | None] = Counter()
    for sale in sales:
        code = sale.customer.code if sale.customer else None
        spent[code] += sale.redeemed
        assert spent[code] <= earned[code]
        earned[code] += total(sale) * 5 // 100


def test_the_mix_of_customers_is_a_shops(
    customers: list[CustomerDocument], sales: list[SaleDocument], returns: list[ReturnDocument]
) -> None:
    turnover: Counter[str | None] = Counter()
    receipts: Counter[str | None] = Counter()
    for sale in sales:
        code = sale.customer.code if sale.customer else None
        turnover[code] += total(sale)
        receipts[code] += 1
    for back in returns:
        turnover[back.customer.code if back.customer else None] -= total(back)
    codes = [customer.ref.code for customer in customers]
    once = sum(receipts[code] == 1 for code in codes)
    middle = sum(50_000_00 <= turnover[code] < 100_000_00 for code in codes)
    top = sum(turnover[code] >= 100_000_00 for code in codes)
    assert 0.4 <= share(once, len(codes)) <= 0.55
    assert 0.09 <= share(middle, len(codes)) <= 0.17
    assert 0.04 <= share(top, len(codes)) <= 0.1
    assert 0.06 <= share(receipts[None], len(sales)) <= 0.1


def test_three_places_three_ways_to_pay_and_a_cashier_at_each(sales: list[SaleDocument]) -> None:
    assert {sale.place for sale in sales} == {"Шоурум", "Сайт", "Доставка"}
    assert {sale.payment for sale in sales} == {"Карта", "СБП", "Наличные"}
    assert all(sale.cashier for sale in sales)
    assert not [sale for sale in sales if sale.place == "Сайт" and sale.payment == "Наличные"]


def test_coats_sell_in_autumn_and_dresses_in_spring(sales: list[SaleDocument]) -> None:
    by_month: dict[str, Counter[int]] = defaultdict(Counter)
    for sale in sales:
        for line in sale.lines:
            by_month[line.group][sale.at.month] += 1
    coats, dresses = by_month["Верхняя одежда"], by_month["Платья"]
    assert coats[10] > 3 * coats[7]
    assert dresses[4] > dresses[10]


def test_nobody_buys_a_sundress_in_january(sales: list[SaleDocument]) -> None:
    for sale in sales:
        bought = " ".join(line.name for line in sale.lines)
        assert sale.at.month in range(4, 9) or "Сарафан" not in bought
        assert sale.at.month not in range(4, 9) or "Пуховик" not in bought


def test_sales_months_have_more_discounts(sales: list[SaleDocument]) -> None:
    def discounted(months: set[int]) -> float:
        lines = [line for sale in sales if sale.at.month in months for line in sale.lines]
        return share(sum(line.discount > 0 for line in lines), len(lines))

    assert discounted({1, 7}) > 0.35
    assert discounted({4, 5, 9, 10}) < 0.15
