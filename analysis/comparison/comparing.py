"""All comparisons that a plan asks for: which differences of which quantities, from tables or from rows.

Units are compared with all units together and with every reference of the plan; levels with the other levels of their
breakdown, and waves with an earlier one, within each unit and for all units together.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from analysis.comparison.concluding import Question, Topic, conclude
from analysis.comparison.differences import Differences, compare_levels, compare_with
from analysis.comparison.references import PastReference, all_units, resolve
from analysis.comparison.unit_means import UnitMeans, unit_means
from analysis.dataset import Dataset, Grouping
from analysis.design import Design
from analysis.plan import AnalysisPlan
from analysis.quantities import Quantity, moments_of, values_of
from analysis.results import OTHERS, TOTAL, Comparison, Measure, NotEstimable, Pair
from analysis.rows.linearising import variances
from analysis.rows.unit_rows import by_unit, compare_levels_of_rows, unit_means_of_rows
from analysis.tabulation.estimates import estimate_means
from analysis.tabulation.tabulating import CellTable

_COMPARED = (Measure.SCORE, Measure.SHARE, Measure.MEAN)
# So many quantities at a time bound the memory that influences by row take.
_BLOCK = 16


def compare_all(
    table: CellTable,
    asked: tuple[Quantity, ...],
    design: Design,
    plan: AnalysisPlan,
    breakdowns: Iterable[CellTable] = (),
) -> dict[Pair, Comparison | NotEstimable]:
    """Return the comparisons of a one-stage design, of the table of everyone and those of breakdowns."""
    chosen = tuple(it for it in asked if it.measure in _COMPARED)
    if not chosen:
        return {}
    moments = moments_of(table, chosen)
    spread = estimate_means(moments, design.together(), plan.comparison_inference).spread
    topic = Topic(chosen, np.sqrt(spread[:, 0, 0]))
    questions: list[Question] = []
    if _has_units(design.units):
        means = unit_means(moments, design, plan.comparison_inference)
        questions += _unit_questions(topic, design.units, means, plan)
    for cells in breakdowns:
        questions += _of_table(cells, topic, design, plan)
    return conclude(questions, plan)


def compare_all_by_row(
    dataset: Dataset, asked: tuple[Quantity, ...], plan: AnalysisPlan
) -> dict[Pair, Comparison | NotEstimable]:
    """Return the comparisons of any design, such as one with clusters or with fitted weights."""
    chosen = [it for it in asked if it.measure in _COMPARED]
    rows = _Rows(dataset, plan)
    blocks = (tuple(chosen[start : start + _BLOCK]) for start in range(0, len(chosen), _BLOCK))
    return conclude([question for block in blocks for question in rows.questions(block)], plan)


def has_contrasts(breakdown: str, levels: Sequence[str], plan: AnalysisPlan) -> bool:
    """Return whether a plan compares the levels of a breakdown, so that its table is needed."""
    return any(True for _ in _contrasts(breakdown, levels, plan))


def _has_units(units: Sequence[str]) -> bool:
    """Return whether there is anything to compare a unit with."""
    return len(units) > 1


def _unit_questions(topic: Topic, units: tuple[str, ...], means: UnitMeans, plan: AnalysisPlan) -> Iterator[Question]:
    references = {TOTAL: all_units(len(units))} | {
        name: resolve(it, units) for name, it in plan.references.items() if not isinstance(it, PastReference)
    }
    for name, reference in references.items():
        found = compare_with(means, reference)
        yield Question(topic, name, units, found, reference.against >= 0, reference.part, reference.guarded)


def _of_table(cells: CellTable, whole: Topic, design: Design, plan: AnalysisPlan) -> Iterator[Question]:
    topic, contrasts = whole.without(cells.breakdown), tuple(_contrasts(cells.breakdown, cells.levels, plan))
    if not contrasts or not topic.asked:
        return
    moments = moments_of(cells, topic.asked)
    for of_units in _designs(design):
        for it in contrasts:
            found = compare_levels(moments, of_units, it.level, np.array(it.others), plan.comparison_inference)
            yield it.question(topic, of_units.units, found)


class _Rows:
    """The rows of a data set with their design, by unit and all together."""

    def __init__(self, dataset: Dataset, plan: AnalysisPlan) -> None:
        self._dataset, self._plan, self._sample = dataset, plan, dataset.sample(plan.lonely)
        self._design = dataset.design(plan.lonely)
        numbers = [of.unit_of_stratum()[dataset.stratum] for of in _designs(self._design)]
        designs = zip(_designs(self._design), numbers, strict=True)
        self._samples = {of.units: by_unit(self._sample, number, len(of.units)) for of, number in designs}

    def questions(self, asked: tuple[Quantity, ...]) -> Iterator[Question]:
        """Return all that is compared of these quantities."""
        y = np.stack([values_of(self._dataset, it) for it in asked], axis=1)
        topic, units = Topic(asked, np.sqrt(variances(y, self._sample).value)), self._design.units
        if _has_units(units):
            means = unit_means_of_rows(y, self._samples[units], self._plan.comparison_inference)
            yield from _unit_questions(topic, units, means, self._plan)
        for grouping in self._dataset.groupings:
            kept = np.array([it.item != grouping.breakdown for it in asked], dtype=np.bool_)
            if kept.any():
                yield from self._level_questions(topic.without(grouping.breakdown), y[:, kept], grouping)

    def _level_questions(self, topic: Topic, y: np.ndarray, grouping: Grouping) -> Iterator[Question]:
        for it in _contrasts(grouping.breakdown, grouping.levels, self._plan):
            sides = (grouping.member == it.level, np.isin(grouping.member, it.others))
            for units, sample in self._samples.items():
                found = compare_levels_of_rows(y, sides, sample, self._plan.comparison_inference)
                yield it.question(topic, units, found)


@dataclass(frozen=True, slots=True)
class _Contrast:
    """One level of a breakdown against others, all by number."""

    reference: str
    breakdown: str
    level: int
    name: str
    others: tuple[int, ...]

    def question(self, topic: Topic, units: tuple[str, ...], found: Differences) -> Question:
        """Return the question of which these are the differences."""
        every = np.ones(len(units), dtype=np.bool_)
        return Question(topic, self.reference, units, found, every, ~every, breakdown=self.breakdown, level=self.name)


def _contrasts(breakdown: str, levels: Sequence[str], plan: AnalysisPlan) -> Iterator[_Contrast]:
    """Return the contrasts of a breakdown: waves with an earlier one, levels of other breakdowns with all others."""
    if breakdown == plan.design.wave:
        for name, reference in plan.references.items():
            if isinstance(reference, PastReference) and reference.wave in levels:
                earlier = levels.index(reference.wave)
                for later in range(earlier + 1, len(levels)):
                    yield _Contrast(name, breakdown, later, levels[later], (earlier,))
    elif plan.subgroup_contrasts and len(levels) > 1:
        for level, name in enumerate(levels):
            others = tuple(other for other in range(len(levels)) if other != level)
            yield _Contrast(OTHERS, breakdown, level, name, others)


def _designs(design: Design) -> tuple[Design, ...]:
    """Return all units together and, where there are units, each of them."""
    return (design.together(),) if design.units == ("",) else (design.together(), design)
