"""What the database holds of a round in a series: the name of a person stands with the answers, and nothing leads there from the list."""

from __future__ import annotations

import base64
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import pytest
from arrangements import TODAY, UTRECHT, OpenedRound, arrange_round, simulated
from drawn_people import NOW, draw_people, somebody
from installation import as_owner
from sqlmodel import SQLModel, col, select

from ceo.settings import Settings
from ceo.storage.clients import Client
from ceo.storage.contacts import Invitation, SecondCode
from ceo.storage.database import Database
from ceo.storage.letters import LetterKind
from ceo.storage.rounds import Promise, Round
from ceo.storage.submissions import Submission
from ceo.storage.tenancy import reading_across, tenant_reading, tenant_transaction
from ceo.workflows.answering.access_codes import AccessKey, access_key, read_code
from ceo.workflows.answering.answer import OpenDraft, SaveOutcome, open_draft
from ceo.workflows.answering.arriving import start
from ceo.workflows.answering.reader import USUAL_READER
from ceo.workflows.answering.sending import send
from ceo.workflows.frames.person_keys import open_person_key, person_key, seal_person_key
from ceo.workflows.installation.rotating import seal_anew
from ceo.workflows.inviting.chosen import Chosen, choose, keep_chosen
from ceo.workflows.inviting.client_codes import Recipients, next_recipients
from ceo.workflows.inviting.interviewing import begin_for
from ceo.workflows.paper.forms import PaperForm, find_form
from ceo.workflows.paper.keyed import Keyed
from ceo.workflows.paper.keying import Keying, key_form, send_form
from ceo.workflows.publish import PublishedVersions
from ceo.workflows.rounds.waves import asked_again, keep_asked_again

pytestmark = pytest.mark.anyio

NAMES = tuple(person_key(bytes(32), str(number)) for number in range(4))


@dataclass(frozen=True)
class Listed:
    """A round of a series with four people who were drawn."""

    database: Database
    opened: OpenedRound
    clients: Sequence[str]

    async def invite(self) -> dict[str, AccessKey]:
        """Write letters, of which the codes are chosen before they are kept; return the key of each client."""
        recipients, settings = self.recipients(LetterKind.INVITATION), self.opened.settings
        async with tenant_reading(self.database, UTRECHT) as session:
            chosen = await choose(session, settings, recipients, number=9, today=TODAY)
        async with tenant_transaction(self.database, UTRECHT) as session:
            await keep_chosen(session, settings, recipients, Chosen(chosen), today=TODAY)
        return {one.client_id: self.key(one.code) for one in chosen}

    async def remind(self) -> dict[str, AccessKey]:
        """Put reminders into the queue of mail; return the key of each client."""
        async with tenant_transaction(self.database, UTRECHT) as session:
            to = self.recipients(LetterKind.REMINDER)
            found = await next_recipients(session, self.opened.settings, to, number=9, today=TODAY)
        return {one.client_id: self.key(one.code) for one in found}

    def recipients(self, kind: LetterKind) -> Recipients:
        return Recipients(self.opened.round_id, kind, by_mail=kind is LetterKind.REMINDER)

    def key(self, code: str) -> AccessKey:
        return access_key(self.opened.settings.secret_key, UTRECHT, read_code(code) or "")

    async def sent(self) -> list[str | None]:
        async with reading_across(self.database) as session:
            return sorted((await session.exec(select(Submission.person_key))).all(), key=str)


@pytest.fixture
async def listed(database: Database, installation_settings: Settings) -> Listed:
    opened = await arrange_round(database, installation_settings, promise=Promise.PSEUDONYMOUS)
    clients = await draw_people(database, opened, [somebody(number) for number in range(4)])
    async with tenant_transaction(database, UTRECHT) as session:
        its_round = await session.get_one(Round, opened.round_id)
        its_round.series, its_round.wave = "reeks", 1
        for client_id, name in zip(clients, NAMES, strict=True):
            row = await session.get_one(Client, client_id)
            row.sealed_person_key = seal_person_key(installation_settings.encryption_keys, client_id, name)
    return Listed(database, opened, clients)


async def answer(listed: Listed, key: AccessKey, number: int) -> None:
    """Fill in with a code in the way that is usual for a person: on the web, by phone, on paper, with the code of a reminder."""
    database, versions = listed.database, PublishedVersions(listed.database)
    if number == 1:
        assert await begin_for(database, key, today=TODAY, reader=USUAL_READER)
    if number == 2:
        by = Keying("anna", NOW, TODAY, listed.opened.settings.secret_key, 0.0)
        for _ in range(2):
            form = await find_form(database, versions, key, listed.opened.round_id, by="anna")
            assert isinstance(form, PaperForm)
            if form.stored is None:
                await key_form(database, form, Keyed(simulated(2), TODAY), by)
        await send_form(database, form, today=TODAY)
        return
    await start(database, key, today=TODAY)
    draft = await open_draft(database, versions, key, today=TODAY)
    assert isinstance(draft, OpenDraft)
    assert await send(database, draft, today=TODAY) is SaveOutcome.SAVED


