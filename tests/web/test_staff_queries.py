"""No page of the workplace asks more of the database when there is more in it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from arrangements import arrange_round
from sqlmodel import insert, select
from web.counting import counted_statements
from web.reading import Resident
from web.running import Site
from web.staffing import add_staff, signed_in_browser

from ceo.clock import dutch_day
from ceo.storage.people import NATIONAL, Membership
from ceo.storage.rounds import Promise, Round
from ceo.storage.tenancy import shared_transaction, tenant_reading, tenant_transaction
from ceo.workflows.rights import Role

pytestmark = pytest.mark.anyio

OWN = "GM0344"
ROUNDS = 1000


async def questions(site: Site, browser: Resident) -> dict[str, int]:
    """Return how many statements each page sends that a route without further parameters shows to this person."""
    asked: dict[str, int] = {}
    paths = {
        route.path.replace("{municipality_code:str}", OWN)
        for route in site.app.routes
        if route.path.startswith("/werk") and "GET" in getattr(route, "methods", ())
    }
    for path in sorted(path for path in paths if "{" not in path):
        await browser.client.get(path)  # what is opened once and kept is not counted
        counts = []
        for _ in range(2):  # the smaller one: now and then something is looked for in the background
            with counted_statements(site.database) as statements:
                answer = await browser.client.get(path)
            counts.append(len(statements))
        if answer.status_code == 200:
            asked[path] = min(counts)
    return asked


async def test_a_thousand_rounds_and_all_municipalities_cost_no_more_statements(own_site: Site) -> None:
    site = own_site
    await arrange_round(site.database, site.settings, municipality=OWN, closes_on=dutch_day() + timedelta(days=9))
    user_id = await add_staff(site.database, {OWN: Role.OWNER, NATIONAL: Role.NATIONAL_EDITOR})
    browser = await signed_in_browser(site, user_id)
    before = await questions(site, browser)
    async with tenant_reading(site.database, OWN) as session:
        content_hash = (await session.exec(select(Round.questionnaire_hash))).one()
    async with shared_transaction(site.database) as session:
        others = [code for code in site.installation.municipalities if code != OWN]
        rows = [{"user_id": user_id, "place": code, "role": "regional", "activities": []} for code in others]
        await session.exec(insert(Membership), params=rows)
    async with tenant_transaction(site.database, OWN) as session:
        many = [
            {
                "municipality": OWN,
                "measurement": f"wmo-{number}",
                "title": f"Meting {number}",
                "questionnaire_hash": content_hash,
                "opens_on": dutch_day() - timedelta(days=number),
                "closes_on": dutch_day() + timedelta(days=10),
                "phone": "14 030",
                "simulated": False,
                "results_shown": False,
                "promise": Promise.ANONYMOUS.value,
            }
            for number in range(ROUNDS)
        ]
        await session.exec(insert(Round), params=many)
    after = await questions(site, browser)
    assert len(before) > 10
    assert before[f"/werk/{OWN}"] > 3, "statements are counted"
    assert after == before
    assert max(after.values()) < 20, after
