"""The second wall around releases, their files, keys and agreements: no session filters what is asked here, only PostgreSQL does."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta

import asyncpg
import pytest
from released import ALMERE, NOW, UTRECHT
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from walls import reaching

from ceo.settings import Settings
from ceo.storage.agreements import Agreement
from ceo.storage.database import Database, open_database
from ceo.storage.people import NATIONAL
from ceo.storage.reach import EVERYWHERE, NOTHING
from ceo.storage.tenancy import shared_transaction
from ceo.workflows.api_keys.making import MadeKey, Scope, WantedKey, make_key
from ceo.workflows.demonstration.national import MEASUREMENT
from ceo.workflows.releases.making import make_asked
from ceo.workflows.releases.proposal import Proposal
from ceo.workflows.releases.proposing import Proposed, propose

pytestmark = pytest.mark.anyio

only_postgresql = pytest.mark.parametrize("released_settings", ["postgresql"], indirect=True)

OF_UTRECHT, DRAFT = "wmo-utrecht", "wmo-tweede"
OUTSIDER = "GM0141"  # takes part in nothing


@dataclass(frozen=True)
class Walled:
    """A published national release, a national draft of the same rounds, one of Utrecht alone; a key of both, an agreement about both."""

    database: Database

    async def run(self, reach: str, statement: str) -> list[str]:
        """Return the first column of what a statement returns, in order, to who reaches this."""
        async with reaching(self.database, reach) as connection:
            return sorted(await connection.scalars(text(statement)))

    async def refuses(self, reach: str, statement: str) -> bool:
        try:
            await self.run(reach, statement)
        except DBAPIError as error:
            return isinstance(error.driver_exception, asyncpg.InsufficientPrivilegeError)
        return False


@pytest.fixture
async def walled(released_settings: Settings) -> AsyncIterator[Walled]:
    async with open_database(released_settings.database_url) as database:
        for name, place in ((DRAFT, NATIONAL), (OF_UTRECHT, UTRECHT)):
            proposal = Proposal(name=name, measurement=MEASUREMENT, title=name, population="Cliënten", publisher="CEO")
            assert isinstance(await propose(database, proposal, place=place, actor="7", now=NOW), Proposed)
        await make_asked(database, released_settings, clock=lambda: NOW)
        last = (NOW + timedelta(days=30)).date()
        for place in (UTRECHT, NATIONAL):
            wanted = WantedKey("Proef", (Scope.DRAFTS,), last)
            assert isinstance(await make_key(database, place, wanted, actor="7", now=NOW), MadeKey)
        async with shared_transaction(database) as session:
            for number, name in ((NATIONAL, MEASUREMENT), (UTRECHT, OF_UTRECHT)):
                about = Agreement(
                    id=number,
                    release=name,
                    edition=1,
                    purpose="",
                    user="",
                    rule={},
                    ends_on=last,
                    made_by="7",
                    made_at=NOW,
                )
                session.add(about)
        yield Walled(database)


@only_postgresql
async def test_keys_are_reached_by_their_own_place_only(walled: Walled) -> None:
    everything, changing = "SELECT place FROM api_key", "UPDATE api_key SET label = 'x' RETURNING place"
    for reach, own in ((UTRECHT, [UTRECHT]), (ALMERE, []), (NATIONAL, [NATIONAL]), (NOTHING, [])):
        assert await walled.run(reach, everything) == own
        assert await walled.run(reach, changing) == own
    assert await walled.run(EVERYWHERE, everything) == [UTRECHT, NATIONAL]
    assert await walled.run(EVERYWHERE, changing) == []
    assert await walled.refuses(UTRECHT, f"UPDATE api_key SET place = '{ALMERE}'")
    taken = f"""INSERT INTO api_key (id, place, label, scopes, key_hash, made_by, made_at, expires_on)
                SELECT 'new', '{ALMERE}', label, scopes, 'new', made_by, made_at, expires_on FROM api_key"""
    assert await walled.refuses(UTRECHT, taken)


@only_postgresql
async def test_agreements_are_reached_by_who_proposed_the_release_that_they_are_about(walled: Walled) -> None:
    everything = "SELECT id FROM microdata_agreement"
    changing = "UPDATE microdata_agreement SET purpose = 'x' RETURNING id"
    for reach, own in ((UTRECHT, [UTRECHT]), (ALMERE, []), (NATIONAL, [UTRECHT, NATIONAL]), (NOTHING, [])):
        assert await walled.run(reach, everything) == own
        assert await walled.run(reach, changing) == own
    assert await walled.run(EVERYWHERE, everything) == [UTRECHT, NATIONAL]
    assert await walled.run(EVERYWHERE, changing) == []
    assert await walled.refuses(UTRECHT, f"UPDATE microdata_agreement SET release = '{MEASUREMENT}'")
    taken = f"""INSERT INTO microdata_agreement (id, release, edition, purpose, "user", ends_on, rule, made_by, made_at)
                VALUES ('2', '{OF_UTRECHT}', 1, '', '', now(), '{{}}', '', now())"""
    assert await walled.refuses(ALMERE, taken)


@only_postgresql
async def test_what_is_published_is_read_by_everybody_and_a_draft_by_who_is_in_it(walled: Walled) -> None:
    everything = "SELECT name FROM release"
    assert await walled.run(OUTSIDER, everything) == [MEASUREMENT]
    assert await walled.run(ALMERE, everything) == [MEASUREMENT, DRAFT]
    assert await walled.run(UTRECHT, everything) == [MEASUREMENT, DRAFT, OF_UTRECHT]
    assert await walled.run(NATIONAL, everything) == [MEASUREMENT, DRAFT, OF_UTRECHT]
    assert await walled.run(EVERYWHERE, everything) == [MEASUREMENT, DRAFT, OF_UTRECHT]


@only_postgresql
async def test_a_municipality_changes_its_own_release_and_has_a_draft_that_it_is_in_made_anew_and_no_more(
    walled: Walled,
) -> None:
    asking = "UPDATE release SET state = 'draft', asked_at = now() RETURNING name"
    assert await walled.run(OUTSIDER, asking) == []
    assert await walled.run(ALMERE, asking) == [DRAFT]
    assert await walled.run(UTRECHT, asking) == [DRAFT, OF_UTRECHT]
    for state in ("published", "withdrawn", "dropped"):
        assert await walled.refuses(ALMERE, f"UPDATE release SET state = '{state}' WHERE name = '{DRAFT}'")
        own = f"UPDATE release SET state = '{state}' WHERE name = '{OF_UTRECHT}' RETURNING name"
        assert await walled.run(ALMERE, own) == []
    assert await walled.run(UTRECHT, own) == [OF_UTRECHT]
    for what in ("place", "name", "measurement", "plan", "title"):
        assert await walled.refuses(UTRECHT, f"UPDATE release SET {what} = {what}"), "what was chosen stays"
    assert await walled.run(EVERYWHERE, "SELECT place FROM release") == [UTRECHT, NATIONAL, NATIONAL]
    taken = f"""INSERT INTO release (name, edition, place, measurement, title, plan, state, reason, proposed_by, proposed_at,
                progress, size, digest, ended_because) SELECT 'wmo-nieuw', 1, '{{place}}', measurement, title, plan, 'draft',
                reason, proposed_by, proposed_at, 0, 0, '', '' FROM release WHERE name = '{MEASUREMENT}' RETURNING place"""
    for place in (UTRECHT, NATIONAL):
        assert await walled.refuses(ALMERE, taken.format(place=place))
    assert await walled.run(ALMERE, taken.format(place=ALMERE)) == [ALMERE]


@only_postgresql
async def test_files_are_reached_by_who_proposed_the_release_and_never_removed_by_another(walled: Walled) -> None:
    everything = "SELECT DISTINCT release FROM release_file"
    changing = "UPDATE release_file SET content = content RETURNING release"
    removing = "DELETE FROM release_file RETURNING release"
    for reach, own in ((OUTSIDER, []), (ALMERE, []), (UTRECHT, [OF_UTRECHT]), (NOTHING, [])):
        assert await walled.run(reach, everything) == own
        assert sorted(set(await walled.run(reach, changing))) == own
        assert sorted(set(await walled.run(reach, removing))) == own
    assert await walled.run(EVERYWHERE, everything) == [MEASUREMENT, DRAFT]
    assert await walled.run(EVERYWHERE, removing) == []
    adding = "INSERT INTO release_file (release, edition, name, part, content) VALUES ('{}', 1, 'x', 0, '')"
    for name in (MEASUREMENT, DRAFT, OF_UTRECHT):
        assert await walled.refuses(ALMERE, adding.format(name))
    await walled.run(UTRECHT, adding.format(OF_UTRECHT) + " RETURNING release")


@only_postgresql
async def test_whose_files_they_are_is_looked_up_once_and_reading_across_looks_up_nothing(walled: Walled) -> None:
    async with reaching(walled.database, EVERYWHERE) as connection:
        plan = await connection.scalars(text("EXPLAIN (ANALYZE, COSTS OFF, TIMING OFF) SELECT * FROM release_file"))
    assert "never executed" in "\n".join(plan)
