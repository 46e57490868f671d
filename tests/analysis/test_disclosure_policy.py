"""Policies are data: strictly read, with every mistake told."""

from __future__ import annotations

import pytest

from analysis.plan import Act, AnalysisPlan, CodePlan, ScaleItem
from analysis.policy import PROFILES, DisclosurePolicy, ForbiddenBreakdown, read_policy, shipped_policy


@pytest.mark.parametrize("name", PROFILES)
def test_a_shipped_profile_is_read_under_its_own_name(name: str) -> None:
    policy = shipped_policy(name)
    assert policy.name == name
    assert policy.floor >= 10
    assert ForbiddenBreakdown(law="jeugdwet", breakdown="aanbieder") in policy.forbidden


def test_what_leaves_the_municipality_is_rounded() -> None:
    assert shipped_policy("municipality").rounding is None
    assert all(shipped_policy(name).rounding for name in ("public", "national"))


@pytest.mark.parametrize(
    ("act", "forbidden"),
    [("wmo", ("wijk",)), ("jeugdwet", ("aanbieder", "wijk")), (None, ("aanbieder", "land", "wijk"))],
)
def test_a_rule_for_every_law_holds_under_each_and_without_a_law_all_rules_do(
    act: Act | None, forbidden: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    rules = "{law: jeugdwet, breakdown: aanbieder}, {law: null, breakdown: wijk}, {law: oude-wet, breakdown: land}"
    policy = read_policy(f"forbidden: [{rules}]", "p.yaml")
    monkeypatch.setattr("analysis.plan.shipped_policy", lambda _: policy)
    item = ScaleItem(kind="scale", codes={"1": CodePlan()})
    plan = AnalysisPlan(act=act, items={"q1": item}, subgroups=("aanbieder", "land", "wijk", "leeftijd"))
    assert plan.forbidden_subgroups == forbidden


def test_what_a_policy_leaves_out_is_the_default() -> None:
    assert read_policy("floor: 12", "p.yaml") == DisclosurePolicy(floor=12)


@pytest.mark.parametrize(
    ("text", "line", "place", "code"),
    [
        ("floor: tien", 1, "floor", "F03"),
        ("flor: 10", 1, "flor", "F02"),
        ("floor: 10\nwidth: 0", 2, "width", "F05"),
        ("floor: [", 2, "", "Y02"),
        ("floor: 20\ncertain_below: 15", 2, "certain_below", "P02"),
        (
            "forbidden:\n  - {law: wmo, breakdown: x}\n  - {law: wmo, breakdown: x}",
            3,
            "forbidden[1]",
            "P01",
        ),
    ],
)
def test_a_mistake_in_a_policy_is_told_at_its_place(text: str, line: int, place: str, code: str) -> None:
    found = read_policy(text, "p.yaml")
    assert isinstance(found, tuple)
    assert [(it.line, it.place) for it in found] == [(line, place)]
    assert found[0].code == code
