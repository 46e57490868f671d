"""Reading a kept list in a thread: it gets its parts one by one, and is left waiting for none."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from concurrent.futures import CancelledError

import pytest

from ceo.workflows.frames.kept_lists import _Pieces

pytestmark = pytest.mark.anyio


async def parts(*given: bytes, then_none: bool = False) -> AsyncIterator[bytes]:
    for part in given:
        yield part
    if then_none:
        await asyncio.Event().wait()


def told_how_it_ended(pieces: _Pieces) -> tuple[list[bytes], str]:
    read: list[bytes] = []
    try:
        read += pieces
    except CancelledError:
        return read, "cancelled"
    return read, "ended"


async def test_a_thread_that_reads_gets_every_part() -> None:
    pieces = _Pieces(asyncio.get_running_loop(), parts(b"een", b"twee"), None)
    assert await asyncio.to_thread(told_how_it_ended, pieces) == ([b"een", b"twee"], "ended")


@pytest.mark.parametrize("waits", [True, False], ids=["waits for a part", "has not begun"])
async def test_a_thread_for_which_nobody_waits_any_more_ends(waits: bool) -> None:  # noqa: FBT001
    pieces = _Pieces(asyncio.get_running_loop(), parts(then_none=True), None)
    if not waits:
        pieces.stop()
    reading = asyncio.create_task(asyncio.to_thread(told_how_it_ended, pieces))
    async with asyncio.timeout(20):
        while waits and pieces._asked is None:  # noqa: ASYNC110 - set in the thread
            await asyncio.sleep(0.01)
        pieces.stop()
        assert await reading == ([], "cancelled")
