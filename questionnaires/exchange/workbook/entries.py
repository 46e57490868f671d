"""What stands on the rows of a workbook: every part of a module or extension, of its libraries and of its translations."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import chain
from typing import TypeAlias, cast

from questionnaires.exchange.spreadsheets.entry_writing import Values
from questionnaires.exchange.translation.parts import used_parts
from questionnaires.exchange.workbook.layout import (
    ACCEPTED,
    CALCULATIONS,
    EXTENSION_PARAMS,
    EXTENSION_RECORD,
    EXTENSION_SLOTS,
    LIBRARIES,
    MODULE_PARAMS,
    MODULE_RECORD,
    MODULE_SLOTS,
    PAGES,
    SAMPLE,
)
from questionnaires.exchange.workbook.library_layout import (
    COMPOSITES,
    CONCEPTS,
    GROUPS,
    ITEMS,
    OPTIONS,
    PIPES,
    SCALES,
    SOFT_CHECKS,
)
from questionnaires.exchange.yaml_writing import plain_form
from questionnaires.modules import Extension, Module
from questionnaires.names import id_of
from questionnaires.sources import Definitions
from questionnaires.yaml_nodes import Written

Entries: TypeAlias = dict[str, list[Values]]


def entries_of(part: Module | Extension, definitions: Definitions) -> Entries:
    """Return the rows of each sheet by its name; the record of the questionnaire is one entry."""
    return _module(part, definitions) if isinstance(part, Module) else _extension(part)


def _module(module: Module, definitions: Definitions) -> Entries:
    written = plain_form(module)
    libraries = used_parts(module, definitions)
    parts = _parts([(library.id, plain_form(library)) for library in libraries])
    # People read questions in the order in which they are asked; an earlier version stands with the one that is asked.
    order = {id_of(item): place for place, item in enumerate(chain(*(page.items for page in module.page_entries)))}
    parts[ITEMS.name].sort(key=lambda item: order.get(id_of(str(item["name"])), len(order)))
    return {
        MODULE_RECORD.name: [written],
        PAGES.name: _list(written, "pages"),
        **parts,
        CALCULATIONS.name: list(_named(written, "calculations")),
        MODULE_SLOTS.name: list(_named(written, "slots")),
        MODULE_PARAMS.name: list(_named(written, "params")),
        SAMPLE.name: list(_named(written, "sample")),
        ACCEPTED.name: _list(written, "accepted"),
        LIBRARIES.name: [{"name": library.id, **plain_form(library)} for library in libraries],
    }


def _extension(extension: Extension) -> Entries:
    written = plain_form(extension)
    slots = cast("dict[str, list[Values]]", written.get("slots", {}))
    params = cast("dict[str, str]", written.get("params", {}))
    modules = cast("dict[str, list[Written]]", written.get("modules", {}))
    return {
        EXTENSION_RECORD.name: [written],
        # A slot in which nothing stands is said too.
        PAGES.name: [{"slot": slot, **page} for slot, pages in slots.items() for page in pages or [{}]],
        **_parts([("", written)]),
        EXTENSION_SLOTS.name: [{"name": slot, "modules": chosen} for slot, chosen in modules.items()],
        EXTENSION_PARAMS.name: [{"name": name, "text": text} for name, text in params.items()],
        ACCEPTED.name: _list(written, "accepted"),
    }


def _parts(owners: Iterable[tuple[str, Values]]) -> Entries:
    """Return the rows of the parts that stand in libraries, or in an extension."""
    found: Entries = {sheet.name: [] for sheet in (ITEMS, OPTIONS, SCALES, COMPOSITES, CONCEPTS, PIPES, SOFT_CHECKS)}
    for library, written in owners:
        for item in _named(written, "items"):
            found[PIPES.name] += [{"item": item["name"], **pipe} for pipe in _named(item, "pipes")]
            found[SOFT_CHECKS.name] += [{"item": item["name"], **check} for check in _list(item, "soft_checks")]
            kind = next(iter(cast("Values", item["type"])))
            found[ITEMS.name].append({"library": library, "kind": kind, **item})
        for scale in _named(written, "scales"):
            for group in GROUPS:
                options = _list(scale, group)
                found[OPTIONS.name] += [{"scale": scale["name"], "group": group, **option} for option in options]
            found[SCALES.name].append({"library": library, **scale})
        found[COMPOSITES.name] += [{"library": library, **one} for one in _named(written, "composites")]
        found[CONCEPTS.name] += [{"library": library, **one} for one in _named(written, "concepts")]
    return found


def _named(written: Mapping[str, Written], section: str) -> Iterator[Values]:
    for name, entry in cast("dict[str, Values]", written.get(section, {})).items():
        yield {"name": name, **entry}


def _list(written: Mapping[str, Written], section: str) -> list[Values]:
    return cast("list[Values]", written.get(section, []))
