"""The tree of a condition: what stands where in it, and which items it reads."""

from __future__ import annotations

from collections.abc import Iterator
from typing import cast

from questionnaires.conditions import AnswerOf, Expression, Node, key_of
from questionnaires.yaml_nodes import Place


def branches(node: Node) -> Iterator[tuple[Place, Expression]]:
    """Yield the nodes right below a node, each with its place in it."""
    (written,) = (value for _, value in node)
    yield from _spread((key_of(node),), written)


def walk(
    expression: Expression | Node, place: Place = (), depth: int = 1
) -> Iterator[tuple[Place, int, Expression | Node]]:
    """Yield every node with its place in the condition and its depth, the root first with depth 1."""
    yield place, depth, expression
    if isinstance(expression, Node):
        for step, part in branches(expression):
            yield from walk(part, (*place, *step), depth + 1)


def items_read(expression: Expression | Node) -> frozenset[str]:
    """Return the ids of the items that a condition reads."""
    return frozenset(node.item for _, _, node in walk(expression) if isinstance(node, AnswerOf))


def _spread(place: Place, written: object) -> Iterator[tuple[Place, Expression]]:
    """Yield what is a node in the one field of a node: the field itself, or parts of it at any depth of the list."""
    if isinstance(written, tuple):
        for number, part in enumerate(written):
            yield from _spread((*place, number), part)
    elif isinstance(written, Node | bool | int | float):
        yield place, cast("Expression", written)
