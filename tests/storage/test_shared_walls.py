"""The second wall around what is of no municipality: no session filters what is asked here, only PostgreSQL does."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from arrangements import TODAY, UTRECHT, ZWOLLE
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from walls import reaching

from ceo.clock import now
from ceo.storage.database import Database
from ceo.storage.notices import CalendarFeed, Notice, NoticeChoice
from ceo.storage.people import NATIONAL, User
from ceo.storage.reach import EVERYWHERE, NOTHING
from ceo.storage.tenancy import shared_transaction
from ceo.storage.together import Cluster, Organisation, Poll, Theme

pytestmark = pytest.mark.anyio

only_postgresql = pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
REACHES = (NATIONAL, UTRECHT, f"{UTRECHT},{ZWOLLE}", EVERYWHERE, NOTHING)
AGENDA, OF_USERS = ("theme", "poll", "cluster", "organisation"), ("notice", "notice_choice", "calendar_feed")


@pytest.fixture
async def shared(database: Database) -> Database:
    """One of everything that is of no municipality. Somebody voted in one of the two polls."""
    days: dict[str, Any] = {"opens_on": TODAY, "closes_on": TODAY + timedelta(days=9)}
    async with shared_transaction(database) as session:
        session.add(Theme(id="t", name="Vervoer"))
        session.add(User(id="u", email="u@voorbeeld.nl", name="U"))
        await session.flush()
        for poll in ("new", "voted"):
            session.add(
                Poll(id=poll, question="?", method="approval", themes=["t"], made_by="u", voted=poll == "voted", **days)
            )
        session.add(Cluster(id="c", theme="t", name="Cluster"))
        session.add(Organisation(id="o", name="Netwerk", kind="netwerk"))
        told: dict[str, Any] = {"kind": "signal", "once": "1", "facts": {}, "path": "", "made_at": now()}
        session.add(Notice(id="n", user_id="u", place=UTRECHT, **told))
        session.add(NoticeChoice(user_id="u", kind="signal", shown=True, mailed=True))
        session.add(CalendarFeed(secret_hash="0" * 64, user_id="u", place=UTRECHT, made_on=TODAY))
    return database


async def done(database: Database, reach: str, statement: str) -> int | str:
    """Return how many rows a statement read or changed, or which of the two walls refused it."""
    try:
        async with reaching(database, reach) as connection:
            result = await connection.execute(text(statement))
            return len(result.all()) if result.returns_rows else result.rowcount
    except DBAPIError as error:
        return "right" if "permission denied" in str(error) else "row" if "row-level security" in str(error) else "?"


@only_postgresql
async def test_the_agenda_is_read_by_everybody_and_written_for_the_whole_country_only(shared: Database) -> None:
    changes = {"theme": "name = 'X'", "cluster": "ended = true", "organisation": "text = 'X'", "poll": "question = 'X'"}
    for reach in REACHES:
        may = reach == NATIONAL
        assert [await done(shared, reach, f"SELECT 1 FROM {table}") for table in AGENDA] == [1, 2, 1, 1], reach
        changed = {table: await done(shared, reach, f"UPDATE {table} SET {to}") for table, to in changes.items()}
        polls = changed.pop("poll")
        assert set(changed.values()) == {1 if may else 0}, reach
        # The one that was voted in is nobody's to change.
        assert polls == (1 if may else "row" if reach.startswith("GM") else 0), reach
        added = "INSERT INTO organisation SELECT 'o' || :n, name || :n, kind, seat, works_in, themes, address, text, 0 FROM organisation"
        assert await done(shared, reach, added.replace(":n", "'2'") + " LIMIT 1") == (1 if may else "row"), reach
        assert await done(shared, reach, "DELETE FROM organisation WHERE id = 'o2'") == (1 if may else 0), reach
        for table in ("theme", "poll", "cluster"):
            assert await done(shared, reach, f"DELETE FROM {table}") == "right"


@only_postgresql
async def test_a_municipality_changes_of_a_poll_only_that_somebody_voted(shared: Database) -> None:
    new = "WHERE id = 'new'"
    for also in ("question = 'X'", "themes = '[]'", "closes_on = '2000-01-01'", "row_version = 7", "method = 'ranked'"):
        assert await done(shared, UTRECHT, f"UPDATE poll SET voted = true, {also} {new}") == "row", also
    assert await done(shared, UTRECHT, f"UPDATE poll SET made_by = 'x' {new}") == "right"
    assert await done(shared, UTRECHT, "UPDATE poll SET voted = false WHERE id = 'voted'") == "row"
    locked = f"SELECT 1 FROM poll {new} FOR UPDATE"
    assert [await done(shared, reach, locked) for reach in REACHES] == [1, 1, 1, 0, 0]
    assert await done(shared, UTRECHT, f"UPDATE poll SET voted = true {new}") == 1
    assert await done(shared, NATIONAL, f"UPDATE poll SET question = 'X' {new}") == 0
    assert await done(shared, ZWOLLE, f"UPDATE poll SET voted = true {new}") == 1


@only_postgresql
async def test_what_users_are_told_and_follow_is_out_of_reach_of_a_municipality(shared: Database) -> None:
    changes = {"notice": "seen_on = '2026-01-01'", "notice_choice": "mailed = false"}
    for reach in REACHES:
        may, sees = reach == NATIONAL, reach in {NATIONAL, EVERYWHERE}
        for table in OF_USERS:
            there = f"SELECT 1 FROM {table} WHERE user_id = 'u' LIMIT 1"
            assert await done(shared, reach, there) == (1 if sees else 0), (reach, table)
        for table, to in changes.items():
            assert await done(shared, reach, f"UPDATE {table} SET {to}") == (1 if may else 0), (reach, table)
        added = f"INSERT INTO calendar_feed VALUES ('{reach}', 'u', '{UTRECHT}', '2026-01-01')"
        assert await done(shared, reach, added) == (1 if may else "row"), reach
        assert await done(shared, reach, "UPDATE calendar_feed SET place = 'NL'") == "right"
        assert await done(shared, reach, "UPDATE notice SET user_id = 'x'") == "right"
    for table in OF_USERS:
        removed = [await done(shared, reach, f"DELETE FROM {table}") for reach in (UTRECHT, EVERYWHERE, NOTHING)]
        assert removed == [0, 0, 0], table
        assert await done(shared, NATIONAL, f"DELETE FROM {table}") == (2 if table == "calendar_feed" else 1)
