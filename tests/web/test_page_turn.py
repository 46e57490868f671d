"""What a resident's page turn may ask of the database: two short readings and a share in one commit."""

from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import event
from web.reading import Resident
from web.running import Site
from web.walking import come_in

pytestmark = pytest.mark.anyio


@pytest.fixture
def asked(site: Site, monkeypatch: pytest.MonkeyPatch) -> Iterator[Counter[str]]:
    """How often the database is read and written at hand, and how often SQLAlchemy asks it about a draft or an invitation."""
    counter: Counter[str] = Counter()

    def counted(name: str) -> Any:
        ask = getattr(site.database.at_hand, name)

        async def count(*statement: Any) -> Any:
            counter[name] += 1
            return await ask(*statement)

        return count

    def listen(_1: object, _2: object, statement: str, *_3: object) -> None:
        counter["elsewhere"] += any(table in statement for table in ("draft", "invitation", "round"))

    engines = {site.database.reader.sync_engine, site.database.writer.sync_engine}
    for name in ("read", "write"):
        monkeypatch.setattr(site.database.at_hand, name, counted(name))
    for engine in engines:
        event.listen(engine, "before_cursor_execute", listen)
    yield counter
    for engine in engines:
        event.remove(engine, "before_cursor_execute", listen)


async def test_a_page_turn_reads_the_draft_once_a_request_and_shares_one_commit(
    site: Site, browser: Resident, asked: Counter[str]
) -> None:
    opened = await site.round()
    await come_in(site, browser, opened)
    asked.clear()
    await browser.press("Volgende vraag", {"GES01": ["nee"]})
    assert browser.place.endswith("/vraag/aanvragen")
    assert asked == {"read": 2, "write": 1}


async def test_looking_at_a_page_again_writes_nothing(site: Site, browser: Resident, asked: Counter[str]) -> None:
    opened = await site.round()
    await come_in(site, browser, opened)
    asked.clear()
    await browser.open(browser.place)
    assert asked == {"read": 1}
