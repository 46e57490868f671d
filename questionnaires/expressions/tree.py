"""The tree of an expression: what stands where in it, and what it reads."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final, cast

from questionnaires.expressions.leaves import AnswerOf, CalculationOf, MeanOf, Node, ResponseOf, SampleOf, SumOf
from questionnaires.expressions.nodes import Expression, key_of
from questionnaires.yaml_nodes import Place

_READING: Final = (AnswerOf, CalculationOf, SampleOf, ResponseOf, SumOf, MeanOf)


def branches(node: Node) -> Iterator[tuple[Place, Expression]]:
    """Yield the nodes right below a node, each with its place in it."""
    (written,) = vars(node).values()
    yield from _spread((key_of(node),), written)


def walk(
    expression: Expression | Node, place: Place = (), depth: int = 1
) -> Iterator[tuple[Place, int, Expression | Node]]:
    """Yield every node with its place in the expression and its depth, the root first with depth 1."""
    yield place, depth, expression
    if isinstance(expression, Node):
        for step, part in branches(expression):
            yield from walk(part, (*place, *step), depth + 1)


def items_in(expression: Expression | Node) -> Iterator[tuple[Place, str]]:
    """Yield the ids of the items that an expression names itself, each with its place; not those of its calculations."""
    for place, _, node in walk(expression):
        if isinstance(node, AnswerOf):
            yield (*place, "answer"), node.item
        elif isinstance(node, SumOf | MeanOf):
            for number, item in enumerate(node.gathered.of):
                yield (*place, key_of(node), "of", number), item


def calculations_in(expression: Expression | Node) -> Iterator[tuple[Place, str]]:
    """Yield the names of the calculations that an expression uses itself, each with its place."""
    for place, _, node in walk(expression):
        if isinstance(node, CalculationOf):
            yield (*place, "calc"), node.name


def items_read(expression: Expression | Node, calculations: Mapping[str, Expression] | None = None) -> frozenset[str]:
    """Return the ids of all items that an expression reads, also by way of calculations (name -> expression).

    A calculation that does not exist, or leads back to itself, adds nothing: the checks tell about it.
    """
    known = calculations or {}
    items: set[str] = set()
    used: set[str] = set()
    waiting: list[Expression | Node] = [expression]
    while waiting:
        part = waiting.pop()
        items.update(item for _, item in items_in(part))
        found = {name for _, name in calculations_in(part)} - used
        used |= found
        waiting += [known[name] for name in found if name in known]
    return frozenset(items)


def count_inlined(expression: Expression | Node, calculations: Mapping[str, Expression]) -> int:
    """Return the number of nodes of an expression with its calculations (name -> expression) written out in it.

    A calculation that does not exist, or leads back to itself, counts as one node: the checks tell about it.

    >>> from questionnaires.expressions.nodes import Add
    >>> count_inlined(CalculationOf(name="c"), {"c": Add(parts=(1, 2))})
    3
    """
    counted: dict[str, int] = {}

    def count(part: Expression | Node) -> int:
        total = 0
        for _, _, node in walk(part):
            total += count_calculation(node.name) if isinstance(node, CalculationOf) else 1
        return total

    def count_calculation(name: str) -> int:
        if name not in counted:
            counted[name] = 1  # what a loop comes back to
            counted[name] = count(calculations[name]) if name in calculations else 1
        return counted[name]

    return count(expression)


def reads_nothing(expression: Expression | Node) -> bool:
    """Return whether an expression names no answer, calculation, sample or response: it is worth the same for everyone."""
    return not any(isinstance(node, _READING) for _, _, node in walk(expression))


def _spread(place: Place, written: object) -> Iterator[tuple[Place, Expression]]:
    """Yield what is a node in the one field of a node: the field itself, or parts of it at any depth of the list."""
    if isinstance(written, tuple):
        for number, part in enumerate(written):
            yield from _spread((*place, number), part)
    elif isinstance(written, Node | bool | int | float):
        yield place, cast("Expression", written)
