"""The rows of a translation: each Dutch text with what it says in a language, whether it is current, and how sure that is.

They go to translators as a spreadsheet or PO file, and stand in an author's workbook.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from questionnaires.exchange.translation.parts import texts_to_translate
from questionnaires.modules import Extension, Module
from questionnaires.sources import Definitions
from questionnaires.texts import Status, TextsFile, gaps_in, hash_text


@dataclass(frozen=True, slots=True)
class TranslationRow:
    """One text. `of` is the definition that it stands in; `stale` is the hash of the Dutch of before, when that has changed."""

    of: str
    key: str
    source: str
    text: str | None = None
    status: Status | None = None
    note: str | None = None
    stale: str | None = None


def translation_rows(part: Module | Extension, language: str, definitions: Definitions) -> Iterator[TranslationRow]:
    """Yield a row for each text of a module or extension, its libraries included, translated or not."""
    for of, texts in texts_to_translate(part, definitions).items():
        found = definitions.translations(of, language)
        for key, source in texts.items():
            entry = found.content.entries.get(key) if found is not None else None
            if found is None or entry is None:
                yield TranslationRow(of, key, source)
                continue
            stale = entry.source_hash if entry.source_hash != hash_text(source) else None
            yield TranslationRow(of, key, source, entry.text, found.content.status_of(key), entry.note, stale)


def fault_of_gaps(source: str, text: str) -> tuple[str, str] | None:
    """Return cause and cure when a translation does not have the gaps of the Dutch text, in any order."""
    if sorted(gaps_in(text)) == sorted(gaps_in(source)):
        return None
    cause = f"De vertaling heeft andere gaten tussen accolades dan het Nederlands: {source}"
    return cause, "Neem elk gat één keer over, met dezelfde naam."


def merge_texts(ours: TextsFile, known: TextsFile | None, gone: Collection[str]) -> TextsFile:
    """Return known texts with ours in their place, and without those that are gone.

    An entry says its status only where it differs from that of the file.
    """
    entries = {key: entry for key, entry in (known.entries if known else {}).items() if key not in gone}
    statuses = Counter(ours.status_of(key) for key in ours.entries)
    status = known.status if known is not None else max(statuses, key=statuses.__getitem__, default=ours.status)
    own = {
        key: entry.model_copy(update={"status": found if (found := ours.status_of(key)) != status else None})
        for key, entry in ours.entries.items()
    }
    return ours.model_copy(update={"status": status, "entries": {**entries, **own}})
