"""What comes back from translators becomes texts files.

What they say stands in place of what was known; what they did not get, stays. A text that they changed is a draft, unless
they say otherwise themselves: the status that stood there was about the old text.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import TypeAlias

from questionnaires.exchange.translation.parts import texts_to_translate
from questionnaires.exchange.translation.rows import merge_texts
from questionnaires.exchange.yaml_writing import file_name, write_definition
from questionnaires.problems import Problem
from questionnaires.resolving import Part
from questionnaires.sources import Definitions
from questionnaires.strict_yaml import YamlDocument, suggest, validate
from questionnaires.texts import Status, TextEntry, TextsFile, is_language

# By definition and language: the keys of which the translation was taken away.
Emptied: TypeAlias = Mapping[tuple[str, str], Collection[str]]


def returned_texts(
    documents: Iterable[YamlDocument], emptied: Emptied, part: Part, definitions: Definitions
) -> dict[str, str] | tuple[Problem, ...]:
    """Return texts files (name -> YAML) of what translators sent back, or everything that is wrong with it."""
    expected = texts_to_translate(part.content, definitions)
    problems: list[Problem] = []
    files: dict[str, str] = {}
    for document in documents:
        texts = validate(TextsFile, document)
        if isinstance(texts, tuple):
            problems += texts
            continue
        if texts.language == "nl" or not is_language(texts.language):
            cause = f"{texts.language} is geen taal om in te vertalen."
            problems.append(document.problem(("language",), "D12", cause, "Zet de code van de taal erin, zoals tr."))
        for key in (key for key in texts.entries if key not in expected[texts.of]):
            cause = f"De sleutel {key} hoort niet bij {texts.of}."
            problems.append(document.problem(("entries", key), "W05", cause, suggest(key, expected[texts.of])))
        found = definitions.translations(texts.of, texts.language)
        known = found.content if found is not None else None
        merged = merge_texts(_judged(texts, known), known, emptied.get((texts.of, texts.language), ()))
        if merged.entries:
            files[file_name(merged)] = write_definition(merged)
    return tuple(sorted(set(problems))) if problems else files


def _judged(texts: TextsFile, known: TextsFile | None) -> TextsFile:
    entries = {key: _with_status(texts, key, known) for key in texts.entries}
    return texts.model_copy(update={"entries": entries})


def _with_status(texts: TextsFile, key: str, known: TextsFile | None) -> TextEntry:
    entry = texts.entries[key]
    if known is None or key not in known.entries:
        return entry
    before = known.status_of(key)
    if entry.text == known.entries[key].text:
        return entry.model_copy(update={"status": entry.status or before})
    return entry.model_copy(update={"status": Status.DRAFT if entry.status == before else entry.status})
