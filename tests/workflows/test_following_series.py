"""Series of a municipality: what they hold, what they hide, and what follows from one edition to the next."""

from __future__ import annotations

import json
import random
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest
from arrangements import TODAY, UTRECHT, ZWOLLE, arrange_round, hand_in
from made_series import CORE, keep_series, made_series
from sqlmodel import col, select, update

from analysis.disclosure.ledger import Ledger
from analysis.results import Estimate, Inference, Interval, Method
from analysis.snapshots import SealedFacts, SealedRow, Snapshot
from ceo.settings import Settings
from ceo.storage.audit import AuditRecord
from ceo.storage.database import Database
from ceo.storage.following import SeriesEdition
from ceo.storage.municipalities import load_municipalities
from ceo.storage.people import NATIONAL
from ceo.storage.rounds import Round, RoundStage
from ceo.storage.tenancy import reading_across, shared_transaction, tenant_reading, tenant_transaction
from ceo.workflows.demonstration.continuous import last_day, months_until, seed_following
from ceo.workflows.demonstration.plan import FOLLOWED
from ceo.workflows.following import computing
from ceo.workflows.following.annotating import Fault, Typed, annotate, annotations_of, put_back, take_away
from ceo.workflows.following.choosing import Choice, Chosen, choose_antennas
from ceo.workflows.following.composing import compose, hidden_months
from ceo.workflows.following.computing import Computed, Following, Material, Period, compute
from ceo.workflows.following.gathering import Sealed, Source, find_sources
from ceo.workflows.following.making import ask_for_series, make_now
from ceo.workflows.following.pages import not_on_pages
from ceo.workflows.following.reading import antennas_of, list_series, read_newest_points, read_series
from ceo.workflows.following.series import Grain, Series
from ceo.workflows.following.signals import finest, signals_in
from ceo.workflows.jobs.kinds import JobKind
from ceo.workflows.jobs.queueing import queue_job
from ceo.workflows.jobs.worker import work_off
from ceo.workflows.results.editions import make_editions
from ceo.workflows.results.months import SealedMonths
from ceo.workflows.results.reading import newest_report
from ceo.workflows.results.reporting import (
    Made,
    Measurement,
    RoundFacts,
    SealedVersion,
    StratumRow,
    SubmissionRow,
    make_reports,
)
from questionnaires.answering import seal
from questionnaires.answers import answers_to_json
from questionnaires.loading import load_shipped
from questionnaires.publishing import PublishedVersion, publish
from questionnaires.simulation import simulate_answers

pytestmark = pytest.mark.anyio

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
FLOOR = 10
OLD, NEW = (publish(load_shipped(f"nl.ceo.wmo@{number}")) for number in (1, 2))


def month_of(place: int, respondents: int, version: PublishedVersion = NEW) -> tuple[str, Snapshot]:
    """Return the sealed answers of the month with this number, counted from January 2025."""
    first = months_until(date(2027, 12, 1), 36)[place]
    rng = random.Random(f"{place} {respondents}")
    rows = tuple(
        SealedRow(
            rng.choice(("Begeleiding", "Hulp bij het huishouden")),
            version.content_hash,
            "web",
            "nl",
            "standard",
            "client",
            first,
            answers_to_json(seal(version.questionnaire, simulate_answers(version.questionnaire, rng)).answers),
        )
        for _ in range(respondents)
    )
    strata = {"Begeleiding": 900, "Hulp bij het huishouden": 1400}
    return f"{first:%Y-%m}", Snapshot(
        SealedFacts(UTRECHT, "wmo-door", "Wmo", first, last_day(first), "anonymous", strata), rows
    )


def material(*months: tuple[str, Snapshot], grain: Grain = Grain.MONTH, ledger: str = "", edition: int = 1) -> Material:
    hashes = {row.version for _, snapshot in months for row in snapshot.rows}
    versions = tuple((one.content, one.content_hash) for one in (OLD, NEW) if one.content_hash in hashes)
    return Material("Utrecht", grain, months, versions, None, 0, ledger, edition)


