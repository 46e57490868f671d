"""The second wall: what the database itself keeps apart, whatever statement reaches it. The first one is in `test_tenancy`."""

import asyncpg
import pytest
from arrangements import UTRECHT, ZWOLLE
from installation import as_owner
from postgresql import APPLICATION, OWNER, owner_url
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlmodel import SQLModel
from walls import ALMELO, DELFT, INVITED, TOWNS, in_one, of, owners_of, reaching

from ceo.storage.database import Database, open_database
from ceo.storage.migrating import is_current, migrate
from ceo.storage.people import NATIONAL
from ceo.storage.reach import EVERYWHERE, NOTHING
from ceo.storage.row_security import is_secured, lift, role_of
from ceo.storage.tenancy import (
    PlacedRow,
    TenantRow,
)

pytestmark = pytest.mark.anyio

only_postgresql = pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
only_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@only_postgresql
async def test_every_table_whose_rows_belong_to_somebody_has_the_wall_forced_and_with_policies(
    database: Database,
) -> None:
    walled = """SELECT relname FROM pg_class WHERE relrowsecurity AND relforcerowsecurity
                AND relnamespace = to_regnamespace(current_schema())"""
    policies = (
        "SELECT tablename, policyname, cmd, qual, with_check FROM pg_policies WHERE schemaname = current_schema()"
    )
    async with database.reader.connect() as connection:
        tables = set(await connection.scalars(text(walled)))
        found = {(row.tablename, row.policyname, row.cmd): row for row in await connection.execute(text(policies))}
    tenant = {str(table.__tablename__) for table in TenantRow.__subclasses__()}
    placed = {str(table.__tablename__) for table in PlacedRow.__subclasses__()}
    # Whose rows they are is told in `test_release_walls` and `test_shared_walls`.
    apart = {"api_key", "microdata_agreement", "release", "release_file", "notice", "notice_choice", "calendar_feed"}
    agenda = {"theme", "cluster", "organisation"}
    assert tables == tenant | placed | apart | agenda | {"poll"}
    assert {"draft", "invitation", "submission", "round", "audit_record"} <= tables
    assert found.keys() == {
        *((table, "own", "ALL") for table in tenant),
        ("audit_record", "read_own", "SELECT"),
        ("audit_record", "add_own", "INSERT"),
        *((table, "own", "ALL") for table in placed - {"audit_record"}),
        *((table, "own", "ALL") for table in apart | agenda),
        *((table, "read", "SELECT") for table in agenda),
        *(
            ("poll", *kind)
            for kind in (("read", "SELECT"), ("make", "INSERT"), ("change", "UPDATE"), ("vote", "UPDATE"))
        ),
        *(
            ("release", *kind)
            for kind in (("read_published", "SELECT"), ("read_drafts", "SELECT"), ("decide", "UPDATE"))
        ),
        *((table, "read_across", "SELECT") for table in tables - agenda - {"poll"}),
    }
    own = {(row.qual, row.with_check) for (table, _, _), row in found.items() if table in tenant and row.cmd == "ALL"}
    assert len(own) == 1, "the same for all"
    assert all(
        "municipality" in condition and "app.municipality" in condition for [both] in [own] for condition in both
    )


@only_postgresql
async def test_the_role_that_serves_has_the_rights_that_it_needs_and_no_others(database: Database) -> None:
    granted = """SELECT table_name, string_agg(privilege_type, ' ' ORDER BY privilege_type)
                 FROM information_schema.role_table_grants WHERE grantee = current_user GROUP BY table_name"""
    columns = """SELECT column_name FROM information_schema.column_privileges
                 WHERE grantee = current_user AND table_name = 'published_questionnaire' AND privilege_type = 'UPDATE'"""
    async with database.reader.connect() as connection:
        rights = {row[0]: row[1] for row in await connection.execute(text(granted))}
        changed = set(await connection.scalars(text(columns)))
        may = [
            (await connection.scalars(text(f"SELECT has_schema_privilege(current_schema(), '{right}')"))).one()
            for right in ("USAGE", "CREATE")
        ]
    only_read = {table for table, kept in rights.items() if kept == "SELECT"}
    only_added = {table for table, kept in rights.items() if kept == "INSERT SELECT"}
    assert only_read == {"alembic_version", "municipality"}
    assert {"audit_record", "edition", "published_counts", "published_questionnaire", "library_release"} <= only_added
    assert rights["round"] == rights["staff_user"] == rights["theme"] == rights["ballot"] == "INSERT SELECT UPDATE"
    assert rights["draft"] == rights["submission"] == "DELETE INSERT SELECT UPDATE"
    assert rights.keys() == {*SQLModel.metadata.tables, "alembic_version"}
    assert changed == {"withdrawn_on", "withdrawn_because"}
    assert may == [True, False]


