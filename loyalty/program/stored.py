"""The programme's stored versions: which one is in force, a new one from a day, and what it changes."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import NamedTuple

from sqlalchemy import case, delete, func, select, text
from sqlmodel import Session

from loyalty import acts
from loyalty.engine import ledger
from loyalty.engine.facts import customer_chunks
from loyalty.errors import Refused
from loyalty.models import ProgramVersion, customers, grants, program_versions, receipts
from loyalty.models.people import is_herself
from loyalty.money import Kopecks
from loyalty.program.terms import BurnRule, Level, Program, same_levels
from loyalty.program.words import differences
from loyalty.wording import day as day_words

__all__ = [
    "BEGINNING", "Impact", "Version", "Versions", "customers_by_level", "delete_planned", "differences",
    "earliest_start", "impact", "problems", "save", "versions",
]  # fmt: skip

BEGINNING = date.min
"""The day of the version that has been in force from the first receipt on."""

# Each part is checked beside terms that burn nothing: a delay is no mistake because of the burning alone.
_SECTIONS: Mapping[str, tuple[str, ...]] = {
    "levels": ("levels",),
    "confirm_days": ("confirm_days",),
    "redeem_cap": ("redeem_cap",),
    "bonus_unit": ("bonus_unit",),
    "burn": ("burn", "burn_days", "burn_dates", "confirm_days"),
    "gifts": ("gifts",),
}


class Version(NamedTuple):
    """Terms and the day they begin; BEGINNING: they have always been there."""

    in_force_from: date
    program: Program


class Versions(NamedTuple):
    """All versions as of a day: the one in force, those to come and those gone, each by day."""

    current: Version
    coming: list[Version]
    past: list[Version]

    def on(self, day: date) -> Version:
        """The version that is to be in force on a day."""
        started = (v for v in (*self.past, self.current, *self.coming) if v.in_force_from <= day)
        return max(started, default=self.current)

    def before(self, day: date) -> Version:
        """The version that one from `day` follows."""
        earlier = (v for v in (*self.past, self.current, *self.coming) if v.in_force_from < day)
        return max(earlier, default=self.current)


class Impact(NamedTuple):
    """How many customers' levels another programme changes at today's turnover."""

    customers: int
    level_changes: int
    rate_rises: int
    rate_falls: int


def versions(session: Session, today: date) -> Versions:
    """The stored versions; the shop's own terms from the beginning where none is stored."""
    stored = _stored(session)
    started = [version for version in stored if version.in_force_from <= today]
    coming = [version for version in stored if version.in_force_from > today]
    if not started:  # the first version covers all time before it as well (terms.Programs)
        started, coming = [coming[0]._replace(in_force_from=BEGINNING)], coming[1:]
    return Versions(started[-1], coming, started[:-1][::-1])


def earliest_start(session: Session, today: date) -> date:
    """The first day a new version may begin: the beginning, until a customer has been promised anything."""
    return today + timedelta(days=1) if _promised(session) else BEGINNING


def save(
    session: Session, in_force_from: date, program: Program, today: date, instead_of: Program | None = None
) -> None:
    """Store a version from a day; one planned for the same day is replaced, the same one again changes nothing.

    Before any customer has a receipt or a gift a version from today or earlier replaces the initial one. Refused
    with the reason where the terms can't be promised, or the day would change what is promised already (P14), or
    the day's terms are not any more what the person saw and changes: `instead_of`.
    """
    program.checked()
    _lock(session)
    known = versions(session, today)
    planned = known.on(in_force_from).program
    if instead_of is not None and planned not in (instead_of, program):
        raise Refused(
            "Пока вы заполняли, условия на этот день изменили. Закройте вопрос: ниже видно, что изменится"
        )
    if in_force_from <= today:
        if known.current.program != program:
            _replace_initial(session, program, today)
    elif Version(in_force_from, program) not in known.coming:
        if not differences(known.before(in_force_from).program, program):
            raise Refused("Условия те же, что и до этого дня: измените что-нибудь или не сохраняйте")
        _store(session, in_force_from, program)


def delete_planned(session: Session, in_force_from: date, today: date) -> None:
    """Forget a version whose day has not come; one forgotten already changes nothing."""
    _lock(session)
    if in_force_from <= today:
        raise Refused("Эта версия уже действует или действовала. Чтобы изменить условия, создайте новую версию")
    session.connection().execute(delete(program_versions).where(program_versions.c.in_force_from == in_force_from))


