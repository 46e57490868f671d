"""Preparing the database of an installation."""

from __future__ import annotations

from ceo.settings import Settings
from ceo.storage.database import open_database
from ceo.storage.migrating import migrate
from ceo.storage.municipalities import load_municipalities
from ceo.storage.tenancy import shared_transaction


async def install(settings: Settings) -> int:
    """Bring the tables up to date and load the municipalities; return how many municipalities were new."""
    async with open_database(settings.database_url) as database:
        await migrate(database)
        async with shared_transaction(database) as session:
            return await load_municipalities(session)
