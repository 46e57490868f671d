"""Checks of an expression: is it small enough to understand, does it read what it may read here, and do its types fit."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from questionnaires.expressions.kinds import Declared, Kind
from questionnaires.expressions.leaves import SampleOf
from questionnaires.expressions.nodes import MAX_DEPTH, MAX_NODES, MAX_NODES_INLINED, Expression
from questionnaires.expressions.tree import calculations_in, count_inlined, items_in, items_read, walk
from questionnaires.expressions.typing_checks import Finding, Findings, check_types
from questionnaires.modules import Calculation
from questionnaires.names import owner_of
from questionnaires.strict_yaml import suggest
from questionnaires.yaml_nodes import Place


@dataclass(frozen=True, slots=True)
class Readable:
    """What an expression may read at one place.

    `earlier` items may be read; `foreign` items and calculations exist but belong to others. A `national` definition never
    reads an item of a municipality or region.
    """

    declared: Declared
    earlier: frozenset[str]
    foreign: frozenset[str] = frozenset()
    national: bool = True

    def is_foreign(self, name: str) -> bool:
        """Return whether an item or calculation belongs to others."""
        return name in self.foreign or (self.national and owner_of(name) is not None)


def check_expression(expression: Expression, wanted: Kind, readable: Readable) -> Findings:
    """Yield every problem of an expression: size (D02), references (D01, D03, D08) and types (D02, D14)."""
    yield from _check_size(expression, readable.declared)
    for place, item in items_in(expression):
        yield from _check_item(place, item, readable)
    for place, name in calculations_in(expression):
        yield from _check_calculation(place, name, readable)
    for place, _, node in walk(expression):
        if isinstance(node, SampleOf) and node.name not in readable.declared.sample:
            cause = f"De steekproef van deze vragenlijst kent {node.name} niet."
            yield Finding((*place, "sample"), "D01", cause, suggest(node.name, readable.declared.sample))
    yield from check_types(expression, wanted, readable.declared)


def _check_size(expression: Expression, declared: Declared) -> Findings:
    depths = [depth for _, depth, _ in walk(expression)]
    inlined = count_inlined(expression, {name: one.expr for name, one in declared.calculations.items()})
    if max(depths) > MAX_DEPTH:
        cause = f"Dit is {max(depths)} lagen diep; hoogstens {MAX_DEPTH} mag."
        yield Finding((), "D02", cause, "Maak dit eenvoudiger, of zet een deel in een berekening.")
    if len(depths) > MAX_NODES:
        cause = f"Dit heeft {len(depths)} onderdelen; hoogstens {MAX_NODES} mag."
        yield Finding((), "D02", cause, "Maak dit korter, of zet een deel in een berekening.")
    elif inlined > MAX_NODES_INLINED:
        cause = f"Dit heeft met de berekeningen erin {inlined} onderdelen; hoogstens {MAX_NODES_INLINED} mag."
        yield Finding((), "D02", cause, "Gebruik minder berekeningen, of maak die korter.")


def _check_item(place: Place, item: str, readable: Readable) -> Findings:
    if readable.is_foreign(item):
        cause = f"De vraag {item} is van een ander: dit deel van de vragenlijst mag die niet lezen."
        yield Finding(place, "D08", cause, "Lees alleen vragen van de module zelf.")
    elif item not in readable.declared.items:
        cure = suggest(item, (one for one in readable.earlier if not readable.is_foreign(one)))
        yield Finding(place, "D01", f"De vraag {item} staat niet in deze vragenlijst.", cure)
    elif item not in readable.earlier:
        cause = f"De vraag {item} staat niet op een eerdere pagina."
        yield Finding(place, "D03", cause, "Zet die vraag eerder, of lees een vraag die al is gesteld.")


def _check_calculation(place: Place, name: str, readable: Readable) -> Findings:
    calculations = readable.declared.calculations
    if name in readable.foreign:
        cause = f"De berekening {name} is van een ander: dit deel van de vragenlijst mag die niet lezen."
        yield Finding(place, "D08", cause, "Lees alleen berekeningen van de module zelf.")
    elif name not in calculations:
        cause = f"De berekening {name} bestaat niet."
        yield Finding(place, "D01", cause, suggest(name, calculations.keys() - readable.foreign))
    elif later := _read_too_early(name, calculations, readable):
        cause = f"De berekening {name} leest {', '.join(later)}, en dat staat niet op een eerdere pagina."
        yield Finding(place, "D03", cause, "Zet die vraag eerder, of lees een vraag die al is gesteld.")


def _read_too_early(name: str, calculations: Mapping[str, Calculation], readable: Readable) -> list[str]:
    read = items_read(calculations[name].expr, {one: found.expr for one, found in calculations.items()})
    return sorted(item for item in read if item in readable.declared.items and item not in readable.earlier)
