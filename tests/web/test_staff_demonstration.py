"""Looking around in the demonstration without a password; and nowhere else."""

from __future__ import annotations

from dataclasses import replace

import pytest
from web.running import Site

from ceo.clock import now
from ceo.workflows.demonstration.measurements import is_complete
from ceo.workflows.demonstration.staff import PEOPLE, people_to_be, seed_staff

pytestmark = pytest.mark.anyio


async def test_a_visitor_looks_around_as_a_person_of_the_demonstration(own_site: Site) -> None:
    await seed_staff(own_site.database, now=now())
    (own_site.settings.data_folder / "demo-codes.json").write_text("{}")
    assert is_complete(own_site.settings)
    browser = own_site.browser()
    page = await browser.open("/werk/rondkijken")
    assert "Kijk rond als Eva Eigenaar" in page.text
    page = await browser.press("Kijk rond als Eva Eigenaar")
    assert browser.place == "/werk/GM0344"
    assert "Mensen" in [text for _, text in page.links]


async def test_elsewhere_nobody_comes_in_without_a_password(own_site: Site) -> None:
    await seed_staff(own_site.database, now=now())
    browser = own_site.browser()
    assert (await browser.client.get("/werk/rondkijken")).status_code == 404
    await browser.open("/werk/plaatsen/onbekend")
    (own_site.settings.data_folder / "demo-codes.json").write_text("{}")
    secure = replace(own_site.settings, base_url="https://ceo.example")
    assert await people_to_be(own_site.database, secure) == ()
    assert len(await people_to_be(own_site.database, own_site.settings)) == len(PEOPLE)
