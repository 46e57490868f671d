"""What a workbook adds to what is already known. Versions that exist stay as they are: a change is a new version.

A workbook holds only the parts of a library that one questionnaire uses. The library that comes out of it is the known one
with what is new behind it, so that other questionnaires on the same library lose nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from itertools import chain
from typing import Final

from questionnaires.definition import Library, UsedLibraries
from questionnaires.exchange.translation.rows import merge_texts
from questionnaires.exchange.yaml_writing import plain_form
from questionnaires.modules import Extension, Module
from questionnaires.names import id_of, version_of
from questionnaires.problems import Problem
from questionnaires.sources import Definitions, Source
from questionnaires.yaml_nodes import Place, Written

_SECTIONS: Final = ("concepts", "scales", "items", "composites")


def merge_known(definitions: Definitions, emptied: Mapping[tuple[str, str], set[str]]) -> tuple[Problem, ...]:
    """Put what is known of the same libraries and texts under what was read, or return every change to a known version.

    `emptied` are the keys of texts, by owner and language, of which the translation was taken away.
    """
    known = definitions.background
    assert known is not None, "a workbook is read with what is known behind it"
    problems = [*chain.from_iterable(_changed(source, known) for source in definitions.modules.values())]
    problems += chain.from_iterable(_changed(source, known) for source in definitions.extensions.values())
    for name, library in definitions.libraries.items():
        found = known.library(name)
        if found is not None:
            problems += _changed_parts(library, found.content)
            definitions.libraries[name] = replace(library, content=_merged_library(library.content, found.content))
    for name, texts in definitions.texts.items():
        owner, language = texts.content.of, texts.content.language
        old = known.translations(owner, language)
        gone = emptied.get((owner, language), set())
        merged = merge_texts(texts.content, old.content if old is not None else None, gone)
        definitions.texts[name] = replace(texts, content=merged)
    return tuple(problems)


def first_difference(ours: Written, theirs: Written) -> Place | None:
    """Return the place of the first difference between two written values, None when they are the same.

    >>> first_difference({"a": [1, 2]}, {"a": [1, 3]})
    ('a', 1)
    """
    if isinstance(ours, dict) and isinstance(theirs, dict):
        steps: Iterator[tuple[str | int, Written, Written]] = (
            (key, ours.get(key), theirs.get(key)) for key in {**theirs, **ours}
        )
    elif isinstance(ours, list) and isinstance(theirs, list) and len(ours) == len(theirs):
        steps = ((number, *pair) for number, pair in enumerate(zip(ours, theirs, strict=True)))
    else:
        return None if ours == theirs and type(ours) is type(theirs) else ()
    found = ((step, first_difference(one, other)) for step, one, other in steps)
    return next(((step, *place) for step, place in found if place is not None), None)


def _changed(source: Source[Module] | Source[Extension], known: Definitions) -> Iterator[Problem]:
    content = source.content
    found = known.module(content.reference) if isinstance(content, Module) else known.extension(content.reference)
    place = first_difference(plain_form(content), plain_form(found.content)) if found is not None else None
    if place is not None:
        cause = f"{content.reference} bestaat al, met een andere inhoud."
        cure = f"Verhoog de versie van de vragenlijst naar {_next_version(content.reference, known.references())}."
        yield source.document.problem(place, "W06", cause, cure)


def _changed_parts(source: Source[Library], known: Library) -> Iterator[Problem]:
    ours, theirs = plain_form(source.content), plain_form(known)
    for section in _SECTIONS:
        mine, existing = _block(ours, section), _block(theirs, section)
        for name in (name for name in mine if name in existing):
            place = first_difference(mine[name], existing[name])
            if place is not None:
                cause = f"{name} bestaat al, met een andere inhoud."
                cure = "Geef het begrip een nieuwe naam."
                if "@" in name:
                    version = _next_version(name, [*mine, *existing])
                    cure = f"Maak er {id_of(name)}@{version} van, op een nieuwe rij, en gebruik die."
                yield source.document.problem((section, name, *place), "W06", cause, cure)


def _block(written: dict[str, Written], section: str) -> dict[str, Written]:
    found = written.get(section, {})
    assert isinstance(found, dict), "parts of a library are kept by name"
    return found


def _next_version(reference: str, known: Iterable[str]) -> int:
    return 1 + max(version_of(one) for one in (*known, reference) if id_of(one) == id_of(reference))


def _merged_library(ours: Library, known: Library) -> Library:
    uses = dict.fromkeys(chain.from_iterable(one.uses.libraries for one in (known, ours) if one.uses is not None))
    return known.model_copy(
        update={
            "uses": UsedLibraries(libraries=tuple(uses)) if uses else None,
            "retired": tuple(dict.fromkeys((*known.retired, *ours.retired))),
            **{section: {**getattr(known, section), **getattr(ours, section)} for section in _SECTIONS},
        }
    )
