"""What a municipality follows through time: its series, the indicators that are watched, and what happened on a day."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlmodel import Field

from ceo.storage.database import JsonDocument, UtcDateTime
from ceo.storage.tenancy import PlacedRow, TenantRow


class SeriesEdition(TenantRow, table=True):
    """The series of all indicators of a core questionnaire, protected against disclosure, as it was shown. Never changed.

    `core` is the id of the questionnaire that is shared, such as nl.ceo.wmo; `grain` what a point stands for; `until` the last period;
    `document` a `ceo.workflows.following.series.Series` as JSON. `ledger` is that of disclosure control after it, as secret as the answers.
    `made_from` is a digest of the snapshots and of all else that it follows from; `title` and `simulated` are those of the document.
    """

    __tablename__ = "series_edition"

    municipality: str = Field(primary_key=True, foreign_key="municipality.code")
    core: str = Field(primary_key=True)
    grain: str = Field(primary_key=True)
    number: int = Field(primary_key=True)
    made_on: date
    until: str
    title: str
    simulated: bool
    made_from: str = Field(max_length=71)
    document: dict[str, Any] = Field(sa_type=JsonDocument)
    ledger: str


class Antenna(PlacedRow, table=True):
    """An indicator that a place watches: a municipality for itself, or the whole country for everybody."""

    __tablename__ = "antenna"

    core: str = Field(primary_key=True)
    indicator: str = Field(primary_key=True)
    chosen_by: str
    chosen_on: date


class Annotation(TenantRow, table=True):
    """What happened on a day that readers of a series should know, such as a new contract. `core` None: of every series.

    `removed_on`: on that day somebody took it away; it can be put back.
    """

    __tablename__ = "annotation"

    id: str = Field(primary_key=True, max_length=32)
    day: date
    text: str
    core: str | None = None
    made_by: str
    made_at: datetime = Field(sa_type=UtcDateTime)
    removed_on: date | None = None
