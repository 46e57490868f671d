"""What is wrong with a rule for microdata: everything at once, each with a place, a cause and a cure."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import practice_people as people
import pytest
from pydantic import ValidationError

from analysis.microdata.protected import ProtectedMicrodata
from analysis.microdata.protecting import protect_microdata
from analysis.microdata.records import names_of
from analysis.microdata.rule import AreaGiven, Group, Limits, MicrodataRule
from analysis.snapshots import Snapshot

YOUNG = Group(code="jong", label="Jong", codes=("tot_45",))


def faults(snapshots: tuple[Snapshot, ...] | None = None, **changes: Any) -> dict[str, str]:
    """Return the causes by place of a rule that is right but for the changes."""
    # Not a default value: every worker collects this file, and one of them needs the snapshots.
    snapshots = snapshots or people.snapshots()
    rule = people.RULE.model_copy(update=changes)
    places = people.MUNICIPALITIES if rule.area is AreaGiven.MUNICIPALITY else people.PROVINCES
    found = protect_microdata(snapshots, people.pooled(), rule, places)
    assert not isinstance(found, ProtectedMicrodata)
    assert all(one.place and one.cause and one.cure for one in found)
    return {one.place: one.cause for one in found}


@pytest.mark.parametrize(
    ("changes", "place", "cause"),
    [
        ({"variables": ("LFT01", "GSL01", "LEV01", "VER01")}, "variables", "eigen woorden"),
        ({"variables": ("LFT01", "GSL01", "LEV01", "XYZ01")}, "variables", "XYZ01 is niet gesteld"),
        ({"variables": ("LFT01", "GSL01", "LEV01", "LEV01")}, "variables", "twee keer"),
        ({"quasi_identifiers": ("LFT01", "HUL01")}, "quasi_identifiers", "gaat niet mee"),
        ({"coarsenings": {"LFT01": (YOUNG, YOUNG)}}, "coarsenings.LFT01", "Twee groepen"),
        ({"coarsenings": {"LFT01": (Group(code="x", label="X", codes=("nooit",)),)}}, "coarsenings.LFT01", "nooit"),
        (
            {"coarsenings": {"LFT01": (Group(code="vanaf_85", label="Oud", codes=("tot_45",)),)}},
            "coarsenings.LFT01",
            "Oud",
        ),
        ({"coarsenings": {"HUL01": (YOUNG,)}}, "coarsenings.HUL01", "gaat niet mee"),
        ({"limits": {"LFT01": Limits(top=3)}, "coarsenings": {}}, "limits.LFT01", "geen getal"),
        ({"limits": {"LEV01": Limits(top=11)}}, "limits.LEV01.top", "ligt daarbuiten"),
        ({"limits": {"LEV01": Limits(bottom=0)}}, "limits.LEV01.bottom", "ligt daarbuiten"),
        ({"variables": ("HUL01", "LFT01", "GSL01", "LEV01")}, "variables", "Te weinig gemeenten vroegen hetzelfde"),
        ({"largest_suppressed": 0}, "largest_suppressed", "mag"),
        ({"fewest_municipalities": 6}, "area", "In Fryslân liggen te weinig gemeenten"),
    ],
)
def test_a_fault_has_its_place_and_cause(changes: dict[str, Any], place: str, cause: str) -> None:
    assert cause in faults(**changes)[place]


def test_a_group_under_the_code_of_an_answer_outside_it_would_swallow_that_answer() -> None:
    middle = Group(code="vanaf_75", label="Midden", codes=("van_45_tot_65", "van_65_tot_75"))
    old = Group(code="oud", label="Oud", codes=("vanaf_75",))
    rule = MicrodataRule(variables=("LFT01",), quasi_identifiers=("LFT01",), coarsenings={"LFT01": (middle, old)})
    (fault,) = rule.faults()
    assert fault.place == "coarsenings.LFT01"
    assert fault.cause == "De groep ‘Midden’ van LFT01 heet vanaf_75. Dat is een antwoord dat er niet in staat."
    # A group may be called as one of its own answers.
    own = Group(code="tot_45", label="Tot 65", codes=("tot_45", "van_45_tot_65"))
    assert rule.model_copy(update={"coarsenings": {"LFT01": (own, old)}}).faults() == ()


def test_all_faults_are_told_at_once() -> None:
    found = faults(variables=("LFT01", "LEV01", "VER01"), limits={"LEV01": Limits(top=12)}, coarsenings={"X": (YOUNG,)})
    assert {"variables", "quasi_identifiers", "limits.LEV01.top", "coarsenings.X"} <= set(found)


def test_people_are_not_counted_twice_in_two_rounds_of_a_municipality() -> None:
    first = people.snapshots()[0]
    again = replace(first, facts=replace(first.facts, measurement="wmo-2027"))
    assert "meer dan één meting" in faults((*people.snapshots(), again))["snapshots"]


def test_people_who_are_known_by_a_key_are_not_counted_twice() -> None:
    first = people.snapshots()[0]
    linked = replace(first, rows=tuple(replace(row, person_key="k1") for row in first.rows))
    assert "Dezelfde mensen" in faults((linked, *people.snapshots()[1:]))["snapshots"]


def test_a_municipality_without_a_known_area_is_named() -> None:
    found = protect_microdata(people.snapshots(), people.pooled(), people.RULE, {})
    assert isinstance(found, tuple)
    assert found[0].place == "area"
    assert "GM0344" in found[0].cause


def test_fewer_people_than_k_cannot_be_protected() -> None:
    first = people.snapshots()[0]
    few = replace(first, rows=first.rows[:4])
    assert "Er zijn 4 mensen" in faults((few,), area=AreaGiven.MUNICIPALITY)["k"]


def test_k_below_five_is_no_rule() -> None:
    with pytest.raises(ValidationError):
        MicrodataRule(variables=("LFT01",), quasi_identifiers=("LFT01",), k=4)


def test_a_bottom_above_the_top_is_no_limit() -> None:
    with pytest.raises(ValidationError):
        Limits(bottom=5, top=5)


def test_a_group_in_numbers_is_written_with_the_numbers() -> None:
    grades = (Group(code="laag", label="Onvoldoende", codes=tuple(map(str, range(1, 6)))),)
    rule = people.RULE.model_copy(update={"coarsenings": {"LEV01": grades}, "limits": {}})
    found = protect_microdata(people.snapshots(), people.pooled(), rule, people.PROVINCES)
    assert isinstance(found, ProtectedMicrodata), found
    grade = next(one for one in found.records.variables if one.name == "LEV01")
    assert [one.code for one in grade.categories] == ["laag", "6", "7", "8", "9", "10"]


def test_names_fit_every_program_and_differ_in_any_case_of_letters() -> None:
    long = "gm0344.wat_vindt_u_van_de_hulp_in_uw_huis"
    found = names_of(["TOE02@1/nl.ceo.wmo@1", "a", "A", "gewicht", long, f"{long}_2"])
    assert len({name.lower() for name in found.values()}) == len(found)
    assert all(len(name) <= 32 and name.replace("_", "").isalnum() and name[0].isalpha() for name in found.values())
