"""`segment …`: segments out of JSON files, who is in them, and what one can ask."""

from argparse import Namespace
from collections.abc import Iterator
from typing import Any

from sqlalchemy import select
from sqlmodel import Session

from loyalty import acts, db, settings, wording
from loyalty.cli.telling import DONE, print_json
from loyalty.customers.names import Name
from loyalty.models import customers
from loyalty.segments import membership, refreshing, stored
from loyalty.segments import tree as trees
from loyalty.segments.criteria import CATALOGUE, Criterion
from loyalty.segments.evaluating import Evaluator
from loyalty.segments.membership import Ids, Moved
from loyalty.segments.parameters import InPeriod, Names, Options, Parameter, Ranged
from loyalty.segments.sentences import sentence
from loyalty.segments.tree import Tree

KINDS = {Ranged: "range", InPeriod: "period"}  # of parameters, as contract.md calls them; others as their class
NO_SEGMENTS = "Сегментов пока нет"


def add(options: Namespace) -> int:
    """A new segment out of a file, filled."""
    name, tree = stored.from_file(options.file)
    with db.reading() as session:  # who answers is found without keeping anybody waiting
        stored.check_free(session, name)
        membership.would_move(session, settings.today(session), None, tree)
    with db.writing() as session:
        now, today = settings.now(settings.timezone(session)), settings.today(session)
        found = membership.save(session, name, tree, acts.begin(session, acts.Origin.SCREEN), now, today)
    return _tell_count(options, name, tree, found)


def count(options: Namespace) -> int:
    """How many answer the question of a file; nothing is written."""
    name, tree = stored.from_file(options.file)
    with db.reading() as session:
        found = Evaluator(session, settings.today(session), stored.questions(session)).count(tree)
    return _tell_count(options, name, tree, found)


def _tell_count(options: Namespace, name: str, tree: Tree, found: int) -> int:
    if options.json:
        print_json({"name": name, "sentence": sentence(tree), "count": found})
    else:
        print(f"«{name}»: {_people(found)}\n  {sentence(tree)}")
    return DONE


def show(options: Namespace) -> int:
    """Every segment: its sentence, how many are in it, since when, and what is wrong with it."""
    with db.reading() as session:
        told: list[dict[str, Any]] = [
            {
                "name": one.name,
                "sentence": sentence(one.tree),
                "members": len(membership.members(session, one.name)),
                "refreshed_at": one.refreshed_at and settings.shop_time(session, one.refreshed_at),
                "trouble": one.trouble or None,
            }
            for one in stored.everything(session)
        ]
    if options.json:
        print_json(
            {
                "segments": [
                    {**one, "refreshed_at": one["refreshed_at"] and one["refreshed_at"].isoformat()} for one in told
                ]
            }
        )
        return DONE
    for one in told:
        at = one["refreshed_at"]
        fresh = f"обновлён {wording.time(at)}" if at else "ещё не заполнен"
        print(f"«{one['name']}»: {_people(one['members'])}, {fresh}")
        print(f"  {one['trouble'] or one['sentence']}")
    if not told:
        print(NO_SEGMENTS)
    return DONE


def members(options: Namespace) -> int:
    """Who is in a segment now, or was on a day, by the record."""
    name, on = options.name, options.on
    with db.reading() as session:
        inside = membership.inside_on(session, name, on) if on else membership.members(session, name)
        people = list(_people_of(session, inside))
    if options.json:
        print_json({"segment": name, "on": on and on.isoformat(), "members": people})
        return DONE
    print(f"«{name}»{f' на {wording.day(on)}' if on else ''}: {_people(len(people))}")
    for one in people:
        known = (one["name"], wording.phone(one["phone"]), one["external_id"])
        print(f"  {', '.join(filter(None, known)) or 'клиент без имени'}")
    return DONE


def _people_of(session: Session, ids: Ids) -> Iterator[dict[str, Any]]:
    c = customers.c
    query = select(c.id, c.external_id, c.last_name, c.first_name, c.middle_name, c.phone).order_by(c.id)
    for some in db.chunks(ids.tolist()):
        for id_, external_id, *name, phone in session.connection().execute(query.where(db.within(c.id, some))):
            yield {
                "customer_id": id_,
                "external_id": external_id,
                "name": Name(*name).full or None,
                "phone": phone,
            }


def refresh(options: Namespace) -> int:
    """Every segment brought up to date: who entered and left."""
    moved = refreshing.run()
    with db.reading() as session:
        trouble = {one.name: one.trouble or None for one in stored.everything(session)}
    if options.json:
        print_json({"segments": [{**one._asdict(), "trouble": trouble.get(one.name)} for one in moved]})
        return DONE
    for one in moved:
        print(f"«{one.name}»: {trouble.get(one.name) or _moved(one)}")
    if not moved:
        print(NO_SEGMENTS)
    return DONE


def _moved(one: Moved) -> str:
    entered, left = wording.number(one.entered), wording.number(one.left)
    return f"вошли {entered}, вышли {left}, теперь {_people(one.members)}"


def criteria(options: Namespace) -> int:
    """What one can ask: every criterion with what it is told, and its sentence."""
    if options.json:
        print_json({"criteria": [_criterion(one) for one in CATALOGUE.values()]})
        return DONE
    for one in CATALOGUE.values():
        keys = ", ".join(key for parameter in one.parameters for key in parameter.keys)
        print(f"{one.name}: {one.title}\n  {keys}\n  {sentence(trees.parse(one.example))}")
    return DONE


def _criterion(one: Criterion) -> dict[str, Any]:
    return {
        "is": one.name,
        "title": one.title,
        "parameters": [_parameter(parameter) for parameter in one.parameters],
        "sentence": sentence(trees.parse(one.example)),
        "example": dict(one.example),
    }


def _parameter(one: Parameter) -> dict[str, Any]:
    told: dict[str, Any] = {
        "keys": list(one.keys),
        "kind": KINDS.get(type(one), type(one).__name__.lower()),
        "required": one.required,
    }
    if isinstance(one, Ranged):
        told["unit"] = one.unit.value
    if isinstance(one, Names):
        told["of"] = one.of.value
    if isinstance(one, Options):
        told["one_of"] = dict(one.options)
    return told


def _people(found: int) -> str:
    return wording.plural(found, "клиент", "клиента", "клиентов")
