"""A demonstration: measurements in real municipalities with simulated clients. Everything in it says that it is simulated."""

from __future__ import annotations

import json
import random
import uuid
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any, Final

from sqlmodel import col, insert, select, update

from ceo.settings import Settings
from ceo.storage.answer_days import AnswerDay
from ceo.storage.contacts import Invitation, InvitationState
from ceo.storage.database import Database
from ceo.storage.municipalities import Municipality, load_municipalities
from ceo.storage.rounds import Round
from ceo.storage.submissions import Respondent, Submission
from ceo.storage.tenancy import reading_across, shared_transaction, tenant_transaction
from ceo.workflows.answering.access_codes import access_key, read_code
from ceo.workflows.demonstration.plan import PLAN, STYLED, PlannedMeasurement
from ceo.workflows.house.style import NO_STYLE, demonstration_style, keep_style
from ceo.workflows.inviting.codes import invite, letter_path
from ceo.workflows.publish import PublishedVersions, publish_questionnaire
from ceo.workflows.rounds.opening import RoundPlan, open_round
from questionnaires.answering import seal
from questionnaires.answers import Answers, answers_to_json
from questionnaires.consents import StoryConsent, chosen_scopes, consents_to_json, told_stories
from questionnaires.questionnaire import Questionnaire
from questionnaires.simulation import simulate_answers, simulate_circumstances
from questionnaires.texts import Status

_CODES_FILE: Final = "demo-codes.json"
_SEED: Final = 2026
# In days.
_ANSWERING: Final = 19
_CODES_KEPT: Final = 5  # a round
# Shares of simulated tellers, 0 to 1.
_LEARNING: Final = 0.7
_SHARING: Final = 0.5

# Codes of clients who did not answer, by measurement and municipality.
_Codes = dict[str, dict[str, list[str]]]


@dataclass(frozen=True, slots=True)
class DemonstrationCode:
    """A code that has not been used up, for a visitor who wants to fill in a questionnaire.

    `name` is that of the municipality, `path` the address of the code's letter below the installation's own.
    """

    municipality: str
    name: str
    code: str
    path: str
    round: Round


@dataclass(frozen=True, slots=True)
class _Seeding:
    """One round of the demonstration that is being filled."""

    measurement: PlannedMeasurement
    municipality: str
    questionnaire: Questionnaire
    round_id: int
    plan: RoundPlan


async def seed(
    database: Database,
    settings: Settings,
    measurements: Sequence[PlannedMeasurement] = PLAN,
    *,
    now: datetime,
    report_progress: Callable[[int, int], None],
) -> None:
    """Fill an empty database with the demonstration. `report_progress` hears (rounds done, all)."""
    async with shared_transaction(database) as session:
        await load_municipalities(session)
    await keep_style(database, STYLED, demonstration_style(), after=NO_STYLE.number, actor="ceo demo", now=now)
    rounds = [(measurement, code) for measurement in measurements for code in measurement.municipalities]
    kept: _Codes = {}
    for done, (measurement, code) in enumerate(rounds):
        report_progress(done, len(rounds))
        left = await _seed_round(database, settings, measurement, code, now)
        kept.setdefault(measurement.name, {})[code] = left
    # Like the letters in a real round: the codes are nowhere in the database.
    _codes_file(settings).write_text(json.dumps(kept))
    report_progress(len(rounds), len(rounds))


async def _seed_round(
    database: Database, settings: Settings, measurement: PlannedMeasurement, code: str, now: datetime
) -> list[str]:
    from questionnaires.loading import load_shipped  # with all checks: the start page must not wait for them

    questionnaire = load_shipped(measurement.questionnaire_of(code))
    published = await publish_questionnaire(database, questionnaire, now=now)
    async with reading_across(database) as session:
        municipality = await session.get_one(Municipality, code)
    plan = _plan(measurement, municipality, published.content_hash, now.date())
    round_id = await open_round(database, plan)
    numbers = {name: min(population, measurement.largest_sample) for name, population in plan.populations.items()}
    codes = await invite(database, settings.secret_key, municipality=code, round_id=round_id, numbers=numbers)
    return await _answer(database, settings, _Seeding(measurement, code, questionnaire, round_id, plan), codes)


def _plan(measurement: PlannedMeasurement, municipality: Municipality, content_hash: str, today: date) -> RoundPlan:
    return RoundPlan(
        municipality=municipality.code,
        measurement=measurement.name,
        title=measurement.title,
        questionnaire_hash=content_hash,
        opens_on=today - timedelta(days=21),
        closes_on=today + timedelta(days=60),
        phone="0800 0000 (voorbeeld)",
        populations={
            name: max(3, round(clients.share * municipality.population)) for name, clients in measurement.strata.items()
        },
        simulated=True,
        promise=measurement.promise,
        results_shown=True,
    )


