"""What the tables, the files and the log hold of a client: searched as somebody would who has the whole installation.

What is known to remain: until the daily upkeep the files of a database hold rows that were removed, and PostgreSQL the number of the
transaction that wrote an invitation and its submission together. Who sees the database before and after one sending sees what was added.
"""

import asyncio
import contextlib
import hashlib
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from arrangements import TODAY, OpenedRound, arrange_round, fill_in, open_at
from installation import as_owner
from sqlalchemy import DateTime, inspect
from sqlmodel import SQLModel, col, select
from web.reading import Resident
from web.running import Site, lent
from web.walking import NEXT, SKIP, come_in

from ceo.settings import Settings
from ceo.storage.callbacks import Callback
from ceo.storage.commit_group import CommitGroup
from ceo.storage.contacts import Invitation
from ceo.storage.database import Database
from ceo.storage.forgetting import write_anew
from ceo.storage.rounds import Promise
from ceo.storage.submissions import Draft, Submission, assign_edition
from ceo.storage.tenancy import reading_across, tenant_transaction
from ceo.workflows.answering.access_codes import read_code
from ceo.workflows.answering.answer import save_page
from ceo.workflows.answering.arriving import start
from ceo.workflows.answering.callbacks import CallbackRequest, seal_request, traceable_id
from ceo.workflows.answering.consent import decide
from ceo.workflows.answering.forgetting import forget_moments
from ceo.workflows.answering.sending import send
from ceo.workflows.publish import PublishedVersions
from questionnaires.answers import Answer
from questionnaires.consents import StoryConsent

pytestmark = pytest.mark.anyio


@pytest.fixture
async def sent(database: Database, installation_settings: Settings) -> OpenedRound:
    """Three clients, of whom the first has sent the answers and the second is half-way."""
    opened = await arrange_round(database, installation_settings)
    await fill_in(database, opened, 0, send=True)
    await fill_in(database, opened, 1, send=False)
    return opened


async def test_a_submission_and_its_invitation_share_only_the_round_and_the_stratum(
    database: Database, sent: OpenedRound
) -> None:
    async with reading_across(database) as session:
        invitation = await session.get_one(Invitation, sent.key(0).access_hash)
        submission = (await session.exec(select(Submission))).one()
    allowed = {"municipality", "round_id", "stratum"}
    answered = str(submission.model_dump(exclude=allowed))
    told = {name: str(value) for name, value in invitation.model_dump(exclude=allowed, exclude_defaults=True).items()}
    assert told == {"access_hash": sent.key(0).access_hash, "state": "complete"}
    assert [name for name, value in told.items() if value in answered] == []
    assert not invitation.__class__.model_fields.keys() & {"draft_id", "submission_id", "pseudonym"}


async def test_a_submission_holds_neither_name_of_the_access_key(database: Database, sent: OpenedRound) -> None:
    async with reading_across(database) as session:
        submission = (await session.exec(select(Submission))).one()
    key = sent.key(0)
    for name in (key.secret, key.access_hash, key.draft_id):
        assert submission.id not in name
        assert name not in str(submission.model_dump())


async def test_a_draft_and_its_invitation_share_only_the_round_and_the_stratum(
    database: Database, sent: OpenedRound
) -> None:
    async with reading_across(database) as session:
        invitation = await session.get_one(Invitation, sent.key(1).access_hash)
        draft = (await session.exec(select(Draft))).one()
    shared = {str(value) for value in invitation.model_dump().values()} & {
        str(value) for value in draft.model_dump().values()
    }
    assert shared == {sent.municipality, str(sent.round_id), "Begeleiding"}


def test_no_table_holds_a_time_of_answering() -> None:
    moments = {
        f"{table.name}.{column.name}"
        for table in SQLModel.metadata.tables.values()
        for column in table.columns
        if isinstance(getattr(column.type, "impl", column.type), DateTime)
    }
    # Wrong codes lead to nobody: no invitation has them. What staff do has moments, and no answers.
    of_staff = {
        "api_allowance.counted_at",
        "api_key.made_at",
        "audit_record.at",
        "microdata_agreement.fetched_at",
        "microdata_agreement.made_at",
        "release.asked_at",
        "release.made_at",
        "release.proposed_at",
        "release_round.decided_at",
        "inflow_key.made_at",
        "job.finished_at",
        "job.leased_until",
        "job.made_at",
        "job.run_after",
        "kept_file.fetched_at",
        "kept_file.made_at",
        "outgoing_mail.leased_until",
        "outgoing_mail.send_after",
        "sample.drawn_at",
        "sampling_frame.loaded_at",
        "configuration_revision.made_at",
        "erasure.finished_at",
        "library_draft_revision.made_at",
        "library_release.released_at",
        "mail_link.expires_at",
        "maintenance.since",
        "maintenance.until",
        "action.made_at",
        "annotation.made_at",
        "ballot.cast_at",
        "described_case.made_at",
        "dialogue.made_at",
        "goal.made_at",
        "notice.made_at",
        "story_note.made_at",
        "sign_in.began_at",
        "snapshot.sealed_at",
        "sign_in.seen_at",
    }
    assert moments - of_staff == {"published_questionnaire.published_at", "wrong_codes.counted_at"}


