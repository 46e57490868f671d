"""The two roles of PostgreSQL: one makes the tables, the other serves and can do nothing else. And what is told when that is not so."""

import asyncio
import re
import uuid
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner
from installation import settings_on
from postgresql import APPLICATION, OWNER, administrator_url, create_database, owner_url, run_sql
from sqlalchemy import make_url

from ceo.cli import main
from ceo.cli.serving import require_servable
from ceo.settings import Settings
from ceo.storage.database import open_database
from ceo.storage.migrating import is_current
from ceo.storage.row_security import Role, role_of
from ceo.workflows.installation.installing import RolesError, find_role_fault, install

pytestmark = pytest.mark.anyio

only_postgresql = pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)


@pytest.fixture
def empty_url(postgresql: str) -> Iterator[str]:
    """The address of a database without tables."""
    name = f"empty_{uuid.uuid4().hex[:12]}"
    create_database(postgresql, name)
    yield postgresql.format(name=name)
    run_sql(postgresql, f"DROP DATABASE {name} WITH (FORCE)")


async def test_the_owner_makes_the_tables_and_the_role_that_serves_gets_its_rights(
    empty_url: str, tmp_path: Path
) -> None:
    settings = settings_on(empty_url, tmp_path)
    installed = await install(settings)
    assert installed.municipalities == 342
    assert installed.secured is not None
    assert (installed.secured.owner, installed.secured.application) == (OWNER, APPLICATION)
    assert installed.secured.rights["SELECT"] == ("alembic_version", "municipality")
    assert {"audit_record", "edition", "published_counts"} <= set(installed.secured.rights["SELECT, INSERT"])
    assert "draft" in installed.secured.rights["SELECT, INSERT, UPDATE, DELETE"]
    assert {"draft", "audit_record"} <= set(installed.secured.walled)
    assert await find_role_fault(settings) is None


def test_migrating_at_the_command_line_tells_what_was_granted_to_whom(
    empty_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CEO_DATA", str(tmp_path))
    monkeypatch.setenv("CEO_DATABASE_URL", empty_url)
    monkeypatch.setenv("CEO_OWNER_DATABASE_URL", owner_url(empty_url))
    told = CliRunner().invoke(main, ["migrate"], catch_exceptions=False).stdout
    assert "Nieuwe gemeenten: 342." in told
    assert f"ook voor hun eigenaar (rol {OWNER})" in told
    assert f"Wat rol {APPLICATION} mag, en niets anders" in told
    assert re.search(r"SELECT +alembic_version, municipality +\n", told)


async def test_one_role_for_everything_has_the_wall_too_and_is_told_about(empty_url: str, tmp_path: Path) -> None:
    settings = replace(settings_on(owner_url(empty_url), tmp_path), owner_database_url=None)
    installed = await install(settings)
    assert installed.secured is not None
    assert installed.secured.application is None
    async with open_database(settings.database_url) as database:
        assert await is_current(database)
    fault = await find_role_fault(settings)
    assert fault is not None
    assert (fault.role, fault.serious) == (OWNER, False)
    assert "eigenaar van de tabellen" in fault.cause


async def test_a_role_that_owns_nothing_cannot_make_the_tables(empty_url: str, tmp_path: Path) -> None:
    settings = replace(settings_on(empty_url, tmp_path), owner_database_url=empty_url)
    with pytest.raises(RolesError, match=r"permission denied for schema public.*CEO_OWNER_DATABASE_URL"):
        await install(settings)


@only_postgresql
async def test_the_addresses_of_two_databases_are_refused(empty_url: str, database_url: str, tmp_path: Path) -> None:
    settings = replace(settings_on(empty_url, tmp_path), owner_database_url=owner_url(database_url))
    with pytest.raises(RolesError, match="verschillende databases"):
        await install(settings)


async def test_an_owner_beside_sqlite_is_refused(empty_url: str, tmp_path: Path) -> None:
    settings = settings_on(f"sqlite+aiosqlite:///{tmp_path}/ceo.sqlite3", tmp_path)
    with pytest.raises(RolesError, match="geen adres van PostgreSQL"):
        await install(replace(settings, owner_database_url=owner_url(empty_url)))


async def test_sqlite_has_no_roles_to_find_fault_with(sqlite_template: Path, tmp_path: Path) -> None:
    assert await find_role_fault(settings_on(f"sqlite+aiosqlite:///{sqlite_template}", tmp_path)) is None


@pytest.fixture
def superuser(database_url: str, tmp_path: Path) -> Settings:
    """Settings of a server that would serve as a superuser, for residents who come over https."""
    url = administrator_url(database_url)
    if not role_at(url).superuser:
        pytest.skip("the account of the tests is no superuser")
    return replace(settings_on(url, tmp_path, "https://ceo.example.nl"), owner_database_url=None)


def role_at(url: str) -> Role:
    async def look() -> Role | None:
        async with open_database(url) as database:
            return await role_of(database)

    role = asyncio.run(look())
    assert role is not None
    return role


@only_postgresql
def test_over_https_a_superuser_is_not_let_to_serve(superuser: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        require_servable(superuser)
    told = capsys.readouterr().err
    assert "CEO_DATABASE_URL is superuser" in told
    assert "CREATE ROLE ceo_app LOGIN" in told
    assert "CEO_OWNER_DATABASE_URL" in told


@only_postgresql
def test_at_a_desk_a_superuser_is_warned_about(superuser: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    require_servable(replace(superuser, base_url="http://127.0.0.1:8000"))
    assert "CEO_DATABASE_URL is superuser" in capsys.readouterr().err


@only_postgresql
def test_a_role_that_can_become_one_that_passes_walls_passes_them_too(superuser: Settings, postgresql: str) -> None:
    bypassing, member = (f"{name}_{uuid.uuid4().hex[:8]}" for name in ("bypassing", "member"))
    run_sql(postgresql, f"CREATE ROLE {bypassing} BYPASSRLS")
    run_sql(postgresql, f"CREATE ROLE {member} LOGIN NOINHERIT IN ROLE {bypassing}")
    url = make_url(superuser.database_url).set(username=member).render_as_string(hide_password=False)
    assert role_at(url) == Role(member, superuser=False, passes_walls=True, owns_tables=False)
    run_sql(postgresql, f"DROP ROLE {member}, {bypassing}")
