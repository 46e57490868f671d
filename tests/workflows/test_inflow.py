"""New people in a round that goes on: who comes in, who is drawn, when they are invited, and months that are sealed on the way."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from arrangements import UTRECHT, OpenedRound, arrange_round, simulated, wmo_core
from frame_world import NOW, World
from frames_made import round_to_draw_for
from sqlmodel import col, select

from ceo.mail_server import Encryption, MailServer
from ceo.settings import Settings
from ceo.storage.clients import Client, InflowKey, Sample, SamplingFrame
from ceo.storage.contacts import Invitation
from ceo.storage.database import Database
from ceo.storage.endings import Snapshot
from ceo.storage.jobs import Job
from ceo.storage.kept_files import KeptFile
from ceo.storage.letters import LetterKind, OutgoingMail
from ceo.storage.rounds import Round, RoundDesign, RoundStage, Stratum
from ceo.storage.submissions import Submission
from ceo.storage.tenancy import reading_across, tenant_reading, tenant_transaction
from ceo.workflows.ending.months import list_months, queue_months
from ceo.workflows.frames import inflow_loading
from ceo.workflows.frames.drawing import ask_for_draw
from ceo.workflows.frames.drawn import read_sample, undo_draw, verify_sample
from ceo.workflows.frames.inflow import InflowFault, send_in
from ceo.workflows.frames.inflow_keys import find_key, list_keys, make_key, withdraw_key
from ceo.workflows.frames.newcomers import TakenIn, is_included
from ceo.workflows.frames.receiving import Refused
from ceo.workflows.frames.sample_design import SampleDesign
from ceo.workflows.frames.stratifying import StratifyBy
from ceo.workflows.inviting.client_codes import Recipients, count_recipients
from ceo.workflows.inviting.due import queue_due_invitations, read_due
from ceo.workflows.inviting.letter_desk import look_at_letters
from ceo.workflows.inviting.orders import Order
from ceo.workflows.jobs.kinds import JobKind
from ceo.workflows.jobs.worker import work_off
from ceo.workflows.jobs.working import Working
from ceo.workflows.rounds.design import Design, Moment
from questionnaires.answering import seal
from questionnaires.answers import answers_to_json

pytestmark = pytest.mark.anyio

HEAD = ["nummer", "wet", "product", "begindatum", "niet voor", "naam", "straat", "plaats", "email"]
DAY = NOW.date()


def line(number: int, product: str, *, started: str = "", not_before: str = "") -> list[Any]:
    where = [f"Naam {number}", f"Straat {number}", "Utrecht", f"n{number}@voorbeeld.nl"]
    return [f"P{number}", "Wmo", product, started, not_before, *where]


def people(product: str, first: int, last: int, **days: str) -> list[list[Any]]:
    return [line(number, product, **days) for number in range(first, last + 1)]


async def goes_on(database: Database, round_id: int, *, moment: Moment = Moment.EVENT, delay: int = 14) -> None:
    document = Design(moment=moment, delay_days=delay).model_dump(mode="json")
    async with tenant_transaction(database, UTRECHT) as session:
        session.add(RoundDesign(municipality=UTRECHT, round_id=round_id, document=document))


async def drawn_world(database: Database, settings: Settings, *rows: list[Any], invited: int | None = None) -> World:
    """A round that goes on, of which a sample was drawn of the people in some rows."""
    opened = OpenedRound(UTRECHT, await round_to_draw_for(database), (), settings)
    await goes_on(database, opened.round_id)
    async with tenant_transaction(database, UTRECHT) as session:
        (await session.get_one(Round, opened.round_id)).opens_on = date(2026, 10, 1)
    world = World(database, opened)
    await world.load([HEAD, *rows])
    async with tenant_reading(database, UTRECHT) as session:
        digest = (await session.get_one(SamplingFrame, opened.round_id)).digest
    design = SampleDesign(stratify_by=StratifyBy.PRODUCT, invited=invited)
    job = await ask_for_draw(
        database, UTRECHT, opened.round_id, design, seed="2027", frame_digest=digest, actor="u1", now=world.clock()
    )
    assert isinstance(job, str), job
    await work_off(database, settings, clock=world.clock)
    return world


async def sample_of(world: World) -> Sample:
    async with tenant_reading(world.database, UTRECHT) as session:
        return await session.get_one(Sample, world.round_id)


async def newcomers(world: World) -> list[Client]:
    return [one for one in await world.clients() if "came_in" in one.traits]


async def key_of(world: World) -> InflowKey:
    made = await make_key(
        world.database, UTRECHT, world.round_id, label="Zaaksysteem", expires_on=DAY, actor="u1", today=DAY, now=NOW
    )
    key = await find_key(world.database, made.key, today=DAY)
    assert key is not None
    return key


async def sent(world: World, key: InflowKey, *persons: Any) -> TakenIn | Any:
    return await send_in(world.database, world.settings, key, {"mensen": list(persons)}, today=DAY, now=world.clock())


async def test_people_of_a_later_list_come_in_and_are_drawn_by_their_own_numbers(
    database: Database, installation_settings: Settings
) -> None:
    world = await drawn_world(
        database, installation_settings, *people("Hulp", 1, 40), *people("Vervoer", 41, 60), invited=30
    )
    before = {one.person_hash: one.model_dump() for one in await world.clients()}
    state = await world.load([HEAD, *people("Hulp", 31, 40), *people("Hulp", 61, 100), line(101, "Vervoer")])
    assert state.job is not None
    assert state.job.kind == JobKind.LOAD_INFLOW
    new = await newcomers(world)
    sample = await sample_of(world)
    assert (len(new), state.job.result["known"]) == (41, 10)  # type: ignore[index]
    assert {one.person_hash: one.model_dump() for one in await world.clients() if one.person_hash in before} == before
    [_, drawn, _] = sample.design["strata"]["Hulp"]
    expected = {
        one.person_hash: is_included(one.person_hash, "Hulp", seed="2027", drawn=drawn, population=40)
        for one in new
        if one.stratum == "Hulp"
    }
    assert {one.person_hash: one.status == "drawn" for one in new if one.stratum == "Hulp"} == expected
    assert 0 < sum(expected.values()) < 40
    assert await verify_sample(database, UTRECHT, world.round_id)
    overview = await read_sample(database, UTRECHT, world.round_id)
    assert {one.name: one.population for one in overview.strata} == {"Hulp": 80, "Vervoer": 21}
    async with tenant_reading(database, UTRECHT) as session:
        strata = {row.name: row.population for row in await session.exec(select(Stratum))}
        frame = await session.get_one(SamplingFrame, world.round_id)
        assert not (await session.exec(select(KeptFile))).all()
    assert strata == {"Hulp": 80, "Vervoer": 21}
    assert (frame.clients, frame.summary["people"], dict(map(tuple, frame.summary["by"]["products"]))) == (
        101, 101, {"Hulp": 80, "Vervoer": 21},
    )  # fmt: skip
    assert not any(one.person_hash in str(sample.design) for one in new)


class _CrashError(Exception):
    pass


async def test_a_list_that_is_broken_off_goes_on_where_it_stopped(
    database: Database, installation_settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = await drawn_world(database, installation_settings, *people("Hulp", 1, 12))
    monkeypatch.setattr(inflow_loading, "BATCH", 5)
    effect, began = Working.effect, 0

    def crashing(self: Working, **how: int) -> Any:
        nonlocal began
        began += 1
        if began == 3:
            raise _CrashError
        return effect(self, **how)

    with monkeypatch.context() as broken:
        broken.setattr(Working, "effect", crashing)
        await world.load([HEAD, *people("Hulp", 11, 30)])
    state = await world.state()
    assert state.job is not None
    assert (state.job.state, state.job.tries, began) == (
        "done",
        2,
        6,
    )  # four batches and the end, and one that broke off
    assert state.job.result == {"added": 18, "drawn": 18, "excluded": 0, "known": 2, "waiting": 0}
    assert len(await newcomers(world)) == 18
    assert await verify_sample(database, UTRECHT, world.round_id)


async def test_a_newcomer_who_was_changed_by_hand_is_found(database: Database, installation_settings: Settings) -> None:
    world = await drawn_world(database, installation_settings, *people("Hulp", 1, 20))
    await world.load([HEAD, line(21, "Hulp")])
    assert await verify_sample(database, UTRECHT, world.round_id)
    [one] = await newcomers(world)
    async with tenant_transaction(database, UTRECHT) as session:
        (await session.get_one(Client, one.id)).status = "eligible"
    assert not await verify_sample(database, UTRECHT, world.round_id)


async def test_what_is_new_makes_no_group_of_a_few(database: Database, installation_settings: Settings) -> None:
    world = await drawn_world(database, installation_settings, *people("Hulp", 1, 20))
    await world.load([HEAD, *people("Dagbesteding", 21, 29)])
    assert {(one.stratum, one.status) for one in await newcomers(world)} == {("", "eligible")}
    state = await world.load([HEAD, line(30, "Dagbesteding"), line(31, "Logeren")])
    assert state.job is not None
    assert (state.job.result or {})["waiting"] == 1
    placed = [one for one in await newcomers(world) if one.stratum == "Dagbesteding"]
    assert (len(placed), {one.status for one in placed}) == (10, {"drawn"})
    await world.load([HEAD, line(32, "Dagbesteding")])
    assert len([one for one in await newcomers(world) if one.stratum == "Dagbesteding"]) == 11
    assert await verify_sample(database, UTRECHT, world.round_id)


async def test_a_sample_that_is_thrown_away_is_drawn_again_from_everybody(
    database: Database, installation_settings: Settings
) -> None:
    world = await drawn_world(database, installation_settings, *people("Hulp", 1, 20))
    await world.load([HEAD, line(21, "Hulp")])
    assert await undo_draw(database, UTRECHT, world.round_id, actor="u1", now=NOW) is None
    assert not await newcomers(world)
    async with tenant_reading(database, UTRECHT) as session:
        digest = (await session.get_one(SamplingFrame, world.round_id)).digest
    design, clock = SampleDesign(stratify_by=StratifyBy.PRODUCT), world.clock
    await ask_for_draw(
        database, UTRECHT, world.round_id, design, seed="1", frame_digest=digest, actor="u1", now=clock()
    )
    await work_off(database, world.settings, clock=clock)
    assert await verify_sample(database, UTRECHT, world.round_id)


async def test_in_other_rounds_a_list_does_not_add_people(database: Database, installation_settings: Settings) -> None:
    world = await drawn_world(database, installation_settings, *people("Hulp", 1, 20))
    async with tenant_transaction(database, UTRECHT) as session:
        (await session.get_one(RoundDesign, world.round_id)).document = Design().model_dump(mode="json")
    await world.upload("\n".join(";".join(map(str, row)) for row in [HEAD, line(21, "Hulp")]).encode())
    assert await world.order() == Refused("already-drawn")


async def test_a_message_brings_people_in_once_and_who_is_known_stays(
    database: Database, installation_settings: Settings
) -> None:
    world = await drawn_world(database, installation_settings, *people("Hulp", 1, 20))
    key = await key_of(world)
    anna = {"clientnummer": "A1", "wet": "wmo", "product": "Hulp", "naam": "Anna Vos", "email": "anna@voorbeeld.nl"}
    again = [anna, {"clientnummer": "P1", "wet": "wmo", "product": "Vervoer"}]
    first, second = await sent(world, key, anna), await sent(world, key, *again)
    assert (first.people, first.known, second.people, second.known) == (1, 0, 2, 2)
    [one] = await newcomers(world)
    assert (one.status, one.stratum, one.event_on, one.traits["came_in"]) == ("drawn", "Hulp", DAY, DAY.isoformat())
    [inflow] = (await sample_of(world)).design["inflows"]
    assert (inflow["added"], inflow["known"], inflow["way"]) == ({"Hulp": 1}, 2, "api")
    assert (await list_keys(database, UTRECHT, world.round_id))[0].used_on == DAY
    assert await verify_sample(database, UTRECHT, world.round_id)


async def test_the_same_people_sent_twice_at_once_come_in_once(
    database: Database, installation_settings: Settings
) -> None:
    world = await drawn_world(database, installation_settings, *people("Hulp", 1, 12))
    key = await key_of(world)
    persons = [{"clientnummer": f"A{number}", "wet": "wmo", "product": "Hulp"} for number in range(30)]
    taken = await asyncio.gather(*(sent(world, key, *order) for order in (persons, persons[::-1], persons[10:])))
    assert sum(one.people - one.known for one in taken) == len(await newcomers(world)) == 30
    assert (await read_sample(database, UTRECHT, world.round_id)).drawn == 42
    assert await verify_sample(database, UTRECHT, world.round_id)


async def test_with_a_fault_nobody_comes_in_and_all_are_told_by_person_and_field(
    database: Database, installation_settings: Settings
) -> None:
    world = await drawn_world(database, installation_settings, *people("Hulp", 1, 20))
    key = await key_of(world)
    faults = await sent(
        world,
        key,
        {"clientnummer": "A1", "wet": "wmo"},
        {"wet": "wmo", "begindatum": "31-2-2027", "email": "geen\ud800"},
        {"clientnummer": 12.5, "kleur": "rood"},
        "iemand",
    )
    assert faults == [
        InflowFault(1, "begindatum", "impossible-day"),
        InflowFault(1, "clientnummer", "required"),
        InflowFault(1, "email", "control-sign"),
        InflowFault(2, "", "unknown-field"),
        InflowFault(2, "clientnummer", "not-text"),
        InflowFault(3, "", "not-a-person"),
    ]
    numbers = ({"clientnummer": one, "wet": "wmo"} for one in ("111222333", "123456782", "999999990"))
    assert await sent(world, key, *numbers) == [InflowFault(-1, "clientnummer", "citizen-number")]
    assert [fault.code for fault in await sent(world, key)] == ["not-a-list"]
    assert [fault.code for fault in await sent(world, key, *[{}] * 1001)] == ["too-many"]
    assert not await newcomers(world)


async def test_a_key_is_found_until_it_expires_or_is_withdrawn_and_only_its_hash_is_kept(
    database: Database, installation_settings: Settings
) -> None:
    opened = await arrange_round(database, installation_settings)
    last = DAY + timedelta(days=3)
    made = await make_key(
        database, UTRECHT, opened.round_id, label="Proef", expires_on=last, actor="u1", today=DAY, now=NOW
    )
    assert made.key.startswith("ceo_instroom_")
    found = await find_key(database, made.key, today=last)
    assert found is not None
    assert (found.municipality, found.round_id) == (UTRECHT, opened.round_id)
    assert made.key not in str(found.model_dump())
    assert await find_key(database, made.key, today=last + timedelta(days=1)) is None
    assert await find_key(database, made.key[:-1], today=DAY) is None
    assert not await withdraw_key(database, UTRECHT, opened.round_id + 1, made.id, actor="u1", now=NOW)
    assert await withdraw_key(database, UTRECHT, opened.round_id, made.id, actor="u1", now=NOW)
    assert await find_key(database, made.key, today=DAY) is None


async def test_people_are_invited_after_the_delay_and_never_before_their_own_day(
    database: Database, installation_settings: Settings
) -> None:
    settings = replace(installation_settings, mail=MailServer("127.0.0.1", 1, Encryption.NONE, "ceo@voorbeeld.nl"))
    world = await drawn_world(
        database,
        settings,
        *people("Hulp", 1, 6, started="1-10-2026"),  # 19 days ago
        *people("Hulp", 7, 11, started="10-10-2026"),  # their turn comes on 24 October
        *people("Hulp", 12, 12, started="1-9-2026", not_before="21-10-2026"),
        *people("Hulp", 13, 13, started="1-1-2027"),
    )
    async with tenant_reading(database, UTRECHT) as session:
        everybody = Recipients(world.round_id, LetterKind.INVITATION, by_mail=True)
        numbers = [
            await count_recipients(session, replace(everybody, due_on=DAY + timedelta(days=days))) for days in (0, 1, 4)
        ]
        assert (numbers, await count_recipients(session, everybody)) == ([6, 7, 12], 13)
    due = await read_due(database, UTRECHT, world.round_id, today=DAY)
    assert (due.now, due.by_mail, due.by_post, due.later, due.delay) == (6, 6, 6, 1, 14)
    assert [number for _, number in due.weeks] == [6, 0, 0, 0, 0]
    desk = await look_at_letters(database, UTRECHT, world.round_id, Order(LetterKind.REMINDER), today=DAY)
    assert (desk.to_write, desk.later, desk.unreachable) == (6, 7, 0)


async def test_mails_go_out_by_themselves_once_a_day_after_people_sent_the_first(
    database: Database, installation_settings: Settings
) -> None:
    settings = replace(installation_settings, mail=MailServer("127.0.0.1", 1, Encryption.NONE, "ceo@voorbeeld.nl"))
    world = await drawn_world(
        database, settings, *people("Hulp", 1, 10, started="1-9-2026"), *people("Hulp", 11, 13, started="7-10-2026")
    )
    assert await queue_due_invitations(database, today=DAY, now=NOW) == 0
    await first_mail(world)
    assert await queue_due_invitations(database, today=DAY, now=NOW) == 1
    assert await queue_due_invitations(database, today=DAY, now=NOW) == 0
    await work_off(database, settings, clock=world.clock)
    assert await queue_due_invitations(database, today=DAY, now=NOW) == 0
    async with tenant_reading(database, UTRECHT) as session:
        jobs = {row.kind: row for row in await session.exec(select(Job).where(col(Job.round_id) == world.round_id))}
        assert len((await session.exec(select(Invitation))).all()) == 10
        assert len((await session.exec(select(OutgoingMail))).all()) == 10
    assert jobs[JobKind.INVITE_DUE].result == {"mailed": 9}
    assert JobKind.SEND_MAIL in jobs
    assert await queue_due_invitations(database, today=DAY + timedelta(days=1), now=NOW) == 1


async def first_mail(world: World) -> None:
    """Let a person have sent the first mail of a round."""
    from ceo.workflows.inviting.mails import queue_mails

    recipients = Recipients(world.round_id, LetterKind.INVITATION, by_mail=True, due_on=DAY)
    async with tenant_transaction(world.database, UTRECHT) as session:
        await queue_mails(session, world.settings, recipients, number=1, now=NOW, today=DAY)


async def answered(database: Database, opened: OpenedRound, *days: date) -> None:
    """Let answers have come in that count on these days."""
    async with tenant_transaction(database, UTRECHT) as session:
        its_round = await session.get_one(Round, opened.round_id)
        taken = len((await session.exec(select(Submission.id))).all())
        session.add_all(
            Submission(
                id=f"{taken + number:032x}",
                municipality=UTRECHT,
                round_id=opened.round_id,
                stratum="Begeleiding",
                questionnaire_hash=its_round.questionnaire_hash,
                answers=dict(answers_to_json(seal(wmo_core(), simulated(number)).answers)),
                language="nl",
                text_register="standard",
                mode="web",
                received_on=day,
            )
            for number, day in enumerate(days)
        )


async def test_each_month_is_sealed_once_and_a_month_with_few_answers_waits(
    database: Database, installation_settings: Settings
) -> None:
    opened = await arrange_round(
        database, installation_settings, opens_on=date(2027, 1, 4), closes_on=date(2027, 12, 1)
    )
    await goes_on(database, opened.round_id)
    await answered(database, opened, *[date(2027, 1, 11)] * 9)

    async def seal_on(day: date) -> list[tuple[str, int]]:
        moment = datetime(day.year, day.month, day.day, 3, tzinfo=UTC)
        await queue_months(database, today=day, now=moment)
        await work_off(database, installation_settings, clock=lambda: moment)
        return [(row.period, row.submissions) for row in await list_months(database, UTRECHT, opened.round_id)]

    assert await seal_on(date(2027, 2, 8)) == []  # nine are too few
    await answered(database, opened, *[date(2027, 2, 22)] * 3, *[date(2027, 3, 1)] * 10)
    assert await seal_on(date(2027, 3, 7)) == []  # the week of the last day may go on
    assert await seal_on(date(2027, 3, 8)) == [("2027-02", 12)]
    assert await seal_on(date(2027, 3, 20)) == [("2027-02", 12)]
    assert await seal_on(date(2027, 4, 8)) == [("2027-02", 12), ("2027-03", 10)]
    async with reading_across(database) as session:
        assert (await session.get_one(Round, opened.round_id)).stage == RoundStage.FIELD
        [first, second] = (await session.exec(select(Snapshot).order_by(Snapshot.period))).all()
        names = sorted(await session.exec(select(KeptFile.name)))
    assert first.digest != second.digest
    assert names == ["wmo-2026-2027-02.parquet", "wmo-2026-2027-03.parquet"]
