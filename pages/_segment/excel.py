"""A segment as one Excel file: who they are, what they buy, how it moves, a sheet each."""

from datetime import date

import pandas as pd

from loyalty import db, ui, wording
from loyalty.reports.customers import listed
from loyalty.reports.segments import goods
from loyalty.reports.segments import listed as list_report
from loyalty.reports.segments import members as segment_members
from loyalty.reports.segments import page as report
from loyalty.segments.sentences import sentence
from loyalty.segments.stored import Saved
from pages import _people_list
from pages._segment import bought as segment_bought
from pages._segment import moves as segment_moves

Sheets = dict[str, tuple[pd.DataFrame, dict[str, ui.Kind]]]


def sheets(saved: Saved, today: date) -> Sheets:
    """Each table by the title of its sheet."""
    with db.reading() as session:
        mark = list_report.mark(session, today)
        found = report.load(session, saved.name, today)
        wanted = segment_members.wanted(session, saved.id)
        sort, descending = listed.NEWEST
        members = listed.everyone(session, wanted, today, sort=sort, descending=descending)
        moves = report.passages(session, saved.name)
        sizes = report.sizes(session, saved, today)
    bought = segment_bought.counted(mark, saved.id, today)
    lift = segment_bought.LIFT_KINDS
    return {
        "О сегменте": (about(found, today), {}),
        "Клиенты": (members, _people_list.KINDS),
        "По месяцам": (bought.months, segment_bought.MONTH_KINDS),
        "Группы товаров": (goods.frame(bought.groups, "Группа"), lift),
        "Товары": (goods.frame(bought.goods, "Товар"), lift),
        "Уровни": (bought.levels, segment_bought.MIX_KINDS),
        "Места продаж": (bought.places, segment_bought.MIX_KINDS),
        "Кто вошёл и вышел": (moves, segment_moves.KINDS),
        "Размер по дням": (sizes, segment_moves.SIZE_KINDS),
    }


def about(found: report.Segment, today: date) -> pd.DataFrame:
    """The segment in words: «Показатель», «Значение»."""
    mine = found.worth
    share = list_report.share(mine.customers, found.worth_of_all.customers)
    of_revenue = list_report.share(mine.revenue, found.worth_of_all.revenue)
    rows = {
        "Сегмент": found.saved.name,
        "Кто в нём": sentence(found.saved.tree),
        "На день": wording.day(today),
        "Клиентов": wording.number(mine.customers),
        "Доля базы": "" if share is None else wording.percent(share),
        "Выручка": wording.roubles(mine.revenue),
        "Доля выручки": "" if of_revenue is None else wording.percent(of_revenue),
        "Средний чек": "" if mine.average is None else wording.roubles(mine.average),
        "Купили снова": "" if found.again.share is None else wording.percent(found.again.share),
        "Доступно бонусов": wording.bonuses(found.available),
    }
    return pd.DataFrame({"Показатель": list(rows), "Значение": list(rows.values())}, dtype=object)
