"""What the page of an indicator is made from, and what a reader chose there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from litestar.exceptions import NotFoundException

from ceo.storage.municipalities import Municipality
from ceo.web.figures.areas import Order
from ceo.workflows.areas.mirror_groups import MirrorGroup
from ceo.workflows.mirroring.beside import BesideGroup, NotBeside
from exports.release.facts import Indicator

if TYPE_CHECKING:
    from exports.release.cube import SealedCube
    from questionnaires.codebook import Codebook

# In which order municipalities may stand: never by their figures.
MIRROR_ORDERS: Final = (Order.NAME, Order.SIZE)


@dataclass(frozen=True, slots=True)
class Mirrored:
    """An indicator of a municipality with all that its page is made from."""

    release: SealedCube
    indicator: Indicator
    municipality: str
    municipalities: Mapping[str, Municipality]
    codebook: Codebook
    groups: tuple[MirrorGroup, ...]
    beside: tuple[BesideGroup | NotBeside, ...]


@dataclass(frozen=True, slots=True)
class View:
    """What a reader chose: which municipalities (`shown`), in which order, and by which groups of clients."""

    shown: str
    order: Order
    breakdown: str


def view_of(shown: str, order: str, breakdown: str) -> View:
    """Return what an address asks for. An order by figures does not exist."""
    if order and order not in MIRROR_ORDERS:
        raise NotFoundException
    return View(shown, Order(order or Order.NAME), breakdown)
