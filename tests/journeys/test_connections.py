"""Bad lines: sockets that close at any moment, senders that break the rules of HTTP, and a server that starts anew between two pages."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlencode

import httpx
import pytest
from arrangements import OpenedRound, arrange_round
from journeys.serving import free_port, serving, wait_until_gone
from sqlmodel import select
from web.reading import Resident

from ceo.clock import dutch_day
from ceo.settings import Settings
from ceo.storage.database import Database
from ceo.storage.submissions import Draft
from ceo.storage.tenancy import tenant_reading

pytestmark = pytest.mark.anyio

SLOW = 30


@dataclass
class Line:
    """A running server, and what it stored."""

    port: int
    process: int
    opened: OpenedRound
    database: Database
    browsers: list[Resident] = field(default_factory=list)

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def request(self, number: int, fields: list[tuple[str, str]], *, length: int | None = None) -> bytes:
        """The bytes of an answer to the first question."""
        body = urlencode(fields).encode()
        key = self.opened.key(number).secret
        return (
            f"POST /{self.opened.municipality}/vraag/gesprek HTTP/1.1\r\nHost: 127.0.0.1:{self.port}\r\n"
            f"Cookie: ceo_toegang={key}\r\nContent-Type: application/x-www-form-urlencoded\r\n"
            f"Content-Length: {len(body) if length is None else length}\r\n\r\n"
        ).encode() + body

    async def drop(self, sent: bytes) -> None:
        """Send bytes and close, without waiting for an answer."""
        async with asyncio.timeout(SLOW):
            _, writer = await asyncio.open_connection("127.0.0.1", self.port)
            writer.write(sent)
            await writer.drain()
            writer.close()
            await writer.wait_closed()

    async def say(self, sent: bytes) -> bytes:
        """Send bytes and return what comes back first, b"" when the server hangs up or waits for more."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        try:
            async with asyncio.timeout(SLOW):
                writer.write(sent)
                await writer.drain()
            return await asyncio.wait_for(reader.read(65536), 1)
        except (ConnectionError, TimeoutError):
            return b""
        finally:
            writer.close()

    async def drafts(self) -> dict[str, tuple[dict[str, object], int]]:
        """Return the values and the row version of every draft."""
        async with tenant_reading(self.database, self.opened.municipality) as session:
            return {
                row.id: ({item: answer.get("value") for item, answer in row.answers.items()}, row.row_version)
                for row in await session.exec(select(Draft))
            }

    async def draft(self, number: int) -> tuple[dict[str, object], int]:
        return (await self.drafts())[self.opened.key(number).draft_id]

    async def draft_with(self, number: int, values: dict[str, object]) -> tuple[dict[str, object], int]:
        """Wait until a draft holds values; a dropped sender is not told when that is."""
        for _ in range(SLOW * 50):
            found = await self.draft(number)
            if found[0] == values:
                return found
            await asyncio.sleep(0.02)
        return await self.draft(number)


@pytest.fixture
async def line(database: Database, installation_settings: Settings, tmp_path: Path) -> AsyncIterator[Line]:
    today = dutch_day()
    opened = await arrange_round(
        database,
        installation_settings,
        opens_on=today,
        closes_on=today + timedelta(days=2),
        invited={"Begeleiding": 24},
        results_shown=False,
    )
    port = free_port()
    with serving(installation_settings, tmp_path / "log", port=port) as (server, _):
        line = Line(port, server.pid, opened, database)
        yield line
        for browser in line.browsers:
            await browser.client.aclose()
    assert "Traceback" not in (tmp_path / "log").read_text()
    assert not [code for code in opened.codes if code in (tmp_path / "log").read_text()]


async def begin(line: Line, number: int) -> Resident:
    """Let a resident come in and see the first question."""
    browser = Resident(httpx.AsyncClient(base_url=line.address, timeout=SLOW))
    line.browsers.append(browser)
    await browser.open(f"/{line.opened.municipality}/code/{line.opened.codes[number]}")
    await browser.press(browser.page.form.buttons[0][2])
    assert browser.place.endswith("/vraag/gesprek")
    return browser


def first_answer(browser: Resident) -> list[tuple[str, str]]:
    return browser.page.form.filled({"GES01": ["nee"]}, "Volgende vraag")


SAVED: tuple[dict[str, object], int] = ({"GES01": "nee"}, 1)
EMPTY: tuple[dict[str, object], int] = ({}, 0)


async def test_bad_lines_and_bad_senders_lose_nothing_and_double_nothing(line: Line) -> None:
    await a_line_that_is_lost_after_sending_keeps_the_answer_once(line)
    await a_browser_that_is_closed_while_sending_keeps_all_or_nothing(line)
    await a_line_that_is_lost_half_way_keeps_nothing_and_breaks_nothing(line)
    await bytes_that_are_no_request_are_refused_and_others_go_on(line)
    await a_server_that_is_asked_to_stop_finishes_what_it_took(line)