@pytest.mark.parametrize("table", ["submission", "callback"])
async def test_the_order_of_arrival_is_not_kept(database: Database, sent: OpenedRound, table: str) -> None:
    async with database.reader.connect() as connection:
        columns = await connection.run_sync(lambda sync: inspect(sync).get_columns(table))
        assert not [column for column in columns if column.get("autoincrement") is True]
        if connection.dialect.name == "sqlite":
            with pytest.raises(Exception, match="no such column: rowid"):
                await connection.exec_driver_sql(f"SELECT rowid FROM {table}")


async def test_neither_the_code_nor_the_access_key_is_anywhere_in_the_database(
    database: Database, sent: OpenedRound
) -> None:
    content = await everything(database)
    assert sent.key(1).draft_id.encode() in content  # the search finds what is there
    for number, code in enumerate(sent.codes):
        for secret in (code, read_code(code) or "", sent.key(number).secret):
            assert secret.encode() not in content
    assert sent.settings.secret_key.hex().encode() not in content


async def test_a_draft_that_was_sent_leaves_nothing_behind(database: Database, sent: OpenedRound) -> None:
    await forget_moments(database)
    assert sent.key(0).draft_id.encode() not in await everything(database)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_the_daily_upkeep_empties_the_journal_of_sqlite(database: Database, sent: OpenedRound) -> None:
    assert sent.key(0).draft_id.encode() in journal_of(database)
    await forget_moments(database)
    assert journal_of(database) == b""


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
async def test_the_daily_upkeep_takes_removed_drafts_out_of_the_files_of_postgresql(
    database: Database, installation_settings: Settings
) -> None:
    opened = await arrange_round(database, installation_settings)
    await fill_in(database, opened, 0, send=True)
    size = "SELECT pg_relation_size('draft')"
    async with database.reader.connect() as connection:
        assert (await connection.exec_driver_sql(size)).scalar_one() > 0, "the removed draft is still in the file"
    await forget_moments(database)
    async with database.reader.connect() as connection:
        assert (await connection.exec_driver_sql(size)).scalar_one() == 0


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
async def test_counted_submissions_no_longer_show_when_each_was_sent(
    database: Database, installation_settings: Settings
) -> None:
    opened = await arrange_round(database, installation_settings, invited={"Begeleiding": 12})
    for number in range(12):
        await fill_in(database, opened, number, send=True)
    query = "SELECT id, xmin::text FROM submission ORDER BY ctid"
    async with as_owner(database) as connection:
        waiting = (await connection.exec_driver_sql(query)).all()
    assert len({row.xmin for row in waiting}) == 12, "each was sent in a transaction of its own"
    async with tenant_transaction(database, opened.municipality) as session:
        await assign_edition(session, opened.round_id, 1)
    async with as_owner(database) as connection:
        counted = (await connection.exec_driver_sql(query)).all()
    assert len({row.xmin for row in counted}) == 1
    assert [row.id for row in counted] == sorted(row.id for row in waiting)


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
async def test_after_the_daily_upkeep_no_number_of_a_transaction_leads_from_an_invitation_to_what_was_sent(
    database: Database, told: OpenedRound
) -> None:
    assert await joined_by_transaction(database, "submission") == await joined_by_transaction(database, "callback") == 1
    for number in range(1, 4):
        await fill_in(database, told, number, send=True)
    assert await joined_by_transaction(database, "submission") == 4
    await forget_moments(database)
    assert await joined_by_transaction(database, "submission") == await joined_by_transaction(database, "callback") == 0
    query = "SELECT id, xmin::text FROM submission ORDER BY ctid"
    async with as_owner(database) as connection:
        waiting = (await connection.exec_driver_sql(query)).all()
    assert len({row.xmin for row in waiting}) == 1
    assert [row.id for row in waiting] == sorted(row.id for row in waiting)


