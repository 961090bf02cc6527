"""Who answers the question that is being made: how many, what they are worth, some of them with their figures."""

import pandas as pd
import streamlit as st

from loyalty import ui, wording
from loyalty.errors import Refused
from loyalty.segments import explaining
from loyalty.segments import tree as trees
from loyalty.segments.building.draft import Draft
from loyalty.segments.evaluating import Evaluator
from loyalty.segments.sentences import condition, sentence
from loyalty.segments.tree import All, Is, Tree
from loyalty.segments.worth import Worth, worth
from pages._addresses import CUSTOMER
from pages._segment_edit.conditions import Marks

WHOLE = 10_000  # hundredths of a percent


def count(evaluator: Evaluator, tree: Tree, unfinished: int) -> int | None:
    """The figure that is looked at while one clicks, and the shares; None where it can't be asked, and why."""
    try:
        found = worth(evaluator, evaluator.mask(tree))
    except Refused as why:
        ui.field_error(str(why))
        return None
    people = wording.form(found.customers, "клиент", "клиента", "клиентов")
    st.header(f"{wording.number(found.customers)} {people}", anchor=False)
    st.caption("  \n".join(_shares(found)))
    if unfinished:
        left = wording.plural(unfinished, "условия", "условий", "условий")
        st.caption(f":orange[Без {left}: ещё не дописано]")
    return found.customers


def _shares(found: Worth) -> list[str]:
    """«5,4 % базы · 12 % выручки», «средний чек 3 400 ₽»."""
    shares = (
        f"{_share(found.customers, found.everybody)} базы · {_share(found.revenue, found.revenue_of_all)} выручки"
    )
    average = found.average
    return [shares, "чеков не было" if average is None else f"средний чек {wording.roubles_round(average)}"]


def _share(part: int, whole: int) -> str:
    """In percent, with a decimal where it is small."""
    hundredths = round(part * WHOLE / whole) if whole else 0
    return wording.percent(round(hundredths, -2 if hundredths >= 1_000 else -1))


def counts(evaluator: Evaluator, draft: Draft, marks: Marks) -> None:
    """How many each condition and group alone lets through, beside it."""
    for part, _ in draft.walk():
        tree = part.tree
        if part.id not in marks or tree is None:
            continue
        alone = explaining.count(evaluator, tree)
        with marks[part.id]:
            words = "—" if alone is None else wording.number(alone)
            st.markdown(f":orange[{words}]" if not alone else f":gray[{words}]", width="content")


def hint(evaluator: Evaluator, tree: Tree) -> None:
    """Which condition empties the segment: how many there would be without it."""
    if not isinstance(tree, All) or len(tree.of) < 2:
        return
    rest = [(explaining.count(evaluator, All(tree.of[:at] + tree.of[at + 1 :])) or 0, one)
            for at, one in enumerate(tree.of)]  # fmt: skip
    most, one = max(rest, key=lambda each: each[0])
    if most:
        st.caption(
            f"Вместе всем условиям не отвечает никто. Без условия «{ui.plain(condition(one))}» "
            f"было бы {wording.number(most)}"
        )


def said(tree: Tree, missing: list[str]) -> None:
    """The whole sentence; what it names and the shop does not have."""
    st.markdown(ui.plain(sentence(tree)))
    for gone in missing:
        st.warning(ui.plain(gone), icon=":material/link_off:")


def sample(evaluator: Evaluator, tree: Tree) -> None:
    """Some who answer, each with the figures that the conditions went by; a row opens the card."""
    found = explaining.sample(evaluator, tree)
    if not found.members:
        st.caption("Пока никто не подходит")
        return
    headings = _headings(found.criteria)
    frame = pd.DataFrame(
        [(member.name, *member.figures) for member in found.members],
        columns=["Клиент", *headings],
        index=[member.id for member in found.members],
    )
    ui.table(
        frame, {}, alt="Примеры клиентов сегмента", key="segment-sample", address="customer?id={}",
        on_open=lambda id_: st.switch_page(CUSTOMER, query_params={"id": str(id_)}),
        phone=ui.Lines("Клиент", note=" · ".join(f"{{{heading}}}" for heading in headings)),
    )  # fmt: skip


def _headings(criteria: tuple[Is, ...]) -> list[str]:
    """The names of criteria, told apart by what is asked where one stands twice."""
    titles = [one.criterion.title for one in criteria]
    found: list[str] = []
    for one in criteria:
        title = one.criterion.title
        if titles.count(title) > 1:
            names = [name for _, some in explaining.asked_names(one) for name in some]
            title = f"{title}: {names[0]}" if names else title
        found.append(title if title not in found else f"{title} ({found.count(title) + 1})")
    return found


def missing(evaluator: Evaluator, tree: Tree) -> list[str]:
    """What the question names and is gone."""
    return explaining.missing(evaluator.session, tree) if any(trees.criteria(tree)) else []
