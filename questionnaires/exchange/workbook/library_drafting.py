"""Drafting what stands in libraries, or in an extension itself: concepts, scales, items and composites with their parts."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final, TypeAlias

from questionnaires.exchange.spreadsheets.columns import SheetForm
from questionnaires.exchange.spreadsheets.drafts import Draft, add_named, empty
from questionnaires.exchange.spreadsheets.entry_reading import Entry, Reading, read_entries
from questionnaires.exchange.workbook.library_layout import (
    COMPOSITES,
    CONCEPTS,
    ITEMS,
    KINDS,
    OPTIONS,
    PIPES,
    SCALES,
    SOFT_CHECKS,
    own_parts,
)
from questionnaires.strict_yaml import suggest
from questionnaires.yaml_nodes import Place, Written

SECTIONS: Final[Mapping[str, SheetForm]] = {
    "concepts": CONCEPTS,
    "scales": SCALES,
    "items": ITEMS,
    "composites": COMPOSITES,
}

# Where a named part was put: by its section and name, the draft, its place there, and what is written at that place.
_Kept: TypeAlias = "dict[tuple[str, str], tuple[Draft, Place, dict[str, Written]]]"


def draft_libraries(reading: Reading, libraries: Mapping[str, Draft]) -> None:
    """Put the rows of a module's workbook in the libraries that they name."""

    def owner(entry: Entry) -> Draft | None:
        name = entry.take("library")
        if name not in libraries:
            spot = entry.spot("library")
            cause = f"De bibliotheek {name} staat niet op het blad Bibliotheken."
            reading.report(spot, "W05", *((cause, suggest(name, libraries)) if name else empty(spot)))
        return libraries.get(name)

    _draft_parts(reading, SECTIONS, owner)


def draft_own_parts(reading: Reading, extension: Draft) -> None:
    """Put the rows of an extension's workbook in the extension itself."""
    sheets = {section: own_parts(form) for section, form in SECTIONS.items() if section != "concepts"}
    _draft_parts(reading, sheets, lambda _entry: extension)


def _draft_parts(reading: Reading, sheets: Mapping[str, SheetForm], owner: Callable[[Entry], Draft | None]) -> None:
    kept: _Kept = {}
    for section, form in sheets.items():
        for entry in read_entries(form, reading):
            draft = owner(entry)
            if draft is None:
                continue
            if section == "items":
                _type_item(reading, entry)
            added = add_named(reading, draft, section, entry)
            if added is not None:
                place, written = added
                kept[section, str(place[-1])] = (draft, place, written)
    for form, section, add in (
        (OPTIONS, "scales", _add_option),
        (PIPES, "items", _add_pipe),
        (SOFT_CHECKS, "items", _add_check),
    ):
        for entry in read_entries(form, reading):
            _add_below(reading, entry, section, kept, add)


def _type_item(reading: Reading, entry: Entry) -> None:
    """Say how an item is answered; tell what is filled in that belongs to another kind of answer."""
    kind = entry.take("kind")
    if not kind:
        spot = entry.spot("kind")
        reading.report(spot, "W05", *empty(spot))
        return
    filled = entry.values.pop("type", {})
    assert isinstance(filled, dict), "the columns below type hold its parts"
    for other in (one for one in filled if one != kind):
        cause = f"Dit hoort bij een ander soort antwoord dan {KINDS[kind]}."
        reading.report(entry.spot("type", other), "W05", cause, "Maak de cel leeg, of kies het andere soort antwoord.")
    if kind == "scale" and kind not in filled:
        spot = entry.spot("type", "scale")
        reading.report(spot, "W05", *empty(spot))
    entry.values["type"] = {kind: filled.get(kind, {})}


def _add_below(
    reading: Reading,
    entry: Entry,
    section: str,
    kept: _Kept,
    add: Callable[[Reading, Entry, Place, dict[str, Written]], Place | None],
) -> None:
    """Put an entry in the item or scale that it names."""
    name, spot = entry.take(section.removesuffix("s")), entry.spot()
    if (section, name) not in kept:
        sheet = SECTIONS[section].name
        cause = f"{name} staat niet op het blad {sheet}."
        known = [one for part, one in kept if part == section]
        reading.report(spot, "W05", *((cause, suggest(name, known)) if name else empty(spot)))
        return
    draft, place, written = kept[section, name]
    added = add(reading, entry, place, written)
    if added is not None:
        draft.keep(added, entry)


def _add_option(reading: Reading, entry: Entry, place: Place, scale: dict[str, Written]) -> Place | None:
    group = entry.take("group")
    if not group:
        spot = entry.spot("group")
        reading.report(spot, "W05", *empty(spot))
        return None
    return (*place, group, _append(scale, group, entry))


def _add_check(_reading: Reading, entry: Entry, place: Place, item: dict[str, Written]) -> Place:
    return (*place, "soft_checks", _append(item, "soft_checks", entry))


def _add_pipe(reading: Reading, entry: Entry, place: Place, item: dict[str, Written]) -> Place | None:
    name = entry.take("name")
    pipes = item.setdefault("pipes", {})
    assert isinstance(pipes, dict), "pipes are kept by name"
    if not name or name in pipes:
        spot = entry.spot("name")
        told = (f"{name} staat er twee keer bij deze vraag.", "Haal er een weg.") if name else empty(spot)
        reading.report(spot, "W05", *told)
        return None
    pipes[name] = entry.values
    return (*place, "pipes", name)


def _append(written: dict[str, Written], section: str, entry: Entry) -> int:
    """Add an entry to a list and return its number there."""
    entries = written.setdefault(section, [])
    assert isinstance(entries, list), "this section is a list"
    entries.append(entry.values)
    return len(entries) - 1
