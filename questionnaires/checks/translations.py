"""Checks of languages and registers (D12), and of what texts files belong to (D01)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from questionnaires.checks.asked import asked_items
from questionnaires.definition import Library
from questionnaires.modules import Extension, Module
from questionnaires.problems import Problem
from questionnaires.resolving import Assembly, Part, text_homes, translation_states
from questionnaires.sources import Definitions
from questionnaires.strict_yaml import suggest
from questionnaires.texts import Status, gaps_in, hash_text, is_language, source_texts
from questionnaires.translating import TranslationState
from questionnaires.wording import questionnaire_texts
from questionnaires.yaml_nodes import Place

if TYPE_CHECKING:
    from questionnaires.checks.definitions import Candidate

SOURCE: Final = "nl"
CONCEPT: Final = frozenset({Status.MACHINE, Status.DRAFT})
_SHOWN: Final = 3  # keys in a message


def check_translations(candidate: Candidate) -> Iterator[Problem]:
    """Yield what is missing, stale, unequal or not reviewed in each language that is asked for, and missing easy texts."""
    source = questionnaire_texts(candidate.questionnaire)
    for state in translation_states(candidate.assembly, candidate.questionnaire, candidate.definitions):
        part = candidate.assembly.extensions[-1] if candidate.assembly.extensions else candidate.assembly.core
        yield from _check_language(part, state, len(source))
        yield from _check_entries(candidate, state, source)
    if "easy" in candidate.questionnaire.registers:
        yield from _check_easy(candidate.assembly)


def check_texts(definitions: Definitions) -> Iterator[Problem]:
    """Yield each texts file whose definition is not there, and each key in one that belongs to nothing."""
    for file in definitions.texts.values():
        name, language = file.content.of, file.content.language
        if language == SOURCE or not is_language(language):
            cause = f"{language} is geen taal om in te vertalen."
            yield file.document.problem(
                ("language",), "D12", cause, "Schrijf de code van een andere taal, zoals tr of ar."
            )
        definition = _definition(name, definitions)
        if definition is None and name not in definitions.unreadable:
            known = definitions.references() if "@" in name else definitions.library_names()
            cause = f"{name} is niet gevonden."
            yield file.document.problem(("of",), "D01", cause, suggest(name, known))
        keys = source_texts(definition) if definition is not None else file.content.entries
        for key in file.content.entries:
            if key not in keys:
                near = [other for other in keys if other.rpartition("@")[0] == key.rpartition("@")[0]]
                cause = f"{name} heeft geen tekst {key}."
                yield file.document.problem(("entries", key), "D01", cause, suggest(key, near))


def _check_language(part: Part, state: TranslationState, total: int) -> Iterator[Problem]:
    document, place = part.document, _place_of(part, state.language)
    if not is_language(state.language):
        cause = f"De taal {state.language} bestaat niet."
        yield document.problem(place, "D12", cause, "Schrijf de code van de taal, zoals tr of ar.")
    elif state.missing:
        shown = ", ".join(state.missing[:_SHOWN]) + (" …" if len(state.missing) > _SHOWN else "")
        cause = f"In de taal {state.language} ontbreken {len(state.missing)} van de {total} teksten: {shown}."
        yield document.problem(place, "D12", cause, f"Vertaal deze teksten, of haal {state.language} weg.")
    elif state.complete and state.status in CONCEPT:
        cause = f"De vertaling in {state.language} is nog een concept (status {state.status})."
        cure = "Laat de teksten nakijken. Of leg bij accepted uit waarom een concept hier genoeg is."
        yield document.problem(place, "D12", cause, cure, warning=True)


def _place_of(part: Part, language: str) -> Place:
    """Return where a part asks for a language; an extension need not say it."""
    languages = part.content.languages or ()
    return ("languages", languages.index(language)) if language in languages else ("languages",)


def _check_entries(candidate: Candidate, state: TranslationState, source: dict[str, str]) -> Iterator[Problem]:
    """Yield each translation of a text that has changed, or with other gaps, where it is written."""
    homes = text_homes(candidate.assembly)
    for key in dict.fromkeys((*state.stale, *state.unequal)):
        home = homes[key]
        file = candidate.definitions.translations(home.of, state.language)
        assert file is not None, "the translation was read from it"
        place = ("entries", home.key)
        if key in state.stale:
            cause = f"De Nederlandse tekst is veranderd na deze vertaling. Die is nu: “{source[key]}”"
            cure = f'Pas de vertaling aan en schrijf dan source_hash: "{hash_text(source[key])}".'
            yield file.document.problem((*place, "source_hash"), "D12", cause, cure)
        else:
            cause = f"De plekken om in te vullen zijn anders dan in het Nederlands: {_named(source[key])}."
            yield file.document.problem((*place, "text"), "D12", cause, "Zet dezelfde plekken in de vertaling.")


def _named(text: str) -> str:
    return ", ".join(f"{{{name}}}" for name in gaps_in(text)) or "geen"


def _check_easy(assembly: Assembly) -> Iterator[Problem]:
    for one in asked_items(assembly):
        text = one.item.text
        lacking = [
            name
            for name, standard, easy in (
                ("stem_easy", text.stem, text.stem_easy),
                ("help_easy", text.help, text.help_easy),
            )
            if standard is not None and easy is None
        ]
        if lacking:
            cause = f"De vraag {one.item.reference} heeft geen {' en geen '.join(lacking)}, en de vragenlijst belooft makkelijke taal."
            yield one.problem(
                ("text",), "D12", cause, "Schrijf deze tekst in makkelijke taal, of haal easy weg bij registers."
            )


def _definition(name: str, definitions: Definitions) -> Library | Module | Extension | None:
    if "@" not in name:
        library = definitions.library(name)
        return library.content if library is not None else None
    module = definitions.module(name)
    if module is not None:
        return module.content
    extension = definitions.extension(name)
    return extension.content if extension is not None else None
