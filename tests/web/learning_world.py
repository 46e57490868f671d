"""A municipality with one of everything of learning, for the isolation suite."""

from __future__ import annotations

import uuid
from typing import Any

from analysis.results import Measure
from ceo.clock import dutch_day, now
from ceo.storage.database import Database
from ceo.storage.dialogues import Action, Dialogue, PlannedStep, Term
from ceo.storage.goals import Goal
from ceo.storage.tenancy import tenant_transaction
from ceo.workflows.following.series import Figure
from ceo.workflows.learning.results import Result, Source
from questionnaires.scales import Polarity


async def learning_of(database: Database, code: str, mark: str, member: str) -> dict[str, str]:
    """Keep a dialogue, an action, a goal and a planned step; return their ids by the name of a parameter."""
    ids = {name: uuid.uuid4().hex for name in ("dialogue_id", "action_id", "goal_id", "term_id", "step_id")}
    about = Result(
        source=Source.SERIES,
        name="month/1",
        core="nl.ceo.wmo",
        indicator=mark,
        title=f"{mark} cijfer",
        period="2026-01",
        measure=Measure.SCORE,
        polarity=Polarity.POSITIVE,
        figure=Figure(value=60, low=56, high=64, respondents=60),
    ).model_dump(mode="json")
    today = dutch_day()
    own: dict[str, Any] = {"municipality": code, "title": f"{mark} titel"}
    made: dict[str, Any] = {**own, "made_by": member, "made_at": now(), "state": "open"}
    hung = {"dialogue_id": ids["dialogue_id"], "goal_id": ids["goal_id"]}
    async with tenant_transaction(database, code) as session:
        session.add(Dialogue(id=ids["dialogue_id"], opened_because="figure", about=about, **made))
        session.add(Goal(id=ids["goal_id"], kind="indicator", polarity="positive", baseline=about, **made))
        session.add(Term(id=ids["term_id"], begins_on=today, ends_on=today, **own))
        await session.flush()
        session.add(Action(id=ids["action_id"], owner=mark, due_on=today, baseline=about, **hung, **made))
        session.add(
            PlannedStep(id=ids["step_id"], term_id=ids["term_id"], kind="measure", day=today, remind_days=14, **own)
        )
    return ids
