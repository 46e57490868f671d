"""Frames of tests: a round with clients who can be drawn, without a list of them that had to be read."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any, Final

from arrangements import UTRECHT, wmo_core
from sqlmodel import col, insert, select

from ceo.storage.clients import Client, ClientStatus, SamplingFrame
from ceo.storage.database import Database
from ceo.storage.tenancy import tenant_reading, tenant_transaction
from ceo.workflows.publish import publish_questionnaire
from ceo.workflows.rounds.opening import RoundPlan, open_round

NOON: Final = datetime(2026, 11, 21, 11, tzinfo=UTC)


async def round_to_draw_for(
    database: Database,
    *,
    municipality: str = UTRECHT,
    measurement: str = "wmo-2026",
    closes_on: date = date(2026, 12, 31),
) -> int:
    """Open a round in which nobody is invited; return its id."""
    published = await publish_questionnaire(database, wmo_core(), now=NOON)
    plan = RoundPlan(
        municipality=municipality,
        measurement=measurement,
        title="Wmo-meting 2026",
        questionnaire_hash=published.content_hash,
        opens_on=date(2026, 11, 1),
        closes_on=closes_on,
        phone="14 030",
        populations={"Allen": 7},
    )
    return await open_round(database, plan)


def person_with(product: str | Sequence[str], *, granted: bool = True, **traits: Any) -> dict[str, Any]:
    """Return the traits of somebody with one product or more."""
    products = [product] if isinstance(product, str) else sorted(product)
    plain = {"acts": ["wmo"], "providers": [], "age_group": "65-74", "sex": "", "neighbourhood": "", "language": ""}
    return {**plain, "products": products, "granted": granted, **traits}


async def stand_in_frame(
    database: Database,
    round_id: int,
    people: Mapping[str, Mapping[str, Any]],
    *,
    municipality: str = UTRECHT,
    excluded: Sequence[str] = (),
) -> str:
    """Let people stand in the frame of a round, by a name that their hash is made of; return the digest of the frame."""
    hashes = {name: hashlib.sha256(name.encode()).hexdigest() for name in people}
    digest = "sha256:" + hashlib.sha256(repr(sorted(people.items())).encode()).hexdigest()
    rows = [
        {
            "municipality": municipality,
            "id": uuid.uuid4().hex,
            "round_id": round_id,
            "person_hash": hashes[name],
            "stratum": "",
            "traits": dict(traits),
            "status": (ClientStatus.EXCLUDED if name in excluded else ClientStatus.ELIGIBLE).value,
        }
        for name, traits in people.items()
    ]
    async with tenant_transaction(database, municipality) as session:
        await session.exec(insert(Client), params=rows)
        session.add(
            SamplingFrame(
                municipality=municipality,
                round_id=round_id,
                digest=digest,
                clients=len(rows),
                summary={},
                loaded_by="test",
                loaded_at=NOON,
            )
        )
    return digest


async def clients_of(database: Database, round_id: int, *, municipality: str = UTRECHT) -> list[Client]:
    """Return the clients of a round in order of their hashes."""
    statement = select(Client).where(col(Client.round_id) == round_id).order_by(col(Client.person_hash))
    async with tenant_reading(database, municipality) as session:
        return list(await session.exec(statement))
