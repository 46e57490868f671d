"""What a report may hold besides the results of its round. Every part may be left out, and then leaves no trace."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from analysis.results import Cell, Interval, NotEstimable, Suppressed
from analysis.units.banding import Band, NotBanded
from questionnaires.definition import ConsentScope

# The use of a story that people agree to when it may be read by everybody.
MAY_BE_READ: Final[ConsentScope] = "delen_anoniem"


@dataclass(frozen=True, slots=True)
class ShareDifference:
    """Share of the answers less share of the list, a fraction −1 to 1, with the interval `low` to `high`, in whole percents.

    `matters`: the difference is large enough to tell, and more than chance.
    """

    value: float
    low: float
    high: float
    matters: bool


@dataclass(frozen=True, slots=True)
class CategoryShares:
    """One group of clients: its share (0-1) of the list and of the answers, and how they differ; or why that is not shown."""

    label: str
    in_list: float | Suppressed
    in_answers: float | NotEstimable | Suppressed
    difference: ShareDifference | NotEstimable | Suppressed


@dataclass(frozen=True, slots=True)
class TraitShares:
    """A trait that is known of everybody on the list, such as age, with its groups."""

    title: str
    groups: tuple[CategoryShares, ...]


@dataclass(frozen=True, slots=True)
class Composition:
    """Who answered, beside who was on the list. Made by `composition.protect_composition`, so that no small group shows."""

    traits: tuple[TraitShares, ...]


@dataclass(frozen=True, slots=True)
class EarlierFigure:
    """A figure of an earlier release, in the unit of the indicator; without a value it was not shown then.

    `after_break`: it may not be compared with the one before. `open_part`: which part of the variance of the service its interval
    holds (`analysis.series.released_changes.open_part`).
    """

    period: str
    value: float | None
    interval: Interval | None = None
    after_break: bool = False
    open_part: float = 1.0


@dataclass(frozen=True, slots=True)
class Trend:
    """The figures of earlier releases of one indicator, the oldest first.

    `period` names this measurement; `after_break` says that it may not be compared with the last earlier one.
    """

    earlier: tuple[EarlierFigure, ...]
    period: str
    after_break: bool = False


@dataclass(frozen=True, slots=True)
class Quote:
    """A piece of a story that somebody picked, and the use that its teller agreed to. Only `MAY_BE_READ` gets into a report."""

    text: str
    use: ConsentScope


@dataclass(frozen=True, slots=True)
class Deed:
    """What a municipality talked about or decided because of results, and how far that is, both in words."""

    what: str
    how_far: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Additions:
    """What comes with the results. `trends` are by indicator, `bands` by the cell of a score (`analysis.release.bands`).

    `deeds` are for the council, the most important first.

    `beside` names the municipalities that are drawn beside the own one; without it all, or the most alike in size. `notices` are what a
    reader must know before anything else, such as that the figures were withdrawn, and why.
    """

    composition: Composition | None = None
    trends: Mapping[str, Trend] = field(default_factory=dict)
    bands: Mapping[Cell, Band | NotBanded | NotEstimable] = field(default_factory=dict)
    quotes: tuple[Quote, ...] = ()
    beside: tuple[str, ...] = ()
    notices: tuple[str, ...] = ()
    deeds: tuple[Deed, ...] = ()
