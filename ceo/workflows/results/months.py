"""Months that readers have in a series, as what a results page or a release is checked against: that of a round that goes on is their sum.

A page minus the months that are shown leaves those that are hidden; so does the difference between two pages minus the months between.
Where that would be a few, the page hides its figure. It is told to disclosure control as windows: what a reader can add up already.
The ledger of a measurement is that of its pages and of its releases together, so earlier ones of both count as pages here.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from analysis.disclosure.ledger import Ledger, Release
    from analysis.results import Cell, Figure

_WINDOW: Final = "months"


@dataclass(frozen=True, slots=True)
class SealedMonths:
    """The months of a round that were sealed, in order, and the ledger of the series that shows them, as JSON.

    >>> editions = [
    ...     {"items": [{"item": "q", "ways": [[{"place": ["2025-01", "", ""], "answers": [30.0, 10.0], "shown": shown}]]}]}
    ...     for shown in (True, False)
    ... ]
    >>> its = SealedMonths("GM0344", ("2025-01",), json.dumps({"releases": editions}))
    >>> json.loads(its.as_known().ledger)["releases"][0]["items"][0]["ways"][0][0]["shown"]
    True
    """

    municipality: str
    months: tuple[str, ...]
    ledger: str

    def as_known(self) -> SealedMonths:
        """Return the same with a ledger of one release: these months as the newest edition of the series counts them.

        A month is shown there if any edition showed it with the same answers: readers keep what a later edition hides. A question that
        ended since has the name of its version now, so names are compared without. Other months and the names of editions are left out:
        what is known of the same months is equal. What nobody answered in these months is left out, as if the series had not asked it.
        """
        releases = json.loads(self.ledger)["releases"]
        seen = {_said(record["item"], one) for its in releases for record, one in self._counted_in(its) if one["shown"]}
        ways: dict[str, list[dict[str, Any]]] = {}
        for its in releases[-1:]:
            for record, one in self._counted_in(its):
                shown = _said(record["item"], one) in seen
                ways.setdefault(record["item"], []).append({**one, "shown": shown})
        in_order = {item: sorted(way, key=lambda one: tuple(one["place"])) for item, way in sorted(ways.items())}
        items = [{"item": item, "ways": [way]} for item, way in in_order.items()]
        known = {"release": _WINDOW, "series": _WINDOW, "waves": [], "items": items}
        return replace(self, ledger=json.dumps({"releases": [known]}, ensure_ascii=False, sort_keys=True))

    def _counted_in(self, release: Mapping[str, Any]) -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
        """Yield of each question its record and the places of these months, where anybody answered."""
        for record in release["items"]:
            for one in record["ways"][0] if record["ways"] else ():
                if one["place"][0] in self.months and round(sum(one["answers"])):
                    yield record, one


def with_months(
    ledger: Ledger, series: str, figures: Mapping[Cell, Figure], rounds: Collection[SealedMonths]
) -> Ledger:
    """Return the ledger of a measurement with what readers can add up of months, for each of its rounds and each question.

    To check something against, not to keep: what it has more says nothing that was published of the measurement itself.
    """
    windows = [window for its in rounds for window in _windows(ledger, series, figures, its)]
    return ledger.model_copy(update={"releases": (*ledger.releases, *windows)})


def known_sums(months: Sequence[tuple[int, bool]], now: int, earlier: Collection[int]) -> frozenset[int]:
    """Return of how many respondents a reader can add up: months that are shown, or an earlier page and the months since.

    `months`: respondents in the order of time, and whether they are shown; a page of `now` may be of the first of them only. Who a page
    has more came in a month that is sealed and not in the series yet. Nothing, where a page is not of these months.

    >>> sorted(known_sums([(40, True), (7, False), (45, True)], 92, earlier=[40]))
    [85]
    >>> sorted(known_sums([(40, True), (7, False), (45, True)], 92, earlier=[47]))
    [85, 92]
    >>> sorted(known_sums([(40, True), (45, True)], 92, earlier=[]))
    [85]
    """
    if (later := now - sum(number for number, _ in months)) > 0:
        months = [*months, (later, False)]
    sums = list(accumulate((number for number, _ in months), initial=0))
    shown = list(accumulate((number if seen else 0 for number, seen in months), initial=0))
    if now not in sums:
        return frozenset()
    last = sums.index(now)
    places = [place for number in {0, *earlier} if number in sums and (place := sums.index(number)) < last]
    return frozenset(sums[place] + shown[last] - shown[place] for place in places)


def _windows(ledger: Ledger, series: str, figures: Mapping[Cell, Figure], its: SealedMonths) -> Iterator[Release]:
    from analysis.disclosure.counting import answers_of
    from analysis.disclosure.ledger import Counted, ItemRecord, Release
    from analysis.results import Cell, Measure

    place = (its.municipality, "", "")
    by_item: dict[str, dict[Cell, Figure]] = {}
    for cell, figure in figures.items():
        by_item.setdefault(cell.item, {})[cell] = figure
    months = _months_of(its)
    for item, own in by_item.items():
        now = own.get(Cell(Measure.SCORE, item, unit=its.municipality))
        if now is None:
            continue
        ways, earlier = answers_of(own), _shown_before(ledger, item, place)
        followed = _followed_as(item, months)
        for number in sorted({known for its in followed for known in known_sums(its, now.respondents, earlier)}):
            # Where a municipality comes out alone, everybody together is the municipality; else the ledger leaves that sum out.
            counted = tuple(Counted(place=one, answers=(float(number),), shown=True) for one in (place, ("", "", "")))
            alike = tuple(counted if round(sum(way.get(place, ()))) == now.respondents else () for way in ways)
            waves = tuple(sorted((series, f"{_WINDOW} {number}")))
            record = ItemRecord(item=item, ways=alike)
            yield Release(release=_WINDOW, series=series, waves=waves, items=(record,))


def _months_of(its: SealedMonths) -> dict[str, list[tuple[int, bool]]]:
    (known,) = json.loads(its.as_known().ledger)["releases"]
    return {
        record["item"]: [(round(sum(one["answers"])), one["shown"]) for one in record["ways"][0]]
        for record in known["items"]
    }


def _said(item: str, counted: Mapping[str, Any]) -> tuple[str, tuple[str, ...], tuple[float, ...]]:
    from analysis.pooling import EARLIER

    return item.partition(EARLIER)[0], tuple(counted["place"]), tuple(counted["answers"])


def _followed_as(item: str, months: Mapping[str, list[tuple[int, bool]]]) -> list[list[tuple[int, bool]]]:
    """Return the months of a question, and those of its other versions where the series has none under the same name.

    Which version has the name without a number is another one where other questionnaires are pooled.
    """
    from analysis.pooling import EARLIER

    if item in months:
        return [months[item]]
    name, _, _ = item.partition(EARLIER)
    return [its for other, its in months.items() if other.partition(EARLIER)[0] == name]


def _shown_before(ledger: Ledger, item: str, place: tuple[str, str, str]) -> frozenset[int]:
    return frozenset(
        counted.respondents
        for release in ledger.releases
        for record in release.items
        if record.item == item
        for way in record.ways
        for counted in way
        if counted.place == place and counted.shown
    )
