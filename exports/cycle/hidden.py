"""Why a figure of the cycle is not there: the reasons of releases, and those that only series, stories and persons know."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from analysis.results import NotEstimable, Suppressed
from exports.cycle.indicators import Indicator
from exports.wording import SUPPRESSED_WORDS, reason_words

# Apart from those of `wording`: a release lists all that it can say, and it can say none of these.
_WORDS: Final[Mapping[str, str]] = {
    "hidden": "niet getoond: anders is een te kleine groep uit te rekenen",
    "short_baseline": "nog niet te zeggen: er zijn te weinig metingen om te weten wat gewoon is",
    "fewer_than_three_waves": "niet te berekenen: er zijn minder dan drie metingen",
    "too_few_respondents": "niet te berekenen: te weinig mensen gaven antwoord",
    "too_few_pairs": "niet te berekenen: te weinig mensen deden twee keer mee",
    "too_few_stories": "niet te berekenen: er zijn nog geen tien verhalen die meer lezers lazen",
    "same_code": "niet te berekenen: de lezers kozen bij elk verhaal hetzelfde",
    "no_direction": "niet te zeggen: bij deze vraag is hoog niet beter of slechter dan laag",
}


def hidden_words(reason: str, *, floor: int) -> str:
    """Return why a figure is not there, by its reason.

    >>> hidden_words("short_baseline", floor=10)
    'nog niet te zeggen: er zijn te weinig metingen om te weten wat gewoon is'
    >>> hidden_words("fewer_than_floor", floor=10), hidden_words("not_asked", floor=10)
    ('niet getoond: minder dan 10 mensen', 'niet te berekenen: de vraag is hier niet gesteld')
    """
    if reason in _WORDS:
        return _WORDS[reason]
    return reason_words(Suppressed(reason) if reason in SUPPRESSED_WORDS else NotEstimable(reason, 0), floor=floor)


def hidden_sentence(indicator: Indicator, reason: str, *, floor: int) -> str:
    """Return why a figure of an indicator is not there.

    >>> from analysis.results import Measure
    >>> from questionnaires.scales import Polarity
    >>> hidden_sentence(Indicator("Toegang", Measure.SCORE, Polarity.POSITIVE), "fewer_than_floor", floor=10)
    'De score voor ‘Toegang’ is niet getoond: minder dan 10 mensen.'
    """
    name = indicator.name
    return f"{name[0].upper()}{name[1:]} is {hidden_words(reason, floor=floor)}."