def shown(computed: Computed) -> dict[tuple[str, str], bool]:
    return {
        (one.indicator, period): isinstance(figure, Estimate)
        for one in computed.followed
        for period, figure in one.figures.items()
    }


def composed(computed: Computed, grain: Grain = Grain.MONTH) -> Series:
    source = source_of([(period.name, 1) for period in computed.periods], grain)
    return compose(computed, source, number=1, made_on=NOW.date(), hidden={})


def source_of(periods: Sequence[tuple[str, int]], grain: Grain) -> Source:
    """Return the source of a series whose snapshots are of these months or measurements, each with the number of its round."""
    sealed = tuple(Sealed(name, "", "", round_id) for name, round_id in periods)
    return Source(CORE, grain, "Wmo", simulated=True, floor=0, sealed=sealed)


def test_a_small_month_does_not_follow_from_the_total_and_the_other_months() -> None:
    computed = compute(material(*(month_of(place, n) for place, n in enumerate((40, 35, 7, 45, 38)))))
    (release,) = Ledger.model_validate_json(computed.ledger).releases
    for record in release.items:
        for way in record.ways:
            known = {counted.place[0]: counted for counted in way}
            hidden = [one for unit, one in known.items() if unit and not one.shown]
            assert "2025-03" in {one.place[0] for one in hidden}
            assert not known[""].shown or (len(hidden) > 1 and sum(one.respondents for one in hidden) >= FLOOR)
    points = {point.name: point for point in composed(computed).indicators[0].points}
    assert points["2025-03"].figure is None
    assert points["2025-03"].reason == "complement"  # why exactly is not told
    assert points["2025-04"].figure is None
    assert points["2025-05"].figure is not None


def test_a_small_month_does_not_follow_from_the_sums_on_the_page_of_the_round_and_the_months_between_them() -> None:
    """The page of a round that goes on shows the sum of its months after each month, where that is not a few more than before."""
    ledger, sizes, found = "", (40, 35, 12, 45, 12, 12, 38), None
    for number in range(2, len(sizes) + 1):
        months = [month_of(place, n) for place, n in enumerate(sizes[:number])]
        found = compute(material(*months, ledger=ledger, edition=number))
        ledger = found.ledger
    assert found is not None
    (record,) = [one for one in Ledger.model_validate_json(ledger).releases[-1].items if one.item == "TOE03"]
    months_of_it = sorted((one.place[0], one.respondents, one.shown) for one in record.ways[0] if one.place[0])
    assert any(0 < n < FLOOR for _, n, _ in months_of_it)
    sums, hidden, last = [(0, 0)], 0, 0
    for _, n, seen in months_of_it:
        last, hidden = last + n, hidden + (0 if seen else n)
        if last - sums[-1][0] >= FLOOR:
            sums.append((last, hidden))
    between = [after[1] - before[1] for before, after in pairwise(sums)]
    assert all(n == 0 or n >= FLOOR for n in between), months_of_it
    series = composed(found).indicator("TOE03")
    assert series is not None
    assert [point.figure is not None for point in series.points] == [seen for _, _, seen in months_of_it]