FORBIDDEN = (
    "ALTER TABLE draft DISABLE ROW LEVEL SECURITY",
    "ALTER TABLE draft NO FORCE ROW LEVEL SECURITY",
    "DROP POLICY own ON draft",
    "CREATE POLICY everything ON draft USING (true)",
    "CREATE TABLE copy AS SELECT * FROM municipality",
    "CREATE VIEW copy AS SELECT * FROM municipality",
    "CREATE FUNCTION one() RETURNS integer LANGUAGE sql SECURITY DEFINER AS 'SELECT 1'",
    "CREATE SCHEMA elsewhere",
    "DROP TABLE draft",
    "TRUNCATE draft",
    "TRUNCATE audit_record",
    "UPDATE audit_record SET actor = 'niemand'",
    "DELETE FROM audit_record",
    "SELECT * FROM audit_record FOR UPDATE",
    "UPDATE published_questionnaire SET content = '{}'",
    "DELETE FROM published_questionnaire",
    "UPDATE edition SET report = ''",
    "DELETE FROM round",
    "INSERT INTO municipality SELECT 'GM9999', name, province_code, province, population, size_class FROM municipality LIMIT 1",
    "UPDATE alembic_version SET version_num = '0000'",
    f"SET ROLE {OWNER}",
    f"ALTER ROLE {APPLICATION} BYPASSRLS",
)


@only_postgresql
async def test_the_role_that_serves_cannot_change_tables_rights_or_what_is_published(towns: Database) -> None:
    for statement in FORBIDDEN:
        with pytest.raises(DBAPIError) as refused:
            await in_one(towns, UTRECHT, statement)
        assert isinstance(refused.value.driver_exception, asyncpg.InsufficientPrivilegeError), statement


@only_postgresql
async def test_turning_the_wall_off_for_oneself_shows_nothing(towns: Database) -> None:
    async with reaching(towns, UTRECHT) as connection:
        await connection.exec_driver_sql("SET LOCAL row_security = off")
        with pytest.raises(DBAPIError, match="row-level security"):
            await owners_of(connection)


# Reading


@only_postgresql
async def test_a_transaction_reaches_what_it_says_and_nothing_else(towns: Database) -> None:
    everything = "SELECT municipality FROM invitation"
    assert await in_one(towns, UTRECHT, everything) == of(UTRECHT)
    assert await in_one(towns, f"{ZWOLLE},{DELFT}", everything) == of(ZWOLLE, DELFT)
    assert await in_one(towns, EVERYWHERE, everything) == of(*TOWNS)
    for reach in (NOTHING, NATIONAL, ",", "%", "GM", UTRECHT.lower(), f" {UTRECHT}"):
        assert await in_one(towns, reach, everything) == [], reach


@only_postgresql
async def test_without_a_setting_or_with_an_empty_one_nothing_is_reached_also_on_a_connection_that_was_used(
    database_url: str, towns: Database
) -> None:
    dsn = database_url.replace("+asyncpg", "")
    rows = "SELECT count(*) FROM invitation"
    connection = await asyncpg.connect(dsn)
    assert await connection.fetchval("SELECT current_setting('app.municipality', true)") is None
    assert await connection.fetchval(rows) == 0
    async with connection.transaction():
        await connection.execute(f"SET LOCAL app.municipality = '{UTRECHT}'")
        assert await connection.fetchval(rows) == INVITED
    assert await connection.fetchval("SELECT current_setting('app.municipality', true)") == ""
    assert await connection.fetchval(rows) == 0
    await connection.close()
    async with towns.writer.begin() as bare:
        assert await owners_of(bare) == []


@only_postgresql
async def test_the_wall_holds_for_the_owner_of_the_tables_too(towns: Database, database_url: str) -> None:
    async with open_database(owner_url(database_url)) as owned:
        async with owned.writer.begin() as bare:
            assert await owners_of(bare) == []
        assert await in_one(owned, UTRECHT, "SELECT municipality FROM invitation") == of(UTRECHT)


@only_postgresql
async def test_the_setting_is_looked_at_once_a_statement_and_not_for_each_row(towns: Database) -> None:
    async with reaching(towns, UTRECHT) as connection:
        plan = "\n".join(await connection.scalars(text("EXPLAIN SELECT * FROM invitation")))
    assert "InitPlan 2" in plan
    assert "SubPlan" not in plan


# Writing


@only_postgresql
async def test_changing_and_removing_everything_touches_the_own_rows_only(towns: Database) -> None:
    change = "UPDATE invitation SET state = 'complete' RETURNING municipality"
    assert await in_one(towns, UTRECHT, change) == of(UTRECHT)
    assert await in_one(towns, UTRECHT, "DELETE FROM draft RETURNING municipality") == [UTRECHT]
    assert await in_one(towns, EVERYWHERE, "SELECT municipality FROM draft") == sorted([ZWOLLE, ALMELO, DELFT])
    complete = "SELECT municipality FROM invitation WHERE state = 'complete'"
    assert await in_one(towns, EVERYWHERE, complete) == of(UTRECHT)
    for reach in (EVERYWHERE, NOTHING, NATIONAL):
        assert await in_one(towns, reach, change) == [], reach
        assert await in_one(towns, reach, "DELETE FROM draft RETURNING municipality") == [], reach


