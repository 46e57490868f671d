"""Which areas a page draws, and in which order: by name, by inhabitants or by province. Never by their figures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from litestar.exceptions import NotFoundException

from ceo.web.figures.catalogue_index import plain
from ceo.web.figures.edition_view import Place
from ceo.web.languages import N_
from exports.release.facts import Area, AreaType, ReleaseFacts
from exports.release.reading_words import AREA_WORDS

EVERY_MUNICIPALITY: Final = "gemeenten"
GROUPS: Final = "gebieden"


class Order(StrEnum):
    """By what municipalities are ordered."""

    NAME = "naam"
    SIZE = "inwoners"
    PROVINCE = "provincie"

    @property
    def label(self) -> str:
        """Return what it is called."""
        return _LABELS[self]


_LABELS: Final = {
    Order.NAME: N_("Naam"),
    Order.SIZE: N_("Aantal inwoners"),
    Order.PROVINCE: N_("Provincie"),
}


@dataclass(frozen=True, slots=True)
class ShownArea:
    """An area that is drawn; areas of one `group` stand under that heading."""

    code: str
    name: str
    group: str = ""


@dataclass(frozen=True, slots=True)
class Shown:
    """The areas that are drawn. `which` is as it stands in an address: a code of a province, or one of the constants above."""

    which: str
    order: Order
    areas: tuple[ShownArea, ...]


def asked_areas(facts: ReleaseFacts, places: Sequence[Place], which: str, order: str, own: Place | None) -> Shown:
    """Return the areas that are asked for: groups of municipalities unless there are none, or the province of a chosen municipality."""
    if order and order not in list(Order):
        raise NotFoundException
    by = Order(order or Order.NAME)
    groups = _groups(facts)
    if not which:
        which = own.province if own and own.province else GROUPS if groups else EVERY_MUNICIPALITY
    if which == GROUPS:
        return Shown(which, by, groups)
    wanted = [one for one in places if which in (EVERY_MUNICIPALITY, one.province)]
    if not wanted:
        raise NotFoundException
    return Shown(which, by, ordered(wanted, by))


def ordered(places: Sequence[Place], order: Order) -> tuple[ShownArea, ...]:
    """Return municipalities in an order; by province they stand under its name."""
    if order is Order.SIZE:
        found = sorted(places, key=lambda one: (-one.inhabitants, plain(one.name)))
    elif order is Order.PROVINCE:
        found = sorted(places, key=lambda one: (one.province_name, plain(one.name)))
    else:
        found = sorted(places, key=lambda one: plain(one.name))
    grouped = order is Order.PROVINCE and len({one.province for one in places}) > 1
    return tuple(ShownArea(one.code, one.name, one.province_name if grouped else "") for one in found)


def _groups(facts: ReleaseFacts) -> tuple[ShownArea, ...]:
    """Return what municipalities are taken together in: provinces and regions by name, classes of size as they follow."""
    kinds = (AreaType.PROVINCE, AreaType.REGION, AreaType.SIZE_CLASS)
    found: list[ShownArea] = []
    for kind in kinds:
        ones: list[Area] = [one for one in facts.areas if one.kind is kind]
        if kind is not AreaType.SIZE_CLASS:
            ones.sort(key=lambda one: plain(one.name))
        found += (ShownArea(one.area, one.name, AREA_WORDS[kind]) for one in ones)
    return tuple(found)
