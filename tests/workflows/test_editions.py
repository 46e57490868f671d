import json
from datetime import UTC, datetime

import pytest
from arrangements import TODAY, UTRECHT, ZWOLLE, OpenedRound, arrange_round, hand_in, wmo_core
from sqlmodel import col, select

from ceo.settings import Settings
from ceo.storage.database import Database
from ceo.storage.editions import Edition
from ceo.storage.endings import Snapshot
from ceo.storage.rounds import Round, RoundDesign, RoundStage
from ceo.storage.submissions import Submission
from ceo.storage.tenancy import reading_across, tenant_transaction
from ceo.workflows.ending.months import queue_months
from ceo.workflows.jobs.kinds import JobKind
from ceo.workflows.jobs.queueing import queue_job
from ceo.workflows.jobs.worker import work_off
from ceo.workflows.publish import publish_questionnaire
from ceo.workflows.results.editions import FLOOR, enough_wait, make_editions
from ceo.workflows.results.reading import newest_report, open_municipalities, read_shown_results, shown_rounds
from ceo.workflows.results.reporting import Made, Measurement, make_reports
from ceo.workflows.rounds.design import Design, Moment

pytestmark = pytest.mark.anyio

MEASUREMENT = "wmo-2026"


class PowerCutError(Exception):
    """The process died."""


async def make(measurement: Measurement) -> Made:
    return make_reports(measurement)


async def next_edition(database: Database) -> int | None:
    return await make_editions(database, MEASUREMENT, make, today=TODAY)


async def editions(database: Database) -> list[tuple[str, int, int]]:
    """Return municipality, number and counted submissions of each edition."""
    async with reading_across(database) as session:
        statement = select(Edition.municipality, Edition.number, Edition.submissions)
        return sorted(await session.exec(statement.order_by(Edition.municipality, col(Edition.number))))


async def admitted(database: Database, opened: OpenedRound) -> list[int | None]:
    async with reading_across(database) as session:
        statement = select(Submission.edition).where(col(Submission.round_id) == opened.round_id)
        return sorted(await session.exec(statement), key=lambda edition: edition or 0)


@pytest.fixture
async def utrecht(database: Database, installation_settings: Settings) -> OpenedRound:
    return await arrange_round(database, installation_settings, invited={"Begeleiding": 40})


async def test_a_round_that_planned_a_higher_floor_waits_for_that_many_and_its_figures_keep_to_it(
    database: Database, utrecht: OpenedRound
) -> None:
    async with tenant_transaction(database, UTRECHT) as session:
        design = Design(floor=15).model_dump(mode="json")
        session.add(RoundDesign(municipality=UTRECHT, round_id=utrecht.round_id, document=design))
    await hand_in(database, utrecht, 14)
    assert await next_edition(database) is None
    await hand_in(database, utrecht, 1, first=14)
    assert await next_edition(database) == 1
    gathered: list[int] = []

    async def look(measurement: Measurement) -> Made:
        gathered.append(measurement.floor)
        return Made({})

    await hand_in(database, utrecht, 15, first=15)
    await make_editions(database, MEASUREMENT, look, today=TODAY)
    assert gathered == [15]


@pytest.fixture
async def zwolle(database: Database, installation_settings: Settings) -> OpenedRound:
    return await arrange_round(database, installation_settings, municipality=ZWOLLE, invited={"Begeleiding": 40})


async def test_fewer_than_ten_waiting_submissions_make_no_edition(database: Database, utrecht: OpenedRound) -> None:
    await hand_in(database, utrecht, FLOOR - 1)
    assert await next_edition(database) is None
    assert await editions(database) == []
    assert await admitted(database, utrecht) == [None] * 9


async def test_enough_wait_when_ten_of_one_round_do_that_no_edition_counts(
    database: Database, utrecht: OpenedRound, zwolle: OpenedRound
) -> None:
    seen = [await enough_wait(database, MEASUREMENT)]
    for opened, clients, first in ((utrecht, 9, 0), (zwolle, 9, 0), (utrecht, 1, 9)):
        await hand_in(database, opened, clients, first=first)
        seen.append(await enough_wait(database, MEASUREMENT))
    assert seen == [False, False, False, True]
    await next_edition(database)
    assert not await enough_wait(database, MEASUREMENT)
    assert not await enough_wait(database, "een-andere-meting")


async def test_ten_waiting_submissions_make_the_first_edition(database: Database, utrecht: OpenedRound) -> None:
    await hand_in(database, utrecht, FLOOR)
    assert await next_edition(database) == 1
    assert await editions(database) == [(UTRECHT, 1, 10)]
    assert await admitted(database, utrecht) == [1] * 10


async def test_without_new_submissions_there_is_no_next_edition(database: Database, utrecht: OpenedRound) -> None:
    await hand_in(database, utrecht, 12)
    await next_edition(database)
    assert await next_edition(database) is None
    assert await editions(database) == [(UTRECHT, 1, 12)]


