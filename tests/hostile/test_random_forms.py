"""Ten thousand random forms over both databases. `CEO_HOSTILE_FORMS` makes it more or fewer, `CEO_HOSTILE_SEED` others."""

import os

import pytest
from hostile.harm import LogWatch
from hostile.storm import Storm
from hostile.world import arrange_world
from web.running import Site

pytestmark = pytest.mark.anyio

STORMS = 4
FORMS = int(os.environ.get("CEO_HOSTILE_FORMS", "10000")) // (2 * STORMS)
SEED = int(os.environ.get("CEO_HOSTILE_SEED", "2026"))


@pytest.mark.parametrize("number", range(STORMS))
async def test_random_forms_break_nothing_run_nothing_and_reach_nobody_else(
    site: Site, log: LogWatch, number: int
) -> None:
    world = await arrange_world(site)
    before = [row.model_dump() for row in await world.others()]
    storm = Storm(world, SEED + number)
    await storm.rage(FORMS)

    assert [row.model_dump() for row in await world.others()] == before
    assert len(await world.sent_by_attackers()) <= len(world.attackers)
    log.assert_hides(world.never_logged)
    assert [place.parts for place, times in storm.posted.items() if times == 0] == []
    assert {200, 303, 404, 409, 422} <= set(world.watch.statuses), world.watch.statuses
