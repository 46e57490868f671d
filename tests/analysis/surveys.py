"""Small made-up surveys for tests of models: rows with strata, clusters, unequal weights, groups and answers."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from analysis.rows.sample import Sample, Stage, numbered


@dataclass(frozen=True)
class Answers:
    """A sample of two strata with clusters of two, three groups, a number and two outcomes that depend on both."""

    sample: Sample
    group: np.ndarray
    number: np.ndarray
    y: np.ndarray
    yes: np.ndarray


def answers(seed: int, rows: int = 120, *, clusters_of: int = 2) -> Answers:
    """Return the survey of a seed."""
    rng = np.random.default_rng(seed)
    place = np.arange(rows)
    cluster = place // clusters_of
    stratum = numbered([cluster % 2])
    clusters = np.bincount(stratum[np.unique(cluster, return_index=True)[1]])
    stage = Stage(numbered([stratum, cluster]), stratum, 4.0 * clusters)
    sample = Sample(rng.uniform(1, 4, rows), (stage,), np.ones(rows, dtype=bool))
    group, number = rng.integers(0, 3, rows), rng.normal(50, 10, rows)
    shared = rng.normal(0, 0.5, rows)[cluster]
    y = 7 + 0.4 * (group == 1) + 0.02 * (number - 50) + shared + rng.normal(0, 1, rows)
    yes = (rng.random(rows) < 1 / (1 + np.exp(7 - y))).astype(float)
    return Answers(sample, group, number, y, yes)
