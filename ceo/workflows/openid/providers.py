"""The identity providers of municipalities: at which service of their own its people may sign in, and what they may do then.

A provider belongs to one place and gives roles there only. It is never removed, because the record of what was done names it; it can be
disabled. Its secret stands sealed in the database, under a key that is not there.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy.exc import IntegrityError
from sqlmodel import col, delete, select
from sqlmodel.ext.asyncio.session import AsyncSession

from ceo.storage.database import Database
from ceo.storage.people import Federation, IdentityProvider, Membership, SignIn, User
from ceo.storage.tenancy import reading_across
from ceo.workflows.audit.recording import place_transaction, record
from ceo.workflows.installation.keyring import IDENTITY_PROVIDER, seal, unseal
from ceo.workflows.openid.provider_form import CheckedProvider, Fault, GivenProvider, Why, check_given
from ceo.workflows.openid.provider_rows import Provider, configuration_of, provider_of, written_mapping
from ceo.workflows.rights import Role

# So many buttons fit on the page on which people sign in; with more it asks for the municipality first.
MOST_BUTTONS: Final = 4

_ID: Final = re.compile(r"[A-Za-z0-9-]{1,32}", re.ASCII)


class ProviderChangedError(Exception):
    """Somebody else changed this provider in between, or added one: look at what is there now, and decide again."""


@dataclass(frozen=True, slots=True)
class ProviderButton:
    """What the page on which people sign in needs of a provider."""

    id: str
    place: str
    label: str


@dataclass(frozen=True, slots=True)
class ShownProviders:
    """Where people can sign in elsewhere. `ask_municipality`: there are too many for buttons, so `buttons` is empty."""

    buttons: tuple[ProviderButton, ...]
    ask_municipality: bool


async def providers_to_show(database: Database) -> ShownProviders:
    """Return what the page on which people sign in shows of identity providers, in one query however many there are."""
    async with reading_across(database) as session:
        rows = (await session.exec(_buttons().limit(MOST_BUTTONS + 1))).all()
    if len(rows) > MOST_BUTTONS:
        return ShownProviders((), ask_municipality=True)
    return ShownProviders(tuple(ProviderButton(*row) for row in rows), ask_municipality=False)


async def buttons_of_place(database: Database, place: str) -> tuple[ProviderButton, ...]:
    """Return the providers at which the people of a place can sign in."""
    async with reading_across(database) as session:
        rows = (await session.exec(_buttons().where(col(IdentityProvider.place) == place))).all()
    return tuple(ProviderButton(*row) for row in rows)


async def places_with_providers(database: Database) -> tuple[str, ...]:
    """Return the places that have a provider at which people can sign in."""
    usable = select(IdentityProvider.place).where(col(IdentityProvider.disabled).is_(False)).distinct()
    async with reading_across(database) as session:
        return tuple(sorted(await session.exec(usable)))


async def list_providers(database: Database, place: str) -> tuple[Provider, ...]:
    """Return the providers of a place, disabled ones too."""
    own = select(IdentityProvider).where(col(IdentityProvider.place) == place).order_by(col(IdentityProvider.id))
    async with reading_across(database) as session:
        return tuple(provider_of(row) for row in await session.exec(own))


async def find_provider(database: Database, provider_id: str) -> Provider | None:
    """Return a provider by its id."""
    async with reading_across(database) as session:
        row = await session.get(IdentityProvider, provider_id) if _ID.fullmatch(provider_id) else None
    return provider_of(row) if row is not None else None


async def next_provider_id(database: Database, place: str) -> str:
    """Return the id that the next provider of a place gets. It is known before, because the provider wants to know where to lead people."""
    async with reading_across(database) as session:
        return _next_id(place, await _ids(session, place))


async def add_provider(
    database: Database,
    keys: Sequence[bytes],
    place: str,
    given: GivenProvider,
    *,
    allow_local: bool,
    actor: str,
    now: datetime,
) -> Provider | tuple[Fault, ...]:
    """Add a provider to a place; return it, or everything that is wrong with what was filled in."""
    checked = check_given(given, place, allow_local=allow_local)
    faults = checked if isinstance(checked, tuple) else ()
    if not given.secret.strip():
        faults = (*faults, Fault("secret", Why.EMPTY))
    if faults or isinstance(checked, tuple):
        return faults
    try:
        async with place_transaction(database, place) as session:
            if await _is_taken(session, place, checked.issuer, but=""):
                return (Fault("issuer", Why.TAKEN),)
            row = _row(keys, _next_id(place, await _ids(session, place)), place, checked)
            session.add(row)
            await session.flush()
            await _record(session, row, "added", before=None, actor=actor, now=now)
    except IntegrityError as error:  # at the same moment, on PostgreSQL
        raise ProviderChangedError from error
    return provider_of(row)


async def change_provider(
    database: Database,
    keys: Sequence[bytes],
    provider: Provider,
    given: GivenProvider,
    *,
    allow_local: bool,
    actor: str,
    now: datetime,
) -> Provider | tuple[Fault, ...]:
    """Change a provider as it was last seen; return it, or everything that is wrong with what was filled in.

    Roles that it gave until now and gives no more stay `managed`: who has one through the provider loses it with the next sign-in.
    """
    checked = check_given(given, provider.place, allow_local=allow_local)
    if isinstance(checked, tuple):
        return checked
    if checked.issuer != provider.issuer and not checked.secret:
        return (Fault("secret", Why.SECRET_AGAIN),)
    async with place_transaction(database, provider.place) as session:
        row = await _unchanged(session, provider)
        if await _is_taken(session, row.place, checked.issuer, but=row.id):
            return (Fault("issuer", Why.TAKEN),)
        before = configuration_of(row)
        row.sqlmodel_update(_columns(keys, row.id, checked, also=provider.mapping.managed))
        session.add(row)
        await session.flush()
        await _record(session, row, "changed", before=before, actor=actor, now=now)
    return provider_of(row)


async def disable_provider(database: Database, provider: Provider, *, actor: str, now: datetime) -> None:
    """Let nobody sign in at a provider any more. Whoever it knows is signed out at once: perhaps it is no longer to be trusted."""
    async with place_transaction(database, provider.place) as session:
        await session.exec(delete(SignIn).where(col(SignIn.user_id).in_(_known_at(provider))))
        await _switch(session, provider, disabled=True, actor=actor, now=now)


async def enable_provider(database: Database, provider: Provider, *, actor: str, now: datetime) -> None:
    """Let people sign in at a provider again."""
    async with place_transaction(database, provider.place) as session:
        await _switch(session, provider, disabled=False, actor=actor, now=now)


async def names_without_password(database: Database, provider: Provider) -> tuple[str, ...]:
    """Return the names of who could sign in nowhere if this provider were disabled: they have no password."""
    theirs = (col(User.id).in_(_known_at(provider)), col(User.password).is_(None), col(User.disabled).is_(False))
    async with reading_across(database) as session:
        return tuple(await session.exec(select(User.name).where(*theirs).order_by(col(User.name))))


def secret_of(keys: Sequence[bytes], provider: Provider) -> str:
    """Return the secret by which a provider knows us."""
    return unseal(keys, IDENTITY_PROVIDER, provider.id, provider.sealed_secret).decode()


def _buttons() -> Any:
    shown = (IdentityProvider.id, IdentityProvider.place, IdentityProvider.label)
    return select(*shown).where(col(IdentityProvider.disabled).is_(False)).order_by(col(IdentityProvider.id))


def _row(keys: Sequence[bytes], provider_id: str, place: str, checked: CheckedProvider) -> IdentityProvider:
    return IdentityProvider(id=provider_id, place=place, **_columns(keys, provider_id, checked))


def _columns(
    keys: Sequence[bytes], provider_id: str, checked: CheckedProvider, also: frozenset[Role] = frozenset()
) -> dict[str, Any]:
    """Return what was filled in as it is stored. Without a secret the one that there is stays."""
    columns: dict[str, Any] = {
        "label": checked.label,
        "issuer": checked.issuer,
        "client_id": checked.client_id,
        "mapping": written_mapping(checked.mapping, also),
    }
    if checked.secret:
        columns["client_secret"] = seal(keys, IDENTITY_PROVIDER, provider_id, checked.secret.encode())
    return columns


def _known_at(provider: Provider) -> Any:
    """Return the ids of the members of a place whom its provider knows."""
    there = (col(Federation.issuer) == provider.issuer, col(Membership.place) == provider.place)
    return select(Federation.user_id).join(Membership, col(Membership.user_id) == col(Federation.user_id)).where(*there)


async def _switch(session: AsyncSession, provider: Provider, *, disabled: bool, actor: str, now: datetime) -> None:
    row = await _unchanged(session, provider)
    before = configuration_of(row)
    row.disabled = disabled
    session.add(row)
    await session.flush()
    await _record(session, row, "disabled" if disabled else "enabled", before=before, actor=actor, now=now)


async def _unchanged(session: AsyncSession, provider: Provider) -> IdentityProvider:
    row = await session.get(IdentityProvider, provider.id, with_for_update=True)
    if row is None or provider_of(row).version != provider.version:
        raise ProviderChangedError
    return row


async def _is_taken(session: AsyncSession, place: str, issuer: str, *, but: str) -> bool:
    same = (col(IdentityProvider.place) == place, col(IdentityProvider.issuer) == issuer)
    others = select(IdentityProvider.id).where(*same, col(IdentityProvider.id) != but)
    return (await session.exec(others)).first() is not None


async def _ids(session: AsyncSession, place: str) -> list[str]:
    return list(await session.exec(select(IdentityProvider.id).where(col(IdentityProvider.place) == place)))


def _next_id(place: str, ids: Sequence[str]) -> str:
    """Return an id that no provider of a place has had.

    >>> _next_id("GM0344", ["gm0344-1", "gm0344-3"])
    'gm0344-4'
    """
    return f"{place.lower()}-{max((int(one.rpartition('-')[2]) for one in ids), default=0) + 1}"


async def _record(
    session: AsyncSession,
    row: IdentityProvider,
    what: str,
    *,
    before: dict[str, Any] | None,
    actor: str,
    now: datetime,
) -> None:
    await record(
        session,
        row.place,
        actor=actor,
        action=f"identity-provider.{what}",
        object_kind="identity-provider",
        object_id=row.id,
        before=before,
        after=configuration_of(row),
        now=now,
    )
