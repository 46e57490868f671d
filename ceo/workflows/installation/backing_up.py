"""A backup of everything in one file, while people go on answering; and putting it back, with proof that nothing changed.

The file is a ZIP archive: for each table a file with a row a line, in order of the primary key, and `manifest.json` with the number of
rows and the SHA-256 of each. It does not depend on the kind of database, so it also moves an installation from SQLite to PostgreSQL. It
holds what the database holds: what is encrypted there is encrypted here, and the keys are in neither.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Table
from sqlalchemy.ext.asyncio import AsyncConnection

from ceo.storage.database import Database
from ceo.storage.dumping import (
    count_on,
    empty,
    filling,
    is_empty,
    one_moment,
    put_rows,
    unknown_tables,
    written_rows,
)
from ceo.storage.migrating import newest_revision
from ceo.storage.tables import all_tables

_FORMAT: Final = "ceo-backup/1"
_MANIFEST: Final = "manifest.json"
# An installed database has these already; they are replaced.
_FILLED_BY_INSTALLING: Final = (
    "municipality",
    "area",
    "area_member",
    "area_change",
    "area_division",
    "register_figure",
)

ReportProgress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Content:
    """The rows of one table: how many there are, and their SHA-256."""

    rows: int
    digest: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a backup holds. `revision` is that of the tables, `made_at` an ISO moment."""

    revision: str
    made_at: str
    tables: dict[str, Content]

    @property
    def digest(self) -> str:
        """Return the SHA-256 of all content: equal for equal content, whatever the database."""
        lines = (f"{name} {content.rows} {content.digest}\n" for name, content in sorted(self.tables.items()))
        return hashlib.sha256("".join(lines).encode()).hexdigest()

    @property
    def rows(self) -> int:
        """Return the number of rows in all tables."""
        return sum(content.rows for content in self.tables.values())


@dataclass(frozen=True, slots=True)
class BackupFault:
    """Why a backup was not put back. Nothing was changed."""

    cause: str
    cure: str


class _ContentDiffersError(Exception):
    """What was put in is not what the backup says."""


