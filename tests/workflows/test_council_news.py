"""What the council of a municipality is told besides figures: what was agreed, and nothing that is still talked about."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import date, timedelta

import pytest
from released import NOW, UTRECHT

from ceo.settings import Settings
from ceo.storage.database import Database, open_database
from ceo.workflows.demonstration.national import MEASUREMENT
from ceo.workflows.learning.actions import ActionState, Planned, add_action, end_action
from ceo.workflows.learning.dialogues import Because, close_dialogue, open_dialogue, reopen_dialogue
from ceo.workflows.learning.results import Result
from ceo.workflows.learning.rows import By
from ceo.workflows.mirroring.council import council_news
from ceo.workflows.mirroring.reading import OwnEdition, own_editions, read_result
from ceo.workflows.releases.reading import Cubes

pytestmark = pytest.mark.anyio

TODAY = NOW.date()
DUE = date(2099, 1, 1)
RUNS = "loopt, moet klaar zijn op 1 januari 2099"


@dataclass(frozen=True)
class World:
    """A published release with figures of Utrecht, and one of those to talk about. Who writes does so a minute later each time."""

    database: Database
    edition: OwnEdition
    result: Result

    async def action(self, title: str, *, dialogue: str | None = None, minute: int = 0) -> str:
        planned = Planned(title, "", "Team", DUE, self.result, dialogue_id=dialogue)
        return await add_action(self.database, planned, By(UTRECHT, "iemand", NOW + timedelta(minutes=minute)))

    async def end(self, action: str, state: ActionState, *, ago: int = 0) -> None:
        by, day = By(UTRECHT, "iemand", NOW), TODAY - timedelta(days=ago)
        await end_action(self.database, action, state, "Het geld is op.", by, seen=0, today=day)

    async def talk(self, title: str, *, closed: bool, ago: int = 0) -> str:
        by = By(UTRECHT, "iemand", NOW)
        about = self.result.model_copy(update={"title": title})
        dialogue = await open_dialogue(self.database, about, Because.FIGURE, by)
        if closed:
            await close_dialogue(self.database, dialogue, by, seen=0, today=TODAY - timedelta(days=ago))
        return dialogue

    async def told(self) -> list[str]:
        news = await council_news(self.database, UTRECHT, self.edition, today=TODAY)
        return [f"{one.what}: {one.how_far}" for one in news.deeds]


@pytest.fixture
async def world(released_settings: Settings) -> AsyncIterator[World]:
    async with open_database(released_settings.database_url) as database:
        [edition] = await own_editions(database, UTRECHT)
        cubes = Cubes("http://testserver.local")
        result = await read_result(database, cubes, UTRECHT, f"{MEASUREMENT}/1", "wmo_toegang")
        assert result is not None
        yield World(database, edition, result)


async def test_what_is_still_talked_about_is_not_told_as_agreed(world: World) -> None:
    open_one = await world.talk("Nog open", closed=False)
    done = await world.action("Klaar maar nog besproken", dialogue=open_one)
    await world.end(done, ActionState.DONE)
    await world.action("Alleen een plan", dialogue=open_one)
    await world.action("Zonder gesprek")
    stopped = await world.action("Nooit besproken en gestopt")
    await world.end(stopped, ActionState.STOPPED)
    assert await world.told() == []
    # Closing tells the council, and opening again takes it back.
    by = By(UTRECHT, "iemand", NOW)
    await close_dialogue(world.database, open_one, by, seen=0, today=TODAY)
    assert await world.told() == [
        "Afgesproken: Klaar maar nog besproken: klaar op 20 november 2026",
        "Gesprek: Nog open: besproken op 20 november 2026",
        f"Afgesproken: Alleen een plan: {RUNS}",
    ]
    await reopen_dialogue(world.database, open_one, by, seen=1)
    assert await world.told() == []


async def test_without_a_conversation_an_action_is_told_once_it_is_done(world: World) -> None:
    action = await world.action("Brief herschreven")
    assert await world.told() == []
    await world.end(action, ActionState.DONE)
    assert await world.told() == ["Gedaan: Brief herschreven: klaar op 20 november 2026"]


async def test_new_plans_come_after_what_was_done_last_and_the_newest_conversation(world: World) -> None:
    old = await world.talk("Oud", closed=True, ago=90)
    new = await world.talk("Nieuw", closed=True, ago=2)
    for title, ago in (("Eerst klaar", 60), ("Laatst klaar", 30)):
        await world.end(await world.action(title, dialogue=old), ActionState.DONE, ago=ago)
    await world.end(await world.action("Gestopt", dialogue=old), ActionState.STOPPED)
    for minute in range(1, 6):
        await world.action(f"Plan {minute}", dialogue=new, minute=minute)
    told = await world.told()
    assert told[:2] == [
        "Afgesproken: Laatst klaar: klaar op 21 oktober 2026",
        "Gesprek: Nieuw: besproken op 18 november 2026",
    ]
    assert told[2:7] == [f"Afgesproken: Plan {minute}: {RUNS}" for minute in range(5, 0, -1)]
    assert sorted(told[7:]) == [
        "Afgesproken: Eerst klaar: klaar op 21 september 2026",
        "Afgesproken: Gestopt: gestopt op 20 november 2026, omdat: Het geld is op",
        "Gesprek: Oud: besproken op 22 augustus 2026",
    ]
