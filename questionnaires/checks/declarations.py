"""Checks of what a part says about its pages: slots, themes, scores, breakdowns and sample (D01, D02, D10, D14)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from collections.abc import Set as AbstractSet
from itertools import chain

from questionnaires.checks.library import twice
from questionnaires.checks.reading import declared_in, own_items
from questionnaires.definition import ScaleAnswer
from questionnaires.expressions.kinds import Basic, Declared
from questionnaires.modules import Module, SlotPlace
from questionnaires.names import id_of
from questionnaires.problems import Problem
from questionnaires.resolving import Assembly, Part
from questionnaires.sources import Source
from questionnaires.strict_yaml import suggest
from questionnaires.yaml_nodes import Place


def check_declarations(assembly: Assembly) -> Iterator[Problem]:
    """Yield every problem of what the parts of an assembly say about their pages and items."""
    for module in assembly.modules:
        yield from _check_slots(module)
        yield from _check_themes(module)
        yield from _check_sample(module, assembly)
    yield from _check_composites(assembly)
    yield from _check_breakdowns(assembly.parts, declared_in(assembly))


def _check_slots(module: Source[Module]) -> Iterator[Problem]:
    """Yield each slot that has a place but is not described, the reverse, and each that has two places."""
    slots, document = module.content.slots, module.document
    places = {number: one.slot for number, one in enumerate(module.content.pages) if isinstance(one, SlotPlace)}
    for number, name in places.items():
        if name not in slots:
            cause = f"De gleuf {name} staat niet onder slots."
            yield document.problem(("pages", number, "slot"), "D01", cause, suggest(name, slots))
    for name in slots:
        if name not in places.values():
            cause = f"De gleuf {name} heeft geen plaats tussen de pagina's."
            yield document.problem(("slots", name), "D01", cause, f"Zet bij pages: slot: {name}. Of haal de gleuf weg.")
    for name in twice(places.values()):
        yield document.problem(("pages",), "D10", f"De gleuf {name} staat er twee keer.", "Haal er een weg.")


def _check_themes(module: Source[Module]) -> Iterator[Problem]:
    own = own_items(module.content)
    told = [
        (("themes", theme.value, number), name)
        for theme, items in module.content.themes.items()
        for number, name in enumerate(items)
    ]
    seen: set[str] = set()
    for place, name in told:
        if name not in own:
            cause = f"De vraag {name} staat op geen enkele pagina van deze module."
            yield module.document.problem(place, "D01", cause, suggest(name, own))
        elif name in seen:
            cause = f"De vraag {name} staat al bij een thema."
            yield module.document.problem(place, "D14", cause, "Kies voor elke vraag één thema.")
        seen.add(name)


def _check_sample(module: Source[Module], assembly: Assembly) -> Iterator[Problem]:
    for name, variable in module.content.sample.items():
        if isinstance(variable.type, ScaleAnswer) and variable.type.scale not in assembly.shelf.scales:
            place, scale = ("sample", name, "type", "scale"), variable.type.scale
            cure = suggest(scale, assembly.shelf.scales)
            yield module.document.problem(place, "D01", f"De schaal {scale} bestaat niet.", cure)


def _check_composites(assembly: Assembly) -> Iterator[Problem]:
    """Yield the scores that do not exist, or count an item that is not asked.

    A module counts its own items; an extension may count all that are asked, the core's too.
    """
    shelf = assembly.shelf
    for module in assembly.modules:
        asked = _references(module)
        for number, name in enumerate(module.content.composites):
            place = ("composites", number)
            if name in shelf.composites:
                yield from _check_parts(module, place, shelf.composites[name].items, asked)
            else:
                cause = f"De samengestelde score {name} bestaat niet."
                yield module.document.problem(place, "D01", cause, suggest(name, shelf.composites))
        for name in twice(map(id_of, module.content.composites)):
            cause = f"De samengestelde score {name} staat er twee keer."
            yield module.document.problem(("composites",), "D10", cause, "Haal er een weg.")
    asked = frozenset(chain.from_iterable(map(_references, assembly.parts)))
    for extension in assembly.extensions:
        for name, composite in extension.content.composites.items():
            yield from _check_parts(extension, ("composites", name), composite.items, asked)


def _check_parts(part: Part, place: Place, items: Iterable[str], asked: frozenset[str]) -> Iterator[Problem]:
    for reference in items:
        if reference not in asked:
            cause = f"De score telt {reference} mee, maar die vraag staat op geen enkele pagina."
            cure = "Kies een versie van de score met deze vragen, of voeg de vraag toe."
            yield part.document.problem(place, "D14", cause, cure)


def _references(part: Part) -> frozenset[str]:
    """Return the references of the items that a part itself asks."""
    return frozenset(chain.from_iterable(entry.items for entry in part.content.page_entries))


def _check_breakdowns(parts: Iterable[Part], declared: Declared) -> Iterator[Problem]:
    """Yield the breakdowns by an item that is not asked, or that does not put everyone in one group, or that stand twice.

    A module breaks down by its own items; an extension by all that are asked.
    """
    seen: set[str] = set()
    for part in parts:
        asked = own_items(part.content) if isinstance(part.content, Module) else declared.items.keys()
        for number, name in enumerate(part.content.breakdowns):
            found = _breakdown_fault(name, asked, declared)
            if name in seen:
                found = ("D10", f"De uitsplitsing naar {name} staat er twee keer.", "Haal er een weg.")
            if found is not None:
                yield part.document.problem(("breakdowns", number), *found)
            seen.add(name)


def _breakdown_fault(name: str, asked: AbstractSet[str], declared: Declared) -> tuple[str, str, str] | None:
    """Return code, cause and cure of what is wrong with a breakdown by an item; None when it is right."""
    if name not in asked:
        return "D01", f"De vraag {name} staat op geen enkele pagina.", suggest(name, asked)
    if declared.kind_of_item(name).basic in {Basic.CODE, Basic.UNKNOWN}:
        return None
    cure = "Kies een vraag waarbij iedereen één antwoord uit een lijst kiest."
    return "D02", f"De vraag {name} deelt mensen niet in groepen in.", cure
