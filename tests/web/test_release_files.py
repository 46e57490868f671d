"""A file of an edition is the same for people and programs, and says how large it is when somebody wrote it before."""

from __future__ import annotations

import hashlib
from collections.abc import AsyncIterator

import pytest
from released import NOW
from web.programs import EDITION, Program, released, serving

from ceo.settings import Settings
from ceo.storage.people import NATIONAL
from ceo.web.api.files import key_of
from ceo.workflows.demonstration.national import MEASUREMENT
from ceo.workflows.releases.deciding import By, Looked, withdraw_release
from ceo.workflows.releases.ready import make_files_ready
from ceo.workflows.releases.written import WrittenFiles
from exports.release.formats import RELEASE_FORMATS

pytestmark = pytest.mark.anyio

PAGE = f"/cijfers/{MEASUREMENT}/1.xlsx"
FILE = f"{EDITION}/files/xlsx"


@pytest.fixture
async def program(released_settings: Settings) -> AsyncIterator[Program]:
    async with serving(released_settings) as program:
        yield program


@pytest.fixture
async def ready(settings_with_files: Settings) -> AsyncIterator[Program]:
    """A program at a site of which a worker wrote every file before."""
    async with serving(settings_with_files) as program:
        yield program


async def written(program: Program, extension: str = "xlsx") -> bytes:
    """What the writer makes of the edition as it is now."""
    _, cube = await released(program)
    return b"".join(RELEASE_FORMATS[extension].write(cube))


async def written_here(program: Program) -> bool:
    """Whether the process that answers wrote the file itself."""
    row, _ = await released(program)
    files: WrittenFiles | None = program.app.state.get("written_files")
    return files is not None and files.find(key_of(row), "xlsx") is not None


@pytest.mark.parametrize("address", [PAGE, FILE])
async def test_a_file_that_a_worker_wrote_is_sent_as_it_lies_there(ready: Program, address: str) -> None:
    expected = await written(ready)
    answer = await ready.get(address)
    assert (answer.status_code, answer.content) == (200, expected)
    assert answer.headers["content-length"] == str(len(expected))
    assert answer.headers["content-type"] == RELEASE_FORMATS["xlsx"].media_type
    assert answer.headers["content-disposition"] == f'attachment; filename="{MEASUREMENT}-1.xlsx"'
    assert not await written_here(ready)
    same = await ready.get(address, if_none_match=answer.headers["etag"])
    assert (same.status_code, same.content) == (304, b"")


@pytest.mark.parametrize("address", [PAGE, FILE])
async def test_who_asks_before_a_worker_did_gets_the_same_file(program: Program, address: str) -> None:
    answer = await program.get(address)
    assert (answer.status_code, answer.content) == (200, await written(program))
    assert await written_here(program)


async def test_programs_are_told_how_large_a_file_is_before_they_ask_for_it(
    program: Program, released_settings: Settings
) -> None:
    before = {one["extension"]: one for one in (await program.ask("files")).json()["files"]}
    assert before["xlsx"]["size"] is None
    await make_files_ready(program.database, released_settings)
    expected = await written(program)
    listed = {one["extension"]: one for one in (await program.ask("files")).json()["files"]}
    assert (listed["xlsx"]["size"], listed["xlsx"]["sha256"]) == (len(expected), hashlib.sha256(expected).hexdigest())
    head = await program.client.head(FILE)
    assert (head.status_code, head.headers["content-length"], head.content) == (200, str(len(expected)), b"")


async def test_a_withdrawn_edition_is_never_sent_as_it_was(ready: Program, settings_with_files: Settings) -> None:
    before = await ready.get(PAGE)
    row, _ = await released(ready)
    await withdraw_release(ready.database, Looked(row.name, 1, row.digest), By(NATIONAL, "7", NOW), reason="Fout")
    after = await ready.get(PAGE, if_none_match=before.headers["etag"])
    assert after.status_code == 200
    assert after.content == await written(ready) != before.content
    await make_files_ready(ready.database, settings_with_files)
    assert (await ready.get(FILE)).content == after.content


async def test_every_file_tells_its_media_type_once_and_one_that_is_not_there_is_not_found(program: Program) -> None:
    told = {
        extension: (await program.get(f"/cijfers/{MEASUREMENT}/1.{extension}")).headers.get_list("content-type")
        for extension in ("csv", "json", "ris")
    }
    assert told == {
        "csv": ["text/csv; charset=utf-8"],
        "json": ["application/json"],
        "ris": ["application/x-research-info-systems; charset=utf-8"],
    }
    assert (await program.get(f"/cijfers/{MEASUREMENT}/1.exe")).status_code == 404
