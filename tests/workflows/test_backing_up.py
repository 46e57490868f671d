"""A backup while people go on answering, and putting it back: on the same kind of database or on the other one, with equal content."""

from __future__ import annotations

import asyncio
import json
import shutil
import zipfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from arrangements import OpenedRound, arrange_round, fill_in, hand_in
from installation import settings_on
from postgresql import clone_database, run_sql
from sqlalchemy import func, make_url
from sqlmodel import col, select
from web.staffing import add_staff

from ceo.settings import Settings
from ceo.storage.contacts import Invitation
from ceo.storage.database import Database, open_database
from ceo.storage.people import NATIONAL
from ceo.storage.releases import Release
from ceo.storage.rounds import Round
from ceo.storage.submissions import Submission
from ceo.storage.tenancy import reading_across, shared_transaction
from ceo.workflows.audit.recording import record
from ceo.workflows.audit.verifying import verify_chains
from ceo.workflows.installation.backing_up import (
    BackupFault,
    Manifest,
    content_of,
    read_manifest,
    restore_backup,
    write_backup,
)
from ceo.workflows.releases.files import CUBE, read_release_file
from ceo.workflows.rights import Role

pytestmark = pytest.mark.anyio
NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


@pytest.fixture(params=["sqlite", "postgresql"])
def elsewhere(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Settings]:
    """An installed database without data, of each kind."""
    if request.param == "sqlite":
        file = tmp_path / "elsewhere.sqlite3"
        shutil.copy(request.getfixturevalue("sqlite_template"), file)
        yield settings_on(f"sqlite+aiosqlite:///{file}", tmp_path)
        return
    server: str = request.getfixturevalue("postgresql")
    name = clone_database(server, request.getfixturevalue("postgresql_template"))
    yield settings_on(server.format(name=name), tmp_path)
    run_sql(server, f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
async def filled(database: Database, installation_settings: Settings) -> OpenedRound:
    """A round with answers, a draft, staff and a record."""
    opened = await arrange_round(database, installation_settings, invited={"Begeleiding": 40})
    await fill_in(database, opened, 0, send=True)
    await fill_in(database, opened, 1, send=False)
    await hand_in(database, opened, 10, first=2)
    await add_staff(database, {NATIONAL: Role.NATIONAL_EDITOR}, name="Zoë Ğ. “Test”")
    async with shared_transaction(database) as session:
        await record(
            session,
            NATIONAL,
            actor="1",
            action="proof",
            object_kind="x",
            object_id="1",
            after={"b": 1, "a": 2},
            now=NOW,
        )
    return opened


async def read_all(database: Database) -> list[Release]:
    async with reading_across(database) as session:
        return list((await session.exec(select(Release))).all())


async def put_back(settings: Settings, file: Path) -> Manifest | BackupFault:
    url = settings.owner_database_url or settings.database_url
    role = None if settings.owner_database_url is None else make_url(settings.database_url).username
    async with open_database(url) as database:
        return await restore_backup(database, file, application=role)


async def test_what_is_put_back_has_the_same_counts_and_the_same_content(
    database: Database, filled: OpenedRound, elsewhere: Settings, tmp_path: Path
) -> None:
    file = tmp_path / "kopie.zip"
    made = await write_backup(database, file, now=NOW)
    assert file.stat().st_mode & 0o777 == 0o600
    restored = await put_back(elsewhere, file)
    assert restored == made == read_manifest(file)
    async with open_database(elsewhere.database_url) as other:
        assert await content_of(other) == made.tables
        assert made.tables["submission"].rows == 11
        [chain] = await verify_chains(other)
        assert (chain.records, chain.breaks) == (1, ())
        # It goes on from there: the next round gets a number of its own, and the walls stand.
        again = await arrange_round(other, elsewhere, measurement="wmo-2027")
        assert again.round_id == filled.round_id + 1


async def test_releases_come_back_with_the_files_that_hold_their_figures(
    released_settings: Settings, elsewhere: Settings, tmp_path: Path
) -> None:
    file = tmp_path / "kopie.zip"
    async with open_database(released_settings.database_url) as released:
        made = await write_backup(released, file, now=NOW)
        [row] = await read_all(released)
        cube = await read_release_file(released, row.name, row.edition, CUBE)
    assert cube
    assert await put_back(elsewhere, file) == made
    async with open_database(elsewhere.database_url) as other:
        assert await content_of(other) == made.tables
        assert await read_release_file(other, row.name, row.edition, CUBE) == cube


async def test_a_backup_is_of_one_moment_while_people_go_on_sending(
    database: Database, filled: OpenedRound, tmp_path: Path
) -> None:
    async def send_more() -> None:
        for client in range(12, 17):
            await fill_in(database, filled, client, send=True)

    sending = asyncio.create_task(send_more())
    await asyncio.sleep(0.05)
    made = await write_backup(database, tmp_path / "kopie.zip", now=NOW)
    await sending
    with zipfile.ZipFile(tmp_path / "kopie.zip") as archive:
        states = [json.loads(line) for line in archive.read("invitation.jsonl").splitlines()]
    complete = sum("complete" in row for row in states)
    # Of the others that are there from the start, nobody came in by an invitation.
    assert made.tables["submission"].rows == complete + 10
    async with reading_across(database) as session:
        assert (await session.exec(select(func.count()).select_from(Submission))).one() == 16


async def test_a_backup_goes_into_a_database_without_data_only(
    database: Database, filled: OpenedRound, installation_settings: Settings, tmp_path: Path
) -> None:
    await write_backup(database, tmp_path / "kopie.zip", now=NOW)
    before = await content_of(database)
    fault = await put_back(installation_settings, tmp_path / "kopie.zip")
    assert isinstance(fault, BackupFault)
    assert "staan al gegevens" in fault.cause
    assert await content_of(database) == before


async def test_a_backup_that_was_changed_is_not_put_back(
    database: Database, filled: OpenedRound, elsewhere: Settings, tmp_path: Path
) -> None:
    await write_backup(database, tmp_path / "kopie.zip", now=NOW)
    with zipfile.ZipFile(tmp_path / "kopie.zip") as archive, zipfile.ZipFile(tmp_path / "anders.zip", "w") as other:
        for name in archive.namelist():
            other.writestr(name, archive.read(name).replace(b'"14 030"', b'"14 031"'))
    fault = await put_back(elsewhere, tmp_path / "anders.zip")
    assert isinstance(fault, BackupFault)
    assert "round" in fault.cause
    async with open_database(elsewhere.database_url) as restored, reading_across(restored) as session:
        assert not (await session.exec(select(Round))).all()
        assert not (await session.exec(select(col(Invitation.access_hash)))).all()


@pytest.mark.parametrize("content", [b"", b"PK", b"not a backup"])
async def test_another_file_is_told_apart(content: bytes, tmp_path: Path) -> None:
    (tmp_path / "x.zip").write_bytes(content)
    fault = read_manifest(tmp_path / "x.zip")
    assert fault == BackupFault(
        "x.zip is geen reservekopie van CEO.", "Geef een bestand dat met 'ceo backup' is gemaakt."
    )
