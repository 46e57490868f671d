"""Files of answers: CSV, SPSS and Parquet give the same data set; a file that is none of these says so."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pyreadstat
import pytest

from analysis.dataset import Dataset
from analysis.plan import AnalysisPlan
from analysis.plan_reading import read_plan
from analysis.reading.cells import cells_of
from analysis.reading.files import labels_of, read_data
from analysis.reading.frames import read_frame
from questionnaires.problems import Problem

PLAN = """
design: {strata: wijk, population: N}
items:
  tevreden: {kind: scale, codes: {"1": {score: 0}, "2": {score: 100}}, missing: {"9": not_applicable}}
  dagen: {kind: number}
"""
ANSWERS = pd.DataFrame(
    {"wijk": ["A", "A", "B"], "N": [8.0, 8.0, 5.0], "tevreden": [1.0, 9.0, 2.0], "dagen": [3.5, np.nan, 12.0]}
)


def dataset(file: Path) -> Dataset:
    plan = read_plan(PLAN, "plan.yaml")
    assert isinstance(plan, AnalysisPlan), plan
    frame = read_data(file)
    assert isinstance(frame, pd.DataFrame), frame
    found = read_frame(frame, plan, file.name)
    assert isinstance(found, Dataset), found
    return found


@pytest.fixture
def files(tmp_path: Path) -> list[Path]:
    csv, sav, parquet = (tmp_path / f"data.{kind}" for kind in ("csv", "sav", "parquet"))
    ANSWERS.to_csv(csv, index=False, float_format="%g")
    ANSWERS.to_parquet(parquet)
    pyreadstat.write_sav(
        ANSWERS,
        sav,
        column_labels={"tevreden": "Bent u tevreden?"},
        variable_value_labels={"tevreden": {1.0: "Nee", 2.0: "Ja"}},
        missing_ranges={"tevreden": [9.0]},
    )
    return [csv, sav, parquet]


def test_the_same_answers_in_three_formats_are_the_same_data_set(files: list[Path]) -> None:
    first, *others = [dataset(file) for file in files]
    for other in others:
        assert other.strata == first.strata
        assert np.array_equal(other.codes, first.codes)
        assert np.array_equal(other.status, first.status)
        assert np.array_equal(other.deviations, first.deviations)


def test_labels_of_spss_come_along(files: list[Path]) -> None:
    labels = {}
    for file in files:
        frame = read_data(file)
        assert isinstance(frame, pd.DataFrame)
        labels[file.suffix] = dict(labels_of(frame))
    found = {"tevreden": "Bent u tevreden?", "tevreden=1": "Nee", "tevreden=2": "Ja"}
    assert labels == {".csv": {}, ".sav": found, ".parquet": {}}


@pytest.mark.parametrize(("name", "code"), [("data.docx", "A32"), ("data.sav", "A33"), ("data.parquet", "A33")])
def test_a_file_of_another_kind_says_so(tmp_path: Path, name: str, code: str) -> None:
    file = tmp_path / name
    file.write_bytes(b"niets van dien aard")
    found = read_data(file)
    assert isinstance(found, tuple)
    assert [(it.file, it.code) for it in found] == [(name, code)]


def test_a_column_in_which_every_cell_is_wrong_is_told_cell_by_cell() -> None:
    frame = pd.DataFrame({"dagen": ["twee", "drie", "twee"]})
    plan = AnalysisPlan.model_validate({"items": {"dagen": {"kind": "number"}}})
    found = read_frame(frame, plan, "data")
    assert isinstance(found, tuple)
    assert [(it.line, it.code) for it in found] == [(2, "A25"), (3, "A25")]
    assert "2 keer" in found[0].cause


def test_words_and_numbers_of_the_same_text_are_the_same_value() -> None:
    cells = cells_of(pd.DataFrame({"q": pd.Series([1, "1", " 1 ", 1.0, None], dtype=object)}), "q")
    assert cells.different == ["1", ""]
    assert cells.place.tolist() == [0, 0, 0, 0, 1]


CLUSTERS = """
design:
  strata: regio
  stages: [{cluster: huishouden, population: M}, {cluster: persoon, population: K}]
items: {q: {kind: number}}
"""


def clusters(rows: list[tuple[object, ...]]) -> Dataset | tuple[Problem, ...]:
    plan = read_plan(CLUSTERS, "plan.yaml")
    assert isinstance(plan, AnalysisPlan), plan
    return read_frame(pd.DataFrame(rows, columns=["regio", "huishouden", "M", "persoon", "K", "q"]), plan, "data")


def test_stages_nest_and_weigh_by_what_was_drawn_of_each() -> None:
    found = clusters([("N", 1, 10, 1, 2, 1), ("N", 2, 10, 1, 4, 2), ("N", 2, 10, 2, 4, 3), ("Z", 1, 7, 1, 3, 4)])
    assert isinstance(found, Dataset)
    assert found.weights.tolist() == [5 * 2, 5 * 2, 5 * 2, 7 * 3]
    first, second = found.stages
    assert first.cluster.tolist() == [0, 1, 1, 2]
    assert first.population.tolist() == [10, 7]
    assert second.stratum.tolist() == [0, 1, 1, 2]
    assert second.population.tolist() == [2, 4, 3]


def test_more_clusters_than_the_population_and_two_counts_for_one_are_told_together() -> None:
    found = clusters([("N", 1, 2, 1, 1, 1), ("N", 1, 3, 2, 1, 2)])
    assert isinstance(found, tuple)
    assert [(it.place, it.code) for it in found] == [("design.stages.0", "A31"), ("design.stages.1", "A34")]


def test_without_populations_of_the_stages_everyone_counts_once() -> None:
    text = CLUSTERS.replace(", population: M", "").replace(", population: K", "")
    plan = read_plan(text, "plan.yaml")
    assert isinstance(plan, AnalysisPlan), plan
    frame = pd.DataFrame([("N", 1, 1, 3.0), ("N", 2, 1, 5.0)], columns=["regio", "huishouden", "persoon", "q"])
    found = read_frame(frame, plan, "data")
    assert isinstance(found, Dataset)
    assert found.weights.tolist() == [1, 1]


def test_a_scheme_brings_its_columns_along_without_making_breakdowns_of_them() -> None:
    text = (
        "design: {strata: wijk}\nitems: {q: {kind: number}}\nweighting: {version: '1', margins: [[leeftijd], [wijk]]}"
    )
    plan = read_plan(text, "plan.yaml")
    assert isinstance(plan, AnalysisPlan), plan
    found = read_frame(pd.DataFrame({"wijk": ["A", "B"], "q": [1, 2], "leeftijd": ["oud", "jong"]}), plan, "data")
    assert isinstance(found, Dataset)
    assert found.groupings == ()
    assert [(it.breakdown, it.levels) for it in found.auxiliaries] == [("leeftijd", ("jong", "oud"))]
    absent = read_frame(pd.DataFrame({"wijk": ["A"], "q": [1]}), plan, "data")
    assert isinstance(absent, tuple)
    assert [(it.place, it.code) for it in absent] == [("weighting", "A22")]
