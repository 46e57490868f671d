"""Change in persons: what is computed of linked answers, and what is never shown. Numbers of persons are in sight, without a database."""

from __future__ import annotations

import random
from functools import cache

import pytest
from activities_world import ITEMS, answered, crowd

from ceo.workflows.activities.changes import TOGETHER, Group, Line, RefusedByPolicy, Step
from ceo.workflows.activities.linking import PersonRow, SeriesRows, WaveRows
from ceo.workflows.activities.measuring import measure_changes
from ceo.workflows.activities.providers import (
    GroupRow,
    ProviderFigures,
    RoundRows,
    measure_providers,
    only_of,
)
from questionnaires.loading import load_shipped
from questionnaires.publishing import publish


@cache
def version(name: str) -> tuple[str, str]:
    published = publish(load_shipped(name))
    return published.content, published.content_hash


def wave(number: int, *people: tuple[str, str, int], clients: int = 0, uneven: bool = False) -> WaveRows:
    """A wave of people: name, activity, and the step of their answers. `uneven`: to one question one step higher, for some."""
    rows = tuple(
        PersonRow(
            name, activity, version("wmo@1")[1], answered(step) | answered(step + 1 - (step > 1), items=ITEMS[:1])
        )
        if uneven and place % 3
        else PersonRow(name, activity, version("wmo@1")[1], answered(step))
        for place, (name, activity, step) in enumerate(people)
    )
    return WaveRows(number, {activity: clients for _, activity, _ in people} if clients else {}, rows)


def measured(*waves: WaveRows, by_provider: bool = False, law: str = "wmo@1") -> tuple[Step, ...]:
    found = measure_changes(SeriesRows(waves, (version(law),), (), 10, by_provider))
    assert not isinstance(found, RefusedByPolicy)
    return found


def group_of(step: Step, activity: str) -> Group:
    return next(one for one in step.groups if one.activity == activity)


def effect(step: Step, activity: str) -> Line:
    """The line of the theme score of the effect of the help."""
    return next(line for line in group_of(step, activity).lines if line.indicator == "wmo_effect")


def test_the_change_is_that_of_who_answered_twice() -> None:
    before = wave(0, *crowd(0, 40, "Training", 0, 1, 2, 3), clients=400)
    # A quarter point of the scale up for half of them; the last ten did not answer again, and others came.
    after = wave(1, *crowd(0, 30, "Training", 1, 1, 3, 3), *crowd(100, 12, "Training", 4))
    [step] = measured(before, after)
    line = effect(step, "Training")
    assert (line.pairs, line.reason, line.differs) == (30, "", True)
    assert line.value == pytest.approx(25 * 15 / 30)
    assert line.low < line.value < line.high
    assert line.size is not None
    assert line.size > 0
    group = group_of(step, "Training")
    assert (group.started, group.linked, group.left) == (40, 30, 10)
    question = next(one for one in group.lines if one.indicator == "EFF01")
    assert question.switched is not None
    assert (question.switched.gained, question.switched.lost, question.switched.differs) == (7, 0, True)
    assert (step.earlier, step.later) == (0, 1)
    # One activity: no line of all together, which would be the same.
    assert [one.activity for one in step.groups] == ["Training"]


def test_nothing_is_said_where_nobody_changed_or_everybody_did_alike() -> None:
    [step] = measured(wave(0, *crowd(0, 12, "Maatje", 1, 3)), wave(1, *crowd(0, 12, "Maatje", 2, 4)))
    assert effect(step, "Maatje").reason == "no_variation"
    assert not effect(step, "Maatje").differs


@pytest.mark.parametrize(
    ("others", "told"),
    [
        ((), {"Training": "", "Maatje": "fewer_than_floor", TOGETHER: "complement"}),  # all minus Training is Maatje
        ((3,), {"Training": "", "Maatje": "fewer_than_floor", TOGETHER: ""}),  # Maatje and Koken are ten together
        ((12,), {"Training": "", "Maatje": "fewer_than_floor", TOGETHER: "complement"}),
    ],
)
def test_a_small_activity_is_hidden_and_so_is_what_would_give_it_away(
    others: tuple[int, ...], told: dict[str, str]
) -> None:
    people = [*crowd(0, 20, "Training", 0, 1, 3), *crowd(50, 7, "Maatje", 1, 2, 3)]
    for number, size in enumerate(others):
        people += crowd(100 + 50 * number, size, f"Koken {number}", 2, 1, 3, 0)
    later = [(name, activity, (step + place) % 5) for place, (name, activity, step) in enumerate(people)]
    [step] = measured(wave(0, *people), wave(1, *later))
    assert {name: effect(step, name).reason for name in told} == told
    hidden = group_of(step, "Maatje")
    assert (hidden.started, hidden.linked) == (None, None)
    assert all(line.pairs == 0 and not line.switched for line in hidden.lines)


def test_all_together_is_hidden_when_few_answered_once_because_the_report_of_a_wave_tells_its_mean() -> None:
    people = [*crowd(0, 20, "Training", 0, 1, 3), *crowd(50, 20, "Maatje", 1, 2, 3)]
    later = [(name, activity, (step + place) % 5) for place, (name, activity, step) in enumerate(people)]
    [step] = measured(wave(0, *people), wave(1, *later[:-3]))
    assert [effect(step, name).reason for name in ("Training", "Maatje", TOGETHER)] == ["", "", "complement"]
    # Groups of which means are told as well, such as providers, are looked at in the same way.
    [step] = measured(wave(0, *people), wave(1, *later[:-3]), by_provider=True)
    assert [effect(step, name).reason for name in ("Training", "Maatje")] == ["", "complement"]


