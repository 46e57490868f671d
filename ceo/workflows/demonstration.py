"""A demonstration: a measurement in eight real municipalities with simulated clients. Everything in it says that it is simulated."""

from __future__ import annotations

import json
import random
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any, Final

from sqlmodel import col, insert, select, update

from ceo.settings import Settings
from ceo.storage.contacts import Invitation, InvitationState
from ceo.storage.database import Database
from ceo.storage.municipalities import Municipality, load_municipalities
from ceo.storage.rounds import Round
from ceo.storage.submissions import Submission
from ceo.storage.tenancy import reading_across, shared_transaction, tenant_transaction
from ceo.workflows.access_codes import access_key, read_code
from ceo.workflows.fieldwork import RoundPlan, invite, open_round
from ceo.workflows.publish import publish_questionnaire
from questionnaires.answering import seal
from questionnaires.answers import answers_to_json
from questionnaires.definition import Questionnaire
from questionnaires.simulation import simulate_answers

MEASUREMENT: Final = "wmo-2026"
_CODES_FILE: Final = "demo-codes.json"
_SEED: Final = 2026
# Of different size, from the largest cities to the smallest island. The number shifts how content its simulated clients are.
_MUNICIPALITIES: Final = {
    "GM0344": 0.00,  # Utrecht
    "GM0193": 0.30,  # Zwolle
    "GM0917": -0.35,  # Heerlen
    "GM0828": 0.10,  # Oss
    "GM0717": 0.25,  # Veere
    "GM0448": 0.45,  # Texel
    "GM0175": -0.10,  # Ommen
    "GM0096": 0.20,  # Vlieland
}
# Simulated shares of inhabitants with each kind of support, and of invited clients who answer.
_SUPPORT: Final = {"Hulp bij het huishouden": 0.028, "Begeleiding": 0.014, "Hulpmiddelen en vervoer": 0.023}
_RESPONSE: Final = {"Hulp bij het huishouden": 0.46, "Begeleiding": 0.31, "Hulpmiddelen en vervoer": 0.42}
_LARGEST_SAMPLE: Final = 240  # a stratum
_CODES_KEPT: Final = 5  # a municipality


@dataclass(frozen=True, slots=True)
class DemonstrationCode:
    """A code of a simulated client who has not answered yet."""

    municipality: str
    name: str
    code: str


async def seed(
    database: Database,
    settings: Settings,
    questionnaire: Questionnaire,
    *,
    now: datetime,
    report_progress: Callable[[int, int], None],
) -> None:
    """Fill an empty database with the demonstration. `report_progress` hears (municipalities done, all)."""
    async with shared_transaction(database) as session:
        await load_municipalities(session)
    content_hash = (await publish_questionnaire(database, questionnaire, now=now)).content_hash
    kept: dict[str, list[str]] = {}
    for done, code in enumerate(_MUNICIPALITIES):
        report_progress(done, len(_MUNICIPALITIES))
        kept[code] = await _seed_municipality(database, settings, questionnaire, content_hash, code, now.date())
    # Like the letters in a real round: the codes are nowhere in the database.
    _codes_file(settings).write_text(json.dumps(kept))
    report_progress(len(_MUNICIPALITIES), len(_MUNICIPALITIES))


async def _seed_municipality(
    database: Database,
    settings: Settings,
    questionnaire: Questionnaire,
    content_hash: str,
    code: str,
    today: date,
) -> list[str]:
    async with reading_across(database) as session:
        municipality = await session.get_one(Municipality, code)
    populations = {name: max(3, round(share * municipality.population)) for name, share in _SUPPORT.items()}
    plan = RoundPlan(
        municipality=code,
        measurement=MEASUREMENT,
        title="Wmo-meting 2026 (gesimuleerd)",
        questionnaire_hash=content_hash,
        opens_on=today - timedelta(days=21),
        closes_on=today + timedelta(days=60),
        phone="0800 0000 (voorbeeld)",
        populations=populations,
        simulated=True,
        results_shown=True,
    )
    round_id = await open_round(database, plan)
    numbers = {name: min(population, _LARGEST_SAMPLE) for name, population in populations.items()}
    codes = await invite(database, settings.secret_key, municipality=code, round_id=round_id, numbers=numbers)
    return await _answer(database, settings, questionnaire, round_id, plan, codes)


