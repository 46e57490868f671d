"""The result that a dialogue, a goal, an action, a case or a practice is about: a figure as it was shown, and where."""

from __future__ import annotations

from datetime import date
from enum import StrEnum

from pydantic import BaseModel, ConfigDict

from analysis.results import Measure
from ceo.workflows.following.series import Figure
from questionnaires.scales import Polarity


class Source(StrEnum):
    """Where a figure was shown."""

    SERIES = "series"  # a point of the own series
    RELEASE = "release"  # a figure of a published release


class Result(BaseModel):
    """A figure of the own municipality, as it stood. `title` names the indicator in Dutch, `period` the point or the measurement.

    `source` and `name` say where it was shown: grain and number of the edition of the series as "month/3", or release and edition as
    "wmo-2026/1". `until` is the last day of the period, where that is known. `beside`: the figure that it was held against, such as that of
    the nation, with its name. `simulated`: no real person answered.
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
    until: date | None = None
    simulated: bool = False
