"""What a sentence of the cycle is about: an indicator with its direction of good, and what may be claimed of a difference in it.

A difference is claimed only when its interval lies beside zero as it was computed and as it reads, also together with all that are told
at once. Higher and lower are called better or less good only where the indicator has a direction.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from analysis.results import SHARES, Comparison, Interval, Measure
from analysis.series.released_changes import ReleasedChange
from exports.claim_wording import MANY_AT_ONCE, POINTS, Unit, claims_change, size_words
from exports.cycle.numbers import signed_bounds
from exports.wording import beside_zero, claims_difference, interval_decimals, number_words
from questionnaires.scales import Polarity

PERCENTAGE_POINTS: Final = Unit("procentpunt", "procentpunten")
_BARE: Final = Unit("", "")
_SMALL: Final = "Dat is een klein verschil."
# The noun of a figure with the word before its indicator, and the word that stands for the noun later in the sentence.
_SCORE: Final = ("de score voor", "die")
_SHARE: Final = ("het percentage bij", "dat")
_OTHERS: Final = ("het getal bij", "dat")
_NOUNS: Final[Mapping[Measure, tuple[str, str]]] = {
    Measure.SCORE: _SCORE,
    Measure.MEAN: ("het gemiddelde bij", "dat"),
    Measure.TOTAL: ("het totaal bij", "dat"),
    **dict.fromkeys(SHARES, _SHARE),
}


@dataclass(frozen=True, slots=True)
class Indicator:
    """A question or theme score by its Dutch title. `polarity` says whether a high figure is good, bad, or neither."""

    title: str
    measure: Measure
    polarity: Polarity

    @property
    def name(self) -> str:
        """Return what is counted, to stand within a sentence.

        >>> Indicator("Toegang", Measure.SCORE, Polarity.POSITIVE).name
        'de score voor ‘Toegang’'
        """
        return f"{self._noun[0]} ‘{self.title}’"

    @property
    def short_name(self) -> str:
        """Return what is counted without the indicator, where that was named already: 'de score'."""
        return self._noun[0].rpartition(" ")[0]

    @property
    def pronoun(self) -> str:
        """Return the word that stands for what is counted: 'die' or 'dat'."""
        return self._noun[1]

    @property
    def unit(self) -> Unit:
        """Return what a difference is counted in."""
        if self.measure in SHARES:
            return PERCENTAGE_POINTS
        return POINTS if self.measure is Measure.SCORE else _BARE

    @property
    def _noun(self) -> tuple[str, str]:
        return _NOUNS.get(self.measure, _OTHERS)

    def told(self, change: ReleasedChange) -> ReleasedChange:
        """Return a change in the unit of its words: that of shares in points of percentages."""
        if self.measure not in SHARES:
            return change
        return ReleasedChange(change.value * 100, _hundredfold(change.interval), _hundredfold(change.joint))


def _hundredfold(interval: Interval) -> Interval:
    return Interval(interval.low * 100, interval.high * 100)


@dataclass(frozen=True, slots=True)
class Gap:
    """A difference that can be told, in the unit of its words. `claimed`: it may be called one; `relevant`: it is not a small one."""

    indicator: Indicator
    value: float
    interval: Interval
    claimed: bool
    relevant: bool = True

    @property
    def side(self) -> str:
        """Return to which side a claimed difference lies."""
        return "hoger" if self.value > 0 else "lager"

    @property
    def size(self) -> str:
        """Return how large a claimed difference is, as a sentence; also that it is a small one."""
        sizes = f"Het verschil is {size_words(self.value, self.interval, self.indicator.unit)}."
        return sizes if self.relevant else f"{sizes} {_SMALL}"

    @property
    def good(self) -> str:
        """Return whether the side of a claimed difference is good, as a sentence; empty where the indicator has no direction.

        >>> indicator = Indicator("Wachten", Measure.SCORE, Polarity.NEGATIVE)
        >>> Gap(indicator, -4.0, Interval(-7.0, -1.0), claimed=True).good
        'Lager is hier beter.'
        """
        if self.indicator.polarity is Polarity.NONE:
            return ""
        better = (self.value > 0) == (self.indicator.polarity is Polarity.POSITIVE)
        return f"{self.side.capitalize()} is hier {'beter' if better else 'minder goed'}."

    @property
    def place(self) -> str:
        """Return where a difference lies that may not be told, as a sentence; also why, when by itself it could be."""
        seen = _reads_beside_zero(self.interval)
        # Where the interval reads as one that touches zero, more decimals would only show how little is beside it.
        decimals = interval_decimals(self.interval) if seen else 1
        bounds = signed_bounds(self.interval, self.indicator.unit, decimals=decimals, between="en")
        where = f"Het verschil ligt waarschijnlijk tussen {bounds}."
        return f"{where} {MANY_AT_ONCE}" if seen else where


def gap_of(indicator: Indicator, found: Comparison | ReleasedChange) -> Gap:
    """Return a comparison with a reference, or a change, as it may be told.

    >>> indicator = Indicator("Toegang", Measure.SCORE, Polarity.POSITIVE)
    >>> gap_of(indicator, ReleasedChange(1.5, Interval(0.00001, 3.0), Interval(0.00001, 3.0))).claimed
    False
    """
    if isinstance(found, Comparison):
        carried, relevant = claims_difference(found), found.relevant
        change = ReleasedChange(found.difference, found.interval, found.interval)
    else:
        carried, relevant, change = claims_change(found), True, found
    told = indicator.told(change)
    claimed = carried and _reads_beside_zero(told.interval)
    return Gap(indicator, told.value, told.interval, claimed, relevant)


def _reads_beside_zero(interval: Interval) -> bool:
    """Return whether an interval lies beside zero, also as it is rounded in a sentence."""
    if not beside_zero(interval):
        return False
    nothing = number_words(0.0, decimals=(decimals := interval_decimals(interval)))
    return nothing not in {number_words(bound, decimals=decimals) for bound in (interval.low, interval.high)}
