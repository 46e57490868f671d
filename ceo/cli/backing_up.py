"""Commands that make a backup of everything, and put it back."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from ceo.cli.inputs import FILE, given_settings
from ceo.terminal import OUT, fail, telling_database_faults

if TYPE_CHECKING:
    from ceo.settings import Settings
    from ceo.workflows.installation.backing_up import BackupFault, Manifest

_LARGE = click.Path(dir_okay=False, path_type=Path)


@click.command()
@click.argument("file", type=_LARGE, metavar="BESTAND")
def backup(file: Path) -> None:
    """Maak een reservekopie van de hele database in één bestand. Iedereen kan intussen doorwerken.

    De sleutels staan er niet in. Bewaar die apart: zonder de sleutels werkt geen code meer, en wat versleuteld is blijft dicht.
    """
    if file.exists():
        fail(f"{file} bestaat al. Kies een andere naam: een reservekopie wordt nooit overschreven.")
    if not file.absolute().parent.is_dir():
        fail(f"De map {file.absolute().parent} bestaat niet.")
    settings = given_settings()
    with telling_database_faults(), _progress("Tabellen bewaren") as report:
        manifest = asyncio.run(_back_up(settings, file, report))
    _print(file, manifest)


@click.command()
@click.argument("file", type=FILE, metavar="BESTAND")
def restore(file: Path) -> None:
    """Zet een reservekopie terug in een lege database, en controleer dat alles er weer precies zo staat."""
    from ceo.workflows.installation.backing_up import BackupFault

    settings = given_settings()
    with telling_database_faults(), _progress("Tabellen terugzetten") as report:
        done = asyncio.run(_put_back(settings, file, report))
    if isinstance(done, BackupFault):
        fail(f"{done.cause} {done.cure}")
    _print(file, done)
    OUT.print("De inhoud van de database is gelijk aan die van de reservekopie.")


async def _back_up(settings: Settings, file: Path, report: Callable[[int, int], None]) -> Manifest:
    from ceo.clock import now
    from ceo.storage.database import open_database
    from ceo.storage.migrating import require_current
    from ceo.workflows.installation.backing_up import write_backup

    await require_current(settings)
    async with open_database(settings.database_url) as database:
        return await write_backup(database, file, now=now(), report_progress=report)


async def _put_back(settings: Settings, file: Path, report: Callable[[int, int], None]) -> Manifest | BackupFault:
    from ceo.storage.database import open_database
    from ceo.storage.migrating import require_current
    from ceo.workflows.installation.backing_up import restore_backup
    from ceo.workflows.installation.installing import serving_role

    await require_current(settings)
    role = await serving_role(settings)
    async with open_database(settings.owner_database_url or settings.database_url) as database:
        return await restore_backup(database, file, application=role, report_progress=report)


@contextmanager
def _progress(words: str) -> Iterator[Callable[[int, int], None]]:
    with Progress(TextColumn(words), BarColumn(), MofNCompleteColumn(), console=OUT, transient=True) as progress:
        task = progress.add_task("")
        yield lambda done, total: progress.update(task, completed=done, total=total)


def _print(file: Path, manifest: Manifest) -> None:
    OUT.print(f"{file}: {manifest.rows} rijen in {len(manifest.tables)} tabellen, van {manifest.made_at[:16]} (UTC).")
    OUT.print(f"Kenmerk van de inhoud: {manifest.digest}")
