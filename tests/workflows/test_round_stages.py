"""Planning a round and bringing it from stage to stage: what must be true, what is locked, and what is offered."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from arrangements import TODAY, UTRECHT, arrange_round, wmo_core
from sqlmodel import col, select

from ceo.settings import Settings
from ceo.storage.audit import AuditRecord
from ceo.storage.clients import Client, ClientStatus, Sample, SamplingFrame
from ceo.storage.contacts import Invitation
from ceo.storage.database import Database
from ceo.storage.letters import MailState, OutgoingMail
from ceo.storage.rounds import Round, RoundStage
from ceo.storage.tenancy import tenant_reading, tenant_transaction
from ceo.workflows.answering.arriving import Standing, arrive
from ceo.workflows.publish import PublishedVersions, publish_questionnaire
from ceo.workflows.rounds.design import Breakdown, Step, possible_breakdowns
from ceo.workflows.rounds.listing import RoundState, current_and_past_rounds
from ceo.workflows.rounds.opening import MeasurementTakenError
from ceo.workflows.rounds.planning import Beginning, DrawnError, LockedError, StepKept, begin_plan, keep_step, read_plan
from ceo.workflows.rounds.stages import Asked, Obstacle, Wish, move, read_standing

pytestmark = pytest.mark.anyio

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
ASKED = Asked(frozenset({"web", "paper", "phone"}), frozenset({"nl", "tr"}), frozenset(Breakdown))

DECIDED = {"by_list", "breakdown", "modes", "floor", "act", "partners"}


async def planned(database: Database, measurement: str = "wmo-2027") -> int:
    """Begin a plan in Utrecht."""
    published = await publish_questionnaire(database, wmo_core(), now=NOON)
    beginning = Beginning(measurement, "Uw ervaringen", published.content_hash, "14 030", "Weten", "Wij")
    return await begin_plan(database, UTRECHT, beginning, actor="7f", today=TODAY, now=NOON)


async def keep(database: Database, round_id: int, step: Step, **values: object) -> None:
    of_design = {name: value for name, value in values.items() if name in DECIDED}
    of_round = {
        name: value for name, value in values.items() if name in {"opens_on", "closes_on", "erase_on", "languages"}
    }
    strata: Mapping[str, int] | None = values.get("strata")  # type: ignore[assignment]
    await keep_step(database, UTRECHT, round_id, StepKept(step, of_round, of_design, strata), actor="7f", now=NOON)


async def complete(database: Database, round_id: int, *, by_list: bool = False) -> None:
    """Keep every step; codes are handed out unless there is a list."""
    await keep(database, round_id, Step.MOMENT)
    strata = None if by_list else {"Begeleiding": 850}
    await keep(database, round_id, Step.TARGET, by_list=by_list, strata=strata)
    await keep(database, round_id, Step.METHOD)
    await keep(database, round_id, Step.EXECUTION)


async def to(database: Database, round_id: int, stage: RoundStage, *, asked: Asked = ASKED) -> tuple[Obstacle, ...]:
    return await move(database, Wish(UTRECHT, round_id, stage), asked, actor="7f", today=TODAY, now=NOON)


async def stage_of(database: Database, round_id: int) -> str:
    async with tenant_reading(database, UTRECHT) as session:
        return (await session.get_one(Round, round_id)).stage


async def test_a_plan_that_is_not_complete_does_not_come_into_the_field_and_everything_missing_is_told(
    database: Database,
) -> None:
    round_id = await planned(database)
    few = Asked(frozenset({"web"}), frozenset({"nl"}), frozenset({"none"}))
    await keep(database, round_id, Step.MOMENT, opens_on=date(2026, 10, 1), closes_on=date(2026, 11, 1))
    await keep(database, round_id, Step.EXECUTION, erase_on=date(2026, 10, 2))
    await keep(database, round_id, Step.METHOD, languages="nl tr")
    # Named while the questionnaire was another one: under this law nobody may stand for a provider.
    await keep(database, round_id, Step.MOMENT, partners={"Begeleiding": "De Linde"})
    await keep(database, round_id, Step.MOMENT, act="wmo")
    assert await to(database, round_id, RoundStage.FIELD, asked=few) == (
        Obstacle.STEPS_LEFT,
        Obstacle.NO_CLIENTS,
        Obstacle.LAST_DAY_PASSED,
        Obstacle.ERASED_TOO_SOON,
        Obstacle.MODE_NOT_ASKED,
        Obstacle.LANGUAGE_NOT_ASKED,
        Obstacle.FORBIDDEN_BREAKDOWN,
        Obstacle.FORBIDDEN_PARTNERS,
    )
    allowed = replace(few, breakdowns=frozenset(Breakdown))
    assert Obstacle.FORBIDDEN_PARTNERS not in await to(database, round_id, RoundStage.FIELD, asked=allowed)
    async with tenant_reading(database, UTRECHT) as session:
        kept = (await session.exec(select(AuditRecord).order_by(col(AuditRecord.number)))).all()
    assert [(one.before, one.after) for one in kept[-2:]] == [
        ({"partners": {}}, {"partners": {"Begeleiding": "De Linde"}}),
        ({"act": None}, {"act": "wmo"}),
    ]
    assert await stage_of(database, round_id) == RoundStage.DRAFT


async def test_a_list_must_be_there_and_somebody_drawn_from_it(database: Database) -> None:
    round_id = await planned(database)
    await complete(database, round_id, by_list=True)
    assert await to(database, round_id, RoundStage.FIELD) == (Obstacle.NO_CLIENTS,)
    async with tenant_transaction(database, UTRECHT) as session:
        own = {"municipality": UTRECHT, "round_id": round_id}
        session.add(SamplingFrame(**own, digest="sha256:1", clients=1, summary={}, loaded_by="7f", loaded_at=NOON))
        session.add(Client(**own, id="c1", person_hash="p1", traits={}))
    assert await to(database, round_id, RoundStage.FIELD) == (Obstacle.NOT_DRAWN,)
    async with tenant_transaction(database, UTRECHT) as session:
        (await session.get_one(Client, "c1")).status = ClientStatus.DRAWN.value
    assert await to(database, round_id, RoundStage.FIELD) == ()


async def test_a_sample_does_not_lose_its_groups_by_another_way_of_reaching_people(database: Database) -> None:
    round_id = await planned(database)
    async with tenant_transaction(database, UTRECHT) as session:
        own = {"municipality": UTRECHT, "round_id": round_id, "drawn_by": "7f", "drawn_at": NOON}
        session.add(Sample(**own, seed="1", frame_digest="sha256:1", design={}))
    with pytest.raises(DrawnError):
        await keep(database, round_id, Step.TARGET, by_list=False, strata={"Begeleiding": 850})
    await keep(database, round_id, Step.TARGET, by_list=True)


async def test_a_plan_is_locked_in_the_field_and_free_again_while_nobody_was_invited(database: Database) -> None:
    round_id = await planned(database)
    await complete(database, round_id)
    assert await to(database, round_id, RoundStage.FIELD) == ()
    with pytest.raises(LockedError):
        await keep(database, round_id, Step.METHOD, floor=20)
    assert await to(database, round_id, RoundStage.DRAFT) == ()
    await keep(database, round_id, Step.METHOD, floor=20)
    assert await to(database, round_id, RoundStage.FIELD) == ()
    async with tenant_transaction(database, UTRECHT) as session:
        session.add(Invitation(municipality=UTRECHT, access_hash="a", round_id=round_id, stratum="Begeleiding"))
    assert await to(database, round_id, RoundStage.DRAFT) == (Obstacle.SOMEBODY_INVITED,)


async def test_closing_withdraws_waiting_mail_and_stops_answering_and_can_be_undone(
    database: Database, installation_settings: Settings
) -> None:
    opened = await arrange_round(database, installation_settings)
    async with tenant_transaction(database, UTRECHT) as session:
        mail = {"municipality": UTRECHT, "round_id": opened.round_id, "kind": "invitation", "language": "nl"}
        session.add(OutgoingMail(**mail, id="m1", invitation_hash="a", send_after=NOON, sealed="k:geheim"))
    assert (await arrive(database, opened.key(), today=TODAY)).standing is Standing.INVITED
    assert await to(database, opened.round_id, RoundStage.CLOSED) == ()
    assert (await arrive(database, opened.key(), today=TODAY)).standing is Standing.CLOSED
    async with tenant_reading(database, UTRECHT) as session:
        kept = await session.get_one(OutgoingMail, "m1")
        assert (kept.state, kept.sealed) == (MailState.WITHDRAWN, None)
    assert await to(database, opened.round_id, RoundStage.FIELD) == ()
    assert (await arrive(database, opened.key(), today=TODAY)).standing is Standing.INVITED


async def test_a_round_that_is_planned_is_at_work_also_when_its_days_have_passed(database: Database) -> None:
    round_id = await planned(database)
    later = TODAY + timedelta(days=400)
    current, past = await current_and_past_rounds(database, UTRECHT, today=later, past=5)
    assert [(one.round.id, one.state) for one in current] == [(round_id, RoundState.DRAFT)]
    assert past == []


async def test_a_name_is_taken_once_and_keeping_a_step_keeps_the_own_name(database: Database) -> None:
    first, second = await planned(database), await planned(database, "wmo-2028")
    step = StepKept(Step.AIM, {"measurement": "wmo-2027"})
    await keep_step(database, UTRECHT, first, step, actor="7f", now=NOON)
    with pytest.raises(MeasurementTakenError):
        await keep_step(database, UTRECHT, second, step, actor="7f", now=NOON)


async def test_what_is_needed_to_close_is_told(database: Database, installation_settings: Settings) -> None:
    opened = await arrange_round(database, installation_settings)
    standing = await read_standing(database, UTRECHT, opened.round_id, ASKED, today=TODAY)
    assert standing is not None
    assert standing.obstacles == {RoundStage.DRAFT: (Obstacle.SOMEBODY_INVITED,), RoundStage.CLOSED: ()}
    assert standing.plan.design.left == ()


def test_youth_care_is_never_broken_down_by_provider() -> None:
    assert Breakdown.PROVIDER not in possible_breakdowns("jeugdwet")
    assert set(possible_breakdowns("wmo")) == set(Breakdown)


async def test_a_round_offers_its_own_languages_only(database: Database) -> None:
    round_id = await planned(database)
    await keep(database, round_id, Step.METHOD, languages="nl tr")
    plan = await read_plan(database, UTRECHT, round_id)
    assert plan is not None
    versions = PublishedVersions(database)
    whole = await versions.asked_in(
        Round.model_validate(plan.round.model_dump() | {"languages": None}), plan.round.questionnaire_hash
    )
    asked = await versions.asked_in(plan.round, plan.round.questionnaire_hash)
    assert (asked.languages, len(whole.languages) > 2) == (("nl", "tr"), True)
    assert asked.pages == whole.pages
