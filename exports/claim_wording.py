"""Sentences about more than one figure: bands, changes through time, and several differences at once.

Like those of `wording`, they name no cause and claim no difference that its interval does not carry.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from analysis.results import Comparison, Interval, NotEstimable
from analysis.series.released_changes import ReleasedChange
from analysis.units.banding import Band, NotBanded
from exports.wording import beside_zero, claims_difference, direction_words, interval_decimals, number_words
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
MANY_AT_ONCE: Final = "Zo’n verschil kan toeval zijn, omdat we veel verschillen tegelijk bekijken."
_NO_DIFFERENCE: Final = "geen duidelijk verschil"


@dataclass(frozen=True, slots=True)
class Unit:
    """What a difference is counted in: the noun after one, and after any other number."""

    one: str
    many: str


POINTS: Final = Unit("punt", "punten")


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
    'De score is beter dan verwacht: verder van het gemiddelde dan past bij toeval en bij de verschillen tussen de meeste gemeenten.'
    """
    if not isinstance(band, Band):
        return f"Of deze score past bij wat we van een gemeente verwachten, is niet te zeggen: {band_words(band)}."
    place = f"De score is {band_words(band)}"
    if band is Band.AS_EXPECTED:
        return f"{place}: gemeenten verschillen altijd wat, door toeval en in het echt, en deze score valt daarbinnen."
    return f"{place}: verder van het gemiddelde dan past bij toeval en bij de verschillen tussen de meeste gemeenten."


def claims_change(change: ReleasedChange) -> bool:
    """Return whether a change may be called a change: its interval lies on one side of zero, together with all that are told."""
    return beside_zero(change.interval) and beside_zero(change.joint)


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
    if not claims_change(change):
        return _unclear_sentence(change.interval, f"de meting van {since}")
    size = size_words(change.value, change.interval)
    return f"De score is {change_words(change)} dan bij de meting van {since}. Het verschil is {size}."


def comparison_sentence(comparison: Comparison, reference: str, *, subject: str = "Dat") -> str:
    """Return what a comparison of scores allows to say about the subject, next to the reference.

    >>> from analysis.results import Inference
    >>> comparison_sentence(Comparison(1.2, 1.0, Interval(-0.8, 3.2), 90, 0.23, 0.4, "f", False, 80, 900,
    ...                     Inference.PROCESS), "de score van alle gemeenten samen")
    'We zien geen duidelijk verschil met de score van alle gemeenten samen. Het verschil ligt waarschijnlijk tussen -0,8 en 3,2 punten.'
    """
    if not claims_difference(comparison):
        return _unclear_sentence(comparison.interval, reference)
    side = "hoger" if comparison.difference > 0 else "lager"
    small = "" if comparison.relevant else " Dat is een klein verschil."
    return f"{subject} is {side} dan {reference}. Het verschil is {size_words(comparison.difference, comparison.interval)}.{small}"


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


def _unclear_sentence(interval: Interval, reference: str) -> str:
    """Return that no difference in points can be told, and where it lies; also why, when by itself its interval would tell one.

    >>> _unclear_sentence(Interval(-0.8, 3.2), "de meting van 2024")
    'We zien geen duidelijk verschil met de meting van 2024. Het verschil ligt waarschijnlijk tussen -0,8 en 3,2 punten.'
    """
    chance = f" {MANY_AT_ONCE}" if beside_zero(interval) else ""
    return f"We zien geen duidelijk verschil met {reference}. Het verschil ligt {between_words(interval)}.{chance}"


def size_words(difference: float, interval: Interval, unit: Unit = POINTS) -> str:
    """Return how large a difference is that may be told, without its side: 'lower' is said already.

    >>> size_words(-4.0, Interval(-7.0, -1.0))
    '4,0 punten (waarschijnlijk tussen 1,0 en 7,0 punten)'
    >>> size_words(0.5, Interval(0.2, 0.8), Unit("", ""))
    '0,5 (waarschijnlijk tussen 0,2 en 0,8)'
    """
    decimals = interval_decimals(interval)
    size = number_words(abs(difference), decimals=decimals)
    noun = unit.one if size == "1," + "0" * decimals else unit.many
    sizes = interval if difference > 0 else Interval(-interval.high, -interval.low)
    return f"{f'{size} {noun}'.rstrip()} ({between_words(sizes, unit)})"


def between_words(interval: Interval, unit: Unit = POINTS) -> str:
    """Return where a difference lies.

    >>> between_words(Interval(-0.8, 3.2))
    'waarschijnlijk tussen -0,8 en 3,2 punten'
    """
    decimals = interval_decimals(interval)
    low, high = (number_words(bound, decimals=decimals) for bound in (interval.low, interval.high))
    return f"waarschijnlijk tussen {low} en {high} {unit.many}".rstrip()
