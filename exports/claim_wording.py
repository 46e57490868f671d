"""Sentences about more than one figure: bands, changes through time, and several differences at once.

Like those of `wording`, they name no cause and claim no difference that its interval does not carry.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from analysis.results import Comparison, Interval, NotEstimable
from analysis.series.released_changes import ReleasedChange
from analysis.units.banding import Band, NotBanded
from exports.wording import MAXIMUM_DECIMALS, direction_words, number_words
from questionnaires.comparability.words import joined

BAND_WORDS: Final[Mapping[Band, str]] = {
    Band.MUCH_WORSE: "veel minder goed dan verwacht",
    Band.WORSE: "minder goed dan verwacht",
    Band.AS_EXPECTED: "zoals verwacht",
    Band.BETTER: "beter dan verwacht",
    Band.MUCH_BETTER: "veel beter dan verwacht",
}
NOT_BANDED_WORDS: Final[Mapping[NotBanded, str]] = {
    NotBanded.FEW_RESPONDENTS: "te weinig antwoorden",
    NotBanded.UNRELIABLE: "te onzeker",
    NotBanded.NO_VARIATION: "alle antwoorden zijn gelijk",
}
TOO_FEW_WORDS: Final = "te weinig gemeenten"
_NO_DIFFERENCE: Final = "geen duidelijk verschil"


def band_words(band: Band | NotBanded | NotEstimable) -> str:
    """Return where a unit lies among all units, in a few words.

    >>> band_words(Band.AS_EXPECTED), band_words(NotBanded.FEW_RESPONDENTS)
    ('zoals verwacht', 'te weinig antwoorden')
    """
    if isinstance(band, Band):
        return BAND_WORDS[band]
    return NOT_BANDED_WORDS[band] if isinstance(band, NotBanded) else TOO_FEW_WORDS


def band_sentence(band: Band | NotBanded | NotEstimable) -> str:
    """Return what a band says, with what is expected.

    >>> band_sentence(Band.BETTER)
    'De score is beter dan verwacht: verder van het gemiddelde dan past bij toeval en bij de gewone verschillen tussen gemeenten.'
    """
    if not isinstance(band, Band):
        return f"Of deze score past bij wat we van een gemeente verwachten, is niet te zeggen: {band_words(band)}."
    place = f"De score is {band_words(band)}"
    if band is Band.AS_EXPECTED:
        return f"{place}: gemeenten verschillen altijd wat, door toeval en op een gewone manier, en deze score valt daarbinnen."
    return f"{place}: verder van het gemiddelde dan past bij toeval en bij de gewone verschillen tussen gemeenten."


def claims_change(change: ReleasedChange) -> bool:
    """Return whether a change may be called a change: its interval lies on one side of zero, together with all that are told."""
    return _one_sided(change.interval) and _one_sided(change.joint)


def change_words(change: ReleasedChange) -> str:
    """Return the verdict of a change in a few words."""
    if not claims_change(change):
        return _NO_DIFFERENCE
    return "hoger" if change.value > 0 else "lager"


def change_sentence(change: ReleasedChange, since: str) -> str:
    """Return what a change of a score allows to say about it, since the measurement of that name.

    >>> from analysis.results import Interval
    >>> change_sentence(ReleasedChange(4.0, Interval(1.0, 7.0), Interval(0.5, 7.5)), "2024")
    'De score is hoger dan bij de meting van 2024. Het verschil is 4,0 punten (waarschijnlijk tussen 1,0 en 7,0 punten).'
    """
    decimals = _decimals(change)
    low, high = (number_words(bound, decimals=decimals) for bound in _sizes(change))
    between = f"waarschijnlijk tussen {low} en {high} punten"
    if not claims_change(change):
        chance = (
            " Zo’n verschil kan toeval zijn, omdat we veel verschillen tegelijk bekijken."
            if _one_sided(change.interval)
            else ""
        )
        return f"We zien geen duidelijk verschil met de meting van {since}. Het verschil ligt {between}.{chance}"
    size = number_words(abs(change.value), decimals=decimals)
    unit = "punt" if size == "1," + "0" * decimals else "punten"
    return (
        f"De score is {change_words(change)} dan bij de meting van {since}. Het verschil is {size} {unit} ({between})."
    )


def comparisons_sentence(found: Mapping[str, Comparison], reference: str, *, all_asked: bool) -> str:
    """Return in one sentence how scores by name lie next to those of a reference; empty without any.

    `all_asked`: there are no other scores that it could be about.

    >>> comparisons_sentence({}, "alle gemeenten samen", all_asked=True)
    ''
    """
    return _sentence(
        {name: direction_words(comparison) for name, comparison in found.items()},
        f"dan die van {reference}",
        f"met {reference}",
        all_asked=all_asked,
    )


def changes_sentence(found: Mapping[str, ReleasedChange]) -> str:
    """Return in one sentence which scores by name changed since the last measurement; empty when no change may be claimed."""
    verdicts = {name: words for name, change in found.items() if (words := change_words(change)) != _NO_DIFFERENCE}
    return _sentence(verdicts, "dan bij de vorige meting", "", all_asked=False)


def scores_of(names: Sequence[str]) -> str:
    """Return the score or scores of some names.

    >>> scores_of(["Toegang"]), scores_of(["Toegang", "Effect"])
    ('de score voor ‘Toegang’ is', 'de scores voor ‘Toegang’ en ‘Effect’ zijn')
    """
    quoted = joined([f"‘{name}’" for name in names])
    return f"de score voor {quoted} is" if len(names) == 1 else f"de scores voor {quoted} zijn"


def _sentence(verdicts: Mapping[str, str], than: str, beside: str, *, all_asked: bool) -> str:
    groups: dict[str, list[str]] = {}
    for name, words in verdicts.items():
        groups.setdefault(words, []).append(name)
    alike = groups.pop(_NO_DIFFERENCE, [])
    if not groups:
        return _nothing_sentence(alike, beside, all_asked=all_asked) if alike else ""
    parts = [f"{scores_of(names)} {words}" for words, names in groups.items()]
    parts[0] += f" {than}"
    text = joined(parts)
    return f"{text[0].upper()}{text[1:]}."


def _nothing_sentence(names: Sequence[str], beside: str, *, all_asked: bool) -> str:
    if all_asked and len(names) > 1:
        return f"Bij geen enkel thema zien we een duidelijk verschil {beside}."
    return f"Bij {joined([f'‘{name}’' for name in names])} zien we geen duidelijk verschil {beside}."


def _one_sided(interval: Interval) -> bool:
    return interval.low > 0 or interval.high < 0


def _sizes(change: ReleasedChange) -> tuple[float, float]:
    """Return the interval as sizes when it is a claimed lower value, so that 'lower' is not said twice."""
    low, high = change.interval.low, change.interval.high
    return (-high, -low) if claims_change(change) and change.value < 0 else (low, high)


def _decimals(change: ReleasedChange) -> int:
    """Return in how many decimals a change is told: 1, or more when an interval beside zero would touch it."""
    if not _one_sided(change.interval):
        return 1
    bounds = (change.interval.low, change.interval.high)
    fine = (decimals for decimals in range(1, MAXIMUM_DECIMALS) if all(round(abs(it), decimals) > 0 for it in bounds))
    return next(fine, MAXIMUM_DECIMALS)