async def _answer(database: Database, settings: Settings, seeding: _Seeding, codes: dict[str, list[str]]) -> list[str]:
    """Let a part of the simulated clients answer; return the first codes of those who did not."""
    rng = random.Random(f"{_SEED}-{seeding.measurement.name}-{seeding.municipality}")  # noqa: S311 - a simulation, not a secret
    submissions: list[dict[str, Any]] = []
    answered: list[str] = []
    left: list[str] = []
    for stratum, code in ((stratum, code) for stratum, drawn in codes.items() for code in drawn):
        if rng.random() >= seeding.measurement.strata[stratum].response:
            left.append(code)
            continue
        answered.append(access_key(settings.secret_key, seeding.municipality, read_code(code) or "").access_hash)
        submissions.append(_submission(seeding, rng, stratum))
    async with tenant_transaction(database, seeding.municipality) as session:
        await session.exec(insert(Submission), params=submissions)
        await session.exec(insert(AnswerDay), params=_by_day(seeding, submissions))
        complete = update(Invitation).where(col(Invitation.access_hash).in_(answered))
        await session.exec(complete.values(state=InvitationState.COMPLETE.value))
    return left[:_CODES_KEPT]


def _by_day(seeding: _Seeding, submissions: list[dict[str, Any]]) -> list[dict[str, Any]]:
    days = Counter(row["received_on"] for row in submissions)
    own = {"municipality": seeding.municipality, "round_id": seeding.round_id}
    return [{**own, "day": day, "answers": number} for day, number in days.items()]


def _submission(seeding: _Seeding, rng: random.Random, stratum: str) -> dict[str, Any]:
    tendency = seeding.measurement.municipalities[seeding.municipality]
    # Most people answer in the first days after the letter.
    day = seeding.plan.opens_on + timedelta(days=1 + int(_ANSWERING * rng.random() ** 2))
    circumstances = simulate_circumstances(seeding.questionnaire, rng, started_on=day)
    answers = simulate_answers(seeding.questionnaire, rng, tendency=tendency, circumstances=circumstances)
    sealed = seal(seeding.questionnaire, answers, circumstances)
    return {
        "id": uuid.UUID(int=rng.getrandbits(128), version=4).hex,
        "municipality": seeding.municipality,
        "round_id": seeding.round_id,
        "stratum": stratum,
        "questionnaire_hash": seeding.plan.questionnaire_hash,
        "answers": answers_to_json(sealed.answers),
        "language": circumstances.language,
        "text_register": circumstances.register,
        "mode": circumstances.mode,
        "respondent": Respondent.SELF.value,
        "consents": _consents(seeding.questionnaire, sealed.answers, rng),
        "dropped": sealed.dropped,
        "received_on": day,
        "edition": None,
    }


def _consents(questionnaire: Questionnaire, sealed: Answers, rng: random.Random) -> dict[str, Any]:
    """Let most tellers of a story agree that their municipality learns from it, and some that it is shared."""
    consents: dict[str, StoryConsent] = {}
    for item in told_stories(questionnaire, sealed):
        shared = ("delen_anoniem",) if rng.random() < _SHARING else ()
        names = ("leren_intern", *shared) if rng.random() < _LEARNING else ()
        consents[item.id] = StoryConsent(chosen_scopes(item, names))
    return dict(consents_to_json(consents))


def is_complete(settings: Settings) -> bool:
    """Tell whether the demonstration is there; the codes are written last, so one that was broken off is not."""
    return _codes_file(settings).exists()


def forget(settings: Settings) -> None:
    """Remove the files of a demonstration from its folder, and no others."""
    sides = ("", "-wal", "-shm", "-upkeep", "-editions", "-releases")
    names = (*(f"ceo.sqlite3{side}" for side in sides), "secret.key", "encryption.keys", _CODES_FILE)
    for name in names:
        (settings.data_folder / name).unlink(missing_ok=True)


async def next_codes(database: Database, settings: Settings, *, today: date) -> list[DemonstrationCode]:
    """Return a code for each round of the demonstration that is open today, in order of measurement and name; none elsewhere."""
    file = _codes_file(settings)
    if not file.exists():
        return []
    codes: _Codes = json.loads(file.read_text())
    hashes = {
        access_key(settings.secret_key, municipality, read_code(code) or "").access_hash: code
        for by_municipality in codes.values()
        for municipality, kept in by_municipality.items()
        for code in kept
    }
    async with reading_across(database) as session:
        names = dict((await session.exec(select(Municipality.code, Municipality.name))).all())
        unused = (
            select(Invitation.access_hash, Round)
            .join(Round, col(Invitation.round_id) == col(Round.id))
            .where(
                col(Invitation.access_hash).in_(hashes),
                col(Invitation.state).not_in([InvitationState.COMPLETE.value, InvitationState.REFUSED.value]),
                col(Round.closes_on) >= today,
            )
        )
        rounds = {hashes[access_hash]: its_round for access_hash, its_round in (await session.exec(unused)).all()}
    first: dict[int | None, DemonstrationCode] = {}
    for code in (code for code in hashes.values() if code in rounds):
        its_round = rounds[code]
        first.setdefault(
            its_round.id,
            DemonstrationCode(
                its_round.municipality,
                names[its_round.municipality],
                code,
                letter_path(settings.secret_key, its_round.municipality, code),
                its_round,
            ),
        )
    measurements = list(codes)
    return sorted(first.values(), key=lambda found: (measurements.index(found.round.measurement), found.name))


async def has_draft_translations(versions: PublishedVersions, rounds: Iterable[Round]) -> bool:
    """Tell whether any translation in these rounds was not reviewed yet."""
    opened = [await versions.open(content_hash) for content_hash in {one.questionnaire_hash for one in rounds}]
    return any(
        translation.status in {Status.MACHINE, Status.DRAFT}
        for version in opened
        for translation in version.questionnaire.translations.values()
    )


def _codes_file(settings: Settings) -> Path:
    return settings.data_folder / _CODES_FILE
