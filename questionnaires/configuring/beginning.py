"""Beginning: a document on a core, the next version of what was published, or a copy of an earlier one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from questionnaires.configuring.documents import FORMAT, Document, make_document
from questionnaires.configuring.foundation import Foundation
from questionnaires.configuring.naming import name_part
from questionnaires.configuring.remarks import Remark, SpotKind
from questionnaires.configuring.settling import settle
from questionnaires.configuring.spots import Spots
from questionnaires.configuring.workpiece import refuse, tidy
from questionnaires.modules import Module, PageEntry
from questionnaires.names import id_of, owner_of
from questionnaires.questionnaire import Page, Questionnaire
from questionnaires.texts import hash_text, source_texts
from questionnaires.wording import questionnaire_texts


def begin_on_core(
    owner: str, core: str, title: str, foundation: Foundation, *, slug: str = ""
) -> Document | tuple[Remark, ...]:
    """Return a document on a core (`nl.ceo.wmo@2`), in all its languages, with nothing added yet.

    It is called after its core (`gm0344.wmo`) unless a slug says otherwise, and gets the version after what was published.
    """
    source = foundation.definitions.module(core)
    if source is None or source.content.role != "core" or core in foundation.withdrawn:
        return refuse(SpotKind.CORE, core, "Deze vragenlijst is er niet.", "Kies een vragenlijst uit de lijst.")
    if not tidy(title):
        return refuse(SpotKind.TITLE, "", "De vragenlijst heeft nog geen titel.", "Schrijf een titel.")
    name = f"{owner}.{name_part(slug or id_of(core).rpartition('.')[2], ())}"
    head = {"format": FORMAT, "kind": "extension", "id": name, "owner": owner, "version": foundation.next_version(name)}
    definition = {**head, "title": tidy(title), "extends": core, "languages": list(source.content.languages)}
    made = make_document(definition, {})
    if isinstance(made, Document):
        return made
    spots = Spots(definition, {})
    return tuple(map(spots.remark, made))


def begin_next(document: Document, foundation: Foundation) -> Document:
    """Return the next version of an earlier document: all that it asks, under the names that it has."""
    definition = {key: value for key, value in document.definition.items() if key != "changes"}
    made = make_document({**definition, "version": foundation.next_version(document.id)}, document.texts)
    assert isinstance(made, Document), f"another version does not change the form: {made}"
    return settle(made, foundation)


def document_of(questionnaire: Questionnaire, foundation: Foundation) -> Document | None:
    """Return the document that makes a published questionnaire of a municipality; None when what it stood on is gone.

    For what was published from files: who published here has the document itself. Reasons for accepted warnings are not in it.
    """
    core = foundation.definitions.module(questionnaire.parts[0])
    if core is None:
        return None
    made = make_document(dict(_definition(questionnaire, core.content, foundation)), {})
    if not isinstance(made, Document):
        return None
    return _with_texts(made, questionnaire)


def _with_texts(document: Document, questionnaire: Questionnaire) -> Document:
    """Return a document with the translations of its own texts that a published questionnaire has."""
    dutch = questionnaire_texts(questionnaire)
    keys = {_published_key(key, document.owner): key for key in source_texts(document.extension)}
    texts = {
        language: {
            keys[key]: {"source_hash": hash_text(dutch[key]), "text": text, "status": translation.status.value}
            for key, text in translation.texts.items()
            if key in keys and key in dutch
        }
        for language, translation in questionnaire.translations.items()
    }
    made = make_document(document.definition, texts)
    assert isinstance(made, Document), f"published texts are of the right form: {made}"
    return made


def _published_key(key: str, owner: str) -> str:
    return f"page.{owner}.{key.removeprefix('page.')}" if key.startswith("page.") else key


def _definition(questionnaire: Questionnaire, core: Module, foundation: Foundation) -> Iterator[tuple[str, Any]]:
    """Yield the parts of the definition of an extension that was published."""
    owner = owner_of(questionnaire.id) or ""
    modules, others = _other_parts(questionnaire, foundation)
    national = [one.content for one in map(foundation.definitions.module, modules) if one is not None]
    already = {name for module in (core, *national) for name in module.breakdowns}
    yield from {"format": FORMAT, "kind": "extension", "id": questionnaire.id, "owner": owner}.items()
    yield from {"version": questionnaire.version, "title": questionnaire.title, "extends": core.reference}.items()
    yield "includes", others
    yield "params", {name: value for name, value in questionnaire.params.items() if value != core.params[name].default}
    yield from ((part, _own(getattr(questionnaire, part), owner)) for part in ("scales", "items", "composites"))
    slots = dict(_slots(questionnaire, core))
    yield "slots", dict(_own_pages(slots, questionnaire, owner))
    yield "modules", _modules_by_slot(slots, modules, core)
    yield "languages", list(questionnaire.languages)
    yield "breakdowns", [name for name in questionnaire.breakdowns if name not in already]


def _other_parts(questionnaire: Questionnaire, foundation: Foundation) -> tuple[list[str], list[str]]:
    """Return the optional modules and the extensions of regions that a questionnaire was made of."""
    others = questionnaire.parts[1:-1]
    modules = [name for name in others if foundation.definitions.module(name) is not None]
    return modules, [name for name in others if name not in modules]


def _own(parts: Any, owner: str) -> dict[str, Any]:
    left_out = {"id", "version"}
    return {
        one.reference: one.model_dump(mode="json", by_alias=True, exclude_defaults=True, exclude=left_out)
        for one in parts
        if owner_of(one.id) == owner
    }


def _slots(questionnaire: Questionnaire, core: Module) -> Iterator[tuple[str, list[Page]]]:
    """Yield what stands in each slot: what was asked between the core pages around it.

    Where slots follow each other, pages of a municipality belong in the one for questions, modules in the one that takes them.
    """
    between: list[list[Page]] = [[]]
    for page in questionnaire.pages:
        if page.part == core.reference:
            between.append([])
        else:
            between[-1].append(page)
    places, here = [], 0
    for entry in core.pages:
        if isinstance(entry, PageEntry):
            here += 1
        else:
            places.append((entry.slot, here))
    for slot, number in places:
        rivals = [name for name, other in places if other == number]
        yield slot, [page for page in between[number] if _belongs(page, core, rivals) == slot]


def _belongs(page: Page, core: Module, slots: list[str]) -> str:
    """Return in which of the slots between the same core pages a page stands."""
    fitting = [
        name
        for name in slots
        if (core.slots[name].types if owner_of(page.part) else id_of(page.part) in core.slots[name].modules)
    ]
    return (fitting or slots)[0]


def _own_pages(
    slots: Mapping[str, list[Page]], questionnaire: Questionnaire, owner: str
) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    for name, pages in slots.items():
        own = [page for page in pages if page.part == questionnaire.reference]
        if own:
            yield name, [_page(page, questionnaire, owner) for page in own]


def _page(page: Page, questionnaire: Questionnaire, owner: str) -> dict[str, Any]:
    written = page.model_dump(mode="json", by_alias=True, exclude_defaults=True, exclude={"part"})
    items = [questionnaire.item(name).reference for name in page.items]
    return {**written, "id": page.id.removeprefix(f"{owner}."), "items": items}


def _modules_by_slot(slots: Mapping[str, list[Page]], modules: list[str], core: Module) -> dict[str, list[str]]:
    found = {
        name: list(dict.fromkeys(page.part for page in pages if page.part in modules)) for name, pages in slots.items()
    }
    return {name: chosen for name, chosen in found.items() if chosen and name in core.slots}
