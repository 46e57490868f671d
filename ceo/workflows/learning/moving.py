"""How a figure moved since an action or a goal began: the differences with their intervals, all told together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ceo.workflows.following.series import Figure
from ceo.workflows.learning.results import Result

if TYPE_CHECKING:
    from analysis.series.released_changes import ReleasedChange, ReleasedFigure


@dataclass(frozen=True, slots=True)
class Moved:
    """A later figure with its change since the beginning, in the unit of the figure."""

    result: Result
    change: ReleasedChange


def moved_since(baseline: Result, later: Sequence[Result]) -> tuple[Moved, ...]:
    """Return later figures with their changes since a baseline; they stand in one table, so they are told together.

    >>> from datetime import date
    >>> from analysis.results import Measure
    >>> from ceo.workflows.learning.results import Source
    >>> from questionnaires.scales import Polarity
    >>> first = Result(
    ...     source=Source.SERIES, name="month/1", core="nl.ceo.wmo", indicator="toegang", title="Toegang", period="2026-03",
    ...     measure=Measure.SCORE, polarity=Polarity.POSITIVE, figure=Figure(value=60, low=57, high=63, respondents=200))
    >>> later = first.model_copy(update={"period": "2026-04", "figure": Figure(value=66, low=62, high=70, respondents=150)})
    >>> [moved] = moved_since(first, [later])
    >>> moved.change.value, moved.change.interval
    (6.0, Interval(low=1.0, high=11.0))
    """
    from analysis.series.released_changes import change_of_released

    begun = released(baseline.figure)
    return tuple(Moved(one, change_of_released(begun, released(one.figure), told=len(later))) for one in later)


def released(figure: Figure) -> ReleasedFigure:
    """Return a figure as analysis knows it."""
    from analysis.results import Interval
    from analysis.series.released_changes import ReleasedFigure

    return ReleasedFigure(figure.value, Interval(figure.low, figure.high))
