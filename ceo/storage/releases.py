"""Releases: results of several municipalities that are published together, under one digest, and never changed.

A release and its files belong to the place that proposed it; what a municipality says of its own round in it belongs to that municipality
(`ReleaseRound`). Until a release is published its files are read by who has a right to see a draft only; the ledgers among them are as
secret as the answers.
"""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKeyConstraint, LargeBinary
from sqlmodel import Field, SQLModel

from ceo.storage.database import JsonDocument, UtcDateTime
from ceo.storage.tenancy import TenantRow


class ReleaseState(StrEnum):
    """How far an edition of a release is."""

    DRAFT = "draft"  # municipalities look at it, and sign for their round or do not take part
    SIGNED = "signed"  # everybody who takes part signed for what was made
    PUBLISHED = "published"
    CORRECTED = "corrected"  # a later edition takes its place; it stays to be cited
    DROPPED = "dropped"  # a draft that was given up before it was published
    WITHDRAWN = "withdrawn"  # it should not be used any more; it stays to be cited


class Decision(StrEnum):
    """What the owner of a municipality said of its round in an edition."""

    WAITING = "waiting"
    SIGNED = "signed"
    REFUSED = "refused"


class Release(SQLModel, table=True):
    """One edition of a release. `place`: who proposed it, a municipality or the whole country.

    `measurement` names the rounds. `plan` holds what was chosen (`ceo.workflows.releases.proposal.Proposal`) as JSON. `asked_at`: somebody
    wants it made (anew); a worker does that, and `progress` of `size` tells how far it is. `digest` is that of the `manifest`, and "" until
    it was made. `reason`: why there is an edition after the first; `ended_because`: why it was withdrawn or dropped.
    """

    __tablename__ = "release"

    name: str = Field(primary_key=True, max_length=60)
    edition: int = Field(primary_key=True)
    place: str = Field(index=True, max_length=6)
    measurement: str = Field(index=True)
    title: str
    plan: dict[str, Any] = Field(sa_type=JsonDocument)
    state: str = ReleaseState.DRAFT.value
    reason: str = ""
    proposed_by: str
    proposed_at: datetime = Field(sa_type=UtcDateTime)
    asked_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    fault: str | None = None
    progress: int = 0
    size: int = 0
    made_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    manifest: dict[str, Any] | None = Field(default=None, sa_type=JsonDocument)
    digest: str = Field(default="", max_length=71)
    published_on: date | None = None
    ended_on: date | None = None
    ended_because: str = ""


class ReleaseRound(TenantRow, table=True):
    """The round of one municipality in an edition. `snapshot` is the digest of its answers, `signed_digest` what was signed for."""

    __tablename__ = "release_round"
    __table_args__ = (
        ForeignKeyConstraint(["release", "edition"], ["release.name", "release.edition"]),
        ForeignKeyConstraint(["round_id", "municipality"], ["round.id", "round.municipality"]),
    )

    release: str = Field(primary_key=True, max_length=60)
    edition: int = Field(primary_key=True)
    round_id: int = Field(primary_key=True)
    snapshot: str = Field(max_length=71)
    decision: str = Decision.WAITING.value
    signed_digest: str = Field(default="", max_length=71)
    decided_by: str | None = None
    decided_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    reason: str = ""


class ReleaseFile(SQLModel, table=True):
    """A part of a file of an edition, as it was made: the cube, the ledger before it and after it, the reports."""

    __tablename__ = "release_file"
    __table_args__ = (ForeignKeyConstraint(["release", "edition"], ["release.name", "release.edition"]),)

    release: str = Field(primary_key=True, max_length=60)
    edition: int = Field(primary_key=True)
    name: str = Field(primary_key=True, max_length=40)
    part: int = Field(primary_key=True)
    content: bytes = Field(sa_type=LargeBinary)
