"""A report without a format: sentences, tables and charts as plain data. Every writer takes this and nothing else.

It is stored as JSON (an edition of the results), so it is frozen pydantic.
"""

from __future__ import annotations

from datetime import date
from typing import Final, Literal, TypeAlias

from pydantic import BaseModel, ConfigDict

# What every format says of a report of simulated clients.
SIMULATED_MARK: Final = "Gesimuleerde gegevens"


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Paragraph(_Part):
    """One or more sentences of running text."""

    kind: Literal["paragraph"] = "paragraph"
    text: str


class Bullets(_Part):
    """A list of short texts without an order."""

    kind: Literal["bullets"] = "bullets"
    items: tuple[str, ...]


class Subheading(_Part):
    """A heading inside a section, above the blocks that follow it."""

    kind: Literal["subheading"] = "subheading"
    text: str


class Quotation(_Part):
    """What somebody told, in their own words."""

    kind: Literal["quotation"] = "quotation"
    text: str


class Number(_Part):
    """A number with its notation: `text` is what people read, `value` what a spreadsheet calculates with."""

    value: float
    text: str
    decimals: int = 0
    percentage: bool = False  # value is then a share 0-1


class Table(_Part):
    """Rows under a head; the first column names the row. A cell is text or a number."""

    kind: Literal["table"] = "table"
    title: str
    head: tuple[str, ...]
    rows: tuple[tuple[str | Number, ...], ...]
    note: str = ""


class Bar(_Part):
    """One part of a stacked bar: share of an answer option. `strong` is the outer end of the scale."""

    label: str
    share: float
    text: str
    stance: Literal["positive", "neutral", "negative", "other"]
    strong: bool = False


class DistributionRow(_Part):
    """The whole distribution of one question. Without bars, `reason` says why."""

    label: str
    bars: tuple[Bar, ...] = ()
    reason: str = ""


class DistributionChart(_Part):
    """Stacked bars, one a question, all with the same answer options. `description` is the text alternative."""

    kind: Literal["distribution"] = "distribution"
    title: str
    description: str
    rows: tuple[DistributionRow, ...]
    table: Table  # the same numbers


class Range(_Part):
    """A value and its interval, in the unit of the axis."""

    value: float
    low: float
    high: float


class Point(_Part):
    """A row of an interval chart. `text` is the value in words, or the reason why `range` is not there.

    `own` points are drawn in the accent colour; points of one `group` stand under that heading.
    """

    label: str
    text: str
    range: Range | None = None
    own: bool = False
    group: str = ""


class IntervalChart(_Part):
    """Points with intervals, one a row, on a shared axis; `reference` draws a vertical line with its label."""

    kind: Literal["interval"] = "interval"
    title: str
    description: str
    points: tuple[Point, ...]
    minimum: float
    maximum: float
    reference: float | None = None
    reference_label: str = ""
    table: Table  # the same numbers


class FunnelPoint(_Part):
    """A figure and the number of respondents that it rests on."""

    label: str
    respondents: int
    value: float
    own: bool = False


class FunnelLimit(_Part):
    """Between which figures a unit of so many respondents is expected: in 95 % of the cases, and (`wide`) in 99.8 %."""

    respondents: int
    low: float
    high: float
    wide_low: float
    wide_high: float


class FunnelChart(_Part):
    """Figures by number of respondents, between limits that narrow; `target` is what a unit is expected to have.

    `limits` go up in respondents. The axis of figures runs from `minimum` to `maximum`.
    """

    kind: Literal["funnel"] = "funnel"
    title: str
    description: str
    points: tuple[FunnelPoint, ...]
    limits: tuple[FunnelLimit, ...]
    target: float
    target_label: str
    minimum: float
    maximum: float
    table: Table  # the same numbers


class TrendPoint(_Part):
    """A figure of one measurement. `text` is the value in words, or the reason why `range` is not there.

    `after_break`: it may not be compared with the point before, so no line leads to it.
    """

    label: str
    text: str
    range: Range | None = None
    after_break: bool = False


class TrendChart(_Part):
    """One figure through time, with its intervals; the points go on in time."""

    kind: Literal["trend"] = "trend"
    title: str
    description: str
    points: tuple[TrendPoint, ...]
    minimum: float
    maximum: float
    table: Table  # the same numbers


Chart: TypeAlias = DistributionChart | IntervalChart | FunnelChart | TrendChart
Block: TypeAlias = Paragraph | Bullets | Subheading | Quotation | Table | Chart


class Section(_Part):
    """A heading with what belongs to it."""

    title: str
    blocks: tuple[Block, ...]


class FigureRow(_Part):
    """One row of the tidy data file: a figure, or the reason why it is not there."""

    area: str
    area_name: str
    measure: str
    item: str
    item_label: str
    category: str
    category_label: str
    breakdown: str
    level: str
    level_label: str
    value: float | None = None
    se: float | None = None
    low: float | None = None
    high: float | None = None
    respondents: int | None = None
    effective_n: float | None = None
    population: float | None = None
    df: float | None = None
    method: str = ""
    inference: str = ""
    flags: str = ""
    reason: str = ""  # why there is no value: suppressed or not estimable
    difference: float | None = None  # against all units together
    difference_low: float | None = None
    difference_high: float | None = None
    p_adjusted: float | None = None
    difference_reason: str = ""


class Report(_Part):
    """What a municipality reads. `simulated` is said on every page and sheet. `source` says how it was made, for citation."""

    language: str = "nl"
    title: str
    subtitle: str
    author: str  # who answers for it, such as the municipality
    made_on: date
    simulated: bool
    summary: tuple[str, ...]
    sections: tuple[Section, ...]
    figures: tuple[FigureRow, ...]
    source: tuple[tuple[str, str], ...]
