"""Every part of loyalty/ui in every state, on invented figures: for whoever builds the next screen.

`python -m tests.gallery` serves it.
"""

from datetime import date, timedelta

import pandas as pd
import streamlit as st
from starlette.middleware import Middleware

from loyalty import front, ui, wording
from loyalty.errors import LoyaltyError
from loyalty.wording import Change

TODAY = date(2026, 11, 20)
PEOPLE = pd.DataFrame(
    {
        "Клиент": ["Петрова Анна", "Константинопольская Александра Вячеславовна", "**b** $x$ [a](https://x) <b>"],
        "Уровень": ["Золотой", "Базовый", "Базовый"],
        "Доступно": [875_100, 0, 12_050],
        "Сгорит": [924_500, None, 12_050],
        "Когда": [date(2027, 11, 14), None, date(2026, 12, 1)],
    },
    index=[1, 2, 3],
)
KINDS: dict[str, ui.Kind] = {"Доступно": "bonuses", "Сгорит": "bonuses", "Когда": "day"}
PHONE = ui.Lines("Клиент", "Доступно", note="{Уровень}", aside="сгорит {Сгорит} · {Когда}")
MONTHS = ("дек", "янв<br>2026", "фев", "мар", "апр", "май", "июн", "июл", "авг", "сен", "окт", "ноя")


def header() -> None:
    """The title, its marks, what the page is for, and its one action at the right."""
    badges = [
        ui.Badge("Золотой · 10 %", "orange"),
        ui.Badge("Согласие на рекламу по SMS", "green", "check"),
        ui.Badge("Отказ от рекламы по SMS"),
    ]
    with ui.header("Клиенты", "Найти клиента, посмотреть его бонусы и покупки", badges):
        st.button("Новая версия", type="primary", icon=":material/add:")
    with ui.section("Раздел страницы", hint="Одной строкой: что здесь") as actions:
        actions.button("Excel", icon=":material/download:")
        st.markdown("Обычный текст раздела.")


def figures() -> None:
    """Figures of one height: grown, fallen, neither good nor bad, with a past, leading somewhere."""
    past = [3, 5, 4, 8, 12, 11, 15]
    ui.figures(
        [
            ui.Figure("Выручка", "40,4 млн ₽", change=Change("↑ +38 %", "больше, чем год назад", True), past=past),
            ui.Figure("Чеки", "5 378", change=Change("↓ −12 %", "меньше, чем год назад", False), past=past[::-1]),
            ui.Figure("Покупатели", "41", of="из 63", help="Клиенты, у которых за это время есть чек"),
            ui.Figure("Должны бонусами", "1 815 365", change=Change("↑ +116 %", "больше, чем было", None)),
        ],
        key="part figures",
    )


def table() -> None:
    """Rows that open, and a row that is chosen with what it shows beside; two lines a row on a phone."""
    ui.table(PEOPLE, KINDS, alt="Строки открываются", key="part table", phone=PHONE, on_open=lambda id_: None)
    ui.table(PEOPLE, KINDS, alt="Строка выбрана", key="part chosen", phone=PHONE, selected="first")


def listed() -> None:
    """Words in a table, two of a kind compared, tasks with their step, links."""
    ui.words_table(
        ["Откуда", "Осталось", "Сгорят"], [["Бонусы за чек 000435 от 28.02.2026", "1 048", "14.11.2027"]]
    )
    rows = [("Телефоны", "+7 981 000-56-43", "+7 987 000-44-22", True), ("Карты", "20000045", "", False)]
    one, other = (ui.Compared(name, "customer?id=1") for name in ("Романова Виктория", "Романова В. Е."))
    ui.compared((one, other), rows, key="part compared")
    with ui.task("local_fire_department", "До 27.11 сгорят бонусы у 13 клиентов", "Всего 10 163 бонуса"):
        st.button("Посмотреть список", type="tertiary", key="part task")
    with ui.task("power_off", "Фоновая служба не запущена", "Файлы не загружаются", is_trouble=True):
        st.button("Открыть журнал", type="tertiary", key="part trouble")


