"""The changes of a series, from linked persons to what a page may show: plain functions for a thread."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import combinations
from typing import TYPE_CHECKING, Final

from ceo.workflows.activities.changes import FEW, GIVES_AWAY, TOGETHER, Group, Line, RefusedByPolicy, Step
from ceo.workflows.activities.estimating import Estimated, adjusted, estimate, ways_of
from ceo.workflows.activities.hiding import hidden_cells, partly, reason_of, total_gives_away
from ceo.workflows.activities.linking import Indicator, LinkedWave, SeriesRows, link_waves

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_Pair = tuple[int, int]
_NOBODY: Final[frozenset[str]] = frozenset()


@dataclass(frozen=True, slots=True)
class Measured:
    """The changes between all waves of a series, protected, the shortest steps first. `closed_to_partners`: as in `SeriesChanges`."""

    steps: tuple[Step, ...]
    closed_to_partners: RefusedByPolicy | None


def measure_changes(given: SeriesRows) -> Measured | RefusedByPolicy:
    """Return the changes of a series; the refusal of the policy when the groups may not be shown to anybody."""
    linked = link_waves(given)
    if isinstance(linked, RefusedByPolicy):
        return linked
    measuring = _Measuring(linked.indicators, linked.waves, given.floor, levels_known=given.by_provider)
    pairs = sorted(combinations(range(len(linked.waves)), 2), key=lambda pair: (pair[1] - pair[0], pair))
    return Measured(tuple(measuring.step(pair) for pair in pairs), linked.closed_to_partners)


@dataclass
class _Measuring:
    """`levels_known`: means of a wave are known of each activity, not only of everybody."""

    indicators: Sequence[Indicator]
    waves: Sequence[LinkedWave]
    floor: int
    levels_known: bool
    # Who is behind a figure that is shown, by indicator, activity and pair of waves.
    shown: dict[tuple[str, str, _Pair], frozenset[str]] = field(default_factory=dict)

    def step(self, pair: _Pair) -> Step:
        """Return the changes from one wave to another; the steps between them were measured before."""
        one, other = (self.waves[place] for place in pair)
        names = [str(name) for name in sorted(set(one.activity.tolist()))]
        both = _Both(one, other)
        lines: dict[str, list[Line]] = {name: [] for name in (*names, TOGETHER)}
        for indicator in self.indicators:
            for name, line in self._lines(indicator, pair, both, names).items():
                lines[name].append(line)
        groups = [self._group(name, both, lines[name]) for name in names]
        linked, started = ({name: len(of(name)) for name in names} for of in (both.linked, both.started))
        few = {name: FEW if number < self.floor else "" for name, number in linked.items()}
        total = self._group(TOGETHER, both, lines[TOGETHER])
        if any(total_gives_away(persons, few, floor=self.floor) for persons in (linked, started)):
            empty = (
                Line(one.indicator, one.title, one.is_theme, reason=one.reason or GIVES_AWAY) for one in total.lines
            )
            total = Group(TOGETHER, None, None, tuple(empty))
        return Step(one.number, other.number, (*groups, *([total] if len(names) > 1 else [])))

    def _group(self, name: str, both: _Both, lines: Sequence[Line]) -> Group:
        linked = len(both.linked(name))
        if linked < self.floor:
            return Group(name, None, None, tuple(lines))
        return Group(name, len(both.started(name)), linked, adjusted(lines))

    def _lines(self, indicator: Indicator, pair: _Pair, both: _Both, names: Sequence[str]) -> dict[str, Line]:
        """Return the line of each activity and of all together; who is behind what is shown is kept for longer steps."""
        people = {name: both.valid(indicator.id, name) for name in (*names, TOGETHER)}
        reasons = {name: self._reason(indicator, pair, both, name, people[name]) for name in people}
        counts = {name: len(people[name]) for name in names}
        if not reasons[TOGETHER] and total_gives_away(counts, reasons, floor=self.floor):
            reasons[TOGETHER] = GIVES_AWAY
        lines = {}
        for name, reason in reasons.items():
            lines[name] = Line(
                indicator.id, indicator.title, indicator.is_theme, reason=reason, polarity=indicator.polarity
            )
            if not reason:
                self.shown[indicator.id, name, pair] = people[name]
                pairs = Estimated(both.one, both.other, both.later, name)
                lines[name] = estimate(lines[name], indicator, pairs, floor=self.floor)
        return self._with_ways(indicator, both, lines)

    def _with_ways(self, indicator: Indicator, both: _Both, lines: Mapping[str, Line]) -> dict[str, Line]:
        """Return the lines with how many persons went which way, where that tells nothing about a few."""
        ways = {name: ways_of(indicator, Estimated(both.one, both.other, both.later, name)) for name in lines}
        reasons = {name: line.reason for name, line in lines.items() if name != TOGETHER}
        by_error = {name: ways[name].by_error for name in reasons}
        by_answer = {name: ways[name].by_answer for name in reasons}
        no_reliable = hidden_cells(by_error, ways[TOGETHER].by_error, reasons, floor=self.floor)
        no_switched = hidden_cells(by_answer, ways[TOGETHER].by_answer, reasons, floor=self.floor)
        return {
            name: line
            if line.reason
            else replace(
                line,
                reliable=None if name in no_reliable else ways[name].reliable,
                switched=None if name in no_switched else ways[name].switched,
            )
            for name, line in lines.items()
        }

    def _reason(self, indicator: Indicator, pair: _Pair, both: _Both, name: str, people: frozenset[str]) -> str:
        known = self.levels_known or name == TOGETHER
        once = both.once(indicator.id, name) if known else 0
        chains = [
            partly(first, second, people)
            for middle in range(pair[0] + 1, pair[1])
            if (first := self.shown.get((indicator.id, name, (pair[0], middle)), _NOBODY))
            and (second := self.shown.get((indicator.id, name, (middle, pair[1])), _NOBODY))
        ]
        return reason_of(people, once, chains, floor=self.floor)


class _Both:
    """Two waves side by side. `later`: by row of the first wave the row of the same person in the second, -1 for none."""

    def __init__(self, one: LinkedWave, other: LinkedWave) -> None:
        import numpy as np

        self.one, self.other = one, other
        self.later: NDArray[np.int64] = np.full(one.activity.size, -1, dtype=np.int64)
        for person, row in one.row_of.items():
            self.later[row] = other.row_of.get(person, -1)

    def started(self, name: str) -> frozenset[str]:
        """Return who answered the first wave and can be linked, of an activity or of all."""
        return frozenset(
            person for person, row in self.one.row_of.items() if name in {TOGETHER, str(self.one.activity[row])}
        )

    def linked(self, name: str) -> frozenset[str]:
        """Return who of them answered the second wave too."""
        return frozenset(person for person in self.started(name) if person in self.other.row_of)

    def valid(self, indicator: str, name: str) -> frozenset[str]:
        """Return who of them has a value of an indicator in both waves."""
        import numpy as np

        before, after = self.one.values[indicator], self.other.values[indicator]
        return frozenset(
            person
            for person in self.linked(name)
            if not np.isnan(before[self.one.row_of[person]]) and not np.isnan(after[self.other.row_of[person]])
        )

    def once(self, indicator: str, name: str) -> int:
        """Return how many values of a group stand in one of the waves without a partner in the other."""
        import numpy as np

        pairs = len(self.valid(indicator, name))
        sizes = 0
        for wave in (self.one, self.other):
            inside = np.ones(wave.activity.size, dtype=np.bool_) if name == TOGETHER else wave.activity == name
            sizes += int((inside & ~np.isnan(wave.values[indicator])).sum())
        return sizes - 2 * pairs
