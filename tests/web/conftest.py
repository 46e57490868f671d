"""A running site on each database, shared by the tests of a process: each test takes a municipality of its own."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from installation import settings_of_copy
from web.reading import Resident
from web.running import Site, lent, started

from ceo.settings import Settings
from ceo.storage.database import open_database
from ceo.storage.municipalities import Municipality, shipped_municipalities
from ceo.storage.tenancy import shared_transaction
from ceo.web.app import create_app


@pytest.fixture(
    scope="session",
    params=[
        pytest.param("sqlite", marks=pytest.mark.xdist_group("site on sqlite")),
        pytest.param("postgresql", marks=pytest.mark.xdist_group("site on postgresql")),
    ],
)
def site_settings(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    return settings_of_copy(request, tmp_path_factory.mktemp("site"))


@pytest.fixture(scope="session")
async def site(site_settings: Settings) -> AsyncIterator[Site]:
    """A site with more municipalities than the country has: each test takes some that no other has used."""
    invented = [
        Municipality(
            code=f"GM9{n:03}", name=f"Proef {n}", province_code="PV26", province="Utrecht", population=1, size_class=1
        )
        for n in range(900)
    ]
    # Tests that need no municipality of their own name this one.
    codes = [row.code for row in (*shipped_municipalities(), *invented) if row.code != "GM0344"]
    url = site_settings.owner_database_url or site_settings.database_url
    async with open_database(url) as database, shared_transaction(database) as session:
        session.add_all(invented)
    app = create_app(site_settings)
    async with started(app):
        yield Site(app, site_settings, iter(codes))


@pytest.fixture
async def own_site(installation_settings: Settings) -> AsyncIterator[Site]:
    """A site that a test may break."""
    with lent(installation_settings) as app:
        async with app.lifespan():
            yield Site(app, installation_settings, iter([row.code for row in shipped_municipalities()]))


@pytest.fixture
async def released(released_settings: Settings) -> AsyncIterator[Site]:
    """A site of this test's own with a published release of seven municipalities (`released.TOWNS`)."""
    with lent(released_settings) as app:
        async with app.lifespan():
            yield Site(app, released_settings, iter(()))


@pytest.fixture
async def browser(site: Site) -> AsyncIterator[Resident]:
    resident = site.browser()
    yield resident
    await resident.client.aclose()


@pytest.fixture
def templates() -> list[Path]:
    """The sources of all templates."""
    found = sorted(Path(str(create_app.__globals__["__file__"])).parent.joinpath("templates").glob("**/*.html"))
    assert found
    return found
