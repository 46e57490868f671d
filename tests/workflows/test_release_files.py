"""Files of a published edition that take long are written before anybody asks, and are whole or not there."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest
from released import NOW
from sqlmodel import col, delete, select, update

from ceo.settings import Settings
from ceo.storage.database import Database, open_database
from ceo.storage.people import NATIONAL
from ceo.storage.releases import Release, ReleaseFile, ReleaseState
from ceo.storage.tenancy import reading_across, shared_transaction
from ceo.storage.turns import in_turn
from ceo.workflows.demonstration.national import MEASUREMENT
from ceo.workflows.releases.deciding import By, Looked, ReleaseDecided, withdraw_release
from ceo.workflows.releases.files import CUBE
from ceo.workflows.releases.reading import Cubes, find_release
from ceo.workflows.releases.ready import (
    FileGoneError,
    ReadyFile,
    make_files_ready,
    make_next_file_ready,
    ready_files,
)
from ceo.workflows.releases.when_asked import make_when_asked
from exports.release.formats import RELEASE_FORMATS

pytestmark = pytest.mark.anyio

SLOW = {"xlsx", "ods"}


@dataclass(frozen=True)
class Released:
    """A published release of seven municipalities, of which no file is ready."""

    database: Database
    settings: Settings

    async def row(self) -> Release:
        """Its edition as it is now."""
        row = await find_release(self.database, MEASUREMENT, 1, public=False)
        assert row is not None
        return row

    async def ready(self) -> dict[str, ReadyFile]:
        """The files that can be sent."""
        return await ready_files(self.database, self.settings.base_url, await self.row())

    async def make(self) -> int:
        """Write what is not ready, as a worker does."""
        return await make_files_ready(self.database, self.settings)

    async def written(self, extension: str) -> bytes:
        """What the writer makes of the edition as it is now."""
        release = await Cubes(self.settings.base_url).open(self.database, await self.row())
        return b"".join(RELEASE_FORMATS[extension].write(release))

    async def names(self) -> set[str]:
        """The names of all files of editions."""
        async with reading_across(self.database) as session:
            return {*await session.exec(select(ReleaseFile.name))}

    async def withdraw(self) -> None:
        """Withdraw the edition."""
        row = await self.row()
        by = By(NATIONAL, "7", NOW)
        decided = await withdraw_release(
            self.database, Looked(row.name, row.edition, row.digest), by, reason="Fout in de weging"
        )
        assert decided is ReleaseDecided.DONE


@pytest.fixture
async def released(released_settings: Settings) -> AsyncIterator[Released]:
    async with open_database(released_settings.database_url) as database:
        yield Released(database, released_settings)


@pytest.fixture
async def with_files(settings_with_files: Settings) -> AsyncIterator[Released]:
    """A release of which a worker wrote every file."""
    async with open_database(settings_with_files.database_url) as database:
        yield Released(database, settings_with_files)


async def content_of(file: ReadyFile) -> bytes:
    return b"".join([part async for part in file.parts()])


async def test_a_file_is_what_its_writer_makes_and_tells_its_size_and_digest(released: Released) -> None:
    assert await released.ready() == {}
    assert await released.make() == len(SLOW)
    ready = await released.ready()
    assert set(ready) == SLOW
    for extension, file in ready.items():
        expected = await released.written(extension)
        assert await content_of(file) == expected
        assert (file.size, file.digest) == (len(expected), hashlib.sha256(expected).hexdigest())
    assert await released.make() == 0, "what is ready is not written again"


async def test_a_file_of_several_parts_comes_back_in_their_order(
    released: Released, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ceo.workflows.releases.ready._PART", 10_000)
    await released.make()
    file = (await released.ready())["xlsx"]
    parts = [part async for part in file.parts()]
    assert len(parts) > 10
    assert {len(part) for part in parts[:-1]} == {10_000}
    assert b"".join(parts) == await released.written("xlsx")


async def test_of_a_withdrawn_edition_the_file_is_written_anew_and_the_one_before_goes(with_files: Released) -> None:
    before, names = await with_files.ready(), await with_files.names()
    await with_files.withdraw()
    assert await with_files.ready() == {}, "nobody gets a file that does not say that it was withdrawn"
    assert await with_files.make() == len(SLOW)
    after = await with_files.ready()
    assert await content_of(after["ods"]) == await with_files.written("ods")
    assert after["xlsx"].digest != before["xlsx"].digest
    assert await with_files.names() == names - {file.name for file in before.values()} | {
        file.name for file in after.values()
    }
    with pytest.raises(FileGoneError):
        await content_of(before["xlsx"])


async def test_of_a_draft_nothing_is_written(released: Released) -> None:
    async with shared_transaction(released.database) as session:
        await session.exec(update(Release).values(state=ReleaseState.SIGNED.value, published_on=None))
    assert await released.make() == 0
    assert await released.ready() == {}


async def test_what_a_worker_left_half_way_is_not_there_and_is_written_from_the_start(with_files: Released) -> None:
    whole = (await with_files.ready())["xlsx"]
    async with shared_transaction(with_files.database) as session:
        head = col(ReleaseFile.name) == whole.name, col(ReleaseFile.part) == 0
        await session.exec(delete(ReleaseFile).where(*head))
    assert set(await with_files.ready()) == SLOW - {"xlsx"}
    assert await with_files.make() == 1
    assert await content_of((await with_files.ready())["xlsx"]) == await with_files.written("xlsx")


async def test_a_file_that_cannot_be_written_is_told_in_the_log_and_keeps_no_other_waiting(
    released: Released, caplog: pytest.LogCaptureFixture
) -> None:
    async with shared_transaction(released.database) as session:
        await session.exec(update(ReleaseFile).where(col(ReleaseFile.name) == CUBE).values(content=b"damaged"))
    broken: set[str] = set()
    tries = [await make_next_file_ready(released.database, released.settings, broken) for _ in range(3)]
    assert tries == [True, True, False]
    assert len(broken) == len(SLOW)
    assert f"a file of {MEASUREMENT}/1 could not be written" in caplog.text
    assert await released.make() == 0


async def test_one_process_writes_at_a_time_and_another_does_not_wait_for_it(released: Released) -> None:
    async with in_turn(released.database, "release-files"):
        assert not await make_next_file_ready(released.database, released.settings, set())
    assert await make_next_file_ready(released.database, released.settings, set())


async def test_a_worker_writes_them_by_itself_and_stops_when_it_is_told_to(released: Released) -> None:
    stopping = asyncio.Event()
    working = asyncio.create_task(
        make_when_asked(released.database, released.settings, clock=lambda: NOW, stopping=stopping)
    )
    async with asyncio.timeout(60):
        while set(await released.ready()) != SLOW:  # noqa: ASYNC110 - a worker tells nobody
            await asyncio.sleep(0.05)
        stopping.set()
        await working
