"""Every table, whoever asks: declaring one is a side effect of importing its module, and what is not imported would be left out."""

from __future__ import annotations

from sqlalchemy import Table
from sqlmodel import SQLModel

from ceo.storage import (  # noqa: F401 - imported for their tables
    agreements,
    answer_days,
    api_keys,
    areas,
    attempts,
    audit,
    callbacks,
    clients,
    configurations,
    contacts,
    dialogues,
    editions,
    endings,
    following,
    goals,
    house_styles,
    impressions,
    jobs,
    kept_files,
    letters,
    library_drafts,
    maintenance,
    municipalities,
    notices,
    paper,
    people,
    question_bank,
    releases,
    rounds,
    sharing,
    story_reading,
    submissions,
    together,
)


def all_tables() -> list[Table]:
    """Return the tables, each after those to which it refers."""
    return list(SQLModel.metadata.sorted_tables)
