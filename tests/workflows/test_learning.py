"""Learning: figures that are read and never typed, changes that may be compared, goals on their path, and a plan."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from cycle_series import CORE, INDICATOR, keep_series, series_of
from sqlmodel import col, select

from analysis.results import Measure
from analysis.series.released_changes import ReleasedChange
from ceo.settings import Settings
from ceo.storage.audit import AuditRecord
from ceo.storage.database import Database, open_database
from ceo.storage.dialogues import Action, Dialogue, PlannedStep, Term
from ceo.storage.goals import Goal
from ceo.storage.people import NATIONAL
from ceo.storage.tenancy import reading_across, tenant_reading
from ceo.storage.together import Theme
from ceo.web.staff.learning.doubts import doubts_of_goal
from ceo.web.staff.learning.figure_choice import FigureChoice
from ceo.web.staff.learning.goal_form import AS_MEASURED, Setting, empty, read_goal
from ceo.web.staff.learning.shown import action_sentences, goal_sentences, result_sentence
from ceo.workflows.following.reading import WatchedIndicator
from ceo.workflows.following.series import Grain, Series
from ceo.workflows.learning.actions import ActionState, Planned, add_action, end_action, find_action
from ceo.workflows.learning.dialogues import (
    Because,
    DialogueText,
    close_dialogue,
    find_dialogue,
    keep_dialogue,
    open_dialogue,
)
from ceo.workflows.learning.figures import (
    Later,
    later_in_series,
    newest_after,
    newest_result,
    read_later,
    read_point,
    result_of_point,
    up_to_date,
)
from ceo.workflows.learning.goals import (
    GoalKind,
    Target,
    Wanted,
    add_goal,
    find_goal,
    possible_parents,
    read_goals,
    tree_of,
)
from ceo.workflows.learning.handing_on import practice_of_dialogue
from ceo.workflows.learning.moving import moved_since
from ceo.workflows.learning.planner import StepKind, StepWanted, TermWanted, begin_term, mark_step, read_plan
from ceo.workflows.learning.progress import standing_of
from ceo.workflows.learning.reading import read_cycle, waiting_signals
from ceo.workflows.learning.results import Result, Source
from ceo.workflows.learning.rows import By, Kept, remove_row
from ceo.workflows.mirroring.reading import OwnEdition, leading_measure, open_edition, own_editions, read_result
from ceo.workflows.releases.deciding import By as ByPlace
from ceo.workflows.releases.reading import Cubes
from ceo.workflows.together.practices import TypedPractice, key_of
from ceo.workflows.together.themes import TypedTheme, add_theme
from questionnaires.scales import Polarity

UTRECHT, ALMERE = "GM0344", "GM0034"
NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
BY = By(UTRECHT, "noor", NOW)


def point(series: Series, number: int) -> Result:
    """The figure of a month."""
    [indicator] = series.indicators
    found = result_of_point(series, indicator, indicator.points[number])
    assert found is not None
    return found


def calling_back() -> Action:
    """An action, as it is kept."""
    return Action(
        municipality=UTRECHT,
        id="0" * 32,
        title="Terugbellen",
        owner="Loket",
        due_on=date(2026, 3, 1),
        state="open",
        made_by="noor",
        made_at=NOW,
    )


def changes(baseline: Result, later: Later) -> list[ReleasedChange]:
    """The changes since a figure, each of which can be told."""
    found = [one.change for one in moved_since(baseline, later.results)]
    assert all(isinstance(one, ReleasedChange) for one in found)
    return [one for one in found if isinstance(one, ReleasedChange)]


def dialogue_about(result: Result) -> Dialogue:
    """A dialogue about a figure, as it is kept."""
    return Dialogue(
        municipality=UTRECHT,
        id="0" * 32,
        title="",
        opened_because=Because.SIGNAL,
        about=result.model_dump(mode="json"),
        state="open",
        made_by="noor",
        made_at=NOW,
    )


def test_a_change_is_that_since_the_baseline_and_all_that_are_shown_are_told_together() -> None:
    series = series_of([60.0, 61.0, None, 68.0])
    later = later_in_series(point(series, 0), [series])
    assert [one.period for one in later.results] == ["2026-02", "2026-04"], "a hidden month is not there"
    first, second = changes(point(series, 0), later)
    assert (first.value, second.value) == (1.0, 8.0)
    after = later_in_series(point(series, 0), [series], after=date(2026, 4, 1))
    assert after.results == (), "April had begun already"
    assert up_to_date(point(series, 0), [series]).period == "2026-04"
    assert second.joint.low < second.interval.low < 8.0 < second.interval.high


def test_nothing_is_compared_over_a_break_and_its_reason_is_at_hand() -> None:
    series = series_of([60.0, 61.0, 70.0], broken_at=2)
    later = later_in_series(point(series, 0), [series])
    assert ([one.period for one in later.results], later.broken) == (["2026-02"], True)
    assert later.mark is not None
    assert (later.mark.after, later.mark.changes) == ("2026-03", ("reworded",))
    after = later_in_series(point(series, 1), [series])
    assert (after.results, after.broken) == ((), True)
    assert not later_in_series(point(series, 2), [series]).broken, "a break before the baseline matters no more"


def test_hidden_months_hide_no_break_and_without_the_month_of_the_beginning_nothing_is_compared() -> None:
    baseline = point(series_of([60.0] * 6), 5)
    hidden = series_of([None] * 6 + [70.0, 71.0], broken_at=6)
    later = later_in_series(baseline, [hidden])
    assert (later.results, later.broken) == ((), True)
    assert later.mark is not None
    assert later.mark.after == "2026-07"
    unbroken = later_in_series(baseline, [series_of([None] * 6 + [70.0, 71.0])])
    assert ([one.period for one in unbroken.results], unbroken.broken) == (["2026-07", "2026-08"], False)
    [indicator] = hidden.indicators
    begins_later = indicator.model_copy(update={"points": indicator.points[6:], "breaks": ()})
    assert later_in_series(baseline, [hidden.model_copy(update={"indicators": (begins_later,)})]) == Later()


def test_the_sentence_of_an_action_names_the_month_that_it_begins_from_and_a_break_after_it() -> None:
    decided_on = date(2026, 1, 15)
    row = calling_back()
    # Of February: chosen when the action was changed, some weeks after it was agreed on.
    series = series_of([50.0, 60.0, 70.0])
    chosen = point(series, 1)
    said = action_sentences(row, decided_on, chosen, later_in_series(chosen, [series], after=decided_on))
    assert "afgesproken op 15 januari 2026. De score voor ‘Toegang’ is hoger dan in februari 2026." in said
    broken = series_of([50.0, 60.0, 70.0, 40.0], broken_at=3)
    said = action_sentences(row, decided_on, chosen, later_in_series(chosen, [broken], after=decided_on))
    assert "hoger dan in februari 2026." in said
    assert "Vanaf april 2026 is ‘Toegang’ anders gemeten." in said


@pytest.mark.parametrize(
    ("signals", "told"),
    [
        ([("2026-02", "below")], "De score ligt de laatste tijd binnen wat gewoon is."),
        ([("2026-02", "below"), ("2026-04", "below")], "De score ligt de laatste tijd onder wat gewoon is."),
    ],
)
def test_an_action_on_a_signal_is_held_against_what_is_usual_and_not_against_that_month(
    signals: list[tuple[str, str]], told: str
) -> None:
    """In 12 to 42 % of the cases the month after a false signal is clearly higher than that month, and nothing has changed."""
    row = calling_back()
    decided_on = date(2026, 2, 28)
    series = series_of([68.0, 55.0, 67.0, 69.0], signals=signals, centre=68.0)
    begun = point(series, 1)
    later = later_in_series(begun, [series], after=decided_on)
    said = action_sentences(row, decided_on, begun, later)
    assert "Gewoon is ongeveer 68,0." in said
    assert told in said
    assert "hoger" not in said
    assert "Dat gebeurt ook als er niets verandert." in said
    # Also a month that was no signal may have been taken because it was low.
    assert later_in_series(point(series, 0), [series]).usual == later.usual
    # Without a chart nothing is held against a signal; a month that gave none is compared with itself.
    bare = series_of([68.0, 55.0, 67.0, 69.0])
    signalled = begun.model_copy(update={"signal": "below"})
    said = action_sentences(row, decided_on, signalled, later_in_series(signalled, [bare], after=decided_on))
    assert "We vergelijken dat niet met februari 2026." in said
    assert "hoger" not in said
    assert "hoger dan in februari 2026." in action_sentences(row, decided_on, begun, later_in_series(begun, [bare]))


def test_a_change_between_releases_is_one_of_the_service_and_a_census_tells_none() -> None:
    first, second = (
        point(series_of([value]), 0).model_copy(update={"source": Source.RELEASE, "open_part": 0.25})
        for value in (60.0, 67.0)
    )
    # Both margins of 4 are of a quarter of the variance: 8 of the service.
    [change] = changes(first, Later((second,)))
    assert change.interval.high == pytest.approx(7 + 8 * 2**0.5)
    row = calling_back()
    for part, why in ((0.0, "alle cliënten gaven antwoord"), (None, "niet bewaard is welk deel")):
        end = second.model_copy(update={"open_part": part})
        said = action_sentences(row, date(2026, 2, 1), first, Later((end,)))
        assert why in said
        assert "hoger" not in said


def test_real_and_simulated_answers_are_never_compared() -> None:
    simulated = series_of([60.0, 70.0])
    real = simulated.model_copy(update={"simulated": False})
    for one, other in ((simulated, real), (real, simulated)):
        assert later_in_series(point(one, 0), [other]) == Later()
        assert len(later_in_series(point(one, 0), [one]).results) == 1


def test_an_indicator_stands_where_it_goes_on_with_most_answers_unless_these_are_old() -> None:
    months = series_of([60.0, 62.0])
    [indicator] = months.indicators
    figure = indicator.points[0].figure
    assert figure is not None
    large = replace(figure, value=61.0, respondents=120)
    quarter = indicator.points[1].model_copy(update={"name": "2026-K1", "figure": large})
    quarters = months.model_copy(
        update={
            "grain": Grain.QUARTER,
            "indicators": (indicator.model_copy(update={"points": (quarter,), "breaks": ()}),),
        }
    )
    newest = newest_result([months, quarters], CORE, INDICATOR)
    assert newest is not None
    assert (newest.period, newest.name) == ("2026-K1", "quarter/1")
    old = quarter.model_copy(update={"last_day": date(2024, 12, 31)})
    quarters = quarters.model_copy(update={"indicators": (indicator.model_copy(update={"points": (old,)}),)})
    newest = newest_result([months, quarters], CORE, INDICATOR)
    assert newest is not None
    assert newest.period == "2026-02"
    rounds = quarters.model_copy(
        update={"grain": Grain.ROUND, "indicators": (indicator.model_copy(update={"points": (quarter,)}),)}
    )
    newest = newest_result([months, rounds], CORE, INDICATOR)
    assert newest is not None
    assert newest.period == "2026-02", "a round has more answers, but the months go on"
    assert newest_result([months], CORE, "iets-anders") is None


def test_a_signal_waits_until_a_dialogue_is_about_one_of_its_row() -> None:
    signals = [("2026-01", "above"), ("2026-03", "below"), ("2026-04", "below")]
    series = series_of([60.0, 61.0, 50.0, 49.0], signals=signals)
    watched = {CORE: (WatchedIndicator(INDICATOR, national=False, chosen_on=date(2026, 1, 1)),)}
    [waiting] = waiting_signals([series], watched, [])
    assert (waiting.since, waiting.period, waiting.stands) == ("2026-03", "2026-04", True)
    assert (waiting.period, waiting.side) == ("2026-04", "below")
    assert waiting_signals([series], {}, []) == (), "what is not watched gives no signal"
    assert waiting_signals([series], watched, [dialogue_about(point(series, 2))]) == ()
    assert len(waiting_signals([series], watched, [dialogue_about(point(series, 0))])) == 1, "that was an earlier row"


@pytest.mark.parametrize(
    ("polarity", "chances"),
    [(Polarity.POSITIVE, (0.837, 0.163)), (Polarity.NEGATIVE, (0.5, 0.5)), (Polarity.NONE, (0.337, 0.5))],
)
def test_a_goal_stands_on_its_path_with_a_probability_by_its_direction(
    polarity: Polarity, chances: tuple[float, float]
) -> None:
    series = series_of([60.0, None, 66.0])
    baseline = point(series, 0)
    # From 60 on 31 January straight to 65 on 31 March, with room of 1.
    row = goal(baseline, polarity, [{"day": "2026-03-31", "value": 65.0}], tolerance=1.0)
    standing = standing_of(row, later_in_series(baseline, [series]))
    assert standing is not None
    assert [one.value for one in standing.path] == [60.0, 65.0]
    assert (standing.target, standing.newest.period) == (65.0, "2026-03")
    assert (standing.chance, standing.missed) == pytest.approx(chances, abs=0.002)


def test_a_goal_around_a_target_without_room_gets_no_verdict_but_what_is_missing() -> None:
    series = series_of([60.0, None, 65.0])
    baseline = point(series, 0)
    row = goal(baseline, Polarity.NONE, [{"day": "2026-03-31", "value": 65.0}], tolerance=0.0)
    standing = standing_of(row, later_in_series(baseline, [series]))
    assert standing is not None
    assert (standing.no_room, standing.chance) == (True, None)
    said = goal_sentences(row, standing)
    assert "Er is niet ingevuld hoeveel het cijfer ernaast mag liggen." in said
    assert "gehaald. De kans" not in said


@pytest.mark.parametrize("direction", [AS_MEASURED, Polarity.NONE.value])
def test_a_goal_around_a_target_asks_for_room(direction: str) -> None:
    baseline = point(series_of([60.0], polarity=Polarity.NONE), 0)
    key = f"{CORE}/{INDICATOR}"
    setting = Setting(
        GoalKind.INDICATOR, {"a": "A"}, FigureChoice({key: "Toegang"}, {key: baseline}, ()), date(2026, 1, 1)
    )
    typed = {
        **empty("a"),
        "titel": "Toegang",
        "cijfer": key,
        "dag-1": "2026-03-31",
        "doel-1": "65",
        "richting": direction,
    }
    wanted, faults = read_goal(typed, setting)
    assert (wanted, list(faults)) == (None, ["ruimte"]), "as the form begins, with a room of 0"
    wanted, faults = read_goal({**typed, "ruimte": "2"}, setting)
    assert wanted is not None
    assert (wanted.tolerance, faults) == (2.0, {})
    wanted, _ = read_goal({**typed, "richting": Polarity.POSITIVE.value}, setting)
    assert wanted is not None, "where high is good a path may count exactly"


def goal_typed(**typed: str) -> tuple[dict[str, str], Setting]:
    """The form of a goal about a score of 60 where high is good, on a day in November 2026."""
    key = f"{CORE}/{INDICATOR}"
    choice = FigureChoice({key: "Toegang"}, {key: point(series_of([60.0]), 0)}, ())
    setting = Setting(GoalKind.INDICATOR, {"a": "A"}, choice, NOW.date())
    return {**empty("a"), "titel": "Toegang", "cijfer": key, **typed}, setting


def test_a_path_that_is_wholly_past_is_refused_unless_it_was_kept_before() -> None:
    typed, setting = goal_typed(**{"dag-1": "2025-03-31", "doel-1": "65", "dag-2": "2026-03-31", "doel-2": "70"})
    wanted, faults = read_goal(typed, setting)
    assert (wanted, list(faults)) == (None, ["dag-1"])
    kept = (Target(date(2025, 3, 31), 65.0), Target(date(2026, 3, 31), 70.0))
    wanted, _ = read_goal(typed, replace(setting, kept=kept))
    assert wanted is not None, "its title can still change"
    wanted, _ = read_goal({**typed, "dag-2": "2027-03-31"}, setting)
    assert wanted is not None


def test_a_target_on_the_wrong_side_of_the_beginning_is_asked_about() -> None:
    typed, setting = goal_typed(**{"dag-2": "2027-03-31", "doel-2": "55", "dag-4": "2028-03-31", "doel-4": "65"})
    wanted, _ = read_goal(typed, setting)
    assert wanted is not None
    assert [(one.field, one.words) for one in doubts_of_goal(wanted, None, typed)] == [("doel-2", "55")]
    down = replace(wanted, polarity=Polarity.NEGATIVE)
    assert [one.field for one in doubts_of_goal(down, None, typed)] == ["doel-4"]
    path = [{"day": one.day.isoformat(), "value": one.value} for one in wanted.path]
    assert wanted.baseline is not None
    kept = goal(wanted.baseline, Polarity.POSITIVE, path, tolerance=0.0)
    assert doubts_of_goal(wanted, kept, typed) == (), "it was asked before"


def test_without_a_comparable_figure_after_the_beginning_no_probability_is_told() -> None:
    series = series_of([60.0, 70.0], broken_at=1)
    baseline = point(series, 0)
    row = goal(baseline, Polarity.POSITIVE, [{"day": "2026-12-31", "value": 65.0}], tolerance=0.0)
    standing = standing_of(row, later_in_series(baseline, [series]))
    assert standing is not None
    assert (standing.target, standing.chance, standing.newest.period) == (60.0, None, "2026-01")


def goal(baseline: Result, polarity: Polarity, path: list[dict[str, object]], *, tolerance: float) -> Goal:
    """A goal of an indicator, as it is kept."""
    return Goal(
        municipality=UTRECHT,
        id="0" * 32,
        kind=GoalKind.INDICATOR,
        title="Toegang",
        core=CORE,
        indicator=INDICATOR,
        polarity=polarity,
        baseline=baseline.model_dump(mode="json"),
        path=path,
        tolerance=tolerance,
        state="open",
        made_by="noor",
        made_at=NOW,
    )


@pytest.mark.anyio
async def test_a_dialogue_keeps_its_figure_tells_of_other_writers_and_leaves_no_words_in_the_record(
    database: Database,
) -> None:
    await keep_series(database, UTRECHT, series_of([60.0, 55.0]))
    result = await read_point(database, UTRECHT, CORE, Grain.MONTH, INDICATOR, "2026-02")
    assert result is not None
    assert await read_point(database, ALMERE, CORE, Grain.MONTH, INDICATOR, "2026-02") is None
    opened = await open_dialogue(database, result, Because.FIGURE, BY)
    said = {"recognise": {"clients": "Ja, mevrouw Jansen wachtte lang"}, "act": {}}
    text = DialogueText("Toegang in februari", date(2026, 3, 5), ("clients", "wijkverpleegkundige"), said)
    assert await keep_dialogue(database, opened, text, BY, seen=0) is Kept.DONE
    assert await keep_dialogue(database, opened, text, BY, seen=1) is Kept.DONE, "nothing changed"
    assert await keep_dialogue(database, opened, text, BY, seen=0) is Kept.CHANGED
    assert await close_dialogue(database, opened, BY, seen=1, today=date(2026, 3, 6)) is Kept.DONE
    assert await keep_dialogue(database, opened, text, By(ALMERE, "bas", NOW), seen=2) is Kept.UNKNOWN
    # A later edition of the series changes nothing in the record.
    await keep_series(database, UTRECHT, series_of([60.0, 99.0]), number=2)
    row = await find_dialogue(database, UTRECHT, opened)
    assert row is not None
    assert (row.about["figure"]["value"], row.said, row.state) == (55.0, {"recognise": said["recognise"]}, "closed")
    async with tenant_reading(database, UTRECHT) as session:
        records = (await session.exec(select(AuditRecord).where(col(AuditRecord.object_id) == opened))).all()
    assert [one.action for one in records] == ["dialogue.made", "dialogue.written", "dialogue.closed"]
    assert "Jansen" not in "".join(repr(one.model_dump()) for one in records)


@pytest.mark.anyio
async def test_actions_goals_and_steps_hang_together_and_nothing_goes_from_under_another(database: Database) -> None:
    baseline = point(series_of([60.0]), 0)
    aim = await add_goal(database, Wanted(GoalKind.AIM, "Snel de juiste hulp"), BY)
    path = (Target(date(2027, 1, 1), 65.0), Target(date(2028, 1, 1), 70.0))
    wanted = Wanted(
        GoalKind.INDICATOR, "Toegang", parent_id=aim, baseline=baseline, polarity=Polarity.POSITIVE, path=path
    )
    indicator = await add_goal(database, wanted, BY)
    measure = await add_goal(database, Wanted(GoalKind.MEASURE, "Loket langer open", parent_id=indicator), BY)
    goals = await read_goals(database, UTRECHT)
    [tree] = tree_of(goals)
    assert (tree.goal.id, tree.children[0].goal.id, tree.children[0].children[0].goal.id) == (aim, indicator, measure)
    assert [one.id for one in possible_parents(goals, GoalKind.MEASURE)] == [indicator]
    planned = Planned("Loket tot 20 uur", "", "Team loket", date(2026, 12, 1), baseline, goal_id=measure)
    action = await add_action(database, planned, BY)
    for table, row_id in ((Goal, aim), (Goal, indicator), (Goal, measure)):
        assert await remove_row(database, table, row_id, BY, seen=0) is Kept.IN_USE
    today = date(2026, 11, 20)
    assert len((await read_cycle(database, UTRECHT)).due_actions(today)) == 1
    ended = await end_action(database, action, ActionState.STOPPED, "Geen geld", BY, seen=0, today=today)
    row = await find_action(database, UTRECHT, action)
    assert ended is Kept.DONE
    assert row is not None
    assert (row.state, row.ended_because, row.core) == ("stopped", "Geen geld", CORE)
    assert (await read_cycle(database, UTRECHT)).due_actions(today) == ()
    assert await remove_row(database, Action, action, BY, seen=1) is Kept.DONE
    assert await remove_row(database, Goal, measure, BY, seen=0) is Kept.DONE
    assert await find_goal(database, ALMERE, aim) is None


@pytest.mark.anyio
async def test_a_form_that_comes_twice_at_once_makes_one_row(database: Database) -> None:
    planned = Planned("Terugbellen", "", "Team", date(2027, 1, 1), None)
    wanted = TermWanted("Raad", date(2026, 3, 26), date(2030, 3, 27))
    steps = (StepWanted(StepKind.MEASURE, "Meten", date(2026, 12, 1)),)
    row_id = "a" * 32
    actions = [add_action(database, planned, BY, row_id=row_id) for _ in range(2)]
    terms = [begin_term(database, wanted, BY, proposed=steps, row_id=row_id) for _ in range(2)]
    assert await asyncio.gather(*actions, *terms) == [row_id] * 4
    cycle = await read_cycle(database, UTRECHT)
    assert [len(rows) for rows in (cycle.actions, cycle.terms, cycle.steps)] == [1, 1, 1]
    async with reading_across(database) as session:
        made = await session.exec(select(AuditRecord.action).where(col(AuditRecord.object_id) == row_id))
        assert sorted(made) == ["action.made", "term.made"]


@pytest.mark.anyio
async def test_a_term_is_planned_marked_and_goes_with_its_steps(database: Database) -> None:
    wanted = TermWanted("Raad 2026-2030", date(2026, 3, 26), date(2030, 3, 27))
    steps = (
        StepWanted(StepKind.MEASURE, "Meten", date(2026, 12, 1), 14),
        StepWanted(StepKind.DECIDE, "Besluiten", date(2027, 6, 1), 14),
    )
    term = await begin_term(database, wanted, BY, proposed=steps)
    [planned] = await read_plan(database, UTRECHT)
    assert [one.title for one in planned.steps] == ["Meten", "Besluiten"]
    cycle = await read_cycle(database, UTRECHT)
    assert [one.title for one in cycle.due_steps(date(2026, 11, 17))] == ["Meten"]
    assert cycle.due_steps(date(2026, 11, 16)) == (), "fifteen days before is too early for a reminder"
    first = planned.steps[0]
    assert await mark_step(database, first.id, date(2026, 12, 2), BY, seen=0) is Kept.DONE
    assert await mark_step(database, first.id, None, BY, seen=0) is Kept.CHANGED
    assert (await read_cycle(database, UTRECHT)).due_steps(date(2026, 12, 2)) == ()
    assert await remove_row(database, Term, term, BY, seen=0) is Kept.DONE
    async with tenant_reading(database, UTRECHT) as session:
        assert (await session.exec(select(PlannedStep))).all() == []


@pytest.mark.anyio
async def test_a_figure_of_a_release_is_read_beside_another_and_waits_for_a_later_release(
    released_settings: Settings,
) -> None:
    cubes = Cubes(released_settings.base_url)
    async with open_database(released_settings.database_url) as database:
        edition = (await own_editions(database, UTRECHT))[0]
        cube = await open_edition(database, cubes, edition)
        indicator = next(one.indicator for one in cube.facts.indicators if leading_measure(one) is Measure.SCORE)
        result = await read_result(database, cubes, UTRECHT, edition.name, indicator)
        assert result is not None
        assert (result.beside_name, result.until) == ("Alle deelnemende gemeenten", edition.closes_on)
        assert result.simulated is edition.simulated
        assert "alle gemeenten samen. Het verschil " in result_sentence(result)
        kept_before = result.model_copy(update={"apart": None})
        assert "verschil" not in result_sentence(kept_before), "without the difference of the release none is told"
        assert await read_later(database, cubes, UTRECHT, result, ()) == Later()
        alone = await read_result(database, cubes, UTRECHT, edition.name, indicator, beside="NERGENS")
        assert alone is not None
        assert alone.beside is None, "there is no such area"
        assert await read_result(database, cubes, "GM0014", edition.name, indicator) is None, "not in this release"


@pytest.mark.anyio
async def test_a_practice_begins_with_the_result_the_theme_and_the_actions_of_a_dialogue_and_no_words_from_it(
    database: Database,
) -> None:
    editor = ByPlace(NATIONAL, "lars", NOW)
    await add_theme(database, TypedTheme("Anders", "Iets anders.", f"{CORE}:anders"), editor)
    theme = await add_theme(database, TypedTheme("Toegang", "Hulp vragen.", f"{CORE}:{INDICATOR}"), editor)
    assert isinstance(theme, Theme)
    about = point(series_of([60.0]), 0)
    dialogue = await open_dialogue(database, about, Because.FIGURE, BY)
    said = DialogueText("Binnenskamers", None, (), {"judge": {"clients": "Wij zijn boos."}})
    await keep_dialogue(database, dialogue, said, BY, seen=0)
    day = date(2026, 12, 1)
    planned = Planned("Terugbellen", "Binnen een week.", "team", day, None, dialogue_id=dialogue)
    await add_action(database, planned, BY)
    stopped = await add_action(database, replace(planned, title="Folder"), BY)
    await end_action(database, stopped, ActionState.STOPPED, "Te duur", BY, seen=0, today=day)
    begun = await practice_of_dialogue(database, UTRECHT, dialogue)
    expected = TypedPractice(theme.id, "Terugbellen", "Terugbellen\nBinnen een week.", about=(key_of(about),))
    assert begun == expected
    assert await practice_of_dialogue(database, ALMERE, dialogue) is None


def measured(year: int, *, opens: int = 3, simulated: bool = False, core: str = CORE) -> OwnEdition:
    """A published edition of a measurement that closes on 30 April of a year; it opened on the first of a month of it."""
    return OwnEdition(
        release=f"wmo-{year}",
        edition=1,
        title=f"Wmo {year}",
        core=core,
        core_title="Wmo",
        opens_on=date(year, opens, 1),
        closes_on=date(year, 4, 30),
        published_on=date(year, 9, 1),
        current=True,
        alone=False,
        questionnaire="digest",
        simulated=simulated,
    )


def test_a_later_measurement_opened_after_the_first_closed_and_after_the_decision_and_is_as_real() -> None:
    begun = measured(2025)
    held = (measured(2029, core="nl.ceo.jeugd"), measured(2028, simulated=True), measured(2027), measured(2026), begun)
    assert newest_after(held, begun, date.min) == measured(2027)
    assert newest_after(held, begun, date(2027, 2, 28)) == measured(2027)
    assert newest_after(held, begun, date(2027, 3, 1)) is None, "some answered before people agreed on it"
    long = replace(measured(2028), opens_on=date(2025, 4, 30))
    assert newest_after((long, *held), begun, date.min) == measured(2027), "the long one began before the first closed"
    assert newest_after(held, measured(2025, simulated=True), date.min) == measured(2028, simulated=True)
    assert newest_after((replace(measured(2027), current=False), begun), begun, date.min) is None


def test_a_share_is_compared_in_its_own_unit() -> None:
    series = series_of([0.60, 0.75], measure=Measure.SHARE)
    [change] = changes(point(series, 0), later_in_series(point(series, 0), [series]))
    assert change.value == pytest.approx(0.15)
    assert change.interval.low > 0
