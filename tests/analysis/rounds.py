"""Small rounds for tests of the engine: a plan, and records of a few answers."""

from __future__ import annotations

from analysis.dataset import Dataset
from analysis.design import Stratum
from analysis.engine import analyse
from analysis.gathering import Record, gather
from analysis.plan import AnalysisPlan, plan_of
from analysis.results import Cell, Estimate, Results
from questionnaires.answers import JsonAnswers
from questionnaires.codebook import Codebook

CODES = {"a": {"score": 0}, "b": {"score": 25}, "c": {"score": 50}, "d": {"score": 100, "positive": True}}
PLAN = {
    "items": {
        "q1": {"kind": "scale", "codes": CODES},
        "q2": {"kind": "scale", "codes": {code: {} for code in CODES}},
        "cost": {"kind": "number", "total": True},
    },
    "subgroups": ["age"],
}


def plan(**changes: object) -> AnalysisPlan:
    return AnalysisPlan.model_validate({**PLAN, **changes})


def answers(**values: str | int | list[str]) -> JsonAnswers:
    return {item: {"version": 1, "value": value} for item, value in values.items()}


def round_of(codebook: Codebook, *records: Record, population: float = 500.0) -> Results:
    strata = (Stratum("a", "GM1", population), Stratum("b", "GM2", population))
    dataset = gather(records, codebook, strata)
    assert isinstance(dataset, Dataset), dataset
    return analyse(dataset, plan_of(codebook))


def some_answers(unit: str, *codes: str) -> list[Record]:
    return [Record(unit, answers(TOE01=code, SEX01="man", SOO01=["hulp"])) for code in codes]


def estimate(results: Results, cell: Cell) -> Estimate:
    found = results.figures[cell]
    assert isinstance(found, Estimate), found
    return found
