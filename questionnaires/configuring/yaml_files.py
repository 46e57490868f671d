"""YAML out and in: a configuration as the files that `ceo check` and `ceo publish` take, and back to go on with."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from questionnaires.assembling import assemble_extension
from questionnaires.configuring.documents import DEFINITION, Document, make_document, texts_file
from questionnaires.configuring.foundation import Foundation
from questionnaires.configuring.remarks import Remark, Spot, SpotKind
from questionnaires.configuring.settling import settle
from questionnaires.exchange.yaml_writing import file_name, plain_form, write_definition
from questionnaires.modules import Extension
from questionnaires.problems import Problem
from questionnaires.resolving import Assembly
from questionnaires.sources import Definitions, Source, read_sources
from questionnaires.strict_yaml import suggest
from questionnaires.texts import TextsFile, source_texts


def write_yaml(document: Document) -> dict[str, str]:
    """Return a configuration as files (name -> text): the extension, and its texts in each other language."""
    files = {file_name(document.extension): write_definition(document.extension)}
    for language, entries in document.texts.items():
        file = texts_file(document.reference, language, entries)
        assert isinstance(file, TextsFile), "a document is of the right form"
        files[file_name(file)] = write_definition(_with_one_status(file))
    return files


def read_yaml(files: Mapping[str, str], owner: str, foundation: Foundation) -> Document | tuple[Remark, ...]:
    """Return the one extension of an owner that stands in these files, with its texts, or everything that is wrong with them."""
    found = read_sources(files, foundation.definitions)
    if found.problems:
        return tuple(_remark(problem) for problem in found.problems)
    faults = tuple(_remark(problem) for problem in _strange(found, owner))
    if faults:
        return faults
    [source] = found.extensions.values()
    faults = tuple(_remark(problem) for problem in sorted(_out_of_sight(source, foundation)))
    if faults:
        return faults
    texts = {one.content.language: _entries(one.content) for one in found.texts.values()}
    made = make_document(_asked(plain_form(source.content), source.content), texts)
    return settle(made, foundation) if isinstance(made, Document) else tuple(map(_remark, made))


def _with_one_status(file: TextsFile) -> TextsFile:
    """Return texts in which only entries with another status than the whole file say theirs."""
    entries = {
        key: entry.model_copy(update={"status": None}) if entry.status == file.status else entry
        for key, entry in file.entries.items()
    }
    return file.model_copy(update={"entries": entries})


def _strange(found: Definitions, owner: str) -> list[Problem]:
    """Return what stands in the files and is no configuration of this owner."""
    if len(found.extensions) != 1 or found.libraries or found.modules or found.crosswalks:
        cause = "In deze bestanden staat niet één uitbreiding van een gemeente."
        cure = "Geef één bestand met kind: extension, en de bestanden met vertalingen daarvan."
        return [Problem(DEFINITION, 1, "", "D01", cause, cure)]
    [source] = found.extensions.values()
    content = source.content
    problems = []
    if content.owner != owner or not content.id.startswith(f"{owner}."):
        cause = f"Deze uitbreiding is van {content.owner}."
        problems.append(source.document.problem(("owner",), "D09", cause, f"Geef een uitbreiding van {owner}."))
    keys = source_texts(content)
    for file in found.texts.values():
        strange = [key for key in file.content.entries if key not in keys]
        if file.content.of != content.reference or strange:
            cause = f"Deze teksten horen niet bij {content.reference}: {', '.join(strange) or file.content.of}."
            problems.append(file.document.problem(("of",), "D01", cause, "Laat dit bestand weg, of pas het aan."))
    return problems


def _out_of_sight(source: Source[Extension], foundation: Foundation) -> Iterator[Problem]:
    """Yield what an extension names and is not there, and what it fills that the core does not have: no page would show it."""
    found = Definitions(extensions={source.content.reference: source}, background=foundation.definitions)
    assembly = assemble_extension(source, found)
    if not isinstance(assembly, Assembly):
        yield from assembly
        return
    core, content = assembly.core.content, source.content
    for section, known in (("slots", core.slots), ("modules", core.slots), ("params", core.params)):
        for name in getattr(content, section).keys() - known.keys():
            cause, cure = f"De kern heeft geen {name} bij {section}.", suggest(name, known)
            yield source.document.problem((section, name), "D09", cause, cure)
    for name in {item for page in content.page_entries for item in page.items} - content.items.keys():
        cause, cure = f"De vraag {name} is niet van deze uitbreiding.", "Vraag alleen wat onder items staat."
        yield source.document.problem(("slots",), "D09", cause, cure)


def _asked(written: dict[str, Any], extension: Extension) -> dict[str, Any]:
    """Return an extension without items that it does not ask."""
    asked = {item for page in extension.page_entries for item in page.items}
    return {**written, "items": {name: item for name, item in written.get("items", {}).items() if name in asked}}


def _entries(file: TextsFile) -> dict[str, Any]:
    written = plain_form(file).get("entries", {})
    assert isinstance(written, dict), "texts are a block"
    return {key: {**_block(entry), "status": file.status_of(key).value} for key, entry in written.items()}


def _block(written: Any) -> Mapping[str, Any]:
    assert isinstance(written, dict), "an entry is a block"
    return written


def _remark(problem: Problem) -> Remark:
    """Return a problem of a file, with the file and the line in its cause; what is wrong with what files make has neither."""
    cause = (
        problem.cause
        if problem.file.startswith(DEFINITION)
        else f"{problem.file}, regel {problem.line}: {problem.cause}"
    )
    return Remark(Spot(SpotKind.WHOLE, field=problem.place), problem.code, cause, problem.cure, problem.warning)
