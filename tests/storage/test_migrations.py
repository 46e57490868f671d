from collections.abc import AsyncIterator
from datetime import date

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from arrangements import arrange_round
from installation import as_owner
from postgresql import owner_url
from sqlalchemy import Connection, inspect
from sqlmodel import SQLModel, select

from ceo.settings import Settings
from ceo.storage.clients import Client
from ceo.storage.contacts import Invitation
from ceo.storage.database import Database, open_database
from ceo.storage.migrating import _configuration, is_current, migrate
from ceo.storage.rounds import PublishedQuestionnaire
from ceo.storage.submissions import Draft, Submission
from ceo.storage.tenancy import TenantRow, reading_across

pytestmark = pytest.mark.anyio


@pytest.fixture
async def owned(database_url: str) -> AsyncIterator[Database]:
    """This test's database, for the owner of its tables."""
    async with open_database(owner_url(database_url)) as opened:
        yield opened


async def test_tables_and_migrations_agree(database: Database) -> None:
    def differences(connection: Connection) -> list[object]:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True})
        return compare_metadata(context, SQLModel.metadata)

    async with database.writer.connect() as connection:
        assert await connection.run_sync(differences) == []


async def test_an_installed_database_is_current_and_an_empty_one_is_not(database: Database, tmp_path: object) -> None:
    assert await is_current(database)
    async with open_database(f"sqlite+aiosqlite:///{tmp_path}/empty.sqlite3") as empty:
        assert not await is_current(empty)


async def test_migrating_again_changes_nothing(owned: Database, database: Database) -> None:
    await migrate(owned)
    assert await is_current(owned)
    assert await is_current(database)


async def test_every_constraint_has_a_name(database: Database) -> None:
    def unnamed(connection: Connection) -> list[str]:
        found = inspect(connection)
        return [
            table
            for table in SQLModel.metadata.tables
            for constraint in (*found.get_foreign_keys(table), *found.get_unique_constraints(table))
            if not constraint["name"]
        ]

    async with database.reader.connect() as connection:
        assert await connection.run_sync(unnamed) == []


ROWS_OF_BEFORE = (
    "INSERT INTO municipality VALUES ('GM0344', 'Utrecht', 'PV26', 'Utrecht', 1, 1)",
    "INSERT INTO published_questionnaire VALUES ('sha256:0', 'nl.ceo.wmo', 1, 'Wmo', '{}', '2026-10-01 00:00:00')",
    "INSERT INTO round VALUES ('GM0344', 1, 'wmo-2026', 'Wmo', 'sha256:0', '2026-11-01', '2026-12-31', '14 030', false, true)",
    "INSERT INTO draft VALUES ('GM0344', 'draft', 1, 'Begeleiding', 'sha256:0', '{}', 3, 'save')",
    "INSERT INTO submission VALUES ('GM0344', 'sent', 1, 'Begeleiding', 'sha256:0', '{}', 0, '2026-11-20', NULL)",
)


async def test_rows_from_before_languages_were_kept_are_dutch_standard_and_on_the_web(owned: Database) -> None:
    await move_to(owned, "0001")
    async with as_owner(owned) as connection:
        await connection.exec_driver_sql("DELETE FROM municipality")
        for row in ROWS_OF_BEFORE:
            await connection.exec_driver_sql(row)
    await migrate(owned)
    assert await is_current(owned)
    async with reading_across(owned) as session:
        [draft], [submission] = await session.exec(select(Draft)), await session.exec(select(Submission))
        [version] = await session.exec(select(PublishedQuestionnaire))
    assert (draft.language, draft.text_register, draft.started_on) == ("nl", "standard", date(2026, 11, 1))
    assert (draft.answers, draft.row_version, draft.last_save) == ({}, 3, "save")
    assert (submission.language, submission.text_register, submission.mode) == ("nl", "standard", "web")
    assert (version.withdrawn_on, version.withdrawn_because) == (None, None)


async def test_names_of_people_that_stood_in_plain_are_not_taken_along(
    database: Database, owned: Database, installation_settings: Settings
) -> None:
    opened, name = await arrange_round(database, installation_settings), "ab" * 32
    await move_to(owned, "0008")
    async with as_owner(owned) as connection:
        await connection.exec_driver_sql(f"UPDATE invitation SET person_key = '{name}'")
        await connection.exec_driver_sql(
            "INSERT INTO client (municipality, id, round_id, person_hash, person_key, stratum, traits, status) "
            f"VALUES ('GM0344', 'c1', {opened.round_id}, 'p1', '{name}', '', '{{}}', 'drawn')"
        )
    await migrate(owned)
    async with reading_across(database) as session:
        [client], invitations = await session.exec(select(Client)), (await session.exec(select(Invitation))).all()
    assert name not in str([client.model_dump(), *(row.model_dump() for row in invitations)])
    assert [client.sealed_person_key, *(row.masked_person_key for row in invitations)] == [None] * 4


async def test_going_back_a_version_and_forward_again_gives_the_same_tables(owned: Database) -> None:
    before = await tables_of(owned)
    await move_to(owned, "0001")
    assert await tables_of(owned) != before
    await migrate(owned)
    assert await tables_of(owned) == before


async def move_to(database: Database, revision: str) -> None:
    """Bring a database back to an earlier revision."""
    async with database.writer.begin() as connection:
        await connection.run_sync(lambda sync: command.downgrade(_configuration(sync), revision))


async def tables_of(database: Database) -> dict[str, object]:
    """Return the columns of every table, and on SQLite what the database keeps about it in words."""

    def read(connection: Connection) -> dict[str, object]:
        found = inspect(connection)
        tables = {
            table: sorted(
                (column["name"], str(column["type"]), column["nullable"]) for column in found.get_columns(table)
            )
            for table in found.get_table_names()
        }
        if connection.dialect.name != "sqlite":
            return dict(tables)
        without_rowid = "SELECT name FROM sqlite_master WHERE sql LIKE '%WITHOUT ROWID%'"
        return {**tables, "without rowid": connection.exec_driver_sql(without_rowid).scalars().all()}

    async with database.reader.connect() as connection:
        return await connection.run_sync(read)


def test_every_table_with_a_municipality_is_a_tenant_table() -> None:
    tenant_tables = {table.__tablename__ for table in TenantRow.__subclasses__()}
    with_municipality = {name for name, table in SQLModel.metadata.tables.items() if "municipality" in table.c}
    assert with_municipality == tenant_tables
