"""Primary rules: which figures are unsafe by themselves, whatever else is published.

Source: Hundepool et al. (2012), Statistical Disclosure Control, Wiley, sections 1.4 and 4.2.
"""

from __future__ import annotations

from collections.abc import Mapping

from analysis.disclosure.places import Place
from analysis.policy import AmountRules, DisclosurePolicy
from analysis.results import Cell, Contributions, Estimate, Figure, Inference, Measure

_CERTAIN = (Measure.CATEGORY, Measure.SHARE)


def is_few(figure: Figure, policy: DisclosurePolicy) -> bool:
    """Return whether too few people answered, or too few clients stand behind them in the register.

    Source: Hundepool et al. (2012), Statistical Disclosure Control, section 4.2 (threshold rule).

    >>> from analysis.results import NotEstimable
    >>> is_few(NotEstimable("", 9), DisclosurePolicy()), is_few(NotEstimable("", 10), DisclosurePolicy())
    (True, False)
    """
    if figure.respondents < policy.floor:
        return True
    finite = isinstance(figure, Estimate) and figure.inference is Inference.FINITE
    return finite and isinstance(figure, Estimate) and figure.population < policy.floor


def few_units(populations: Mapping[str, float], policy: DisclosurePolicy) -> frozenset[str]:
    """Return the units with fewer clients in the register than the floor.

    >>> few_units({"GM1": 8, "GM2": 40}, DisclosurePolicy())
    frozenset({'GM1'})
    """
    return frozenset(unit for unit, population in populations.items() if population < policy.floor)


def certain_places(figures: Mapping[Cell, Figure], policy: DisclosurePolicy) -> frozenset[Place]:
    """Return where nobody, or everybody, of a small group gave an answer to a sensitive question: that tells of each.

    Source: Hundepool et al. (2012), section 1.4 (group disclosure).

    >>> from analysis.results import Interval, Method
    >>> all_yes = Estimate(1.0, 0.0, Interval(0.8, 1.0), 12, 12.0, 40.0, 11, None, Method.LOGIT, Inference.PROCESS)
    >>> policy = DisclosurePolicy(sensitive_items=("geweld",))
    >>> certain_places({Cell(Measure.SHARE, "geweld", unit="GM1"): all_yes}, policy)
    frozenset({('GM1', '', '')})
    """
    return frozenset(
        (cell.unit, cell.breakdown, cell.level)
        for cell, figure in figures.items()
        if cell.item in policy.sensitive_items and cell.measure in _CERTAIN
        if isinstance(figure, Estimate) and figure.respondents < policy.certain_below and not 0 < figure.value < 1
    )


def is_dominated(amounts: Contributions, rules: AmountRules) -> bool:
    """Return whether a total tells too well what the largest contributor has.

    total − largest − second < p·largest (p % rule), or largest > d·total ((1, d) dominance). Units: of the item.
    Source: Hundepool et al. (2012), section 4.2.2.

    >>> is_dominated(Contributions(total=100.0, largest=60.0, second=35.0), AmountRules())
    True
    >>> is_dominated(Contributions(total=100.0, largest=40.0, second=30.0), AmountRules())
    False
    """
    others = amounts.total - amounts.largest - amounts.second
    return others < rules.precision * amounts.largest or amounts.largest > rules.dominance * amounts.total
