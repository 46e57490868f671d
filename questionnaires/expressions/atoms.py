"""Atoms: the parts of a condition that are true, false or unknown by themselves, and the sources that each looks at.

A source is what a client brings to a condition: the answer to an item (`TOE01`), what the sample says (`sample:wijk`), or
how the client answers (`response:mode`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final, TypeAlias

from questionnaires.answers import Answer
from questionnaires.expressions.evaluating import Evaluation, compile_expression
from questionnaires.expressions.facts import Circumstances, Facts, Scope
from questionnaires.expressions.leaves import AnswerOf, CalculationOf, MeanOf, Node, ResponseOf, SampleOf, SumOf
from questionnaires.expressions.nodes import AllOf, AnyOf, Choose, Expression, FirstKnown, Not
from questionnaires.expressions.tree import branches, walk

Part: TypeAlias = Expression | Node

SAMPLE: Final = "sample:"
RESPONSE: Final = "response:"

_USUAL: Final = Circumstances()


@dataclass(frozen=True, slots=True, eq=False)
class Atom:
    """One part of a condition. `nodes` are all nodes in it, those of the calculations that it uses included.

    `worth` says what it is worth. Two atoms are the same only when they are one object: comparing trees is slow.
    """

    expression: Node
    nodes: tuple[Part, ...]
    sources: frozenset[str]
    worth: Evaluation


def find_atoms(condition: Expression, scope: Scope) -> Iterator[Atom]:
    """Yield the atoms of a condition, also those of the calculations that it rests on."""
    waiting: list[Expression] = [condition]
    while waiting:
        part = waiting.pop()
        if isinstance(part, CalculationOf):
            waiting.append(scope.calculations[part.name])
        elif isinstance(part, AllOf | AnyOf | Not | Choose | FirstKnown):
            waiting += (below for _, below in branches(part))
        elif isinstance(part, Node):
            nodes = tuple(_nodes(part, scope.calculations))
            yield Atom(part, nodes, frozenset(_sources(nodes)), compile_expression(part, scope))


def facts_of(brought: Mapping[str, Answer]) -> Facts:
    """Return the facts of a client who brings these answers, by source.

    >>> facts_of({"response:mode": Answer("response:mode", 1, value="paper")}).circumstances.mode
    'paper'
    """
    if not any(":" in source for source in brought):
        return Facts(brought, _USUAL)
    how = {one.removeprefix(RESPONSE): answer.value for one, answer in brought.items() if one.startswith(RESPONSE)}
    sample = {
        one.removeprefix(SAMPLE): answer.value
        for one, answer in brought.items()
        if one.startswith(SAMPLE) and answer.value is not None
    }
    return Facts(brought, Circumstances(**how, sample=sample))  # type: ignore[arg-type]  # a source says what it brings


def _nodes(part: Part, calculations: Mapping[str, Expression]) -> Iterator[Part]:
    for _, _, node in walk(part):
        yield node
        if isinstance(node, CalculationOf):
            yield from _nodes(calculations[node.name], calculations)


def _sources(nodes: tuple[Part, ...]) -> Iterator[str]:
    for node in nodes:
        if isinstance(node, SampleOf):
            yield SAMPLE + node.name
        elif isinstance(node, ResponseOf):
            yield RESPONSE + node.what
        elif isinstance(node, AnswerOf):
            yield node.item
        elif isinstance(node, SumOf | MeanOf):
            yield from node.gathered.of
