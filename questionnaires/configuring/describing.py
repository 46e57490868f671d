"""Describing: what a configuration holds and what can be chosen, as the pages of staff list it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from questionnaires.checks.asked import asked_items
from questionnaires.configuring.assembled import Assembled
from questionnaires.configuring.conditions import read_condition
from questionnaires.configuring.documents import Document
from questionnaires.configuring.foundation import Foundation
from questionnaires.configuring.national_facts import module_facts
from questionnaires.configuring.overview import (
    CoreLine,
    ModuleLine,
    Overview,
    PageLine,
    ParamLine,
    QuestionLine,
    ScaleLine,
    SlotLine,
)
from questionnaires.configuring.question_changes import reads
from questionnaires.configuring.question_reading import read_question
from questionnaires.expressions.words import describe_universe
from questionnaires.modules import Module, PageEntry, Slot
from questionnaires.names import id_of, version_of
from questionnaires.resolving import Assembly
from questionnaires.scales import AnswerScale, MissingOption, ScaleType
from questionnaires.sources import Definitions, Source
from questionnaires.texts import gaps_in

__all__ = [
    "CoreLine",
    "ModuleLine",
    "Overview",
    "PageLine",
    "ParamLine",
    "QuestionLine",
    "ScaleLine",
    "SlotLine",
    "cores_to_choose",
    "describe",
]


def describe(document: Document, foundation: Foundation) -> Overview:
    """Return what a configuration holds and what can be chosen."""
    assembled = Assembled(document, foundation)
    assembly = assembled.assembly
    assert isinstance(assembly, Assembly), f"what a configuration stands on stays: {assembly}"
    core = assembly.core.content
    words = dict(_condition_words(assembled))
    complete = _complete_in(assembly, foundation.definitions)
    return Overview(
        title=document.title,
        reference=document.reference,
        core=_core_line(core),
        cores=cores_to_choose(foundation),
        languages=document.extension.languages or core.languages,
        language_choices={one: one in complete for one in core.languages},
        registers=core.registers,
        params=tuple(_params(assembly, document)),
        slots=tuple(_slot(name, slot, assembled, words) for name, slot in core.slots.items()),
        scales=tuple(_scales(assembly, document)),
        breakdowns=document.extension.breakdowns,
        breakdown_choices=tuple(_breakdown_choices(assembly)),
    )


def cores_to_choose(foundation: Foundation) -> tuple[CoreLine, ...]:
    """Return the cores that were not withdrawn, the newest version of each first."""
    cores = [source.content for source in _modules(foundation.definitions) if source.content.role == "core"]
    kept = [core for core in cores if core.reference not in foundation.withdrawn]
    return tuple(_core_line(core) for core in sorted(kept, key=lambda one: (one.id, -one.version)))


def _modules(definitions: Definitions) -> Iterator[Source[Module]]:
    for name in dict.fromkeys(definitions.references()):
        source = definitions.module(name)
        if source is not None:
            yield source


def _core_line(core: Module) -> CoreLine:
    return CoreLine(core.reference, core.title, core.act or "")


def _params(assembly: Assembly, document: Document) -> Iterator[ParamLine]:
    texts = [one.item.text.stem for one in asked_items(assembly)]
    for name, param in assembly.core.content.params.items():
        using = tuple(text for text in texts if name in gaps_in(text))
        yield ParamLine(name, param.default, document.extension.params.get(name), param.max_chars, using)


def _complete_in(assembly: Assembly, definitions: Definitions) -> frozenset[str]:
    """Return the languages in which the core with its modules, without what this municipality adds, can be offered."""
    complete = (module_facts(one.content.reference, definitions).languages for one in assembly.modules)
    return frozenset.intersection(*map(frozenset, complete))


def _slot(name: str, slot: Slot, assembled: Assembled, words: Mapping[str, str]) -> SlotLine:
    assembly = assembled.assembly
    assert isinstance(assembly, Assembly), "there is no overview without"
    return SlotLine(
        name=name,
        after=_before_slot(name, assembly),
        types=slot.types,
        max_items=slot.max_items,
        max_minutes=slot.max_minutes,
        modules=tuple(_module_lines(name, slot, assembled)),
        pages=tuple(_page_lines(name, assembled, words)),
    )


def _before_slot(name: str, assembly: Assembly) -> str:
    """Return the title of the last core question before a slot."""
    title = ""
    for entry in assembly.core.content.pages:
        if isinstance(entry, PageEntry):
            title = assembly.shelf.items[entry.items[-1]].title
        elif entry.slot == name:
            return title
    return title


def _module_lines(name: str, slot: Slot, assembled: Assembled) -> Iterator[ModuleLine]:
    """Yield the modules that a slot takes: each in its newest version, and in the one that is on."""
    definitions, on = assembled.definitions, assembled.document.extension.modules.get(name, ())
    for module_id in slot.modules:
        versions = [source for source in _modules(definitions) if source.content.id == module_id]
        kept = [source for source in versions if source.content.reference not in assembled.foundation.withdrawn]
        newest = max((source.content.version for source in kept), default=0)
        for source in versions:
            if (source in kept and source.content.version == newest) or source.content.reference in on:
                yield _module_line(source, assembled, on=source.content.reference in on)


def _module_line(source: Source[Module], assembled: Assembled, *, on: bool) -> ModuleLine:
    facts = module_facts(source.content.reference, assembled.foundation.definitions)
    return ModuleLine(
        reference=source.content.reference,
        title=source.content.title,
        on=on,
        minutes=facts.minutes,
        questions=facts.questions,
        languages=facts.languages,
    )


def _page_lines(slot: str, assembled: Assembled, words: Mapping[str, str]) -> Iterator[PageLine]:
    document = assembled.document
    for position, page in enumerate(document.definition.get("slots", {}).get(slot, ())):
        condition = read_condition(page["show_if"], page.get("when_unknown")) if "show_if" in page else None
        yield PageLine(
            id=page["id"],
            slot=slot,
            position=position,
            title=page.get("title", ""),
            paper=page.get("paper", ""),
            condition=condition,
            picked=condition is not None or "show_if" not in page,
            condition_words=words.get(f"{document.owner}.{page['id']}", ""),
            questions=tuple(_question(name, page.get("title", ""), assembled) for name in page["items"]),
        )


def _question(reference: str, page_title: str, assembled: Assembled) -> QuestionLine:
    document, item = assembled.document, id_of(reference)
    written, content = document.definition["items"][reference], document.extension.items[reference]
    published = assembled.foundation.items.get(item, {})
    return QuestionLine(
        item=item,
        reference=reference,
        version=version_of(reference),
        question=read_question(written, document.definition.get("scales", {}), page_title),
        age="new" if not published else "same" if content.version in published else "changed",
        adopted_from=content.adopted_from,
        used_by=tuple(_users(item, document)),
    )


def _users(item: str, document: Document) -> Iterator[str]:
    for pages in document.definition.get("slots", {}).values():
        for page in pages:
            if reads(page.get("show_if"), item):
                yield from map(id_of, page["items"])


def _condition_words(assembled: Assembled) -> Iterator[tuple[str, str]]:
    """Yield who gets each own page, in words; nothing while the parts are no whole."""
    questionnaire = assembled.questionnaire
    if questionnaire is not None:
        for page in questionnaire.pages:
            if page.part == assembled.document.reference:
                yield page.id, describe_universe(questionnaire, page)


def _scales(assembly: Assembly, document: Document) -> Iterator[ScaleLine]:
    """Yield the scales that a question can be answered with, the own ones first, of national ones the newest version."""
    own = document.extension.scales
    newest = {one.id: name for name, one in sorted(assembly.shelf.scales.items(), key=lambda pair: pair[1].version)}
    for name in (*own, *sorted(set(newest.values()) - own.keys())):
        yield _scale_line(assembly.shelf.scales[name], own=name in own)


def _scale_line(scale: AnswerScale, *, own: bool) -> ScaleLine:
    reasons = tuple(one.text for one in scale.options if isinstance(one, MissingOption))
    options = tuple(one.text for one in scale.options if not isinstance(one, MissingOption))
    return ScaleLine(scale.reference, scale.type.value, options, reasons, own)


def _breakdown_choices(assembly: Assembly) -> Iterator[tuple[str, str]]:
    """Yield the questions that put everyone in one group, but for those by which the core divides already."""
    already = {name for module in assembly.modules for name in module.content.breakdowns}
    for one in asked_items(assembly):
        scale = assembly.shelf.scales.get(getattr(one.item.type, "scale", ""))
        if scale is not None and scale.type is not ScaleType.MULTI and one.item.id not in already:
            yield one.item.id, one.item.title
