"""A plan says what is asked of the data; a plan that contradicts itself is told with its line."""

from __future__ import annotations

import pytest

from analysis.plan import AnalysisPlan, ChoicesItem, NumberItem, ScaleItem, plan_of, read_plan
from analysis.policy import DisclosurePolicy
from analysis.results import Inference
from questionnaires.answers import Missing
from questionnaires.codebook import Codebook

ITEMS = """
items:
  q1: {kind: scale, codes: {a: {score: 0}, b: {score: 100}}, missing: {c: skipped}}
  q2: {kind: scale, codes: {a: {}}}
  n1: {kind: number}
"""


def test_a_plan_has_defaults_for_all_but_its_items() -> None:
    plan = read_plan(ITEMS, "plan.yaml")
    assert isinstance(plan, AnalysisPlan)
    assert (plan.confidence, plan.inference, plan.comparison_inference) == (0.95, Inference.FINITE, Inference.PROCESS)
    assert plan.policy == DisclosurePolicy(floor=10)


@pytest.mark.parametrize(
    ("added", "line", "code"),
    [
        ("composites: {t: {items: [q1, q9], minimum_valid: 1}}", 6, "A02"),
        ("composites: {t: {items: [q1, q2], minimum_valid: 1}}", 6, "A02"),
        ("composites: {t: {items: [q1], minimum_valid: 2}}", 6, "A03"),
        ("composites: {q2: {items: [q1], minimum_valid: 1}}", 6, "A06"),
        ("subgroups: [n1]", 6, "A04"),
        ("design: {population: N, populations: {a: 3}}", 6, "A05"),
        ("confidence: 2", 6, "F"),
        ("inferrence: finite", 6, "F"),
        ("design: {strata: [a]}", 6, "F"),
        ("floor: 3\nfloor: 4", 7, "Y"),
    ],
)
def test_a_plan_that_cannot_be_carried_out_is_told_with_its_line(added: str, line: int, code: str) -> None:
    (found,) = read_plan(ITEMS + added, "plan.yaml")  # type: ignore[misc] # a tuple of problems
    assert (found.file, found.line, found.code[: len(code)]) == ("plan.yaml", line, code)


def test_a_code_is_an_answer_or_a_reason() -> None:
    text = "items: {q1: {kind: scale, codes: {a: {}}, missing: {a: skipped}}}"
    (found,) = read_plan(text, "plan.yaml")  # type: ignore[misc] # a tuple of problems
    assert found.code == "A01"


def test_a_round_is_asked_all_that_its_codebook_counts(codebook: Codebook) -> None:
    plan = plan_of(codebook)
    kinds = {name: type(item) for name, item in plan.items.items()}
    scales = dict.fromkeys(("TOE01", "TOE02", "LEV01", "SEX01"), ScaleItem)
    assert kinds == {**scales, "WEK01": NumberItem, "SOO01": ChoicesItem}
    assert plan.items["TOE01"].missing == {"weet_niet": Missing.DONT_KNOW}
    assert plan.subgroups == ("SEX01", "SOO01")
    assert plan.composites["TOE"].items == ("TOE01", "TOE02")
