"""Why a figure of a series is not there: the reasons of releases, and the one that only series know."""

from __future__ import annotations

from typing import Final

from analysis.results import NotEstimable, Suppressed
from exports.cycle.indicators import Indicator
from exports.cycle.periods import period_of
from exports.wording import SUPPRESSED_WORDS, reason_words

# What is hidden, without why: that can be too much to tell.
HIDDEN: Final = "hidden"
_HIDDEN_WORDS: Final = "niet getoond: anders is een te kleine groep uit te rekenen"


def hidden_sentence(indicator: Indicator, reason: str, period: str, *, floor: int) -> str:
    """Return why a figure of an indicator is not there in a period.

    >>> from analysis.results import Measure
    >>> from questionnaires.scales import Polarity
    >>> access = Indicator("Toegang", Measure.SCORE, Polarity.POSITIVE)
    >>> hidden_sentence(access, "fewer_than_floor", "2026-03", floor=10)
    'In maart 2026 is de score voor ‘Toegang’ niet getoond: minder dan 10 mensen.'
    >>> hidden_sentence(access, "not_asked", "2026-03", floor=10)
    'In maart 2026 is de score voor ‘Toegang’ niet te berekenen: de vraag is hier niet gesteld.'
    """
    when = period_of(period).within
    return f"{when[0].upper()}{when[1:]} is {indicator.name} {_reason(reason, floor)}."


def _reason(reason: str, floor: int) -> str:
    if reason == HIDDEN:
        return _HIDDEN_WORDS
    return reason_words(Suppressed(reason) if reason in SUPPRESSED_WORDS else NotEstimable(reason, 0), floor=floor)
