"""Staff: who they are, where they may do what, and where they are signed in.

These tables belong to no municipality: a user can have memberships in several. They hold no client and no answer. Secrets stand here as
hashes, or sealed with a key that is not in the database.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import UniqueConstraint
from sqlmodel import Field, SQLModel

from ceo.storage.database import JsonDocument, UtcDateTime

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
    totp: str | None = None
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
    client_secret: str
    mapping: dict[str, object] = Field(default_factory=dict, sa_type=JsonDocument)
    disabled: bool = False