async def _answer(
    database: Database,
    settings: Settings,
    questionnaire: Questionnaire,
    round_id: int,
    plan: RoundPlan,
    codes: dict[str, list[str]],
) -> list[str]:
    """Let a part of the simulated clients answer; return the first codes of those who did not."""
    rng = random.Random(f"{_SEED}-{plan.municipality}")  # noqa: S311 - a simulation, not a secret
    submissions: list[dict[str, Any]] = []
    answered: list[str] = []
    left: list[str] = []
    for stratum, code in ((stratum, code) for stratum, drawn in codes.items() for code in drawn):
        if rng.random() >= _RESPONSE[stratum]:
            left.append(code)
            continue
        answered.append(access_key(settings.secret_key, plan.municipality, read_code(code) or "").access_hash)
        submissions.append(_submission(questionnaire, rng, round_id, plan, stratum))
    async with tenant_transaction(database, plan.municipality) as session:
        await session.exec(insert(Submission), params=submissions)
        complete = update(Invitation).where(col(Invitation.access_hash).in_(answered))
        await session.exec(complete.values(state=InvitationState.COMPLETE.value))
    return left[:_CODES_KEPT]


def _submission(
    questionnaire: Questionnaire, rng: random.Random, round_id: int, plan: RoundPlan, stratum: str
) -> dict[str, Any]:
    tendency = _MUNICIPALITIES[plan.municipality]
    sealed = seal(questionnaire, simulate_answers(questionnaire, rng, tendency=tendency))
    return {
        "id": uuid.UUID(int=rng.getrandbits(128), version=4).hex,
        "municipality": plan.municipality,
        "round_id": round_id,
        "stratum": stratum,
        "questionnaire_hash": plan.questionnaire_hash,
        "answers": answers_to_json(sealed.answers),
        "dropped": sealed.dropped,
        "received_on": plan.opens_on + timedelta(days=rng.randrange(1, 20)),
        "edition": None,
    }


def is_complete(settings: Settings) -> bool:
    """Tell whether the demonstration is there; the codes are written last, so one that was broken off is not."""
    return _codes_file(settings).exists()


def forget(settings: Settings) -> None:
    """Remove the files of a demonstration from its folder, and no others."""
    names = ("ceo.sqlite3", "ceo.sqlite3-wal", "ceo.sqlite3-shm", "secret.key", _CODES_FILE)
    for name in names:
        (settings.data_folder / name).unlink(missing_ok=True)


async def next_codes(database: Database, settings: Settings, *, today: date) -> list[DemonstrationCode]:
    """Return a code for each municipality of the demonstration that can be filled in today; nothing elsewhere."""
    file = _codes_file(settings)
    if not file.exists():
        return []
    hashes = {
        access_key(settings.secret_key, municipality, read_code(code) or "").access_hash: (municipality, code)
        for municipality, kept in json.loads(file.read_text()).items()
        for code in kept
    }
    async with reading_across(database) as session:
        names = dict((await session.exec(select(Municipality.code, Municipality.name))).all())
        unused = select(Invitation.access_hash).where(
            col(Invitation.access_hash).in_(hashes),
            col(Invitation.state) != InvitationState.COMPLETE.value,
            col(Invitation.round_id) == col(Round.id),
            col(Round.closes_on) >= today,
        )
        found = set(await session.exec(unused))
    first: dict[str, str] = {}
    for municipality, code in (place for access_hash, place in hashes.items() if access_hash in found):
        first.setdefault(municipality, code)
    codes = [DemonstrationCode(municipality, names[municipality], code) for municipality, code in first.items()]
    return sorted(codes, key=lambda code: code.name)


def _codes_file(settings: Settings) -> Path:
    return settings.data_folder / _CODES_FILE
