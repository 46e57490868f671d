"""Drafting the definitions of a workbook: a module with its libraries, or an extension, and the texts of either."""

from __future__ import annotations

from typing import Final

from questionnaires.exchange.spreadsheets.columns import GUIDE, SheetForm
from questionnaires.exchange.spreadsheets.drafts import Draft, Drafts, add_named, empty
from questionnaires.exchange.spreadsheets.entry_reading import OWN, Entry, Reading, read_entries, read_record
from questionnaires.exchange.translation.drafting import draft_texts
from questionnaires.exchange.translation.layout import TRANSLATIONS
from questionnaires.exchange.workbook.layout import (
    ACCEPTED,
    CALCULATIONS,
    EXTENSION_PARAMS,
    EXTENSION_RECORD,
    EXTENSION_SHEETS,
    EXTENSION_SLOTS,
    KIND,
    LIBRARIES,
    MODULE_PARAMS,
    MODULE_RECORD,
    MODULE_SHEETS,
    MODULE_SLOTS,
    PAGES,
    SAMPLE,
)
from questionnaires.exchange.workbook.library_drafting import draft_libraries, draft_own_parts
from questionnaires.problems import Problem
from questionnaires.strict_yaml import suggest
from questionnaires.yaml_nodes import Written

_FORM: Final = "ceo-def/1"
_MODULE_SECTIONS: Final = {
    "calculations": CALCULATIONS,
    "slots": MODULE_SLOTS,
    "params": MODULE_PARAMS,
    "sample": SAMPLE,
}


def draft_definitions(reading: Reading) -> Drafts:
    """Return what the sheets hold as drafts of definitions; what is wrong with the sheets themselves is reported."""
    kind = _kind(reading)
    drafts = _draft_extension(reading) if kind == "extension" else _draft_module(reading)
    _check_sheets(reading, EXTENSION_SHEETS if kind == "extension" else MODULE_SHEETS)
    draft_texts(reading, drafts)
    return drafts


def _kind(reading: Reading) -> str:
    """Look which of the two records the first sheet is; what else stands there comes later."""
    look = Reading(reading.file, reading.sheets)
    return str(read_record(SheetForm(MODULE_RECORD.name, "", (KIND,)), look).values.get("kind", "module"))


def _draft_module(reading: Reading) -> Drafts:
    main = _draft_record(reading, MODULE_RECORD)
    pages: list[Written] = []
    for entry in read_entries(PAGES, reading):
        main.keep(("pages", len(pages)), entry)
        if "id" in entry.values and "slot" in entry.values:
            cause = "Een pagina van een module staat niet in een gleuf."
            reading.report(entry.spot("slot"), "W05", cause, "Maak deze cel leeg, of zet de gleuf op een eigen rij.")
        pages.append(entry.values)
    main.written["pages"] = pages
    for section, form in _MODULE_SECTIONS.items():
        for entry in read_entries(form, reading):
            add_named(reading, main, section, entry)
    _draft_accepted(reading, main)
    libraries: dict[str, Draft] = {}
    for entry in read_entries(LIBRARIES, reading):
        _draft_library(reading, entry, libraries)
    draft_libraries(reading, libraries)
    return Drafts(main, libraries)


def _draft_extension(reading: Reading) -> Drafts:
    main = _draft_record(reading, EXTENSION_RECORD)
    slots: dict[str, list[Written]] = {}
    for entry in read_entries(PAGES, reading):
        slot, spot = entry.take("slot"), entry.spot("slot")
        if not slot:
            reading.report(spot, "W05", *empty(spot))
            continue
        pages = slots.setdefault(slot, [])
        if entry.values:  # a row with only a slot says that nothing stands in it
            main.keep(("slots", slot, len(pages)), entry)
            pages.append(entry.values)
        main.spots.setdefault(("slots", slot), spot)
    main.written["slots"] = dict(slots)
    for section, form, value in (("params", EXTENSION_PARAMS, "text"), ("modules", EXTENSION_SLOTS, "modules")):
        for entry in read_entries(form, reading):
            _add_single(reading, main, section, entry, value)
    _draft_accepted(reading, main)
    draft_own_parts(reading, main)
    return Drafts(main)


def _draft_record(reading: Reading, form: SheetForm) -> Draft:
    if form.name not in reading.sheets:
        cause = f"Het blad {form.name} ontbreekt."
        cure = "Begin met een export van een vragenlijst: die heeft alle bladen."
        reading.problems.append(Problem(reading.file, 1, form.name, "W02", cause, cure))
    entry = read_record(form, reading)
    draft = Draft({"format": _FORM, **entry.values})
    draft.keep((), entry)
    return draft


def _draft_library(reading: Reading, entry: Entry, libraries: dict[str, Draft]) -> None:
    name, spot = entry.take("name"), entry.spot()
    if not name or name in libraries:
        told = (f"{name} staat er twee keer.", "Haal er een weg.") if name else empty(spot)
        reading.report(spot, "W05", *told)
        return
    draft = Draft({"format": _FORM, "kind": "library", "id": name, "source_language": "nl", **entry.values})
    draft.keep((), entry)
    libraries[name] = draft


def _draft_accepted(reading: Reading, main: Draft) -> None:
    entries = read_entries(ACCEPTED, reading)
    for number, entry in enumerate(entries):
        main.keep(("accepted", number), entry)
    main.written["accepted"] = [entry.values for entry in entries]


def _add_single(reading: Reading, main: Draft, section: str, entry: Entry, value: str) -> None:
    """Add an entry of which a section holds only one value."""
    added = add_named(reading, main, section, entry)
    if added is not None:
        place, written = added
        entries = main.written[section]
        assert isinstance(entries, dict), "sections of named entries are blocks"
        spot = entry.spot(value)
        main.spots[place] = spot
        if value in written:
            entries[str(place[-1])] = written[value]
        else:
            reading.report(spot, "W05", *empty(spot))


def _check_sheets(reading: Reading, forms: tuple[SheetForm, ...]) -> None:
    known = [GUIDE, *(form.name for form in forms)]
    for name in reading.sheets:
        if name not in known and not name.startswith((OWN, TRANSLATIONS)):
            cause = f"Het blad {name} hoort niet in dit werkboek."
            cure = f"{suggest(name, known)} Is het een eigen blad, laat de naam dan met {OWN} beginnen."
            reading.problems.append(Problem(reading.file, 1, name, "W02", cause, cure))
