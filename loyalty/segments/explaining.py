"""Why somebody is in a segment, what each condition alone lets through, who is in it with which figures."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple, TypeAlias

import numpy as np
from sqlalchemy import Row, select
from sqlmodel import Session

from loyalty.errors import Refused
from loyalty.models import customers
from loyalty.reports.customers import faces
from loyalty.segments import offers
from loyalty.segments import tree as trees
from loyalty.segments.criteria import saying
from loyalty.segments.evaluating import Evaluator, Mask
from loyalty.segments.parameters import Names, Source
from loyalty.segments.sentences import condition
from loyalty.segments.tree import Is, Not, Tree

SAMPLE, COLUMNS_MAX = 10, 6
UNASKABLE = "нельзя узнать"

Path: TypeAlias = tuple[int, ...]
"""A part of a tree: the place within each group on the way down; of a `not` the only one is 0."""


class Verdict(NamedTuple):
    """A part of a tree about one customer; `is_met` None where it can't be asked, `figure` of a criterion alone."""

    words: str
    is_met: bool | None
    figure: str
    tree: Tree
    parts: tuple["Verdict", ...]


class Member(NamedTuple):
    """A customer of a sample, with her figure of each criterion."""

    id: int
    name: str
    figures: tuple[str, ...]


class Sample(NamedTuple):
    """Some who answer, and what the figures are of."""

    criteria: tuple[Is, ...]
    members: tuple[Member, ...]


def places(tree: Tree, at: Path = ()) -> Iterator[tuple[Path, Tree]]:
    """Every part of a tree by its place, the whole first."""
    yield at, tree
    for number, part in enumerate(inside_of(tree)):
        yield from places(part, (*at, number))


def inside_of(tree: Tree) -> tuple[Tree, ...]:
    """The parts that a tree is made of."""
    if isinstance(tree, Is):
        return ()
    return (tree.of,) if isinstance(tree, Not) else tree.of


def alone(evaluator: Evaluator, tree: Tree) -> dict[Path, int | None]:
    """How many customers each part of a tree alone lets through; None where it can't be asked."""
    return {place: count(evaluator, part) for place, part in places(tree)}


def count(evaluator: Evaluator, tree: Tree) -> int | None:
    """How many customers a part of a tree alone lets through; None where it can't be asked."""
    mask = _asked(evaluator, tree)
    return None if mask is None else int(np.count_nonzero(mask))


def _asked(evaluator: Evaluator, tree: Tree) -> Mask | None:
    try:
        return evaluator.mask(tree)
    except Refused:  # a segment that is gone
        return None


def why(evaluator: Evaluator, tree: Tree, customer_id: int) -> Verdict:
    """Each part of a tree, met by a customer or not, with her figures."""
    mask = _asked(evaluator, tree)
    is_met = None if mask is None else bool(customer_id < len(mask) and mask[customer_id])
    one = tree.of if isinstance(tree, Not) else tree
    if isinstance(one, Is):
        figure = UNASKABLE if is_met is None else figures(evaluator, one, [customer_id])[customer_id]
        return Verdict(condition(tree), is_met, figure, tree, ())
    parts = tuple(why(evaluator, part, customer_id) for part in inside_of(tree))
    return Verdict(condition(tree), is_met, "", tree, parts)


def figures(evaluator: Evaluator, one: Is, ids: Iterable[int]) -> dict[int, str]:
    """The figure that a criterion goes by, in words, of these customers."""
    wanted = list(ids)
    known = _known(evaluator, one, wanted)
    return {id_: one.criterion.tell(known.get(id_), one.told, evaluator.scope) for id_ in wanted}


def _known(evaluator: Evaluator, one: Is, ids: Sequence[int]) -> dict[int, Row[Any]]:
    if one.criterion.name == "segment":  # evaluated as its own tree: there are no rows but those inside
        inside = evaluator.mask(one)
        known = [id_ for id_ in ids if id_ < len(inside) and inside[id_]]
        mine = select(customers.c.id.label("customer_id")).where(customers.c.id.in_(known))
    else:
        rows = one.criterion.measure(one.told, evaluator.scope).figures
        mine = select(rows).where(rows.c.customer_id.in_(ids))
    return {row.customer_id: row for row in evaluator.session.connection().execute(mine)}


def sample(evaluator: Evaluator, tree: Tree, limit: int = SAMPLE, columns: int = COLUMNS_MAX) -> Sample:
    """Some who answer, from the first customer to the latest, and their figures of the first few criteria."""
    ids = evaluator.ids(tree)
    some = [int(id_) for id_ in ids[np.unique(np.linspace(0, len(ids) - 1, min(limit, len(ids))).astype(int))]]
    different = {trees.key(one): one for one in trees.criteria(tree)}
    criteria = tuple(different.values())[:columns]
    told = [figures(evaluator, one, some) for one in criteria]
    called = faces.of(evaluator.session, some)
    members = (Member(id_, called[id_].name, tuple(by_id[id_] for by_id in told)) for id_ in some)
    return Sample(criteria, tuple(members))


# --- What is named and gone -------------------------------------------------------------------------------

_GONE = {
    Source.LEVELS: ("Уровня", "Уровней", "больше нет ни в программе, ни у клиентов"),
    Source.CITIES: ("Города", "Городов", "нет ни у одного клиента"),
    Source.SOURCES: ("Источника", "Источников", "нет ни у одного клиента"),
    Source.PLACES: ("Места продажи", "Мест продажи", "нет ни в одном чеке"),
    Source.SHOPS: ("Магазина", "Магазинов", "нет ни в одном чеке"),
    Source.GROUPS: ("Группы товаров", "Групп товаров", "нет ни в одном чеке"),
    Source.ARTICLES: ("Товара", "Товаров", "нет ни в одном чеке"),
    Source.SEGMENTS: ("Сегмента", "Сегментов", "больше нет"),
    Source.CAMPAIGNS: ("Рассылки", "Рассылок", "больше нет"),
}


def missing(session: Session, tree: Tree) -> list[str]:
    """What a tree names and the shop does not have (any more): a sentence a kind."""
    named: dict[Source, dict[str, None]] = {}
    for criterion in trees.criteria(tree):
        for source, names in asked_names(criterion):
            named.setdefault(source, {}).update(dict.fromkeys(names))
    found = []
    for source, wanted in named.items():
        known = offers.existing(session, source, wanted)
        if gone := [name for name in wanted if name not in known]:
            one, many, nowhere = _GONE[source]
            found.append(f"{one if len(gone) == 1 else many} {saying.either(gone)} {nowhere}")
    return found


NAMED_ONE = {"segment": Source.SEGMENTS, "campaign": Source.CAMPAIGNS}
"""What the `name` of a criterion is a name of."""


def asked_names(one: Is) -> Iterator[tuple[Source, tuple[str, ...]]]:
    """The names that a criterion is told, by what they are names of."""
    for parameter in one.criterion.parameters:
        if isinstance(parameter, Names) and parameter.name in one.told:
            yield parameter.of, one.told[parameter.name]
    if (source := NAMED_ONE.get(one.criterion.name)) is not None:
        yield source, (one.told["name"],)
