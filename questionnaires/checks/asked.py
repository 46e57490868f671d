"""Asked items: the questions of an assembly in the order in which they are asked, each with the place of its problems."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from questionnaires.definition import Item
from questionnaires.modules import Extension
from questionnaires.problems import Problem
from questionnaires.resolving import Assembly, PlacedPage, place_pages
from questionnaires.yaml_nodes import Place


@dataclass(frozen=True, slots=True)
class AskedItem:
    """An item on a page. `page_number` counts the pages, `number` the items of that page, both from 0."""

    item: Item
    placed: PlacedPage
    page_number: int
    number: int

    def problem(self, inside: Place, code: str, cause: str, cure: str, *, warning: bool = False) -> Problem:
        """Return a problem of the item: at its own text (`inside` it) in an extension, else where the module asks it."""
        part, document = self.placed.source.content, self.placed.source.document
        own = isinstance(part, Extension) and self.item.reference in part.items
        place = ("items", self.item.reference, *inside) if own else (*self.placed.place, "items", self.number)
        return document.problem(place, code, cause, cure, warning=warning)


def asked_items(assembly: Assembly) -> Iterator[AskedItem]:
    """Yield every item that is asked. Items that do not exist are told elsewhere."""
    for page_number, placed in enumerate(place_pages(assembly)):
        for number, reference in enumerate(placed.entry.items):
            item = assembly.shelf.items.get(reference)
            if item is not None:
                yield AskedItem(item, placed, page_number, number)
