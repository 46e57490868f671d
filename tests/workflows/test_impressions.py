import asyncio
from datetime import date, timedelta

import pytest
from arrangements import TODAY, UTRECHT, ZWOLLE, OpenedRound, arrange_round
from hypothesis import given
from hypothesis import strategies as st

from ceo.settings import Settings
from ceo.storage.database import Database
from ceo.storage.impressions import ImpressionCount, count_impressions
from ceo.storage.tenancy import tenant_reading
from ceo.workflows.answering.impressions import (
    Impression,
    Marker,
    draw_marker,
    find_marked,
    give_impression,
    read_marker,
)
from ceo.workflows.answering.reader import Reader

KEY = b"k" * 32
DUTCH, ARABIC = Reader(), Reader("ar", "easy")


@pytest.fixture
async def opened(database: Database, installation_settings: Settings) -> OpenedRound:
    return await arrange_round(database, installation_settings)


def marker_of(opened: OpenedRound) -> Marker:
    return draw_marker(opened.municipality, opened.round_id, today=TODAY)


async def counted(database: Database, opened: OpenedRound) -> dict[str, int]:
    async with tenant_reading(database, opened.municipality) as session:
        return await count_impressions(session, opened.round_id)


@pytest.mark.anyio
async def test_every_sending_gives_one_impression(database: Database, opened: OpenedRound) -> None:
    for impression, reader in ((Impression.EASY, DUTCH), (Impression.EASY, ARABIC), (Impression.VERY_HARD, DUTCH)):
        await give_impression(database, marker_of(opened), impression, reader)
    assert await counted(database, opened) == {"makkelijk": 2, "heel_moeilijk": 1}


@pytest.mark.anyio
async def test_impressions_are_counted_by_how_the_client_read(database: Database, opened: OpenedRound) -> None:
    for reader in (DUTCH, ARABIC, ARABIC):
        await give_impression(database, marker_of(opened), Impression.HARD, reader)
    async with tenant_reading(database, opened.municipality) as session:
        rows = [
            await session.get(ImpressionCount, (opened.round_id, *place, "moeilijk"))
            for place in (("nl", "standard"), ("ar", "easy"))
        ]
    assert [row.clients for row in rows if row is not None] == [1, 2]


@pytest.mark.anyio
async def test_a_marker_counts_once_also_with_another_answer(database: Database, opened: OpenedRound) -> None:
    marker = marker_of(opened)
    await give_impression(database, marker, Impression.EASY, DUTCH)
    await give_impression(database, marker, Impression.HARD, DUTCH)
    assert await counted(database, opened) == {"makkelijk": 1}


@pytest.mark.anyio
async def test_a_double_click_at_the_same_instant_counts_once(database: Database, opened: OpenedRound) -> None:
    marker = marker_of(opened)
    await asyncio.gather(*(give_impression(database, marker, Impression.EASY, DUTCH) for _ in range(8)))
    assert await counted(database, opened) == {"makkelijk": 1}


@pytest.mark.anyio
async def test_many_clients_at_the_same_instant_are_all_counted(database: Database, opened: OpenedRound) -> None:
    await asyncio.gather(*(give_impression(database, marker_of(opened), Impression.EASY, DUTCH) for _ in range(12)))
    assert await counted(database, opened) == {"makkelijk": 12}


@pytest.mark.anyio
async def test_a_marker_leads_to_its_round_and_tells_whether_it_was_used(
    database: Database, opened: OpenedRound
) -> None:
    marker = marker_of(opened)
    before = await find_marked(database, marker)
    await give_impression(database, marker, Impression.EASY, DUTCH)
    after = await find_marked(database, marker)
    assert before is not None
    assert after is not None
    assert (before.round.id, before.unused, after.unused) == (opened.round_id, True, False)


@pytest.mark.anyio
async def test_a_marker_of_a_round_that_is_not_there_leads_nowhere(database: Database, opened: OpenedRound) -> None:
    assert await find_marked(database, draw_marker(ZWOLLE, opened.round_id, today=TODAY)) is None


def test_a_marker_reads_back_as_itself() -> None:
    marker = draw_marker(UTRECHT, 7, today=TODAY)
    assert read_marker(KEY, UTRECHT, marker.signed(KEY), today=TODAY) == marker


@pytest.mark.parametrize("days", [2, 30])
def test_an_old_marker_counts_no_more(days: int) -> None:
    signed = draw_marker(UTRECHT, 7, today=TODAY).signed(KEY)
    assert read_marker(KEY, UTRECHT, signed, today=TODAY + timedelta(days=1)) is not None
    assert read_marker(KEY, UTRECHT, signed, today=TODAY + timedelta(days=days)) is None


def test_a_marker_is_of_no_use_in_another_municipality_or_installation() -> None:
    signed = draw_marker(UTRECHT, 7, today=TODAY).signed(KEY)
    assert read_marker(KEY, ZWOLLE, signed, today=TODAY) is None
    assert read_marker(b"x" * 32, UTRECHT, signed, today=TODAY) is None


def test_markers_differ() -> None:
    assert len({draw_marker(UTRECHT, 7, today=TODAY).name for _ in range(100)}) == 100


@given(st.integers(0, 120), st.characters())
def test_a_marker_that_was_changed_anywhere_is_none_of_ours(place: int, sign: str) -> None:
    signed = Marker(UTRECHT, 7, date(2026, 11, 21), "ab" * 12).signed(KEY)
    changed = signed[:place] + sign + signed[place + 1 :]
    if changed != signed:
        assert read_marker(KEY, UTRECHT, changed, today=TODAY) is None


@given(st.text())
def test_whatever_else_a_browser_brings_is_no_marker(text: str) -> None:
    assert read_marker(KEY, UTRECHT, text, today=TODAY) is None
