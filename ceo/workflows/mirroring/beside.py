"""The own figure beside those of groups: what the release compares itself, and groups of others that are put together from its figures.

A group is shown when disclosure control lets it be asked for, as everybody may ask for it; otherwise its reason is told. A group never
holds the municipality itself, and every client in it counts as one (the average over clients).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from analysis.results import Interval, Measure, NotEstimable
from analysis.series.released_changes import ReleasedChange, ReleasedFigure, change_of_released
from ceo.storage.database import Database
from ceo.storage.releases import Release
from ceo.workflows.areas.divisions import SAFETY_REGIONS
from ceo.workflows.areas.mirror_groups import (
    REGISTER_WORDS,
    MirrorGroup,
    Mirroring,
    NoMirrorGroup,
    alike_municipalities,
    alike_within,
    group_by_area,
    guarded,
    joined,
    mirror_groups,
)
from ceo.workflows.following.series import Figure
from ceo.workflows.mirroring.reading import rows_of, service_of_row
from ceo.workflows.releases.asking import Asked, Ledgers, RefusedGroup, ask_group
from ceo.workflows.releases.combined import members_without_figure

if TYPE_CHECKING:
    from exports.release.cube import SealedCube

# Why a group is not shown: the cause and the cure.
REFUSED: Final[Mapping[str, tuple[str, str]]] = {
    "not_current": ("Deze editie is vervangen of ingetrokken.", "Kies de nieuwste editie."),
    "member_without_figure": ("Van een gemeente in deze groep is er geen cijfer.", "Kies een andere groep."),
    "fewer_than_floor": ("Deze groep heeft te weinig mensen.", "Kies een ruimere groep."),
    "near_published": (
        "Deze groep verschilt te weinig van een groep waarvan het cijfer al bekend is. Het verschil zou iets zeggen over een paar mensen.",
        "Kies een groep die meer verschilt.",
    ),
    "overlapping_levels": ("Deze groep kan niet worden samengesteld.", "Kies een andere groep."),
    "nothing_to_combine": ("Deze cijfers kunnen niet worden samengenomen.", "Kijk naar de gemeenten apart."),
}


@dataclass(frozen=True, slots=True)
class BesideGroup:
    """A group with its figure, and the own figure minus that of the group. `members`: whose figures are in it, in order of code.

    The figure is of the clients of this year, as all figures of its release; the difference is of the services, or why there is none.
    """

    name: str
    explanation: str
    members: tuple[str, ...]
    figure: Figure
    difference: ReleasedChange | NotEstimable


@dataclass(frozen=True, slots=True)
class NotBeside:
    """A group that cannot stand beside the own figure: why, and what can be done."""

    name: str
    cause: str
    cure: str


def clients_of(cube: SealedCube) -> dict[str, float]:
    """Return the clients for whom the answers of each municipality stand, where the release tells them."""
    return {one.municipality: float(one.clients) for one in cube.facts.sources if one.clients is not None}


async def stand_beside(
    database: Database,
    ledgers: Ledgers,
    released: tuple[Release, SealedCube],
    given: Mirroring,
    groups: Sequence[MirrorGroup | NoMirrorGroup],
    *,
    about: tuple[str, Measure],
    own: Mapping[str, Any],
) -> tuple[BesideGroup | NotBeside, ...]:
    """Return the own figure beside each group, in the same order; `about`: the indicator and the measure, `own`: its row of the cube.

    Members without a figure are left out, and told of; a group that is none without them is refused. Differences are told together, so
    their joint intervals hold for all of them (Bonferroni), and they are of the services: see `analysis.series.released_changes`.
    """
    row, cube = released
    indicator, measure = about
    its_own = service_of_row(own)
    assert its_own is not None, "who has no figure stands beside nobody"
    found: list[_Found | NotBeside] = []
    for group in groups:
        whole = _with_figures(given, cube, indicator, group) if isinstance(group, MirrorGroup) else group
        if isinstance(whole, NoMirrorGroup):
            found.append(NotBeside(whole.name, whole.cause, whole.cure))
            continue
        asked = Asked(indicator, whole.members, (measure.value,), ("",))
        answer = await ask_group(database, ledgers, row, cube, asked=asked)
        if isinstance(answer, RefusedGroup):
            found.append(NotBeside(whole.name, *REFUSED[answer.reason]))
        else:
            [one] = answer
            figure = Figure(value=one.value, low=one.lower, high=one.upper, respondents=one.n)
            rows = rows_of(cube, whole.members, indicator, measure)
            found.append(_Found(whole, figure, _service_of_group(list(rows.values()), measure, one.value)))
    # Without the own margins there is no difference to tell at all.
    told = sum(isinstance(one, _Found) and isinstance(one.service, ReleasedFigure) for one in found)
    return tuple(one if isinstance(one, NotBeside) else _beside(one, its_own, told) for one in found)


@dataclass(frozen=True, slots=True)
class _Found:
    """A group with its figure, and that figure as one of the services of its members."""

    group: MirrorGroup
    figure: Figure
    service: ReleasedFigure | NotEstimable


def _beside(found: _Found, own: ReleasedFigure | NotEstimable, told: int) -> BesideGroup:
    group, service = found.group, found.service
    difference: ReleasedChange | NotEstimable
    if isinstance(own, NotEstimable):
        difference = own
    else:
        difference = service if isinstance(service, NotEstimable) else change_of_released(service, own, told=told)
    return BesideGroup(group.name, group.explanation, group.members, found.figure, difference)


def _service_of_group(
    rows: Sequence[Mapping[str, Any]], measure: Measure, shown: float
) -> ReleasedFigure | NotEstimable:
    """Return the figure of a group as one of the services of its members: the value that is `shown`, with their margins put together.

    Each member is widened by the part of its own clients that answered: together they would hide one in which everybody did.
    """
    from analysis.release.combining import AreaFigure, combine_areas

    parts: list[AreaFigure] = []
    for row in rows:
        one = service_of_row(row)
        assert one is not None, "members without a figure were left out"
        if isinstance(one, NotEstimable):
            return one
        parts.append(AreaFigure(one.value, one.interval, row["n"], row["effective_n"], row["population_size"]))
    found = combine_areas(parts, measure)
    if isinstance(found, NotEstimable):
        return found
    moved = shown - found.value
    return ReleasedFigure(shown, Interval(found.interval.low + moved, found.interval.high + moved))


def _with_figures(
    given: Mirroring, cube: SealedCube, indicator: str, group: MirrorGroup
) -> MirrorGroup | NoMirrorGroup:
    """Return a group without the members of which there is no figure, or why it is none without them."""
    without = dict(members_without_figure(cube.cube, indicator, group.members))
    if not without:
        return group
    left = tuple(code for code in group.members if code not in without)
    names = ", ".join(sorted(given.areas.name(code) for code in without))
    kept = guarded(
        given, MirrorGroup(group.name, f"{group.explanation} Zonder cijfer, en dus niet meegeteld: {names}.", left)
    )
    if isinstance(kept, NoMirrorGroup):
        cause = f"Van deze gemeenten is er geen cijfer: {names}. Zonder hen blijft er geen groep over. {kept.cause}"
        return NoMirrorGroup(kept.name, kept.reason, cause, kept.cure)
    return kept


def groups_of(given: Mirroring, municipality: str) -> tuple[MirrorGroup | NoMirrorGroup, ...]:
    """Return every group with which a municipality can be compared: the mirror groups, and its safety region where that is known."""
    region = group_by_area(given, municipality, SAFETY_REGIONS)
    known = not isinstance(region, NoMirrorGroup) or region.reason != "not_known"
    return (*mirror_groups(given, municipality), *([region] if known else []))


@dataclass(frozen=True, slots=True)
class Alike:
    """A municipality that resembles the own one. `gaps`: figures of registers in words, of each its own and that of here, as read."""

    name: str
    gaps: tuple[tuple[str, str, str], ...]


def likeness_of(given: Mirroring, municipality: str) -> tuple[Alike, ...]:
    """Return the municipalities that resemble this one most, in order of name, and which figures made them alike."""
    told = (
        Alike(
            given.areas.name(one.unit),
            tuple(
                (figure_words(gap.figure), thousands(gap.other), thousands(gap.own))
                for gap in sorted(one.gaps, key=lambda gap: gap.figure)
            ),
        )
        for one in alike_municipalities(given, municipality)
    )
    return tuple(sorted(told, key=lambda one: one.name.casefold()))


def bounds_of(given: Mirroring, municipality: str) -> str:
    """Return until where others are alike, in words; "" where nothing is registered of this one."""
    from exports.wording import number_words

    words = [
        f"{number_words(ratio, decimals=1)} keer zo veel of zo weinig {figure_words(figure)}"
        for figure, ratio in alike_within(given, municipality).items()
    ]
    return joined(words) if words else ""


def figure_words(figure: str) -> str:
    """Return what a figure of a register is called."""
    return REGISTER_WORDS.get(figure, figure)


def thousands(number: float) -> str:
    """Return a figure of a register as people read it.

    >>> thousands(361234.0)
    '361.234'
    """
    return f"{number:,.0f}".replace(",", ".")
