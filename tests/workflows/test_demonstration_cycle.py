"""The demonstration goes through the cycle: what a visitor finds of it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest
from released import ALMERE, UTRECHT

from ceo.settings import Settings
from ceo.storage.database import Database, open_database
from ceo.workflows.activities.changes import RefusedByPolicy
from ceo.workflows.activities.reading import compute_changes, find_series, own_activities
from ceo.workflows.activities.sharing import find_sealed_round, partners_of
from ceo.workflows.answering.reader import Reader
from ceo.workflows.audit.verifying import verify_chains
from ceo.workflows.demonstration.activities import has_activities, seed_activities
from ceo.workflows.demonstration.continuous import seed_following
from ceo.workflows.demonstration.cycle import has_cycle, seed_cycle
from ceo.workflows.demonstration.plan import COMPANY, FOUND, OWN_PROVIDER, WALKING, ZWOLLE
from ceo.workflows.demonstration.staff import PEOPLE, seed_staff
from ceo.workflows.demonstration.together import has_together, seed_together
from ceo.workflows.following.annotating import annotations_of
from ceo.workflows.following.reading import read_series
from ceo.workflows.following.series import Grain
from ceo.workflows.learning.actions import ActionState, baseline_of
from ceo.workflows.learning.dialogues import Because, DialogueState, about_of
from ceo.workflows.learning.figures import later_in_series
from ceo.workflows.learning.goals import GoalKind, tree_of
from ceo.workflows.learning.progress import standing_of
from ceo.workflows.learning.reading import read_cycle, read_signals
from ceo.workflows.mirroring.openness import open_municipalities
from ceo.workflows.together.practices import WantedPractices, results_of, search_shared
from ceo.workflows.told.telling import told_actions

pytestmark = pytest.mark.anyio

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
TODAY = NOW.date()


@pytest.fixture
async def seeded(released_settings: Settings) -> AsyncIterator[Database]:
    """A demonstration with a release and two years of a round that goes on, in which the cycle was seeded. Takes two seconds."""
    async with open_database(released_settings.database_url) as database:
        await seed_staff(database, now=NOW)
        assert not await has_together(database)
        await seed_together(database, NOW)
        await seed_following(database, released_settings, now=NOW)
        assert not await has_cycle(database)
        await seed_cycle(database, released_settings, now=NOW)
        yield database


async def test_utrecht_goes_through_the_cycle_with_residents_and_others_and_a_signal_waits(
    seeded: Database,
) -> None:
    assert await has_together(seeded)
    assert await has_cycle(seeded)
    cycle = await read_cycle(seeded, UTRECHT)
    months = await read_series(seeded, UTRECHT, "nl.ceo.wmo", Grain.MONTH)
    assert months is not None

    assert [one.indicator for one in await read_signals(seeded, UTRECHT, cycle.dialogues)] == ["KWA03"]
    [begun], [held] = cycle.dialogues_in(DialogueState.OPEN), cycle.dialogues_in(DialogueState.CLOSED)
    assert (begun.opened_because, about_of(begun).beside is not None) == (Because.COMPARISON, True)
    assert len(held.said) == 4
    assert all(len(views) > 1 for views in held.said.values())
    assert held.held_on is not None
    assert held.held_on < TODAY

    [going], [done] = cycle.actions_in(ActionState.OPEN), cycle.actions_in(ActionState.DONE)
    baseline = baseline_of(going)
    assert baseline is not None
    assert baseline.until is not None
    assert baseline.until < going.made_at.date() < TODAY < going.due_on
    assert later_in_series(baseline, [months], after=going.made_at.date()).results
    assert done.ended_on is not None
    assert going.made_at.date() < done.ended_on < TODAY

    [aim] = tree_of(cycle.goals)
    assert [node.goal.kind for node in aim.children] == [GoalKind.INDICATOR] * 2
    assert {below.goal.kind for node in aim.children for below in node.children} == {GoalKind.MEASURE}
    begun_from = baseline_of(aim.children[0].goal)
    assert begun_from is not None
    standing = standing_of(aim.children[0].goal, later_in_series(begun_from, [months]))
    assert standing is not None
    assert standing.chance is not None

    [term] = cycle.terms
    assert (term.begins_on.year, term.ends_on.year, len(cycle.steps)) == (2026, 2030, 24)
    assert all((step.done_on is not None) == (step.day <= TODAY) for step in cycle.steps)
    assert len(await annotations_of(seeded, UTRECHT, "nl.ceo.wmo")) == 3  # with that of the new questionnaire

    # Residents read what was done, also in easy words, and that it is invented.
    plain, easy = [await told_actions(seeded, UTRECHT, Reader("nl", register)) for register in ("standard", "easy")]
    assert [one.state for one in plain] == [one.state for one in easy]
    assert {one.state for one in plain} == {ActionState.OPEN, ActionState.DONE}
    assert all("verzonnen" in one.text for one in (*plain, *easy))
    assert not {one.text for one in plain} & {one.text for one in easy}

    # Others can be found, and share what they did about a figure of the release.
    assert await open_municipalities(seeded) == set(FOUND)
    shared = (await search_shared(seeded, WantedPractices(municipality=ALMERE))).rows
    assert [(one.core, one.indicator) for row in shared for one in results_of(row)] == [("nl.ceo.wmo", "KWA03")]
    assert not [chain for chain in await verify_chains(seeded) if chain.breaks]


async def test_people_of_an_activity_are_followed_and_its_partner_sees_its_own(
    database: Database, installation_settings: Settings
) -> None:
    await seed_staff(database, now=NOW)
    assert not await has_activities(database)
    await seed_activities(database, installation_settings, now=NOW)
    assert await has_activities(database)

    found = await find_series(database, ZWOLLE, "activiteiten-begin")
    assert found is not None
    assert all(row.simulated for row in found.rounds)
    changes = await compute_changes(database, found)
    assert not isinstance(changes, RefusedByPolicy)
    assert [(step.earlier, step.later) for step in changes.steps] == [(0, 1), (1, 2), (0, 2)]
    year = {group.activity: group for group in changes.steps[-1].groups}
    walking = year[WALKING]
    assert (walking.started, walking.linked) == (64, 40)
    assert any(line.differs for line in walking.lines)
    assert not any(line.differs for line in year[COMPANY].lines)
    assert not any(line.reason for group in year.values() for line in group.lines)

    [pia] = [person for person in PEOPLE if person.activities]
    # The questionnaire names no law, and the plan does: the partner sees what changed in who took part in its activity.
    hers = changes.only(pia.activities)
    assert not isinstance(hers, RefusedByPolicy)
    assert [group.activity for group in hers.steps[-1].groups] == [WALKING]
    assert hers.simulated
    own = await own_activities(database, ZWOLLE, pia.activities)
    assert [one.name for one in own.series[WALKING]] == ["activiteiten-begin"]
    [shared] = own.rounds[OWN_PROVIDER]
    by_provider = await find_sealed_round(database, ZWOLLE, shared.round_id)
    assert by_provider is not None
    assert by_provider.shared == {OWN_PROVIDER}
    assert await partners_of(database, ZWOLLE, [OWN_PROVIDER]) == {OWN_PROVIDER: [pia.name]}