async def test_fewer_than_ten_new_submissions_wait_for_company(database: Database, utrecht: OpenedRound) -> None:
    await hand_in(database, utrecht, 12)
    await next_edition(database)
    await hand_in(database, utrecht, 9, first=12)
    assert await next_edition(database) is None
    assert await admitted(database, utrecht) == [None] * 9 + [1] * 12


async def test_ten_new_submissions_make_the_next_edition(database: Database, utrecht: OpenedRound) -> None:
    await hand_in(database, utrecht, 12)
    await next_edition(database)
    await hand_in(database, utrecht, 10, first=12)
    assert await next_edition(database) == 2
    assert await editions(database) == [(UTRECHT, 1, 12), (UTRECHT, 2, 22)]


async def test_the_waiting_submissions_of_another_round_stay_out(
    database: Database, utrecht: OpenedRound, zwolle: OpenedRound
) -> None:
    await hand_in(database, utrecht, 11)
    await hand_in(database, zwolle, 9)
    assert await next_edition(database) == 1
    assert await editions(database) == [(ZWOLLE, 1, 0), (UTRECHT, 1, 11)]
    assert await admitted(database, zwolle) == [None] * 9


async def test_an_edition_counts_what_earlier_editions_counted_in_every_municipality(
    database: Database, utrecht: OpenedRound, zwolle: OpenedRound
) -> None:
    await hand_in(database, utrecht, 11)
    await next_edition(database)
    await hand_in(database, zwolle, 13)
    assert await next_edition(database) == 2
    assert await editions(database) == [(ZWOLLE, 1, 0), (ZWOLLE, 2, 13), (UTRECHT, 1, 11), (UTRECHT, 2, 11)]


async def test_an_edition_that_was_admitted_but_never_stored_is_picked_up(
    database: Database, utrecht: OpenedRound
) -> None:
    async def die(_: Measurement) -> Made:
        raise PowerCutError

    await hand_in(database, utrecht, 10)
    with pytest.raises(PowerCutError):
        await make_editions(database, MEASUREMENT, die, today=TODAY)
    assert await admitted(database, utrecht) == [1] * 10
    assert await next_edition(database) == 1
    assert await editions(database) == [(UTRECHT, 1, 10)]


async def test_an_edition_that_was_stored_for_some_municipalities_is_picked_up_for_the_others(
    database: Database, utrecht: OpenedRound, zwolle: OpenedRound
) -> None:
    async def die_half_way(measurement: Measurement) -> Made:
        made = make_reports(measurement)
        return Made({UTRECHT: made.reports[UTRECHT]}, made.ledger)

    await hand_in(database, utrecht, 10)
    await hand_in(database, zwolle, 10)
    await make_editions(database, MEASUREMENT, die_half_way, today=TODAY)
    assert await editions(database) == [(UTRECHT, 1, 10)]
    assert await next_edition(database) == 1
    assert await editions(database) == [(ZWOLLE, 1, 10), (UTRECHT, 1, 10)]


async def test_what_arrives_while_an_edition_is_picked_up_waits_for_the_next(
    database: Database, utrecht: OpenedRound
) -> None:
    async def die(_: Measurement) -> Made:
        raise PowerCutError

    await hand_in(database, utrecht, 10)
    with pytest.raises(PowerCutError):
        await make_editions(database, MEASUREMENT, die, today=TODAY)
    await hand_in(database, utrecht, 10, first=10)
    assert await next_edition(database) == 1
    assert await next_edition(database) == 2
    assert await editions(database) == [(UTRECHT, 1, 10), (UTRECHT, 2, 20)]


async def test_an_edition_is_never_replaced(database: Database, utrecht: OpenedRound) -> None:
    async def be_second(measurement: Measurement) -> Made:
        await make_editions(database, MEASUREMENT, make, today=TODAY)
        made = make_reports(measurement)
        return Made(dict.fromkeys(made.reports, "een ander rapport"), made.ledger)

    await hand_in(database, utrecht, 10)
    await make_editions(database, MEASUREMENT, be_second, today=TODAY)
    assert await editions(database) == [(UTRECHT, 1, 10)]
    assert await newest_report(database, UTRECHT, MEASUREMENT) != "een ander rapport"


async def test_rounds_of_another_measurement_stay_apart(database: Database, utrecht: OpenedRound) -> None:
    await hand_in(database, utrecht, 10)
    assert await make_editions(database, "wmo-2027", make, today=TODAY) is None
    assert await admitted(database, utrecht) == [None] * 10