def test_what_was_hidden_stays_hidden_when_months_come_and_the_ledger_needs_no_repetition(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    months = [month_of(place, n) for place, n in enumerate((30, 9, 28, 33, 8, 31, 30))]

    def editions() -> tuple[list[dict[tuple[str, str], bool]], str]:
        ledger, found = "", []
        for number in range(4, len(months) + 1):
            computed = compute(material(*months[:number], ledger=ledger, edition=number))
            ledger = computed.ledger
            found.append(shown(computed))
        return found, ledger

    compacted, short = editions()
    for before, after in pairwise(compacted):
        assert {place for place, seen in before.items() if not seen} <= {k for k, seen in after.items() if not seen}
    monkeypatch.setattr(computing, "compacted", lambda ledger: ledger)
    full, long = editions()
    assert compacted == full
    assert len(short) < 0.6 * len(long)


def test_the_page_of_a_round_that_goes_on_hides_what_its_months_would_make_a_few() -> None:
    """The month of a few came last, and all months are counted on the page at once."""
    months = [month_of(place, n) for place, n in enumerate((40, 35, 14))]
    before = compute(material(*months[:2])).ledger
    series = compute(material(*months, ledger=before, edition=2)).ledger
    rows = [row for _, snapshot in months for row in snapshot.rows]
    facts = RoundFacts(
        UTRECHT, NEW.content_hash, "U", "Wmo", TODAY, TODAY, simulated=True, invited=99, submitted=89, counted=89
    )
    measurement = Measurement(
        versions=(SealedVersion(NEW.content, NEW.content_hash),),
        made_on=NOW.date(),
        rounds=(facts,),
        strata=tuple(StratumRow(UTRECHT, name, number) for name, number in months[0][1].facts.strata.items()),
        submissions=tuple(SubmissionRow(UTRECHT, row.stratum, row.version, dict(row.answers)) for row in rows),
        name="wmo-door",
        edition=1,
    )
    its_months = SealedMonths(UTRECHT, tuple(name for name, _ in months), series)
    shown = []
    for one in (measurement, replace(measurement, months=(its_months,))):
        (release,) = Ledger.model_validate_json(make_reports(one).ledger).releases
        shown.append(
            {
                record.item
                for record in release.items
                for it in record.ways[0]
                if it.place == (UTRECHT, "", "") and it.shown
            }
        )
    small = {
        record.item
        for record in Ledger.model_validate_json(series).releases[-1].items
        if 0 < sum(it.respondents for it in record.ways[0] if it.place[0] and not it.shown) < FLOOR
    }
    assert small
    assert shown[0] - shown[1] == small & shown[0] == small
    assert {"TOE01", "wmo_toegang"} <= shown[1]


def test_a_series_breaks_where_the_words_changed_and_goes_on_where_they_did_not() -> None:
    months = [month_of(place, 40, OLD if place < 4 else NEW) for place in range(8)]
    series = composed(compute(material(*months)))
    for name in ("TOE02", "wmo_toegang"):
        broken = series.indicator(name)
        assert broken is not None
        assert [(mark.before, mark.after) for mark in broken.breaks] == [("2025-04", "2025-05")]
        assert [point.piece for point in broken.points] == [0] * 4 + [1] * 4
        assert all(point.rolling is None for point in broken.points)
    same = series.indicator("KWA03")
    assert same is not None
    assert not same.breaks
    assert [point.rolling is not None for point in same.points] == [False] * 5 + [True] * 3
    assert composed(compute(material(*months))) == series  # the same snapshots, the same document


def test_a_rolling_mean_is_not_over_a_month_that_was_not_measured() -> None:
    gap, beside = ([month_of(place, 40) for place in (*first, 5, 6)] for first in ((0, 1, 2, 3), (1, 2, 3, 4)))
    rolled = [
        [point.rolling is not None for point in composed(compute(material(*its))).indicators[0].points]
        for its in (gap, beside)
    ]
    assert rolled == [[False] * 6, [False] * 5 + [True]]


@pytest.mark.parametrize(
    ("grain", "names", "sealed", "as_wide"),
    [
        # Six months of one round: each client is asked once, and chance averages out.
        (Grain.MONTH, [f"2025-{it:02}" for it in range(1, 7)], [(f"2025-{it:02}", 1) for it in range(1, 7)], 6**-0.5),
        # Three of one round and three of the next, in which the same clients may answer again.
        (
            Grain.MONTH,
            [f"2025-{it:02}" for it in range(1, 7)],
            [(f"2025-{it:02}", it // 4) for it in range(1, 7)],
            3**-0.5,
        ),
        # In April two rounds were asked, so that some may have answered in it and in the months of both.
        (
            Grain.MONTH,
            [f"2025-{it:02}" for it in range(1, 7)],
            [*((f"2025-{it:02}", it // 4) for it in range(1, 7)), ("2025-04", 0)],
            (3**0.5 + 1 + 2**0.5) / 6,
        ),
        (Grain.QUARTER, [f"2025-K{it}" for it in range(1, 5)], [(f"2025-{it:02}", 1) for it in range(1, 13)], 0.5),
        # Measurements: whoever answered every time is in all of them.
        (Grain.ROUND, ["2023", "2024", "2025"], [("2023", 1), ("2024", 2), ("2025", 3)], 1.0),
    ],
)
def test_a_rolling_mean_is_as_uncertain_as_when_everyone_answered_in_every_round_that_it_is_over(
    grain: Grain, names: list[str], sealed: list[tuple[str, int]], as_wide: float
) -> None:
    figure = Estimate(70.0, 2.0, Interval(66, 74), 900, 900.0, 9e5, 20_000, None, Method.T, Inference.PROCESS)
    days = (date(2025, 1, 1), date(2025, 1, 31))  # no day between two periods
    periods = tuple(Period(name, "", *days, frozenset()) for name in names)
    followed = Following("KWA03", "", True, dict.fromkeys(names, "KWA03"), dict.fromkeys(names, figure))
    series = compose(
        Computed(periods, (followed,), (), ""), source_of(sealed, grain), number=1, made_on=NOW.date(), hidden={}
    )
    rolling = series.indicators[0].points[-1].rolling
    assert rolling is not None
    assert (rolling.value, rolling.high - 70) == pytest.approx((70.0, 1.95996 * 2 * as_wide), abs=1e-3)


def test_a_quarter_is_shown_only_where_all_of_its_months_are_and_when_it_is_over() -> None:
    months = [month_of(place, n) for place, n in enumerate((30, 30, 30, 30, 8, 30, 30))]
    monthly = composed(compute(material(*months)))
    hidden = {
        indicator: frozenset({"2025-K2"} if names & {"2025-04", "2025-05", "2025-06"} else set())
        for indicator, names in hidden_months(monthly).items()
    }
    computed = compute(material(*months, grain=Grain.QUARTER))
    source = source_of([(name, 1) for name, _ in months], Grain.QUARTER)
    quarterly = compose(computed, source, number=1, made_on=NOW.date(), hidden=hidden)
    first, second = quarterly.indicators[1].points
    assert (first.name, first.first_day, first.last_day) == ("2025-K1", date(2025, 1, 1), date(2025, 3, 31))
    assert first.figure is not None
    assert (second.figure, second.reason) == (None, "hidden")


async def test_the_demonstration_finds_the_planted_shift_and_the_other_antennas_stay_quiet(
    database: Database, installation_settings: Settings
) -> None:
    async with shared_transaction(database) as session:
        await load_municipalities(session)
    await seed_following(database, installation_settings, now=NOW)
    heads = await list_series(database, UTRECHT)
    assert [(head.core, head.grain, head.until, head.number, head.simulated) for head in heads] == [
        (CORE, Grain.MONTH, "2026-10", 1, True),
        (CORE, Grain.QUARTER, "2026-K3", 1, True),
    ]
    assert await list_series(database, ZWOLLE) == ()
    assert await make_now(database, installation_settings, UTRECHT, now=NOW) == 0

    series = await read_series(database, UTRECHT, CORE, Grain.MONTH)
    assert series is not None
    watched = [one.indicator for one in await antennas_of(database, UTRECHT, CORE)]
    assert sorted(watched) == sorted(FOLLOWED.watched)
    signals = {one.indicator: one.watch.signals for one in series.indicators if one.indicator in watched}
    assert {name for name, found in signals.items() if found} == {FOLLOWED.shifted}
    begin = series.indicators[0].points[FOLLOWED.shifted_from].first_day
    seen = date.fromisoformat(f"{signals[FOLLOWED.shifted][0][0]}-01")
    assert begin <= seen < begin + timedelta(days=7 * 31)  # as stated in analysis.series.watching
    (signal,) = signals_in(series, watched)
    assert (signal.indicator, signal.period, signal.above) == (FOLLOWED.shifted, "2026-10", False)

    # Real answers begin a series of their own.
    async with tenant_transaction(database, UTRECHT) as session:
        own = update(Round).where(col(Round.measurement) == FOLLOWED.rounds[1].measurement)
        await session.exec(own.values(simulated=False))
    (source,) = await find_sources(database, UTRECHT)
    assert (source.simulated, len(source.sealed)) == (False, 12)
    await ask_for_series(database, UTRECHT, actor="test", now=NOW)
    await work_off(database, installation_settings, clock=lambda: NOW)
    real = await read_series(database, UTRECHT, CORE, Grain.MONTH)
    assert real is not None
    assert (real.number, real.simulated, len(real.indicators[0].points)) == (2, False, 12)


async def test_a_round_that_is_sealed_becomes_a_point_of_its_series(
    database: Database, installation_settings: Settings
) -> None:
    opened = await arrange_round(database, installation_settings)
    await hand_in(database, opened, 12)
    async with tenant_transaction(database, UTRECHT) as session:
        (await session.get_one(Round, opened.round_id)).stage = RoundStage.CLOSED.value
        await queue_job(session, JobKind.SEAL_ROUND, actor="test", now=NOW, round_id=opened.round_id)
    await work_off(database, installation_settings, clock=lambda: NOW)
    series = await read_series(database, UTRECHT, CORE, Grain.ROUND)
    assert series is not None
    (point,) = series.indicators[0].points
    assert (point.name, point.title) == ("wmo-2026", "Wmo-meting 2026")
    assert point.figure is not None
    assert point.figure.respondents == 12
    assert series.indicators[0].watch.reason == "short_baseline"


async def test_a_point_of_a_measurement_is_of_the_answers_that_its_page_counts_and_not_of_a_few_more(
    database: Database, installation_settings: Settings
) -> None:
    async def make(measurement: Measurement) -> Made:
        return make_reports(measurement)

    opened = await arrange_round(database, installation_settings)
    await hand_in(database, opened, 12)
    assert await make_editions(database, "wmo-2026", make, today=NOW.date()) == 1
    await hand_in(database, opened, 3, first=12)
    async with tenant_transaction(database, UTRECHT) as session:
        (await session.get_one(Round, opened.round_id)).stage = RoundStage.CLOSED.value
        await queue_job(session, JobKind.SEAL_ROUND, actor="test", now=NOW, round_id=opened.round_id)
    await work_off(database, installation_settings, clock=lambda: NOW)
    series = await read_series(database, UTRECHT, CORE, Grain.ROUND)
    page = json.loads(await newest_report(database, UTRECHT, "wmo-2026") or "")
    assert series is not None
    points = {one.indicator: one.points[0].figure for one in series.indicators}
    shown = {
        row["item"]: (row["respondents"], round(row["value"], 6))
        for row in page["figures"]
        if row["measure"] == "score" and not row["breakdown"] and row["area"] == UTRECHT and row["value"] is not None
    }
    assert {name: (it.respondents, it.value) for name, it in points.items() if it} == {
        name: shown[name] for name in points if name in shown
    }
    assert max(number for number, _ in shown.values()) == 12
    assert await make_now(database, installation_settings, UTRECHT, now=NOW) == 0


def test_a_point_shows_no_figure_that_the_page_of_its_measurement_hides() -> None:
    _, snapshot = month_of(0, 40)
    computed = compute(material(("wmo-2026", snapshot), grain=Grain.ROUND))
    counts = {
        one.indicator: figure.respondents
        for one in computed.followed
        for figure in one.figures.values()
        if isinstance(figure, Estimate)
    }
    place = (UTRECHT, "", "")
    items = {
        name: (({place: (float(number) - (name == "TOE02"),)},), frozenset({place} if name == "KWA03" else ()))
        for name, number in counts.items()
    }
    ledger = Ledger().with_release("2", "wmo-2026", ("wmo-2026",), items).model_dump_json()
    hidden = not_on_pages(computed, {"wmo-2026": ledger}, UTRECHT)
    assert hidden == dict.fromkeys(("TOE02", "KWA03"), frozenset({"wmo-2026"}))
    # Of who has nothing on any page, all is counted at once.
    assert not_on_pages(computed, {"wmo-2026": ledger}, ZWOLLE) == {}


async def test_series_antennas_and_what_happened_are_kept_by_municipality(database: Database) -> None:
    async with shared_transaction(database) as session:
        await load_municipalities(session)
    for number in (1, 2):
        await keep_series(database, UTRECHT, made_series(number))
    await keep_series(database, ZWOLLE, made_series(7, "Van Zwolle"))
    assert [(head.number, head.title) for head in await list_series(database, UTRECHT)] == [(2, "Ervaringen met hulp")]

    known = {one.indicator for one in made_series().indicators}

    async def choose(place: str, chosen: set[str], seen: set[str]) -> Chosen:
        choice = Choice(CORE, frozenset(chosen), frozenset(seen))
        return await choose_antennas(database, place, choice, known, actor="test", now=NOW)

    assert await choose(UTRECHT, {"KWA03", "TOE02"}, set()) is Chosen.DONE
    assert await choose(UTRECHT, {"EFF02"}, set()) is Chosen.CHANGED
    assert await choose(UTRECHT, {"XXX99"}, {"KWA03", "TOE02"}) is Chosen.UNKNOWN
    assert await choose(UTRECHT, {f"X{n}" for n in range(9)}, {"KWA03", "TOE02"}) is Chosen.TOO_MANY
    assert await choose(NATIONAL, {"TOE02"}, set()) is Chosen.DONE
    found = await antennas_of(database, UTRECHT, CORE)
    assert [(one.indicator, one.national) for one in found] == [("KWA03", False), ("TOE02", True)]
    assert [one.indicator for one in await antennas_of(database, ZWOLLE, CORE)] == ["TOE02"]
    (newest, *_) = finest(await read_newest_points(database, UTRECHT))
    assert [(one.indicator, one.since) for one in signals_in(newest, {"KWA03", "TOE02"})] == [("KWA03", "2026-01")]

    wrong = await annotate(database, UTRECHT, CORE, Typed("1 maart", " "), actor="test", now=NOW)
    assert wrong == {"day": Fault.NO_DAY, "text": Fault.NO_TEXT}
    assert not await annotate(database, UTRECHT, CORE, Typed("2026-03-01", "Nieuw contract"), actor="test", now=NOW)
    (row,) = await annotations_of(database, UTRECHT, CORE)
    assert await annotations_of(database, ZWOLLE, CORE) == ()
    assert not await take_away(database, ZWOLLE, row.id, actor="test", now=NOW)
    assert await take_away(database, UTRECHT, row.id, actor="test", now=NOW)
    assert await annotations_of(database, UTRECHT, CORE) == ()
    assert await put_back(database, UTRECHT, row.id, actor="test", now=NOW)
    assert [one.text for one in await annotations_of(database, UTRECHT, CORE)] == ["Nieuw contract"]
    async with tenant_reading(database, UTRECHT) as session:
        editions = (await session.exec(select(SeriesEdition.number))).all()
    async with reading_across(database) as session:
        actions = (await session.exec(select(AuditRecord.action).where(col(AuditRecord.place) == UTRECHT))).all()
    assert sorted(editions) == [1, 2]
    assert [action for action in actions if action.startswith("series.")] == [
        "series.antennas-chosen",
        "series.annotated",
        "series.annotation-taken-away",
        "series.annotation-put-back",
    ]
