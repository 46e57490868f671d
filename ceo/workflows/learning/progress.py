"""Where a goal stands on its path: what the figure should be on its day, and how probable it is that it is there.

The path runs from the baseline over the targets; how probable it is, `analysis.series.target_path` says. That is about one figure: of a
goal that is looked at every month, one of the figures lies well above its path by chance more often than the probability of each says.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ceo.storage.goals import Goal
from ceo.workflows.learning.actions import baseline_of
from ceo.workflows.learning.figures import Later
from ceo.workflows.learning.goals import Target, path_of
from ceo.workflows.learning.moving import released
from ceo.workflows.learning.results import Result
from questionnaires.scales import Polarity


@dataclass(frozen=True, slots=True)
class Standing:
    """A goal of an indicator as it stands. `newest` is the last comparable figure, the baseline itself when nothing came after it.

    `path` begins with the baseline where its day is known. `target`: what was to be reached on the last day of `newest`; None before the
    path begins. `chance`: the probability that the true figure was good enough then, and `missed` that it lay beyond a bound
    (`analysis.series.target_path.Progress`); None without a target or a figure after the baseline. `no_room`: the figure should lie around
    the target, and nobody said how near is near enough. Then there is no chance either: exactly on a target lies nothing.
    """

    baseline: Result
    newest: Result
    later: Later
    path: tuple[Target, ...]
    target: float | None
    chance: float | None
    missed: float | None
    no_room: bool


def standing_of(goal: Goal, later: Later) -> Standing | None:
    """Return how a goal stands; None when it has no indicator. `later` is what came after its baseline."""
    from analysis.series.target_path import PathPoint, TargetPath, progress

    baseline = baseline_of(goal)
    if baseline is None:
        return None
    newest = later.results[-1] if later.results else baseline
    path = whole_path(baseline, path_of(goal))
    target = chance = missed = None
    no_room = goal.polarity == Polarity.NONE and goal.tolerance <= 0
    if path and newest.until is not None:
        steps = tuple(PathPoint(one.day, one.value) for one in path)
        target = TargetPath(steps, goal.tolerance).target_on(newest.until)
    if target is not None and later.results and not no_room:
        found = progress(released(newest.figure), target, goal.tolerance, Polarity(goal.polarity))
        chance, missed = found.probability, found.missed
    return Standing(baseline, newest, later, path, target, chance, missed, no_room)


def whole_path(baseline: Result, targets: Sequence[Target]) -> tuple[Target, ...]:
    """Return a path with the baseline before it, where its day is known and lies before all targets."""
    if baseline.until is None or not targets or baseline.until >= targets[0].day:
        return tuple(targets)
    return (Target(baseline.until, baseline.figure.value), *targets)