def problems(program: Program) -> dict[str, str]:
    """Why the programme can't be promised, a sentence by the part of the form that has to change."""
    found = {}
    for section, names in _SECTIONS.items():
        if "confirm_days" in found and section == "burn":
            continue
        alone = replace(Program(burn=BurnRule.NEVER), **{name: getattr(program, name) for name in names})
        if problem := alone.problem():
            found[section] = problem
    if not found and (problem := program.problem()):
        found["levels"] = problem
    return found


def impact(session: Session, old: Program, new: Program) -> Impact:
    """How many customers would be on another level with the new programme today; a renamed one is the same."""
    same = same_levels(old.levels, new.levels)
    bounds = sorted({level.threshold for level in (*old.levels, *new.levels)})
    counts = _customers_by_turnover(session, bounds)
    changes = rises = falls = 0
    for bound, count in counts.items():
        before, after = old.level(bound), new.level(bound)
        changes += count * ((before, after) not in same)
        rises += count * (after.rate > before.rate)
        falls += count * (after.rate < before.rate)
    return Impact(sum(counts.values()), changes, rises, falls)


def customers_by_level(session: Session, program: Program) -> list[tuple[Level, int]]:
    """How many customers each level has at today's turnover."""
    counts = _customers_by_turnover(session, [level.threshold for level in program.levels])
    return [(level, counts.get(level.threshold, 0)) for level in program.levels]


def _customers_by_turnover(session: Session, bounds: Sequence[Kopecks]) -> dict[Kopecks, int]:
    """Customers by the highest bound their turnover reaches; below all: by the lowest."""
    reached = [(customers.c.turnover >= bound, bound) for bound in reversed(bounds)]
    group = case(*reached, else_=bounds[0])
    rows = session.connection().execute(select(group, func.count()).where(is_herself).group_by(group))
    return {row[0]: row[1] for row in rows}


def _stored(session: Session) -> list[Version]:
    c = program_versions.c
    rows = session.connection().execute(select(c.in_force_from, c.terms).order_by(c.in_force_from))
    found = [Version(day, Program.from_json(terms)) for day, terms in rows]
    return found or [Version(BEGINNING, Program())]


def _store(session: Session, start: date, program: Program) -> None:
    if start != BEGINNING and not session.connection().scalar(select(func.count()).select_from(program_versions)):
        _insert(session, BEGINNING, Program())  # or the planned version would cover the past as well
    session.connection().execute(delete(program_versions).where(program_versions.c.in_force_from == start))
    _insert(session, start, program)


def _replace_initial(session: Session, program: Program, today: date) -> None:
    if not _promised(session):
        _hold_facts(session)
    if _promised(session):
        raise Refused(
            f"По программе уже начислены бонусы, поэтому новые условия начнут действовать не раньше завтра, "
            f"{day_words(today + timedelta(days=1))}: обещанное клиентам не меняется"
        )
    session.connection().execute(delete(program_versions).where(program_versions.c.in_force_from <= today))
    _store(session, BEGINNING, program)
    for ids in customer_chunks(session):  # nobody has bought anything, but everybody has a level
        ledger.refresh(session, ids, today)


def _insert(session: Session, start: date, program: Program) -> None:
    act = acts.begin(session, acts.Origin.SCREEN)
    session.add(ProgramVersion(in_force_from=start, terms=program.to_json(), act_id=act.id))
    session.flush()


def _promised(session: Session) -> bool:
    """Whether any customer has a receipt or a gift: what they promise is of a version."""
    for table in (receipts, grants):
        query = select(table.c.id).where(table.c.customer_id.is_not(None), table.c.superseded_at.is_(None))
        if session.connection().execute(query.limit(1)).first():
            return True
    return False


def _lock(session: Session) -> None:
    """Two savings go one after the other; SQLite has one writer anyway."""
    if session.connection().dialect.name == "postgresql":
        session.connection().execute(text("LOCK TABLE program_versions IN SHARE ROW EXCLUSIVE MODE"))


def _hold_facts(session: Session) -> None:
    """Wait for an import under way, and let none begin: it would reckon with the terms that go."""
    if session.connection().dialect.name == "postgresql":
        session.connection().execute(text("LOCK TABLE receipts, grants IN SHARE ROW EXCLUSIVE MODE"))
