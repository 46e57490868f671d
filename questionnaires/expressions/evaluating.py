"""What an expression is worth: each is compiled once into a function of the facts. There is no second evaluator.

Logic is three-valued (Kleene 1952): an answer without a value is unknown, and `None` is how unknown travels. Only
`answered` and `reason_is` are never unknown once the path is known.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from math import prod
from typing import Any, TypeAlias

from questionnaires.answers import Missing
from questionnaires.expressions.days import months_between, years_between
from questionnaires.expressions.facts import Facts, Known, Scope
from questionnaires.expressions.leaves import (
    Answered,
    AnswerOf,
    CalculationOf,
    CodeLiteral,
    CountSelected,
    DateLiteral,
    Gathered,
    Includes,
    MeanOf,
    Node,
    ReasonIs,
    ResponseOf,
    SampleOf,
    SumOf,
)
from questionnaires.expressions.nodes import (
    Add,
    AllOf,
    AnyOf,
    AtLeast,
    AtMost,
    Choose,
    Comparison,
    Equal,
    Expression,
    FirstKnown,
    Greater,
    Highest,
    Less,
    Lowest,
    MonthsBetween,
    Multiply,
    Not,
    NotEqual,
    OneOf,
    Subtract,
    YearsBetween,
)
from questionnaires.expressions.tree import items_read

Evaluation: TypeAlias = Callable[[Facts], Any]


def compile_expression(expression: Expression, scope: Scope) -> Evaluation:
    """Return a function from facts to what the expression is worth then: a value, or None for unknown."""
    if isinstance(expression, Node):
        return _COMPILERS[type(expression)](expression, scope)
    return lambda _: expression


def evaluate(expression: Expression, facts: Facts, scope: Scope | None = None) -> Known | None:
    """Return what an expression is worth, compiled for this one time.

    >>> condition = AllOf(parts=(Answered(of=AnswerOf(item="GES01")), True))
    >>> evaluate(condition, Facts({}))
    False
    """
    found: Known | None = compile_expression(expression, scope or Scope())(facts)
    return found


def value_of(item: str) -> Evaluation:
    """Return a function from facts to the value of the answer to an item, None when there is none."""

    def value(facts: Facts) -> Known | None:
        answer = facts.answers.get(item)
        return None if answer is None else answer.value

    return value


def _parts(parts: Sequence[Expression], scope: Scope) -> list[Evaluation]:
    return [compile_expression(part, scope) for part in parts]


def _calculation(node: CalculationOf, scope: Scope) -> Evaluation:
    name = node.name
    compiled: list[Evaluation] = []  # filled at first use, so that calculations may stand in any order

    def value(facts: Facts) -> Known | None:
        if name not in facts.calculated:
            if not compiled:
                compiled.append(compile_expression(scope.calculations[name], scope))
            facts.calculated[name] = compiled[0](facts)
        return facts.calculated[name]

    return value


def _day(node: DateLiteral, _: Scope) -> Evaluation:
    day = date.fromisoformat(node.day)
    return lambda _: day


def _response(node: ResponseOf, _: Scope) -> Evaluation:
    return operator.attrgetter(f"circumstances.{node.what}")


def _logic(*, decided_by: bool) -> Callable[[AllOf | AnyOf, Scope], Evaluation]:
    """Return how `all` (decided by one false part) or `any` (by one true part) is compiled."""

    def compiled(node: AllOf | AnyOf, scope: Scope) -> Evaluation:
        parts = _parts(node.parts, scope)

        def value(facts: Facts) -> bool | None:
            found: bool | None = not decided_by
            for part in parts:
                one: bool | None = part(facts)
                if one is decided_by:
                    return one
                if one is None:
                    found = None
            return found

        return value

    return compiled


def _not(node: Not, scope: Scope) -> Evaluation:
    part = compile_expression(node.part, scope)

    def value(facts: Facts) -> bool | None:
        found = part(facts)
        return None if found is None else not found

    return value


def _compared(compare: Callable[[Any, Any], bool]) -> Callable[[Comparison, Scope], Evaluation]:
    def compiled(node: Comparison, scope: Scope) -> Evaluation:
        left, right = _parts(node.sides, scope)

        def value(facts: Facts) -> bool | None:
            one, other = left(facts), right(facts)
            return None if one is None or other is None else compare(one, other)

        return value

    return compiled


def _one_of(node: OneOf, scope: Scope) -> Evaluation:
    chosen = compile_expression(node.choice[0], scope)
    codes = frozenset(literal.code for literal in node.choice[1])

    def value(facts: Facts) -> bool | None:
        found = chosen(facts)
        return None if found is None else found in codes

    return value


def _includes(node: Includes, _: Scope) -> Evaluation:
    chosen, code = value_of(node.choice[0].item), node.choice[1].code

    def value(facts: Facts) -> bool | None:
        found = chosen(facts)
        return None if found is None else code in found

    return value


def _count_selected(node: CountSelected, scope: Scope) -> Evaluation:
    chosen, exclusive = value_of(node.of.item), scope.exclusive.get(node.of.item, frozenset())

    def value(facts: Facts) -> int | None:
        found = chosen(facts)
        return None if found is None else sum(code not in exclusive for code in found)

    return value


def _answered(node: Answered, _: Scope) -> Evaluation:
    item, chosen = node.of.item, value_of(node.of.item)
    return lambda facts: None if item in facts.pending else chosen(facts) is not None


def _reason_is(node: ReasonIs, _: Scope) -> Evaluation:
    item, reason = node.test[0].item, node.test[1]

    def value(facts: Facts) -> bool | None:
        if item in facts.pending:
            return None
        answer = facts.answers.get(item)
        return reason is (Missing.NOT_ASKED if answer is None else answer.missing)

    return value


def _of_all(combine: Callable[[list[Any]], Known]) -> Callable[[Any, Scope], Evaluation]:
    """Combine the worth of all parts; unknown as soon as one is."""

    def compiled(node: Any, scope: Scope) -> Evaluation:
        parts = _parts(getattr(node, "parts", None) or node.sides, scope)

        def value(facts: Facts) -> Known | None:
            found = [part(facts) for part in parts]
            return None if None in found else combine(found)

        return value

    return compiled


def _gathered(gathered: Gathered, scope: Scope, combine: Callable[[list[float]], float]) -> Evaluation:
    taken = [(value_of(item), scope.scores.get(item, {}) if gathered.take == "score" else None) for item in gathered.of]

    def value(facts: Facts) -> float | None:
        if not facts.pending.isdisjoint(gathered.of):
            return None
        values = ((chosen(facts), scores) for chosen, scores in taken)
        found = [
            number
            for one, scores in values
            if one is not None and (number := one if scores is None else scores.get(one)) is not None
        ]
        return combine(found) if len(found) >= gathered.min_valid else None

    return value


def _choose(node: Choose, scope: Scope) -> Evaluation:
    condition, when_true, when_false = _parts(node.branches, scope)

    def value(facts: Facts) -> Known | None:
        holds = condition(facts)
        found: Known | None = None if holds is None else (when_true if holds else when_false)(facts)
        return found

    return value


def _first_known(node: FirstKnown, scope: Scope) -> Evaluation:
    parts = [(compile_expression(part, scope), items_read(part, scope.calculations)) for part in node.parts]

    def value(facts: Facts) -> Known | None:
        for part, reads in parts:
            found: Known | None = part(facts)
            # What is open now may be known later, and then it goes first.
            if found is not None or not facts.pending.isdisjoint(reads):
                return found
        return None

    return value


_COMPILERS: Mapping[type[Node], Callable[[Any, Scope], Evaluation]] = {
    AnswerOf: lambda node, _: value_of(node.item),
    CalculationOf: _calculation,
    SampleOf: lambda node, _: lambda facts: facts.circumstances.sample.get(node.name),
    ResponseOf: _response,
    CodeLiteral: lambda node, _: lambda _: node.code,
    DateLiteral: _day,
    AllOf: _logic(decided_by=False),
    AnyOf: _logic(decided_by=True),
    Not: _not,
    Equal: _compared(operator.eq),
    NotEqual: _compared(operator.ne),
    Less: _compared(operator.lt),
    AtMost: _compared(operator.le),
    Greater: _compared(operator.gt),
    AtLeast: _compared(operator.ge),
    OneOf: _one_of,
    Includes: _includes,
    CountSelected: _count_selected,
    Answered: _answered,
    ReasonIs: _reason_is,
    Add: _of_all(sum),
    Subtract: _of_all(lambda both: both[0] - both[1]),
    Multiply: _of_all(prod),
    Lowest: _of_all(min),
    Highest: _of_all(max),
    SumOf: lambda node, scope: _gathered(node.gathered, scope, sum),
    MeanOf: lambda node, scope: _gathered(node.gathered, scope, lambda found: sum(found) / len(found)),
    MonthsBetween: _of_all(lambda both: months_between(both[0], both[1])),
    YearsBetween: _of_all(lambda both: years_between(both[0], both[1])),
    Choose: _choose,
    FirstKnown: _first_known,
}
