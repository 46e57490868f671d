from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection, inspect
from sqlmodel import SQLModel

from ceo.storage.database import Database, open_database
from ceo.storage.migrating import is_current, migrate
from ceo.storage.tenancy import TenantRow

pytestmark = __import__("pytest").mark.anyio


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


async def test_migrating_again_changes_nothing(database: Database) -> None:
    await migrate(database)
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


def test_every_table_with_a_municipality_is_a_tenant_table() -> None:
    tenant_tables = {table.__tablename__ for table in TenantRow.__subclasses__()}
    with_municipality = {name for name, table in SQLModel.metadata.tables.items() if "municipality" in table.c}
    assert with_municipality == tenant_tables
