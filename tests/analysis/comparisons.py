"""A plan and six units of which everything is compared, from tables and from rows: for the tests of comparisons."""

from __future__ import annotations

from rowwise import simulated

from analysis.comparison.comparing import compare_all, compare_all_by_row
from analysis.dataset import Dataset
from analysis.plan import AnalysisPlan
from analysis.quantities import quantities
from analysis.results import Cell, Comparison, Measure, NotEstimable, Pair
from analysis.tabulation.tabulating import tabulate

CODES = {"a": {"score": 0}, "b": {"score": 25}, "c": {"score": 50}, "d": {"score": 100, "positive": True}}
UNITS = tuple(f"GM{place}" for place in range(6))
Found = dict[Pair, Comparison | NotEstimable]


def plan(**changes: object) -> AnalysisPlan:
    items = {
        "q1": {"kind": "scale", "codes": CODES},
        "q2": {"kind": "scale", "codes": {code: {} for code in CODES}},
        "cost": {"kind": "number", "total": True},
    }
    return AnalysisPlan.model_validate({"items": items, "subgroups": ["age"], **changes})


def six_units(seed: int = 1, size: int = 12) -> Dataset:
    return simulated(seed, [size] * 12, [40] * 12, weighted=True)


def of_tables(dataset: Dataset, asked: AnalysisPlan) -> Found:
    tables = [tabulate(dataset, grouping) for grouping in dataset.groupings]
    return compare_all(tabulate(dataset), quantities(dataset, asked), dataset.design(asked.lonely), asked, tables)


def of_rows(dataset: Dataset, asked: AnalysisPlan) -> Found:
    return compare_all_by_row(dataset, quantities(dataset, asked), asked)


def comparison(found: Found, pair: Pair) -> Comparison:
    it = found[pair]
    assert isinstance(it, Comparison), it
    return it


def score_of(unit: str = "GM0", level: str = "") -> Cell:
    return Cell(Measure.SCORE, "q1", "", unit, "age" if level else "", level)


EVERYTHING = plan(
    references={
        "rest": {"kind": "rest"},
        "gemiddelde": {"kind": "all", "average": "unit"},
        "regio": {"kind": "group", "units": UNITS[:5]},
        "soort": {"kind": "peers", "groups": {"groot": UNITS[:5], "klein": UNITS[5:]}},
        "buur": {"kind": "unit", "unit": "GM3"},
    },
    subgroup_contrasts=True,
)
