"""Protecting: from results to something that may be shown, with the ledger of what readers already have.

Source: Hundepool et al. (2012), Statistical Disclosure Control, Wiley, chapter 4.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, replace

from analysis.disclosure.before import NOTHING_BEFORE
from analysis.disclosure.items import COMPLEMENT, FEW, HiddenItem, hide_item
from analysis.disclosure.ledger import Ledger
from analysis.disclosure.places import Place
from analysis.disclosure.primary import few_units, is_few
from analysis.disclosure.publication import Publication
from analysis.disclosure.watching import Asked
from analysis.policy import DisclosurePolicy
from analysis.results import (
    TOTAL,
    Cell,
    Comparison,
    Figure,
    Measure,
    NotEstimable,
    Pair,
    ProtectedComparison,
    ProtectedFigure,
    ProtectedResults,
    Results,
)

# The respondents themselves are counted as the answers to a question without a name.
EVERYONE = ""


@dataclass(frozen=True, slots=True)
class Published:
    """Results that may be shown, and the ledger that has to be kept with them.

    `groups`: for each item the references whose groups of units may be summed up.
    """

    results: ProtectedResults
    ledger: Ledger
    groups: Mapping[str, frozenset[str]]


def protect(
    results: Results,
    policy: DisclosurePolicy = DisclosurePolicy(),  # noqa: B008 - frozen
    ledger: Ledger = Ledger(),  # noqa: B008 - frozen
    *,
    publication: Publication = Publication(),  # noqa: B008 - frozen
) -> ProtectedResults:
    """Return the results with every figure hidden that rests on, or gives away, too few respondents.

    Hidden is a `Suppressed` with its reason; keys stay the same. Nobody who has everything in it, and everything of
    the same series in the ledger, can place a small number of respondents closer than within `policy.width`. Respondents
    are unweighted counts of valid answers. All measures of an item in one place share their fate.
    Source: Hundepool et al. (2012), Statistical Disclosure Control, ch. 4 (threshold rule, secondary suppression).

    >>> results = Results({}, {}, {"": 54, "GM1": 4, "GM2": 30, "GM3": 20}, {})  # GM3 protects GM1
    >>> [(unit, str(getattr(n, "reason", n))) for unit, n in protect(results).respondents.items()]
    [('', '54'), ('GM1', 'fewer_than_floor'), ('GM2', '30'), ('GM3', 'complement')]
    """
    return _without(_hidden_places(results, policy, ledger, publication), results, policy)


def publish(
    results: Results,
    policy: DisclosurePolicy,
    ledger: Ledger = Ledger(),  # noqa: B008 - frozen
    *,
    publication: Publication,
) -> Published:
    """Return the protected results with the ledger of everything that readers have once these are out.

    >>> results = Results({}, {}, {"": 54, "GM1": 4, "GM2": 30, "GM3": 20}, {})
    >>> (release,) = publish(results, DisclosurePolicy(), publication=Publication("2026-1")).ledger.releases
    >>> [(counted.place[0], counted.respondents, counted.shown) for counted in release.items[0].ways[0]]
    [('', 54, True), ('GM1', 4, False), ('GM2', 30, True), ('GM3', 20, False)]
    """
    hidden = _hidden_places(results, policy, ledger, publication)
    items = {item: (it.ways, frozenset(it.reasons)) for item, it in hidden.items()}
    grown = ledger.with_release(publication.release, publication.series, publication.waves, items)
    groups = {item: it.groups for item, it in hidden.items()}
    return Published(_without(hidden, results, policy), grown, groups)


def _without(hidden: Mapping[str, HiddenItem], results: Results, policy: DisclosurePolicy) -> ProtectedResults:
    from analysis.disclosure.rounding import round_results

    everyone = hidden[EVERYONE].reasons
    comparing = _Comparing(
        hidden, policy, {cell: it.respondents for cell, it in results.figures.items() if not cell.unit}
    )
    protected = ProtectedResults(
        figures={cell: _figure(cell, figure, hidden, policy) for cell, figure in results.figures.items()},
        comparisons={pair: comparing.protect(pair, it) for pair, it in results.comparisons.items()},
        respondents={unit: everyone.get((unit, "", ""), n) for unit, n in results.respondents.items()},
        populations={
            unit: population
            for unit, population in results.populations.items()
            # Without a register the population of a unit is its number of respondents.
            if (unit, "", "") not in everyone or round(population) != results.respondents.get(unit)
        },
        policy=policy,
        marks=results.marks,
        origin=results.origin,
    )
    return round_results(protected, policy.rounding) if policy.rounding else protected


def _hidden_places(
    results: Results, policy: DisclosurePolicy, ledger: Ledger, publication: Publication
) -> dict[str, HiddenItem]:
    """Return by item what is hidden of it; the item without a name is the respondents themselves."""
    units = frozenset(unit for unit in results.respondents if unit)
    before = {item: it.of_units(units) for item, it in ledger.before(publication.series, publication.waves).items()}
    by_item: dict[str, dict[Cell, Figure]] = defaultdict(dict)
    for cell, figure in results.figures.items():
        by_item[cell.item][cell] = figure
    few = few_units(results.populations, policy)
    counted = before.get(EVERYONE, NOTHING_BEFORE)
    everyone = hide_item(_everyone(results), {}, Asked(few, {}, {}), policy, publication, counted)
    asked = Asked(
        hidden=frozenset(unit for unit, _, _ in everyone.reasons),
        now={unit: n for unit, n in results.respondents.items() if (unit, "", "") not in everyone.reasons},
        earlier={unit: n for (unit, _, _), n in counted.last_published().items()},
    )
    found = {EVERYONE: everyone}
    for item, figures in by_item.items():
        found[item] = hide_item(
            figures, results.contributions, asked, policy, publication, before.get(item, NOTHING_BEFORE)
        )
    return found


def _everyone(results: Results) -> dict[Cell, Figure]:
    return {Cell(Measure.MEAN, EVERYONE, unit=unit): NotEstimable("", n) for unit, n in results.respondents.items()}


def _place(cell: Cell) -> Place:
    return cell.unit, cell.breakdown, cell.level


def _figure(cell: Cell, figure: Figure, hidden: Mapping[str, HiddenItem], policy: DisclosurePolicy) -> ProtectedFigure:
    reason = hidden[cell.item].reasons.get(_place(cell))
    if reason is None:
        return figure
    # Another measure of the item may be the small one.
    return COMPLEMENT if reason == FEW and not is_few(figure, policy) else reason


@dataclass(frozen=True, slots=True)
class _Comparing:
    """Decides about comparisons: these publish the figure of a unit, and with the difference that of the reference."""

    hidden: Mapping[str, HiddenItem]
    policy: DisclosurePolicy
    together: Mapping[Cell, int]

    def protect(self, pair: Pair, comparison: Comparison | NotEstimable) -> ProtectedComparison:
        """Return the comparison, or why it is hidden."""
        cell, item = pair.cell, self.hidden.get(pair.cell.item, _NOTHING)
        if comparison.respondents < self.policy.floor:
            return item.reasons.get(_place(cell), FEW)
        if _place(cell) in item.reasons:
            return COMPLEMENT
        if isinstance(comparison, NotEstimable):
            return comparison
        few = min(comparison.others, comparison.reference_respondents) < self.policy.floor
        return COMPLEMENT if few or not self._may_know(pair, comparison, item) else comparison

    def _may_know(self, pair: Pair, comparison: Comparison, item: HiddenItem) -> bool:
        """Return whether the reference may be known: it was audited, follows from what is shown, or nothing is hidden."""
        cell = pair.cell
        everyone = replace(cell, unit="")
        follows = comparison.others + comparison.respondents == self.together.get(everyone)
        if pair.reference == TOTAL or follows:
            return _place(everyone) not in item.reasons
        if pair.reference in item.groups:
            return True
        return not any(breakdown == cell.breakdown for _, breakdown, _ in item.reasons)


_NOTHING = HiddenItem({}, frozenset(), ())
