"""From differences to comparisons: interval, p-values within their families, effect size, and whether it matters.

One family is an item over all units, as in a list or a map; another is everything in the report of one unit. Both hold
the share of false discoveries at 5 % (Benjamini-Hochberg). Preregistered indicators of a unit are a family of their own,
in which no false discovery at all is made in 95 % of the cases (Holm). A difference is told when it holds in each family
to which it belongs: then every reader may rely on it, in whatever order the figures are read.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from analysis.comparison.differences import Differences, cohen_h, p_values
from analysis.comparison.multiplicity import Adjustment, adjust_p
from analysis.intervals import t_interval
from analysis.plan import AnalysisPlan
from analysis.quantities import Quantity
from analysis.results import TOTAL, Adjusted, Cell, Comparison, Interval, Measure, NotEstimable, Pair
from analysis.units.groups import FEWEST_UNITS, LARGEST_PART

# A difference matters from 3 points on the scale of 100, or from a tenth of a standard deviation.
_POINTS = {Measure.SCORE: 3.0, Measure.SHARE: 0.03}
_PART_OF_SD = 0.1
_SIGNIFICANT = 0.05


@dataclass(frozen=True, slots=True, eq=False)
class Topic:
    """Quantities that are compared, and the standard deviation of each over all respondents together."""

    asked: tuple[Quantity, ...]
    sd: NDArray[np.float64]

    def without(self, item: str) -> Topic:
        """Return the same without one item."""
        kept = np.array([it.item != item for it in self.asked], dtype=np.bool_)
        return Topic(tuple(it for it in self.asked if it.item != item), self.sd[kept])


@dataclass(frozen=True, slots=True, eq=False)
class Question:
    """Differences (quantity, unit, 1) of a topic with one `reference`, and where they stand.

    `compared` are the units that have this reference and `included` those that count in it. `guarded`: it is a group that
    must not be small.
    """

    topic: Topic
    reference: str
    units: tuple[str, ...]
    found: Differences
    compared: NDArray[np.bool_]
    included: NDArray[np.bool_]
    guarded: bool = False
    breakdown: str = ""
    level: str = ""

    def pair(self, row: int, unit: int) -> Pair:
        """Return what is compared."""
        asked = self.topic.asked[row]
        cell = Cell(asked.measure, asked.item, asked.category, self.units[unit], self.breakdown, self.level)
        return Pair(cell, self.reference)


def conclude(questions: Sequence[Question], plan: AnalysisPlan) -> dict[Pair, Comparison | NotEstimable]:
    """Return the comparison of every unit that has a reference, or why there is none.

    Source: Benjamini & Hochberg (1995), JRSS B 57, 289-300; Holm (1979), Scandinavian Journal of Statistics 6, 65-70;
    relevance is a rule of this program, with Cohen (1988) for the effect sizes beside it.

    >>> from analysis.comparison.differences import compare_levels
    >>> from analysis.design import Design
    >>> from analysis.plan import NumberItem
    >>> from analysis.tabulation.moments import Moments
    >>> levels = np.array([[50, 50, 70, 5000, 50, 0, 5000], [50, 50, 60, 5000, 50, 0, 5000]])
    >>> moments = Moments(*levels.T.reshape(7, 1, 1, 2))  # means 70 and 60 of 50 respondents each
    >>> design = Design(np.array([100]), np.full(1, np.inf), ("",), np.array([0]))
    >>> topic, yes = Topic((Quantity(Measure.SCORE, "q"),), np.array([11.0])), np.ones(1, dtype=bool)
    >>> question = Question(topic, "others", ("",), compare_levels(moments, design, 0, np.array([1])), yes, ~yes)
    >>> (found,) = conclude([question], AnalysisPlan(items={"q": NumberItem(kind="number")})).values()
    >>> found.difference, round(found.se, 4), round(found.effect_size, 2), found.p_adjusted < 0.001, found.relevant
    (10.0, 2.0101, 0.91, True, True)
    """
    found = [it for question in questions for it in _tested(question, plan)]
    compared = {pair: it for pair, it in found if isinstance(it, Comparison)}
    families = _families(compared, plan)
    return {pair: _judged(it, families[pair]) if isinstance(it, Comparison) else it for pair, it in found}


def _tested(question: Question, plan: AnalysisPlan) -> Iterator[tuple[Pair, Comparison | NotEstimable]]:
    """Return the comparisons of a question; `relevant` says for now that a difference is large enough."""
    found, sd = question.found, question.topic.sd[:, None, None]
    p = p_values(found)
    low, high = t_interval(found.difference, found.variance, np.maximum(found.df, 1.0), confidence=plan.confidence)
    shares = np.array([it.measure is Measure.SHARE for it in question.topic.asked])[:, None, None]
    in_sd = np.divide(found.difference, sd, out=np.zeros_like(found.difference), where=sd > 0)
    effect = np.where(shares, cohen_h(found.mean, found.mean - found.difference), in_sd)
    points = np.array([_POINTS.get(it.measure, np.inf) for it in question.topic.asked])[:, None, None]
    matters = np.abs(found.difference) >= np.minimum(points, _PART_OF_SD * sd)
    reasons = _reasons(question)
    for row, unit in np.ndindex(found.n.shape[:2]):
        if not question.compared[unit]:
            continue
        at = (row, unit, 0)
        if reasons[at]:
            yield question.pair(row, unit), NotEstimable(reasons[at], int(found.n[at]))
            continue
        yield (
            question.pair(row, unit),
            Comparison(
                difference=float(found.difference[at]),
                se=float(np.sqrt(found.variance[at])),
                interval=Interval(float(low[at]), float(high[at])),
                df=float(found.df[at]),
                p_value=float(p[at]),
                p_adjusted=float(p[at]),
                family="",
                relevant=bool(matters[at]),
                respondents=int(found.n[at]),
                reference_respondents=int(found.reference_n[at]),
                inference=plan.comparison_inference,
                effect_size=float(effect[at]),
                includes_unit=bool(question.included[unit]),
            ),
        )


def _reasons(question: Question) -> NDArray[np.object_]:
    """Return why there is no comparison, or an empty text."""
    found = question.found
    fewest = np.minimum(found.n, found.reference_n - np.where(question.included[:, None], found.n, 0))
    reasons: NDArray[np.object_] = np.full(found.n.shape, "", dtype=np.object_)
    reasons[found.df <= 0] = "no_degrees_of_freedom"
    reasons[found.variance <= 0] = "no_variation"
    reasons[found.failed] = "lonely_stratum"
    if question.guarded:
        reasons[found.largest > LARGEST_PART] = "dominant_unit"
        reasons[found.units < FEWEST_UNITS] = "too_few_units"
    reasons[fewest == 1] = "one_respondent"
    reasons[fewest == 0] = "no_respondents"
    return reasons


def _families(compared: dict[Pair, Comparison], plan: AnalysisPlan) -> dict[Pair, tuple[Adjusted, ...]]:
    """Return for each comparison its p-value in every family to which it belongs."""
    members: dict[tuple[str, Adjustment], list[Pair]] = defaultdict(list)
    for pair in compared:
        for family in _named(pair, plan):
            members[family].append(pair)
    found: dict[Pair, tuple[Adjusted, ...]] = defaultdict(tuple)
    for (name, method), pairs in members.items():
        adjusted = adjust_p(np.array([compared[pair].p_value for pair in pairs]), method)
        for pair, p in zip(pairs, adjusted.tolist(), strict=True):
            found[pair] += (Adjusted(name, p, method.value),)
    return found


def _named(pair: Pair, plan: AnalysisPlan) -> Iterator[tuple[str, Adjustment]]:
    """Return the families of a comparison; every reference is a question of its own."""
    cell = pair.cell
    reference = "" if pair.reference == TOTAL else f":{pair.reference}"
    if cell.item in plan.preregistered:
        yield f"preregistered:{cell.unit}{reference}", Adjustment.HOLM
        return
    breakdown = f":{cell.breakdown}" if cell.breakdown else ""
    yield f"{cell.measure}:{cell.item}{reference}{breakdown}", Adjustment.BH
    yield f"report:{cell.unit}{reference}", Adjustment.BH


def _judged(comparison: Comparison, families: tuple[Adjusted, ...]) -> Comparison:
    strictest = max(families, key=lambda it: it.p_value)
    return replace(
        comparison,
        p_adjusted=strictest.p_value,
        family=strictest.family,
        relevant=comparison.relevant and strictest.p_value < _SIGNIFICANT,
        families=families,
    )
