"""Coded answers: the last stage that knows rows. Item-major small integers, sorted by stratum."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from analysis.design import Design, Lonely, Stratum, design_of
from analysis.rows.sample import Calibration, Sample, Stage
from questionnaires.answers import Missing

# A code below FIRST_CODE says why there is no value; code FIRST_CODE + k is category k of the column.
MISSING_CODES: Mapping[Missing, int] = MappingProxyType({reason: code for code, reason in enumerate(Missing)})
FIRST_CODE = len(MISSING_CODES)
NOT_ASKED = MISSING_CODES[Missing.NOT_ASKED]
SKIPPED = MISSING_CODES[Missing.SKIPPED]
VALID = FIRST_CODE
# From here on somebody who was asked gave a reason, such as "does not apply", or an answer.
REASON = SKIPPED + 1


@dataclass(frozen=True, slots=True)
class CodedColumn:
    """What the codes of a column mean. `option` names one option of a multiple choice: its categories are no, yes."""

    item: str
    categories: tuple[str, ...]
    option: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class Grouping:
    """Levels of a breakdown; `member` holds a level number for every row, -1 for rows outside all levels."""

    breakdown: str
    levels: tuple[str, ...]
    member: NDArray[np.int16]


@dataclass(frozen=True, slots=True, eq=False)
class Dataset:
    """Coded answers of respondents.

    `codes` and `deviations` are item-major: one row a column of data. `deviations` are numbers minus `pilots`, a
    constant per stratum that keeps squares small; they count only where `status` is VALID.

    `auxiliaries` are groupings for weighting that are no breakdown. `stages` are empty when every respondent was drawn
    apart in the strata; `calibrations` are what the weights were fitted to. In `collapsed` units cells were taken together
    in weighting.
    """

    strata: tuple[Stratum, ...]
    stratum: NDArray[np.int32]
    weights: NDArray[np.float64]
    coded: tuple[CodedColumn, ...]
    codes: NDArray[np.int8]
    numbers: tuple[str, ...]
    deviations: NDArray[np.float64]
    status: NDArray[np.int8]
    pilots: NDArray[np.float64]
    respondents: NDArray[np.int64]
    groupings: tuple[Grouping, ...] = ()
    auxiliaries: tuple[Grouping, ...] = ()
    stages: tuple[Stage, ...] = ()
    calibrations: tuple[Calibration, ...] = ()
    collapsed: frozenset[str] = frozenset()

    def sample(self, lonely: Lonely = Lonely.ADJUST, *, adjust_domain_lonely: bool = False) -> Sample:
        """Return the rows with their design, for what tables of strata cannot carry."""
        population = np.array([stratum.population for stratum in self.strata], dtype=np.float64)
        own = Stage(np.arange(self.weights.size, dtype=np.int64), self.stratum.astype(np.int64), population)
        everyone = np.ones(self.weights.size, dtype=np.bool_)
        stages = self.stages or (own,)
        return Sample(self.weights, stages, everyone, lonely, adjust_domain_lonely, self.calibrations)

    def design(self, lonely: Lonely = Lonely.ADJUST, *, adjust_domain_lonely: bool = False) -> Design:
        """Return the design of all strata; strata of a unit stand together."""
        return design_of(self.strata, self.respondents, lonely, adjust_domain_lonely=adjust_domain_lonely)

    def rows(self, chosen: NDArray[np.bool_]) -> Dataset:
        """Return a part of the rows as a data set of its own; strata without rows stay, without respondents."""
        assert not self.calibrations, "weights were fitted to all rows together"
        groupings, auxiliaries = (
            tuple(replace(it, member=it.member[chosen]) for it in which) for which in (self.groupings, self.auxiliaries)
        )
        return replace(
            self,
            stratum=self.stratum[chosen],
            weights=self.weights[chosen],
            codes=self.codes[:, chosen],
            deviations=self.deviations[:, chosen],
            status=self.status[:, chosen],
            respondents=np.bincount(self.stratum[chosen], minlength=len(self.strata)).astype(np.int64),
            groupings=groupings,
            auxiliaries=auxiliaries,
            stages=tuple(replace(it, cluster=it.cluster[chosen], stratum=it.stratum[chosen]) for it in self.stages),
        )


@dataclass(frozen=True, slots=True, eq=False)
class Columns:
    """Encoded columns in the order of the records, before they are sorted."""

    coded: tuple[CodedColumn, ...]
    codes: NDArray[np.int8]
    numbers: tuple[str, ...]
    values: NDArray[np.float64]
    status: NDArray[np.int8]
    groupings: tuple[Grouping, ...] = ()
    auxiliaries: tuple[Grouping, ...] = ()


def assemble(
    columns: Columns,
    strata: Sequence[Stratum],
    stratum: NDArray[np.int32],
    weights: NDArray[np.float64] | None = None,
    *,
    stages: tuple[Stage, ...] = (),
) -> Dataset:
    """Return the data set of encoded columns, sorted by unit and stratum.

    `stratum` is the number in `strata` of every row. Without `weights` a respondent stands for population divided by
    respondents of the stratum. A stratum without a known population then has weight 1.
    """
    order = sorted(range(len(strata)), key=lambda k: (strata[k].unit, strata[k].name))
    place = np.empty(len(strata), dtype=np.int32)
    place[order] = np.arange(len(strata), dtype=np.int32)
    ranked = tuple(strata[k] for k in order)
    sorting = np.argsort(place[stratum], kind="stable")
    sorted_stratum = place[stratum][sorting]
    respondents = np.bincount(sorted_stratum, minlength=len(strata)).astype(np.int64)
    weighted = _design_weights(ranked, respondents)[sorted_stratum] if weights is None else weights[sorting]
    # `take` keeps columns together in memory, as a pass over the rows of one column needs; an index would not.
    values, status = np.take(columns.values, sorting, axis=1), np.take(columns.status, sorting, axis=1)
    pilots = _pilots(values, status, sorted_stratum, len(strata))
    return Dataset(
        strata=ranked,
        stratum=sorted_stratum,
        weights=weighted,
        coded=columns.coded,
        codes=np.take(columns.codes, sorting, axis=1),
        numbers=columns.numbers,
        deviations=np.where(status == VALID, values - pilots[:, sorted_stratum], 0.0),
        status=status,
        pilots=pilots,
        respondents=respondents,
        groupings=tuple(replace(it, member=it.member[sorting]) for it in columns.groupings),
        auxiliaries=tuple(replace(it, member=it.member[sorting]) for it in columns.auxiliaries),
        stages=tuple(replace(it, cluster=it.cluster[sorting], stratum=it.stratum[sorting]) for it in stages),
    )


def _design_weights(strata: Sequence[Stratum], respondents: NDArray[np.int64]) -> NDArray[np.float64]:
    population = np.array([stratum.population for stratum in strata], dtype=np.float64)
    return np.where(np.isinf(population), 1.0, population / np.maximum(respondents, 1))


def _pilots(
    values: NDArray[np.float64], status: NDArray[np.int8], stratum: NDArray[np.int32], strata: int
) -> NDArray[np.float64]:
    """Return the unweighted mean per number and stratum: squares around it do not cancel, whatever the offset."""
    pilots = np.zeros((values.shape[0], strata))
    for row, (value, valid) in enumerate(zip(values, status == VALID, strict=True)):
        count = np.bincount(stratum[valid], minlength=strata)
        pilots[row] = np.bincount(stratum[valid], weights=value[valid], minlength=strata) / np.maximum(count, 1)
    return pilots
