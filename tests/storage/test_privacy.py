"""What the tables and the files hold of a client: searched as somebody would who has the whole database."""

from pathlib import Path
from typing import Any

import pytest
from arrangements import OpenedRound, arrange_round, fill_in
from sqlalchemy import DateTime, inspect
from sqlmodel import SQLModel, select

from ceo.settings import Settings
from ceo.storage.contacts import Invitation
from ceo.storage.database import Database
from ceo.storage.submissions import Draft, Submission, assign_edition
from ceo.storage.tenancy import reading_across, tenant_transaction
from ceo.workflows.access_codes import read_code

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
    told = {name: str(value) for name, value in invitation.model_dump(exclude=allowed).items()}
    assert told == {"access_hash": sent.key(0).access_hash, "state": "complete"}
    assert [name for name, value in told.items() if value in answered] == []


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
    # Wrong codes lead to nobody: no invitation has them.
    assert moments == {"published_questionnaire.published_at", "wrong_codes.counted_at"}


async def test_the_order_of_arrival_is_not_kept(database: Database, sent: OpenedRound) -> None:
    async with database.reader.connect() as connection:
        columns = await connection.run_sync(lambda sync: inspect(sync).get_columns("submission"))
        assert not [column for column in columns if column.get("autoincrement") is True]
        if connection.dialect.name == "sqlite":
            with pytest.raises(Exception, match="no such column: rowid"):
                await connection.exec_driver_sql("SELECT rowid FROM submission")


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
    async with database.writer.connect() as connection:
        if connection.dialect.name == "sqlite":
            await connection.exec_driver_sql("COMMIT")
            await connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
            await connection.exec_driver_sql("BEGIN")
    assert sent.key(0).draft_id.encode() not in await everything(database)


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
async def test_counted_submissions_no_longer_show_when_each_was_sent(
    database: Database, installation_settings: Settings
) -> None:
    opened = await arrange_round(database, installation_settings, invited={"Begeleiding": 12})
    for number in range(12):
        await fill_in(database, opened, number, send=True)
    query = "SELECT id, xmin::text FROM submission ORDER BY ctid"
    async with database.reader.connect() as connection:
        waiting = (await connection.exec_driver_sql(query)).all()
    assert len({row.xmin for row in waiting}) == 12, "each was sent in a transaction of its own"
    async with tenant_transaction(database, opened.municipality) as session:
        await assign_edition(session, opened.round_id, 1)
    async with database.reader.connect() as connection:
        counted = (await connection.exec_driver_sql(query)).all()
    assert len({row.xmin for row in counted}) == 1
    assert [row.id for row in counted] == sorted(row.id for row in waiting)


async def everything(database: Database) -> bytes:
    """Return all that is kept: the bytes of the files of SQLite, or every row of every table of PostgreSQL as text."""
    if database.writer.dialect.name == "sqlite":
        file = Path(str(database.writer.url.database))
        return b"".join(path.read_bytes() for path in sorted(file.parent.glob(f"{file.name}*")))
    rows: list[Any] = []
    async with database.reader.connect() as connection:
        for table in await connection.run_sync(lambda sync: inspect(sync).get_table_names()):
            rows += (await connection.exec_driver_sql(f'SELECT x::text FROM "{table}" AS x')).all()
    return str(rows).encode()
