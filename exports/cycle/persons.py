"""Sentences about people who answered more than once: their change, and who stopped. Change is all that this shows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from analysis.series.released_changes import ReleasedChange
from exports.cycle.indicators import Indicator, gap_of
from exports.cycle.periods import ordinal_words
from exports.wording import count_words, number_words
from questionnaires.comparability.words import joined

_TOWARDS_THE_MEAN: Final = (
    "Wie de eerste keer heel hoog of heel laag scoort, komt de volgende keer vaak dichter bij het gemiddelde uit. "
    "Dat gebeurt ook als er niets verandert."
)


def paired_sentence(
    indicator: Indicator, change: ReleasedChange, people: int, *, first: int = 1, later: int = 2
) -> str:
    """Return the change of people who gave an answer in two waves, by their numbers from 1.

    >>> from analysis.results import Interval, Measure
    >>> from questionnaires.scales import Polarity
    >>> found = ReleasedChange(-4.0, Interval(-7.0, -1.0), Interval(-7.0, -1.0))
    >>> print(paired_sentence(Indicator("Wachten", Measure.SCORE, Polarity.NEGATIVE), found, 34))
    34 mensen gaven antwoord bij de eerste en de tweede meting. Bij de tweede meting is de score voor ‘Wachten’ van deze mensen lager.
    Het verschil is 4,0 punten (waarschijnlijk tussen 1,0 en 7,0 punten). Lager is hier beter. Of dat door de hulp komt, is hiermee niet
    te zeggen.
    """
    gap = gap_of(indicator, change)
    verb, these = ("gaf", "deze persoon") if people == 1 else ("gaven", "deze mensen")
    who = f"{count_words(people, 'persoon', 'mensen')} {verb} antwoord"
    both = f"{who[0].upper()}{who[1:]} bij de {ordinal_words(first)} en de {ordinal_words(later)} meting."
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


def selective_sentence(titles: Sequence[str], unknown: Sequence[str] = ()) -> str:
    """Return for which scores people who stopped began elsewhere than people who stayed, and for which nobody knows.

    `titles` only of what an interval carries, together with all others; `unknown` of the rest that could be compared. "" without any.

    >>> selective_sentence(["Toegang", "Kwaliteit"])
    'Mensen die stopten, begonnen bij ‘Toegang’ en ‘Kwaliteit’ anders dan mensen die bleven. De verandering gaat alleen over wie bleef.'
    >>> print(selective_sentence([], ["Toegang"]))
    Mensen die stopten, begonnen misschien anders dan mensen die bleven. Met deze aantallen is dat niet te zeggen. De verandering gaat
    alleen over wie bleef.
    """
    told = _told("Mensen die stopten, begonnen{} anders dan mensen die bleven.", titles, unknown)
    return f"{told} De verandering gaat alleen over wie bleef." if told else ""


def far_start_sentence(titles: Sequence[str], unknown: Sequence[str] = ()) -> str:
    """Return for which scores these people began elsewhere than everybody, for which nobody knows, and what it does by itself.

    `titles` and `unknown` as in `selective_sentence`.

    >>> print(far_start_sentence(["Toegang"], ["Kwaliteit"]))
    Deze mensen begonnen bij ‘Toegang’ hoger of lager dan gemiddeld. Bij ‘Kwaliteit’ is dat met deze aantallen niet te zeggen. Wie de
    eerste keer heel hoog of heel laag scoort, komt de volgende keer vaak dichter bij het gemiddelde uit. Dat gebeurt ook als er niets
    verandert.
    """
    told = _told("Deze mensen begonnen{} hoger of lager dan gemiddeld.", titles, unknown)
    return f"{told} {_TOWARDS_THE_MEAN}" if titles else told


def _told(claim: str, titles: Sequence[str], unknown: Sequence[str]) -> str:
    if titles:
        rest = f" Bij {_named(unknown)} is dat met deze aantallen niet te zeggen." if unknown else ""
        return claim.format(f" bij {_named(titles)}") + rest
    return f"{claim.format(' misschien')} Met deze aantallen is dat niet te zeggen." if unknown else ""


def _named(titles: Sequence[str]) -> str:
    return joined([f"‘{title}’" for title in titles])
