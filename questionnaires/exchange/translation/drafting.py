"""Drafting the texts of other languages from the sheets of a workbook."""

from __future__ import annotations

from questionnaires.exchange.spreadsheets.drafts import Draft, Drafts, empty
from questionnaires.exchange.spreadsheets.entry_reading import Entry, Reading, read_entries
from questionnaires.exchange.translation.layout import THIS, TRANSLATIONS, translation_sheet
from questionnaires.exchange.translation.rows import fault_of_gaps
from questionnaires.strict_yaml import suggest
from questionnaires.texts import hash_text
from questionnaires.yaml_nodes import Written


def draft_texts(reading: Reading, drafts: Drafts) -> None:
    """Put the rows of every sheet with translations in the texts of the definition that they belong to."""
    own = f"{drafts.main.written.get('id')}@{drafts.main.written.get('version')}"
    owners = {THIS: own, **{name: name for name in drafts.libraries}}
    for name in reading.sheets:
        if name.startswith(TRANSLATIONS):
            language = name.removeprefix(TRANSLATIONS).strip()
            for entry in read_entries(translation_sheet(language), reading):
                _draft_text(reading, drafts, entry, owners, language)


def _draft_text(reading: Reading, drafts: Drafts, entry: Entry, owners: dict[str, str], language: str) -> None:
    of = entry.take("of")
    if of not in owners:
        cause = f"{of} is geen deel van dit werkboek."
        reading.report(entry.spot("of"), "W05", *((cause, suggest(of, owners)) if of else empty(entry.spot("of"))))
        return
    key = entry.take("key")
    texts = drafts.texts.setdefault((owners[of], language), _texts(owners[of], language, entry))
    entries = texts.written["entries"]
    assert isinstance(entries, dict), "entries are kept by key"
    written = _translation(reading, entry)
    if not key or key in entries:
        told = (f"De sleutel {key} staat er twee keer.", "Haal er een weg.") if key else empty(entry.spot("key"))
        reading.report(entry.spot("key"), "W05", *told)
    elif written is None:
        drafts.emptied.setdefault((owners[of], language), set()).add(key)
    else:
        entries[key] = written
        texts.keep(("entries", key), entry)
        texts.spots["entries", key] = entry.spot("key")


def _texts(of: str, language: str, entry: Entry) -> Draft:
    written: dict[str, Written] = {"format": "ceo-def/1", "kind": "texts", "language": language, "of": of}
    return Draft({**written, "status": "draft", "entries": {}}, {(): entry.spot()})


def _translation(reading: Reading, entry: Entry) -> dict[str, Written] | None:
    """Return what is written of a translation, None when there is none."""
    source, stale, text = entry.take("source"), entry.take("stale"), entry.values.get("text")
    if text is None:
        return None
    if not source:
        reading.report(entry.spot("source"), "W05", *empty(entry.spot("source")))
    fault = fault_of_gaps(source, str(text))
    if fault is not None:
        reading.report(entry.spot("text"), "D12", *fault)
    # What was translated is the Dutch that stood beside it, unless that changed afterwards.
    return {"source_hash": stale or hash_text(source), **entry.values}
