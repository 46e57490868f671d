"""Sentences about stories: how many are about something, and whether two readers agree."""

from __future__ import annotations

from typing import Final

from analysis.results import Interval
from exports.wording import count_words, number_words

NO_COUNT_OF_PEOPLE: Final = "Verhalen laten zien wat mensen meemaken. Ze tellen niet hoe vaak iets voorkomt."
# Of the lower bound of kappa. Source: Landis & Koch (1977), Biometrics 33, 159-174: from 0.61 substantial, from 0.41 moderate.
_MOSTLY: Final = 0.6
_FAIRLY: Final = 0.4


def stories_sentence(about: str, told: int, stories: int) -> str:
    """Return how many of the stories are about something.

    >>> stories_sentence("Wachten", 12, 40), stories_sentence("Wachten", 1, 40)
    ('12 van de 40 verhalen gaan over ‘Wachten’.', '1 van de 40 verhalen gaat over ‘Wachten’.')
    >>> stories_sentence("Wachten", 0, 40), stories_sentence("Wachten", 0, 0)
    ('Geen van de 40 verhalen gaat over ‘Wachten’.', 'Er zijn nog geen verhalen.')
    """
    if stories == 0:
        return "Er zijn nog geen verhalen."
    if stories == 1:
        return f"Er is 1 verhaal. Dat gaat {'' if told else 'niet '}over ‘{about}’."
    if told == stories:
        return f"Alle {number_words(stories)} verhalen gaan over ‘{about}’."
    how_many = "Geen" if told == 0 else number_words(told)
    return f"{how_many} van de {number_words(stories)} verhalen {'gaat' if told <= 1 else 'gaan'} over ‘{about}’."


def few_stories_sentence(about: str, floor: int) -> str:
    """Return that too few stories are about something to tell how many.

    >>> few_stories_sentence("Wachten", 10)
    'Minder dan 10 verhalen gaan over ‘Wachten’. Hoeveel precies, laten we niet zien.'
    """
    return f"Minder dan {count_words(floor, 'verhaal', 'verhalen')} gaan over ‘{about}’. Hoeveel precies, laten we niet zien."


def codes_sentence(codes: int, stories: int) -> str:
    """Return how many codes readers gave to how many stories.

    >>> codes_sentence(1, 1), codes_sentence(0, 3)
    ('Lezers gaven 1 code aan 1 verhaal.', 'Lezers gaven nog geen codes aan 3 verhalen.')
    """
    given = count_words(codes, "code", "codes", none="nog geen")
    return f"Lezers gaven {given} aan {count_words(stories, 'verhaal', 'verhalen')}."


def agreement_sentence(code: str, agreed: int, stories: int, *, kappa: float, interval: Interval) -> str:
    """Return whether two readers agree about a code; how well is told by the lower bound of kappa, and by nothing else.

    >>> agreement_sentence("Wachten", 38, 42, kappa=0.72, interval=Interval(0.55, 0.89))
    'Twee lezers lazen 42 verhalen. Over ‘Wachten’ zijn ze het bij 38 verhalen eens. De maat daarvoor (kappa) is 0,72 (waarschijnlijk
    tussen 0,55 en 0,89). Ze lezen dit vaak op dezelfde manier.'
    """
    low, high = (min(max(bound, -1.0), 1.0) for bound in (interval.low, interval.high))
    read = f"Twee lezers lazen {count_words(stories, 'verhaal', 'verhalen')}."
    alike = f"Over ‘{code}’ zijn ze het bij {count_words(agreed, 'verhaal', 'verhalen')} eens."
    value, lowest, highest = (number_words(it, decimals=2) for it in (kappa, low, high))
    size = f"De maat daarvoor (kappa) is {value} (waarschijnlijk tussen {lowest} en {highest})."
    return f"{read} {alike} {size} {_verdict(low)}"


def _verdict(low: float) -> str:
    if low >= _MOSTLY:
        return "Ze lezen dit bijna altijd op dezelfde manier."
    if low >= _FAIRLY:
        return "Ze lezen dit vaak op dezelfde manier."
    if round(low, 2) > 0:
        return (
            "Ze zijn het vaker eens dan bij toeval, maar lezen dit ook vaak anders. Praat erover wat de code betekent."
        )
    return "Het kan toeval zijn dat ze het eens zijn. Praat erover wat de code betekent."
