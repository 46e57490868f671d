"""References of a plan: who is compared with whom, and what is told about references that cannot be."""

from __future__ import annotations

import pandas as pd
import pytest

from analysis.comparison.references import (
    EveryoneReference,
    GroupReference,
    NeighbourReference,
    PastReference,
    PeersReference,
    ReferencePlan,
    UnitReference,
    resolve,
)
from analysis.dataset import Dataset
from analysis.plan import AnalysisPlan
from analysis.plan_reading import read_plan
from analysis.reading.frames import read_frame
from questionnaires.problems import Problem

UNITS = ("a", "b", "c", "d")
ITEMS = """
items:
  q1: {kind: scale, codes: {x: {score: 0}, y: {score: 100}}}
composites: {t: {items: [q1], minimum_valid: 1}}
subgroups: [jaar]
"""


def listed(found: UnitReference) -> tuple[list[int], list[int], list[bool]]:
    return found.member.tolist(), found.against.tolist(), found.part.tolist()


@pytest.mark.parametrize(
    ("reference", "member", "against", "part"),
    [
        (EveryoneReference(kind="all"), [0, 0, 0, 0], [0, 0, 0, 0], [True] * 4),
        (EveryoneReference(kind="rest"), [0, 0, 0, 0], [0, 0, 0, 0], [False] * 4),
        (GroupReference(kind="group", units=("b", "d")), [-1, 0, -1, 0], [0] * 4, [False, True, False, True]),
        (GroupReference(kind="group", units=("b", "d"), own="without"), [-1, 0, -1, 0], [0] * 4, [False] * 4),
        (
            PeersReference(kind="peers", groups={"noord": ("b", "d"), "zuid": ("a",)}),
            [1, 0, -1, 0],
            [1, 0, -1, 0],
            [True, True, False, True],
        ),
        (NeighbourReference(kind="unit", unit="c"), [-1, -1, 0, -1], [0, 0, -1, 0], [False] * 4),
    ],
)
def test_each_reference_says_who_is_compared_with_whom(
    reference: ReferencePlan, member: list[int], against: list[int], part: list[bool]
) -> None:
    assert listed(resolve(reference, UNITS)) == (member, against, part)


def test_a_group_of_few_units_is_guarded_and_a_chosen_unit_is_not() -> None:
    assert resolve(GroupReference(kind="group", units=("b",)), UNITS).guarded
    assert resolve(EveryoneReference(kind="rest"), UNITS).guarded
    assert not resolve(NeighbourReference(kind="unit", unit="b"), UNITS).guarded


def test_an_average_of_units_gives_every_unit_the_same_weight() -> None:
    assert resolve(EveryoneReference(kind="all", average="unit"), UNITS).equal
    assert not resolve(EveryoneReference(kind="all"), UNITS).equal


@pytest.mark.parametrize(
    ("added", "line", "code", "cure"),
    [
        ("references: {total: {kind: rest}}", 6, "A94", "Geef deze referentie een andere naam."),
        ("references: {others: {kind: rest}}", 6, "A94", "Geef deze referentie een andere naam."),
        (
            "references:\n  wijk: {kind: peers, groups: {n: [a, b], z: [b, c]}}",
            7,
            "A94",
            "Zet elke eenheid in een groep.",
        ),
        (
            "references: {eerder: {kind: past, wave: '2024'}}",
            6,
            "A91",
            "Noem die kolom bij design.wave en ook bij subgroups.",
        ),
        ("preregistered: [q1, t, q11]", 6, "A93", "Bedoelt u q1?"),
        ("references: {wijk: {kind: grop, units: [a]}}", 6, "F02", "Bedoelt u group?"),
        ("references: {wijk: {kind: group, units: []}}", 6, "F05", "Er moeten er ten minste 1 staan."),
    ],
)
def test_a_reference_that_cannot_be_is_told_with_its_line(added: str, line: int, code: str, cure: str) -> None:
    (found,) = read_plan(ITEMS + added, "plan.yaml")
    assert isinstance(found, Problem)
    assert (found.line, found.code, found.cure) == (line, code, cure)


def test_a_past_in_a_wave_that_is_a_subgroup_is_a_good_plan() -> None:
    added = "design: {wave: jaar}\nreferences: {eerder: {kind: past, wave: '2024'}}"
    assert isinstance(read_plan(ITEMS + added, "plan.yaml"), AnalysisPlan)


FRAME = pd.DataFrame({"q1": ["x", "y", "x"], "unit": ["noord", "zuid", "oost"], "jaar": ["2024", "2025", "2025"]})


def plan(**references: ReferencePlan) -> AnalysisPlan:
    return AnalysisPlan.model_validate(
        {
            "design": {"unit": "unit", "strata": "unit", "wave": "jaar"},
            "items": {"q1": {"kind": "scale", "codes": {"x": {"score": 0}, "y": {"score": 100}}}},
            "subgroups": ("jaar",),
            "references": references,
        }
    )


def test_units_and_waves_that_the_data_do_not_have_are_told_all_at_once_with_a_suggestion() -> None:
    wrong = plan(
        eigen=GroupReference(kind="group", units=("noord", "zuit", "verweg")),
        wijk=PeersReference(kind="peers", groups={"n": ("nord",)}),
        buur=NeighbourReference(kind="unit", unit="ost"),
        eerder=PastReference(kind="past", wave="2023"),
    )
    found = read_frame(FRAME, wrong, "scholen.csv")
    assert not isinstance(found, Dataset)
    assert [(it.place, it.code, it.cure) for it in found] == [
        ("references.buur.unit", "A90", "Bedoelt u oost?"),
        ("references.eerder.wave", "A92", "Bedoelt u 2025 of 2024?"),
        ("references.eigen.units.1", "A90", "Bedoelt u zuid?"),
        ("references.eigen.units.2", "A90", "U kunt kiezen uit: noord, oost, zuid."),
        ("references.wijk.groups.n.0", "A90", "Bedoelt u noord?"),
    ]


def test_references_to_units_and_waves_of_the_data_are_read() -> None:
    good = plan(
        eigen=GroupReference(kind="group", units=("noord", "zuid")),
        rest=EveryoneReference(kind="rest"),
        eerder=PastReference(kind="past", wave="2024"),
    )
    assert isinstance(read_frame(FRAME, good, "scholen.csv"), Dataset)
