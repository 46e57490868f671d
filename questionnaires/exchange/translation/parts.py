"""What belongs to a module: the parts of libraries that it uses, and the texts that are translated with it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import chain
from typing import TypeVar

from questionnaires.assembling import used_libraries
from questionnaires.definition import Item, Library, ScaleAnswer
from questionnaires.modules import Extension, Module
from questionnaires.names import id_of, version_of
from questionnaires.resolving import Shelf, shelf_of
from questionnaires.scales import AnswerScale
from questionnaires.sources import Definitions
from questionnaires.texts import source_texts

Versioned = TypeVar("Versioned", Item, AnswerScale)


def used_parts(module: Module, definitions: Definitions) -> tuple[Library, ...]:
    """Return the libraries of a module with only what it uses, in the order in which they are drawn on.

    An earlier version of which a used one repairs the spelling belongs to it. What is not there is left out.
    """
    libraries = _libraries(module, definitions)
    shelf = shelf_of(libraries)
    items = {item.reference: item for item in _items(module, shelf)}
    scales = {scale.reference: scale for scale in _scales(module, items.values(), shelf)}
    concepts = {item.concept for item in items.values()}
    return tuple(
        library.model_copy(
            update={
                "concepts": {name: one for name, one in library.concepts.items() if name in concepts},
                "scales": {name: one for name, one in library.scales.items() if name in scales},
                "items": {name: one for name, one in library.items.items() if name in items},
                "composites": {name: one for name, one in library.composites.items() if name in module.composites},
            }
        )
        for library in libraries
    )


def texts_to_translate(part: Module | Extension, definitions: Definitions) -> dict[str, dict[str, str]]:
    """Return the Dutch texts that a translation of a module or extension needs: the definition they stand in -> key -> text."""
    own = {part.reference: source_texts(part)}
    if isinstance(part, Extension):
        return own
    libraries = {library.id: source_texts(library) for library in used_parts(part, definitions)}
    return own | {name: texts for name, texts in libraries.items() if texts}


def languages_of(part: Module | Extension, definitions: Definitions) -> tuple[str, ...]:
    """Return the languages into which a module or extension is translated; an extension follows its core."""
    languages = part.languages
    if languages is None:
        assert isinstance(part, Extension), "a module says its languages"
        core = definitions.module(part.extends)
        languages = core.content.languages if core is not None else ()
    return tuple(dict.fromkeys(language for language in languages if language != "nl"))


def _libraries(module: Module, definitions: Definitions) -> tuple[Library, ...]:
    found = (definitions.library(name) for name in module.uses.libraries)
    libraries = chain.from_iterable(used_libraries(one.content, definitions) for one in found if one is not None)
    return tuple({library.id: library for library in libraries}.values())


def _items(module: Module, shelf: Shelf) -> Iterator[Item]:
    composites = (shelf.composites[name] for name in module.composites if name in shelf.composites)
    asked = chain.from_iterable(page.items for page in module.page_entries)
    for reference in dict.fromkeys((*asked, *chain.from_iterable(one.items for one in composites))):
        yield from _with_earlier(reference, shelf.items)


def _scales(module: Module, items: Iterable[Item], shelf: Shelf) -> Iterator[AnswerScale]:
    types = (*(item.type for item in items), *(variable.type for variable in module.sample.values()))
    for reference in dict.fromkeys(kind.scale for kind in types if isinstance(kind, ScaleAnswer)):
        yield from _with_earlier(reference, shelf.scales)


def _with_earlier(reference: str, known: Mapping[str, Versioned]) -> Iterator[Versioned]:
    """Yield a part, after the versions back to the one of which it repairs the spelling: versions count up without gaps."""
    first = version_of(reference)
    while (part := known.get(f"{id_of(reference)}@{first}")) is not None:
        if part.spelling is None or part.spelling.of >= first:
            break
        first = part.spelling.of
    versions = (f"{id_of(reference)}@{version}" for version in range(first, version_of(reference) + 1))
    yield from (known[version] for version in versions if version in known)
