"""The design columns of a table: strata with unit and population, weights, and the stages of a cluster sample."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from analysis.design import Stratum
from analysis.plan import AnalysisPlan, StagePlan
from analysis.reading.cells import Cells, as_number, cells_of
from analysis.reading.encoding import Findings
from analysis.rows.sample import Stage, numbered
from questionnaires.strict_yaml import suggest

if TYPE_CHECKING:
    import pandas as pd

_EVERYONE = ""


class Layout:
    """Reads design columns; what is wrong goes into `findings`."""

    def __init__(self, frame: pd.DataFrame, plan: AnalysisPlan, findings: Findings) -> None:
        self._frame, self._design, self._findings = frame, plan.design, findings

    def strata(self) -> tuple[list[Stratum], NDArray[np.int32]]:
        """Return the strata in the table, in the order in which they occur, and the number of the stratum of each row."""
        names, units = self._column(self._design.strata), self._column(self._design.unit)
        populations = self._populations(names)
        different, first, number = _first_rows(names.place)
        order = np.argsort(first, kind="stable")
        rank = np.empty(order.size, dtype=np.int32)
        rank[order] = np.arange(order.size, dtype=np.int32)
        stratum = rank[number]
        strata = [
            Stratum(names.different[different[k]], units.different[units.place[first[k]]], float(populations[first[k]]))
            for k in order
        ]
        self._check_same(strata, stratum, units, populations)
        return strata, stratum

    def weights(self, stages: Sequence[Stage]) -> NDArray[np.float64] | None:
        """Return the weights: as given, or of the stages; None when they follow from population and respondents."""
        column = self._design.weights
        if column is None:
            return _stage_weights(stages) if stages else None
        cells = cells_of(self._frame, column)
        numbers = [as_number(cell) for cell in cells.different]
        for cell, number in zip(cells.different, numbers, strict=True):
            if number is None or number < 0:
                cause = "Een gewicht ontbreekt, is geen getal of is kleiner dan 0."
                self._findings.add(cells.rows(cell), column, "A26", cause, "Geef elke rij een gewicht van 0 of meer.")
        return np.array([number or 0.0 for number in numbers])[cells.place]

    def stages(self, stratum: NDArray[np.int32]) -> tuple[Stage, ...]:
        """Return the stages of a cluster sample; none when respondents were drawn apart."""
        found: list[Stage] = []
        within = stratum.astype(np.int64)
        for place, stage in enumerate(self._design.stages):
            cells = self._column(stage.cluster)
            cluster = numbered([within, cells.place])
            found.append(Stage(cluster, within, self._stage_population(stage, place, within, cluster)))
            within = cluster
        return tuple(found)

    def _column(self, column: str | None) -> Cells:
        if column is None:
            return Cells([_EVERYONE], np.zeros(len(self._frame), dtype=np.int64))
        cells = cells_of(self._frame, column)
        if "" in cells.different:
            cause = f"De kolom {column} is hier leeg."
            self._findings.add(cells.rows(""), column, "A27", cause, "Vul in waar deze rij bij hoort.")
        return cells

    def _populations(self, names: Cells) -> NDArray[np.float64]:
        design = self._design
        if design.population is None:
            return np.array([self._listed(names, name) for name in names.different])[names.place]
        return self._counts(design.population)

    def _counts(self, column: str) -> NDArray[np.float64]:
        cells = cells_of(self._frame, column)
        numbers = [as_number(cell) for cell in cells.different]
        for cell, number in zip(cells.different, numbers, strict=True):
            if number is None or number <= 0:
                cause = "De populatie ontbreekt of is geen getal boven 0."
                self._findings.add(cells.rows(cell), column, "A28", cause, "Vul de populatie in.")
        known = [number if number is not None and number > 0 else np.inf for number in numbers]
        return np.array(known)[cells.place]

    def _listed(self, names: Cells, name: str) -> float:
        listed = self._design.populations
        if not listed:
            return np.inf
        if name not in listed:
            cause = f"Het stratum {name} heeft geen populatie in het plan."
            self._findings.add(names.rows(name), "design.populations", "A29", cause, suggest(name, listed))
        return listed.get(name, np.inf)

    def _check_same(
        self, strata: Sequence[Stratum], stratum: NDArray[np.int32], units: Cells, populations: NDArray[np.float64]
    ) -> None:
        unit_of = np.array([units.different.index(it.unit) for it in strata])[stratum]
        for row in np.flatnonzero(units.place != unit_of):
            first = strata[stratum[row]]
            cause = f"Dit stratum hoort bij {first.unit} en ook bij {units.different[units.place[row]]}."
            self._findings.add(row, f"stratum {first.name}", "A30", cause, "Geef elk stratum een eenheid.")
        population_of = np.array([it.population for it in strata])[stratum]
        differing = (populations != population_of) & np.isfinite(populations) & np.isfinite(population_of)
        for row in np.flatnonzero(differing):
            name = f"stratum {strata[stratum[row]].name}"
            cause, cure = "Dit stratum heeft meer dan een populatie.", "Geef elke rij van het stratum dezelfde."
            self._findings.add(row, name, "A31", cause, cure)

    def _stage_population(
        self, stage: StagePlan, place: int, within: NDArray[np.int64], cluster: NDArray[np.int64]
    ) -> NDArray[np.float64]:
        population = np.full(int(within.max()) + 1, np.inf)
        if stage.population is None:
            return population
        counts = self._counts(stage.population)
        population[within] = counts
        where = f"design.stages.{place}"
        for row in np.flatnonzero(counts != population[within]):
            cause = "De populatie van deze trap is niet overal dezelfde waar zij hetzelfde moet zijn."
            self._findings.add(row, where, "A31", cause, "Geef alle rijen van een stratum of cluster hetzelfde aantal.")
        _, first, _ = _first_rows(cluster)
        drawn = np.bincount(within[first], minlength=population.size)
        for number in np.flatnonzero(drawn > population):
            cause = f"Er zijn {population[number]:g} clusters, maar er staan er {drawn[number]} in de gegevens."
            rows = np.flatnonzero(within == number)
            self._findings.add(rows[:1], where, "A34", cause, "Controleer het aantal clusters in de populatie.")
        return population


def _stage_weights(stages: Sequence[Stage]) -> NDArray[np.float64]:
    """Return the product over the stages of clusters in the population over clusters drawn; 1 where it is unknown."""
    weights = np.ones(stages[0].cluster.size)
    for stage in stages:
        _, first, _ = _first_rows(stage.cluster)
        drawn = np.bincount(stage.stratum[first], minlength=stage.population.size)
        known = np.isfinite(stage.population)
        weights *= np.where(known, stage.population / np.maximum(drawn, 1), 1.0)[stage.stratum]
    return weights


def _first_rows(place: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """Return the different numbers, the first row of each, and which of them every row has."""
    different, first, number = np.unique(place, return_index=True, return_inverse=True)
    return different, first, number
