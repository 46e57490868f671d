"""Translating: which texts of a questionnaire stand in a language, and what is missing, stale or unequal."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, TypeAlias

from questionnaires.questionnaire import Translation
from questionnaires.texts import Status, gaps_in, hash_text

_ORDER: Final = tuple(Status)

# By key: the translated text, the hash of the Dutch text that it translates, and its status.
Entries: TypeAlias = Mapping[str, tuple[str, str, Status]]


@dataclass(frozen=True, slots=True)
class TextHome:
    """Where a text of a questionnaire is written: in the definition `of`, under `key`."""

    of: str
    key: str


@dataclass(frozen=True, slots=True)
class TranslationState:
    """How far a language has come for one questionnaire; the keys of what is missing, stale, or has other gaps."""

    language: str
    texts: Mapping[str, str]
    status: Status
    missing: tuple[str, ...]
    stale: tuple[str, ...]
    unequal: tuple[str, ...]

    @property
    def complete(self) -> bool:
        """Whether the language can be offered."""
        return not (self.missing or self.stale or self.unequal)

    @property
    def translation(self) -> Translation:
        """The texts as a part of the questionnaire."""
        return Translation(status=self.status, texts=dict(self.texts))


def translate(language: str, source: Mapping[str, str], entries: Entries) -> TranslationState:
    """Return how far the Dutch texts (key -> text) are translated by these entries. Gaps must be equal, in any order."""
    missing = tuple(key for key in source if key not in entries)
    there = {key: entries[key] for key in source if key in entries}
    stale = tuple(key for key, (_, source_hash, _) in there.items() if source_hash != hash_text(source[key]))
    unequal = tuple(key for key, (text, _, _) in there.items() if sorted(gaps_in(text)) != sorted(gaps_in(source[key])))
    status = min((status for _, _, status in there.values()), key=_ORDER.index, default=Status.MACHINE)
    return TranslationState(
        language, {key: text for key, (text, _, _) in there.items()}, status, missing, stale, unequal
    )
