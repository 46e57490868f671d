"""The ledger of a series, without what it tells twice: a series gets a period a month, and every edition holds all of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from analysis.disclosure.ledger import ItemRecord, Ledger, Release


def compacted(ledger: Ledger) -> Ledger:
    """Return a ledger that tells the same in less: of a release, the units that a later release has in the same way are left out.

    A unit of a release adds nothing when the last release has it with the same answers, and as shown or more. Then its difference with
    earlier editions is none, and what readers have of it is what the last edition says. Totals over all units differ by edition, and stay.
    """
    if not ledger.releases:
        return ledger
    last = ledger.releases[-1]
    later = {record.item: record for record in last.items}
    return ledger.model_copy(update={"releases": (*(_less(one, later) for one in ledger.releases[:-1]), last)})


def _less(release: Release, later: dict[str, ItemRecord]) -> Release:
    items = tuple(_totals(one) if _is_repeated(one, later.get(one.item)) else one for one in release.items)
    return release.model_copy(update={"items": items})


def _totals(record: ItemRecord) -> ItemRecord:
    ways = tuple(tuple(counted for counted in way if not counted.place[0]) for way in record.ways)
    return record.model_copy(update={"ways": ways})


def _is_repeated(record: ItemRecord, later: ItemRecord | None) -> bool:
    if later is None or len(record.ways) != len(later.ways):
        return False
    for then, now in zip(record.ways, later.ways, strict=True):
        known = {counted.place: counted for counted in now}
        for counted in then:
            same = known.get(counted.place)
            if counted.place[0] and (
                same is None or same.answers != counted.answers or (counted.shown and not same.shown)
            ):
                return False
    return True
