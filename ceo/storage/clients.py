"""The sampling frame of a round: eligible clients, with what is needed to draw and to reach them. All of it is erased at the end.

This side knows persons and never answers. What tells one person from another is a keyed hash (`person_hash`) of the number that the
municipality's own administration uses; the number itself is stored nowhere. Names and addresses stand apart, sealed, and only of those
who are to be invited when a municipality delivers them in a second file.
"""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import ForeignKeyConstraint, Index, UniqueConstraint
from sqlmodel import Field

from ceo.storage.database import JsonDocument, UtcDateTime
from ceo.storage.sealed import SealedText
from ceo.storage.tenancy import TenantRow

_ROUND: Final = ["round.id", "round.municipality"]


class ClientStatus(StrEnum):
    """What was decided about somebody in the frame."""

    ELIGIBLE = "eligible"
    EXCLUDED = "excluded"
    DRAWN = "drawn"
    RESERVE = "reserve"  # drawn as well, to be invited when response stays behind


class SamplingFrame(TenantRow, table=True):
    """The frame of a round as it was loaded last: how many clients, and the SHA-256 of its content.

    `summary` counts what was merged, excluded and why. `digest` stays when the same file is loaded again.
    """

    __tablename__ = "sampling_frame"
    __table_args__ = (ForeignKeyConstraint(["round_id", "municipality"], _ROUND),)

    round_id: int = Field(primary_key=True)
    digest: str = Field(max_length=71)
    clients: int
    summary: dict[str, Any] = Field(sa_type=JsonDocument)
    loaded_by: str
    loaded_at: datetime = Field(sa_type=UtcDateTime)


class Client(TenantRow, table=True):
    """One person of the frame, across acts and products. `traits`: what is known to draw by, never a name or an address.

    `status` is a `ClientStatus`; `excluded_because` a code. `draw_order`: the place among those drawn in a stratum, from 1; those in
    reserve go on counting. `sealed_person_key`: in a series of rounds, what links a person's answers (see `Submission`), sealed.
    `event_on`: what the person is asked about, such as the start of support; `not_before`: embargo.
    """

    __tablename__ = "client"
    __table_args__ = (
        ForeignKeyConstraint(["round_id", "municipality"], _ROUND),
        UniqueConstraint("round_id", "person_hash"),
        Index("ix_client_round_id_status", "round_id", "status"),
    )

    id: str = Field(primary_key=True, max_length=32)
    round_id: int
    person_hash: str = Field(max_length=64)
    sealed_person_key: str | None = Field(default=None, sa_type=SealedText)
    stratum: str = ""
    traits: dict[str, Any] = Field(sa_type=JsonDocument)
    status: str = ClientStatus.ELIGIBLE.value
    excluded_because: str | None = None
    draw_order: int | None = None
    event_on: date | None = None
    not_before: date | None = None


class Contact(TenantRow, table=True):
    """How to reach a client, sealed: the id is that of the client. `by_post` and `by_mail`: whether what is sealed suffices for it."""

    __tablename__ = "contact"

    id: str = Field(primary_key=True, foreign_key="client.id", max_length=32)
    by_post: bool
    by_mail: bool
    sealed: str = Field(sa_type=SealedText)


class Sample(TenantRow, table=True):
    """The draw of a round: from this frame with this design and seed anybody draws the same clients again."""

    __tablename__ = "sample"
    __table_args__ = (ForeignKeyConstraint(["round_id", "municipality"], _ROUND),)

    round_id: int = Field(primary_key=True)
    seed: str
    frame_digest: str = Field(max_length=71)
    design: dict[str, Any] = Field(sa_type=JsonDocument)
    drawn_by: str
    drawn_at: datetime = Field(sa_type=UtcDateTime)


class InflowKey(TenantRow, table=True):
    """A key with which another system of the municipality sends new clients into a round that goes on. Only its SHA-256 is kept."""

    __tablename__ = "inflow_key"
    __table_args__ = (ForeignKeyConstraint(["round_id", "municipality"], _ROUND),)

    id: str = Field(primary_key=True, max_length=32)
    round_id: int = Field(index=True)
    key_hash: str = Field(max_length=64, unique=True)
    label: str
    expires_on: date
    made_by: str
    made_at: datetime = Field(sa_type=UtcDateTime)
    used_on: date | None = None


class FrameMapping(TenantRow, table=True):
    """Which column of a list holds what, as it was chosen last for lists with this head. `head` is the SHA-256 of the names of columns."""

    __tablename__ = "frame_mapping"

    municipality: str = Field(foreign_key="municipality.code", primary_key=True)
    head: str = Field(primary_key=True, max_length=64)
    columns: dict[str, Any] = Field(sa_type=JsonDocument)


class ProductCode(TenantRow, table=True):
    """What a product code of iWmo or iJw is called in this municipality, and in which group it counts."""

    __tablename__ = "product_code"

    municipality: str = Field(foreign_key="municipality.code", primary_key=True)
    category: str = Field(primary_key=True, max_length=2)
    code: str = Field(primary_key=True, max_length=5)
    product: str


class OptOut(TenantRow, table=True):
    """Somebody who does not want to be asked again, by any round of this municipality."""

    __tablename__ = "opt_out"

    municipality: str = Field(foreign_key="municipality.code", primary_key=True)
    person_hash: str = Field(primary_key=True, max_length=64)
    since: date


class LastSurveyed(TenantRow, table=True):
    """The day on which somebody was last drawn for a round, so that nobody is asked too often."""

    __tablename__ = "last_surveyed"

    municipality: str = Field(foreign_key="municipality.code", primary_key=True)
    person_hash: str = Field(primary_key=True, max_length=64)
    drawn_on: date
