from datetime import date

import pytest
from arrangements import TODAY, UTRECHT, ZWOLLE, arrange_round

from ceo.settings import Settings
from ceo.storage.contacts import InvitationState
from ceo.storage.database import Database
from ceo.storage.invitation_rows import find_invited, find_newest_round
from ceo.workflows.answering.arriving import start

pytestmark = pytest.mark.anyio


async def test_an_invitation_is_found_with_its_round_and_how_far_it_has_come(
    database: Database, installation_settings: Settings
) -> None:
    opened = await arrange_round(database, installation_settings)
    found = await find_invited(database, UTRECHT, opened.key().access_hash)
    assert found is not None
    assert (found[0], found[1].id, found[1].closes_on) == (InvitationState.OPEN, opened.round_id, date(2026, 12, 31))
    await start(database, opened.key(), today=TODAY)
    newest = await find_invited(database, UTRECHT, opened.key().access_hash)
    assert newest is not None
    assert newest[0] is InvitationState.STARTED


async def test_an_invitation_of_another_municipality_is_not_found(
    database: Database, installation_settings: Settings
) -> None:
    opened = await arrange_round(database, installation_settings)
    assert await find_invited(database, ZWOLLE, opened.key().access_hash) is None
    assert await find_newest_round(database, ZWOLLE) is None


async def test_the_newest_round_is_the_one_that_closes_last(
    database: Database, installation_settings: Settings
) -> None:
    for measurement, closes_on in (("a", date(2026, 12, 1)), ("b", date(2026, 12, 31)), ("c", date(2026, 11, 30))):
        await arrange_round(database, installation_settings, measurement=measurement, closes_on=closes_on)
    found = await find_newest_round(database, UTRECHT)
    assert found is not None
    assert found.measurement == "b"
