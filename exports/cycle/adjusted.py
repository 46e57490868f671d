"""Sentences about a score that was adjusted for who answered: beside the raw one, and beside the average of municipalities.

They are in whole points, because the figures are. That a score moves says that other people answer here, and nothing of the help.
"""

from __future__ import annotations

from collections.abc import Sequence

from babel.lists import format_list

from analysis.release.adjusting import AdjustedScore
from analysis.results import Interval
from exports.claim_wording import MANY_AT_ONCE, POINTS
from exports.cycle.indicators import Gap, Indicator
from exports.cycle.numbers import signed_bounds
from exports.wording import DUTCH, beside_zero, count_words

# As both are shown: the true move is then less than a point, whichever way the adjusted score was rounded.
_LESS_THAN_A_POINT = 0.5


def adjusted_for(adjusters: Sequence[str]) -> str:
    """Return what was adjusted for, by the titles of the questions.

    >>> adjusted_for(["Leeftijd", "Geslacht"])
    'Aangepast voor leeftijd en geslacht'
    """
    return f"Aangepast voor {format_list([title.lower() for title in adjusters], locale=DUTCH)}"


def adjusted_sentence(indicator: Indicator, raw: float, found: AdjustedScore, adjusters: Sequence[str]) -> str:
    """Return an adjusted score, and how far it lies from the raw one as both are shown.

    >>> from analysis.results import Measure
    >>> from questionnaires.scales import Polarity
    >>> toegang = Indicator("Toegang", Measure.SCORE, Polarity.POSITIVE)
    >>> adjusted_sentence(toegang, 67.3, AdjustedScore(66, 4, -3, 5, 0), ["Leeftijd"])
    'Aangepast voor leeftijd is de score voor ‘Toegang’ ongeveer 66. Aanpassen maakt de score ongeveer 1 punt lager.'
    >>> adjusted_sentence(toegang, 66.3, AdjustedScore(66, 4, -3, 5, 0), ["Leeftijd"])
    'Aangepast voor leeftijd is de score voor ‘Toegang’ ongeveer 66. Aanpassen verandert de score minder dan een punt.'
    """
    moved = found.value - raw
    if abs(moved) < _LESS_THAN_A_POINT:
        how = f"verandert {indicator.short_name} minder dan een punt"
    else:
        points = count_words(max(1, round(abs(moved))), POINTS.one, POINTS.many)
        how = f"maakt {indicator.short_name} ongeveer {points} {'hoger' if moved > 0 else 'lager'}"
    return f"{adjusted_for(adjusters)} is {indicator.name} ongeveer {found.value}. Aanpassen {how}."


def adjusted_average_sentence(indicator: Indicator, found: AdjustedScore) -> str:
    """Return what an adjusted score allows to say beside the average of municipalities that were adjusted alike.

    >>> from analysis.results import Measure
    >>> from questionnaires.scales import Polarity
    >>> toegang = Indicator("Toegang", Measure.SCORE, Polarity.POSITIVE)
    >>> adjusted_average_sentence(toegang, AdjustedScore(66, 4, -6, 3, -1))
    'Aangepast is de score voor ‘Toegang’ lager dan het gemiddelde van de gemeenten. Het verschil ligt waarschijnlijk tussen
    −9 en −3 punten. Lager is hier minder goed.'
    >>> adjusted_average_sentence(toegang, AdjustedScore(66, 4, -3, 5, 0))
    'Aangepast zien we geen duidelijk verschil tussen de score voor ‘Toegang’ en het gemiddelde van de gemeenten. Het verschil ligt
    waarschijnlijk tussen −8 en +2 punten.'
    """
    interval = Interval(found.difference - found.difference_margin, found.difference + found.difference_margin)
    gap = Gap(indicator, found.difference, interval, claimed=found.side != 0)
    where = f"Het verschil ligt waarschijnlijk tussen {signed_bounds(interval, POINTS, decimals=0, between='en')}."
    if gap.claimed:
        verdict = f"Aangepast is {indicator.name} {gap.side} dan het gemiddelde van de gemeenten."
        return " ".join(part for part in (verdict, where, gap.good) if part)
    unclear = f"Aangepast zien we geen duidelijk verschil tussen {indicator.name} en het gemiddelde van de gemeenten."
    return f"{unclear} {where}" + (f" {MANY_AT_ONCE}" if beside_zero(interval) else "")
