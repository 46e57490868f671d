"""The survey design: strata with their respondents and population, and the units that strata add up to.

Within a stratum h the n_h respondents are taken as a simple random sample of its N_h clients; a unit (a municipality) is
one or more strata. Source: Cochran (1977), Sampling Techniques, chapter 5 (stratified random sampling).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from analysis.results import Inference


class Lonely(StrEnum):
    """What a stratum with one respondent (of more clients) adds to a variance."""

    ADJUST = "adjust"  # its square around zero: conservative
    REMOVE = "remove"  # nothing
    CERTAINTY = "certainty"  # nothing: it is taken to represent itself only
    AVERAGE = "average"  # what other strata add on average
    FAIL = "fail"  # no variance at all


@dataclass(frozen=True, slots=True)
class Stratum:
    """Respondents of a stratum are a simple random sample of its `population` clients (infinite: unknown)."""

    name: str
    unit: str = ""
    population: float = float("inf")


@dataclass(frozen=True, slots=True, eq=False)
class Design:
    """Strata in the order of their units. `respondents` counts all rows, also those with weight 0 or without an answer.

    `starts` is the first stratum of every unit. `adjust_domain_lonely` treats a stratum with one respondent inside a
    subgroup as lonely, too.
    """

    respondents: NDArray[np.int64]
    population: NDArray[np.float64]
    units: tuple[str, ...]
    starts: NDArray[np.int64]
    lonely: Lonely = Lonely.ADJUST
    adjust_domain_lonely: bool = False

    def open_share(self, inference: Inference) -> NDArray[np.float64]:
        """Return per stratum the part that is still unknown: 1 − n/N for `finite`, 1 for `process`. Fractions 0-1.

        Source: Cochran (1977), Sampling Techniques, section 2.6.

        >>> strata = np.array([10, 4]), np.array([40.0, 4.0])
        >>> Design(*strata, ("",), np.array([0])).open_share(Inference.FINITE)
        array([0.75, 0.  ])
        """
        if inference is Inference.PROCESS:
            return np.ones(self.population.shape)
        return 1.0 - self.respondents / np.maximum(self.population, 1.0)  # an empty stratum may have no clients

    def together(self) -> Design:
        """Return the same strata as one unit: all units together."""
        first = np.zeros(1, dtype=np.int64)
        return Design(self.respondents, self.population, ("",), first, self.lonely, self.adjust_domain_lonely)

    def unit_of_stratum(self) -> NDArray[np.int64]:
        """Return the number of the unit of every stratum."""
        lengths = np.diff(self.starts, append=self.respondents.size)
        return np.repeat(np.arange(len(self.units), dtype=np.int64), lengths)


def design_of(
    strata: Sequence[Stratum],
    respondents: NDArray[np.int64],
    lonely: Lonely = Lonely.ADJUST,
    *,
    adjust_domain_lonely: bool = False,
) -> Design:
    """Return the design of strata of which those of a unit stand together.

    >>> strata = Stratum("a", "GM1", 40.0), Stratum("b", "GM2", 60.0), Stratum("c", "GM2", 9.0)
    >>> design_of(strata, np.array([4, 5, 6])).starts
    array([0, 1])
    """
    units: dict[str, int] = {}
    for place, stratum in enumerate(strata):
        units.setdefault(stratum.unit, place)
    population = np.array([stratum.population for stratum in strata], dtype=np.float64)
    starts = np.array(list(units.values()), dtype=np.int64)
    return Design(respondents, population, tuple(units), starts, lonely, adjust_domain_lonely)
