"""Checks of pages: the items are there (D01), each page and item stands once (D10), conditions fit (D01, D02, D03, D07, D08)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from questionnaires.checks.reading import declared_in, readable_by
from questionnaires.expressions.kinds import BOOL, may_be_unknown
from questionnaires.expressions.reading_checks import Readable, check_expression
from questionnaires.problems import Problem
from questionnaires.resolving import Assembly, PlacedPage, place_pages
from questionnaires.strict_yaml import suggest
from questionnaires.yaml_nodes import Place


def check_pages(assembly: Assembly) -> Iterator[Problem]:
    """Yield every problem of the pages of an assembly."""
    placed = tuple(place_pages(assembly))
    yield from _check_once(placed)
    declared = declared_in(assembly)
    readable = {part.content.reference: readable_by(part, assembly, declared, frozenset()) for part in assembly.parts}
    earlier: frozenset[str] = frozenset()
    for one in placed:
        yield from _check_items(one, assembly)
        yield from _check_show_if(one, replace(readable[one.page.part], earlier=earlier))
        earlier |= set(one.page.items)


def _check_once(placed: tuple[PlacedPage, ...]) -> Iterator[Problem]:
    """Yield each page and item that stands twice; where the core has it too, the addition is to blame."""
    ordered = sorted(placed, key=lambda one: one.slot != "")
    pages = [(one, (*one.place, "id"), one.page.id) for one in ordered]
    items = [(one, (*one.place, "items", index), name) for one in ordered for index, name in enumerate(one.page.items)]
    yield from _find_second("De pagina", pages)
    yield from _find_second("De vraag", items)


def _find_second(what: str, entries: Iterable[tuple[PlacedPage, Place, str]]) -> Iterator[Problem]:
    first: dict[str, PlacedPage] = {}
    for one, place, name in entries:
        if name not in first:
            first[name] = one
            continue
        other = first[name]
        where = "" if other.source is one.source else f" De andere staat in {other.page.part}."
        cause = f"{what} {name} staat er twee keer.{where}"
        yield one.source.document.problem(place, "D10", cause, "Haal er een weg.")


def _check_items(one: PlacedPage, assembly: Assembly) -> Iterator[Problem]:
    for index, reference in enumerate(one.entry.items):
        if reference not in assembly.shelf.items:
            cause = f"De vraag {reference} bestaat niet."
            cure = suggest(reference, assembly.shelf.items)
            yield one.source.document.problem((*one.place, "items", index), "D01", cause, cure)


def _check_show_if(one: PlacedPage, readable: Readable) -> Iterator[Problem]:
    page, document = one.entry, one.source.document
    if page.show_if is None:
        if page.when_unknown is not None:
            cause = "Er staat when_unknown, maar deze pagina heeft geen voorwaarde."
            cure = "Haal when_unknown weg, of voeg show_if toe."
            yield document.problem((*one.place, "when_unknown"), "D07", cause, cure)
        return
    place = (*one.place, "show_if")
    for finding in check_expression(page.show_if, BOOL, readable):
        yield document.problem((*place, *finding.place), finding.code, finding.cause, finding.cure)
    if page.when_unknown is None and may_be_unknown(page.show_if, readable.declared.calculations):
        cause = (
            "De voorwaarde kan onbekend zijn, bijvoorbeeld als iemand een vraag overslaat. Er staat niet wat dan geldt."
        )
        yield document.problem(place, "D07", cause, "Voeg toe: when_unknown: show (of hide).")
