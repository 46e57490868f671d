"""What each node of an expression is worth: a truth, a number, a day, a code of which list; and whether it may be unknown.

The kinds follow from what is declared, never from answers. Nodes that do not fit together are told by `typing_checks`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from enum import Enum
from typing import Any, Final

from questionnaires.definition import DateAnswer, IntegerAnswer, Item, ScaleAnswer
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
from questionnaires.expressions.tree import branches
from questionnaires.modules import Calculation, SampleVariable
from questionnaires.scales import AnswerScale, ScaleType


class Basic(Enum):
    """What a value is, in the words of the messages."""

    BOOL = "waar of onwaar"
    INTEGER = "een heel getal"
    DECIMAL = "een getal"
    DATE = "een dag"
    CODE = "een code"
    CODES = "een keuze van meer codes tegelijk"
    WORDS = "een eigen tekst"
    UNKNOWN = "onbekend"


@dataclass(frozen=True, slots=True)
class CodeList:
    """The codes that a value may be. `name` is a scale (`eens5@1`), or language, mode or register; `reasons` are no values."""

    name: str
    codes: tuple[str, ...]
    reasons: tuple[str, ...] = ()

    @property
    def title(self) -> str:
        """What the list is, in the words of the messages."""
        return _TITLES.get(self.name) or f"de schaal {self.name}"


@dataclass(frozen=True, slots=True)
class Kind:
    """What a node is worth. A code that is written down has no list of its own: it takes that of what it is compared with."""

    basic: Basic
    codes: CodeList | None = None


BOOL: Final = Kind(Basic.BOOL)
INTEGER: Final = Kind(Basic.INTEGER)
DECIMAL: Final = Kind(Basic.DECIMAL)
DATE: Final = Kind(Basic.DATE)
CODE: Final = Kind(Basic.CODE)
UNKNOWN: Final = Kind(Basic.UNKNOWN)
NUMBERS: Final = frozenset({Basic.INTEGER, Basic.DECIMAL})
_TITLES: Final[Mapping[str, str]] = {
    "language": "de talen van deze vragenlijst",
    "mode": "de manieren van invullen van deze vragenlijst",
    "register": "de leesniveaus van deze vragenlijst",
}
DECLARED_KINDS: Final[Mapping[str, Kind]] = {"bool": BOOL, "int": INTEGER, "decimal": DECIMAL, "date": DATE}


@dataclass(frozen=True, slots=True)
class Declared:
    """What expressions can name: items, scales, calculations, sample variables, and the ways of answering."""

    items: Mapping[str, Item]
    scales: Mapping[str, AnswerScale]
    calculations: Mapping[str, Calculation] = field(default_factory=dict)
    sample: Mapping[str, SampleVariable] = field(default_factory=dict)
    languages: tuple[str, ...] = ("nl",)
    modes: tuple[str, ...] = ("web",)
    registers: tuple[str, ...] = ("standard",)

    def scale_of(self, item_id: str) -> AnswerScale | None:
        """Return the scale of an item; None when it has none, or when the item or its scale does not exist."""
        item = self.items.get(item_id)
        return self.scales.get(item.type.scale) if item is not None and isinstance(item.type, ScaleAnswer) else None

    def kind_of_item(self, item_id: str) -> Kind:
        """Return what an answer to an item is worth."""
        item = self.items.get(item_id)
        if item is None:
            return UNKNOWN
        if isinstance(item.type, ScaleAnswer):
            return self.kind_of_scale(item.type.scale)
        if isinstance(item.type, IntegerAnswer):
            return INTEGER
        return DATE if isinstance(item.type, DateAnswer) else Kind(Basic.WORDS)

    def kind_of_scale(self, reference: str) -> Kind:
        """Return what a choice from a scale is worth."""
        scale = self.scales.get(reference)
        if scale is None:
            return UNKNOWN
        codes = tuple(option.code for option in (*scale.codes, *scale.exclusive))
        listed = CodeList(reference, codes, tuple(option.code for option in scale.missing))
        return Kind(Basic.CODES if scale.type is ScaleType.MULTI else Basic.CODE, listed)


def kind_of(expression: Expression, declared: Declared) -> Kind:
    """Return what an expression is worth; unknown when it names what does not exist, or its parts do not fit together.

    >>> kind_of(Not(part=True), Declared(items={}, scales={})).basic.value
    'waar of onwaar'
    """
    if isinstance(expression, Node):
        return _FIXED.get(type(expression)) or _KINDS[type(expression)](expression, declared)
    if isinstance(expression, bool):
        return BOOL
    return INTEGER if isinstance(expression, int) else DECIMAL


def common_kind(kinds: Iterable[Kind]) -> Kind | None:
    """Return the one kind that all of these fit: whole numbers also fit where any number does. None when there is none."""
    known = [kind for kind in kinds if kind.basic is not Basic.UNKNOWN]
    if not known:
        return UNKNOWN
    basics = {kind.basic for kind in known}
    if basics <= NUMBERS:
        return DECIMAL if Basic.DECIMAL in basics else INTEGER
    lists = {kind.codes for kind in known if kind.codes is not None}
    return Kind(known[0].basic, next(iter(lists), None)) if len(basics) == 1 and len(lists) <= 1 else None


def may_be_unknown(
    expression: Expression, calculations: Mapping[str, Calculation], seen: AbstractSet[str] = frozenset()
) -> bool:
    """Return whether an expression can be unknown: an answer can be skipped, and a sample does not say everything.

    Always known are presence, the language, mode and register of the response, and what is written down. A calculation that
    does not exist or leads back to itself (`seen` were met on the way) adds nothing: the checks tell about it.
    """
    if isinstance(expression, Answered | ReasonIs):
        return False
    if isinstance(expression, AnswerOf | SampleOf | SumOf | MeanOf):
        return True
    if isinstance(expression, ResponseOf):
        return expression.what == "started_on"
    if isinstance(expression, CalculationOf):
        found = calculations.get(expression.name) if expression.name not in seen else None
        return found is not None and may_be_unknown(found.expr, calculations, seen | {expression.name})
    parts = branches(expression) if isinstance(expression, Node) else ()
    unknown = (may_be_unknown(part, calculations, seen) for _, part in parts)
    return all(unknown) if isinstance(expression, FirstKnown) else any(unknown)


def _calculation(node: CalculationOf, declared: Declared) -> Kind:
    found = declared.calculations.get(node.name)
    return DECLARED_KINDS[found.type] if found is not None else UNKNOWN


def _sample(node: SampleOf, declared: Declared) -> Kind:
    found = declared.sample.get(node.name)
    if found is None:
        return UNKNOWN
    return declared.kind_of_scale(found.type.scale) if isinstance(found.type, ScaleAnswer) else INTEGER


def _response(node: ResponseOf, declared: Declared) -> Kind:
    if node.what == "started_on":
        return DATE
    codes = {"language": declared.languages, "mode": declared.modes, "register": declared.registers}
    return Kind(Basic.CODE, CodeList(node.what, codes[node.what]))


def _of_parts(parts: Iterable[Expression], declared: Declared) -> Kind:
    return common_kind(kind_of(part, declared) for part in parts) or UNKNOWN


def _number(parts: Iterable[Expression], declared: Declared) -> Kind:
    # A part that is no number at all is told by itself.
    return DECIMAL if any(kind_of(part, declared) == DECIMAL for part in parts) else INTEGER


_TRUTHS: Final = (
    AllOf,
    AnyOf,
    Not,
    Equal,
    NotEqual,
    Less,
    AtMost,
    Greater,
    AtLeast,
    OneOf,
    Includes,
    Answered,
    ReasonIs,
)
_FIXED: Final[Mapping[type[Node], Kind]] = {
    **dict.fromkeys(_TRUTHS, BOOL),
    CodeLiteral: CODE,
    DateLiteral: DATE,
    CountSelected: INTEGER,
    MonthsBetween: INTEGER,
    YearsBetween: INTEGER,
    MeanOf: DECIMAL,
}
_KINDS: Final[Mapping[type[Node], Callable[[Any, Declared], Kind]]] = {
    AnswerOf: lambda node, declared: declared.kind_of_item(node.item),
    CalculationOf: _calculation,
    SampleOf: _sample,
    ResponseOf: _response,
    Add: lambda node, declared: _number(node.parts, declared),
    Subtract: lambda node, declared: _number(node.sides, declared),
    Multiply: lambda node, declared: _number(node.parts, declared),
    Lowest: lambda node, declared: _of_parts(node.parts, declared),
    Highest: lambda node, declared: _of_parts(node.parts, declared),
    SumOf: lambda node, _: INTEGER if node.gathered.take == "value" else DECIMAL,
    Choose: lambda node, declared: _of_parts(node.branches[1:], declared),
    FirstKnown: lambda node, declared: _of_parts(node.parts, declared),
}
