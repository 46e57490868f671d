"""Means of waves with their full covariance: what changes, rolling windows and trends are contrasts of.

Rows of all waves stand together in one sample in which the person is the cluster and the unit the stratum. Persons who
answer more than once make the means of waves go together: without that covariance the standard error of a change is
too large. Every figure is a contrast c of the means m: c'm with variance c'Vc.
Source: Kish (1965), Survey Sampling, section 12.4; Kalton (2009), Handbook of Statistics 29A, chapter 5.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from analysis.comparison.differences import satterthwaite
from analysis.persons.change import Basis, above_rounding
from analysis.results import DfRule, Estimate, Inference
from analysis.rows.linearising import by_level, means
from analysis.rows.sample import Sample
from analysis.series.timeline import Timeline

# A coefficient below this part of the largest is the rounding of 0, as of the middle wave of a trend.
_NOTHING = 1e-12
_Scalar = TypeVar("_Scalar", bound=np.generic)


@dataclass(frozen=True, slots=True, eq=False)
class WaveMeans:
    """Means of waves (wave,) with their covariance (wave, wave), in the unit of y and its square.

    `n` valid answers, `population` whom they stand for. `present` (cluster, wave) tells who answered when, `stratum`
    the stratum of each cluster, `origin` the number of the sample that each wave comes from.
    """

    timeline: Timeline
    value: NDArray[np.float64]
    covariance: NDArray[np.float64]
    n: NDArray[np.int64]
    population: NDArray[np.float64]
    present: NDArray[np.bool_]
    stratum: NDArray[np.int64]
    origin: NDArray[np.int64]
    inference: Inference
    failed: bool = False

    def pieces(self) -> tuple[WaveMeans, ...]:
        """Return the series between breaks, the oldest first."""
        return tuple(self._part(chosen) for chosen in self.timeline.pieces())

    def basis(self, contrast: NDArray[np.float64]) -> Basis:
        """Return what a contrast rests on: df are clusters of the waves it uses minus their strata.

        Several samples are independent parts: the rule of Satterthwaite joins their df.
        """
        size = np.abs(contrast)
        used = size > _NOTHING * size.max(initial=0.0)
        samples = np.unique(self.origin[used])
        parts = [used & (self.origin == number) for number in samples]
        df = np.array([self._degrees_of_freedom(part) for part in parts], dtype=np.float64)
        variances = np.array([self.variance(np.where(part, contrast, 0.0)) for part in parts])
        one = samples.size == 1
        together = float(df[0]) if one else float(satterthwaite(list(variances), list(df)))
        rule = DfRule.DESIGN if one else DfRule.SATTERTHWAITE
        return Basis(together, int(self.n[used].min(initial=self.n.max(initial=0))), self.inference, rule, self.failed)

    def variance(self, contrast: NDArray[np.float64]) -> float:
        """Return c'Vc, never below 0; what rounding leaves of equal answers counts as 0."""
        return above_rounding(
            float(contrast @ self.covariance @ contrast), float(np.abs(contrast) @ np.abs(self.value))
        )

    def _degrees_of_freedom(self, waves: NDArray[np.bool_]) -> int:
        there = self.present[:, waves].any(axis=1)
        return int(there.sum()) - np.unique(self.stratum[there]).size

    def _part(self, chosen: slice) -> WaveMeans:
        return WaveMeans(
            timeline=self.timeline.part(chosen),
            value=self.value[chosen],
            covariance=self.covariance[chosen, chosen],
            n=self.n[chosen],
            population=self.population[chosen],
            present=self.present[:, chosen],
            stratum=self.stratum,
            origin=self.origin[chosen],
            inference=self.inference,
            failed=self.failed,
        )


def wave_means(
    y: NDArray[np.float64],
    wave: NDArray[np.int64],
    timeline: Timeline,
    sample: Sample,
    inference: Inference = Inference.PROCESS,
) -> WaveMeans:
    """Return the means of y (row,) by wave; `wave` is the number of the wave of a row, -1 for none.

    ȳ_t = Σ_t w y/Σ_t w, z_t = w I_t(y − ȳ_t)/Σ_t w, summed over the rows of a person before squares are taken.
    Source: Särndal, Swensson & Wretman (1992), section 5.5; Kish (1965), section 12.4.

    >>> from analysis.rows.sample import Stage
    >>> from analysis.series.timeline import Wave
    >>> persons = Stage(np.array([0, 1, 2, 0, 1, 2]), np.zeros(6, dtype=np.int64), np.array([np.inf]))
    >>> panel = Sample(np.ones(6), (persons,), np.ones(6, dtype=bool))
    >>> y, wave = np.array([1.0, 2.0, 6.0, 2.0, 4.0, 6.0]), np.repeat([0, 1], 3)
    >>> found = wave_means(y, wave, Timeline((Wave("2024", 2024), Wave("2025", 2025))), panel)
    >>> found.value, found.covariance.round(3)
    (array([3., 4.]), array([[2.333, 1.667], [1.667, 1.333]]))
    """
    size = len(timeline.waves)
    columns = by_level(y, wave, size)
    found = means(columns, sample)
    covariance = found.covariance(sample, inference)
    counted = ~np.isnan(columns) & sample.counted[:, None]
    present, stratum = _presence(counted, sample)
    return WaveMeans(
        timeline=timeline,
        value=found.value,
        covariance=covariance.matrix,
        n=found.n,
        population=np.where(counted, sample.weights[:, None], 0.0).sum(axis=0),
        present=present,
        stratum=stratum,
        origin=np.zeros(size, dtype=np.int64),
        inference=inference,
        failed=covariance.failed,
    )


