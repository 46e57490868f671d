"""The files of published editions that take seconds to write: a worker writes them before anybody asks, and every process sends them.

A file lies in the database in parts, under a name that follows from all that it follows from: when an edition is corrected or withdrawn, or
the software is another, the file is written anew under another name, and the one before goes. Part 0 is written last and tells how large
the whole is: a file without it is not there. Who asks in between gets what that process writes itself (`written`).
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import logging
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from importlib.metadata import version
from itertools import count
from tempfile import TemporaryFile
from typing import IO, TYPE_CHECKING, Final

from sqlalchemy import ColumnElement
from sqlmodel import col, delete, select

from ceo.settings import Settings
from ceo.storage.database import Database
from ceo.storage.releases import Release, ReleaseFile
from ceo.storage.tenancy import reading_across, shared_transaction
from ceo.storage.turns import Turn
from ceo.workflows.releases.computing import release_name
from ceo.workflows.releases.public import PublicEdition, public_editions
from ceo.workflows.releases.reading import Cubes, find_release, release_address

if TYPE_CHECKING:
    from exports.release.formats import ReleaseFormat

_LOG: Final = logging.getLogger(__name__)
# No other file of an edition is called so.
_PREFIX: Final = "ready-"
_HEAD: Final = 0
_DIGITS: Final = 16
# In bytes.
_PART: Final = 1024 * 1024


class FileGoneError(Exception):
    """A file was replaced by another while it was being sent."""


@dataclass(frozen=True, slots=True)
class ReadyFile:
    """A file in the database: `size` in bytes, `digest` (64 hexadecimal digits of SHA-256), and what it is stored under."""

    database: Database
    release: str
    edition: int
    name: str
    size: int
    digest: str

    async def parts(self) -> AsyncIterator[bytes]:
        """Yield the file in parts. Raises `FileGoneError` when it went in the midst of it."""
        for part in range(_HEAD + 1, _HEAD + 1 + -(-self.size // _PART)):
            # A short transaction for each: a reader may take an hour, and a whole file does not belong in memory.
            async with reading_across(self.database) as session:
                row = await session.get(ReleaseFile, (self.release, self.edition, self.name, part))
            if row is None:
                raise FileGoneError
            yield row.content


async def ready_files(database: Database, base_url: str, edition: Release | PublicEdition) -> dict[str, ReadyFile]:
    """Return the files of an edition that are ready, by extension. `base_url` is where the edition stands."""
    names = {_name(edition, form, base_url): form.extension for form in _forms()}
    heads = select(ReleaseFile.name, ReleaseFile.content).where(
        col(ReleaseFile.release) == edition.name,
        col(ReleaseFile.edition) == edition.edition,
        col(ReleaseFile.name).in_(names),
        col(ReleaseFile.part) == _HEAD,
    )
    async with reading_across(database) as session:
        found = (await session.exec(heads)).all()
    return {
        names[name]: ReadyFile(database, edition.name, edition.edition, name, **json.loads(head))
        for name, head in found
    }


async def make_files_ready(database: Database, settings: Settings) -> int:
    """Write every file that is not ready; return how many."""
    written, broken = 0, set[str]()
    while await make_next_file_ready(database, settings, broken):
        written += 1
    return written - len(broken)


async def make_next_file_ready(database: Database, settings: Settings, broken: set[str]) -> bool:
    """Write one file that is not ready, of the newest edition first. Returns whether there was one that no other process is writing.

    One that cannot be written is logged and its name goes into `broken`: it is not tried again, so that it keeps no other waiting.
    """
    if await _next_waiting(database, settings, broken) is None:
        return False
    turn = Turn(database, "release-files")
    if not await turn.take():
        return False
    try:
        waiting = await _next_waiting(database, settings, broken)  # another process may just have written it
        if waiting is None:
            return False
        try:
            await _make_ready(database, settings, waiting)
        except Exception:  # noqa: BLE001 - whatever it was, people get the file from the process that they ask
            _LOG.exception(
                "a file of %s could not be written", release_name(waiting.edition.name, waiting.edition.edition)
            )
            broken.add(waiting.name)
        return True
    finally:
        await turn.give_back()


@dataclass(frozen=True, slots=True)
class _Waiting:
    """A file that is not there yet, and the name that it will have."""

    edition: PublicEdition
    form: ReleaseFormat
    name: str


async def _next_waiting(database: Database, settings: Settings, broken: set[str]) -> _Waiting | None:
    heads = select(ReleaseFile.name).where(col(ReleaseFile.name).startswith(_PREFIX), col(ReleaseFile.part) == _HEAD)
    editions = await public_editions(database)
    async with reading_across(database) as session:
        known = {*await session.exec(heads), *broken}
    forms = _forms()
    wanted = (_Waiting(one, form, _name(one, form, settings.base_url)) for one in editions for form in forms)
    return next((one for one in wanted if one.name not in known), None)


async def _make_ready(database: Database, settings: Settings, waiting: _Waiting) -> None:
    row = await find_release(database, waiting.edition.name, waiting.edition.edition, public=True)
    assert row is not None, "what was published does not go away"
    release = await Cubes(settings.base_url).open(database, row)
    if _name(row, waiting.form, settings.base_url) != waiting.name:
        return  # it was corrected or withdrawn since we looked
    with TemporaryFile(prefix="ceo-release-") as file:
        head = await asyncio.to_thread(_write, file, waiting.form.write(release))
        await _keep(database, waiting, file, head)


def _write(file: IO[bytes], parts: Iterator[bytes]) -> bytes:
    """Write a file, and return what tells of the whole."""
    digest = hashlib.sha256()
    for part in parts:
        digest.update(part)
        file.write(part)
    head = {"size": file.tell(), "digest": digest.hexdigest()}
    file.seek(0)
    return json.dumps(head).encode()


async def _keep(database: Database, waiting: _Waiting, file: IO[bytes], head: bytes) -> None:
    """Keep a file, and remove the one before. A transaction a part, so that nobody who sends answers has to wait for all of it."""
    await _remove(
        database, waiting, col(ReleaseFile.name) == waiting.name
    )  # what a process left that was stopped half-way
    for part in count(_HEAD + 1):
        content = await asyncio.to_thread(file.read, _PART)
        if not content:
            break
        await _add(database, waiting, part, content)
    await _add(database, waiting, _HEAD, head)
    same_form = col(ReleaseFile.name).startswith(f"{_PREFIX}{waiting.form.extension}-")
    await _remove(database, waiting, same_form & (col(ReleaseFile.name) != waiting.name))


async def _add(database: Database, waiting: _Waiting, part: int, content: bytes) -> None:
    edition = waiting.edition
    async with shared_transaction(database) as session:
        session.add(
            ReleaseFile(release=edition.name, edition=edition.edition, name=waiting.name, part=part, content=content)
        )


async def _remove(database: Database, waiting: _Waiting, which: ColumnElement[bool]) -> None:
    edition = waiting.edition
    async with shared_transaction(database) as session:
        await session.exec(
            delete(ReleaseFile).where(
                col(ReleaseFile.release) == edition.name, col(ReleaseFile.edition) == edition.edition, which
            )
        )


def _forms() -> list[ReleaseFormat]:
    """Return the formats that take seconds to write."""
    from exports.release.formats import RELEASE_FORMATS

    return [form for form in RELEASE_FORMATS.values() if form.is_slow]


def _name(edition: Release | PublicEdition, form: ReleaseFormat, base_url: str) -> str:
    """Return the name of a file: its form, and the beginning of a digest of all that it follows from."""
    address = release_address(base_url, edition.name, edition.edition)
    told = (version("ceo-survey"), edition.digest, edition.state, edition.ended_because, edition.published_on, address)
    digest = hashlib.sha256(json.dumps(told, default=str).encode()).hexdigest()
    return f"{_PREFIX}{form.extension}-{digest[:_DIGITS]}"
