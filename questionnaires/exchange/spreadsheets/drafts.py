"""Drafts: definitions being put together from the rows of a workbook, with the cell of every part.

The checks report at a place in a document; a document made of a draft tells the sheet and the cell of that place.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from questionnaires.exchange.spreadsheets.entry_reading import Entry, Reading
from questionnaires.exchange.spreadsheets.reading import Spot, problem_at
from questionnaires.problems import Problem
from questionnaires.strict_yaml import YamlDocument
from questionnaires.yaml_nodes import Place, Written

MAX_VERSION_DIGITS: Final = 4

_VERSIONED: Final = frozenset({"scales", "items", "composites"})
_NAMED: Final = frozenset({"concepts", "calculations"})


@dataclass(frozen=True, slots=True)
class SheetDocument(YamlDocument):
    """What one definition file would hold. `spots` gives the cell of every place."""

    spots: Mapping[Place, Spot]

    def problem(self, place: Place, code: str, cause: str, cure: str, *, warning: bool = False) -> Problem:
        """Return a problem at the cell of a place, or of the nearest one around it."""
        around = (place[:length] for length in range(len(place), -1, -1))
        spot = next(self.spots[part] for part in around if part in self.spots)
        if code == "F01" and spot.header:
            cause, cure = empty(spot)
        return replace(problem_at(self.file, spot, code, cause, cure), warning=warning)


@dataclass(slots=True)
class Draft:
    """What is written so far, as YAML would hold it, and where. The spot of `()` is that of the definition itself."""

    written: dict[str, Written]
    spots: dict[Place, Spot] = field(default_factory=dict)

    def keep(self, place: Place, entry: Entry) -> None:
        """Remember the cells of an entry that stands at a place."""
        for path, spot in entry.spots.items():
            self.spots[(*place, *path)] = spot

    def document(self, file: str) -> SheetDocument:
        """Return what is written as a document of this workbook."""
        return SheetDocument(file, self.written, {}, self.spots)


@dataclass(slots=True)
class Drafts:
    """The drafts of a workbook: of the module or extension, of libraries by name, and of texts by owner and language.

    `emptied` are the keys of texts that stand in the workbook without a translation.
    """

    main: Draft
    libraries: dict[str, Draft] = field(default_factory=dict)
    texts: dict[tuple[str, str], Draft] = field(default_factory=dict)
    emptied: dict[tuple[str, str], set[str]] = field(default_factory=dict)


def add_named(reading: Reading, draft: Draft, section: str, entry: Entry) -> tuple[Place, dict[str, Written]] | None:
    """Put an entry under its name in a section, and return its place and what is written there; None when its name is wrong."""
    name, spot = entry.take("name"), entry.spot()
    entries = draft.written.setdefault(section, {})
    assert isinstance(entries, dict), "sections of named entries are blocks"
    fault = _fault_of_name(name, section, entries, spot)
    if fault is not None:
        reading.report(spot, "W05", *fault)
        return None
    place: Place = (section, name)
    written = {**_identity(name, section), **entry.values}
    entries[name] = written
    draft.keep(place, entry)
    draft.spots |= {(*place, "id"): spot, (*place, "version"): spot}
    return place, written


def empty(spot: Spot) -> tuple[str, str]:
    """Return cause and cure of a cell that must be filled in."""
    return f"De cel {spot.header} is leeg.", "Vul hem in."


def _fault_of_name(name: str, section: str, entries: Mapping[str, Written], spot: Spot) -> tuple[str, str] | None:
    if not name:
        return empty(spot)
    if name in entries:
        return f"{name} staat er twee keer.", "Haal er een weg, of geef hem een andere naam of versie."
    version = name.partition("@")[2]
    if section in _VERSIONED and not (version.isdecimal() and len(version) <= MAX_VERSION_DIGITS):
        return (
            f"Achter de naam {name} staat geen versie.",
            f"Schrijf de versie erachter, zoals {name.partition('@')[0]}@1.",
        )
    return None


def _identity(name: str, section: str) -> dict[str, Written]:
    """Return what the models want inside an entry, and YAML says in its key."""
    if section in _VERSIONED:
        return {"id": name.partition("@")[0], "version": int(name.partition("@")[2])}
    return {"id": name} if section in _NAMED else {}
