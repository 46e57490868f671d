"""The own figure beside those of groups: what the release compares itself, and groups of others that are put together from its figures.

A group is shown when disclosure control lets it be asked for, as everybody may ask for it; otherwise its reason is told. A group never
holds the municipality itself, and every client in it counts as one (the average over clients).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from analysis.results import Interval, Measure
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
    group_by_area,
    guarded,
    mirror_groups,
)
from ceo.workflows.following.series import Figure
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
    """A group with its figure, and the own figure minus that of the group. `members`: whose figures are in it, in order of code."""

    name: str
    explanation: str
    members: tuple[str, ...]
    figure: Figure
    difference: ReleasedChange


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
    own: Figure,
) -> tuple[BesideGroup | NotBeside, ...]:
    """Return the own figure beside each group, in the same order; `about`: the indicator and the measure.

    Members without a figure are left out, and told of; a group that is none without them is refused. Differences are told together, so
    their joint intervals hold for all of them (Bonferroni): see `analysis.series.released_changes`.
    """
    row, cube = released
    indicator, measure = about
    found: list[tuple[MirrorGroup, Figure] | NotBeside] = []
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
            found.append((whole, Figure(value=one.value, low=one.lower, high=one.upper, respondents=one.n)))
    told = sum(isinstance(one, tuple) for one in found)
    return tuple(one if isinstance(one, NotBeside) else _beside(*one, own=own, told=told) for one in found)


def difference_with(own: Figure, other: Figure, *, told: int = 1) -> ReleasedChange:
    """Return the own figure minus another one of other clients, with its interval; see `change_of_released`."""
    return change_of_released(_released(other), _released(own), told=told)


def _beside(group: MirrorGroup, figure: Figure, *, own: Figure, told: int) -> BesideGroup:
    difference = difference_with(own, figure, told=told)
    return BesideGroup(group.name, group.explanation, group.members, figure, difference)


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


def _released(figure: Figure) -> ReleasedFigure:
    return ReleasedFigure(figure.value, Interval(figure.low, figure.high))


def groups_of(given: Mirroring, municipality: str) -> tuple[MirrorGroup | NoMirrorGroup, ...]:
    """Return every group with which a municipality can be compared: the mirror groups, and its safety region where that is known."""
    region = group_by_area(given, municipality, SAFETY_REGIONS)
    known = not isinstance(region, NoMirrorGroup) or region.reason != "not_known"
    return (*mirror_groups(given, municipality), *([region] if known else []))


@dataclass(frozen=True, slots=True)
class Alike:
    """A municipality that resembles the own one. `gaps`: a figure of a register in words, that of the other, the own, and whether alike."""

    name: str
    gaps: tuple[tuple[str, str, str, bool], ...]


def likeness_of(given: Mirroring, municipality: str) -> tuple[Alike, ...]:
    """Return the municipalities that resemble this one most, in order of name, and which figures made them alike."""
    found = alike_municipalities(given, municipality)
    told = (
        Alike(
            given.areas.name(one.unit),
            tuple(
                (figure_words(gap.figure), thousands(gap.other), thousands(gap.own), gap in one.alike)
                for gap in sorted(one.gaps, key=lambda gap: gap.figure)
            ),
        )
        for one in found
    )
    return tuple(sorted(told, key=lambda one: one.name.casefold()))


def figure_words(figure: str) -> str:
    """Return what a figure of a register is called."""
    return REGISTER_WORDS.get(figure, figure)


def thousands(number: float) -> str:
    """Return a figure of a register as people read it.

    >>> thousands(361234.0)
    '361.234'
    """
    return f"{number:,.0f}".replace(",", ".")
