"""The ledger: what was published before, so that a new release does not give away people by comparison with it.

A later edition minus an earlier one leaves the late respondents; a window of waves minus a shorter one leaves a wave;
a region minus its other members leaves one. The ledger also keeps what was hidden, and is as secret as the answers.
It holds values only, to be written as text, and a grown ledger is a new one.
Source: Hundepool et al. (2012), Statistical Disclosure Control, section 5.3.4 (differencing), 4.4 (linked tables).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import reduce
from typing import TypeAlias

from pydantic import BaseModel, ConfigDict

from analysis.disclosure.before import Before, Shown
from analysis.disclosure.places import Answers, Place, summed

_Ways: TypeAlias = Sequence[Answers]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Counted(_Part):
    """The respondents of one place of an item, an answer each number; `shown` if the figure was published."""

    place: Place
    answers: tuple[float, ...]
    shown: bool

    @property
    def respondents(self) -> int:
        """How many there are, unweighted."""
        return round(sum(self.answers))


class ItemRecord(_Part):
    """All places of one item ("": the respondents themselves), once for each way of counting them."""

    item: str
    ways: tuple[tuple[Counted, ...], ...]


class Release(_Part):
    """What one release published, of the `waves` of a `series` of measurements."""

    release: str
    series: str
    waves: tuple[str, ...]
    items: tuple[ItemRecord, ...]


class Granted(_Part):
    """A group that somebody put together and was shown: of an item, in one release."""

    item: str
    series: str
    waves: tuple[str, ...]
    units: tuple[str, ...]
    breakdown: str
    levels: tuple[str, ...]


class Ledger(_Part):
    """All releases so far, in their order, and the groups that were shown besides."""

    releases: tuple[Release, ...] = ()
    groups: tuple[Granted, ...] = ()

    def with_release(
        self,
        name: str,
        series: str,
        waves: Iterable[str],
        items: Mapping[str, tuple[_Ways, frozenset[Place]]],
    ) -> Ledger:
        """Return the ledger with one release more: by item how it was counted, and which places were hidden."""
        records = tuple(
            ItemRecord(
                item=item,
                ways=tuple(
                    tuple(
                        Counted(place=place, answers=answers, shown=place not in hidden)
                        for place, answers in way.items()
                    )
                    for way in ways
                ),
            )
            for item, (ways, hidden) in items.items()
        )
        release = Release(release=name, series=series, waves=tuple(sorted(waves)), items=records)
        return Ledger(releases=(*self.releases, release), groups=self.groups)

    def with_group(self, group: Granted) -> Ledger:
        """Return the ledger with one more group that was shown."""
        return Ledger(releases=self.releases, groups=(*self.groups, group))

    def last_places(self, item: str, series: str, waves: Iterable[str]) -> dict[Place, Counted]:
        """Return the places of an item in the last release of these waves; nothing when there was none."""
        own = tuple(sorted(waves))
        records = [
            record
            for release in self.releases
            if (release.series, release.waves) == (series, own)
            for record in release.items
            if record.item == item
        ]
        return {it.place: it for it in reduce(_later_record, records).ways[0]} if records else {}

    def granted(self, item: str, series: str, waves: Iterable[str]) -> tuple[Granted, ...]:
        """Return the groups of an item that were shown besides the releases of these waves."""
        own = (item, series, tuple(sorted(waves)))
        return tuple(it for it in self.groups if (it.item, it.series, it.waves) == own)

    def before(self, series: str, waves: Iterable[str]) -> dict[str, Before]:
        """Return what readers have already of each item, when these waves of a series are published."""
        own = frozenset(waves)
        records: dict[str, list[tuple[frozenset[str], ItemRecord]]] = {}
        for release in self.releases:
            if release.series == series:
                for record in release.items:
                    records.setdefault(record.item, []).append((frozenset(release.waves), record))
        return {item: _before(own, found) for item, found in records.items()}


def _before(own: frozenset[str], found: Sequence[tuple[frozenset[str], ItemRecord]]) -> Before:
    published = tuple(
        Shown(waves, _units(record), tuple({it.place: it.respondents for it in way if it.shown} for way in record.ways))
        for waves, record in found
    )
    editions = [record for waves, record in found if waves == own]
    if not editions:
        return Before(own, published=published)
    last = reduce(_later_record, editions)
    ways = tuple({it.place: it.answers for it in way} for way in last.ways)
    hidden = frozenset(it.place for way in last.ways for it in way if not it.shown)
    return Before(own, ways, hidden, published)


def _later_record(old: ItemRecord, new: ItemRecord) -> ItemRecord:
    """Return what readers have after two editions: of each unit the newest, and what either showed of the same answers."""
    fewer = not _units(old) <= _units(new)
    ways = list(old.ways if fewer else new.ways)
    for number, (then, now) in enumerate(zip(old.ways, new.ways, strict=False)):
        if {len(it.answers) for it in then} == {len(it.answers) for it in now}:
            ways[number] = _later_way(then, now)
    return ItemRecord(item=new.item, ways=tuple(ways))


def _later_way(then: Sequence[Counted], now: Sequence[Counted]) -> tuple[Counted, ...]:
    old, new = ({it.place: it for it in way} for way in (then, now))
    units, before = ({unit for unit, _, _ in way if unit} for way in (new, old))
    # A sum is known from before when it was one of the same units.
    known = old if units == before else {place: it for place, it in old.items() if place[0]}
    merged = old | {place: _known(it, known.get(place)) for place, it in new.items()}
    if units >= before:
        return tuple(merged.values())
    sums = {place: it for place, it in old.items() if not place[0]}
    if not before >= units:
        # No edition had all of these units: readers add them up.
        parts = {place: it.answers for place, it in merged.items() if place[0]}
        hidden = {(breakdown, level) for (unit, breakdown, level), it in merged.items() if unit and not it.shown}
        sums = {
            place: Counted(place=place, answers=answers, shown=place[1:] not in hidden)
            for place, answers in summed(parts).items()
            if not place[0]
        }
    return (*sums.values(), *(it for place, it in merged.items() if place[0]))


def _known(new: Counted, old: Counted | None) -> Counted:
    """Return a place of the newer edition; what was shown before is known, as long as the answers are the same."""
    same = old is not None and old.shown and old.answers == new.answers
    return new.model_copy(update={"shown": True}) if same else new


def _units(record: ItemRecord) -> frozenset[str]:
    return frozenset(it.place[0] for way in record.ways for it in way if it.place[0])
