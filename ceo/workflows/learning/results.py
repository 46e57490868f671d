"""The result that a dialogue, a goal, an action, a case or a practice is about: a figure as it was shown, and where."""

from __future__ import annotations

from datetime import date
from enum import StrEnum

from pydantic import BaseModel, ConfigDict

from analysis.results import Comparison, Inference, Interval, Measure
from ceo.workflows.following.series import Figure
from questionnaires.scales import Polarity


class Source(StrEnum):
    """Where a figure was shown."""

    SERIES = "series"  # a point of the own series
    RELEASE = "release"  # a figure of a published release


class Apart(BaseModel):
    """The own figure minus that of all together as a release compares them, in the unit of the figure, with an interval of 95 %.

    A difference has one interval wherever it is told: this one. What follows from two figures with their intervals alone is another one
    (wider: it knows neither the answers that both have in common, nor the whole that was drawn from). So the difference is kept
    with the result, and not computed again from `figure` and `beside`. `p_adjusted` is corrected within the family of the release, which is
    all that it compares at once; `relevant`: it is not a small one.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    value: float
    low: float
    high: float
    p_adjusted: float
    relevant: bool

    def compared(self, respondents: int) -> Comparison:
        """Return the difference as sentences take it; what only the release knows of it (its standard error) is left open."""
        return Comparison(
            difference=self.value,
            se=0.0,
            interval=Interval(self.low, self.high),
            df=0.0,
            p_value=self.p_adjusted,
            p_adjusted=self.p_adjusted,
            family="",
            relevant=self.relevant,
            respondents=respondents,
            reference_respondents=respondents,
            inference=Inference.PROCESS,
        )


class Result(BaseModel):
    """A figure of the own municipality, as it stood. `title` names the indicator in Dutch, `period` the point or the measurement.

    `source` and `name` say where it was shown: grain and number of the edition of the series as "month/3", or release and edition as
    "wmo-2026/1". `until` is the last day of the period, where that is known. `beside`: the figure that it was held against, such as that of
    the nation, with its name; `apart`: the difference with it, None where the release does not compare the two. `signal`: "above" or
    "below" what is usual, when a control chart gave a signal at this point; "" otherwise. `signal_since`: the first period of that signal,
    "" without one, and in what was kept before this was. `simulated`: no real person answered.
    `open_part`: of a release, which part of the variance of the service the interval of `figure` holds (`released_changes.open_part`);
    None where that was not kept. A point of a series is always of the service.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    source: Source
    name: str
    core: str
    indicator: str
    title: str
    period: str
    measure: Measure
    polarity: Polarity
    figure: Figure
    beside: Figure | None = None
    beside_name: str = ""
    apart: Apart | None = None
    signal: str = ""
    signal_since: str = ""
    until: date | None = None
    simulated: bool = False
    open_part: float | None = None
