"""Local questions that a municipality lets others copy."""

from __future__ import annotations

from datetime import date

from sqlmodel import Field

from ceo.storage.tenancy import TenantRow


class SharedQuestion(TenantRow, table=True):
    """A published local question that is shared. `item` is its reference, such as gm0344.BUU01@1.

    The question itself is read from the published version that it stands in.
    """

    __tablename__ = "shared_question"

    item: str = Field(primary_key=True)
    content_hash: str = Field(foreign_key="published_questionnaire.content_hash")
    shared_on: date
