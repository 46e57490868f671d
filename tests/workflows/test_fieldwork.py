from datetime import date
from pathlib import Path

import pytest
from arrangements import UTRECHT, ZWOLLE, arrange_round
from installation import settings_on
from sqlalchemy.exc import IntegrityError
from sqlmodel import select

from ceo.settings import Settings
from ceo.storage.contacts import Invitation
from ceo.storage.database import Database, open_database
from ceo.storage.rounds import Round, Stratum
from ceo.storage.tenancy import tenant_reading
from ceo.workflows.answering.access_codes import read_code
from ceo.workflows.installation.installing import install

pytestmark = pytest.mark.anyio


async def test_a_round_opens_with_its_strata_and_their_numbers_of_clients(
    database: Database, installation_settings: Settings
) -> None:
    opened = await arrange_round(database, installation_settings, invited={"Begeleiding": 2, "Vervoer": 3})
    async with tenant_reading(database, UTRECHT) as session:
        its_round = await session.get_one(Round, opened.round_id)
        strata = {row.name: row.population for row in await session.exec(select(Stratum))}
    assert (its_round.opens_on, its_round.closes_on) == (date(2026, 11, 1), date(2026, 12, 31))
    assert strata == {"Begeleiding": 20, "Vervoer": 30}


async def test_each_invited_client_has_an_own_code_that_is_stored_nowhere(
    database: Database, installation_settings: Settings
) -> None:
    opened = await arrange_round(database, installation_settings, invited={"Begeleiding": 2, "Vervoer": 3})
    async with tenant_reading(database, UTRECHT) as session:
        rows = (await session.exec(select(Invitation))).all()
    assert len({read_code(code) for code in opened.codes}) == 5
    assert sorted(row.stratum for row in rows) == ["Begeleiding"] * 2 + ["Vervoer"] * 3
    assert {row.access_hash for row in rows} == {opened.key(number).access_hash for number in range(5)}


async def test_a_municipality_holds_a_measurement_once(database: Database, installation_settings: Settings) -> None:
    await arrange_round(database, installation_settings)
    with pytest.raises(IntegrityError):
        await arrange_round(database, installation_settings)
    await arrange_round(database, installation_settings, municipality=ZWOLLE)


async def test_installing_again_adds_nothing(tmp_path: Path) -> None:
    settings = settings_on(f"sqlite+aiosqlite:///{tmp_path}/ceo.sqlite3", tmp_path)
    assert (await install(settings)).municipalities == 342
    assert (await install(settings)).municipalities == 0
    async with open_database(settings.database_url) as database, tenant_reading(database, UTRECHT) as session:
        assert list(await session.exec(select(Round))) == []
