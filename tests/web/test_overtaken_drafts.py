"""Who publishes alone is told before which drafts of the whole country have to be made and signed anew."""

from __future__ import annotations

import pytest
from released import NOW, UTRECHT
from web.drafted import as_if_made, sign_all, with_second_edition
from web.running import Site
from web.staffing import staff_browser

from ceo.workflows.demonstration.national import MEASUREMENT
from ceo.workflows.releases.deciding import By, Looked, ReleaseDecided, sign_round
from ceo.workflows.releases.proposal import Proposal
from ceo.workflows.releases.proposing import Proposed, propose
from ceo.workflows.rights import Role

pytestmark = pytest.mark.anyio


async def test_the_page_before_publishing_names_the_national_drafts_that_it_overtakes(released: Site) -> None:
    own = Proposal(
        name="wmo-eigen", measurement=MEASUREMENT, title="Eigen", population="Cliënten", publisher="CEO", divisions=()
    )
    assert isinstance(await propose(released.database, own, place=UTRECHT, actor="7", now=NOW), Proposed)
    row = await as_if_made(released, own.name, 1, only=UTRECHT)
    looked = Looked(row.name, 1, row.digest)
    assert await sign_round(released.database, looked, By(UTRECHT, "7", NOW)) is ReleaseDecided.DONE
    browser = await staff_browser(released, {UTRECHT: Role.OWNER})
    address = f"/werk/{UTRECHT}/uitgaven/{own.name}/1/publiceren"
    assert "concepten over dezelfde meting" not in (await browser.open(address)).text
    second = await with_second_edition(released)
    await sign_all(released, second)
    page = await browser.open(address)
    assert "Dit raakt ook concepten over dezelfde meting." in page.text
    assert f"({MEASUREMENT}/2): elke gemeente heeft al getekend" in page.text
