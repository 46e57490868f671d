"""The command that tells what has to go because its period of keeping has passed."""

from __future__ import annotations

import asyncio
from datetime import date
from typing import TYPE_CHECKING, Final

import click

from ceo.cli.inputs import given_settings
from ceo.clock import dutch_day
from ceo.settings import Settings
from ceo.terminal import OUT, table_of, telling_database_faults

if TYPE_CHECKING:
    from ceo.workflows.ending.retention import Due

_WORDS: Final = {
    "contacts": "namen, adressen en codes van een meting",
    "drawn": "wie wanneer is getrokken",
    "own-words": "wat mensen in eigen woorden schreven, van een meting",
}


@click.command()
@click.option("--op", "day", type=click.DateTime(["%Y-%m-%d"]), help="Een andere dag dan vandaag, zoals 2027-12-31.")
def retention(day: date | None) -> None:
    """Laat zien wat moet verdwijnen omdat de bewaartijd voorbij is. Er verandert niets.

    Een draaiende server ruimt dit zelf elke dag op; namen, adressen en codes wist een worker.
    """
    settings = given_settings()
    today = dutch_day() if day is None else date(day.year, day.month, day.day)
    with telling_database_faults():
        due = asyncio.run(_due(settings, today))
    if not due:
        OUT.print(f"Op {today:%d-%m-%Y} hoeft er niets te verdwijnen.")
        return
    rows = [(one.municipality, _WORDS[one.kind], str(one.number)) for one in due]
    OUT.print(table_of(f"Te verwijderen op {today:%d-%m-%Y}", ("Gemeente", "Wat", "Aantal"), rows, names=2))


async def _due(settings: Settings, today: date) -> list[Due]:
    from ceo.storage.database import open_database
    from ceo.storage.migrating import require_current
    from ceo.workflows.ending.retention import what_is_due

    await require_current(settings)
    async with open_database(settings.database_url) as database:
        return await what_is_due(database, today=today)
