"""Bands of a release: where each unit lies among all units on each score, judged on the service and not on this year's clients."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from analysis.engine import results_of
from analysis.origin import origin_of
from analysis.plan import AnalysisPlan
from analysis.results import Cell, Estimate, Figure, Inference, Measure, NotEstimable, ProtectedFigure
from analysis.tabulation.tables import Tables
from analysis.units.banding import Band, BandingRule, NotBanded, band_units


def bands_of(
    tables: Tables, plan: AnalysisPlan, shown: Mapping[Cell, ProtectedFigure]
) -> dict[Cell, Band | NotBanded | NotEstimable]:
    """Return the band of every unit that has a shown score, or why it has none, by the cell of that score.

    Scores of items are higher for a better experience; a composite may be turned round by its plan. Target and spread are those of all
    units with a figure, whether it is shown or not. Source: Spiegelhalter (2005), Statistics in Medicine 24, 1185-1202.
    """
    judged = plan.model_copy(
        update={"subgroups": (), "references": {}, "preregistered": (), "inference": Inference.PROCESS}
    )
    results = results_of(replace(tables, breakdowns=()), judged, origin_of((), judged))
    scores: dict[str, dict[Cell, Figure]] = defaultdict(dict)
    for cell, figure in results.figures.items():
        if cell.measure is Measure.SCORE and cell.unit:
            scores[cell.item][cell] = figure
    found: dict[Cell, Band | NotBanded | NotEstimable] = {}
    for item, figures in scores.items():
        composite = plan.composites.get(item)
        rule = BandingRule(higher_is_better=composite is None or composite.higher_is_better)
        found |= _bands(figures, rule)
    return {cell: band for cell, band in found.items() if isinstance(shown.get(cell), Estimate)}


def _bands(figures: Mapping[Cell, Figure], rule: BandingRule) -> dict[Cell, Band | NotBanded | NotEstimable]:
    known = {cell: it for cell, it in figures.items() if isinstance(it, Estimate)}
    if not known:
        return {}
    value = np.array([it.value for it in known.values()])
    variance = np.array([it.se**2 for it in known.values()])
    respondents = np.array([it.respondents for it in known.values()])
    banding = band_units(value, variance, respondents, rule)
    if isinstance(banding, NotEstimable):
        return dict.fromkeys(known, banding)
    return {cell: it.band for cell, it in zip(known, banding.units, strict=True)}
