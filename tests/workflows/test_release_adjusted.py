"""Adjusted scores are made with an edition, and each municipality reads its own as they were sealed, or nothing."""

from __future__ import annotations

import pytest
from released import TOWNS, UTRECHT

from analysis.release.adjusting import AdjustedScore
from ceo.settings import Settings
from ceo.storage.database import open_database
from ceo.storage.tenancy import shared_transaction
from ceo.workflows.demonstration.national import MEASUREMENT
from ceo.workflows.releases.adjusting import ADJUSTED, own_adjusted
from ceo.workflows.releases.files import DamagedEditionError, read_release_file, write_release_file
from ceo.workflows.releases.reading import find_release

pytestmark = pytest.mark.anyio


async def test_a_municipality_reads_its_own_adjusted_scores_and_none_that_were_changed(
    released_settings: Settings,
) -> None:
    async with open_database(released_settings.database_url) as database:
        row = await find_release(database, MEASUREMENT, public=True)
        assert row is not None
        own = await own_adjusted(database, row, UTRECHT)
        assert own is not None
        assert [one.title for one in own.adjusters] == ["Leeftijd", "Geslacht"]
        found = own.scores["TOE01"]
        assert isinstance(found, tuple)
        score, of_all = found
        assert isinstance(score, AdjustedScore)
        assert score.difference == score.value - of_all.average
        assert of_all.units == len(TOWNS)
        elsewhere = await own_adjusted(database, row, "GM0363")
        assert elsewhere is not None
        assert elsewhere.scores == {}

        content = await read_release_file(database, MEASUREMENT, 1, ADJUSTED)
        assert content is not None
        async with shared_transaction(database) as session:
            await write_release_file(session, MEASUREMENT, 1, ADJUSTED, content.replace(b'"margin":', b'"margin":1', 1))
        with pytest.raises(DamagedEditionError, match=f"{MEASUREMENT}/1"):
            await own_adjusted(database, row, UTRECHT)
        # An edition of before there were such scores names none.
        row.manifest = {name: told for name, told in (row.manifest or {}).items() if name != "adjusted"}
        assert await own_adjusted(database, row, UTRECHT) is None
