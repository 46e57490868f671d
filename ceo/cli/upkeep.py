"""The command that removes what has served its purpose, for who does not leave that to the server."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click

from ceo.cli.inputs import given_settings
from ceo.clock import dutch_day
from ceo.settings import Settings
from ceo.terminal import OUT, telling_database_faults

if TYPE_CHECKING:
    from ceo.workflows.installation.upkeep import Removed


@click.command()
def upkeep() -> None:
    """Ruim op wat niet meer nodig is: niet verstuurde antwoorden van gesloten metingen, en oude tellingen.

    Een draaiende server doet dit zelf elke dag.
    """
    settings = given_settings()
    with telling_database_faults():
        removed = asyncio.run(_tidy(settings))
    OUT.print("Opgeruimd:")
    OUT.print(f"  niet verstuurde vragenlijsten van gesloten metingen  {removed.drafts}")
    OUT.print(f"  tellingen van verkeerde codes                        {removed.attempts}")
    OUT.print(f"  gebruikte merktekens van oordelen over het invullen  {removed.markers}")
    OUT.print(f"  aanmeldingen van medewerkers die zijn afgelopen      {removed.sign_ins}")
    OUT.print(f"  links in mails die niet meer werken                  {removed.links}")
    OUT.print(f"  soorten gegevens waarvan de bewaartijd voorbij is    {removed.retained}")
    OUT.print(f"  taken die langer dan dertig dagen over zijn          {removed.jobs}")
    OUT.print(f"  bestanden die half aankwamen of zijn opgehaald       {removed.files}")
    OUT.print(f"  tellingen van wat programma's vragen                  {removed.allowances}")


async def _tidy(settings: Settings) -> Removed:
    from ceo.storage.database import open_database
    from ceo.storage.migrating import require_current
    from ceo.workflows.installation.upkeep import tidy
    from ceo.workflows.notices.digests import mail_digests

    await require_current(settings)
    async with open_database(settings.database_url) as database:
        removed = await tidy(database, today=dutch_day(), now=datetime.now(UTC))
        await mail_digests(database, settings, today=dutch_day())
    return removed
