"""Expressions: a small tree of typed nodes, for conditions, calculations and soft checks. No code, no clock, no chance.

Each node is written as a mapping with one key; numbers, true and false are written as they are. What a tree is worth is
worked out in `evaluating`, what may stand where is checked in `kinds`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Final, TypeAlias

from pydantic import Discriminator, Field, Tag

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

MAX_DEPTH: Final = 6
MAX_NODES: Final = 60
MAX_NODES_INLINED: Final = 240  # with the calculations written out in it, as words and reachability need it


class AllOf(Node):
    """True when every part is true; false as soon as one part is false."""

    parts: Parts = Field(alias="all")


class AnyOf(Node):
    """True as soon as one part is true; false when every part is false."""

    parts: Parts = Field(alias="any")


class Not(Node):
    """The opposite; the opposite of unknown is unknown."""

    part: Expression = Field(alias="not")


class Comparison(Node):
    """Two sides compared; unknown when one of them is."""

    sides: tuple[Expression, Expression]


class Equal(Comparison):
    """Both sides are the same."""

    sides: tuple[Expression, Expression] = Field(alias="eq")


class NotEqual(Comparison):
    """The sides differ."""

    sides: tuple[Expression, Expression] = Field(alias="ne")


class Less(Comparison):
    """The first number or day is below the second."""

    sides: tuple[Expression, Expression] = Field(alias="lt")


class AtMost(Comparison):
    """The first number or day is the second or below it."""

    sides: tuple[Expression, Expression] = Field(alias="le")


class Greater(Comparison):
    """The first number or day is above the second."""

    sides: tuple[Expression, Expression] = Field(alias="gt")


class AtLeast(Comparison):
    """The first number or day is the second or above it."""

    sides: tuple[Expression, Expression] = Field(alias="ge")


class OneOf(Node):
    """The one code is in the list."""

    choice: tuple[Expression, Annotated[tuple[CodeLiteral, ...], Field(min_length=1)]] = Field(alias="in")


class Add(Node):
    """The sum of numbers; unknown when one of them is."""

    parts: Parts = Field(alias="add")


class Subtract(Node):
    """The first number minus the second."""

    sides: tuple[Expression, Expression] = Field(alias="sub")


class Multiply(Node):
    """The product of numbers."""

    parts: Parts = Field(alias="mul")


class Lowest(Node):
    """The lowest of numbers or days; unknown when one of them is."""

    parts: Parts = Field(alias="min")


class Highest(Node):
    """The highest of numbers or days; unknown when one of them is."""

    parts: Parts = Field(alias="max")


class MonthsBetween(Node):
    """The number of whole months from the first day to the second; below zero when the second comes first."""

    sides: tuple[Expression, Expression] = Field(alias="months_between")


class YearsBetween(Node):
    """The number of whole years from the first day to the second."""

    sides: tuple[Expression, Expression] = Field(alias="years_between")


class Choose(Node):
    """The second when the first is true, the third when it is false; unknown when the first is."""

    branches: tuple[Expression, Expression, Expression] = Field(alias="if")


class FirstKnown(Node):
    """The first of the parts that is not unknown."""

    parts: Parts = Field(alias="first_known")


# How each node is written. Literal numbers, true and false are written as they are.
NODES: Final[Mapping[str, type[Node]]] = {
    "answer": AnswerOf,
    "calc": CalculationOf,
    "sample": SampleOf,
    "response": ResponseOf,
    "code": CodeLiteral,
    "date": DateLiteral,
    "all": AllOf,
    "any": AnyOf,
    "not": Not,
    "eq": Equal,
    "ne": NotEqual,
    "lt": Less,
    "le": AtMost,
    "gt": Greater,
    "ge": AtLeast,
    "in": OneOf,
    "includes": Includes,
    "count_selected": CountSelected,
    "answered": Answered,
    "reason_is": ReasonIs,
    "add": Add,
    "sub": Subtract,
    "mul": Multiply,
    "min": Lowest,
    "max": Highest,
    "sum": SumOf,
    "mean": MeanOf,
    "months_between": MonthsBetween,
    "years_between": YearsBetween,
    "if": Choose,
    "first_known": FirstKnown,
}
_KEYS: Final = {node: key for key, node in NODES.items()}


def key_of(node: Node) -> str:
    """Return the key under which a node is written.

    >>> key_of(AnswerOf(item="GES01"))
    'answer'
    """
    return _KEYS[type(node)]


def _kind(written: object) -> str | None:
    if isinstance(written, Node):
        return key_of(written)
    if isinstance(written, Mapping):
        return str(next(iter(written))) if len(written) == 1 else None
    return "number" if isinstance(written, bool | int | float) else None


Expression: TypeAlias = Annotated[
    Annotated[AnswerOf, Tag("answer")]
    | Annotated[CalculationOf, Tag("calc")]
    | Annotated[SampleOf, Tag("sample")]
    | Annotated[ResponseOf, Tag("response")]
    | Annotated[CodeLiteral, Tag("code")]
    | Annotated[DateLiteral, Tag("date")]
    | Annotated[AllOf, Tag("all")]
    | Annotated[AnyOf, Tag("any")]
    | Annotated[Not, Tag("not")]
    | Annotated[Equal, Tag("eq")]
    | Annotated[NotEqual, Tag("ne")]
    | Annotated[Less, Tag("lt")]
    | Annotated[AtMost, Tag("le")]
    | Annotated[Greater, Tag("gt")]
    | Annotated[AtLeast, Tag("ge")]
    | Annotated[OneOf, Tag("in")]
    | Annotated[Includes, Tag("includes")]
    | Annotated[CountSelected, Tag("count_selected")]
    | Annotated[Answered, Tag("answered")]
    | Annotated[ReasonIs, Tag("reason_is")]
    | Annotated[Add, Tag("add")]
    | Annotated[Subtract, Tag("sub")]
    | Annotated[Multiply, Tag("mul")]
    | Annotated[Lowest, Tag("min")]
    | Annotated[Highest, Tag("max")]
    | Annotated[SumOf, Tag("sum")]
    | Annotated[MeanOf, Tag("mean")]
    | Annotated[MonthsBetween, Tag("months_between")]
    | Annotated[YearsBetween, Tag("years_between")]
    | Annotated[Choose, Tag("if")]
    | Annotated[FirstKnown, Tag("first_known")]
    | Annotated[bool | int | float, Tag("number")],
    Discriminator(_kind),
]
Parts: TypeAlias = Annotated[tuple[Expression, ...], Field(min_length=1)]

_NAMES: Final[dict[str, Any]] = {"Expression": Expression, "Parts": Parts}
_NODES: Final[tuple[type[Node], ...]] = (Comparison, *NODES.values())
for _node in _NODES:
    _node.model_rebuild(_types_namespace=_NAMES)