async def write_backup(
    database: Database, file: Path, *, now: datetime, report_progress: ReportProgress = lambda _done, _all: None
) -> Manifest:
    """Write all rows as they are at one moment to a new file, which only its owner may read; return what it holds."""
    beginning = file.with_name(file.name + ".part")
    descriptor = os.open(beginning, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as stream, zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
            tables = await _write_tables(database, archive, report_progress)
            manifest = Manifest(newest_revision(), now.isoformat(), tables)
            archive.writestr(_MANIFEST, _manifest_text(manifest))
        beginning.replace(file)
    finally:
        beginning.unlink(missing_ok=True)
    return manifest


def read_manifest(file: Path) -> Manifest | BackupFault:
    """Return what a backup says that it holds."""
    try:
        with zipfile.ZipFile(file) as archive:
            document = json.loads(archive.read(_MANIFEST))
        if document["format"] != _FORMAT:
            return _unreadable(file)
        tables = {name: Content(**content) for name, content in document["tables"].items()}
        return Manifest(document["revision"], document["made_at"], tables)
    except (OSError, zipfile.BadZipFile, KeyError, TypeError, ValueError):
        return _unreadable(file)


async def restore_backup(
    database: Database,
    file: Path,
    *,
    application: str | None = None,
    report_progress: ReportProgress = lambda _done, _all: None,
) -> Manifest | BackupFault:
    """Put a backup into an installed database without data, as the owner of its tables; return what it holds.

    All of it or nothing: what is in the database afterwards is read again and compared before it counts. `application` is the role
    that serves, when it is another one.
    """
    manifest = read_manifest(file)
    if isinstance(manifest, BackupFault):
        return manifest
    fault = _fault_of_tables(manifest)
    if fault is not None:
        return fault
    try:
        async with filling(database, application) as connection:
            if not await is_empty(connection, but=_FILLED_BY_INSTALLING):
                return BackupFault(
                    "In deze database staan al gegevens.", "Maak een lege database, en voer eerst uit: ceo migrate"
                )
            await _fill(connection, file, manifest, report_progress)
    except (_ContentDiffersError, zipfile.BadZipFile) as error:
        return BackupFault(
            f"De inhoud klopt niet met wat het bestand zelf zegt ({error}). Er is niets veranderd.",
            "Gebruik een andere reservekopie.",
        )
    return manifest


async def content_of(database: Database) -> dict[str, Content]:
    """Return the content of every table at one moment."""
    async with one_moment(database) as connection:
        return {table.name: await _content(connection, table) for table in all_tables()}


async def _write_tables(
    database: Database, archive: zipfile.ZipFile, report_progress: ReportProgress
) -> dict[str, Content]:
    tables = all_tables()
    contents: dict[str, Content] = {}
    async with one_moment(database) as connection:
        unknown = await unknown_tables(connection)
        assert not unknown, f"a backup without {sorted(unknown)} would not be one"
        for done, table in enumerate(tables):
            report_progress(done, len(tables))
            digest, rows = hashlib.sha256(), 0
            with archive.open(_name_of(table), "w", force_zip64=True) as stream:
                async for line in written_rows(connection, table):
                    written = (line + "\n").encode()
                    stream.write(written)
                    digest.update(written)
                    rows += 1
            contents[table.name] = Content(rows, digest.hexdigest())
    report_progress(len(tables), len(tables))
    return contents


async def _fill(connection: AsyncConnection, file: Path, manifest: Manifest, report_progress: ReportProgress) -> None:
    tables = all_tables()
    for table in reversed(tables):  # who refers goes before what it refers to
        if table.name in _FILLED_BY_INSTALLING:
            await empty(connection, table)
    with zipfile.ZipFile(file) as archive:
        for done, table in enumerate(tables):
            report_progress(done, len(tables))
            await put_rows(connection, table, _lines(archive, table))
            await count_on(connection, table)
            if await _content(connection, table) != manifest.tables[table.name]:
                raise _ContentDiffersError(table.name)
    report_progress(len(tables), len(tables))


async def _content(connection: AsyncConnection, table: Table) -> Content:
    digest, rows = hashlib.sha256(), 0
    async for line in written_rows(connection, table):
        digest.update((line + "\n").encode())
        rows += 1
    return Content(rows, digest.hexdigest())


def _lines(archive: zipfile.ZipFile, table: Table) -> Iterator[str]:
    with archive.open(_name_of(table)) as stream:
        yield from io.TextIOWrapper(stream, encoding="utf-8", newline="\n")


def _name_of(table: Table) -> str:
    return f"{table.name}.jsonl"


def _fault_of_tables(manifest: Manifest) -> BackupFault | None:
    """Return why a backup does not fit the tables of this version of the software."""
    if manifest.revision == newest_revision() and set(manifest.tables) == {table.name for table in all_tables()}:
        return None
    return BackupFault(
        f"De reservekopie is van een andere versie van CEO (tabellen {manifest.revision}, hier {newest_revision()}).",
        "Installeer de versie die de reservekopie maakte, zet haar daar terug, en voer daarna de nieuwe versie uit met: ceo migrate",
    )


def _manifest_text(manifest: Manifest) -> str:
    document: dict[str, Any] = {
        "format": _FORMAT,
        "revision": manifest.revision,
        "made_at": manifest.made_at,
        "digest": manifest.digest,
        "tables": {name: {"rows": one.rows, "digest": one.digest} for name, one in manifest.tables.items()},
    }
    return json.dumps(document, indent=1)


def _unreadable(file: Path) -> BackupFault:
    return BackupFault(
        f"{file.name} is geen reservekopie van CEO.", "Geef een bestand dat met 'ceo backup' is gemaakt."
    )
