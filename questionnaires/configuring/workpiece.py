"""The workpiece: a copy of the plain data of a document, on which one change works."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from questionnaires.configuring.documents import Document
from questionnaires.configuring.foundation import Foundation
from questionnaires.configuring.remarks import Remark, Spot, SpotKind
from questionnaires.modules import Module
from questionnaires.names import id_of

# What can be said of a change, beside its code.
Details = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Told:
    """What a change did, as a code with its details, so that history can be told in any language."""

    code: str
    details: Details


class Workpiece:
    """The data of a document in the making. `before` is the document as it was."""

    def __init__(self, before: Document, foundation: Foundation) -> None:
        self.before = before
        self.foundation = foundation
        self.definition: dict[str, Any] = deepcopy(dict(before.definition))
        self.texts: dict[str, dict[str, dict[str, str]]] = deepcopy(before.to_json()["texts"])

    @cached_property
    def core(self) -> Module:
        """The core on which the document stood before the change."""
        source = self.foundation.definitions.module(self.before.core)
        assert source is not None, "a version of the core that was chosen stays"
        return source.content

    def entries(self, part: str) -> dict[str, Any]:
        """Return the named entries of a part (items, scales, params, slots, modules), to be changed."""
        found: dict[str, Any] = self.definition.setdefault(part, {})
        return found

    def listed(self, part: str) -> list[Any]:
        """Return the list of a part (languages, breakdowns, accepted), to be changed."""
        found: list[Any] = self.definition.setdefault(part, [])
        return found

    def reference_of(self, item: str) -> str | None:
        """Return the reference (`id@version`) of an own question; None when it is not there."""
        return next((name for name in self.entries("items") if id_of(name) == item), None)

    def place_of(self, item: str) -> tuple[str, int]:
        """Return the slot and the number of the page on which an own question stands."""
        return next(
            (slot, number)
            for slot, number, page in self.pages()
            if any(id_of(reference) == item for reference in page["items"])
        )

    def pages(self) -> Iterator[tuple[str, int, dict[str, Any]]]:
        """Yield each own page with its slot and its number there."""
        for slot, pages in self.entries("slots").items():
            yield from ((slot, number, page) for number, page in enumerate(pages))

    def users_of(self, scale: str) -> frozenset[str]:
        """Return the questions that answer with a scale."""
        items = self.entries("items").items()
        return frozenset(id_of(name) for name, item in items if item["type"].get("scale") == scale)

    def taken(self) -> frozenset[str]:
        """Return every name that cannot be given: used here, elsewhere, or published before."""
        own = [id_of(name) for part in ("items", "scales", "composites") for name in self.entries(part)]
        return self.foundation.taken.union(own, (page["id"] for _, _, page in self.pages()))


def refuse(kind: SpotKind, name: str, cause: str, cure: str, *, field: str = "", code: str = "F01") -> tuple[Remark]:
    """Return the one reason why a change cannot be carried out."""
    return (Remark(Spot(kind, name, field), code, cause, cure),)


def no_such_question(item: str) -> tuple[Remark]:
    """Return that a question is not there any more."""
    return refuse(SpotKind.QUESTION, item, "Deze vraag staat er niet meer.", "Kijk in de geschiedenis waar die bleef.")


def tidy(text: str) -> str:
    """Return a text on one line, with single spaces.

    >>> tidy("  Hoe  gaat het? ")
    'Hoe gaat het?'
    """
    return " ".join(text.split())


def tidy_lines(text: str) -> str:
    """Return a text with the line ends of this system, and nothing around it."""
    return "\n".join(text.strip().splitlines())
