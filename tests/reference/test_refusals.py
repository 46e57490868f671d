"""Where R stops, so do we, with a reason; and what was done to a design before the call counts in its order."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from oracle_cases import Case, Found, with_accents
from refusals import refusal
from test_oracle import COMPUTERS, answers_of

ROWS = pd.DataFrame(
    {
        "stratum": ["h", "h", "h", "k", "k", "k"],
        "cluster": [1, 1, 2, 1, 2, 2],
        "kind": ["a", "b", "a", "b", "b", "a"],
        "yes": [1, 1, 0, 1, 0, 0],
        "w": [2.0, 3.0, 2.0, 4.0, 5.0, 1.0],
        "N": [30, 30, 30, 20, 20, 20],
        "M": [5, 5, 5, 4, 4, 4],
        "y": [3.0, 4.0, 8.0, 1.0, 2.0, 7.0],
    }
)
STRATIFIED = {"strata": "stratum", "weights": "w", "fpc": "N"}
CLUSTERED = {"ids": "cluster", "strata": "stratum", "weights": "w", "fpc": "M", "nest": True}
KINDS = "data.frame(kind=c('a','b'), Freq=c(10,30))"


def case_of(
    folder: Path, design: dict[str, Any], call: str, *setup: str, rows: pd.DataFrame = ROWS, kind: str = "mean"
) -> Case:
    (folder / "data").mkdir(exist_ok=True)
    rows.to_csv(folder / "data" / "rows.csv", index=False)
    raw = {"kind": kind, "design": {"data": "rows.csv", **design}, "args": {}, "r_setup": ["d <- svydesign()", *setup]}
    return Case({**raw, "r_call": call, "expected": {"error": "R stops"}, "rel_tol": 1e-9}, folder)


def answer(case: Case) -> Found:
    """Return what the first module that answers finds."""
    return next(found for it in COMPUTERS if (found := it.compute(case)) is not None)


def changed(column: str, value: object) -> pd.DataFrame:
    return ROWS.assign(**{column: [value, *ROWS[column].tolist()[1:]]})


@pytest.mark.parametrize(
    ("design", "rows", "reason"),
    [
        (STRATIFIED, ROWS, ""),
        (CLUSTERED, ROWS, ""),
        (STRATIFIED, changed("w", np.nan), "A26"),
        (STRATIFIED, changed("stratum", np.nan), "A27"),
        (STRATIFIED, ROWS.assign(N=2), "A13"),
        (CLUSTERED, ROWS.assign(M=[1, 1, 1, 4, 4, 4]), "A34"),
        ({**CLUSTERED, "nest": False}, ROWS, "clusters are not nested in strata"),
        ({"ids": "cluster"}, ROWS.assign(cluster=1), "one cluster"),
        ({"strata": "stratum", "fpc": "N"}, ROWS.assign(N=0.1), ""),
    ],
)
def test_a_design_that_r_refuses_is_refused(
    tmp_path: Path, design: dict[str, Any], rows: pd.DataFrame, reason: str
) -> None:
    case = case_of(tmp_path, design, "svymean(~y, d)", rows=rows)
    assert refusal(case) == reason
    if reason:
        assert answers_of(case) == {"refusals": []}


@pytest.mark.parametrize(
    ("design", "setup"),
    [
        (STRATIFIED, "d <- postStratify(d, ~kind, data.frame(kind='a', Freq=10))"),
        (STRATIFIED, "d <- postStratify(d, ~kind, data.frame(kind=c('a','b','c'), Freq=c(1,2,3)))"),
        (STRATIFIED, "d <- rake(d, list(~kind), list(data.frame(kind=c('a','b','c'), Freq=c(1,2,3))))"),
        (STRATIFIED, "d <- calibrate(d, ~kind, c(40, 39), bounds=c(0.9, 1.1))"),
        (STRATIFIED, "d <- calibrate(d, ~kind, c(40, 30, 1))"),
        (STRATIFIED, "d <- calibrate(d, ~kind, c(40, 30), calfun='logit')"),
        (STRATIFIED, "d <- as.svrepdesign(d, type='JK1')"),
        (STRATIFIED, "d <- as.svrepdesign(d, type='BRR')"),
        ({"ids": "cluster", "weights": "w"}, "d <- as.svrepdesign(d, type='JKn')"),
    ],
)
def test_weights_that_r_does_not_make_are_refused(tmp_path: Path, design: dict[str, Any], setup: str) -> None:
    assert answer(case_of(tmp_path, design, "svymean(~y, d)", setup)).keys() == {"error"}


@pytest.mark.parametrize(
    "call",
    [
        "svymean(~y, d)",
        "svyby(~y, ~kind, d, svymean)",
        "svyciprop(~I(yes==1), d)",
        "svyquantile(~y, d, c(.5))",
        "svyglm(y ~ kind, d)",
        "svyttest(y ~ kind, d)",
        "svyranktest(y ~ kind, d)",
        "svychisq(~kind+yes, d)",
        "regTermTest(svyglm(y ~ kind, d), ~kind)",
        "svycontrast(svyby(~y, ~kind, d, svymean, covmat=TRUE), c(1,-1))",
    ],
)
def test_a_lonely_stratum_is_refused_by_every_module(tmp_path: Path, call: str) -> None:
    rows = pd.concat([ROWS, ROWS.iloc[:1].assign(stratum="lonely")])
    messages = answers_of(case_of(tmp_path, STRATIFIED, call, rows=rows))
    assert messages
    assert not any(messages.values()), messages


def test_of_lonely_strata_alone_r_has_no_average_and_no_error(tmp_path: Path) -> None:
    alone = ROWS.iloc[[0, 3]]
    case = case_of(tmp_path, {**STRATIFIED, "lonely_psu": "average"}, "svymean(~y, d)", rows=alone)
    for computer in COMPUTERS:
        if (found := computer.compute(case)) is not None:
            assert np.isnan(found["se"]).all()


def test_a_subset_after_the_fit_leaves_the_weights_as_they_were_fitted(tmp_path: Path) -> None:
    setup = (f"d <- postStratify(d, ~kind, {KINDS})", "d <- subset(d, y > 3.5)")
    after, before = (
        answer(case_of(tmp_path, STRATIFIED, "d", *lines))["weights"] for lines in (setup, reversed(setup))
    )
    # The weights of a are 2, 2 and 1, those of b 3, 4 and 5.
    np.testing.assert_allclose(after, [0, 7.5, 4, 0, 0, 2])
    # R forgets the rows outside a subset: two of a and one of b are left.
    np.testing.assert_allclose(before, [30, 20 / 3, 10 / 3])


def test_numbers_that_were_declared_factors_have_levels(tmp_path: Path) -> None:
    found = answer(case_of(tmp_path, {**STRATIFIED, "factors": "cluster"}, "svymean(~cluster, d)"))
    np.testing.assert_allclose(found["estimate"], [9 / 17, 8 / 17])


def test_letters_with_accents_are_read_as_r_writes_them() -> None:
    assert with_accents("S<c3><ba>dwest <U+0133>") == "Súdwest ĳ"
