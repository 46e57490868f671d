"""The waves of a series in time, and the breaks that cut it. No figure and no test is made over a break."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from analysis.results import Mark


@dataclass(frozen=True, slots=True)
class Wave:
    """One measurement: its name and its `time` in the unit in which slopes are told (2024.5 in years).

    `variable` is the name under which its answers stand (`pooling`): where it changes, a new series begins.
    """

    name: str
    time: float
    variable: str = ""


@dataclass(frozen=True, slots=True)
class Break:
    """Why waves may not be compared: the series ends after the wave `before` and another begins with `after`.

    `marks` are the changes of the questionnaire in between, the oldest first; none when the break has another cause.
    """

    before: str
    after: str
    marks: tuple[Mark, ...] = ()


@dataclass(frozen=True, slots=True)
class Timeline:
    """Waves in the order of time, and the marks of their results.

    >>> old, new = Wave("2023", 2023, "TOE01@1"), Wave("2024", 2024, "TOE01")
    >>> Timeline((old, new, Wave("2025", 2025, "TOE01"))).pieces()
    (slice(0, 1, None), slice(1, 3, None))
    """

    waves: tuple[Wave, ...]
    marks: tuple[Mark, ...] = ()

    def __post_init__(self) -> None:
        times = [wave.time for wave in self.waves]
        assert all(later > earlier for earlier, later in pairwise(times)), "waves go on in time"
        assert len({wave.name for wave in self.waves}) == len(self.waves), "waves have names of their own"

    def place(self, name: str) -> int:
        """Return the number of a wave, from 0."""
        return [wave.name for wave in self.waves].index(name)

    def part(self, chosen: slice) -> Timeline:
        """Return some waves as a timeline of their own."""
        return Timeline(self.waves[chosen], self.marks)

    def pieces(self) -> tuple[slice, ...]:
        """Return where the pieces between breaks lie. All waves of a piece have the same variable: its name."""
        starts = [0, *(place + 1 for place, _ in self._breaks(slice(None)))]
        ends = [*starts[1:], len(self.waves)]
        return tuple(slice(start, end) for start, end in zip(starts, ends, strict=True))

    def first_break(self, chosen: slice) -> Break | None:
        """Return the first break among some waves, if there is one."""
        return next((found for _, found in self._breaks(chosen)), None)

    def _breaks(self, chosen: slice) -> Iterator[tuple[int, Break]]:
        """Yield every break with the number of the wave before it."""
        waves = self.waves[chosen]
        for place, (before, after) in enumerate(pairwise(waves)):
            if before.variable != after.variable:
                yield place, Break(before.name, after.name, tuple(self._path(before.variable, after.variable)))

    def _path(self, earlier: str, later: str) -> Iterator[Mark]:
        """Yield the marks that lead from one variable to another: versions that no wave used lie between them."""
        leaving = {mark.earlier: mark for mark in self.marks if not mark.pooled}
        while earlier != later and earlier in leaving:
            mark = leaving.pop(earlier)
            yield mark
            earlier = mark.variable
