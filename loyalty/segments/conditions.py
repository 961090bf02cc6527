"""A question as one condition on customers, for lists that the database finds, sorts and pages itself.

What answers it is what `evaluating` answers: both ask the criteria.
"""

from sqlalchemy import ColumnElement, and_, false, not_, or_, true

from loyalty.models import customers
from loyalty.segments.scope import Scope
from loyalty.segments.tree import All, Is, Not, Tree


def condition(tree: Tree, scope: Scope) -> ColumnElement[bool]:
    """Who answers; of a tree that asks for no other segment."""
    if isinstance(tree, Is):
        measure = tree.criterion.measure(tree.told, scope)
        if measure.nothing_holds:
            return customers.c.id.not_in(measure.unsatisfied)
        return customers.c.id.in_(measure.satisfied)
    if isinstance(tree, Not):
        return not_(condition(tree.of, scope))
    parts = [condition(part, scope) for part in tree.of]
    return and_(true(), *parts) if isinstance(tree, All) else or_(false(), *parts)