async def a_line_that_is_lost_after_sending_keeps_the_answer_once(line: Line) -> None:
    """A telephone that loses its network says nothing any more; the answer to the form never arrives."""
    browser = await begin(line, 0)
    fields = first_answer(browser)
    _, writer = await asyncio.open_connection("127.0.0.1", line.port)
    writer.write(line.request(0, fields))
    assert await line.draft_with(0, SAVED[0]) == SAVED
    writer.transport.abort()
    await browser.post(browser.page.form.action, fields)
    assert browser.place.endswith("/vraag/aanvragen")
    assert await line.draft(0) == SAVED


async def a_browser_that_is_closed_while_sending_keeps_all_or_nothing(line: Line) -> None:
    browser = await begin(line, 3)
    fields = first_answer(browser)
    await line.drop(line.request(3, fields))
    assert await line.draft(3) in (SAVED, EMPTY)
    await browser.post(browser.page.form.action, fields)
    assert browser.place.endswith("/vraag/aanvragen")
    assert await line.draft(3) == SAVED


async def a_line_that_is_lost_half_way_keeps_nothing_and_breaks_nothing(line: Line) -> None:
    browser = await begin(line, 1)
    fields = first_answer(browser)
    whole = line.request(1, fields, length=4000)
    for part in (whole, whole[:-5], whole[: len(whole) // 2], b"POST /", b""):
        await line.drop(part)
    assert await line.draft(1) == EMPTY
    await browser.post(browser.page.form.action, fields)
    assert await line.draft(1) == SAVED


async def bytes_that_are_no_request_are_refused_and_others_go_on(line: Line) -> None:
    browser = await begin(line, 2)
    home, host = f"/{line.opened.municipality}".encode(), b"Host: a\r\n"
    chunked = b"Transfer-Encoding: chunked\r\nContent-Type: application/x-www-form-urlencoded\r\n\r\n"
    for sent in (
        b"\x00\x01\x02\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"\x00" * 600,  # somebody speaks TLS
        b"GET " + home + b"\x00 HTTP/1.1\r\n" + host + b"\r\n",
        b"GET " + home + b"/code/\xff\xfe HTTP/1.1\r\n" + host + b"\r\n",
        b"GET /" + b"a" * 100_000 + b" HTTP/1.1\r\n" + host + b"\r\n",
        b"GET " + home + b" HTTP/1.1\r\nX: " + b"a" * 200_000 + b"\r\n\r\n",
        b"GET " + home + b" HTTP/1.1\r\n" + b"X: a\r\n" * 20_000 + b"\r\n",
        b"GET " + home + b" HTTP/1.1\r\nX\x00: a\r\n\r\n",
        b"GET " + home + b" HTTP/9.9\r\n\r\n",
        b"POST " + home + b" HTTP/1.1\r\n" + host + chunked + b"zz\r\n",
        b"POST " + home + b" HTTP/1.1\r\n" + host + chunked + b"FFFFFFFFFFFFFFFF\r\n",
        b"POST " + home + b" HTTP/1.1\r\n" + host + b"Content-Length: 3\r\n" + chunked + b"0\r\n\r\n",
        b"POST " + home + b" HTTP/1.1\r\n" + host + b"Content-Length: 3\r\nContent-Length: 4\r\n\r\nabcd",
        b"POST " + home + b" HTTP/1.1\r\n" + host + chunked + b"8000\r\n" + (b"x" * 0x8000 + b"\r\n8000\r\n") * 20,
    ):
        answer = await line.say(sent)
        assert answer[:12] not in {b"HTTP/1.1 500", b"HTTP/1.1 502"}, sent[:60]
        assert answer == b"" or answer.startswith(b"HTTP/1.1 "), sent[:60]
    await browser.press("Volgende vraag", {"GES01": ["nee"]})
    assert await line.draft(2) == SAVED


async def a_server_that_is_asked_to_stop_finishes_what_it_took(line: Line) -> None:
    """Many answers are under way when the server is asked to stop: each that was acknowledged is kept, and no other half."""
    numbers = range(4, 24)
    browsers = [await begin(line, number) for number in numbers]
    posts = [
        asyncio.create_task(browser.client.post(browser.page.form.action, data=dict(first_answer(browser))))
        for browser in browsers
    ]
    await asyncio.wait(posts, return_when=asyncio.FIRST_COMPLETED)
    os.kill(line.process, signal.SIGTERM)
    answers = await asyncio.gather(*posts, return_exceptions=True)
    wait_until_gone([line.process])
    kept = await line.drafts()
    for number, answer in zip(numbers, answers, strict=True):
        stored = kept[line.opened.key(number).draft_id]
        if isinstance(answer, httpx.Response) and answer.status_code == 303:
            assert stored == SAVED
        else:
            assert isinstance(answer, httpx.TransportError) or answer.status_code == 503, answer
            assert stored in (SAVED, EMPTY)


async def test_a_server_that_starts_anew_between_two_pages_goes_on_where_everybody_was(
    line: Line, installation_settings: Settings, tmp_path: Path
) -> None:
    browser = await begin(line, 0)
    fields = first_answer(browser)
    os.kill(line.process, signal.SIGTERM)
    wait_until_gone([line.process])
    with serving(installation_settings, tmp_path / "log", port=line.port):
        await browser.post(browser.page.form.action, fields)
        assert browser.place.endswith("/vraag/aanvragen")
        assert await line.draft(0) == SAVED
