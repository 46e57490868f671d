"""How a figure moved since an action or a goal began: the differences with their intervals, all told together.

They are differences of the service: released figures, which are about the clients of one year, are widened first.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ceo.workflows.following.series import Figure
from ceo.workflows.learning.results import Result, Source

if TYPE_CHECKING:
    from analysis.results import NotEstimable
    from analysis.series.released_changes import ReleasedChange, ReleasedFigure


@dataclass(frozen=True, slots=True)
class Moved:
    """A later figure with its change since the beginning, in the unit of the figure, or why that cannot be told."""

    result: Result
    change: ReleasedChange | NotEstimable


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
    begun = service_of(baseline)
    return tuple(Moved(one, _change(begun, service_of(one), told=len(later))) for one in later)


def _change(
    begun: ReleasedFigure | NotEstimable, later: ReleasedFigure | NotEstimable, *, told: int
) -> ReleasedChange | NotEstimable:
    from analysis.results import NotEstimable
    from analysis.series.released_changes import change_of_released

    if isinstance(begun, NotEstimable):
        return begun
    return later if isinstance(later, NotEstimable) else change_of_released(begun, later, told=told)


def service_of(result: Result) -> ReleasedFigure | NotEstimable:
    """Return a result as a figure of the service, as differences are told; NotEstimable where its interval does not tell enough for that.

    The reasons are those of `analysis.series.released_changes.of_service`, and "unknown_part" of a result that was kept without that part.
    """
    from analysis.results import NotEstimable
    from analysis.series.released_changes import of_service

    part = 1.0 if result.source is Source.SERIES else result.open_part
    if part is None:
        return NotEstimable("unknown_part", result.figure.respondents)
    return of_service(released(result.figure), part)


def released(figure: Figure) -> ReleasedFigure:
    """Return a figure as analysis knows it."""
    from analysis.results import Interval
    from analysis.series.released_changes import ReleasedFigure

    return ReleasedFigure(figure.value, Interval(figure.low, figure.high))