def independent_waves(earlier: WaveMeans, later: WaveMeans) -> WaveMeans:
    """Return the waves of two samples that have nobody in common as one series: no covariance between them.

    V(m) has the covariances of both as blocks. Source: Kish (1965), Survey Sampling, section 12.4.

    >>> from analysis.rows.sample import one_stage
    >>> from analysis.series.timeline import Wave
    >>> y, wave = np.array([1.0, 2.0, 6.0]), np.zeros(3, dtype=np.int64)
    >>> parts = [wave_means(y, wave, Timeline((Wave(f"{t}", t),)), one_stage(np.ones(3))) for t in (2024, 2025)]
    >>> independent_waves(*parts).covariance.round(3)
    array([[2.333, 0.   ], [0.   , 2.333]])
    """
    assert earlier.inference is later.inference, "one series has one kind of inference"
    waves = earlier.timeline.waves + later.timeline.waves
    return WaveMeans(
        timeline=Timeline(waves, (*earlier.timeline.marks, *later.timeline.marks)),
        value=np.concatenate([earlier.value, later.value]),
        covariance=_diagonal(earlier.covariance, later.covariance),
        n=np.concatenate([earlier.n, later.n]),
        population=np.concatenate([earlier.population, later.population]),
        present=_diagonal(earlier.present, later.present),
        stratum=np.concatenate([earlier.stratum, later.stratum + earlier.stratum.max(initial=-1) + 1]),
        origin=np.concatenate([earlier.origin, later.origin + earlier.origin.max() + 1]),
        inference=earlier.inference,
        failed=earlier.failed or later.failed,
    )


def separate_waves(timeline: Timeline, estimates: Sequence[Estimate]) -> WaveMeans:
    """Return the waves of a series of which only the figures are left: samples that have nobody in common.

    The covariance is diagonal, of the squared standard errors; a wave keeps its degrees of freedom (rounded down).
    Source: Kish (1965), Survey Sampling, section 12.4.

    >>> from analysis.results import Interval, Method
    >>> from analysis.series.timeline import Wave
    >>> figure = Estimate(64.0, 2.0, Interval(60, 68), 50, 50.0, 900.0, 49, None, Method.T, Inference.PROCESS)
    >>> series = separate_waves(Timeline((Wave("2024", 2024), Wave("2025", 2025))), [figure, figure])
    >>> series.covariance.diagonal(), round(series.basis(np.array([-1.0, 1.0])).df, 6)
    (array([4., 4.]), 98.0)
    """
    kinds = {estimate.inference for estimate in estimates}
    assert len(kinds) == 1, "one series has one kind of inference"
    size = len(estimates)
    # df + 1 clusters in one stratum have that many degrees of freedom.
    wave = np.repeat(np.arange(size), [int(estimate.df) + 1 for estimate in estimates])
    return WaveMeans(
        timeline=timeline,
        value=np.array([estimate.value for estimate in estimates]),
        covariance=np.diag([estimate.se**2 for estimate in estimates]),
        n=np.array([estimate.respondents for estimate in estimates], dtype=np.int64),
        population=np.array([estimate.population for estimate in estimates]),
        present=wave[:, None] == np.arange(size),
        stratum=wave.astype(np.int64),
        origin=np.arange(size, dtype=np.int64),
        inference=kinds.pop(),
    )


def _presence(counted: NDArray[np.bool_], sample: Sample) -> tuple[NDArray[np.bool_], NDArray[np.int64]]:
    """Return in which waves each cluster has a counted row (cluster, wave), and the stratum of each cluster."""
    first = sample.stages[0]
    clusters = int(first.cluster.max(initial=-1)) + 1
    stratum: NDArray[np.int64] = np.zeros(clusters, dtype=np.int64)
    stratum[first.cluster] = first.stratum
    present: NDArray[np.bool_] = np.zeros((clusters, counted.shape[1]), dtype=np.bool_)
    row, wave = np.nonzero(counted)
    present[first.cluster[row], wave] = True
    return present, stratum


def _diagonal(first: NDArray[_Scalar], second: NDArray[_Scalar]) -> NDArray[_Scalar]:
    """Return the two matrices as blocks, with zeros beside them."""
    size = first.shape[0] + second.shape[0], first.shape[1] + second.shape[1]
    joined: NDArray[_Scalar] = np.zeros(size, dtype=first.dtype)
    joined[: first.shape[0], : first.shape[1]] = first
    joined[first.shape[0] :, first.shape[1] :] = second
    return joined
