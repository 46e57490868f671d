"""Who comes in after signing in at the identity provider of a place, and with which roles.

A provider speaks for its own place only. It knows a person by a lasting name (`sub`), which we keep with the user. Somebody who comes for
the first time is made a user when the claims give a role. An e-mail address leads to a user who exists already only when the provider
says that it was verified and that user has a membership in this place and in no other: otherwise the provider of one municipality, which
can say what it likes, could come into the accounts of another. For the same reason a provider opens no account that has come to work in
more places: there a password and a second factor are needed.

Roles: those that the provider gives or ever gave (`managed`) are set to what the claims say at every sign-in, in its place only. Roles that
it never gave are the owner's, who gives and takes them by hand. So somebody whose groups are taken away loses the roles that came with
them, and who has no role left is not let in. One thing does not change by itself: a place never loses the last person who can let others
in. That person is not let in either, and keeps the role until there is another.
"""

from __future__ import annotations

import secrets
from datetime import datetime
from enum import StrEnum
from typing import Any, Final

from sqlmodel import col, delete, select
from sqlmodel.ext.asyncio.session import AsyncSession

from ceo.storage.database import Database
from ceo.storage.people import Federation, Membership, User, active_members, add_user, find_user, lock_user
from ceo.workflows.audit.recording import place_transaction, record, wait_for_turn
from ceo.workflows.openid.provider_form import RoleMapping
from ceo.workflows.openid.provider_rows import Provider
from ceo.workflows.openid.tokens import Person
from ceo.workflows.rights import RIGHTS, Right, Role
from ceo.workflows.staff.signed_in import end_all_sign_ins

_MANAGERS: Final = frozenset(role.value for role, rights in RIGHTS.items() if Right.MANAGE_PEOPLE in rights)


class NotAdmitted(StrEnum):
    """Why somebody who signed in elsewhere does not come in here."""

    WEAK = "weak"  # not signed in as strongly as the municipality asks
    NO_EMAIL = "no-email"  # no verified address for somebody new
    NO_ROLES = "no-roles"
    ELSEWHERE = "elsewhere"  # the account works, perhaps also, in another place
    DISABLED = "disabled"
    LAST_MANAGER = "last-manager"  # the claims do not give the role that only this person has


async def admit(database: Database, provider: Provider, person: Person, *, now: datetime) -> str | NotAdmitted:
    """Return the id of the user who signed in at a provider, with the roles that the claims give; or why nobody comes in."""
    if not _is_strong(provider.mapping, person):
        return NotAdmitted.WEAK
    given = frozenset(role.value for role in roles_given(provider.mapping, person))
    async with place_transaction(database, provider.place) as session:
        await wait_for_turn(session, provider.place)
        known = await _federated(session, provider, person)
        user = known or await _found_or_made(session, provider, person, given)
        if isinstance(user, NotAdmitted):
            return user
        refused = await _update_roles(session, provider, user, given, is_new=known is None, now=now)
        if refused is not None:
            return refused
        if known is None:
            session.add(Federation(issuer=provider.issuer, subject=person.subject, user_id=user.id))
            await session.flush()
            await _record(session, provider, user.id, "person.linked", now=now)
        await _record(session, provider, user.id, "account.signed-in", now=now)
        return user.id


def roles_given(mapping: RoleMapping, person: Person) -> frozenset[Role]:
    """Return the roles that the claims of a person give.

    >>> mapping = RoleMapping("groups", {"beheer": Role.OWNER, "lezer": Role.READER})
    >>> roles_given(mapping, Person("1", claims={"groups": ["lezer", "iedereen"]}))
    frozenset({<Role.READER: 'reader'>})
    """
    return frozenset(mapping.roles[value] for value in person.values(mapping.claim) if value in mapping.roles)


def _is_strong(mapping: RoleMapping, person: Person) -> bool:
    """Return whether a provider found out who somebody is in one of the ways that are asked for."""
    asked = (("acr", mapping.acr), ("amr", mapping.amr))
    return all(person.values(claim) & set(accepted) for claim, accepted in asked if accepted)


async def _federated(session: AsyncSession, provider: Provider, person: Person) -> User | None:
    known = (col(Federation.issuer) == provider.issuer, col(Federation.subject) == person.subject)
    user_id = (await session.exec(select(Federation.user_id).where(*known))).first()
    return await lock_user(session, user_id) if user_id is not None else None


async def _found_or_made(
    session: AsyncSession, provider: Provider, person: Person, given: frozenset[str]
) -> User | NotAdmitted:
    """Return the user of somebody whom the provider did not bring before."""
    if not person.email:
        return NotAdmitted.NO_EMAIL
    user = await find_user(session, person.email)
    if user is None:
        if not given:
            return NotAdmitted.NO_ROLES
        made = User(id=secrets.token_hex(16), email=person.email, name=person.name or person.email)
        user = await add_user(session, made)
        if user.id == made.id:
            return user
    await lock_user(session, user.id)
    places = {membership.place for membership in await _memberships(session, user.id)}
    return user if places == {provider.place} else NotAdmitted.ELSEWHERE


async def _update_roles(
    session: AsyncSession, provider: Provider, user: User, given: frozenset[str], *, is_new: bool, now: datetime
) -> NotAdmitted | None:
    """Give a user the roles of the claims; return why this person does not come in, None for who does.

    From somebody whom the provider did not bring before it takes no role away without giving one.
    """
    memberships = await _memberships(session, user.id)
    if user.disabled:
        return NotAdmitted.DISABLED
    if any(membership.place != provider.place for membership in memberships):
        return NotAdmitted.ELSEWHERE
    before = frozenset(membership.role for membership in memberships)
    after = (before - {role.value for role in provider.mapping.managed}) | given
    refused = None if after else NotAdmitted.NO_ROLES
    if refused and is_new:
        return refused
    if before & _MANAGERS and not after & _MANAGERS and await _is_last_manager(session, provider.place, user.id):
        refused, after = NotAdmitted.LAST_MANAGER, before
    if before != after:
        await _set_roles(session, provider.place, user.id, (before, after))
        changed = {"roles": sorted(after), "provider": provider.id}
        was: dict[str, object] = {"roles": sorted(before)}
        await _record(session, provider, user.id, "person.roles-changed", now=now, before=was, after=changed)
    if refused and user.password is None:
        await end_all_sign_ins(session, user.id)
    return refused


async def _is_last_manager(session: AsyncSession, place: str, user_id: str) -> bool:
    return set((await active_members(session, [place], _MANAGERS))[place]) <= {user_id}


async def _set_roles(
    session: AsyncSession, place: str, user_id: str, roles: tuple[frozenset[str], frozenset[str]]
) -> None:
    before, after = roles
    own = (col(Membership.user_id) == user_id, col(Membership.place) == place)
    await session.exec(delete(Membership).where(*own, col(Membership.role).in_(before - after)))
    session.add_all(Membership(user_id=user_id, place=place, role=role) for role in sorted(after - before))
    await session.flush()


async def _memberships(session: AsyncSession, user_id: str) -> list[Membership]:
    return list(await session.exec(select(Membership).where(col(Membership.user_id) == user_id)))


async def _record(
    session: AsyncSession,
    provider: Provider,
    user_id: str,
    action: str,
    *,
    now: datetime,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
) -> None:
    """Record what a provider brought about. Who did it is the person: nobody else was there."""
    await record(
        session,
        provider.place,
        actor=user_id,
        action=action,
        object_kind="account" if action.startswith("account") else "person",
        object_id=user_id,
        before=before,
        after=after or {"provider": provider.id},
        now=now,
    )
