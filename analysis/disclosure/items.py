"""One item: which of its places are hidden, and why.

First what is unsafe by itself, then what is needed to protect it. Source: Hundepool et al. (2012), Statistical Disclosure
Control, Wiley, chapter 4.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from analysis.disclosure.before import Before
from analysis.disclosure.complement import hide_complements
from analysis.disclosure.counting import answers_of
from analysis.disclosure.places import Answers, Place
from analysis.disclosure.primary import certain_places, is_dominated, is_few
from analysis.disclosure.publication import Publication
from analysis.disclosure.sheets import grid_of
from analysis.disclosure.telling import told_apart
from analysis.disclosure.watching import Asked, watch_amounts, watch_certainty, watch_respondents
from analysis.policy import DisclosurePolicy
from analysis.results import Cell, Contributions, Figure, Suppressed

FEW = Suppressed("fewer_than_floor")
COMPLEMENT = Suppressed("complement")
CERTAIN = Suppressed("one_answer_certain")


@dataclass(frozen=True, slots=True)
class HiddenItem:
    """The hidden places of an item with their reasons, the groups whose sums are still published, and how it was counted."""

    reasons: Mapping[Place, Suppressed]
    groups: frozenset[str]
    ways: tuple[Answers, ...]


def hide_item(
    figures: Mapping[Cell, Figure],
    contributions: Mapping[Cell, Contributions],
    asked: Asked,
    policy: DisclosurePolicy,
    publication: Publication,
    before: Before,
) -> HiddenItem:
    """Return what is hidden of one item. `before` is what readers already have of it.

    >>> from analysis.disclosure.before import NOTHING_BEFORE
    >>> from analysis.results import Measure, NotEstimable
    >>> counts = {"": 54, "GM1": 4, "GM2": 30, "GM3": 20}
    >>> figures = {Cell(Measure.MEAN, "q", unit=unit): NotEstimable("", n) for unit, n in counts.items()}
    >>> asked = Asked(frozenset(), {}, {})
    >>> found = hide_item(figures, {}, asked, DisclosurePolicy(), Publication(), NOTHING_BEFORE)
    >>> sorted((unit, reason.reason) for (unit, _, _), reason in found.reasons.items())
    [('GM1', 'fewer_than_floor'), ('GM3', 'complement')]
    """
    ways = answers_of(figures)
    grid = grid_of(ways, publication.groups)
    few = {_place(cell) for cell, figure in figures.items() if is_few(figure, policy)}
    certain = certain_places(figures, policy)
    amounts = {cell: it for cell, it in contributions.items() if cell in figures}
    dominated = {_place(cell) for cell, it in amounts.items() if is_dominated(it, policy.amounts)}
    units = {(unit, "", "") for unit in asked.hidden}
    mask = grid.mask(
        {*few, *certain, *dominated, *units, *before.small_differences(ways, policy.floor), *before.stay_hidden(ways)}
    )
    watched = [
        *watch_respondents(ways, grid, policy, asked, before),
        *watch_certainty(ways, grid, policy, certain),
        *watch_amounts(amounts, grid, policy.amounts),
    ]
    hide_complements(watched, mask)
    # Editions would have to be told apart as well: there, all hidden places have the same reason.
    tell = frozenset() if publication.series else told_apart(watched, mask, policy.floor)
    hidden = mask.places()
    reasons = {
        place: _reason(place, few, dominated)
        if place[1] in tell and not (place[1] and (place[0], "", "") in hidden)
        else COMPLEMENT
        for place in hidden
    }
    return HiddenItem(reasons, frozenset(mask.groups), tuple(ways))


def _place(cell: Cell) -> Place:
    return cell.unit, cell.breakdown, cell.level


def _reason(place: Place, few: set[Place], dominated: set[Place]) -> Suppressed:
    """Return the reason to tell. That one answer is certain is not told: to know it is to know the answer."""
    if place in few:
        return FEW
    return CERTAIN if place in dominated else COMPLEMENT
