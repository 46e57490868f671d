"""A plan says what is asked of the data; a plan that contradicts itself is told with its line."""

from __future__ import annotations

import pytest

from analysis.plan import AnalysisPlan, ChoicesItem, NumberItem, ScaleItem, plan_of
from analysis.plan_reading import read_plan
from analysis.policy import shipped_policy
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
    assert plan.policy == shipped_policy("municipality")


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
        ("floor: 9", 6, "A98"),
        ("profile: geheim", 6, "F"),
        ("subgroups: [q1, aanbieder]", 6, "A99"),
        ("act: jeugdwet\nprovider: q2\nsubgroups: [q1, q2]", 8, "A99"),
        ("design: {population: N, stages: [{cluster: huis}]}", 6, "A35"),
        ("design: {stages: [{cluster: huis}]}\nweighting: {version: '1', margins: [[leeftijd]]}", 7, "A37"),
        ("ratios: {r: {numerator: n1, denominator: q1}}", 6, "A36"),
        ("ratios: {q1: {numerator: n1, denominator: n1}}", 6, "A06"),
    ],
)
def test_a_plan_that_cannot_be_carried_out_is_told_with_its_line(added: str, line: int, code: str) -> None:
    (found,) = read_plan(ITEMS + added, "plan.yaml")  # type: ignore[misc] # a tuple of problems
    assert (found.file, found.line, found.code[: len(code)]) == ("plan.yaml", line, code)


@pytest.mark.parametrize("added", ["act: wmo\nprovider: q2\nsubgroups: [q2]", "act: wmo\nsubgroups: [provider]"])
def test_a_law_that_allows_it_may_be_broken_down_by_provider(added: str) -> None:
    assert isinstance(read_plan(ITEMS + added, "plan.yaml"), AnalysisPlan)


def test_everything_that_is_wrong_with_a_plan_is_told_at_once() -> None:
    text = ITEMS + "floor: 2\nsubgroups: [n1, aanbieder]\nratios: {r: {numerator: q1, denominator: q2}}"
    found = read_plan(text, "plan.yaml")
    assert isinstance(found, tuple)
    assert [(it.line, it.code) for it in found] == [(6, "A98"), (7, "A04"), (7, "A99"), (8, "A36"), (8, "A36")]


def test_a_plan_may_raise_the_floor_of_its_profile() -> None:
    plan = read_plan(ITEMS + "profile: national\nfloor: 25", "plan.yaml")
    assert isinstance(plan, AnalysisPlan)
    assert (plan.policy.name, plan.policy.floor) == ("national", 25)


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
