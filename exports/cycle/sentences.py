"""Sentences about an indicator of one municipality: beside others, through time, and after an action.

They claim no difference that its interval does not carry and name no cause. What stays open is said: that is a sentence too.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from enum import StrEnum
from typing import Final

from analysis.results import Comparison
from analysis.series.released_changes import ReleasedChange, ReleasedFigure
from exports.cycle.indicators import Gap, Indicator, gap_of
from exports.cycle.periods import period_of
from exports.release.change_words import changes_of
from exports.wording import (
    count_words,
    date_words,
    interval_words,
    value_words,
)


class Beside(StrEnum):
    """Whom a municipality is held against."""

    NATION = "nation"
    REGION = "region"
    SIZE_CLASS = "size_class"
    OWN_LIST = "own_list"
    ALIKE = "alike"


BESIDE_WORDS: Final[Mapping[Beside, str]] = {
    Beside.NATION: "alle gemeenten samen",
    Beside.REGION: "de gemeenten in de regio",
    Beside.SIZE_CLASS: "gemeenten van dezelfde grootte",
    Beside.OWN_LIST: "de gemeenten op de eigen lijst",
    Beside.ALIKE: "de gemeenten die het meest op deze gemeente lijken",
}


def figure_sentence(indicator: Indicator, figure: ReleasedFigure, period: str) -> str:
    """Return a figure of a period with its interval.

    >>> from analysis.results import Interval, Measure
    >>> from questionnaires.scales import Polarity
    >>> toegang = Indicator("Toegang", Measure.SCORE, Polarity.POSITIVE)
    >>> figure_sentence(toegang, ReleasedFigure(72.4, Interval(69.8, 75.0)), "2026-03")
    'In maart 2026 is de score voor ‘Toegang’ 72,4. De echte score ligt waarschijnlijk tussen
    69,8 en 75,0.'
    """
    return f"{_capital(period_of(period).within)} is {indicator.name} {_value(indicator, figure)}"


def rolling_sentence(indicator: Indicator, figure: ReleasedFigure, period: str, periods: int) -> str:
    """Return a mean over some periods up to one, with its interval.

    >>> from analysis.results import Interval, Measure
    >>> from questionnaires.scales import Polarity
    >>> toegang = Indicator("Toegang", Measure.SCORE, Polarity.POSITIVE)
    >>> rolling_sentence(toegang, ReleasedFigure(72.4, Interval(69.8, 75.0)), "2026-03", 3)
    'Over 3 maanden samen, tot en met maart 2026, is de score voor ‘Toegang’ 72,4. De echte score ligt waarschijnlijk tussen
    69,8 en 75,0.'
    """
    last = period_of(period)
    together = f"{count_words(periods, last.one, last.many)}{' samen' if periods > 1 else ''}"
    return f"Over {together}, tot en met {last.name}, is {indicator.name} {_value(indicator, figure)}"


def beside_sentence(indicator: Indicator, found: Comparison | ReleasedChange, reference: str) -> str:
    """Return what a comparison allows to say next to a reference: one of `BESIDE_WORDS`, or another noun in the plural.

    `found` is the own figure minus that of the reference, in the unit of the figures.

    >>> from analysis.results import Interval, Measure
    >>> from questionnaires.scales import Polarity
    >>> found = ReleasedChange(-4.0, Interval(-7.0, -1.0), Interval(-7.5, -0.5))
    >>> beside_sentence(Indicator("Toegang", Measure.SCORE, Polarity.POSITIVE), found, BESIDE_WORDS[Beside.NATION])
    'De score voor ‘Toegang’ is lager dan die van alle gemeenten samen. Het verschil is 4,0 punten (waarschijnlijk tussen 1,0 en
    7,0 punten). Lager is hier minder goed.'
    """
    gap = gap_of(indicator, found)
    if not gap.claimed:
        other = f"{indicator.pronoun} van {reference}"
        return f"We zien geen duidelijk verschil tussen {indicator.name} en {other}. {gap.place}"
    return _claim(gap, f"{_capital(indicator.name)} is {gap.side} dan {indicator.pronoun} van {reference}.")


def change_since_sentence(indicator: Indicator, change: ReleasedChange, since: str) -> str:
    """Return what a change allows to say since an earlier period, by the name that `period_of` knows.

    >>> from analysis.results import Interval, Measure
    >>> from questionnaires.scales import Polarity
    >>> found = ReleasedChange(1.2, Interval(-0.8, 3.2), Interval(-0.8, 3.2))
    >>> change_since_sentence(Indicator("Toegang", Measure.SCORE, Polarity.POSITIVE), found, "2025-03")
    'Bij ‘Toegang’ zien we geen duidelijk verschil met maart 2025. Het verschil ligt waarschijnlijk tussen -0,8 en 3,2 punten.'
    """
    gap, then = gap_of(indicator, change), period_of(since)
    if not gap.claimed:
        return f"Bij ‘{indicator.title}’ zien we geen duidelijk verschil met {then.name}. {gap.place}"
    return _claim(gap, f"{_capital(indicator.name)} is {gap.side} dan {then.within}.")


def action_sentence(action: str, decided_on: date, indicator: Indicator, change: ReleasedChange, since: str) -> str:
    """Return when an action was decided, what a change of its indicator allows to say since a period, and that this is no proof.

    The figure to begin with need not be of the day of the decision: it may have been chosen later.

    >>> from analysis.results import Interval, Measure
    >>> from questionnaires.scales import Polarity
    >>> found = ReleasedChange(4.0, Interval(1.0, 7.0), Interval(0.5, 7.5))
    >>> print(action_sentence("Terugbellen", date(2026, 3, 1), Indicator("Toegang", Measure.SCORE, Polarity.POSITIVE), found, "2026-02"))
    De actie ‘Terugbellen’ is afgesproken op 1 maart 2026. De score voor ‘Toegang’ is hoger dan in februari 2026. Het verschil is
    4,0 punten (waarschijnlijk tussen 1,0 en 7,0 punten). Hoger is hier beter. Of dat door de actie komt, is hiermee niet te zeggen.
    """
    said = f"{_agreed(action, decided_on)} {change_since_sentence(indicator, change, since)}"
    return (
        f"{said} Of dat door de actie komt, is hiermee niet te zeggen." if gap_of(indicator, change).claimed else said
    )


def waiting_action_sentence(action: str, decided_on: date, indicator: Indicator) -> str:
    """Return that nothing was measured yet since an action was decided."""
    return f"{_agreed(action, decided_on)} Voor ‘{indicator.title}’ is er nog geen nieuw cijfer om mee te vergelijken."


def broken_action_sentence(action: str, decided_on: date, indicator: Indicator) -> str:
    """Return that nothing can be said, because the question changed since an action was decided."""
    return (
        f"{_agreed(action, decided_on)} ‘{indicator.title}’ is daarna anders gemeten. "
        f"Of {indicator.short_name} is veranderd, is daarom niet te zeggen."
    )


def break_sentence(indicator: Indicator, after: str, changes: Sequence[str] = ()) -> str:
    """Return that an indicator may not be compared with before a period, and what changed, by the codes of `Change`.

    >>> from analysis.results import Measure
    >>> from questionnaires.scales import Polarity
    >>> break_sentence(Indicator("Toegang", Measure.SCORE, Polarity.POSITIVE), "2026-03", ["reworded", "points"])
    'Vanaf maart 2026 is ‘Toegang’ anders gemeten. Veranderd: de woorden van de vraag; het aantal antwoorden op de schaal. Vergelijk niet
    met daarvoor.'
    """
    what = f" {changes_of(list(dict.fromkeys(changes)))}" if changes else ""
    return f"Vanaf {period_of(after).name} is ‘{indicator.title}’ anders gemeten.{what} Vergelijk niet met daarvoor."


def _claim(gap: Gap, verdict: str) -> str:
    return " ".join(part for part in (verdict, gap.size, gap.good) if part)


def _agreed(action: str, decided_on: date) -> str:
    return f"De actie ‘{action}’ is afgesproken op {date_words(decided_on)}."


def _value(indicator: Indicator, figure: ReleasedFigure) -> str:
    """Return a figure that ends a sentence, and one about where the true one lies."""
    article, noun = indicator.short_name.split()
    interval = interval_words(figure.interval, indicator.measure).replace(" tot ", " en ")
    value = value_words(figure.value, indicator.measure)
    return f"{value}. {article.capitalize()} echte {noun} ligt waarschijnlijk tussen {interval}."


def _capital(text: str) -> str:
    return f"{text[0].upper()}{text[1:]}"
