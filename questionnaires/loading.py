"""Loading: from the texts of definition files to a questionnaire, or to every problem in them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from importlib import resources
from typing import TypeVar

from questionnaires.checks import LibrarySource, ModuleSource, check_library, check_module
from questionnaires.definition import Library, Module, Questionnaire, ScaleAnswer
from questionnaires.problems import Problem
from questionnaires.strict_yaml import YamlDocument, read_yaml, suggest, validate
from questionnaires.yaml_nodes import Written

Source = TypeVar("Source", LibrarySource, ModuleSource)


@dataclass(slots=True)
class Definitions:
    """Everything that was read from a set of files, and the problems found on the way.

    `unreadable` holds the ids of libraries that are there but could not be read.
    """

    libraries: dict[str, LibrarySource] = field(default_factory=dict)
    modules: dict[str, ModuleSource] = field(default_factory=dict)
    unreadable: set[object] = field(default_factory=set)
    problems: list[Problem] = field(default_factory=list)


def load_questionnaire(files: Mapping[str, str], module_id: str | None = None) -> Questionnaire | tuple[Problem, ...]:
    """Return the questionnaire in these files (name -> text), or all their problems.

    A library that is not among the files is taken from the shipped ones. With more than one module among the files,
    `module_id` says which one is wanted.
    """
    found = read_definitions(files)
    problems = found.problems or _choice_problems(found, module_id, next(iter(files), ""))
    if problems:
        return tuple(sorted(problems))
    module = found.modules[module_id or next(iter(found.modules))].content
    library = _library_of(module, found)
    assert library is not None, "a module without its library has problems"
    return resolve(module, library.content)


def check_files(files: Mapping[str, str]) -> tuple[Problem, ...]:
    """Return every problem in a set of definition files (name -> text)."""
    return tuple(sorted(read_definitions(files).problems))


@cache
def shipped_definitions() -> Mapping[str, str]:
    """Return the definition files that come with the package: name -> text."""
    folder = resources.files("questionnaires") / "definitions"
    paths = sorted((path for path in folder.iterdir() if path.name.endswith(".yaml")), key=lambda path: path.name)
    return {path.name: path.read_text(encoding="utf-8") for path in paths}


def resolve(module: Module, library: Library) -> Questionnaire:
    """Return a module with everything that it uses from its library; both have been checked."""
    items = tuple(library.items[item] for page in module.pages for item in page.items)
    scales = {item.type.scale for item in items if isinstance(item.type, ScaleAnswer)}
    concepts = {item.concept for item in items}
    return Questionnaire(
        id=module.id,
        version=module.version,
        title=module.title,
        language=library.source_language,
        concepts=tuple(concept for concept in library.concepts.values() if concept.id in concepts),
        scales=tuple(scale for scale in library.scales.values() if scale.reference in scales),
        items=items,
        pages=module.pages,
        composites=tuple(module.composites.values()),
        breakdowns=module.breakdowns,
    )


def read_definitions(files: Mapping[str, str]) -> Definitions:
    """Return everything in a set of files, checked: first the libraries, then the modules that use them."""
    found = _read_sources(files)
    for module in found.modules.values():
        library = _library_of(module.content, found)
        if library is not None:
            found.problems += check_module(module, library.content)
        elif module.content.uses.library not in found.unreadable:
            name = module.content.uses.library
            cure = (
                suggest(name, {*found.libraries, *_shipped_libraries()})
                + " Of geef het bestand van de bibliotheek erbij."
            )
            cause = f"De bibliotheek {name} is niet gevonden."
            found.problems.append(module.document.problem(("uses", "library"), "D01", cause, cure))
    return found


def _read_sources(files: Mapping[str, str]) -> Definitions:
    found = Definitions()
    for file, text in files.items():
        document = read_yaml(text, file)
        if isinstance(document, YamlDocument):
            _read_source(found, document)
        else:
            found.problems += document
    for library in found.libraries.values():
        found.problems += check_library(library)
    return found


def _read_source(found: Definitions, document: YamlDocument) -> None:
    written = document.data if isinstance(document.data, dict) else {}
    kind = written.get("kind")
    if kind == "library":
        library = validate(Library, _with_ids(document, written, "concepts", "scales", "items"))
        if isinstance(library, Library):
            _keep(found, found.libraries, library.id, LibrarySource(library, document))
        else:
            found.problems += library
            found.unreadable.add(written.get("id"))
    elif kind == "module":
        module = validate(Module, _with_ids(document, written, "composites"))
        if isinstance(module, Module):
            _keep(found, found.modules, module.id, ModuleSource(module, document))
        else:
            found.problems += module
    else:
        cause = "Dit bestand zegt niet wat het is."
        found.problems.append(
            document.problem(("kind",), "D01", cause, "Schrijf bovenaan kind: library of kind: module.")
        )


def _with_ids(document: YamlDocument, written: dict[str, Written], *parts: str) -> YamlDocument:
    """Return the document with the key of each named entry also inside it, as its id."""
    named = dict(written)
    for part in parts:
        entries = named.get(part)
        if isinstance(entries, dict):
            named[part] = {
                key: {**entry, "id": key} if isinstance(entry, dict) else entry for key, entry in entries.items()
            }
    return replace(document, data=named)


def _keep(found: Definitions, sources: dict[str, Source], name: str, source: Source) -> None:
    if name in sources:
        cause = f"{name} staat ook in het bestand {sources[name].document.file}."
        found.problems.append(source.document.problem(("id",), "D01", cause, "Geef een van beide een andere id."))
    else:
        sources[name] = source


def _library_of(module: Module, found: Definitions) -> LibrarySource | None:
    """Return the library of a module: from the files, or else from the shipped ones."""
    name = module.uses.library
    if name in found.unreadable:
        return None
    return found.libraries.get(name) or _shipped_libraries().get(name)


@cache
def _shipped_libraries() -> Mapping[str, LibrarySource]:
    return _read_sources(shipped_definitions()).libraries


def _choice_problems(found: Definitions, module_id: str | None, file: str) -> list[Problem]:
    if module_id is not None and module_id not in found.modules:
        cause = f"De module {module_id} staat niet in deze bestanden."
        return [Problem(file, 1, "", "D01", cause, suggest(module_id, found.modules))]
    if not found.modules:
        return [
            Problem(file, 1, "", "D01", "Er is geen module in deze bestanden.", "Geef een bestand met kind: module.")
        ]
    if module_id is None and len(found.modules) > 1:
        cause = f"Er zijn {len(found.modules)} modules in deze bestanden."
        return [Problem(file, 1, "", "D01", cause, f"Kies er een: {', '.join(sorted(found.modules))}.")]
    return []
