"""Response rates: the numbers of others, and the laws between rates."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.response_rates import Dispositions, Rate, eligibility, outcome_rates
from analysis.results import NotEstimable

counts = st.integers(0, 5000)
cases = st.builds(
    Dispositions,
    complete=counts,
    partial=counts,
    refused=counts,
    no_contact=counts,
    other=counts,
    unknown_household=counts,
    unknown_other=counts,
    not_eligible=counts,
    eligible_share=st.none() | st.floats(0, 1),
)


def rates(cases: Dispositions) -> dict[str, float]:
    return {name.value: rate for name, rate in outcome_rates(cases).items() if not isinstance(rate, NotEstimable)}


def test_rates_are_those_of_the_r_package_outcomerate() -> None:
    # README of ropensci/outcomerate 1.0.1: c(I = 4, P = 2, R = 1, NC = 1, O = 1, UH = 1, UO = 1, NE = 1), e estimated.
    published = {
        "RR1": 0.364,
        "RR2": 0.545,
        "RR3": 0.370,
        "RR4": 0.556,
        "RR5": 0.444,
        "RR6": 0.667,
        "COOP1": 0.500,
        "COOP2": 0.750,
        "COOP3": 0.571,
        "COOP4": 0.857,
        "REF1": 0.091,
        "REF2": 0.093,
        "REF3": 0.111,
        "CON1": 0.727,
        "CON2": 0.741,
        "CON3": 0.889,
    }
    found = rates(Dispositions(4, 2, 1, 1, 1, 1, 1, 1))
    assert {name: round(rate, 3) for name, rate in found.items()} == published


def test_rates_are_those_of_the_r_package_responserates() -> None:
    # README of leeper/responserates: rates(c(rep("I", 100), rep("NC", 20))).
    found = rates(Dispositions(complete=100, no_contact=20))
    percentages = {name: round(100 * rate, 1) for name, rate in found.items()}
    assert percentages == {
        **dict.fromkeys(["RR1", "RR2", "RR3", "RR4", "RR5", "RR6"], 83.3),
        **dict.fromkeys(["COOP1", "COOP2", "COOP3", "COOP4"], 100.0),
        **dict.fromkeys(["REF1", "REF2", "REF3"], 0.0),
        **dict.fromkeys(["CON1", "CON2", "CON3"], 83.3),
    }


@given(cases)
def test_every_rate_is_a_share_and_those_that_count_more_are_not_smaller(its: Dispositions) -> None:
    found = rates(its)
    assert all(0 <= rate <= 1 for rate in found.values())
    for low, high in [
        *[("RR1", "RR2"), ("RR3", "RR4"), ("RR5", "RR6"), ("RR1", "RR3"), ("RR3", "RR5"), ("RR2", "RR4")],
        *[("RR4", "RR6"), ("COOP1", "COOP2"), ("COOP1", "COOP3"), ("COOP2", "COOP4"), ("COOP3", "COOP4")],
        *[("REF1", "REF2"), ("REF2", "REF3"), ("CON1", "CON2"), ("CON2", "CON3")],
    ]:
        if low in found and high in found:
            assert found[low] <= found[high] + 1e-12, (low, high)


@given(cases)
def test_contact_times_cooperation_is_response(its: Dispositions) -> None:
    found = rates(its)
    if {"RR2", "CON1", "COOP2"} <= found.keys():
        assert found["CON1"] * found["COOP2"] == pytest.approx(found["RR2"])
        assert found["CON3"] * found["COOP2"] == pytest.approx(found["RR6"])


@given(cases)
def test_when_everybody_of_whom_it_is_unknown_belongs_to_the_population_e_changes_nothing(its: Dispositions) -> None:
    all_in, all_out = rates(replace(its, eligible_share=1.0)), rates(replace(its, eligible_share=0.0))
    assert all_in.get("RR3") == all_in.get("RR1")
    assert all_in.get("CON2") == all_in.get("CON1")
    assert all_out.get("RR4") == all_out.get("RR6")
    assert all_out.get("REF2") == all_out.get("REF3")


@given(cases)
def test_who_does_not_belong_to_the_population_is_in_no_rate_but_through_e(its: Dispositions) -> None:
    without = rates(replace(its, not_eligible=0))
    assert all(rates(its)[name] == rate for name, rate in without.items() if name not in {"RR3", "RR4", "REF2", "CON2"})


def test_e_is_given_or_estimated_in_proportion() -> None:
    assert eligibility(Dispositions(complete=8, not_eligible=2)) == 0.8
    assert eligibility(Dispositions(complete=8, not_eligible=2, eligible_share=0.5)) == 0.5
    assert eligibility(Dispositions(unknown_household=5)) == NotEstimable("no_cases", 0)


def test_a_rate_of_nobody_is_no_number() -> None:
    assert set(outcome_rates(Dispositions()).values()) == {NotEstimable("no_cases", 0)}
    silent = outcome_rates(Dispositions(unknown_household=5))
    assert silent[Rate.RR1] == silent[Rate.RR3] == 0.0
    assert silent[Rate.RR5] == silent[Rate.COOP1] == NotEstimable("no_cases", 0)
