"""`setting list`, `setting set NAME VALUE`: what the shop has set, and setting it."""

from argparse import Namespace

from loyalty import db, options
from loyalty.cli.telling import DONE, print_json


def show(asked: Namespace) -> int:
    """Every setting with its value."""
    with db.reading() as session:
        values = {name: options.get(session, name) for name in options.OPTIONS}
    if asked.json:
        print_json({"settings": values})
        return DONE
    for name, value in values.items():
        print(f"{name} {value}\n  {options.OPTIONS[name].words}")
    return DONE


def put(asked: Namespace) -> int:
    """Set one; refused by a sentence."""
    with db.writing() as session:
        options.put(session, asked.name, asked.value)
        value = options.get(session, asked.name)
    if asked.json:
        print_json({"settings": {asked.name: value}})
    else:
        print(f"{asked.name} {value}")
    return DONE
