"""A tree as a sentence in Russian: «Клиенты, которые … и у которых …». Pure."""

from loyalty import wording
from loyalty.segments.tree import All, Any_, Is, Not, Tree

EVERYBODY, NOBODY = "Все клиенты", "Никто: в условии «любое из» нет ни одного условия"


def sentence(tree: Tree) -> str:
    """The whole question, with a capital letter and without a full stop."""
    tree = _plain(tree)
    if tree == All(()):
        return EVERYBODY
    if not isinstance(tree, Is | Not) and not tree.of:
        return NOBODY
    return f"{EVERYBODY if _is_denied_group(tree) else 'Клиенты'}, {_said(tree, outer=True)}"


def condition(tree: Tree) -> str:
    """One condition as it stands in a list: «Уровень «Золотой»», «Не покупали товары из группы «Платья»»."""
    tree = _plain(tree)
    if isinstance(tree, Is):
        return wording.sentence(tree.criterion.clause(tree.told).said)
    if isinstance(tree, Not) and isinstance(tree.of, Is):
        return wording.sentence(tree.of.criterion.clause(tree.of.told).denied)
    return wording.sentence(_said(tree, outer=True))


def _plain(tree: Tree) -> Tree:
    """The same question without groups of one and without «not not»."""
    if isinstance(tree, Is):
        return tree
    if isinstance(tree, Not):
        of = _plain(tree.of)
        return of.of if isinstance(of, Not) else Not(of)
    parts = tuple(map(_plain, tree.of))
    if len(parts) == 1:
        return parts[0]
    return All(parts) if isinstance(tree, All) else Any_(parts)


def _said(tree: Tree, outer: bool = False) -> str:
    """A group within another stands in brackets, so that nobody has to guess what «и» and «или» hold together."""
    if isinstance(tree, Is):
        clause = tree.criterion.clause(tree.told)
        return f"{clause.who} {clause.said}"
    if isinstance(tree, Not) and isinstance(tree.of, Is):
        clause = tree.of.criterion.clause(tree.of.told)
        return f"{clause.who} {clause.denied}"
    if isinstance(tree, Not):
        return f"кроме тех{',' if outer else ''} {_said(tree.of, outer)}"
    if not tree.of:
        return "(любые)" if isinstance(tree, All) else "(никто)"
    words = "".join(_joint(tree, part) + _said(part) for part in tree.of).removeprefix(_joint(tree, tree.of[0]))
    return words if outer else f"({words})"


def _joint(group: All | Any_, part: Tree) -> str:
    if isinstance(group, All):
        return ", " if _is_denied_group(part) else ", и "
    return ", или все, " if _is_denied_group(part) else ", или "


def _is_denied_group(tree: Tree) -> bool:
    return isinstance(tree, Not) and not isinstance(tree.of, Is)
