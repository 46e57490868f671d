"""Change in persons: what is computed of linked answers, and what is never shown. Numbers of persons are in sight, without a database."""

from __future__ import annotations

import random
from dataclasses import replace
from functools import cache

import pytest
from activities_world import ITEMS, answered, crowd

from ceo.workflows.activities.changes import TOGETHER, Group, Line, RefusedByPolicy, SeriesChanges, Step
from ceo.workflows.activities.linking import PersonRow, SeriesRows, WaveRows
from ceo.workflows.activities.measuring import Measured, measure_changes
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
    return found.steps


def group_of(step: Step, activity: str) -> Group:
    return next(one for one in step.groups if one.activity == activity)


def effect(step: Step, activity: str) -> Line:
    """The line of the theme score of the effect of the help."""
    return next(line for line in group_of(step, activity).lines if line.indicator == "wmo_effect")


def test_the_change_is_that_of_who_answered_twice() -> None:
    before = wave(0, *crowd(0, 60, "Training", 0, 1, 2, 3), clients=400)
    # A quarter of the scale up for half of them; the last twenty did not answer again, and others came.
    after = wave(1, *crowd(0, 40, "Training", 1, 1, 3, 3), *crowd(100, 12, "Training", 4))
    [step] = measured(before, after)
    line = effect(step, "Training")
    assert (line.pairs, line.reason, line.differs) == (40, "", True)
    assert line.value == pytest.approx(25 * 20 / 40)
    assert line.low < line.value < line.high
    assert line.size is not None
    assert line.size > 0
    group = group_of(step, "Training")
    assert (group.started, group.linked) == (60, 40)
    question = next(one for one in group.lines if one.indicator == "EFF01")
    assert question.switched is not None
    assert (question.switched.gained, question.switched.lost, question.switched.differs) == (10, 0, True)
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
        # Together sixteen: then Maatje and Koken are seven and nine, or eight and eight.
        ((9,), {"Training": "", "Maatje": "fewer_than_floor", TOGETHER: "complement"}),
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


def test_all_together_is_hidden_when_who_began_tells_of_an_activity_of_which_nobody_came_again() -> None:
    stayed = [*crowd(0, 20, "Training", 0, 1, 3), *crowd(50, 22, "Koken", 1, 2, 3)]
    later = [(name, activity, (step + place) % 5) for place, (name, activity, step) in enumerate(stayed)]
    [step] = measured(wave(0, *stayed, *crowd(100, 2, "Maatje", 1, 2)), wave(1, *later))
    assert [group_of(step, name).started for name in ("Training", "Koken", "Maatje", TOGETHER)] == [20, 22, None, None]
    # What is not shown is not there, and the others are.
    assert {bool(line.reason) for line in group_of(step, TOGETHER).lines} == {True}
    assert effect(step, "Koken").reason == ""


def test_how_many_went_which_way_is_told_of_nobody_or_of_enough_and_never_by_what_is_left() -> None:
    def positive(step: Step) -> dict[str, tuple[int, int] | None]:
        found = {}
        for group in step.groups:
            switched = next(line for line in group.lines if line.indicator == "EFF01").switched
            found[group.activity] = (switched.gained, switched.lost) if switched else None
        return found

    # Twelve of Training became positive, and nobody went back; of Maatje one did, and of Koken four.
    up, stays = crowd(0, 12, "Training", 1), crowd(20, 20, "Training", 1, 3)
    maatje, koken = crowd(50, 20, "Maatje", 1, 3), crowd(100, 20, "Koken", 1, 3)
    risen = [(name, activity, 3) for name, activity, _ in (*up, maatje[0], *koken[::2][:4])]
    later = [*risen, *stays, *maatje[1:], *(one for one in koken if one not in koken[::2][:4])]
    [step] = measured(wave(0, *up, *stays, *maatje, *koken), wave(1, *later))
    assert positive(step) == {"Training": (12, 0), "Maatje": None, "Koken": None, TOGETHER: None}
    # One person of sixty: nothing is told of that.
    [step] = measured(wave(0, *up, *stays, *maatje), wave(1, *up, *stays, *risen[12:13], *maatje[1:]))
    assert positive(step) == {"Training": None, "Maatje": None, TOGETHER: None}
    # Sixteen of twenty went up: then everybody can see that four stayed.
    few_stay = [(name, "Training", 3 if place < 16 else 1) for place, (name, *_) in enumerate(crowd(0, 20, "", 1))]
    [step] = measured(wave(0, *crowd(0, 20, "Training", 1)), wave(1, *few_stay))
    assert positive(step) == {"Training": None}
    # Enough people of every activity: then all together is told too.
    both = [(name, activity, 3) for name, activity, _ in (*up, *koken)]
    [step] = measured(wave(0, *up, *stays, *koken), wave(1, *both, *stays))
    assert positive(step) == {"Training": (12, 0), "Koken": (10, 0), TOGETHER: (22, 0)}


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
    # One of these 24 fell by more than the error of measurement: nothing is told of who went which way.
    assert (training.pairs, training.reliable) == (24, None)


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


def test_who_carries_an_activity_out_sees_nothing_under_the_youth_act_whatever_the_groups_were_made_of() -> None:
    def asked(law: str) -> Measured:
        found = measure_changes(SeriesRows((), (version(law),), (), 10, by_provider=False))
        assert isinstance(found, Measured)
        return found

    assert asked("jeugd-ouders@1").closed_to_partners == RefusedByPolicy("jeugdwet")
    assert asked("wmo@1").closed_to_partners is None
    shown = SeriesChanges("reeks", 10, (), (), {}, (Step(0, 1, (Group("Pleegzorg", 40, 40, ()),)),))
    assert isinstance(only := shown.only({"Pleegzorg"}), SeriesChanges)
    assert only.steps == shown.steps
    assert replace(shown, closed_to_partners=RefusedByPolicy("jeugdwet")).only({"Pleegzorg"}) == RefusedByPolicy(
        "jeugdwet"
    )


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
        # Most questions were answered by nobody: there is no figure then, of anybody.
        assert all(line.whole is None or line.whole.reason for line in seen.lines)
        assert not any(line.higher or line.lower for line in seen.lines)


def test_a_provider_sees_no_whole_on_a_line_that_one_other_group_answered() -> None:
    given = provider_rows(Aanpak=40, Thuis=35, Zorg=30)
    skipped = [replace(row, answers={**row.answers}) for row in given.rows]
    for row in skipped:
        if row.group == "Zorg":
            del row.answers["EFF01"]
    figures = measure_providers(replace(given, rows=tuple(skipped)))
    assert isinstance(figures, ProviderFigures)
    [own] = only_of(figures, {"Aanpak"})
    whole = {line.indicator: line.whole for line in own.lines}
    assert whole["EFF01"] is None
    assert whole["EFF02"] is not None
    assert figures.whole_gives_away({"Aanpak"})


@pytest.mark.parametrize("name", ["jeugd-ouders@1", "jeugd-jongeren@1"])
def test_figures_by_provider_under_the_youth_act_are_refused_by_the_policy_whoever_asks(name: str) -> None:
    given = provider_rows(Aanpak=30, Zorg=40)
    asked = RoundRows(given.rows, given.populations, (version(name),), (), 10)
    assert measure_providers(asked) == RefusedByPolicy("jeugdwet")
    # Also when only a few answered a questionnaire of that law in a round that began with another.
    mixed = RoundRows(given.rows, given.populations, (*given.versions, version(name)), (), 10)
    assert measure_providers(mixed) == RefusedByPolicy("jeugdwet")
