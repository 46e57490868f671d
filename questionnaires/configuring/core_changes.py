"""Standing on another core: what fits is kept, and what does not is told."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from questionnaires.configuring.changes import ChooseCore
from questionnaires.configuring.remarks import Remark, SpotKind
from questionnaires.configuring.scale_writing import drop_unused_scales
from questionnaires.configuring.workpiece import Told, Workpiece, refuse
from questionnaires.modules import Module
from questionnaires.names import id_of
from questionnaires.texts import gaps_in


def choose_core(piece: Workpiece, change: ChooseCore) -> Told | tuple[Remark, ...]:
    """Stand on another core. Questions move to another slot where theirs is not there; conditions stay as they are.

    What a condition then reads and is not there is told by examining: who gets a question is never changed unseen.
    """
    source = piece.foundation.definitions.module(change.core)
    if source is None or source.content.role != "core" or change.core in piece.foundation.withdrawn:
        cause, cure = "Deze vragenlijst is er niet.", "Kies een vragenlijst uit de lijst."
        return refuse(SpotKind.CORE, change.core, cause, cure)
    core = source.content
    piece.definition["extends"] = change.core
    lost = [*_params(piece, core), *_modules(piece, core), *_languages(piece, core), *_pages(piece, core)]
    _fill_gaps(piece, core)
    drop_unused_scales(piece)
    return Told("core", {"before": piece.before.core, "after": change.core, "lost": lost})


def _params(piece: Workpiece, core: Module) -> Iterator[dict[str, str]]:
    params = piece.entries("params")
    for name in [name for name in params if name not in core.params]:
        yield {"kind": "param", "name": name, "title": params.pop(name)}


def _modules(piece: Workpiece, core: Module) -> Iterator[dict[str, str]]:
    """Yield the optional modules that no slot of the core takes; one that another slot takes moves there."""
    chosen = [name for names in piece.entries("modules").values() for name in names]
    kept: dict[str, list[str]] = {}
    for name in chosen:
        slot = next((slot for slot, one in core.slots.items() if id_of(name) in one.modules), None)
        if slot is None:
            yield {"kind": "module", "name": name, "title": name}
        else:
            kept.setdefault(slot, []).append(name)
    piece.definition["modules"] = kept


def _languages(piece: Workpiece, core: Module) -> Iterator[dict[str, str]]:
    wanted = piece.listed("languages")
    piece.definition["languages"] = [one for one in wanted if one in core.languages] or list(core.languages)
    yield from ({"kind": "language", "name": one, "title": one} for one in wanted if one not in core.languages)


def _pages(piece: Workpiece, core: Module) -> Iterator[dict[str, str]]:
    """Yield the questions for which the core has no slot. Their pages and items are taken away."""
    kept: dict[str, list[Any]] = {}
    for old, _, page in list(piece.pages()):
        slot = _slot_for(piece, core, old, page)
        if slot is not None:
            kept.setdefault(slot, []).append(page)
            continue
        for reference in page["items"]:
            item = piece.entries("items").pop(reference)
            yield {"kind": "question", "name": id_of(reference), "title": item["title"]}
    piece.definition["slots"] = kept
    asked = {id_of(name) for name in piece.entries("items")}
    own = f"{piece.before.owner}."
    piece.definition["breakdowns"] = [
        one for one in piece.listed("breakdowns") if one in asked or not one.startswith(own)
    ]


def _slot_for(piece: Workpiece, core: Module, old: str, page: dict[str, Any]) -> str | None:
    kinds = {next(iter(piece.entries("items")[reference]["type"])) for reference in page["items"]}
    fitting = [name for name, slot in core.slots.items() if kinds.issubset(slot.types)]
    return old if old in fitting or (old in core.slots and not fitting) else next(iter(fitting), None)


def _fill_gaps(piece: Workpiece, core: Module) -> None:
    """Say anew which local names stand in the texts of questions: each core has its own."""
    for item in piece.entries("items").values():
        texts = [one for one in item["text"].values() if isinstance(one, str)]
        gaps = {gap for text in texts for gap in gaps_in(text)}
        item["params"] = sorted((gaps | set(item.get("params", ()))) & core.params.keys())
