"""Published versions as the question bank sees them: which questions they ask, and what a municipality put into them itself.

A published version never changes, so each is read once by a process, from its canonical JSON and without building the questionnaire.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from questionnaires.names import owner_of


@dataclass(frozen=True, slots=True)
class LocalQuestion:
    """A question that a municipality or region made: as it was written, with its scale.

    `adopted_from` is the reference of the question that it was copied from, "" for none.
    """

    reference: str
    item: Mapping[str, Any]
    scale: Mapping[str, Any] | None
    adopted_from: str


@dataclass(frozen=True, slots=True)
class IndexedVersion:
    """A published version. `municipality` is the code of who published it, "" for a national version or that of a region.

    `items` are references in the order of asking, `parts` those of the modules and extensions, the core first. `depends` holds for each
    page that is not of the core module the items that its condition reads.
    """

    content_hash: str
    reference: str
    title: str
    municipality: str
    parts: tuple[str, ...]
    items: tuple[str, ...]
    languages: tuple[str, ...]
    local: tuple[LocalQuestion, ...]
    depends: Mapping[str, frozenset[str]]


def index_version(content_hash: str, content: str) -> IndexedVersion:
    """Return a published version as the bank sees it, from its canonical JSON."""
    written: dict[str, Any] = json.loads(content)
    owner = owner_of(written["id"]) or ""
    scales = {f"{one['id']}@{one['version']}": one for one in written["scales"]}
    return IndexedVersion(
        content_hash,
        f"{written['id']}@{written['version']}",
        written["title"],
        owner.upper() if owner.startswith("gm") else "",
        tuple(written["parts"]),
        tuple(f"{one['id']}@{one['version']}" for one in written["items"]),
        ("nl", *sorted(written.get("translations", {}))),
        tuple(_local(written, scales)),
        _depends(written),
    )


def _local(written: Mapping[str, Any], scales: Mapping[str, Mapping[str, Any]]) -> Iterator[LocalQuestion]:
    for item in written["items"]:
        if owner_of(item["id"]) is not None:
            origin = item.get("adopted_from") or ""
            source = str(origin.get("item", "")) if isinstance(origin, dict) else str(origin)
            scale = scales.get(item["type"].get("scale", ""))
            yield LocalQuestion(f"{item['id']}@{item['version']}", item, scale, source)


def _depends(written: Mapping[str, Any]) -> dict[str, frozenset[str]]:
    core = written["parts"][0]
    calculations = {one["id"]: one["expr"] for one in written.get("calculations", ())}
    added = (page for page in written["pages"] if page["part"] != core and page.get("show_if") is not None)
    return {page["id"]: frozenset(_read(page["show_if"], calculations)) for page in added}


def _read(expression: Any, calculations: Mapping[str, Any]) -> Iterator[str]:
    """Yield the items that a written expression reads, also by way of calculations."""
    if isinstance(expression, list):
        for part in expression:
            yield from _read(part, calculations)
    elif isinstance(expression, dict):
        for key, part in expression.items():
            if key == "answer":
                yield str(part)
            elif key == "calc":
                yield from _read(calculations.get(part), calculations)
            elif key == "of" and isinstance(part, list):
                yield from map(str, part)
            else:
                yield from _read(part, calculations)
