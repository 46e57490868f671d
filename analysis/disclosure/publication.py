"""What surrounds results when they are published: of which measurement they are, and what else goes out with them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from analysis.comparison.references import GroupReference, NeighbourReference, PeersReference, ReferencePlan


@dataclass(frozen=True, slots=True)
class Publication:
    """The release that results go out in.

    `series` and `waves` say whose answers they hold: a later edition has the same series and waves, a rolling window
    shares waves. `groups` are the units of each group of a reference.
    """

    release: str = ""
    series: str = ""
    waves: tuple[str, ...] = ()
    groups: Mapping[str, tuple[frozenset[str], ...]] = field(default_factory=dict)


def groups_of(references: Mapping[str, ReferencePlan]) -> dict[str, tuple[frozenset[str], ...]]:
    """Return the groups of units whose sums are published with comparisons, by reference.

    All units, all others and the past of a unit are no groups: they follow from what is shown, or are shown themselves.
    """
    found: dict[str, tuple[frozenset[str], ...]] = {}
    for name, reference in references.items():
        if isinstance(reference, GroupReference):
            found[name] = (frozenset(reference.units),)
        elif isinstance(reference, PeersReference):
            found[name] = tuple(frozenset(units) for units in reference.groups.values())
        elif isinstance(reference, NeighbourReference):
            found[name] = (frozenset({reference.unit}),)
    return found
