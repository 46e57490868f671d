"""Why a page is asked or not, for staff: each part of its condition in words, what it was worth, and what it read.

Every part is worked out by the one evaluator, with the facts that routing had.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from questionnaires.answers import Answer
from questionnaires.compiling import scope_of
from questionnaires.expressions.evaluating import compile_expression
from questionnaires.expressions.facts import Facts, Known, Scope
from questionnaires.expressions.kinds import Basic, Kind, kind_of
from questionnaires.expressions.leaves import CalculationOf, ResponseOf, SampleOf
from questionnaires.expressions.nodes import AllOf, AnyOf, Expression, Not
from questionnaires.expressions.tree import items_in, walk
from questionnaires.expressions.words import (
    REASONS,
    Speech,
    say,
    say_code,
    say_day,
    say_title,
    speech_of,
)
from questionnaires.questionnaire import Page, Questionnaire


class Worth(StrEnum):
    """What a part of a condition was worth."""

    TRUE = "waar"
    FALSE = "niet waar"
    UNKNOWN = "onbekend"


@dataclass(frozen=True, slots=True)
class ExplainedPart:
    """A part of a condition: its words, its worth, and below `all`, `any` and `not` its parts.

    `read` says what a part without parts looked at, such as "‘Gesprek’ is ‘Ja’".
    """

    words: str
    worth: Worth
    read: tuple[str, ...] = ()
    parts: tuple[ExplainedPart, ...] = ()

    def deciding(self) -> Iterator[ExplainedPart]:
        """Yield the parts without parts of which this worth is the result."""
        if not self.parts:
            yield self
        for part in self.parts:
            # What is not worth the same as the whole did not decide it; below `not` everything did.
            if len(self.parts) == 1 or part.worth is self.worth:
                yield from part.deciding()


@dataclass(frozen=True, slots=True)
class Explanation:
    """Whether a page is asked and why; `condition` is None when everyone is asked."""

    page: str
    shown: bool
    condition: ExplainedPart | None = None

    @property
    def sentence(self) -> str:
        """The reason in one Dutch sentence."""
        verdict = "Deze pagina komt" if self.shown else "Deze pagina komt niet"
        if self.condition is None:
            return f"{verdict}: die is voor iedereen."
        read = dict.fromkeys(words for part in self.condition.deciding() for words in part.read)
        because = " en ".join(read) or self.condition.words
        if self.condition.worth is not Worth.UNKNOWN:
            return f"{verdict}, want {because}."
        rule = "wel" if self.shown else "niet"
        return f"{verdict}, want {because}; als dat onbekend is, komt de pagina {rule}."

    @property
    def lines(self) -> tuple[str, ...]:
        """The sentence, and below it each part of the condition with what it was worth, indented by two spaces a level."""
        return (self.sentence, *(_lines(self.condition, "  ") if self.condition is not None else ()))


def explain(questionnaire: Questionnaire, page: Page, facts: Facts) -> Explanation:
    """Return why a page is asked or not. `facts` are the environment of the path and the circumstances of the client."""
    if page.show_if is None:
        return Explanation(page.id, shown=True)
    condition = _Explainer(scope_of(questionnaire), speech_of(questionnaire), facts).explain(page.show_if)
    shown = page.when_unknown == "show" if condition.worth is Worth.UNKNOWN else condition.worth is Worth.TRUE
    return Explanation(page.id, shown, condition)


_WORTHS: Final = {True: Worth.TRUE, False: Worth.FALSE, None: Worth.UNKNOWN}


@dataclass(frozen=True, slots=True)
class _Explainer:
    scope: Scope
    speech: Speech
    facts: Facts

    def explain(self, expression: Expression) -> ExplainedPart:
        """Return a condition explained; a calculation in place of a condition is explained by what it says."""
        if isinstance(expression, CalculationOf):
            return self.explain(self.scope.calculations[expression.name])
        worth = _WORTHS[compile_expression(expression, self.scope)(self.facts)]
        words = say(expression, self.speech)
        if isinstance(expression, AllOf | AnyOf):
            return ExplainedPart(words, worth, parts=tuple(map(self.explain, expression.parts)))
        if isinstance(expression, Not):
            return ExplainedPart(words, worth, parts=(self.explain(expression.part),))
        return ExplainedPart(words, worth, tuple(dict.fromkeys(self._read(expression))))

    def _read(self, expression: Expression) -> Iterator[str]:
        """Yield what an expression looks at and what was found there, also by way of calculations."""
        for _, item in items_in(expression):
            yield f"{say_title(item, self.speech)} {self._answer(item)}"
        for _, _, node in walk(expression):
            if isinstance(node, CalculationOf):
                yield from self._read(self.scope.calculations[node.name])
            elif isinstance(node, SampleOf | ResponseOf):
                yield self._found(node)

    def _answer(self, item: str) -> str:
        answer: Answer | None = self.facts.answers.get(item)
        kind = self.speech.declared.kind_of_item(item)
        if answer is None:
            return "heeft geen antwoord"
        if answer.missing is not None:
            return f"is ‘{REASONS[answer.missing]}’"
        if kind.basic is Basic.WORDS:
            return "is ingevuld"  # what was told is for nobody's eyes here
        assert answer.value is not None, "an answer has a value or a reason"
        return f"is {self._value(answer.value, kind)}"

    def _found(self, node: SampleOf | ResponseOf) -> str:
        value: Known | None = compile_expression(node, self.scope)(self.facts)
        kind = kind_of(node, self.speech.declared)
        return f"{say(node, self.speech)} is {'onbekend' if value is None else self._value(value, kind)}"

    def _value(self, value: Known, kind: Kind) -> str:
        if isinstance(value, tuple):
            return " en ".join(say_code(code, kind.codes, self.speech.questionnaire) for code in value)
        if isinstance(value, date):
            return say_day(value)
        return say_code(value, kind.codes, self.speech.questionnaire) if isinstance(value, str) else str(value)


def _lines(part: ExplainedPart, indent: str) -> Iterator[str]:
    read = f" ({'; '.join(part.read)})" if part.read else ""
    yield f"{indent}{part.worth.value}: {part.words}{read}"
    for inner in part.parts:
        yield from _lines(inner, indent + "  ")
