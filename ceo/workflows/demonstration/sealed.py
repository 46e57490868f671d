"""Adding a sealed round of simulated people to the demonstration: the plan, the answers, and the snapshot of them."""

from __future__ import annotations

import asyncio
import uuid
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from sqlmodel import col, insert, select

from ceo.storage.contacts import InvitationState
from ceo.storage.endings import Snapshot
from ceo.storage.kept_files import FilePurpose
from ceo.storage.rounds import Round, RoundDesign, RoundStage
from ceo.storage.submissions import Submission
from ceo.storage.tenancy import tenant_reading, tenant_transaction
from ceo.workflows.ending.sealing import MEDIA_TYPE, make_file
from ceo.workflows.following.making import queue_series
from ceo.workflows.kept_files.keeping import FileFacts, add_file
from ceo.workflows.rounds.design import Design
from ceo.workflows.rounds.opening import RoundPlan, add_round
from ceo.workflows.rounds.series import NO_SERIES, put_in_series

if TYPE_CHECKING:
    from ceo.settings import Settings
    from ceo.storage.database import Database
    from questionnaires.publishing import PublishedVersion

ACTOR: Final = "ceo demo"


@dataclass(frozen=True, slots=True)
class Given:
    """What somebody answered: a name that follows them through a series (None: nothing does), their group, and the answers as JSON."""

    person: str | None
    group: str
    answers: dict[str, Any]


@dataclass(frozen=True, slots=True)
class SealedWave:
    """A round that is over, with who answered. `asked`: how many people, by group. `series`: which one it is the next wave of."""

    plan: RoundPlan
    design: Design
    asked: Mapping[str, int]
    given: Sequence[Given]
    series: str = NO_SERIES


async def has_round(database: Database, municipality: str, measurement: str) -> bool:
    """Tell whether a municipality has a round of a measurement."""
    async with tenant_reading(database, municipality) as session:
        found = await session.exec(select(Round.id).where(col(Round.measurement) == measurement))
        return found.first() is not None


async def add_sealed(
    database: Database, settings: Settings, wave: SealedWave, published: PublishedVersion, *, now: datetime
) -> Round:
    """Add a round with its answers, sealed; the worker makes the series that follow from it, and nobody waits for those."""
    plan = wave.plan
    rows = [_row(plan, place, one) for place, one in enumerate(wave.given)]
    content, digest, number = await asyncio.to_thread(_snapshot, plan, published, rows)
    async with tenant_transaction(database, plan.municipality) as session:
        round_id = await add_round(session, plan)
        added = await session.get_one(Round, round_id)
        fault = await put_in_series(session, added, wave.design, wave.series)
        assert fault is None, fault
        added.stage = RoundStage.SEALED.value
        own: dict[str, Any] = {"municipality": plan.municipality, "round_id": round_id}
        session.add(RoundDesign(**own, document=wave.design.model_dump(mode="json")))
        await session.exec(insert(Submission), params=[{**own, **row} for row in rows])
        facts = FileFacts(round_id, FilePurpose.SNAPSHOT, f"{plan.measurement}.parquet", MEDIA_TYPE, ACTOR)
        file_id = await add_file(session, settings.encryption_keys, facts, content, now=now)
        session.add(
            Snapshot(
                **own,
                file_id=file_id,
                digest=digest,
                submissions=number,
                fieldwork=_fieldwork(wave),
                sealed_by=ACTOR,
                sealed_at=now,
            )
        )
        await queue_series(session, actor=ACTOR, now=now)
    return added


def _row(plan: RoundPlan, place: int, one: Given) -> dict[str, Any]:
    return {
        "id": uuid.uuid5(uuid.NAMESPACE_OID, f"{plan.municipality} {plan.measurement} {place}").hex,
        "stratum": one.group,
        "questionnaire_hash": plan.questionnaire_hash,
        "answers": one.answers,
        "language": "nl",
        "text_register": "standard",
        "mode": "web",
        "person_key": one.person,
        "received_on": plan.opens_on + timedelta(days=7),
    }


def _snapshot(plan: RoundPlan, published: PublishedVersion, rows: list[dict[str, Any]]) -> tuple[bytes, str, int]:
    """Return the file of a snapshot, its digest, and how many submissions are in it."""
    from analysis.snapshots import SealedFacts, SealedRow
    from questionnaires.codebook import build_codebook

    facts = SealedFacts(
        plan.municipality,
        plan.measurement,
        plan.title,
        plan.opens_on,
        plan.closes_on,
        plan.promise.value,
        dict(plan.populations),
    )
    sealed = [
        SealedRow(
            row["stratum"],
            row["questionnaire_hash"],
            row["mode"],
            row["language"],
            row["text_register"],
            "self",
            row["received_on"],
            row["answers"],
            person_key=row["person_key"],
        )
        for row in rows
    ]
    return make_file(facts, sealed, [build_codebook(published)])


def _fieldwork(wave: SealedWave) -> dict[str, dict[str, int]]:
    answered = Counter(one.group for one in wave.given)
    return {
        name: {InvitationState.COMPLETE.value: answered[name], InvitationState.OPEN.value: asked - answered[name]}
        for name, asked in wave.asked.items()
    }
