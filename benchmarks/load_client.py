"""The light browser of `load.py`, in a process of its own: many residents at once, or the same number of askers of hellos.

It reads its orders, one line of JSON, and does them in phases. After each it prints a line of JSON and waits for a line, so that whoever
ordered it can look at the processor time of the servers. Pages are read as a browser without script reads them: the form of
the page is filled in, its hidden fields go along, redirects are followed, style and script are fetched once.
"""

from __future__ import annotations

import asyncio
import json
import re
import sys
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from html import unescape
from typing import Any
from urllib.parse import urlencode

import uvloop

_FORM = re.compile(r'<form\b([^>]*method="post"[^>]*)>(.*?)</form>', re.DOTALL)
_CONTROL = re.compile(r"<(?:input|textarea|button)\b([^>]*)>")
_ATTRIBUTE = re.compile(r'([a-z-]+)="([^"]*)"')
_SHARED = re.compile(r'<(?:link rel="stylesheet" href|script src)="([^"]*)"')
_MOST_STEPS = 100


@dataclass
class Connection:
    """One kept-alive connection to the server, and what each request on it took, in seconds."""

    port: int
    times: dict[str, list[float]]
    reader: asyncio.StreamReader | None = None
    writer: asyncio.StreamWriter | None = None

    async def request(self, method: str, path: str, *, body: str = "", cookies: str = "") -> tuple[dict[str, str], str]:
        """Return the headers (status under "") and the text of an answer."""
        if self.reader is None or self.writer is None:
            self.reader, self.writer = await asyncio.open_connection("127.0.0.1", self.port)
        begin = time.perf_counter()
        head = f"{method} {path} HTTP/1.1\r\nhost: 127.0.0.1:{self.port}\r\ncookie: {cookies}\r\n"
        if method == "POST":
            head += f"origin: http://127.0.0.1:{self.port}\r\ncontent-type: application/x-www-form-urlencoded\r\n"
            head += f"content-length: {len(body)}\r\n"
        self.writer.write(f"{head}\r\n{body}".encode())
        first, *lines = (await self.reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
        headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in lines) if name}
        content = await self.reader.readexactly(int(headers.get("content-length", "0")))
        self.times.setdefault(method, []).append(time.perf_counter() - begin)
        return {**headers, "": first.split()[1]}, content.decode()


@dataclass
class Resident:
    """Somebody with a letter: its link, and the values that will be filled in, by the name of a field."""

    link: str
    values: dict[str, list[str]]
    place: str = ""
    page: str = ""
    steps: int = 0
    cookies: dict[str, str] = field(default_factory=dict)

    async def open(self, connection: Connection, path: str, *, body: str | None = None) -> None:
        """Ask for a page or send a form, and follow where the answer leads."""
        method = "GET" if body is None else "POST"
        while True:
            cookies = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
            headers, self.page = await connection.request(method, path, body=body or "", cookies=cookies)
            name, _, value = headers.get("set-cookie", "").partition(";")[0].partition("=")
            self.cookies |= {name: value} if name else {}
            self.place = path
            if headers[""] != "303":
                break
            method, path, body = "GET", headers["location"], None
        assert headers[""] in {"200", "422"}, f"{method} {path}: {headers['']}"

    async def arrive(self, connection: Connection) -> None:
        """Follow the link, fetch what the page needs, read the welcome page, and begin."""
        await self.open(connection, self.link)
        for shared in _SHARED.findall(self.page):
            await Connection.request(connection, "GET", unescape(shared))
        await self._press_while(connection, lambda: "/vraag/" not in self.place)

    async def answer(self, connection: Connection) -> None:
        """Answer every question."""
        await self._press_while(connection, lambda: "/vraag/" in self.place)

    async def send(self, connection: Connection) -> None:
        """Decide about the story, look at the answers and send them."""
        await self._press_while(connection, lambda: "/klaar" not in self.place)

    async def _press_while(self, connection: Connection, goes_on: Callable[[], bool]) -> None:
        while goes_on():
            self.steps += 1
            assert self.steps < _MOST_STEPS, f"this never ends: {self.place}"
            action, fields = self._filled_in()
            await self.open(connection, action, body=urlencode(fields))

    def _filled_in(self) -> tuple[str, list[tuple[str, str]]]:
        """Return where the form of the page goes, and what is in it: the values of this resident, or the skipping of the question."""
        forms = [(dict(_ATTRIBUTE.findall(head)), inside) for head, inside in _FORM.findall(self.page)]
        head, inside = next(form for form in forms if not form[0]["action"].endswith("/weergave"))
        controls = [dict(_ATTRIBUTE.findall(control)) for control in _CONTROL.findall(inside)]
        hidden = [(it["name"], unescape(it["value"])) for it in controls if it.get("type") == "hidden"]
        asked = dict.fromkeys(it["name"] for it in controls if it.get("type") != "hidden" and "name" in it)
        given = [(name, value) for name in asked for value in self.values.get(name, ())]
        button = [("actie", "verder" if given else "overslaan")] if "actie" in asked else []
        return unescape(head["action"]), [*hidden, *given, *button]


async def _work(jobs: list[Callable[[Connection], Awaitable[None]]], port: int, at_once: int) -> dict[str, list[float]]:
    """Do the jobs, so many at once, each worker on a connection of its own; return what each request took."""
    times: dict[str, list[float]] = {}
    waiting = iter(jobs)

    async def work() -> None:
        connection = Connection(port, times)
        for job in waiting:
            await job(connection)
        if connection.writer is not None:
            connection.writer.close()

    await asyncio.gather(*(work() for _ in range(at_once)))
    return times


async def say_hello(connection: Connection) -> None:
    """Ask for the unit of measurement a hundred times."""
    for _ in range(100):
        headers, _ = await connection.request("GET", "/")
        assert headers[""] == "200"


async def _run(orders: dict[str, Any]) -> None:
    residents = [Resident(**one) for one in orders["residents"]]
    phases: dict[str, list[Callable[[Connection], Awaitable[None]]]] = {
        "hello": [say_hello] * orders["hellos"],
        "arrive": [one.arrive for one in residents],
        "answer": [one.answer for one in residents],
        "send": [one.send for one in residents],
    }
    for name, jobs in phases.items():
        if jobs:
            times = await _work(jobs, orders["port"], orders["at_once"])
            print(json.dumps({"phase": name, "times": times}), flush=True)
            sys.stdin.readline()


if __name__ == "__main__":
    uvloop.run(_run(json.loads(sys.stdin.readline())))