async def test_forgetting_moments_changes_no_answer_and_can_be_done_again(
    database: Database, told: OpenedRound
) -> None:
    before = await rows(database, Submission), await rows(database, Callback)
    for _ in range(2):
        await forget_moments(database)
    assert (await rows(database, Submission), await rows(database, Callback)) == before


async def test_submissions_that_upkeep_writes_anew_are_still_counted_by_an_edition_that_came_just_after(
    database: Database, told: OpenedRound
) -> None:
    async with tenant_transaction(database, told.municipality) as upkeep:
        await write_anew(upkeep, Submission, col(Submission.edition).is_(None))
        counting = asyncio.create_task(count_in_edition(database, told))
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(asyncio.shield(counting), 0.3)
        assert not counting.done(), "the edition waits"
    await counting
    assert [row["edition"] for row in await rows(database, Submission)] == [1]


async def count_in_edition(database: Database, opened: OpenedRound) -> None:
    async with tenant_transaction(database, opened.municipality) as session:
        await assign_edition(session, opened.round_id, 1)


async def test_no_name_that_follows_from_a_code_stands_with_what_was_sent_in_an_anonymous_round(
    database: Database, told: OpenedRound
) -> None:
    kept = str([*await rows(database, Submission), *await rows(database, Callback)])
    assert [name for name in names_of(told) if name in kept] == []


@pytest.mark.parametrize("editions", [0, 1])
async def test_what_was_sent_and_its_invitation_share_nothing_but_their_round(
    database: Database, told: OpenedRound, editions: int
) -> None:
    for number in range(editions):
        async with tenant_transaction(database, told.municipality) as session:
            await assign_edition(session, told.round_id, number + 1)
    async with reading_across(database) as session:
        invitation = await session.get_one(Invitation, told.key().access_hash)
    sent_rows = [*await rows(database, Submission), *await rows(database, Callback)]
    values = [set(map(str, row.values())) for row in sent_rows]
    own = set(map(str, invitation.model_dump(exclude_defaults=True).values()))
    round_only = {told.municipality, str(told.round_id), "Begeleiding"}
    assert [own & other for other in values] == [round_only, round_only - {"Begeleiding"}]
    assert values[0] & values[1] <= {told.municipality, str(told.round_id)}


async def test_a_pseudonym_stands_in_one_place_and_leads_nowhere_without_the_code(
    database: Database, installation_settings: Settings
) -> None:
    opened = await arrange_round(database, installation_settings, promise=Promise.PSEUDONYMOUS)
    await fill_in(database, opened, 0, send=True)
    [submission] = await rows(database, Submission)
    assert submission["pseudonym"] == opened.key().pseudonym
    [_, *others] = await rows(database, Invitation)
    assert others, "the invitations are there"
    for table in SQLModel.metadata.tables.values():
        if table.name != "submission":
            async with as_owner(database) as connection:
                content = str((await connection.execute(table.select())).all())
            assert opened.key().pseudonym not in content, table.name
    others_of_key = set(names_of(opened)) - {opened.key().pseudonym}
    assert [name for name in others_of_key if name in str(submission)] == []


async def test_no_file_of_the_installation_holds_a_code_a_key_or_a_number(told: OpenedRound) -> None:
    searched = {path: path.read_bytes() for path in told.settings.data_folder.rglob("*") if path.is_file()}
    hidden = [told.codes[0], read_code(told.codes[0]) or "", told.key().secret, PHONE, told.key().pseudonym]
    found = [(path.name, words) for path, content in searched.items() for words in hidden if words.encode() in content]
    assert found == []


async def test_the_log_holds_nothing_of_what_a_client_brings_and_answers(
    caplog: pytest.LogCaptureFixture, installation_settings: Settings
) -> None:
    caplog.set_level(logging.DEBUG)
    caplog.set_level(logging.WARNING, "httpx")  # the browser of this test writes what it asks for
    async with running(installation_settings) as site:
        opened = await site.round()
        await tell_and_send(site.browser(), site, opened)
        async with tenant_transaction(site.database, opened.municipality) as session:
            await assign_edition(session, opened.round_id, 1)
        await forget_moments(site.database)
    assert "fault at POST" in caplog.text
    hidden = [*names_of(opened), PHONE, "Fatma", "tuinhek"]
    assert [words for words in hidden if words in caplog.text] == []


PHONE = "0698765432"


