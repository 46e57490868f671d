"""The weighting pipeline: from respondents and a register to weights that add up to the people of every unit.

Design weights, non-response within strata, raking to the margins of the register within units, and trimming, all units at
once. Units do not touch each other: a unit has the same weights alone as among all. What cannot be met is recorded and stops
nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from analysis.dataset import Dataset
from analysis.weighting.agreement import disagreements
from analysis.weighting.diagnostics import UnitWeights, unit_weights
from analysis.weighting.fitting import attainable, fit_to
from analysis.weighting.nonresponse import adjust
from analysis.weighting.partitions import sides_of
from analysis.weighting.register import Register
from analysis.weighting.residuals import fitted_to_cells
from analysis.weighting.scheme import WeightingScheme
from analysis.weighting.targets import targets_of
from questionnaires.problems import Problem


@dataclass(frozen=True, slots=True, eq=False)
class Weighted:
    """The data set with its weights and what they were fitted to, and by unit how that went. `version` is the scheme's."""

    dataset: Dataset
    version: str
    units: Mapping[str, UnitWeights]


def weigh(
    dataset: Dataset, scheme: WeightingScheme, register: Register, *, file: str = "plan"
) -> Weighted | tuple[Problem, ...]:
    """Return the weighted data set, or every way in which data, scheme and register do not fit.

    First design weights, in every stratum scaled to its people; then non-response, by cell; then raking to the margins within
    each unit, as far as these can be met together (without margins the cells of non-response are the margin); last trimming,
    then raking again, until no weight is above the cap of its unit or all rounds are made: the margins come before the cap.
    Weights add up to the people of each unit that has respondents. Strata without a known population take it from the register.

    Source: Kalton & Flores-Cervantes (2003), J. Off. Statist. 19, 81-97.

    >>> import numpy as np
    >>> import pandas as pd
    >>> from analysis.dataset import Columns, Grouping, assemble
    >>> from analysis.design import Stratum
    >>> from analysis.weighting.register import read_register
    >>> none, zero = np.empty((0, 4), dtype=np.int8), np.zeros(4, dtype=np.int32)
    >>> sex = Grouping("sex", ("m", "v"), np.array([0, 0, 0, 1], dtype=np.int16))
    >>> data = assemble(Columns((), none, (), none, none, (sex,)), [Stratum("", population=100.0)], zero)
    >>> register = read_register(pd.DataFrame({"sex": ["m", "v"], "population": [40, 60]}), "register.csv")
    >>> found = weigh(data, WeightingScheme(version="1", margins=(("sex",),)), register)
    >>> found.dataset.weights.round(2)  # three men for 40, one woman for 60
    array([13.33, 13.33, 13.33, 60.  ])
    """
    problems = tuple(sorted(disagreements(dataset, scheme, register, file)))
    if problems:
        return problems
    sides = sides_of(dataset, register)
    adjusted = adjust(sides, dataset.weights, scheme)
    targets = attainable(targets_of(sides, adjusted, scheme), adjusted.weights)
    fit = fit_to(targets, adjusted.weights, sides.unit.respondents, scheme.trimming)
    before = adjusted.weights if scheme.margins else adjusted.design
    calibration = fitted_to_cells(before, fit.weights, targets.cell, targets.unit, targets.parts)
    people = {(it.unit, it.name): it.population for it in register.strata}
    strata = tuple(replace(it, population=people.get((it.unit, it.name), it.population)) for it in dataset.strata)
    calibrations = (*dataset.calibrations, calibration)
    units = unit_weights(sides, adjusted, targets, fit)
    collapsed = dataset.collapsed | {name for name, it in units.items() if it.collapsed or it.cells_collapsed}
    weighted = replace(
        dataset, weights=fit.weights, strata=strata, calibrations=calibrations, collapsed=frozenset(collapsed)
    )
    return Weighted(weighted, scheme.version, units)
