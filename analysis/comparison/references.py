"""References: what each unit is compared with. Read from a plan, and resolved for the units of a data set."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field

from analysis.results import OTHERS, TOTAL
from questionnaires.problems import Problem
from questionnaires.strict_yaml import YamlDocument, suggest

if TYPE_CHECKING:
    from analysis.plan import AnalysisPlan

Average: TypeAlias = Literal["client", "unit"]
Own: TypeAlias = Literal["with", "without"]


class _Reference(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class GroupReference(_Reference):
    """One group of `units`, such as a region, a size class or a list of one's own.

    `average: client` gives every client the same weight, `unit` every unit. `own` says whether a unit that is a member
    counts in what it is compared with.
    """

    kind: Literal["group"]
    units: tuple[str, ...] = Field(min_length=1)
    average: Average = "client"
    own: Own = "with"


class PeersReference(_Reference):
    """A division into `groups`: each unit is compared with its own group. Units that stand in none are not compared."""

    kind: Literal["peers"]
    groups: dict[str, Annotated[tuple[str, ...], Field(min_length=1)]] = Field(min_length=1)
    average: Average = "client"
    own: Own = "with"


class EveryoneReference(_Reference):
    """All units (`all`), or all but the unit itself (`rest`)."""

    kind: Literal["all", "rest"]
    average: Average = "client"


class NeighbourReference(_Reference):
    """One other unit."""

    kind: Literal["unit"]
    unit: str


class PastReference(_Reference):
    """The unit itself in an earlier `wave`; every later wave is compared with it. `design.wave` names the column."""

    kind: Literal["past"]
    wave: str


ReferencePlan: TypeAlias = Annotated[
    GroupReference | PeersReference | EveryoneReference | NeighbourReference | PastReference,
    Field(discriminator="kind"),
]


@dataclass(frozen=True, slots=True, eq=False)
class UnitReference:
    """Which units each unit is compared with.

    `member` is the group of every unit and `against` the group that it is compared with; -1 is none. `with_own`: a
    member counts in the reference of itself. `equal`: every unit has the same weight. `guarded`: groups of few units,
    or with one that is most of them, are refused.
    """

    member: NDArray[np.int64]
    against: NDArray[np.int64]
    with_own: bool = True
    equal: bool = False
    guarded: bool = True

    @property
    def part(self) -> NDArray[np.bool_]:
        """The units that count in their own reference."""
        part: NDArray[np.bool_] = (self.member == self.against) & (self.against >= 0) & self.with_own
        return part


def all_units(count: int) -> UnitReference:
    """Return the reference that is always there: all units together, whoever they are."""
    together = np.zeros(count, dtype=np.int64)
    return UnitReference(together, together, guarded=False)


def resolve(reference: ReferencePlan, units: Sequence[str]) -> UnitReference:
    """Return a reference of a plan, other than the past, for the units of a data set.

    >>> found = resolve(PeersReference(kind="peers", groups={"noord": ("a", "c")}), ("a", "b", "c"))
    >>> found.member, found.against
    (array([ 0, -1,  0]), array([ 0, -1,  0]))
    """
    assert not isinstance(reference, PastReference), "the past is no group of units"
    if isinstance(reference, NeighbourReference):
        itself = _groups([[reference.unit]], units)
        return UnitReference(itself, np.where(itself == 0, -1, 0), guarded=False)
    equal, everyone = reference.average == "unit", np.zeros(len(units), dtype=np.int64)
    if isinstance(reference, EveryoneReference):
        return UnitReference(everyone, everyone, reference.kind == "all", equal)
    if isinstance(reference, GroupReference):
        return UnitReference(_groups([reference.units], units), everyone, reference.own == "with", equal)
    member = _groups(list(reference.groups.values()), units)
    return UnitReference(member, member, reference.own == "with", equal)


def _groups(groups: Sequence[Sequence[str]], units: Sequence[str]) -> NDArray[np.int64]:
    """Return the number of the group of every unit, -1 for none."""
    places = {unit: place for place, group in enumerate(groups) for unit in group}
    return np.array([places.get(unit, -1) for unit in units], dtype=np.int64)


def plan_problems(plan: AnalysisPlan, document: YamlDocument) -> Iterator[Problem]:
    """Return what is wrong with the references and the preregistered indicators of a plan, without the data."""
    for name, reference in plan.references.items():
        place = ("references", name)
        if name in (TOTAL, OTHERS):
            cause = f"De naam {name} heeft al een vaste betekenis."
            yield document.problem(place, "A94", cause, "Geef deze referentie een andere naam.")
        if isinstance(reference, PeersReference):
            counts = Counter(unit for group in reference.groups.values() for unit in set(group))
            for unit in sorted(unit for unit, count in counts.items() if count > 1):
                cause = f"{unit} staat bij {name} in meer dan een groep."
                yield document.problem((*place, "groups"), "A94", cause, "Zet elke eenheid in een groep.")
        if isinstance(reference, PastReference) and plan.design.wave not in plan.subgroups:
            cause = f"{name} vergelijkt met een eerdere meting, maar de kolom van de meting is geen uitsplitsing."
            cure = "Noem die kolom bij design.wave en ook bij subgroups."
            yield document.problem(place, "A91", cause, cure)
    known = [*plan.items, *plan.composites]
    for position, indicator in enumerate(plan.preregistered):
        if indicator not in known:
            cause = f"{indicator} is geen vraag of score van dit plan."
            yield document.problem(("preregistered", position), "A93", cause, suggest(indicator, known))


def data_problems(
    references: Mapping[str, ReferencePlan], units: Sequence[str], waves: Sequence[str], file: str
) -> Iterator[Problem]:
    """Return the units and waves of references that the data do not have."""
    for name, reference in references.items():
        for where, unit in _named_units(reference):
            if unit not in units:
                cause = f"De eenheid {unit} komt niet voor in de gegevens."
                yield Problem(file, 1, f"references.{name}.{where}", "A90", cause, suggest(unit, units))
        if isinstance(reference, PastReference) and reference.wave not in waves:
            cause = f"De meting {reference.wave} komt niet voor in de gegevens."
            yield Problem(file, 1, f"references.{name}.wave", "A92", cause, suggest(reference.wave, waves))


def _named_units(reference: ReferencePlan) -> Iterator[tuple[str, str]]:
    """Return every unit that a reference names, with the place of that name."""
    if isinstance(reference, NeighbourReference):
        yield "unit", reference.unit
    elif isinstance(reference, GroupReference):
        yield from ((f"units.{place}", unit) for place, unit in enumerate(reference.units))
    elif isinstance(reference, PeersReference):
        for name, group in reference.groups.items():
            yield from ((f"groups.{name}.{place}", unit) for place, unit in enumerate(group))
