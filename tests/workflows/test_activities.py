"""Change in persons: what is computed of linked answers, and what is never shown. Numbers of persons are in sight, without a database."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cache
from typing import TypeAlias

import numpy as np
import pytest
from activities_world import ITEMS, answered, crowd

from ceo.web.staff.activities.telling import tell_changes
from ceo.web.staff.activities.words import seen_words
from ceo.workflows.activities.changes import TOGETHER, Group, Line, RefusedByPolicy, SeriesChanges, Step
from ceo.workflows.activities.estimating import Estimated, adjusted, estimate, ways_of
from ceo.workflows.activities.linking import Indicator, LinkedWave, PersonRow, SeriesRows, WaveRows
from ceo.workflows.activities.measuring import Measured, measure_changes
from ceo.workflows.activities.providers import (
    GroupRow,
    ProviderFigures,
    RoundRows,
    measure_providers,
    only_of,
)
from questionnaires.loading import load_shipped
from questionnaires.modules import Act
from questionnaires.publishing import publish
from questionnaires.scales import Polarity

Column: TypeAlias = "np.ndarray[tuple[int], np.dtype[np.float64]]"


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
    assert (question.switched.gained, question.switched.lost) == (10, 0)
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
    assert training.began_elsewhere
    assert [one.started >= 10 for one in training.left] == [True] * len(training.left)
    # Of Maatje nobody left: nothing is told by score.
    assert effect(step, "Maatje").left == ()
    # One of these 24 fell by more than the error of measurement: nothing is told of who went which way.
    assert (training.pairs, training.reliable) == (24, None)


def theme_of(activity: Sequence[str], before: Column, after: Column, clients: Mapping[str, int]) -> Estimated:
    """Two waves of one theme score "x" (NaN: left): the same people in both, in their order."""
    persons = {f"p{place}": place for place in range(len(activity))}
    one, other = (
        LinkedWave(number, clients, np.array(activity), persons, {"x": score}, {"x": np.empty(0)})
        for number, score in enumerate((before, after))
    )
    return Estimated(one, other, np.arange(len(activity)), TOGETHER)


X = Indicator("x", "X", is_theme=True, has_positive=False, polarity=Polarity.POSITIVE)


# Known of both; fewer than began, who then count; known of one or of none, so that it is by who began.
@pytest.mark.parametrize("clients", [{"A": 100, "B": 100}, {"A": 30, "B": 50}, {"A": 100}, {}])
def test_all_together_count_each_activity_for_its_clients_so_that_leaving_is_no_change(clients: dict[str, int]) -> None:
    draw = np.random.default_rng(1)
    activity, before = ["A"] * 50 + ["B"] * 50, draw.normal(60, 10, 100)
    after = before + np.repeat([10.0, -10.0], 50) + draw.normal(0, 3, 100)
    after[np.r_[45:50, 62:100]] = np.nan  # 45 stayed of who rose, and 12 of who fell
    pair = theme_of(activity, before, after, clients)
    line = estimate(Line("x", "X", is_theme=True), X, pair, floor=10)
    ends = after - before
    assert line.value == pytest.approx((np.nanmean(ends[:50]) + np.nanmean(ends[50:])) / 2)
    assert line.low < 0 < line.high
    # Persons counted alike rose: a word for that size would say the other thing.
    assert (line.pairs, line.size) == (57, None)
    assert line.start_p is None, "of everybody the others are who left"
    own = estimate(Line("x", "X", is_theme=True), X, replace(pair, activity="B"), floor=10)
    assert own.size is not None


def test_who_left_or_stayed_is_said_to_have_begun_elsewhere_only_beside_chance_for_all_themes_together() -> None:
    draw = np.random.default_rng(8)
    before = draw.normal(60, 20, 100)
    left = np.arange(100) < 12
    before[left] += 0.5 * 20 - before[left].mean() + before[~left].mean()  # half a standard deviation
    after = np.where(left, np.nan, before + draw.normal(0, 5, 100))
    pair = replace(theme_of(["A"] * 50 + ["B"] * 50, before, after, {}), activity="A")
    line = estimate(Line("x", "X", is_theme=True), X, pair, floor=10)
    assert line.left_p is not None
    assert line.start_p is not None
    assert (line.selective, line.began_elsewhere) == (False, False)
    # A difference beside chance by itself is none among six; a larger one is. What is hidden or a question is no member.
    themes = [replace(line, left_p=p, start_p=p) for p in (0.03, 0.9, 0.8, 0.7, 0.6, 0.001)]
    found = adjusted([*themes, Line("q", "Q", is_theme=False, p_adjusted=0.5), Line("h", "H", True, reason="few")])
    assert themes[0].selective
    assert (
        [one.selective for one in found] == [one.began_elsewhere for one in found] == [False] * 5 + [True, False, False]
    )
    assert found[6].left_p is found[7].left_p is None


def test_the_error_of_measurement_of_an_activity_is_not_made_of_how_much_alike_its_people_are() -> None:
    draw = np.random.default_rng(1)
    # Nobody changes: three activities of sixty people, each much alike, and five questions with an error of 18 points.
    activity, truth = np.repeat(["A", "B", "C"], 60), np.concatenate([draw.normal(mid, 4, 60) for mid in (40, 60, 80)])
    items = [{f"i{item}": truth + draw.normal(0, 18, 180) for item in range(5)} for _ in range(2)]
    one, other = (
        LinkedWave(number, {}, activity, {}, {"x": np.mean(list(own.values()), axis=0), **own}, {})
        for number, own in enumerate(items)
    )
    asked = replace(X, items=tuple(items[0]))
    moved = [ways_of(asked, Estimated(one, other, np.arange(180), name)).by_error for name in ("A", "B", "C")]
    # One in twenty of sixty is three; it was one in three.
    assert all(up + stayed + down == 60 and up + down <= 8 for up, stayed, down in moved)


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
    shown = SeriesChanges("reeks", 10, (), (), {}, (Step(0, 1, (Group("Pleegzorg", 40, 40, ()),)),), None)
    assert isinstance(only := shown.only({"Pleegzorg"}), SeriesChanges)
    assert only.steps == shown.steps
    assert replace(shown, closed_to_partners=RefusedByPolicy("jeugdwet")).only({"Pleegzorg"}) == RefusedByPolicy(
        "jeugdwet"
    )


@cache
def without_law() -> tuple[str, str]:
    """The questionnaire of the Wmo as if it named no law, with a score of which low is good and one question without a good side."""
    asked = load_shipped("wmo@1")
    composites = tuple(
        one.model_copy(update={"direction": "higher_is_worse"}) if one.id == "wmo_effect" else one
        for one in asked.composites
    )
    items = tuple(
        one.model_copy(update={"polarity": Polarity.NONE}) if one.id == "KWA01" else one for one in asked.items
    )
    published = publish(asked.model_copy(update={"act": None, "composites": composites, "items": items}))
    return published.content, published.content_hash


@pytest.mark.parametrize(("law", "refused"), [(None, ""), ("jeugdwet", "jeugdwet"), ("wmo", None)])
def test_the_plan_names_the_law_where_the_questionnaire_names_none(law: Act | None, refused: str | None) -> None:
    rows = provider_rows(Aanpak=30, Zorg=40)
    asked = replace(
        rows,
        rows=tuple(replace(row, version=without_law()[1]) for row in rows.rows),
        versions=(without_law(),),
        act=law,
    )
    answers = [replace(row, version=without_law()[1]) for row in wave(0, *crowd(0, 12, "Training", 0, 1, 3)).rows]
    series = SeriesRows((WaveRows(0, {}, tuple(answers), law),), (without_law(),), (), 10, by_provider=False)
    changes = measure_changes(series)
    assert isinstance(changes, Measured)
    if refused is None:
        assert isinstance(measure_providers(asked), ProviderFigures)
        assert changes.closed_to_partners is None
        # One wave of which the plan named no law, as plans of before, closes the series.
        mixed = measure_changes(replace(series, waves=(*series.waves, WaveRows(1, {}, tuple(answers)))))
        assert isinstance(mixed, Measured)
        assert mixed.closed_to_partners == RefusedByPolicy("")
    else:
        assert measure_providers(asked) == changes.closed_to_partners == RefusedByPolicy(refused)
    # The law of a questionnaire always wins.
    assert isinstance(measure_providers(replace(rows, act="jeugdwet")), ProviderFigures)
    youth = replace(rows, versions=(version("jeugd-ouders@1"),), act="wmo")
    assert measure_providers(youth) == RefusedByPolicy("jeugdwet")


def test_a_change_is_called_better_by_the_direction_of_good_only() -> None:
    people = crowd(0, 40, "Training", 0, 1, 2, 3)
    rows = [
        [
            PersonRow(name, group, without_law()[1], answered(step, items=("EFF01", "EFF02", "EFF03", "KWA01")))
            for name, group, step in wave
        ]
        for wave in (people, [(name, group, step + 1 - place % 2) for place, (name, group, step) in enumerate(people)])
    ]
    waves = tuple(WaveRows(number, {}, tuple(its)) for number, its in enumerate(rows))
    found = measure_changes(SeriesRows(waves, (without_law(),), (), 10, by_provider=False))
    assert isinstance(found, Measured)
    lines = {line.indicator: line for line in group_of(found.steps[0], "Training").lines}
    assert seen_words(lines["wmo_effect"]) == "lagere score: beter"
    assert seen_words(lines["EFF01"]) == "hogere score: beter"
    assert seen_words(lines["KWA01"]) == "hogere score"
    told = tell_changes(SeriesChanges("reeks", 10, (), (), {}, found.steps, None))[0, 1, "Training"]
    [sentence] = [one for one in told.themes if "Effect" in one]
    assert "lager." in sentence
    assert "Lager is hier beter." in sentence


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
    # Everybody minus who is shown are Buurt and Thuis together: enough people, so that a comparison gives nobody away.
    assert line.compared
    # Nothing of three groups of sixty is hidden: only what the page shows has to be protected.
    even = providers(Aanpak=60, Thuis=60, Zorg=60)
    assert {
        line.own.reason for one in even.groups for line in one.lines if sum(even.answered[line.indicator].values())
    } == {""}
    sides = [(line.lower, line.higher) for one in even.groups for line in one.lines if line.indicator == "wmo_effect"]
    assert sides == [(True, False), (False, False), (False, True)]


def test_nothing_is_told_of_groups_where_the_results_page_shows_other_people() -> None:
    given = provider_rows(Aanpak=40, Thuis=35, Zorg=30)
    shown = {"": {105}, "EFF01": {100, 105}, "EFF02": {100}, "wmo_effect": {105}}
    figures = measure_providers(replace(given, on_page=shown))
    assert isinstance(figures, ProviderFigures)
    assert figures.withheld == {"EFF02", "EFF03"}
    for group in figures.groups:
        lines = {line.indicator: line for line in group.lines}
        # Five people more than on the page: all groups together minus the page would be what these answered.
        assert (lines["EFF02"].own.reason, lines["EFF02"].whole, lines["EFF02"].compared) == (
            "not_on_page",
            None,
            False,
        )
        assert lines["EFF01"].own.reason == lines["wmo_effect"].own.reason == ""
    counted = measure_providers(replace(given, on_page=shown | {"": {100}}))
    assert isinstance(counted, ProviderFigures)
    assert {group.respondents for group in counted.groups} == {None}


@pytest.mark.parametrize(
    ("clients", "alike"),
    # More answered than were clients of Aanpak: then it counts for those. Of Zorg unknown: then everybody counts alike.
    [({"Aanpak": 5, "Thuis": 3500, "Zorg": 300}, False), ({"Aanpak": 400, "Thuis": 3500}, True)],
)
def test_groups_count_for_their_clients_or_all_persons_alike(clients: dict[str, int], *, alike: bool) -> None:
    given = replace(provider_rows(Aanpak=40, Thuis=35, Zorg=30), populations=clients)
    figures = measure_providers(given)
    assert isinstance(figures, ProviderFigures)
    lines = [next(line for line in one.lines if line.indicator == "wmo_effect") for one in figures.groups]
    plain = sum(line.own.value * line.own.respondents for line in lines) / 105
    weighted = sum(line.own.value * n for line, n in zip(lines, (40, 3500, 300), strict=True)) / 3840
    assert lines[0].whole is not None
    assert lines[0].whole.value == pytest.approx(plain if alike else weighted)


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
