"""Everything of the cycle of a municipality: dialogues, actions, goals and plan, and what of these waits for somebody."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from sqlmodel import col, select

from ceo.storage.database import Database
from ceo.storage.dialogues import Action, Dialogue, PlannedStep, Term
from ceo.storage.goals import Goal
from ceo.storage.tenancy import tenant_reading
from ceo.workflows.following.reading import WatchedIndicator, all_antennas, read_newest_points
from ceo.workflows.following.series import Series
from ceo.workflows.following.signals import begun_of
from ceo.workflows.learning.actions import ActionState
from ceo.workflows.learning.dialogues import DialogueState, about_of
from ceo.workflows.learning.figures import recent_signals

_SOON: Final = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Signal:
    """A signal of an antenne about which nobody spoke yet. `side` is "above" or "below" what is usual.

    It lay there from the period `since` up to `period`, which is the newest one where the signal `stands`.
    """

    series: Series
    indicator: str
    title: str
    since: str
    period: str
    side: str
    stands: bool


@dataclass(frozen=True, slots=True)
class Cycle:
    """What a municipality has of the cycle. Dialogues and terms stand with the newest first, actions and steps by day."""

    dialogues: tuple[Dialogue, ...]
    actions: tuple[Action, ...]
    goals: tuple[Goal, ...]
    terms: tuple[Term, ...]
    steps: tuple[PlannedStep, ...]

    def actions_in(self, state: ActionState) -> tuple[Action, ...]:
        """Return the actions of a state."""
        return tuple(one for one in self.actions if one.state == state)

    def dialogues_in(self, state: DialogueState) -> tuple[Dialogue, ...]:
        """Return the dialogues of a state."""
        return tuple(one for one in self.dialogues if one.state == state)

    def due_actions(self, today: date) -> tuple[Action, ...]:
        """Return open actions whose day is past or near."""
        return tuple(one for one in self.actions if one.state == ActionState.OPEN and one.due_on <= today + _SOON)

    def due_steps(self, today: date) -> tuple[PlannedStep, ...]:
        """Return steps that are not done and of which people want to be reminded by now."""
        return tuple(
            one for one in self.steps if one.done_on is None and one.day - timedelta(days=one.remind_days) <= today
        )


async def read_cycle(database: Database, municipality: str) -> Cycle:
    """Return what a municipality has of the cycle."""
    async with tenant_reading(database, municipality) as session:
        dialogues = await session.exec(select(Dialogue).order_by(col(Dialogue.made_at).desc(), col(Dialogue.id)))
        actions = await session.exec(select(Action).order_by(col(Action.due_on), col(Action.id)))
        goals = await session.exec(select(Goal).order_by(col(Goal.made_at), col(Goal.id)))
        terms = await session.exec(select(Term).order_by(col(Term.begins_on).desc(), col(Term.id)))
        steps = await session.exec(select(PlannedStep).order_by(col(PlannedStep.day), col(PlannedStep.id)))
        return Cycle(tuple(dialogues), tuple(actions), tuple(goals), tuple(terms), tuple(steps))


async def read_signals(database: Database, municipality: str, dialogues: Iterable[Dialogue]) -> tuple[Signal, ...]:
    """Return the signals of the antennes of a municipality about which there is no dialogue yet."""
    series = await read_newest_points(database, municipality)
    return waiting_signals(series, await all_antennas(database, municipality), dialogues)


def waiting_signals(
    series: Iterable[Series], antennas: Mapping[str, Iterable[WatchedIndicator]], dialogues: Iterable[Dialogue]
) -> tuple[Signal, ...]:
    """Return the newest signal of every watched indicator, unless a dialogue is about one of the same row of signals.

    Each core is looked at in its finest grain: the first in which it stands in `series`.
    """
    talked = {(about.core, about.indicator, about.period) for about in map(about_of, dialogues)}
    finest: dict[str, Series] = {}
    for one in series:
        finest.setdefault(one.core, one)
    found = []
    for core, one in finest.items():
        for watched in antennas.get(core, ()):
            indicator = one.indicator(watched.indicator)
            run = recent_signals(indicator) if indicator is not None else ()
            if indicator is None or not run or any((core, indicator.indicator, period) in talked for period in run):
                continue
            watch, last = indicator.watch, run[-1]
            side, since, stands = dict(watch.signals)[last], begun_of(watch, last), last == watch.periods[-1]
            found.append(Signal(one, indicator.indicator, indicator.title, since, last, side, stands))
    return tuple(found)