def charts() -> None:
    """Bars whose last month still goes on, and steps with today and what is ahead."""
    sums = [at * 40_000_00 + 90_000_00 for at in (5, 3, 3, 6, 4, 4, 5, 4, 5, 9, 11, 7)]
    others = [amount // 8 for amount in sums]
    titles = [f"Месяц {at}" for at in range(1, 13)]
    members = ui.series("Участники программы", sums, wording.roubles_round, ui.ACCENT)
    nobody = ui.series("Без карты", others, wording.roubles_round, ui.GREY)
    ui.chart(
        ui.bars(MONTHS, titles, [members, nobody], unit="₽", stacked=True, running=11),
        alt="Выручка по месяцам",
        key="part bars",
    )
    days = [TODAY + timedelta(days=at) for at in (-300, -200, -90, 0, 14, 360, 420)]
    values = [0.0, 4_000, 2_500, 2_500, 3_000, 0, 0]
    said = [wording.number(round(value)) for value in values]
    ui.chart(ui.steps(days, values, today=TODAY, said=said), alt="Сколько доступно", key="part steps")


def matrix() -> None:
    """Two scales: a cell tinted by its share, nearly nothing of it, none."""
    lead = ui.Lead("Открыть сегмент", "pages/segments.py")
    ui.matrix(
        ["до 60 дней", "больше года"],
        ["4 покупки и больше", "1 покупка"],
        [
            [
                ui.Square("Чемпионы", "4 495", "61 % выручки", lead, "Благодарите первыми", 0.61),
                ui.Square("Ушедшие лояльные", "953", "6,6 % выручки", lead, "Спросите, что случилось", 0.066),
            ],
            [
                ui.Square("Новички", "1 426", "1,9 % выручки", lead, "Доведите до второй покупки", 0.019),
                ui.Square("Случайные", "0", "0 % выручки", lead),
            ],
        ],
        alt="Клиенты по давности и числу покупок",
        key="part matrix",
    )


def funnel() -> None:
    """From everyone to who is left: a row with people opens them."""
    ui.funnel(
        [
            ui.Rung("Все клиенты", 2_000),
            ui.Rung("Сегмент «Спящие с бонусами», кроме «Чемпионов» и тех, кому писали в ноябре", 640),
            ui.Rung("Нет согласия на рекламу", 420, 220, "no_consent"),
            ui.Rung("Писали недавно", 400, 20, "too_often"),
            ui.Rung("Получат", 400, key="reached", is_end=True),
        ],
        key="part funnel",
        alt="Кто получит",
    )


def placing() -> None:
    """A text, and words to put into it."""
    st.text_area("Текст", "{имя}, ждём вас!", key="part text")
    ui.placing(
        "Текст", [ui.Word(word, f"{{{word}}}", word) for word in ("имя", "бонусы", "магазин")], key="part words"
    )


def form() -> None:
    """A form whose mistakes stand under their fields, all at once."""
    with ui.form("part-form", {"name": "", "sum": None}) as opened, st.container(border=True):
        opened.field(st.text_input, "name", "Как называется магазин", placeholder="Например, Шоурум «Лето»")
        opened.field(st.number_input, "sum", "Сколько бонусов", min_value=1)
        opened.tell({"name": "Напишите, как называется магазин", "sum": "Укажите, сколько бонусов подарить"})
        st.button("Сохранить", type="primary", disabled=True)


def dialog() -> None:
    """What costs or cannot be undone is asked once, in a dialog, with its sum."""
    if st.button("Открыть диалог"):
        _dialog()


@st.dialog("Забрать подарок?")
def _dialog() -> None:
    ui.lines(["Доступно: 500 → 0", "Ждёт: 350"])
    st.button("Забрать подарок", type="primary")


def empty() -> None:
    """What will be here, and the step that fills it."""
    ui.empty("Здесь будут клиенты", "Они появятся из продаж 1С: по коду, карте или телефону в чеке.", icon="group")


def errors() -> None:
    """A mistake in place of what it spoiled, and under a field."""
    with ui.explained():
        raise LoyaltyError("Файл «продажи **июль**.xlsx» защищён паролем: снимите пароль и загрузите снова")
    ui.field_error("Телефон из 9 цифр: одной не хватает")


def progress() -> None:
    """Long work: how far, and that it may be left; a skeleton where a part is still counted."""
    st.progress(0.62, "Загружается «продажи.xlsx»: записываю, 62 %")
    st.caption("Можно уйти с этого экрана: загрузка продолжится")
    st.skeleton(height=80)


PARTS = {
    "header": header,
    "figures": figures,
    "table": table,
    "list": listed,
    "chart": charts,
    "matrix": matrix,
    "funnel": funnel,
    "placing": placing,
    "form": form,
    "dialog": dialog,
    "empty": empty,
    "error": errors,
    "progress": progress,
}


def show() -> None:
    """The gallery, a container a part."""
    st.set_page_config(page_title="Части экранов", layout="wide")
    ui.frame()
    for name, part in PARTS.items():
        st.caption(f"{name}: {(part.__doc__ or '').strip()}")
        with st.container(key=f"part-{name}"):
            part()


app = st.App(__file__, middleware=[Middleware(front.InRussian)])

if __name__ == "__main__":  # a viewer's run of the script; the server itself imports this file
    show()