def test_a_longer_step_is_hidden_when_the_shorter_ones_would_leave_a_few() -> None:
    people = crowd(0, 30, "Training", 0, 1, 3)
    moved = [[(n, a, (step + more * place) % 5) for place, (n, a, step) in enumerate(people)] for more in (1, 2)]
    steps = measured(wave(0, *people), wave(1, *moved[0]), wave(2, *moved[1][:-2]))
    reasons = {(one.earlier, one.later): effect(one, "Training").reason for one in steps}
    # T0 to T1 plus T1 to T2 minus T0 to T2 is the change of the two who did not answer the third time.
    assert reasons == {(0, 1): "", (1, 2): "", (0, 2): "complement"}
    steps = measured(wave(0, *people), wave(1, *moved[0]), wave(2, *moved[1]))
    assert {effect(one, "Training").reason for one in steps} == {""}


def test_who_left_is_told_by_score_and_a_group_that_began_low_gets_a_warning() -> None:
    low, high = crowd(0, 40, "Training", 0, 1, 1), crowd(100, 60, "Maatje", 3, 4, 2)
    stayed = [(name, "Training", (step + place) % 3) for place, (name, _, step) in enumerate(low[:24])]
    later = [(name, activity, (step + place) % 5) for place, (name, activity, step) in enumerate(high)]
    [step] = measured(wave(0, *low, *high, clients=100, uneven=True), wave(1, *stayed, *later))
    training = effect(step, "Training")
    assert training.chosen_by_score
    assert [one.started >= 10 for one in training.left] == [True] * len(training.left)
    # Of Maatje nobody left: nothing is told by score.
    assert effect(step, "Maatje").left == ()
    # Reliable change needs a score of which the reliability is known: three items and fifty people.
    reliable = training.reliable
    assert reliable is not None
    assert reliable.risen + reliable.unchanged + reliable.fallen == training.pairs == 24


def test_who_answered_twice_in_a_wave_or_cannot_be_linked_counts_nowhere() -> None:
    people = crowd(0, 12, "Training", 0, 1, 3)
    later = [(name, activity, (step + place) % 5) for place, (name, activity, step) in enumerate(people)]
    double = wave(0, *people, people[0])
    unlinked = PersonRow(None, "Training", version("wmo@1")[1], answered(4))
    [step] = measured(WaveRows(0, {}, (*double.rows, unlinked)), wave(1, *later))
    assert effect(step, "Training").pairs == 11
    assert measured(wave(0, *people)) == ()


def test_a_series_under_the_youth_act_by_who_carries_it_out_is_refused_by_the_policy() -> None:
    rows = SeriesRows((), (version("jeugd-ouders@1"),), (), 10, by_provider=True)
    assert measure_changes(rows) == RefusedByPolicy("jeugdwet")


def provider_rows(**sizes: int) -> RoundRows:
    draw = random.Random(4)
    rows = [
        GroupRow(name, version("wmo@1")[1], answered(min(draw.randrange(5) + number, 4)))
        for number, (name, size) in enumerate(sizes.items())
        for _ in range(size)
    ]
    return RoundRows(tuple(rows), {name: 4 * size for name, size in sizes.items()}, (version("wmo@1"),), (), 10)


def providers(**sizes: int) -> ProviderFigures:
    found = measure_providers(provider_rows(**sizes))
    assert isinstance(found, ProviderFigures)
    return found


def reasons_of(figures: ProviderFigures) -> dict[str, str]:
    return {
        one.name: next(line for line in one.lines if line.indicator == "EFF01").own.reason for one in figures.groups
    }


def test_providers_stand_by_name_beside_the_municipality_and_small_ones_are_hidden_with_a_second_one() -> None:
    figures = providers(Zorg=40, Aanpak=60, Buurt=6, Thuis=20)
    assert [one.name for one in figures.groups] == ["Aanpak", "Buurt", "Thuis", "Zorg"]
    reasons = reasons_of(figures)
    # The whole is known from the report: all minus the others would be Buurt, so that one more is hidden.
    assert {name for name, reason in reasons.items() if reason} == {"Buurt", "Thuis"}
    line = next(line for line in figures.groups[0].lines if line.indicator == "wmo_effect")
    assert line.whole is not None
    assert line.own.low < line.own.value < line.own.high
    # Nothing is compared where that would give Buurt away.
    assert not line.compared
    sides = [
        (line.lower, line.higher)
        for one in providers(Aanpak=60, Thuis=60, Zorg=60).groups
        for line in one.lines
        if line.indicator == "wmo_effect"
    ]
    assert sides == [(True, False), (False, False), (False, True)]


def test_a_provider_sees_no_other_and_not_the_whole_when_that_gives_another_away() -> None:
    three, two = providers(Aanpak=30, Thuis=25, Zorg=40), providers(Aanpak=30, Zorg=40)
    [own] = only_of(three, {"Zorg", "Elders"})
    assert own.name == "Zorg"
    assert all(line.whole is not None for line in own.lines)
    for seen in (*only_of(two, {"Zorg"}), *only_of(three, {"Zorg", "Aanpak"})):
        assert seen.lines
        assert all(line.whole is None and not line.higher and not line.lower for line in seen.lines)


@pytest.mark.parametrize("name", ["jeugd-ouders@1", "jeugd-jongeren@1"])
def test_figures_by_provider_under_the_youth_act_are_refused_by_the_policy_whoever_asks(name: str) -> None:
    given = provider_rows(Aanpak=30, Zorg=40)
    asked = RoundRows(given.rows, given.populations, (version(name),), (), 10)
    assert measure_providers(asked) == RefusedByPolicy("jeugdwet")
    # Also when only a few answered a questionnaire of that law in a round that began with another.
    mixed = RoundRows(given.rows, given.populations, (*given.versions, version(name)), (), 10)
    assert measure_providers(mixed) == RefusedByPolicy("jeugdwet")
