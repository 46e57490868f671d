"""The cycle of the demonstration: what Utrecht talked about, wants, does and tells, and what others let it find. All of it is invented.

It is written through the same functions as what staff write, on days that fit the figures it is about. A signal stays without a dialogue:
there a visitor begins.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Final

from sqlmodel import select

from ceo.clock import DUTCH_TIME
from ceo.storage.dialogues import Term
from ceo.storage.tenancy import tenant_reading
from ceo.storage.together import Practice
from ceo.workflows.demonstration import cycle_texts as texts
from ceo.workflows.demonstration.plan import ALMERE, FOUND, LELYSTAD, UTRECHT
from ceo.workflows.demonstration.staff import PEOPLE
from ceo.workflows.following.annotating import Typed, annotate
from ceo.workflows.following.reading import read_series
from ceo.workflows.following.series import Grain
from ceo.workflows.learning.actions import ActionState, Planned, add_action, end_action
from ceo.workflows.learning.dialogues import Because, DialogueText, close_dialogue, keep_dialogue, open_dialogue
from ceo.workflows.learning.figures import result_of_point
from ceo.workflows.learning.goals import GoalKind, Target, Wanted, add_goal
from ceo.workflows.learning.planner import (
    StepWanted,
    TermWanted,
    begin_term,
    mark_step,
    proposed_steps,
    read_plan,
)
from ceo.workflows.learning.rows import By, Kept
from ceo.workflows.mirroring.openness import agree_to_be_found
from ceo.workflows.mirroring.reading import own_editions, read_result
from ceo.workflows.releases.deciding import By as ByPlace
from ceo.workflows.releases.reading import Cubes
from ceo.workflows.together.practices import TypedPractice, add_practice, key_of, share_practice
from ceo.workflows.together.themes import list_themes
from ceo.workflows.told.telling import keep_telling

if TYPE_CHECKING:
    from ceo.settings import Settings
    from ceo.storage.database import Database
    from ceo.workflows.following.series import Series
    from ceo.workflows.learning.results import Result

ACTOR: Final = "ceo demo"
_CORE: Final = "nl.ceo.wmo"
_OWNER: Final = PEOPLE[0].id
# Indicators: of the conversation that was held and the goal, of the one that began, and of what others share.
_ASKING, _CONTACT, _IN_TIME, _DECIDING = "TOE01", "EFF02", "TOE02", "KWA03"
_TERM: Final = TermWanted(texts.TERM, date(2026, 3, 31), date(2030, 3, 31))
_MIDDAY: Final = time(12)


async def has_cycle(database: Database) -> bool:
    """Tell whether the cycle is there already."""
    async with tenant_reading(database, UTRECHT) as session:
        return (await session.exec(select(Term.id).limit(1))).first() is not None


async def seed_cycle(database: Database, settings: Settings, *, now: datetime) -> None:
    """Let towns be found and share what they did, and let Utrecht go through the cycle; its series and a release are there."""
    cubes = Cubes(settings.base_url)
    await _seed_others(database, cubes, now)
    series = await read_series(database, UTRECHT, _CORE, Grain.MONTH)
    assert series is not None, "the continuous round comes first"
    told = _Telling(database, series, now)
    await told.happened()
    measure = await told.goals()
    await told.held(measure)
    about = await _released(database, cubes, UTRECHT, _IN_TIME)
    await told.begin(about)
    await told.term()


@dataclass(frozen=True, slots=True)
class _Telling:
    """Utrecht as it writes down its cycle, with the months of its series."""

    database: Database
    series: Series
    now: datetime

    async def happened(self) -> None:
        """Say what happened on days that readers of the series should know."""
        for ago, text in texts.HAPPENED.items():
            day = self._point(_ASKING, ago).until or self._today
            typed = Typed(day.replace(day=1).isoformat(), text)
            faults = await annotate(self.database, UTRECHT, _CORE, typed, actor=_OWNER, now=_midday(day))
            assert not faults, faults

    async def goals(self) -> str:
        """Make a tree of goals; return the id of the measure that an action serves."""
        aim = await self._goal(Wanted(GoalKind.AIM, texts.AIM, text=texts.AIM_TEXT, owner="college en raad"))
        asking = await self._goal(self._with_path(texts.EASY_TO_ASK, _ASKING, aim))
        contact = await self._goal(self._with_path(texts.MORE_CONTACT, _CONTACT, aim))
        meeting = Wanted(GoalKind.MEASURE, texts.MEETING, contact, owner="buurtteams", means=texts.MEETING_MEANS)
        await self._goal(meeting)
        number = Wanted(
            GoalKind.MEASURE,
            texts.ONE_NUMBER,
            asking,
            text=texts.ONE_NUMBER_TEXT,
            owner="team Toegang",
            means=texts.ONE_NUMBER_MEANS,
        )
        return await self._goal(number)

    async def held(self, measure: str) -> None:
        """Write down a conversation of months ago that is closed, and the two actions that came from it, one of which is done."""
        about = self._point(_ASKING, 6)
        assert about.until is not None, "a month has a last day"
        held_on = about.until + timedelta(days=24)
        by = self._by(held_on)
        held = await open_dialogue(self.database, about, Because.FIGURE, by)
        await self._write(held, replace(texts.HELD, held_on=held_on), by)
        closed = await close_dialogue(self.database, held, by, seen=1, today=held_on)
        assert closed is Kept.DONE, closed
        number = Planned(
            texts.ONE_NUMBER,
            texts.ONE_NUMBER_TEXT,
            "team Toegang",
            self._today + timedelta(days=45),
            about,
            dialogue_id=held,
            goal_id=measure,
        )
        going = await add_action(self.database, number, by)
        letter = Planned(
            texts.LETTER,
            texts.LETTER_TEXT,
            "team Communicatie",
            held_on + timedelta(days=70),
            self._point("TOE03", 6),
            dialogue_id=held,
        )
        done = await add_action(self.database, letter, by)
        day = held_on + timedelta(days=60)
        ended = await end_action(
            self.database, done, ActionState.DONE, texts.LETTER_DONE, self._by(day), seen=0, today=day
        )
        assert ended is Kept.DONE, ended
        for action, words, seen in ((going, texts.TOLD_NUMBER, 0), (done, texts.TOLD_LETTER, 1)):
            kept = await keep_telling(self.database, action, self._by(day), told=True, texts=words, seen=seen)
            assert kept is Kept.DONE, kept

    async def begin(self, about: Result) -> None:
        """Begin a conversation about a figure beside that of others: it is still open."""
        by = self._by(self._today - timedelta(days=2))
        begun = await open_dialogue(self.database, about, Because.COMPARISON, by)
        await self._write(begun, texts.BEGUN, by)

    async def term(self) -> None:
        """Plan a council term; what lies behind is done."""
        steps = tuple(
            StepWanted(kind, texts.STEPS[kind.value].format(year=day.year), day)
            for kind, day in proposed_steps(_TERM.begins_on, _TERM.ends_on)
        )
        await begin_term(self.database, _TERM, self._by(min(_TERM.begins_on, self._today)), proposed=steps)
        [planned] = await read_plan(self.database, UTRECHT)
        for step in planned.steps:
            if step.day <= self._today:
                kept = await mark_step(self.database, step.id, step.day, self._by(step.day), seen=step.row_version)
                assert kept is Kept.DONE, kept

    @property
    def _today(self) -> date:
        return self.now.astimezone(DUTCH_TIME).date()

    def _by(self, day: date) -> By:
        return By(UTRECHT, _OWNER, min(_midday(day), self.now))

    def _point(self, indicator: str, ago: int) -> Result:
        """Return the figure of an indicator, so many months before the one after the last."""
        found = self.series.indicator(indicator)
        assert found is not None, indicator
        result = result_of_point(self.series, found, found.points[-ago])
        assert result is not None, "the months of the demonstration are shown"
        return result

    def _with_path(self, title: str, indicator: str, aim: str) -> Wanted:
        """Return a goal that should rise by two points in half a year, and by six in two years."""
        baseline = self._point(indicator, 10)
        assert baseline.until is not None, "a month has a last day"
        begun = round(baseline.figure.value)
        path = [Target(baseline.until + timedelta(days=days), begun + more) for days, more in ((182, 2.0), (730, 6.0))]
        return Wanted(
            GoalKind.INDICATOR,
            title,
            aim,
            owner="beleid Wmo",
            baseline=baseline,
            polarity=baseline.polarity,
            path=tuple(path),
            tolerance=1.0,
        )

    async def _goal(self, wanted: Wanted) -> str:
        begun = self._point(_ASKING, 10).until or self._today
        return await add_goal(self.database, wanted, self._by(begun + timedelta(days=30)))

    async def _write(self, dialogue: str, text: DialogueText, by: By) -> None:
        kept = await keep_dialogue(self.database, dialogue, text, by, seen=0)
        assert kept is Kept.DONE, kept


async def _seed_others(database: Database, cubes: Cubes, now: datetime) -> None:
    """Let towns be found by others, and two of them share what they did about a figure of the release."""
    today = now.astimezone(DUTCH_TIME).date()
    for town in FOUND:
        await agree_to_be_found(database, town, actor=ACTOR, now=now, today=today)
    themes = {theme.name: theme.id for theme in await list_themes(database)}
    for town, indicator, (theme, title, text, contact) in (
        (ALMERE, _DECIDING, texts.PLAN_TOGETHER),
        (LELYSTAD, _ASKING, texts.CALL_BACK),
    ):
        about = await _released(database, cubes, town, indicator)
        await open_dialogue(database, about, Because.COMPARISON, By(town, ACTOR, now))
        typed = TypedPractice(themes[theme], title, text, contact, about=(key_of(about),))
        practice = await add_practice(database, typed, ByPlace(town, ACTOR, now))
        assert isinstance(practice, Practice), practice
        await share_practice(database, practice.id, ByPlace(town, ACTOR, now), shared=True)


async def _released(database: Database, cubes: Cubes, town: str, indicator: str) -> Result:
    edition = next(one for one in await own_editions(database, town) if one.current)
    found = await read_result(database, cubes, town, edition.name, indicator)
    assert found is not None, f"{indicator} of {town} is shown"
    return found


def _midday(day: date) -> datetime:
    return datetime.combine(day, _MIDDAY, DUTCH_TIME)
