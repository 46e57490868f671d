"""Checks of what is added to a core module (D09): only in its slots and params, within their limits, under own names."""

from __future__ import annotations

from collections.abc import Iterator

from questionnaires.checks.asked import AskedItem, asked_items
from questionnaires.definition import answer_kind
from questionnaires.minutes import estimate_minutes, show_minutes
from questionnaires.modules import Extension, Module, Slot
from questionnaires.names import owner_of
from questionnaires.problems import Problem
from questionnaires.resolving import Assembly
from questionnaires.sources import Source
from questionnaires.strict_yaml import suggest
from questionnaires.yaml_nodes import Place


def check_slots(assembly: Assembly) -> Iterator[Problem]:
    """Yield everything that optional modules and the last extension add and may not.

    Extensions of a region that it includes count for the room in slots; what else is wrong with them is told with themselves.
    """
    for module in assembly.modules:
        yield from _check_optional(module)
    if assembly.extensions:
        own = assembly.extensions[-1]
        asked = tuple(asked_items(assembly))
        yield from _check_foundation(own, assembly)
        yield from _check_params(own, assembly.core.content)
        yield from _check_names(own, assembly)
        yield from _check_modules(own, assembly)
        yield from _check_items(own, asked, assembly.core.content)
        for name, slot in assembly.core.content.slots.items():
            yield from _check_room(own, name, slot, assembly)
        yield from _check_concepts(own, asked)


def _check_optional(module: Source[Module]) -> Iterator[Problem]:
    content = module.content
    if content.role == "optional":
        for key, written in (("params", content.params), ("slots", content.slots), ("sample", content.sample)):
            if written:
                cause = f"Een module die men los kan kiezen (role: optional) heeft geen {key}."
                yield module.document.problem((key,), "D09", cause, f"Haal {key} weg, of maak het role: core.")


def _check_foundation(own: Source[Extension], assembly: Assembly) -> Iterator[Problem]:
    """Yield what is wrong with what an extension stands on, and with its own name."""
    extension, document = own.content, own.document
    if assembly.core.content.role != "core":
        cause = f"{extension.extends} is geen kern: het is een module die men los kan kiezen."
        yield document.problem(("extends",), "D09", cause, "Breid een module met role: core uit.")
    if owner_of(extension.id) != extension.owner:
        cause = f"De naam {extension.id} begint niet met de code van de eigenaar."
        yield document.problem(("id",), "D09", cause, f"Laat de naam beginnen met {extension.owner}.")
    for number, included in enumerate(source.content for source in assembly.extensions[:-1]):
        place = ("includes", number)
        if not included.owner.startswith("rg"):
            cause = f"{included.reference} is niet van een regio, maar van {included.owner}."
            yield document.problem(place, "D09", cause, "Neem alleen uitbreidingen van een regio (rg) op.")
        if included.extends != extension.extends:
            cause = f"{included.reference} hoort bij {included.extends}, en deze uitbreiding bij {extension.extends}."
            yield document.problem(place, "D09", cause, "Neem een uitbreiding van dezelfde kern op.")
        if included.includes:
            cause = f"{included.reference} neemt zelf ook uitbreidingen op."
            yield document.problem(place, "D09", cause, "Neem elke uitbreiding hier zelf op.")


def _check_params(own: Source[Extension], core: Module) -> Iterator[Problem]:
    for name, value in own.content.params.items():
        place, param = ("params", name), core.params.get(name)
        if param is None:
            cause = f"De kern heeft geen param {name}."
            yield own.document.problem(place, "D09", cause, suggest(name, core.params))
        elif len(value) > param.max_chars:
            cause = f"“{value}” heeft {len(value)} tekens; hoogstens {param.max_chars} mag."
            yield own.document.problem(place, "D09", cause, "Kies een kortere naam.")
        elif "{" in value or "}" in value:
            cause = "In deze naam staat een accolade. Hier kan niets worden ingevuld."
            yield own.document.problem(place, "D09", cause, "Schrijf de naam voluit.")


