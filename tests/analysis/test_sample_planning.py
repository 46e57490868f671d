"""Planning a sample: what is expected of each stratum, laws of the plan, and simulated fieldwork."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.drawing import Quota, draw_sample
from analysis.results import NotEstimable
from analysis.sample_planning import (
    Allocation,
    PlannedStratum,
    Prices,
    SamplePlan,
    StratumPlan,
    margin_of_strata,
    plan_sample,
    weighting_effect,
)
from analysis.sampling import Conditions, margin_of_share
from questionnaires.problems import Problem

TOWN = (PlannedStratum("Hulp", 3000, 0.35), PlannedStratum("Vervoer", 800, 0.35), PlannedStratum("Wonen", 60, 0.5))

strata = st.lists(
    st.builds(
        PlannedStratum,
        st.text(max_size=3),
        st.integers(1, 2000),
        st.floats(0.05, 1),
        st.floats(0.1, 0.9),
    ),
    min_size=1,
    max_size=6,
).map(tuple)
allocations = st.sampled_from(Allocation)


def planned(*args: object, **options: object) -> SamplePlan:
    plan = plan_sample(*args, **options)  # type: ignore[arg-type]
    assert isinstance(plan, SamplePlan), plan
    return plan


def margin(plan: SamplePlan | StratumPlan) -> float:
    assert not isinstance(plan.margin, NotEstimable)
    return plan.margin


def test_cochran_weighs_the_strata_of_a_proportion() -> None:
    # Cochran (1977), section 5.10, worked by hand: W = 0.75 and 0.25, p = 0.5 and 0.2, r = 90 and 30 of 300 and 100.
    plans = (
        StratumPlan(PlannedStratum("a", 300, 1.0, 0.5), 90),
        StratumPlan(PlannedStratum("b", 100, 1.0, 0.2), 30),
    )
    variance = 0.75**2 * 0.25 / 90 * 210 / 299 + 0.25**2 * 0.16 / 30 * 70 / 99
    assert margin_of_strata(plans) == pytest.approx(1.959964 * math.sqrt(variance), rel=1e-6)


def test_kish_pays_for_asking_as_many_in_a_small_stratum_as_in_a_large_one() -> None:
    # Kish (1965), section 11.7: 1 + the squared coefficient of variation of the weights, here 1.8 and 0.2.
    plans = [StratumPlan(PlannedStratum("a", 900, 0.4), 250), StratumPlan(PlannedStratum("b", 100, 0.4), 250)]
    assert weighting_effect(plans) == pytest.approx(1 + np.var([1.8, 0.2]))


@given(st.integers(1, 5000), st.floats(0.05, 1), st.data())
def test_the_margin_of_one_stratum_is_that_of_a_share(population: int, response: float, data: st.DataObject) -> None:
    invited = data.draw(st.integers(1, population))
    stratum = PlannedStratum("a", population, 1.0)
    expected = margin_of_share(invited, conditions=Conditions(population=population))
    assert margin_of_strata([StratumPlan(stratum, invited)]) == pytest.approx(expected)


@given(strata, allocations, st.integers(0, 40), st.data())
def test_a_plan_invites_as_many_as_was_asked_and_nobody_who_is_not_there(
    town: tuple[PlannedStratum, ...], allocation: Allocation, minimum: int, data: st.DataObject
) -> None:
    everybody = sum(it.population for it in town)
    invited = data.draw(st.integers(0, everybody))
    plan = plan_sample(town, invited=invited, allocation=allocation, minimum=minimum)
    if not isinstance(plan, SamplePlan):
        assert [it.code for it in plan] == ["A88"]
        return
    assert plan.invited == invited
    assert plan.population == everybody
    for it in plan.strata:
        assert 0 <= it.invited <= it.stratum.population
        assert it.invited == it.stratum.population or it.respondents >= minimum - 1e-6


@given(strata, allocations, st.floats(0.02, 0.3))
def test_a_plan_for_a_margin_reaches_it_or_invites_everybody(
    town: tuple[PlannedStratum, ...], allocation: Allocation, wanted: float
) -> None:
    plan = planned(town, margin=wanted, allocation=allocation)
    if plan.enough:
        assert margin(plan) <= wanted + 1e-9
    else:
        assert plan.invited == plan.population
    fewer = plan_sample(town, invited=plan.invited - 1, allocation=allocation)
    assert not isinstance(fewer, SamplePlan) or isinstance(fewer.margin, NotEstimable) or margin(fewer) > wanted - 5e-3


@given(strata)
def test_the_order_of_strata_only_decides_who_gets_a_rounded_letter(town: tuple[PlannedStratum, ...]) -> None:
    n = sum(it.population for it in town) // 2
    there, back = planned(town, invited=n), planned(town[::-1], invited=n)
    assert all(abs(it.invited - that.invited) <= 1 for it, that in zip(there.strata, back.strata[::-1], strict=True))


@given(strata, allocations)
def test_no_allocation_of_equal_responses_beats_the_proportional_one(
    town: tuple[PlannedStratum, ...], allocation: Allocation
) -> None:
    alike = [PlannedStratum(it.name, it.population, 0.4) for it in town]
    plan = planned(alike, invited=sum(it.population for it in town) // 2, allocation=allocation)
    deff = plan.strata and weighting_effect(plan.strata)
    assert isinstance(deff, NotEstimable) or deff >= 1 - 1e-9


def test_allocations_range_from_the_whole_to_the_parts() -> None:
    invited = {
        allocation: [it.invited for it in planned(TOWN, invited=600, allocation=allocation).strata]
        for allocation in Allocation
    }
    assert invited[Allocation.PROPORTIONAL] == [466, 125, 9]
    assert invited[Allocation.NEYMAN] == [466, 125, 9]  # with equal shares
    assert invited[Allocation.POWER] == [362, 187, 51]  # 54.8 : 28.3 : 7.7
    assert invited[Allocation.EQUAL] == [270, 270, 60]  # no more than there are
    skewed = [PlannedStratum("a", 100, 1.0, 0.5), PlannedStratum("b", 100, 1.0, 0.1)]
    optimal = planned(skewed, invited=80, allocation=Allocation.NEYMAN)
    assert [it.invited for it in optimal.strata] == [50, 30]  # 0.5 : 0.3


def test_a_census_has_no_margin_when_everybody_answers() -> None:
    plan = planned([PlannedStratum("a", 40, 1.0), PlannedStratum("b", 7, 1.0)])
    assert (plan.invited, plan.respondents, plan.margin, plan.enough) == (47, 47.0, 0.0, True)


def test_a_census_with_silent_clients_keeps_a_margin() -> None:
    plan = planned(TOWN, margin=0.001)
    assert plan.invited == plan.population == 3860
    assert not plan.enough


def test_a_stratum_without_respondents_has_no_margin_and_so_has_the_whole() -> None:
    plan = planned(TOWN, invited=0)
    assert plan.margin == plan.strata[0].margin == NotEstimable("no_respondents", 0)
    assert weighting_effect(plan.strata) == NotEstimable("no_respondents", 0)
    assert margin_of_strata([]) == NotEstimable("no_respondents", 0)


def test_reminders_go_to_those_who_do_not_answer() -> None:
    plan = planned(TOWN[:2], invited=1000, prices=Prices(letter=1.5, reminders=2))
    assert plan.letters == 1000 + 2 * 650
    assert plan.cost == 3450.0


def test_what_cannot_be_planned_is_a_problem() -> None:
    too_many = plan_sample(TOWN, invited=4000)
    too_few = plan_sample(TOWN, invited=100, minimum=30)
    for problems, code in ((too_many, "A87"), (too_few, "A88")):
        assert isinstance(problems, tuple)
        [problem] = problems
        assert isinstance(problem, Problem)
        assert problem.code == code


@pytest.mark.parametrize("allocation", [Allocation.PROPORTIONAL, Allocation.EQUAL, Allocation.POWER])
def test_the_planned_margin_holds_in_simulated_fieldwork(allocation: Allocation) -> None:
    # 600 draws with seeds of their own, in each of which half of those who are drawn answer.
    rng, runs, response = np.random.default_rng(4), 600, 0.5
    sizes = {"a": 160, "b": 60, "c": 30}
    town = [PlannedStratum(name, size, response) for name, size in sizes.items()]
    plan = planned(town, margin=0.11, allocation=allocation)
    assert plan.invited < plan.population
    content = {f"{name}{number}": number % 2 for name, size in sizes.items() for number in range(size)}
    frame = [(client, client[0]) for client in content]
    quotas = {it.stratum.name: Quota(it.invited) for it in plan.strata}
    misses = []
    for run in range(runs):
        estimate = 0.0
        for name, drawn in draw_sample(frame, quotas, seed=f"{allocation} {run}").items():
            answered = rng.permutation(len(drawn.sample))[: round(len(drawn.sample) * response)]
            estimate += sizes[name] / 250 * np.mean([content[drawn.sample[it]] for it in answered])
        misses.append(abs(estimate - 0.5))
    # 1.96 standard errors: 95 %; at 600 draws chance moves that by 3 points once in a thousand times.
    assert np.mean(np.array(misses) <= margin(plan)) == pytest.approx(0.95, abs=0.03)
