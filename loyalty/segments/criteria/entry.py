"""An entry of the catalogue: how a criterion is told, said in Russian, asked of the database, shown of a person."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Row, Select, Subquery, select

from loyalty.segments.parameters import Parameter, Unfit, brief
from loyalty.segments.scope import Scope

Told = Mapping[str, Any]
"""Values by the names of parameters."""


class Clause(NamedTuple):
    """A part of the sentence about «клиенты»: «которые» + «купили …», and what `not` of it is.

    `denied` tells of the unknown as well, as `not` takes them in.
    """

    who: str  # «которые», «у которых», «которым»
    said: str
    denied: str


@dataclass(frozen=True)
class Measure:
    """What is known of customers: `rows` with customer_id and figures, and which of these rows satisfy.

    Where each row satisfies somebody may have several.

    Whoever has no row has nothing, which satisfies or not. `told_by`: other rows to tell her figure by, where more
    is told than asked.
    """

    rows: Subquery
    holds: ColumnElement[bool]
    nothing_holds: bool = False
    told_by: Subquery | None = None

    @property
    def figures(self) -> Subquery:
        """The rows that a customer's figure is told by."""
        return self.rows if self.told_by is None else self.told_by

    @property
    def satisfied(self) -> Select[tuple[int]]:
        """Customers whose row satisfies."""
        return select(self.rows.c.customer_id).where(self.holds)

    @property
    def unsatisfied(self) -> Select[tuple[int]]:
        """Customers who have a row that does not."""
        return select(self.rows.c.customer_id).where(self.holds.is_not(True))


@dataclass(frozen=True)
class Criterion:
    """An entry of the catalogue.

    `also` are other words it is found by; `tell` says the figure of one customer by her row (None: she has none);
    `example` is its JSON in docs and tests.
    """

    name: str
    room: str
    title: str
    also: str
    parameters: tuple[Parameter, ...]
    clause: Callable[[Told], Clause]
    measure: Callable[[Told, Scope], Measure]
    tell: Callable[[Row[Any] | None, Told, Scope], str]
    example: Mapping[str, Any]
    check: Callable[[Told], None] = lambda told: None

    def read(self, said: Mapping[str, Any]) -> dict[str, Any]:
        """Its values out of JSON; Unfit where a key is unknown, a value unfit, or something missing."""
        known = {"is", *(key for parameter in self.parameters for key in parameter.keys)}
        for key in said:
            if key not in known:
                raise Unfit(f"«{brief(key)}» непонятно, бывает: {', '.join(sorted(known - {'is'}))}")
        told = {}
        for parameter in self.parameters:
            value = parameter.read(said)
            if value is not None:
                told[parameter.name] = value
            elif parameter.required:
                raise Unfit(f"не сказано «{'» или «'.join(parameter.keys)}»")
        self.check(told)
        return told

    def write(self, told: Told) -> dict[str, Any]:
        """The same as JSON."""
        said: dict[str, Any] = {"is": self.name}
        for parameter in self.parameters:
            if parameter.name in told:
                said |= parameter.write(told[parameter.name])
        return said
