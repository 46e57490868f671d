"""Sentences about people who answered more than once: their change, and who stopped. Change is all that this shows."""

from __future__ import annotations

from typing import Final

from analysis.series.released_changes import ReleasedChange
from exports.cycle.indicators import Indicator, gap_of
from exports.cycle.periods import ordinal_words
from exports.wording import count_words, number_words

TOWARDS_THE_MEAN: Final = (
    "Wie de eerste keer heel hoog of heel laag scoort, komt de volgende keer vaak dichter bij het gemiddelde uit. "
    "Dat gebeurt ook als er niets verandert."
)


def paired_sentence(
    indicator: Indicator, change: ReleasedChange, people: int, *, first: int = 1, later: int = 2
) -> str:
    """Return the change of people who took part in two waves, by their numbers from 1.

    >>> from analysis.results import Interval, Measure
    >>> from questionnaires.scales import Polarity
    >>> found = ReleasedChange(-4.0, Interval(-7.0, -1.0), Interval(-7.0, -1.0))
    >>> print(paired_sentence(Indicator("Wachten", Measure.SCORE, Polarity.NEGATIVE), found, 34))
    34 mensen deden mee aan de eerste en de tweede meting. Bij de tweede meting is de score voor ‘Wachten’ van deze mensen lager.
    Het verschil is 4,0 punten (waarschijnlijk tussen 1,0 en 7,0 punten). Lager is hier beter. Of dat door de hulp komt, is hiermee niet
    te zeggen.
    """
    gap = gap_of(indicator, change)
    verb, these = ("deed", "deze persoon") if people == 1 else ("deden", "deze mensen")
    who = f"{count_words(people, 'persoon', 'mensen')} {verb} mee"
    both = f"{who[0].upper()}{who[1:]} aan de {ordinal_words(first)} en de {ordinal_words(later)} meting."
    if not gap.claimed:
        return f"{both} Bij ‘{indicator.title}’ zien we geen duidelijk verschil. {gap.place}"
    moved = f"Bij de {ordinal_words(later)} meting is {indicator.name} van {these} {gap.side}."
    parts = (both, moved, gap.size, gap.good, "Of dat door de hulp komt, is hiermee niet te zeggen.")
    return " ".join(part for part in parts if part)


def drop_out_sentence(began: int, stayed: int) -> str:
    """Return how many people of a first wave did not take part again.

    >>> drop_out_sentence(50, 34), drop_out_sentence(50, 50)
    ('16 van de 50 mensen deden niet meer mee. Wat zij nu vinden, weten we niet.', 'Alle 50 mensen deden weer mee.')
    """
    stopped = began - stayed
    if began == 0:
        return "Er deed nog niemand mee."
    if began == 1:
        return f"Er deed 1 persoon mee. Die deed later {'niet meer' if stopped else 'weer'} mee."
    if stopped == 0:
        return f"Alle {number_words(began)} mensen deden weer mee."
    if stayed == 0:
        return f"Geen van de {number_words(began)} mensen deed weer mee. Wat zij nu vinden, weten we niet."
    one = stopped == 1
    unknown = "Wat die persoon nu vindt, weten we niet." if one else "Wat zij nu vinden, weten we niet."
    return f"{number_words(stopped)} van de {number_words(began)} mensen {'deed' if one else 'deden'} niet meer mee. {unknown}"


def drop_out_difference_sentence(indicator: Indicator, found: ReleasedChange) -> str:
    """Return whether people who stopped were different in the first wave; `found` is theirs minus that of who stayed.

    >>> from analysis.results import Interval, Measure
    >>> from questionnaires.scales import Polarity
    >>> found = ReleasedChange(-4.0, Interval(-7.0, -1.0), Interval(-7.0, -1.0))
    >>> print(drop_out_difference_sentence(Indicator("Toegang", Measure.SCORE, Polarity.POSITIVE), found))
    Bij mensen die stopten, was de score voor ‘Toegang’ de eerste keer lager dan bij mensen die bleven. Het verschil is 4,0 punten
    (waarschijnlijk tussen 1,0 en 7,0 punten). Wie alleen kijkt naar mensen die bleven, mist dat.
    """
    gap = gap_of(indicator, found)
    if not gap.claimed:
        return (
            f"De eerste keer zien we bij ‘{indicator.title}’ geen duidelijk verschil tussen mensen die stopten en "
            f"mensen die bleven. {gap.place}"
        )
    return (
        f"Bij mensen die stopten, was {indicator.name} de eerste keer {gap.side} dan bij mensen die bleven. "
        f"{gap.size} Wie alleen kijkt naar mensen die bleven, mist dat."
    )
