"""A question as one condition on customers, for lists that the database finds, sorts and pages itself.

What answers it is what `evaluating` answers: both ask the criteria.
"""

from typing import Any

from sqlalchemy import ColumnElement, and_, false, or_, true
from sqlalchemy.sql.visitors import replacement_traverse

from loyalty.models import customers
from loyalty.segments.scope import Scope
from loyalty.segments.tree import All, Is, Not, Tree


def condition(tree: Tree, scope: Scope) -> ColumnElement[bool]:
    """Who answers; of a tree that asks for no other segment, of the shop `as_kept`."""
    if isinstance(tree, Is):
        measure = tree.criterion.measure(tree.told, scope)
        if measure.rows is scope.people:
            return _of_herself(measure.holds, scope)
        if measure.nothing_holds:
            return customers.c.id.not_in(measure.unsatisfied)
        return customers.c.id.in_(measure.satisfied)
    if isinstance(tree, Not):
        return condition(tree.of, scope).is_not(True)
    parts = [condition(part, scope) for part in tree.of]
    return and_(true(), *parts) if isinstance(tree, All) else or_(false(), *parts)


def _of_herself(holds: ColumnElement[bool], scope: Scope) -> ColumnElement[bool]:
    """What is asked of people as it is asked of customers, whose indexes find and sort them."""
    names = {column: "id" if name == "customer_id" else name for name, column in scope.people.c.items()}

    def of_customers(element: Any, **_: Any) -> Any:
        return customers.c[names[element]] if element in names else None

    return replacement_traverse(holds, {}, of_customers)
