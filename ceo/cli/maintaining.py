"""The commands that close the pages while somebody works on the installation."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import TYPE_CHECKING, Final, TypeVar

import click

from ceo.cli.inputs import given_settings
from ceo.clock import DUTCH_TIME, now
from ceo.terminal import OUT, fail, telling_database_faults

if TYPE_CHECKING:
    from ceo.storage.database import Database
    from ceo.workflows.installation.maintenance import Work

Result = TypeVar("Result")

_MOMENT: Final = "%Y-%m-%d %H:%M"


@click.group()
def maintenance() -> None:
    """Sluit de website tijdens werk eraan. Bezoekers lezen dat zij zo terug kunnen komen; gegeven antwoorden blijven bewaard."""


@maintenance.command("on")
@click.option(
    "--until", metavar="MOMENT", help='Wanneer de website naar verwachting terug is, zoals "2026-11-23 08:00".'
)
def begin(until: str | None) -> None:
    """Sluit de website. Draaiende servers merken het binnen enkele seconden."""
    from ceo.workflows.installation.maintenance import begin_maintenance

    moment = _read_moment(until) if until else None
    _tell(_on_database(lambda database: begin_maintenance(database, now=now(), until=moment)))


@maintenance.command("off")
def end() -> None:
    """Open de website weer."""
    from ceo.workflows.installation.maintenance import end_maintenance

    _on_database(end_maintenance)
    _tell(None)


@maintenance.command()
def status() -> None:
    """Toon of de website gesloten is."""
    from ceo.workflows.installation.maintenance import find_maintenance

    _tell(_on_database(find_maintenance))


def _tell(work: Work | None) -> None:
    if work is None:
        OUT.print("De website is open.")
        return
    until = f", naar verwachting tot {_shown(work.until)}" if work.until else ""
    OUT.print(f"De website is gesloten voor onderhoud sinds {_shown(work.since)}{until}.")


def _read_moment(text: str) -> datetime:
    """Return a moment on the clocks of the Netherlands."""
    try:
        moment = datetime.strptime(text, _MOMENT).replace(tzinfo=DUTCH_TIME)
    except ValueError:
        fail(f'{text} is geen moment. Schrijf bijvoorbeeld: --until "2026-11-23 08:00"')
    if moment <= now():
        fail(f"{text} is al voorbij. Kies een later moment, of laat --until weg.")
    return moment


def _shown(moment: datetime) -> str:
    return moment.astimezone(DUTCH_TIME).strftime(_MOMENT)


def _on_database(work: Callable[[Database], Awaitable[Result]]) -> Result:
    """Do something on the database of the settings. Its tables may be those of another version: that is when people close the website."""
    from sqlalchemy.exc import DBAPIError

    from ceo.storage.database import open_database
    from ceo.storage.migrating import DatabaseNotCurrentError

    settings = given_settings()

    async def run() -> Result:
        async with open_database(settings.database_url) as database:
            try:
                return await work(database)
            except DBAPIError as error:
                if "maintenance" in str(error.orig):  # there is no such table
                    raise DatabaseNotCurrentError from error
                raise

    with telling_database_faults():
        return asyncio.run(run())
