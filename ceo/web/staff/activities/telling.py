"""Sentences about change in persons, from `exports.cycle`, which is heavy: made in a thread. In Dutch, whatever the page is in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ceo.workflows.activities.changes import Group, Line, SeriesChanges, Step

if TYPE_CHECKING:
    from analysis.series.released_changes import ReleasedChange


@dataclass(frozen=True, slots=True)
class ToldGroup:
    """What is said of a group: who stopped, the change of every theme, and what a reader must know beside it."""

    drop_out: str
    themes: tuple[str, ...]
    cautions: tuple[str, ...]


def tell_changes(made: SeriesChanges) -> Mapping[tuple[int, int, str], ToldGroup]:
    """Return what is said of every group of which figures are shown, by both waves of its step and its activity."""
    return {
        (step.earlier, step.later, group.activity): _tell(step, group, group.started, group.linked)
        for step in made.steps
        for group in step.groups
        if group.started is not None and group.linked is not None
    }


def _tell(step: Step, group: Group, started: int, linked: int) -> ToldGroup:
    from analysis.results import Measure
    from exports.cycle.indicators import Indicator
    from exports.cycle.persons import drop_out_sentence, far_start_sentence, paired_sentence, selective_sentence

    lines = [line for line in group.lines if line.is_theme and not line.reason]
    far = [line for line in lines if line.start_p is not None]
    left = [line for line in lines if line.left_p is not None]
    themes = (
        paired_sentence(
            Indicator(line.title, Measure.SCORE, line.polarity),
            _change(line),
            line.pairs,
            # Waves are counted from 0.
            first=step.earlier + 1,
            later=step.later + 1,
        )
        for line in lines
    )
    cautions = (
        far_start_sentence(
            [line.title for line in far if line.began_elsewhere],
            [line.title for line in far if not line.began_elsewhere],
        ),
        selective_sentence(
            [line.title for line in left if line.selective], [line.title for line in left if not line.selective]
        ),
    )
    return ToldGroup(drop_out_sentence(started, linked), tuple(themes), tuple(one for one in cautions if one))


def _change(line: Line) -> ReleasedChange:
    """Return a change that may be called one as far as the line may: together with all others of the group."""
    from analysis.results import Interval
    from analysis.series.released_changes import ReleasedChange

    own = Interval(line.low, line.high)
    # The correction for many lines is in the p-value and gives no interval: a joint one then reaches at least to zero.
    joint = own if line.differs else Interval(min(line.low, 0.0), max(line.high, 0.0))
    return ReleasedChange(line.value, own, joint)
