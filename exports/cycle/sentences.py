"""Sentences about an indicator of one municipality: beside others, through time, and after an action.

They claim no difference that its interval does not carry and name no cause. What stays open is said: that is a sentence too.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from enum import StrEnum
from typing import Final, TypeAlias

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

# Why a difference cannot be told: the reasons of `analysis.series.released_changes.of_service`, and one of figures that were kept before.
UNTOLD: Final[Mapping[str, str]] = {
    "census": "alle cliënten gaven antwoord, en dan laat een cijfer niet zien hoe groot toeval is",
    "no_variation": "alle antwoorden zijn gelijk, en dan laat een cijfer niet zien hoe groot toeval is",
    "unknown_part": "niet bewaard is welk deel van de cliënten antwoord gaf",
}
_TOWARDS_USUAL: Final = (
    "Een cijfer dat eruit springt, ligt de volgende keer vaak dichter bij wat gewoon is.",
    "Dat gebeurt ook als er niets verandert.",
)
_USUAL_INSTEAD: Final = "Het signaal kijkt naar iets anders: naar wat gewoon is."
_NO_PROOF: Final = "Of dat door de actie komt, is hiermee niet te zeggen."
_USUAL_SIDES: Final[Mapping[str, str]] = {"above": "boven", "below": "onder", "": "binnen"}
# A figure and the name of its period.
Measured: TypeAlias = tuple[ReleasedFigure, str]


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
    'Bij ‘Toegang’ zien we geen duidelijk verschil met maart 2025. Het verschil ligt waarschijnlijk tussen −0,8 en +3,2 punten.'
    """
    gap, then = gap_of(indicator, change), period_of(since)
    if not gap.claimed:
        return f"Bij ‘{indicator.title}’ zien we geen duidelijk verschil met {then.name}. {gap.place}"
    return _claim(gap, f"{_capital(indicator.name)} is {gap.side} dan {then.within}.")


def windows_sentence(indicator: Indicator, change: ReleasedChange, since: str, periods: int) -> str:
    """Return what a change of a rolling mean allows to say, where there is a signal: single periods would show too little.

    `change`: the mean over the last `periods` minus that over as many up to `since`, without a period in both. A signal looks at what is
    usual, so that no clear difference with `since` is no answer to it; that is said.

    >>> from analysis.results import Interval, Measure
    >>> from questionnaires.scales import Polarity
    >>> found = ReleasedChange(-7.9, Interval(-12.0, -3.8), Interval(-12.0, -3.8))
    >>> print(windows_sentence(Indicator("Toegang", Measure.SCORE, Polarity.POSITIVE), found, "2025-10", 6))
    Eén maand laat weinig zien. Daarom vergelijken we 6 maanden samen met de 6 maanden tot en met oktober 2025. De score voor ‘Toegang’ is
    nu lager. Het verschil is 7,9 punten (waarschijnlijk tussen 3,8 en 12,0 punten). Lager is hier minder goed.
    """
    gap, then = gap_of(indicator, change), period_of(since)
    window = count_words(periods, then.one, then.many)
    why = (
        f"Eén {then.one} laat weinig zien. Daarom vergelijken we {window} samen met de {window} tot en met {then.name}."
    )
    if not gap.claimed:
        return f"{why} Bij ‘{indicator.title}’ zien we dan geen duidelijk verschil. {gap.place} {_USUAL_INSTEAD}"
    return _claim(gap, f"{why} {_capital(indicator.name)} is nu {gap.side}.")


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
    return f"{said} {_NO_PROOF}" if gap_of(indicator, change).claimed else said


def waiting_action_sentence(action: str, decided_on: date, indicator: Indicator) -> str:
    """Return that nothing was measured yet since an action was decided."""
    return f"{_agreed(action, decided_on)} Voor ‘{indicator.title}’ is er nog geen nieuw cijfer om mee te vergelijken."


def broken_action_sentence(action: str, decided_on: date, indicator: Indicator) -> str:
    """Return that nothing can be said, because the question changed since an action was decided."""
    return (
        f"{_agreed(action, decided_on)} ‘{indicator.title}’ is daarna anders gemeten. "
        f"Of {indicator.short_name} is veranderd, is daarom niet te zeggen."
    )


def untold_sentence(indicator: Indicator, other: str, reason: str) -> str:
    """Return that a difference with something (`other`, a noun) cannot be told, and why: a code of `UNTOLD`.

    >>> from analysis.results import Measure
    >>> from questionnaires.scales import Polarity
    >>> untold_sentence(Indicator("Toegang", Measure.SCORE, Polarity.POSITIVE), "maart 2025", "census")
    'Bij ‘Toegang’ noemen we geen verschil met maart 2025: alle cliënten gaven antwoord, en dan laat een cijfer niet zien hoe groot
    toeval is.'
    """
    return f"Bij ‘{indicator.title}’ noemen we geen verschil met {other}: {UNTOLD[reason]}."


def untold_action_sentence(action: str, decided_on: date, indicator: Indicator, since: str, reason: str) -> str:
    """Return when an action was decided, and that no change since a period can be told, and why: a code of `UNTOLD`."""
    return f"{_agreed(action, decided_on)} {untold_sentence(indicator, period_of(since).name, reason)}"


def usual_action_sentence(
    action: str,
    decided_on: date,
    indicator: Indicator,
    newest: Measured,
    *,
    since: str,
    usual: tuple[float, str] | None,
) -> str:
    """Return how a figure stands since an action was decided, held against what is usual and never against one striking period.

    `newest` is the newest figure and its period, `since` the period to begin with. `usual`: the usual level of the control chart with the
    side of `newest` ("above", "below", "" between the limits); None where no chart is at hand, and then nothing is held against anything.

    >>> from analysis.results import Interval, Measure
    >>> from questionnaires.scales import Polarity
    >>> toegang, newest = Indicator("Toegang", Measure.SCORE, Polarity.POSITIVE), (ReleasedFigure(70.0, Interval(66.0, 74.0)), "2026-06")
    >>> print(usual_action_sentence("Terugbellen", date(2026, 3, 1), toegang, newest, since="2026-02", usual=(71.0, "")))
    De actie ‘Terugbellen’ is afgesproken op 1 maart 2026. In juni 2026 is de score voor ‘Toegang’ 70,0. De echte score ligt
    waarschijnlijk tussen 66,0 en 74,0. Gewoon is ongeveer 71,0. De score ligt de laatste tijd binnen wat gewoon is. We vergelijken niet
    met februari 2026 alleen. Een cijfer dat eruit springt, ligt de volgende keer vaak dichter bij wat gewoon is. Dat gebeurt ook als er
    niets verandert.
    """
    figure, period = newest
    then = period_of(since)
    said = [_agreed(action, decided_on), figure_sentence(indicator, figure, period)]
    if usual is None:
        said.append(f"We vergelijken dat niet met {then.name}.")
    else:
        level, side = usual
        said.append(f"Gewoon is ongeveer {value_words(level, indicator.measure)}.")
        said.append(f"{_capital(indicator.short_name)} ligt de laatste tijd {_USUAL_SIDES[side]} wat gewoon is.")
        if side:
            said.append(_NO_PROOF)
        said.append(f"We vergelijken niet met {then.name} alleen.")
    return " ".join([*said, *_TOWARDS_USUAL])


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
