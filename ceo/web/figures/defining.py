"""What an indicator is, in plain words: how it was asked in each version, of whom, and where its series breaks."""

from __future__ import annotations

from dataclasses import dataclass

from exports.release.change_words import changes_of
from exports.release.facts import Break, Indicator, ReleaseFacts, Wording
from exports.release.labels import Labels
from exports.release.reading_words import theme_of
from questionnaires.comparability.reasons import Verdict
from questionnaires.comparability.words import VERDICT_WORDS


@dataclass(frozen=True, slots=True)
class Changed:
    """A change between two versions: what it means, and what changed."""

    versions: str
    pooled: bool
    meaning: str
    what: str


@dataclass(frozen=True, slots=True)
class Definition:
    """An indicator in words. `parts`: code and name of the questions of a score."""

    theme: str
    universe: str
    parts: tuple[tuple[str, str], ...]
    wordings: tuple[Wording, ...]
    answers: tuple[str, ...]
    changes: tuple[Changed, ...]


def definition_of(facts: ReleaseFacts, indicator: Indicator) -> Definition:
    """Return what an indicator is."""
    labels = Labels(facts)
    known = {one.indicator for one in facts.indicators}
    return Definition(
        theme_of(indicator.theme),
        indicator.universe,
        tuple((item if item in known else "", labels.indicator(item)) for item in indicator.items),
        indicator.wordings,
        tuple(option.label for option in indicator.options),
        tuple(_changed(mark, labels) for mark in indicator.breaks),
    )


def _changed(mark: Break, labels: Labels) -> Changed:
    meaning = VERDICT_WORDS[Verdict(mark.verdict)]
    if not mark.pooled:
        meaning += f" De antwoorden op {mark.old} staan apart, bij ‘{labels.indicator(mark.earlier)}’."
    return Changed(f"{mark.old} en {mark.new}", mark.pooled, meaning, changes_of(mark.reasons))