# A row of another municipality; moving rows to it; and writing over a row that it has.
REFUSED = (
    f"""INSERT INTO invitation (municipality, access_hash, round_id, stratum, state)
        SELECT '{ZWOLLE}', 'new', round_id, stratum, state FROM invitation LIMIT 1""",
    f"UPDATE invitation SET municipality = '{ZWOLLE}'",
    """INSERT INTO invitation (municipality, access_hash, round_id, stratum, state)
       SELECT municipality, '{foreign}', round_id, stratum, state FROM invitation LIMIT 1
       ON CONFLICT (access_hash) DO UPDATE SET state = 'refused'""",
)


@only_postgresql
async def test_a_statement_that_would_write_a_foreign_row_is_refused(towns: Database) -> None:
    async with reaching(towns, ZWOLLE) as connection:
        foreign = (await connection.scalars(text("SELECT access_hash FROM invitation LIMIT 1"))).one()
    for statement in REFUSED:
        with pytest.raises(DBAPIError, match="row-level security policy"):
            async with reaching(towns, UTRECHT) as connection:
                await connection.exec_driver_sql(statement.replace("{foreign}", foreign))
    assert await in_one(towns, EVERYWHERE, "SELECT municipality FROM invitation") == of(*TOWNS)


@only_postgresql
async def test_who_reads_across_or_reaches_nothing_adds_no_row(towns: Database) -> None:
    added = "INSERT INTO invitation (municipality, access_hash, round_id, stratum, state)"
    for reach in (EVERYWHERE, NOTHING, NATIONAL):
        with pytest.raises(DBAPIError, match="row-level security policy"):
            await in_one(towns, reach, f"{added} VALUES ('{UTRECHT}', 'new', 1, 'Begeleiding', 'open')")


# Securing


@only_postgresql
async def test_a_migration_sees_all_rows_and_the_wall_stands_again_when_it_fails(
    towns: Database, database_url: str
) -> None:
    async with open_database(owner_url(database_url)) as owned:
        async with owned.writer.connect() as connection, connection.begin() as transaction:
            await lift(connection)
            assert await owners_of(connection) == of(*TOWNS)
            assert not await is_secured(connection)
            await transaction.rollback()
        assert await is_current(owned)
        await migrate(owned, APPLICATION)
    assert await in_one(towns, UTRECHT, "SELECT municipality FROM invitation") == of(UTRECHT)


@only_postgresql
async def test_migrating_puts_back_what_somebody_took_away_and_takes_away_what_somebody_gave(
    towns: Database, database_url: str
) -> None:
    for statement in (
        "ALTER TABLE draft NO FORCE ROW LEVEL SECURITY",
        "CREATE POLICY everything ON invitation USING (true)",
        f"GRANT ALL ON audit_record, municipality TO {APPLICATION}",
        f"GRANT CREATE ON SCHEMA public TO {APPLICATION}",
    ):
        async with as_owner(towns) as connection:
            await connection.exec_driver_sql(statement)
    assert not await is_current(towns)
    async with open_database(owner_url(database_url)) as owned:
        secured = await migrate(owned, APPLICATION)
    assert secured is not None
    assert secured.rights["SELECT"] == ("alembic_version", "municipality")
    assert await is_current(towns)
    assert await in_one(towns, UTRECHT, "SELECT municipality FROM invitation") == of(UTRECHT)
    for forbidden in ("DELETE FROM audit_record", "DELETE FROM municipality", "CREATE TABLE copy (id integer)"):
        with pytest.raises(DBAPIError, match="permission denied"):
            async with reaching(towns, UTRECHT) as connection:
                await connection.exec_driver_sql(forbidden)


@only_sqlite
async def test_on_sqlite_migrating_puts_the_triggers_back(database: Database) -> None:
    async with database.writer.begin() as connection:
        await connection.exec_driver_sql("DROP TRIGGER audit_record_is_not_removed")
    assert not await is_current(database)
    assert await migrate(database) is None
    assert await is_current(database)


@only_postgresql
async def test_a_role_without_rights_is_told_that_the_database_is_not_its_own_yet(database: Database) -> None:
    async with as_owner(database) as connection:
        await connection.exec_driver_sql(f"REVOKE ALL ON ALL TABLES IN SCHEMA public FROM {APPLICATION}")
    assert not await is_current(database)


@only_postgresql
async def test_the_role_that_serves_passes_no_wall_and_owns_nothing(database: Database, database_url: str) -> None:
    role = await role_of(database)
    assert role is not None
    assert (role.name, role.superuser, role.passes_walls, role.owns_tables) == (APPLICATION, False, False, False)
    async with open_database(owner_url(database_url)) as owned:
        owner = await role_of(owned)
    assert owner is not None
    assert (owner.name, owner.superuser, owner.passes_walls, owner.owns_tables) == (OWNER, False, False, True)
