"""Who is asked a question, in Dutch words: a condition read aloud for people who use the data."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from questionnaires.answering import MISSING_LABELS
from questionnaires.conditions import (
    AllOf,
    Answered,
    AnswerOf,
    AnyOf,
    AtLeast,
    AtMost,
    CodeLiteral,
    Comparison,
    CountSelected,
    Equal,
    Expression,
    Greater,
    Includes,
    Less,
    Node,
    Not,
    NotEqual,
    OneOf,
    ReasonIs,
)
from questionnaires.definition import Page, Questionnaire


def describe_universe(questionnaire: Questionnaire, page: Page) -> str:
    """Return who is asked the questions of a page, as a Dutch sentence."""
    if page.show_if is None:
        return "Iedereen."
    unknown = " Ook wie een vraag uit deze voorwaarde niet beantwoordde." if page.when_unknown == "show" else ""
    return f"Alleen als: {_words(page.show_if, questionnaire)}.{unknown}"


def _words(expression: Expression, questionnaire: Questionnaire) -> str:
    if isinstance(expression, bool):
        return "altijd" if expression else "nooit"
    if isinstance(expression, Node):
        return _SAYINGS[type(expression)](expression, questionnaire)
    return f"{expression}".replace(".", ",")


def _answer(node: AnswerOf, questionnaire: Questionnaire) -> str:
    return f"‘{questionnaire.item(node.item).title}’"


def _label(code: CodeLiteral, item: str, questionnaire: Questionnaire) -> str:
    scale = questionnaire.scale_of(questionnaire.item(item))
    labels = {option.code: option.text for option in scale.options} if scale else {}
    return f"‘{labels.get(code.code, code.code)}’"


def _joined(word: str) -> Callable[[AllOf | AnyOf, Questionnaire], str]:
    def words(node: AllOf | AnyOf, questionnaire: Questionnaire) -> str:
        parts = [_words(part, questionnaire) for part in node.parts]
        return parts[0] if len(parts) == 1 else f"({f' {word} '.join(parts)})"

    return words


def _compared(verb: str) -> Callable[[Comparison, Questionnaire], str]:
    def words(node: Comparison, questionnaire: Questionnaire) -> str:
        items = [side.item for side in node.sides if isinstance(side, AnswerOf)]
        left, right = (
            _label(side, items[0], questionnaire) if isinstance(side, CodeLiteral) else _words(side, questionnaire)
            for side in node.sides
        )
        return f"{left} {verb} {right}"

    return words


def _not(node: Not, questionnaire: Questionnaire) -> str:
    return f"niet ({_words(node.part, questionnaire)})"


def _one_of(node: OneOf, questionnaire: Questionnaire) -> str:
    item, codes = node.choice
    labels = " of ".join(_label(code, item.item, questionnaire) for code in codes)
    return f"{_answer(item, questionnaire)} is {labels}"


def _includes(node: Includes, questionnaire: Questionnaire) -> str:
    item, code = node.choice
    return f"bij {_answer(item, questionnaire)} is {_label(code, item.item, questionnaire)} gekozen"


def _count(node: CountSelected, questionnaire: Questionnaire) -> str:
    return f"het aantal keuzes bij {_answer(node.of, questionnaire)}"


def _answered(node: Answered, questionnaire: Questionnaire) -> str:
    return f"{_answer(node.of, questionnaire)} is beantwoord"


def _reason(node: ReasonIs, questionnaire: Questionnaire) -> str:
    item, reason = node.test
    return f"{_answer(item, questionnaire)} heeft als reden ‘{MISSING_LABELS[reason]}’"


_SAYINGS: Mapping[type[Node], Callable[[Any, Questionnaire], str]] = {
    AnswerOf: _answer,
    AllOf: _joined("en"),
    AnyOf: _joined("of"),
    Not: _not,
    Equal: _compared("is"),
    NotEqual: _compared("is niet"),
    Less: _compared("is lager dan"),
    AtMost: _compared("is hoogstens"),
    Greater: _compared("is hoger dan"),
    AtLeast: _compared("is ten minste"),
    OneOf: _one_of,
    Includes: _includes,
    CountSelected: _count,
    Answered: _answered,
    ReasonIs: _reason,
}
