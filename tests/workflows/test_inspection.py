"""What clients can ask for: to see what is held about them, and to be taken out."""

from __future__ import annotations

from datetime import date

import pytest
from arrangements import TODAY, UTRECHT, OpenedRound, arrange_round, fill_in
from sqlmodel import col, select
from workflows.test_ending import FATMA, NOON, NUMBER, count, know_people

from ceo.settings import Settings
from ceo.storage.audit import AuditRecord
from ceo.storage.callbacks import Callback
from ceo.storage.clients import Client, Contact, OptOut
from ceo.storage.contacts import Invitation, SecondCode
from ceo.storage.database import Database
from ceo.storage.letters import MailState, OutgoingMail
from ceo.storage.rounds import Promise, Round, RoundStage
from ceo.storage.story_reading import StoryReading
from ceo.storage.submissions import Draft, Submission
from ceo.storage.tenancy import reading_across, tenant_transaction
from ceo.workflows.answering.callbacks import traceable_id
from ceo.workflows.ending.inspection import Held, WithdrawalAsked, find_held, withdraw

pytestmark = pytest.mark.anyio


@pytest.fixture
async def known(database: Database, installation_settings: Settings) -> OpenedRound:
    """A pseudonymous round: the first client sent, the second is half-way, and of the third everything is known."""
    opened = await arrange_round(database, installation_settings, promise=Promise.PSEUDONYMOUS)
    await fill_in(database, opened, 0, send=True)
    await fill_in(database, opened, 1, send=False)
    await know_people(database, opened)
    return opened


async def held_of(database: Database, opened: OpenedRound, typed: str) -> Held | None:
    return await find_held(database, opened.settings, UTRECHT, opened.round_id, typed)


async def take_out(database: Database, opened: OpenedRound, typed: str, *, never: bool = False) -> bool:
    asked = WithdrawalAsked(UTRECHT, opened.round_id, typed, ask_no_more=never)
    return await withdraw(database, opened.settings, asked, actor="7f", today=TODAY, now=NOON)


async def test_a_code_and_a_client_number_lead_to_the_same_person(database: Database, known: OpenedRound) -> None:
    by_code, by_number = await held_of(database, known, known.codes[2]), await held_of(database, known, NUMBER)
    assert by_code is not None
    assert by_number is not None
    for held in (by_code, by_number):
        assert held.contact["name"] == FATMA.name
        assert (held.state, held.status, held.mails) == ("open", "drawn", ("invitation",))
        assert (held.listed, held.drawn_before) == ({"sex": "woman"}, date(2026, 11, 1))
    assert (by_code.by_code, by_number.by_code) == (True, False)


async def test_what_somebody_answered_is_not_in_what_staff_see(database: Database, known: OpenedRound) -> None:
    sent, half_way = await held_of(database, known, known.codes[0]), await held_of(database, known, known.codes[1])
    assert sent is not None
    assert half_way is not None
    assert (sent.sent, half_way.half_way) == (True, True)
    async with reading_across(database) as session:
        answers = {item for row in await session.exec(select(Submission)) for item in row.answers}
    assert not [item for item in answers if item in str(sent.document())]


async def test_a_pseudonym_for_repeated_measurement_is_told_and_not_shown(
    database: Database, known: OpenedRound
) -> None:
    secret = "5e" * 32
    async with tenant_transaction(database, UTRECHT) as session:
        its_round = await session.get_one(Round, known.round_id)
        its_round.series, its_round.wave = "hulp-thuis", 0
    before = await held_of(database, known, NUMBER)
    async with tenant_transaction(database, UTRECHT) as session:
        (await session.get_one(Client, "c1")).sealed_person_key = secret
        (await session.get_one(Invitation, known.key(0).access_hash)).masked_person_key = secret
    listed, invited = await held_of(database, known, NUMBER), await held_of(database, known, known.codes[0])
    other = await held_of(database, known, known.codes[1])
    told = [held.linked_in_series for held in (before, listed, invited, other) if held is not None]
    assert told == ["", "hulp-thuis", "hulp-thuis", ""]
    assert listed is not None
    assert listed.document()["linked_in_series"] == "hulp-thuis"
    assert secret not in str(listed.document())


