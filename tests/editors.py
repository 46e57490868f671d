"""Editors at work on a configuration, as tests of workflows need them."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime, timedelta

from arrangements import UTRECHT

from ceo.storage.database import Database
from ceo.storage.people import User
from ceo.storage.tenancy import shared_transaction
from ceo.workflows.configuring import (
    Begun,
    Changed,
    Editing,
    NothingToUndo,
    OnCore,
    OpenConfiguration,
    Outcome,
    begin,
    change,
    open_configuration,
    redo,
    undo,
)
from questionnaires.configuring.changes import Change
from questionnaires.configuring.describing import describe
from questionnaires.configuring.questions import ChosenScale, Question
from questionnaires.configuring.remarks import Remark

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


def question(title: str = "Buurtteam") -> Question:
    return Question(title, f"Ik ken het {title}.", f"Ik ken het {title}.", ChosenScale("eens5@1"))


async def editor(database: Database, name: str) -> str:
    user_id = uuid.uuid4().hex
    async with shared_transaction(database) as session:
        session.add(User(id=user_id, email=f"{user_id[:8]}@voorbeeld.nl", name=name))
    return user_id


class Desk:
    """One editor at work on one configuration; `on` is the revision that stands on the screen."""

    def __init__(self, database: Database, actor: str, configuration: str, *, on: int = 1) -> None:
        self.database, self.actor, self.configuration, self.on = database, actor, configuration, on

    @property
    def editing(self) -> Editing:
        return Editing(UTRECHT, self.configuration, self.on, self.actor, NOW + timedelta(minutes=self.on))

    async def change(self, wanted: Change) -> Outcome | tuple[Remark, ...]:
        return self.seen(await change(self.database, self.editing, wanted))

    async def undo(self) -> Outcome | NothingToUndo:
        return self.seen(await undo(self.database, self.editing))

    async def redo(self) -> Outcome | NothingToUndo:
        return self.seen(await redo(self.database, self.editing))

    async def open(self) -> OpenConfiguration:
        found = await open_configuration(self.database, UTRECHT, self.configuration)
        assert found is not None
        return found

    async def titles(self) -> list[str]:
        opened = await self.open()
        return [one.question.title for one in describe(opened.document, opened.foundation).questions.values()]

    def seen(self, outcome: object) -> object:
        if isinstance(outcome, Changed):
            self.on = outcome.revision
        return outcome


async def begun(database: Database, name: str = "Noor Jansen") -> Desk:
    actor = await editor(database, name)
    found = await begin(database, UTRECHT, OnCore("nl.ceo.wmo@2", "Wmo in Utrecht"), actor=actor, now=NOW)
    assert isinstance(found, Begun)
    return Desk(database, actor, found.id, on=found.revision)
