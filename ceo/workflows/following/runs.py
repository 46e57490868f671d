"""Small months that do not follow from the results page: the months after them stay hidden until they are enough together.

While a round goes on its page shows the sum of all its sealed months, and soon the sum with the month after. A page shows no sum that is
a few more than the one before; but the next sum minus what was shown of the months since would leave these few. With the month after
the small one hidden as well, at least the floor is left.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from analysis.disclosure.ledger import ItemRecord, Ledger
    from analysis.results import ProtectedFigure

    # By item and period.
    Figures = Mapping[tuple[str, str], ProtectedFigure]


def after_small(counts: Iterable[tuple[str, int, bool]], floor: int) -> frozenset[str]:
    """Return the months that have to be hidden besides. `counts`: in the order of time the months, their respondents, whether shown.

    >>> sorted(after_small([("01", 40, True), ("02", 7, False), ("03", 2, False), ("04", 45, True), ("05", 38, True)], 10))
    ['04']
    >>> sorted(after_small([("01", 40, True), ("02", 7, False), ("03", 6, False), ("04", 45, True)], 10))
    []
    """
    found: set[str] = set()
    together = 0
    for month, respondents, shown in counts:
        if together and shown:
            found.add(month)
        if together or (not shown and respondents < floor):
            together += respondents
        if together >= floor:
            together = 0
    return frozenset(found)


def hide_runs(
    figures: Figures, respondents: Mapping[tuple[str, str], int], ledger: Ledger, floor: int
) -> tuple[Figures, Ledger]:
    """Return figures of months and the ledger after them, with what has to be hidden besides hidden in both."""
    from analysis.disclosure.items import COMPLEMENT
    from analysis.results import Estimate

    by_item: dict[str, list[tuple[str, int, bool]]] = {}
    for (item, month), figure in sorted(figures.items()):
        if month:
            by_item.setdefault(item, []).append((month, respondents[item, month], isinstance(figure, Estimate)))
    besides = {item: after_small(its, floor) for item, its in by_item.items()}
    kept = {place: COMPLEMENT if place[1] in besides.get(place[0], ()) else figure for place, figure in figures.items()}
    last = ledger.releases[-1]
    items = tuple(_without(record, besides.get(record.item, frozenset())) for record in last.items)
    return kept, ledger.model_copy(
        update={"releases": (*ledger.releases[:-1], last.model_copy(update={"items": items}))}
    )


def _without(record: ItemRecord, months: frozenset[str]) -> ItemRecord:
    if not months:
        return record
    ways = tuple(
        tuple(one.model_copy(update={"shown": False}) if one.place[0] in months else one for one in way)
        for way in record.ways
    )
    return record.model_copy(update={"ways": ways})
