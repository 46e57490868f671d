"""Changes of what an item measures: the concept, the words, who is asked, and how it is answered."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from questionnaires.comparability.asked_items import AskedItem
from questionnaires.comparability.crosswalks import Crosswalk
from questionnaires.comparability.measurement import NumberRange
from questionnaires.comparability.option_changes import option_changes
from questionnaires.comparability.populations import Population
from questionnaires.comparability.reasons import Change, Reason, reason
from questionnaires.comparability.repairs import is_repair, other_words

POPULATIONS: Final[Mapping[Population, Change]] = {
    Population.WIDENED: Change.POPULATION_WIDENED,
    Population.NARROWED: Change.POPULATION_NARROWED,
    Population.OTHER: Change.POPULATION_OTHER,
    Population.UNDECIDED: Change.POPULATION_UNDECIDED,
}


def measurement_changes(old: AskedItem, new: AskedItem, crosswalks: Sequence[Crosswalk]) -> Iterator[Reason]:
    """Yield what changed in the measurement; who is asked is apart. `crosswalks` lead from the old version to the new."""
    before, now = old.measurement, new.measurement
    if before.concept != now.concept:
        yield reason(Change.CONCEPT, old=_concept(old), new=_concept(new))
    if before.stem != now.stem:
        yield other_words(Change.REWORDED, before.stem, now.stem, repaired=is_repair(old.item, new.item))
    yield from _pipe_changes(old, new)
    if before.reference_period != now.reference_period:
        yield reason(Change.REFERENCE_PERIOD, before=before.reference_period, now=now.reference_period)
    if before.kind != now.kind:
        yield reason(Change.ANSWER_TYPE, before=before.kind, now=now.kind)
        return
    if before.polarity != now.polarity:
        yield reason(Change.POLARITY, before=before.polarity, now=now.polarity)
    if before.score != now.score:
        yield reason(Change.SCORE)
    yield from _number_changes(before.numbers, now.numbers, repaired=is_repair(old.item, new.item))
    yield from option_changes(before, now, crosswalks, repaired=is_repair(old.scale, new.scale))


def population_change(population: Population) -> Iterator[Reason]:
    """Yield what changed in who is asked."""
    if population in POPULATIONS:
        yield reason(POPULATIONS[population])


def _concept(asked: AskedItem) -> str:
    definitions = {concept.id: concept.definition for concept in asked.questionnaire.concepts}
    return definitions.get(asked.item.concept, asked.item.concept)


def _pipe_changes(old: AskedItem, new: AskedItem) -> Iterator[Reason]:
    before, now = old.measurement.pipes, new.measurement.pipes
    for gap in sorted(before.keys() | now.keys()):
        was, became = before.get(gap), now.get(gap)
        if was is None or became is None or was.answer != became.answer:
            yield reason(Change.PIPE)
            continue
        if was.fallback != became.fallback:
            yield other_words(Change.PIPE, was.fallback, became.fallback, repaired=is_repair(old.item, new.item))
        repaired = is_repair(*(one.questionnaire.scale_of(one.questionnaire.item(was.answer)) for one in (old, new)))
        for code, words in was.words.items():
            # Words of options that came or went are told at the item that they answer.
            if words != became.words.get(code, words):
                yield other_words(Change.PIPE, words, became.words[code], repaired=repaired)


def _number_changes(before: NumberRange | None, now: NumberRange | None, *, repaired: bool) -> Iterator[Reason]:
    if before is None or now is None:
        return
    ranges = tuple(f"{one.lowest} tot en met {one.highest}" for one in (before, now))
    if ranges[0] != ranges[1]:
        yield reason(Change.NUMBER_RANGE, before=ranges[0], now=ranges[1])
    if before.unit != now.unit:
        yield other_words(Change.UNIT, before.unit, now.unit, repaired=repaired)
