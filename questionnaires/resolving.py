"""Resolving: a core module, its optional modules and extensions become one self-contained questionnaire."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from itertools import chain
from typing import TypeAlias

from questionnaires.definition import Composite, Concept, Item, Library, ScaleAnswer, Theme
from questionnaires.modules import Extension, Module, PageEntry
from questionnaires.names import id_of
from questionnaires.questionnaire import Page, Questionnaire
from questionnaires.scales import AnswerScale
from questionnaires.sources import Definitions, Source
from questionnaires.texts import source_texts
from questionnaires.translating import Entries, TextHome, TranslationState, translate
from questionnaires.wording import questionnaire_texts
from questionnaires.yaml_nodes import Place

Part: TypeAlias = Source[Module] | Source[Extension]


@dataclass(frozen=True, slots=True)
class Shelf:
    """Everything that a definition may draw on: concepts by id, the rest by reference. `libraries` is where most is from."""

    libraries: tuple[Library, ...]
    concepts: Mapping[str, Concept]
    scales: Mapping[str, AnswerScale]
    items: Mapping[str, Item]
    composites: Mapping[str, Composite]


@dataclass(frozen=True)
class Assembly:
    """What a questionnaire is made of: a core module, optional modules by slot, and extensions, the region's first."""

    core: Source[Module]
    shelf: Shelf
    optional: Mapping[str, tuple[Source[Module], ...]] = field(default_factory=dict)
    extensions: tuple[Source[Extension], ...] = ()

    @property
    def parts(self) -> tuple[Part, ...]:
        """The core, the optional modules and the extensions."""
        return (self.core, *chain.from_iterable(self.optional.values()), *self.extensions)

    @property
    def modules(self) -> tuple[Source[Module], ...]:
        """The core and the optional modules."""
        return (self.core, *chain.from_iterable(self.optional.values()))

    @property
    def last(self) -> Module | Extension:
        """What gives the questionnaire its name and version: the last extension, or else the core."""
        return self.extensions[-1].content if self.extensions else self.core.content

    @cached_property
    def placed(self) -> tuple[PlacedPage, ...]:
        """The pages in the order in which they are asked. Nearly every check looks at them."""
        return tuple(_place_pages(self))


@dataclass(frozen=True, slots=True)
class PlacedPage:
    """A page of a questionnaire with the place where it is written, and the slot that it fills ("" for the core)."""

    page: Page
    entry: PageEntry
    source: Part
    place: Place
    slot: str


def shelf_of(libraries: Iterable[Library], extensions: Iterable[Extension] = ()) -> Shelf:
    """Return everything that these libraries and extensions hold."""
    national = tuple(libraries)
    shelves: tuple[Library | Extension, ...] = (*national, *extensions)
    return Shelf(
        libraries=national,
        concepts={name: one for library in national for name, one in library.concepts.items()},
        scales={name: one for shelf in shelves for name, one in shelf.scales.items()},
        items={name: one for shelf in shelves for name, one in shelf.items.items()},
        composites={name: one for shelf in shelves for name, one in shelf.composites.items()},
    )


def prefix_of(part: Module | Extension) -> str:
    """Return what stands before the ids of pages of a part: "" for a core module."""
    if isinstance(part, Extension):
        return f"{part.owner}."
    return "" if part.role == "core" else f"{part.id.rpartition('.')[2]}."


def place_pages(assembly: Assembly) -> tuple[PlacedPage, ...]:
    """Return the pages in the order in which they are asked; a slot is filled by modules first, then by extensions."""
    return assembly.placed


def _place_pages(assembly: Assembly) -> Iterator[PlacedPage]:
    for number, entry in enumerate(assembly.core.content.pages):
        if isinstance(entry, PageEntry):
            yield _placed(entry, assembly.core, ("pages", number), "")
            continue
        for module in assembly.optional.get(entry.slot, ()):
            for position, added in enumerate(module.content.pages):
                if isinstance(added, PageEntry):
                    yield _placed(added, module, ("pages", position), entry.slot)
        for extension in assembly.extensions:
            for position, added in enumerate(extension.content.slots.get(entry.slot, ())):
                yield _placed(added, extension, ("slots", entry.slot, position), entry.slot)


