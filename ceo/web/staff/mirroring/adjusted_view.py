"""The own score beside the same score adjusted for who answered, or why there is none."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from analysis.results import Interval, Measure
from ceo.web.figures.reading import Figure
from ceo.web.languages import N_
from ceo.workflows.mirroring.reading import leading_measure, polarity_of
from exports.wording import interval_words

if TYPE_CHECKING:
    from ceo.workflows.releases.adjusting import OwnAdjusted
    from exports.release.facts import Indicator

_NO_SCORE: Final = N_(
    "Alleen scores van 0 tot 100 worden aangepast voor wie er antwoordden. Dit onderwerp heeft geen score."
)
_NO_FILE: Final = N_(
    "Deze uitgave heeft geen cijfers die daarvoor zijn aangepast. Die zijn er alleen als minstens 5 gemeenten meedoen en alle "
    "gemeenten naar leeftijd, geslacht of huishouden vroegen. Uitgaven van vroeger hebben ze niet."
)
# By the code of `NotAdjusted`.
_REASONS: Final[Mapping[str, str]] = {
    "few_answers": N_("Een cijfer dat daarvoor is aangepast, is er pas als 30 mensen of meer een antwoord gaven."),
    "few_units": N_(
        "Een cijfer dat daarvoor is aangepast, is er pas als in minstens 5 gemeenten mensen een antwoord gaven."
    ),
    "mix_hidden": N_(
        "Een cijfer dat daarvoor is aangepast, is er niet: de uitgave laat niet zien wie er in uw gemeente antwoordden, en dat zou "
        "eruit af te leiden zijn."
    ),
    "not_estimable": N_(
        "Een cijfer dat daarvoor is aangepast, is niet te berekenen: er is te weinig verschil tussen de antwoorden of tussen de mensen."
    ),
}


@dataclass(frozen=True, slots=True)
class AdjustedWords:
    """An adjusted score in words: what it was adjusted for, value and interval in whole points, and what may be said of it.

    `average` is that of `municipalities` that were adjusted alike, each once. `agreement` is Kendall's tau. `reasons` tell why a
    municipality has no hand in what was adjusted for.
    """

    adjusted_for: str
    value: str
    interval: str
    average: str
    municipalities: int
    agreement: str
    sentences: tuple[str, ...]
    reasons: tuple[str, ...]
    reason: str = ""  # a figure that is shown has none; pages ask every figure


def adjusted_values(found: OwnAdjusted | None, indicator: Indicator, own: Figure | None) -> dict[str, Any]:
    """Return `adjusted`, or `not_adjusted`: why there is no adjusted figure. Neither where there is no own figure either."""
    if leading_measure(indicator) is not Measure.SCORE:
        return {"adjusted": None, "not_adjusted": _NO_SCORE}
    if own is None or not own.value:
        return {"adjusted": None, "not_adjusted": ""}
    if found is None or indicator.indicator not in found.scores:
        return {"adjusted": None, "not_adjusted": _NO_FILE}
    from analysis.release.adjusting import NotAdjusted

    one = found.scores[indicator.indicator]
    if isinstance(one, NotAdjusted):
        return {"adjusted": None, "not_adjusted": _REASONS[one.value]}
    return {"adjusted": _words(found, indicator, own), "not_adjusted": ""}


def _words(found: OwnAdjusted, indicator: Indicator, own: Figure) -> AdjustedWords:
    from analysis.release.adjusting import NotAdjusted
    from exports.cycle.adjusted import adjusted_average_sentence, adjusted_for, adjusted_sentence
    from exports.cycle.indicators import Indicator as About
    from exports.wording import number_words

    one = found.scores[indicator.indicator]
    assert not isinstance(one, NotAdjusted)
    score, all_of_them = one
    about = About(indicator.label, Measure.SCORE, polarity_of(indicator))
    titles = [it.title for it in found.adjusters]
    return AdjustedWords(
        adjusted_for=adjusted_for(titles),
        value=f"{score.value}",
        interval=interval_words(
            Interval(score.value - score.margin, score.value + score.margin), Measure.SCORE, decimals=0
        ),
        average=f"{all_of_them.average}",
        municipalities=all_of_them.units,
        agreement=number_words(all_of_them.agreement, decimals=2),
        sentences=(
            adjusted_sentence(about, float(own.row["value"]), score, titles),
            adjusted_average_sentence(about, score),
        ),
        reasons=tuple(it.reason for it in found.adjusters),
    )
