"""Reports of municipalities for tests: everything that may come with results, and a country of municipalities."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from math import sqrt
from typing import Final

from analysis.policy import DisclosurePolicy
from analysis.response_composition import CategoryCount, compare_composition
from analysis.results import (
    Cell,
    Comparison,
    Estimate,
    Inference,
    Interval,
    Measure,
    Method,
    Pair,
    ProtectedFigure,
    ProtectedResults,
)
from analysis.units.banding import Band, NotBanded
from exports.findings import ReportContext
from exports.municipal_report.additions import Additions, EarlierFigure, Quote, Trend
from exports.municipal_report.composition import TraitWords, protect_composition
from questionnaires.codebook import Codebook

ZEIST: Final = "GM0355"
READ: Final = "Met de hulp kom ik weer buiten. Dat had ik niet gedacht."
SECRET: Final = "Dit vertelde ik alleen aan de gemeente."
WORDS: Final = {
    "age_group": TraitWords("Leeftijd"),
    "sex": TraitWords("Geslacht", {"m": "Man", "v": "Vrouw"}),
}


def counted(**groups: tuple[int, int, int]) -> list[CategoryCount]:
    """A trait: of each group how many are on the list, were invited and answered."""
    return [CategoryCount("", name, *numbers) for name, numbers in groups.items()]


def additions() -> Additions:
    """Everything at once: men answered less often, one break in a trend, and a story that was told to the municipality only."""
    traits = {
        "age_group": counted(jong=(500, 250, 60), midden=(500, 250, 66), oud=(500, 250, 63)),
        "sex": counted(m=(800, 400, 60), v=(700, 350, 130)),
    }
    before = (
        EarlierFigure("2022", 60.0, Interval(56.0, 64.0)),
        EarlierFigure("2024", 78.0, Interval(75.0, 81.0), True),
    )
    return Additions(
        composition=protect_composition(compare_composition(traits), WORDS, floor=10),
        trends={
            "toegang": Trend(before, "2026"),
            "kwaliteit": Trend((EarlierFigure("2024", 61.0, Interval(57.0, 65.0)),), "2026"),
            "effect": Trend((EarlierFigure("2024", 70.0, Interval(66.0, 74.0)),), "2026", after_break=True),
        },
        bands={
            Cell(Measure.SCORE, "toegang", "", ZEIST): Band.WORSE,
            Cell(Measure.SCORE, "kwaliteit", "", ZEIST): Band.AS_EXPECTED,
            Cell(Measure.SCORE, "effect", "", ZEIST): NotBanded.UNRELIABLE,
        },
        quotes=(Quote(READ, "delen_anoniem"), Quote(SECRET, "leren_intern")),
    )


def country(codebook: Codebook, units: int, *, own: int = 0) -> tuple[ProtectedResults, ReportContext]:
    """Municipalities of 12 respondents and up, each a twentieth larger than the last; what the first, or another, reads."""
    names = {f"GM{number:04}": f"Gemeente {number:03}" for number in range(units)}
    sizes = {unit: min(round(12 * 1.05**place), 4000) for place, unit in enumerate(names)}
    figures: dict[Cell, ProtectedFigure] = {}
    for place, composite in enumerate(codebook.composites):
        figures[Cell(Measure.SCORE, composite.composite)] = figure(70.0 + place, 20_000)
        for number, (unit, n) in enumerate(sizes.items()):
            value = 70.0 + place + (number % 7 - 3) * 24 / sqrt(n)
            figures[Cell(Measure.SCORE, composite.composite, "", unit)] = figure(value, n)
    me = f"GM{own:04}"
    comparisons = {
        Pair(Cell(Measure.SCORE, composite.composite, "", me)): difference(4.0, 1.0)
        for composite in codebook.composites
    }
    results = ProtectedResults(
        figures,
        comparisons,
        {**sizes, "": sum(sizes.values())},
        {u: n * 4.0 for u, n in sizes.items()},
        DisclosurePolicy(),
    )
    return results, context_of(me, names, sizes[me])


def context_of(unit: str, names: Mapping[str, str], respondents: int) -> ReportContext:
    """What a report says about its round."""
    return ReportContext(
        municipality=unit,
        municipality_name=names[unit],
        round_title="Cliëntervaringsonderzoek Wmo 2026",
        period="1 januari tot en met 31 maart 2026",
        simulated=True,
        invited=3 * respondents,
        submitted=respondents,
        counted=respondents,
        units=names,
        questionnaire="nl.ceo.wmo",
        questionnaire_version=1,
        questionnaire_hash="sha256:" + "ab" * 32,
        software_version="0.1.0",
        made_on=date(2026, 11, 21),
        address=f"https://ceo.example/resultaten/{unit}",
    )


def figure(value: float, n: int, *, sd: float = 24.0) -> Estimate:
    """An estimate of n respondents out of four times as many clients."""
    se = sd / sqrt(n) * sqrt(0.75)
    interval = Interval(value - 1.96 * se, value + 1.96 * se)
    return Estimate(value, se, interval, n, float(n), n * 4.0, n - 1.0, 1.0, Method.T, Inference.FINITE)


def difference(value: float, half: float) -> Comparison:
    """A difference with an interval of so much on both sides; certain when that does not reach zero."""
    p_value = 0.001 if abs(value) > half else 0.5
    interval = Interval(value - half, value + half)
    return Comparison(
        value, half / 2, interval, 90.0, p_value, p_value, "f", abs(value) >= 3, 90, 900, Inference.PROCESS
    )


def without(protected: ProtectedResults, unit: str) -> ProtectedResults:
    """The results without the number of clients of a unit."""
    return replace(protected, populations={it: n for it, n in protected.populations.items() if it != unit})
