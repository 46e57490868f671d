"""Figures by the groups of one sealed round that are, or stand for, who gives the support. A plain function for a thread.

All groups are protected together, with the figures of the whole municipality as known: what the results page shows of the same people, and
nothing that it does not show. Groups stand in order of name and are compared with the whole municipality, never with each other.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

from ceo.workflows.activities.asking_policy import laws_of, refuse_providers
from ceo.workflows.activities.changes import NOT_ON_PAGE, RefusedByPolicy
from ceo.workflows.activities.clients import clients_of

if TYPE_CHECKING:
    from analysis.plan import AnalysisPlan
    from analysis.pooling import Pooled
    from analysis.results import Cell, Measure, ProtectedComparison, ProtectedFigure, ProtectedResults
    from questionnaires.comparability.crosswalks import Crosswalk
    from questionnaires.modules import Act

# A share is told as a percentage, a grade as itself.
_IN_PERCENT: Final = 100.0
# The whole and its groups are of the same answers.
_ROUND: Final = "round"
# The respondents themselves, in what a page has shown.
_EVERYONE: Final = ""
_Asked = tuple[str, str, "Measure"]


@dataclass(frozen=True, slots=True)
class GroupRow:
    """Sealed answers with their group; `version` is a content hash."""

    group: str
    version: str
    answers: dict[str, Any]


@dataclass(frozen=True, slots=True)
class RoundRows:
    """What the figures of a round follow from. `populations`: number of clients by group. `act`: the law that the plan names.

    `on_page`: by item of how many respondents the results page has shown a figure; None while it has shown nothing.
    """

    rows: tuple[GroupRow, ...]
    populations: Mapping[str, int]
    versions: tuple[tuple[str, str], ...]
    crosswalks: tuple[Crosswalk, ...] | None
    floor: int
    act: Act | None = None
    on_page: Mapping[str, Collection[int]] | None = None


@dataclass(frozen=True, slots=True)
class Shown:
    """A figure with its 95 % interval, in the unit of its line, and how many people it rests on; or the `reason` why there is none."""

    value: float = 0.0
    low: float = 0.0
    high: float = 0.0
    respondents: int = 0
    reason: str = ""


@dataclass(frozen=True, slots=True)
class ProviderLine:
    """One question or score. `unit`: "score" of 0-100, "share" as a percentage, or "mean" such as a grade.

    `whole`: of all groups together; None for who may not see it. `compared`: the group with the whole, with `higher` or `lower` when that
    carries a difference. A comparison that would give away a small group is not made.
    """

    indicator: str
    title: str
    unit: str
    own: Shown
    whole: Shown | None
    compared: bool = False
    higher: bool = False
    lower: bool = False


@dataclass(frozen=True, slots=True)
class ProviderGroup:
    """The figures of one group. `respondents` None: fewer than the floor, or the number would give away another."""

    name: str
    respondents: int | None
    lines: tuple[ProviderLine, ...]

    @property
    def is_shown(self) -> bool:
        """Whether there is any figure."""
        return any(not line.own.reason for line in self.lines)


@dataclass(frozen=True, slots=True)
class ProviderFigures:
    """The figures of a round by group, in order of name. `answered`: how many people answered, by line and group: never shown.

    `withheld`: what is told of no group, because the results page shows it of other people, or not at all.
    """

    groups: tuple[ProviderGroup, ...]
    answered: Mapping[str, Mapping[str, int]]
    floor: int
    withheld: frozenset[str] = frozenset()

    def line_gives_away(self, indicator: str, names: Collection[str]) -> bool:
        """Return whether a figure of the whole municipality tells who has these groups that of one other group, or of a few people.

        >>> figures = ProviderFigures((), {"a": {"A": 40, "B": 35, "C": 30}, "b": {"A": 40, "B": 35, "C": 0}}, 10)
        >>> figures.line_gives_away("a", {"A"}), figures.line_gives_away("a", {"A", "B"}), figures.line_gives_away("b", {"A"})
        (False, True, True)
        """
        others = [number for name, number in self.answered[indicator].items() if number and name not in names]
        return len(others) == 1 or 0 < sum(others) < self.floor

    def whole_gives_away(self, names: Collection[str]) -> bool:
        """Return whether any figure of the whole municipality does so."""
        return any(self.line_gives_away(indicator, names) for indicator in self.answered)

    def find(self, name: str) -> ProviderGroup | None:
        """Return a group; None when there is no such group."""
        return next((one for one in self.groups if one.name == name), None)


def measure_providers(given: RoundRows) -> ProviderFigures | RefusedByPolicy:
    """Return the figures of a sealed round by group, protected; the refusal where the policy forbids them under the law of the round."""
    from analysis.plan import plan_of
    from analysis.pooling import pool_versions
    from analysis.results import Cell
    from questionnaires.publishing import open_published
    from questionnaires.sources import shipped_sources

    released = given.crosswalks
    pooled = pool_versions(given.versions, shipped_sources().all_crosswalks() if released is None else released)
    plan = plan_of(pooled.codebook).model_copy(update={"subgroups": ()})
    versions = {digest: open_published(content, digest).questionnaire for content, digest in given.versions}
    if (refused := refuse_providers(plan, laws_of(versions, ((one, given.act) for one in versions)))) is not None:
        return refused
    names = sorted({row.group for row in given.rows})
    policy = plan.policy.with_floor(given.floor)
    if not names:
        return ProviderFigures((), {}, policy.floor)
    whole, results, people = _protected(given, pooled, plan.model_copy(update={"floor": policy.floor}))
    asked = tuple(_asked(pooled, plan))
    answered = {
        item: {name: people.get(Cell(measure, item, unit=name), 0) for name in names} for item, _, measure in asked
    }
    together = {_EVERYONE: len(given.rows)} | {item: sum(numbers.values()) for item, numbers in answered.items()}
    withheld = _not_on_page(together, given.on_page)
    groups = tuple(_group(name, results, whole, asked, withheld) for name in names)
    return ProviderFigures(groups, answered, policy.floor, withheld)


def _not_on_page(together: Mapping[str, int], on_page: Mapping[str, Collection[int]] | None) -> frozenset[str]:
    """Return of what the page shows no figure of just as many people as all groups together: their sum minus the page is then a few.

    >>> sorted(_not_on_page({"": 40, "a": 40, "b": 38, "c": 0}, {"": {40}, "a": {40}, "b": {35}}))
    ['b']
    >>> _not_on_page({"": 40, "a": 40}, None)
    frozenset()
    """
    from analysis.pooling import EARLIER

    if on_page is None:
        return frozenset()
    return frozenset(
        item for item, number in together.items() if number and number not in on_page.get(item.split(EARLIER)[0], ())
    )


def _protected(
    given: RoundRows, pooled: Pooled, plan: AnalysisPlan
) -> tuple[ProtectedResults, ProtectedResults, Mapping[Cell, int]]:
    """Return the figures of the whole municipality, and of its groups: the first are out already, and the second are hidden for them.

    Last how many people are behind each figure by group, before anything is hidden. Groups are shown as a whole, so that none of their
    breakdowns has to be protected.
    """
    from analysis.design import Stratum
    from analysis.disclosure import Publication, publish
    from analysis.disclosure.ledger import Ledger
    from analysis.engine import analyse
    from analysis.gathering import gather

    ledger, made, people = Ledger(), [], {}
    answered = Counter(row.group for row in given.rows)
    clients = clients_of(given.populations, answered) or dict.fromkeys(answered, float("inf"))
    for release, of_groups in (("whole", False), ("groups", True)):
        strata = [Stratum(name, name if of_groups else "", number) for name, number in clients.items()]
        records = pooled.records((row.group, row.version, row.answers) for row in given.rows)
        dataset = gather(records, pooled.codebook, strata)
        assert not isinstance(dataset, tuple), f"stored submissions do not fit their codebook: {dataset}"
        analysed = analyse(replace(dataset, groupings=()), plan)
        people = {cell: figure.respondents for cell, figure in analysed.figures.items()}
        published = publish(analysed, plan.policy, ledger, publication=Publication(release, _ROUND, (_ROUND,)))
        ledger = published.ledger
        made.append(published.results)
    return made[0], made[1], people


def _group(
    name: str,
    results: ProtectedResults,
    whole: ProtectedResults,
    asked: Sequence[_Asked],
    withheld: Collection[str],
) -> ProviderGroup:
    counted = None if _EVERYONE in withheld else results.respondents.get(name)
    lines = tuple(
        ProviderLine(line.indicator, line.title, line.unit, Shown(reason=NOT_ON_PAGE), None)
        if line.indicator in withheld
        else line
        for line in _lines(name, results, whole, asked)
    )
    return ProviderGroup(name, counted if isinstance(counted, int) else None, lines)


def _asked(pooled: Pooled, plan: AnalysisPlan) -> Iterator[_Asked]:
    """Yield what is told: theme scores first, then of every question one measure, the plainest that it has."""
    from analysis.plan import NumberItem, ScaleItem
    from analysis.results import Measure

    for one in pooled.codebook.composites:
        yield one.composite, one.title, Measure.SCORE
    for variable in pooled.codebook.variables:
        item = plan.items.get(variable.item)
        title = variable.title or variable.label
        if isinstance(item, ScaleItem) and item.has_positive:
            yield variable.item, title, Measure.SHARE
        elif isinstance(item, NumberItem) or (isinstance(item, ScaleItem) and item.numbered):
            yield variable.item, title, Measure.MEAN
        elif isinstance(item, ScaleItem) and item.scored:
            yield variable.item, title, Measure.SCORE


def _lines(
    name: str, results: ProtectedResults, whole: ProtectedResults, asked: Sequence[_Asked]
) -> Iterator[ProviderLine]:
    from analysis.results import Cell, Comparison, Measure, Pair

    for item, title, measure in asked:
        own, everybody = (Cell(measure, item, unit=unit) for unit in (name, ""))
        if own not in results.figures:
            continue
        factor = _IN_PERCENT if measure is Measure.SHARE else 1.0
        compared = results.comparisons.get(Pair(own))
        yield ProviderLine(
            item,
            title,
            measure.value,
            _shown(results.figures[own], factor),
            _shown(whole.figures[everybody], factor),
            isinstance(compared, Comparison),
            *_sides(compared),
        )


def _shown(figure: ProtectedFigure, factor: float) -> Shown:
    from analysis.results import Estimate

    if not isinstance(figure, Estimate):
        return Shown(reason=figure.reason)
    low, high = figure.interval.low * factor, figure.interval.high * factor
    return Shown(figure.value * factor, low, high, figure.respondents)


def _sides(comparison: ProtectedComparison | None) -> tuple[bool, bool]:
    from analysis.results import Comparison
    from exports.wording import claims_difference

    if not isinstance(comparison, Comparison) or not claims_difference(comparison):
        return False, False
    return comparison.difference > 0, comparison.difference < 0


def only_of(figures: ProviderFigures, names: Collection[str]) -> Sequence[ProviderGroup]:
    """Return the groups that a partner may see, each line beside the whole municipality only where that gives nobody else away."""
    found = [one for name in sorted(names) if (one := figures.find(name)) is not None]
    telling = {indicator for indicator in figures.answered if figures.line_gives_away(indicator, names)}
    return [
        replace(one, lines=tuple(_alone(line) if line.indicator in telling else line for line in one.lines))
        for one in found
    ]


def _alone(line: ProviderLine) -> ProviderLine:
    return replace(line, whole=None, compared=False, higher=False, lower=False)