async def test_results_tell_how_many_were_invited_have_answered_and_are_counted(
    database: Database, utrecht: OpenedRound
) -> None:
    await hand_in(database, utrecht, 12)
    await next_edition(database)
    await hand_in(database, utrecht, 3, first=12)
    results = await read_shown_results(database, UTRECHT, MEASUREMENT)
    assert results is not None
    assert results.edition is not None
    assert (results.invited, results.submitted, results.counted, results.waiting) == (40, 15, 12, 3)
    assert results.name == f"{utrecht.round_id}/1"
    assert json.loads(results.edition.report)


async def test_before_the_first_edition_results_have_no_name(database: Database, utrecht: OpenedRound) -> None:
    results = await read_shown_results(database, UTRECHT, MEASUREMENT)
    assert results is not None
    assert (results.edition, results.name, results.waiting) == (None, "", 0)


async def test_results_that_are_not_shown_are_nowhere_to_be_read(
    database: Database, installation_settings: Settings
) -> None:
    opened = await arrange_round(database, installation_settings, results_shown=False)
    await hand_in(database, opened, 10)
    await next_edition(database)
    assert await read_shown_results(database, UTRECHT, MEASUREMENT) is None
    assert await shown_rounds(database) == []
    assert await newest_report(database, UTRECHT, MEASUREMENT) is not None  # the municipality itself can write it


async def test_another_municipality_has_no_such_results(database: Database, utrecht: OpenedRound) -> None:
    assert await read_shown_results(database, ZWOLLE, MEASUREMENT) is None
    assert await newest_report(database, ZWOLLE, MEASUREMENT) is None


async def test_shown_rounds_stand_in_order_of_municipality(
    database: Database, utrecht: OpenedRound, zwolle: OpenedRound
) -> None:
    assert [shown.municipality for shown in await shown_rounds(database)] == [ZWOLLE, UTRECHT]


async def test_a_municipality_asks_on_the_days_of_its_round(database: Database, utrecht: OpenedRound) -> None:
    assert await open_municipalities(database, today=TODAY) == {UTRECHT}
    assert await open_municipalities(database, today=TODAY.replace(year=2027)) == set()


async def test_a_version_that_nobody_answered_yet_does_not_hold_up_the_others(
    database: Database, utrecht: OpenedRound, zwolle: OpenedRound
) -> None:
    second = await publish_questionnaire(
        database, wmo_core().model_copy(update={"version": 2}), now=datetime(2026, 10, 2, tzinfo=UTC)
    )
    async with tenant_transaction(database, ZWOLLE) as session:
        (await session.get_one(Round, zwolle.round_id)).questionnaire_hash = second.content_hash
    await hand_in(database, utrecht, FLOOR)
    assert await next_edition(database) == 1
    assert sorted(await editions(database)) == [(ZWOLLE, 1, 0), (UTRECHT, 1, FLOOR)]


@pytest.mark.parametrize(
    ("tail", "counted", "periods"), [(11, [12, 23], {"": 23, "11": 12, "12": 11}), (9, [12], {"": 12, "11": 12})]
)
async def test_of_a_round_that_went_on_only_sealed_months_count_so_that_total_minus_months_tells_of_nobody(
    database: Database,
    utrecht: OpenedRound,
    installation_settings: Settings,
    tail: int,
    counted: list[int],
    periods: dict[str, int],
) -> None:
    """Who came after the last month is a period when they are enough, and otherwise in no edition and not in what is sealed."""
    document = Design(moment=Moment.CONTINUOUS).model_dump(mode="json")
    async with tenant_transaction(database, UTRECHT) as session:
        session.add(RoundDesign(municipality=UTRECHT, round_id=utrecht.round_id, document=document))
    await hand_in(database, utrecht, 12)
    assert not await enough_wait(database, MEASUREMENT)
    assert await next_edition(database) is None
    sealing = datetime(TODAY.year, TODAY.month + 1, 8, 12, tzinfo=UTC)
    await queue_months(database, today=sealing.date(), now=sealing)
    await work_off(database, installation_settings, clock=lambda: sealing)
    await hand_in(database, utrecht, tail, first=12, day=TODAY.replace(month=TODAY.month + 1))
    assert await next_edition(database) == 1
    assert [row[2] for row in await editions(database)] == [12]
    async with tenant_transaction(database, UTRECHT) as session:
        (await session.get_one(Round, utrecht.round_id)).stage = RoundStage.CLOSED.value
    assert await next_edition(database) is None
    async with tenant_transaction(database, UTRECHT) as session:
        await queue_job(session, JobKind.SEAL_ROUND, actor="test", now=sealing, round_id=utrecht.round_id)
    await work_off(database, installation_settings, clock=lambda: sealing)
    await next_edition(database)
    assert [row[2] for row in await editions(database)] == counted
    async with reading_across(database) as session:
        sealed = (await session.exec(select(Snapshot.period, Snapshot.submissions))).all()
    assert {period[5:]: number for period, number in sealed} == periods
