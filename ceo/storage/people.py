"""Staff: who they are, where they may do what, and where they are signed in.

These tables belong to no municipality: a user can have memberships in several. They hold no client and no answer. Secrets stand here as
hashes, or sealed with a key that is not in the database.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from enum import StrEnum

from sqlalchemy import UniqueConstraint
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Field, SQLModel, col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from ceo.storage.database import JsonDocument, UtcDateTime
from ceo.storage.sealed import SealedText

# The place of memberships and records that belong to no municipality.
NATIONAL = "NL"


class MailPurpose(StrEnum):
    """What a link in a mail is good for."""

    INVITATION = "invitation"  # choose a first password
    NEW_PASSWORD = "new-password"  # noqa: S105 - a purpose


class User(SQLModel, table=True):
    """Somebody who works with CEO. `email` is in lower case.

    `password` is an argon2 hash, None until one was chosen, and for who signs in elsewhere. `totp` is the sealed secret of the second
    factor, None without one; `totp_step` is the last time step whose code was used, so that no code works twice.
    """

    __tablename__ = "staff_user"

    id: str = Field(primary_key=True, max_length=32)
    email: str = Field(unique=True)
    name: str
    language: str = "nl"
    password: str | None = None
    totp: str | None = Field(default=None, sa_type=SealedText)
    totp_step: int = 0
    disabled: bool = False


class Membership(SQLModel, table=True):
    """What a user is in one place: a municipality (CBS code), or `NATIONAL`. `role` is a `Role` of the workflows.

    `activities`: the names of the activities that a partner sees; empty for every other role.
    """

    __tablename__ = "membership"

    user_id: str = Field(primary_key=True, foreign_key="staff_user.id")
    place: str = Field(primary_key=True, index=True)
    role: str = Field(primary_key=True)
    activities: list[str] = Field(default_factory=list, sa_type=JsonDocument)


class Federation(SQLModel, table=True):
    """How a user is known to an identity provider: `subject` is its own, lasting name for the person."""

    __tablename__ = "federation"

    issuer: str = Field(primary_key=True)
    subject: str = Field(primary_key=True)
    user_id: str = Field(foreign_key="staff_user.id", index=True)


class SignIn(SQLModel, table=True):
    """One browser in which a user is signed in. `id_hash` is the SHA-256 of what its cookie holds.

    `complete` is False between the password and the second factor. `device` says in a few words which browser it is.
    """

    __tablename__ = "sign_in"

    id_hash: str = Field(primary_key=True, max_length=64)
    user_id: str = Field(foreign_key="staff_user.id", index=True)
    complete: bool
    began_at: datetime = Field(sa_type=UtcDateTime)
    seen_at: datetime = Field(sa_type=UtcDateTime)
    device: str = ""


class RecoveryCode(SQLModel, table=True):
    """A code for who has lost the second factor; removed when it is used."""

    __tablename__ = "recovery_code"

    code_hash: str = Field(primary_key=True, max_length=64)
    user_id: str = Field(foreign_key="staff_user.id", index=True)


class MailLink(SQLModel, table=True):
    """A link that was mailed to a user and works once. `purpose` is a `MailPurpose`."""

    __tablename__ = "mail_link"

    token_hash: str = Field(primary_key=True, max_length=64)
    user_id: str = Field(foreign_key="staff_user.id", index=True)
    purpose: str
    expires_at: datetime = Field(sa_type=UtcDateTime)


class IdentityProvider(SQLModel, table=True):
    """An OpenID Connect provider whose users may sign in to one place.

    `client_secret` is sealed. `mapping` says which values of which claims give which roles in that place; `label` is on the button.
    """

    __tablename__ = "identity_provider"
    __table_args__ = (UniqueConstraint("place", "issuer"),)

    id: str = Field(primary_key=True, max_length=32)
    place: str = Field(index=True)
    label: str
    issuer: str
    client_id: str
    client_secret: str = Field(sa_type=SealedText)
    mapping: dict[str, object] = Field(default_factory=dict, sa_type=JsonDocument)
    disabled: bool = False


async def read_members(session: AsyncSession, place: str, *, user_id: str = "") -> Sequence[tuple[User, Membership]]:
    """Return the memberships of a place, or of one user there, each with the user."""
    statement = (
        select(User, Membership)
        .join(Membership, col(Membership.user_id) == col(User.id))
        .where(col(Membership.place) == place)
    )
    if user_id:
        statement = statement.where(col(User.id) == user_id)
    return (await session.exec(statement)).all()


async def read_users(
    session: AsyncSession, *, user_id: str = "", email: str = ""
) -> Sequence[tuple[User, Membership | None]]:
    """Return every user, or the one with an id or e-mail address, with each of their memberships, in order of e-mail address and place."""
    statement = select(User, Membership).outerjoin(Membership, col(Membership.user_id) == col(User.id))
    if user_id:
        statement = statement.where(col(User.id) == user_id)
    if email:
        statement = statement.where(col(User.email) == email)
    rows = await session.exec(statement.order_by(col(User.email), col(Membership.place), col(Membership.role)))
    return [(user, membership) for user, membership in rows]


async def find_user(session: AsyncSession, email: str) -> User | None:
    """Return the user with an e-mail address, in lower case."""
    return (await session.exec(select(User).where(col(User.email) == email))).first()


async def add_user(session: AsyncSession, user: User) -> User:
    """Add a user; when another one with that e-mail address was added at the same moment, return that one."""
    postgres = session.get_bind().dialect.name == "postgresql"
    insert = (postgresql.insert if postgres else sqlite.insert)(User).values(**user.model_dump())
    await session.exec(insert.on_conflict_do_nothing(index_elements=["email"]))
    found = await find_user(session, user.email)
    assert found is not None, "it was added just now"
    return found


async def lock_user(session: AsyncSession, user_id: str) -> User | None:
    """Return a user whom no other transaction changes until this one ends; None when there is none. SQLite has one writer anyhow."""
    return (await session.exec(select(User).where(col(User.id) == user_id).with_for_update())).first()


async def active_members(
    session: AsyncSession, places: Collection[str], roles: Collection[str]
) -> Mapping[str, Collection[str]]:
    """Return for each of the places who has one of the roles there, leaving out those who were disabled."""
    statement = (
        select(col(Membership.place), col(Membership.user_id))
        .join(User, col(User.id) == col(Membership.user_id))
        .where(col(Membership.place).in_(places), col(Membership.role).in_(roles), col(User.disabled).is_(False))
    )
    found: dict[str, set[str]] = {place: set() for place in places}
    for place, user_id in await session.exec(statement):
        found[place].add(user_id)
    return found
