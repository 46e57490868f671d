"""The researcher's entrance: plan and CSV in, and the figures are those of R `survey`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from analysis.dataset import Dataset
from analysis.engine import analyse
from analysis.plan import AnalysisPlan
from analysis.plan_reading import read_plan
from analysis.reading.files import read_csv
from analysis.reading.frames import read_frame
from analysis.results import Cell, Estimate, Measure, Method, Results

HERE = Path(__file__).parent


def results(name: str) -> Results:
    plan = read_plan((HERE / f"plans/{name}.yaml").read_text("utf-8"), f"{name}.yaml")
    assert isinstance(plan, AnalysisPlan), plan
    frame = read_csv((HERE / f"oracle/data/{name}.csv").read_bytes(), f"{name}.csv")
    assert isinstance(frame, pd.DataFrame), frame
    dataset = read_frame(frame, plan, f"{name}.csv")
    assert isinstance(dataset, Dataset), dataset
    return analyse(dataset, plan)


def expected(kind: str, case: str) -> dict[str, Any]:
    cases = json.loads((HERE / f"oracle/cases/{kind}.json").read_text("utf-8"))
    found: dict[str, Any] = next(it["expected"] for it in cases if it["id"] == case)
    return found


def figure(found: Results, cell: Cell) -> Estimate:
    shown = found.figures[cell]
    assert isinstance(shown, Estimate), shown
    return shown


@pytest.mark.parametrize("survey", ["apistrat", "apisrs"])
def test_a_mean_with_its_interval_and_design_effect_is_that_of_r(survey: str) -> None:
    r, found = expected("mean", f"{survey}_mean"), figure(results(survey), Cell(Measure.MEAN, "api00"))
    ours = (found.value, found.se, found.interval.low, found.interval.high, found.df, found.deff)
    names = ("estimate", "se", "ci_lower", "ci_upper", "df", "deff")
    assert ours == pytest.approx([r[name] for name in names], rel=1e-9)


def test_a_total_is_that_of_r() -> None:
    r, found = expected("total", "apisrs_total"), figure(results("apisrs"), Cell(Measure.TOTAL, "api00"))
    ours = (found.value, found.se, found.interval.low, found.interval.high, found.deff)
    names = ("estimate", "se", "ci_lower", "ci_upper", "deff")
    assert ours == pytest.approx([r[name] for name in names], rel=1e-9)


@pytest.mark.parametrize(("survey", "breakdown"), [("apistrat", "awards"), ("apisrs", "stype")])
def test_means_of_subgroups_are_those_of_r(survey: str, breakdown: str) -> None:
    r, found = expected("by", f"{survey}_by"), results(survey)
    for place, level in enumerate(r["groups"][breakdown]):
        shown = figure(found, Cell(Measure.MEAN, "api00", breakdown=breakdown, level=level))
        ours = (shown.value, shown.se, shown.deff)
        assert ours == pytest.approx([r[name][place] for name in ("estimate", "se", "deff")], rel=1e-9)


def test_a_mean_in_a_domain_has_the_degrees_of_freedom_of_the_domain() -> None:
    r = expected("domain", "apisrs_dom_mean")
    shown = figure(results("apisrs"), Cell(Measure.MEAN, "api00", breakdown="stype", level="M"))
    ours = (shown.value, shown.se, shown.df, shown.interval.low, shown.interval.high)
    names = ("estimate", "se", "df", "ci_lower", "ci_upper")
    assert ours == pytest.approx([r[name] for name in names], rel=1e-9)


@pytest.mark.parametrize("survey", ["apistrat", "apisrs"])
def test_the_logit_interval_of_a_share_is_that_of_r(survey: str) -> None:
    r, found = expected("ciprop", f"{survey}_ciprop_b_logit"), figure(results(survey), Cell(Measure.SHARE, "awards"))
    assert found.method is Method.LOGIT
    ours = (found.value, found.se**2, found.interval.low, found.interval.high)
    names = ("estimate", "variance", "ci_lower", "ci_upper")
    assert ours == pytest.approx([r[name] for name in names], rel=1e-7)


def test_the_distribution_of_an_item_is_that_of_r() -> None:
    r, found = expected("mean", "apistrat_mean_bin"), results("apistrat")
    yes, no = (figure(found, Cell(Measure.CATEGORY, "awards", answer)) for answer in ("Yes", "No"))
    assert (yes.value, yes.se, no.value, no.se) == pytest.approx(
        [r["estimate"], r["se"], 1 - r["estimate"], r["se"]], rel=1e-9
    )