async def test_about_others_nothing_is_held(database: Database, known: OpenedRound) -> None:
    for typed in ("BCDF-GHJK-3467", "onbekend", "CLNT-1"):
        assert await held_of(database, known, typed) is None, typed
        assert not await take_out(database, known, typed), typed


async def test_who_is_taken_out_is_written_to_no_more(database: Database, known: OpenedRound) -> None:
    assert await take_out(database, known, NUMBER, never=True)
    assert [await count(database, table) for table in (Contact, SecondCode, OptOut)] == [0, 0, 1]
    async with reading_across(database) as session:
        mail = (await session.exec(select(OutgoingMail))).one()
        invitation = await session.get_one(Invitation, known.key(2).access_hash)
        client = (await session.exec(select(Client))).one()
        told = (await session.exec(select(AuditRecord).where(col(AuditRecord.action) == "client.withdrawn"))).one()
    assert (mail.state, mail.sealed) == (MailState.WITHDRAWN, None)
    assert (invitation.state, client.status, client.excluded_because) == ("refused", "excluded", "withdrawn")
    assert told.after == {"removed": ["contact", "invitation"], "asked_no_more": True}


async def test_answers_go_with_the_code_as_long_as_the_round_is_not_sealed(
    database: Database, known: OpenedRound
) -> None:
    assert await take_out(database, known, known.codes[0])
    assert await take_out(database, known, known.codes[1])
    assert await count(database, Submission) == await count(database, Draft) == 0


async def test_of_what_was_sealed_the_words_go_and_what_was_chosen_stays(
    database: Database, known: OpenedRound
) -> None:
    told = {"VER01": {"version": 1, "value": "Mijn hond heet Bello."}}
    async with tenant_transaction(database, UTRECHT) as session:
        (await session.get_one(Round, known.round_id)).stage = RoundStage.SEALED.value
        row = (await session.exec(select(Submission))).one()
        row.answers, row.consents = {**row.answers, **told}, {"VER01": {"given": ["leren_intern"], "withdrawn": []}}
        before = row.model_dump()
        read = {"round_id": known.round_id, "submission_id": row.id, "item": "VER01", "text": "Mijn hond heet [naam]."}
        session.add(StoryReading(id="5" * 32, municipality=UTRECHT, state="decided", **read))
        request = {"id": traceable_id(known.key(0), "VER01"), "round_id": known.round_id}
        session.add(Callback(municipality=UTRECHT, sealed="x", **request))
    assert await take_out(database, known, known.codes[0])
    assert [await count(database, table) for table in (Submission, StoryReading, Callback)] == [1, 0, 0]
    async with reading_across(database) as session:
        left = (await session.exec(select(Submission))).one().model_dump()
        client_of = col(AuditRecord.action) == "client.withdrawn"
        recorded = (await session.exec(select(AuditRecord).where(client_of))).one()
    assert recorded.after is not None
    assert "own-words" in recorded.after["removed"]
    chosen = {item: entry for item, entry in before["answers"].items() if item != "VER01"}
    assert chosen.items() >= left["answers"].items()
    assert len(left["answers"]) > 5
    assert {**left, "answers": {}, "consents": {}} == {**before, "answers": {}, "consents": {}}
    assert left["consents"] == {}


async def test_in_an_anonymous_round_what_was_sent_stays_and_nobody_can_tell_whose_it_is(
    database: Database, installation_settings: Settings
) -> None:
    opened = await arrange_round(database, installation_settings)
    await fill_in(database, opened, 0, send=True)
    held = await held_of(database, opened, opened.codes[0])
    assert held is not None
    assert (held.state, held.sent) == ("complete", None)
    assert await take_out(database, opened, opened.codes[0])
    assert await count(database, Submission) == 1
