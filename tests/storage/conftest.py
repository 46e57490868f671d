"""What tests of the tables share."""

import pytest
from walls import arrange_towns

from ceo.settings import Settings
from ceo.storage.database import Database


@pytest.fixture
async def towns(database: Database, installation_settings: Settings) -> Database:
    """A database with three invited clients in each of four municipalities, of whom one has begun."""
    await arrange_towns(database, installation_settings)
    return database
