"""Following fieldwork: what is counted, what follows from it, and how many statements that takes."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from arrangements import TODAY, UTRECHT, OpenedRound, arrange_round, fill_in, hand_in

from analysis.response_rates import Rate
from analysis.results import NotEstimable
from ceo.settings import Settings
from ceo.storage.answer_days import days_of
from ceo.storage.clients import Client, ClientStatus, Sample
from ceo.storage.contacts import Disposition, Invitation, InvitationState
from ceo.storage.database import Database
from ceo.storage.tenancy import tenant_reading, tenant_transaction
from ceo.workflows.rounds.counting import Cell, Counted, Outcome
from ceo.workflows.rounds.following import Following, cases_of, follow, reckon

pytestmark = pytest.mark.anyio

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)


def counted(outcomes: list[Outcome], *, days: list[int] | None = None, cells: tuple[Cell, ...] = ()) -> Counted:
    """What was counted of a round that began on 2 November."""
    by_day = {date(2026, 11, 2) + timedelta(days=number): answers for number, answers in enumerate(days or [])}
    return Counted({"Begeleiding": 1000}, tuple(outcomes), cells, {}, {}, by_day, 0.4, {"Begeleiding": 200})


def reckoned(outcomes: list[Outcome], *, days: list[int] | None = None, cells: tuple[Cell, ...] = ()) -> Following:
    return reckon(counted(outcomes, days=days, cells=cells), today=TODAY)


OPEN, STARTED, COMPLETE, REFUSED = (state.value for state in InvitationState)


@pytest.mark.parametrize(
    ("state", "disposition", "case"),
    [
        (COMPLETE, None, "complete"),
        (COMPLETE, Disposition.UNDELIVERABLE, "complete"),
        (STARTED, None, "refused"),
        (REFUSED, None, "refused"),
        (OPEN, None, "unknown_household"),
        (OPEN, Disposition.UNDELIVERABLE, "unknown_other"),
        (OPEN, Disposition.NOT_ABLE, "other"),
        (STARTED, Disposition.DECEASED, "other"),
        (OPEN, Disposition.NOT_ELIGIBLE, "not_eligible"),
        (REFUSED, Disposition.REFUSED_OTHERWISE, "refused"),
    ],
)
def test_every_invitation_has_one_outcome_in_the_terms_of_aapor(state: str, disposition: str | None, case: str) -> None:
    found = cases_of([Outcome("Begeleiding", state, disposition, 3)])
    assert {name: getattr(found, name) for name in found.__slots__ if getattr(found, name)} == {case: 3}


def test_the_response_rate_counts_everybody_of_whom_nothing_was_heard() -> None:
    found = reckoned([Outcome("Begeleiding", COMPLETE, None, 80), Outcome("Begeleiding", OPEN, None, 120)])
    assert (found.rates[Rate.RR1], found.answered, found.expected) == (0.4, 80, 80.0)


def test_a_group_that_lags_gets_advice_to_remind() -> None:
    outcomes = [Outcome("Begeleiding", COMPLETE, None, 40), Outcome("Begeleiding", OPEN, None, 160)]
    [stratum] = reckoned(outcomes, days=[2, 16, 10, 6, 3, 2, 1]).strata
    assert stratum.advice is not None
    assert (stratum.advice.lags, stratum.advice.suffices) == (True, False)
    assert 40 <= stratum.advice.without < 45 < stratum.advice.without + stratum.advice.gain


def test_who_refused_or_cannot_is_not_counted_as_somebody_to_remind() -> None:
    gone = [Outcome("Begeleiding", REFUSED, None, 60), Outcome("Begeleiding", OPEN, Disposition.DECEASED, 100)]
    [stratum] = reckoned([Outcome("Begeleiding", COMPLETE, None, 40), *gone]).strata
    assert stratum.advice is not None
    assert stratum.advice.gain == 0


def test_the_day_that_is_not_over_shows_in_no_pattern() -> None:
    before = [40, 20, 10, 5, 2]
    whole = counted([Outcome("Begeleiding", COMPLETE, None, 77)], days=before)
    with_today = reckon(whole, today=date(2026, 11, 6))
    assert not isinstance(with_today.decay, NotEstimable)
    shorter = reckoned([Outcome("Begeleiding", COMPLETE, None, 77)], days=before[:-1])
    assert with_today.decay == shorter.decay


def test_who_answers_is_laid_beside_the_list() -> None:
    cells = (
        Cell("Begeleiding", ("75-84", "woman"), 500, 100, 60),
        Cell("Begeleiding", ("18-34", "man"), 500, 100, 20),
    )
    found = reckoned([Outcome("Begeleiding", COMPLETE, None, 80), Outcome("Begeleiding", OPEN, None, 120)], cells=cells)
    old = next(one for one in found.composition["age_group"] if one.category == "75-84")
    assert not isinstance(old.difference, NotEstimable)
    assert (old.in_frame, old.in_response, old.difference.matters) == (0.5, 0.75, True)
    assert found.representativity is not None
    assert not isinstance(found.representativity, NotEstimable)
    assert 0.5 < found.representativity.adjusted < 0.7


@pytest.fixture
async def running(database: Database, installation_settings: Settings) -> OpenedRound:
    """A round of 60 invited people of whom two are in the list and one of these sent."""
    opened = await arrange_round(database, installation_settings, invited={"Begeleiding": 60})
    await fill_in(database, opened, 0, send=True)
    await hand_in(database, opened, 4, first=50)
    async with tenant_transaction(database, UTRECHT) as session:
        own = {"municipality": UTRECHT, "round_id": opened.round_id, "status": ClientStatus.DRAWN.value}
        for number in range(2):
            traits = {"age_group": "75-84", "sex": "woman"}
            session.add(Client(**own, id=f"c{number}", person_hash=f"p{number}", stratum="Begeleiding", traits=traits))
            (await session.get_one(Invitation, opened.key(number).access_hash)).client_id = f"c{number}"
        design = {"design": {"response": 0.5}}
        session.add(
            Sample(
                municipality=UTRECHT,
                round_id=opened.round_id,
                seed="1",
                frame_digest="sha256:1",
                design=design,
                drawn_by="7f",
                drawn_at=NOON,
            )
        )
    return opened


async def test_what_the_database_counts_comes_out(database: Database, running: OpenedRound) -> None:
    found = await follow(database, UTRECHT, running.round_id, today=TODAY)
    [stratum] = found.strata
    assert (stratum.population, stratum.drawn, stratum.invited, stratum.answered) == (600, 2, 60, 1)
    assert (found.expected, found.modes, found.languages) == (30.0, {"web": 5}, {"nl": 5})
    assert found.days == ((TODAY, 1),)
    [old] = found.composition["age_group"]
    assert (old.population, old.invited, old.respondents) == (2, 2, 1)


async def test_in_a_small_round_no_day_is_counted(database: Database, installation_settings: Settings) -> None:
    opened = await arrange_round(database, installation_settings)
    await fill_in(database, opened, 0, send=True)
    async with tenant_reading(database, UTRECHT) as session:
        assert await days_of(session, opened.round_id) == {}


async def test_several_on_one_day_are_added_up(database: Database, running: OpenedRound) -> None:
    for number in range(1, 4):
        await fill_in(database, running, number, send=True)
    async with tenant_reading(database, UTRECHT) as session:
        assert await days_of(session, running.round_id) == {TODAY: 4}