def _check_names(own: Source[Extension], assembly: Assembly) -> Iterator[Problem]:
    """Yield each scale, item and composite that is called as if it were another's."""
    owner = own.content.owner
    for part in ("scales", "items", "composites"):
        national = {
            one.id: library.id for library in assembly.shelf.libraries for one in getattr(library, part).values()
        }
        for reference, one in getattr(own.content, part).items():
            if one.id in national:
                cause = f"{one.id} staat al in de bibliotheek {national[one.id]}."
                cure = f"Gebruik die, of noem uw eigen versie {owner}.{one.id}."
                yield own.document.problem((part, reference), "D09", cause, cure)
            elif owner_of(one.id) != owner:
                cause = f"De naam {one.id} begint niet met de code van de eigenaar."
                cure = f"Noem dit {owner}.{one.id.rpartition('.')[2]}."
                yield own.document.problem((part, reference), "D09", cause, cure)


def _check_modules(own: Source[Extension], assembly: Assembly) -> Iterator[Problem]:
    slots = assembly.core.content.slots
    modules = {source.content.reference: source.content for source in assembly.modules}
    for name, references in own.content.modules.items():
        if name not in slots:
            yield own.document.problem(("modules", name), "D09", *_no_such_slot(name, slots))
            continue
        allowed = slots[name].modules
        for number, reference in enumerate(references):
            module, place = modules[reference], ("modules", name, number)
            if module.role != "optional":
                cause = f"{reference} is een kern, en die kan niet in een gleuf."
                yield own.document.problem(place, "D09", cause, "Kies een module met role: optional.")
            elif module.id not in allowed:
                cause = f"De module {module.id} mag niet in de gleuf {name}."
                yield own.document.problem(place, "D09", cause, suggest(module.id, allowed))


def _check_items(own: Source[Extension], asked: tuple[AskedItem, ...], core: Module) -> Iterator[Problem]:
    for name in own.content.slots:
        if name not in core.slots:
            yield own.document.problem(("slots", name), "D09", *_no_such_slot(name, core.slots))
    for one in asked:
        if one.placed.source.content is not own.content:
            continue
        kind, slot = answer_kind(one.item.type), core.slots.get(one.placed.slot)
        if one.item.reference not in own.content.items:
            cause = f"De vraag {one.item.reference} is niet van deze uitbreiding."
            yield one.problem((), "D09", cause, "Vraag hier alleen wat onder items van deze uitbreiding staat.")
        elif slot is not None and kind not in slot.types:
            cause = f"Een vraag van het soort {kind} mag niet in de gleuf {one.placed.slot}."
            yield one.problem(("type",), "D09", cause, suggest(kind, slot.types))


def _no_such_slot(name: str, slots: dict[str, Slot]) -> tuple[str, str]:
    return f"De kern heeft geen gleuf {name}.", suggest(name, slots)


def _check_room(own: Source[Extension], name: str, slot: Slot, assembly: Assembly) -> Iterator[Problem]:
    """Yield whether more items or minutes are in a slot than it has room for."""
    added = [one for one in asked_items(assembly) if one.placed.slot == name]
    local = [one for one in added if isinstance(one.placed.source.content, Extension)]
    place = _place_of_filling(own.content, name)
    if slot.max_items is not None and len(local) > slot.max_items:
        cause = f"In de gleuf {name} staan {len(local)} vragen; hoogstens {slot.max_items} mag."
        yield own.document.problem(place, "D09", cause, "Haal vragen weg.")
    minutes = estimate_minutes((one.item for one in added), assembly.shelf.scales)
    if minutes > slot.max_minutes:
        cause = f"De gleuf {name} duurt naar schatting {show_minutes(minutes)}; hoogstens {slot.max_minutes} mag."
        yield own.document.problem(place, "D09", cause, "Haal vragen of een module weg.")


def _place_of_filling(extension: Extension, slot: str) -> Place:
    """Return where an extension fills a slot itself, or else that it includes what does."""
    if slot in extension.slots:
        return ("slots", slot)
    return ("modules", slot) if slot in extension.modules else ("includes",)


def _check_concepts(own: Source[Extension], asked: tuple[AskedItem, ...]) -> Iterator[Problem]:
    """Yield a warning for each own item that measures what a core item measures already."""
    core = {one.item.concept: one.item.id for one in asked if one.placed.slot == ""}
    for reference, item in own.content.items.items():
        if item.concept in core:
            cause = f"{item.id} meet {item.concept}, en dat meet de kernvraag {core[item.concept]} al."
            cure = "Gebruik de kernvraag, of schrijf: concept: local."
            yield own.document.problem(("items", reference, "concept"), "D09", cause, cure, warning=True)
