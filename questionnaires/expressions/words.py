"""Who is asked a question, in Dutch words: a condition read aloud for people who use the data."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final

from questionnaires.answers import Missing
from questionnaires.expressions.kinds import BOOL, Basic, CodeList, Declared, Kind, common_kind, kind_of, may_be_unknown
from questionnaires.expressions.leaves import (
    Answered,
    AnswerOf,
    CalculationOf,
    CodeLiteral,
    CountSelected,
    DateLiteral,
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
from questionnaires.expressions.tree import reads_nothing
from questionnaires.questionnaire import Page, Questionnaire

REASONS: Final[Mapping[Missing, str]] = {
    Missing.NOT_ASKED: "Niet gevraagd",
    Missing.SKIPPED: "Overgeslagen",
    Missing.DONT_KNOW: "Weet ik niet",
    Missing.NOT_APPLICABLE: "Niet van toepassing",
    Missing.REFUSED: "Zeg ik liever niet",
}
CIRCUMSTANCES: Final[Mapping[str, str]] = {
    "language": "de taal",
    "mode": "de manier van invullen",
    "register": "het leesniveau",
    "started_on": "de dag waarop het invullen begon",
}
_WAYS: Final[Mapping[str, str]] = {
    "web": "Via internet",
    "paper": "Op papier",
    "phone": "Via de telefoon",
    "standard": "Gewone tekst",
    "easy": "Makkelijke tekst",
}
# How numbers, and how days are compared.
_ORDER: Final[Mapping[type[Node], tuple[str, str]]] = {
    Less: ("is lager dan", "is voor"),
    AtMost: ("is hoogstens", "is op of voor"),
    Greater: ("is hoger dan", "is na"),
    AtLeast: ("is ten minste", "is op of na"),
}


@dataclass(frozen=True, slots=True)
class Speech:
    """What is needed to say an expression: the questionnaire, and the list of the codes that are said at this place."""

    questionnaire: Questionnaire
    declared: Declared
    codes: CodeList | None = None

    def kind(self, parts: Iterable[Expression]) -> Kind:
        """Return what these expressions are worth together."""
        found = common_kind(kind_of(part, self.declared) for part in parts)
        assert found is not None, "the types have been checked"
        return found


def describe_universe(questionnaire: Questionnaire, page: Page) -> str:
    """Return who is asked the questions of a page, as a Dutch sentence."""
    if page.show_if is None:
        return "Iedereen."
    speech = speech_of(questionnaire)
    kept = page.when_unknown == "show" and may_be_unknown(page.show_if, speech.declared.calculations)
    unknown = " Ook wie een vraag uit deze voorwaarde niet beantwoordde." if kept else ""
    return f"Alleen als: {say(page.show_if, speech)}.{unknown}"


def speech_of(questionnaire: Questionnaire) -> Speech:
    """Return what is needed to say the expressions of a questionnaire."""
    declared = Declared(
        items=questionnaire.items_by_id,
        scales=questionnaire.scales_by_reference,
        calculations={calculation.id: calculation for calculation in questionnaire.calculations},
        sample=questionnaire.sample,
        languages=questionnaire.languages,
        modes=questionnaire.modes,
        registers=questionnaire.registers,
    )
    return Speech(questionnaire, declared)


def say(expression: Expression, speech: Speech) -> str:
    """Return an expression in words, with the calculations in it written out."""
    if isinstance(expression, bool):
        return "altijd" if expression else "nooit"
    if isinstance(expression, Node):
        return _SAYINGS[type(expression)](expression, speech)
    return f"{expression}".replace(".", ",")


def say_code(code: str, codes: CodeList | None, questionnaire: Questionnaire) -> str:
    """Return a code as people read it: the text of the option, or the name of a language, mode or register."""
    scale = questionnaire.scales_by_reference.get(codes.name) if codes is not None else None
    if scale is not None:
        return next(f"‘{option.text}’" for option in scale.options if option.code == code)
    return f"‘{_WAYS.get(code) or _language(code)}’"


def say_day(day: date) -> str:
    """Return a day in words.

    >>> say_day(date(2027, 1, 31))
    '31 januari 2027'
    """
    from babel.dates import format_date

    return format_date(day, "d MMMM y", locale="nl")


def say_title(item: str, speech: Speech) -> str:
    """Return the short name of an item between quotes."""
    return f"‘{speech.questionnaire.item(item).title}’"


def _language(code: str) -> str:
    from babel import Locale

    return str(Locale("nl").languages.get(code.replace("-", "_"), code))


def _listed(words: Sequence[str]) -> str:
    return " en ".join(filter(None, (", ".join(words[:-1]), words[-1])))


def _joined(word: str) -> Callable[[Any, Speech], str]:
    def words(node: Any, speech: Speech) -> str:
        parts = [say(part, speech) for part in getattr(node, "parts", None) or node.sides]
        return parts[0] if len(parts) == 1 else f"({f' {word} '.join(parts)})"

    return words


def _not(node: Not, speech: Speech) -> str:
    return f"niet ({say(node.part, speech)})"


def _equal(node: Comparison, speech: Speech) -> str:
    return _equality(node, speech, same=True)


def _not_equal(node: Comparison, speech: Speech) -> str:
    return _equality(node, speech, same=False)


def _equality(node: Comparison, speech: Speech, *, same: bool) -> str:
    left, right = _reading_first(node)
    kind = speech.kind(node.sides)
    if kind == BOOL and isinstance(right, bool):
        return say(left if right is same else Not(part=left), speech)
    spoken = replace(speech, codes=kind.codes)
    one, other = say(left, spoken), say(right, spoken)
    if kind == BOOL:
        return f"({one}) is {'net zo waar' if same else 'niet net zo waar'} als ({other})"
    return f"{one} {'is' if same else 'is niet'} {other}"


def _order(node: Comparison, speech: Speech) -> str:
    left, right = _reading_first(node)
    order = type(node) if left is node.sides[0] else _TURNED[type(node)]
    of_days = speech.kind(node.sides).basic is Basic.DATE
    return f"{say(left, speech)} {_ORDER[order][of_days]} {say(right, speech)}"


def _reading_first(node: Comparison) -> tuple[Expression, Expression]:
    """Return the sides with what is written down behind what is read."""
    left, right = node.sides
    return (right, left) if reads_nothing(left) else (left, right)


def _one_of(node: OneOf, speech: Speech) -> str:
    chosen, literals = node.choice
    spoken = replace(speech, codes=speech.kind([chosen]).codes)
    return f"{say(chosen, spoken)} is {' of '.join(say(literal, spoken) for literal in literals)}"


def _includes(node: Includes, speech: Speech) -> str:
    item, literal = node.choice
    spoken = replace(speech, codes=speech.kind([item]).codes)
    return f"bij {say(item, speech)} is {say(literal, spoken)} gekozen"


def _reason(node: ReasonIs, speech: Speech) -> str:
    item, reason = node.test
    return f"{say(item, speech)} heeft als reden ‘{REASONS[reason]}’"


def _extreme(of_numbers: str, of_days: str) -> Callable[[Lowest | Highest, Speech], str]:
    def words(node: Lowest | Highest, speech: Speech) -> str:
        first = of_days if speech.kind(node.parts).basic is Basic.DATE else of_numbers
        return f"{first} van {_listed([say(part, speech) for part in node.parts])}"

    return words


def _gathered(first: str) -> Callable[[SumOf | MeanOf, Speech], str]:
    def words(node: SumOf | MeanOf, speech: Speech) -> str:
        gathered = node.gathered
        titles = _listed([say_title(item, speech) for item in gathered.of])
        scores = "de scores van " if gathered.take == "score" else ""
        known = "alle" if gathered.min_valid == len(gathered.of) else f"ten minste {gathered.min_valid}"
        return f"{first} van {scores}{titles} ({known} beantwoord)"

    return words


def _choose(node: Choose, speech: Speech) -> str:
    condition, when_true, when_false = (say(branch, speech) for branch in node.branches)
    return f"({when_true} als {condition}, en anders {when_false})"


def _first_known(node: FirstKnown, speech: Speech) -> str:
    return f"({', of als dat onbekend is '.join(say(part, speech) for part in node.parts)})"


_TURNED: Final[Mapping[type[Node], type[Node]]] = {Less: Greater, AtMost: AtLeast, Greater: Less, AtLeast: AtMost}
_SAYINGS: Final[Mapping[type[Node], Callable[[Any, Speech], str]]] = {
    AnswerOf: lambda node, speech: say_title(node.item, speech),
    CalculationOf: lambda node, speech: say(speech.declared.calculations[node.name].expr, speech),
    SampleOf: lambda node, _: f"‘{node.name}’ uit de steekproef",
    ResponseOf: lambda node, _: CIRCUMSTANCES[node.what],
    CodeLiteral: lambda node, speech: say_code(node.code, speech.codes, speech.questionnaire),
    DateLiteral: lambda node, _: say_day(date.fromisoformat(node.day)),
    AllOf: _joined("en"),
    AnyOf: _joined("of"),
    Not: _not,
    Equal: _equal,
    NotEqual: _not_equal,
    **dict.fromkeys((Less, AtMost, Greater, AtLeast), _order),
    OneOf: _one_of,
    Includes: _includes,
    CountSelected: lambda node, speech: f"het aantal keuzes bij {say(node.of, speech)}",
    Answered: lambda node, speech: f"{say(node.of, speech)} is beantwoord",
    ReasonIs: _reason,
    Add: _joined("plus"),
    Subtract: _joined("min"),
    Multiply: _joined("keer"),
    Lowest: _extreme("het laagste", "de eerste"),
    Highest: _extreme("het hoogste", "de laatste"),
    SumOf: _gathered("de som"),
    MeanOf: _gathered("het gemiddelde"),
    MonthsBetween: lambda node, speech: (
        f"het aantal maanden van {say(node.sides[0], speech)} tot {say(node.sides[1], speech)}"
    ),
    YearsBetween: lambda node, speech: (
        f"het aantal jaren van {say(node.sides[0], speech)} tot {say(node.sides[1], speech)}"
    ),
    Choose: _choose,
    FirstKnown: _first_known,
}
