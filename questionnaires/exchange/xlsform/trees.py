"""Conditions between XLSForm and ours: what is compared, and what that is worth for who skipped the question.

To XPath an unanswered question is an empty text: `${a} = 'x'` is then false and `${a} != 'x'` true. Our comparisons are then
unknown. Where all comparisons go the same way, `when_unknown` says which; otherwise those that would be true get a part that
says so. The outcome is the same in every case.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

from pydantic import TypeAdapter

from questionnaires.expressions.nodes import MAX_DEPTH, MAX_NODES, Expression
from questionnaires.expressions.tree import walk
from questionnaires.yaml_nodes import Written

Kind: TypeAlias = Literal["one", "many", "integer", "date", "text"]
WhenUnknown: TypeAlias = Literal["show", "hide"]

_EXPRESSIONS: Final[TypeAdapter[Expression]] = TypeAdapter(Expression)


@dataclass(frozen=True, slots=True)
class Asked:
    """A question that was held: the item that it became, and for a choice the code of each of its answers."""

    item: str
    kind: Kind
    codes: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Leaf:
    """A comparison. `empty` is what XPath makes of it without an answer; None when ours makes the same of it."""

    written: Written
    item: str
    empty: bool | None


@dataclass(frozen=True, slots=True)
class Not:
    """The opposite of a part."""

    part: Tree


@dataclass(frozen=True, slots=True)
class Joined:
    """Parts that must all hold, or of which one must."""

    key: Literal["all", "any"]
    parts: tuple[Tree, ...]


Tree: TypeAlias = Leaf | Not | Joined


def join(trees: Iterable[Tree]) -> Tree | None:
    """Return the condition that all these hold, None when there are none."""
    parts: list[Tree] = []
    for tree in trees:
        parts += tree.parts if isinstance(tree, Joined) and tree.key == "all" else (tree,)
    return Joined("all", tuple(parts)) if len(parts) > 1 else next(iter(parts), None)


def write_condition(tree: Tree) -> tuple[Written, WhenUnknown]:
    """Return a condition as we write it, and what happens when it is unknown."""
    outcomes = {outcome for _, outcome in _outcomes(tree, negated=False)}
    if outcomes == {True}:
        return _plain(tree), "show"
    return _guarded(tree, negated=False), "hide"


def fits(written: Written) -> bool:
    """Return whether a condition is small enough for our checks."""
    depths = [depth for _, depth, _ in walk(_EXPRESSIONS.validate_json(json.dumps(written)))]
    return max(depths) <= MAX_DEPTH and len(depths) <= MAX_NODES


def _outcomes(tree: Tree, *, negated: bool) -> Iterator[tuple[Leaf, bool]]:
    """Yield each comparison that can be unknown, and which way it pushes the whole when nothing is answered."""
    if isinstance(tree, Leaf):
        if tree.empty is not None:
            yield tree, tree.empty != negated
    elif isinstance(tree, Not):
        yield from _outcomes(tree.part, negated=not negated)
    else:
        for part in tree.parts:
            yield from _outcomes(part, negated=negated)


def _plain(tree: Tree) -> Written:
    if isinstance(tree, Leaf):
        return tree.written
    if isinstance(tree, Not):
        return {"not": _plain(tree.part)}
    return {tree.key: [_plain(part) for part in tree.parts]}


def _guarded(tree: Tree, *, negated: bool) -> Written:
    """Return a condition in which no comparison is unknown that should then push the whole to true."""
    if isinstance(tree, Not):
        return {"not": _guarded(tree.part, negated=not negated)}
    if isinstance(tree, Joined):
        return {tree.key: [_guarded(part, negated=negated) for part in tree.parts]}
    answered: Written = {"answered": {"answer": tree.item}}
    if tree.empty is None or tree.empty == negated:
        return tree.written
    return {"any": [{"not": answered}, tree.written]} if tree.empty else {"all": [answered, tree.written]}
