"""The ledger: what was published before, so that a new release does not give away people by comparison with it.

A later edition minus an earlier one leaves the late respondents; a window of waves minus a shorter one leaves a wave;
a region minus its other members leaves one. The ledger also keeps what was hidden, and is as secret as the answers.
It holds values only, to be written as text, and a grown ledger is a new one.
Source: Hundepool et al. (2012), Statistical Disclosure Control, section 5.3.4 (differencing), 4.4 (linked tables).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Final, TypeAlias

import numpy as np
from pydantic import BaseModel, ConfigDict

# Unit, breakdown and level.
Place: TypeAlias = tuple[str, str, str]
# Answers to one item by place, one number an answer.
Answers: TypeAlias = Mapping[Place, tuple[float, ...]]
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


@dataclass(frozen=True, slots=True)
class Before:
    """What readers already have of one item.

    Of the last edition of the same waves: how it was counted (`ways`), and what was `hidden`. `published`: of all
    earlier releases of the series their waves, and counts by place for each way of counting. `waves` come out now.
    """

    waves: frozenset[str] = frozenset()

    ways: tuple[Answers, ...] = ()
    hidden: frozenset[Place] = frozenset()
    published: tuple[tuple[frozenset[str], tuple[Mapping[Place, int], ...]], ...] = ()

    def editions(self, ways: _Ways) -> list[tuple[Answers, Answers, Answers]]:
        """Return for each way of counting everyone now, who were in the last edition, and who came since.

        Where the editions were not counted alike, only the number of respondents can be compared.
        """
        if not self.ways:
            return []
        alike = len(self.ways) == len(ways) and all(map(_same_answers, self.ways, ways))
        then = self.ways if alike else tuple(_counts(way) for way in self.ways[:1])
        now = ways if alike else tuple(_counts(way) for way in ways[:1])
        return [(of_now, *_split(of_then, of_now)) for of_then, of_now in zip(then, now, strict=True)]

    def last_published(self) -> dict[Place, int]:
        """Return the published counts of the last edition."""
        counts = {place: round(sum(answers)) for way in self.ways for place, answers in way.items()}
        return {place: n for place, n in counts.items() if place not in self.hidden}

    def small_differences(self, ways: _Ways, floor: int) -> frozenset[Place]:
        """Return the places where what is published, taken from each other, leaves fewer people than the floor.

        Those are late respondents (the same waves), the waves that one release has more than the other, and single waves
        that follow from several windows.
        """
        return frozenset(
            place
            for number, way in enumerate(ways)
            for place, answers in way.items()
            if any(0 < abs(left) < floor for left in self._left_over(number, place, round(sum(answers))))
        )

    def _left_over(self, way: int, place: Place, now: int) -> Iterator[int]:
        known = [
            (waves, counted[way][place])
            for waves, counted in self.published
            if way < len(counted) and place in counted[way]
        ]
        yield from (now - n for waves, n in known if waves <= self.waves or self.waves <= waves)
        windows = {waves: n for waves, n in known if waves != self.waves} | {self.waves: now}
        for parts in single_waves(tuple(windows)) if len(windows) > 1 else ():
            yield round(sum(part * n for part, n in zip(parts, windows.values(), strict=True)))


@cache
def single_waves(windows: tuple[frozenset[str], ...]) -> tuple[tuple[float, ...], ...]:
    """Return by how much to multiply the numbers of windows to get that of one wave, for every wave that follows from them.

    Only what needs the last window: the rest was known before.

    >>> single_waves((frozenset("ab"), frozenset("a"), frozenset("bc")))
    ((-1.0, 1.0, 1.0),)
    """
    waves = sorted(frozenset().union(*windows))
    table = np.array([[float(wave in window) for window in windows] for wave in waves])
    parts = np.linalg.pinv(table) @ np.eye(len(waves))
    follows = np.isclose(table @ parts, np.eye(len(waves))).all(axis=0)
    needed = ~np.isclose(parts[-1], 0.0)
    return tuple(tuple(np.round(parts[:, k], 9).tolist()) for k in np.flatnonzero(follows & needed))


NOTHING_BEFORE: Final = Before()


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
        return {it.place: it for it in records[-1].ways[0]} if records else {}

    def granted(self, item: str, series: str, waves: Iterable[str]) -> tuple[Granted, ...]:
        """Return the groups of an item that were shown besides the releases of these waves."""
        own = (item, series, tuple(sorted(waves)))
        return tuple(it for it in self.groups if (it.item, it.series, it.waves) == own)

    def before(self, series: str, waves: Iterable[str]) -> dict[str, Before]:
        """Return what readers have already of each item, when these waves of a series are published."""
        own = frozenset(waves)
        found: dict[str, Before] = {}
        for release in self.releases:
            if release.series == series:
                for record in release.items:
                    known = found.get(record.item, Before(waves=own))
                    found[record.item] = _later(known, record, frozenset(release.waves))
        return found


def _later(known: Before, record: ItemRecord, waves: frozenset[str]) -> Before:
    shown = tuple({it.place: it.respondents for it in way if it.shown} for way in record.ways)
    published = (*known.published, (waves, shown))
    if waves != known.waves:
        return replace(known, published=published)
    ways = tuple({it.place: it.answers for it in way} for way in record.ways)
    hidden = frozenset(it.place for way in record.ways for it in way if not it.shown)
    return Before(known.waves, ways, hidden, published)


def _same_answers(one: Mapping[Place, tuple[float, ...]], other: Mapping[Place, tuple[float, ...]]) -> bool:
    return {len(it) for it in one.values()} == {len(it) for it in other.values()}


def _counts(way: Answers) -> dict[Place, tuple[float, ...]]:
    return {place: (sum(answers),) for place, answers in way.items()}


def _split(then: Answers, now: Answers) -> tuple[dict[Place, tuple[float, ...]], dict[Place, tuple[float, ...]]]:
    """Return the early and the late respondents; who was withdrawn since is in neither."""
    early = {place: _kept(then.get(place, ()), answers) for place, answers in now.items()}
    late = {place: tuple(b - a for a, b in zip(early[place], answers, strict=True)) for place, answers in now.items()}
    return early, late


def _kept(then: tuple[float, ...], now: tuple[float, ...]) -> tuple[float, ...]:
    """Return who of now were there already: as many, with their answers as far as these were known."""
    most = min(sum(then), sum(now))
    certain = tuple(min(a, b) for a, b in zip(then, now, strict=True)) if then else (0.0,) * len(now)
    room = sum(now) - sum(certain)
    part = (most - sum(certain)) / room if room > 0 else 0.0
    return tuple(a + part * (b - a) for a, b in zip(certain, now, strict=True))
