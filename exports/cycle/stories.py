"""Sentences about stories: how many are about something, and whether readers agree."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from analysis.results import Interval
from exports.cycle.numbers import number_text
from exports.wording import count_words, number_words

NO_COUNT_OF_PEOPLE: Final = (
    "Wie een verhaal vertelt, kiest dat zelf. "
    "Verhalen laten zien wat mensen meemaken. Ze tellen niet hoe vaak iets voorkomt."
)
HIDDEN_AGREEMENT: Final = "Dat zijn er te weinig om te zeggen of lezers het eens zijn."
# Of the lower bound of kappa. Source: Landis & Koch (1977), Biometrics 33, 159-174: from 0.61 substantial, from 0.41 moderate.
_MOSTLY: Final = 0.6
_FAIRLY: Final = 0.4
_UNKNOWN: Final[Mapping[str, str]] = {
    "too_few_stories": "Dat is te weinig om te zeggen of dat toeval is.",
    "one_code_by_reader": (
        "Eén lezer koos bij elk verhaal hetzelfde: die gebruikte maar één code. Dan is niet te zeggen of ze het eens zijn."
    ),
    "same_code": "Alle lezers kozen bij elk verhaal hetzelfde. Dan is niet te zeggen hoeveel daarvan toeval is.",
}


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


def codes_sentence(coded: int, stories: int) -> str:
    """Return how many stories the municipality may learn from, and to how many of them readers gave codes.

    >>> codes_sentence(12, 40)
    'Van 40 verhalen mag de gemeente leren. Lezers gaven codes aan 12 daarvan.'
    >>> codes_sentence(1, 1), codes_sentence(0, 3)
    ('Van 1 verhaal mag de gemeente leren. Lezers gaven daar codes aan.',
     'Van 3 verhalen mag de gemeente leren. Lezers gaven nog geen codes.')
    """
    if stories == 0:
        return "Er is nog geen verhaal waarvan de gemeente mag leren."
    may = f"Van {count_words(stories, 'verhaal', 'verhalen')} mag de gemeente leren."
    if coded == 0:
        return f"{may} Lezers gaven nog geen codes."
    if stories == 1:
        return f"{may} Lezers gaven daar codes aan."
    if coded == stories:
        return f"{may} Lezers gaven codes aan alle {number_words(stories)}."
    return f"{may} Lezers gaven codes aan {number_words(coded)} daarvan."


def agreement_sentence(code: str, alike: int, stories: int, *, kappa: float, interval: Interval) -> str:
    """Return whether readers agree about a code; how well is told by the lower bound of kappa, and by nothing else.

    `stories` were read by more than one, `alike` of them got the same from all of these.

    >>> agreement_sentence("Wachten", 38, 42, kappa=0.72, interval=Interval(0.55, 0.89))
    'Meer dan één lezer las 42 verhalen. Over ‘Wachten’ zijn ze het bij 38 verhalen eens. De maat daarvoor (kappa) is 0,72 (waarschijnlijk
    tussen 0,55 en 0,89). Ze lezen dit vaak op dezelfde manier.'
    """
    low, high = (min(max(bound, -1.0), 1.0) for bound in (interval.low, interval.high))
    value, lowest, highest = (number_text(it, decimals=2) for it in (kappa, low, high))
    size = f"De maat daarvoor (kappa) is {value} (waarschijnlijk tussen {lowest} en {highest})."
    return f"{_alike(code, alike, stories)} {size} {_verdict(low)}"


def rough_agreement_sentence(code: str, alike: int, stories: int, *, kappa: float) -> str:
    """Return kappa where its interval is a rough one: without the interval, and without saying how well readers agree.

    >>> rough_agreement_sentence("Wachten", 26, 30, kappa=0.72)
    'Meer dan één lezer las 30 verhalen. Over ‘Wachten’ zijn ze het bij 26 verhalen eens. De maat daarvoor (kappa) is nu 0,72. Er zijn te
    weinig verhalen met of zonder deze code om te zeggen of ze dit op dezelfde manier lezen.'
    """
    size = f"De maat daarvoor (kappa) is nu {number_text(kappa, decimals=2)}."
    return (
        f"{_alike(code, alike, stories)} {size} "
        "Er zijn te weinig verhalen met of zonder deze code om te zeggen of ze dit op dezelfde manier lezen."
    )


def no_agreement_sentence(code: str, alike: int, stories: int, reason: str) -> str:
    """Return why it cannot be told whether readers agree about a code: "too_few_stories", "one_code_by_reader" or "same_code".

    >>> no_agreement_sentence("Wachten", 3, 4, "too_few_stories")
    'Meer dan één lezer las 4 verhalen. Over ‘Wachten’ zijn ze het bij 3 verhalen eens. Dat is te weinig om te zeggen of dat toeval is.'
    """
    unknown = _UNKNOWN[reason]
    if stories == 0:
        return f"Nog geen twee lezers lazen hetzelfde verhaal. Of ze het over ‘{code}’ eens zijn, weten we dus niet."
    return f"{_alike(code, alike, stories)} {unknown}"


def _alike(code: str, alike: int, stories: int) -> str:
    read = f"Meer dan één lezer las {count_words(stories, 'verhaal', 'verhalen')}."
    how_many = count_words(alike, "verhaal", "verhalen") if alike else "geen enkel verhaal"
    return f"{read} Over ‘{code}’ zijn ze het bij {how_many} eens."


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
