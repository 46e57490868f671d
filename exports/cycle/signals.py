"""Sentences about antennes: what a control chart saw, how often it is wrong, and that a signal is no verdict."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import StrEnum
from math import floor
from typing import Final

from exports.cycle.indicators import Indicator
from exports.cycle.periods import Period, period_of
from exports.wording import count_words, number_words
from questionnaires.scales import Polarity


class Side(StrEnum):
    """On which side of the limits a period lies."""

    ABOVE = "above"
    BELOW = "below"


NO_VERDICT: Final = "Een signaal is geen oordeel, maar een reden om erover te praten."
_SIDES: Final[Mapping[Side, tuple[str, str]]] = {Side.ABOVE: ("boven", "Hoger"), Side.BELOW: ("onder", "Lager")}
_SIGNIFICANT_DIGITS: Final = 2
# A rate of 1 in 370 must not become 369 by the way in which computers keep fractions, or by its rounding where it was kept.
_NEARLY: Final = 0.5


def signal_sentence(
    indicator: Indicator, signals: Sequence[tuple[str, str]], *, false_alarm_rate: float, newest: str
) -> str:
    """Return what a control chart found: its last signal, how many came before, and how often it is a false one.

    `signals` are periods with "above" or "below", the oldest first; `newest` is the last period that was watched; `false_alarm_rate`
    that of a period in which nothing changed, as a fraction.

    >>> from analysis.results import Measure
    >>> toegang = Indicator("Toegang", Measure.SCORE, Polarity.POSITIVE)
    >>> print(signal_sentence(toegang, [("2026-03", "below")], false_alarm_rate=0.0027, newest="2026-03"))
    In maart 2026 is er een signaal: de score voor ‘Toegang’ ligt de laatste tijd onder wat gewoon is. Lager is hier minder goed.
    Ook als er niets verandert, komt er in hoogstens 1 op de 370 maanden een signaal. Een signaal is geen oordeel, maar een reden om
    erover te praten.
    >>> signal_sentence(toegang, [], false_alarm_rate=0.0027, newest="2026-03")
    'Tot en met maart 2026 is er geen signaal bij ‘Toegang’. Een kleine verandering zien we zo niet altijd.'
    """
    last = period_of(newest)
    if not signals:
        return (
            f"Tot en met {last.name} is er geen signaal bij ‘{indicator.title}’. "
            "Een kleine verandering zien we zo niet altijd."
        )
    found = period_of(signals[-1][0])
    where, side = _SIDES[Side(signals[-1][1])]
    verb = "ligt de laatste tijd" if signals[-1][0] == newest else "lag toen"
    is_there = "is" if signals[-1][0] == newest else "was"
    parts = [
        f"{found.within[0].upper()}{found.within[1:]} {is_there} er een signaal: {indicator.name} {verb} {where} wat gewoon is.",
        _good(indicator, side),
        _before(len(signals) - 1, found),
        false_alarm_sentence(false_alarm_rate, last.one, last.many),
        NO_VERDICT,
    ]
    return " ".join(part for part in parts if part)


def false_alarm_sentence(rate: float, one: str, many: str) -> str:
    """Return how often, at most, a signal comes when nothing changes; empty where no rate is stated.

    >>> false_alarm_sentence(0.0027, "maand", "maanden")
    'Ook als er niets verandert, komt er in hoogstens 1 op de 370 maanden een signaal.'
    """
    if not 0 < rate < 1:
        return ""
    return f"Ook als er niets verandert, komt er in hoogstens 1 op de {count_words(_at_least(1 / rate), one, many)} een signaal."


def _at_least(number: float) -> int:
    """Return a whole number of at least 2, rounded down to two digits: nobody knows a rate more exactly.

    >>> _at_least(370.37), _at_least(12_345.0), _at_least(1.2)
    (370, 12000, 2)
    """
    whole = max(floor(number + _NEARLY), 2)
    unit: int = 10 ** max(len(str(whole)) - _SIGNIFICANT_DIGITS, 0)
    return whole // unit * unit


def _good(indicator: Indicator, side: str) -> str:
    if indicator.polarity is Polarity.NONE:
        return ""
    better = (side == "Hoger") == (indicator.polarity is Polarity.POSITIVE)
    return f"{side} is hier {'beter' if better else 'minder goed'}."


def _before(count: int, period: Period) -> str:
    if count == 0:
        return ""
    if count == 1:
        return f"Ook {period.preposition} 1 {period.another} was er een signaal."
    return f"Ook {period.preposition} {number_words(count)} andere {period.many} waren er signalen."