@asynccontextmanager
async def running(settings: Settings) -> AsyncIterator[Site]:
    """A site on this test's own database."""
    with lent(settings) as app:
        async with app.lifespan():
            yield Site(app, settings, iter(["GM0193"]))


async def tell_and_send(browser: Resident, site: Site, opened: OpenedRound) -> None:
    """Walk through the pages as a client does who tells a story and wants to be called."""
    await come_in(site, browser, opened)
    while "/vraag/" in browser.place:
        if browser.page.form.asked == {"VER01"}:
            await browser.press(NEXT, {"VER01": ["Het tuinhek is nog stuk."]})
        else:
            await browser.press(SKIP)
    uses = {"mag": ["leren_intern", "terugbellen"], "nummer": [PHONE], "naam": ["Fatma"]}
    await browser.press("Bewaar en ga verder", uses)
    await break_off(site.database, "callback")  # a fault with answers in hand is what could be written down
    await browser.press("Verstuur mijn antwoorden")
    assert browser.answer.status_code == 500
    await break_off(site.database, "callback", mended=True)
    await browser.open(f"/{opened.municipality}/controle")
    await browser.press("Verstuur mijn antwoorden")
    assert browser.place.endswith("/klaar")
    await browser.client.aclose()


async def break_off(database: Database, table: str, *, mended: bool = False) -> None:
    """Let a table be away, or come back."""
    names = (f"{table}_away", table) if mended else (table, f"{table}_away")
    async with as_owner(database) as connection:
        await connection.exec_driver_sql("ALTER TABLE {} RENAME TO {}".format(*names))


@pytest.fixture
async def told(database: Database, installation_settings: Settings) -> OpenedRound:
    """Four clients of an anonymous round, of whom the first told a story, asked to be called, and has sent."""
    opened = await arrange_round(database, installation_settings, invited={"Begeleiding": 4})
    await start(database, opened.key(), today=TODAY)
    group, versions = CommitGroup(database), PublishedVersions(database)
    draft = await open_at(database, versions, opened)
    story = {"VER01": Answer("VER01", 1, value="Het tuinhek is nog stuk.")}
    page = next(page for page in draft.questionnaire.pages if "VER01" in page.items)
    await save_page(group, draft, page, story, row_version=draft.row_version)
    await group.close()
    request = seal_request(opened.settings.encryption_keys, opened.key(), "VER01", CallbackRequest(PHONE, "Fatma"))
    await decide(database, draft, "VER01", StoryConsent(("leren_intern", "terugbellen"), sealed_request=request))
    await send(database, await open_at(database, versions, opened), today=TODAY)
    return opened


async def rows(database: Database, table: type[SQLModel]) -> list[dict[str, Any]]:
    async with reading_across(database) as session:
        return [row.model_dump() for row in await session.exec(select(table))]


def names_of(opened: OpenedRound) -> list[str]:
    """Everything that follows from the code of the first client: what it leads to, and hashes that anybody could try."""
    key, code = opened.key(), read_code(opened.codes[0]) or ""
    known = [opened.codes[0], code, key.secret, key.access_hash, key.draft_id, key.pseudonym, key.keyed_form]
    hashed = [hashlib.sha256(name.encode()).hexdigest() for name in known]
    return [*known, *hashed, traceable_id(key, "VER01"), traceable_id(key, "")]


def journal_of(database: Database) -> bytes:
    """Return what the journal of SQLite holds."""
    return Path(f"{database.writer.url.database}-wal").read_bytes()


async def joined_by_transaction(database: Database, table: str) -> int:
    """Return how many rows of a table were written by a transaction that wrote an invitation too."""
    query = f"SELECT count(*) FROM {table} AS sent JOIN invitation AS one ON sent.xmin::text = one.xmin::text"
    async with as_owner(database) as connection:
        return int((await connection.exec_driver_sql(query)).scalar_one())


async def everything(database: Database) -> bytes:
    """Return all that is kept: the bytes of the files of SQLite, or every row of every table of PostgreSQL as text."""
    if database.writer.dialect.name == "sqlite":
        file = Path(str(database.writer.url.database))
        return b"".join(path.read_bytes() for path in sorted(file.parent.glob(f"{file.name}*")))
    rows: list[Any] = []
    async with as_owner(database) as connection:
        for table in await connection.run_sync(lambda sync: inspect(sync).get_table_names()):
            rows += (await connection.exec_driver_sql(f'SELECT x::text FROM "{table}" AS x')).all()
    return str(rows).encode()
