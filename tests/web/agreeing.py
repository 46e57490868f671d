"""An agreement about the released measurement, as tests of pages and of the API need it."""

from __future__ import annotations

from datetime import timedelta

from sqlmodel import col, select

from analysis.microdata.rule import Group, MicrodataRule
from ceo.clock import dutch_day, now
from ceo.storage.agreements import Agreement
from ceo.storage.audit import AuditRecord
from ceo.storage.database import Database
from ceo.storage.people import NATIONAL
from ceo.storage.tenancy import reading_across
from ceo.workflows.demonstration.national import MEASUREMENT
from ceo.workflows.microdata.agreeing import WantedAgreement, make_agreement
from ceo.workflows.releases.deciding import By

USER = "J. de Vries, Universiteit van Ergens"
RULE = MicrodataRule(
    variables=("GES01", "TOE01", "LFT01", "GSL01"),
    quasi_identifiers=("LFT01", "GSL01"),
    coarsenings={
        "LFT01": (
            Group(code="tot_65", label="Jonger dan 65 jaar", codes=("tot_45", "van_45_tot_65")),
            Group(code="vanaf_75", label="75 jaar of ouder", codes=("van_75_tot_85", "vanaf_85")),
        )
    },
)


def nation() -> By:
    """Who decides for the whole country, now."""
    return By(NATIONAL, "redacteur", now())


async def agreed(database: Database, *, days: int = 60, rule: MicrodataRule = RULE) -> Agreement:
    """An agreement that was made today and works for so many days more."""
    ends_on = dutch_day() + timedelta(days=days)
    wanted = WantedAgreement(MEASUREMENT, 1, USER, "Onderzoek naar toegang tot hulp", ends_on, rule)
    made = await make_agreement(database, wanted, nation())
    assert isinstance(made, Agreement), made
    return made


async def recorded(database: Database, beginning: str) -> list[AuditRecord]:
    """What was recorded of actions that begin like this, the first one first."""
    theirs = select(AuditRecord).where(col(AuditRecord.action).startswith(beginning))
    async with reading_across(database) as session:
        return list(await session.exec(theirs.order_by(col(AuditRecord.number))))