async def test_a_name_goes_along_with_answers_from_the_web_by_phone_on_paper_and_with_the_code_of_a_reminder(
    listed: Listed,
) -> None:
    first = await listed.invite()
    again = await listed.remind()
    for number, client_id in enumerate(listed.clients):
        await answer(listed, (again if number == 3 else first)[client_id], number)
    assert await listed.sent() == sorted(NAMES)


async def test_with_the_database_alone_nothing_leads_from_the_list_or_an_invitation_to_answers(listed: Listed) -> None:
    """Every column of every table, as text and as bytes: the name of a person stands with the answers only."""
    first = await listed.invite()
    await listed.remind()
    await answer(listed, first[listed.clients[0]], 0)
    [name] = await listed.sent()
    assert name == NAMES[0]
    # Half-way: a draft, and a form on paper that was keyed and not sent.
    await start(listed.database, first[listed.clients[1]], today=TODAY)
    columns = {column: values async for column, values in every_column(listed.database)}
    holding = {column for column, values in columns.items() for text in values if any(sign in text for sign in looks())}
    assert holding == {"submission.person_key"}
    # Nor does any other value of the answers stand with people.
    own = {"id", "pseudonym", "person_key"}
    sent = {text for column in own for text in columns[f"submission.{column}"] if text != b"None"}
    shared = {column for column, values in columns.items() if sent & set(values)}
    assert shared == {f"submission.{column}" for column in own}
    # And what stands masked or sealed is never twice the same.
    hidden = [columns[one] for one in ("client.sealed_person_key", "invitation.masked_person_key")]
    texts = [
        text for values in (*hidden, columns["second_code.masked_person_key"]) for text in values if text != b"None"
    ]
    assert len(texts) == len(set(texts)) == 12


def looks() -> Iterator[bytes]:
    """A name in every way in which it could be written down."""
    for name in NAMES:
        plain = bytes.fromhex(name)
        yield from (plain, name.encode(), name.upper().encode(), repr(plain).encode())
        yield from (base64.b64encode(plain).rstrip(b"="), base64.urlsafe_b64encode(plain).rstrip(b"="))


async def every_column(database: Database) -> Iterator[tuple[str, list[bytes]]]:
    """Yield each column of each table with its values as bytes."""
    async with as_owner(database) as connection:
        for table in SQLModel.metadata.tables.values():
            rows = (await connection.execute(table.select())).all()
            for place, column in enumerate(table.c.keys()):
                values = (row[place] for row in rows)
                yield f"{table.name}.{column}", [one if isinstance(one, bytes) else str(one).encode() for one in values]


async def test_the_codes_open_no_name_of_somebody_else(listed: Listed) -> None:
    first = await listed.invite()
    one, other = (first[client_id] for client_id in listed.clients[:2])
    async with tenant_reading(listed.database, UTRECHT) as session:
        masked = (await session.get_one(Invitation, one.access_hash)).masked_person_key or ""
    assert (one.masked(masked), other.masked(masked) in NAMES) == (NAMES[0], False)


async def test_names_stay_readable_when_the_keys_of_the_installation_change(listed: Listed) -> None:
    old, new = listed.opened.settings.encryption_keys, (b"n" * 32, *listed.opened.settings.encryption_keys)
    await seal_anew(listed.database, new)
    async with reading_across(listed.database) as session:
        rows = (await session.exec(select(Client))).all()
    found = [(row.id, row.sealed_person_key or "") for row in rows]
    assert {open_person_key(new[:1], *one) for one in found} == set(NAMES)
    assert {open_person_key(old, *one) for one in found} == {None}
    # A name that was sealed for one client opens for no other.
    assert open_person_key(new, found[0][0], found[1][1]) is None


async def test_without_the_key_that_sealed_a_name_people_can_answer_and_the_round_can_end(listed: Listed) -> None:
    database, keys, its_round = listed.database, listed.opened.settings.encryption_keys, listed.opened.round_id
    async with tenant_transaction(database, UTRECHT) as session:
        for client_id, name in zip(listed.clients, NAMES, strict=True):
            row = await session.get_one(Client, client_id)
            row.sealed_person_key = seal_person_key((b"lost" * 8,), client_id, name)
    first = await listed.invite()
    await listed.remind()
    await answer(listed, first[listed.clients[0]], 0)
    assert await listed.sent() == [None]
    async with tenant_transaction(database, UTRECHT) as session:
        await keep_asked_again(session, keys, await session.get_one(Round, its_round))
        assert await asked_again(session, keys, [its_round], invited_in=[its_round]) == {}
        codes = await session.exec(select(SecondCode).where(col(SecondCode.masked_person_key).is_not(None)))
        assert codes.all() == []
