"""The origin of results: digests by which anybody can check that the same data and the same plan went in."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from importlib.metadata import version

import numpy as np

from analysis.dataset import Dataset
from analysis.plan import AnalysisPlan
from analysis.results import Origin


def fingerprints(dataset: Dataset) -> tuple[str, ...]:
    """Return the SHA-256 of the encoded rows of each unit; parts of whole units have those of the whole between them."""
    starts = dataset.design().starts.tolist()
    ends = [*starts[1:], len(dataset.strata)]
    return tuple(_fingerprint(dataset, slice(start, end)) for start, end in zip(starts, ends, strict=True))


def origin_of(found: Sequence[str], plan: AnalysisPlan) -> Origin:
    """Return the origin of data with these fingerprints, in any order, analysed by this plan."""
    return Origin(
        data=hashlib.sha256("\n".join(sorted(found)).encode()).hexdigest(),
        plan=hashlib.sha256(plan.model_dump_json().encode()).hexdigest(),
        engine=version("ceo-survey"),
    )


def _fingerprint(dataset: Dataset, strata: slice) -> str:
    rows = slice(*np.searchsorted(dataset.stratum, [strata.start, strata.stop]).tolist())
    groupings = (*dataset.groupings, *dataset.auxiliaries)
    names = [(it.breakdown, it.levels) for it in groupings]
    digest = hashlib.sha256(repr((dataset.strata[strata], dataset.coded, dataset.numbers, names)).encode())
    columns = [dataset.stratum[rows] - strata.start, dataset.weights[rows], *(it.member[rows] for it in groupings)]
    for stage in dataset.stages:
        # Numbers of clusters in the order of rows: names of clusters are not in the data.
        columns += [np.unique(stage.cluster[rows], return_inverse=True)[1], stage.population[stage.stratum[rows]]]
    tables = [it[:, rows] for it in (dataset.codes, dataset.status, dataset.deviations)]
    for array in (*columns, *tables, dataset.pilots[:, strata]):
        digest.update(np.ascontiguousarray(array).data)
    return digest.hexdigest()
