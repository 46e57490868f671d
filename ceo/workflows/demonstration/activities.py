"""Activities in a neighbourhood of Zwolle, with people who are asked three times, and a round by provider; everybody in it is simulated."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Final

from ceo.clock import DUTCH_TIME
from ceo.storage.rounds import Promise
from ceo.storage.sharing import SharedActivity
from ceo.storage.tenancy import tenant_transaction
from ceo.workflows.demonstration.plan import COMPANY, OWN_PROVIDER, PROVIDERS, WALKING, ZWOLLE
from ceo.workflows.demonstration.sealed import ACTOR, Given, SealedWave, add_sealed, has_round
from ceo.workflows.publish import publish_questionnaire
from ceo.workflows.rounds.design import Breakdown, Design, Step
from ceo.workflows.rounds.opening import RoundPlan
from ceo.workflows.rounds.series import NEW_SERIES

if TYPE_CHECKING:
    from ceo.settings import Settings
    from ceo.storage.database import Database
    from questionnaires.publishing import PublishedVersion

_SEED: Final = 2026
_ABOUT_ACTIVITIES: Final = "nl.ceo.effect@1"
# In days before today, and how long people can answer.
_WAVES: Final = (
    ("activiteiten-begin", "Activiteiten in de buurt, bij het begin (gesimuleerd)", 420),
    ("activiteiten-halverwege", "Activiteiten in de buurt, na een half jaar (gesimuleerd)", 240),
    ("activiteiten-na-een-jaar", "Activiteiten in de buurt, na een jaar (gesimuleerd)", 60),
)
_LASTS: Final = timedelta(days=28)
# Standard deviations of a leaning (`questionnaires.simulation`): how much people differ for good, beside what differs from day to day.
_SPREAD: Final = 1.0
# People of an activity who cannot be asked again.
_MOVED: Final = 2
_ABOUT_PROVIDERS: Final = "nl.ceo.wmo@2"
_BY_PROVIDER: Final = ("wmo-aanbieders-2026", "Wmo-meting per aanbieder (gesimuleerd)", 90)
# Of each provider.
_CLIENTS: Final = 260
_ANSWERED: Final = 100


@dataclass(frozen=True, slots=True)
class _Activity:
    """Who takes part: how many people by the waves in which they answer, and how many were asked in each wave.

    `leanings`: how content people are in each wave, see `questionnaires.simulation`.
    """

    answering: Mapping[tuple[int, ...], int]
    asked: tuple[int, int, int]
    leanings: tuple[float, float, float]


# Walkers go forward; of who meets a buddy that is not clear.
_ACTIVITIES: Final[Mapping[str, _Activity]] = {
    WALKING: _Activity({(0,): 10, (0, 1): 14, (0, 2): 8, (0, 1, 2): 32}, (92, 64, 64), (-0.7, -0.1, 0.15)),
    COMPANY: _Activity({(0,): 8, (0, 1): 12, (0, 2): 6, (0, 1, 2): 22}, (75, 48, 48), (-0.3, -0.25, -0.2)),
}


async def has_activities(database: Database) -> bool:
    """Tell whether all of it is there already; what is added last decides."""
    return await has_round(database, ZWOLLE, _BY_PROVIDER[0])


async def seed_activities(database: Database, settings: Settings, *, now: datetime) -> None:
    """Add the three rounds of a series, and a round by provider of which one group is shared with who carries it out."""
    from questionnaires.loading import load_shipped

    today = now.astimezone(DUTCH_TIME).date()
    published = await publish_questionnaire(database, load_shipped(_ABOUT_ACTIVITIES), now=now)
    people = await asyncio.to_thread(_participants, published)
    series, earlier = NEW_SERIES, dict[str, dict[str, int]]()
    for wave, (measurement, title, before) in enumerate(_WAVES):
        asked = {name: its.asked[wave] for name, its in _ACTIVITIES.items()}
        plan = _plan(measurement, title, today - timedelta(days=before), published, asked, Promise.PSEUDONYMOUS)
        design = Design(
            aim="Gaat het beter met mensen die meedoen?",
            users="De gemeente, en wie de activiteiten uitvoert",
            target="Iedereen die met een activiteit begint",
            # The questionnaire names no law; without one nobody who carries an activity out would see its figures.
            act="wmo",
            asked_again=earlier,
            done=tuple(Step),
        )
        added = await add_sealed(
            database, settings, SealedWave(plan, design, asked, people[wave], series), published, now=now
        )
        series = added.series or NEW_SERIES
        earlier = {**earlier, str(added.id): _asked_again(wave)}
    await _seed_providers(database, settings, today, now)


def _participants(published: PublishedVersion) -> tuple[list[Given], ...]:
    """Return what people answered in each wave. Who is content in one is more content than others in the next."""
    rng = random.Random(f"{_SEED}-{ZWOLLE}-activities")  # noqa: S311 - a simulation, not a secret
    found: tuple[list[Given], ...] = tuple([] for _ in _WAVES)
    for activity, its in _ACTIVITIES.items():
        for waves, number in its.answering.items():
            for _ in range(number):
                person, leaning = f"{rng.getrandbits(256):064x}", rng.gauss(0, _SPREAD)
                for wave in waves:
                    found[wave].append(_answer(published, rng, person, activity, leaning + its.leanings[wave]))
    return found


def _answer(published: PublishedVersion, rng: random.Random, person: str | None, group: str, tendency: float) -> Given:
    from questionnaires.answering import seal
    from questionnaires.answers import answers_to_json
    from questionnaires.simulation import simulate_answers

    answers = simulate_answers(published.questionnaire, rng, tendency=tendency)
    return Given(person, group, answers_to_json(seal(published.questionnaire, answers).answers))


def _asked_again(wave: int) -> dict[str, int]:
    """Return how many of those who answered a wave were asked in a later one: everybody but those who moved away."""
    return {
        name: sum(number for waves, number in its.answering.items() if wave in waves) - _MOVED
        for name, its in _ACTIVITIES.items()
    }


async def _seed_providers(database: Database, settings: Settings, today: date, now: datetime) -> None:
    from questionnaires.loading import load_shipped

    published = await publish_questionnaire(database, load_shipped(_ABOUT_PROVIDERS), now=now)
    measurement, title, before = _BY_PROVIDER
    clients = dict.fromkeys(PROVIDERS, _CLIENTS)
    plan = _plan(measurement, title, today - timedelta(days=before), published, clients, Promise.ANONYMOUS)
    design = Design(
        aim="Hoe ervaren mensen de hulp van hun aanbieder?",
        users="De gemeente en de aanbieders",
        target="Iedereen met begeleiding",
        breakdown=Breakdown.PROVIDER,
        done=tuple(Step),
    )
    given = await asyncio.to_thread(lambda: list(_clients(published)))
    added = await add_sealed(database, settings, SealedWave(plan, design, clients, given), published, now=now)
    assert added.id is not None, "it was stored"
    async with tenant_transaction(database, ZWOLLE) as session:
        # As `share_group` does, without the figures that it looks at.
        session.add(
            SharedActivity(
                municipality=ZWOLLE, round_id=added.id, activity=OWN_PROVIDER, shared_on=today, shared_by=ACTOR
            )
        )


def _clients(published: PublishedVersion) -> Iterator[Given]:
    rng = random.Random(f"{_SEED}-{ZWOLLE}-providers")  # noqa: S311 - a simulation, not a secret
    for provider in PROVIDERS:
        leaning = rng.gauss(0, 0.25)
        for _ in range(_ANSWERED):
            yield _answer(published, rng, None, provider, leaning)


def _plan(
    measurement: str,
    title: str,
    opens_on: date,
    published: PublishedVersion,
    populations: Mapping[str, int],
    promise: Promise,
) -> RoundPlan:
    return RoundPlan(
        municipality=ZWOLLE,
        measurement=measurement,
        title=title,
        questionnaire_hash=published.content_hash,
        opens_on=opens_on,
        closes_on=opens_on + _LASTS,
        phone="0800 0000 (voorbeeld)",
        populations=populations,
        simulated=True,
        promise=promise,
    )
