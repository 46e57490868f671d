"""Signing in at a provider of the tests, without a browser: what tests of it share."""

from __future__ import annotations

import base64
import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from own_provider import CLIENT, SECRET, OwnProvider
from sqlmodel import col, select

from ceo.storage.audit import AuditRecord
from ceo.storage.database import Database
from ceo.storage.people import Membership, User
from ceo.storage.tenancy import reading_across, shared_transaction
from ceo.workflows.openid.documents import KnownProviders
from ceo.workflows.openid.exchange import RelyingParty
from ceo.workflows.openid.fetching import Limits
from ceo.workflows.openid.provider_form import GivenProvider
from ceo.workflows.openid.provider_rows import Provider
from ceo.workflows.openid.providers import add_provider
from ceo.workflows.openid.signing_in import Leaving, Return, come_back, leave

HERE, ELSEWHERE = "GM0344", "GM0363"
NOOR = {"sub": "noor-7", "email": "noor@utrecht.nl", "email_verified": True, "name": "Noor Jansen"}
ROWS = (("ceo-beheer", "owner"), ("ceo-bewerk", "editor"), ("ceo-lezer", "reader"))


def party_on(database: Database, **limits: Any) -> RelyingParty:
    known = KnownProviders(allow_local=True, limits=Limits(**limits))
    return RelyingParty(database, (b"k" * 32,), "http://testserver.local", known)


async def added(party: RelyingParty, issuer: str, place: str = HERE, **given: Any) -> Provider:
    filled = GivenProvider("Gemeente", issuer, CLIENT, SECRET, rows=ROWS)
    found = await add_provider(
        party.database,
        party.keys,
        place,
        replace(filled, **given),
        allow_local=True,
        actor="baas",
        now=datetime.now(UTC),
    )
    assert isinstance(found, Provider), found
    return found


async def left(party: RelyingParty, provider_id: str = "gm0344-1") -> Leaving:
    leaving = await leave(party, provider_id, onward="/werk/GM0344/metingen", now=datetime.now(UTC))
    assert isinstance(leaving, Leaving), leaving
    return leaving


async def signed_in(party: RelyingParty, provider: OwnProvider, provider_id: str = "gm0344-1") -> Any:
    """Go to a provider, sign in there, and come back."""
    leaving = await left(party, provider_id)
    back = Return(provider.sign_in(leaving.address), leaving.cookie, "Proef")
    return await come_back(party, provider_id, back, now=datetime.now(UTC))


def unsigned(claims: dict[str, Any]) -> str:
    parts = (json.dumps(part).encode() for part in ({"alg": "none"}, claims))
    return ".".join([*(base64.urlsafe_b64encode(part).decode().rstrip("=") for part in parts), ""])


async def user_with(database: Database, roles: dict[str, str], *, email: str = "noor@utrecht.nl") -> str:
    user_id = email.partition("@")[0]
    async with shared_transaction(database) as session:
        session.add(User(id=user_id, email=email, name="Noor"))
        await session.flush()
        session.add_all(Membership(user_id=user_id, place=place, role=role) for place, role in roles.items())
    return user_id


async def roles_of(database: Database, email: str = "noor@utrecht.nl") -> set[tuple[str, str]] | None:
    """Return in which places a user is what; None when there is no such user."""
    async with reading_across(database) as session:
        user = (await session.exec(select(User).where(col(User.email) == email))).first()
        its = select(Membership).where(col(Membership.user_id) == (user.id if user else ""))
        return {(one.place, one.role) for one in await session.exec(its)} if user else None


async def recorded(database: Database, place: str = HERE) -> list[str]:
    async with reading_across(database) as session:
        own = select(AuditRecord.action).where(col(AuditRecord.place) == place).order_by(col(AuditRecord.number))
        return list(await session.exec(own))
