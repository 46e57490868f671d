"""Checks of types in an expression: does each node get what it can work with, and do codes belong to their list (D02, D14)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, TypeAlias

from questionnaires.answers import Missing
from questionnaires.definition import IntegerAnswer, Item
from questionnaires.expressions.kinds import (
    BOOL,
    CODE,
    DATE,
    DECIMAL,
    NUMBERS,
    Basic,
    CodeList,
    Declared,
    Kind,
    common_kind,
    kind_of,
)
from questionnaires.expressions.leaves import (
    CodeLiteral,
    CountSelected,
    DateLiteral,
    Includes,
    MeanOf,
    Node,
    ReasonIs,
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
    key_of,
)
from questionnaires.expressions.tree import reads_nothing
from questionnaires.strict_yaml import suggest
from questionnaires.yaml_nodes import Place


@dataclass(frozen=True, slots=True)
class Finding:
    """A problem in an expression; `place` counts from the expression."""

    place: Place
    code: str
    cause: str
    cure: str


Findings: TypeAlias = Iterator[Finding]


def check_types(node: Expression, wanted: Kind, declared: Declared, place: Place = ()) -> Findings:
    """Yield what is wrong inside a node, and that it is not worth what is wanted here."""
    found = kind_of(node, declared)
    fits = _fits(found, wanted)
    if not fits:
        yield Finding(
            place, "D02", f"Hier hoort {wanted.basic.value}; dit is {found.basic.value}.", _cure(wanted, found)
        )
    elif isinstance(node, CodeLiteral) and wanted.codes is not None:
        yield from _check_code(node, wanted.codes, (*place, "code"))
    if isinstance(node, Choose | FirstKnown):
        yield from _check_alternatives(node, wanted if fits else found, declared, (*place, key_of(node)))
    elif isinstance(node, Node) and type(node) in _INSIDE:
        yield from _INSIDE[type(node)](node, (*place, key_of(node)), declared)


def _fits(found: Kind, wanted: Kind) -> bool:
    """Return whether a value can stand where another is wanted; what does not exist fits everywhere and is told once."""
    if Basic.UNKNOWN in {found.basic, wanted.basic} or (wanted.basic is Basic.DECIMAL and found.basic in NUMBERS):
        return True
    return found.basic is wanted.basic


def _cure(wanted: Kind, found: Kind) -> str:
    if found.basic is Basic.CODES:
        return "Gebruik includes of count_selected bij een vraag met meer antwoorden."
    if found.basic is Basic.WORDS:
        return "Van een eigen tekst kunt u alleen vragen of die er is: gebruik answered."
    if {found.basic, wanted.basic} == NUMBERS:
        return "Reken alleen met hele getallen, of kies het type decimal."
    if wanted.basic is Basic.BOOL:
        return "Vergelijk dit ergens mee, bijvoorbeeld met eq."
    return "Vergelijk dingen van dezelfde soort."


def _check_alternatives(node: Choose | FirstKnown, wanted: Kind, declared: Declared, place: Place) -> Findings:
    """Check a node that is worth what one of its parts is: each of these must be what is wanted."""
    parts, first = (node.branches[1:], 1) if isinstance(node, Choose) else (node.parts, 0)
    if isinstance(node, Choose):
        yield from check_types(node.branches[0], BOOL, declared, (*place, 0))
    if common_kind(kind_of(part, declared) for part in parts) is None:
        cause = "De mogelijke uitkomsten zijn niet van één soort."
        yield Finding(place, "D02", cause, "Kies uitkomsten van dezelfde soort, en codes van dezelfde schaal.")
        return
    for number, part in enumerate(parts, start=first):
        yield from check_types(part, wanted, declared, (*place, number))


def _check_code(literal: CodeLiteral, codes: CodeList, place: Place) -> Findings:
    if literal.code in codes.reasons:
        cause = f"De code {literal.code} van {codes.title} is een reden zonder antwoord."
        yield Finding(place, "D02", cause, "Gebruik reason_is om naar een reden te vragen.")
    elif literal.code not in codes.codes:
        cause = f"De code {literal.code} hoort niet bij {codes.title}."
        yield Finding(place, "D02", cause, suggest(literal.code, codes.codes))


def _check_each(parts: Sequence[Expression], wanted: Kind, place: Place, declared: Declared) -> Findings:
    for number, part in enumerate(parts):
        yield from check_types(part, wanted, declared, (*place, number))


def _each(field: str, wanted: Kind) -> Callable[[Any, Place, Declared], Findings]:
    def check(node: Node, place: Place, declared: Declared) -> Findings:
        yield from _check_each(getattr(node, field), wanted, place, declared)

    return check


def _inside_not(node: Not, place: Place, declared: Declared) -> Findings:
    yield from check_types(node.part, BOOL, declared, place)


def _inside_equality(node: Comparison, place: Place, declared: Declared) -> Findings:
    kinds = [kind_of(side, declared) for side in node.sides]
    comparable = [kind for kind in kinds if kind.basic not in {Basic.CODES, Basic.WORDS}] or [CODE]
    wanted = common_kind(comparable)
    if wanted is None and {kind.basic for kind in comparable} == {Basic.CODE}:
        names = " en ".join(kind.codes.title for kind in comparable if kind.codes is not None)
        cause = f"Deze codes komen uit verschillende lijsten: {names}."
        yield Finding(place, "D02", cause, "Vergelijk alleen vragen met dezelfde schaal.")
        return
    yield from _check_each(node.sides, wanted or comparable[0], place, declared)
    yield from _check_constant(node, place)


def _inside_order(node: Comparison, place: Place, declared: Declared) -> Findings:
    yield from _check_each(node.sides, _orderable(node.sides, declared), place, declared)
    yield from _check_constant(node, place)


def _inside_extreme(node: Lowest | Highest, place: Place, declared: Declared) -> Findings:
    yield from _check_each(node.parts, _orderable(node.parts, declared), place, declared)


def _orderable(parts: Sequence[Expression], declared: Declared) -> Kind:
    """Return what can be put in order here: days when the first that can be is a day, and otherwise numbers."""
    basics = (kind_of(part, declared).basic for part in parts)
    first = next((basic for basic in basics if basic in {*NUMBERS, Basic.DATE}), Basic.DECIMAL)
    return DATE if first is Basic.DATE else DECIMAL


def _check_constant(node: Comparison | OneOf, place: Place) -> Findings:
    if reads_nothing(node):
        cause = "Deze vergelijking leest geen antwoord: de uitkomst staat al vast."
        yield Finding(place, "D02", cause, "Vergelijk een antwoord, bijvoorbeeld {answer: GES01}, met een waarde.")


def _inside_one_of(node: OneOf, place: Place, declared: Declared) -> Findings:
    chosen, literals = node.choice
    found = kind_of(chosen, declared)
    yield from check_types(chosen, CODE, declared, (*place, 0))
    if found.basic is Basic.CODE:
        yield from _check_each(literals, found, (*place, 1), declared)
    yield from _check_constant(node, place)


def _inside_includes(node: Includes, place: Place, declared: Declared) -> Findings:
    item, literal = node.choice
    codes = declared.kind_of_item(item.item).codes
    yield from _check_several(item.item, (*place, 0), declared)
    if codes is not None:
        yield from _check_code(literal, codes, (*place, 1, "code"))


def _inside_count(node: CountSelected, place: Place, declared: Declared) -> Findings:
    yield from _check_several(node.of.item, place, declared)


def _check_several(item: str, place: Place, declared: Declared) -> Findings:
    basic = declared.kind_of_item(item).basic
    if basic not in {Basic.CODES, Basic.UNKNOWN}:
        cause = f"Dit past alleen bij een vraag met meer antwoorden; {item} is {basic.value}."
        yield Finding(place, "D02", cause, "Gebruik eq of in bij een vraag met één antwoord.")


def _inside_reason(node: ReasonIs, place: Place, declared: Declared) -> Findings:
    (item, reason), scale = node.test, declared.scale_of(node.test[0].item)
    offered = {option.reason for option in scale.missing} if scale is not None else set()
    possible = {Missing.NOT_ASKED, Missing.SKIPPED} | offered
    if item.item in declared.items and reason not in possible:
        cause = f"Bij de vraag {item.item} kan niemand de reden {reason.value} kiezen."
        yield Finding((*place, 1), "D02", cause, suggest(reason.value, (one.value for one in possible)))


def _inside_gathered(node: SumOf | MeanOf, place: Place, declared: Declared) -> Findings:
    gathered = node.gathered
    for number, name in enumerate(gathered.of):
        item = declared.items.get(name)
        if item is not None and gathered.take == "value" and not isinstance(item.type, IntegerAnswer):
            cause = f"De vraag {name} heeft geen getal als antwoord."
            yield Finding((*place, "of", number), "D02", cause, "Kies vragen naar een getal, of schrijf as: score.")
        elif item is not None and gathered.take == "score" and not _has_score(item, declared):
            cause = f"De vraag {name} heeft geen score."
            yield Finding((*place, "of", number), "D14", cause, "Kies alleen vragen waarvan de schaal een score heeft.")
    for name in (name for name, count in Counter(gathered.of).items() if count > 1):
        yield Finding((*place, "of"), "D14", f"De vraag {name} telt twee keer mee.", "Haal er een weg.")
    if gathered.min_valid > len(gathered.of):
        cause = f"min_valid is {gathered.min_valid}, maar er zijn maar {len(gathered.of)} vragen."
        yield Finding((*place, "min_valid"), "D14", cause, "Kies hoogstens het aantal vragen.")


def _has_score(item: Item, declared: Declared) -> bool:
    if isinstance(item.type, IntegerAnswer):
        return item.type.integer.score is not None
    scale = declared.scale_of(item.id)
    return scale is not None and scale.score is not None


def _inside_day(node: DateLiteral, place: Place, _: Declared) -> Findings:
    try:
        date.fromisoformat(node.day)
    except ValueError:
        cure = 'Schrijf een dag als jaar-maand-dag, zoals "2027-01-31".'
        yield Finding(place, "D02", f"De dag {node.day} bestaat niet.", cure)


_INSIDE: Final[Mapping[type, Callable[[Any, Place, Declared], Findings]]] = {
    **dict.fromkeys((AllOf, AnyOf), _each("parts", BOOL)),
    Not: _inside_not,
    **dict.fromkeys((Equal, NotEqual), _inside_equality),
    **dict.fromkeys((Less, AtMost, Greater, AtLeast), _inside_order),
    OneOf: _inside_one_of,
    Includes: _inside_includes,
    CountSelected: _inside_count,
    ReasonIs: _inside_reason,
    **dict.fromkeys((Add, Multiply), _each("parts", DECIMAL)),
    Subtract: _each("sides", DECIMAL),
    **dict.fromkeys((Lowest, Highest), _inside_extreme),
    **dict.fromkeys((SumOf, MeanOf), _inside_gathered),
    **dict.fromkeys((MonthsBetween, YearsBetween), _each("sides", DATE)),
    DateLiteral: _inside_day,
}
