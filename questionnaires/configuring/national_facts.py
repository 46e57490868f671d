"""Facts of national modules that never change: worked out once for each set of definitions, and not for each page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from questionnaires.assembling import assemble_module
from questionnaires.checks.asked import asked_items
from questionnaires.minutes import estimate_minutes
from questionnaires.resolving import Assembly, resolve
from questionnaires.sources import Definitions


@dataclass(frozen=True, slots=True)
class ModuleFacts:
    """What a module asks by itself (titles of questions), in how many minutes, and the languages in which it is complete."""

    questions: tuple[str, ...]
    minutes: float
    languages: tuple[str, ...]


# By the identity of the definitions: there are two at the same time at most, before and after a release.
_KNOWN: Final[dict[int, tuple[Definitions, dict[str, ModuleFacts]]]] = {}
_KEPT: Final = 4


def module_facts(reference: str, definitions: Definitions) -> ModuleFacts:
    """Return the facts of a module that is there."""
    _, known = _KNOWN.setdefault(id(definitions), (definitions, {}))
    while len(_KNOWN) > _KEPT:
        del _KNOWN[next(iter(_KNOWN))]
    if reference not in known:
        known[reference] = _work_out(reference, definitions)
    return known[reference]


def _work_out(reference: str, definitions: Definitions) -> ModuleFacts:
    source = definitions.module(reference)
    assert source is not None, "only modules that are there are looked at"
    alone = assemble_module(source, definitions)
    assert isinstance(alone, Assembly), "the national definitions have been checked"
    items = [one.item for one in asked_items(alone)]
    return ModuleFacts(
        tuple(item.title for item in items),
        estimate_minutes(items, alone.shelf.scales),
        resolve(alone, definitions).languages,
    )
