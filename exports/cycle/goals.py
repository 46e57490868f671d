"""Sentences about goals: whether a target was met, with the probability that it was."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from analysis.results import SHARES
from analysis.series.released_changes import ReleasedFigure
from exports.cycle.indicators import Indicator
from exports.cycle.sentences import figure_sentence
from exports.wording import number_words, percentage_words, value_words
from questionnaires.scales import Polarity

# As far out as the bound of an interval of 95 %: then this interval lies on one side of the target.
CLAIMED: Final = 0.975
_LIKELY: Final = 0.8
_AIMS: Final[Mapping[Polarity, str]] = {
    Polarity.POSITIVE: "{} of hoger",
    Polarity.NEGATIVE: "{} of lager",
    Polarity.NONE: "rond {}",
}


def goal_sentence(
    indicator: Indicator,
    figure: ReleasedFigure,
    period: str,
    *,
    target: float,
    tolerance: float,
    chances: tuple[float, float],
) -> str:
    """Return how an indicator stands to its target in a period. `target` and `tolerance` are in its unit.

    The polarity of the indicator is that of the goal: which way is good enough. `target` is that of the path at this moment, `chances`
    the probabilities, 0-1, that the true figure meets it, give or take the tolerance, and that it lies beyond a bound (`Progress`).

    >>> from analysis.results import Interval, Measure
    >>> toegang, figure = Indicator("Toegang", Measure.SCORE, Polarity.POSITIVE), ReleasedFigure(74.0, Interval(70.0, 78.0))
    >>> print(goal_sentence(toegang, figure, "2026-03", target=75.0, tolerance=2.0,
    ...                     chances=(0.69, 0.31)))
    In maart 2026 is de score voor ‘Toegang’ 74,0. De echte score ligt waarschijnlijk tussen 70,0 en 78,0. Voor dat moment is
    het doel 75,0 of hoger, met een ruimte van 2,0 punten. De kans dat het doel is gehaald, is ongeveer 69%. Dat is nog niet zeker: het
    kan beide kanten op.
    """
    return f"{figure_sentence(indicator, figure, period)} {_target(indicator, target, tolerance)} {_chance_sentence(*chances)}"


def no_room_sentence(indicator: Indicator, figure: ReleasedFigure, period: str, *, target: float) -> str:
    """Return how an indicator that should lie around a target stands, where nobody said how far from it is near enough: no verdict.

    >>> from analysis.results import Interval, Measure
    >>> uren, figure = Indicator("Uren hulp", Measure.MEAN, Polarity.NONE), ReleasedFigure(4.2, Interval(3.8, 4.6))
    >>> print(no_room_sentence(uren, figure, "2026", target=4.0))
    Bij de meting van 2026 is het gemiddelde bij ‘Uren hulp’ 4,2. Het echte gemiddelde ligt waarschijnlijk tussen 3,8 en 4,6. Voor dat
    moment is het doel rond 4,0. Er is niet ingevuld hoeveel het cijfer ernaast mag liggen. Daarom is niet te zeggen of het doel is
    gehaald. Vul die ruimte in bij het doel.
    """
    return (
        f"{figure_sentence(indicator, figure, period)} {_target(indicator, target, 0.0)} "
        "Er is niet ingevuld hoeveel het cijfer ernaast mag liggen. "
        "Daarom is niet te zeggen of het doel is gehaald. Vul die ruimte in bij het doel."
    )


def _chance_sentence(chance: float, missed: float) -> str:
    """Return whether a goal was met, and how sure that is. Missed is what lies beyond one bound, not what is merely uncertain.

    >>> _chance_sentence(0.997, 0.003)
    'Het doel is gehaald. De kans daarop is meer dan 99%.'
    >>> _chance_sentence(0.1, 0.9)
    'De kans dat het doel is gehaald, is ongeveer 10%. Dat is nog niet zeker: waarschijnlijk niet.'
    >>> _chance_sentence(0.1, 0.45)
    'De kans dat het doel is gehaald, is ongeveer 10%. Dat is nog niet zeker: het cijfer is te onzeker voor deze ruimte.'
    """
    if chance >= CLAIMED:
        return f"Het doel is gehaald. De kans daarop is {_chance_words(chance)}."
    if missed >= CLAIMED:
        return f"Het doel is niet gehaald. De kans dat het wel is gehaald, is {_chance_words(chance)}."
    return f"De kans dat het doel is gehaald, is {_chance_words(chance)}. Dat is nog niet zeker: {_leaning(chance, missed)}."


def _leaning(chance: float, missed: float) -> str:
    if chance >= _LIKELY:
        return "waarschijnlijk wel"
    if missed >= _LIKELY:
        return "waarschijnlijk niet"
    # Small, and yet on neither side: the interval reaches over both ends of the room.
    return "het cijfer is te onzeker voor deze ruimte" if chance <= 1 - _LIKELY else "het kan beide kanten op"


def _chance_words(chance: float) -> str:
    """Return a probability in words; nothing is impossible or certain.

    >>> _chance_words(0.999), _chance_words(0.0), _chance_words(0.87)
    ('meer dan 99%', 'minder dan 1%', 'ongeveer 87%')
    """
    least = 0.01
    if chance < least:
        return f"minder dan {percentage_words(least)}"
    if chance > 1 - least:
        return f"meer dan {percentage_words(1 - least)}"
    return f"ongeveer {percentage_words(chance)}"


def _target(indicator: Indicator, target: float, tolerance: float) -> str:
    aim = f"Voor dat moment is het doel {_AIMS[indicator.polarity].format(value_words(target, indicator.measure))}"
    size = number_words(tolerance * 100 if indicator.measure in SHARES else tolerance, decimals=1)
    if size == number_words(0.0, decimals=1):
        return f"{aim}."
    noun = indicator.unit.one if size == "1,0" else indicator.unit.many
    return f"{aim}, met een ruimte van {size} {noun}".rstrip() + "."
