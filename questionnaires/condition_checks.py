"""Checks of one condition: do the types fit, does it read earlier questions only, is it small enough to understand."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any, TypeAlias

from questionnaires.condition_tree import branches, items_read, walk
from questionnaires.conditions import (
    MAX_DEPTH,
    MAX_NODES,
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
    key_of,
)
from questionnaires.definition import AnswerScale, IntegerAnswer, Item, ScaleAnswer, ScaleType
from questionnaires.strict_yaml import suggest
from questionnaires.yaml_nodes import Place


class Kind(Enum):
    """What a node is worth, in the words of the messages."""

    BOOL = "waar of onwaar"
    NUMBER = "een getal"
    CODE = "een code"
    CODES = "meer codes tegelijk"
    TEXT = "een verhaal"
    UNKNOWN = "onbekend"


@dataclass(frozen=True, slots=True)
class Finding:
    """A problem in a condition; `place` counts from the condition."""

    place: Place
    code: str
    cause: str
    cure: str


@dataclass(frozen=True, slots=True)
class Readable:
    """What a condition may read: all items of the questionnaire, their scales, and the items on earlier pages."""

    items: Mapping[str, Item]
    scales: Mapping[str, AnswerScale]
    earlier: frozenset[str]

    def scale_of(self, item_id: str) -> AnswerScale | None:
        """Return the scale of an item; None when it has none or is itself unknown."""
        item = self.items.get(item_id)
        return self.scales.get(item.type.scale) if item is not None and isinstance(item.type, ScaleAnswer) else None

    def kind_of(self, item_id: str) -> Kind:
        """Return what an answer to an item is worth."""
        item, scale = self.items.get(item_id), self.scale_of(item_id)
        if scale is not None:
            return Kind.CODES if scale.type is ScaleType.MULTI else Kind.CODE
        if item is None or isinstance(item.type, ScaleAnswer):
            return Kind.UNKNOWN
        return Kind.NUMBER if isinstance(item.type, IntegerAnswer) else Kind.TEXT


Findings: TypeAlias = Iterator[Finding]


def check_condition(condition: Expression, readable: Readable) -> Findings:
    """Yield every problem of a condition: size (D02), references (D01, D03) and types (D02)."""
    yield from _check_size(condition)
    for place, _, node in walk(condition):
        if isinstance(node, AnswerOf):
            yield from _check_reference((*place, "answer"), node.item, readable)
    yield from _expect(condition, Kind.BOOL, (), readable)


def may_be_unknown(condition: Expression) -> bool:
    """Return whether a condition reads the value of an answer: that is unknown when the question is skipped."""
    if isinstance(condition, Answered | ReasonIs):
        return False
    if isinstance(condition, AnswerOf):
        return True
    return isinstance(condition, Node) and any(may_be_unknown(part) for _, part in branches(condition))


def _check_size(condition: Expression) -> Findings:
    depths = [depth for _, depth, _ in walk(condition)]
    if max(depths) > MAX_DEPTH:
        cause = f"De voorwaarde is {max(depths)} lagen diep; hoogstens {MAX_DEPTH} mag."
        yield Finding((), "D02", cause, "Maak de voorwaarde eenvoudiger, of verdeel de vragen over meer pagina's.")
    if len(depths) > MAX_NODES:
        cause = f"De voorwaarde heeft {len(depths)} onderdelen; hoogstens {MAX_NODES} mag."
        yield Finding((), "D02", cause, "Maak de voorwaarde korter.")


def _check_reference(place: Place, item: str, readable: Readable) -> Findings:
    if item not in readable.items:
        cure = suggest(item, readable.earlier & readable.items.keys())
        yield Finding(place, "D01", f"De vraag {item} staat niet in deze vragenlijst.", cure)
    elif item not in readable.earlier:
        cause = f"De vraag {item} staat niet op een eerdere pagina."
        yield Finding(place, "D03", cause, "Zet die vraag eerder, of lees een vraag die al is gesteld.")


def _expect(node: Expression, wanted: Kind, place: Place, readable: Readable) -> Findings:
    """Yield what is wrong inside a node, and that it is not worth what is wanted here."""
    found = _kind(node, readable)
    if found not in {wanted, Kind.UNKNOWN}:
        yield Finding(place, "D02", f"Hier hoort {wanted.value}; dit is {found.value}.", _cure(wanted, found))
    if isinstance(node, Node):
        check = _INSIDE.get(type(node))
        if check is not None:
            yield from check(node, (*place, key_of(node)), readable)


def _cure(wanted: Kind, found: Kind) -> str:
    if found is Kind.CODES:
        return "Gebruik includes of count_selected bij een vraag met meer antwoorden."
    if found is Kind.TEXT:
        return "Van een verhaal kunt u alleen vragen of het er is: gebruik answered."
    if wanted is Kind.BOOL:
        return "Vergelijk dit ergens mee, bijvoorbeeld met eq."
    return "Vergelijk dingen van dezelfde soort."


def _kind(node: Expression, readable: Readable) -> Kind:
    if isinstance(node, AnswerOf):
        return readable.kind_of(node.item)
    if isinstance(node, CodeLiteral):
        return Kind.CODE
    if isinstance(node, CountSelected) or (isinstance(node, int | float) and not isinstance(node, bool)):
        return Kind.NUMBER
    return Kind.BOOL


def _inside_logic(node: AllOf | AnyOf, place: Place, readable: Readable) -> Findings:
    for number, part in enumerate(node.parts):
        yield from _expect(part, Kind.BOOL, (*place, number), readable)


def _inside_not(node: Not, place: Place, readable: Readable) -> Findings:
    yield from _expect(node.part, Kind.BOOL, place, readable)


def _inside_equality(node: Comparison, place: Place, readable: Readable) -> Findings:
    left, right = node.sides
    first = _kind(left, readable)
    if first in {Kind.CODES, Kind.TEXT, Kind.UNKNOWN}:
        first = Kind.CODE if _kind(right, readable) in {Kind.CODES, Kind.TEXT, Kind.UNKNOWN} else _kind(right, readable)
    yield from _expect(left, first, (*place, 0), readable)
    yield from _expect(right, first, (*place, 1), readable)
    for one, other, step in ((left, right, 1), (right, left, 0)):
        if isinstance(one, AnswerOf) and isinstance(other, CodeLiteral):
            yield from _check_code(one.item, other, (*place, step), readable)
    if isinstance(left, AnswerOf) and isinstance(right, AnswerOf):
        yield from _check_same_scale(left.item, right.item, place, readable)
    yield from _check_constant(node, place)


def _inside_order(node: Comparison, place: Place, readable: Readable) -> Findings:
    for number, side in enumerate(node.sides):
        yield from _expect(side, Kind.NUMBER, (*place, number), readable)
    yield from _check_constant(node, place)


def _inside_one_of(node: OneOf, place: Place, readable: Readable) -> Findings:
    yield from _expect(node.choice[0], Kind.CODE, (*place, 0), readable)
    for number, literal in enumerate(node.choice[1]):
        yield from _check_code(node.choice[0].item, literal, (*place, 1, number), readable)


def _inside_includes(node: Includes, place: Place, readable: Readable) -> Findings:
    yield from _expect_codes(node.choice[0], (*place, 0), readable)
    yield from _check_code(node.choice[0].item, node.choice[1], (*place, 1), readable)


def _inside_count(node: CountSelected, place: Place, readable: Readable) -> Findings:
    yield from _expect_codes(node.of, place, readable)


def _expect_codes(node: AnswerOf, place: Place, readable: Readable) -> Findings:
    kind = readable.kind_of(node.item)
    if kind not in {Kind.CODES, Kind.UNKNOWN}:
        cause = f"Dit past alleen bij een vraag met meer antwoorden; {node.item} is {kind.value}."
        yield Finding(place, "D02", cause, "Gebruik eq of in bij een vraag met één antwoord.")


def _check_code(item: str, literal: CodeLiteral, place: Place, readable: Readable) -> Findings:
    scale = readable.scale_of(item)
    if scale is None:
        return
    if any(option.code == literal.code for option in scale.missing):
        cause = f"De code {literal.code} van {item} is een reden zonder antwoord."
        yield Finding((*place, "code"), "D02", cause, "Gebruik reason_is om naar een reden te vragen.")
    elif all(option.code != literal.code for option in scale.options):
        cause = f"De code {literal.code} hoort niet bij de schaal {scale.reference} van {item}."
        codes = [code.code for code in (*scale.codes, *scale.exclusive)]
        yield Finding((*place, "code"), "D02", cause, suggest(literal.code, codes))


def _check_same_scale(left: str, right: str, place: Place, readable: Readable) -> Findings:
    scales = readable.scale_of(left), readable.scale_of(right)
    if None not in scales and scales[0] != scales[1]:
        cause = f"De vragen {left} en {right} hebben verschillende schalen."
        yield Finding(place, "D02", cause, "Vergelijk alleen vragen met dezelfde schaal.")


def _check_constant(node: Comparison, place: Place) -> Findings:
    if not items_read(node):
        cause = "Deze vergelijking leest geen antwoord: de uitkomst staat al vast."
        yield Finding(place, "D02", cause, "Vergelijk een antwoord, bijvoorbeeld {answer: GES01}, met een waarde.")


_INSIDE: Mapping[type[Node], Callable[[Any, Place, Readable], Findings]] = {
    AllOf: _inside_logic,
    AnyOf: _inside_logic,
    Not: _inside_not,
    Equal: _inside_equality,
    NotEqual: _inside_equality,
    Less: _inside_order,
    AtMost: _inside_order,
    Greater: _inside_order,
    AtLeast: _inside_order,
    OneOf: _inside_one_of,
    Includes: _inside_includes,
    CountSelected: _inside_count,
}
