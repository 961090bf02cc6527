"""What a segment shows of its members, counted by hand on the small shop; ready segments; lists from files."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook
from sqlmodel import Session

from loyalty import acts, settings
from loyalty.errors import LoyaltyError, Refused
from loyalty.files import phone_list
from loyalty.reports.customers import listed as customers
from loyalty.reports.segments import goods, members, page
from loyalty.reports.segments import listed as segments
from loyalty.reports.segments.goods import standing_out, times
from loyalty.segments import membership, ready, stored
from loyalty.segments.evaluating import Evaluator
from loyalty.segments.tree import is_
from tests.pages.factory import TODAY, small_shop

HERS = "РФМ: Растущие"  # Maria: two purchases, the last nine days ago
HIS = "РФМ: Случайные"  # Pyotr: one, a year and nineteen days ago
ZONE = "Europe/Moscow"


@pytest.fixture
def shop(session: Session) -> Session:
    """The small shop with its ready segments, counted once."""
    small_shop(session)
    ready.add_missing(session)
    refresh(session)
    return session


def refresh(session: Session, later: int = 0) -> None:
    """As at noon of a day."""
    day = TODAY + timedelta(days=later)
    membership.refresh(session, settings.day_starts(day, ZONE) + timedelta(hours=12), day)


# --- Ready segments ----------------------------------------------------------------------------------------


def test_the_cells_are_of_everybody_who_has_bought_and_of_nobody_twice(shop: Session) -> None:
    evaluator = Evaluator(shop, TODAY)
    masks = [evaluator.mask(cell.tree) for cell in ready.CELLS]
    whole = evaluator.mask(is_("purchases_count", **{"from": 1}))
    assert (sum(mask.astype(int) for mask in masks) == whole).all()


def test_every_count_of_days_and_purchases_has_one_cell() -> None:
    for days in (0, 1, 59, 60, 61, 180, 181, 365, 366, 5_000):
        for count in (1, 2, 3, 4, 100):
            fitting = [
                cell.name
                for cell in ready.CELLS
                if cell.days.low <= days <= (cell.days.high or days)
                and cell.times.low <= count <= (cell.times.high or count)
            ]
            assert len(fitting) == 1, (days, count, fitting)


def test_ready_segments_are_made_once_and_a_deleted_one_stays_deleted(session: Session) -> None:
    assert len(ready.add_missing(session)) == 20
    membership.delete(session, "Разовые")
    stored.rename(session, "Новые", "Свежие")
    assert ready.add_missing(session) == []
    names = {one.name for one in stored.everything(session)}
    assert "Разовые" not in names and {"Свежие", "Постоянные", HERS} <= names


def test_a_segment_of_the_same_name_stays_as_she_made_it(session: Session) -> None:
    act = acts.begin(session, acts.Origin.SCREEN)
    stored.add(session, "Новые", is_("available", **{"from": 1}), act)
    assert "Новые" not in ready.add_missing(session)
    assert not stored.get(session, "Новые").is_ready_made


def test_their_first_filling_moves_nobody(shop: Session) -> None:
    assert [len(membership.members(shop, name)) for name in (HERS, HIS)] == [1, 1]
    assert page.passages(shop, HERS).empty
    assert (segments.of(Evaluator(shop, TODAY), stored.get(shop, HERS))).entered == 0


# --- The list ----------------------------------------------------------------------------------------------


def test_the_list_counts_members_their_revenue_and_who_moved(shop: Session) -> None:
    refresh(shop, later=55)  # the last purchase is 64 days ago now
    rows = segments.frame(segments.listed(shop, TODAY + timedelta(days=55)))
    her = rows.loc["РФМ: Остывающие"]
    assert her[["Клиентов", "От базы", "От выручки", "Средний чек", "Вошло", "Вышло"]].tolist() == [
        1, 50_00, 78_90, 7_500_00, 1, 0,
    ]  # fmt: skip
    assert rows.loc[HERS, ["Клиентов", "Средний чек", "Вошло", "Вышло"]].tolist() == [0, None, 0, 1]


def test_acceptance_32_what_a_segment_names_and_is_gone_is_told_in_the_list(shop: Session) -> None:
    act = acts.begin(shop, acts.Origin.SCREEN)
    stored.add(shop, "Платиновые", is_("level", **{"in": ["Платиновый", "Базовый"]}), act)
    told = segments.frame(segments.listed(shop, TODAY))["Что не так"]
    assert told["Платиновые"] == "Уровня «Платиновый» больше нет ни в программе, ни у клиентов"
    assert [words for name, words in told.items() if words] == [told["Платиновые"]]


def test_a_segment_never_counted_shows_no_figures(session: Session) -> None:
    small_shop(session)
    ready.add_missing(session)
    rows = segments.frame(segments.listed(session, TODAY))
    assert rows["Клиентов"].isna().all() and rows["От выручки"].isna().all()


def test_a_cell_is_known_by_its_question_and_counted_without_a_segment(shop: Session) -> None:
    stored.rename(shop, HERS, "Мои растущие")
    membership.delete(shop, HIS)
    listed = segments.listed(shop, TODAY)
    cells = {cell.of.segment: cell for cell in segments.cells(shop, TODAY, listed.rows)}
    assert (cells[HERS].name, cells[HERS].worth.customers, cells[HERS].worth.revenue) == (
        "Мои растущие", 1, 15_000_00,
    )  # fmt: skip
    assert (cells[HIS].name, cells[HIS].worth.customers, cells[HIS].worth.revenue) == (None, 1, 4_000_00)


# --- One segment -------------------------------------------------------------------------------------------


def test_a_segment_beside_all_customers(shop: Session) -> None:
    found = page.load(shop, HERS, TODAY)
    assert (found.worth.customers, found.worth.revenue, found.worth.average) == (1, 15_000_00, 7_500_00)
    assert (found.worth.everybody, found.worth.revenue_of_all) == (2, 19_000_00)
    assert (found.again, found.again_of_all) == ((1, 1), (2, 1))
    assert (found.again.share, found.again_of_all.share, found.gone) == (100_00, 50_00, ())


def test_revenue_by_month_takes_returns_off_and_the_last_month_is_not_over(shop: Session) -> None:
    of, months = goods.months(shop, stored.get(shop, HERS).id, TODAY)
    by = months.set_index("Месяц")
    assert by.loc["Январь 2026"].tolist() == [12_000_00, 1, 12_000_00]
    assert by.loc["Февраль 2026"].tolist() == [3_000_00, 2, 2_000_00]
    assert by.loc["Март 2026"].tolist() == [0, 0, None]
    assert (len(by), of.running) == (12, 11)


def test_goods_are_what_was_bought_within_the_year_and_kept(shop: Session) -> None:
    mine = goods.bought(shop, TODAY, stored.get(shop, HERS).id)
    assert (mine.buyers, mine.groups) == (1, {"Одежда": 1})
    assert mine.goods == {"Платье": 1, "Шарф": 1, "Туфли": 1}  # the skirt came back
    everybody = goods.bought(shop, TODAY)
    assert everybody == mine  # the coat was bought before the year began


def test_levels_and_places_are_shares_of_each_whole(shop: Session) -> None:
    id_ = stored.get(shop, HERS).id
    levels = page.levels(shop, id_, customers.levels(shop, TODAY))
    assert levels.iloc[0].tolist() == ["Базовый", 1, 100_00, 100_00]
    places = page.places(shop, id_, TODAY)
    assert places.to_numpy().tolist() == [["Шоурум", 3, 100_00, 100_00]]


def test_passages_and_sizes_follow_the_record(shop: Session) -> None:
    for later in (1, 55):
        refresh(shop, later)
    moved = page.passages(shop, HERS)
    assert moved[["Клиент", "Что"]].to_numpy().tolist() == [["Алёшина Мария Сергеевна", "вышел"]]
    assert moved["Когда"].iloc[0].date() == TODAY + timedelta(days=55)
    sizes = page.sizes(shop, stored.get(shop, HERS), TODAY + timedelta(days=56))
    assert sizes["Клиентов"].tolist() == [1] * 55 + [0]
    assert sizes["День"].iloc[0] == TODAY + timedelta(days=1)


def test_the_list_of_members_now_and_on_a_day(shop: Session) -> None:
    refresh(shop, later=55)
    id_ = stored.get(shop, HERS).id
    for on, count in ((None, 0), (TODAY, 0), (TODAY + timedelta(days=1), 1), (TODAY + timedelta(days=55), 1)):
        wanted = members.wanted(shop, id_, on=on)
        found = customers.everyone(shop, wanted, TODAY, sort="Клиент", descending=False)
        assert customers.count(shop, wanted, TODAY) == len(found) == count, on
        if on:
            assert list(found.index) == list(membership.inside_on(shop, HERS, on))


def test_who_uses_a_segment_keeps_it_from_being_deleted(shop: Session) -> None:
    stored.add(shop, "Все растущие", is_("segment", name=HERS), acts.begin(shop, acts.Origin.SCREEN))
    with pytest.raises(Refused, match="«Все растущие»"):
        membership.delete(shop, HERS)


# --- What stands out ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("mine", "buyers", "of_all", "all_buyers", "said"),
    [
        (20, 40, 300, 1_500, "в 2,5 раза чаще"),
        (40, 40, 300, 1_500, "в 5 раз чаще"),
        (40, 40, 500, 1_500, "в 3 раза чаще"),
        (0, 100, 500, 1_500, "не берут"),
        (10, 100, 500, 1_500, "в 3,3 раза реже"),
    ],
)
def test_a_lift_in_words(mine: int, buyers: int, of_all: int, all_buyers: int, said: str) -> None:
    (found,) = standing_out({"Платья": mine}, buyers, {"Платья": of_all}, all_buyers)
    assert times(found).replace("\u00a0", " ") == said
    assert (found.share, found.share_of_all) == (mine / buyers, of_all / all_buyers)


@pytest.mark.parametrize(
    ("mine", "buyers", "of_all", "all_buyers"),
    [
        (9, 9, 30, 3_000),  # nine buyers are few, however much more often
        (10, 10, 29, 3_000),  # so are 29 of all customers
        (21, 100, 300, 1_500),  # 21 % and 20 % differ by chance
        (550, 1_000, 750, 1_500),  # surely, but hardly
        (0, 0, 300, 1_500),
    ],
)
def test_what_may_be_chance_or_is_little_is_not_shown(mine: int, buyers: int, of_all: int, all_buyers: int) -> None:
    assert standing_out({"Платья": mine}, buyers, {"Платья": of_all}, all_buyers) == []


# --- A list from a file ------------------------------------------------------------------------------------

ROWS = [
    ("Имя", "Телефон"),
    ("Маша", "8 (916) 123-45-67"),
    ("Петя", "+7 903 765-43-21"),
    ("Чужая", "8 900 000-00-01"),
    ("Маша снова", "79161234567"),
    ("", ""),
    ("Без номера", ""),
    ("Ошибка", "12345"),
]


def text(path: Path, encoding: str) -> Path:
    path.write_bytes("\r\n".join(";".join(row) for row in ROWS).encode(encoding))
    return path


def book(path: Path) -> Path:
    made = Workbook()
    for row in ROWS:
        made.active.append(row)
    made.save(path)
    return path


@pytest.mark.parametrize("kind", ["utf-8-sig", "cp1251", "utf-16", "xlsx"])
def test_a_list_of_phones_finds_customers_and_tells_who_is_not_one(
    shop: Session, tmp_path: Path, kind: str
) -> None:
    path = book(tmp_path / "список.xlsx") if kind == "xlsx" else text(tmp_path / "список.csv", kind)
    found = phone_list.read(shop, path)
    assert (found.found, found.repeated) == (("+79161234567", "+79037654321"), 1)
    assert [(one.row, one.reason) for one in found.unfound] == [
        (4, "такого клиента нет"), (7, "телефона нет"), (8, "это не похоже на номер телефона"),
    ]  # fmt: skip


def test_a_text_of_phones_alone_needs_no_heading(shop: Session, tmp_path: Path) -> None:
    (tmp_path / "список.txt").write_text("+7 916 123-45-67\n+7 903 765-43-21\n", encoding="utf-8")
    found = phone_list.read(shop, tmp_path / "список.txt")
    assert (len(found.found), found.unfound) == (2, ())


@pytest.mark.parametrize(
    ("content", "said"),
    [(b"", "пуст"), ("Имя;Город\nАнна;Москва\n".encode(), "не нашлось телефонов"), (b"\x89PNG\r\n", "картинка")],
)
def test_a_file_without_phones_is_refused_by_a_sentence(
    shop: Session, tmp_path: Path, content: bytes, said: str
) -> None:
    (tmp_path / "файл.csv").write_bytes(content)
    with pytest.raises(LoyaltyError, match=said):
        phone_list.read(shop, tmp_path / "файл.csv")


def test_a_hundred_thousand_phones_become_a_segment(shop: Session, tmp_path: Path) -> None:
    """Acceptance 27; how long pages and refreshes take, bench/segments judges."""
    phones = [f"8{9_000_000_100 + at}" for at in range(99_999)]
    (tmp_path / "много.txt").write_text("\n".join([*phones, "8 916 123-45-67"]), encoding="utf-8")
    found: Any = phone_list.read(shop, tmp_path / "много.txt")
    assert (found.found, len(found.unfound)) == (("+79161234567",), 99_999)
    whole = is_("phones", list=[*phones, "8 916 123-45-67"])
    assert Evaluator(shop, TODAY).count(whole) == 1
