"""What the pages of mirroring say of a difference in a cell of a table: hoger, lager, or that it is not clear. No cause."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from analysis.results import SHARES, Interval, Measure
from analysis.series.released_changes import ReleasedChange
from ceo.web.figures.reading import Difference, comparison_of, difference_of, figure_of
from ceo.web.figures.reading import Figure as FigureWords
from ceo.workflows.following.series import Figure
from ceo.workflows.mirroring.reading import polarity_of
from exports.wording import direction_words, interval_decimals

if TYPE_CHECKING:
    from exports.cycle.indicators import Indicator
    from exports.release.facts import Indicator as ReleasedIndicator

# Differences of scores and shares (in points) below this do not matter much, also when they are clear.
MATTERS: Final = 3.0


def group_difference(indicator: Indicator, change: ReleasedChange) -> Difference:
    """Return the own figure minus that of a group in words; shares in points of percentage.

    >>> from analysis.results import Interval
    >>> from exports.cycle.indicators import Indicator
    >>> from questionnaires.scales import Polarity
    >>> score = Indicator("Toegang", Measure.SCORE, Polarity.POSITIVE)
    >>> group_difference(score, ReleasedChange(-5.0, Interval(-7.0, -3.0), Interval(-7.5, -2.5)))
    Difference(verdict='lager', size='verschil −7,0 tot −3,0')
    >>> share = Indicator("Toegang", Measure.SHARE, Polarity.POSITIVE)
    >>> group_difference(share, ReleasedChange(0.01, Interval(-0.02, 0.04), Interval(-0.03, 0.05)))
    Difference(verdict='geen duidelijk verschil', size='verschil −2,0 tot +4,0 procentpunten')
    """
    from exports.cycle.indicators import gap_of

    gap = gap_of(indicator, change)
    small = "iets " if indicator.measure is not Measure.MEAN and abs(gap.value) < MATTERS else ""
    verdict = f"{small}{gap.side}" if gap.claimed else "geen duidelijk verschil"
    return Difference(verdict, _size(gap.interval, indicator.measure))


def released_difference(figure: FigureWords | None) -> Difference | None:
    """Return how a figure lies beside all municipalities together, as its release tells; None where that does not compare it."""
    if figure is None or not figure.row["reference"] or figure.row["difference"] is None:
        return difference_of(figure) if figure is not None else None
    found = comparison_of(figure.row)
    return Difference(direction_words(found), _size(found.interval, Measure(figure.row["measure"])))


def _size(interval: Interval, measure: Measure) -> str:
    """Return where a difference lies, in the unit in which it is read."""
    from exports.claim_wording import Unit
    from exports.cycle.indicators import PERCENTAGE_POINTS
    from exports.cycle.numbers import signed_bounds

    unit = PERCENTAGE_POINTS if measure in SHARES else Unit("", "")
    return f"verschil {signed_bounds(interval, unit, decimals=interval_decimals(interval))}"


def other_difference(indicator: ReleasedIndicator, change: ReleasedChange) -> str:
    """Return the figure of another municipality minus the own one in words: on which side, and how far."""
    from exports.claim_wording import size_words
    from exports.cycle.indicators import Indicator as About
    from exports.cycle.indicators import gap_of

    gap = gap_of(About(indicator.label, Measure.SCORE, polarity_of(indicator)), change)
    return f"{gap.side}: {size_words(gap.value, gap.interval, gap.indicator.unit)}"


def group_words(figure: Figure, measure: Measure) -> FigureWords:
    """Return a figure that is no row of a release in the words of those that are."""
    row = {
        "area": "",
        "indicator": "",
        "measure": measure.value,
        "value": figure.value,
        "lower": figure.low,
        "upper": figure.high,
        "n": figure.respondents,
        "flags": "",
        "suppression": "",
    }
    return figure_of(row, floor=0)
