"""Series of a municipality as they are kept and shown: every figure through the same disclosure control, none without its interval.

A series is cut in pieces where the questionnaire broke it; nothing is compared over a break. Kept as JSON: a page reads one row.
"""

from __future__ import annotations

from datetime import date
from enum import StrEnum

from pydantic import BaseModel, ConfigDict
from pydantic.dataclasses import dataclass

from analysis.results import Measure
from questionnaires.scales import Polarity


class Grain(StrEnum):
    """What one point of a series stands for."""

    ROUND = "round"
    MONTH = "month"
    QUARTER = "quarter"


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


# A page holds thousands of them: without a dictionary for each, they take half of the time and of the memory.
@dataclass(config=ConfigDict(extra="forbid"), frozen=True, slots=True)
class Figure:
    """A value with its 95 % interval, in the unit of its indicator, and the number of respondents behind it."""

    value: float
    low: float
    high: float
    respondents: int


class Point(_Part):
    """One period. `name` sorts in time ("2026-03", "2026-K1") or is a measurement; `figure` None: not shown, because of `reason`.

    `piece` counts the pieces between breaks from 0. `rolling`: the mean of the last periods up to this one, where all of them are shown.
    `title` is how people know a measurement; "" for a month or a quarter.
    """

    name: str
    first_day: date
    last_day: date
    piece: int
    title: str = ""
    figure: Figure | None = None
    reason: str = ""
    rolling: Figure | None = None


class BreakMark(_Part):
    """Between two periods nothing may be compared. `changes` are codes of `questionnaires.comparability.reasons.Change`."""

    before: str
    after: str
    changes: tuple[str, ...]


class Watch(_Part):
    """What a control chart found in the newest piece. `false_alarm_rate`: of a period in which nothing changed, as a fraction.

    `periods` are those that are watched. `centre` is the usual level; `smoothed` and its limits `low` and `high` are by period, all in the
    unit of the indicator (`analysis.series.watching`).
    `signals` are periods that lie beyond, with "above" or "below". `reason` instead of all that: why nothing can be watched yet.
    """

    reason: str = ""
    false_alarm_rate: float = 0.0
    baseline: tuple[str, ...] = ()
    periods: tuple[str, ...] = ()
    centre: float | None = None
    smoothed: tuple[float, ...] = ()
    low: tuple[float, ...] = ()
    high: tuple[float, ...] = ()
    signals: tuple[tuple[str, str], ...] = ()


class IndicatorSeries(_Part):
    """One indicator through time, the oldest period first. `indicator` is the id of a question or a theme score; `title` is Dutch.

    `polarity` says whether a high figure is good, bad, or neither: then no sentence may say that it went better or worse.
    """

    indicator: str
    title: str
    measure: Measure
    polarity: Polarity
    points: tuple[Point, ...]
    breaks: tuple[BreakMark, ...] = ()
    watch: Watch = Watch(reason="short_baseline")


class Series(_Part):
    """All indicators of one core questionnaire in a municipality, with the same periods. `rolling_periods`: what a rolling mean is over."""

    core: str
    title: str
    grain: Grain
    number: int
    made_on: date
    simulated: bool
    rolling_periods: int
    indicators: tuple[IndicatorSeries, ...]

    def indicator(self, name: str) -> IndicatorSeries | None:
        """Return the series of one indicator; None when it is not in it."""
        return next((one for one in self.indicators if one.indicator == name), None)
