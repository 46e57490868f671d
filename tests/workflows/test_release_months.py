"""What readers know of months of a round that went on: from every edition of its series, and still the same when a release is published."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import date
from typing import Any

import pytest
from arrangements import UTRECHT, arrange_round, hand_in
from installation import as_owner
from made_series import CORE, made_series
from released import NOW, TOWNS
from sqlmodel import col, delete, select

from analysis.disclosure.ledger import Ledger
from analysis.results import Cell, Estimate, Inference, Interval, Measure, Method
from ceo.settings import Settings
from ceo.storage.database import Database, open_database
from ceo.storage.endings import Snapshot
from ceo.storage.following import SeriesEdition
from ceo.storage.people import NATIONAL
from ceo.storage.releases import Release
from ceo.storage.rounds import Round, RoundStage
from ceo.storage.tenancy import reading_across, tenant_transaction
from ceo.workflows.demonstration.national import MEASUREMENT
from ceo.workflows.ending.sealing import WHOLE
from ceo.workflows.following import making
from ceo.workflows.following.making import make_all_now, make_now
from ceo.workflows.jobs.kinds import JobKind
from ceo.workflows.jobs.queueing import queue_job
from ceo.workflows.jobs.worker import work_off
from ceo.workflows.releases.deciding import By, Looked, ReleaseDecided, publish_release, sign_round
from ceo.workflows.releases.making import make_asked
from ceo.workflows.releases.months import same_months_known
from ceo.workflows.releases.proposal import Proposal
from ceo.workflows.releases.proposing import Proposed, propose
from ceo.workflows.results.months import SealedMonths, with_months

pytestmark = pytest.mark.anyio

FIRST = {"2025-01": (30.0, 10.0), "2025-02": (9.0, 3.0), "2025-03": (4.0, 3.0)}
MONTHS = tuple(FIRST)


def series_of(*editions: tuple[str, Mapping[str, tuple[float, ...]], set[str]]) -> str:
    """Return the ledger of a series, as JSON: of each edition the name of its question, its months, and which are hidden."""
    ledger = Ledger()
    for number, (item, months, hidden) in enumerate(editions, start=1):
        ways = [{(month, "", ""): answers for month, answers in months.items()}]
        ledger = ledger.with_release(
            f"{number}", "s", ("s",), {item: (ways, frozenset((month, "", "") for month in hidden))}
        )
    return ledger.model_dump_json()


def sums_known(series: str, item: str = "q", now: int = 59) -> set[str]:
    """Return what a release of so many respondents is checked against."""
    cell = Cell(Measure.SCORE, item, "", UTRECHT)
    interval = Interval(60.0, 70.0)
    figure = Estimate(65.0, 2.0, interval, now, float(now), 90.0, now - 1, None, Method.T, Inference.PROCESS)
    checked = with_months(Ledger(), "m", {cell: figure}, [SealedMonths(UTRECHT, MONTHS, series)])
    return {wave for release in checked.releases for wave in release.waves if wave != "m"}


SHOWN = ("q", FIRST, {"2025-03"})
HIDDEN_LATER = ("q", FIRST | {"2026-01": (50.0, 10.0)}, {"2025-02", "2025-03", "2026-01"})


def test_a_month_that_an_older_edition_of_the_series_showed_stays_known_when_a_newer_one_hides_it() -> None:
    """The floor became higher with a new round: 59 − 40 − 12 would be the seven of March."""
    assert sums_known(series_of(SHOWN)) == {"months 52"}
    assert sums_known(series_of(SHOWN, HIDDEN_LATER)) == {"months 52"}
    assert sums_known(series_of(HIDDEN_LATER)) == {"months 40"}


def test_a_month_with_other_answers_than_were_shown_is_not_known() -> None:
    other = FIRST | {"2025-02": (3.0, 9.0)}
    assert sums_known(series_of(SHOWN, ("q", other, {"2025-02", "2025-03"}))) == {"months 40"}


def test_a_month_stays_known_when_its_question_got_the_name_of_its_version() -> None:
    assert sums_known(series_of(SHOWN, ("q@1", FIRST, {"2025-02", "2025-03"}))) == {"months 52"}


def test_months_are_those_of_an_earlier_version_where_nobody_answered_the_newest_in_them() -> None:
    ledger = Ledger.model_validate_json(series_of(("q@1", FIRST, {"2025-03"})))
    (release,) = ledger.releases
    (newest,) = Ledger.model_validate_json(
        series_of(("q", dict.fromkeys(MONTHS, (0.0, 0.0)) | {"2026-01": (50.0, 10.0)}, set()))
    ).releases
    both = release.model_copy(update={"items": (*release.items, *newest.items)})
    assert sums_known(Ledger(releases=(both,)).model_dump_json()) == {"months 52"}


def test_what_is_kept_of_months_is_the_same_until_something_of_these_months_changes() -> None:
    def kept(*editions: tuple[str, Mapping[str, tuple[float, ...]], set[str]]) -> SealedMonths:
        return SealedMonths(UTRECHT, MONTHS, series_of(*editions)).as_known()

    once = kept(SHOWN)
    assert once.as_known() == once
    assert kept(SHOWN, HIDDEN_LATER) == once
    assert kept(SHOWN, ("q", FIRST, set())) != once
    assert "2026-01" not in kept(SHOWN, HIDDEN_LATER).ledger


# A release that was made before


async def keep_edition(database: Database, number: int, ledger: str) -> None:
    series = made_series(number)
    async with tenant_transaction(database, UTRECHT) as session:
        session.add(edition_row(number, ledger, series.model_dump(mode="json")))


def edition_row(number: int, ledger: str, document: Mapping[str, Any], core: str = CORE) -> SeriesEdition:
    return SeriesEdition(
        municipality=UTRECHT,
        core=core,
        grain="month",
        number=number,
        made_on=date(2026, 3, 9),
        until="2025-03",
        title="Wmo",
        simulated=True,
        made_from=f"made by hand {number}",
        document=dict(document),
        ledger=ledger,
    )


async def seal_months(database: Database) -> int:
    """Say of the round of Utrecht that its months were sealed; return its id."""
    async with tenant_transaction(database, UTRECHT) as session:
        whole = (await session.exec(select(Snapshot).where(col(Snapshot.period) == WHOLE))).one()
        others = whole.model_dump(exclude={"period"})
        session.add_all([Snapshot(**others, period=month) for month in MONTHS])
        return whole.round_id


async def signed(database: Database, settings: Settings) -> Release:
    """Return a second release of the measurement that everybody signed for."""
    again = Proposal(
        name="wmo-tweede",
        measurement=MEASUREMENT,
        title="Nog een keer",
        population="Cliënten van de Wmo",
        publisher="Een ander",
    )
    assert isinstance(await propose(database, again, place=NATIONAL, actor="7", now=NOW), Proposed)
    await make_asked(database, settings, clock=lambda: NOW)
    async with reading_across(database) as session:
        row = await session.get_one(Release, (again.name, 1))
    for code in TOWNS:
        assert await sign_round(database, Looked(row.name, 1, row.digest), By(code, "7", NOW)) is ReleaseDecided.DONE
    return row


async def test_a_release_that_was_not_checked_against_the_months_of_its_rounds_is_overtaken(
    released_settings: Settings,
) -> None:
    async with open_database(released_settings.database_url) as database:
        row = await signed(database, released_settings)
        looked, editor = Looked(row.name, 1, row.digest), By(NATIONAL, "7", NOW)
        await seal_months(database)
        await keep_edition(database, 1, series_of(SHOWN))
        assert await publish_release(database, looked, editor) is ReleaseDecided.OVERTAKEN
        async with as_owner(database) as connection:
            await connection.execute(delete(Snapshot).where(col(Snapshot.period) != WHOLE))
        assert await publish_release(database, looked, editor) is ReleaseDecided.DONE


async def test_months_are_the_same_while_the_series_shows_no_others_of_them(released_settings: Settings) -> None:
    async with open_database(released_settings.database_url) as database:
        round_id = await seal_months(database)
        await keep_edition(database, 1, series_of(SHOWN))
        then = {"municipality": UTRECHT, "months": MONTHS}
        known = [{**then, "ledger": SealedMonths(UTRECHT, MONTHS, series_of(SHOWN)).as_known().ledger}]
        as_before = [{**then, "ledger": series_of(SHOWN)}]  # kept by software that did not put editions together
        assert not await same_months_known(database, [round_id], b"{}")
        for kept in (known, as_before):
            assert await same_months_known(database, [round_id], json.dumps({"months": kept}).encode())
        await keep_edition(database, 2, series_of(SHOWN, HIDDEN_LATER))
        assert await same_months_known(database, [round_id], json.dumps({"months": known}).encode())
        await keep_edition(database, 3, series_of(SHOWN, HIDDEN_LATER, ("q", FIRST, set())))
        assert not await same_months_known(database, [round_id], json.dumps({"months": known}).encode())


# Two who make the same series


async def test_of_two_who_make_the_same_series_one_keeps_it_and_the_other_goes_on(
    database: Database, installation_settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened = await arrange_round(database, installation_settings)
    await hand_in(database, opened, 12)
    async with tenant_transaction(database, UTRECHT) as session:
        (await session.get_one(Round, opened.round_id)).stage = RoundStage.CLOSED.value
        await queue_job(session, JobKind.SEAL_ROUND, actor="test", now=NOW, round_id=opened.round_id)
    await work_off(database, installation_settings, clock=lambda: NOW)
    async with as_owner(database) as connection:
        await connection.execute(delete(SeriesEdition))
    drawn, both = making._draw, threading.Barrier(2, timeout=30)

    def drawn_together(*given: Any) -> Any:
        found = drawn(*given)
        both.wait()
        return found

    monkeypatch.setattr(making, "_draw", drawn_together)
    made = await asyncio.gather(
        make_now(database, installation_settings, UTRECHT, now=NOW),
        make_all_now(database, installation_settings, [UTRECHT], now=NOW),
    )
    assert sorted(made) == [0, 1]


async def test_what_a_worker_kept_first_leaves_no_other_series_of_the_municipality_behind(
    released_settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with open_database(released_settings.database_url) as database:
        await keep_edition(database, 1, "")
        seen_too_early = iter((True, False))

        async def editions(*_: object) -> AsyncIterator[Sequence[SeriesEdition]]:
            for core in (CORE, "nl.ceo.jeugd")[0 if next(seen_too_early) else 1 :]:
                yield [edition_row(1, "", {}, core)]

        monkeypatch.setattr(making, "_editions", editions)
        assert await make_all_now(database, released_settings, [UTRECHT], now=NOW) == 1
        async with reading_across(database) as session:
            assert set(await session.exec(select(SeriesEdition.core))) == {CORE, "nl.ceo.jeugd"}
