"""The compiled form of a questionnaire: its conditions, calculations and soft checks as functions, built once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from questionnaires.definition import IntegerAnswer, Item
from questionnaires.expressions.evaluating import Evaluation, compile_expression
from questionnaires.expressions.facts import Scope
from questionnaires.expressions.tree import items_read
from questionnaires.scales import AnswerScale, Polarity

if TYPE_CHECKING:
    from questionnaires.questionnaire import Page, Questionnaire


@dataclass(frozen=True, slots=True)
class CompiledPage:
    """A page with its condition as a function; None when it is always asked. `reads`: items that the condition looks at."""

    page: Page
    condition: Evaluation | None
    reads: frozenset[str]
    shown_when_unknown: bool


@dataclass(frozen=True, slots=True)
class Routes:
    """Everything that routing and answering evaluate, in its `scope`. `soft_checks` by item: the id and the condition."""

    scope: Scope
    pages: tuple[CompiledPage, ...]
    calculations: Mapping[str, Evaluation]
    soft_checks: Mapping[str, tuple[tuple[str, Evaluation], ...]]


def compile_routes(questionnaire: Questionnaire) -> Routes:
    """Return the compiled form of a checked questionnaire."""
    scope = scope_of(questionnaire)
    return Routes(
        scope=scope,
        pages=tuple(_compile_page(page, scope) for page in questionnaire.pages),
        calculations={name: compile_expression(expr, scope) for name, expr in scope.calculations.items()},
        soft_checks={
            item.id: tuple((check.id, compile_expression(check.when, scope)) for check in item.soft_checks)
            for item in questionnaire.items
            if item.soft_checks
        },
    )


def scope_of(questionnaire: Questionnaire) -> Scope:
    """Return what expressions of a questionnaire may refer to."""
    scales = {item.id: (item, questionnaire.scale_of(item)) for item in questionnaire.items}
    return Scope(
        exclusive={
            name: frozenset(code.code for code in scale.exclusive) for name, (_, scale) in scales.items() if scale
        },
        scores={name: scores_of(item, scale) for name, (item, scale) in scales.items()},
        calculations={calculation.id: calculation.expr for calculation in questionnaire.calculations},
    )


def scores_of(item: Item, scale: AnswerScale | None) -> dict[str | int, float]:
    """Return the score 0-100 of each code or number of an item, a better experience always higher; {} without scores.

    A polarity of the item turns that of its scale.
    """
    if isinstance(item.type, IntegerAnswer) and item.type.integer.score is not None:
        limits = item.type.integer
        numbers: dict[str | int, int] = {number: number for number in range(limits.min, limits.max + 1)}
        return _linear(numbers, item.polarity or Polarity.POSITIVE)
    if scale is None or scale.score is None:
        return {}
    values: dict[str | int, int] = {code.code: code.value for code in scale.codes if code.value is not None}
    return _linear(values, item.polarity or scale.polarity)


def linear_score(value: int, lowest: int, highest: int) -> float:
    """Return the score of a value: 0 for the lowest, 100 for the highest, evenly between.

    100 · (value − lowest) / (highest − lowest)

    >>> linear_score(4, 1, 5)
    75.0
    """
    return 100 * (value - lowest) / (highest - lowest)


def _linear(values: Mapping[str | int, int], polarity: Polarity) -> dict[str | int, float]:
    lowest, highest = min(values.values()), max(values.values())
    scores = {code: linear_score(value, lowest, highest) for code, value in values.items()}
    return {code: 100 - score for code, score in scores.items()} if polarity is Polarity.NEGATIVE else scores


def _compile_page(page: Page, scope: Scope) -> CompiledPage:
    if page.show_if is None:
        return CompiledPage(page, None, frozenset(), shown_when_unknown=True)
    reads = items_read(page.show_if, scope.calculations)
    return CompiledPage(page, compile_expression(page.show_if, scope), reads, page.when_unknown == "show")
