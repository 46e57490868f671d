"""What municipalities do together: practices, themes of the knowledge agenda, polls, clusters, questions, and who is who."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKeyConstraint, UniqueConstraint
from sqlmodel import Field, SQLModel

from ceo.storage.database import JsonDocument, UtcDateTime
from ceo.storage.tenancy import PlacedRow, TenantRow


class Theme(SQLModel, table=True):
    """A theme of the knowledge agenda, kept by national editors. `indicators`: what belongs to it, as `core:indicator`."""

    __tablename__ = "theme"

    id: str = Field(primary_key=True, max_length=40)
    name: str
    text: str = ""
    indicators: list[Any] = Field(default_factory=list, sa_type=JsonDocument)
    ended: bool = False
    row_version: int = 0


class Practice(TenantRow, table=True):
    """What a municipality did that may help others, with the results (`about`) it belongs to. `shared`: others can read it."""

    __tablename__ = "practice"

    id: str = Field(primary_key=True, max_length=32)
    theme: str = Field(foreign_key="theme.id", index=True, max_length=40)
    title: str
    text: str
    about: list[Any] = Field(default_factory=list, sa_type=JsonDocument)
    contact: str = ""
    shared: bool = False
    made_by: str
    made_on: date
    row_version: int = 0


class OpenToOthers(TenantRow, table=True):
    """A municipality agrees that others find it by name as one that does better and is alike."""

    __tablename__ = "open_to_others"

    municipality: str = Field(primary_key=True, foreign_key="municipality.code")
    since: date
    agreed_by: str


class Poll(SQLModel, table=True):
    """A question to municipalities about themes. `method` is a `ceo.workflows.together.polls.Method`.

    `voted`: a ballot was cast, and from then on nothing of the poll changes.
    """

    __tablename__ = "poll"

    id: str = Field(primary_key=True, max_length=32)
    question: str
    method: str
    themes: list[Any] = Field(sa_type=JsonDocument)
    opens_on: date
    closes_on: date
    made_by: str
    voted: bool = False
    row_version: int = 0


class Ballot(TenantRow, table=True):
    """What a municipality answers to a poll: themes it approves of, or themes in its order, the most important first.

    Without themes it was taken back. The row stays, so that its version goes on and no page of before passes for one of now.
    """

    __tablename__ = "ballot"

    municipality: str = Field(primary_key=True, foreign_key="municipality.code")
    poll_id: str = Field(primary_key=True, foreign_key="poll.id", max_length=32)
    themes: list[Any] = Field(sa_type=JsonDocument)
    cast_by: str
    cast_at: datetime = Field(sa_type=UtcDateTime)
    row_version: int = 0


class Cluster(SQLModel, table=True):
    """Municipalities that work on a theme together, with the regional service that helps them."""

    __tablename__ = "cluster"

    id: str = Field(primary_key=True, max_length=32)
    theme: str = Field(foreign_key="theme.id", max_length=40)
    name: str
    text: str = ""
    service: str = ""
    ended: bool = False
    row_version: int = 0


class ClusterMember(TenantRow, table=True):
    """A municipality in a cluster."""

    __tablename__ = "cluster_member"

    municipality: str = Field(primary_key=True, foreign_key="municipality.code")
    cluster_id: str = Field(primary_key=True, foreign_key="cluster.id", max_length=32)
    since: date


class OpenQuestion(TenantRow, table=True):
    """A question of a municipality about a theme, which all others can read and answer."""

    __tablename__ = "open_question"
    __table_args__ = (UniqueConstraint("id", "municipality"),)

    id: str = Field(primary_key=True, max_length=32)
    theme: str = Field(foreign_key="theme.id", index=True, max_length=40)
    title: str
    text: str
    state: str
    asked_by: str
    asked_on: date


class AnswerToQuestion(PlacedRow, table=True):
    """An answer to an open question, by somebody of a municipality or of the national body (`place`). Read across, written in one's own."""

    __tablename__ = "answer_to_question"
    __table_args__ = (ForeignKeyConstraint(["question_id"], ["open_question.id"]),)

    id: str = Field(primary_key=True, max_length=32)
    question_id: str = Field(index=True, max_length=32)
    text: str
    given_by: str
    given_on: date


class Organisation(SQLModel, table=True):
    """A network, a workplace or a knowledge institute in the directory (staalkaart). `themes` are ids; `seat` a municipality's code."""

    __tablename__ = "organisation"

    id: str = Field(primary_key=True, max_length=32)
    name: str = Field(unique=True)
    kind: str
    seat: str = Field(default="", max_length=6)
    works_in: list[Any] = Field(default_factory=list, sa_type=JsonDocument)
    themes: list[Any] = Field(default_factory=list, sa_type=JsonDocument)
    address: str = ""
    text: str = ""
    row_version: int = 0
