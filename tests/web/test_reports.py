"""Reports of rounds and of public releases: written once, and those of rounds never wait behind what anybody may ask for."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from datetime import date
from functools import partial
from hashlib import pbkdf2_hmac

import pytest

from ceo.clock import dutch_day
from ceo.storage.database import Database
from ceo.web import reports as reports_module
from ceo.web.made_once import MadeOnce
from ceo.web.reports import Reports, ReportsBusyError, open_reports
from exports.report import Report

pytestmark = pytest.mark.anyio

REPORT = Report(
    title="Proef",
    subtitle="",
    author="Gemeente Proef",
    made_on=date(2026, 11, 22),
    simulated=False,
    summary=("Een zin.",),
    sections=(),
    figures=(),
    source=(),
).model_dump_json()
SLOW = 300_000  # rounds: some tenths of a second


@pytest.fixture
async def reports(database: Database) -> AsyncIterator[Reports]:
    async with open_reports(database, dutch_day) as opened:
        yield opened


async def slow() -> Callable[[], bytes]:
    return partial(pbkdf2_hmac, "sha256", b"", b"", SLOW)


async def test_results_of_a_round_wait_for_one_public_report_at_most(reports: Reports) -> None:
    done: list[str] = []

    async def public(number: int) -> None:
        await reports.write_public((str(number), "pdf"), slow)
        done.append("public")

    async def of_round() -> None:
        await reports.write_fragment("ronde", REPORT)
        done.append("round")

    many = [asyncio.create_task(public(number)) for number in range(5)]
    await asyncio.sleep(0.01)
    await asyncio.gather(of_round(), *many)
    assert done.index("round") <= 1, done


async def test_public_reports_push_no_results_of_a_round_out_of_memory(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reports_module, "_KEPT_PUBLIC", 1000)
    async with open_reports(database, dutch_day) as reports:
        first = await reports.write("ronde", REPORT, "csv")

        async def large() -> Callable[[], bytes]:
            return partial(bytes, 900)

        for number in range(5):
            await reports.write_public((str(number), "pdf"), large)
        assert [reports.has_public((str(number), "pdf")) for number in range(5)] == [False] * 4 + [True]
        assert await reports.write("ronde", REPORT, "csv") is first


async def test_when_too_many_reports_wait_the_next_one_is_refused(
    reports: Reports, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reports_module, "_MOST_WAITING", 2)
    many = [asyncio.create_task(reports.write_public((str(number), "pdf"), slow)) for number in range(2)]
    await asyncio.sleep(0.01)
    with pytest.raises(ReportsBusyError):
        await reports.write_public(("3", "pdf"), slow)
    assert await reports.write_public(("1", "pdf"), slow) == await many[1], "who asks for the same waits with the other"
    await asyncio.gather(*many)
    assert await reports.write_public(("3", "pdf"), slow)


async def test_what_is_made_once_is_made_anew_after_a_fault_and_goes_on_when_the_first_goes_away() -> None:
    made: MadeOnce[str] = MadeOnce(100, len)
    calls: list[str] = []
    may_go_on = asyncio.Event()

    async def fail() -> str:
        calls.append("fail")
        raise ValueError("kapot")

    async def make() -> str:
        calls.append("make")
        await may_go_on.wait()
        return "af"

    for _ in range(2):
        with pytest.raises(ValueError, match="kapot"):
            await made.find("a", fail)
    first = asyncio.create_task(made.find("a", make))
    second = asyncio.create_task(made.find("a", make))
    await asyncio.sleep(0)
    assert ("a" in made, made.waiting) == (True, 1)
    first.cancel()
    may_go_on.set()
    assert await second == "af"
    assert calls == ["fail", "fail", "make"]
    assert made.size == 2
    assert await made.find("b", make, keep=False) == "af"
    assert "b" not in made
