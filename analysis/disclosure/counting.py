"""Counting: from published figures to how many respondents gave each answer, as a reader can compute it.

Source: Hundepool et al. (2012), Statistical Disclosure Control, Wiley, chapter 4.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from analysis.disclosure.places import Place
from analysis.disclosure.sheets import ROUNDING, Floats
from analysis.results import Cell, Estimate, Figure, Measure

# The best of a measure, for which its value says how answers divide; 0: only the number of respondents is known.
_SCALES: Mapping[Measure, float] = {
    Measure.CATEGORY: 1.0,
    Measure.MISSING: 1.0,
    Measure.SCORE: 100.0,
    Measure.SHARE: 1.0,
    Measure.MEAN: 0.0,
    Measure.TOTAL: 0.0,
    Measure.RATIO: 0.0,
    Measure.QUANTILE: 0.0,
}
_DISTRIBUTIONS = (Measure.CATEGORY, Measure.MISSING)


def answers_of(figures: Mapping[Cell, Figure]) -> list[dict[Place, tuple[float, ...]]]:
    """Return how the respondents of one item answered by place, once for each different way of counting them.

    Of a distribution every answer counts (n·share); of a score or a share the part towards 100 and the rest. These are
    what a reader can compute. With unequal weights they are an approximation of the counts.

    >>> from analysis.results import Inference, Interval, Method
    >>> half = Estimate(0.25, 0.1, Interval(0.1, 0.5), 20, 20.0, 90.0, 19, None, Method.LOGIT, Inference.PROCESS)
    >>> answers_of({Cell(Measure.SHARE, "q", unit="GM1"): half})  # 5 of 20
    [{('GM1', '', ''): (5.0, 15.0)}]
    """
    found: list[dict[Place, tuple[float, ...]]] = []
    counted: list[dict[Place, int]] = []
    for measure in sorted({cell.measure for cell in figures}, key=list(_SCALES).index):
        part = {cell: it for cell, it in figures.items() if cell.measure is measure}
        ways = _distributions(part) if measure in _DISTRIBUTIONS else [_two_sided(part, _SCALES[measure])]
        counts = {place: round(sum(answers)) for place, answers in ways[0].items()}
        if counts not in counted:
            found += ways
            counted.append(counts)
    return found


def _place(cell: Cell) -> Place:
    return cell.unit, cell.breakdown, cell.level


def _distributions(figures: Mapping[Cell, Figure]) -> list[dict[Place, tuple[float, ...]]]:
    """Return the answers of a distribution: together, or one by one where a respondent may give several."""
    categories = tuple(dict.fromkeys(cell.category for cell in figures))
    sums: dict[Place, float] = {}
    for cell, figure in figures.items():
        sums[_place(cell)] = sums.get(_place(cell), 0.0) + (figure.value if isinstance(figure, Estimate) else 0.0)
    if any(total > 1 + ROUNDING for total in sums.values()):
        alone = ({cell: it for cell, it in figures.items() if cell.category == name} for name in categories)
        return [_two_sided(of_one, 1.0) for of_one in alone]
    places: dict[Place, dict[str, Figure]] = {}
    for cell, figure in figures.items():
        places.setdefault(_place(cell), {})[cell.category] = figure
    found: dict[Place, tuple[float, ...]] = {}
    counts = {place: min(it.respondents for it in here.values()) for place, here in places.items()}
    for place, here in places.items():
        values = [it.value if isinstance(it := here.get(name), Estimate) else 0.0 for name in categories]
        # Of reasons for no answer the rest is those who did answer.
        rest = max(1.0 - sum(values), 0.0) if sum(values) else 0.0
        found[place] = _scaled(np.array([*values, rest]), counts[place])
    return [_fill(found, counts)]


def _two_sided(figures: Mapping[Cell, Figure], best: float) -> dict[Place, tuple[float, ...]]:
    found: dict[Place, tuple[float, ...]] = {}
    counts: dict[Place, int] = {}
    for cell, figure in figures.items():
        place = _place(cell)
        counts[place] = min(figure.respondents, counts.get(place, figure.respondents))
        part = figure.value / best if isinstance(figure, Estimate) and best else 0.0
        sides = np.array([part, 1 - part]) if isinstance(figure, Estimate) else np.zeros(2)
        found[place] = _scaled(np.clip(sides, 0.0, 1.0) if best else np.ones(1), counts[place])
    return _fill(found, counts)


def _scaled(parts: Floats, total: float) -> tuple[float, ...]:
    """Return parts that add up to the total; nothing where there are no parts."""
    whole = parts.sum()
    return tuple((parts * (total / whole)).tolist()) if whole > 0 else (0.0,) * parts.size


def _fill(found: dict[Place, tuple[float, ...]], counts: Mapping[Place, int]) -> dict[Place, tuple[float, ...]]:
    """Give the places without an estimate the answers of a larger place, in proportion: nobody published theirs."""
    for place, count in counts.items():
        if count and not sum(found[place]):
            unit, breakdown, level = place
            wider = [(unit, "", ""), ("", breakdown, level), ("", "", "")]
            known = next((found[it] for it in wider if sum(found.get(it, ()))), (1.0,) * len(found[place]))
            found[place] = _scaled(np.array(known), count)
    return found
