"""Translations of the national library beside the Dutch texts: what is there, what is stale, and new texts as a file of a draft."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from ceo.workflows.library.current import text_digest
from ceo.workflows.library.drafted import DraftedLibrary, DraftFile
from questionnaires.definition import Library
from questionnaires.exchange.yaml_writing import file_name, write_definition
from questionnaires.modules import Module
from questionnaires.sources import Definitions
from questionnaires.texts import Status, TextEntry, TextsFile, gaps_in, hash_text, source_texts

LONGEST_TEXT: Final = 500


class TextState(StrEnum):
    """How far a text is in a language, from what needs work most."""

    MISSING = "missing"
    STALE = "stale"  # the Dutch text was changed after it was translated
    UNEQUAL = "unequal"  # other gaps than in Dutch
    DRAFT = "draft"  # by a computer, or nobody looked at it yet
    APPROVED = "approved"


@dataclass(frozen=True, slots=True)
class TextLine:
    """A Dutch text with its translation: "" and no status where there is none."""

    key: str
    source: str
    text: str
    status: Status | None
    state: TextState


@dataclass(frozen=True, slots=True)
class TextsLine:
    """How far the texts of a library or module are in a language: the number of texts by state."""

    of: str
    language: str
    states: Mapping[TextState, int]

    @property
    def total(self) -> int:
        """The number of texts."""
        return sum(self.states.values())

    @property
    def to_do(self) -> int:
        """The number of texts without which the language cannot be offered."""
        return sum(self.states[state] for state in (TextState.MISSING, TextState.STALE, TextState.UNEQUAL))


@dataclass(frozen=True, slots=True)
class Translated:
    """What an editor wrote for a text; "" takes the translation away. `still_good`: it fits the Dutch text as it is now."""

    text: str
    status: Status
    still_good: bool = False


def texts_overview(definitions: Definitions) -> tuple[TextsLine, ...]:
    """Return how far each library and module is in each language that it has texts in, or that a module asks for."""
    wanted = dict.fromkeys(sorted(_wanted(definitions)))
    lines = ((of, language, text_lines(definitions, of, language)) for of, language in wanted)
    return tuple(
        TextsLine(of, language, {state: sum(line.state is state for line in found) for state in TextState})
        for of, language, found in lines
        if found
    )


def text_lines(definitions: Definitions, of: str, language: str) -> tuple[TextLine, ...]:
    """Return every text of a library or module with its translation, in the order of the definition; () for an unknown one."""
    home = _home(definitions, of)
    source = definitions.translations(of, language)
    file = source.content if source is not None else None
    return tuple(_line(key, text, file) for key, text in source_texts(home).items()) if home is not None else ()


def translate_texts(
    drafted: DraftedLibrary, of: str, language: str, given: Mapping[str, Translated]
) -> tuple[str, DraftFile] | None:
    """Return the name and the text of the file with these translations in it; None for an unknown library or module.

    A text that is new or different is one of the Dutch text as it is now, and so is one that is still good.
    """
    home = _home(drafted.definitions, of)
    if home is None:
        return None
    there = drafted.definitions.translations(of, language)
    entries = dict(there.content.entries) if there is not None else {}
    for key, source in source_texts(home).items():
        if key in given:
            _put(entries, key, source, given[key])
    order = [key for key in source_texts(home) if key in entries]
    file = TextsFile(
        format="ceo-def/1",
        kind="texts",
        language=language,
        of=of,
        status=there.content.status if there is not None else Status.DRAFT,
        entries={key: entries[key] for key in order},
    )
    name = there.document.file if there is not None else f"teksten/{language}/{file_name(file)}"
    known = drafted.drafted.get(name)
    base = known.base if known is not None else text_digest(drafted.present.files.get(name))
    return name, DraftFile(write_definition(file), base)


def _put(entries: dict[str, TextEntry], key: str, source: str, given: Translated) -> None:
    before = entries.get(key)
    text = " ".join(given.text.split())[:LONGEST_TEXT]
    if not text:
        entries.pop(key, None)
        return
    fits = before is None or given.still_good or text != before.text
    entries[key] = TextEntry(
        source_hash=hash_text(source) if fits or before is None else before.source_hash,
        text=text,
        status=given.status,
        note=before.note if before is not None else None,
    )


def _line(key: str, source: str, file: TextsFile | None) -> TextLine:
    entry = file.entries.get(key) if file is not None else None
    if entry is None or file is None:
        return TextLine(key, source, "", None, TextState.MISSING)
    status = file.status_of(key)
    if entry.source_hash != hash_text(source):
        state = TextState.STALE
    elif sorted(gaps_in(entry.text)) != sorted(gaps_in(source)):
        state = TextState.UNEQUAL
    else:
        state = TextState.DRAFT if status in {Status.MACHINE, Status.DRAFT} else TextState.APPROVED
    return TextLine(key, source, entry.text, status, state)


def _wanted(definitions: Definitions) -> Iterator[tuple[str, str]]:
    for source in definitions.texts.values():
        yield source.content.of, source.content.language
    for reference, module in definitions.modules.items():
        for language in module.content.languages:
            if language != "nl":
                yield reference, language
                yield from ((library, language) for library in module.content.uses.libraries)


def _home(definitions: Definitions, of: str) -> Library | Module | None:
    library, module = definitions.library(of), definitions.module(of)
    if library is not None:
        return library.content
    return module.content if module is not None else None
