"""What formulas of tests and models name: a sample, a column, and the groups of the rows."""

from __future__ import annotations

import numpy as np
from oracle_cases import Case, Found
from r_language import Call, Node
from r_session import matched
from r_values import evaluate, holds, levels_of, shown

from analysis.results import NotEstimable
from analysis.rows.sample import Sample

ABSENT = np.nan  # a value that R leaves empty


def formula_and_sample(call: Call, case: Case) -> tuple[Call, Sample]:
    """Return the formula and the sample of a call."""
    given = matched(call, "formula", "design")
    assert isinstance(given["formula"], Call)
    return given["formula"], _sample(case, given["design"])


def _sample(case: Case, design: Node) -> Sample:
    """Return the sample of a design argument: `d`, or `subset(d, ...)`."""
    if isinstance(design, Call) and design.function == "subset":
        return _sample(case, design[0]).within(holds(design[1], case.frame))
    return case.sample


def column_of(node: Node | None, case: Case) -> np.ndarray:
    """Return the number of every row."""
    assert node is not None
    return np.asarray(evaluate(node, case.frame), dtype=float)


def members_of(term: Node, case: Case, among: np.ndarray) -> tuple[np.ndarray, list[str]]:
    """Return the place of every row in the levels that occur among some rows; −1 elsewhere."""
    values = np.asarray(evaluate(term, case.frame), dtype=object)
    levels = levels_of(values[among])
    places = {level: place for place, level in enumerate(levels)}
    return np.array([places.get(value, -1) for value in values]), [shown(level) for level in levels]


def refused_as(found: NotEstimable) -> Found:
    """Return the reason why there is no figure, as an error."""
    return {"error": found.reason}
