"""Conditions: a small tree of typed nodes that says when a page is asked. No code, no clock, no chance.

Each node is written as a mapping with one key. Logic is three-valued: an answer without a value is unknown, and
`None` is how unknown travels. Only `answered` and `reason_is` are never unknown once the path is known.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from typing import Annotated, Any, TypeAlias

from pydantic import BaseModel, ConfigDict, Discriminator, Field, Tag

from questionnaires.answers import Answers, Missing

MAX_DEPTH = 6
MAX_NODES = 60

Known: TypeAlias = bool | int | float | str | tuple[str, ...]


class Node(BaseModel):
    """A node of a condition. Its one field is written under the key that `key_of` returns."""

    model_config = ConfigDict(
        frozen=True, strict=True, extra="forbid", serialize_by_alias=True, validate_by_name=True, validate_by_alias=True
    )


class AnswerOf(Node):
    """The answer to an item: a code, codes, a number or a story."""

    item: str = Field(alias="answer")


class CodeLiteral(Node):
    """A code of a scale, to compare an answer with."""

    code: str


class AllOf(Node):
    """True when every part is true; false as soon as one part is false."""

    parts: Annotated[tuple[Expression, ...], Field(min_length=1)] = Field(alias="all")


class AnyOf(Node):
    """True as soon as one part is true; false when every part is false."""

    parts: Annotated[tuple[Expression, ...], Field(min_length=1)] = Field(alias="any")


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
    """The first number is below the second."""

    sides: tuple[Expression, Expression] = Field(alias="lt")


class AtMost(Comparison):
    """The first number is the second or below it."""

    sides: tuple[Expression, Expression] = Field(alias="le")


class Greater(Comparison):
    """The first number is above the second."""

    sides: tuple[Expression, Expression] = Field(alias="gt")


class AtLeast(Comparison):
    """The first number is the second or above it."""

    sides: tuple[Expression, Expression] = Field(alias="ge")


class OneOf(Node):
    """The chosen code is in the list."""

    choice: tuple[AnswerOf, Annotated[tuple[CodeLiteral, ...], Field(min_length=1)]] = Field(alias="in")


class Includes(Node):
    """The code is among the codes of a multiple choice."""

    choice: tuple[AnswerOf, CodeLiteral] = Field(alias="includes")


class CountSelected(Node):
    """The number of codes chosen in a multiple choice. Exclusive codes, such as "geen hulp", do not count."""

    of: AnswerOf = Field(alias="count_selected")


class Answered(Node):
    """The item has an answer with a value on the path."""

    of: AnswerOf = Field(alias="answered")


class ReasonIs(Node):
    """The item has no value on the path, for this reason. An item that is off the path was not asked."""

    test: tuple[AnswerOf, Missing] = Field(alias="reason_is")


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
    | Annotated[CodeLiteral, Tag("code")]
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
    | Annotated[bool | int | float, Tag("number")],
    Discriminator(_kind),
]


@dataclass(frozen=True, slots=True)
class Facts:
    """What a condition may look at. `exclusive` holds the exclusive codes by item.

    `pending` items are asked but not answered yet: even whether they are answered is unknown.
    """

    answers: Answers
    exclusive: Mapping[str, AbstractSet[str]] = field(default_factory=dict)
    pending: AbstractSet[str] = frozenset()

    def value_of(self, item: str) -> Known | None:
        """Return the value of the answer to an item, None when there is none."""
        answer = self.answers.get(item)
        return None if answer is None else answer.value


def evaluate(expression: Expression, facts: Facts) -> bool | None:
    """Return whether a condition holds: true, false, or None for unknown (three-valued logic of Kleene).

    >>> condition = AllOf(parts=(Answered(of=AnswerOf(item="GES01")), True))
    >>> evaluate(condition, Facts({}))
    False
    """
    found = _value(expression, facts)
    assert found is None or isinstance(found, bool), "a condition is a yes or a no: the checks see to it"
    return found


def _value(expression: Expression, facts: Facts) -> Known | None:
    if isinstance(expression, Node):
        return _VALUES[type(expression)](expression, facts)
    return expression


def _all_of(node: AllOf, facts: Facts) -> Known | None:
    found = [_value(part, facts) for part in node.parts]
    return False if False in found else None if None in found else True


def _any_of(node: AnyOf, facts: Facts) -> Known | None:
    found = [_value(part, facts) for part in node.parts]
    return True if True in found else None if None in found else False


def _not(node: Not, facts: Facts) -> Known | None:
    found = _value(node.part, facts)
    return None if found is None else not found


def _comparison(compare: Callable[[Any, Any], bool]) -> Callable[[Comparison, Facts], Known | None]:
    def value(node: Comparison, facts: Facts) -> Known | None:
        left, right = _value(node.sides[0], facts), _value(node.sides[1], facts)
        return None if left is None or right is None else compare(left, right)

    return value


def _one_of(node: OneOf, facts: Facts) -> Known | None:
    chosen = facts.value_of(node.choice[0].item)
    return None if chosen is None else any(chosen == literal.code for literal in node.choice[1])


def _includes(node: Includes, facts: Facts) -> Known | None:
    chosen = facts.value_of(node.choice[0].item)
    return node.choice[1].code in chosen if isinstance(chosen, tuple) else None


def _count_selected(node: CountSelected, facts: Facts) -> Known | None:
    chosen = facts.value_of(node.of.item)
    exclusive = facts.exclusive.get(node.of.item, frozenset())
    return sum(code not in exclusive for code in chosen) if isinstance(chosen, tuple) else None


def _answered(node: Answered, facts: Facts) -> Known | None:
    return None if node.of.item in facts.pending else facts.value_of(node.of.item) is not None


def _reason_is(node: ReasonIs, facts: Facts) -> Known | None:
    item, reason = node.test[0].item, node.test[1]
    answer = facts.answers.get(item)
    if item in facts.pending:
        return None
    return reason is (Missing.NOT_ASKED if answer is None else answer.missing)


# How each node is written, and what it is worth. Literal numbers, true and false are written as they are.
_NODES: dict[str, tuple[type[Node], Callable[[Any, Facts], Known | None]]] = {
    "answer": (AnswerOf, lambda node, facts: facts.value_of(node.item)),
    "code": (CodeLiteral, lambda node, _: str(node.code)),
    "all": (AllOf, _all_of),
    "any": (AnyOf, _any_of),
    "not": (Not, _not),
    "eq": (Equal, _comparison(operator.eq)),
    "ne": (NotEqual, _comparison(operator.ne)),
    "lt": (Less, _comparison(operator.lt)),
    "le": (AtMost, _comparison(operator.le)),
    "gt": (Greater, _comparison(operator.gt)),
    "ge": (AtLeast, _comparison(operator.ge)),
    "in": (OneOf, _one_of),
    "includes": (Includes, _includes),
    "count_selected": (CountSelected, _count_selected),
    "answered": (Answered, _answered),
    "reason_is": (ReasonIs, _reason_is),
}
_KEYS = {node: key for key, (node, _) in _NODES.items()}
_VALUES = dict(_NODES.values())
for _node in _VALUES:
    _node.model_rebuild()
