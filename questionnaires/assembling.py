"""Assembling: find the modules, extensions and libraries that belong together, or say what is not there."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain

from questionnaires.definition import Library
from questionnaires.modules import Extension, Module
from questionnaires.problems import Problem
from questionnaires.resolving import Assembly, Shelf, shelf_of
from questionnaires.sources import Definitions, Source
from questionnaires.strict_yaml import YamlDocument, suggest
from questionnaires.yaml_nodes import Place


def assemble_module(source: Source[Module], definitions: Definitions) -> Assembly | tuple[Problem, ...]:
    """Return a module by itself, or a problem for each library that is not there.

    No problem and no assembly: a library is there but cannot be read, and its own problems are told.
    """
    libraries = _libraries([source], definitions)
    if None in libraries:
        return tuple(missing_libraries(source, definitions))
    return Assembly(source, _shelf(libraries, (), definitions))


def assemble_extension(source: Source[Extension], definitions: Definitions) -> Assembly | tuple[Problem, ...]:
    """Return a core module with what an extension and the region's extensions before it choose and add.

    Or a problem for all that is not there, as for `assemble_module`.
    """
    core = definitions.module(source.content.extends)
    included = [definitions.extension(reference) for reference in source.content.includes]
    extensions = (*(one for one in included if one is not None), source)
    chosen = _chosen_modules(extensions, definitions)
    optional = {slot: tuple(one for one in found if one is not None) for slot, found in chosen.items()}
    modules = [one for one in (core, *chain.from_iterable(optional.values())) if one is not None]
    libraries = _libraries(modules, definitions)
    if core is None or None in (*included, *chain.from_iterable(chosen.values()), *libraries):
        missing = (missing_libraries(module, definitions) for module in modules)
        return (*_missing_parts(source, definitions), *chain.from_iterable(missing))
    return Assembly(core, _shelf(libraries, extensions, definitions), optional, extensions)


def used_libraries(library: Library, definitions: Definitions) -> tuple[Library, ...]:
    """Return the libraries that a library refers to, also by way of others, and itself last, as far as they are there."""
    found = {library.id: library}
    waiting = [library]
    while waiting:
        uses = waiting.pop().uses
        for name in uses.libraries if uses is not None else ():
            source = definitions.library(name)
            if name not in found and source is not None:
                found[name] = source.content
                waiting.append(source.content)
    return tuple(reversed(found.values()))


def missing_libraries(source: Source[Library] | Source[Module], definitions: Definitions) -> Iterator[Problem]:
    """Yield a problem for each library that a library or module refers to and that is not there."""
    uses = source.content.uses
    for number, name in enumerate(uses.libraries if uses is not None else ()):
        if definitions.library(name) is None:
            yield from _not_found(source.document, ("uses", "libraries", number), "De bibliotheek", name, definitions)


def _chosen_modules(
    extensions: Iterable[Source[Extension]], definitions: Definitions
) -> dict[str, tuple[Source[Module] | None, ...]]:
    """Return the optional modules by slot, those of the region first; what both choose stands there once."""
    chosen: dict[str, dict[str, Source[Module] | None]] = {}
    for extension in extensions:
        for slot, references in extension.content.modules.items():
            chosen.setdefault(slot, {}).update({name: definitions.module(name) for name in references})
    return {slot: tuple(found.values()) for slot, found in chosen.items()}


def _libraries(modules: Iterable[Source[Module]], definitions: Definitions) -> list[Source[Library] | None]:
    names = dict.fromkeys(chain.from_iterable(module.content.uses.libraries for module in modules))
    return [definitions.library(name) for name in names]


def _shelf(
    libraries: Iterable[Source[Library] | None], extensions: Iterable[Source[Extension]], definitions: Definitions
) -> Shelf:
    all_used = chain.from_iterable(used_libraries(one.content, definitions) for one in libraries if one is not None)
    by_id = {library.id: library for library in all_used}
    return shelf_of(by_id.values(), (source.content for source in extensions))


def _missing_parts(source: Source[Extension], definitions: Definitions) -> Iterator[Problem]:
    extension, document = source.content, source.document
    if definitions.module(extension.extends) is None:
        yield from _not_found(document, ("extends",), "De module", extension.extends, definitions)
    for number, name in enumerate(extension.includes):
        if definitions.extension(name) is None:
            yield from _not_found(document, ("includes", number), "De uitbreiding", name, definitions)
    for slot, names in extension.modules.items():
        for number, name in enumerate(names):
            if definitions.module(name) is None:
                yield from _not_found(document, ("modules", slot, number), "De module", name, definitions)


def _not_found(
    document: YamlDocument, place: Place, what: str, name: str, definitions: Definitions
) -> Iterator[Problem]:
    if name in definitions.unreadable:
        return  # its own problems are told
    known = definitions.library_names() if "@" not in name else definitions.references()
    cure = suggest(name, known) + " Of geef het bestand erbij."
    yield document.problem(place, "D01", f"{what} {name} is niet gevonden.", cure)
