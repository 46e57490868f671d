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
    indicator: Indicator, figure: ReleasedFigure, period: str, *, target: float, tolerance: float, chance: float
) -> str:
    """Return how an indicator stands to its target in a period. `target` and `tolerance` are in its unit.

    The polarity of the indicator is that of the goal: which way is good enough. `target` is that of the path at this moment, `chance`
    the probability, 0-1, that the true figure meets it, give or take the tolerance.

    >>> from analysis.results import Interval, Measure
    >>> toegang, figure = Indicator("Toegang", Measure.SCORE, Polarity.POSITIVE), ReleasedFigure(74.0, Interval(70.0, 78.0))
    >>> print(goal_sentence(toegang, figure, "2026-03", target=75.0, tolerance=2.0, chance=0.69))
    In maart 2026 is de score voor ‘Toegang’ 74,0. De echte score ligt waarschijnlijk tussen 70,0 en 78,0. Voor dat moment is
    het doel 75,0 of hoger, met een ruimte van 2,0 punten. De kans dat het doel is gehaald, is ongeveer 69%. Dat is nog niet zeker: het
    kan beide kanten op.
    """
    return f"{figure_sentence(indicator, figure, period)} {_target(indicator, target, tolerance)} {_chance_sentence(chance)}"


def _chance_sentence(chance: float) -> str:
    """Return whether a goal was met, and how sure that is.

    >>> _chance_sentence(0.997)
    'Het doel is gehaald. De kans daarop is meer dan 99%.'
    >>> _chance_sentence(0.1)
    'De kans dat het doel is gehaald, is ongeveer 10%. Dat is nog niet zeker: waarschijnlijk niet.'
    """
    if chance >= CLAIMED:
        return f"Het doel is gehaald. De kans daarop is {_chance_words(chance)}."
    if chance <= 1 - CLAIMED:
        return f"Het doel is niet gehaald. De kans dat het wel is gehaald, is {_chance_words(chance)}."
    likely = "waarschijnlijk wel" if chance >= _LIKELY else "waarschijnlijk niet" if chance <= 1 - _LIKELY else ""
    return (
        f"De kans dat het doel is gehaald, is {_chance_words(chance)}. "
        f"Dat is nog niet zeker: {likely or 'het kan beide kanten op'}."
    )


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
