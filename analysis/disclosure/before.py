"""What readers already have of an item when a release comes out: earlier editions, windows of waves, and what was hidden.

Source: Hundepool et al. (2012), Statistical Disclosure Control, section 5.3.4 (differencing), 4.4 (linked tables).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Final

import numpy as np

from analysis.disclosure.places import Answers, Place, summed


@dataclass(frozen=True, slots=True)
class Shown:
    """What one earlier release showed: of which waves and units, and counts by place for each way of counting."""

    waves: frozenset[str]
    units: frozenset[str]
    counts: tuple[Mapping[Place, int], ...]

    def without_sums(self) -> Shown:
        """Return it without sums over units."""
        ways = tuple({place: n for place, n in way.items() if place[0]} for way in self.counts)
        return replace(self, counts=ways)


@dataclass(frozen=True, slots=True)
class Before:
    """What readers already have of one item.

    Of the last editions of the same waves: how they were counted (`ways`), and what was `hidden`. `published`:
    what all earlier releases of the series showed. `waves` come out now.
    `kept`: what has to stay hidden because the protection of other units rests on it.
    """

    waves: frozenset[str] = frozenset()
    ways: tuple[Answers, ...] = ()
    hidden: frozenset[Place] = frozenset()
    published: tuple[Shown, ...] = ()
    kept: frozenset[Place] = frozenset()

    def of_units(self, units: frozenset[str]) -> Before:
        """Return what readers have of these units, when only they come out now; a sum is then the sum of these units.

        Places of theirs that were hidden stay hidden: they may protect another unit, which nobody looks at now.

        >>> ways = ({("", "", ""): (54.0,), ("GM1", "", ""): (4.0,), ("GM2", "", ""): (30.0,), ("GM3", "", ""): (20.0,)},)
        >>> hidden = frozenset({("GM1", "", ""), ("GM3", "", "")})
        >>> found = Before(ways=ways, hidden=hidden).of_units(frozenset({"GM3"}))
        >>> found.ways[0]["", "", ""], sorted(found.kept)
        ((20.0,), [('', '', ''), ('GM3', '', '')])
        """
        known = frozenset(unit for way in self.ways for unit, _, _ in way if unit)
        published = tuple(it if it.units == units else it.without_sums() for it in self.published)
        if known <= units:
            return replace(self, published=published)
        ways = tuple(summed({place: it for place, it in way.items() if place[0] in units}) for way in self.ways)
        hidden = frozenset(place for place in self.hidden if place[0] in units)
        hidden |= {("", breakdown, level) for _, breakdown, level in hidden}
        return Before(self.waves, ways, hidden, published, kept=hidden)

    def editions(self, ways: Sequence[Answers]) -> list[tuple[Answers, Answers, Answers]]:
        """Return for each way of counting everyone now, who were in the last edition, and who came since.

        Where the editions were not counted alike, only the number of respondents can be compared.
        """
        if not self.ways:
            return []
        alike = len(self.ways) == len(ways) and all(map(_same_answers, self.ways, ways))
        then = self.ways if alike else tuple(_counts(way) for way in self.ways[:1])
        now = ways if alike else tuple(_counts(way) for way in ways[:1])
        return [(of_now, *_split(of_then, of_now)) for of_then, of_now in zip(then, now, strict=True)]

    def stay_hidden(self, ways: Sequence[Answers]) -> frozenset[Place]:
        """Return what was hidden and stays so: where the answers are the same, to show it would undo what it was hidden for."""
        same = {
            place for then, now in zip(self.ways, ways, strict=False) for place in now if then.get(place) == now[place]
        }
        return self.kept | (self.hidden & same)

    def last_published(self) -> dict[Place, int]:
        """Return the published counts of the last edition."""
        counts = {place: round(sum(answers)) for way in self.ways for place, answers in way.items()}
        return {place: n for place, n in counts.items() if place not in self.hidden}

    def small_differences(self, ways: Sequence[Answers], floor: int) -> frozenset[Place]:
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
            (it.waves, it.counts[way][place])
            for it in self.published
            if way < len(it.counts) and place in it.counts[way]
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