def resolve(assembly: Assembly, definitions: Definitions) -> Questionnaire:
    """Return the questionnaire that an assembly makes; everything in it has been checked.

    A language is in it only when all its texts are there and none is stale.
    """
    pages = tuple(placed.page for placed in place_pages(assembly))
    by_id = {item.id: item for item in _items(assembly)}
    items = tuple(by_id[item] for page in pages for item in page.items)
    scales = {item.type.scale for item in items if isinstance(item.type, ScaleAnswer)}
    scales |= {one.type.scale for one in assembly.core.content.sample.values() if isinstance(one.type, ScaleAnswer)}
    concepts = {item.concept for item in items}
    core, last, modules = assembly.core.content, assembly.last, [source.content for source in assembly.modules]
    questionnaire = Questionnaire(
        id=last.id,
        version=last.version,
        title=last.title,
        act=core.act,
        parts=tuple(part.content.reference for part in assembly.parts),
        registers=core.registers,
        modes=core.modes,
        params={name: param.default for name, param in core.params.items()}
        | {name: value for source in assembly.extensions for name, value in source.content.params.items()},
        sample=core.sample,
        # In the order of their names: where they stand in a file is no content.
        concepts=tuple(one for name, one in sorted(assembly.shelf.concepts.items()) if name in concepts),
        scales=tuple(one for name, one in sorted(assembly.shelf.scales.items()) if name in scales),
        items=items,
        pages=pages,
        calculations=tuple(one for module in modules for _, one in sorted(module.calculations.items())),
        themes=_themes(modules),
        composites=tuple(_composites(assembly)),
        breakdowns=tuple(chain.from_iterable(part.content.breakdowns for part in assembly.parts)),
    )
    states = (state for state in translation_states(assembly, questionnaire, definitions) if state.complete)
    translations = {state.language: state.translation for state in states}
    # Made anew: a copy would keep what was worked out from the old fields.
    return Questionnaire.model_validate({**dict(questionnaire), "translations": translations})


def text_homes(assembly: Assembly) -> dict[str, TextHome]:
    """Return where each text of an assembly is written, by its key in the questionnaire.

    Of equal keys the last counts: an extension gives the title and fills params, an optional module gives neither.
    """
    core, *optional = assembly.modules
    homes = {key: TextHome(one.id, key) for one in assembly.shelf.libraries for key in source_texts(one)}
    parts: tuple[Part, ...] = (*optional, core, *assembly.extensions)
    for part in parts:
        prefix = prefix_of(part.content)
        for key in source_texts(part.content):
            name = f"page.{prefix}{key.removeprefix('page.')}" if key.startswith("page.") else key
            homes[name] = TextHome(part.content.reference, key)
    return homes


def translation_states(
    assembly: Assembly, questionnaire: Questionnaire, definitions: Definitions
) -> tuple[TranslationState, ...]:
    """Return how far each language that is asked for has come."""
    languages = [language for language in languages_wanted(assembly) if language != questionnaire.language]
    if not languages:
        return ()
    source, homes = questionnaire_texts(questionnaire), text_homes(assembly)
    return tuple(translate(language, source, _entries(homes, language, definitions)) for language in languages)


def languages_wanted(assembly: Assembly) -> tuple[str, ...]:
    """Return the languages that the last extension asks for, or else the core module."""
    last = assembly.last
    wanted = last.languages if isinstance(last, Extension) else None
    return assembly.core.content.languages if wanted is None else wanted


def _entries(homes: Mapping[str, TextHome], language: str, definitions: Definitions) -> Entries:
    found = {}
    for key, home in homes.items():
        source = definitions.translations(home.of, language)
        entry = source.content.entries.get(home.key) if source is not None else None
        if source is not None and entry is not None:
            found[key] = (entry.text, entry.source_hash, source.content.status_of(home.key))
    return found


def _placed(entry: PageEntry, source: Part, place: Place, slot: str) -> PlacedPage:
    part = source.content
    page = Page(
        id=prefix_of(part) + entry.id,
        part=part.reference,
        items=tuple(id_of(item) for item in entry.items),
        title=entry.title,
        show_if=entry.show_if,
        when_unknown=entry.when_unknown,
        paper=entry.paper,
    )
    return PlacedPage(page, entry, source, place, slot)


def _items(assembly: Assembly) -> Iterator[Item]:
    for placed in place_pages(assembly):
        yield from (assembly.shelf.items[item] for item in placed.entry.items)


def _themes(modules: Iterable[Module]) -> dict[Theme, tuple[str, ...]]:
    found: dict[Theme, tuple[str, ...]] = {}
    for module in modules:
        for theme, items in module.themes.items():
            found[theme] = (*found.get(theme, ()), *items)
    return found


def _composites(assembly: Assembly) -> Iterator[Composite]:
    for module in assembly.modules:
        yield from (assembly.shelf.composites[name] for name in module.content.composites)
    for extension in assembly.extensions:
        yield from (one for _, one in sorted(extension.content.composites.items()))
