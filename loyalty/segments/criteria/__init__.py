"""The catalogue of criteria: an entry is its JSON, sentence, query and figure; docs and the editor read it.

Another criterion is an entry in the file of its room, and a row of tests/segments/test_criteria.py.
"""

from loyalty.segments.criteria.birthdays import BIRTHDAY_CRITERIA
from loyalty.segments.criteria.entry import Clause, Criterion, Measure, Told
from loyalty.segments.criteria.figures import FIGURE_CRITERIA
from loyalty.segments.criteria.goods import GOODS_CRITERIA
from loyalty.segments.criteria.messages import MESSAGE_CRITERIA
from loyalty.segments.criteria.people import PEOPLE_CRITERIA
from loyalty.segments.criteria.purchases import PURCHASE_CRITERIA

CATALOGUE: dict[str, Criterion] = {
    one.name: one
    for one in (
        *PURCHASE_CRITERIA,
        *GOODS_CRITERIA,
        *FIGURE_CRITERIA,
        *BIRTHDAY_CRITERIA,
        *PEOPLE_CRITERIA,
        *MESSAGE_CRITERIA,
    )
}
"""Every criterion by its name in JSON, in the order they are offered."""

__all__ = ["CATALOGUE", "Clause", "Criterion", "Measure", "Told"]
