"""A tree as a sentence in Russian: «Клиенты, которые … и у которых …». Pure."""

from loyalty import wording
from loyalty.segments.tree import All, Is, Not, Tree

EVERYBODY, NOBODY = "Все клиенты", "Никто: в условии «любое из» нет ни одного условия"


def sentence(tree: Tree) -> str:
    """The whole question, with a capital letter and without a full stop."""
    if tree == All(()):
        return EVERYBODY
    if not isinstance(tree, Is | Not) and not tree.of:
        return NOBODY
    return f"Клиенты, {_said(tree, outer=True)}"


def condition(tree: Tree) -> str:
    """One condition as it stands in a list: «Уровень «Золотой»», «Не покупали товары из группы «Платья»»."""
    if isinstance(tree, Is):
        return wording.sentence(tree.criterion.clause(tree.told).said)
    if isinstance(tree, Not) and isinstance(tree.of, Is):
        return wording.sentence(tree.of.criterion.clause(tree.of.told).denied)
    return wording.sentence(_said(tree, outer=True))


def _said(tree: Tree, outer: bool = False) -> str:
    if isinstance(tree, Is):
        clause = tree.criterion.clause(tree.told)
        return f"{clause.who} {clause.said}"
    if isinstance(tree, Not):
        if isinstance(tree.of, Is):
            clause = tree.of.criterion.clause(tree.of.told)
            return f"{clause.who} {clause.denied}"
        return f"кроме тех ({_said(tree.of, outer=True)})"
    if not tree.of:
        return "любые" if isinstance(tree, All) else "никакие"
    parts = [_said(part) for part in tree.of]
    if len(parts) == 1:
        return parts[0]
    joint = ", и " if isinstance(tree, All) else " или "
    words = joint.join(parts)
    return words if outer else f"({words})"
