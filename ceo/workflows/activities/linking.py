"""From the sealed answers of a series to persons with what they scored in each wave: plain functions for a thread."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from ceo.workflows.activities.asking_policy import laws_of, refuse_providers
from ceo.workflows.activities.changes import RefusedByPolicy
from questionnaires.scales import Polarity

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from analysis.dataset import Dataset
    from analysis.plan import AnalysisPlan
    from analysis.pooling import Pooled
    from questionnaires.comparability.crosswalks import Crosswalk
    from questionnaires.modules import Act
    from questionnaires.questionnaire import Questionnaire

_EVERYBODY: Final = "everybody"


@dataclass(frozen=True, slots=True)
class PersonRow:
    """Sealed answers. `person` is the name within the series, None where nothing links them; `version` a content hash."""

    person: str | None
    activity: str
    version: str
    answers: dict[str, Any]


@dataclass(frozen=True, slots=True)
class WaveRows:
    """The answers of one wave. `populations`: number of clients by activity, as far as known. `act`: the law that the plan names."""

    number: int
    populations: Mapping[str, int]
    rows: tuple[PersonRow, ...]
    act: Act | None = None


@dataclass(frozen=True, slots=True)
class SeriesRows:
    """Everything that the changes of a series follow from. Holds answers, no names.

    `versions`: content and digest of what was filled in. `by_provider`: the groups are, or stand for, who gives the support.
    """

    waves: tuple[WaveRows, ...]
    versions: tuple[tuple[str, str], ...]
    crosswalks: tuple[Crosswalk, ...] | None
    floor: int
    by_provider: bool


@dataclass(frozen=True, slots=True)
class Indicator:
    """A score or question of which persons have a number (0-100), with its direction of good, and its items for a theme score."""

    id: str
    title: str
    is_theme: bool
    has_positive: bool
    polarity: Polarity
    items: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class LinkedWave:
    """Who answered in a wave: by row the activity, and the values (0-100, NaN for none) and positive answers (0, 1, NaN) by indicator.

    `row_of` names the row of each person who can be linked. Who answered twice in one wave cannot: nobody knows which answer counts.
    """

    number: int
    populations: Mapping[str, int]
    activity: NDArray[np.str_]
    row_of: Mapping[str, int]
    values: Mapping[str, NDArray[np.float64]]
    positive: Mapping[str, NDArray[np.float64]]


@dataclass(frozen=True, slots=True)
class Linked:
    """What is compared, and each wave with its persons. `closed_to_partners`: as in `SeriesChanges`."""

    indicators: tuple[Indicator, ...]
    waves: tuple[LinkedWave, ...]
    closed_to_partners: RefusedByPolicy | None


def link_waves(given: SeriesRows) -> Linked | RefusedByPolicy:
    """Return what is compared, and each wave with its persons; the refusal of the policy when the groups may not be shown.

    Only versions that may be pooled share an indicator: a question that changed too much has no persons with both.
    """
    from analysis.design import Stratum
    from analysis.gathering import gather
    from analysis.plan import plan_of
    from analysis.pooling import pool_versions
    from questionnaires.publishing import open_published
    from questionnaires.sources import shipped_sources

    released = given.crosswalks
    pooled = pool_versions(given.versions, shipped_sources().all_crosswalks() if released is None else released)
    plan = plan_of(pooled.codebook)
    # A group that somebody answers for stands for a provider, whatever the plan of the round calls it.
    versions = {digest: open_published(content, digest).questionnaire for content, digest in given.versions}
    used = {(row.version, wave.act) for wave in given.waves for row in wave.rows}
    refused = refuse_providers(plan, laws_of(versions, used))
    if given.by_provider and refused is not None:
        return refused
    every = [row for wave in given.waves for row in wave.rows]
    # One stratum for all keeps the rows in their order; the design is made by activity afterwards.
    records = pooled.records((_EVERYBODY, row.version, row.answers) for row in every)
    dataset = gather(records, pooled.codebook, [Stratum(_EVERYBODY)])
    if isinstance(dataset, tuple):
        assert not every, f"stored submissions do not fit their codebook: {dataset}"
        return Linked((), (), refused)
    indicators = _indicators(pooled, plan, _undirected(versions.values()))
    values, positive = _columns(dataset, plan, indicators)
    return Linked(indicators, tuple(_waves(given.waves, values, positive)), refused)


def _undirected(versions: Iterable[Questionnaire]) -> frozenset[str]:
    """Return the questions of which a higher answer is neither better nor worse in some version. Of all others a high score is good."""
    return frozenset(
        item.id
        for version in versions
        for item in version.items
        if (scale := version.scale_of(item)) is not None and (item.polarity or scale.polarity) is Polarity.NONE
    )


def _indicators(pooled: Pooled, plan: AnalysisPlan, undirected: Collection[str]) -> tuple[Indicator, ...]:
    from analysis.plan import ScaleItem
    from analysis.pooling import EARLIER

    directions = {True: Polarity.POSITIVE, False: Polarity.NEGATIVE}
    themes = [
        Indicator(one.composite, one.title, True, False, directions[one.higher_is_better], one.items)
        for one in pooled.codebook.composites
    ]
    items = [
        Indicator(
            variable.item,
            variable.title or variable.label,
            False,
            item.has_positive,
            Polarity.NONE if variable.item.split(EARLIER)[0] in undirected else Polarity.POSITIVE,
        )
        for variable in pooled.codebook.variables
        if isinstance(item := plan.items.get(variable.item), ScaleItem) and item.scored
    ]
    return (*themes, *items)


def _columns(
    dataset: Dataset, plan: AnalysisPlan, indicators: Sequence[Indicator]
) -> tuple[dict[str, NDArray[np.float64]], dict[str, NDArray[np.float64]]]:
    from analysis.quantities import quantities, values_of
    from analysis.results import Measure

    wanted = {one.id for one in indicators}
    asked = [one for one in quantities(dataset, plan) if one.item in wanted]
    values = {one.item: values_of(dataset, one) for one in asked if one.measure is Measure.SCORE}
    positive = {one.item: values_of(dataset, one) for one in asked if one.measure is Measure.SHARE}
    return values, positive


def _waves(
    waves: Sequence[WaveRows],
    values: Mapping[str, NDArray[np.float64]],
    positive: Mapping[str, NDArray[np.float64]],
) -> Sequence[LinkedWave]:
    import numpy as np

    found, first = [], 0
    for wave in waves:
        own = slice(first, first + len(wave.rows))
        first = own.stop
        times = Counter(row.person for row in wave.rows)
        row_of = {row.person: place for place, row in enumerate(wave.rows) if row.person and times[row.person] == 1}
        found.append(
            LinkedWave(
                wave.number,
                wave.populations,
                np.array([row.activity for row in wave.rows], dtype=np.str_),
                row_of,
                {name: column[own] for name, column in values.items()},
                {name: column[own] for name, column in positive.items()},
            )
        )
    return found
