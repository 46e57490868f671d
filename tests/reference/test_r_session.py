"""The lines of R before a call: tables of populations, vectors of totals, and arguments by name or by place."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from oracle_cases import Case
from r_language import Call, Constant, Name, read_r
from r_session import Session, matched, matrix, without_intercept

PEOPLE = pd.DataFrame({"kind": ["a", "b", "b", "c"], "town": ["x", "x", "y", "x"], "n": [1.0, 2.0, 4.0, 8.0]})


@pytest.fixture
def session(tmp_path: Path) -> Session:
    """A session in which the people are both the data and a file."""
    (tmp_path / "data").mkdir()
    PEOPLE.to_csv(tmp_path / "data" / "people.csv", index=False)
    case = Case({"design": {"data": "people.csv"}, "r_setup": [], "args": {}}, tmp_path)
    return Session(case, {}, {"x": PEOPLE})


def run(session: Session, *lines: str) -> Any:
    """Return what the last line assigns to T."""
    for line in lines:
        session.run(line)
    return session.known["T"]


def test_arguments_are_matched_by_name_and_the_others_by_what_is_left() -> None:
    call = read_r("calibrate(d, population=T, ~kind)")
    assert isinstance(call, Call)
    found = matched(call, "design", "formula", "population")
    assert found["design"] == Name("d")
    assert found["population"] == Name("T")
    assert found["formula"] == read_r("~kind")


@pytest.mark.parametrize(
    ("model", "terms", "intercept"),
    [("a + b", 2, True), ("a - 1", 1, False), ("0 + a + b", 2, False), ("-1 + a", 1, False), ("1", 0, True)],
)
def test_a_model_has_an_intercept_unless_it_is_taken_away(model: str, terms: int, intercept: bool) -> None:  # noqa: FBT001 - as expected
    found, with_it = without_intercept(read_r(model))
    assert (len(found), with_it) == (terms, intercept)


def test_without_an_intercept_the_first_factor_has_all_its_levels() -> None:
    assert list(matrix(read_r("~kind"), PEOPLE, PEOPLE)) == ["(Intercept)", "kindb", "kindc"]
    assert list(matrix(read_r("~kind + town - 1"), PEOPLE, PEOPLE)) == ["kinda", "kindb", "kindc", "towny"]


def test_totals_are_read_with_their_names(session: Session) -> None:
    found = run(session, "pop <- rd('people.csv')", "T <- c(colSums(model.matrix(~kind, data=pop)), n=sum(pop$n))")
    assert found.to_dict() == {"(Intercept)": 4.0, "kindb": 2.0, "kindc": 1.0, "n": 15.0}
    assert run(session, "T <- setNames(c(1, 2), c('a', 'b'))").to_dict() == {"a": 1.0, "b": 2.0}


def test_weighted_totals_are_those_of_weighted_rows(session: Session) -> None:
    found = run(session, "T <- colSums(model.matrix(~kind, x) * x$n)")
    assert found.to_dict() == {"(Intercept)": 15.0, "kindb": 6.0, "kindc": 8.0}


def test_a_cross_table_counts_rows_or_adds_up_numbers_over_all_combinations(session: Session) -> None:
    assert run(session, "T <- xtabs(~kind, x)")["Freq"].tolist() == [1, 2, 1]
    assert run(session, "T <- xtabs(n ~ kind, x)")["Freq"].tolist() == [1, 6, 8]
    assert run(session, "T <- xtabs(n ~ kind + town, x)")["Freq"].tolist() == [1, 2, 8, 0, 4, 0]


def test_columns_are_renamed_and_replaced(session: Session) -> None:
    renamed = run(session, "T <- aggregate(n ~ kind, x, sum)", "names(T)[names(T)=='n'] <- 'Freq'")
    assert list(renamed) == ["kind", "Freq"]
    assert list(run(session, "names(T) <- c('kind', 'N')")) == ["kind", "N"]
    assert run(session, "T$N <- c(7, 8, 9)")["N"].tolist() == [7, 8, 9]


def test_weights_of_replicates_are_columns_side_by_side(session: Session) -> None:
    np.testing.assert_array_equal(run(session, "T <- 2*cbind(c(1,0), rep(1, 2))"), [[2, 2], [0, 2]])


def test_a_list_with_names_is_known_by_them(session: Session) -> None:
    assert run(session, "T <- list(lower=-1, upper=1e6)") == {"lower": -1.0, "upper": 1e6}
    assert run(session, "T <- list(1, 2)") == [1.0, 2.0]


def test_a_function_of_the_set_up_is_called(session: Session) -> None:
    assert run(session, "twice <- function(a) { a * 2 }", "T <- twice(21)") == 42
    assert read_r("42") == Constant(42.0)
